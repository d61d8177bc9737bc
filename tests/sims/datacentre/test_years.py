"""Years in figures: the formula of V14.8, hours by cause, classes of years."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from coursekit.sims.datacentre.catalogue import HOURS_PER_YEAR
from coursekit.sims.datacentre.deltas import apply
from coursekit.sims.datacentre.longrun import live
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.years import BOUNDS, formula, years_of
from coursekit.sims.message import ParameterError


def test_one_of_everything_is_a_product():
    """V14.8."""
    found = formula(D0)
    assert found["dir"] == found["db"] == found["file"] == pytest.approx(0.99951007, abs=5e-9)
    assert found["web"] == pytest.approx(0.99851156, abs=5e-9)


def test_without_single_points_the_formula_hopes_for_everything():
    assert set(formula(D2).values()) == {1.0}


def test_batteries_take_the_short_outages_away():
    """Of exponential outages with a mean of 30 min, only those above 15 min count: (15 + 30)·e^(−15/30)."""
    without = formula(replace(D0, power=replace(D0.power, ups_min=0)))["dir"]
    with_it = formula(replace(D0, power=replace(D0.power, ups_min=15)))["dir"]
    short = 0.5 - 0.75 * exp(-0.5)  # hours, of the 0.5 of the mean outage
    assert (with_it - without) * 4383.5 == pytest.approx(short, rel=2e-3)


@pytest.mark.parametrize("name", ["D0", "D1"])
def test_the_run_agrees_with_the_formula(name):
    for each in years_of(SAMPLES[name], 20_000).spans:
        assert abs(each.deviation) < 4


def test_a_generator_and_a_second_core_leave_the_rack():
    better = apply(apply(D1, "generator"), "core")
    (only,) = {
        part for part, value in years_of(better, 3000).of("db").parts.items() if value > 0.05
    }
    assert only == "rack:R1"


@pytest.mark.parametrize("design", SAMPLES.values(), ids=SAMPLES)
def test_causes_make_the_hours_and_classes_make_the_years(design):
    lived = live(design, 500, 2)
    for at, each in enumerate(years_of(design, 500, 2).spans):
        assert sum(each.parts.values()) == pytest.approx(each.hours)
        assert sum(each.kinds.values()) == pytest.approx(each.hours)
        assert list(each.parts.values()) == sorted(each.parts.values(), reverse=True)
        assert sum(each.classes) == pytest.approx(1)
        assert each.classes[0] == each.calm == np.mean(lived.hours[at] == 0)
        assert each.classes[-1] == pytest.approx(np.mean(lived.hours[at] > BOUNDS[-1]))
        assert each.classes[1] == pytest.approx(np.mean((lived.hours[at] > 0) & (lived.hours[at] <= 1)))  # fmt: skip
        assert each.availability == pytest.approx(1 - each.hours / HOURS_PER_YEAR)
        assert each.bad_h <= lived.hours[at].max()


def test_a_service_by_its_name():
    assert years_of(D1, 100).of("web").name == "web"
    with pytest.raises(ParameterError, match="service=mail: choose one of dir, db, web, file"):
        years_of(D1, 100).of("mail")
