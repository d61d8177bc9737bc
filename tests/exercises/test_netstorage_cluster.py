"""E11.2 and E11.3: ranges of hidden cases, what they meet, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.netstorage.place import PLACE
from coursekit.exercises.netstorage.survivors import SURVIVORS
from coursekit.sims.message import ParameterError

BY_ID = {each.id: each for each in (PLACE, SURVIVORS)}


@pytest.fixture(scope="module")
def cases():
    return {name: each.draw(np.random.default_rng(5), 400) for name, each in BY_ID.items()}


def test_maps_are_in_their_ranges(cases):
    for args in cases["E11.2"]:
        osds = [pair for own in args["hosts"].values() for pair in own]
        assert 2 <= len(args["hosts"]) <= 8 and 1 <= args["size"] <= 4
        assert all(1 <= len(own) <= 6 for own in args["hosts"].values())
        assert all(0.5 <= weight <= 8 for _osd, weight in osds)
        assert set(args["out"]) < {osd for osd, _weight in osds}
        assert args["out"] == sorted(set(args["out"]))
    assert sum(bool(args["out"]) for args in cases["E11.2"]) > 200
    assert {args["size"] for args in cases["E11.2"]} == {1, 2, 3, 4}


def test_some_groups_stay_short_and_some_maps_are_whole(cases):
    short = Counter(len(PLACE.answer(args)) < args["size"] for args in cases["E11.2"])
    assert min(short[True], short[False]) > 40


def test_cuts_are_in_their_ranges(cases):
    for args in cases["E11.3"]:
        n, groups = len(args["votes"]), args["groups"]
        assert 2 <= n <= 9 and 1 <= len(groups) <= 4
        assert all(1 <= each <= 3 for each in args["votes"])
        assert sorted(node for group in groups for node in group) == list(range(n))
        assert all(groups)
        assert args["witness_group"] is None or 0 <= args["witness_group"] < len(groups)


def test_cuts_end_in_every_way(cases):
    ends = Counter()
    for args in cases["E11.3"]:
        running = SURVIVORS.answer(args)["running"]
        ends[("runs" if running else "stops", args["witness_group"] is not None)] += 1
    assert len(ends) == 4 and min(ends.values()) > 20


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E11.2", {"pg": 0, "hosts": {"a": []}, "size": 1, "out": []}, "hosts=a: name them by"),
        ("E11.2", {"pg": 0, "hosts": {"0": [1]}, "size": 1, "out": []}, "hosts=.*as .number, weight"),
        ("E11.2", {"pg": 0, "hosts": {"0": [[1, -1]]}, "size": 1, "out": []}, "weight=-1.*choose 0"),
        ("E11.2", {"pg": 0, "hosts": {"0": [[1, 1]]}, "size": 0, "out": []}, "size=0: choose 1"),
        ("E11.2", {"pg": -1, "hosts": {"0": [[1, 1]]}, "size": 1, "out": []}, "pg=-1: choose 0"),
        ("E11.3", {"votes": [1], "groups": [[0]], "witness_group": -1}, "witness_group=-1: choose"),
        ("E11.3", {"votes": [1], "groups": [[0]], "witness_group": 1}, "witness=1: choose a group"),
        ("E11.3", {"votes": [1, 1], "groups": [[0]], "witness_group": None}, "groups=.*each node"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        BY_ID[exercise].answer(args)
