"""The scheduler: which nodes can take a pod, which one takes it, and why each other does not.

Modelled: filters in kube-scheduler's order, each node named with the first filter that refuses it
(all reasons of the resources), scores per plugin, the highest sum, of equals the lowest name (the
real one draws lots); the event text of a pod that stays Pending. Requests decide, never use or
limits. Left out: the sample of nodes that large clusters score, extenders, pods nominated.
Source: Kubernetes, pkg/scheduler (schedule_one.go, framework/types.go).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coursekit.sims.kubernetes.objects import Node, Pod, distinct, not_ready
from coursekit.sims.kubernetes.scores import DEFAULT_WEIGHTS, Plugin, Profile, Used, scored
from coursekit.sims.message import Message, require

__all__ = ["Cluster", "Decision", "Reason", "Score", "Seen", "decide", "filtered", "place"]

USUAL = Profile()


@dataclass(frozen=True)
class Reason:
    """Why a node is refused: in kube-scheduler's words, and in plain ones."""

    event: str
    why: Message
    helped: bool = False  # by taking pods away


@dataclass(frozen=True)
class Score:
    """What one plugin gives a node."""

    plugin: Plugin
    points: int
    weight: int

    @property
    def weighted(self) -> int:
        """What counts in the sum."""
        return self.points * self.weight


@dataclass(frozen=True)
class Seen:
    """One node as this pod meets it: refused for reasons, or scored."""

    node: str
    reasons: tuple[Reason, ...]
    scores: tuple[Score, ...] = ()

    @property
    def total(self) -> int:
        """Sum of the weighted scores."""
        return sum(each.weighted for each in self.scores)


@dataclass(frozen=True)
class Decision:
    """Where a pod goes (None: it stays Pending), and how every node was seen."""

    pod: str
    node: str | None
    seen: tuple[Seen, ...]
    why: Message

    @property
    def event(self) -> str:
        """What `kubectl describe pod` would show, in kube-scheduler's words."""
        if self.node is not None:
            return f"Successfully assigned default/{self.pod} to {self.node}"
        counts = Counter(reason.event for each in self.seen for reason in each.reasons)
        said = ", ".join(sorted(f"{count} {event}" for event, count in counts.items()))
        return f"0/{len(self.seen)} nodes are available: {said}."


@dataclass(frozen=True)
class Cluster:
    """Nodes, and the pods bound to them: pod -> node."""

    nodes: tuple[Node, ...]
    pods: Mapping[str, Pod] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(len(self.nodes) > 0, "nodes={n}: choose 1 or more", n=len(self.nodes))
        distinct("node", (node.name for node in self.nodes))
        names = {node.name for node in self.nodes}
        for pod, node in self.bound.items():
            require(pod in self.pods and node in names, "pod={pod}: bound to {node}, and one of them is not there", pod=pod, node=node)  # fmt: skip

    def used(self) -> dict[str, Used]:
        """Requests on each node."""
        sums = {node.name: Used() for node in self.nodes}
        for pod, node in self.bound.items():
            sums[node] = sums[node].plus(self.pods[pod])
        return sums

    def on(self, node: str) -> tuple[Pod, ...]:
        """The pods of one node."""
        return tuple(self.pods[pod] for pod, where in self.bound.items() if where == node)

    def bind(self, pod: Pod, node: str) -> "Cluster":
        """With this pod on that node."""
        return Cluster(self.nodes, {**self.pods, pod.name: pod}, {**self.bound, pod.name: node})

    def without(self, gone: Iterable[str]) -> "Cluster":
        """Without these pods."""
        out = set(gone)
        return Cluster(
            self.nodes,
            {name: pod for name, pod in self.pods.items() if name not in out},
            {pod: node for pod, node in self.bound.items() if pod not in out},
        )


def filtered(pod: Pod, node: Node, used: Used) -> tuple[Reason, ...]:
    """Why the node cannot take the pod; empty if it can. The first filter that refuses speaks."""
    if node.cordoned:
        return (Reason("node(s) were unschedulable", Message.of("The node is cordoned: it takes no new pods.")),)  # fmt: skip
    taints = node.taints if node.ready else (*node.taints, not_ready())
    for taint in taints:
        if taint.effect != "PreferNoSchedule" and not pod.bears(taint):
            said = Message.of("The pod does not tolerate the taint {taint}.", taint=str(taint))
            return (Reason(f"node(s) had untolerated taint {{{taint.key}: {taint.value}}}", said),)
    if not node.matches(pod.selector):
        wanted = ", ".join(f"{key}={value}" for key, value in pod.selector.items())
        said = Message.of("The pod wants a node with the labels {labels}.", labels=wanted)
        return (Reason("node(s) didn't match Pod's node affinity/selector", said),)
    return tuple(_too_much(pod, node, used))


def _too_much(pod: Pod, node: Node, used: Used) -> Iterable[Reason]:
    """As NodeResourcesFit: a pod that asks for nothing of a resource is not refused for it."""
    if used.pods + 1 > node.max_pods:
        yield Reason("Too many pods", Message.of("The node holds {most} pods, its maximum.", most=node.max_pods), helped=True)  # fmt: skip
    free_cpu, free_mem = node.cpu_m - used.cpu_m, node.mem_mi - used.mem_mi
    if 0 < pod.cpu_m > free_cpu:
        said = Message.of("The pod requests {asked} m of CPU, {free} m are not requested yet.", asked=pod.cpu_m, free=free_cpu)  # fmt: skip
        yield Reason("Insufficient cpu", said, helped=pod.cpu_m <= node.cpu_m)
    if 0 < pod.mem_mi > free_mem:
        said = Message.of("The pod requests {asked} MiB of memory, {free} MiB are not requested yet.", asked=pod.mem_mi, free=free_mem)  # fmt: skip
        yield Reason("Insufficient memory", said, helped=pod.mem_mi <= node.mem_mi)


def decide(cluster: Cluster, pod: Pod, profile: Profile = USUAL) -> Decision:
    """Filter, score, choose: every node with its reasons or its scores."""
    used = cluster.used()
    return _decided(cluster.nodes, used, pod, profile)


def _decided(nodes: Sequence[Node], used: Mapping[str, Used], pod: Pod, profile: Profile) -> Decision:  # fmt: skip
    refused = {node.name: filtered(pod, node, used[node.name]) for node in nodes}
    feasible = [node for node in nodes if not refused[node.name]]
    points = scored(pod, feasible, used, profile) if feasible else {}
    scores = {
        node.name: tuple(Score(plugin, row[i], DEFAULT_WEIGHTS[plugin]) for plugin, row in points.items())
        for i, node in enumerate(feasible)
    }  # fmt: skip
    seen = tuple(Seen(n.name, refused[n.name], scores.get(n.name, ())) for n in nodes)
    best = min((s for s in seen if not s.reasons), key=lambda s: (-s.total, s.node), default=None)
    return Decision(pod.name, best.node if best else None, seen, _why(pod, best, seen))


def _why(pod: Pod, best: Seen | None, seen: Sequence[Seen]) -> Message:
    if best is None:
        return Message.of("{pod} stays Pending: none of {n} nodes can take it.", pod=pod.name, n=len(seen))  # fmt: skip
    feasible = [each for each in seen if not each.reasons]
    if len(feasible) == 1:
        return Message.of("{pod} goes to {node}, the only node that can take it.", pod=pod.name, node=best.node)  # fmt: skip
    if sum(each.total == best.total for each in feasible) > 1:
        return Message.of("{pod} goes to {node}: several nodes have {total} points, the lowest name wins here (the real scheduler draws lots).", pod=pod.name, node=best.node, total=best.total)  # fmt: skip
    return Message.of("{pod} goes to {node}: it has most points, {total}.", pod=pod.name, node=best.node, total=best.total)  # fmt: skip


def place(nodes: Sequence[Node], pods: Sequence[Pod], profile: Profile = USUAL) -> tuple[Decision, ...]:  # fmt: skip
    """Pods one after another on empty nodes: each sees the requests of those before."""
    distinct("pod", (pod.name for pod in pods))
    used = Cluster(tuple(nodes)).used()
    decisions = []
    for pod in pods:
        decision = _decided(nodes, used, pod, profile)
        if decision.node is not None:
            used[decision.node] = used[decision.node].plus(pod)
        decisions.append(decision)
    return tuple(decisions)
