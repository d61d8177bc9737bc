"""One pvmove from beginning to end, extent by extent, with a power failure where it is asked for.

Built on `pvmove`. Modelled: volumes that lie one after the other on a disk of 16 extents of 1 GiB,
an empty disk beside it; the machine fails while an extent is copied. Left out: as in `pvmove`.
"""

from functools import lru_cache
from typing import Literal, get_args

from coursekit.sims.message import require
from coursekit.sims.volumes import pvmove
from coursekit.sims.volumes.extents import Run, Segment, Volume
from coursekit.sims.volumes.pvmove import Deed, Moving, Told

__all__ = ["EXTENT_MIB", "SIZE", "Then", "held", "play", "seconds", "volumes_of"]

SIZE = 16  # extents of a disk
EXTENT_MIB = 1024.0
NAMES = "abcd"

Then = Literal["resume", "abort"]


def volumes_of(extents: int, count: int) -> tuple[Volume, ...]:
    """So many volumes on PV 0, as equal as can be."""
    require(1 <= extents <= SIZE, "extents={n}: choose 1 to {most}, the disk", n=extents, most=SIZE)
    require(
        1 <= count <= min(extents, len(NAMES)), "volumes={n}: choose 1 to {most}",
        n=count, most=min(extents, len(NAMES)),
    )  # fmt: skip
    ends = [extents * k // count for k in range(count + 1)]
    return tuple(
        Volume(name, (Segment(0, end - start, (Run(0, start, end - start),)),))
        for name, start, end in zip(NAMES, ends, ends[1:], strict=False)
    )


@lru_cache(maxsize=32)
def play(extents: int, volumes: int = 1, crash: int = 0, then: Then = "resume") -> Told:
    """The whole move; at extent `crash` the power fails when half of it is copied (0: never)."""
    require(0 <= crash <= extents, "crash={n}: choose 0 (never) to {most}", n=crash, most=extents)
    require(then in get_args(Then), "then={then}: choose resume or abort", then=then)
    first = pvmove.start((SIZE, SIZE), pvmove.plan((SIZE, SIZE), volumes_of(extents, volumes), 0, 1), EXTENT_MIB)  # fmt: skip
    whole = Deed("tick", EXTENT_MIB)
    if not crash:
        return pvmove.tell(first, [whole] * extents)
    before = [whole] * (crash - 1) + [Deed("tick", EXTENT_MIB / 2), Deed("crash"), Deed("resume")]
    after = [Deed("abort")] if then == "abort" else [whole] * (extents - crash + 1)
    return pvmove.tell(first, before + after)


def held(state: Moving) -> dict[tuple[int, int], tuple[str, int]]:
    """Which extent of which volume has a valid copy where."""
    return {
        place: (volume.name, cell)
        for volume in state.volumes
        for cell in range(volume.extents)
        for place in pvmove.places(state, volume.name, cell)
    }


def seconds(state: Moving, mib_s: float) -> float:
    """How long the disks have copied, with what was copied twice."""
    return pvmove.seconds(1, state.work_mib, mib_s)
