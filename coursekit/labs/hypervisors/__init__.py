"""Labs of the hypervisors chapter, in the order of the notebook."""

from coursekit.labs.hypervisors.admission import AdmissionLab
from coursekit.labs.hypervisors.cards import CardsLab
from coursekit.labs.hypervisors.costs import CostsLab
from coursekit.labs.hypervisors.guest import GuestLab
from coursekit.labs.hypervisors.own import OwnGuestLab
from coursekit.labs.hypervisors.popek import PopekLab

LABS = (
    CardsLab,
    PopekLab,
    GuestLab,
    CostsLab,
    AdmissionLab,
    OwnGuestLab,
)

__all__ = ["LABS"]
