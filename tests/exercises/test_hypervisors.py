"""Exercises of the hypervisors chapter: ranges of the hidden cases, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.hypervisors import EXERCISES
from coursekit.sims.message import ParameterError

E = {each.id: each for each in EXERCISES}


def drawn(exercise, count, seed=5):
    return exercise.draw(np.random.default_rng(seed), count)


def test_migrations_stay_in_their_ranges_and_off_the_limit():
    ends = Counter()
    for args in drawn(E["E4.1"], 500):
        m, b = args["M"], args["B"]
        assert 512 <= m <= 65_536 and 50 <= b <= 3000
        assert 0 <= args["D"] <= 1.5 * b + 0.1
        assert 0.02 * m - 0.1 <= args["W"] <= m
        assert 0.05 <= args["Td"] <= 1 and 5 <= args["R"] <= 30
        answer = E["E4.1"].answer(args)
        ends[answer["why"]] += 1
        assert abs(answer["downtime_s"] / args["Td"] - 1) > 1e-7
    assert min(ends.values()) > 50


def test_clusters_stay_in_their_ranges():
    verdicts, defaults = Counter(), 0
    for args in drawn(E["E4.2"], 500):
        assert 2 <= len(args["hosts"]) <= 8
        assert 1 <= len(args["vms"]) <= 40
        assert 0 <= args["F"] < len(args["hosts"])
        answer = E["E4.2"].answer(args)
        verdicts[answer["ok"]] += 1
        defaults += answer["slot"][0] == 32
    assert min(verdicts.values()) > 100
    assert defaults > 20


def test_crowds_stay_in_their_ranges():
    idle = 0
    for args in drawn(E["E4.3"], 500):
        assert 2 <= len(args["vms"]) <= 12
        assert sum(vm["res"] for vm in args["vms"]) <= args["capacity"]
        idle += sum(E["E4.3"].answer(args)) < args["capacity"] - 1
    assert 10 < idle < 250


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E4.1", {"M": 0, "B": 1, "D": 1, "W": 1, "Td": 1, "R": 1}, "memory=0"),
        ("E4.2", {"hosts": [], "vms": [], "F": 0}, "hosts=0: choose 1 or more"),
        ("E4.2", {"hosts": [{"id": "a"}], "vms": [], "F": 0}, "cpu_mhz: missing"),
        ("E4.3", {"capacity": 1, "vms": [{"demand": 2, "res": 2}]}, "capacity=1.*reserved"),
    ],
)
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        E[exercise].answer(args)
