"""Labs of the kubernetes chapter, in the order of the notebook."""

from coursekit.labs.kubernetes.advice import AdviceLab
from coursekit.labs.kubernetes.autoscaler import AutoscalerLab
from coursekit.labs.kubernetes.console import ConsoleLab
from coursekit.labs.kubernetes.leaving import LeavingLab
from coursekit.labs.kubernetes.manifest import ManifestLab
from coursekit.labs.kubernetes.packing import PackingLab
from coursekit.labs.kubernetes.qos import QosLab
from coursekit.labs.kubernetes.reconcile import ReconcileLab
from coursekit.labs.kubernetes.remote import RemoteLab
from coursekit.labs.kubernetes.rollout import RolloutLab
from coursekit.labs.kubernetes.scheduler import SchedulerLab
from coursekit.labs.kubernetes.service import ServiceLab

LABS = (
    ReconcileLab,
    SchedulerLab,
    PackingLab,
    QosLab,
    RolloutLab,
    AdviceLab,
    ServiceLab,
    LeavingLab,
    AutoscalerLab,
    ManifestLab,
    ConsoleLab,
    RemoteLab,
)

__all__ = ["LABS"]
