"""Labs of the VM files chapter, in the order of the notebook."""

from coursekit.labs.vmfiles.chain import ChainLab
from coursekit.labs.vmfiles.consistency import ConsistencyLab
from coursekit.labs.vmfiles.copies import CopiesLab
from coursekit.labs.vmfiles.disasters import DisastersLab
from coursekit.labs.vmfiles.files import BytesLab
from coursekit.labs.vmfiles.geometry import GeometryLab
from coursekit.labs.vmfiles.internal import InternalLab
from coursekit.labs.vmfiles.overwrites import OverwritesLab
from coursekit.labs.vmfiles.own import OwnPlanLab
from coursekit.labs.vmfiles.plan import PlanLab
from coursekit.labs.vmfiles.retention import RetentionLab
from coursekit.labs.vmfiles.rpo import RpoLab
from coursekit.labs.vmfiles.thin import ThinLab

LABS = (
    ChainLab,
    InternalLab,
    GeometryLab,
    OverwritesLab,
    ThinLab,
    ConsistencyLab,
    DisastersLab,
    PlanLab,
    RpoLab,
    RetentionLab,
    CopiesLab,
    BytesLab,
    OwnPlanLab,
)

__all__ = ["LABS"]
