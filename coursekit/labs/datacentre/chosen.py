"""Which design a lab looks at: one of the three of the chapter, with changes made to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.i18n import _, mark, plural
from coursekit.sims.datacentre.components import SHORT, named
from coursekit.sims.datacentre.deltas import CHANGES, apply
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.samples import CALLED, SAMPLES, called
from coursekit.sims.datacentre.savings import SAVINGS, save
from coursekit.sims.message import Message
from coursekit.ui.controls import Check, Control, Pick

DESIGNS = {
    "D0": mark("D0: one host, one of everything"),
    "D1": mark("D1: two hosts and a NAS in one rack"),
    "D2": mark("D2: three racks, copies on all hosts"),
}
SERVICES = {name: message.text for name, message in CALLED.items()}


def design_controls(
    first: str = "D1", changes: Sequence[str] = (), savings: Sequence[str] = ()
) -> list[Control]:
    """A choice of the three, then a switch for each of these changes (`add_core`) and savings (`less_pdu`)."""
    adds = [Check(f"add_{name}", Message.of("with {change}", change=CHANGES[name].about), False, more=True) for name in changes]  # fmt: skip
    less = [Check(f"less_{name}", Message.of("poorer: {change}", change=SAVINGS[name].about), False, more=True) for name in savings]  # fmt: skip
    return [Pick("design", mark("Design"), first, DESIGNS), *adds, *less]


def chosen(values: Mapping[str, Any]) -> Design:
    """The design that these controls stand for; ParameterError when a change cannot be made to it."""
    design = SAMPLES[values["design"]]
    for name, on in values.items():
        if on and name.startswith("less_"):
            design = save(design, name.removeprefix("less_"))
        elif on and name.startswith("add_"):
            design = apply(design, name.removeprefix("add_"))
    return design


def service(name: str) -> str:
    """A service by the name that people use; one of the learner's own as it is."""
    return _(called(name))


def component(name: str) -> str:
    """A component in words: `pdu:R1:a` is “PDU R1:a”."""
    kind, _colon, rest = name.partition(":")
    if kind == "disks":
        return plural("{count} dead disk", "{count} dead disks", int(rest))
    if name == SHORT:
        return _("back within a quarter of an hour")
    return _(named(name))
