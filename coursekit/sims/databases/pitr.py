"""Back to any moment: base backups, the archived log, the names of its files, what can be reached.

Modelled: a base backup is usable from the moment it was finished, with all the log from its first
segment on; the log is archived in segments of 16 MiB; a missing one ends what can be reached from the
bases before it. Left out: other timelines in the choice of a plan, incremental backups (from version
17 on), how long a segment waits before it is archived.
Source: PostgreSQL 15 manual, 26.3 "Continuous Archiving and Point-in-Time Recovery" and
`pg_walfile_name`; a recording of PostgreSQL 15 stands beside the tests.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from coursekit.sims.message import require

SEGMENT = 1 << 24  # bytes of a segment
PER_LOG = (1 << 32) // SEGMENT  # segments of what the middle part of a name counts
SEGMENT_MB = SEGMENT / 1e6


def lsn(text: str) -> int:
    """A position in the log, as "3/4F00A1B0": two hexadecimal numbers of at most 8 digits."""
    found = re.fullmatch(r"([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})", text)
    require(found is not None, "lsn={lsn}: two hexadecimal numbers with a slash between", lsn=text)
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


def segment_of(position: int) -> int:
    """The number of the segment that a position belongs to, as version 15 has it.

    A position names the byte after the last one written: on a boundary that is the segment before.
    """
    require(0 < position < 1 << 64, "position={position}: 1 to 2⁶⁴ − 1", position=position)
    return (position - 1) // SEGMENT


def file_name(segment: int, timeline: int = 1) -> str:
    """The file of a segment: timeline, log, segment in it, eight hexadecimal digits each."""
    require(segment >= 0, "segment={segment}: 0 or more", segment=segment)
    require(timeline >= 1, "timeline={timeline}: 1 or more", timeline=timeline)
    return f"{timeline:08X}{segment // PER_LOG:08X}{segment % PER_LOG:08X}"


def segment_of_file(name: str) -> tuple[int, int]:
    """The timeline and the number of the segment of a file."""
    require(re.fullmatch(r"[0-9A-F]{16}000000[0-9A-F]{2}", name) is not None, "name={name}: 24 hexadecimal digits, 000000 before the last two", name=name)  # fmt: skip
    return int(name[:8], 16), int(name[8:16], 16) * PER_LOG + int(name[16:], 16)


@dataclass(frozen=True)
class Base:
    """A base backup: the first segment it needs, and when it was finished."""

    name: str
    start: int
    stop_s: float


@dataclass(frozen=True)
class Segment:
    """An archived segment, and the times of its first and of its last record."""

    number: int
    first_s: float
    last_s: float


@dataclass(frozen=True)
class Plan:
    """How to get to a moment: the base, then segments `first` to `last`. Or why not.

    `reason`: "", "no base", "wal gap". `reachable_s`: the end of what follows on the base without
    a gap; `missing`: the segment that is wanted next.
    """

    base: Base | None
    first: int = 0
    last: int = -1
    reason: str = ""
    reachable_s: float | None = None
    missing: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the moment can be reached."""
        return not self.reason

    @property
    def segments(self) -> range:
        """The segments to be replayed."""
        return range(self.first, self.last + 1)


def plan(bases: Sequence[Base], segments: Sequence[Segment], target_s: float) -> Plan:
    """The plan with the latest base that was finished by then."""
    usable = [each for each in bases if each.stop_s <= target_s]
    if not usable:
        return Plan(None, reason="no base")
    base = max(usable, key=lambda each: each.stop_s)
    run = _run(base, segments)
    for each in run:
        if each.last_s >= target_s:
            return Plan(base, base.start, each.number, reachable_s=run[-1].last_s)
    end = run[-1].last_s if run else None
    return Plan(base, reason="wal gap", reachable_s=end, missing=base.start + len(run))


def _run(base: Base, segments: Sequence[Segment]) -> list[Segment]:
    """The segments that follow on a base without a gap."""
    held = {each.number: each for each in segments}
    run: list[Segment] = []
    while base.start + len(run) in held:
        run.append(held[base.start + len(run)])
    return run


def intervals(bases: Sequence[Base], segments: Sequence[Segment]) -> list[tuple[float, float]]:
    """All moments that can be reached, as intervals apart from one another, in order of time."""
    merged: list[tuple[float, float]] = []
    for base in sorted(bases, key=lambda each: each.stop_s):
        run = _run(base, segments)
        if not run or run[-1].last_s < base.stop_s:
            continue  # the base itself cannot be made consistent
        if merged and base.stop_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], run[-1].last_s))
        else:
            merged.append((base.stop_s, run[-1].last_s))
    return merged


def restore_s(size_gb: float, wal_gb: float, restore_mb_s: float, replay_mb_s: float) -> float:
    """Seconds to copy a base back and to replay log on it; GB and MB are powers of ten."""
    for name, value in (("restore_mb_s", restore_mb_s), ("replay_mb_s", replay_mb_s)):
        require(value > 0, "{name}={value}: more than 0", name=name, value=value)
    return size_gb * 1000 / restore_mb_s + wal_gb * 1000 / replay_mb_s


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A few days of an archive: a segment every `every_s`, a base every `base_s`, up to `now_s`.

    A base takes `copying_s`; the segment that is being written has not been archived.
    """

    now_s: float
    every_s: float
    base_s: float
    copying_s: float
    first: int = 200
    missing: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for name in ("now_s", "every_s", "base_s"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: more than 0", name=name, value=value)
        require(self.copying_s >= 0, "copying_s={copying_s}: 0 or more", copying_s=self.copying_s)

    def segment_at(self, t: float) -> int:
        """The segment that is written at a moment."""
        return self.first + int(t // self.every_s)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments in the archive."""
        count = int(self.now_s // self.every_s)
        made = (Segment(self.first + k, k * self.every_s, (k + 1) * self.every_s) for k in range(count))  # fmt: skip
        return tuple(each for each in made if each.number not in self.missing)

    @property
    def bases(self) -> tuple[Base, ...]:
        """The bases that were finished by now; each begins at a multiple of `base_s`."""
        starts = [k * self.base_s for k in range(ceil(self.now_s / self.base_s))]
        return tuple(
            Base(str(k + 1), self.segment_at(t), t + self.copying_s)
            for k, t in enumerate(starts)
            if t + self.copying_s <= self.now_s
        )
