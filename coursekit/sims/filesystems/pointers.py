"""Direct and indirect pointers: the block map of ext2 and ext3, from an offset to a pointer.

Modelled: 12 direct pointers in the inode, then a single, a double and a triple indirect one; blocks
full of 4-byte pointers; the data and map blocks of a file without holes; the reads to reach a byte
with the inode in memory. Left out: other limits of real ext2 and ext3 (the field that counts
sectors ends earlier), holes. Source: Linux kernel documentation, "ext4 Data Structures and
Algorithms", direct/indirect block addressing.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["BLOCKS", "LEVELS", "Level", "Place", "Pointers", "Step", "Taken", "locate", "offset_of", "taken", "walk"]  # fmt: skip

Level = Literal["direct", "single", "double", "triple"]
LEVELS: tuple[Level, ...] = get_args(Level)
BLOCKS = (512, 1024, 2048, 4096)
POINTER_BYTES = 4


@dataclass(frozen=True, kw_only=True)
class Pointers:
    """The pointers of an inode; `levels` are the indirect ones: 3, or 2 in the lab's file system."""

    block: int = 4096
    direct: int = 12
    levels: int = 3

    def __post_init__(self) -> None:
        require(self.block in BLOCKS, "block={block}: choose 512, 1024, 2048 or 4096 bytes", block=self.block)  # fmt: skip
        require(1 <= self.direct <= 64, "direct={n}: choose 1 to 64", n=self.direct)
        require(0 <= self.levels <= 3, "levels={n}: choose 0 to 3 levels of indirect blocks", n=self.levels)  # fmt: skip

    @property
    def per_block(self) -> int:
        """Pointers that one block holds."""
        return self.block // POINTER_BYTES

    def first(self, level: int) -> int:
        """The first logical block behind a level: 0 is direct, 1 single, 2 double, 3 triple."""
        if not level:
            return 0
        blocks: int = sum(self.per_block**each for each in range(1, level))
        return self.direct + blocks

    @property
    def blocks(self) -> int:
        """The most blocks that a file can have."""
        return self.first(self.levels + 1)

    @property
    def limit(self) -> int:
        """The most bytes that a file can have."""
        return self.blocks * self.block


@dataclass(frozen=True)
class Place:
    """Where an offset is found: the level, a pointer number for each table on the way."""

    level: Level
    index: tuple[int, ...]
    block: int  # logical: the number of the block in the file

    @property
    def reads(self) -> int:
        """Map blocks read before the data: the inode is in memory."""
        return LEVELS.index(self.level)


@dataclass(frozen=True)
class Taken:
    """Blocks that a file takes."""

    data: int
    map: int


@dataclass(frozen=True)
class Step:
    """One pointer followed: in which table, which entry, where it leads."""

    table: Literal["inode", "map"]
    entry: int
    to: Literal["map", "data"]
    why: tuple[Message, ...] = field(default=())


def locate(pointers: Pointers, offset: int) -> Place | None:
    """The pointers that lead to a byte; None past the limit."""
    require(offset >= 0, "offset={offset}: choose 0 or more bytes", offset=offset)
    if offset >= pointers.limit:
        return None
    block = offset // pointers.block
    level = sum(block >= pointers.first(each) for each in range(1, pointers.levels + 1))
    left, index = block - pointers.first(level), list[int]()
    for power in reversed(range(max(1, level))):
        each, left = divmod(left, pointers.per_block**power)
        index.append(each)
    return Place(LEVELS[level], tuple(index), block)


def offset_of(pointers: Pointers, place: Place) -> int:
    """The first byte of the block that `locate` found."""
    level, number = LEVELS.index(place.level), 0
    for each in place.index:
        number = number * pointers.per_block + each
    return (pointers.first(level) + number) * pointers.block


def taken(pointers: Pointers, size: int) -> Taken:
    """Data and map blocks of a file of `size` bytes without holes."""
    require(0 <= size <= pointers.limit, "size={size}: choose 0 to {limit} bytes", size=size, limit=pointers.limit)  # fmt: skip
    data = _over(size, pointers.block)
    maps = 0
    for level in range(1, pointers.levels + 1):
        room = pointers.per_block**level
        behind = min(max(0, data - pointers.first(level)), room)
        maps += sum(_over(behind, pointers.per_block**power) for power in range(1, level + 1))
    return Taken(data, maps)


def walk(pointers: Pointers, offset: int) -> tuple[Step, ...]:
    """The pointers followed one by one, and why each; empty past the limit."""
    place = locate(pointers, offset)
    if place is None:
        return ()
    if not place.reads:
        why = Message.of("Block {block} of the file: pointer {entry} in the inode leads to it, no map block is read.", block=place.block, entry=place.index[0])  # fmt: skip
        return (Step("inode", place.index[0], "data", (why,)),)
    slot = pointers.direct + place.reads - 1
    steps = [Step("inode", slot, "map", (_level(pointers, place, slot),))]
    for depth, entry in enumerate(place.index, start=1):
        last = depth == place.reads
        why = _TO_DATA if last else _TO_MAP
        steps.append(Step("map", entry, "data" if last else "map", (Message(why.text, {"n": depth, "entry": entry}),)))  # fmt: skip
    return tuple(steps)


_TO_MAP = Message("Read {n}: a map block. Its pointer {entry} leads to the next map block.")
_TO_DATA = Message("Read {n}: a map block. Its pointer {entry} leads to the data.")


def _level(pointers: Pointers, place: Place, slot: int) -> Message:
    return Message.of(
        "Block {block} of the file: pointer {slot} of the inode covers blocks {first} to {last}.",
        block=place.block, slot=slot, first=pointers.first(place.reads),
        last=pointers.first(place.reads + 1) - 1,
    )  # fmt: skip


def _over(size: int, part: int) -> int:
    return -(-size // part)
