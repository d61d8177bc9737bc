"""Three designs for the same seven machines: one of everything, two hosts and a NAS, three racks."""

from collections.abc import Mapping
from dataclasses import replace

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.parts import (
    Backup,
    Ha,
    Host,
    Net,
    Power,
    Rack,
    Service,
    Storage,
    Vm,
)
from coursekit.sims.message import Message, require

__all__ = ["CALLED", "D0", "D1", "D2", "SAMPLES", "SERVICES", "VMS", "called", "machines"]

SERVICES = (
    Service(name="dir"),
    Service(name="db"),
    Service(name="web", deps=("db",), public=True),
    Service(name="file", deps=("dir",)),
)
CALLED = {  # services by the names that people use
    "dir": Message.of("directory service"), "db": Message.of("database"), "web": Message.of("web site"),
    "file": Message.of("files"),
}  # fmt: skip
_DIR = {"service": "dir", "vcpu": 2, "ram": 8, "disk_gb": 80, "iops": 50, "prio": 0, "anti": True}
_DB = {"service": "db", "vcpu": 8, "ram": 64, "disk_gb": 1000, "prio": 1, "anti": True}
_WEB = {"service": "web", "vcpu": 4, "ram": 16, "disk_gb": 100, "iops": 100, "prio": 2}
VMS = (
    Vm(id="dc1", host="h1", **_DIR),  # type: ignore[arg-type]
    Vm(id="dc2", host="h1", **_DIR),  # type: ignore[arg-type]
    Vm(id="db1", host="h1", iops=1500, **_DB),  # type: ignore[arg-type]
    Vm(id="db2", host="h1", iops=500, **_DB),  # type: ignore[arg-type]
    Vm(id="web1", host="h1", **_WEB),  # type: ignore[arg-type]
    Vm(id="web2", host="h1", **_WEB),  # type: ignore[arg-type]
    Vm(id="file1", host="h1", service="file", vcpu=4, ram=16, disk_gb=4000, iops=300, prio=3),
)


def called(service: str) -> Message:
    """A service by the name that people use; one of the learner’s own as it is."""
    return CALLED.get(service, Message("{name}", {"name": service}))


def machines(homes: Mapping[str, str]) -> tuple[Vm, ...]:
    """The machines that have a home: machine -> host."""
    known = [vm.id for vm in VMS]
    for name in homes:
        require(name in known, "vm={name}: choose among {known}", name=name, known=", ".join(known))
    return tuple(replace(vm, host=homes[vm.id]) for vm in VMS if vm.id in homes)


def _homes(**hosts: str) -> tuple[Vm, ...]:
    return machines({vm: host for host, names in hosts.items() for vm in names.split()})


D0 = Design(
    racks=(Rack(id="R1"),),
    hosts=(Host(id="h1", rack="R1"),),
    vms=_homes(h1="dc1 db1 web1 file1"),
    services=SERVICES,
)
D1 = Design(
    racks=(Rack(id="R1", pdus=2, tors=2),),
    hosts=tuple(Host(id=name, rack="R1", psus=2, nics=2) for name in ("h1", "h2")),
    storage=Storage(kind="nas", disk="ssd4", disks=8, raid=10, ctrls=2, rack="R1"),
    ha=Ha(enabled=True, quorum=True, witness=True),
    power=Power(ups_min=15),
    backup=Backup(enabled=True, interval_h=24),
    vms=_homes(h1="dc1 db1 web1", h2="dc2 db2 web2 file1"),
    services=SERVICES,
)
D2 = Design(
    racks=tuple(Rack(id=f"R{n}", pdus=2, tors=2) for n in (1, 2, 3)),
    net=Net(cores=2, wans=2),
    hosts=tuple(Host(id=f"h{n}", rack=f"R{n}", psus=2, nics=2) for n in (1, 2, 3)),
    storage=Storage(kind="hci", disk="nvme4", disks=6, domain="rack", mttr_h=4),
    ha=Ha(enabled=True, quorum=True),
    power=Power(feeds=2, ups_min=15),
    backup=Backup(enabled=True, interval_h=6, immutable=True, offsite=True, restore_mb_s=400),
    vms=_homes(h1="dc1 db1", h2="dc2 db2 web1", h3="web2 file1"),
    services=SERVICES,
)
SAMPLES = {"D0": D0, "D1": D1, "D2": D2}
