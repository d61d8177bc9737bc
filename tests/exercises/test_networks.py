"""Exercises of the networks chapter: hidden cases stay in the ranges that the tasks state."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.networks import EXERCISES

COUNT = 1000


@pytest.fixture(scope="module")
def cases():
    return {each.id: each.draw(np.random.default_rng(9), COUNT) for each in EXERCISES}


def test_bridges_have_every_size_and_kind_of_frame(cases):
    cases = cases["E1.1"]
    assert {c["n_ports"] for c in cases} == set(range(3, 9))
    assert all(10 <= c["ageing"] <= 300 and 10 <= len(c["frames"]) <= 60 for c in cases)
    kinds = Counter(f[3][:8] for c in cases for f in c["frames"])
    assert {"ff:ff:ff", "01:00:5e", "01:80:c2", "02:00:00"} == set(kinds)
    for case in cases[:100]:
        times = [f[0] for f in case["frames"]]
        assert times == sorted(times)
        ages = {round((b - a) % 1, 6) for i, a in enumerate(times) for b in times[i + 1 :]}
        assert 0 not in ages, "no age is a whole number of seconds, as the limit is"


def test_engines_meet_every_kind_of_packet(cases):
    cases = cases["E1.2"]
    exercise = EXERCISES[1]
    assert {len(c["forwards"]) for c in cases} == {0, 1, 2, 3}
    assert all(5 <= len(c["packets"]) <= 40 for c in cases)
    actions = Counter(a["action"] for c in cases[:200] for a in exercise.answer(c))
    assert actions["to_host"] > 100 and actions["translate"] > 1000
    assert actions["drop"] == 0
    moved = [a for c in cases[:200] for p, a in zip(c["packets"], exercise.answer(c), strict=True) if p["dir"] == "out" and p["sport"] != a["sport"]]  # fmt: skip
    assert len(moved) > 50


def test_every_reason_comes_about_as_often(cases):
    codes = Counter(EXERCISES[2].answer(case) for case in cases["E1.3"])
    assert len(codes) == 7
    assert min(codes.values()) > COUNT / 7 * 0.7
    assert max(codes.values()) < COUNT / 7 * 1.4
