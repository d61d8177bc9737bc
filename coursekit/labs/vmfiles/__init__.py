"""Labs of the VM files chapter, in the order of the notebook."""

from coursekit.labs.vmfiles.chain import ChainLab
from coursekit.labs.vmfiles.disasters import DisastersLab
from coursekit.labs.vmfiles.files import BytesLab
from coursekit.labs.vmfiles.internal import InternalLab
from coursekit.labs.vmfiles.own import OwnPlanLab
from coursekit.ui.lab import Lab

# chain, internal, geometry, overwrites, thin, consistency, disasters, plan, rpo, retention,
# copies, bytes, own
LABS: tuple[type[Lab], ...] = (
    ChainLab,
    InternalLab,
    DisastersLab,
    BytesLab,
    OwnPlanLab,
)

__all__ = ["LABS"]
