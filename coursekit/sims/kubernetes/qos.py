"""Quality of service: who is killed first when a node runs short of memory.

Modelled: the class from requests and limits; the oom_score_adj that the kubelet gives the kernel;
the kubelet's eviction, one pod at a time, when memory.available falls below its threshold. Left
out: other signals (disk, inodes, process ids), soft thresholds, the pods' own kernel limits.
Sources: kubernetes.io, "Pod Quality of Service Classes", "Node-pressure Eviction"; Kubernetes,
pkg/kubelet/qos/policy.go, pkg/kubelet/eviction/helpers.go. Memory in MiB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.kubernetes.objects import distinct
from coursekit.sims.message import Message, require

__all__ = [
    "CHECK_S", "THRESHOLD_MI", "Container", "Pressed", "Pressure", "Qos", "Usage", "evict",
    "oom_score_adj", "qos_class", "ranked",
]  # fmt: skip

Qos = Literal["Guaranteed", "Burstable", "BestEffort"]
THRESHOLD_MI, CHECK_S = 100, 10
GUARANTEED_ADJ, BEST_EFFORT_ADJ = -997, 1000


@dataclass(frozen=True, kw_only=True)
class Container:
    """Requests and limits; None: not written. A request not written is the limit, if there is one."""

    cpu_m: int | None = None
    mem_mi: int | None = None
    lim_cpu_m: int | None = None
    lim_mem_mi: int | None = None

    def __post_init__(self) -> None:
        for name in ("cpu_m", "mem_mi"):
            request, limit = getattr(self, name), getattr(self, f"lim_{name}")
            require(request is None or request >= 0, "{name}={value}: choose 0 or more", name=name, value=request)  # fmt: skip
            require(limit is None or limit >= (request or 0), "lim_{name}={limit}: a limit is not below the request, {value}", name=name, limit=limit, value=request or 0)  # fmt: skip

    @property
    def requests(self) -> tuple[int | None, int | None]:
        """CPU and memory after the API server's defaults."""
        return (
            self.lim_cpu_m if self.cpu_m is None else self.cpu_m,
            self.lim_mem_mi if self.mem_mi is None else self.mem_mi,
        )


def qos_class(containers: Sequence[Container]) -> Qos:
    """The class of a pod with these containers; an amount of 0 counts as not written."""
    require(len(containers) > 0, "containers={n}: choose 1 or more", n=len(containers))
    if not any(any(c.requests) or c.lim_cpu_m or c.lim_mem_mi for c in containers):
        return "BestEffort"
    equal = (c.lim_cpu_m and c.lim_mem_mi and c.requests == (c.lim_cpu_m, c.lim_mem_mi) for c in containers)  # fmt: skip
    return "Guaranteed" if all(equal) else "Burstable"


def oom_score_adj(qos: Qos, request: int, capacity: int) -> int:
    """What the kernel adds to a process's badness (of 1000); request and capacity in one unit."""
    require(capacity > 0, "capacity={capacity}: choose more than 0", capacity=capacity)
    require(0 <= request <= capacity, "request={request}: choose 0 to {capacity}, the memory of the node", request=request, capacity=capacity)  # fmt: skip
    if qos == "Guaranteed":
        return GUARANTEED_ADJ
    if qos == "BestEffort":
        return BEST_EFFORT_ADJ
    return min(max(2, 1000 - 1000 * request // capacity), BEST_EFFORT_ADJ - 1)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a pod asked for and what it uses now, in MiB."""

    name: str
    request_mi: int = 0
    usage_mi: int = 0
    prio: int = 0

    def __post_init__(self) -> None:
        for name in ("request_mi", "usage_mi"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


def ranked(pods: Sequence[Usage]) -> tuple[Usage, ...]:
    """First to be evicted first: above its request, then low priority, then most above it."""
    return tuple(
        sorted(pods, key=lambda p: (p.usage_mi <= p.request_mi, p.prio, p.request_mi - p.usage_mi, p.name))
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """A node's memory for pods, and the pods on it."""

    capacity_mi: int
    pods: tuple[Usage, ...]
    threshold_mi: int = THRESHOLD_MI

    def __post_init__(self) -> None:
        require(self.capacity_mi >= 1, "capacity_mi={value}: choose 1 or more", value=self.capacity_mi)  # fmt: skip
        require(self.threshold_mi >= 0, "threshold_mi={value}: choose 0 or more", value=self.threshold_mi)  # fmt: skip
        distinct("pod", (pod.name for pod in self.pods))


@dataclass(frozen=True)
class Pressed:
    """One look of the kubelet: what is available, the order, who went just now (None: nobody)."""

    t: float
    available_mi: int
    order: tuple[Usage, ...]
    evicted: str | None
    why: Message


def evict(pressure: Pressure) -> tuple[Pressed, ...]:
    """Look after look, every 10 s: one pod goes, until enough is available."""
    pods, states = ranked(pressure.pods), list[Pressed]()
    while True:
        t, free = CHECK_S * float(len(states)), pressure.capacity_mi - sum(p.usage_mi for p in pods)
        enough = free >= pressure.threshold_mi
        if enough or not pods:
            states.append(Pressed(t, free, pods, None, _rest(pressure, free, enough=enough)))
            return tuple(states)
        states.append(Pressed(t, free, pods, pods[0].name, _gone(pods[0], free)))
        pods = pods[1:]


def _rest(pressure: Pressure, free: int, *, enough: bool) -> Message:
    if enough:
        return Message.of("{free} MiB are available, {least} MiB are enough: nobody is evicted.", free=free, least=pressure.threshold_mi)  # fmt: skip
    return Message.of("{free} MiB are available, and no pod is left to evict.", free=free)


def _gone(pod: Usage, free: int) -> Message:
    if pod.usage_mi > pod.request_mi:
        return Message.of("{free} MiB are available: {pod} is evicted. It uses {usage} MiB and requested {request} MiB; pods above their request go first, of these low priority, then the largest excess.", free=free, pod=pod.name, usage=pod.usage_mi, request=pod.request_mi)  # fmt: skip
    return Message.of("{free} MiB are available: {pod} is evicted though it keeps to its request, because no pod is above its own and it has the lowest priority.", free=free, pod=pod.name)  # fmt: skip
