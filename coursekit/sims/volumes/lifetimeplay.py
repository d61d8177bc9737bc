"""How long a store lasts, by the formula and in a run drawn beside it.

Built on `lifetime` and `cow`. The run is drawn for a volume, a store and a rate all smaller by one
factor, which changes no time and no share, only makes chance more visible. Left out: as there.
"""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from coursekit.sims.message import require
from coursekit.sims.volumes import cow, lifetime
from coursekit.sims.volumes.cowplay import Pattern, load
from coursekit.sims.volumes.lifetime import Load

__all__ = ["Lasts", "play"]

GIB = 1 << 30
DRAWN = 8000  # writes of a drawn run, about
POINTS = 61


@dataclass(frozen=True)
class Lasts:
    """Shares of the volume that have changed at `seconds`: expected, and drawn (nan behind its end).

    `lasts` and `drawn_lasts` are seconds until the store is full, inf if never; `plain` those if
    no chunk were ever written twice; the run is `smaller` times smaller.
    """

    load: Load
    store: int
    chunk: int
    capacity: int
    lasts: float
    plain: float
    drawn_lasts: float
    smaller: int
    seconds: tuple[float, ...]
    expected: tuple[float, ...]
    drawn: tuple[float, ...]

    @property
    def room(self) -> float:
        """The store's room for old chunks, as a share of the volume."""
        return self.capacity / self.load.chunks

    @property
    def endless(self) -> bool:
        """Whether no number of writes fills the store."""
        return self.lasts == inf


def play(
    gib: int, percent: float, rate: float, pattern: Pattern, rng: np.random.Generator,
    *, chunk: int = cow.CHUNK, shown: float = 1.3,
) -> Lasts:  # fmt: skip
    """A volume of `gib` GiB with a store of `percent` of it; times up to `shown` lifetimes."""
    require(gib >= 1, "volume={n}: choose 1 GiB or more", n=gib)
    require(percent > 0, "store={n}: choose more than 0 %", n=percent)
    whole = load(pattern, gib * GIB // chunk, rate)
    store = round(gib * GIB * percent / 100)
    capacity = cow.capacity(cow.Store.of(store, chunk))
    lasts = lifetime.lifetime(whole, capacity)
    end = shown * (lasts if isfinite(lasts) else 3 * whole.chunks / rate)
    smaller = max(1, round(rate * end / DRAWN))
    seconds = np.linspace(0, end, POINTS)
    small = load(pattern, max(1, whole.chunks // smaller), rate / smaller)
    drawn = lifetime.play(small, round(capacity * small.chunks / whole.chunks), end / 3600, rng)
    at = np.interp(seconds, (0.0, *drawn.seconds), (0, *drawn.used))
    over = inf if drawn.overflow is None else drawn.overflow
    return Lasts(
        whole, store, chunk, capacity, lasts, capacity / rate, over, smaller,
        tuple(map(float, seconds)),
        tuple(lifetime.different(whole, t) / whole.chunks for t in seconds),
        tuple(float(n) / small.chunks if t <= over else float("nan") for t, n in zip(seconds, at, strict=True)),
    )  # fmt: skip
