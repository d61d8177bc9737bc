"""Twenty minutes of a cluster: the moments told, what each loop did, what is lost and why."""

from itertools import pairwise

import numpy as np
import pytest

from coursekit.sims.kubernetes import nodefailure
from coursekit.sims.kubernetes.autoscale import Workload, load_of
from coursekit.sims.kubernetes.hour import EVENTS, LOOPS, MOST_VIEWS, Hour, tell
from coursekit.sims.message import ParameterError

KINDS = {
    "autoscaler": {"scale"},
    "replicaset": {"create", "terminating"},
    "scheduler": {"bind"},
    "kubelet": {"start", "ready", "gone"},
    "node": {"not_ready", "evict"},
}


def told(seed=1, **values):
    return tell(Hour(**values), np.random.default_rng(seed))


@pytest.mark.parametrize("event", EVENTS)
def test_the_moments_are_few_in_order_and_lose_nothing_of_the_record(event):
    hour = told(event=event)
    times = [view.t for view in hour.states]

    assert 2 <= len(times) <= MOST_VIEWS and times == sorted(set(times))
    assert (times[0], times[-1]) == (0.0, 1200.0)
    assert sum(view.lost for view in hour.states) == pytest.approx(hour.ran.lost())
    assert sum(rate * 5 for _t, rate in hour.losses) == pytest.approx(hour.ran.lost())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("event", EVENTS)
def test_a_loop_is_lit_just_when_the_trace_has_its_deeds(event, seed):
    hour = told(seed, event=event)
    for before, now in pairwise(hour.states):
        rows = hour.ran.trace[before.seen.events : now.seen.events]
        kinds = {r["kind"] for r in rows if r["kind"] != "terminating" or r["why"] != "node"}
        assert set(now.loops) == {loop for loop in LOOPS if kinds & KINDS[loop]}


def test_nothing_happens_when_nothing_happens():
    hour = told(event="none")

    assert hour.ran.lost() == 0 and len(hour.states) == 2
    assert len(hour.states[0].seen.nodes) == 6
    assert sum(len(node.pods) for node in hour.states[0].seen.nodes) == 30


def test_the_rush_loses_what_is_beyond_the_pods_until_more_are_ready():
    """1260 come, 18 pods serve 50 each; the autoscaler looks after 15 s, a start takes 10 s."""
    assert told(event="load").ran.lost("overload") == (1260 - 18 * 50) * (15 + 10)


def test_the_rush_without_an_autoscaler_loses_all_the_time():
    assert told(event="load", scaler=False).ran.lost() == (1260 - 18 * 50) * 540


@pytest.mark.parametrize("seed", range(5))
def test_a_dead_node_loses_its_share_until_it_is_unreachable(seed):
    """3 of 18 pods of web and 2 of 12 of api: a sixth of 810 requests a second."""
    hour = told(seed, event="node")
    least, most = nodefailure.bounds()

    assert 135 * least <= hour.ran.lost("dead") <= 135 * most
    assert hour.ran.lost() == pytest.approx(hour.ran.lost("dead"))


def test_an_update_whose_pods_go_on_serving_loses_nothing():
    assert told(event="rollout").ran.lost("ending") > 0
    assert told(event="rollout", pre_stop=5.0).ran.lost() == 0


def test_all_together_leaves_pods_without_a_node_until_the_dead_one_is_back():
    hour = told(event="all")
    waiting = {view.t: len(view.seen.waiting) for view in hour.states}

    assert waiting[420.0] == 0 and waiting[425.0] == 15
    assert waiting[600.0] == 6 and waiting[795.0] == 0


def test_the_load_is_the_workload_and_capacity_counts_pods_that_answer():
    hour = told(event="node")
    capacity = dict(hour.capacity)

    assert {rate for _t, rate in hour.load} == {load_of(Workload(curve="points", points=((0, 630),)), 9)}  # fmt: skip
    assert (capacity[235.0], capacity[245.0], capacity[1200.0]) == (900, 750, 900)


def test_dead_pods_that_are_not_tolerated_are_replaced_at_once():
    def replaced(**values):
        hour = told(event="node", **values)
        return next(each["t"] for each in hour.ran.trace if each["kind"] == "evict")

    assert replaced() - replaced(toleration=0.0) == 300


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"event": "fire"}, "event=fire"),
        ({"load": 301}, "load=301"),
        ({"replicas": 0}, "replicas=0"),
        ({"toleration": -1.0}, "toleration=-1"),
        ({"pre_stop": -1.0}, "pre_stop=-1"),
    ],
)
def test_a_wrong_value_is_named(wrong, says):
    with pytest.raises(ParameterError, match=says):
        told(**wrong)
