"""Exercises of the Kubernetes chapter: ranges of the hidden cases, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.kubernetes import EXERCISES
from coursekit.sims.message import ParameterError

E = {each.id: each for each in EXERCISES}


def drawn(exercise, count, seed=5):
    return exercise.draw(np.random.default_rng(seed), count)


def test_turns_of_the_autoscaler_stay_in_their_ranges_and_go_both_ways():
    ways = Counter()
    for args in drawn(E["E7.1"], 500):
        assert 1 <= args["current"] <= 50
        assert args["ready"] and all(0 <= value <= 300 for value in args["ready"])
        assert 30 <= args["target"] <= 100 and 0.05 <= args["tol"] <= 0.2
        assert 1 <= args["minR"] <= args["maxR"]
        answer = E["E7.1"].answer(args)
        assert args["minR"] <= answer <= args["maxR"]
        ways[np.sign(answer - args["current"])] += 1
        ways["unseen"] += bool(args["unready"] or args["missing"])
    assert min(ways.values()) > 100


def test_updates_stay_in_their_ranges_and_end():
    percents = 0
    for args in drawn(E["E7.2"], 300):
        assert 1 <= args["n"] <= 40 and 1 <= args["ready_ticks"] <= 3
        percents += isinstance(args["surge"], str)
        rows = E["E7.2"].answer(args)
        assert rows[0] == [0, args["n"], 0, args["n"]]
        assert rows[-1][1:] == [0, args["n"], args["n"]]
    assert 100 < percents < 250


def test_clusters_stay_in_their_ranges():
    placed = Counter()
    for args in drawn(E["E7.3"], 300):
        assert 2 <= len(args["nodes"]) <= 8 and 5 <= len(args["pods"]) <= 40
        assert all(pod["cpu_m"] > 0 and pod["mem_mi"] > 0 for pod in args["pods"])
        answer = E["E7.3"].answer(args)
        assert list(answer) == [pod["name"] for pod in args["pods"]]
        placed.update(at is None for at in answer.values())
        placed[args["policy"]] += 1
    assert placed[True] > 1000 and placed[False] > 1000
    assert min(placed["least"], placed["most"]) > 100


TURN = {"current": 1, "ready": [50], "unready": 0, "missing": 0, "target": 50, "tol": 0.1, "minR": 1, "maxR": 2}  # fmt: skip
NODE = {"name": "n", "cpu_m": 1000, "mem_mi": 1000}


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E7.1", {**TURN, "ready": []}, "ready=0: without one pod"),
        ("E7.1", {**TURN, "minR": 3}, "minR=3: choose 1 to 2, maxR"),
        ("E7.2", {"n": 0, "surge": 1, "unavailable": 1, "ready_ticks": 1}, "replicas=0"),
        ("E7.2", {"n": 1, "surge": "x", "unavailable": 1, "ready_ticks": 1}, "surge=x: write a number"),
        ("E7.2", {"n": 1, "surge": 1, "unavailable": 1, "ready_ticks": 0}, "ready_ticks=0"),
        ("E7.3", {"nodes": [], "pods": [], "policy": "least"}, "nodes=0: choose 1 or more"),
        ("E7.3", {"nodes": [NODE], "pods": [], "policy": "best"}, "policy"),
        ("E7.3", {"nodes": [{"name": "n", "colour": 1}], "pods": [], "policy": "least"}, "colour"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        E[exercise].answer(args)
