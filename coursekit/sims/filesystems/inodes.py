"""What a file system runs out of, and what small files waste.

Modelled: files of one size on a new ext4 until no inode or no block is left, or so many of them; the
same on FAT, which has no inodes; the rest of a last block. Left out: directories' own blocks, tails packed together, files so small that they live in
the inode. Sources: mke2fs(8); Linux kernel documentation, ext4.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.filesystems.fatgeometry import Fat
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import Message, require

__all__ = ["Filled", "Stored", "fill", "slack", "stored", "stored_fat"]

End = Literal["inodes", "blocks", "both"]


@dataclass(frozen=True)
class Filled:
    """How many files there is room for, what ended first, and what `df` and `df -i` show then."""

    files: int
    ended: End
    free_inodes: int
    free_blocks: int
    free_share: float  # of all blocks
    wasted: int  # bytes behind the ends of the files
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Stored:
    """So many files asked for: made and refused, and where all blocks (or clusters) and inodes are.

    `reserved` blocks are free, but root's; `inodes` is 0 where there are none.
    """

    made: int
    refused: int
    ended: End | None  # what the next file would lack, where one was refused
    unit: int  # bytes of a block or a cluster
    blocks: int
    overhead: int
    data: int
    reserved: int
    inodes: int
    inodes_used: int
    wasted: int
    why: tuple[Message, ...]

    @property
    def free(self) -> int:
        """Blocks that a user may still have."""
        return self.blocks - self.overhead - self.data - self.reserved

    @property
    def free_share(self) -> float:
        """Of all blocks, root's included."""
        return (self.free + self.reserved) / self.blocks


def slack(size: int, cluster: int) -> int:
    """Bytes of the last cluster that a file leaves unused."""
    require(size >= 0, "size={size}: choose 0 or more bytes", size=size)
    require(cluster >= 1, "cluster={cluster}: choose 1 or more bytes", cluster=cluster)
    return -size % cluster


def fill(geometry: Geometry, size: int, *, root: bool = False) -> Filled:
    """Files of `size` bytes made until one more is refused; only root may use the reserved blocks."""
    require(size >= 0, "size={size}: choose 0 or more bytes", size=size)
    each = -(-size // geometry.bs)
    room = geometry.free_blocks - (0 if root else geometry.reserved)
    by_blocks = room // each if each else geometry.free_inodes + 1
    files = min(geometry.free_inodes, by_blocks)
    ended: End = "both" if by_blocks == geometry.free_inodes else "inodes" if files == geometry.free_inodes else "blocks"  # fmt: skip
    left = geometry.free_blocks - files * each
    why = Message(_WHY[ended].text, {"files": files, "percent": round(100 * left / geometry.blocks)})  # fmt: skip
    return Filled(files, ended, geometry.free_inodes - files, left, left / geometry.blocks, files * slack(size, geometry.bs), (why,))  # fmt: skip


def stored(geometry: Geometry, files: int, size: int) -> Stored:
    """So many files of `size` bytes on a new ext4, made by a user."""
    require(files >= 0, "files={n}: choose 0 or more", n=files)
    most = fill(geometry, size)
    made = min(files, most.files)
    refused = files - made
    why = most.why if refused else (Message.of("{files} files are made, none is refused.", files=made),)  # fmt: skip
    return Stored(
        made, refused, most.ended if refused else None, geometry.bs, geometry.blocks,
        geometry.blocks - geometry.free_blocks, made * -(-size // geometry.bs), geometry.reserved,
        geometry.inodes, geometry.inodes - geometry.free_inodes + made, made * slack(size, geometry.bs), why,
    )  # fmt: skip


def stored_fat(fat: Fat, files: int, size: int) -> Stored:
    """The same on a new FAT volume: no inodes, nothing for root; directories take no room here."""
    require(files >= 0, "files={n}: choose 0 or more", n=files)
    require(size >= 0, "size={size}: choose 0 or more bytes", size=size)
    each = -(-size // fat.cluster_bytes)
    made = min(files, fat.clusters // each) if each else files
    refused = files - made
    left = round(100 * (1 - made * each / fat.clusters))
    text = _WHY_FAT if refused else _NO_INODES
    return Stored(
        made, refused, "blocks" if refused else None, fat.cluster_bytes, fat.clusters, 0, made * each,
        0, 0, 0, made * slack(size, fat.cluster_bytes), (Message(text.text, {"files": made, "percent": left}),),
    )  # fmt: skip


_WHY_FAT = Message("After {files} files the clusters are gone; {percent} % are left.")
_NO_INODES = Message("{files} files are made. There are no inodes to run out of: an entry in a directory is all that a file needs beside its clusters.")  # fmt: skip
_WHY: dict[End, Message] = {
    "inodes": Message("After {files} files no inode is left: “No space left on device”, with {percent} % of the blocks free."),
    "blocks": Message("After {files} files the blocks that users may have are gone; {percent} % are left to root."),
    "both": Message("After {files} files inodes and blocks end together; {percent} % of the blocks are left."),
}  # fmt: skip
