"""A node dies or is cut off: who notices when, and when its pods are replaced.

Modelled: leases renewed every 10 s, a node controller that looks every 5 s, the grace period after
which the node is Unknown and its pods leave their Services, the 300 s for which pods tolerate
that, substitutes of a Deployment, the wait of a StatefulSet, a node that comes back, the slower
evictions when much of a zone is gone. Left out: losing the control plane, the pace of evictions
within one node's taint manager, pods with tolerations of their own.
Sources: kubernetes.io, "Nodes", "Leases", "Taint based Evictions"; Kubernetes,
pkg/controller/nodelifecycle. Grace 50 s from v1.32 on, 40 s before. `start` is illustrative.
"""

from dataclasses import dataclass
from math import floor
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = [
    "CHECK_S", "GRACE_S", "LEASE_S", "OLD_GRACE_S", "TOLERATION_S", "Failed", "Failure", "Moment",
    "Zone", "bounds", "eviction_rate", "tell",
]  # fmt: skip

LEASE_S, CHECK_S, GRACE_S, OLD_GRACE_S = 10.0, 5.0, 50.0, 40.0
TOLERATION_S = 300.0
RATE, SLOW_RATE, BAD_SHARE, SMALL_ZONE, FEW = 0.1, 0.01, 55, 50, 2
Kind = Literal[
    "renewed", "dead", "not_ready", "deleted", "created", "serving", "waiting", "back", "kept",
    "released",
]  # fmt: skip


def bounds(grace: float = GRACE_S) -> tuple[float, float]:
    """Seconds from death to NotReady: soonest (dead just before a renewal), latest (just after)."""
    return grace - LEASE_S, grace + CHECK_S


@dataclass(frozen=True, kw_only=True)
class Failure:
    """When the node dies; phases of its renewals and of the looks; what its pods belong to."""

    dead: float = 12.0
    renewal: float = 0.0  # a renewal happens at this time, and every 10 s before and after
    look: float = 0.0
    grace: float = GRACE_S
    toleration: float = TOLERATION_S
    kind: Literal["crash", "cut"] = "crash"  # cut: it lives, and is not heard
    owner: Literal["Deployment", "StatefulSet"] = "Deployment"
    back: float | None = None  # when the node is heard again
    out_of_service: float | None = None  # when somebody marks it so
    start: float = 10.0

    def __post_init__(self) -> None:
        for name in ("dead", "start", "toleration"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        require(self.grace > LEASE_S, "grace={value}: choose more than 10 s, the time between two renewals", value=self.grace)  # fmt: skip
        require(self.kind in ("crash", "cut"), "kind={kind}: choose crash or cut", kind=self.kind)
        require(self.owner in ("Deployment", "StatefulSet"), "owner={owner}: choose Deployment or StatefulSet", owner=self.owner)  # fmt: skip
        for name in ("back", "out_of_service"):
            value = getattr(self, name)
            require(value is None or value > self.dead, "{name}={value}: choose more than {dead}, when the node dies", name=name, value=value, dead=self.dead)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """An event, and from then on: is the node held for ready, are requests sent to the dead pod."""

    t: float
    kind: Kind
    ready: bool
    traffic: bool  # the Service still sends requests to the pod on that node
    serving: bool  # a substitute (or the node itself, back) serves
    why: Message


@dataclass(frozen=True)
class Failed:
    """All events in order."""

    failure: Failure
    states: tuple[Moment, ...]

    def at(self, kind: Kind) -> float | None:
        """When it happened first."""
        return next((state.t for state in self.states if state.kind == kind), None)

    @property
    def safe(self) -> float | None:
        """Seconds after death until no request goes to the dead pod."""
        end = next((s.t for s in self.states if s.t >= self.failure.dead and not s.traffic), None)
        back = self.at("back")
        times = [t for t in (end, back) if t is not None]
        return min(times) - self.failure.dead if times else None

    @property
    def whole(self) -> float | None:
        """Seconds after death until as many pods serve as before; None: not by itself."""
        end = next((s.t for s in self.states if s.t > self.failure.dead and s.serving), None)
        return None if end is None else end - self.failure.dead


def last_renewal(failure: Failure) -> float:
    """The latest renewal not after the death."""
    turns = floor((failure.dead - failure.renewal) / LEASE_S)
    return failure.renewal + turns * LEASE_S


def noticed(failure: Failure) -> float:
    """The first look at which the lease is older than the grace period."""
    over = last_renewal(failure) + failure.grace
    turns = floor((over - failure.look) / CHECK_S) + 1  # "older than" is strict
    return failure.look + turns * CHECK_S


def tell(failure: Failure) -> Failed:
    """The time line of one node."""
    last, seen = last_renewal(failure), noticed(failure)
    states = [
        Moment(last, "renewed", True, True, True, Message.of("The kubelet renews its lease: it was alive at this time, that is all the control plane knows.")),
        _dead(failure),
    ]  # fmt: skip
    if failure.back is not None and failure.back <= seen:
        states.append(Moment(failure.back, "back", True, True, True, Message.of("The node is heard again before anybody noticed.")))  # fmt: skip
        return Failed(failure, tuple(states))
    said = Message.of("{age:.0f} s without a renewal, more than {grace:.0f}: the node is Unknown, gets the taint unreachable:NoExecute, and its pods leave their Services.", age=seen - last, grace=failure.grace)  # fmt: skip
    states.append(Moment(seen, "not_ready", False, False, False, said))
    if failure.back is not None and failure.back < seen + failure.toleration:
        said = Message.of("The node is back within {seconds:.0f} s: the taint is taken off, nothing is deleted.", seconds=failure.toleration)  # fmt: skip
        states.append(Moment(failure.back, "back", True, True, True, said))
        return Failed(failure, tuple(states))
    return Failed(failure, (*states, *_evicted(failure, seen + failure.toleration)))


def _dead(failure: Failure) -> Moment:
    if failure.kind == "cut":
        said = Message.of("The node is cut off: its pods run on, but nobody reaches them. The control plane cannot tell this from a dead node.")  # fmt: skip
    else:
        said = Message.of("The node loses power. Nobody knows yet: requests still go to its pods.")
    return Moment(failure.dead, "dead", True, True, False, said)


def _evicted(failure: Failure, at: float) -> list[Moment]:
    said = Message.of("The pods tolerated the taint for {seconds:.0f} s: they are marked for deletion and stay Terminating, as no kubelet confirms.", seconds=failure.toleration)  # fmt: skip
    states = [Moment(at, "deleted", False, False, False, said)]
    if failure.owner == "Deployment":
        states += _substitute(failure, at, back=failure.back is not None and failure.back <= at + failure.start)  # fmt: skip
        return sorted([*states, *_back_late(failure)], key=lambda s: s.t)
    said = Message.of("A StatefulSet makes no second pod of the same name while the first might still run: it waits.")  # fmt: skip
    states.append(Moment(at, "waiting", False, False, False, said))
    released = [(t, kind) for t, kind in ((failure.back, "back"), (failure.out_of_service, "released")) if t is not None]  # fmt: skip
    if not released:
        return states
    t, kind = min(released)
    t = max(t, at)
    if kind == "released":
        said = Message.of("Somebody who knows that the node is off marks it out-of-service: the pods are deleted by force.")  # fmt: skip
        states.append(Moment(t, "released", False, False, False, said))
    else:
        states += _back_late(failure)
    return [*states, *_substitute(failure, t, back=kind == "back")]


def _substitute(failure: Failure, at: float, *, back: bool) -> list[Moment]:
    made = Message.of("The controller makes a substitute at once; the scheduler finds it another node.")  # fmt: skip
    up = Message.of("The substitute is ready: all serve again.")
    return [
        Moment(at, "created", back, False, False, made),
        Moment(at + failure.start, "serving", back, False, True, up),
    ]


def _back_late(failure: Failure) -> list[Moment]:
    """The node is heard again, its pods are already condemned."""
    if failure.back is None:
        return []
    said = Message.of("The node is back too late: its kubelet learns that its pods are deleted and ends them. Substitutes stay where they are.")  # fmt: skip
    return [Moment(failure.back, "back", True, False, failure.owner == "Deployment", said)]


@dataclass(frozen=True, kw_only=True)
class Zone:
    """Nodes of a zone, those that are not ready, and whether any other zone is healthy."""

    nodes: int
    not_ready: int
    others_healthy: bool = True

    def __post_init__(self) -> None:
        require(self.nodes >= 1, "{name}={value}: choose 1 or more", name="nodes", value=self.nodes)
        require(0 <= self.not_ready <= self.nodes, "not_ready={n}: choose 0 to {most}, the nodes of the zone", n=self.not_ready, most=self.nodes)  # fmt: skip


def eviction_rate(zone: Zone) -> tuple[float, Message]:
    """Nodes a second whose pods may be evicted, and why."""
    if zone.not_ready == zone.nodes:
        if zone.others_healthy:
            return RATE, Message.of("The whole zone is gone and others are healthy: usual pace, 0.1 nodes a second.")  # fmt: skip
        return 0.0, Message.of("No node at all is healthy: the control plane rather doubts its own network, nothing is evicted.")  # fmt: skip
    if zone.not_ready <= FEW or 100 * zone.not_ready < BAD_SHARE * zone.nodes:
        return RATE, Message.of("Less than 55 % of the zone, or at most 2 nodes, are not ready: 0.1 nodes a second.")  # fmt: skip
    if zone.nodes <= SMALL_ZONE:
        return 0.0, Message.of("55 % or more of a zone of at most 50 nodes are not ready: nothing is evicted.")  # fmt: skip
    return SLOW_RATE, Message.of("55 % or more of a large zone are not ready: 0.01 nodes a second.")
