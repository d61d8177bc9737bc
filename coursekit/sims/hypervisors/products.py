"""Products and what they are: cards to sort, with the key and the cards worth a debate.

Modelled: the place of each product as its own documents describe it. Left out: versions, prices,
what a product also contains. Sources: documents of VMware, Microsoft, Xen, the Linux kernel, QEMU,
Proxmox VE, OpenStack, GNS3, Docker, LXC; Microsoft's for DirectX.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["CARDS", "KINDS", "Card", "Kind", "Marked", "check", "name_of"]

Kind = Literal["type1", "type2", "emulator", "platform", "front_end", "os_level", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_NAMES: Mapping[Kind, Message] = {
    "type1": Message.of("type 1 hypervisor"),
    "type2": Message.of("type 2 hypervisor"),
    "emulator": Message.of("emulator"),
    "platform": Message.of("management platform"),
    "front_end": Message.of("front end"),
    "os_level": Message.of("OS-level virtualization"),
    "none": Message.of("none of these"),
}


@dataclass(frozen=True)
class Card:
    """`kind`: the key; `also`: what may be said as well; `why`: one sentence."""

    name: str
    kind: Kind
    why: Message
    also: tuple[Kind, ...] = ()

    @property
    def debated(self) -> bool:
        """Reasonable people sort it otherwise."""
        return bool(self.also)

    @property
    def accepted(self) -> tuple[Kind, ...]:
        """Every kind that counts as right."""
        return (self.kind, *self.also)


@dataclass(frozen=True)
class Marked:
    """One card as sorted."""

    card: Card
    said: Kind
    right: bool


def name_of(kind: Kind) -> Message:
    """The kind in words."""
    return _NAMES[kind]


def check(sorting: Mapping[str, Kind]) -> tuple[Marked, ...]:
    """The cards that were sorted, in the order of `CARDS`, right or not."""
    names = [card.name for card in CARDS]
    for name, kind in sorting.items():
        require(name in names, "card={name}: there is no such card", name=name)
        require(kind in KINDS, "{name}={kind}: choose one of {kinds}", name=name, kind=kind, kinds=", ".join(KINDS))  # fmt: skip
    return tuple(
        Marked(card, sorting[card.name], sorting[card.name] in card.accepted)
        for card in CARDS
        if card.name in sorting
    )


CARDS: tuple[Card, ...] = (
    Card("VMware ESXi", "type1", Message.of("It is the system on the bare machine. Its elder ESX, with a Linux console, ended with version 4.1.")),
    Card("Microsoft Hyper-V", "type1", Message.of("The hypervisor starts first; Windows itself then runs in a partition above it.")),
    Card("Xen", "type1", Message.of("The hypervisor starts first; a privileged guest, dom0, has the drivers.")),
    Card("KVM", "type1", Message.of("A module makes the Linux kernel the hypervisor: it runs on the bare machine, as type 1 does; yet it is part of a whole operating system, as with type 2."), ("type2",)),
    Card("VirtualBox", "type2", Message.of("It is a program of an operating system, with a driver in its kernel.")),
    Card("VMware Workstation", "type2", Message.of("It is a program of Windows or Linux. VMware is a company, and ESXi another product of it.")),
    Card("VMware Fusion", "type2", Message.of("It is a program of macOS.")),
    Card("Parallels Desktop", "type2", Message.of("It is a program of macOS.")),
    Card("QEMU without KVM", "emulator", Message.of("It translates every instruction, so the guest may be made for another CPU. With KVM it is the half of a hypervisor that runs in user mode.")),
    Card("Dynamips", "emulator", Message.of("It imitates the processors of some Cisco routers, instruction by instruction.")),
    Card("Proxmox VE", "platform", Message.of("It manages KVM machines and LXC containers on Debian: cluster, storage, backup.")),
    Card("VMware vCenter", "platform", Message.of("It manages many ESXi hosts; HA, DRS and vMotion are its work.")),
    Card("OpenStack", "platform", Message.of("It manages whole halls of hypervisors, KVM most often.")),
    Card("GNS3", "front_end", Message.of("It draws the network; Dynamips, QEMU, Docker or VPCS behind it run the devices.")),
    Card("Docker", "os_level", Message.of("Processes of one shared kernel, set apart: no virtual machine.")),
    Card("LXC", "os_level", Message.of("Processes of one shared kernel, set apart, with a whole system's files: no virtual machine.")),
    Card("DirectX", "none", Message.of("It is a programming interface for graphics and sound. Hyper-V or Xen may have been meant.")),
)  # fmt: skip
