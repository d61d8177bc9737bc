"""Extents: who owns which piece of which disk, and where a byte of a volume lies.

Modelled: physical volumes (PV) cut into equal extents; a logical volume (LV) as a list of
segments, each on one PV (linear) or in turns on several (striped); which volumes a dead PV
damages. Which extents a volume gets: `allocate`. Left out: RAID volumes; the metadata area is
only its size. Sources: lvm(8), pvcreate(8), lvcreate(8).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.sims.message import require

__all__ = ["EXTENT", "PE_START", "STRIPE", "Run", "Segment", "Volume", "damaged", "extents_for", "lost_extents", "owner", "place", "risk", "runs_of", "unit", "usable_extents"]  # fmt: skip

EXTENT = 4 << 20  # bytes; the default of vgcreate
PE_START = 1 << 20  # bytes; where extent 0 begins, after label and metadata
STRIPE = 64 << 10  # bytes; the default stripe size


@dataclass(frozen=True)
class Run:
    """Extents that lie together on one PV."""

    pv: int
    first: int
    count: int

    @property
    def last(self) -> int:
        """Number of the last extent; below `first` if there is none."""
        return self.first + self.count - 1


@dataclass(frozen=True)
class Segment:
    """`count` extents of a volume from `start` on; one area (linear) or one a stripe.

    An area begins at extent `first` of its PV and has count / stripes extents.
    """

    start: int
    count: int
    areas: tuple[Run, ...]
    stripe: int = STRIPE

    def __post_init__(self) -> None:
        require(self.count >= 1, "count={n}: a segment has 1 extent or more", n=self.count)
        require(
            self.count == sum(area.count for area in self.areas)
            and len({area.count for area in self.areas}) == 1,
            "count={n}: the areas of a segment share its extents equally", n=self.count,
        )  # fmt: skip

    @property
    def end(self) -> int:
        """The first extent of the volume behind this segment."""
        return self.start + self.count


@dataclass(frozen=True)
class Volume:
    """A logical volume: its segments in the order of its own extents."""

    name: str
    segments: tuple[Segment, ...] = ()

    @property
    def extents(self) -> int:
        """Its size in extents."""
        return self.segments[-1].end if self.segments else 0

    @property
    def stripes(self) -> int:
        """Areas side by side; 1 if linear."""
        return len(self.segments[0].areas) if self.segments else 1


def usable_extents(size: int, extent: int = EXTENT, pe_start: int = PE_START) -> int:
    """Extents that a disk or partition of `size` bytes gives; the rest of the last one is lost."""
    require(extent > 0, "extent={n}: choose more than 0", n=extent)
    require(
        size >= pe_start + extent, "size={size}: a PV needs {least} bytes or more",
        size=size, least=pe_start + extent,
    )  # fmt: skip
    return (size - pe_start) // extent


def extents_for(size: int, extent: int = EXTENT, stripes: int = 1) -> int:
    """Extents of a volume of `size` bytes: rounded up, a striped one to a multiple of `stripes`."""
    require(size > 0, "size={size}: choose more than 0", size=size)
    require(stripes >= 1, "stripes={n}: choose 1 or more", n=stripes)
    share = extent * stripes  # bytes that add one extent to every stripe
    return (size + share - 1) // share * stripes


def runs_of(volume: Volume) -> tuple[Run, ...]:
    """All areas of a volume, in the order of its extents, stripe after stripe."""
    return tuple(area for segment in volume.segments for area in segment.areas)


def unit(byte: int, stripes: int, stripe: int = STRIPE) -> tuple[int, int]:
    """Which stripe holds a byte of a striped segment, and at which byte of its area."""
    number, rest = divmod(byte, stripe)
    return number % stripes, number // stripes * stripe + rest


def place(volume: Volume, byte: int, extent: int = EXTENT, pe_start: int = PE_START) -> tuple[int, int]:  # fmt: skip
    """The PV and its byte that hold a byte of the volume."""
    size = volume.extents * extent
    require(0 <= byte < size, "byte={byte}: choose 0 to {last}", byte=byte, last=size - 1)
    segment = next(each for each in volume.segments if byte < each.end * extent)
    offset = byte - segment.start * extent
    lane, within = 0, offset
    if len(segment.areas) > 1:
        lane, within = unit(offset, len(segment.areas), segment.stripe)
    area = segment.areas[lane]
    return area.pv, pe_start + area.first * extent + within


def owner(
    volumes: Iterable[Volume], pv: int, byte: int, extent: int = EXTENT, pe_start: int = PE_START
) -> tuple[str, int] | None:
    """The way back: which volume's byte lies there; None if the place is free or metadata."""
    for volume in volumes:
        for segment in volume.segments:
            for lane, area in enumerate(segment.areas):
                within = byte - pe_start - area.first * extent
                if area.pv == pv and 0 <= within < area.count * extent:
                    return volume.name, segment.start * extent + _back(segment, lane, within)
    return None


def _back(segment: Segment, lane: int, within: int) -> int:
    if len(segment.areas) == 1:
        return within
    turn, rest = divmod(within, segment.stripe)
    return (turn * len(segment.areas) + lane) * segment.stripe + rest


def lost_extents(volume: Volume, pv: int) -> int:
    """Extents' worth of the volume that die with a PV."""
    return sum(run.count for run in runs_of(volume) if run.pv == pv)


def damaged(volumes: Iterable[Volume], pv: int) -> tuple[str, ...]:
    """Volumes with one extent or more on a PV: what its death damages."""
    return tuple(volume.name for volume in volumes if lost_extents(volume, pv))


def risk(p: float, pvs: int) -> float:
    """Chance that a volume on `pvs` disks is damaged when each disk dies with chance `p`."""
    require(0 <= p <= 1, "p={p}: choose 0 to 1", p=p)
    require(pvs >= 1, "pvs={n}: choose 1 or more", n=pvs)
    return float(1 - (1 - p) ** pvs)
