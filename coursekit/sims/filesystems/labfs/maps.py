"""From a block's number in a file to its place on the volume: direct, single, double.

A pointer 0 is a hole: it reads as zeros and costs nothing.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from coursekit.sims.filesystems.labfs.blocks import LabError, Work
from coursekit.sims.filesystems.labfs.layout import BLOCK, DIRECT, MAX_BLOCKS, PER_MAP, Inode
from coursekit.sims.filesystems.labfs.store import take_block
from coursekit.sims.message import Message

Pointers = tuple[int, ...]
_MAP = struct.Struct(f"<{PER_MAP}I")


@dataclass(frozen=True)
class Claims:
    """Blocks of an inode: data by number in the file, and the blocks of pointers."""

    data: tuple[tuple[int, int], ...]
    maps: tuple[int, ...]

    @property
    def blocks(self) -> tuple[int, ...]:
        return (*(block for _, block in self.data), *self.maps)


def where(index: int) -> Pointers:
    """The pointer of each level, outermost first: (5,), (12, 3), (13, 0, 7)."""
    if not 0 <= index < MAX_BLOCKS:
        raise LabError("EFBIG", Message.of("block={index}: EFBIG, a file has at most {limit} blocks", index=index, limit=MAX_BLOCKS))  # fmt: skip
    if index < DIRECT:
        return (index,)
    if index < DIRECT + PER_MAP:
        return (DIRECT, index - DIRECT)
    return (DIRECT + 1, *divmod(index - DIRECT - PER_MAP, PER_MAP))


def pointers(data: bytes) -> Pointers:
    return _MAP.unpack(data)


def packed(numbers: Pointers) -> bytes:
    return _MAP.pack(*numbers)


def find(work: Work, inode: Inode, index: int) -> int:
    """The block that holds this part of the file, 0 in a hole."""
    first, *rest = where(index)
    block = inode.pointers[first]
    for slot in rest:
        if not block:
            return 0
        block = pointers(work.read(block, "map"))[slot]
    return block


def assign(work: Work, inode: Inode, index: int, block: int) -> Inode:
    """The inode with this block in its place; map blocks are taken as needed."""
    first, *rest = where(index)
    if not rest:
        return _pointing(inode, first, block)
    top = inode.pointers[first] or _new_map(work)
    at = top
    for slot in rest[:-1]:
        below = pointers(work.read(at, "map"))[slot]
        if not below:
            below = _new_map(work)
            _set(work, at, slot, below)
        at = below
    _set(work, at, rest[-1], block)
    return _pointing(inode, first, top)


def _pointing(inode: Inode, slot: int, block: int) -> Inode:
    return replace(inode, pointers=(*inode.pointers[:slot], block, *inode.pointers[slot + 1 :]))


def _new_map(work: Work) -> int:
    block = take_block(work)
    work.write(block, bytes(BLOCK), "map")
    return block


def _set(work: Work, at: int, slot: int, block: int) -> None:
    data = work.read(at, "map")
    work.write(at, data[: slot * 4] + struct.pack("<I", block) + data[slot * 4 + 4 :], "map")


def claims(work: Work, inode: Inode) -> Claims:
    """Every block of a file; pointers that lead nowhere are left out by `valid`."""
    if inode.inline:
        return Claims((), ())
    maps: list[int] = []
    data = [(i, b) for i, b in enumerate(inode.pointers[:DIRECT]) if b]
    data += _below(work, inode.pointers[DIRECT], 1, DIRECT, maps)
    data += _below(work, inode.pointers[DIRECT + 1], 2, DIRECT + PER_MAP, maps)
    return Claims(tuple(data), tuple(maps))


def _below(work: Work, block: int, depth: int, base: int, maps: list[int]) -> Iterator[tuple[int, int]]:  # fmt: skip
    if not block:
        return
    if not depth:
        yield base, block
        return
    if block * BLOCK >= len(work.image):  # only a damaged file system has such a pointer
        return
    maps.append(block)
    for slot, below in enumerate(pointers(work.read(block, "map"))):
        yield from _below(work, below, depth - 1, base + slot * PER_MAP ** (depth - 1), maps)


def cut(work: Work, inode: Inode, keep: int) -> tuple[Inode, list[int]]:
    """The inode without its blocks from number `keep` on, and the blocks it had there."""
    freed: list[int] = []
    new = inode
    for slot in range(DIRECT):
        if slot >= keep and inode.pointers[slot]:
            freed.append(inode.pointers[slot])
            new = _pointing(new, slot, 0)
    for slot, depth, base in ((DIRECT, 1, DIRECT), (DIRECT + 1, 2, DIRECT + PER_MAP)):
        new = _pointing(new, slot, _cut(work, inode.pointers[slot], depth, base, keep, freed))
    return new, freed


def _cut(work: Work, block: int, depth: int, base: int, keep: int, freed: list[int]) -> int:
    """The pointer that stays: 0 when nothing below it is kept."""
    if not block or base + PER_MAP**depth <= keep:
        return block
    if not depth:
        freed.append(block)
        return 0
    for slot, below in enumerate(pointers(work.read(block, "map"))):
        at = base + slot * PER_MAP ** (depth - 1)
        left = _cut(work, below, depth - 1, at, keep, freed)
        if base < keep and left != below:  # a map that goes keeps its pointers, as the inode does
            _set(work, block, slot, left)
    if base >= keep:
        freed.append(block)
        return 0
    return block


def mapped(work: Work, inode: Inode, change: Callable[[int, int], int]) -> tuple[int, ...]:
    """The pointers of an inode, each and all below it passed through `change`."""
    depths = (0,) * DIRECT + (1, 2)
    return tuple(_changed(work, b, d, change) for b, d in zip(inode.pointers, depths, strict=True))


def _changed(work: Work, block: int, depth: int, change: Callable[[int, int], int]) -> int:
    new = change(block, depth) if block else 0
    if new and depth:
        old = pointers(work.read(new, "map"))
        kept = tuple(_changed(work, each, depth - 1, change) for each in old)
        if kept != old:
            work.write(new, packed(kept), "map")
    return new
