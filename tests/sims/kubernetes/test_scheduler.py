"""Filter, score, choose: the vectors, laws of placing, reasons in the real scheduler's words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.kubernetes.objects import Node, Pod, Taint, Toleration, Wish
from coursekit.sims.kubernetes.placing import Board, place_many
from coursekit.sims.kubernetes.preemption import preempt
from coursekit.sims.kubernetes.scheduler import Cluster, decide, place
from coursekit.sims.kubernetes.scores import Profile
from coursekit.sims.message import ParameterError
from coursekit.values import from_plain

GI = 1024
V12 = [  # name, allocatable, used
    ("n1", 4000, 8, 1000, 6), ("n2", 4000, 8, 2500, 2), ("n3", 2000, 4, 500, 1),
]  # fmt: skip


def v12():
    nodes = tuple(Node(name=name, cpu_m=cpu, mem_mi=mem * GI) for name, cpu, mem, *_ in V12)
    pods = {name: Pod(name=f"on-{name}", cpu_m=c, mem_mi=m * GI) for name, _, _, c, m in V12}
    return Cluster(
        nodes,
        {pod.name: pod for pod in pods.values()},
        {pod.name: node for node, pod in pods.items()},
    )


def points(decision, plugin):
    return [next(s.points for s in seen.scores if s.plugin == plugin) for seen in decision.seen]


def test_7_v12_least_and_balanced():
    decision = decide(v12(), Pod(name="new", cpu_m=500, mem_mi=GI))
    assert points(decision, "fit") == [37, 43, 50]
    assert points(decision, "balanced") == [75, 81, 100]
    assert [seen.total for seen in decision.seen] == [112, 124, 150]
    assert decision.node == "n3"
    assert str(decision.why) == "new goes to n3: it has most points, 150."
    assert decision.event == "Successfully assigned default/new to n3"


def test_7_v12_most():
    decision = decide(v12(), Pod(name="new", cpu_m=500, mem_mi=GI), Profile(policy="most"))
    assert points(decision, "fit") == [62, 56, 50]


def test_a_pod_without_requests_counts_in_fit_only_and_is_not_balanced():
    nodes = (Node(name="n", cpu_m=1000, mem_mi=1000),)
    decision = decide(Cluster(nodes), Pod(name="p"))
    assert [(s.plugin, s.points) for s in decision.seen[0].scores] == [("fit", (90 + 80) // 2)]
    full = Cluster(nodes, {"q": Pod(name="q", cpu_m=1000, mem_mi=1000)}, {"q": "n"})
    assert decide(full, Pod(name="p")).node == "n"
    assert decide(full, Pod(name="p")).seen[0].total == 0


def test_forty_pods_of_100_m_fit_on_four_cores_whatever_they_use():
    nodes = (Node(name="n", cpu_m=4000),)
    placed = place(nodes, [Pod(name=f"p{i}", cpu_m=100) for i in range(41)])
    assert [d.node for d in placed].count("n") == 40
    assert placed[40].node is None


def test_why_no_node_takes_a_pod_in_the_real_scheduler_s_words():
    gpu = Taint(key="gpu", value="yes")
    nodes = (
        Node(name="a", cpu_m=1000, mem_mi=1000, labels={"disk": "ssd"}),
        Node(name="b", taints=(gpu,)),
        Node(name="c", labels={"disk": "hdd"}),
        Node(name="d", ready=False),
        Node(name="e", cordoned=True),
        Node(name="f", cpu_m=100, mem_mi=100, labels={"disk": "ssd"}),
        Node(name="g", labels={"disk": "ssd"}, max_pods=1),
    )
    sitting = Pod(name="sitting")
    cluster = Cluster(nodes, {"sitting": sitting}, {"sitting": "g"})
    decision = decide(cluster, Pod(name="p", cpu_m=1100, mem_mi=1000, selector={"disk": "ssd"}))
    assert decision.node is None
    assert decision.event == (
        "0/7 nodes are available: 1 Insufficient memory, 1 Too many pods, "
        "1 node(s) didn't match Pod's node affinity/selector, "
        "1 node(s) had untolerated taint {gpu: yes}, "
        "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, "
        "1 node(s) were unschedulable, 2 Insufficient cpu."
    )
    seen = {each.node: [str(reason.why) for reason in each.reasons] for each in decision.seen}
    assert seen["b"] == ["The pod does not tolerate the taint gpu=yes:NoSchedule."]
    assert seen["a"] == ["The pod requests 1100 m of CPU, 1000 m are not requested yet."]
    assert seen["f"] == [
        "The pod requests 1100 m of CPU, 100 m are not requested yet.",
        "The pod requests 1000 MiB of memory, 100 MiB are not requested yet.",
    ]
    assert str(decision.why) == "p stays Pending: none of 7 nodes can take it."


@pytest.mark.parametrize(
    "toleration, borne",
    [
        (Toleration(key="gpu", value="yes", effect="NoSchedule"), True),
        (Toleration(key="gpu", value="yes"), True),
        (Toleration(key="gpu", value="no"), False),
        (Toleration(key="gpu", operator="Exists"), True),
        (Toleration(operator="Exists"), True),
        (Toleration(key="gpu", value="yes", effect="NoExecute"), False),
        (Toleration(key="other", operator="Exists"), False),
    ],
)
def test_what_a_toleration_bears(toleration, borne):
    assert toleration.bears(Taint(key="gpu", value="yes")) is borne


def test_a_soft_taint_and_a_wish_weigh_only_when_their_plugin_is_on():
    soft = Taint(key="slow", effect="PreferNoSchedule")
    nodes = (Node(name="a", taints=(soft,)), Node(name="b"), Node(name="c", labels={"z": "1"}))
    pod = Pod(name="p", cpu_m=100, mem_mi=100, wishes=(Wish(weight=10, labels={"z": "1"}),))
    assert decide(Cluster(nodes), pod).node == "a"
    assert decide(Cluster(nodes), pod, Profile(plugins=("fit", "balanced", "taints"))).node == "b"
    every = decide(Cluster(nodes), pod, Profile(plugins=("fit", "taints", "affinity")))
    assert every.node == "c"
    assert points(every, "taints") == [0, 100, 100]
    assert points(every, "affinity") == [0, 0, 100]
    assert every.seen[2].total == every.seen[1].total + 2 * 100


def test_image_locality_scales_with_size_and_how_many_nodes_have_it():
    nodes = tuple(Node(name=n, images={"web": size}) if size else Node(name=n) for n, size in (("a", 0), ("b", 523)))  # fmt: skip
    decision = decide(Cluster(nodes), Pod(name="p", image="web"), Profile(plugins=("images",)))
    assert points(decision, "images") == [0, 100 * (523 // 2 - 23) // 977]
    everywhere = tuple(Node(name=n, images={"web": 2000}) for n in "ab")
    decision = decide(Cluster(everywhere), Pod(name="p", image="web"), Profile(plugins=("images",)))
    assert points(decision, "images") == [100, 100]


def test_equals_go_to_the_lowest_name_and_it_is_said():
    nodes = tuple(Node(name=name) for name in ("n2", "n10", "n1"))
    decision = decide(Cluster(nodes), Pod(name="p", cpu_m=100, mem_mi=100))
    assert decision.node == "n1"
    assert "the lowest name wins here" in str(decision.why)


SIZES = st.integers(0, 12).map(lambda n: n * 100)
TAINTS = st.sampled_from([(), (Taint(key="gpu", value="yes"),), (Taint(key="s", effect="PreferNoSchedule"),)])  # fmt: skip
NODES = st.lists(
    st.builds(
        Node, name=st.just("?"), cpu_m=st.integers(1, 40).map(lambda n: n * 97),
        mem_mi=st.integers(1, 40).map(lambda n: n * 101), taints=TAINTS, ready=st.booleans(),
        labels=st.sampled_from([{}, {"disk": "ssd"}]), max_pods=st.sampled_from([3, 110]),
    ),
    min_size=1, max_size=8,
).map(lambda nodes: [replace(node, name=f"n{i}") for i, node in enumerate(nodes)])  # fmt: skip
SHAPES = st.lists(
    st.builds(
        Pod, name=st.just("?"), cpu_m=SIZES, mem_mi=SIZES,
        tolerations=st.sampled_from([(), (Toleration(operator="Exists"),)]),
        selector=st.sampled_from([{}, {"disk": "ssd"}]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip
PODS = SHAPES.flatmap(lambda shapes: st.lists(st.sampled_from(shapes), max_size=40)).map(
    lambda pods: [replace(pod, name=f"p{i}") for i, pod in enumerate(pods)]
)
PROFILES = st.builds(
    Profile, policy=st.sampled_from(["least", "most"]),
    plugins=st.sampled_from([("fit", "balanced"), ("fit",), ("balanced",)]),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(NODES, PODS, PROFILES)
def test_many_at_once_go_where_one_by_one_they_go(nodes, pods, profile):
    assert place_many(nodes, pods, profile) == [d.node for d in place(nodes, pods, profile)]


@settings(max_examples=150, deadline=None)
@given(NODES, PODS)
def test_requests_never_exceed_what_a_node_offers(nodes, pods):
    where = place_many(nodes, pods)
    for node in nodes:
        here = [pod for pod, at in zip(pods, where, strict=True) if at == node.name]
        assert len(here) <= node.max_pods
        assert sum(pod.cpu_m for pod in here) <= node.cpu_m
        assert sum(pod.mem_mi for pod in here) <= node.mem_mi


def crowded():
    nodes = (Node(name="a", cpu_m=1000), Node(name="b", cpu_m=1000), Node(name="c", cpu_m=500))
    rows = [("a1", 400, 5, "a"), ("a2", 400, 1, "a"), ("a3", 200, 1, "a"), ("b1", 500, 2, "b"), ("b2", 500, 9, "b"), ("c1", 500, 0, "c")]  # fmt: skip
    pods = {name: Pod(name=name, cpu_m=cpu, prio=prio) for name, cpu, prio, _ in rows}
    return Cluster(nodes, pods, {name: node for name, _, _, node in rows})


def test_preemption_prefers_the_victims_that_matter_least():
    found = preempt(crowded(), Pod(name="vip", cpu_m=500, prio=8))
    assert {c.node: c.victims for c in found.candidates} == {
        "a": ("a2", "a3"), "b": ("b1",), "c": ("c1",),
    }  # fmt: skip
    assert (found.chosen.node, found.chosen.highest) == ("c", 0)
    bigger = preempt(crowded(), Pod(name="vip", cpu_m=600, prio=8))
    assert bigger.chosen.node == "a"
    assert "pushes a2, a3 off a" in str(bigger.why)


def test_after_preemption_the_pod_fits_and_without_lower_ones_nothing_helps():
    cluster, vip = crowded(), Pod(name="vip", cpu_m=600, prio=8)
    freed = cluster.without(preempt(cluster, vip).chosen.victims)
    assert decide(freed, vip).node == "a"
    none = preempt(cluster, Pod(name="low", cpu_m=600, prio=0))
    assert none.chosen is None and "does not help low" in str(none.why)


def test_of_equal_highest_victims_the_fewest_fall():
    nodes = (Node(name="a", cpu_m=1000), Node(name="b", cpu_m=1000))
    pods = {f"a{i}": Pod(name=f"a{i}", cpu_m=500) for i in (1, 2)} | {"b1": Pod(name="b1", cpu_m=1000)}  # fmt: skip
    cluster = Cluster(nodes, pods, {"a1": "a", "a2": "a", "b1": "b"})
    assert preempt(cluster, Pod(name="vip", cpu_m=900, prio=1)).chosen.node == "b"


def test_the_schemas_of_the_objects_are_read():
    node = {"name": "n", "cpu_m": 4000, "mem_mi": 8000, "taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}], "labels": {"disk": "ssd"}, "ready": True}  # fmt: skip
    assert str(from_plain(Node, node, "node").taints[0]) == "gpu=yes:NoSchedule"
    with pytest.raises(ParameterError, match="colour"):
        from_plain(Node, {**node, "colour": "red"}, "node")


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Node(name=""), "name='': choose a name"),
        (lambda: Node(name="n", cpu_m=0), "cpu_m=0: choose 1 or more"),
        (lambda: Pod(name="p", cpu_m=-1), "cpu_m=-1: choose 0 or more"),
        (lambda: Pod(name="p", mem_mi=9, lim_mem_mi=8), "lim_mem_mi=8: .* not below the request, 9"),
        (lambda: Taint(key="a", effect="Never"), "effect=Never: choose one of NoSchedule"),
        (lambda: Toleration(value="x"), "key='': without a key the operator must be Exists"),
        (lambda: Wish(weight=0, labels={}), "weight=0: choose 1 to 100"),
        (lambda: Profile(policy="best"), "policy=best: choose least or most"),
        (lambda: Profile(plugins=("cpu",)), "plugin=cpu: choose one of fit, balanced"),
        (lambda: Cluster(()), "nodes=0: choose 1 or more"),
        (lambda: Cluster((Node(name="a"), Node(name="a"))), "node=a: the name is taken"),
        (lambda: Cluster((Node(name="a"),), {}, {"p": "a"}), "pod=p: bound to a, and one of them"),
        (lambda: place_many([Node(name="a")], [], Profile(plugins=("taints",))), "plugin=taints"),
        (lambda: place([Node(name="a")], [Pod(name="p"), Pod(name="p")]), "pod=p: the name is taken"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name_value_and_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


@pytest.mark.parametrize("seed", range(8))
def test_a_board_that_pods_leave_decides_as_the_scheduler_does(seed):
    rng = np.random.default_rng(seed)
    nodes = tuple(Node(name=f"n{i}", cpu_m=int(rng.integers(500, 2000)), mem_mi=int(rng.integers(500, 2000)), cordoned=i == 3) for i in range(5))  # fmt: skip
    board, cluster = Board(nodes), Cluster(nodes)
    for k in range(60):
        if cluster.pods and rng.random() < 0.4:
            gone = str(rng.choice(list(cluster.pods)))
            board.change(board.at[cluster.bound[gone]], cluster.pods[gone], -1)
            cluster = cluster.without([gone])
        else:
            pod = Pod(name=f"p{k}", cpu_m=100 * int(rng.integers(0, 6)), mem_mi=100 * int(rng.integers(0, 4)))  # fmt: skip
            where = decide(cluster, pod).node
            assert board.place(pod) == where
            cluster = cluster.bind(pod, where) if where else cluster
