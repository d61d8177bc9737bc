"""Extents of ext4: a run of blocks in 12 bytes, in the inode or in a tree below it.

Modelled: header, extents (written and unwritten) and index entries as bytes; how much a tree of a
given depth maps; a tree built with as few blocks as it needs, and a lookup that counts its reads.
Left out: splitting and merging while a file grows, the checksum in a block's last 4 bytes (zero
here). Source: Linux kernel documentation, "ext4 Data Structures and Algorithms", extent tree.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coursekit.sims.message import require

__all__ = ["DEEPEST", "INLINE", "LONGEST", "MAGIC", "Extent", "Found", "Node", "Tree", "Visit", "build", "capacity", "cut", "depth_for", "find", "leaves", "most_bytes", "pack_root", "per_block", "unpack", "visits"]  # fmt: skip

MAGIC = 0xF30A
HEADER, LEAF, INDEX = struct.Struct("<HHHHI"), struct.Struct("<IHHI"), struct.Struct("<IIHH")
INLINE = 4  # entries in the 60 bytes of an inode
LONGEST = 32_768  # blocks of a written extent; a greater length field says unwritten
DEEPEST = 5
MOST_BLOCKS = 1 << 32  # logical block numbers have 32 bits


@dataclass(frozen=True)
class Extent:
    """Blocks `logical`... of the file are blocks `start`... of the device."""

    logical: int
    length: int
    start: int
    written: bool = True  # not: preallocated, reads as zeros

    def __post_init__(self) -> None:
        longest = LONGEST if self.written else LONGEST - 1
        require(1 <= self.length <= longest, "length={n}: choose 1 to {longest} blocks", n=self.length, longest=longest)  # fmt: skip
        require(
            self.logical >= 0 and self.logical + self.length <= MOST_BLOCKS,
            "logical={n}: a file has up to 2^32 blocks", n=self.logical,
        )  # fmt: skip
        require(0 <= self.start < 1 << 48, "start={n}: choose a block below 2^48", n=self.start)


@dataclass(frozen=True)
class Node:
    """A node as read: depth 0 has extents, any other depth (first logical block, child) pairs."""

    depth: int
    most: int
    extents: tuple[Extent, ...] = ()
    children: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Tree:
    """The 60 bytes of the inode, and the blocks of the tree by their number."""

    root: bytes
    blocks: Mapping[int, bytes]
    depth: int


@dataclass(frozen=True)
class Found:
    """A lookup: the block of the device (None: a hole), what stands there, blocks read."""

    start: int | None
    written: bool
    reads: int


@dataclass(frozen=True)
class Visit:
    """A node on the way to a block of the file, and which of its entries leads on."""

    node: Node
    entry: int


def per_block(block: int) -> int:
    """Entries of a block of the tree; the last 4 bytes or more are its checksum's."""
    return (block - HEADER.size - 4) // LEAF.size


def capacity(depth: int, block: int = 4096) -> int:
    """Extents that a tree of this depth holds; depth 0 is the inode alone."""
    require(0 <= depth <= DEEPEST, "depth={depth}: choose 0 to 5", depth=depth)
    below: int = per_block(block) ** depth
    return INLINE * below


def most_bytes(depth: int, block: int = 4096) -> int:
    """Bytes that a tree of this depth maps, every extent as long as can be."""
    return min(capacity(depth, block) * LONGEST, MOST_BLOCKS) * block


def depth_for(count: int, block: int = 4096) -> int:
    """The least depth that holds so many extents."""
    require(0 <= count <= capacity(DEEPEST, block), "count={count}: too many extents", count=count)
    return next(depth for depth in range(DEEPEST + 1) if count <= capacity(depth, block))


def pack_root(extents: Sequence[Extent]) -> bytes:
    """The 60 bytes in an inode that holds its extents itself."""
    require(len(extents) <= INLINE, "extents={n}: the inode holds 4", n=len(extents))
    return _node(_leaves(extents), INLINE, 0, 60)


def build(extents: Sequence[Extent], free: Iterable[int], block: int = 4096) -> Tree:
    """A tree of the least depth; its blocks are taken from `free` as they are needed."""
    for one, two in pairwise(extents):
        require(one.logical + one.length <= two.logical, "logical={n}: extents are sorted and do not overlap", n=two.logical)  # fmt: skip
    places: Iterator[int] = iter(free)
    blocks, room = dict[int, bytes](), per_block(block)
    entries, firsts, depth = _leaves(extents), [each.logical for each in extents], 0
    while len(entries) > INLINE:
        above, above_firsts = list[bytes](), list[int]()
        for at in range(0, len(entries), room):
            place = next(places)
            blocks[place] = _node(entries[at : at + room], room, depth, block)
            above.append(INDEX.pack(firsts[at], place & 0xFFFF_FFFF, place >> 32, 0))
            above_firsts.append(firsts[at])
        entries, firsts, depth = above, above_firsts, depth + 1
    return Tree(_node(entries, INLINE, depth, 60), blocks, depth)


def unpack(data: bytes) -> Node:
    """A node's bytes; ParameterError names what is wrong with them."""
    require(len(data) >= HEADER.size, "node={n}: choose 12 bytes or more", n=len(data))
    magic, count, most, depth, _generation = HEADER.unpack_from(data)
    require(magic == MAGIC, "magic={magic:04x}: a node of extents begins with f30a", magic=magic)
    require(count <= most <= (len(data) - HEADER.size) // LEAF.size, "entries={count}: the node has room for {most}", count=count, most=most)  # fmt: skip
    require(depth <= DEEPEST, "depth={depth}: choose 0 to 5", depth=depth)
    ats = range(HEADER.size, HEADER.size + count * LEAF.size, LEAF.size)
    if depth:
        return Node(depth, most, children=tuple(_child(data, at) for at in ats))
    return Node(0, most, extents=tuple(_extent(data, at) for at in ats))


def find(tree: Tree, logical: int) -> Found:
    """Where a block of the file is: one read for each level below the inode."""
    node, reads = unpack(tree.root), 0
    while node.depth:
        below = [place for first, place in node.children if first <= logical]
        if not below:
            return Found(None, False, reads)
        node, reads = unpack(tree.blocks[below[-1]]), reads + 1
    for each in node.extents:
        if each.logical <= logical < each.logical + each.length:
            return Found(each.start + logical - each.logical, each.written, reads)
    return Found(None, False, reads)


def visits(tree: Tree, logical: int) -> tuple[Visit, ...]:
    """The nodes on the way, the inode's first; the last one's entry is the extent."""
    require(find(tree, logical).start is not None, "logical={n}: a hole", n=logical)
    found, raw = list[Visit](), tree.root
    while True:
        node = unpack(raw)
        firsts = [each.logical for each in node.extents] or [first for first, _child in node.children]  # fmt: skip
        entry = bisect_right(firsts, logical) - 1
        found.append(Visit(node, entry))
        if not node.depth:
            return tuple(found)
        raw = tree.blocks[node.children[entry][1]]


def cut(blocks: int, pieces: int) -> tuple[Extent, ...]:
    """A file in so many pieces of nearly equal length, one free block between each and the next.

    A piece longer than an extent can be takes several; there are no more pieces than blocks.
    """
    require(blocks >= 1, "blocks={n}: choose 1 or more", n=blocks)
    require(pieces >= 1, "pieces={n}: choose 1 or more", n=pieces)
    count = min(pieces, blocks)
    ends = [blocks * k // count for k in range(count + 1)]
    return tuple(
        Extent(at, min(LONGEST, end - at), at + piece)
        for piece, (start, end) in enumerate(pairwise(ends))
        for at in range(start, end, LONGEST)
    )


def leaves(tree: Tree) -> tuple[Extent, ...]:
    """All extents of the tree, in order."""
    level = [unpack(tree.root)]
    while level[0].depth:
        level = [unpack(tree.blocks[place]) for node in level for _first, place in node.children]
    return tuple(each for node in level for each in node.extents)


def _leaves(extents: Sequence[Extent]) -> list[bytes]:
    return [
        LEAF.pack(
            each.logical, each.length if each.written else each.length + LONGEST,
            each.start >> 32, each.start & 0xFFFF_FFFF,
        )
        for each in extents
    ]  # fmt: skip


def _node(entries: Sequence[bytes], most: int, depth: int, size: int) -> bytes:
    whole = HEADER.pack(MAGIC, len(entries), most, depth, 0) + b"".join(entries)
    return whole.ljust(size, b"\0")


def _extent(data: bytes, at: int) -> Extent:
    logical, length, high, low = LEAF.unpack_from(data, at)
    written = length <= LONGEST
    return Extent(logical, length if written else length - LONGEST, high << 32 | low, written)


def _child(data: bytes, at: int) -> tuple[int, int]:
    first, low, high, _unused = INDEX.unpack_from(data, at)
    return first, high << 32 | low
