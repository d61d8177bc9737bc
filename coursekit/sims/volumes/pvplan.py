"""Before a pvmove: where each piece of what lies on a disk will go.

Modelled: a target for each piece of a volume, chosen by first fit at the start; two stripes of
a segment never share a disk. The copying is in `pvmove`. Left out: as there. Source: pvmove(8);
the targets are those of LVM 2.03 (tests/transcripts/volumes/lvm.txt).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coursekit.sims.message import require
from coursekit.sims.volumes.allocate import first_fit, free_runs, without
from coursekit.sims.volumes.extents import Run, Segment, Volume

__all__ = ["Piece", "Plan", "moved", "plan", "seconds"]


@dataclass(frozen=True)
class Piece:
    """One area of one segment: lane `lane` of the segment that begins at extent `start`."""

    volume: str
    start: int
    lane: int
    source: Run
    target: Run


@dataclass(frozen=True)
class Plan:
    """The volumes, their segments cut where a target changes its run, and the pieces in order."""

    volumes: tuple[Volume, ...]
    pieces: tuple[Piece, ...]

    @property
    def extents(self) -> int:
        """Extents to copy."""
        return sum(piece.source.count for piece in self.pieces)


def plan(
    sizes: Sequence[int], volumes: Sequence[Volume], source: int, target: int | None = None
) -> Plan:
    """Targets for all that lies on PV `source`: on PV `target`, or on any other one."""
    require(0 <= source < len(sizes), "source={pv}: choose 0 to {last}", pv=source, last=len(sizes) - 1)  # fmt: skip
    require(target is None or 0 <= target < len(sizes), "target={pv}: choose 0 to {last}", pv=target, last=len(sizes) - 1)  # fmt: skip
    require(source != target, "target={pv}: choose another PV than the source", pv=target)
    allowed = {target} if target is not None else set(range(len(sizes))) - {source}
    free = tuple(run for run in free_runs(sizes, volumes) if run.pv in allowed)
    cut, pieces = [], list[Piece]()
    for volume in volumes:
        segments: list[Segment] = []
        for segment in volume.segments:
            parts, new, free = _planned(volume.name, segment, source, free)
            segments += parts
            pieces += new
        cut.append(Volume(volume.name, tuple(segments)))
    require(bool(pieces), "source={pv}: no volume has extents there, nothing to move", pv=source)
    return Plan(tuple(cut), tuple(pieces))


def _planned(
    name: str, segment: Segment, source: int, free: tuple[Run, ...]
) -> tuple[list[Segment], list[Piece], tuple[Run, ...]]:
    """The segment in parts, one for each run of the target; two stripes never share a PV."""
    lane = next((at for at, area in enumerate(segment.areas) if area.pv == source), None)
    if lane is None:
        return [segment], [], free
    others = {area.pv for area in segment.areas}
    room = [run for run in free if run.pv not in others]
    runs = first_fit(room, segment.areas[lane].count)
    parts, pieces, done = [], [], 0
    for run in runs:
        areas = tuple(Run(a.pv, a.first + done, run.count) for a in segment.areas)
        start = segment.start + done * len(areas)
        parts.append(Segment(start, run.count * len(areas), areas, segment.stripe))
        pieces.append(Piece(name, start, lane, areas[lane], run))
        done += run.count
    return parts, pieces, without(free, runs)


def moved(volumes: Sequence[Volume], piece: Piece) -> tuple[Volume, ...]:
    """The volumes after the map of one piece was switched."""
    return tuple(
        replace(volume, segments=tuple(_switched(each, piece) for each in volume.segments))
        if volume.name == piece.volume
        else volume
        for volume in volumes
    )


def _switched(segment: Segment, piece: Piece) -> Segment:
    if segment.start != piece.start:
        return segment
    areas = (*segment.areas[: piece.lane], piece.target, *segment.areas[piece.lane + 1 :])
    return replace(segment, areas=areas)


def seconds(extents: int, extent_mib: float = 4.0, mib_s: float = 100.0) -> float:
    """How long so many extents take."""
    require(mib_s > 0, "mib_s={speed}: choose more than 0", speed=mib_s)
    return extents * extent_mib / mib_s
