"""A cluster that loses disks, as data: the scenario, a moment of it, the whole record.

`recovery` makes the record and says what is modelled.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.pgstate import STATES, Pool, State, of_count
from coursekit.sims.netstorage.placement import ClusterMap
from coursekit.sims.netstorage.rebalance import GB, seconds_for
from coursekit.sims.netstorage.redundancy import LIMITS

__all__ = ["Copying", "Kind", "Loss", "Moment", "Scenario", "Told", "named", "osds_of"]

Kind = Literal[
    "start", "silent", "down", "out", "copied", "back", "nearfull", "full", "stuck", "lost",
    "whole", "end",
]  # fmt: skip
MOST_GROUPS = 1024
MOST_NAMED = 8
DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A rack, a host or one OSD falls silent at `at_s`; it is heard again, or not, or its disks are destroyed."""

    at_s: float
    host: int | None = None
    osd: int | None = None
    rack: int | None = None
    back_s: float | None = None
    destroyed: bool = False

    def __post_init__(self) -> None:
        require(0 <= self.at_s <= 30 * DAY, "at_s={x}: choose 0 to 30 days, in seconds", x=self.at_s)  # fmt: skip
        one = sum(each is not None for each in (self.rack, self.host, self.osd)) == 1
        require(one, "rack={rack}, host={host}, osd={osd}: give one of them", rack=self.rack, host=self.host, osd=self.osd)  # fmt: skip
        require(self.back_s is None or self.back_s > self.at_s, "back_s={x}: choose more than {at_s}, when it falls silent", x=self.back_s, at_s=self.at_s)  # fmt: skip
        require(self.back_s is None or not self.destroyed, "back_s={x}: destroyed disks do not come back", x=self.back_s)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """The cluster, its groups of `pg_gb` GB a copy, the speed of each OSD, what is lost and when."""

    cluster: ClusterMap
    losses: tuple[Loss, ...] = ()
    pool: Pool = field(default_factory=Pool)
    pgs: int = 128
    pg_gb: float = 10.0
    mb_s: float = 50.0
    capacity_gb: float = 1000.0  # of each OSD
    grace_s: float = LIMITS["heartbeat_grace_s"]
    out_after_s: float = LIMITS["out_after_s"]

    def __post_init__(self) -> None:
        require(1 <= self.pgs <= MOST_GROUPS, "pgs={n}: choose 1 to {most}", n=self.pgs, most=MOST_GROUPS)  # fmt: skip
        require(self.pool.k == 1, "k={k}: copies are followed here, choose 1", k=self.pool.k)
        for name in ("pg_gb", "mb_s", "capacity_gb"):
            value = getattr(self, name)
            require(0 < value < inf, "{name}={value}: choose more than 0", name=name, value=value)
        for name in ("grace_s", "out_after_s"):
            value = getattr(self, name)
            require(0 <= value < inf, "{name}={value}: choose 0 or more", name=name, value=value)
        lost = Counter(osd for loss in self.losses for osd in osds_of(self.cluster, loss))
        twice = sorted(osd for osd, times in lost.items() if times > 1)
        require(not twice, "osd={osds}: it can be lost once only", osds=named(twice))

    @property
    def copy_s(self) -> float:
        """Seconds to copy one group from an OSD to another."""
        return seconds_for(self.pg_gb * GB, 1, self.mb_s)


def osds_of(cluster: ClusterMap, loss: Loss) -> tuple[int, ...]:
    """The OSDs that a loss takes."""
    if loss.osd is not None:
        cluster.host_of(loss.osd)
        return (loss.osd,)
    if loss.rack is not None:
        return cluster.osds_of_rack(loss.rack)
    return cluster.osds_of_host(-1 if loss.host is None else loss.host)


def named(osds: list[int] | tuple[int, ...]) -> str:
    """Numbers for a sentence, not more than can be read."""
    text = ", ".join(map(str, osds[:MOST_NAMED]))
    return text + ", …" if len(osds) > MOST_NAMED else text


@dataclass(frozen=True)
class Copying:
    """One copy under way, done at `until`."""

    pg: int
    source: int
    target: int
    until: float


@dataclass(frozen=True)
class Moment:
    """The cluster from time `t` on.

    `has[g]` are the OSDs with a copy of group g that is not destroyed, whether they answer or not;
    `acting[g]` those that the map asks for now; `silent` OSDs do not answer, `down` ones are known
    not to, `out` ones have been replaced.
    """

    t: float
    kind: Kind
    has: tuple[tuple[int, ...], ...]
    acting: tuple[tuple[int, ...], ...]
    silent: frozenset[int] = frozenset()
    down: frozenset[int] = frozenset()
    out: frozenset[int] = frozenset()
    destroyed: frozenset[int] = frozenset()
    copying: tuple[Copying, ...] = ()
    copied: int = 0
    why: tuple[Message, ...] = ()

    def alive(self, pg: int) -> tuple[int, ...]:
        """OSDs that have a copy of the group and answer."""
        return tuple(osd for osd in self.has[pg] if osd not in self.silent)

    def state(self, pg: int, pool: Pool) -> State:
        """The state of a group, by the copies that answer."""
        return of_count(min(pool.size, len(self.alive(pg))), pool)

    def states(self, pool: Pool) -> dict[State, int]:
        """How many groups are in which state; every state is named."""
        counts = Counter(self.state(pg, pool) for pg in range(len(self.has)))
        return {state: counts[state] for state in STATES}

    @property
    def lost(self) -> tuple[int, ...]:
        """Groups of which no copy exists any more."""
        return tuple(pg for pg, osds in enumerate(self.has) if not osds)

    def missing(self, pg: int) -> tuple[int, ...]:
        """OSDs that should have the group and answer, but have no copy yet."""
        return tuple(osd for osd in self.acting[pg] if osd not in self.has[pg] and osd not in self.silent)  # fmt: skip

    def whole(self, pool: Pool) -> bool:
        """Whether every group that exists has its copies, and where the map asks for them."""
        groups = [pg for pg, osds in enumerate(self.has) if osds]
        return all(self.state(pg, pool) == "active+clean" and set(self.acting[pg]) <= set(self.alive(pg)) for pg in groups)  # fmt: skip

    def next_disk(self) -> Counter[int]:
        """OSD -> groups whose last answering copy it has: what is lost if it is destroyed now."""
        last = (self.alive(pg) for pg in range(len(self.has)))
        return Counter(osds[0] for osds in last if len(osds) == 1)

    def danger(self) -> Message:
        """What the next dead disk would take, at the worst."""
        worst = self.next_disk().most_common(1)
        if not worst:
            return Message.of("If one more disk is destroyed now, nothing is lost.")
        osd, groups = worst[0]
        return Message.of("If OSD {osd} is destroyed now, the last copies of so many groups go with it: {groups}.", osd=osd, groups=groups)  # fmt: skip

    def used(self, osd: int) -> int:
        """Copies on an OSD, those that are arriving with them."""
        return sum(osd in osds for osds in self.has) + sum(each.target == osd for each in self.copying)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """The record; `window_s` is what the formula says for the first loss."""

    scenario: Scenario
    states: tuple[Moment, ...]
    window_s: float | None

    def first(self, kind: Kind) -> Moment | None:
        """The first moment of a kind."""
        return next((state for state in self.states if state.kind == kind), None)

    @property
    def rebuilt_s(self) -> float | None:
        """Seconds from the first new places to the last copy; None: it never got whole."""
        begun, end = self.first("out"), self.states[-1]
        return None if begun is None or end.kind != "whole" else end.t - begun.t
