"""Reliability by chance: many arrays live for years, and the losses are counted.

Modelled: what the formulas leave out: lives that wear out (Weibull), repairs with a
minimum, unreadable sectors and latent defects met when redundancy is exhausted, shocks
that hit several disks at once. All trials advance together, each to its own next failure.
Left out: spares that run out, rebuilds slowed by load, ageing that a repair does not end.
Repairs of one array run in parallel. Sources: Elerath and Pecht, DSN 2007; Schroeder and
Gibson, FAST 2007.
"""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require
from coursekit.sims.raid.reliability import HOURS_PER_YEAR, THETA_HOURS, Level, check_array

__all__ = ["Chance", "Losses", "lost_by", "simulate"]


Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_TRIALS = 10_000_000
LIVES = ("life_hours", "life_shape", "rebuild_hours", "rebuild_shape")


@dataclass(frozen=True, kw_only=True)
class Chance:
    """One kind of array and its dangers; hours unless named otherwise.

    A life is Weibull(life_hours, life_shape), exponential for shape 1. A repair is
    `wait_hours` plus Weibull(rebuild_hours, rebuild_shape); shape inf: always the same.
    `terabytes` 0 leaves out unreadable sectors, `scrub_hours` 0 latent defects (inf: never
    scrubbed), `shocks_per_year` 0 shocks, each of which kills a disk with chance `kill`.
    """

    level: Level = "5"
    disks: int = 8
    years: float = 10.0
    trials: int = 10_000
    life_hours: float = 461_386.0
    life_shape: float = 1.12
    wait_hours: float = 6.0
    rebuild_hours: float = 12.0
    rebuild_shape: float = 2.0
    terabytes: float = 0.0
    error_rate: float = 1e-15
    scrub_hours: float = 0.0
    theta_hours: float = THETA_HOURS
    shocks_per_year: float = 0.0
    kill: float = 0.15

    def __post_init__(self) -> None:
        check_array(self.level, self.disks)
        trials = self.trials
        fits = 1 <= trials <= MOST_TRIALS
        require(fits, "trials={trials}: choose 1 to {most}", trials=trials, most=MOST_TRIALS)
        for name in ("years", *LIVES, "theta_hours"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        for name in ("wait_hours", "terabytes", "scrub_hours", "shocks_per_year"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        rate, kill = self.error_rate, self.kill
        require(0 <= rate < 1, "error_rate={rate}: choose a share below 1", rate=rate)
        require(0 <= kill <= 1, "kill={kill}: choose a share from 0 to 1", kill=kill)


@dataclass(frozen=True)
class Losses:
    """Hour of loss of every trial, inf for none: float (trials,); share lost, its error."""

    hours: Floats
    probability: float
    standard_error: float
    failures: int


def lost_by(losses: Losses, hours: Floats) -> Floats:
    """The share of trials lost by each of some moments: float like `hours`."""
    return np.searchsorted(np.sort(losses.hours), hours, side="right") / len(losses.hours)


def simulate(chance: Chance, seed: int = 1) -> Losses:
    """Let all trials live; the same parameters and seed give the same losses."""
    rng = np.random.default_rng(seed)
    lives = _Lives(chance, rng)
    lost = np.full(chance.trials, inf)
    failures = 0
    while len(lives.ids):
        now, hit = lives.next_event()
        failures += int(hit.sum())
        gone = lives.loses(now, hit)
        lost[lives.ids[gone]] = now[gone]
        lives.repair(now, hit)
        lives.stop(gone)
    share = float(np.isfinite(lost).mean())
    error = sqrt(share * (1 - share) / chance.trials)
    return Losses(lost, share, error, failures)


class _Lives:
    """The trials still running; arrays are (disks, trials) or (trials,)."""

    def __init__(self, chance: Chance, rng: np.random.Generator) -> None:
        self.chance, self.rng = chance, rng
        self.end = chance.years * HOURS_PER_YEAR
        self.ids = np.arange(chance.trials)
        self.fails = self.life((chance.disks, chance.trials))
        self.whole = np.zeros((chance.disks, chance.trials))  # since when, or when again
        self.shock = self.next_shock(np.zeros(chance.trials))

    def life(self, shape: tuple[int, ...] | int) -> Floats:
        """Lives; those longer than the years looked at are inf, which saves their powers."""
        chance = self.chance
        drawn = self.rng.standard_exponential(shape)
        short = np.flatnonzero(drawn < (self.end / chance.life_hours) ** chance.life_shape)
        hours = np.full(drawn.shape, inf)
        hours.ravel()[short] = chance.life_hours * drawn.take(short) ** (1 / chance.life_shape)
        return hours

    def repair_time(self, count: int) -> Floats:
        chance = self.chance
        drawn = self.rng.standard_exponential(count)
        return chance.wait_hours + chance.rebuild_hours * drawn ** (1 / chance.rebuild_shape)

    def next_shock(self, now: Floats) -> Floats:
        rate = self.chance.shocks_per_year / HOURS_PER_YEAR
        if not rate:
            return np.full(len(now), inf)
        return now + self.rng.standard_exponential(len(now)) / rate

    def stop(self, gone: Bools) -> None:
        """Nothing happens any more to the trials that lost their data."""
        self.fails[:, gone] = inf
        self.shock[gone] = inf

    def keep(self, chosen: Bools) -> None:
        kept = chosen.nonzero()[0]
        self.ids, self.shock = self.ids[kept], self.shock[kept]
        self.fails, self.whole = self.fails.take(kept, axis=1), self.whole.take(kept, axis=1)

    def next_event(self) -> tuple[Floats, Bools]:
        """When each trial has its next failure, and of which disks."""
        now = np.minimum(self.fails.min(axis=0), self.shock)
        running = now < self.end
        if not running.all():
            self.keep(running)
            now = now[running]
        hit = self.fails <= now
        if self.chance.shocks_per_year:
            struck = self.shock <= now
            killed = self.rng.random(hit.shape) < self.chance.kill
            hit |= struck & killed & (self.whole <= now)
            self.shock = np.where(struck, self.next_shock(now), self.shock)
        return now, hit

    def loses(self, now: Floats, hit: Bools) -> Bools:
        """Which trials lose data at this failure."""
        chance = self.chance
        down = hit | (self.whole > now)
        gone, needed = _redundancy(chance, down, hit)
        if chance.terabytes or chance.scrub_hours:
            hazard = needed.sum(axis=0) * chance.terabytes * 8e12 * -np.log1p(-chance.error_rate)
            if chance.scrub_hours:
                age = np.minimum(np.mod(now, chance.scrub_hours), now - self.whole)
                hazard += (age * needed).sum(axis=0) / chance.theta_hours
            gone |= self.rng.random(len(now)) < -np.expm1(-hazard)
        return gone

    def repair(self, now: Floats, hit: Bools) -> None:
        """Start a repair, and after it a new life, in every slot that was hit."""
        places = np.flatnonzero(hit)  # much faster than a pair of indices
        back = now.take(places % max(1, len(now))) + self.repair_time(len(places))
        self.whole.ravel()[places] = back
        self.fails.ravel()[places] = back + self.life(len(places))


def _redundancy(chance: Chance, down: Bools, hit: Bools) -> tuple[Bools, Bools]:
    """Which trials are lost, and which disks the new rebuild has no second source for."""
    half = chance.disks // 2
    if chance.level == "10":  # mirrors are disks (0, 1), (2, 3), ...
        gone = np.asarray((down[0::2] & down[1::2]).any(axis=0))
        partner = hit.reshape(half, 2, -1)[:, ::-1].reshape(hit.shape)
        return gone, partner & ~down
    if chance.level == "01":
        gone = np.asarray(down[:half].any(axis=0) & down[half:].any(axis=0))
        sides = (hit[half:].any(axis=0), hit[:half].any(axis=0))
        return gone, np.repeat(sides, half, axis=0) & ~down
    most = {"0": 0, "1": chance.disks - 1, "6": 2}.get(chance.level, 1)
    count = down.sum(axis=0)
    return np.asarray(count > most), ~down & (count == most)
