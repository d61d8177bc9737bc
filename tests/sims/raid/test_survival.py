"""Counted losses: within chance of the exact chains, and moved the right way by each danger."""

from math import inf

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid import reliability as r
from coursekit.sims.raid.reliability import Risk
from coursekit.sims.raid.survival import Chance, Losses, lost_by, simulate
from coursekit.values import from_text, to_text

SEEDS = (1, 2, 3)


def markov_like(level, disks, **values):
    """Exponential lives and repairs: the chain's own world."""
    given = {"life_hours": 20_000.0, "rebuild_hours": 200.0, "years": 3.0} | values
    return Chance(
        level=level,
        disks=disks,
        life_shape=1,
        wait_hours=0,
        rebuild_shape=1,
        trials=20_000,
        **given,
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("level", "disks"), [("0", 2), ("1", 2), ("4", 5), ("5", 8), ("6", 8), ("10", 8), ("01", 8)]
)
def test_losses_agree_with_the_exact_chain(level, disks, seed):
    """Repairs run in parallel here, so the chain gets as many crews as disks."""
    chance = markov_like(level, disks)
    risk = Risk(level=level, disks=disks, mttf_hours=20_000, repair_hours=200, crews=disks)
    exact = r.markov_loss_probability(risk, chance.years * r.HOURS_PER_YEAR)

    error = (exact * (1 - exact) / chance.trials) ** 0.5
    assert abs(simulate(chance, seed).probability - exact) <= 3 * error


@pytest.mark.parametrize("seed", SEEDS)
def test_v8_12_monte_carlo_check(seed):
    """N=5, F=10 000, R=100, 2 years: 0.274244 by the chain in time.

    The 0.275076 of the specification is 1 - exp(-T / MTTDL), which takes the rate of loss
    for constant from the first hour on; a healthy array needs a first failure before.
    """
    chance = markov_like("5", 5, life_hours=10_000.0, rebuild_hours=100.0, years=2.0)
    risk = Risk(disks=5, mttf_hours=10_000, repair_hours=100)
    exact = r.markov_loss_probability(risk, 2 * r.HOURS_PER_YEAR)
    got = simulate(chance, seed)

    assert exact == pytest.approx(0.2742437, abs=1e-6)
    assert abs(got.probability - exact) <= 3 * got.standard_error
    assert abs(got.probability - 0.275076) <= 4 * got.standard_error


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scrub", [168.0, 8766.0])
def test_v8_10_latent_defects_counted(scrub, seed):
    """The formula takes the mean age of a defect, S / 2; here every age occurs."""
    chance = Chance(life_hours=1e6, life_shape=1, wait_hours=0, rebuild_hours=24, scrub_hours=scrub)
    ages = np.linspace(0, scrub, 4001)
    share = float(np.mean(1 - np.exp(-7 * ages / r.THETA_HOURS)))
    expected = 1 - np.exp(-8 / 1e6 * 10 * r.HOURS_PER_YEAR * share)
    got = simulate(chance, seed)

    assert abs(got.probability - expected) <= 4 * got.standard_error
    if scrub == 168:
        formula = r.latent_loss_probability(Risk(), scrub, 10 * r.HOURS_PER_YEAR)
        assert abs(got.probability - formula) <= 4 * got.standard_error


@pytest.mark.parametrize(("level", "disks"), [("1", 2), ("5", 8), ("6", 8), ("10", 8)])
def test_unreadable_sectors_agree_with_the_formula(level, disks):
    """A short repair against life, where the formula of 8.3.G holds."""
    risk = Risk(level=level, disks=disks, mttf_hours=100_000, repair_hours=100, crews=1)
    chance = markov_like(
        level, disks, life_hours=100_000.0, rebuild_hours=100.0, years=2.0, terabytes=10.0
    )
    hours = chance.years * r.HOURS_PER_YEAR
    formula = r.loss_probability(r.mttdl_unreadable(risk, 10, 1e-15), hours)
    got = simulate(chance, 1)

    assert got.probability == pytest.approx(formula, abs=4 * got.standard_error + 0.04 * formula)


def test_shocks_kill_as_the_binomial_says():
    chance = Chance(
        life_hours=1e12, life_shape=1, shocks_per_year=0.02, kill=0.15, trials=40_000, years=10
    )
    by_level = {"5": r.shock_kills(8, 2, 0.15), "6": r.shock_kills(8, 3, 0.15)}
    for level, fatal in by_level.items():
        got = simulate(Chance(**{**vars(chance), "level": level}), 3)
        expected = 1 - np.exp(-10 * 0.02 * fatal)

        assert abs(got.probability - expected) <= 4 * got.standard_error


@pytest.mark.parametrize("shape", [0.5, 2])
def test_lives_have_the_weibull_share(shape):
    """RAID 0 of one disk is just the life: children's diseases, then wearing out."""
    chance = Chance(level="0", disks=1, life_hours=50_000, life_shape=shape, years=5, trials=40_000)
    at = np.array([10_000.0, 30_000.0, 5 * r.HOURS_PER_YEAR])
    expected = 1 - np.exp(-((at / 50_000) ** shape))

    assert lost_by(simulate(chance, 1), at) == pytest.approx(expected, abs=0.01)


def test_shocks_kill_when_they_come_and_not_before():
    calm = {"life_hours": 30_000.0, "disks": 4, "trials": 5000}
    rare = simulate(Chance(**calm, shocks_per_year=1e-12, kill=1))

    assert rare.probability == pytest.approx(simulate(Chance(**calm)).probability, abs=0.01)


def test_a_fresh_disk_has_no_old_defects():
    """RAID 1, never scrubbed, repairs at once: counted one by one, in another way."""
    life, theta, end, trials = 2000.0, 20_000.0, 8000.0, 4000
    rng = np.random.default_rng(7)
    lost = 0
    for _ in range(trials):
        now, fitted = 0.0, [0.0, 0.0]
        while (now := now + rng.exponential(life / 2)) < end:
            dead = int(rng.integers(2))
            if rng.random() < 1 - np.exp(-(now - fitted[1 - dead]) / theta):
                lost += 1
                break
            fitted[dead] = now
    got = simulate(
        Chance(
            level="1", disks=2, life_hours=life, life_shape=1, years=end / r.HOURS_PER_YEAR,
            wait_hours=0, rebuild_hours=0.01, scrub_hours=inf, theta_hours=theta,
        )
    )  # fmt: skip

    assert got.probability == pytest.approx(lost / trials, abs=4 * (0.25 / trials) ** 0.5)


def test_a_fixed_repair_is_fixed():
    """With shape inf a RAID 1 is lost when the twin dies within exactly that time."""
    chance = markov_like("1", 2, years=1.0, rebuild_hours=1000.0)
    fixed = Chance(**{**vars(chance), "rebuild_shape": inf})
    again = 1 - np.exp(-1000 / 20_000)
    got = simulate(fixed, 1)

    first = 1 - np.exp(-2 * r.HOURS_PER_YEAR / 20_000)
    assert got.probability < first * again * 1.5
    assert got.probability > 0.02


@pytest.mark.parametrize(
    "worse",
    [
        {"wait_hours": 500.0},
        {"terabytes": 12.0},
        {"scrub_hours": 2000.0},
        {"shocks_per_year": 0.1},
        {"life_hours": 10_000.0},
        {"disks": 12},
        {"years": 6.0},
    ],
)
def test_every_danger_adds_losses(worse):
    base = {"life_hours": 50_000.0, "trials": 5000, "years": 3.0}

    assert simulate(Chance(**(base | worse))).probability > simulate(Chance(**base)).probability


def test_more_redundancy_loses_less():
    lost = [
        simulate(Chance(level=level, life_hours=20_000, rebuild_hours=300)).probability
        for level in ("0", "5", "01", "10", "6")
    ]

    assert lost == sorted(lost, reverse=True)


def test_moments_of_loss_lie_within_the_years_and_curve_ends_at_the_share():
    got = simulate(Chance(level="0", disks=4, years=4))
    lost = got.hours[np.isfinite(got.hours)]

    assert (lost > 0).all()
    assert (lost <= 4 * r.HOURS_PER_YEAR).all()
    assert lost_by(got, np.array([0.0, 1e9])).tolist() == [0, got.probability]
    assert got.failures >= len(lost)


def test_same_seed_same_losses():
    one, two = simulate(Chance(), 4), simulate(Chance(), 4)

    assert (one.hours == two.hours).all()
    assert (one.hours != simulate(Chance(), 5).hours).any()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"level": "7"}, "level=7: choose one of 0, 1, 4, 5, 6, 10, 01"),
        ({"disks": 2}, "disks=2: RAID 5 needs 3 or more"),
        ({"level": "10", "disks": 5}, "disks=5: RAID 10 needs an even number"),
        ({"trials": 0}, "trials=0"),
        ({"years": 0}, "years=0"),
        ({"life_hours": 0}, "life_hours=0"),
        ({"life_shape": 0}, "life_shape=0"),
        ({"rebuild_hours": 0}, "rebuild_hours=0"),
        ({"rebuild_shape": 0}, "rebuild_shape=0"),
        ({"theta_hours": 0}, "theta_hours=0"),
        ({"wait_hours": -1}, "wait_hours=-1"),
        ({"terabytes": -1}, "terabytes=-1"),
        ({"scrub_hours": -1}, "scrub_hours=-1"),
        ({"shocks_per_year": -1}, "shocks_per_year=-1"),
        ({"error_rate": 1.0}, "error_rate=1.0"),
        ({"kill": 2}, "kill=2"),
    ],
)
def test_a_bad_chance_names_the_value_and_the_rule(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Chance(**wrong)


def test_parameters_and_losses_survive_json():
    chance = Chance(rebuild_shape=inf, trials=50)
    got = simulate(chance)
    back = from_text(Losses, to_text(got))

    assert from_text(Chance, to_text(chance)) == chance
    assert (back.hours == got.hours).all()
    assert (back.probability, back.failures) == (got.probability, got.failures)
