"""Replication as a lab has it: controllers by number, objects by name, a clock, one state a deed.

Built on `replicationplay`. Modelled: at the begin all hold two units and a person with a number; a
deed takes ten minutes; the clock of one controller may be wrong, which its stamps show. What
a controller shows is worked out as lines of a tree. Left out: as there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from coursekit.sims.directory import replicationplay as net
from coursekit.sims.directory.replication import (  # fmt: skip
    DAY,
    DELETED,
    LOST,
    NAME,
    ROOT,
    Dc,
    Pulled,
    Stamp,
    shown,
)
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["ATTRIBUTES", "CLOCK", "LEAST", "LETTERS", "MOST", "NAMES", "PLACES", "WHO", "Deed", "Line", "State", "Story", "tell"]  # fmt: skip

LETTERS = "ABCDE"
LEAST, MOST = 2, len(LETTERS)
MINUTE = 60.0
BEGIN, A_DEED = (11 * 60 + 40) * MINUTE, 10 * MINUTE  # the first deed is done at 11:40
EARLY = 9 * 60 * MINUTE  # what is there at the begin was written at 9:00
CLOCK = 1  # the number of the controller whose clock may be wrong
UNITS = ("Paris", "Lyon")
WHO, ATTRIBUTES = "Alice", ("tel", "mail")  # whose values are written
NAMES = (WHO, "Bob", *UNITS)
PLACES = (ROOT, *UNITS)
Kind = Literal["write", "pull", "create", "delete", "off", "on", "wait", "round"]


@dataclass(frozen=True)
class Deed:
    """("write", dc, key, value), ("pull", dst, src), ("create", dc, name, under), ("wait", days)…"""

    kind: Kind
    one: int = 0
    two: int | str = ""
    three: str = ""


@dataclass(frozen=True)
class Line:
    """A line of what a controller shows: an object in its place, a value, or a tombstone."""

    depth: int
    kind: Literal["unit", "person", "value", "tombstone", "found"]
    name: str
    value: str = ""
    stamp: Stamp | None = None


@dataclass(frozen=True)
class State:
    """The controllers after a deed, the pulls it made, why it came so."""

    world: net.State
    deed: Deed | None
    why: Message
    pulls: tuple[Pulled, ...] = ()
    done: bool = True
    days: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The controllers."""
        return tuple(self.world.dcs)

    @property
    def now(self) -> float:
        """The time of the clocks that are right."""
        return self.world.now

    def waiting(self, dst: str, src: str) -> int:
        """How many items the receiver would look at."""
        one, other = self.world.dcs[dst], self.world.dcs[src]
        since = one.hwm.get(other.invocation, 0)
        return sum(each.usn > since for each in other.items.values())

    def linked(self, one: str, other: str) -> bool:
        """Whether the two pull from each other, as long as both are up."""
        return frozenset((one, other)) in self.world.links and one != other

    def title(self, thing: str) -> str:
        """The name of an object, wherever it is known."""
        found = (dc.value(thing, NAME) for dc in self.world.dcs.values())
        return next((str(each) for each in found if each is not None), thing)

    def lines(self, name: str) -> tuple[Line, ...]:
        """What a controller shows, as a tree; what it keeps of the deleted comes last."""
        dc = self.world.dcs[name]
        here = shown(dc)
        found = [*_below(dc, here, ROOT, 0)]
        if any(parent == LOST for _name, parent in here.values()):
            found += [Line(0, "found", LOST), *_below(dc, here, LOST, 1)]
        dead = sorted(thing for thing, attribute in dc.items if attribute == DELETED)
        return (*found, *(Line(0, "tombstone", str(dc.value(each, NAME)), stamp=dc.items[each, DELETED].stamp) for each in dead))  # fmt: skip


@dataclass(frozen=True)
class Story:
    """All states, the first one before any deed."""

    states: tuple[State, ...]


def _below(dc: Dc, here: Mapping[str, tuple[str, str]], above: str, depth: int) -> Iterable[Line]:
    for thing in sorted(each for each, (_name, parent) in here.items() if parent == above):
        name, _parent = here[thing]
        unit = str(dc.value(thing, NAME)) in UNITS
        yield Line(depth, "unit" if unit else "person", name, stamp=dc.items[thing, NAME].stamp)
        for attribute in ATTRIBUTES:
            if (thing, attribute) in dc.items:
                item = dc.items[thing, attribute]
                yield Line(depth + 1, "value", attribute, str(item.value), item.stamp)
        yield from _below(dc, here, thing, depth + 1)


@cache
def _begin(count: int) -> net.State:
    """Two units, a person with a number, the same everywhere; nothing is counted yet."""
    require(LEAST <= count <= MOST, "dcs={count}: choose {least} to {most}", count=count, least=LEAST, most=MOST)  # fmt: skip
    made = net.play(net.start(LETTERS[:count]), (*(("create", "A", each, each, ROOT) for each in UNITS), ("create", "A", WHO, WHO, UNITS[0])))  # fmt: skip
    early = replace(made[-1], now=EARLY)
    last = net.play(early, (("write", "A", WHO, ATTRIBUTES[0], "100"), ("settle",), ("round",)))[-1]
    return replace(last, metrics=net.Metrics(), now=BEGIN - A_DEED)


def tell(count: int, deeds: Sequence[Deed], clock: int = 0) -> Story:
    """The controllers after each deed; `clock`: by how many minutes that of B is wrong."""
    first = Message.of("All controllers hold the same. Each of them may be changed.")
    states = [State(_begin(count), None, first)]
    for number, deed in enumerate(deeds):
        states.append(_done(states[-1], deed, number, clock))
    return Story(tuple(states))


def _done(state: State, deed: Deed, number: int, clock: int) -> State:
    days = state.days + (deed.one if deed.kind == "wait" else 0)
    time = BEGIN + number * A_DEED + state.days * DAY
    wrong = clock * MINUTE if deed.kind in ("write", "create", "delete") and deed.one == CLOCK else 0.0  # fmt: skip
    world = replace(state.world, now=time + wrong)
    refused = _refused(state, deed)
    if refused is not None:
        return replace(state, world=replace(world, now=time), deed=deed, why=refused, pulls=(), done=False)  # fmt: skip
    steps = net.play(world, [_plain(state, deed, number)])[1:]
    pulls = tuple(each.pulled for each in steps if each.pulled is not None)
    end = steps[-1]
    return State(replace(end, now=time + (days - state.days) * DAY), deed, end.why, pulls, end.done, days)  # fmt: skip


def _refused(state: State, deed: Deed) -> Message | None:
    """What the controller has not cannot be changed there."""
    if deed.kind not in ("write", "delete", "create"):
        return None
    name = _dc(state, deed.one)
    wanted = WHO if deed.kind == "write" else deed.three if deed.kind == "create" else str(deed.two)
    if wanted != ROOT and _thing(state, name, wanted) is None:
        return Message.of("{dc} has no {name}: nothing is done.", dc=name, name=wanted)
    here = shown(state.world.dcs[name])
    if deed.kind == "delete" and any(parent == _thing(state, name, wanted) for _name, parent in here.values()):  # fmt: skip
        return Message.of("{name} is not empty: {dc} does not delete it.", dc=name, name=wanted)
    if deed.kind == "create" and (deed.two, _thing(state, name, wanted) or ROOT) in here.values():
        return Message.of("{dc} has {name} there already: nothing is done.", dc=name, name=deed.two)  # fmt: skip
    return None


def _plain(state: State, deed: Deed, number: int) -> net.Deed:
    """The deed as `replicationplay` takes it."""
    if deed.kind in ("wait", "round"):
        return ("wait", deed.one) if deed.kind == "wait" else ("round",)
    dc = _dc(state, deed.one)
    match deed.kind:
        case "pull":
            return ("pull", dc, _dc(state, deed.two))
        case "write":
            require(deed.two in ATTRIBUTES, "key={key}: choose one of {choices}", key=deed.two, choices=", ".join(ATTRIBUTES))  # fmt: skip
            return ("write", dc, _thing(state, dc, WHO), deed.two, deed.three)
        case "create":
            return ("create", dc, f"{dc}{number + 1}", deed.two, _thing(state, dc, deed.three) or ROOT)  # fmt: skip
        case "delete":
            return ("delete", dc, _thing(state, dc, str(deed.two)))
    return ("down" if deed.kind == "off" else "up", dc)


def _dc(state: State, number: object) -> str:
    if not isinstance(number, int) or not 0 <= number < len(state.names):
        raise ParameterError("dc={dc}: choose 0 to {last}", dc=number, last=len(state.names) - 1)
    return state.names[number]


def _thing(state: State, dc: str, name: str) -> str | None:
    """The object that a controller shows under this name."""
    found = [thing for thing, (called, _parent) in shown(state.world.dcs[dc]).items() if called == name]  # fmt: skip
    return found[0] if found else None
