"""Multi-master replication: every controller takes writes, and pulls bring them to one value.

Modelled: update sequence numbers (USN), a stamp on every attribute (version, time, who wrote it,
its USN there), high-watermarks per partner, up-to-dateness vectors, conflicts; a pull says of every
item whether it was sent and applied. What a controller shows is worked out from what it holds:
deleted objects hidden, the loser of two equal names renamed with CNF, children of a deleted parent
under LostAndFound. Tombstones go after 180 days, and what a controller held meanwhile lingers.
Lab rules: of two equal names the one with the greater stamp stays, and names are put right in
the view, alike everywhere, where the real thing writes the change;
a time is a number of seconds. Left out: linked values, partitions, compression, the schema.
Sources: [MS-ADTS] 3.1.1.1.9, 3.1.1.5.5; [MS-DRSR] 4.1.10; Microsoft Learn, "How the Active
Directory replication model works".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["DAY", "LOST", "TOMBSTONE", "Dc", "Invocation", "Item", "Moved", "Pulled", "Stamp", "clock", "collected", "converged", "create", "delete", "fleet", "move", "pull", "same_everywhere", "settle", "shown", "write"]  # fmt: skip

DAY = 86_400
TOMBSTONE = 180 * DAY
LOST, ROOT = "LostAndFound", ""
NAME, PARENT, DELETED = "name", "parent", "isDeleted"
FIRST_USN = 0
Invocation = tuple[str, int]  # the controller and how often it got a new identity
Key = tuple[str, str]  # object, attribute


@dataclass(frozen=True, order=True)
class Stamp:
    """What decides a conflict, in this order; and the USN that the write had where it was made."""

    version: int
    time: float
    origin: Invocation
    usn: int = field(compare=False)


@dataclass(frozen=True)
class Item:
    """A value that a controller holds, with its stamp and the USN it has here."""

    key: Key
    value: object
    stamp: Stamp
    usn: int


@dataclass(frozen=True)
class Dc:
    """A controller: identity, counter, items, what it has had from whom.

    `hwm` (high-watermark) is per partner's identity, `utd` (up-to-dateness) per who wrote.
    """

    name: str
    generation: int = 0
    usn: int = FIRST_USN
    items: Mapping[Key, Item] = field(default_factory=dict)
    hwm: Mapping[Invocation, int] = field(default_factory=dict)
    utd: Mapping[Invocation, int] = field(default_factory=dict)

    @property
    def invocation(self) -> Invocation:
        """The identity of its database: what its writes are signed with."""
        return (self.name, self.generation)

    def value(self, thing: str, attribute: str) -> object:
        """A value, None where it has none."""
        item = self.items.get((thing, attribute))
        return None if item is None else item.value

    def holds(self, thing: str) -> bool:
        """Whether it has the object, as a live one."""
        return (thing, NAME) in self.items and (thing, DELETED) not in self.items

    def knows(self, stamp: Stamp) -> bool:
        """Whether a write has reached it, as far as it counts."""
        return stamp.origin == self.invocation or stamp.usn <= self.utd.get(stamp.origin, -1)


@dataclass(frozen=True)
class Moved:
    """An item looked at in a pull: what became of it, and the write that it overrode."""

    item: Item
    sent: bool
    applied: bool
    why: Message
    lost: Stamp | None = None  # a write that its rival did not know of, overridden


@dataclass(frozen=True)
class Pulled:
    """A pull: the receiver after it, every item in order; `stopped` names a lingering object."""

    dc: Dc
    source: str
    moved: tuple[Moved, ...]
    why: Message
    stopped: str = ""

    @property
    def sent(self) -> int:
        """Items that crossed the wire."""
        return sum(each.sent for each in self.moved)

    @property
    def applied(self) -> int:
        """Items that changed the receiver."""
        return sum(each.applied for each in self.moved)

    @property
    def filtered(self) -> int:
        """Items that the receiver was known to have."""
        return sum(not each.sent for each in self.moved)


def fleet(names: Sequence[str]) -> tuple[Dc, ...]:
    """Empty controllers."""
    require(len(set(names)) == len(names) > 0, "names={names}: one controller or more, each once", names=", ".join(names))  # fmt: skip
    return tuple(Dc(each) for each in names)


def write(dc: Dc, thing: str, attribute: str, value: object, time: float) -> Dc:
    """An originating write: the next USN, the next version."""
    old = dc.items.get((thing, attribute))
    usn, version = dc.usn + 1, 1 if old is None else old.stamp.version + 1
    item = Item((thing, attribute), value, Stamp(version, time, dc.invocation, usn), usn)
    return replace(dc, usn=usn, items={**dc.items, item.key: item})


def create(dc: Dc, thing: str, name: str, parent: str, time: float) -> Dc:
    """A new object; the controller refuses what it can see to be wrong."""
    require((thing, NAME) not in dc.items, "thing={thing}: {dc} has it already", thing=thing, dc=dc.name)  # fmt: skip
    require(parent == ROOT or dc.holds(parent), "parent={parent}: {dc} has no such object", parent=parent, dc=dc.name)  # fmt: skip
    taken = {(dc.value(each, PARENT), dc.value(each, NAME)) for each in _live(dc)}
    require((parent, name) not in taken, "name={name}: there is one of that name under it", name=name)  # fmt: skip
    return write(write(dc, thing, NAME, name, time), thing, PARENT, parent, time)


def move(dc: Dc, thing: str, parent: str, time: float) -> Dc:
    """The object under another one."""
    _has(dc, thing)
    require(parent == ROOT or dc.holds(parent), "parent={parent}: {dc} has no such object", parent=parent, dc=dc.name)  # fmt: skip
    require(thing not in _line(dc, parent), "parent={parent}: it lies under {thing}", parent=parent, thing=thing)  # fmt: skip
    return write(dc, thing, PARENT, parent, time)


def delete(dc: Dc, thing: str, time: float) -> Dc:
    """A tombstone: the object is hidden and the news of it travels."""
    _has(dc, thing)
    inside = [each for each in _live(dc) if dc.value(each, PARENT) == thing]
    require(not inside, "thing={thing}: it is not empty", thing=thing)
    return write(dc, thing, DELETED, time, time)


def _has(dc: Dc, thing: str) -> None:
    require(dc.holds(thing), "thing={thing}: {dc} has no such object", thing=thing, dc=dc.name)


def _live(dc: Dc) -> list[str]:
    return sorted({thing for thing, _ in dc.items if dc.holds(thing)})


def _line(dc: Dc, thing: str) -> list[str]:
    found = list[str]()
    while thing and thing not in found:
        found.append(thing)
        thing = str(dc.value(thing, PARENT) or ROOT)
    return found


def pull(dst: Dc, src: Dc, *, strict: bool = True) -> Pulled:
    """The receiver asks for what the sender has changed since the high-watermark.

    `strict`: an update of an object that the receiver has not, and that does not come with the
    object itself, stops the pull (error 8606); else the whole object is asked for.
    """
    require(dst.name != src.name, "src={name}: nobody pulls from himself", name=src.name)
    since = dst.hwm.get(src.invocation, 0)
    waiting = sorted((each for each in src.items.values() if each.usn > since), key=lambda each: each.usn)  # fmt: skip
    linger = _lingering(dst, src, waiting)
    if linger and strict:
        why = Message.of("{src} sends an update of {thing}, which {dst} has not, and not the object itself: it lingers there. Error 8606, the pull stops.", src=src.name, dst=dst.name, thing=linger[0])  # fmt: skip
        return Pulled(dst, src.name, (), why, linger[0])
    asked = [each for each in src.items.values() if each.key[0] in linger and each.usn <= since]
    now, moved = dst, list[Moved]()
    for item in [*sorted(asked, key=lambda each: each.usn), *waiting]:
        now, step = _one(now, src, item, again=item.key[0] in linger)
        moved.append(step)
    hwm = {**now.hwm, src.invocation: max(since, src.usn)}
    after = replace(now, hwm=hwm, utd=_merged(now, src))
    return Pulled(after, src.name, tuple(moved), _told(dst, src, since, moved))


def _lingering(dst: Dc, src: Dc, waiting: Sequence[Item]) -> list[str]:
    """Objects of which an update would come, but not the object."""
    coming = {each.key[0] for each in waiting if each.key[1] == NAME and not dst.knows(each.stamp)}
    return sorted({
        thing for thing, attribute in (each.key for each in waiting if not dst.knows(each.stamp))
        if (thing, NAME) in src.items and (thing, NAME) not in dst.items and thing not in coming
        and attribute != DELETED
    })  # fmt: skip


def _one(dst: Dc, src: Dc, item: Item, *, again: bool) -> tuple[Dc, Moved]:
    stamp, mine = item.stamp, dst.items.get(item.key)
    if dst.knows(stamp) and not again:
        return dst, Moved(item, False, False, _why_filtered(dst, stamp))
    if mine is not None and mine.stamp >= stamp:
        same = mine.stamp == stamp
        why = _why_same(dst) if same else _why_kept(dst, mine.stamp, stamp)
        return dst, Moved(item, True, False, why, None if same or _later(mine.stamp, stamp) else stamp)  # fmt: skip
    usn = dst.usn + 1
    after = replace(dst, usn=usn, items={**dst.items, item.key: replace(item, usn=usn)})
    lost = None if mine is None or src.knows(mine.stamp) else mine.stamp
    return after, Moved(item, True, True, _why_applied(dst, mine, stamp, usn), lost)


def _later(mine: Stamp, other: Stamp) -> bool:
    """A later write of the same controller is no conflict."""
    return mine.origin == other.origin and mine.usn > other.usn


def _merged(dst: Dc, src: Dc) -> dict[Invocation, int]:
    heard = {**src.utd, src.invocation: src.usn}
    heard.pop(dst.invocation, None)
    return {**dst.utd, **{who: max(usn, dst.utd.get(who, 0)) for who, usn in heard.items()}}


def _why_filtered(dst: Dc, stamp: Stamp) -> Message:
    if stamp.origin == dst.invocation:
        return Message.of("Not sent: {dst} wrote it itself.", dst=dst.name)
    return Message.of("Not sent: {dst} has all of {origin} up to USN {utd}, and this is {usn}.", dst=dst.name, origin=_name(stamp.origin), utd=dst.utd[stamp.origin], usn=stamp.usn)  # fmt: skip


def _why_same(dst: Dc) -> Message:
    return Message.of("Sent, but {dst} has this very write.", dst=dst.name)


def _why_kept(dst: Dc, mine: Stamp, other: Stamp) -> Message:
    return Message.of("Sent, but {dst} keeps its own: {reason}", dst=dst.name, reason=_reason(mine, other))  # fmt: skip


def _why_applied(dst: Dc, mine: Item | None, stamp: Stamp, usn: int) -> Message:
    if mine is None:
        return Message.of("Sent and applied: new to {dst}, local USN {usn}.", dst=dst.name, usn=usn)
    return Message.of("Sent and applied with local USN {usn}: {reason}", usn=usn, reason=_reason(stamp, mine.stamp))  # fmt: skip


def _reason(winner: Stamp, loser: Stamp) -> Message:
    if winner.version != loser.version:
        return Message.of("version {winner} against {loser}.", winner=winner.version, loser=loser.version)  # fmt: skip
    if winner.time != loser.time:
        return Message.of("the version {version} is the same, the later time {winner} beats {loser}.", version=winner.version, winner=clock(winner.time), loser=clock(loser.time))  # fmt: skip
    return Message.of("version and time are the same, the higher identity {winner} beats {loser}.", winner=_name(winner.origin), loser=_name(loser.origin))  # fmt: skip


def clock(time: float) -> Message:
    """A time as a clock shows it; days count from the first."""
    day, rest = divmod(round(time), DAY)
    hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
    if second:
        return Message.of("{hour:02}:{minute:02}:{second:02}", hour=hour, minute=minute, second=second)  # fmt: skip
    if day:
        return Message.of("day {day}, {hour:02}:{minute:02}", day=day + 1, hour=hour, minute=minute)
    return Message.of("{hour:02}:{minute:02}", hour=hour, minute=minute)


def _name(who: Invocation) -> str:
    return who[0] if who[1] == 0 else f"{who[0]}#{who[1] + 1}"


def _told(dst: Dc, src: Dc, since: int, moved: Sequence[Moved]) -> Message:
    values = {"dst": dst.name, "src": src.name, "since": since, "seen": len(moved)}
    if not moved:
        return Message.of("{dst} asks {src} for all after USN {since}: nothing.", **values)
    return Message.of(
        "{dst} asks {src} for all after USN {since}. Looked at: {seen}, sent: {sent}, applied: {applied}, filtered: {filtered}.",
        **values, sent=sum(each.sent for each in moved), applied=sum(each.applied for each in moved), filtered=sum(not each.sent for each in moved),
    )  # fmt: skip


def collected(dc: Dc, now: float) -> Dc:
    """Tombstones older than 180 days thrown away."""
    old = {thing for (thing, attribute), item in dc.items.items() if attribute == DELETED and now - item.stamp.time > TOMBSTONE}  # fmt: skip
    return replace(dc, items={key: item for key, item in dc.items.items() if key[0] not in old})


def settle(dcs: Mapping[str, Dc], links: Sequence[tuple[str, str]], *, strict: bool = True) -> tuple[dict[str, Dc], int, tuple[Pulled, ...]]:  # fmt: skip
    """Rounds of pulls (receiver, sender) until a whole round applies nothing; rounds that applied something."""
    state, done, rounds = dict(dcs), list[Pulled](), 0
    for dst, src in links:
        for name in (dst, src):
            if name not in state:
                raise ParameterError("dc={name}: choose one of {names}", name=name, names=", ".join(state))  # fmt: skip
    while True:
        before = len(done)
        for dst, src in links:
            step = pull(state[dst], state[src], strict=strict)
            state[dst] = step.dc
            done.append(step)
        if not any(each.applied for each in done[before:]):
            return state, rounds, tuple(done)
        rounds += 1


def converged(dcs: Sequence[Dc]) -> bool:
    """Whether all hold the same writes, whatever their counters."""
    held = [{key: item.stamp for key, item in each.items.items()} for each in dcs]
    return all(each == held[0] for each in held)


def same_everywhere(dcs: Sequence[Dc], thing: str, attribute: str) -> bool:
    """Whether all show the same value."""
    return len({repr(each.value(thing, attribute)) for each in dcs}) == 1


def shown(dc: Dc) -> dict[str, tuple[str, str]]:
    """Live objects as users see them: the name, the parent."""
    live = _live(dc)
    place = {each: _parent(dc, each) for each in live}
    found = dict[str, tuple[str, str]]()
    for thing in live:
        name, parent = str(dc.value(thing, NAME)), place[thing]
        rivals = [each for each in live if (str(dc.value(each, NAME)), place[each]) == (name, parent)]  # fmt: skip
        keeps = max(rivals, key=lambda each: (dc.items[each, NAME].stamp, each))
        found[thing] = (name if thing == keeps else f"{name} CNF:{thing}", parent)
    return found


def _parent(dc: Dc, thing: str) -> str:
    parent = str(dc.value(thing, PARENT) or ROOT)
    return parent if parent == ROOT or dc.holds(parent) else LOST
