"""Labs of the containers chapter, in the order of the notebook."""

from coursekit.labs.containers.beside import BesideLab
from coursekit.labs.containers.cache import CacheLab
from coursekit.labs.containers.density import DensityLab
from coursekit.labs.containers.digests import DigestsLab
from coursekit.labs.containers.history import HistoryLab
from coursekit.labs.containers.lifecycle import LifecycleLab
from coursekit.labs.containers.memory import MemoryLab
from coursekit.labs.containers.namespaces import NamespacesLab
from coursekit.labs.containers.overlay import OverlayLab
from coursekit.labs.containers.own import OwnDockerfileLab
from coursekit.labs.containers.ports import PortsLab
from coursekit.labs.containers.registry import RegistryLab
from coursekit.labs.containers.shares import SharesLab
from coursekit.labs.containers.throttle import ThrottleLab

LABS = (
    NamespacesLab,
    SharesLab,
    ThrottleLab,
    MemoryLab,
    OverlayLab,
    DigestsLab,
    RegistryLab,
    CacheLab,
    OwnDockerfileLab,
    LifecycleLab,
    PortsLab,
    BesideLab,
    DensityLab,
    HistoryLab,
)

__all__ = ["LABS"]
