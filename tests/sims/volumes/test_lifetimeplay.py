"""The drawn run beside the formula: smaller by one factor, and the same in time."""

from math import inf, isnan

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.lifetimeplay import play


def played(*given, seed=1, **more):
    return play(*given, np.random.default_rng(seed), **more)


def test_ten_gib_with_a_store_of_one_last_as_the_formula_says():
    lasts = played(10, 10, 100, "uniform")

    assert lasts.capacity == 261_122
    assert lasts.lasts == pytest.approx(2750.61, abs=0.005)
    assert lasts.plain == pytest.approx(2611.22)


@pytest.mark.parametrize("pattern", ["uniform", "hotspot"])
@pytest.mark.parametrize("rate", [1, 100, 2000])
@pytest.mark.parametrize("gib", [1, 10, 200])
def test_the_drawn_run_ends_near_the_formula_whatever_the_size(gib, rate, pattern):
    ends = [played(gib, 10, rate, pattern, seed=seed).drawn_lasts for seed in range(8)]
    lasts = played(gib, 10, rate, pattern).lasts

    assert np.mean(ends) == pytest.approx(lasts, rel=0.05)


def test_the_drawn_curve_follows_the_expected_one_to_its_end():
    lasts = played(10, 10, 100, "hotspot")
    both = [(a, b) for a, b in zip(lasts.expected, lasts.drawn, strict=True) if not isnan(b)]

    assert 40 < len(both) < len(lasts.drawn)
    assert all(b == pytest.approx(a, abs=0.006) for a, b in both)
    assert both[-1][1] <= lasts.room * 1.001


def test_room_for_every_chunk_lasts_for_ever():
    lasts = played(1, 101, 100, "uniform")
    assert lasts.endless
    assert lasts.drawn_lasts == inf
    assert not played(1, 100, 100, "uniform").endless, "header and records take some of it"


@pytest.mark.parametrize("given, says", [((0, 10, 100), "volume=0"), ((1, 0, 100), "store=0")])
def test_what_cannot_be_is_refused(given, says):
    with pytest.raises(ParameterError, match=says):
        played(*given, "uniform")
