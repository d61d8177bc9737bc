"""Replication told deed by deed: writes, pulls, cuts, controllers that are off, snapshots put back.

Built on `replication` and `rollback`. Modelled: who may talk to whom, the time, what each pull sent
and applied, updates that a conflict has cost; six scenarios of the chapter. Left out: as there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from coursekit.sims.directory import replication, rollback
from coursekit.sims.directory.replication import DAY, Dc, Pulled, Stamp
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["SCENARIOS", "Deed", "Metrics", "Scenario", "State", "both_ways", "play", "scenario", "start"]  # fmt: skip

Deed = tuple[Any, ...]
Edge = frozenset[str]
MINUTE = 60.0
ROUND_TIME = MINUTE  # lab rule: a round of pulls lasts a minute
MOST_ROUNDS = 100
UNSAID = ""  # before the first deed


@dataclass(frozen=True)
class Metrics:
    """What it has cost so far. `lost`: writes that a rival, made without knowing of them, has overridden."""

    messages: int = 0
    sent: int = 0
    applied: int = 0
    filtered: int = 0
    rounds: int = 0
    seconds: float = 0  # from the begin of the last settling to agreement or rest
    lost: frozenset[tuple[tuple[str, int], int]] = frozenset()

    def after(self, step: Pulled) -> "Metrics":
        """One pull more: a question and an answer."""
        lost = frozenset((each.lost.origin, each.lost.usn) for each in step.moved if isinstance(each.lost, Stamp))  # fmt: skip
        return replace(
            self, messages=self.messages + 2, sent=self.sent + step.sent, applied=self.applied + step.applied,
            filtered=self.filtered + step.filtered, lost=self.lost | lost,
        )  # fmt: skip


@dataclass(frozen=True)
class State:
    """The controllers after a deed; `pulled` where it was a pull."""

    dcs: Mapping[str, Dc]
    links: frozenset[Edge]
    now: float = 0
    cut: frozenset[Edge] = frozenset()
    down: frozenset[str] = frozenset()
    snapshots: Mapping[str, Dc] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)
    deed: Deed = ()
    pulled: Pulled | None = None
    done: bool = True
    why: Message = field(default_factory=lambda: Message(UNSAID))
    strict: bool = True

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Who pulls from whom now, in the order of a round."""
        alive = [each for each in self.links - self.cut if not each & self.down]
        return tuple((dst, src) for dst in self.dcs for src in self.dcs if frozenset((dst, src)) in alive and dst != src)  # fmt: skip

    @property
    def rest(self) -> bool:
        """Whether no pull that can be made would apply anything."""
        return not any(replication.pull(self.dcs[dst], self.dcs[src], strict=self.strict).applied for dst, src in self.pairs)  # fmt: skip

    @property
    def agreed(self) -> bool:
        """Whether all that are up hold the same writes."""
        return replication.converged([each for name, each in self.dcs.items() if name not in self.down])  # fmt: skip


Steps = Iterator[State]


def both_ways(names: Iterable[str]) -> frozenset[Edge]:
    """A ring: each with the next."""
    ordered = list(names)
    return frozenset(frozenset(each) for each in zip(ordered, [*ordered[1:], ordered[0]], strict=True) if len(set(each)) == 2)  # fmt: skip


def start(names: Iterable[str] = "ABCD", *, strict: bool = True) -> State:
    """Empty controllers in a ring."""
    dcs = {each.name: each for each in replication.fleet(tuple(names))}
    return State(dcs, both_ways(dcs), strict=strict)


def play(state: State, deeds: Iterable[Deed]) -> tuple[State, ...]:
    """The states before and after every deed; a round gives one for each pull."""
    states = [state]
    for deed in deeds:
        require(len(deed) > 0 and deed[0] in _DEEDS, "deed={deed}: choose one of {choices}", deed=deed[0] if deed else "?", choices=", ".join(_DEEDS))  # fmt: skip
        act, count = _DEEDS[deed[0]]
        require(len(deed) == count, "deed={deed}: values expected: {count}", deed=deed[0], count=count - 1)  # fmt: skip
        states.extend(act(replace(states[-1], deed=deed, pulled=None, done=True), *deed[1:]))
    return tuple(states)


def _dc(state: State, name: str) -> Dc:
    if name not in state.dcs:
        raise ParameterError("dc={name}: choose one of {names}", name=name, names=", ".join(state.dcs))  # fmt: skip
    return state.dcs[name]


def _with(state: State, dc: Dc, why: Message) -> State:
    return replace(state, dcs={**state.dcs, dc.name: dc}, now=state.now + 1, why=why)


def _changed(state: State, name: str, act: Callable[[Dc], Dc]) -> Steps:
    """A deed at one controller, or its refusal."""
    if name in state.down:
        yield replace(state, done=False, why=Message.of("{name} is down.", name=name))
        return
    before = _dc(state, name)
    try:
        after = act(before)
    except ParameterError as error:
        yield replace(state, done=False, why=error.message)
        return
    yield _with(state, after, Message.of("{name} writes; its USN goes from {before} to {after}.", name=name, before=before.usn, after=after.usn))  # fmt: skip


def _write(state: State, dc: str, thing: str, attribute: str, value: object) -> Steps:
    yield from _changed(state, dc, lambda own: replication.write(own, thing, attribute, value, state.now))  # fmt: skip


def _create(state: State, dc: str, thing: str, name: str, parent: str) -> Steps:
    yield from _changed(state, dc, lambda own: replication.create(own, thing, name, parent, state.now))  # fmt: skip


def _delete(state: State, dc: str, thing: str) -> Steps:
    yield from _changed(state, dc, lambda own: replication.delete(own, thing, state.now))


def _pull(state: State, dst: str, src: str) -> Steps:
    one, other = _dc(state, dst), _dc(state, src)
    edge = frozenset((dst, src))
    if edge not in state.links or edge in state.cut or edge & state.down:
        yield replace(state, done=False, why=Message.of("{dst} does not reach {src}.", dst=dst, src=src))  # fmt: skip
        return
    step = replication.pull(one, other, strict=state.strict)
    after = replace(state, dcs={**state.dcs, dst: step.dc}, metrics=state.metrics.after(step), pulled=step)  # fmt: skip
    yield replace(after, done=not step.stopped, why=step.why, deed=("pull", dst, src))


def _round(state: State) -> Steps:
    """Everybody who can pulls once from each partner."""
    for dst, src in state.pairs:
        for step in _pull(state, dst, src):
            state = step
            yield step
    counted = replace(state.metrics, rounds=state.metrics.rounds + 1)
    words = {"rounds": counted.rounds}
    why = Message.of("Round {rounds} is over: all that are up hold the same.", **words) if state.agreed else Message.of("Round {rounds} is over: they differ still.", **words)  # fmt: skip
    yield replace(state, metrics=counted, now=state.now + ROUND_TIME, pulled=None, done=True, why=why, deed=("round",))  # fmt: skip


def _settle(state: State) -> Steps:
    """Rounds until nothing is left to apply."""
    began = state.now
    for _ in range(MOST_ROUNDS):
        if state.rest:
            break
        for step in _round(state):
            state = step
            yield step
    same = state.agreed
    state = replace(state, metrics=replace(state.metrics, seconds=state.now - began))
    why = Message.of("No pull applies anything any more, and all hold the same.") if same else Message.of("No pull applies anything any more, and yet they differ.")  # fmt: skip
    yield replace(state, deed=("settle",), pulled=None, done=same, why=why)


def _cut(state: State, one: str, other: str) -> Steps:
    edge = frozenset((_dc(state, one).name, _dc(state, other).name))
    yield replace(state, cut=state.cut | {edge}, why=Message.of("The link between {one} and {other} is cut.", one=one, other=other))  # fmt: skip


def _heal(state: State) -> Steps:
    yield replace(state, cut=frozenset(), why=Message.of("All links work again."))


def _down(state: State, name: str) -> Steps:
    yield replace(state, down=state.down | {_dc(state, name).name}, why=Message.of("{name} is down.", name=name))  # fmt: skip


def _up(state: State, name: str) -> Steps:
    yield replace(state, down=state.down - {_dc(state, name).name}, why=Message.of("{name} is up again.", name=name))  # fmt: skip


def _wait(state: State, days: float) -> Steps:
    require(days >= 0, "days={days}: choose 0 or more", days=days)
    now = state.now + days * DAY
    dcs = {name: each if name in state.down else replication.collected(each, now) for name, each in state.dcs.items()}  # fmt: skip
    yield replace(state, now=now, dcs=dcs, why=Message.of("Days that pass: {days:g}. Tombstones older than 180 days are thrown away.", days=days))  # fmt: skip


def _snapshot(state: State, name: str) -> Steps:
    own = _dc(state, name)
    yield replace(state, snapshots={**state.snapshots, name: own}, why=Message.of("A snapshot of {name} is taken, at USN {usn}.", name=name, usn=own.usn))  # fmt: skip


def _revert(state: State, name: str, new_id: bool) -> Steps:
    own = _dc(state, name)
    require(name in state.snapshots, "dc={name}: there is no snapshot of it", name=name)
    back = rollback.revert(own, state.snapshots[name], new_id=new_id)
    values = {"name": name, "before": own.usn, "after": back.usn}
    why = Message.of("{name} goes back from USN {before} to {after} with a new identity.", **values) if new_id else Message.of("{name} goes back from USN {before} to {after} and says so to nobody.", **values)  # fmt: skip
    yield replace(state, dcs={**state.dcs, name: back}, why=why)


_DEEDS: dict[str, tuple[Callable[..., Steps], int]] = {
    "write": (_write, 5), "create": (_create, 5), "delete": (_delete, 3), "pull": (_pull, 3),
    "round": (_round, 1), "settle": (_settle, 1), "cut": (_cut, 3), "heal": (_heal, 1),
    "down": (_down, 2), "up": (_up, 2), "wait": (_wait, 2), "snapshot": (_snapshot, 2),
    "revert": (_revert, 3),
}  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """Deeds worth watching, on a ring of so many controllers."""

    name: str
    label: Message
    deeds: tuple[Deed, ...]
    names: str = "ABCD"

    def played(self, *, strict: bool = True) -> tuple[State, ...]:
        """Its story."""
        return play(start(self.names, strict=strict), self.deeds)


OLD: tuple[Deed, ...] = (("create", "A", "ou1", "Paris", ""), ("create", "A", "u1", "Alice", "ou1"), ("settle",))  # fmt: skip


def _reverted(*, new_id: bool) -> tuple[Deed, ...]:
    writes: tuple[Deed, ...] = tuple(("write", "A", "u1", f"note{at}", at) for at in range(2))
    back: tuple[Deed, ...] = (("snapshot", "A"), ("write", "A", "u1", "tel", "z1"), ("settle",), ("revert", "A", new_id))  # fmt: skip
    after: tuple[Deed, ...] = (("write", "A", "u1", "tel", "z2"), ("write", "A", "u1", "mail", "w1"), ("settle",))  # fmt: skip
    return (*OLD, *writes, *back, *after)


SCENARIOS = (
    Scenario("ring", Message.of("one write in a ring of four"), (*OLD, ("write", "A", "u1", "tel", "100"), ("settle",))),
    Scenario(
        "cut", Message.of("the ring is cut, both halves change the same attribute, the ring heals"),
        (*OLD, ("cut", "A", "D"), ("cut", "B", "C"), ("write", "A", "u1", "tel", "100"), ("write", "C", "u1", "tel", "200"), ("settle",), ("heal",), ("settle",)),
    ),
    Scenario(
        "orphan", Message.of("a unit is deleted while somebody creates a user in it"),
        (("create", "A", "ou1", "Paris", ""), ("settle",), ("delete", "A", "ou1"), ("create", "B", "u2", "Bob", "ou1"), ("settle",)),
    ),
    Scenario("same name", Message.of("the same name is created twice"), (("create", "A", "u1", "Bob", ""), ("create", "B", "u2", "Bob", ""), ("settle",))),
    Scenario(
        "away", Message.of("a controller is off for 200 days and comes back"),
        (*OLD, ("down", "D"), ("delete", "A", "u1"), ("settle",), ("wait", 200), ("up", "D"), ("write", "D", "u1", "tel", "300"), ("pull", "A", "D"), ("settle",)),
    ),
    Scenario("rollback", Message.of("a snapshot is put back as it is"), _reverted(new_id=False), "ABC"),
    Scenario("restore", Message.of("a snapshot is put back with a new identity"), _reverted(new_id=True), "ABC"),
)  # fmt: skip


def scenario(name: str) -> Scenario:
    """One scenario; ParameterError names those there are."""
    for each in SCENARIOS:
        if each.name == name:
            return each
    raise ParameterError("scenario={name}: choose one of {names}", name=name, names=", ".join(each.name for each in SCENARIOS))  # fmt: skip
