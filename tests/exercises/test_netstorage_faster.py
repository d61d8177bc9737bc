"""E11.1: ranges of hidden cases, the spec's samples, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.netstorage.faster import FASTER
from coursekit.sims.message import ParameterError


@pytest.fixture(scope="module")
def cases():
    return FASTER.draw(np.random.default_rng(5), 400)


def test_cases_are_in_their_ranges(cases):
    for args in cases:
        assert 512 <= args["io_bytes"] <= 2**23
        assert 0.1 <= args["gbps"] <= 100
        assert 0.05 <= args["rtt_ms"] <= 5
        assert 0 <= args["h"] <= 1
    assert {args["local"] for args in cases} == {args["server"] for args in cases} == {"hdd", "sata_ssd", "nvme", "ram"}  # fmt: skip


def test_every_kind_of_answer_comes(cases):
    answers = [FASTER.answer(args) for args in cases]
    winners = Counter(each["winner"] for each in answers)
    assert min(winners["local"], winners["remote"]) > 80
    assert winners["equal"] > 8
    ratios = [each["break_even_h"] for each in answers]
    assert ratios.count(None) > 20
    known = [each for each in ratios if each is not None]
    assert sum(each > 1 for each in known) > 50 and sum(each < 0 for each in known) > 10
    assert sum(0 <= each <= 1 for each in known) > 30


def test_the_samples_of_the_spec():
    first, second = (each.answer for each in FASTER.samples[:2])
    assert first["local_ms"] == pytest.approx(12.68748)
    assert first["remote_ms"] == pytest.approx(6.609147085)
    assert (first["winner"], first["break_even_h"]) == ("remote", pytest.approx(0.02087332, rel=1e-6))  # fmt: skip
    assert second["local_ms"] == pytest.approx(0.081170286, rel=1e-7)
    assert second["remote_ms"] == pytest.approx(0.234685269, rel=1e-8)
    assert (second["winner"], second["break_even_h"]) == ("local", None)


@pytest.mark.parametrize(
    ("change", "says"),
    [({"local": "tape"}, 'local="tape": expected'), ({"io_bytes": 0}, "size=0: choose 1 byte"),
     ({"gbps": 0}, "gbps=0.*: choose 0.01"), ({"rtt_ms": 0}, "rtt_ms=0.*: choose more than 0 ms"),
     ({"h": 1.5}, "hit=1.5: choose 0 to 1")],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(change, says):
    with pytest.raises(ParameterError, match=says):
        FASTER.answer({**FASTER.samples[0].args, **change})
