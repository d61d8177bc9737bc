"""How much the scheduler likes a node for a pod: 0 to 100 from each plugin, times its weight.

Modelled: NodeResourcesFit (LeastAllocated or MostAllocated), NodeResourcesBalancedAllocation,
TaintToleration, NodeAffinity, ImageLocality, with their integer arithmetic. A pod without a
request counts 100 m and 200 MiB in NodeResourcesFit, and only there. Left out: PodTopologySpread,
InterPodAffinity (they look at other pods' labels).
Source: Kubernetes, pkg/scheduler/framework/plugins (noderesources, tainttoleration, nodeaffinity,
imagelocality, helper/normalize_score.go).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.message import require

__all__ = ["DEFAULT_WEIGHTS", "PLUGINS", "Plugin", "Profile", "Used", "balanced", "fit", "scored"]

Plugin = Literal["fit", "balanced", "taints", "affinity", "images"]
PLUGINS: tuple[Plugin, ...] = get_args(Plugin)
DEFAULT_WEIGHTS: Mapping[Plugin, int] = {"fit": 1, "balanced": 1, "taints": 3, "affinity": 2, "images": 1}  # fmt: skip
UNREQUESTED_CPU_M, UNREQUESTED_MEM_MI = 100, 200
IMAGE_LEAST_MI, IMAGE_MOST_MI = 23, 1000
MIB = 1 << 20
BEST = 100


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Which plugins score, and whether full or empty nodes are liked; weights as by default."""

    policy: Literal["least", "most"] = "least"
    plugins: tuple[Plugin, ...] = ("fit", "balanced")

    def __post_init__(self) -> None:
        require(self.policy in ("least", "most"), "policy={policy}: choose least or most", policy=self.policy)  # fmt: skip
        for plugin in self.plugins:
            require(plugin in PLUGINS, "plugin={plugin}: choose one of {choices}", plugin=plugin, choices=", ".join(PLUGINS))  # fmt: skip


@dataclass(frozen=True)
class Used:
    """Sums of the requests on a node; the `counted` ones with 100 m and 200 MiB for none."""

    cpu_m: int = 0
    mem_mi: int = 0
    counted_cpu_m: int = 0
    counted_mem_mi: int = 0
    pods: int = 0

    def plus(self, pod: Pod) -> "Used":
        """With one more pod."""
        return Used(
            self.cpu_m + pod.cpu_m,
            self.mem_mi + pod.mem_mi,
            self.counted_cpu_m + (pod.cpu_m or UNREQUESTED_CPU_M),
            self.counted_mem_mi + (pod.mem_mi or UNREQUESTED_MEM_MI),
            self.pods + 1,
        )


def fit(node: Node, after: Used, policy: str) -> int:
    """LeastAllocated or MostAllocated: mean over CPU and memory, with integer division."""
    of = _least if policy == "least" else _most
    return (of(node.cpu_m, after.counted_cpu_m) + of(node.mem_mi, after.counted_mem_mi)) // 2


def _least(allocatable: int, requested: int) -> int:
    return max(allocatable - requested, 0) * BEST // allocatable


def _most(allocatable: int, requested: int) -> int:
    return min(requested, allocatable) * BEST // allocatable


def balanced(node: Node, after: Used) -> int:
    """100 where CPU and memory are used in equal parts; half the difference is taken off."""
    cpu, mem = min(1.0, after.cpu_m / node.cpu_m), min(1.0, after.mem_mi / node.mem_mi)
    return int((1 - abs(cpu - mem) / 2) * BEST)


def scored(
    pod: Pod, nodes: Sequence[Node], used: Mapping[str, Used], profile: Profile
) -> dict[Plugin, list[int]]:
    """Each plugin's scores of the feasible nodes, before weights; some depend on all of them."""
    afters = [used[node.name].plus(pod) for node in nodes]
    rows: Mapping[Plugin, Callable[[], list[int]]] = {
        "fit": lambda: [fit(n, a, profile.policy) for n, a in zip(nodes, afters, strict=True)],
        "balanced": lambda: [balanced(n, a) for n, a in zip(nodes, afters, strict=True)],
        "taints": lambda: _normalized([_disliked(pod, n) for n in nodes], reverse=True),
        "affinity": lambda: _normalized([_wished(pod, n) for n in nodes], reverse=False),
        "images": lambda: [_image(pod, n, nodes) for n in nodes],
    }
    silent = {"balanced"} if not (pod.cpu_m or pod.mem_mi) else set()  # nothing to balance
    return {plugin: rows[plugin]() for plugin in profile.plugins if plugin not in silent}


def _disliked(pod: Pod, node: Node) -> int:
    """How many PreferNoSchedule taints of the node the pod does not bear."""
    return sum(t.effect == "PreferNoSchedule" and not pod.bears(t) for t in node.taints)


def _wished(pod: Pod, node: Node) -> int:
    return sum(wish.weight for wish in pod.wishes if node.matches(wish.labels))


def _normalized(raw: Sequence[int], *, reverse: bool) -> list[int]:
    """The largest becomes 100, or 0 in reverse."""
    top = max(raw, default=0)
    if top == 0:
        return [BEST if reverse else 0] * len(raw)
    return [BEST - BEST * each // top if reverse else BEST * each // top for each in raw]


def _image(pod: Pod, node: Node, nodes: Sequence[Node]) -> int:
    """MiB of the pod's image on the node, less where few nodes have it, from 23 to 1000 MiB."""
    size = node.images.get(pod.image, 0) * MIB
    having = sum(pod.image in other.images for other in nodes)
    here = min(max(int(size * (having / len(nodes))), IMAGE_LEAST_MI * MIB), IMAGE_MOST_MI * MIB)
    return BEST * (here - IMAGE_LEAST_MI * MIB) // ((IMAGE_MOST_MI - IMAGE_LEAST_MI) * MIB)
