"""What a learner breaks and repairs, one deed after the other, and the state after each.

A deed that cannot be (there is no such part, nothing to cut) changes nothing and says so: the same
deeds can be done to another design. Left out: time; a state is what it settles to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.datacentre.components import SHORT, components, dead_disks, named
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.evaluate import Partition, State, evaluate
from coursekit.sims.datacentre.why import Reason, reasons, strained
from coursekit.sims.message import Message, require

__all__ = ["MOST_DISKS", "Deed", "Kind", "Moment", "Story", "tell"]

Kind = Literal["break", "repair", "disk", "short", "cut", "mend"]
MOST_DISKS = 4  # dead at once: more than any design bears


@dataclass(frozen=True)
class Deed:
    """Something done to the datacentre.

    Break or repair a component (`what`); let one more disk die; make cuts of the power short, or long
    again; cut the first rack off, or join it; mend everything.
    """

    kind: Kind
    what: str = ""

    def __post_init__(self) -> None:
        kinds = get_args(Kind)
        require(self.kind in kinds, "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(kinds))  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """What has failed, the state that leaves, why, and what was done last."""

    design: Design
    failed: frozenset[str]
    cut: bool
    state: State
    why: dict[str, Reason]
    strained: frozenset[str]
    label: Message
    deed: Deed | None = None

    @property
    def dead_disks(self) -> int:
        """How many disks are dead."""
        return dead_disks(self.failed)

    @property
    def moved(self) -> dict[str, str]:
        """Machines that run elsewhere than at home: machine -> host."""
        homes = {vm.id: vm.host for vm in self.design.vms}
        return {vm: host for vm, host in self.state.places.items() if homes[vm] != host}


@dataclass(frozen=True)
class Story:
    """The beginning, then a moment for each deed."""

    states: tuple[Moment, ...]


def tell(design: Design, deeds: Sequence[Deed]) -> Story:
    """The states of a design as these deeds are done to it."""
    told = [_moment(design, frozenset(), None, cut=False, label=Message.of("nothing is broken"))]
    for deed in deeds:
        told.append(_after(told[-1], deed))
    return Story(tuple(told))


def _moment(design: Design, failed: frozenset[str], deed: Deed | None, *, cut: bool, label: Message) -> Moment:  # fmt: skip
    state = evaluate(design, failed, _sides(design) if cut else None)
    why = reasons(design, failed, state)
    return Moment(design, failed, cut, state, why, strained(design, failed, state), label, deed)


def _sides(design: Design) -> Partition:
    racks = [rack.id for rack in design.racks]
    return [racks[:1], racks[1:]]


def _after(now: Moment, deed: Deed) -> Moment:
    failed, cut, label = _done(now, deed)
    if (failed, cut) == (now.failed, now.cut):
        return replace(now, deed=deed, label=label)
    return _moment(now.design, failed, deed, cut=cut, label=label)


def _done(now: Moment, deed: Deed) -> tuple[frozenset[str], bool, Message]:
    """What has failed after a deed, whether the first rack is cut off, and the deed in words."""
    failed, cut, what = now.failed, now.cut, named(deed.what)
    if deed.kind in ("break", "repair"):
        if deed.what not in components(now.design) or deed.what.startswith("disks:"):
            return failed, cut, Message.of("there is no {what} here: nothing happens", what=what)
        if deed.kind == "break":
            return failed | {deed.what}, cut, Message.of("{what} breaks", what=what)
        return failed - {deed.what}, cut, Message.of("{what} is repaired", what=what)
    if deed.kind == "disk":
        return _disk(now)
    if deed.kind == "short":
        return _short(now)
    if deed.kind == "cut":
        return _cut(now)
    return frozenset(), False, Message.of("everything is repaired")


def _disk(now: Moment) -> tuple[frozenset[str], bool, Message]:
    count = now.dead_disks + 1
    if count > MOST_DISKS:
        return now.failed, now.cut, Message.of("enough disks are dead: nothing happens")
    others = _without(now.failed, "disks:")
    return others | {f"disks:{count}"}, now.cut, Message.of("a disk dies, in the worst place; dead: {n}", n=count)  # fmt: skip


def _without(names: Iterable[str], kind: str) -> frozenset[str]:
    return frozenset(name for name in names if not name.startswith(kind))


def _short(now: Moment) -> tuple[frozenset[str], bool, Message]:
    if SHORT in now.failed:
        return now.failed - {SHORT}, now.cut, Message.of("cuts of the power last for hours")
    return now.failed | {SHORT}, now.cut, Message.of("cuts of the power last for ten minutes")


def _cut(now: Moment) -> tuple[frozenset[str], bool, Message]:
    if now.cut:
        return now.failed, False, Message.of("the racks hear each other again")
    if len(now.design.racks) == 1:
        return now.failed, False, Message.of("one rack: there is nothing to cut")
    first = now.design.racks[0].id
    return now.failed, True, Message.of("{rack} no longer hears the others", rack=named(f"rack:{first}"))  # fmt: skip
