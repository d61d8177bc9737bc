"""Labs of the file systems chapter, in the order of the notebook."""

from coursekit.labs.filesystems.blocks import BlocksLab
from coursekit.labs.filesystems.fsck import FsckLab
from coursekit.labs.filesystems.links import LinksLab
from coursekit.labs.filesystems.path import PathLab

LABS = (BlocksLab, PathLab, LinksLab, FsckLab)

__all__ = ["LABS"]
