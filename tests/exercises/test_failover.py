"""Exercises of the failover chapter: hidden cases stay in the ranges that the tasks state."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.failover import EXERCISES
from coursekit.exercises.failover.availability import _leaves
from coursekit.sims.failover.checks import FALLS, INTERVALS, false_alarm_s
from coursekit.sims.message import ParameterError

E = {each.id: each for each in EXERCISES}
COUNT = 800


def cases(name):
    return E[name].draw(np.random.default_rng(9), COUNT)


def test_timelines_have_the_nodes_and_events_that_the_task_names():
    drawn = cases("E2.1")
    kinds = Counter(event[1] for args in drawn for event in args["events"])
    equal = sum(len({n["prio"] for n in args["nodes"]}) < len(args["nodes"]) for args in drawn)

    assert set(kinds) == {"crash", "restart", "stop", "prio", "cut", "heal"}
    assert {len(args["nodes"]) for args in drawn} == {2, 3, 4}
    assert {n["adv"] for args in drawn for n in args["nodes"]} == {0.5, 1.0, 2.0}
    assert sum(n["prio"] == 255 for args in drawn for n in args["nodes"]) > 50
    assert 20 < equal < COUNT / 5
    for args in drawn:
        times = [event[0] for event in args["events"]]
        assert times == sorted(times)
        assert 4 < times[0] <= times[-1] < args["t_end"]
        assert 30 <= args["t_end"] <= 91
        # No event falls on a timer: what they set off lies on other grids of 1/512 s.
        assert len({round(t * 1000) % 125 for t in times}) == len(times)


def test_expressions_have_three_to_twelve_parts():
    drawn = cases("E2.2")
    assert {_leaves(args["expr"]) for args in drawn} == set(range(3, 13))


def test_checks_stay_clear_of_the_limit():
    for args in cases("E2.3"):
        assert 0.001 <= args["p"] <= 0.2
        assert 0 <= args["tau"] <= 5
        assert 3600 <= args["min_mtbfa_s"] <= 31_536_000
        for i in INTERVALS:
            for k in FALLS:
                assert abs(false_alarm_s(args["p"], i, k) / args["min_mtbfa_s"] - 1) > 0.02


def test_the_samples_of_the_specification():
    assert E["E2.2"].answer({"expr": E["E2.2"].samples[0].args["expr"]}) == pytest.approx(
        0.99942428794971
    )
    assert E["E2.3"].answer({"p": 0.05, "tau": 1, "min_mtbfa_s": 86400}) == {
        "interval": 0.5,
        "fall": 5,
    }


@pytest.mark.parametrize(
    ("name", "args", "says"),
    [
        ("E2.1", {"nodes": [{"id": "a"}], "events": [], "t_end": 9}, "ip: missing"),
        ("E2.1", {"nodes": [], "events": [], "t_end": 9}, "nodes=0"),
        ("E2.2", {"expr": {"any": []}}, "give a number, a series or a kofn"),
        ("E2.3", {"p": 0.5, "tau": 0, "min_mtbfa_s": 1e9}, "no pair is that quiet"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(name, args, says):
    with pytest.raises(ParameterError, match=says):
        E[name].answer(args)
