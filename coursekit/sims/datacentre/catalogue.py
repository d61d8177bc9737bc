"""What can be bought: prices, watts, speeds and lives of a small datacentre's parts.

Prices are illustrative euros, not offers; lives and repairs are round figures to compare designs by.
Left out: support contracts, staff, rent, discounts, disks of unequal batches.
"""

from dataclasses import dataclass

__all__ = [
    "CORE", "DISKS", "ENERGY_EUR_KWH", "GENERATOR_EUR", "HORIZON_H", "HOSTS", "HOURS_PER_YEAR", "LIVES",
    "NAS", "NIC_EUR", "OFFSITE_EUR_TB_YEAR", "PDU_EUR", "PSU_EUR", "PUE", "RACK_EUR", "RACK_UNITS", "SERVER",
    "TORS", "UPS_EUR", "VCPUS_PER_CORE", "WAN_EUR_YEAR", "WITNESS_EUR", "YEARS", "Box", "Disk", "Life", "Model",
]  # fmt: skip

HOURS_PER_YEAR = 8766
YEARS = 3
HORIZON_H = YEARS * HOURS_PER_YEAR


@dataclass(frozen=True)
class Model:
    """A host: its cores, memory in GB, height in rack units, watts and price."""

    cores: int
    ram_gb: int
    units: int
    watts: int
    eur: int


@dataclass(frozen=True)
class Disk:
    """A disk: TB, watts, price, small requests a second, MB/s, share that fails in a year, ms for one access."""

    tb: float
    watts: int
    eur: int
    iops: int
    mb_s: int
    afr: float
    ms: float


@dataclass(frozen=True)
class Box:
    """Something with a price and a plug."""

    watts: int
    eur: int


@dataclass(frozen=True)
class Life:
    """Mean hours between failures, and to a repair; both exponential in the long run."""

    mtbf_h: float
    mttr_h: float


HOSTS = {"H1": Model(16, 128, 1, 300, 5000), "H2": Model(32, 256, 2, 450, 9000)}
DISKS = {
    "hdd8": Disk(8, 8, 200, 80, 200, 0.015, 12.7),
    "ssd4": Disk(3.84, 5, 500, 50_000, 500, 0.010, 0.1),
    "nvme4": Disk(3.84, 9, 600, 300_000, 3000, 0.010, 0.08),
}
TORS = {10: Box(150, 3000), 25: Box(250, 6000)}  # by Gb/s
CORE = Box(300, 8000)
NAS = Box(200, 4000)  # one controller
SERVER = Box(200, 3000)  # for backups
PSU_EUR, NIC_EUR = 250, 300  # the second of a host
RACK_EUR, PDU_EUR, UPS_EUR, GENERATOR_EUR, WITNESS_EUR = 1500, 400, 2000, 15_000, 500
OFFSITE_EUR_TB_YEAR, WAN_EUR_YEAR = 60, 1200
ENERGY_EUR_KWH, PUE = 0.20, 1.5
RACK_UNITS = 42
VCPUS_PER_CORE = 4

LIVES = {
    "host": Life(50_000, 8), "pdu": Life(500_000, 8), "tor": Life(200_000, 8), "core": Life(200_000, 8),
    "rack": Life(200_000, 24), "nasctrl": Life(100_000, 24), "wan": Life(2000, 2), "feed": Life(4383, 0.5),
}  # fmt: skip
