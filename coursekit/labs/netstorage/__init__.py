"""Labs of the chapter on network storage, in the order of the notebook."""

from coursekit.labs.netstorage.copies import CopiesLab
from coursekit.labs.netstorage.disk import DiskLab
from coursekit.labs.netstorage.live import LiveLab
from coursekit.labs.netstorage.map import MapLab
from coursekit.labs.netstorage.mount import MountLab
from coursekit.labs.netstorage.nbd import NbdLab
from coursekit.labs.netstorage.own import OwnClusterLab
from coursekit.labs.netstorage.placement import PlacementLab
from coursekit.labs.netstorage.pxe import PxeLab
from coursekit.labs.netstorage.quorum import QuorumLab
from coursekit.labs.netstorage.recovery import RecoveryLab
from coursekit.labs.netstorage.sizing import SizingLab
from coursekit.labs.netstorage.storm import StormLab
from coursekit.labs.netstorage.write import WriteLab

LABS = (
    DiskLab,
    MapLab,
    StormLab,
    NbdLab,
    LiveLab,
    MountLab,
    PxeLab,
    CopiesLab,
    WriteLab,
    PlacementLab,
    RecoveryLab,
    QuorumLab,
    SizingLab,
    OwnClusterLab,
)

__all__ = ["LABS"]
