"""The whole cluster: laws over the trace, and each module's numbers seen again in it."""

import json
from itertools import pairwise

import numpy as np
import pytest

from coursekit.sims.kubernetes import cluster, nodefailure, service
from coursekit.sims.kubernetes.autoscale import Workload
from coursekit.sims.kubernetes.hpa import Autoscaler
from coursekit.sims.kubernetes.objects import Node
from coursekit.sims.kubernetes.world import App, Down, Hang, Update, World
from coursekit.sims.message import Message, ParameterError

LOAD = Workload(curve="sine", low=100, high=900, period=1200)
SCALED = App(name="web", replicas=6, work=LOAD, scaler=Autoscaler(least=4, most=20), pre_stop=5)
STEADY = App(name="api", replicas=8, request_m=300, work=Workload(curve="zero", high=200, at=1e6), pre_stop=5)  # fmt: skip
BUSY = World(
    apps=(SCALED, STEADY),
    updates=(Update(t=300, app="web", version="v2"), Update(t=900, app="api", version="v2")),
    downs=(Down(node="n2", t=1203.0), Down(node="n5", t=1500.0, back=2000.0)),
    hangs=(Hang(app="api", t=100.0),),
)


def run(world, seed=1):
    return cluster.run(world, np.random.default_rng(seed))


def of(ran, kind):
    return [each for each in ran.trace if each["kind"] == kind]


@pytest.fixture(scope="module")
def busy():
    return run(BUSY)


def test_the_trace_is_json_in_order_of_time_and_the_same_for_the_same_seed(busy):
    assert json.loads(json.dumps(busy.trace)) == list(busy.trace)
    assert [e["t"] for e in busy.trace] == sorted(e["t"] for e in busy.trace)
    assert run(BUSY).trace == busy.trace
    assert run(BUSY, 2).trace != busy.trace


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [2000, 4000])
def test_requests_on_a_node_never_exceed_what_it_offers(seed, size):
    nodes = tuple(Node(name=f"n{i}", cpu_m=size) for i in range(1, 7))
    ran = run(World(**{**vars(BUSY), "nodes": nodes}), seed)
    for state in ran.states:
        assert all(node.cpu_m <= size and node.mem_mi <= 8192 for node in state.nodes)


def test_in_the_end_wish_and_reality_agree_where_there_is_room(busy):
    last = busy.states[-1]
    assert not last.waiting
    for app in last.apps:
        assert app.wished == app.pods == app.ready
    versions = {brick.version for node in last.nodes if node.up for brick in node.pods}
    assert versions == {"v2"}


def test_the_autoscaler_says_what_it_changed_and_why(busy):
    changes = of(busy, "scale")
    assert changes[0]["from"] == 6 and len(changes) > 2
    assert all(a["to"] == b["from"] for a, b in pairwise(changes))
    assert all(4 <= each["to"] <= 20 and str(Message(**each["why"])) for each in changes)


@pytest.mark.parametrize("at", [1200.0, 1203.0, 1207.5, 1209.9])
@pytest.mark.parametrize("seed", range(4))
def test_the_pods_of_a_dead_node_leave_traffic_in_time_and_are_replaced(at, seed):
    ran = run(World(**{**vars(BUSY), "downs": (Down(node="n2", t=at),), "until": 1800}), seed)
    soonest, latest = nodefailure.bounds()
    (seen,) = of(ran, "not_ready")
    assert soonest <= seen["t"] - at <= latest
    assert {e["t"] for e in of(ran, "evict")} == {seen["t"] + nodefailure.TOLERATION_S}
    dead = [e["t"] for e in of(ran, "request_lost") if e["why"] == "dead"]
    assert at <= min(dead) and max(dead) < seen["t"] <= max(dead) + 1


def test_no_fault_no_loss():
    world = World(apps=(STEADY,), updates=(Update(t=300, app="api", version="v2"),))
    assert run(world).lost() == 0


def test_an_update_loses_what_the_endpoint_race_says():
    app = App(**{**vars(STEADY), "pre_stop": 0.0})
    ran = run(World(apps=(app,), updates=(Update(t=300, app="api", version="v2"),)))
    lost = of(ran, "request_lost")
    assert len(lost) == 8 and {e["why"] for e in lost} == {"ending"}
    assert all(service.lost(200 / 10) <= e["n"] <= service.lost(200 / 6) for e in lost)


def test_a_silent_process_loses_its_share_until_its_probes_find_out():
    world = World(apps=(STEADY,), hangs=(Hang(app="api", t=100.0),), until=400)
    ran = run(world)
    silent = [e["t"] for e in of(ran, "request_lost")]
    assert {e["why"] for e in of(ran, "request_lost")} == {"silent"}
    assert 21 <= max(silent) - 100 + 1 <= 31
    assert ran.states[-1].apps[0].ready == 8


def test_pods_without_room_get_a_node_that_is_ordered():
    app = App(replicas=10, request_m=1000)
    few = (Node(name="n1"), Node(name="n2"))
    without = run(World(nodes=few, apps=(app,), until=600))
    assert len(without.states[-1].waiting) == 2
    ran = run(World(nodes=few, apps=(app,), template=Node(name="big"), until=600))
    (added,) = of(ran, "node_added")
    assert (added["t"], added["node"]) == (130.0, "big-1")
    assert ran.states[-1].apps[0].ready == 10


def test_a_bad_version_stops_where_the_limits_say():
    world = World(apps=(App(replicas=10),), updates=(Update(t=60, app="web", version="v2", broken=True),))  # fmt: skip
    seen = run(world).states[-1].apps[0]
    assert (seen.pods, seen.ready) == (13, 8)


def test_too_many_dead_nodes_and_nothing_is_evicted():
    downs = tuple(Down(node=f"n{i}", t=100.0) for i in range(1, 5))
    assert not of(run(World(downs=downs, until=900)), "evict")


@pytest.mark.parametrize(
    "given, says",
    [
        ({"nodes": ()}, "nodes=0"),
        ({"downs": (Down(node="x", t=1),)}, "node=x: choose one of n1"),
        ({"updates": (Update(t=1, app="x", version="v2"),)}, "app=x"),
        ({"until": 0}, "until=0"),
    ],
)
def test_a_wrong_world_is_named(given, says):
    with pytest.raises(ParameterError, match=says):
        World(**given)
