"""E14.1: what still works when some components have failed."""

from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.datacentre import evaluate as whole
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.drawn import failures, varied
from coursekit.sims.datacentre.evaluate import State
from coursekit.sims.datacentre.form import plain, read
from coursekit.sims.datacentre.samples import D1, D2

Plain = dict[str, Any]
Answer = Plain


def evaluate(design: dict[str, Any], failed: list[str], partition: list[list[str]] | None = None) -> Answer:  # fmt: skip
    """Services, machines, data and whether two sides write."""
    return _told(whole.evaluate(read(design), failed, partition))


def _told(state: State) -> Answer:
    return {"up": state.up, "running": state.running, "data_lost": state.data_lost, "split_brain": state.split_brain}  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    design = varied(rng)
    partition = None
    racks = [rack.id for rack in design.racks]
    if len(racks) > 1 and rng.random() < 0.5:
        at = int(rng.integers(1, len(racks)))
        order = [str(each) for each in rng.permutation(racks)]
        partition = [order[:at], order[at:]]
    return {"design": plain(design), "failed": failures(design, rng), "partition": partition}


def _with(design: Plain, **changes: dict[str, Any]) -> Design:
    made = read(design)
    return replace(made, **{name: replace(getattr(made, name), **values) for name, values in changes.items()})  # fmt: skip


def _no_network(design: Plain, failed: list[str], partition: Any = None) -> Answer:
    """Hosts that need power only."""
    cables = [name for name in failed if not name.startswith(("tor:", "core:"))]
    return _told(whole.evaluate(read(design), cables, partition))


def _no_votes(design: Plain, failed: list[str], partition: Any = None) -> Answer:
    """Restarts without asking for a majority."""
    return _told(whole.evaluate(_with(design, ha={"quorum": False}), failed, partition))


def _no_restart(design: Plain, failed: list[str], partition: Any = None) -> Answer:
    """Machines run at home or not at all."""
    state = whole.evaluate(read(design), failed, partition)
    still = whole.evaluate(_with(design, ha={"enabled": False}), failed, partition)
    return {**_told(still), "split_brain": state.split_brain}


def _no_deps(design: Plain, failed: list[str], partition: Any = None) -> Answer:
    """A service needs its own machines only, and no line."""
    made = read(design)
    free = replace(made, services=tuple(replace(each, deps=(), public=False) for each in made.services))  # fmt: skip
    return _told(whole.evaluate(free, failed, partition))


def _short_is_long(design: Plain, failed: list[str], partition: Any = None) -> Answer:
    """Batteries and generators left out."""
    made = _with(design, power={"ups_min": 0, "gen": False})
    return _told(whole.evaluate(made, failed, partition))


_UP = {"dir": True, "db": True, "web": True, "file": True}

EVALUATE = Exercise(
    id="E14.1",
    chapter="datacentre",
    title=mark("What still works?"),
    reference=evaluate,
    cases=_cases,
    samples=(
        Sample(
            {"design": plain(D1), "failed": ["host:h2"]},
            {"up": _UP, "running": ["db1", "dc1", "file1", "web1", "web2"], "data_lost": False, "split_brain": False},
        ),
        Sample(
            {"design": plain(D1), "failed": ["feed:1", "wan:1", "short"]},
            {"up": {**_UP, "web": False}, "running": ["db1", "db2", "dc1", "dc2", "file1", "web1", "web2"], "data_lost": False, "split_brain": False},
        ),
        Sample(
            {"design": plain(D2), "failed": ["disks:2"], "partition": [["R1"], ["R2", "R3"]]},
            {"up": dict.fromkeys(_UP, False), "running": [], "data_lost": False, "split_brain": False},
        ),
    ),
    wrong=(
        Wrong("power only", _no_network, mark("Your hosts live on power alone: a host without a switch it is plugged into, or without any core switch, is of no use.")),
        Wrong("no majority", _no_votes, mark("You start machines elsewhere without counting votes: where ha.quorum is set, a side may act only with more than half of them.")),
        Wrong("no restarts", _no_restart, mark("You leave machines where their host died: with ha.enabled, and storage that others reach, they are started elsewhere, in order of prio, then more memory, then name.")),
        Wrong("no dependencies", _no_deps, mark("You count machines only: a service is down as well when one that it needs is down, and a public one when no line is left.")),
        Wrong("no batteries", _short_is_long, mark("You let every cut of the power stop the machines: a generator bears all of them, batteries of 15 minutes those that come with “short”.")),
    ),
)  # fmt: skip
