"""Labs of the chapter on partitions and LVM, in the order of the notebook."""

from coursekit.labs.volumes.map import MapLab

LABS = (MapLab,)

__all__ = ["LABS"]
