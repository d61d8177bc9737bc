"""Labs of the containers chapter, in the order of the notebook."""

from coursekit.labs.containers.beside import BesideLab
from coursekit.labs.containers.density import DensityLab
from coursekit.labs.containers.digests import DigestsLab
from coursekit.labs.containers.history import HistoryLab
from coursekit.labs.containers.overlay import OverlayLab
from coursekit.labs.containers.ports import PortsLab
from coursekit.labs.containers.registry import RegistryLab

LABS = (
    OverlayLab,
    DigestsLab,
    RegistryLab,
    DensityLab,
    PortsLab,
    BesideLab,
    HistoryLab,
)

__all__ = ["LABS"]
