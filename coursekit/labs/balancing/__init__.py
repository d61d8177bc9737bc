"""Labs of the load balancing chapter, in the order of the notebook."""

from coursekit.labs.balancing.queues import QueuesLab
from coursekit.labs.balancing.turns import TurnsLab

LABS = (TurnsLab, QueuesLab)

__all__ = ["LABS"]
