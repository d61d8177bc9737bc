"""Labs of the load balancing chapter, in the order of the notebook."""

from coursekit.labs.balancing.curve import CurveLab
from coursekit.labs.balancing.double import DoubleLab
from coursekit.labs.balancing.health import HealthLab
from coursekit.labs.balancing.own import OwnPolicyLab
from coursekit.labs.balancing.queues import QueuesLab
from coursekit.labs.balancing.race import RaceLab
from coursekit.labs.balancing.ring import RingLab
from coursekit.labs.balancing.size import SizeLab
from coursekit.labs.balancing.sticky import StickyLab
from coursekit.labs.balancing.turns import TurnsLab

LABS = (
    TurnsLab,
    QueuesLab,
    RaceLab,
    CurveLab,
    SizeLab,
    RingLab,
    HealthLab,
    StickyLab,
    DoubleLab,
    OwnPolicyLab,
)

__all__ = ["LABS"]
