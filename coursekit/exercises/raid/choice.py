"""E8.3: choose the level of an array from needs of space, speed and safety."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.raid import layouts, performance, reliability

Level = Literal["0", "10", "5", "6"]

LEVELS: tuple[tuple[Level, int, int], ...] = (
    ("0", 2, 1),
    ("10", 4, 2),
    ("5", 3, 1),
    ("6", 4, 1),
)  # least, step
DISKS = (2, 3, *range(4, 17), *range(4, 17, 2))  # even numbers, which more levels fit, twice
AIMS = {
    "0": 1,
    "10": 5,
    "5": 5,
    "6": 2,
}  # how often needs are drawn around each, so that all get chosen
NEAR_LIMIT, NEAR_RISK = 0.03, 0.20  # no hidden value is nearer than this share


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one level gives with these disks."""

    level: Level
    usable_tb: float
    iops: float
    risk: float


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The three limits."""

    tb: float
    iops: float
    risk: float

    def met_by(self, offer: Offer) -> bool:
        """Whether an offer is within all of them."""
        return offer.usable_tb >= self.tb and offer.iops >= self.iops and offer.risk <= self.risk

    def clear_of(self, offer: Offer) -> bool:
        """Whether an offer is well inside or well outside each of them."""
        shares = (
            (offer.usable_tb, self.tb, NEAR_LIMIT),
            (offer.iops, self.iops, NEAR_LIMIT),
            (offer.risk, self.risk, NEAR_RISK),
        )
        return all(abs(value / limit - 1) > near for value, limit, near in shares)


def offers(
    n: int,
    tb: float,
    afr: float,
    mttr_h: float,
    read: float,
    disk_iops: float,
    years: float = 5.0,
    ure: float = 1e-15,
) -> list[Offer]:
    """What each level that n disks can form gives."""
    require(n >= 2, "n={n}: choose 2 disks or more", n=n)
    require(tb > 0, "tb={tb}: choose more than 0", tb=tb)
    require(disk_iops > 0, "disk_iops={iops}: choose more than 0", iops=disk_iops)
    found = []
    for level in (level for level, least, step in LEVELS if n >= least and n % step == 0):
        array = layouts.Array(level=level, disks=n)
        array_risk = reliability.Risk(
            level=level, disks=n, mttf_hours=reliability.mttf_from_afr(afr), repair_hours=mttr_h
        )
        mean = reliability.mttdl_unreadable(array_risk, tb, ure)
        offer = Offer(
            level=level,
            usable_tb=layouts.usable(array) * tb,
            iops=performance.array_iops(array, disk_iops, read),
            risk=reliability.loss_probability(mean, years * reliability.HOURS_PER_YEAR),
        )
        found.append(offer)
    return found


def choose_raid(
    n: int,
    tb: float,
    afr: float,
    mttr_h: float,
    read: float,
    disk_iops: float,
    need_tb: float,
    need_iops: float,
    max_p: float,
    years: float = 5.0,
    ure: float = 1e-15,
) -> Level | None:
    """The level with most usable space that meets the needs, of equals the safer; or None."""
    given = offers(n, tb, afr, mttr_h, read, disk_iops, years, ure)
    return _best(given, Needs(tb=need_tb, iops=need_iops, risk=max_p))


def _best(given: Iterable[Offer], needs: Needs) -> Level | None:
    fit = [offer for offer in given if needs.met_by(offer)]
    return max(fit, key=lambda offer: (offer.usable_tb, -offer.risk)).level if fit else None


def _cases(rng: np.random.Generator) -> Args:
    """Needs around what one level gives, none too near to tell; drawn again until they are."""
    while True:
        args: Args = {
            "n": DISKS[rng.integers(len(DISKS))],
            "tb": round(float(rng.uniform(1, 20)), 1),
            "afr": round(float(rng.uniform(0.005, 0.05)), 4),
            "mttr_h": round(float(rng.uniform(6, 168)), 1),
            "read": round(float(rng.uniform(0, 1)), 2),
            "disk_iops": int(rng.integers(60, 251)),
        }
        given = offers(**args)
        odds = np.array([AIMS[offer.level] for offer in given])
        needs = _needs(given[rng.choice(len(given), p=odds / odds.sum())], rng)
        if all(needs.clear_of(offer) for offer in given):
            return args | {"need_tb": needs.tb, "need_iops": needs.iops, "max_p": needs.risk}


def _needs(aim: Offer, rng: np.random.Generator) -> Needs:
    """Limits that the offer meets, or one time in six misses by one of the three."""
    needs = Needs(
        tb=round(aim.usable_tb * rng.uniform(0.5, 0.95), 1),
        iops=round(aim.iops * rng.uniform(0.75, 0.95)),
        risk=_two_figures(min(0.9, aim.risk * 10 ** rng.uniform(0.1, 1.0))),
    )
    if rng.random() < 1 / 6:
        missed = rng.integers(3)
        return (
            replace(needs, tb=round(needs.tb * 2.2, 1)),
            replace(needs, iops=needs.iops * 4),
            replace(needs, risk=_two_figures(needs.risk / 100)),
        )[missed]
    return needs


def _two_figures(value: float) -> float:
    return float(f"{value:.1e}")


def _no_penalty(**args: Any) -> Level | None:
    return choose_raid(**args | {"read": 1.0})


def _shares_exchanged(**args: Any) -> Level | None:
    return choose_raid(**args | {"read": 1 - args["read"]})


def _no_ure(**args: Any) -> Level | None:
    return choose_raid(**args | {"ure": 0.0})


def _all_disks_usable(**args: Any) -> Level | None:
    return _with(args, lambda offer: replace(offer, usable_tb=args["n"] * args["tb"]))


def _with(args: Args, change: Callable[[Offer], Offer]) -> Level | None:
    """The choice of someone whose offers are computed with a mistake."""
    given, needs = _split(args)
    return _best(map(change, given), needs)


def _safest(**args: Any) -> Level | None:
    given, needs = _split(args)
    fit = [offer for offer in given if needs.met_by(offer)]
    return min(fit, key=lambda offer: offer.risk).level if fit else None


def _split(args: Args) -> tuple[list[Offer], Needs]:
    """The offers and the needs of one case."""
    rest = dict(args)
    needs = Needs(tb=rest.pop("need_tb"), iops=rest.pop("need_iops"), risk=rest.pop("max_p"))
    return offers(**rest), needs


def _sample(answer: Level | None, *values: float) -> Sample:
    names = ("n", "tb", "afr", "mttr_h", "read", "disk_iops", "need_tb", "need_iops", "max_p")
    return Sample(dict(zip(names, values, strict=True)), answer)


CHOICE = Exercise(
    id="E8.3",
    chapter="raid",
    title=mark("Choose the level of an array"),
    reference=choose_raid,
    cases=_cases,
    samples=(
        _sample("6", 8, 4, 0.015, 24, 0.7, 80, 12, 250, 0.01),
        _sample(None, 8, 4, 0.015, 24, 0.7, 80, 26, 300, 1e-3),
        _sample("6", 4, 18, 0.015, 48, 1.0, 80, 30, 100, 0.1),
    ),
    wrong=(
        Wrong(
            "no write penalty",
            _no_penalty,
            mark(
                "You count a write as one access: behind it are 2 in RAID 10, 4 in RAID 5, 6 in RAID 6."
            ),
        ),
        Wrong(
            "shares exchanged",
            _shares_exchanged,
            mark(
                "You exchange reads and writes: `read` is the share of reads, and the penalty weighs on 1 - read."
            ),
        ),
        Wrong(
            "no unreadable sectors",
            _no_ure,
            mark(
                "You forget unreadable sectors: a rebuild reads whole disks, and may meet one when nothing is left to repair it."
            ),
        ),
        Wrong(
            "every disk usable",
            _all_disks_usable,
            mark(
                "You count all disks as usable: RAID 10 gives half of them, RAID 5 all but one, RAID 6 all but two."
            ),
        ),
        Wrong(
            "the safest",
            _safest,
            mark(
                "You return the safest level: among those that meet the needs, the most usable space wins, and only a tie goes to the safer."
            ),
        ),
    ),
)
