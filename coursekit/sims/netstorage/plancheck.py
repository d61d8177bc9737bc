"""Whether a planned cluster does its task: what fits, and what goes on when a host or a rack dies.

Built on `plan`, `placement`, `rebalance`, `pgstate`, `quorum` and `sizing`. Modelled: the room on every
disk by its weight, whole and with any host dead; the state of each group, the votes and the memory
with any rack dead; the network as `sizing` sees it, all hosts alike. Left out: two deaths at once,
chance in placement (the fair shares are compared with the nearfull mark, which leaves room for it).
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from coursekit.sims.message import Message
from coursekit.sims.netstorage.pgstate import STATES, Pool, State, pg_state
from coursekit.sims.netstorage.placement import NONE, ClusterMap, copies, place_many
from coursekit.sims.netstorage.plan import ELSEWHERE, Plan, parse
from coursekit.sims.netstorage.quorum import Cut, outcome
from coursekit.sims.netstorage.rebalance import fair_shares
from coursekit.sims.netstorage.redundancy import LIMITS, Scheme, replicas
from coursekit.sims.netstorage.sizing import Cluster, size

__all__ = ["GROUPS", "TASK", "Check", "Death", "Judged", "Task", "judged"]

GROUPS = 128
NEAR = LIMITS["nearfull"]
About = Literal["hosts", "copies", "space", "host", "rack", "majority", "memory", "network"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What the cluster is for: data, machines, writes; and how many hosts may be bought."""

    data_tb: float = 8.0
    machines: int = 40
    machine_gb: float = 12.0
    write_mb_s: float = 200.0
    hosts: int = 5
    deaths: int = 2  # of any disks at the same time, with nothing lost

    @property
    def ram_gb(self) -> float:
        """The memory of all machines."""
        return self.machines * self.machine_gb


TASK = Task()


@dataclass(frozen=True)
class Check:
    """A condition of the task, whether the plan meets it, and why."""

    about: About
    what: Message
    ok: bool
    why: Message


@dataclass(frozen=True)
class Death:
    """What a dead rack leaves: groups by state, votes, memory; whether new copies find a place.

    `filled` is the part of each disk that is filled when they have been made.
    """

    rack: str
    counts: dict[State, int]
    votes: int
    needed: int
    runs: bool
    ram_gb: float
    heals: bool
    filled: dict[int, float]

    @property
    def io(self) -> bool:
        """Whether every object can be read and written."""
        return not self.counts["inactive"] + self.counts["down"]


@dataclass(frozen=True)
class Judged:
    """A plan, its map, the part of each disk that is filled, what each dead rack leaves, the checks."""

    plan: Plan
    scheme: Scheme
    cluster: ClusterMap
    filled: dict[int, float]
    held: dict[int, int]
    deaths: tuple[Death, ...]
    checks: tuple[Check, ...]

    @property
    def done(self) -> bool:
        """Whether the task is done."""
        return all(each.ok for each in self.checks)


@lru_cache(maxsize=32)  # a lab asks again when only what is looked at has changed
def judged(text: str, task: Task = TASK) -> Judged:
    """What becomes of the plan of a text; ParameterError with its line where it cannot be read."""
    plan = parse(text)
    scheme = plan.scheme or replicas(1)
    cluster = plan.cluster
    placed = place_many(GROUPS, cluster, scheme.size)
    groups = tuple(tuple(osd for osd in row if osd != NONE) for row in placed.tolist())
    deaths = tuple(_death(plan, cluster, groups, rack, task) for rack in plan.racks)
    checks = (
        _hosts(plan, task), _copies(scheme, task), _space(cluster, scheme, task), _host_dies(plan, cluster, scheme, task),
        _rack_dies(deaths), _majority(deaths), _memory(deaths, task), _network(plan, scheme, task),
    )  # fmt: skip
    return Judged(plan, scheme, cluster, _filled(cluster, scheme, task), copies(placed, cluster), deaths, checks)  # fmt: skip


def _filled(cluster: ClusterMap, scheme: Scheme, task: Task) -> dict[int, float]:
    """The part of each disk that the data fill, by fair shares."""
    shares, all_tb = fair_shares(cluster, scheme.size), task.data_tb * scheme.overhead
    return {osd.id: shares[osd.id] * all_tb / osd.weight for osd in cluster.osds}


def _placeable(cluster: ClusterMap, scheme: Scheme) -> bool:
    """Whether each piece of an object finds a failure domain of its own."""
    return sum(fair_shares(cluster, scheme.size).values()) > 1 - 1e-9


def _death(plan: Plan, cluster: ClusterMap, groups: tuple[tuple[int, ...], ...], rack: str, task: Task) -> Death:  # fmt: skip
    scheme = plan.scheme or replicas(1)
    gone = frozenset(cluster.osds_of_rack(plan.racks.index(rack)))
    alive = {osd.id for osd in cluster.osds} - gone
    pool = Pool(size=scheme.size, min_size=scheme.min_size, k=scheme.k)
    states = Counter(pg_state(each, alive, pool).state for each in groups)
    ram = sum(host.ram_gb for host in plan.hosts if host.rack != rack)
    after = replace(cluster, out=gone)
    return Death(rack, {name: states[name] for name in STATES}, *_votes(plan, rack), ram, _placeable(after, scheme), _filled(after, scheme, task))  # fmt: skip


def _votes(plan: Plan, rack: str) -> tuple[int, int, bool]:
    """Votes of those that are left, votes needed, whether they go on."""
    here = tuple(n for n, host in enumerate(plan.hosts) if host.rack != rack)
    gone = tuple(n for n, host in enumerate(plan.hosts) if host.rack == rack)
    seen = None if plan.witness is None else -1 if plan.witness == rack and rack != ELSEWHERE else 0
    found = outcome(Cut(votes=(1,) * len(plan.hosts), groups=(here, gone), witness=seen))
    return found.groups[0].votes, found.quorum, bool(here) and found.groups[0].runs


def _hosts(plan: Plan, task: Task) -> Check:
    n = len(plan.hosts)
    return Check("hosts", Message.of("{n} hosts at most", n=task.hosts), n <= task.hosts, Message.of("Hosts planned: {n}.", n=n))  # fmt: skip


def _copies(scheme: Scheme, task: Task) -> Check:
    what = Message.of("any {n} disks may die and nothing is lost", n=task.deaths)
    return Check("copies", what, scheme.tolerance >= task.deaths, Message.of("{scheme}: deaths borne: {n}.", scheme=scheme.name, n=scheme.tolerance))  # fmt: skip


def _space(cluster: ClusterMap, scheme: Scheme, task: Task) -> Check:
    what = Message.of("{tb:g} TB of data find room", tb=task.data_tb)
    if not _placeable(cluster, scheme):
        return Check("space", what, ok=False, why=Message.of("Too few failure domains: {scheme} want {n}.", scheme=scheme.name, n=scheme.size))  # fmt: skip
    most = max(_filled(cluster, scheme, task).values())
    return Check("space", what, most <= NEAR, Message.of("The fullest disk is filled to {share:.0f} %, the nearfull mark is at {mark:.0f} %.", share=100 * most, mark=100 * NEAR))  # fmt: skip


def _host_dies(plan: Plan, cluster: ClusterMap, scheme: Scheme, task: Task) -> Check:
    what, worst, name = Message.of("any host may die: its copies are made anew"), 0.0, ""
    for at, host in enumerate(plan.hosts):
        after = replace(cluster, out=frozenset(cluster.osds_of_host(at)))
        if not _placeable(after, scheme):
            return Check("host", what, ok=False, why=Message.of("When {host} dies, no failure domain is left for its copies.", host=host.name))  # fmt: skip
        most = max(_filled(after, scheme, task).values())
        if most > worst:
            worst, name = most, host.name
    return Check("host", what, worst <= NEAR, Message.of("At worst {host} dies: a disk is filled to {share:.0f} % then.", host=name, share=100 * worst))  # fmt: skip


def _rack_dies(deaths: tuple[Death, ...]) -> Check:
    what = Message.of("any rack may die: all is read and written")
    worst = max(deaths, key=lambda each: each.counts["down"] * GROUPS + each.counts["inactive"])
    if worst.io:
        return Check("rack", what, ok=True, why=Message.of("Whichever rack dies, each object has enough copies left."))  # fmt: skip
    waits = worst.counts["inactive"] + worst.counts["down"]
    return Check("rack", what, ok=False, why=Message.of("When rack {rack} dies, {share:.0f} % of the objects wait or are gone.", rack=worst.rack, share=100 * waits / GROUPS))  # fmt: skip


def _majority(deaths: tuple[Death, ...]) -> Check:
    worst = min(deaths, key=lambda each: (each.runs, each.votes))
    why = Message.of("At worst rack {rack} dies: {votes} votes are left, {needed} are needed.", rack=worst.rack, votes=worst.votes, needed=worst.needed)  # fmt: skip
    return Check("majority", Message.of("any rack may die: a majority goes on"), worst.runs, why)


def _memory(deaths: tuple[Death, ...], task: Task) -> Check:
    worst = min(deaths, key=lambda each: each.ram_gb)
    why = Message.of("At worst rack {rack} dies: {left:.0f} GB are left, {need:.0f} GB are needed.", rack=worst.rack, left=worst.ram_gb, need=task.ram_gb)  # fmt: skip
    return Check("memory", Message.of("any rack may die: the machines find memory"), worst.ram_gb >= task.ram_gb, why)  # fmt: skip


def _network(plan: Plan, scheme: Scheme, task: Task) -> Check:
    cluster = Cluster(hosts=len(plan.hosts), scheme=scheme, write_mb_s=task.write_mb_s, gbps=plan.gbps or 1.0)  # fmt: skip
    line = size(cluster).line("network")
    return Check("network", Message.of("the network carries copies and a rebuild"), line.verdict == "yes", line.why)  # fmt: skip
