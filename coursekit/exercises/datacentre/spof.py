"""E14.2: the components that take a service down alone."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.datacentre import spof as whole
from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.drawn import varied
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.form import plain, read
from coursekit.sims.datacentre.samples import D0, D1, D2

Plain = dict[str, Any]
Answer = dict[str, list[str]]
ALL = ["db", "dir", "file", "web"]


def spof(design: dict[str, Any]) -> dict[str, list[str]]:
    """Component -> services, sorted, that stop when it fails alone."""
    return whole.spof(read(design))


def _cases(rng: np.random.Generator) -> Args:
    while True:
        design = varied(rng)
        if all(evaluate(design).up.values()):
            return {"design": plain(design)}


def _only(design: Plain, *, keep: Callable[[Design, str], bool]) -> Answer:
    made = read(design)
    return {name: found for name, found in whole.spof(made).items() if keep(made, name)}


def _single(design: Design, name: str) -> bool:
    """Things of which there is one: counted, not tried."""
    kind, _, rest = name.partition(":")
    counts = {"core": design.net.cores, "wan": design.net.wans, "feed": design.power.feeds, "nasctrl": design.storage.ctrls, "host": len(design.hosts)}  # fmt: skip
    rack = next((each for each in design.racks if each.id == rest.partition(":")[0]), None)
    counts |= {"pdu": rack.pdus, "tor": rack.tors, "rack": len(design.racks)} if rack else {}
    return counts.get(kind, 1) == 1


def _counted(design: Plain) -> Answer:
    """Whatever there is one of takes everything down."""
    made = read(design)
    names = sorted(service.name for service in made.services)
    return {name: names for name in components(made) if name != "disks:1" and _single(made, name)}


def _no_deps(design: Plain) -> Answer:
    made = read(design)
    free = replace(made, services=tuple(replace(each, deps=()) for each in made.services))
    return whole.spof(free)


def _boxes(_design: Design, name: str) -> bool:
    return not name.startswith(("feed:", "wan:", "rack:"))


def _total(design: Plain) -> Answer:
    """Only those that stop everything."""
    made = read(design)
    return {name: found for name, found in whole.spof(made).items() if len(found) == len(made.services)}  # fmt: skip


SPOF = Exercise(
    id="E14.2",
    chapter="datacentre",
    title=mark("Single points of failure"),
    reference=spof,
    cases=_cases,
    samples=(
        Sample({"design": plain(D1)}, {"rack:R1": ALL, "core:1": ALL, "feed:1": ALL, "wan:1": ["web"]}),
        Sample({"design": plain(D2)}, {}),
        Sample(
            {"design": plain(D0)},
            {"host:h1": ALL, "pdu:R1:a": ALL, "tor:R1:a": ALL, "rack:R1": ALL, "core:1": ALL, "wan:1": ["web"], "feed:1": ALL},
        ),
    ),
    wrong=(
        Wrong("counts boxes", _counted, mark("You name whatever there is only one of: try it instead, for one may be enough, and two of a thing may hang on the same cable.")),
        Wrong("boxes only", partial(_only, keep=_boxes), mark("You try the boxes only: the feeds, the lines to the Internet and the racks themselves can fail too.")),
        Wrong("no dependencies", _no_deps, mark("You leave out what hangs on other services: when the one that it needs stops, a service stops as well.")),
        Wrong("everything or nothing", _total, mark("You name only what stops all services: one that stops a single service belongs into the list too.")),
    ),
)  # fmt: skip
