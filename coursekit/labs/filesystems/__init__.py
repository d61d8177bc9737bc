"""Labs of the file systems chapter, in the order of the notebook."""

from coursekit.labs.filesystems.ageing import AgeingLab
from coursekit.labs.filesystems.checksum import ChecksumLab
from coursekit.labs.filesystems.cow import CowLab
from coursekit.labs.filesystems.fat import FatLab
from coursekit.labs.filesystems.pointers import PointersLab
from coursekit.labs.filesystems.room import RoomLab

LABS = (
    PointersLab,
    FatLab,
    AgeingLab,
    ChecksumLab,
    CowLab,
    RoomLab,
)

__all__ = ["LABS"]
