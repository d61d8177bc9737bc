"""Labs of the hypervisors chapter, in the order of the notebook."""

from coursekit.labs.hypervisors.admission import AdmissionLab
from coursekit.labs.hypervisors.cards import CardsLab
from coursekit.labs.hypervisors.costs import CostsLab
from coursekit.labs.hypervisors.drs import DrsLab
from coursekit.labs.hypervisors.failure import FailureLab
from coursekit.labs.hypervisors.guest import GuestLab
from coursekit.labs.hypervisors.migration import MigrationLab
from coursekit.labs.hypervisors.own import OwnGuestLab
from coursekit.labs.hypervisors.pages import PagesLab
from coursekit.labs.hypervisors.popek import PopekLab
from coursekit.labs.hypervisors.pressure import PressureLab
from coursekit.labs.hypervisors.ready import ReadyLab
from coursekit.labs.hypervisors.shadow import ShadowLab
from coursekit.labs.hypervisors.walk import WalkLab

LABS = (
    CardsLab,
    PopekLab,
    GuestLab,
    CostsLab,
    WalkLab,
    ShadowLab,
    MigrationLab,
    AdmissionLab,
    FailureLab,
    DrsLab,
    PagesLab,
    PressureLab,
    ReadyLab,
    OwnGuestLab,
)

__all__ = ["LABS"]
