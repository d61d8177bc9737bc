"""Labs of the networks chapter, in the order of the notebook."""

from coursekit.labs.networks.ceiling import CeilingLab
from coursekit.labs.networks.dhcp import DhcpLab
from coursekit.labs.networks.hostonly import HostOnlyLab
from coursekit.labs.networks.loop import LoopLab
from coursekit.labs.networks.modes import ModesLab
from coursekit.labs.networks.napt import NaptLab
from coursekit.labs.networks.own import OwnSwitchLab
from coursekit.labs.networks.path import PathLab
from coursekit.labs.networks.switch import SwitchLab

LABS = (
    SwitchLab,
    OwnSwitchLab,
    LoopLab,
    ModesLab,
    DhcpLab,
    NaptLab,
    CeilingLab,
    HostOnlyLab,
    PathLab,
)

__all__ = ["LABS"]
