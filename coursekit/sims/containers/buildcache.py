"""A build with a cache: which steps are reused, which run again, and what it costs.

Modelled: a step is reused if its instruction and its inputs are the same and all earlier steps
of its stage were reused. A stage may copy from another: that input counts as changed when a
step of the other ran again. Stages run one after the other, none that the last one does not
need. Left out: cache mounts, several stages at once, caches kept in a registry. Seconds and
sizes are illustrative. Sources: Docker documentation, build cache and multi-stage builds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = ["CHANGES", "ORDERS", "Built", "Change", "Order", "Ran", "Stage", "Step", "build", "changes", "plan"]  # fmt: skip

Change = Literal["nothing", "source", "deps", "base"]
Order = Literal["copy_first", "deps_first", "multi"]
CHANGES: tuple[Change, ...] = get_args(Change)
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True)
class Step:
    """An instruction: its cost in seconds, the MB of its layer, and what it reads.

    `reads` names inputs (source, deps, base), or `stage:NAME` for what another stage made.
    """

    text: str
    seconds: float
    mb: float = 0.0
    reads: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, value in (("seconds", self.seconds), ("mb", self.mb)):
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Stage:
    """From one FROM to the next; the last stage is the image."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Ran:
    """A step in a build: whether it was reused; `changed`: its own inputs did change."""

    stage: str
    step: Step
    reused: bool
    changed: bool


@dataclass(frozen=True)
class Built:
    """All steps in order, the time it took, the size of the image."""

    steps: tuple[Ran, ...]
    image_mb: float

    @cached_property
    def seconds(self) -> float:
        """Of the steps that ran."""
        return sum(each.step.seconds for each in self.steps if not each.reused)

    @property
    def whole(self) -> float:
        """Seconds of a build without any cache."""
        return sum(each.step.seconds for each in self.steps)

    @property
    def first(self) -> int | None:
        """Number of the first step that runs; None where all are reused."""
        return next((i for i, each in enumerate(self.steps) if not each.reused), None)


def build(stages: Sequence[Stage], changed: Collection[str] = ()) -> Built:
    """A build after these inputs changed, everything else being in the cache."""
    require(bool(stages), "stages={n}: a build has one or more", n=len(stages))
    dirty, ran = set(changed), []
    for stage in stages:
        reused = True
        for step in stage.steps:
            own = bool(step.reads & dirty)
            reused = reused and not own
            ran.append(Ran(stage.name, step, reused, own))
        if not reused:
            dirty.add(f"stage:{stage.name}")
    return Built(tuple(ran), sum(step.mb for step in stages[-1].steps))


BASE, SOURCE, DEPS = frozenset({"base"}), frozenset({"source", "deps"}), frozenset({"deps"})
_FROM = Step("FROM node:22", 0, 1100, BASE)
_COPY = Step("COPY . .", 1, 10, SOURCE)
_LIST = Step("COPY package*.json .", 1, 0, DEPS)
_INSTALL = Step("RUN npm ci", 60, 250)
_BUILD = Step("RUN npm run build", 20, 5)
_PLANS: Mapping[Order, tuple[Stage, ...]] = {
    "copy_first": (Stage("image", (_FROM, _COPY, _INSTALL, _BUILD)),),
    "deps_first": (Stage("image", (_FROM, _LIST, _INSTALL, _COPY, _BUILD)),),
    "multi": (
        Stage("build", (_FROM, _LIST, _INSTALL, _COPY, _BUILD)),
        Stage(
            "image",
            (
                Step("FROM nginx:1.27-alpine", 0, 48, BASE),
                Step("COPY --from=build /app/dist /usr/share/nginx/html", 1, 5, frozenset({"stage:build"})),
            ),
        ),
    ),
}  # fmt: skip


def plan(order: Order) -> tuple[Stage, ...]:
    """The three ways to write the same build, with the costs of 6-V7."""
    require(order in ORDERS, "order={order}: choose one of {orders}", order=order, orders=", ".join(ORDERS))  # fmt: skip
    return _PLANS[order]


def changes(change: Change) -> frozenset[str]:
    """The inputs that a change touches."""
    require(change in CHANGES, "changed={change}: choose one of {changes}", change=change, changes=", ".join(CHANGES))  # fmt: skip
    return frozenset() if change == "nothing" else frozenset({change})
