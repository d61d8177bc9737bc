"""Exercises of the RAID chapter: hidden cases stay in the ranges that the tasks state."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises import answer, find
from coursekit.exercises.raid.choice import offers
from coursekit.sims.message import ParameterError

COUNT = 2000


@pytest.fixture(scope="module")
def cases():
    return {
        each: find(each).draw(np.random.default_rng(9), COUNT) for each in ("E8.1", "E8.2", "E8.3")
    }


def test_mapping_draws_every_level_layout_and_size(cases):
    cases = cases["E8.1"]
    layouts = Counter((args["level"], args["layout"]) for args in cases)
    sides = [f"{side}-{kind}" for side in ("left", "right") for kind in ("symmetric", "asymmetric")]

    five, six = {("5", each) for each in sides}, {("6", each) for each in sides[:2]}
    assert set(layouts) == {("0", ""), ("4", "")} | five | six
    assert min(layouts.values()) > COUNT / 40
    assert {args["n"] for args in cases if args["level"] == "6"} == set(range(4, 13))
    assert {args["n"] for args in cases if args["level"] != "6"} == set(range(3, 13))
    assert {args["chunk_kib"] for args in cases} == {2**i for i in range(2, 11)}
    assert 0 <= min(args["lba"] for args in cases) < 50_000
    assert 9_950_000 < max(args["lba"] for args in cases) < 10_000_000


def test_recovery_draws_every_number_of_bytes_and_of_losses(cases):
    cases = cases["E8.2"]
    losses = Counter([*args["data"], args["p"], args["q"]].count(None) for args in cases)

    assert {len(args["data"]) for args in cases} == set(range(2, 17))
    assert set(losses) == {0, 1, 2, 3}
    assert sum(args["data"].count(None) == 2 for args in cases) > COUNT / 5
    assert all(answer("E8.2", a) == {"error": "unrecoverable"} for a in cases if losses_of(a) == 3)


def losses_of(args):
    return [*args["data"], args["p"], args["q"]].count(None)


def test_choice_draws_within_its_ranges_and_far_from_every_limit(cases):
    for args in cases["E8.3"]:
        assert set(args) == set(find("E8.3").parameters) - {"years", "ure"}
        assert 2 <= args["n"] <= 16
        assert 1 <= args["tb"] <= 20
        assert 0.005 <= args["afr"] <= 0.05
        assert 6 <= args["mttr_h"] <= 168
        assert 0 <= args["read"] <= 1
        assert 0 < args["max_p"] <= 1
        rest = {k: v for k, v in args.items() if k not in ("need_tb", "need_iops", "max_p")}
        for offer in offers(**rest):
            assert abs(offer.usable_tb / args["need_tb"] - 1) > 0.03
            assert abs(offer.iops / args["need_iops"] - 1) > 0.03
            assert abs(offer.risk / args["max_p"] - 1) > 0.20


def test_choice_has_every_answer_often(cases):
    said = Counter(answer("E8.3", args) for args in cases["E8.3"])

    assert set(said) == {None, "0", "10", "5", "6"}
    assert min(said.values()) > COUNT / 20


def test_choice_knows_the_probabilities_of_the_task():
    """Probabilities of loss given with the first sample."""
    found = {o.level: o.risk for o in offers(8, 4, 0.015, 24, 0.7, 80)}

    assert found == pytest.approx(
        {"0": 0.4537, "10": 0.01888, "5": 0.1144, "6": 3.063e-5}, rel=5e-4
    )


def test_choice_takes_the_safer_of_two_equal_levels():
    """With 4 disks, RAID 10 and RAID 6 leave the same space; here both meet every need."""
    args = find("E8.3").samples[2].args
    rest = {k: v for k, v in args.items() if k not in ("need_tb", "need_iops", "max_p")}
    found = {o.level: o for o in offers(**rest)}

    assert found["10"].usable_tb == found["6"].usable_tb >= args["need_tb"]
    assert args["max_p"] > found["10"].risk > found["6"].risk
    assert answer("E8.3", args) == "6"


@pytest.mark.parametrize(
    ("change", "says"),
    [({"n": 1}, "n=1: choose 2 disks"), ({"tb": 0}, "tb=0"), ({"disk_iops": 0}, "disk_iops=0"), ({"afr": 1}, "afr=1"), ({"read": 2}, "read=2")],
)  # fmt: skip
def test_choice_names_a_value_that_makes_no_sense(change, says):
    with pytest.raises(ParameterError, match=says):
        answer("E8.3", find("E8.3").samples[0].args | change)
