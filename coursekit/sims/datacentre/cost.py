"""What a design costs over three years: what is bought, the current it draws, lines and copies elsewhere."""

from dataclasses import dataclass

from coursekit.sims.datacentre.catalogue import (
    CORE,
    DISKS,
    ENERGY_EUR_KWH,
    GENERATOR_EUR,
    HORIZON_H,
    HOSTS,
    NAS,
    NIC_EUR,
    OFFSITE_EUR_TB_YEAR,
    PDU_EUR,
    PSU_EUR,
    PUE,
    RACK_EUR,
    SERVER,
    TORS,
    UPS_EUR,
    WAN_EUR_YEAR,
    WITNESS_EUR,
    YEARS,
)
from coursekit.sims.datacentre.design import Design, data_tb

__all__ = ["Cost", "cost", "disks"]


@dataclass(frozen=True)
class Cost:
    """Euros by part, and watts; `energy`, `lines` and `offsite` are for all three years."""

    hosts: float
    storage: float
    network: float
    racks: float
    power: float
    backup: float
    energy: float
    lines: float
    offsite: float
    watts: float

    @property
    def capex(self) -> float:
        """What is paid at the beginning."""
        return self.hosts + self.storage + self.network + self.racks + self.power + self.backup

    @property
    def opex(self) -> float:
        """What is paid as time goes on."""
        return self.energy + self.lines + self.offsite

    @property
    def total(self) -> float:
        """Both."""
        return self.capex + self.opex


def disks(design: Design) -> int:
    """Disks in all."""
    each = design.storage.disks
    return each if design.storage.kind == "nas" else each * len(design.hosts)


def cost(design: Design) -> Cost:
    """Everything that has a price. A witness, a UPS for each feed and a server only where chosen."""
    ctrls = design.storage.ctrls if design.storage.kind == "nas" else 0
    tors = sum(rack.tors for rack in design.racks)
    disk, tor, power, backup = DISKS[design.storage.disk], TORS[design.net.gbps], design.power, design.backup  # fmt: skip
    watts = (
        sum(HOSTS[host.model].watts for host in design.hosts) + disks(design) * disk.watts + ctrls * NAS.watts
        + tors * tor.watts + design.net.cores * CORE.watts + backup.enabled * SERVER.watts
    )  # fmt: skip
    return Cost(
        hosts=sum(_host_eur(host.model, host.psus, host.nics) for host in design.hosts) + design.ha.witness * WITNESS_EUR,
        storage=disks(design) * disk.eur + ctrls * NAS.eur,
        network=tors * tor.eur + design.net.cores * CORE.eur,
        racks=sum(RACK_EUR + rack.pdus * PDU_EUR for rack in design.racks),
        power=(power.feeds * UPS_EUR if power.ups_min else 0) + power.gen * GENERATOR_EUR,
        backup=backup.enabled * SERVER.eur,
        energy=watts / 1000 * PUE * HORIZON_H * ENERGY_EUR_KWH,
        lines=design.net.wans * WAN_EUR_YEAR * YEARS,
        offsite=data_tb(design) * OFFSITE_EUR_TB_YEAR * YEARS if backup.enabled and backup.offsite else 0,
        watts=watts,
    )  # fmt: skip


def _host_eur(model: str, psus: int, nics: int) -> float:
    return HOSTS[model].eur + (psus - 1) * PSU_EUR + (nics - 1) * NIC_EUR
