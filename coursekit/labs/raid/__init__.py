"""Labs of the RAID chapter, in the order of the notebook."""

from coursekit.labs.raid.disks import DisksLab
from coursekit.labs.raid.hole import HoleLab
from coursekit.labs.raid.layout import LayoutLab
from coursekit.labs.raid.own import OwnLayoutLab
from coursekit.labs.raid.pairs import PairsLab
from coursekit.labs.raid.parity import ParityLab
from coursekit.labs.raid.speed import SpeedLab
from coursekit.labs.raid.survival import SurvivalLab
from coursekit.labs.raid.write import WriteLab

LABS = (
    LayoutLab,
    OwnLayoutLab,
    ParityLab,
    WriteLab,
    SpeedLab,
    DisksLab,
    PairsLab,
    SurvivalLab,
    HoleLab,
)

__all__ = ["LABS"]
