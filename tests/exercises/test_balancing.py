"""Exercises of the balancing chapter: hidden cases stay in the ranges that the tasks state."""

import numpy as np
import pytest

from coursekit.exercises.balancing import EXERCISES
from coursekit.sims.balancing.formulas import wait_exceeds
from coursekit.sims.message import ParameterError

BY_ID = {each.id: each for each in EXERCISES}


@pytest.fixture(scope="module")
def cases():
    return {each.id: each.draw(np.random.default_rng(5), 200) for each in EXERCISES}


def test_smooth_turns_stay_in_their_ranges(cases):
    for args in cases["E3.1"]:
        assert 2 <= len(args["weights"]) <= 8
        assert 1 <= min(args["weights"]) <= max(args["weights"]) <= 50
        assert 1 <= args["n"] <= 200
        assert len({i for _k, i in args["down"]}) < len(args["weights"])  # one is left


def test_pools_stay_in_their_ranges_and_off_the_limit(cases):
    for args in cases["E3.2"]:
        assert 1 <= args["lam"] <= 500
        assert 1 <= args["mu"] <= 50
        assert 0 <= args["t"] <= 1
        assert 0.001 <= args["p"] <= 0.2
        best = BY_ID["E3.2"].answer(args)
        chance = wait_exceeds(best, args["lam"], args["mu"], args["t"])
        assert args["p"] - chance > 1e-6


def test_rings_add_and_remove(cases):
    for args in cases["E3.3"]:
        assert 2 <= len(set(args["servers"])) == len(args["servers"]) <= 10
        assert 100 <= len(args["keys"]) <= 3000
        assert (args["change"][0] == "-") == (args["change"][1:] in args["servers"])
    assert {args["change"][0] for args in cases["E3.3"]} == {"+", "-"}


def test_a_fourth_server_takes_282_of_a_thousand_keys():
    """The specification's visible case; a notebook shows shorter ones, as literals."""
    three, keys = [f"10.0.0.{i}:80" for i in (1, 2, 3)], [f"k{i}" for i in range(1000)]
    args = {"servers": three, "change": "+10.0.0.4:80", "keys": keys}
    assert BY_ID["E3.3"].answer(args) == {"moved": 282, "to_or_from_changed": 282}


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E3.1", {"weights": [1], "n": 1, "down": [[0, 1]]}, "down=.*give pairs"),
        ("E3.1", {"weights": [0], "n": 1, "down": []}, "weights="),
        ("E3.2", {"lam": 1.0, "mu": 1.0, "t": 0.0, "p": 0.0}, "p=0.0: choose more"),
        ("E3.3", {"servers": ["a:1"], "change": "-a:1", "keys": []}, "change=-a:1"),
        ("E3.3", {"servers": ["a:1"], "change": "+a:1", "keys": []}, "and a new server"),
    ],
)
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        BY_ID[exercise].answer(args)
