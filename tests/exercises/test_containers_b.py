"""E6.2 and E6.3: ranges of hidden cases, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.containers.counting import COUNTING
from coursekit.exercises.containers.layers import LAYERS
from coursekit.sims.containers import overlay
from coursekit.sims.containers.overlay import OPQ, WH, Stack
from coursekit.sims.message import ParameterError


@pytest.fixture(scope="module")
def layered():
    return LAYERS.draw(np.random.default_rng(5), 300)


@pytest.fixture(scope="module")
def hosts():
    return [args["params"] for args in COUNTING.draw(np.random.default_rng(5), 600)]


def test_layers_and_operations_are_in_their_ranges(layered):
    kinds = Counter(op[0] for args in layered for op in args["ops"])
    assert set(kinds) == {"read", "write", "delete", "mkdir", "rmdir"}
    assert min(kinds.values()) > 150
    for args in layered:
        assert 2 <= len(args["layers"]) <= 5
        assert 5 <= len(args["ops"]) <= 30


def test_what_there_is_to_see_comes_up(layered):
    """Whiteouts, opaque directories and copies, below and in the upper layer."""
    marks = Counter(m for args in layered for each in args["layers"] for m in each.values())
    said = [LAYERS.answer(args) for args in layered]
    left = Counter(mark for each in said for mark in each["upper"].values())
    assert min(marks[WH], marks[OPQ], left[WH], left[OPQ]) > 50
    assert sum(each["copied_up"] > 0 for each in said) > 150


def test_whiteouts_hide_something_and_no_question_of_taste_is_asked(layered):
    """A whiteout lies over what is there; a directory that goes has a lower file, or no lower part."""
    for args in layered:
        for number, each in enumerate(args["layers"]):
            below = Stack(tuple(args["layers"][number + 1 :]))
            assert all(overlay.lookup(below, path) for path, mark in each.items() if mark == WH)
        lowers = Stack(tuple(args["layers"]))
        seen = overlay.view(lowers)
        for kind, path, *_size in args["ops"]:
            empty = not any(name.startswith(f"{path}/") for name in seen)
            assert kind != "rmdir" or not empty or overlay.lookup(lowers, path) is None


def test_hosts_are_in_their_ranges(hosts):
    said = [COUNTING.answer({"params": params}) for params in hosts]
    bounds = Counter(each["bound"] for each in said)
    assert min(bounds["memory"], bounds["cpu"]) > 100
    assert all(each["vm"] >= 1 for each in said)
    for params in hosts:
        assert 2 <= params["app"] <= 1500
    assert min(params["app"] for params in hosts) < 4
    assert max(params["app"] for params in hosts) > 1200
    assert all(len({params[name] for params in hosts}) > 3 for name in hosts[0])


def test_no_quotient_is_near_a_whole_number(hosts):
    for p in hosts:
        quotients = [
            (p["M"] - p["M_hyp"]) / (p["app"] + p["os"] * (1 - p["s"]) + p["vmm"]),
            (p["M"] - p["M_host"]) / (p["app"] + p["ct"]),
            p["C"] * p["o"] / p["cpu_app"] if p["cpu_app"] else 0.5,
        ]
        assert all(abs(each - round(each)) > 1e-6 for each in quotients)


HOST = COUNTING.samples[0].args["params"]


@pytest.mark.parametrize(
    ("exercise", "args", "says"),
    [
        (LAYERS, {"layers": [{"a": 1}], "ops": [["jump", "a"]]}, "op=.*write"),
        (LAYERS, {"layers": [{"a": 1}], "ops": [["write", "a"]]}, "op=.*write"),
        (LAYERS, {"layers": [{"a": 1}], "ops": [["write", "a", "x"]]}, "op=.*write"),
        (LAYERS, {"layers": [{"a": 1}], "ops": [["delete", "b"]]}, "path=b: no such file"),
        (LAYERS, {"layers": [{"a": "?"}], "ops": []}, "a=.*choose a size in bytes, WH or OPQ"),
        (COUNTING, {"params": {**HOST, "app": 0}}, "app=0.0: choose more than 0"),
        (COUNTING, {"params": {"app": 1}}, "params.M: missing"),
        (COUNTING, {"params": {**HOST, "disk": 1}}, "params.disk: choose among M"),
    ],
)
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        exercise.answer(args)
