"""Preemption: a pod of higher priority may push others off a node.

Modelled: nodes where taking pods away helps; there all pods of lower priority are taken away in
thought, and as many as fit put back, the most important first: those left over are the victims.
Of the nodes: lowest of the highest victim priorities, then smallest sum of priorities, then
fewest victims, then name. Left out: disruption budgets (the real one avoids nodes where it breaks
one, but does break it), start times, the victims' time to end.
Source: Kubernetes, pkg/scheduler/framework/preemption/preemption.go (pickOneNodeForPreemption).
"""

from dataclasses import dataclass

from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.scheduler import Cluster, filtered
from coursekit.sims.kubernetes.scores import Used
from coursekit.sims.message import Message

__all__ = ["Candidate", "Preempted", "preempt"]

EACH = 1 << 31  # added to every priority: more victims are a larger sum, even of negative ones


@dataclass(frozen=True)
class Candidate:
    """A node, and whom it would cost."""

    node: str
    victims: tuple[str, ...]
    highest: int
    total: int


@dataclass(frozen=True)
class Preempted:
    """The node to be freed (None: preemption does not help) and all that were thought of."""

    pod: str
    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    why: Message


def preempt(cluster: Cluster, pod: Pod) -> Preempted:
    """Whom a pod that found no node would push away, and where."""
    found = tuple(c for node in cluster.nodes if (c := _candidate(cluster, node, pod)))
    best = min(found, key=lambda c: (c.highest, c.total, len(c.victims), c.node), default=None)
    return Preempted(pod.name, best, found, _why(pod, best))


def _candidate(cluster: Cluster, node: Node, pod: Pod) -> Candidate | None:
    below = [each for each in cluster.on(node.name) if each.prio < pod.prio]
    kept = Used()
    for each in cluster.on(node.name):
        if each.prio >= pod.prio:
            kept = kept.plus(each)
    if not below or filtered(pod, node, kept):
        return None
    victims = []
    for each in sorted(below, key=lambda p: (-p.prio, p.name)):
        if filtered(pod, node, kept.plus(each)):
            victims.append(each)
        else:
            kept = kept.plus(each)
    if not victims:
        return None
    prios = [each.prio for each in victims]
    names = tuple(each.name for each in victims)
    return Candidate(node.name, names, max(prios), sum(prio + EACH for prio in prios))


def _why(pod: Pod, best: Candidate | None) -> Message:
    if best is None:
        return Message.of("Preemption does not help {pod}: on no node would it fit if pods of lower priority left.", pod=pod.name)  # fmt: skip
    return Message.of("{pod} (priority {prio}) pushes {victims} off {node}: the highest priority among them, {highest}, is the lowest that any node can offer.", pod=pod.name, prio=pod.prio, victims=", ".join(best.victims), node=best.node, highest=best.highest)  # fmt: skip
