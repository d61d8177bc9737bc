"""The life of one array as data: its parameters, what is done to it, what is seen.

`play` computes the states. Modelled: OPTIMAL, DEGRADED, RECOVERING, FAILED; a slot that is
rebuilding counts as missing until it is done. Source: md(4), RECOVERY.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.reliability import MAX_MB_S, MIN_MB_S, Spare, rebuild_mb_s

__all__ = ["ACTIONS", "Action", "Deed", "Phase", "Played", "Slot", "State", "Story", "Who"]

Phase = Literal["OPTIMAL", "DEGRADED", "RECOVERING", "FAILED"]
Who = Literal["start", "learner", "itself"]
Deed = Literal["fail", "pull", "return", "plug", "add spare", "bad sector", "scrub"]

ACTIONS: tuple[str, ...] = get_args(Deed)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One array, its spares and how fast it rebuilds.

    `spares` are those on hand at first (none: 0); `dirty_per_hour` is how many bits of the
    bitmap writes set while a disk is away; `progress` how many steps of a rebuild are seen.
    """

    array: Array = field(default_factory=Array)
    spare: Spare = "hot"
    spares: int = 1
    hot_plug: bool = True
    bitmap: bool = True
    capacity_tb: float = 4.0
    disk_mb_s: float = 200.0
    foreground: float = 0.5
    least_mb_s: float = MIN_MB_S
    most_mb_s: float = MAX_MB_S
    dirty_per_hour: float = 100.0
    progress: int = 8

    def __post_init__(self) -> None:
        kinds = get_args(Spare)
        require(
            self.spare in kinds, "spare={spare}: choose one of {kinds}",
            spare=self.spare, kinds=", ".join(kinds),
        )  # fmt: skip
        require(self.spares >= 0, "spares={spares}: choose 0 or more", spares=self.spares)
        for name in ("capacity_tb", "disk_mb_s", "least_mb_s", "most_mb_s", "progress"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        share = self.foreground
        require(0 <= share <= 1, "foreground={x}: choose a share from 0 to 1", x=share)
        dirty = self.dirty_per_hour
        require(dirty >= 0, "dirty_per_hour={dirty}: choose 0 or more", dirty=dirty)

    @property
    def mb_s(self) -> float:
        """How fast this array rebuilds."""
        return rebuild_mb_s(self.disk_mb_s, self.foreground, self.least_mb_s, self.most_mb_s)


@dataclass(frozen=True)
class Action:
    """What the learner does, and when; `disk` is not used by "add spare" and "scrub"."""

    at_hours: float
    kind: Deed
    disk: int = 0


@dataclass(frozen=True)
class Slot:
    """One place for a disk; `done` is the rebuilt share, 1 for a whole disk."""

    status: Literal["ok", "failed", "absent", "rebuilding"] = "ok"
    done: float = 1.0
    bad_sectors: int = 0


@dataclass(frozen=True)
class State:
    """The array just after something happened; `why` says what and why, in a sentence."""

    hours: float
    phase: Phase
    slots: tuple[Slot, ...]
    spares: int
    lost_sectors: int
    stop_hours: float
    by: Who
    why: Message


@dataclass(frozen=True)
class Played:
    """The states in order of time, the first at hour 0."""

    states: tuple[State, ...]

    @property
    def exposed_hours(self) -> float:
        """How long some redundancy was missing; a lost array no longer counts."""
        pairs = zip(self.states, self.states[1:], strict=False)
        risky = ("DEGRADED", "RECOVERING")
        return sum(after.hours - state.hours for state, after in pairs if state.phase in risky)
