"""The crash states of an operation on LabFS as a lattice: when each becomes possible, what it is.

Built on `labfs.crashes`, nothing is decided here: a state is possible after item `at` of the
sequence if it holds all that is sure then and nothing that was not issued. Experiments are kept:
each is computed once. Left out: what `crash` leaves out, and combinations with more states than
`MOST`.
"""

from dataclasses import dataclass
from functools import cache

from coursekit.sims.filesystems import crash
from coursekit.sims.filesystems.crash import CLASSES, FLUSH, Class, Mode, Sequence, State
from coursekit.sims.filesystems.labfs import crashes
from coursekit.sims.filesystems.labfs.crashes import Experiment, Outcome
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.message import Message, require

MOST = 4096  # states of one experiment
MOST_TORN = 1300  # each of them is looked at on a true image


@dataclass(frozen=True)
class Shown:
    """A moment: which states (by number) a crash right now can leave, and which so far."""

    at: int  # items issued
    item: str | None
    sure: Sequence
    pending: Sequence
    now: tuple[int, ...]
    seen: tuple[int, ...]
    end: bool  # the power fails, or may have failed at any moment
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Lattice:
    """Every crash of an experiment, fewest writes first, and the moments of the sequence."""

    experiment: Experiment
    outcomes: tuple[Outcome, ...]
    moments: tuple[Shown, ...]

    @property
    def issued(self) -> Sequence:
        return self.experiment.issued

    @property
    def writes(self) -> Sequence:
        return crash.writes(self.issued)


@dataclass(frozen=True)
class Told:
    """A lattice told up to a cut; the last moment is the crash."""

    lattice: Lattice
    states: tuple[Shown, ...]


def tell(scenario: str, mode: Mode, *, checksum: bool = False, cut: int = 0, pieces: int = 1) -> Told:  # fmt: skip
    """The story: item by item, then a crash after write `cut`, or (0) at any moment."""
    whole = lattice(scenario, mode, checksum=checksum, pieces=pieces)
    count = len(whole.writes)
    require(0 <= cut <= count, "cut={cut}: this operation makes {count} writes; 0 is any moment", cut=cut, count=count)  # fmt: skip
    if not cut:
        end = whole.moments[-1]
        why = Message.of("The power may fail at any moment. Different states that it can leave: {count}.", count=len(end.seen))  # fmt: skip
        return Told(whole, (*whole.moments, _end(end, end.seen, why)))
    told = whole.moments[: place(whole.issued, cut) + 1]
    why = Message.of("The power fails after write {cut}. States that it can leave: {count}.", cut=cut, count=len(told[-1].now))  # fmt: skip
    return Told(whole, (*told, _end(told[-1], told[-1].now, why)))


def _end(last: Shown, seen: tuple[int, ...], why: Message) -> Shown:
    return Shown(last.at, last.item, last.sure, last.pending, seen, seen, True, (why,))


def place(issued: Sequence, cut: int) -> int:
    """How many items are issued when write number `cut` is."""
    at = [k for k, each in enumerate(issued, 1) if each != FLUSH]
    return at[cut - 1]


@cache
def lattice(scenario: str, mode: Mode, *, checksum: bool = False, pieces: int = 1) -> Lattice:
    """All states and moments of a shipped scenario."""
    made = crashes.experiment(scenario, mode, checksum=checksum, pieces=pieces)
    most = MOST if pieces == 1 else MOST_TORN
    count = number_of_states(made.issued, pieces=pieces)
    require(count <= most, "states={count}: choose a smaller operation or another mode, at most {most} are looked at", count=count, most=most)  # fmt: skip
    outcomes = made.outcomes
    return Lattice(made, outcomes, _moments(made.issued, outcomes, pieces))


def number_of_states(issued: Sequence, *, pieces: int = 1) -> int:
    """Distinct states of all crashes: before each flush 2^n, less the state that it shares with the next."""
    runs = [len(run.split()) * pieces for run in " ".join(issued).split(FLUSH)]
    return sum(1 << n for n in runs) - (len(runs) - 1)


def _moments(issued: Sequence, outcomes: tuple[Outcome, ...], pieces: int) -> tuple[Shown, ...]:
    seen: set[int] = set()
    found = []
    held = [_whole(each.state) for each in outcomes]
    for m in crash.story(issued, pieces=pieces):
        now = tuple(k for k, each in enumerate(outcomes) if _possible(each.state, held[k], m.sure, m.pending, pieces))  # fmt: skip
        seen.update(now)
        found.append(Shown(m.at, m.item, m.sure, m.pending, now, tuple(sorted(seen)), False, m.why))
    return tuple(found)


def _whole(state: State) -> frozenset[str]:
    """The writes of which at least a piece is there."""
    return frozenset(each.partition(".")[0] for each in state)


def _possible(state: State, held: frozenset[str], sure: Sequence, pending: Sequence, pieces: int) -> bool:  # fmt: skip
    if not held <= {*sure, *pending}:
        return False
    return all(crash.amount(state, label, pieces) == "all" for label in sure)


def table(told: Told, shown: Shown) -> dict[tuple[int, Class], tuple[int, ...]]:
    """(writes on the disk, class) -> numbers of the states seen by this moment."""
    found: dict[tuple[int, Class], list[int]] = {}
    for k in shown.seen:
        outcome = told.lattice.outcomes[k]
        found.setdefault((len(outcome.state), outcome.kind), []).append(k)
    order = sorted(found, key=lambda key: (key[0], CLASSES.index(key[1])))
    return {key: tuple(found[key]) for key in order}


def counts(told: Told, shown: Shown) -> dict[Class, int]:
    """States of each class seen by this moment."""
    return crash.counts(told.lattice.outcomes[k].kind for k in shown.seen)


@cache
def problems(scenario: str, mode: Mode, number: int, *, checksum: bool = False, pieces: int = 1) -> tuple[Message, ...]:  # fmt: skip
    """What fsck says of one state after recovery."""
    whole = lattice(scenario, mode, checksum=checksum, pieces=pieces)
    image, _ = whole.experiment.recovered(whole.outcomes[number].state)
    return tuple(each.what for each in fsck(image).problems)
