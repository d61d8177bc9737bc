"""Which extents a volume gets: the lab's rule, first fit.

Modelled: a new linear volume takes the first free run that holds all of it, else the free runs
in order; an extension goes behind the last extent, then to its PV, then to the others; stripes
lie on different PVs. Left out: LVM's policies (contiguous, cling, anywhere) and tags. LVM 2.03
gives the same, but may choose another one where several free runs would do, by their size
(tests/transcripts/volumes/lvm.txt). Source: lvcreate(8), lvextend(8).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from coursekit.sims.message import require
from coursekit.sims.volumes.extents import STRIPE, Run, Segment, Volume, runs_of

__all__ = [
    "first_fit",
    "free_runs",
    "grow",
    "joined",
    "linear",
    "lined_up",
    "shrink",
    "striped",
    "without",
]

V = TypeVar("V", bound=Volume)


def free_runs(sizes: Sequence[int], volumes: Iterable[Volume]) -> tuple[Run, ...]:
    """Maximal free runs of PVs with these many extents, by PV, then by address."""
    space = [Run(pv, 0, size) for pv, size in enumerate(sizes)]
    return without(space, (run for volume in volumes for run in runs_of(volume)))


def without(space: Iterable[Run], taken: Iterable[Run]) -> tuple[Run, ...]:
    """What is left of `space`, in its order."""
    left, in_order = [], sorted(taken, key=lambda run: (run.pv, run.first))
    for run in space:
        at = run.first
        for used in in_order:
            if used.pv != run.pv or used.last < at or used.first > run.last:
                continue
            if used.first > at:
                left.append(Run(run.pv, at, used.first - at))
            at = used.last + 1
        if at <= run.last:
            left.append(Run(run.pv, at, run.last - at + 1))
    return tuple(left)


def first_fit(free: Sequence[Run], need: int) -> tuple[Run, ...]:
    """Extents for a new linear volume: the first run that holds all, else runs in order."""
    require(need >= 1, "extents={n}: choose 1 or more", n=need)
    for run in free:
        if run.count >= need:
            return (replace(run, count=need),)
    return _in_order(free, need)


def _in_order(free: Iterable[Run], need: int) -> tuple[Run, ...]:
    found, wanted = [], need
    for run in free:
        if wanted:
            found.append(replace(run, count=min(run.count, wanted)))
            wanted -= found[-1].count
    require(not wanted, "extents={n}: only {free} are free here", n=need, free=need - wanted)
    return tuple(found)


def linear(free: Sequence[Run], need: int, start: int = 0) -> tuple[Segment, ...]:
    """Segments of a new linear volume."""
    return tuple(joined(lined_up([first_fit(free, need)], start, STRIPE)))


def striped(
    free: Sequence[Run], need: int, stripes: int, stripe: int = STRIPE, start: int = 0
) -> tuple[Segment, ...]:
    """Segments of a new striped volume: the first `stripes` PVs with room for a share each."""
    if stripes == 1:
        return linear(free, need, start)
    require(stripes >= 1, "stripes={n}: choose 1 or more", n=stripes)
    require(
        need >= 1 and need % stripes == 0, "extents={n}: choose a multiple of {stripes}, the stripes",
        n=need, stripes=stripes,
    )  # fmt: skip
    require(
        stripe >= 4096 and stripe & (stripe - 1) == 0,
        "stripe={n}: choose a power of 2, 4096 bytes or more", n=stripe,
    )  # fmt: skip
    share = need // stripes
    chosen = _with_room(free, share)[:stripes]
    require(
        len(chosen) == stripes,
        "stripes={stripes}: {share} free extents on {stripes} different PVs are needed, {found} have them",
        stripes=stripes, share=share, found=len(chosen),
    )  # fmt: skip
    lanes = [first_fit([run for run in free if run.pv == pv], share) for pv in chosen]
    return tuple(joined(lined_up(lanes, start, stripe)))


def _with_room(free: Sequence[Run], share: int) -> list[int]:
    pvs = dict.fromkeys(run.pv for run in free)
    return [pv for pv in pvs if sum(run.count for run in free if run.pv == pv) >= share]


def lined_up(
    lanes: Sequence[Sequence[Run]], start: int = 0, stripe: int = STRIPE
) -> Iterator[Segment]:
    """Lanes of equal length, cut where any of them changes its run."""
    rest = [list(lane) for lane in lanes]
    while rest[0]:
        step = min(lane[0].count for lane in rest)
        areas = tuple(replace(lane[0], count=step) for lane in rest)
        yield Segment(start, step * len(lanes), areas, stripe)
        start += step * len(lanes)
        for lane in rest:
            run = lane.pop(0)
            if run.count > step:
                lane.insert(0, Run(run.pv, run.first + step, run.count - step))


def joined(segments: Iterable[Segment]) -> list[Segment]:
    """Neighbours that lie together on every PV become one segment."""
    out: list[Segment] = []
    for segment in segments:
        if out and _follows(out[-1], segment):
            pairs = zip(out[-1].areas, segment.areas, strict=True)
            areas = tuple(replace(a, count=a.count + b.count) for a, b in pairs)
            out[-1] = replace(out[-1], count=out[-1].count + segment.count, areas=areas)
        else:
            out.append(segment)
    return out


def _follows(before: Segment, after: Segment) -> bool:
    return len(before.areas) == len(after.areas) and all(
        a.pv == b.pv and a.last + 1 == b.first
        for a, b in zip(before.areas, after.areas, strict=True)
    )


def grow(volume: V, free: Sequence[Run], more: int) -> V:
    """The volume with `more` extents: behind its last one, then on its PV, then on the others."""
    require(more >= 1, "extents={n}: choose 1 or more", n=more)
    last = volume.segments[-1]
    if len(last.areas) == 1:
        lanes = [_in_order(_nearest(free, last.areas[0]), more)]
    else:
        lanes = _grown_lanes(free, last, more)
    added = lined_up(lanes, volume.extents, last.stripe)
    return replace(volume, segments=tuple(joined([*volume.segments, *added])))


def _grown_lanes(free: Sequence[Run], last: Segment, more: int) -> list[tuple[Run, ...]]:
    """Each stripe grows on its own PV while all of them have room, the rest as a new volume."""
    stripes = len(last.areas)
    require(
        more % stripes == 0, "extents={n}: choose a multiple of {stripes}, the stripes",
        n=more, stripes=stripes,
    )  # fmt: skip
    own = [[run for run in _nearest(free, area) if run.pv == area.pv] for area in last.areas]
    near = min(more // stripes, *(sum(run.count for run in runs) for runs in own))
    lanes = [_in_order(runs, near) for runs in own]
    rest = more - near * stripes
    if not rest:
        return lanes
    left = without(free, (run for lane in lanes for run in lane))
    far = [segment.areas for segment in striped(left, rest, stripes, last.stripe)]
    return [(*lane, *added) for lane, added in zip(lanes, zip(*far, strict=True), strict=True)]


def _nearest(free: Sequence[Run], area: Run) -> list[Run]:
    """Free runs in the order in which an extension takes them."""
    after = [run for run in free if run.pv == area.pv and run.first == area.last + 1]
    same = [run for run in free if run.pv == area.pv and run not in after]
    return [*after, *same, *(run for run in free if run.pv != area.pv)]


def shrink(volume: V, extents: int) -> V:
    """The volume with only its first `extents` extents; a striped one ends at a full stripe."""
    require(
        1 <= extents <= volume.extents, "extents={n}: choose 1 to {most}",
        n=extents, most=volume.extents,
    )  # fmt: skip
    kept = []
    for segment in volume.segments:
        if segment.start < extents:
            count = min(segment.count, extents - segment.start)
            kept.append(_cut(segment, count))
    return replace(volume, segments=tuple(kept))


def _cut(segment: Segment, count: int) -> Segment:
    stripes = len(segment.areas)
    require(
        count % stripes == 0, "extents={n}: choose a multiple of {stripes}, the stripes",
        n=segment.start + count, stripes=stripes,
    )  # fmt: skip
    areas = tuple(replace(area, count=count // stripes) for area in segment.areas)
    return replace(segment, count=count, areas=areas)
