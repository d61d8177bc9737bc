"""Which design a lab looks at: one of the three of the chapter, with changes made to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.i18n import _, mark, plural
from coursekit.sims.datacentre.components import SHORT
from coursekit.sims.datacentre.deltas import CHANGES, apply
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.samples import SAMPLES
from coursekit.sims.message import Message
from coursekit.ui.controls import Check, Control, Pick

DESIGNS = {
    "D0": mark("D0: one host, one of everything"),
    "D1": mark("D1: two hosts and a NAS in one rack"),
    "D2": mark("D2: three racks, copies on all hosts"),
}
SERVICES = {
    "dir": mark("user directory"), "db": mark("database"), "web": mark("web site"), "file": mark("files"),
}  # fmt: skip


def design_controls(first: str = "D1", changes: Sequence[str] = ()) -> list[Control]:
    """A choice of the three, then a switch for each of these changes (`add_core` and so on)."""
    adds = [Check(f"add_{name}", Message.of("with {change}", change=CHANGES[name].about), False, more=True) for name in changes]  # fmt: skip
    return [Pick("design", mark("Design"), first, DESIGNS), *adds]


def chosen(values: Mapping[str, Any]) -> Design:
    """The design that these controls stand for; ParameterError when a change cannot be made to it."""
    design = SAMPLES[values["design"]]
    for name, on in values.items():
        if on and name.startswith("add_"):
            design = apply(design, name.removeprefix("add_"))
    return design


def service(name: str) -> str:
    """A service by the name that people use; one of the learner's own as it is."""
    word = SERVICES.get(name)
    return _(word) if word else name


PARTS = {  # kinds of components, for one of them
    "host": mark("host {name}"), "pdu": mark("sockets {name}"), "tor": mark("switch {name}"),
    "rack": mark("rack {name}"), "core": mark("core switch {name}"), "wan": mark("line {name}"),
    "feed": mark("feed {name}"), "nasctrl": mark("NAS controller {name}"),
}  # fmt: skip


def component(name: str) -> str:
    """A component in words: `pdu:R1:a` is “sockets R1:a”."""
    kind, _colon, rest = name.partition(":")
    if kind == "disks":
        return plural("{count} dead disk", "{count} dead disks", int(rest))
    if name == SHORT:
        return _("back within a quarter of an hour")
    word = PARTS.get(kind)
    return _(word, name=rest) if word else name
