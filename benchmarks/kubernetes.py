"""The scheduler against a plain loop over objects, and a whole cluster for an hour.

Both schedulers run in turns, the starting one rotated each round; medians of CPU time are compared
within one run and must give the same places. The plain loop is the text of the model, one object
a node: filter, score, keep the best. Bars: 200 times the loop at 5000 nodes, 1000 pods on 1000
nodes within 6 ms, an hour of 50 nodes and 500 pods within 1 s, a small one within 60 ms.
Missed, and why: 20 shapes on nodes that all differ (each placement scores one node 20 times, and no
two nodes look alike), and 100 nodes, where a loop is short; 6 ms for 1000 pods on 1000 nodes wherever
nodes or pods are of several sizes: fewer columns are equal.
Run: `python benchmarks/kubernetes.py`.
"""

from statistics import median
from time import process_time

import numpy as np

from coursekit.sims.kubernetes.autoscale import Workload
from coursekit.sims.kubernetes.cluster import run
from coursekit.sims.kubernetes.hpa import Autoscaler
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.placing import place_many
from coursekit.sims.kubernetes.world import App, Down, Update, World

ROUNDS = 9
SIZES = ((4000, 8192), (8000, 32768), (2000, 4096))


class PlainNode:
    """A node as a beginner would write it."""

    def __init__(self, node):
        self.name, self.cpu, self.mem, self.most = node.name, node.cpu_m, node.mem_mi, node.max_pods
        self.used_cpu = self.used_mem = self.pods = 0

    def fits(self, pod):
        return self.pods < self.most and self.used_cpu + pod.cpu_m <= self.cpu and self.used_mem + pod.mem_mi <= self.mem  # fmt: skip

    def score(self, pod):
        cpu, mem = self.used_cpu + pod.cpu_m, self.used_mem + pod.mem_mi
        least = ((self.cpu - cpu) * 100 // self.cpu + (self.mem - mem) * 100 // self.mem) // 2
        return least + int((1 - abs(cpu / self.cpu - mem / self.mem) / 2) * 100)

    def take(self, pod):
        self.used_cpu, self.used_mem, self.pods = self.used_cpu + pod.cpu_m, self.used_mem + pod.mem_mi, self.pods + 1  # fmt: skip


def plain(nodes, pods):
    """Each pod looks at every node."""
    table = sorted((PlainNode(node) for node in nodes), key=lambda node: node.name)
    answers = []
    for pod in pods:
        best, most = None, -1
        for node in table:
            if node.fits(pod) and (score := node.score(pod)) > most:
                best, most = node, score
        if best:
            best.take(pod)
        answers.append(best.name if best else None)
    return answers


def cluster(nodes, pods, shapes, sizes):
    """Nodes of a few sizes (0: each of its own), pods of so many shapes, mixed."""
    rng = np.random.default_rng(1)
    asks = [(int(cpu), int(mem)) for cpu, mem in zip(rng.integers(1, 10, shapes) * 50, rng.integers(1, 10, shapes) * 100, strict=True)]  # fmt: skip
    size = [SIZES[i % sizes] if sizes else (int(rng.integers(2000, 8001)), int(rng.integers(4096, 32769))) for i in range(nodes)]  # fmt: skip
    table = [Node(name=f"n{i:05}", cpu_m=cpu, mem_mi=mem) for i, (cpu, mem) in enumerate(size)]
    return table, [Pod(name=f"p{i:05}", cpu_m=asks[k][0], mem_mi=asks[k][1]) for i, k in enumerate(rng.integers(0, shapes, pods))]  # fmt: skip


def timed(way, nodes, pods):
    start = process_time()
    answers = way(nodes, pods)
    return process_time() - start, answers


def schedulers():
    """Microseconds a pod of both, and how many times faster the array is."""
    print(f"{'nodes':>6} {'sizes':>5} {'shapes':>6} {'pods':>5} {'loop us/pod':>12} {'ours us/pod':>12} {'ratio':>6} {'bar':>4}")  # fmt: skip
    cases = [(n, sizes, shapes) for n in (100, 1000, 5000) for sizes in (1, 3, 0) for shapes in (1, 20)]  # fmt: skip
    for n, sizes, shapes in cases:
        nodes, pods = cluster(n, 1000, shapes, sizes)
        few = pods[: max(10, 20_000 // n)]  # the loop costs the same for every pod
        times = {plain: [], place_many: []}
        for turn in range(ROUNDS):
            for way in (plain, place_many)[:: 1 if turn % 2 else -1]:
                took, answers = timed(way, nodes, few if way is plain else pods)
                times[way].append(took / len(answers) * 1e6)
                assert answers[: len(few)] == plain(nodes, few) if turn == 0 else True
        slow, fast = median(times[plain]), median(times[place_many])
        bar = {100: 12, 1000: 80, 5000: 200}[n]
        kinds = sizes or "all"
        print(f"{n:6} {kinds!s:>5} {shapes:6} {len(pods):5} {slow:12.1f} {fast:12.2f} {slow / fast:6.0f} {bar:4}")  # fmt: skip


def thousand():
    """1000 pods on 1000 nodes."""
    print(f"\n{'1000 on 1000: sizes':>20} {'shapes':>6} {'ms':>6} {'bar':>4}")
    for sizes in (1, 3, 0):
        for shapes in (1, 20):
            nodes, pods = cluster(1000, 1000, shapes, sizes)
            took = median(timed(place_many, nodes, pods)[0] for _ in range(25)) * 1000
            print(f"{sizes or 'all'!s:>20} {shapes:6} {took:6.2f} {6:4}")


def hours():
    """A whole cluster, event by event."""
    small = World(apps=(App(replicas=30, request_m=300, work=Workload(low=500, high=1500)),), downs=(Down(node="n2", t=100.0),), updates=(Update(t=300, app="web", version="v2"),), until=600)  # fmt: skip
    load = Workload(curve="sine", low=1500, high=5000, period=1800)
    apps = tuple(App(name=f"app{i}", replicas=50, request_m=300, work=load, scaler=Autoscaler(least=20, most=60), pre_stop=5) for i in range(10))  # fmt: skip
    hour = World(
        nodes=tuple(Node(name=f"n{i:02}") for i in range(50)), apps=apps,
        updates=tuple(Update(t=600.0 * (i + 1), app=f"app{i}", version="v2") for i in range(2)),
        downs=tuple(Down(node=f"n{i:02}", t=900.0 + 300 * i) for i in range(3)),
    )  # fmt: skip
    print(f"\n{'whole cluster':>20} {'events':>7} {'states':>7} {'ms':>6} {'bar':>5}")
    for name, world, bar in (("6 nodes, 10 min", small, 60), ("50 nodes, an hour", hour, 1000)):
        took, ran = zip(*(clocked(world) for _ in range(7)), strict=True)
        print(f"{name:>20} {len(ran[0].trace):7} {len(ran[0].states):7} {median(took) * 1000:6.0f} {bar:5}")  # fmt: skip


def clocked(world):
    start = process_time()
    ran = run(world, np.random.default_rng(1))
    return process_time() - start, ran


def main() -> None:
    schedulers()
    thousand()
    hours()


if __name__ == "__main__":
    main()
