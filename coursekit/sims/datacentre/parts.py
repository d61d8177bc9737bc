"""The parts of a design, each with the rules of its own numbers."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from coursekit.sims.datacentre.catalogue import DISKS, HOSTS, TORS
from coursekit.sims.message import require
from coursekit.sims.raid.layouts import MAX_DISKS, MIN_DISKS

__all__ = [
    "MOST_HOSTS", "MOST_RACKS", "RAIDS", "Backup", "Ha", "Host", "Kind", "Net", "Power", "Rack", "Service",
    "Storage", "Vm",
]  # fmt: skip

Kind = Literal["local", "nas", "hci"]
Domain = Literal["host", "rack"]
MOST_RACKS, MOST_HOSTS = 6, 16
RAIDS = {0: 0, 1: 1, 10: 1, 5: 1, 6: 2}  # level -> disks it bears to lose, wherever they are
MOST_COPIES = 5


def _one_or_two(name: str, value: int) -> None:
    _among(name, value, (1, 2))


def _among(name: str, value: Any, choices: Any) -> None:
    ok = any(value == each and type(value) is type(each) for each in choices)
    require(ok, "{name}={value}: choose one of {choices}", name=name, value=value, choices=", ".join(map(str, choices)))  # fmt: skip


def _within(name: str, value: float, least: float, most: float) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    require(number and least <= value <= most, "{name}={value}: choose {least} to {most}", name=name, value=value, least=least, most=most)  # fmt: skip


def _whole(name: str, value: int, least: int, most: int) -> None:
    _within(name, value, least, most)
    require(value == int(value), "{name}={value}: choose a whole number", name=name, value=value)


def _named(name: str, value: Any) -> None:
    require(isinstance(value, str) and value != "", "{name}={value}: give a name", name=name, value=value)  # fmt: skip


def _switch(name: str, value: Any) -> None:
    require(isinstance(value, bool), "{name}={value}: choose true or false", name=name, value=value)


@dataclass(frozen=True, kw_only=True)
class Rack:
    """A rack with one or two strips of sockets (a, b) and one or two switches (a, b)."""

    id: str
    pdus: int = 1
    tors: int = 1

    def __post_init__(self) -> None:
        _named("racks.id", self.id)
        _one_or_two(f"racks.{self.id}.pdus", self.pdus)
        _one_or_two(f"racks.{self.id}.tors", self.tors)


@dataclass(frozen=True, kw_only=True)
class Net:
    """Gb/s of the switches, core switches, lines to the Internet."""

    gbps: int = 10
    cores: int = 1
    wans: int = 1

    def __post_init__(self) -> None:
        _among("net.gbps", self.gbps, tuple(TORS))
        _one_or_two("net.cores", self.cores)
        _one_or_two("net.wans", self.wans)


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host: in which rack, which model, its power supplies and network cards."""

    id: str
    rack: str
    model: str = "H2"
    psus: int = 1
    nics: int = 1

    def __post_init__(self) -> None:
        _named("hosts.id", self.id)
        _among(f"hosts.{self.id}.model", self.model, tuple(HOSTS))
        _one_or_two(f"hosts.{self.id}.psus", self.psus)
        _one_or_two(f"hosts.{self.id}.nics", self.nics)


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Where the data are: in each host alone, in one NAS, or as copies on all hosts (hci).

    `disks` are those of a host, of the NAS if there is one; `raid` holds for local and nas, `ctrls`
    and `rack` for nas, `size`, `min_size` and `domain` for hci.
    """

    kind: Kind = "local"
    disk: str = "hdd8"
    disks: int = 4
    raid: int = 5
    ctrls: int = 1
    rack: str = ""
    size: int = 3
    min_size: int = 2
    domain: Domain = "host"
    mttr_h: float = 24

    def __post_init__(self) -> None:
        _among("storage.kind", self.kind, get_args(Kind))
        _among("storage.disk", self.disk, tuple(DISKS))
        _whole("storage.disks", self.disks, 1, MAX_DISKS)
        _within("storage.mttr_h", self.mttr_h, 0.1, 10_000)
        if self.kind == "hci":
            _whole("storage.size", self.size, 1, MOST_COPIES)
            _whole("storage.min_size", self.min_size, 1, self.size)
            _among("storage.domain", self.domain, get_args(Domain))
        else:
            _one_or_two("storage.ctrls", self.ctrls)
            self._check_raid()

    def _check_raid(self) -> None:
        _among("storage.raid", self.raid, tuple(RAIDS))
        least = MIN_DISKS[str(self.raid)]
        most = 2 if self.raid == 1 else MAX_DISKS
        require(least <= self.disks <= most, "storage.disks={disks}: RAID {raid} takes {least} to {most}", disks=self.disks, raid=self.raid, least=least, most=most)  # fmt: skip
        require(self.raid != 10 or self.disks % 2 == 0, "storage.disks={disks}: RAID 10 takes an even number", disks=self.disks)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ha:
    """Whether machines are started elsewhere; whether that asks for a majority; a witness."""

    enabled: bool = False
    quorum: bool = False
    witness: bool = False

    def __post_init__(self) -> None:
        for name in ("enabled", "quorum", "witness"):
            _switch(f"ha.{name}", getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class Power:
    """Feeds from the grid, minutes of battery behind each, a generator."""

    feeds: int = 1
    ups_min: float = 0
    gen: bool = False

    def __post_init__(self) -> None:
        _one_or_two("power.feeds", self.feeds)
        _within("power.ups_min", self.ups_min, 0, 240)
        _switch("power.gen", self.gen)


@dataclass(frozen=True, kw_only=True)
class Backup:
    """Backups: every so many hours, whether nobody can change them, whether a copy is elsewhere, MB/s back."""

    enabled: bool = False
    interval_h: float = 24
    immutable: bool = False
    offsite: bool = False
    restore_mb_s: float = 200

    def __post_init__(self) -> None:
        for name in ("enabled", "immutable", "offsite"):
            _switch(f"backup.{name}", getattr(self, name))
        _within("backup.interval_h", self.interval_h, 0.01, 8766)
        _within("backup.restore_mb_s", self.restore_mb_s, 1, 100_000)


@dataclass(frozen=True, kw_only=True)
class Vm:
    """A machine: its service, what it needs, how early it is started again (0 first), its home.

    `anti`: not on a host where another machine of its service runs.
    """

    id: str
    service: str
    vcpu: int
    ram: int
    disk_gb: float
    iops: float
    prio: int = 0
    anti: bool = False
    host: str

    def __post_init__(self) -> None:
        _named("vms.id", self.id)
        _whole(f"vms.{self.id}.vcpu", self.vcpu, 1, 1024)
        _whole(f"vms.{self.id}.ram", self.ram, 1, 65_536)
        _within(f"vms.{self.id}.disk_gb", self.disk_gb, 0, 1e6)
        _within(f"vms.{self.id}.iops", self.iops, 0, 1e9)
        _whole(f"vms.{self.id}.prio", self.prio, 0, 99)
        _switch(f"vms.{self.id}.anti", self.anti)


@dataclass(frozen=True, kw_only=True)
class Service:
    """What people use: how many of its machines must run, what it needs, whether from outside."""

    name: str
    need: int = 1
    deps: tuple[str, ...] = ()
    public: bool = False

    def __post_init__(self) -> None:
        _named("services", self.name)
        _whole(f"services.{self.name}.need", self.need, 1, 1000)
        _switch(f"services.{self.name}.public", self.public)
