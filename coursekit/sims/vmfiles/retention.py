"""Grandfather-father-son: which daily, weekly, monthly and yearly backups are kept.

Modelled: for each class, backups are walked from newest to oldest, and the first met in each new
bucket is kept until the class has its number of buckets. Buckets: the day, the ISO week, the
month, the year. So a weekly backup is the last one of its week, and buckets without a backup
cost nothing. Left out: hours within a day, pinned backups. Sources: restic(1), forget
(Proxmox differs: there a backup counts for one class only); ISO 8601 for weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require

__all__ = ["CLASSES", "Kept", "Retention", "gfs", "iso_week", "span"]

Class = Literal["day", "week", "month", "year"]
CLASSES: tuple[Class, ...] = get_args(Class)
Days = NDArray[np.datetime64]


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How many buckets of each class are kept."""

    days: int = 7
    weeks: int = 4
    months: int = 12
    years: int = 1

    def __post_init__(self) -> None:
        for name in ("days", "weeks", "months", "years"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Kept:
    """A backup by its date and the classes that keep it; none: it is deleted."""

    date: str
    classes: tuple[Class, ...]

    @property
    def kept(self) -> bool:
        """Whether any class keeps it."""
        return bool(self.classes)


def gfs(dates: Sequence[str], rule: Retention) -> tuple[Kept, ...]:
    """What becomes of each backup, oldest first; dates as 2024-06-29, each once."""
    days = _parsed(dates)
    keeping: dict[Class, set[int]] = {
        name: _newest_of(bucket, number)
        for name, bucket, number in zip(
            CLASSES, _buckets(days), (rule.days, rule.weeks, rule.months, rule.years), strict=True
        )
    }
    return tuple(
        Kept(str(day), tuple(name for name in CLASSES if at in keeping[name]))
        for at, day in enumerate(days)
    )


def iso_week(date: str) -> tuple[int, int]:
    """Year and week of ISO 8601: the week belongs to the year of its Thursday."""
    year, week = divmod(int(_weeks(_parsed([date]))[0]), 100)
    return year, week


def span(first: str, last: str, *, but: str = "") -> tuple[str, ...]:
    """Every day from the first to the last, both included; `but="Sunday"` leaves those out."""
    start, end = _parsed([first])[0], _parsed([last])[0]
    days = np.arange(start, end + 1, dtype="datetime64[D]")
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    require(but == "" or but in names, "but={day}: choose the English name of a day", day=but)
    return tuple(str(day) for day in days if not but or names[int(_weekday(day))] != but)


def _parsed(dates: Sequence[str]) -> Days:
    try:
        days = np.array(list(dates), dtype="datetime64[D]")
    except ValueError:
        days = np.array(["NaT"], dtype="datetime64[D]")
    require(not np.isnat(days).any(), "dates={dates}: write them as 2024-06-29", dates=dates)
    found = np.unique(days)
    require(len(found) == len(days), "dates={dates}: name each day once", dates=dates)
    return found


def _weekday(days: Days | np.datetime64) -> NDArray[np.int64]:
    """0 for Monday; 1970-01-01 was a Thursday."""
    number: NDArray[np.int64] = np.asarray(days).astype(np.int64)
    return (number + 3) % 7


def _weeks(days: Days) -> NDArray[np.int64]:
    thursday = days + (3 - _weekday(days))
    year = thursday.astype("datetime64[Y]")
    week = (thursday - year.astype("datetime64[D]")).astype(np.int64) // 7 + 1
    found: NDArray[np.int64] = (year.astype(np.int64) + 1970) * 100 + week
    return found


def _buckets(days: Days) -> tuple[NDArray[np.int64], ...]:
    """A number for the bucket of each day: of days, ISO weeks, months, years."""
    months = days.astype("datetime64[M]").astype(np.int64)
    return days.astype(np.int64), _weeks(days), months, months // 12


def _newest_of(bucket: NDArray[np.int64], number: int) -> set[int]:
    """Places of the newest backup in each of the `number` newest buckets; days are in order."""
    seen: dict[int, int] = {}
    for at in range(len(bucket) - 1, -1, -1):
        if len(seen) == number:
            break
        seen.setdefault(int(bucket[at]), at)
    return set(seen.values())
