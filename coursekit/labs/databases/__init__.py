"""Labs of the chapter on databases, in the order of the notebook."""

from coursekit.labs.databases.anomalies import AnomaliesLab
from coursekit.labs.databases.btree import BTreeLab
from coursekit.labs.databases.commits import CommitsLab
from coursekit.labs.databases.cost import CostLab
from coursekit.labs.databases.crash import CrashLab
from coursekit.labs.databases.cut import CutLab
from coursekit.labs.databases.explain import ExplainLab
from coursekit.labs.databases.failover import FailoverLab
from coursekit.labs.databases.graph import GraphLab
from coursekit.labs.databases.latency import LatencyLab
from coursekit.labs.databases.levels import LevelsLab
from coursekit.labs.databases.pitr import PitrLab
from coursekit.labs.databases.plan import PlanLab
from coursekit.labs.databases.recovery import RecoveryLab
from coursekit.labs.databases.remedies import RemediesLab
from coursekit.labs.databases.schedule import ScheduleLab
from coursekit.labs.databases.sqlite import SqliteLab
from coursekit.labs.databases.walfile import WalFileLab

LABS = (
    ScheduleLab,
    LevelsLab,
    AnomaliesLab,
    GraphLab,
    RemediesLab,
    CrashLab,
    RecoveryLab,
    CommitsLab,
    WalFileLab,
    SqliteLab,
    BTreeLab,
    CostLab,
    ExplainLab,
    LatencyLab,
    FailoverLab,
    CutLab,
    PitrLab,
    PlanLab,
)

__all__ = ["LABS"]
