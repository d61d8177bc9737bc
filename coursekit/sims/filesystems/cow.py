"""Copy on write: new data and the nodes above it go to free places, then the root is switched.

Modelled: a tree of blocks on a disk, one commit as block writes and flushes, every state that a crash
can leave (any subset of what was not flushed), what a reader then finds from the superblock down.
Left out: batching of many writes in one commit, freeing of old blocks, two superblocks by turns.
Sources: Rodeh, Bacik, Mason, "BTRFS: The Linux B-Tree Filesystem" (2013); OpenZFS documentation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = ["Commit", "Node", "Seen", "Write", "blocks_written", "commit", "crash_states", "outcomes", "plant", "reach", "seen", "states_at"]  # fmt: skip

SUPERBLOCK = 0
Seen = Literal["old", "new", "damaged"]
_FLUSH = Message.of("Flush: what was written before is on the disk for sure.")


@dataclass(frozen=True)
class Node:
    """A block of the disk: its children's block numbers, or (at the bottom) the data."""

    children: tuple[int, ...] = ()
    data: str = ""


Disk = Mapping[int, Node]


@dataclass(frozen=True)
class Write:
    """A block write, or (block -1) a flush: all before it is on the disk for sure."""

    block: int
    node: Node = Node()
    why: Message = _FLUSH

    @property
    def flush(self) -> bool:
        """Whether it is a flush."""
        return self.block < 0


@dataclass(frozen=True)
class Commit:
    """The disk before it, the writes in order, and what a program should find before and after."""

    disk: Disk
    writes: tuple[Write, ...]
    old: tuple[str, ...]
    new: tuple[str, ...]


def blocks_written(depth: int) -> int:
    """For one block overwritten under a tree of `depth` levels of nodes: the data and each level.

    The superblock comes on top of it, once for a whole commit.
    """
    require(0 <= depth <= 16, "depth={depth}: choose 0 to 16", depth=depth)
    return depth + 1


def plant(depth: int = 2, fan_out: int = 2) -> Disk:
    """A full tree: the superblock 0 points to its top; the data are old 0, old 1, …"""
    require(1 <= depth <= 4, "depth={depth}: choose 1 to 4", depth=depth)
    require(2 <= fan_out <= 8, "fan_out={n}: choose 2 to 8", n=fan_out)
    leaves = fan_out**depth
    disk = {1 + i: Node(data=f"old {i}") for i in range(leaves)}
    level, free = list(disk), leaves + 1
    while len(level) > 1:
        above = list[int]()
        for at in range(0, len(level), fan_out):
            disk[free] = Node(tuple(level[at : at + fan_out]))
            above.append(free)
            free += 1
        level = above
    return {**disk, SUPERBLOCK: Node((level[0],))}


def seen(disk: Disk) -> tuple[str, ...] | None:
    """All data from the superblock down; None where a pointer leads to nothing."""
    found, todo = list[str](), [SUPERBLOCK]
    while todo:
        node = disk.get(todo.pop())
        if node is None:
            return None
        if node.children:
            todo += reversed(node.children)
        else:
            found.append(node.data)
    return tuple(found)


def reach(disk: Disk, block: int) -> frozenset[int]:
    """A block and all below it that are on the disk."""
    node = disk.get(block)
    if node is None:
        return frozenset()
    return frozenset({block}).union(*(reach(disk, child) for child in node.children))


def commit(disk: Disk, changes: Mapping[int, str], *, flush: bool = True, in_place: bool = False) -> Commit:  # fmt: skip
    """Blocks of data (numbered from 0) overwritten together.

    Without `flush` nothing orders the superblock after the rest; `in_place` overwrites the blocks
    where they are, as a file system without copies would.
    """
    old = seen(disk)
    assert old is not None
    require(bool(changes), "changes={n}: choose 1 or more blocks", n=len(changes))
    for leaf in changes:
        require(0 <= leaf < len(old), "leaf={leaf}: choose 0 to {last}", leaf=leaf, last=len(old) - 1)  # fmt: skip
    new = tuple(changes.get(place, data) for place, data in enumerate(old))
    top, writes = disk[SUPERBLOCK].children[0], list[Write]()
    if in_place:
        leaves = _leaves(disk, top)
        writes = [Write(leaves[leaf], Node(data=data), _IN_PLACE) for leaf, data in sorted(changes.items())]  # fmt: skip
        return Commit(disk, tuple(writes), old, new)
    moved = {block: changes[place] for place, block in enumerate(_leaves(disk, top)) if place in changes}  # fmt: skip
    root = _copied(disk, top, moved, writes)
    last = Write(SUPERBLOCK, Node((root,)), _SWITCH)
    return Commit(disk, (*writes, *((Write(-1),) if flush else ()), last), old, new)


def _copied(disk: Disk, block: int, moved: Mapping[int, str], writes: list[Write]) -> int:
    """The block's new place, where it or anything below it changes; else the old one."""
    node = disk[block]
    if block in moved:
        fresh, why = Node(data=moved[block]), _DATA
    else:
        children = tuple(_copied(disk, child, moved, writes) for child in node.children)
        if children == node.children:
            return block
        fresh, why = Node(children), _NODE
    free = max(disk) + 1 + len(writes)
    writes.append(Write(free, fresh, why))
    return free


def _leaves(disk: Disk, block: int) -> tuple[int, ...]:
    """Blocks of data below a block, in order."""
    node = disk[block]
    return tuple(leaf for child in node.children for leaf in _leaves(disk, child)) if node.children else (block,)  # fmt: skip


def crash_states(writes: Sequence[Write]) -> tuple[frozenset[int], ...]:
    """Every set of writes (by place) that a crash at any moment can leave on the disk."""
    found = {state for moment in range(len(writes) + 1) for state in states_at(writes, moment)}
    return tuple(sorted(found, key=_order))


def states_at(writes: Sequence[Write], moment: int) -> tuple[frozenset[int], ...]:
    """The same for a crash after the first `moment` writes and flushes."""
    require(0 <= moment <= len(writes), "moment={n}: choose 0 to {last}", n=moment, last=len(writes))  # fmt: skip
    flushes = [place for place in range(moment) if writes[place].flush]
    start = flushes[-1] + 1 if flushes else 0
    sure = frozenset(place for place in range(start) if not writes[place].flush)
    pending = [place for place in range(start, moment) if not writes[place].flush]
    some = (each for count in range(len(pending) + 1) for each in combinations(pending, count))
    return tuple(sorted((sure | set(each) for each in some), key=_order))


def _order(state: frozenset[int]) -> tuple[int, list[int]]:
    return len(state), sorted(state)


def outcomes(made: Commit, moment: int | None = None) -> dict[frozenset[int], Seen]:
    """Each crash state -> what a reader finds; at any moment, or at one."""
    states = crash_states(made.writes) if moment is None else states_at(made.writes, moment)
    return {state: _outcome(made, state) for state in states}


def _outcome(made: Commit, state: frozenset[int]) -> Seen:
    disk = {**made.disk, **{made.writes[p].block: made.writes[p].node for p in sorted(state)}}
    found = seen(disk)
    return "old" if found == made.old else "new" if found == made.new else "damaged"


_DATA = Message.of("The new data go to a free block: the old ones stay.")
_NODE = Message.of("The node above points elsewhere now, so it is a new block too.")
_SWITCH = Message.of("The superblock is overwritten: from this one write on, the new tree counts.")
_IN_PLACE = Message.of("The old data are overwritten where they are.")
