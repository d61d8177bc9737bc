"""What moves when the map changes: which copies, from where to where, and the least possible.

Modelled: the difference between two placements, group by group; the shares that weights promise
(a failure domain gets at most one copy of a group) and the least that must move to meet them; the moves in
waves, each OSD sending and receiving `slots` copies at a time. Any holder of a group sends its
new copy; the old one goes when all new ones are complete. Left out: writes that go on meanwhile,
and the balancer that evens out what chance leaves uneven. Sources: Weil et al., CRUSH, SC'06;
Ceph, osd_max_backfills; Cidon et al., Copysets, USENIX ATC'13.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from math import comb, expm1, log1p
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.placement import (  # fmt: skip
    NONE,
    ClusterMap,
    Host,
    Ints,
    Osd,
    copies,
    place_many,
)

__all__ = [
    "CHANGES", "MOST_GROUPS", "Change", "Moment", "Move", "Speed", "Told", "changed",
    "copyset_loss", "fair_shares", "least", "moves", "seconds_for", "tell",
]  # fmt: skip

Kind = Literal["add_host", "osd_out", "osd_weight_0", "host_out", "rack_out", "osd_weight"]
CHANGES: tuple[Kind, ...] = get_args(Kind)
MOST_GROUPS = 4096
GB, MB = 1e9, 1e6


@dataclass(frozen=True)
class Change:
    """What is done to the map: `what` is a rack, a host or an OSD; `weight` that of new OSDs, or the new one."""

    kind: Kind
    what: int = 0
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(self.kind in CHANGES, "kind={kind}: choose one of {known}", kind=self.kind, known=", ".join(CHANGES))  # fmt: skip
        require(self.weight >= 0, "weight={x}: choose 0 or more", x=self.weight)


@dataclass(frozen=True)
class Move:
    """One copy of a group: `leaves` is the OSD that it leaves, `source` the one that it is read from.

    `leaves` is None where a copy was missing, `source` until the move begins.
    """

    pg: int
    leaves: int | None
    target: int
    source: int | None = None


@dataclass(frozen=True, kw_only=True)
class Speed:
    """GB of one copy, MB/s that an OSD reads or writes for moves, copies at a time each way."""

    pg_gb: float = 10.0
    mb_s: float = 50.0
    slots: int = 1

    def __post_init__(self) -> None:
        require(self.pg_gb > 0, "pg_gb={x}: choose more than 0", x=self.pg_gb)
        require(self.mb_s > 0, "mb_s={x}: choose more than 0", x=self.mb_s)
        require(self.slots >= 1, "slots={n}: choose 1 or more", n=self.slots)

    @property
    def wave_s(self) -> float:
        """Seconds of a wave: the slots of an OSD share its rate."""
        return self.slots * self.pg_gb * GB / (self.mb_s * MB)


@dataclass(frozen=True)
class Moment:
    """Where the copies of each group are at time `t`; `under_way` are the moves of the wave before it."""

    t: float
    cluster: ClusterMap
    held: tuple[tuple[int, ...], ...]
    done: int
    left: int
    under_way: tuple[Move, ...] = ()
    why: tuple[Message, ...] = field(default=())

    @property
    def counts(self) -> Counter[int]:
        """Copies each OSD holds now, the old ones that a move still needs with them."""
        return Counter(osd for each in self.held for osd in each)


@dataclass(frozen=True)
class Told:
    """Before, the changed map, a moment after each wave; `least` copies would have to move."""

    states: tuple[Moment, ...]
    moves: tuple[Move, ...]
    least: float
    short: int  # groups that find fewer than `size` places


def changed(cluster: ClusterMap, change: Change) -> ClusterMap:
    """The map after a change.

    A new host gets as many OSDs as the first, with the next numbers, and the emptiest rack.
    """
    ids = {osd.id for osd in cluster.osds}
    match change.kind:
        case "add_host":
            count, first = len(cluster.hosts[0].osds), max(ids) + 1
            osds = tuple(Osd(first + each, change.weight) for each in range(count))
            new = Host(cluster.hosts[-1].id + 1, osds, _emptiest(cluster))
            return replace(cluster, hosts=(*cluster.hosts, new))
        case "host_out":
            return replace(cluster, out=cluster.out | set(cluster.osds_of_host(change.what)))
        case "rack_out":
            return replace(cluster, out=cluster.out | set(cluster.osds_of_rack(change.what)))
    require(change.what in ids, "osd={osd}: choose one of {known}", osd=change.what, known=sorted(ids))  # fmt: skip
    if change.kind == "osd_out":
        return replace(cluster, out=cluster.out | {change.what})
    return _weighed(cluster, change.what, change.weight if change.kind == "osd_weight" else 0.0)


def _emptiest(cluster: ClusterMap) -> int:
    """The rack with the fewest hosts, the first of them."""
    racks = [host.rack for host in cluster.hosts]
    return min(sorted(set(racks)), key=racks.count)


def _weighed(cluster: ClusterMap, osd: int, weight: float) -> ClusterMap:
    def one(host: Host) -> Host:
        return replace(host, osds=tuple(Osd(osd, weight) if each.id == osd else each for each in host.osds))  # fmt: skip

    return replace(cluster, hosts=tuple(map(one, cluster.hosts)))


def moves(before: Ints, after: Ints) -> tuple[Move, ...]:
    """The copies to make, group by group: who leaves a group makes room for who comes."""
    require(before.shape[0] == after.shape[0], "groups={a}: the other placement has {b}", a=before.shape[0], b=after.shape[0])  # fmt: skip
    found = list[Move]()
    for pg, (old, new) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        found += _of_group(pg, _known(old), _known(new))
    return tuple(found)


def _known(osds: Sequence[int]) -> tuple[int, ...]:
    return tuple(osd for osd in osds if osd != NONE)


def _of_group(pg: int, old: tuple[int, ...], new: tuple[int, ...]) -> list[Move]:
    leaving = [osd for osd in old if osd not in new]
    coming = [osd for osd in new if osd not in old]
    return [Move(pg, leaves, osd) for leaves, osd in zip_longest(leaving, coming) if osd is not None]  # fmt: skip


def fair_shares(cluster: ClusterMap, size: int) -> dict[int, float]:
    """The part of all `size` copies that each OSD should hold by its weight.

    A failure domain cannot hold more than one copy in `size`; what it cannot take goes to the
    others. With fewer domains than copies the parts add up to less than 1.
    """
    require(size >= 1, "size={n}: choose 1 or more", n=size)
    weight = {item: sum(_in(cluster, osd) for osd in _all(hosts)) for item, hosts in cluster.domains.items()}  # fmt: skip
    share, left = dict[int, float](), 1.0
    open_ = {item for item in weight if weight[item] > 0}
    while open_:
        total = sum(weight[item] for item in open_)
        capped = {item for item in open_ if left * weight[item] / total > 1 / size + 1e-12}
        for item in capped or open_:
            share[item] = 1 / size if capped else left * weight[item] / total
        left -= len(capped) / size
        open_ = open_ - capped if capped else set()
    return {
        osd.id: share[item] * _in(cluster, osd) / weight[item] if item in share else 0.0
        for item, hosts in cluster.domains.items() for osd in _all(hosts)
    }  # fmt: skip


def _all(hosts: Sequence[Host]) -> list[Osd]:
    return [osd for host in hosts for osd in host.osds]


def _in(cluster: ClusterMap, osd: Osd) -> float:
    """The weight of an OSD, if it is not out."""
    return 0.0 if osd.id in cluster.out else osd.weight


def least(before: ClusterMap, after: ClusterMap, held: Mapping[int, int], size: int) -> float:
    """Copies that must move at least, on average, to meet the new weights from what is held now."""
    old, new = fair_shares(before, size), fair_shares(after, size)
    if sum(new.values()) < sum(old.values()) - 1e-9:  # some copies find no place any more
        return sum(held.values()) * sum(max(0.0, new[osd] - old.get(osd, 0)) for osd in new)
    return sum(held.get(osd, 0) * (1 - new.get(osd, 0) / old[osd]) for osd in old if old[osd] > new.get(osd, 0) + 1e-12)  # fmt: skip


def tell(
    cluster: ClusterMap, change: Change, *, pgs: int = 128, size: int = 3, speed: Speed | None = None
) -> Told:  # fmt: skip
    """The whole move: before, the changed map, then wave after wave."""
    require(1 <= pgs <= MOST_GROUPS, "pgs={n}: choose 1 to {most}", n=pgs, most=MOST_GROUPS)
    speed = speed or Speed()
    goal = changed(cluster, change)
    old, new = place_many(pgs, cluster, size), place_many(pgs, goal, size)
    todo = moves(old, new)
    states = _first_two(cluster, goal, old, todo)
    goals, left = [_known(each) for each in new.tolist()], list(todo)
    while left:
        wave, left = _wave(left, states[-1].held, speed.slots)
        states.append(_after(states[-1], wave, len(left), goals, speed))
    states[-1] = replace(states[-1], held=tuple(goals), why=(*states[-1].why, *_end(new)))
    bound = least(cluster, goal, copies(old, cluster), size)
    return Told(tuple(states), todo, bound, int((new == NONE).any(axis=1).sum()))


def _first_two(cluster: ClusterMap, goal: ClusterMap, old: Ints, todo: Sequence[Move]) -> list[Moment]:  # fmt: skip
    held, total = tuple(_known(each) for each in old.tolist()), len(todo)
    first = Message.of("Every node computes where each copy is from the same map: {copies} copies of {pgs} groups.", copies=sum(map(len, held)), pgs=len(held))  # fmt: skip
    then = Message.of("The map has changed. Copies with a new place: {moved}, in {pgs} groups. Nothing has moved yet.", moved=total, pgs=len({each.pg for each in todo}))  # fmt: skip
    return [Moment(0.0, cluster, held, 0, total, why=(first,)), Moment(0.0, goal, held, 0, total, why=(then,))]  # fmt: skip


def _wave(
    left: Sequence[Move], held: Sequence[tuple[int, ...]], slots: int
) -> tuple[tuple[Move, ...], list[Move]]:
    """Moves that can run together: no OSD sends or receives more than its slots.

    Any OSD that has a copy can send it; the one that has least to send does.
    """
    sends, receives = Counter[int](), Counter[int]()
    now, later = list[Move](), list[Move]()
    for move in left:
        source = min(held[move.pg], key=lambda osd: sends[osd])
        if receives[move.target] < slots and sends[source] < slots:
            receives[move.target] += 1
            sends[source] += 1
            now.append(replace(move, source=source))
        else:
            later.append(move)
    return tuple(now), later


def _after(before: Moment, wave: tuple[Move, ...], left: int, goals: Sequence[tuple[int, ...]], speed: Speed) -> Moment:  # fmt: skip
    held = list(before.held)
    for move in wave:
        has = (*held[move.pg], move.target)
        whole = set(goals[move.pg]) <= set(has)
        held[move.pg] = goals[move.pg] if whole else has
    why = Message.of("Copies that moved together: {n}, {gb:.0f} GB; each OSD sends and receives at {mb_s:.0f} MB/s.", n=len(wave), gb=len(wave) * speed.pg_gb, mb_s=speed.mb_s)  # fmt: skip
    return Moment(before.t + speed.wave_s, before.cluster, tuple(held), before.done + len(wave), left, wave, (why,))  # fmt: skip


def _end(new: Ints) -> tuple[Message, ...]:
    short = int((new == NONE).any(axis=1).sum())
    if short:
        return (Message.of("Groups that stay short of copies: {short}. There is no other failure domain to put one in.", short=short),)  # fmt: skip
    return (Message.of("Every copy is where the map says."),)


def seconds_for(bytes_: float, disks: int, mb_s: float, network_mb_s: float | None = None) -> float:
    """Time to write so many bytes on so many disks at once; the network may be the narrower way."""
    require(bytes_ >= 0, "bytes={x}: choose 0 or more", x=bytes_)
    require(disks >= 1, "disks={n}: choose 1 or more", n=disks)
    require(mb_s > 0, "mb_s={x}: choose more than 0", x=mb_s)
    require(network_mb_s is None or network_mb_s > 0, "network_mb_s={x}: choose more than 0", x=network_mb_s)  # fmt: skip
    rate = disks * mb_s if network_mb_s is None else min(disks * mb_s, network_mb_s)
    return bytes_ / (rate * MB)


def copyset_loss(nodes: int, sets: int, r: int = 3) -> float:
    """Chance that `r` nodes that fail together hold all copies of something.

    `sets` groups have their copies on random sets of `r` nodes.
    """
    require(r >= 1, "r={n}: choose 1 or more", n=r)
    require(nodes >= r, "nodes={n}: choose {r} or more, one for each copy", n=nodes, r=r)
    require(sets >= 0, "sets={n}: choose 0 or more", n=sets)
    if comb(nodes, r) == 1:
        return float(sets > 0)
    return -expm1(sets * log1p(-1 / comb(nodes, r)))
