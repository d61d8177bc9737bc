"""E7.3: filter and score: where does each pod go?"""

from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.placing import place_many
from coursekit.sims.kubernetes.scheduler import filtered
from coursekit.sims.kubernetes.scores import Plugin, Profile, Used
from coursekit.values import from_plain

Rows = list[dict[str, Any]]
Answer = dict[str, str | None]
NEAR = 1e-6
GPU = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
BATCH = {"key": "batch", "value": "night", "effect": "NoExecute"}
OLD = {"key": "old", "value": "yes", "effect": "PreferNoSchedule"}


def schedule(nodes: Rows, pods: Rows, policy: str) -> Answer:
    """The node of each pod, in the order of the list, on empty nodes; None where none can take it."""
    return _placed(_nodes(nodes), _pods(pods), policy, ("fit", "balanced"))


def _nodes(rows: Rows) -> list[Node]:
    return [from_plain(Node, row, "node") for row in rows]


def _pods(rows: Rows) -> list[Pod]:
    return [from_plain(Pod, row, "pod") for row in rows]


def _placed(nodes: list[Node], pods: list[Pod], policy: str, plugins: tuple[Plugin, ...]) -> Answer:
    profile = from_plain(Profile, {"policy": policy, "plugins": list(plugins)}, "profile")
    where = place_many(nodes, pods, profile)
    return {pod.name: at for pod, at in zip(pods, where, strict=True)}


def _cases(rng: np.random.Generator) -> Args:
    """Drawn again while some balance lies on the edge between two points."""
    while True:
        args = _drawn(rng)
        if not _near(args):
            return args


def _drawn(rng: np.random.Generator) -> Args:
    nodes = [
        {
            "name": f"n{i + 1}", "cpu_m": int(rng.integers(1500, 8000)), "mem_mi": int(rng.integers(1500, 16_000)),
            "taints": _some(rng, (GPU, 0.35), (BATCH, 0.15), (OLD, 0.3)),
            "labels": {"disk": str(rng.choice(["ssd", "hdd"]))} if rng.random() < 0.7 else {},
            "ready": bool(rng.random() < 0.9),
        }
        for i in range(rng.integers(2, 9))
    ]  # fmt: skip
    pods = [
        {
            "name": f"p{i + 1}", "cpu_m": int(rng.integers(50, 1500)), "mem_mi": int(rng.integers(50, 2500)),
            "tolerations": _some(rng, (GPU, 0.4), (BATCH, 0.2)),
            "selector": {"disk": "ssd"} if rng.random() < 0.25 else {},
        }
        for i in range(rng.integers(5, 41))
    ]  # fmt: skip
    return {"nodes": nodes, "pods": pods, "policy": str(rng.choice(["least", "most"]))}


def _some(rng: np.random.Generator, *each: tuple[dict[str, str], float]) -> list[dict[str, str]]:
    return [dict(what) for what, chance in each if rng.random() < chance]


def _near(args: Args) -> bool:
    nodes, pods = _nodes(args["nodes"]), _pods(args["pods"])
    where = schedule(**args)
    used = {node.name: Used() for node in nodes}
    for pod in pods:
        for node in nodes:
            after = used[node.name].plus(pod)
            score = 100 - 50 * abs(after.cpu_m / node.cpu_m - after.mem_mi / node.mem_mi)
            if not filtered(pod, node, used[node.name]) and abs(score - round(score)) < NEAR:
                return True
        at = where[pod.name]
        if at is not None:
            used[at] = used[at].plus(pod)
    return False


def _no_taints(nodes: Rows, pods: Rows, policy: str) -> Answer:
    return schedule([{**node, "taints": []} for node in nodes], pods, policy)


def _no_selector(nodes: Rows, pods: Rows, policy: str) -> Answer:
    return schedule(nodes, [{**pod, "selector": {}} for pod in pods], policy)


def _fit_only(nodes: Rows, pods: Rows, policy: str) -> Answer:
    return _placed(_nodes(nodes), _pods(pods), policy, ("fit",))


def _always_empty(nodes: Rows, pods: Rows, policy: str) -> Answer:
    """Each pod meets empty nodes."""
    found: Answer = {}
    for pod in pods:
        found |= schedule(nodes, [pod], policy)
    return found


def _other_policy(nodes: Rows, pods: Rows, policy: str) -> Answer:
    return schedule(nodes, pods, "most" if policy == "least" else "least")


def _node(name: str, cpu: int, mem: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "cpu_m": cpu, "mem_mi": mem, "taints": [], "labels": {}, "ready": True, **more}  # fmt: skip


def _pod(name: str, cpu: int, mem: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "cpu_m": cpu, "mem_mi": mem, "tolerations": [], "selector": {}, **more}


_NODES = [_node("n1", 4000, 8000, taints=[GPU], labels={"disk": "ssd"}), _node("n2", 2000, 3000)]
_PODS = [
    _pod("a", 1000, 1000), _pod("b", 500, 1500, tolerations=[GPU]), _pod("c", 1500, 500),
    _pod("d", 100, 100, tolerations=[GPU], selector={"disk": "ssd"}),
]  # fmt: skip

PLACING = Exercise(
    id="E7.3",
    chapter="kubernetes",
    title=mark("Filter and score"),
    reference=schedule,
    cases=_cases,
    samples=(
        Sample({"nodes": _NODES, "pods": _PODS, "policy": "least"}, {"a": "n2", "b": "n1", "c": None, "d": "n1"}),
        Sample({"nodes": _NODES, "pods": _PODS, "policy": "most"}, {"a": "n2", "b": "n2", "c": None, "d": "n1"}),
        Sample(
            {"nodes": [_node("n1", 1000, 1000, ready=False), _node("n2", 1000, 1000, taints=[OLD])], "pods": [_pod("a", 700, 300), _pod("b", 400, 100)], "policy": "least"},
            {"a": "n2", "b": None},
        ),
    ),
    wrong=(
        Wrong(
            "no taints",
            _no_taints,
            mark("You let pods onto tainted nodes: NoSchedule and NoExecute keep away every pod without an equal toleration."),
        ),
        Wrong(
            "no selector",
            _no_selector,
            mark("You leave out the selector: the node must have all labels that the pod asks for."),
        ),
        Wrong(
            "fit only",
            _fit_only,
            mark("You score by free room alone: the points for balance between CPU and memory are added."),
        ),
        Wrong(
            "always empty",
            _always_empty,
            mark("Your nodes stay empty: once a pod is placed, its requests count on that node for all that follow."),
        ),
        Wrong(
            "other policy",
            _other_policy,
            mark("You have the policies the wrong way round: least likes the node that stays emptiest, most the one that gets fullest."),
        ),
    ),
)  # fmt: skip
