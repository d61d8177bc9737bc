"""What being late costs: a few lines of TOML that the teacher writes.

    deadline = 2026-12-01T23:59:00+01:00
    grace_minutes = 15
    percent_a_day = 10
    zero_after_days = 7
    excused = ["ann"]

Days count from the deadline, each begun day whole; within the grace nothing is late. A time
without an offset is that of this machine. The score itself stays: what is taken off is
worked out when the gradebook is written.
"""

import contextlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from coursekit.sims.message import ParameterError, require

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Late:
    """How late something is, and the share of its score that is left."""

    days: int = 0
    share: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rule; without a deadline nothing is late."""

    deadline: datetime | None = None
    grace_minutes: float = 0.0
    percent_a_day: float = 0.0
    zero_after_days: int | None = None
    excused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("grace_minutes", "percent_a_day", "zero_after_days"):
            value = getattr(self, name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            none = value is None and name == "zero_after_days"
            holds = none or (number and math.isfinite(value) and value >= 0)
            require(holds, "{name}={value}: choose 0 or more", name=name, value=value)
        require(
            self.percent_a_day <= 100,
            "percent_a_day={value}: choose 0 to 100",
            value=self.percent_a_day,
        )
        require(
            self.deadline is None or isinstance(self.deadline, datetime),
            "deadline={value}: write a date and a time, such as 2026-12-01T23:59:00+01:00",
            value=self.deadline,
        )
        require(
            all(isinstance(each, str) for each in self.excused),
            "excused={value}: a list of learners",
            value=list(self.excused),
        )

    def late(self, learner: str, handed_in: datetime) -> Late:
        """How late a learner is; who is excused loses nothing."""
        if self.deadline is None:
            return Late()
        by = handed_in - self.deadline.astimezone(UTC)
        if by <= timedelta(minutes=self.grace_minutes):
            return Late()
        days = math.ceil(by / _DAY)
        if learner in self.excused:
            return Late(days)
        if self.zero_after_days is not None and days > self.zero_after_days:
            return Late(days, 0.0)
        return Late(days, max(0.0, 1 - self.percent_a_day * days / 100))


def read(path: Path) -> Policy:
    """The policy in a TOML file; ParameterError names what is wrong."""
    try:
        return from_plain(tomllib.loads(path.read_text("utf-8")))
    except OSError as why:
        raise ParameterError("policy={path}: {why}", path=str(path), why=why.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise ParameterError("policy={path}: {why}", path=str(path), why=str(why)) from None


def from_plain(values: Mapping[str, Any]) -> Policy:
    """A policy from names and values, such as `to_plain` gives."""
    names = list(Policy.__dataclass_fields__)
    for name in values:
        require(
            name in names,
            "{name}: not in a policy; choose among {names}",
            name=name,
            names=", ".join(names),
        )
    known = dict(values)
    if isinstance(text := known.get("deadline"), str):
        with contextlib.suppress(ValueError):  # then the rule of `Policy` says what is wrong
            known["deadline"] = datetime.fromisoformat(text)
    excused = known.get("excused", [])
    require(isinstance(excused, list), "excused={value}: a list of learners", value=excused)
    return Policy(**known | {"excused": tuple(excused)})


def to_plain(policy: Policy) -> dict[str, Any]:
    """A policy as JSON has it; the deadline in UTC."""
    at = policy.deadline
    said = {**vars(policy), "excused": list(policy.excused)}
    return said | {"deadline": at.astimezone(UTC).isoformat() if at else None}
