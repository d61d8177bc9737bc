"""The scheduler's decisions for many pods at once, in numpy: the same ones, faster.

Modelled: as `scheduler.place` with NodeResourcesFit and NodeResourcesBalancedAllocation. Pods that
ask for the same (a Deployment's) see the same scores, and a placement changes one node's: so each
shape of pod keeps its scores, and only the nodes that changed since are scored again. Left out:
the reasons.
Exactness: quotients of integers below 2^53 keep their floor in float64 (100 * capacity < 2^53).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.kubernetes.objects import Node, Pod, distinct
from coursekit.sims.kubernetes.scheduler import USUAL, Cluster, filtered
from coursekit.sims.kubernetes.scores import (
    BEST,
    UNREQUESTED_CPU_M,
    UNREQUESTED_MEM_MI,
    Profile,
    Used,
)
from coursekit.sims.message import require

__all__ = ["place_many"]

FEW = 12  # changed nodes: below, one by one is faster than an array
ALL = slice(None)
Floats = NDArray[np.float64]


class _Nodes:
    """Nodes in the order of their names: capacities, and what is requested on each."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = sorted(nodes, key=lambda node: node.name)
        self.count = len(nodes)
        self.cpu = np.array([n.cpu_m for n in self.nodes], float)
        self.mem = np.array([n.mem_mi for n in self.nodes], float)
        self.capacity = [(n.cpu_m, n.mem_mi, n.max_pods) for n in self.nodes]
        self.used = [(0, 0, 0, 0, 0)] * self.count
        self.sums = np.zeros((5, self.count))
        self.most_pods = np.array([n.max_pods for n in self.nodes], float)
        self.log: list[int] = []  # placements in order: the nodes that changed
        self._written = 0
        self._kinds = [(n.cordoned, n.ready, n.taints) for n in self.nodes]
        self._open: dict[object, NDArray[np.bool_]] = {}

    def open_to(self, pod: Pod) -> NDArray[np.bool_]:
        """The nodes whose cordon, taints and labels let the pod in: asked once a kind of node."""
        key = pod.tolerations, tuple(sorted(pod.selector.items()))
        if key not in self._open:
            bare = Pod(name=pod.name, tolerations=pod.tolerations)
            kinds = dict(zip(self._kinds, self.nodes, strict=True))
            lets = {kind: not filtered(bare, node, Used()) for kind, node in kinds.items()}
            inside = [lets[kind] for kind in self._kinds]
            if pod.selector:
                found = zip(inside, self.nodes, strict=True)
                inside = [yes and node.matches(pod.selector) for yes, node in found]
            self._open[key] = np.array(inside)
        return self._open[key]

    def take(self, at: int, cpu: int, mem: int) -> None:
        """A pod with these requests is bound."""
        a, b, c, d, n = self.used[at]
        self.used[at] = (a + cpu, b + mem, c + (cpu or UNREQUESTED_CPU_M), d + (mem or UNREQUESTED_MEM_MI), n + 1)  # fmt: skip
        self.log.append(at)

    def written(self) -> Floats:
        """The sums as an array, with the placements since it was last asked for."""
        for at in set(self.log[self._written :]):
            self.sums[:, at] = self.used[at]
        self._written = len(self.log)
        return self.sums


class _Shape:
    """Pods that ask for the same, and how they see the nodes: -1 is infeasible."""

    def __init__(self, pod: Pod, nodes: _Nodes, profile: Profile) -> None:
        self.nodes, self.cpu_m, self.mem_mi = nodes, pod.cpu_m, pod.mem_mi
        self.counted_cpu = pod.cpu_m or UNREQUESTED_CPU_M
        self.counted_mem = pod.mem_mi or UNREQUESTED_MEM_MI
        self.fits, self.least = "fit" in profile.plugins, profile.policy == "least"
        self.balances = "balanced" in profile.plugins and bool(pod.cpu_m or pod.mem_mi)
        self.open = nodes.open_to(pod)
        self.scores = self.sums_of(ALL)
        self.seen = len(nodes.log)  # placements looked at

    def choose(self) -> int | None:
        """The best node: highest sum, then lowest name; only what changed is scored again."""
        log, scores = self.nodes.log, self.scores
        if len(log) - self.seen <= FEW:
            for at in log[self.seen :]:
                scores[at] = self._one(at)
        else:
            changed = list(set(log[self.seen :]))
            scores[changed] = self.sums_of(changed)
        self.seen = len(log)
        best = int(scores.argmax())
        return best if scores[best] >= 0 else None

    def _one(self, at: int) -> int:
        """The score of one node: `scores.fit` + `scores.balanced`, in plain numbers."""
        if self.scores[at] < 0:
            return -1  # a full node does not get emptier
        a, b, c, d, n = self.nodes.used[at]
        cpu, mem, most = self.nodes.capacity[at]
        a, b, score = a + self.cpu_m, b + self.mem_mi, 0
        if n >= most or (a > cpu and self.cpu_m) or (b > mem and self.mem_mi):
            return -1
        if self.fits:
            c, d = c + self.counted_cpu, d + self.counted_mem
            c, d = min(c, cpu), min(d, mem)
            if self.least:
                c, d = cpu - c, mem - d
            score = (c * BEST // cpu + d * BEST // mem) // 2
        if self.balances:
            apart = (a / cpu if a < cpu else 1.0) - (b / mem if b < mem else 1.0)
            score += int((1 - abs(apart) / 2) * BEST)
        return score

    def sums_of(self, at: list[int] | slice) -> NDArray[np.int16]:
        """The same for many nodes."""
        cpu, mem = self.nodes.cpu[at], self.nodes.mem[at]
        a, b, c, d, n = self.nodes.written()[:, at]
        a, b = a + self.cpu_m, b + self.mem_mi
        open_ = self.open[at] & (n < self.nodes.most_pods[at])
        if self.cpu_m:
            open_ &= a <= cpu
        if self.mem_mi:
            open_ &= b <= mem
        total = np.zeros(len(a))
        if self.fits:
            c, d = np.minimum(c + self.counted_cpu, cpu), np.minimum(d + self.counted_mem, mem)
            if self.least:
                c, d = cpu - c, mem - d
            total += np.floor((np.floor(c * BEST / cpu) + np.floor(d * BEST / mem)) / 2)
        if self.balances:
            apart = np.abs(np.minimum(1.0, a / cpu) - np.minimum(1.0, b / mem))
            total += np.floor((1 - apart / 2) * BEST)
        return np.where(open_, total, -1).astype(np.int16)


def place_many(
    nodes: Sequence[Node], pods: Sequence[Pod], profile: Profile = USUAL
) -> list[str | None]:
    """Where each pod goes, in order, on empty nodes; None stays Pending. As `scheduler.place`."""
    for plugin in profile.plugins:
        require(plugin in ("fit", "balanced"), "plugin={plugin}: choose one of {choices}", plugin=plugin, choices="fit, balanced")  # fmt: skip
    distinct("pod", (pod.name for pod in pods))
    table = _Nodes(Cluster(tuple(nodes)).nodes)
    shapes: dict[object, _Shape] = {}
    answers: list[str | None] = []
    for pod in pods:
        key = _key(pod)
        shape = shapes.get(key)
        if shape is None:
            shape = shapes[key] = _Shape(pod, table, profile)
        at = shape.choose()
        if at is not None:
            table.take(at, pod.cpu_m, pod.mem_mi)
        answers.append(None if at is None else table.nodes[at].name)
    return answers


def _key(pod: Pod) -> object:
    labels = tuple(sorted(pod.selector.items())) if pod.selector else ()
    return pod.cpu_m, pod.mem_mi, pod.tolerations, labels
