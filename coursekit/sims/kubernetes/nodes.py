"""Cluster autoscaler: more nodes for pods that find none, fewer where they are hardly asked.

Modelled: every 10 s the pods that fit nowhere are packed, largest first, into copies of a node
template (first fit), and that many nodes ordered; a node is taken away when its requests stay
below half for 10 min, its pods fit elsewhere and no node was added within 10 min; how long all
the loops take together. Left out: several templates but for their waste, failed orders, spot
nodes, daemon pods on the template.
Source: Cluster Autoscaler FAQ. Provisioning of 120 s is illustrative.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.kubernetes.objects import Node, Pod, distinct
from coursekit.sims.kubernetes.scheduler import Cluster, decide, filtered
from coursekit.sims.kubernetes.scores import Used
from coursekit.sims.message import Message, require

__all__ = [
    "Bin", "Delay", "Growth", "Idle", "Reaction", "Unneeded", "best_template", "grow", "idle",
    "reaction", "removable",
]  # fmt: skip

SCAN_S, UNNEEDED_S, AFTER_ADD_S, PROVISION_S = 10.0, 600.0, 600.0, 120.0
LOW_USE = 0.5


@dataclass(frozen=True)
class Bin:
    """A node to be ordered, and the pods it is meant for."""

    node: str
    pods: tuple[str, ...]


@dataclass(frozen=True)
class Growth:
    """Nodes to order; pods that no such node can take, and those the maximum leaves out."""

    bins: tuple[Bin, ...]
    too_big: tuple[str, ...]
    left_out: tuple[str, ...]
    waste: float  # share of CPU and memory of the new nodes that nobody asked for
    why: Message


def grow(pending: Sequence[Pod], template: Node, most: int = 10) -> Growth:
    """First fit decreasing on copies of the template, at most `most` of them."""
    require(most >= 0, "{name}={value}: choose 0 or more", name="most", value=most)
    distinct("pod", (pod.name for pod in pending))
    order = sorted(pending, key=lambda p: (-(p.cpu_m / template.cpu_m + p.mem_mi / template.mem_mi), p.name))  # fmt: skip
    used: list[Used] = []
    held: list[list[str]] = []
    too_big: list[str] = []
    left_out: list[str] = []
    for pod in order:
        at = next((i for i, each in enumerate(used) if not filtered(pod, template, each)), None)
        if at is None and filtered(pod, template, Used()):
            too_big.append(pod.name)
        elif at is None and len(used) >= most:
            left_out.append(pod.name)
        else:
            if at is None:
                at = len(used)
                used.append(Used())
                held.append([])
            used[at] = used[at].plus(pod)
            held[at].append(pod.name)
    bins = tuple(Bin(f"{template.name}-{i + 1}", tuple(pods)) for i, pods in enumerate(held))
    return Growth(bins, tuple(too_big), tuple(left_out), _waste(template, used), _grown(bins, too_big, left_out))  # fmt: skip


def _waste(template: Node, used: Sequence[Used]) -> float:
    if not used:
        return 0.0
    cpu = sum(each.cpu_m for each in used) / (template.cpu_m * len(used))
    mem = sum(each.mem_mi for each in used) / (template.mem_mi * len(used))
    return 1 - (cpu + mem) / 2


def _grown(bins: Sequence[Bin], too_big: Sequence[str], left_out: Sequence[str]) -> Message:
    if too_big and not bins:
        return Message.of("No new node would help: {pods} ask for more than an empty one offers.", pods=", ".join(too_big))  # fmt: skip
    if left_out:
        return Message.of("{nodes} nodes are ordered, the maximum; {pods} pods still wait.", nodes=len(bins), pods=len(left_out))  # fmt: skip
    if not bins:
        return Message.of("No pod waits: no node is ordered.")
    return Message.of("{nodes} nodes are ordered: that many copies of the template hold the waiting pods, the largest packed first.", nodes=len(bins))  # fmt: skip


def best_template(pending: Sequence[Pod], templates: Sequence[Node], most: int = 10) -> tuple[Node, Growth]:  # fmt: skip
    """least-waste: of the templates that help most pods, the one that wastes least."""
    require(len(templates) > 0, "templates={n}: choose 1 or more", n=len(templates))
    grown = [(template, grow(pending, template, most)) for template in templates]
    return min(grown, key=lambda g: (-sum(len(b.pods) for b in g[1].bins), g[1].waste, g[0].name))


@dataclass(frozen=True)
class Idle:
    """How much of a node is asked for."""

    node: str
    use: float
    low: bool


def idle(cluster: Cluster) -> tuple[Idle, ...]:
    """Requests of each node: the larger share of CPU and memory counts."""
    used = cluster.used()
    rows = [(n.name, max(used[n.name].cpu_m / n.cpu_m, used[n.name].mem_mi / n.mem_mi)) for n in cluster.nodes]  # fmt: skip
    return tuple(Idle(name, use, use < LOW_USE) for name, use in rows)


@dataclass(frozen=True)
class Unneeded:
    """Whether a node may go, where its pods would, and why (not)."""

    node: str
    removable: bool
    moves: tuple[tuple[str, str], ...]
    why: Message


def removable(
    cluster: Cluster, node: str, low_for: float, since_added: float, protected: frozenset[str] = frozenset()
) -> Unneeded:  # fmt: skip
    """May this node go? `protected` pods may not be evicted now (their budget allows none)."""
    found = next((each for each in idle(cluster) if each.node == node), None)
    require(found is not None, "node={node}: choose one of {names}", node=node, names=", ".join(n.name for n in cluster.nodes))  # fmt: skip
    assert found is not None
    if not found.low:
        return _stays(node, Message.of("{use:.0%} of the node are requested: half or more.", use=found.use))  # fmt: skip
    if low_for < UNNEEDED_S:
        return _stays(node, Message.of("Below half for {seconds:.0f} s only: it must be 600.", seconds=low_for))  # fmt: skip
    if since_added < AFTER_ADD_S:
        return _stays(node, Message.of("A node was added {seconds:.0f} s ago: no removal for 600 s.", seconds=since_added))  # fmt: skip
    held = [pod.name for pod in cluster.on(node) if pod.name in protected]
    if held:
        return _stays(node, Message.of("The budget of {pods} allows no eviction.", pods=", ".join(held)))  # fmt: skip
    return _moved(cluster, node)


def _stays(node: str, why: Message) -> Unneeded:
    return Unneeded(node, removable=False, moves=(), why=why)


def _moved(cluster: Cluster, node: str) -> Unneeded:
    """Every pod must find room on the nodes that stay."""
    pods, moves = cluster.on(node), list[tuple[str, str]]()
    others = tuple(each for each in cluster.nodes if each.name != node)
    if not others:
        return _stays(node, Message.of("It is the last node."))
    rest = cluster.without(pod.name for pod in pods)
    rest = Cluster(others, rest.pods, rest.bound)
    for pod in pods:
        target = decide(rest, pod).node
        if target is None:
            return _stays(node, Message.of("{pod} would find no room on the other nodes.", pod=pod.name))  # fmt: skip
        rest = rest.bind(pod, target)
        moves.append((pod.name, target))
    return Unneeded(node, removable=True, moves=tuple(moves), why=Message.of("All {n} pods fit elsewhere: the node is drained and given back.", n=len(pods)))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """How late each loop may be; the periods count as their worst."""

    metric_delay: float = 15.0
    hpa_period: float = 15.0
    scan: float = SCAN_S
    provision: float = PROVISION_S
    pull_mb: float = 200.0
    pull_mb_s: float = 50.0
    ready: float = 10.0

    def __post_init__(self) -> None:
        for name in ("metric_delay", "hpa_period", "scan", "provision", "pull_mb", "ready"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        require(self.pull_mb_s > 0, "{name}={value}: choose more than 0", name="pull_mb_s", value=self.pull_mb_s)  # fmt: skip


@dataclass(frozen=True)
class Delay:
    """One link of the chain: its least and its most seconds."""

    name: Message
    least: float
    most: float


def reaction(params: Reaction, *, new_node: bool = True) -> tuple[Delay, ...]:
    """From the load's rise to a pod that serves; the sum of the columns is the total."""
    pull = params.pull_mb / params.pull_mb_s
    nodes = (
        Delay(Message.of("scan of the cluster autoscaler"), 0.0, params.scan),
        Delay(Message.of("a machine is provisioned"), params.provision, params.provision),
        Delay(Message.of("the image is pulled"), pull, pull),
    )
    return (
        Delay(Message.of("metrics are late"), 0.0, params.metric_delay),
        Delay(Message.of("turn of the autoscaler of pods"), 0.0, params.hpa_period),
        *(nodes if new_node else ()),
        Delay(Message.of("start and readiness of the pod"), params.ready, params.ready),
    )
