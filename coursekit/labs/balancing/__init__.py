"""Labs of the load balancing chapter, in the order of the notebook."""

from coursekit.labs.balancing.curve import CurveLab
from coursekit.labs.balancing.queues import QueuesLab
from coursekit.labs.balancing.race import RaceLab
from coursekit.labs.balancing.ring import RingLab
from coursekit.labs.balancing.turns import TurnsLab

LABS = (
    TurnsLab,
    QueuesLab,
    RaceLab,
    CurveLab,
    RingLab,
)

__all__ = ["LABS"]
