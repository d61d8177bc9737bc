"""What can fail in a design, by name: `host:h1`, `pdu:R1:a`, `tor:R1:b`, `rack:R1`, `core:1`, `feed:1` …

Numbers begin at 1. `disks:n` are n disks at once, in the worst places; `short` says that a feed comes
back within a quarter of an hour, while batteries still hold.
"""

from collections.abc import Iterable

from coursekit.sims.datacentre.design import Design
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["SHORT", "check_failed", "components", "dead_disks", "named", "sockets", "switches"]

SHORT = "short"
LETTERS = "ab"
KINDS = {
    "host": Message.of("host {name}"), "pdu": Message.of("PDU {name}"),
    "tor": Message.of("switch {name}"), "rack": Message.of("rack {name}"),
    "core": Message.of("core switch {name}"), "wan": Message.of("line {name}"),
    "feed": Message.of("feed {name}"), "nasctrl": Message.of("NAS controller {name}"),
}  # fmt: skip


def named(name: str) -> Message:
    """A component in words: `pdu:R1:a` is “PDU R1:a”; one of no known kind as it is."""
    kind, _colon, rest = name.partition(":")
    return (
        Message.of(KINDS[kind].text, name=rest)
        if kind in KINDS
        else Message("{name}", {"name": name})
    )


def sockets(design: Design) -> list[str]:
    """Strips of sockets (PDU) by name."""
    return [f"pdu:{rack.id}:{each}" for rack in design.racks for each in LETTERS[: rack.pdus]]


def switches(design: Design) -> list[str]:
    """Switches at the top of the racks (ToR) by name."""
    return [f"tor:{rack.id}:{each}" for rack in design.racks for each in LETTERS[: rack.tors]]


def components(design: Design) -> list[str]:
    """Everything of which one may fail, `disks:1` the last."""
    counted = {"core": design.net.cores, "wan": design.net.wans, "feed": design.power.feeds}
    if design.storage.kind == "nas":
        counted["nasctrl"] = design.storage.ctrls
    return [
        *(f"host:{host.id}" for host in design.hosts),
        *sockets(design),
        *switches(design),
        *(f"rack:{rack.id}" for rack in design.racks),
        *(f"{kind}:{n}" for kind, count in counted.items() for n in range(1, count + 1)),
        "disks:1",
    ]


def check_failed(design: Design, failed: Iterable[str]) -> None:
    """ParameterError for the first name that stands for nothing in this design."""
    known = {*components(design), SHORT}
    for name in failed:
        if isinstance(name, str) and name.startswith("disks:"):
            dead_disks([name])
        else:
            require(name in known, "failed={name}: this design has {known}", name=name, known=", ".join(sorted(known)))  # fmt: skip


def dead_disks(failed: Iterable[str]) -> int:
    """How many disks are dead: n of `disks:n`; 0 without it."""
    return sum(_count(name) for name in failed if name.startswith("disks:"))


def _count(name: str) -> int:
    number = name.removeprefix("disks:")
    if not number.isdecimal():
        raise ParameterError("failed={name}: write disks: and a number", name=name)
    return int(number)
