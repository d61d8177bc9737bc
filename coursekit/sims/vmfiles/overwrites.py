"""What a snapshot costs the writes after it: copy-on-write against redirect-on-write.

Modelled: every read and write of a block on the storage. Copy-on-write (classic LVM) keeps the
disk in place: the first overwrite of a block reads the old one, writes it into the area of each
snapshot, then writes the new one. Redirect-on-write (qcow2 overlay, VMDK delta, ZFS) writes the
new block elsewhere: one write, and the disk is scattered. Left out: tables, caches, block sizes.
Source: lvm(8) snapshots; QEMU's qcow2 specification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = ["Kept", "Method", "Overwritten", "overwrite"]

Method = Literal["cow", "row"]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A disk of `blocks` with `snapshots` taken before the writes, each kept separately."""

    method: Method = "cow"
    blocks: int = 64
    snapshots: int = 1

    def __post_init__(self) -> None:
        require(
            self.method in get_args(Method), "method={method}: choose cow or row",
            method=self.method,
        )  # fmt: skip
        require(self.blocks >= 1, "blocks={n}: choose 1 or more", n=self.blocks)
        require(self.snapshots >= 0, "snapshots={n}: choose 0 or more", n=self.snapshots)


@dataclass(frozen=True)
class Overwritten:
    """The record of the writes: I/O of each one, and where the disk's blocks lie at the end.

    `places` gives the place of each block on the storage; a block moved by redirect-on-write
    lies behind the disk, in the order of the writes. `runs` counts pieces that lie together:
    a sequential read has to jump between them.
    """

    reads: tuple[int, ...]
    writes: tuple[int, ...]
    places: tuple[int, ...]
    kept_blocks: int  # used to keep what the snapshots see

    @property
    def io(self) -> int:
        """Reads and writes in all."""
        return sum(self.reads) + sum(self.writes)

    @property
    def runs(self) -> int:
        """Pieces in which the disk lies on the storage."""
        pairs = zip(self.places, self.places[1:], strict=False)
        return 1 + sum(after != before + 1 for before, after in pairs)


def overwrite(kept: Kept, blocks: Sequence[int]) -> Overwritten:
    """Overwrite whole blocks in this order, after the snapshots were taken."""
    places, moved = list(range(kept.blocks)), set[int]()
    reads, writes = [], []
    for block in blocks:
        require(
            0 <= block < kept.blocks, "block={block}: choose 0 to {last}",
            block=block, last=kept.blocks - 1,
        )  # fmt: skip
        first = kept.snapshots > 0 and block not in moved
        copies = first and kept.method == "cow"
        reads.append(int(copies))
        writes.append(1 + (kept.snapshots if copies else 0))
        if first and kept.method == "row":
            places[block] = kept.blocks + len(moved)
        if first:
            moved.add(block)
    copies_each = kept.snapshots if kept.method == "cow" else 1
    return Overwritten(tuple(reads), tuple(writes), tuple(places), len(moved) * copies_each)
