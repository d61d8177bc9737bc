"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.map import MapLab
from coursekit.labs.volumes.pvmove import PvmoveLab
from coursekit.labs.volumes.resize import ResizeLab

LABS = (MapLab, PvmoveLab, ResizeLab)

__all__ = ["LABS"]
