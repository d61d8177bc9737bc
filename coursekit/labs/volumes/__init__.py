"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.align import AlignLab
from coursekit.labs.volumes.bytes import BytesLab
from coursekit.labs.volumes.cache import CacheLab
from coursekit.labs.volumes.table import TableLab

LABS = (TableLab, BytesLab, AlignLab, CacheLab)

__all__ = ["LABS"]
