"""A learner's own layout: drawn and checked with the rules every layout must keep.

A layout is a function `place(chunk, disks)` that returns `{"disk": d, "row": r}` and, with
parity, `"parity": p` (a disk, or the disks of P and Q). Modelled: no place used twice,
every row's parity in one place and never on its own data. Left out: copies of chunks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coursekit.sims.message import ParameterError, require
from coursekit.sims.raid.layouts import Cell, Grid

__all__ = ["Spread", "check_layout", "spread"]

PARITY: tuple[Literal["P", "Q"], ...] = ("P", "Q")


@dataclass(frozen=True)
class Spread:
    """How work falls on the disks of a grid.

    `reads`: disk reads when every chunk is read once; `writes`: disk writes when every
    chunk is written alone once, its parity each time; `neighbours`: disks that serve as
    many chunks in a row as there are disks, on average; `free`: places left empty.
    """

    reads: tuple[int, ...]
    writes: tuple[int, ...]
    neighbours: float
    free: int


def check_layout(place: Callable[[int, int], Mapping[str, Any]], disks: int, stripes: int) -> Grid:
    """The first `stripes` rows that `place` fills.

    Raises ParameterError naming the first chunk that breaks a rule, and the rule.
    As many chunks are asked for as the rows have places; those further down are not drawn.
    """
    require(disks >= 2, "disks={disks}: choose 2 or more", disks=disks)
    require(stripes >= 1, "stripes={stripes}: choose 1 or more", stripes=stripes)
    taken: dict[tuple[int, int], Cell] = {}
    parity_of: dict[int, tuple[int, ...]] = {}
    for chunk in range(disks * stripes):
        disk, row, parity = _answer(place(chunk, disks), chunk, disks)
        other = taken.get((row, disk))
        require(
            other is None, "chunk={chunk}: disk {disk}, row {row} already holds {other}",
            chunk=chunk, disk=disk, row=row, other=other.label if other else "",
        )  # fmt: skip
        known = parity_of.setdefault(row, parity)
        require(
            known == parity, "chunk={chunk}: parity of row {row} is on {parity}, earlier on {known}",
            chunk=chunk, row=row, parity=list(parity), known=list(known),
        )  # fmt: skip
        taken[row, disk] = Cell("data", chunk)
        for name, holder in zip(PARITY, parity, strict=False):
            taken[row, holder] = Cell(name)
    free = Cell("free")
    rows = range(stripes)
    return Grid(disks, tuple(tuple(taken.get((r, d), free) for d in range(disks)) for r in rows))


def spread(grid: Grid) -> Spread:
    """How reads and single writes fall on the disks of a grid without copies."""
    n = grid.disks
    reads, writes = [0] * n, [0] * n
    disk_of: dict[int, int] = {}
    for row in grid.rows:
        data = [cell.chunk is not None for cell in row]
        for disk, cell in enumerate(row):
            reads[disk] += data[disk]
            writes[disk] += sum(data) if cell.kind in PARITY else data[disk]
            if cell.chunk is not None:
                disk_of[cell.chunk] = disk
    free = sum(cell.kind == "free" for row in grid.rows for cell in row)
    return Spread(tuple(reads), tuple(writes), _neighbours(disk_of, n), free)


def _neighbours(disk_of: dict[int, int], disks: int) -> float:
    """Mean number of different disks among `disks` consecutive chunks."""
    order = [disk_of[chunk] for chunk in sorted(disk_of)]
    runs = [order[i : i + disks] for i in range(max(1, len(order) - disks + 1))]
    return sum(len(set(run)) for run in runs) / len(runs)


def _answer(said: Any, chunk: int, disks: int) -> tuple[int, int, tuple[int, ...]]:
    """Disk, row and parity disks of one answer, each checked."""
    if not isinstance(said, Mapping) or not {"disk", "row"} <= set(said):
        raise ParameterError(
            'chunk={chunk}: return {{"disk": …, "row": …}}, and "parity" if there is one; got {said}',
            chunk=chunk, said=repr(said),
        )  # fmt: skip
    parity = said.get("parity")
    holders = () if parity is None else parity if isinstance(parity, (list, tuple)) else (parity,)
    require(
        len(holders) <= len(PARITY), "parity={parity}: chunk {chunk} may have two parity disks at most",
        parity=list(holders), chunk=chunk,
    )  # fmt: skip
    twice = len(set(holders)) < len(holders)
    require(
        not twice, "parity={parity}: chunk {chunk} names a disk twice",
        parity=list(holders), chunk=chunk,
    )  # fmt: skip
    for name, disk in (("disk", said["disk"]), *(("parity", each) for each in holders)):
        _check_whole(name, disk, chunk)
        require(
            0 <= disk < disks, "{name}={disk}: chunk {chunk} needs a disk from 0 to {last}",
            name=name, disk=disk, chunk=chunk, last=disks - 1,
        )  # fmt: skip
    _check_whole("row", said["row"], chunk)
    require(
        said["row"] >= 0, "row={row}: chunk {chunk} needs 0 or more", row=said["row"], chunk=chunk
    )
    require(
        said["disk"] not in holders, "disk={disk}: chunk {chunk} lies on its own parity disk",
        disk=said["disk"], chunk=chunk,
    )  # fmt: skip
    return said["disk"], said["row"], tuple(holders)


def _check_whole(name: str, value: Any, chunk: int) -> None:
    require(
        isinstance(value, int) and not isinstance(value, bool),
        "{name}={value}: chunk {chunk} needs a whole number", name=name, value=repr(value), chunk=chunk,
    )  # fmt: skip
