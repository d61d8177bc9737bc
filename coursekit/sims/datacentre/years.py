"""Thousands of years of a design in a few figures, and the formula beside them.

The formula is the product of the availabilities of a service's single points of failure: exact, but for
disks, where there is one of everything, and otherwise the most that can be hoped for. What is missing is
two failures at once and machines that take their time to start elsewhere. Left out: what `longrun` leaves
out. A feed whose short outages batteries bear is away only in the long ones.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp

import numpy as np

from coursekit.sims.datacentre.catalogue import LIVES
from coursekit.sims.datacentre.chance import SHORT_H
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.evaluate import BRIDGED_MIN
from coursekit.sims.datacentre.longrun import Lived, live
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.failover.availability import series, steady
from coursekit.sims.message import require

__all__ = ["BOUNDS", "Span", "Years", "formula", "kind_of", "spans", "years_of"]

BOUNDS = (0.0, 1.0, 4.0, 12.0, 24.0, 48.0)  # hours a year, where the classes of years end


@dataclass(frozen=True)
class Span:
    """One service: hours away in a year, by kind of part and by part; how its years differ.

    `calm`: share of years without an outage; `bad_h`: hours that one year in a hundred goes beyond;
    `classes`: shares of years with none, and up to each of `BOUNDS`, and more; `expected`: by the formula.
    """

    name: str
    hours: float
    availability: float
    error: float
    expected: float
    outages: float
    longest_h: float
    calm: float
    bad_h: float
    kinds: dict[str, float]
    parts: dict[str, float]
    classes: tuple[float, ...]

    @property
    def deviation(self) -> float:
        """How many standard errors the run is away from the formula; 0 where the error is."""
        return (self.availability - self.expected) / self.error if self.error > 0 else 0.0


@dataclass(frozen=True)
class Years:
    """All services of a design over so many years."""

    years: int
    events: int
    states: int
    spans: tuple[Span, ...]

    def of(self, name: str) -> Span:
        """One service; ParameterError where there is none of that name."""
        found = [each for each in self.spans if each.name == name]
        require(bool(found), "service={name}: choose one of {known}", name=name, known=", ".join(each.name for each in self.spans))  # fmt: skip
        return found[0]


@lru_cache(maxsize=48)
def years_of(design: Design, years: int, seed: int = 1) -> Years:
    """The run of `longrun.live` with this seed, summed up; ParameterError for too many years."""
    lived = live(design, years, seed)
    return Years(years, lived.events, lived.states, spans(design, lived))


def spans(design: Design, lived: Lived) -> tuple[Span, ...]:
    """One for each service, in the order of the design."""
    expected = formula(design)
    return tuple(_span(lived, at, expected[name]) for at, name in enumerate(lived.services))


def _span(lived: Lived, at: int, expected: float) -> Span:
    hours = lived.hours[at]
    parts = {name: float(each[at]) for name, each in lived.causes.items() if each[at] > 0}
    kinds: dict[str, float] = {}
    for name, each in parts.items():
        kinds[kind_of(name)] = kinds.get(kind_of(name), 0.0) + each
    return Span(
        name=lived.services[at], hours=float(lived.a_year[at]), availability=float(lived.availability[at]),
        error=float(lived.standard_error[at]), expected=expected, outages=float(lived.outages[at]),
        longest_h=float(lived.longest_h[at]), calm=float((hours == 0).mean()), bad_h=float(np.quantile(hours, 0.99)),
        kinds=dict(sorted(kinds.items(), key=lambda each: -each[1])), parts=dict(sorted(parts.items(), key=lambda each: -each[1])),
        classes=_classes(hours),
    )  # fmt: skip


def _classes(hours: np.ndarray) -> tuple[float, ...]:
    """Shares of the years: none, up to 1 h, up to 4 h …, more than the last bound."""
    place = np.searchsorted(BOUNDS, hours, side="left")
    return tuple(float(each) for each in np.bincount(place, minlength=len(BOUNDS) + 1) / len(hours))


def kind_of(part: str) -> str:
    """The kind of a part of the long run: `feed:1 short` is a feed."""
    return part.partition(":")[0]


def formula(design: Design) -> dict[str, float]:
    """Availability of each service by its single points in series."""
    single = spof(design)
    return {
        service.name: series(_works(design, part) for part, away in single.items() if service.name in away)
        for service in design.services
    }  # fmt: skip


def _works(design: Design, part: str) -> float:
    """One part; a single disk that takes all with it is no round figure and is left out."""
    kind = kind_of(part)
    if kind not in LIVES:
        return 1.0
    life = LIVES[kind]
    if kind == "feed" and design.power.ups_min >= BRIDGED_MIN:
        long_h = (SHORT_H + life.mttr_h) * exp(-SHORT_H / life.mttr_h)  # mean of what lasts longer
        return 1 - long_h / (life.mtbf_h + life.mttr_h)
    return steady(life.mtbf_h, life.mttr_h)
