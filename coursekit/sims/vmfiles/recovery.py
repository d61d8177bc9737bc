"""An accident between two backups: the work it takes, and the steps until work goes on.

Built on `plans`: full backups at a steady pace, of which only a few before the accident are
kept in sight. Before the first one is whole there is nothing to go back to, so an accident
strikes at that moment at the earliest. Left out: as there.
"""

from dataclasses import dataclass
from math import floor

from coursekit.sims.message import require
from coursekit.sims.vmfiles.plans import Plan, data_loss_h, items, rpo_h, rto_h

__all__ = ["SHOWN", "STEPS", "Accident", "Backup", "Service", "strike"]

STEPS = ("detect", "provision", "transfer", "replay")
SHOWN = 3  # whole backups before the accident


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is backed up and how it comes back; times in hours."""

    period: float = 24.0
    duration: float = 4.0
    full_gb: float = 1000.0
    gb_s: float = 0.2
    detect: float = 0.5
    provision: float = 1.0
    replay: float = 0.0

    def __post_init__(self) -> None:
        Plan(types="F", **self._backups())  # its rules are those of a plan
        rto_h(detect_h=self.detect, provision_h=self.provision, read_gb=self.full_gb, gb_s=self.gb_s, replay_h=self.replay)  # fmt: skip

    def _backups(self) -> dict[str, float]:
        return {
            "full_gb": self.full_gb, "change_gb": 0.0, "gb_s": self.gb_s,
            "period_h": self.period, "duration_h": self.duration,
        }  # fmt: skip

    def plan(self, count: int) -> Plan:
        """So many full backups, one a period."""
        return Plan(types="F" * count, **self._backups())


@dataclass(frozen=True)
class Backup:
    """One backup: its number from 0, the hours it begins and is whole; `whole` at the accident."""

    number: int
    start: float
    done: float
    whole: bool


@dataclass(frozen=True)
class Accident:
    """Hours: `loss` of work, `worst` (RPO), each of `STEPS`, and `back` (RTO), their sum."""

    service: Service
    at: float
    backups: tuple[Backup, ...]
    loss: float
    worst: float
    steps: tuple[tuple[str, float], ...]

    @property
    def back(self) -> float:
        """Hours until work goes on."""
        return sum(hours for _name, hours in self.steps)

    @property
    def used(self) -> int:
        """Number of the backup that is read: the last one that is whole."""
        return max(each.number for each in self.backups if each.whole)


def strike(service: Service, at: float) -> Accident:
    """An accident at an hour; the first backup begins at hour 0."""
    require(at >= 0, "{name}={value}: choose 0 or more", name="at", value=at)
    at = max(at, service.duration)
    skipped = max(0, floor((at - service.duration) / service.period) - SHOWN)
    shift = skipped * service.period
    plan = service.plan(floor((at - shift) / service.period) + 1)
    backups = tuple(
        Backup(skipped + each.number, shift + each.start_h, shift + each.done_h, shift + each.done_h <= at)
        for each in items(plan) if shift + each.start_h <= at
    )  # fmt: skip
    transfer = rto_h(detect_h=0, provision_h=0, read_gb=service.full_gb, gb_s=service.gb_s)
    hours = (service.detect, service.provision, transfer, service.replay)
    return Accident(
        service, at, backups, data_loss_h(plan, at - shift), rpo_h(service.period, service.duration),
        tuple(zip(STEPS, hours, strict=True)),
    )  # fmt: skip
