"""A design lives for thousands of years: how long each service is away, and whose fault it was.

Modelled: every part of `chance`; the state of each stretch by `evaluate`, worked out once for each set
of dead parts; two minutes for machines that are started on another host; the part whose failure began an
outage is its cause. Left out: machines that boot after a power cut, work on the way home (a move is not
an outage), people, data events (`scenarios.recover`), lost data (the service is away until the disks are
repaired, as if a backup were put back meanwhile).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.datacentre.catalogue import HOURS_PER_YEAR
from coursekit.sims.datacentre.chance import Stretch, stretches
from coursekit.sims.datacentre.components import SHORT
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.evaluate import BRIDGED_MIN, State, evaluate
from coursekit.sims.message import require

__all__ = ["MOST_YEARS", "RESTART_H", "Lived", "live"]

RESTART_H = 120 / 3600  # until a machine that was started elsewhere answers
MOST_YEARS = 100_000


@dataclass(frozen=True)
class Lived:
    """What came of it. `hours[s, y]`: hours in which service s was away in year y.

    `causes[name][s]`: hours a year for which a part was the cause; `outages[s]`: how many a year;
    `longest_h[s]`; `states`: how many different states there were.
    """

    services: tuple[str, ...]
    years: int
    hours: NDArray[np.float64]
    causes: dict[str, NDArray[np.float64]]
    outages: NDArray[np.float64]
    longest_h: NDArray[np.float64]
    states: int
    events: int

    @property
    def a_year(self) -> NDArray[np.float64]:
        """Hours away in a year, for each service."""
        return np.asarray(self.hours.mean(axis=1))

    @property
    def availability(self) -> NDArray[np.float64]:
        """The share of the time in which each service was up."""
        return 1 - self.a_year / HOURS_PER_YEAR

    @property
    def standard_error(self) -> NDArray[np.float64]:
        """Of the availability, from how the years differ."""
        if self.years < 2:
            return np.full(len(self.services), np.nan)
        return np.asarray(self.hours.std(axis=1, ddof=1) / self.years**0.5 / HOURS_PER_YEAR)


def live(design: Design, years: int, seed: int = 1) -> Lived:
    """The same seed, the same failures; ParameterError unless 1 to 100 000 years."""
    require(1 <= years <= MOST_YEARS, "years={n}: choose 1 to {most}", n=years, most=MOST_YEARS)
    rng = np.random.Generator(np.random.PCG64(seed))
    lived = stretches(design, years, rng)
    states, which = _states(design, lived)
    names = tuple(service.name for service in design.services)
    up = np.array([[state.up[name] for name in names] for state in states])
    away = _away(lived, states, which, up, design)
    whole = ~up[which].T | ((away > 0) & (away >= lived.hours))  # away to the end of the stretch
    return _counted(lived, names, years, away, whole, len(states))


def _states(design: Design, lived: Stretch) -> tuple[list[State], NDArray[np.int64]]:
    """The different states, each worked out once, and which of them each stretch is."""
    bits, at = np.unique(lived.down, return_inverse=True)
    most = int(lived.dead.max()) + 1
    keys, which = np.unique(at * most + lived.dead, return_inverse=True)
    found = [_state(design, lived.failed(int(bits[key // most]), int(key % most))) for key in keys]
    return found, which


def _state(design: Design, failed: list[str]) -> State:
    """A short cut of a feed is none where batteries bear it."""
    bears = design.power.ups_min >= BRIDGED_MIN
    shorts = [name.removesuffix(f" {SHORT}") for name in failed if name.endswith(SHORT)]
    rest = [name for name in failed if not name.endswith(SHORT)]
    return evaluate(design, rest if bears else [*rest, *shorts])


def _away(lived: Stretch, states: list[State], which: NDArray[np.int64], up: NDArray[np.bool_], design: Design) -> NDArray[np.float64]:  # fmt: skip
    """Hours away, service by stretch: all of it when down, two minutes when it had to start elsewhere."""
    away = np.where(up[which].T, 0.0, lived.hours)
    if not design.ha.enabled:
        return away
    pairs = which[:-1] * len(states) + which[1:]
    kinds, place = np.unique(pairs, return_inverse=True)
    late = np.array([_late(design, states[k // len(states)], states[k % len(states)]) for k in kinds], bool).reshape(len(kinds), -1)  # fmt: skip
    waits = np.minimum(RESTART_H, lived.hours[1:]) * late[place].T
    away[:, 1:] = np.maximum(away[:, 1:], waits)
    return away


def _late(design: Design, before: State, after: State) -> list[bool]:
    """Services that are up afterwards only thanks to machines whose host has just died."""
    was, now = before.places, after.places
    late = {vm for vm, host in now.items() if vm in was and was[vm] != host and f"host:{was[vm]}" not in after.alive}  # fmt: skip
    if not late:
        return [False] * len(design.services)
    waits: dict[str, bool] = {}
    for service in design.services:
        count = sum(vm.service == service.name and vm.id in now and vm.id not in late for vm in design.vms)  # fmt: skip
        waits[service.name] = count < service.need
    for _round in design.services:  # what needs it waits with it
        waits |= {service.name: True for service in design.services if any(waits[dep] for dep in service.deps)}  # fmt: skip
    return [after.up[name] and waiting for name, waiting in waits.items()]


def _counted(lived: Stretch, names: tuple[str, ...], years: int, away: NDArray[np.float64], whole: NDArray[np.bool_], states: int) -> Lived:  # fmt: skip
    year = np.minimum(lived.start_h // HOURS_PER_YEAR, years - 1).astype(np.int64)
    hours = np.array([np.bincount(year, weights=each, minlength=years) for each in away])
    before = np.concatenate([np.zeros((len(names), 1), bool), whole[:, :-1]], axis=1)
    begins = (whole | (away > 0)) & ~before  # after a restart it was up again
    causes = np.zeros((len(lived.names), len(names)))
    longest = np.zeros(len(names))
    for s in range(len(names)):
        start = np.flatnonzero(begins[s])
        if len(start):
            lengths = np.add.reduceat(away[s], start)  # up stretches add nothing
            longest[s] = lengths.max()
            causes[:, s] = np.bincount(lived.part[start], weights=lengths, minlength=len(lived.names)) / years  # fmt: skip
    by_name = {name: causes[at] for at, name in enumerate(lived.names) if causes[at].any()}
    return Lived(names, years, hours, by_name, begins.sum(axis=1) / years, longest, states, len(lived.part) - 1)  # fmt: skip
