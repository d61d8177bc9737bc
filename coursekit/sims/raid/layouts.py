"""RAID layouts: on which disk, and in which row of that disk, every chunk lives.

Modelled: the address arithmetic of Linux md for levels 0, 1, 4, 5, 6 and 10, and RAID 01
(a mirror of two stripes) to compare with. A row is the same chunk number on every disk;
with parity it is one stripe. Left out: disks of unequal size, DDF layouts, reshaping.
`near` with `offset` needs whole mirrors in a row: md's own arithmetic would otherwise put
two chunks in one place. Source: md(4); Linux drivers/md/raid5.c and raid10.c.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = [
    "LAYOUTS",
    "LEVELS",
    "MIN_DISKS",
    "Array",
    "Cell",
    "Grid",
    "Place",
    "chunk_at",
    "data_disks",
    "efficiency",
    "grid",
    "locate",
    "parity_disks",
    "places",
    "row",
    "usable",
]

Level = Literal["0", "1", "4", "5", "6", "10", "01"]
Layout = Literal["left-symmetric", "left-asymmetric", "right-symmetric", "right-asymmetric"]
Kind = Literal["data", "P", "Q", "copy", "free"]

LEVELS: tuple[str, ...] = get_args(Level)
LAYOUTS: tuple[str, ...] = get_args(Layout)
MIN_DISKS = {"0": 2, "1": 2, "4": 3, "5": 3, "6": 4, "10": 2, "01": 4}
MAX_DISKS = 32
SECTORS_PER_KIB = 2


@dataclass(frozen=True, kw_only=True)
class Array:
    """The shape of one array; it holds no data and never changes.

    `layout` matters for levels 5 and 6; `near`, `far`, `offset` for level 10 (near=2 is
    md's n2; near=1, far=2 is f2; with offset=True o2); `chunks_per_disk` only for far.
    """

    level: Level = "5"
    disks: int = 4
    layout: Layout = "left-symmetric"
    near: int = 2
    far: int = 1
    offset: bool = False
    chunk_kib: int = 512
    chunks_per_disk: int = 12

    def __post_init__(self) -> None:
        level, disks = self.level, self.disks
        _choice("level", level, LEVELS)
        _choice("layout", self.layout, LAYOUTS)
        least = MIN_DISKS[level]
        require(
            disks >= least, "disks={disks}: RAID {level} needs {least} or more",
            disks=disks, level=level, least=least,
        )  # fmt: skip
        require(disks <= MAX_DISKS, "disks={disks}: {most} at most", disks=disks, most=MAX_DISKS)
        require(
            level != "01" or disks % 2 == 0,
            "disks={disks}: RAID 01 needs an even number (two equal sides)", disks=disks,
        )  # fmt: skip
        require(
            self.chunk_kib >= 4 and self.chunk_kib & (self.chunk_kib - 1) == 0,
            "chunk_kib={chunk_kib}: choose a power of 2 from 4 up", chunk_kib=self.chunk_kib,
        )  # fmt: skip
        if level == "10":
            self._check_copies()

    def _check_copies(self) -> None:
        near, far, disks = self.near, self.far, self.disks
        require(near >= 1, "near={near}: choose 1 or more", near=near)
        require(far >= 1, "far={far}: choose 1 or more", far=far)
        require(near * far >= 2, "near={near}: with far=1, choose 2 or more", near=near)
        require(
            near * far <= disks,
            "disks={disks}: near={near} times far={far} copies need as many disks",
            near=near, far=far, disks=disks,
        )  # fmt: skip
        if self.offset:
            require(far >= 2, "far={far}: an offset layout needs 2 or more", far=far)
            fits = disks % near == 0
            require(fits, "near={near}: offset needs a divisor of {disks}", near=near, disks=disks)
        elif far > 1:
            rows = self.chunks_per_disk
            require(
                rows >= far and rows % far == 0,
                "chunks_per_disk={rows}: far={far} needs a multiple of {far}", rows=rows, far=far,
            )  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What one disk holds in one row.

    `chunk` is None for parity and free space; `copy` counts from 0; `power` is the
    exponent of g that the chunk has in Q (level 6 only).
    """

    kind: Kind
    chunk: int | None = None
    copy: int = 0
    power: int | None = None

    @property
    def label(self) -> str:
        """What to write in the cell: the chunk, P, Q, or a dash for free space."""
        if self.chunk is None:
            return "—" if self.kind == "free" else self.kind
        return str(self.chunk)


@dataclass(frozen=True)
class Grid:
    """`rows[row][disk]` is the Cell there."""

    disks: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def text(self) -> str:
        """The rows as text: `0 1 2 P | 4 5 P 3`."""
        return " | ".join(" ".join(cell.label for cell in each) for each in self.rows)


@dataclass(frozen=True)
class Place:
    """Where one sector is: addresses in sectors of 512 B, `row` in chunks.

    `parity` is the disk of P, then of Q; `copies` every (disk, row) that holds the chunk,
    the first one being (disk, row).
    """

    chunk: int
    disk: int
    row: int
    disk_lba: int
    parity: tuple[int, ...]
    copies: tuple[tuple[int, int], ...]


def data_disks(array: Array) -> int:
    """How many different chunks one row holds; RAID 10: how many it holds whole."""
    n, near = array.disks, array.near
    widths = {"0": n, "1": 1, "4": n - 1, "5": n - 1, "6": n - 2, "10": n // near, "01": n // 2}
    return widths[array.level]


def usable(array: Array) -> float:
    """Space left for data, in disks; RAID 10 may leave half a disk."""
    if array.level == "10":
        return array.disks / (array.near * array.far)
    return float(data_disks(array))


def efficiency(array: Array) -> float:
    """Space left for data, as a share of what was bought."""
    return usable(array) / array.disks


def parity_disks(array: Array, stripe: int) -> tuple[int, ...]:
    """The disk of P, then of Q, in one stripe; empty for levels without parity."""
    n = array.disks
    if array.level == "4":
        return (n - 1,)
    if array.level not in ("5", "6"):
        return ()
    p = n - 1 - stripe % n if array.layout.startswith("left") else stripe % n
    return (p,) if array.level == "5" else (p, (p + 1) % n)


def places(array: Array, chunk: int) -> tuple[tuple[int, int], ...]:
    """Every (disk, row) that holds the chunk; ParameterError outside the array."""
    require(chunk >= 0, "chunk={chunk}: choose 0 or more", chunk=chunk)
    if array.level == "10":
        return _copies(array, chunk)
    if array.level == "1":
        return tuple((disk, chunk) for disk in range(array.disks))
    width = data_disks(array)
    stripe, k = divmod(chunk, width)
    if array.level == "01":
        return ((k, stripe), (width + k, stripe))
    return ((_data_disk(array, stripe, k), stripe),)


def chunk_at(array: Array, disk: int, row: int) -> Cell:
    """What a disk holds in a row: the inverse of `places`."""
    last = array.disks - 1
    require(0 <= disk <= last, "disk={disk}: choose 0 to {last}", disk=disk, last=last)
    require(row >= 0, "row={row}: choose 0 or more", row=row)
    width = data_disks(array)
    match array.level:
        case "10":
            return _copy_at(array, disk, row)
        case "1":
            return Cell("copy" if disk else "data", row, disk)
        case "01":
            side, k = divmod(disk, width)
            return Cell("copy" if side else "data", row * width + k, side)
    parity = parity_disks(array, row)
    if disk in parity:
        return Cell("P" if disk == parity[0] else "Q")
    k = _data_index(array, disk, parity)
    power = (disk - parity[1] - 1) % array.disks if array.level == "6" else None
    return Cell("data", row * width + k, 0, power)


def row(array: Array, stripe: int) -> tuple[Cell, ...]:
    """What every disk holds in one row."""
    return tuple(chunk_at(array, disk, stripe) for disk in range(array.disks))


def grid(array: Array, stripes: int) -> Grid:
    """The first `stripes` rows of the array."""
    require(stripes >= 1, "stripes={stripes}: choose 1 or more", stripes=stripes)
    return Grid(array.disks, tuple(row(array, stripe) for stripe in range(stripes)))


def locate(array: Array, lba: int) -> Place:
    """Where the logical sector `lba` (512 B) is; ParameterError outside the array."""
    require(lba >= 0, "lba={lba}: choose 0 or more", lba=lba)
    sectors = array.chunk_kib * SECTORS_PER_KIB
    chunk, offset = divmod(lba, sectors)
    copies = places(array, chunk)
    disk, stripe = copies[0]
    parity = parity_disks(array, stripe)
    return Place(chunk, disk, stripe, stripe * sectors + offset, parity, copies)


def _choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    require(
        value in choices, "{name}={value}: choose one of {choices}",
        name=name, value=value, choices=", ".join(choices),
    )  # fmt: skip


def _data_disk(array: Array, stripe: int, k: int) -> int:
    parity = parity_disks(array, stripe)
    if array.level in ("0", "4"):
        return k
    if array.layout.endswith("-symmetric"):
        return (parity[-1] + 1 + k) % array.disks
    for taken in sorted(parity):  # asymmetric: in disk order, stepping over parity
        k += k >= taken
    return k


def _data_index(array: Array, disk: int, parity: tuple[int, ...]) -> int:
    if parity and array.level != "4" and array.layout.endswith("-symmetric"):
        return (disk - parity[-1] - 1) % array.disks
    return disk - sum(taken < disk for taken in parity)


def _is_far(array: Array) -> bool:
    """Whether further copies live in another part of the disk, not in the next row."""
    return array.far > 1 and not array.offset


def _stride(array: Array) -> int:
    """How many rows further down the next far copy is."""
    return array.chunks_per_disk // array.far if _is_far(array) else 1


def _copies(array: Array, chunk: int) -> tuple[tuple[int, int], ...]:
    n, near, far = array.disks, array.near, array.far
    if _is_far(array):
        held = _stride(array) * n // near
        require(chunk < held, "chunk={chunk}: this array holds {held}", chunk=chunk, held=held)
    stripe, disk = divmod(chunk * near, n)
    first = stripe * far if array.offset else stripe
    near_set = [divmod(disk + j, n) for j in range(near)]  # past the last disk: next row
    return tuple(
        ((d + i * near) % n, first + wrapped + i * _stride(array))
        for wrapped, d in near_set
        for i in range(far)
    )


def _copy_at(array: Array, disk: int, row: int) -> Cell:
    n, near, far = array.disks, array.near, array.far
    i, stripe = divmod(row, _stride(array)) if _is_far(array) else (row % far, row // far)
    chunk, j = divmod(stripe * n + (disk - i * near) % n, near)
    if _is_far(array) and (i >= far or chunk >= _stride(array) * n // near):
        return Cell("free")
    copy = j * far + i
    return Cell("copy" if copy else "data", chunk, copy)
