"""What a power cut does to the database of `crash`: told deed by deed, judged, tried at every moment.

A promise is broken when a transaction whose user was told "committed" is not there after recovery, or
when a page holds the change of one that never committed. A commit whose record is on disk may be there
though nobody was told: its user does not know, and either outcome is right. Source and limits: `crash`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from coursekit.sims.databases.crash import PAGES, USERS, Deed, Policy, World, cut, refusal, steps
from coursekit.sims.databases.recovery import Recovered, recover
from coursekit.sims.message import Message


@dataclass(frozen=True)
class Verdict:
    """What a cut did: commits that were promised and are lost, pages with a change nobody committed."""

    recovered: Recovered
    lost: tuple[str, ...]
    traces: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether every promise is kept and nothing else is there."""
        return not self.lost and not self.traces


@dataclass(frozen=True)
class State:
    """A moment: the machine, the deed that led here, whether it could be done, and why."""

    world: World
    deed: Deed | None
    why: Message
    done: bool = True
    verdict: Verdict | None = None  # after a start: of the cut before
    bad: int = 0  # of the moments so far at which a cut would have broken a promise
    moments: int = 1


@dataclass(frozen=True)
class Story:
    """All moments under one policy."""

    policy: Policy
    states: tuple[State, ...]


def judge(world: World) -> Verdict:
    """What recovery would make of a cut at this moment, held against what was promised.

    A commit whose record is on disk may be there though nobody was told: its user does not know.
    """
    found = recover(world.disk, cut(world).log, world.flushed)
    lost = tuple(tx for tx in world.told if tx not in found.winners)
    whole = {*found.winners, *world.told}
    right = {name: page.value for name, page in world.base.items()}
    right |= {each.page: each.after for each in world.log if each.page and each.tx in whole}
    wrong = [name for name, value in found.values.items() if value != right[name]]
    owners = {name: found.values[name].partition(".")[0] for name in wrong}
    traces = tuple(name for name in wrong if owners[name] not in whole and found.values[name] != world.base[name].value)  # fmt: skip
    return Verdict(found, lost, traces)


def tell(deeds: Sequence[Deed], policy: Policy) -> Story:
    """What comes of these deeds; one that cannot be done changes nothing."""
    states = [State(World(), None, Message.of("All pages are the same in memory and on disk; the log is empty."))]  # fmt: skip
    for deed in deeds:
        states.append(_after(states[-1], deed, policy))
    return Story(policy, tuple(states))


def _after(state: State, deed: Deed, policy: Policy) -> State:
    world = state.world
    if refused := refusal(world, deed, policy):
        return replace(state, deed=deed, why=refused, done=False, verdict=None)
    passed = list(steps(world, deed, policy))
    verdict = judge(world) if deed.kind == "start" else None
    why = _why(world, passed, deed, policy, verdict)
    tried = [] if deed.kind in ("cut", "start") else passed
    bad = sum(not judge(each).well for each in tried)
    return State(passed[-1], deed, why, True, verdict, state.bad + bad, state.moments + len(tried))


def _why(world: World, passed: Sequence[World], deed: Deed, policy: Policy, verdict: Verdict | None) -> Message:  # fmt: skip
    now = passed[-1]
    if deed.kind == "write":
        return Message.of("{tx} changes {page} in memory and leaves a record in the log buffer. Nothing of it is on disk yet.", tx=now.open[deed.one], page=deed.two)  # fmt: skip
    if deed.kind == "commit":
        return _why_commit(world.open[deed.one], policy)
    if deed.kind == "page":
        if now.memory[deed.one].lsn > now.flushed:
            return Message.of("{page} is written. Its log record, LSN {lsn}, is not: if the power goes now, nobody can undo this.", page=deed.one, lsn=now.memory[deed.one].lsn)  # fmt: skip
        if now.flushed > world.flushed:
            return Message.of("First the log, up to LSN {lsn}; then {page}. So there is always a record by which the page can be undone.", page=deed.one, lsn=now.flushed)  # fmt: skip
        return Message.of("{page} is written; its records were on disk already.", page=deed.one)
    if deed.kind == "log":
        return Message.of("The log is on disk up to LSN {lsn}.", lsn=now.flushed)
    if deed.kind == "checkpoint":
        return Message.of("A checkpoint: pages are written and the log says so. Recovery will find less to do again; it decides nothing.")  # fmt: skip
    if deed.kind == "cut":
        return Message.of("The power is gone, and with it the memory and {n} records of the log. What is left stands on the disk.", n=len(world.log) - len(now.log))  # fmt: skip
    return _why_start(verdict)


def _why_commit(tx: str, policy: Policy) -> Message:
    if policy.rule == "answers":
        return Message.of("{tx} hears “committed” at once; its COMMIT is still in memory. If the power goes now, the promise is broken.", tx=tx)  # fmt: skip
    if policy.force:
        return Message.of("The COMMIT of {tx} is on disk, then all its pages are; then it hears “committed”. Nothing has to be done again later, and every commit waits for every page.", tx=tx)  # fmt: skip
    return Message.of("The log goes to disk up to the COMMIT of {tx}, then it hears “committed”. Its pages may be written any time later.", tx=tx)  # fmt: skip


def _why_start(verdict: Verdict | None) -> Message:
    if verdict is None:
        raise AssertionError("a start is judged")
    found = verdict.recovered
    values = {"redo": len(found.redo), "undo": len(found.undo), "lost": ", ".join(verdict.lost), "traces": ", ".join(verdict.traces)}  # fmt: skip
    if verdict.lost and verdict.traces:
        return Message.of("Lost though it was promised: {lost}. Changed by a transaction that never committed: {traces}.", **values)  # fmt: skip
    if verdict.lost:
        return Message.of("Lost though it was promised: {lost}. Its COMMIT was not on disk when its user was told.", **values)  # fmt: skip
    if verdict.traces:
        return Message.of("Changed by a transaction that never committed: {traces}. The page came to disk before its log record, so nothing says what to undo.", **values)  # fmt: skip
    return Message.of("Done again: {redo}, undone: {undo}. Every promised commit is there, and no trace of the others.", **values)  # fmt: skip


# Looking at all crashes


@dataclass(frozen=True)
class Trial:
    """A cut in or after deed number `at` (from 0), after `step` of the things it writes."""

    at: int
    step: int
    world: World
    verdict: Verdict


def trials(deeds: Sequence[Deed], policy: Policy) -> Iterator[Trial]:
    """Every moment of these deeds at which the power may go."""
    world = World()
    for at, deed in enumerate(deeds):
        if refusal(world, deed, policy) is None:
            for step, after in enumerate(steps(world, deed, policy)):
                world = after
                yield Trial(at, step, world, judge(world))


def counterexample(policy: Policy, most: int = 3) -> tuple[Deed, ...] | None:
    """A shortest list of deeds with a moment at which a cut breaks a promise; None: none so short."""
    kinds = [Deed("write", user, page) for user, page in product(USERS[:2], PAGES[:2])]
    kinds += [Deed("commit", user) for user in USERS[:2]] + [Deed("page", page) for page in PAGES[:2]]  # fmt: skip
    kinds += [Deed("log"), Deed("checkpoint")]
    for length in range(1, most + 1):
        for deeds in product(kinds, repeat=length):
            if any(not each.verdict.well for each in trials(deeds, policy)):
                return deeds
    return None
