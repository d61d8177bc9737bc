"""The cluster autoscaler: packing, waste, what may go, and how long it all takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.kubernetes.nodes import Reaction, best_template, grow, idle, reaction, removable
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.scheduler import Cluster
from coursekit.sims.message import ParameterError

TEMPLATE = Node(name="new", cpu_m=4000, mem_mi=8192)


def pods(count, cpu=1000, mem=1024, name="p"):
    return [Pod(name=f"{name}{i}", cpu_m=cpu, mem_mi=mem) for i in range(count)]


def test_7_v20_five_pods_need_two_nodes():
    growth = grow(pods(5), TEMPLATE)
    assert [len(each.pods) for each in growth.bins] == [4, 1]
    assert growth.waste == pytest.approx(1 - (5000 / 8000 + 5 / 16) / 2)


def test_largest_first_packs_better_than_as_they_come():
    mixed = pods(4, 1000, 100, "small") + pods(4, 3000, 100, "large")
    assert len(grow(mixed, TEMPLATE).bins) == 4


def test_what_no_node_can_take_orders_none_and_the_maximum_holds():
    assert grow(pods(2, cpu=5000), TEMPLATE).bins == ()
    assert "ask for more than an empty one offers" in str(grow(pods(2, cpu=5000), TEMPLATE).why)
    capped = grow(pods(9), TEMPLATE, most=1)
    assert (len(capped.bins), len(capped.left_out)) == (1, 5)
    assert "No pod waits" in str(grow([], TEMPLATE).why)


SIZES = st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 9000)), max_size=20)


@given(SIZES)
def test_every_pod_is_somewhere_and_no_node_is_overfull(sizes):
    waiting = [Pod(name=f"p{i}", cpu_m=cpu, mem_mi=mem) for i, (cpu, mem) in enumerate(sizes)]
    growth, by_name = grow(waiting, TEMPLATE, 100), {pod.name: pod for pod in waiting}
    for each in growth.bins:
        assert sum(by_name[p].cpu_m for p in each.pods) <= TEMPLATE.cpu_m
        assert sum(by_name[p].mem_mi for p in each.pods) <= TEMPLATE.mem_mi
    named = [p for each in growth.bins for p in each.pods] + list(growth.too_big)
    assert sorted(named) == sorted(by_name)
    assert all(p.cpu_m > 4000 or p.mem_mi > 8192 for p in map(by_name.get, growth.too_big))


def test_least_waste_takes_the_template_that_fits():
    big = Node(name="big", cpu_m=16_000, mem_mi=65_536)
    lean = Node(name="lean", cpu_m=4000, mem_mi=4096)
    assert best_template(pods(4), [big, lean])[0] == lean
    assert best_template(pods(4, cpu=8000), [big, lean])[0] == big


def shop():
    nodes = (Node(name="a", cpu_m=1000), Node(name="b", cpu_m=1000), Node(name="c", cpu_m=1000))
    rows = [("a1", 400, "a"), ("b1", 500, "b"), ("c1", 900, "c")]
    all_pods = {name: Pod(name=name, cpu_m=cpu) for name, cpu, _ in rows}
    return Cluster(nodes, all_pods, {name: node for name, _, node in rows})


def test_below_half_is_strict():
    assert [each.low for each in idle(shop())] == [True, False, False]


@pytest.mark.parametrize(
    "node, low_for, since, protected, says",
    [
        ("b", 900, 900, (), "50% of the node are requested"),
        ("a", 599, 900, (), "Below half for 599 s only"),
        ("a", 600, 599, (), "added 599 s ago"),
        ("a", 600, 600, ("a1",), "The budget of a1 allows no eviction"),
    ],
)
def test_why_a_node_stays(node, low_for, since, protected, says):
    found = removable(shop(), node, low_for, since, frozenset(protected))
    assert not found.removable and says in str(found.why)


def test_a_node_goes_when_its_pods_fit_elsewhere():
    found = removable(shop(), "a", 600, 600)
    assert found.removable and found.moves == (("a1", "b"),)
    full = shop().bind(Pod(name="b2", cpu_m=200), "b")
    assert "a1 would find no room" in str(removable(full, "a", 600, 600).why)
    alone = Cluster((Node(name="a"),))
    assert "last node" in str(removable(alone, "a", 600, 600).why)


def test_the_loops_add_up():
    rows = reaction(Reaction())
    assert (sum(r.least for r in rows), sum(r.most for r in rows)) == (134, 174)
    quick = reaction(Reaction(), new_node=False)
    assert (sum(r.least for r in quick), sum(r.most for r in quick)) == (10, 40)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: grow([], TEMPLATE, -1), "most=-1: choose 0 or more"),
        (lambda: grow(pods(1) * 2, TEMPLATE), "pod=p0: the name is taken"),
        (lambda: best_template([], []), "templates=0: choose 1 or more"),
        (lambda: removable(shop(), "z", 1, 1), "node=z: choose one of a, b, c"),
        (lambda: Reaction(scan=-1), "scan=-1: choose 0 or more"),
        (lambda: Reaction(pull_mb_s=0), "pull_mb_s=0: choose more than 0"),
    ],
)
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
