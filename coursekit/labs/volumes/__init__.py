"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.map import MapLab
from coursekit.labs.volumes.pvmove import PvmoveLab

LABS = (MapLab, PvmoveLab)

__all__ = ["LABS"]
