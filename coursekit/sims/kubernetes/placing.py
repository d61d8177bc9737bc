"""The scheduler's decisions for many pods, in numpy: the same ones, faster.

Modelled: as `scheduler.place` with NodeResourcesFit and NodeResourcesBalancedAllocation. Pods that
ask for the same (a Deployment's) see the same scores: a row for each such shape, a column for each
node. A placement changes one node, so one column; nodes of equal size with equal requests have
equal columns, which are reckoned once. Left out: the reasons.
Exactness: quotients of integers below 2^53 keep their floor in float64 (100 * capacity < 2^53).
"""

from collections.abc import Iterable, Sequence

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

__all__ = ["Board", "place_many"]

INFEASIBLE = -1
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Scores = NDArray[np.int16]
Sums = tuple[int, int, int, int, int]  # as scores.Used
EMPTY: Sums = (0, 0, 0, 0, 0)


class _Shape:
    """What pods ask for, and what counts where they ask for nothing."""

    def __init__(self, pod: Pod, profile: Profile) -> None:
        self.cpu, self.mem = pod.cpu_m, pod.mem_mi
        self.counted_cpu = pod.cpu_m or UNREQUESTED_CPU_M
        self.counted_mem = pod.mem_mi or UNREQUESTED_MEM_MI
        self.fits, self.least = "fit" in profile.plugins, profile.policy == "least"
        self.balances = "balanced" in profile.plugins and bool(pod.cpu_m or pod.mem_mi)

    def score(self, capacity: tuple[int, int, int], used: Sums) -> int:
        """The score of one node: `scores.fit` + `scores.balanced`, in plain numbers."""
        cpu, mem, most = capacity
        a, b, c, d, n = used
        a, b, score = a + self.cpu, b + self.mem, 0
        if n >= most or (a > cpu and self.cpu) or (b > mem and self.mem):
            return INFEASIBLE
        if self.fits:
            c, d = min(c + self.counted_cpu, cpu), min(d + self.counted_mem, mem)
            if self.least:
                c, d = cpu - c, mem - d
            score = (c * BEST // cpu + d * BEST // mem) // 2
        if self.balances:
            apart = (a / cpu if a < cpu else 1.0) - (b / mem if b < mem else 1.0)
            score += int((1 - abs(apart) / 2) * BEST)
        return score

    def row(self, open_: Bools, capacities: Floats, used: Floats) -> Scores:
        """The same for all nodes."""
        cpu, mem, most = capacities
        a, b, c, d, n = used
        a, b = a + self.cpu, b + self.mem
        open_ = open_ & (n < most) & ((a <= cpu) | (not self.cpu)) & ((b <= mem) | (not self.mem))
        total = np.zeros(len(a))
        if self.fits:
            c, d = np.minimum(c + self.counted_cpu, cpu), np.minimum(d + self.counted_mem, mem)
            if self.least:
                c, d = cpu - c, mem - d
            total += np.floor((np.floor(c * BEST / cpu) + np.floor(d * BEST / mem)) / 2)
        if self.balances:
            apart = np.abs(np.minimum(1.0, a / cpu) - np.minimum(1.0, b / mem))
            total += np.floor((1 - apart / 2) * BEST)
        return np.where(open_, total, INFEASIBLE).astype(np.int16)


class Board:
    """Nodes in the order of their names, the requests on each, and the scores for each shape."""

    def __init__(self, nodes: Sequence[Node], profile: Profile = USUAL) -> None:
        for plugin in profile.plugins:
            require(plugin in ("fit", "balanced"), "plugin={plugin}: choose one of {choices}", plugin=plugin, choices="fit, balanced")  # fmt: skip
        self.nodes = sorted(Cluster(tuple(nodes)).nodes, key=lambda node: node.name)
        self.profile = profile
        self.at = {node.name: i for i, node in enumerate(self.nodes)}
        self.capacity = [(n.cpu_m, n.mem_mi, n.max_pods) for n in self.nodes]
        self.used = [EMPTY] * len(self.nodes)
        self._sizes = np.array([[getattr(n, name) for n in self.nodes] for name in ("cpu_m", "mem_mi", "max_pods")], float)  # fmt: skip
        self._sums = np.zeros((5, len(self.nodes)))
        self._changed: set[int] = set()  # nodes that the sums do not show yet
        self._rows: dict[object, int] = {}
        self._shapes: list[tuple[_Shape, int]] = []  # with its pattern of open nodes
        self._patterns: dict[object, int] = {}
        self._doors = np.zeros((0, len(self.nodes)), bool)
        self._scores = np.zeros((0, len(self.nodes)), np.int16)
        self._columns: dict[object, Scores] = {}

    def know(self, pods: Iterable[Pod]) -> list[int]:
        """The row of each pod; shapes not met before are scored."""
        keys = [_key(pod) for pod in pods]
        new = {key: pod for key, pod in zip(keys, pods, strict=True) if key not in self._rows}
        if new:
            self._add(new)
        return [self._rows[key] for key in keys]

    def _add(self, new: dict[object, Pod]) -> None:
        doors = [self._open_to(pod) for pod in new.values()]
        shapes = [_Shape(pod, self.profile) for pod in new.values()]
        for at in self._changed:
            self._sums[:, at] = self.used[at]
        self._changed = set()
        rows = [shape.row(self._doors[door], self._sizes, self._sums) for shape, door in zip(shapes, doors, strict=True)]  # fmt: skip
        self._rows.update({key: len(self._rows) + i for i, key in enumerate(new)})
        self._shapes += zip(shapes, doors, strict=True)
        self._scores = np.vstack([self._scores, rows])
        self._columns = {}

    def _open_to(self, pod: Pod) -> int:
        """Which of the patterns of open nodes: cordon, taints and labels, once a kind of node."""
        key = pod.tolerations, _labels(pod)
        if key not in self._patterns:
            bare = Pod(name=pod.name, tolerations=pod.tolerations)
            lets: dict[object, bool] = {}
            inside = []
            for node in self.nodes:
                kind = node.cordoned, node.ready, node.taints
                if kind not in lets:
                    lets[kind] = not filtered(bare, node, Used())
                inside.append(lets[kind])
            if pod.selector:
                sides = zip(inside, self.nodes, strict=True)
                inside = [yes and node.matches(pod.selector) for yes, node in sides]
            self._patterns[key] = len(self._patterns)
            self._doors = np.vstack([self._doors, inside])
        return self._patterns[key]

    def choose(self, row: int) -> int | None:
        """The best node for a shape: highest sum, then lowest name."""
        scores = self._scores[row]
        best = int(scores.argmax())
        return best if scores[best] >= 0 else None

    def change(self, at: int, pod: Pod, sign: int = 1) -> None:
        """A pod is bound to this node, or (sign -1) gone from it."""
        self._changed.add(at)
        a, b, c, d, n = self.used[at]
        cpu, mem = pod.cpu_m, pod.mem_mi
        used = self.used[at] = (
            a + sign * cpu, b + sign * mem, c + sign * (cpu or UNREQUESTED_CPU_M),
            d + sign * (mem or UNREQUESTED_MEM_MI), n + sign,
        )  # fmt: skip
        key = self.capacity[at], used, self._doors[:, at].tobytes()
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = self._column(at)
        self._scores[:, at] = column

    def _column(self, at: int) -> Scores:
        """How every shape sees this node."""
        size, used, doors = self.capacity[at], self.used[at], self._doors[:, at].tolist()
        seen = [shape.score(size, used) if doors[door] else INFEASIBLE for shape, door in self._shapes]  # fmt: skip
        return np.array(seen, np.int16)

    def place(self, pod: Pod, row: int | None = None) -> str | None:
        """Bind the pod to its best node, and say which; None: it stays Pending."""
        at = self.choose(self.know([pod])[0] if row is None else row)
        if at is None:
            return None
        self.change(at, pod)
        return self.nodes[at].name


def place_many(
    nodes: Sequence[Node], pods: Sequence[Pod], profile: Profile = USUAL
) -> list[str | None]:
    """Where each pod goes, in order, on empty nodes; None stays Pending. As `scheduler.place`."""
    distinct("pod", (pod.name for pod in pods))
    board = Board(nodes, profile)
    return [board.place(pod, row) for pod, row in zip(pods, board.know(pods), strict=True)]


def _key(pod: Pod) -> object:
    return pod.cpu_m, pod.mem_mi, pod.tolerations, _labels(pod)


def _labels(pod: Pod) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pod.selector.items())) if pod.selector else ()
