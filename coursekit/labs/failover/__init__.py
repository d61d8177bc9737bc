"""Labs of the failover chapter, in the order of the notebook."""

from coursekit.labs.failover.availability import AvailabilityLab
from coursekit.labs.failover.checks import ChecksLab
from coursekit.labs.failover.outage import OutageLab
from coursekit.labs.failover.own import OwnWaitLab
from coursekit.labs.failover.routers import ScriptLab, SplitLab, VrrpLab

LABS = (VrrpLab, OutageLab, ScriptLab, SplitLab, OwnWaitLab, ChecksLab, AvailabilityLab)

__all__ = ["LABS"]
