"""E8.1: on which disk a sector is, and which disks keep its parity."""

from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.raid import layouts

Level = Literal["0", "4", "5", "6"]
Answer = dict[str, Any]

_LAYOUTS_OF_6 = ("left-symmetric", "left-asymmetric")


def raid_map(level: Level, layout: str, n: int, chunk_kib: int, lba: int) -> Answer:
    """Disk, sector of that disk, and the disks of P then Q; layout is ignored for 0 and 4."""
    place = layouts.locate(_array(level, layout, n, chunk_kib), lba)
    return {"disk": place.disk, "disk_lba": place.disk_lba, "parity": list(place.parity)}


def _array(level: Level, layout: str, n: int, chunk_kib: int) -> layouts.Array:
    array = layouts.Array(level=level, disks=n, chunk_kib=chunk_kib)
    if level in ("0", "4"):
        return array
    choices = ", ".join(layouts.LAYOUTS)
    require(
        layout in layouts.LAYOUTS,
        "layout={layout}: choose one of {choices}",
        layout=layout,
        choices=choices,
    )
    return replace(array, layout=cast("layouts.Layout", layout))


def _cases(rng: np.random.Generator) -> Args:
    level = str(rng.choice(["0", "4", "5", "5", "5", "6", "6"]))
    names = {"5": layouts.LAYOUTS, "6": _LAYOUTS_OF_6}.get(level, ("",))
    return {
        "level": level,
        "layout": str(rng.choice(names)),
        "n": int(rng.integers(4 if level == "6" else 3, 13)),
        "chunk_kib": int(2 ** rng.integers(2, 11)),
        "lba": int(rng.integers(10_000_000)),
    }


def _other_way(level: Level, layout: str, n: int, chunk_kib: int, lba: int) -> Answer:
    side, _, rest = layout.partition("-")
    turned = f"{'right' if side == 'left' else 'left'}-{rest}"
    return raid_map(level, turned, n, chunk_kib, lba)


def _other_symmetry(level: Level, layout: str, n: int, chunk_kib: int, lba: int) -> Answer:
    side, _, rest = layout.partition("-")
    turned = f"{side}-{'asymmetric' if rest == 'symmetric' else 'symmetric'}"
    return raid_map(level, turned, n, chunk_kib, lba)


def _without_offset(level: Level, layout: str, n: int, chunk_kib: int, lba: int) -> Answer:
    said = raid_map(level, layout, n, chunk_kib, lba)
    sectors = chunk_kib * layouts.SECTORS_PER_KIB
    return said | {"disk_lba": said["disk_lba"] // sectors * sectors}


def _parity_at_the_end(level: Level, layout: str, n: int, chunk_kib: int, lba: int) -> Answer:
    if level != "6":
        return raid_map("0" if level == "0" else "4", layout, n, chunk_kib, lba)
    said = raid_map("4", layout, n - 1, chunk_kib, lba)
    return said | {"parity": [n - 2, n - 1]}


def _kib_for_sectors(level: Level, layout: str, n: int, chunk_kib: int, lba: int) -> Answer:
    twice = layouts.SECTORS_PER_KIB  # all addresses doubled: a chunk of half as many sectors
    said = raid_map(level, layout, n, chunk_kib, twice * lba)
    return said | {"disk_lba": said["disk_lba"] // twice}


def _sample(
    level: str, layout: str, n: int, chunk_kib: int, lba: int, answer: tuple[int, int, list[int]]
) -> Sample:
    disk, disk_lba, parity = answer
    args = {"level": level, "layout": layout, "n": n, "chunk_kib": chunk_kib, "lba": lba}
    return Sample(args, {"disk": disk, "disk_lba": disk_lba, "parity": parity})


MAPPING = Exercise(
    id="E8.1",
    chapter="raid",
    title=mark("Find the disk of a sector"),
    reference=raid_map,
    cases=_cases,
    samples=(
        _sample("5", "left-symmetric", 4, 512, 5000, (0, 1928, [2])),
        _sample("0", "", 4, 64, 1000, (3, 232, [])),
        _sample("6", "left-symmetric", 6, 64, 12345, (1, 3129, [5, 0])),
        _sample("5", "left-asymmetric", 5, 4, 77, (1, 21, [2])),
        _sample("5", "right-symmetric", 3, 128, 999_999, (1, 500_031, [0])),
    ),
    wrong=(
        Wrong(
            "right for left",
            _other_way,
            mark(
                "Your parity turns the other way: left layouts start with P on the last disk and go down, right layouts start on disk 0 and go up."
            ),
        ),
        Wrong(
            "asymmetric for symmetric",
            _other_symmetry,
            mark(
                "You exchange symmetric and asymmetric: symmetric data start on the disk after the parity and wrap around; asymmetric data go in the order of the disks and step over the parity."
            ),
        ),
        Wrong(
            "no offset",
            _without_offset,
            mark(
                "You give the first sector of the chunk: add the offset inside the chunk, lba modulo the sectors of a chunk."
            ),
        ),
        Wrong(
            "parity on the last disk",
            _parity_at_the_end,
            mark(
                "Your parity always sits on the last disks: that is RAID 4. In RAID 5 and 6 it moves with each stripe."
            ),
        ),
        Wrong(
            "KiB for sectors",
            _kib_for_sectors,
            mark(
                "You count KiB as sectors: a sector is 512 bytes, so a chunk of n KiB has 2·n sectors."
            ),
        ),
    ),
)
