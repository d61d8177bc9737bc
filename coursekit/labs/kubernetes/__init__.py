"""Labs of the Kubernetes chapter, in the order of the notebook."""

from coursekit.labs.kubernetes.advice import AdviceLab
from coursekit.labs.kubernetes.autoscaler import AutoscalerLab
from coursekit.labs.kubernetes.console import ConsoleLab
from coursekit.labs.kubernetes.drain import DrainLab
from coursekit.labs.kubernetes.hour import HourLab
from coursekit.labs.kubernetes.hpa import HpaLab
from coursekit.labs.kubernetes.leaving import LeavingLab
from coursekit.labs.kubernetes.manifest import ManifestLab
from coursekit.labs.kubernetes.node import NodeLab
from coursekit.labs.kubernetes.packing import PackingLab
from coursekit.labs.kubernetes.probes import ProbesLab
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
    DrainLab,
    ProbesLab,
    AdviceLab,
    HpaLab,
    NodeLab,
    ServiceLab,
    LeavingLab,
    AutoscalerLab,
    ManifestLab,
    HourLab,
    ConsoleLab,
    RemoteLab,
)

__all__ = ["LABS"]
