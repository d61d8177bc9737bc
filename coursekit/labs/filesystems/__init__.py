"""Labs of the chapter on file systems, in the order of the notebook."""

from coursekit.labs.filesystems.ageing import AgeingLab
from coursekit.labs.filesystems.blocks import BlocksLab
from coursekit.labs.filesystems.checksum import ChecksumLab
from coursekit.labs.filesystems.cow import CowLab
from coursekit.labs.filesystems.crash import CrashLab
from coursekit.labs.filesystems.durable import DurableLab
from coursekit.labs.filesystems.fat import FatLab
from coursekit.labs.filesystems.fsck import FsckLab
from coursekit.labs.filesystems.journal import JournalLab
from coursekit.labs.filesystems.links import LinksLab
from coursekit.labs.filesystems.own import OwnRecipeLab
from coursekit.labs.filesystems.path import PathLab
from coursekit.labs.filesystems.pointers import PointersLab
from coursekit.labs.filesystems.replace import ReplaceLab
from coursekit.labs.filesystems.room import RoomLab

LABS = (
    BlocksLab, PathLab, PointersLab, LinksLab, FatLab, AgeingLab, RoomLab, DurableLab, CrashLab,
    JournalLab, ReplaceLab, OwnRecipeLab, FsckLab, ChecksumLab, CowLab,
)  # fmt: skip

__all__ = ["LABS"]
