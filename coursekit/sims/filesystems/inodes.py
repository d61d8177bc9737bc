"""What a file system runs out of, and what small files waste.

Modelled: files of one size on a new ext4 until no inode or no block is left; the rest of a last
block. Left out: directories' own blocks, tails packed together, files so small that they live in
the inode. Sources: mke2fs(8); Linux kernel documentation, ext4.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import Message, require

__all__ = ["Filled", "fill", "slack"]

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


_WHY: dict[End, Message] = {
    "inodes": Message("After {files} files no inode is left: “No space left on device”, with {percent} % of the blocks free."),
    "blocks": Message("After {files} files the blocks that users may have are gone; {percent} % are left to root."),
    "both": Message("After {files} files inodes and blocks end together; {percent} % of the blocks are left."),
}  # fmt: skip
