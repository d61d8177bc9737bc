"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.align import AlignLab
from coursekit.labs.volumes.bytes import BytesLab
from coursekit.labs.volumes.cache import CacheLab
from coursekit.labs.volumes.layout import LayoutLab
from coursekit.labs.volumes.lifetime import LifetimeLab
from coursekit.labs.volumes.loss import LossLab
from coursekit.labs.volumes.map import MapLab
from coursekit.labs.volumes.own import OwnCommandsLab
from coursekit.labs.volumes.pvmove import PvmoveLab
from coursekit.labs.volumes.resize import ResizeLab
from coursekit.labs.volumes.snapshot import SnapshotLab
from coursekit.labs.volumes.table import TableLab
from coursekit.labs.volumes.thin import ThinLab
from coursekit.labs.volumes.twice import TwiceLab

LABS = (
    TableLab, BytesLab, AlignLab, MapLab, LossLab, PvmoveLab, ResizeLab, SnapshotLab, LifetimeLab,
    ThinLab, CacheLab, TwiceLab, LayoutLab, OwnCommandsLab,
)  # fmt: skip

__all__ = ["LABS"]
