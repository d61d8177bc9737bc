"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.lifetime import LifetimeLab
from coursekit.labs.volumes.map import MapLab
from coursekit.labs.volumes.own import OwnCommandsLab
from coursekit.labs.volumes.pvmove import PvmoveLab
from coursekit.labs.volumes.resize import ResizeLab
from coursekit.labs.volumes.snapshot import SnapshotLab
from coursekit.labs.volumes.thin import ThinLab

LABS = (MapLab, PvmoveLab, ResizeLab, SnapshotLab, LifetimeLab, ThinLab, OwnCommandsLab)

__all__ = ["LABS"]
