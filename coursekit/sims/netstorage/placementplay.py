"""A small cluster at a learner's hand: add a host, take a disk out, and see which copies move.

Built on `placement` and `rebalance`. Modelled: hosts of two equal disks, placed by straw2; the rivals,
a remainder of the hash and a table, which know nodes only (one disk each, one copy of a group); for
each deed the copies that move and the least that would have to. Left out: the time that moves take
(see `rebalance.tell`), deeper trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.placement import (  # fmt: skip
    NONE,
    ClusterMap,
    Ints,
    copies,
    grid,
    modulo,
    place_many,
    table_after,
)
from coursekit.sims.netstorage.rebalance import Change, Move, changed, fair_shares, least, moves
from coursekit.sims.netstorage.rebalance import Kind as ChangeKind

__all__ = ["MOST_HOSTS", "PER_HOST", "WAYS", "Deed", "State", "Told", "Way", "tell"]

Way = Literal["straw2", "modulo", "table"]
WAYS: tuple[Way, ...] = get_args(Way)
Kind = Literal["add", "out", "in", "remove", "fail", "weight"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PER_HOST, MOST_HOSTS, MOST_GROUPS = 2, 10, 1024
HEAVIEST = 16.0

_CHANGES: dict[str, ChangeKind] = {"add": "add_host", "out": "osd_out", "remove": "osd_weight_0", "fail": "host_out", "weight": "osd_weight"}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """What is done, to which disk or (fail) which host; `weight` is a disk's new one."""

    kind: Kind
    what: int = 0
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class State:
    """The cluster after a deed; `placed[g]` are the disks of group g, `NONE` where a copy finds no place.

    `moved` are the copies that this deed moves, `least` those that would have to; `fair` the
    copies each disk should hold by its weight.
    """

    cluster: ClusterMap
    placed: Ints
    held: dict[int, int]
    fair: dict[int, float]
    moved: tuple[Move, ...]
    least: float
    deed: Deed | None
    why: tuple[Message, ...]

    @property
    def copies(self) -> int:
        """Copies that have a place."""
        return sum(self.held.values())

    @property
    def short(self) -> int:
        """Groups that find fewer places than they have copies."""
        return int((self.placed == NONE).any(axis=1).sum())

    def of(self, pg: int) -> tuple[int, ...]:
        """The disks of a group, the first first."""
        return tuple(osd for osd in self.placed[pg].tolist() if osd != NONE)


@dataclass(frozen=True)
class Told:
    """The record: before, and after each deed."""

    states: tuple[State, ...]


def tell(way: Way, hosts: int, size: int, groups: int, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    return _told(way, hosts, size, groups, tuple(deeds))


@lru_cache(maxsize=32)  # a lab asks again when only what is chosen has changed
def _told(way: Way, hosts: int, size: int, groups: int, deeds: tuple[Deed, ...]) -> Told:
    require(way in WAYS, "way={way}: choose one of {known}", way=way, known=", ".join(WAYS))
    require(1 <= groups <= MOST_GROUPS, "groups={n}: choose 1 to {most}", n=groups, most=MOST_GROUPS)  # fmt: skip
    cluster = grid(hosts, PER_HOST if way == "straw2" else 1)
    size = size if way == "straw2" else 1
    placed = _first(way, cluster, size, groups)
    states = [_state(cluster, placed, size, None, None, _OPENING[way])]
    for deed in deeds:
        states.append(_after(way, states[-1], size, deed))
    return Told(tuple(states))


def _first(way: Way, cluster: ClusterMap, size: int, groups: int) -> Ints:
    if way == "straw2":
        return place_many(groups, cluster, size)
    if way == "modulo":
        return modulo(groups, len(cluster.hosts)).reshape(-1, 1)
    return (np.arange(groups, dtype=np.int64) % len(cluster.hosts)).reshape(-1, 1)


def _after(way: Way, before: State, size: int, deed: Deed) -> State:
    require(deed.kind in KINDS, "deed={kind}: choose one of {known}", kind=deed.kind, known=", ".join(KINDS))  # fmt: skip
    require(way == "straw2" or deed.kind in ("add", "fail"), "deed={kind}: a remainder and a table know whole nodes only; add one, or let one fail", kind=deed.kind)  # fmt: skip
    cluster = _changed(before.cluster, deed)
    if way == "straw2":
        placed = place_many(len(before.placed), cluster, size)
    else:
        placed = _rival(way, before, cluster, deed)
    return _state(
        cluster, placed, size, before, deed, _SAID.get((way, deed.kind), _DONE[deed.kind])
    )


def _changed(cluster: ClusterMap, deed: Deed) -> ClusterMap:
    """The map after a deed that can be done."""
    if deed.kind == "add":
        require(len(cluster.hosts) < MOST_HOSTS, "hosts={n}: choose {most} or fewer", n=len(cluster.hosts) + 1, most=MOST_HOSTS)  # fmt: skip
    elif deed.kind == "fail":
        gone = set(cluster.osds_of_host(deed.what)) <= cluster.out
        require(not gone, "host={host}: it has failed already", host=deed.what)
    else:
        cluster.host_of(deed.what)
    if deed.kind == "in":
        require(deed.what in cluster.out, "osd={osd}: it is not out", osd=deed.what)
        return replace(cluster, out=cluster.out - {deed.what})
    if deed.kind == "out":
        require(deed.what not in cluster.out, "osd={osd}: it is out already", osd=deed.what)
    if deed.kind == "weight":
        require(0 < deed.weight <= HEAVIEST, "weight={x}: choose more than 0, up to {most}", x=deed.weight, most=HEAVIEST)  # fmt: skip
    after = changed(cluster, Change(_CHANGES[deed.kind], deed.what, deed.weight))
    left = [osd for osd in after.osds if osd.weight > 0 and osd.id not in after.out]
    require(bool(left), "deed={kind}: it was the last disk; somewhere the copies must be", kind=deed.kind)  # fmt: skip
    return after


def _rival(way: Way, before: State, cluster: ClusterMap, deed: Deed) -> Ints:
    """Where a remainder, or a table, puts the groups now."""
    alive = np.array([osd.id for osd in cluster.osds if osd.id not in cluster.out], dtype=np.int64)
    if way == "modulo":
        return alive[modulo(len(before.placed), len(alive))].reshape(-1, 1)
    table = before.placed[:, 0]
    if deed.kind == "fail":
        return _shared(table, deed.what, alive).reshape(-1, 1)
    ranks = np.searchsorted(alive, table)  # the new node comes last
    return alive[table_after(ranks, len(alive) - 1)].reshape(-1, 1)


def _shared(table: Ints, gone: int, alive: Ints) -> Ints:
    """The groups of a node that failed go to the others, always to the emptiest."""
    after, sizes = table.copy(), {int(node): int((table == node).sum()) for node in alive}
    for pg in np.flatnonzero(table == gone):
        node = min(sizes, key=sizes.__getitem__)
        after[pg] = node
        sizes[node] += 1
    return after


def _state(cluster: ClusterMap, placed: Ints, size: int, before: State | None, deed: Deed | None, said: Message) -> State:  # fmt: skip
    held = copies(placed, cluster)
    shares = fair_shares(cluster, size)
    fair = {osd: share * len(placed) * size for osd, share in shares.items()}
    if before is None or deed is None:
        return State(cluster, placed, held, fair, (), 0.0, None, (said,))
    moved = moves(before.placed, placed)
    bound = least(before.cluster, cluster, before.held, size)
    why = [Message(said.text, {"what": deed.what, "weight": deed.weight})]
    why.append(_compared(len(moved), bound, sum(before.held.values())))
    if short := int((placed == NONE).any(axis=1).sum()):
        why.append(Message.of("Groups that find no host for a copy: {short}. Two copies never lie on one host.", short=short))  # fmt: skip
    return State(cluster, placed, held, fair, moved, bound, deed, tuple(why))


def _compared(moved: int, bound: float, held: int) -> Message:
    return Message.of(
        "Copies that move: {moved} of {all}, {share:.1f} %; the least that would do is {least:.0f}, {bound:.1f} %.",
        moved=moved, all=held, share=100 * moved / held, least=bound, bound=100 * bound / held,
    )  # fmt: skip


_OPENING: dict[Way, Message] = {
    "straw2": Message.of("Each host draws a straw for each group, as much longer as it is heavier; the longest win, and in a host its disks draw again. Every node computes this from the same map; nobody keeps a list."),
    "modulo": Message.of("The node of a group is the remainder of its hash by the number of nodes. Nothing need be kept, and everything hangs on that number."),
    "table": Message.of("A table says where each group is: one line each, which somebody keeps and everybody reads."),
}  # fmt: skip
_DONE: dict[Kind, Message] = {
    "add": Message.of("One more host; it takes its share from all the others."),
    "out": Message.of("Disk {what} is out: it keeps its weight on the map, and those who draw it draw again. Only its copies move."),
    "in": Message.of("Disk {what} is in again: the copies that it gave away come back."),
    "remove": Message.of("Disk {what} has weight 0: its host weighs less too, so that copies of its other disk move as well."),
    "fail": Message.of("Host {what} has failed and is out: its copies are made anew on the others."),
    "weight": Message.of("Disk {what} weighs {weight:g} now, and its host with it: copies move towards what has become heavier."),
}  # fmt: skip
_SAID: dict[tuple[Way, Kind], Message] = {
    ("modulo", "add"): Message.of("One more node, and every remainder is another: most copies move between nodes that were there before."),
    ("modulo", "fail"): Message.of("Node {what} has failed, and every remainder is another: copies move between nodes that nothing has happened to."),
    ("table", "add"): Message.of("One more node; whoever keeps the table gives it an equal part of every other’s groups."),
    ("table", "fail"): Message.of("Node {what} has failed; whoever keeps the table gives its groups to the others."),
}  # fmt: skip
