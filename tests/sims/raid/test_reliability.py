"""Formulas of reliability: published numbers, limits, then what a learner mistypes."""

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid import reliability as r
from coursekit.sims.raid.reliability import Risk
from coursekit.values import from_text, to_text

TEN_YEARS = 10 * r.HOURS_PER_YEAR
LEVELS = ("0", "1", "4", "5", "6", "10", "01")


def close(value, digits=6):
    return pytest.approx(value, rel=0.6 * 10.0 ** (1 - digits))


@pytest.mark.parametrize(
    ("level", "hours", "digits"),
    [
        ("0", 125_000, 6),
        ("10", 5.20833e9, 6),
        ("01", 1.30208e9, 6),
        ("5", 7.44048e8, 6),
        ("6", 5.167e12, 4),
    ],
)
def test_v8_9_mean_time_to_data_loss(level, hours, digits):
    assert r.mttdl(Risk(level=level)) == close(hours, digits)


def test_v8_9_exact_chains():
    assert r.mttdl_exact(Risk(level="5")) == close(7.4431548e8, 8)
    assert r.mttdl_exact(Risk(level="6")) == close(5.1687339e12, 8)
    small = Risk(disks=4, mttf_hours=5e5, repair_hours=100)
    assert r.mttdl(small) == close(2.0833333e8, 8)
    assert r.mttdl_exact(small) == close(2.08625e8)


@pytest.mark.parametrize(
    ("level", "chance"),
    [("0", 0.50405), ("10", 1.68306e-5), ("5", 1.17808e-4), ("6", 1.69654e-8)],
)
def test_v8_9_loss_in_ten_years(level, chance):
    assert r.loss_probability(r.mttdl(Risk(level=level)), TEN_YEARS) == close(chance, 5)


def test_v8_9_four_disks_in_raid0_lose_5_866_percent_a_year():
    life = r.mttf_from_afr(0.015)

    assert life == close(580_005.96, 8)
    assert r.loss_probability(life / 4, r.HOURS_PER_YEAR) == close(0.05866, 4)


def test_the_exact_chain_of_raid5_is_its_closed_form():
    for n in range(3, 12):
        fail, mend = 1e-4, 1 / 30
        exact = ((2 * n - 1) * fail + mend) / (n * (n - 1) * fail**2)

        risk = Risk(disks=n, mttf_hours=1e4, repair_hours=30)
        assert r.mttdl_exact(risk) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_formula_and_chain_meet_when_repairs_are_short(level):
    n = 3 if level == "1" else 8
    risk = Risk(level=level, disks=n, mttf_hours=1e6, repair_hours=0.1)

    assert r.mttdl_exact(risk) == pytest.approx(r.mttdl(risk), rel=1e-4)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("crews", [1, 8])
def test_the_chain_in_time_has_the_mean_of_the_chain(level, crews):
    """The mean is the area under the chance to be still alive."""
    risk = Risk(level=level, disks=4, mttf_hours=1000, repair_hours=300, crews=crews)
    mean = r.mttdl_exact(risk)
    hours = np.linspace(0, 25 * mean, 1501)
    alive = [1 - r.markov_loss_probability(risk, float(at)) for at in hours]

    assert np.trapezoid(alive, hours) == pytest.approx(mean, rel=1e-3)


def test_tiny_chances_stay_exact():
    risk = Risk(level="6")

    exact = r.markov_loss_probability(risk, TEN_YEARS)

    assert exact == pytest.approx(TEN_YEARS / r.mttdl_exact(risk), rel=1e-3)
    assert r.markov_loss_probability(risk, 0) == 0


def test_more_crews_help_raid6_and_not_raid5():
    assert r.mttdl_exact(Risk(level="6", crews=2)) == pytest.approx(
        2 * r.mttdl_exact(Risk(level="6")), rel=1e-3
    )
    assert r.mttdl_exact(Risk(level="5", crews=2)) == r.mttdl_exact(Risk(level="5"))


@pytest.mark.parametrize(
    ("disks", "terabytes", "rate", "chance"),
    [
        (3, 4, 1e-14, 0.617107),
        (3, 4, 1e-15, 0.091536),
        (7, 4, 1e-14, 0.893541),
        (7, 4, 1e-15, 0.200685),
        (7, 12, 1e-15, 0.489314),
        (1, 12.5, 1e-14, 0.632121),
    ],
)
def test_v8_10_unreadable_sectors(disks, terabytes, rate, chance):
    assert r.unreadable(disks, terabytes, rate) == pytest.approx(chance, abs=6e-7)


def test_v8_10_raid5_with_unreadable_sectors():
    assert r.mttdl_unreadable(Risk(), 4, 1e-15) == close(622_451)
    assert r.mttdl_unreadable(Risk(), 4, 1e-14) == close(139_890)


@pytest.mark.parametrize(
    ("scrub", "latent", "loss"),
    [(168, 0.0615313, 0.0422329), (8766, 0.963617, 0.491233)],
)
def test_v8_10_latent_defects(scrub, latent, loss):
    assert r.latent(8, scrub) == close(latent)
    assert r.latent_loss_probability(Risk(), scrub, TEN_YEARS) == close(loss)


@pytest.mark.parametrize(
    ("level", "chance"), [("0", 0.4537), ("10", 0.01888), ("5", 0.1144), ("6", 3.063e-5)]
)
def test_e8_3_chances_of_the_first_sample(level, chance):
    risk = Risk(level=level, disks=8, mttf_hours=r.mttf_from_afr(0.015), repair_hours=24)

    mean = r.mttdl_unreadable(risk, 4, 1e-15)

    assert r.loss_probability(mean, 5 * r.HOURS_PER_YEAR) == close(chance, 4)


def test_without_errors_the_unreadable_formula_is_the_plain_one():
    for level, n in (("0", 4), ("1", 2), ("4", 5), ("5", 5), ("6", 6), ("10", 6)):
        risk = Risk(level=level, disks=n)

        assert r.mttdl_unreadable(risk, 4, 0) == pytest.approx(r.mttdl(risk))


def test_v8_12_time():
    assert r.rebuild_seconds(18, 200) == 25 * 3600
    assert r.bitmap_bytes(100) == 6.25 * 2**30
    demand = r.spare_demand(96, 0.015, 14)
    assert demand == close(0.0556132)
    assert r.spares_run_out(1, demand) == close(0.0540951)
    assert r.spares_run_out(2, demand) == close(0.0014903, 5)


@pytest.mark.parametrize(
    ("repair", "chance"), [(12, 1.75038e-4), (84, 1.22235e-3), (180, 2.61103e-3)]
)
def test_v8_12_waiting_for_a_disk(repair, chance):
    risk = Risk(mttf_hours=r.mttf_from_afr(0.015), repair_hours=repair)

    assert r.loss_probability(r.mttdl_exact(risk), TEN_YEARS) == close(chance)


def test_v8_12_analytic_side_of_the_monte_carlo_check():
    risk = Risk(disks=5, mttf_hours=10_000, repair_hours=100)

    assert r.mttdl_exact(risk) == pytest.approx(54_500)
    assert r.loss_probability(54_500, 2 * r.HOURS_PER_YEAR) == pytest.approx(0.275076, abs=6e-7)


@pytest.mark.parametrize(("foreground", "hours"), [(0, 25.0), (0.75, 100.0), (1, 4882.8)])
def test_foreground_work_slows_a_rebuild_down_to_the_floor(foreground, hours):
    speed = r.rebuild_mb_s(200, foreground)

    assert r.rebuild_seconds(18, speed) / 3600 == close(hours, 5)


def test_the_ceiling_of_the_rebuild_speed_can_be_raised():
    assert r.rebuild_mb_s(550) == 204.8
    assert r.rebuild_mb_s(550, most=600) == 550


def test_shocks():
    assert r.shock_kills(8, 2, 0.15) == close(0.3428, 4)
    assert r.shock_kills(8, 3, 0.15) == close(0.1052, 4)
    assert r.shock_kills(8, 0, 0.15) == pytest.approx(1)


def test_spare_kinds():
    assert [r.repair_hours(kind, 10) for kind in ("none", "cold", "hot", "global")] == [
        86,
        14,
        10,
        10,
    ]
    assert (r.stop_hours(hot_plug=True), r.stop_hours(hot_plug=False)) == (0, 0.5)


def test_yearly_rate_and_mean_life_are_inverse():
    for afr in (0.001, 0.015, 0.13, 0.9):
        assert r.afr_from_mttf(r.mttf_from_afr(afr)) == pytest.approx(afr)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: Risk(level="7"), "level=7: choose one of 0, 1, 4, 5, 6, 10, 01"),
        (lambda: Risk(disks=2), "disks=2: RAID 5 needs 3 or more"),
        (lambda: Risk(level="10", disks=5), "disks=5: RAID 10 needs an even number"),
        (lambda: Risk(mttf_hours=0), "mttf_hours=0: choose more than 0"),
        (lambda: Risk(repair_hours=-1), "repair_hours=-1: choose more than 0"),
        (lambda: Risk(crews=0), "crews=0: choose 1 or more"),
        (lambda: r.mttf_from_afr(0), "afr=0: choose a share above 0"),
        (lambda: r.mttf_from_afr(1), "afr=1: choose a share above 0"),
        (lambda: r.afr_from_mttf(0), "mttf_hours=0"),
        (lambda: r.unreadable(1, 1, 1), "error_rate=1: choose a share"),
        (lambda: r.mttdl_unreadable(Risk(level="01"), 4, 1e-15), "level=01: no formula"),
        (lambda: r.mttdl_unreadable(Risk(level="1", disks=3), 4, 1e-15), "level=1: no formula"),
        (lambda: r.loss_probability(0, 1), "mttdl_hours=0"),
        (lambda: r.markov_loss_probability(Risk(), -1), "hours=-1"),
        (lambda: r.latent(8, -1), "scrub_hours=-1"),
        (lambda: r.latent(8, 1, 0), "theta_hours=0"),
        (lambda: r.shock_kills(8, 2, 1.5), "kill=1.5"),
        (lambda: r.rebuild_mb_s(200, 2), "foreground=2"),
        (lambda: r.rebuild_seconds(1, 0), "mb_s=0"),
        (lambda: r.bitmap_bytes(-1), "dirty_bits=-1"),
        (lambda: r.repair_hours("warm", 1), "spare=warm: choose one of none, cold, hot, global"),
        (lambda: r.spares_run_out(0, 1), "spares=0: choose 1 or more"),
    ],
)
def test_a_wrong_value_is_named(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()


def test_a_risk_survives_json():
    risk = Risk(level="6", disks=12)

    assert from_text(Risk, to_text(risk)) == risk


@pytest.mark.parametrize("disks", [1, 2, 3])
def test_a_striped_array_of_few_disks_has_a_mean_too(disks):
    """RAID 0 loses data with its first disk: F / N, for any N."""
    risk = Risk(level="0", disks=disks)

    assert r.mttdl(risk) == pytest.approx(1e6 / disks)
    assert r.mttdl_unreadable(risk, 4.0, 1e-15) == r.mttdl(risk)
