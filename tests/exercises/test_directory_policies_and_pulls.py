"""E12.2 and E12.3: what their hidden cases hold."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.directory.converge import CONVERGE
from coursekit.exercises.directory.policy import POLICY
from coursekit.sims.message import ParameterError


@pytest.fixture(scope="module")
def chains():
    return POLICY.draw(np.random.default_rng(5), 400)


@pytest.fixture(scope="module")
def stories():
    return CONVERGE.draw(np.random.default_rng(5), 400)


def test_chains_are_in_their_ranges(chains):
    assert {len(args["chain"]) for args in chains} == {2, 3, 4, 5}
    for args in chains:
        local, *rest = args["chain"]
        assert not local["block"] and not any(link[2] for link in local["links"])
        for level in args["chain"]:
            orders = [link[0] for link in level["links"]]
            assert len(set(orders)) == len(orders) <= 4
            assert all(link[1] in args["gpos"] for link in level["links"])
        assert rest


def test_chains_are_of_every_kind(chains):
    levels = [level for args in chains for level in args["chain"][1:]]
    links = [link for level in levels for link in level["links"]]
    assert {len(level["links"]) for level in levels} == {0, 1, 2, 3, 4}
    for each in (2, 3):
        assert 0.1 < np.mean([link[each] for link in links]) < 0.9
    assert 0.1 < np.mean([level["block"] for level in levels]) < 0.9
    assert any(link[0] > other[0] for level in levels for link, other in zip(level["links"], level["links"][1:], strict=False))  # fmt: skip
    winners = Counter(each["gpo"] == "LOCAL" for args in chains for each in POLICY.answer(args).values())  # fmt: skip
    assert min(winners.values()) >= 20


def test_stories_are_in_their_ranges(stories):
    assert {args["n"] for args in stories} == {2, 3, 4, 5}
    lengths = [len(args["events"]) for args in stories]
    assert (min(lengths), max(lengths)) == (5, 40)
    for args in stories:
        for kind, *rest in args["events"]:
            assert kind in ("write", "pull")
            assert all(0 <= each < args["n"] for each in (rest[:1] if kind == "write" else rest))
            assert kind == "write" or rest[0] != rest[1]


def test_stories_end_apart_and_together(stories):
    ends = Counter()
    for args in stories:
        values = list(CONVERGE.answer(args)["values"].values())
        ends["alike" if all(each == values[0] for each in values) else "apart"] += 1
        ends["empty"] += any(not each for each in values)
    assert min(ends["alike"], ends["apart"]) >= 10 and ends["empty"] >= 10


def test_a_bad_case_names_the_value_and_the_rule():
    with pytest.raises(ParameterError, match="n=0: choose 1 to 9"):
        CONVERGE.answer({"n": 0, "events": []})
    with pytest.raises(ParameterError, match="gpo=NONE: there is no such policy"):
        POLICY.answer({"chain": [{"block": False, "links": [[1, "NONE", False, True]]}], "gpos": {}})  # fmt: skip
    with pytest.raises(ParameterError, match="cannot be enforced"):
        POLICY.answer({"chain": [{"block": False, "links": [[1, "A", True, True]]}], "gpos": {"A": {}}})  # fmt: skip
