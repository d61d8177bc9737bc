"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.align import AlignLab
from coursekit.labs.volumes.bytes import BytesLab
from coursekit.labs.volumes.cache import CacheLab
from coursekit.labs.volumes.layout import LayoutLab
from coursekit.labs.volumes.loss import LossLab
from coursekit.labs.volumes.table import TableLab
from coursekit.labs.volumes.twice import TwiceLab

LABS = (TableLab, BytesLab, AlignLab, CacheLab, LossLab, TwiceLab, LayoutLab)

__all__ = ["LABS"]
