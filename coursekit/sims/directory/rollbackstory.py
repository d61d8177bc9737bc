"""A domain controller that goes back in time, told moment by moment, in three ways.

Built on `replication` and `rollback`. Modelled: three controllers; a snapshot or backup of A; changes
that B and C fetch; A as it was, unnoticed, or with a new identity given by the generation ID of its
virtual machine, or by a restore program; changes made afterwards; what arrives and what differs
for ever. Every number a write of A got is kept, so that one sees which were given twice. Left out:
as in `rollback`; the RID pool that a controller throws away with its identity.
Sources: [MS-ADTS] 3.1.1.1.9; Microsoft Learn, "USN and USN rollback" and "Virtualized domain controllers".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.directory import replication, rollback
from coursekit.sims.directory.replication import ROOT, Dc, Item, Key, Pulled, shown
from coursekit.sims.message import Message, require

__all__ = ["BACK", "NEW", "OTHERS", "WAYS", "Fate", "State", "Story", "Write", "apart", "known", "tell"]  # fmt: skip

Way = Literal["snapshot", "generation_id", "restore"]
Fate = Literal["there", "next", "never", "gone"]
WAYS: tuple[str, ...] = get_args(Way)
BACK, OTHERS = "A", ("B", "C")  # who goes back, who does not
PEOPLE, NEW = ("Alice", "Bob"), "Nina"
ATTRIBUTE = "tel"
HOUR = 3600.0
FRIDAY, SATURDAY, MONDAY = (9 * HOUR, (24 + 15) * HOUR, (72 + 8) * HOUR)
PULLS = (("B", "A"), ("C", "A"), ("A", "B"), ("A", "C"))


@dataclass(frozen=True)
class Write:
    """A change made on A: the number it got, in which life of A, under which identity."""

    usn: int
    life: int  # 0: before it went back, 1: after
    generation: int
    key: Key
    value: object


@dataclass(frozen=True)
class State:
    """The controllers at a moment, all that was ever written on A, the pull that was made."""

    dcs: Mapping[str, Dc]
    writes: tuple[Write, ...]
    label: Message
    why: Message
    life: int = 0
    snapshot: Dc | None = None
    pulled: Pulled | None = None

    def seen(self, partner: str, generation: int) -> int:
        """The highest number that a partner has asked for under an identity of A."""
        return self.dcs[partner].hwm.get((BACK, generation), 0)

    def fate(self, write: Write, partner: str) -> Fate:
        """What becomes of a write at a partner.

        There; asked for next; never asked for; or gone: overwritten, or given up with the past of A.
        """
        held, mine = (self.dcs[each].items.get(write.key) for each in (partner, BACK))
        if held is not None and _is(write, held):
            return "there"
        if mine is None or not _is(write, mine):
            return "gone"
        return "never" if write.key in rollback.hidden(self.dcs[BACK], self.dcs[partner]) else "next"  # fmt: skip

    def twice(self, write: Write) -> bool:
        """Whether the same identity has given this number twice."""
        return sum((each.usn, each.generation) == (write.usn, write.generation) for each in self.writes) > 1  # fmt: skip

    def value(self, name: str, person: str) -> str:
        """What a controller shows of a person; "" where it has nobody of that name."""
        dc = self.dcs[name]
        thing = next((each for each, (called, _parent) in shown(dc).items() if called == person), None)  # fmt: skip
        return "" if thing is None else str(dc.value(thing, ATTRIBUTE) or "–")


def _is(write: Write, item: Item) -> bool:
    """Whether an item is this very write; the stamp alone may have been given twice."""
    return (item.stamp.origin, item.stamp.usn, item.value) == ((BACK, write.generation), write.usn, write.value)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """All moments, and which way was taken."""

    way: str
    states: tuple[State, ...]


def known() -> tuple[str, ...]:
    """The people of the story, the new colleague last."""
    return (*PEOPLE, NEW)


def apart(state: State) -> tuple[str, ...]:
    """The people whom the controllers show differently."""
    return tuple(each for each in known() if len({state.value(dc, each) for dc in state.dcs}) > 1)


def tell(way: str) -> Story:
    """The whole story."""
    require(way in WAYS, "way={way}: choose one of {ways}", way=way, ways=", ".join(WAYS))
    return Story(way, tuple(_told(way)))


def _begin() -> State:
    """Two people with a number each, the same on three controllers, all of it seen by all."""
    dcs = {each.name: each for each in replication.fleet((BACK, *OTHERS))}
    own = dcs[BACK]
    for person, number in zip(PEOPLE, ("100", "200"), strict=True):
        own = replication.create(own, person, person, ROOT, FRIDAY)
        own = replication.write(own, person, ATTRIBUTE, number, FRIDAY)
    dcs, _rounds, _pulls = replication.settle({**dcs, BACK: own}, PULLS)
    return State(dcs, (), Message.of("Friday: all three agree"), Message.of("Three controllers hold the same. B and C remember the last number that they asked {dc} for: {usn}.", dc=BACK, usn=own.usn))  # fmt: skip


def _told(way: str) -> list[State]:
    told = [_begin()]
    told.append(_kept(told[-1], way))
    for person, value in (("Alice", "101"), ("Bob", "201"), ("Alice", "102")):
        told.append(_written(told[-1], person, ATTRIBUTE, value, FRIDAY + 2 * HOUR))
    told += _pulls(told[-1], PULLS[:2])
    told.append(_back(told[-1]))
    if way != "snapshot":
        told.append(_renewed(told[-1], way))
    told.append(_created(told[-1]))
    told.append(_written(told[-1], "Bob", ATTRIBUTE, "209", MONDAY))
    told += _pulls(told[-1], PULLS)
    told.append(_written(told[-1], "Alice", "mail", "new", MONDAY + HOUR))
    told += _pulls(told[-1], PULLS)
    return [*told, _end(told[-1])]


def _kept(state: State, way: str) -> State:
    own = state.dcs[BACK]
    values = {"dc": BACK, "usn": own.usn}
    why = Message.of("A backup of {dc} is made, at number {usn}.", **values) if way == "restore" else Message.of("A snapshot of the virtual machine of {dc} is taken, at number {usn}.", **values)  # fmt: skip
    label = Message.of("Friday: a backup") if way == "restore" else Message.of("Friday: a snapshot")
    return replace(state, snapshot=own, label=label, why=why, pulled=None)


def _written(state: State, thing: str, attribute: str, value: str, time: float) -> State:
    own = replication.write(state.dcs[BACK], thing, attribute, value, time)
    write = Write(own.usn, state.life, own.generation, (thing, attribute), value)
    after = replace(state, dcs={**state.dcs, BACK: own}, writes=(*state.writes, write), pulled=None)
    values = {"dc": BACK, "who": thing, "what": attribute, "value": value, "usn": own.usn}
    why = Message.of("On {dc}: {who}, {what} = {value}. The change gets the number {usn}: for the second time.", **values) if after.twice(write) else Message.of("On {dc}: {who}, {what} = {value}. The change gets the number {usn}.", **values)  # fmt: skip
    return replace(after, why=why, label=Message.of("{dc}: {who}, {what} = {value}", **values))


def _pulls(state: State, links: tuple[tuple[str, str], ...]) -> Iterator[State]:
    """One pull after the other."""
    for dst, src in links:
        pulled = replication.pull(state.dcs[dst], state.dcs[src])
        label = Message.of("{dst} pulls from {src}", dst=dst, src=src)
        state = replace(state, dcs={**state.dcs, dst: pulled.dc}, pulled=pulled, label=label, why=pulled.why)  # fmt: skip
        yield state


def _back(state: State) -> State:
    now, snapshot = state.dcs[BACK], state.snapshot
    if snapshot is None:  # the story takes one before
        raise AssertionError("no snapshot")
    back = rollback.revert(now, snapshot, new_id=False)
    why = Message.of("{dc} is set back: all its numbers from {first} to {last} are free again, and it knows nothing of the changes that had them.", dc=BACK, first=back.usn + 1, last=now.usn)  # fmt: skip
    return replace(state, dcs={**state.dcs, BACK: back}, life=1, pulled=None, label=Message.of("Saturday: {dc} goes back", dc=BACK), why=why)  # fmt: skip


def _renewed(state: State, way: str) -> State:
    """The controller notices, or is told, and takes a new identity before it does anything."""
    own = state.dcs[BACK]
    fresh = rollback.revert(own, own, new_id=True)
    why = Message.of("{dc} starts and compares the generation ID of its virtual machine with the one it has stored: they differ. So it takes a new identity and keeps its numbers.", dc=BACK) if way == "generation_id" else Message.of("The restore program has marked the database: at its start {dc} takes a new identity and keeps its numbers.", dc=BACK)  # fmt: skip
    return replace(state, dcs={**state.dcs, BACK: fresh}, why=why, label=Message.of("{dc}: a new identity", dc=BACK))  # fmt: skip


def _created(state: State) -> State:
    """A colleague is made on A: two writes, her name and her place."""
    own = replication.create(state.dcs[BACK], NEW, NEW, ROOT, MONDAY)
    items = sorted((each for each in own.items.values() if each.key[0] == NEW), key=lambda each: each.usn)  # fmt: skip
    made = tuple(Write(each.usn, state.life, own.generation, each.key, each.value) for each in items)  # fmt: skip
    after = replace(state, dcs={**state.dcs, BACK: own}, writes=(*state.writes, *made), pulled=None)
    values = {"who": NEW, "dc": BACK, "first": made[0].usn, "last": made[-1].usn}
    why = Message.of("Monday: {who} is created on {dc}, with the numbers {first} and {last}: both for the second time.", **values) if after.twice(made[0]) else Message.of("Monday: {who} is created on {dc}, with the numbers {first} and {last}.", **values)  # fmt: skip
    return replace(after, why=why, label=Message.of("{dc}: {who} is created", dc=BACK, who=NEW))


def _end(state: State) -> State:
    """What is left: who sees what, for ever."""
    found = apart(state)
    if found:
        why = Message.of("Nobody reports an error. Shown differently, for ever: {people}. What gets a number above the ones seen arrives as usual, so it looks healthy.", people=", ".join(found))  # fmt: skip
    else:
        why = Message.of("All controllers hold the same: what was undone on {dc} came back from the others, and what is new on it went to them.", dc=BACK)  # fmt: skip
    return replace(state, pulled=None, label=Message.of("What is left"), why=why)
