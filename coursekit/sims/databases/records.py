"""What LabDB tells of a schedule: what each step did, and how things stood after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.databases.schedules import Schedule, Step
from coursekit.sims.message import Message

LEVELS = ("RU", "RC", "SI", "SSI", "S2PL")
SERIALIZATION, DEADLOCK, UNIQUE, CHECK = "40001", "40P01", "23505", "23514"
ABORTED = ("aborted", SERIALIZATION, DEADLOCK, UNIQUE, CHECK)

Outcome = Literal["read", "wrote", "locked", "nothing", "waits", "queued", "committed", "aborted", "ended"]  # fmt: skip
Mode = Literal["S", "X"]


@dataclass(frozen=True)
class Version:
    """A value of a row; None where it was deleted. `commit` is 0 for what was stored at first."""

    value: int | None
    tx: int
    commit: int


@dataclass(frozen=True)
class Event:
    """What became of a step, at the schedule's place `at` (from 0).

    `value` is what was read or written. `resumed`: the step had waited. "nothing": its condition
    did not hold, or there was no such row. "ended": its transaction was over already.
    """

    at: int
    step: Step
    outcome: Outcome
    why: Message
    value: int | None = None
    code: str = ""
    resumed: bool = False


@dataclass(frozen=True)
class State:
    """How things stand after an event; `event` is None before the first."""

    event: Event | None
    versions: Mapping[str, tuple[Version, ...]]  # committed ones, oldest first
    drafts: Mapping[str, tuple[int, int | None]]  # uncommitted: who wrote it, its value
    locks: Mapping[str, tuple[tuple[int, Mode], ...]]
    waiting: Mapping[int, tuple[int, ...]]  # who waits for whom
    status: Mapping[int, str]  # active, committed, aborted or a code
    snapshots: Mapping[int, int]  # the number of the last commit that a transaction sees
    edges: tuple[tuple[int, int], ...]  # SSI: the reader, who overwrote what it read


@dataclass(frozen=True)
class Run:
    """A schedule under a level: all that happened, and what is left."""

    level: str
    schedule: Schedule
    events: tuple[Event, ...]
    states: tuple[State, ...]  # empty when they were not asked for
    final: Mapping[str, int]  # committed rows at the end
    status: Mapping[int, str]

    @property
    def reads(self) -> tuple[tuple[int, str, int | None], ...]:
        """What was read: by whom, of which row or prefix, which value; in the order it was done."""
        return tuple((each.step.tx, each.step.key, each.value) for each in self.events if each.outcome == "read")  # fmt: skip

    @property
    def waits(self) -> int:
        """How many steps had to wait."""
        return sum(each.outcome == "waits" for each in self.events)

    @property
    def failed(self) -> tuple[int, ...]:
        """Transactions that the database aborted with an error."""
        return tuple(tx for tx, how in self.status.items() if how in ABORTED and how != "aborted")


DRAFT = -1


def sees(level: str, state: State, tx: int, key: str) -> int | None:
    """Which version of a row a transaction would read now: its place, DRAFT, or None for no row."""
    draft, versions = state.drafts.get(key), state.versions.get(key, ())
    if draft and (draft[0] == tx or level == "RU"):
        return DRAFT
    newest = len(versions) - 1
    if level in ("SI", "SSI") and tx in state.snapshots:
        newest = sum(each.commit <= state.snapshots[tx] for each in versions) - 1
    return newest if newest >= 0 else None
