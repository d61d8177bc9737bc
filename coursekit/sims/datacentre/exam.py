"""The exam: a design and some failures drawn by chance, four services, and whoever answers is told why.

A series has a number; its ten questions depend on that number alone. A record of states holds what was
asked and what was answered: question, verdict, question, verdict. Every second question or so is one in
which some services are up and some are down. Left out: racks that are cut off from each other, to keep the
question in one picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.drawn import failures, varied
from coursekit.sims.datacentre.evaluate import State, evaluate
from coursekit.sims.datacentre.why import reasons, told
from coursekit.sims.message import Message, require

__all__ = ["MOST_SERIES", "QUESTIONS", "Deed", "Exam", "Moment", "Task", "Verdict", "draw", "tell", "verdicts"]  # fmt: skip

QUESTIONS = 10
MOST_SERIES = 999
MOST_FAILURES = 3
MIXED = 0.6  # of the questions are sure to have services of both kinds
YES, NO = "1", "0"


@dataclass(frozen=True)
class Task:
    """A design, what has failed in it, and the state that this leaves."""

    design: Design
    failed: tuple[str, ...]
    state: State


@dataclass(frozen=True)
class Verdict:
    """One service: what was said, what is true, and why."""

    service: str
    said: bool
    up: bool
    why: tuple[Message, ...]  # sentences, the first reason first

    @property
    def right(self) -> bool:
        """Whether it was said as it is."""
        return self.said == self.up


@dataclass(frozen=True)
class Deed:
    """What the learner does: "answer" with a 1 or 0 for each service in order, or "next"."""

    kind: str
    said: str = ""

    def __post_init__(self) -> None:
        require(self.kind in ("answer", "next"), "deed={kind}: choose answer or next", kind=self.kind)  # fmt: skip
        digits = set(self.said) <= {YES, NO}
        fits = bool(self.said) if self.kind == "answer" else not self.said
        require(digits and fits, "said={said}: write 1 or 0 for each service of an answer", said=self.said)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """A question, and its verdicts once it is answered; how many were answered, and how many wholly right."""

    number: int
    task: Task
    verdicts: tuple[Verdict, ...]
    answered: int
    right: int
    services_right: int

    @property
    def over(self) -> bool:
        """Whether this was the last."""
        return self.answered == QUESTIONS


@dataclass(frozen=True)
class Exam:
    """The record."""

    states: tuple[Moment, ...]


@cache
def draw(series: int, number: int) -> Task:
    """Question `number` (1 to 10) of a series: at most three failures, and not nothing."""
    require(1 <= series <= MOST_SERIES, "series={n}: choose 1 to {most}", n=series, most=MOST_SERIES)  # fmt: skip
    require(1 <= number <= QUESTIONS, "number={n}: choose 1 to {most}", n=number, most=QUESTIONS)
    rng = np.random.Generator(np.random.PCG64([series, number]))
    mixed = rng.random() < MIXED
    while True:
        design = varied(rng)
        failed = tuple(failures(design, rng))
        if not _fair(failed) or not all(evaluate(design).up.values()):
            continue
        state = evaluate(design, failed)
        if not mixed or 0 < sum(state.up.values()) < len(state.up):
            return Task(design, failed, state)


def _fair(failed: Sequence[str]) -> bool:
    """Few failures, one of them other than a line, which is soon seen; a short time only of a feed."""
    parts = [name for name in failed if name != "short"]
    more = any(not name.startswith("wan:") for name in parts)
    feed = "short" not in failed or any(name.startswith("feed:") for name in parts)
    return more and feed and len(parts) <= MOST_FAILURES


def verdicts(task: Task, said: str) -> tuple[Verdict, ...]:
    """Service by service; ParameterError unless `said` has a digit for each."""
    names = list(task.state.up)
    require(len(said) == len(names), "said={said}: write 1 or 0 for each of {n} services", said=said, n=len(names))  # fmt: skip
    found = reasons(task.design, task.failed, task.state)
    why = {name: (_works(task, name),) if up else told(found, name) for name, up in task.state.up.items()}  # fmt: skip
    return tuple(Verdict(name, each == YES, task.state.up[name], why[name]) for name, each in zip(names, said, strict=True))  # fmt: skip


def _works(task: Task, name: str) -> Message:
    """Where a service that is up runs."""
    service = next(each for each in task.design.services if each.name == name)
    places = task.state.places
    own = [vm for vm in task.design.vms if vm.service == name and vm.id in places]
    moved = [vm for vm in own if places[vm.id] != vm.host]
    if len(own) - len(moved) >= service.need:
        at = next(vm for vm in own if vm not in moved)
        return Message.of("{vm} runs at home on {host}.", vm=at.id, host=at.host)
    return Message.of("{vm} has been started elsewhere, on {host}.", vm=moved[0].id, host=places[moved[0].id])  # fmt: skip


def tell(deeds: Sequence[Deed], series: int) -> Exam:
    """The record of a series; ParameterError for a deed out of turn."""
    states = [Moment(1, draw(series, 1), (), 0, 0, 0)]
    for deed in deeds:
        states.append(_after(states[-1], deed, series))
    return Exam(tuple(states))


def _after(now: Moment, deed: Deed, series: int) -> Moment:
    if deed.kind == "next":
        require(bool(now.verdicts), "question={n}: answer it first", n=now.number)
        require(not now.over, "question={n}: it was the last of this series", n=now.number)
        return Moment(now.number + 1, draw(series, now.number + 1), (), now.answered, now.right, now.services_right)  # fmt: skip
    require(not now.verdicts, "question={n}: it has been answered", n=now.number)
    found = verdicts(now.task, deed.said)
    good = sum(each.right for each in found)
    return Moment(now.number, now.task, found, now.answered + 1, now.right + (good == len(found)), now.services_right + good)  # fmt: skip
