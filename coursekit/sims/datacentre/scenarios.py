"""Twelve faults that every design is put to, and three that no redundancy helps against.

Modelled: S1 to S12 as states (`evaluate`), worth the share of services that are up and nothing if data
are lost or two sides write; a deletion, ransomware and a fire as what backups leave: how old, how late.
Left out: how likely each of the twelve is (the long run asks that), detection, work by hand. The rates
of the three are teaching values.
"""

from dataclasses import dataclass

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.evaluate import State, evaluate
from coursekit.sims.message import Message

__all__ = ["EVENTS", "Event", "Recovery", "Scenario", "recover", "restore_hours", "scenarios"]


@dataclass(frozen=True)
class Scenario:
    """A fault, the state it leaves, and what that is worth (0 to 1)."""

    name: str
    about: Message
    failed: tuple[str, ...]
    state: State

    @property
    def value(self) -> float:
        """The share of the services that is up; 0 when data are lost or written on two sides."""
        return 0.0 if self.state.data_lost or self.state.split_brain else self.state.share


def scenarios(design: Design) -> tuple[Scenario, ...]:
    """S1 to S12. Without a rack to cut off, or a controller, S11 and S12 have no effect."""
    first, last = design.racks[0].id, design.racks[-1].id
    cut = [[first], [rack.id for rack in design.racks[1:]]] if len(design.racks) > 1 else None
    nas = design.storage.kind == "nas"
    plan: tuple[tuple[Message, list[str]], ...] = (
        (Message.of("the first host dies"), [f"host:{design.hosts[0].id}"]),
        (Message.of("a disk dies"), ["disks:1"]),
        (Message.of("two disks die"), ["disks:2"]),
        (Message.of("switch a of the first rack dies"), [f"tor:{first}:a"]),
        (Message.of("sockets a of the first rack die"), [f"pdu:{first}:a"]),
        (Message.of("feed 1 is off for four hours"), ["feed:1"]),
        (Message.of("feed 1 is off for ten minutes"), ["feed:1", "short"]),
        (Message.of("the first core switch dies"), ["core:1"]),
        (Message.of("the first line to the Internet is cut"), ["wan:1"]),
        (Message.of("the last rack burns out"), [f"rack:{last}"]),
        (Message.of("the first rack is cut off from the others"), []),
        (Message.of("a controller of the NAS dies"), ["nasctrl:1"] if nas else []),
    )
    return tuple(
        Scenario(f"S{n}", about, tuple(failed), evaluate(design, failed, cut if n == 11 else None))
        for n, (about, failed) in enumerate(plan, 1)
    )


# What no redundancy helps against


@dataclass(frozen=True)
class Event:
    """Something that happens to the data themselves, so many times a year."""

    name: str
    about: Message
    a_year: float


EVENTS = (
    Event("deletion", Message.of("somebody deletes the data"), 1.0),
    Event("ransomware", Message.of("ransomware encrypts whatever it reaches"), 0.05),
    Event("fire", Message.of("the site burns"), 0.002),
)


@dataclass(frozen=True)
class Recovery:
    """What comes back after an event: hours of work lost, hours until it is there; None: nothing."""

    event: Event
    rpo_h: float | None
    rto_h: float | None


def restore_hours(design: Design) -> float:
    """Hours to bring all data back."""
    return sum(vm.disk_gb for vm in design.vms) * 1e9 / (design.backup.restore_mb_s * 1e6) / 3600


def recover(design: Design) -> tuple[Recovery, ...]:
    """The three events: a backup helps against the first, an immutable one, one elsewhere."""
    backup = design.backup
    helps = {"deletion": True, "ransomware": backup.immutable, "fire": backup.offsite}
    return tuple(
        Recovery(event, backup.interval_h, restore_hours(design))
        if backup.enabled and helps[event.name]
        else Recovery(event, None, None)
        for event in EVENTS
    )
