"""The OVF descriptor: what machine a package holds, as XML.

Modelled: references, disks, one network, one machine with processors, memory, a network card
and its disks. Left out: properties, end-user licences, several machines. Source: DMTF DSP0243;
resource types of CIM_ResourceAllocationSettingData (3 processor, 4 memory, 10 Ethernet, 17 disk).
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from coursekit.sims.message import ParameterError, require
from coursekit.sims.vmfiles.sniff import sniff

__all__ = ["Descriptor", "File", "Item", "Machine", "capacity", "describe", "read"]

PROCESSOR, MEMORY, ETHERNET, DISK = 3, 4, 10, 17
OVF = "http://schemas.dmtf.org/ovf/envelope/1"
RASD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
FORMATS = {
    "vmdk_sparse": "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized",
    "qcow2": "http://www.gnome.org/~markmc/qcow-image-format.html",
}
_OVF, _RASD = f"{{{OVF}}}", f"{{{RASD}}}"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A virtual machine to ship; its name also names the files of the package."""

    name: str = "course"
    cpus: int = 1
    memory_mib: int = 512
    network: str = "NAT"

    def __post_init__(self) -> None:
        require(re.fullmatch(r"[A-Za-z0-9_-]{1,60}", self.name) is not None, "name={name}: letters, digits, - and _", name=self.name)  # fmt: skip
        require(self.cpus >= 1, "cpus={n}: choose 1 or more", n=self.cpus)
        require(self.memory_mib >= 1, "memory_mib={n}: choose 1 or more", n=self.memory_mib)


@dataclass(frozen=True)
class File:
    """A file that the descriptor refers to; `size` where it is said."""

    href: str
    size: int | None


@dataclass(frozen=True)
class Item:
    """A piece of virtual hardware."""

    resource: int
    name: str
    quantity: int | None


@dataclass(frozen=True)
class Descriptor:
    """What a descriptor says; capacities of the disks in bytes."""

    machine: Machine
    files: tuple[File, ...]
    capacities: tuple[int, ...]
    items: tuple[Item, ...]


def capacity(disk: bytes) -> int:
    """What the guest sees of a disk image: from its header, or the length of a raw one."""
    kind = sniff(disk)
    if kind == "qcow2":
        return int.from_bytes(disk[24:32], "big")
    return int.from_bytes(disk[12:20], "little") * 512 if kind == "vmdk_sparse" else len(disk)


def describe(machine: Machine, disks: Mapping[str, bytes]) -> str:
    """The descriptor of a machine with these disks."""
    files = "".join(f'<File ovf:id="file{i}" ovf:href={quoteattr(name)} ovf:size="{len(data)}"/>' for i, (name, data) in enumerate(disks.items(), 1))  # fmt: skip
    sizes = "".join(
        f'<Disk ovf:diskId="disk{i}" ovf:fileRef="file{i}" ovf:capacity="{capacity(data)}" ovf:capacityAllocationUnits="byte" ovf:format={quoteattr(FORMATS.get(sniff(data), ""))}/>'
        for i, data in enumerate(disks.values(), 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Envelope xmlns="{OVF}" xmlns:ovf="{OVF}" xmlns:rasd="{RASD}">\n'
        f" <References>{files}</References>\n"
        f" <DiskSection><Info>Disks</Info>{sizes}</DiskSection>\n"
        f" <NetworkSection><Info>Networks</Info><Network ovf:name={quoteattr(machine.network)}/></NetworkSection>\n"
        f' <VirtualSystem ovf:id="{machine.name}"><Info>A machine</Info><Name>{machine.name}</Name>\n'
        f"  <VirtualHardwareSection><Info>Hardware</Info>\n{_hardware(machine, len(disks))}"
        f"  </VirtualHardwareSection>\n </VirtualSystem>\n</Envelope>\n"
    )


def _hardware(machine: Machine, disks: int) -> str:
    items = [
        (PROCESSOR, "processors", f"<rasd:VirtualQuantity>{machine.cpus}</rasd:VirtualQuantity>"),
        (MEMORY, "memory", f"<rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:VirtualQuantity>{machine.memory_mib}</rasd:VirtualQuantity>"),
        (ETHERNET, "network card", f"<rasd:Connection>{escape(machine.network)}</rasd:Connection>"),
        *((DISK, f"disk {i}", f"<rasd:HostResource>ovf:/disk/disk{i}</rasd:HostResource>") for i in range(1, disks + 1)),
    ]  # fmt: skip
    return "".join(
        f"   <Item><rasd:ElementName>{name}</rasd:ElementName><rasd:InstanceID>{number}</rasd:InstanceID><rasd:ResourceType>{resource}</rasd:ResourceType>{more}</Item>\n"
        for number, (resource, name, more) in enumerate(items, 1)
    )


def read(text: bytes) -> Descriptor:
    """What a descriptor says; ParameterError where it is not one, or holds a DOCTYPE."""
    doctype = b"<!DOCTYPE" in text
    require(not doctype, "ovf: a DOCTYPE is refused, it can name entities without end")
    try:
        root = ET.fromstring(text)  # noqa: S314  (entities are refused above)
        return _read(root)
    # LookupError: a field that is not there, or an encoding that nobody knows
    except (ET.ParseError, ValueError, AttributeError, LookupError) as why:
        if isinstance(why, ParameterError):
            raise
        raise ParameterError("ovf: not an OVF descriptor, {why}", why=str(why)) from None


def _read(root: ET.Element) -> Descriptor:
    require(root.tag == f"{_OVF}Envelope", "ovf={tag}: the root element is Envelope", tag=root.tag)
    files = tuple(
        File(each.attrib[f"{_OVF}href"], _number(each.get(f"{_OVF}size")))
        for each in root.iterfind(f"{_OVF}References/{_OVF}File")
    )
    capacities = tuple(
        int(each.attrib[f"{_OVF}capacity"]) * _unit(each.get(f"{_OVF}capacityAllocationUnits", "byte"))
        for each in root.iterfind(f"{_OVF}DiskSection/{_OVF}Disk")
    )  # fmt: skip
    items = tuple(_item(each) for each in root.iter(f"{_OVF}Item"))
    return Descriptor(_machine(root, items), files, capacities, items)


def _machine(root: ET.Element, items: tuple[Item, ...]) -> Machine:
    system = root.find(f"{_OVF}VirtualSystem")
    require(system is not None, "ovf: the descriptor holds no VirtualSystem")
    assert system is not None
    network = root.find(f"{_OVF}NetworkSection/{_OVF}Network")
    amounts = {item.resource: item.quantity for item in items}
    return Machine(
        name=system.attrib[f"{_OVF}id"],
        cpus=amounts.get(PROCESSOR) or 1,
        memory_mib=amounts.get(MEMORY) or 1,
        network="" if network is None else network.attrib[f"{_OVF}name"],
    )


def _item(item: ET.Element) -> Item:
    def text(name: str) -> str | None:
        return item.findtext(f"{_RASD}{name}")

    resource = _number(text("ResourceType"))
    require(resource is not None, "ovf: an Item without ResourceType")
    assert resource is not None
    return Item(resource, text("ElementName") or "", _number(text("VirtualQuantity")))


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _unit(text: str) -> int:
    """Bytes of a unit as OVF writes it: `byte`, `byte * 2^30`."""
    found = re.fullmatch(r"byte(?:\s*\*\s*2\^(\d{1,2}))?", text.strip())
    require(found is not None, "capacityAllocationUnits={unit}: expected byte * 2^n", unit=text)
    assert found is not None
    return int(1 << int(found[1] or 0))
