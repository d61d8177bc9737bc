"""Exercises of the VM files chapter: ranges of hidden cases, and what is refused."""

import base64
from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.vmfiles import EXERCISES
from coursekit.sims.message import ParameterError

BY_ID = {each.id: each for each in EXERCISES}


@pytest.fixture(scope="module")
def cases():
    return {each.id: each.draw(np.random.default_rng(5), 400) for each in EXERCISES}


def test_operations_are_valid_and_in_their_ranges(cases):
    kinds = Counter(op[0] for args in cases["E5.1"] for op in args["ops"])
    ways = Counter(op[2] for args in cases["E5.1"] for op in args["ops"] if op[0] == "delete")
    assert set(kinds) == {"w", "r", "snap", "revert", "delete"}
    assert min(ways["up"], ways["down"]) > 100
    for args in cases["E5.1"]:
        assert 4 <= args["n"] <= 64
        assert 10 <= len(args["ops"]) <= 80
        assert all(op[1] < args["n"] for op in args["ops"] if op[0] in "wr")


def test_plans_are_in_their_ranges(cases):
    for args in cases["E5.2"]:
        assert 3 <= len(args["types"]) == len(args["sizes"]) <= 60
        assert args["types"][0] == "F"
        assert 0 <= args["target"] < len(args["types"])
    assert {len(BY_ID["E5.2"].answer(args)["chain"]) for args in cases["E5.2"]} >= {1, 2, 3, 5}


def test_images_of_every_kind_come_up(cases):
    answers = [BY_ID["E5.3"].answer(args) for args in cases["E5.3"]]
    errors = Counter(each.get("error", "good") for each in answers)
    assert set(errors) == {"good", "too_short", "bad_magic", "no_primary", "endian_mismatch"}
    assert min(errors.values()) >= 15
    assert {each.get("block") for each in answers} == {None, 512, 1024, 2048}
    firsts = Counter(base64.b64decode(args["blob"])[32_768:32_769] for args in cases["E5.3"])
    assert min(firsts[b"\0"], firsts[b"\1"], firsts[b"\2"]) > 20  # boot record, primary, Joliet


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E5.1", {"n": 2, "ops": [["w", 2, True]]}, "cluster=2: choose 0 to 1"),
        ("E5.1", {"n": 2, "ops": [["jump"]]}, "op=.*write"),
        ("E5.1", {"n": 2, "ops": [["w", 0, 1]]}, "op=.*write"),
        ("E5.1", {"n": 2, "ops": [["revert", 0]]}, "layer=0: choose a closed layer"),
        ("E5.1", {"n": 2, "ops": [["snap"], ["delete", 1, "up"]]}, "layer=1: nothing to merge yet"),
        ("E5.2", {"types": "IF", "sizes": [1, 1], "target": 0, "throughput": 1}, "types=IF"),
        ("E5.2", {"types": "F", "sizes": [], "target": 0, "throughput": 1}, "sizes=.*one an item, 1"),
        ("E5.2", {"types": "F", "sizes": [1], "target": 0, "throughput": 0}, "throughput=0.0"),
        ("E5.3", {"blob": "no base64!"}, "blob=10: 10 characters that are not base64"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        BY_ID[exercise].answer(args)
