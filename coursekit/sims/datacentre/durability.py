"""How likely the data are gone within three years: by dying disks, and by what only backups survive.

Modelled: mean time to data loss by chapter 8; copies on all disks, lost when as many as there are copies
die within a repair; events against which no backup helps, as a Poisson process. Left out: what chapter 8
says of these formulas (they flatter), the loss of a backup itself.
"""

from dataclasses import dataclass
from math import exp, perm

from coursekit.sims.datacentre.catalogue import DISKS, HORIZON_H, YEARS
from coursekit.sims.datacentre.cost import disks
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.scenarios import recover
from coursekit.sims.raid.reliability import Risk, loss_probability, mttdl, mttf_from_afr

__all__ = ["Durability", "durability"]


@dataclass(frozen=True)
class Durability:
    """Chances within three years: that the disks lose data, that everything is gone for good."""

    store: float
    total: float


def durability(design: Design) -> Durability:
    """Both chances."""
    store = _store(design)
    gone = sum(each.event.a_year for each in recover(design) if each.rpo_h is None)
    kept = (1.0 if design.backup.enabled else 1 - store) * exp(-YEARS * gone)
    return Durability(store, 1 - kept)


def _store(design: Design) -> float:
    storage = design.storage
    life = mttf_from_afr(DISKS[storage.disk].afr)
    if storage.kind == "hci":
        ways = perm(disks(design), storage.size)
        return loss_probability(life**storage.size / (ways * storage.mttr_h ** (storage.size - 1)), HORIZON_H)  # fmt: skip
    groups = len(design.hosts) if storage.kind == "local" else 1
    risk = Risk(level=str(storage.raid), disks=storage.disks, mttf_hours=life, repair_hours=storage.mttr_h)  # type: ignore[arg-type]  # fmt: skip
    return loss_probability(mttdl(risk) / groups, HORIZON_H)
