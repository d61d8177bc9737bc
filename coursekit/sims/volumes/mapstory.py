"""A small volume group, deed by deed, each done by the LVM command that does it.

Built on `lvm`: disks of ten extents, one group `vg`. Modelled: create, extend, reduce, remove, a
disk more, the death of a disk. Left out: what the volumes hold. Sources: as in `lvm`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import lvm
from coursekit.sims.volumes.extents import EXTENT, PE_START, lost_extents
from coursekit.sims.volumes.group import Group, Machine, machine

__all__ = ["DISKS", "EACH", "Deed", "State", "Told", "blank", "tell"]

GROUP = "vg"
EACH = 10  # extents of a disk
DISKS = ("sdb", "sdc", "sdd", "sde")  # the first two are in the group from the start
NAMES = "abcd"

Kind = Literal["create", "extend", "reduce", "remove", "add_disk", "kill"]
How = Literal["linear", "striped2", "striped3"]
STRIPES: dict[How, int] = {"linear": 1, "striped2": 2, "striped3": 3}


@dataclass(frozen=True)
class Deed:
    """To volume `name`, with so many extents; kill names the disk, counted from 1."""

    kind: Kind
    name: str | int = ""
    extents: int = 0
    how: How = "linear"


@dataclass(frozen=True)
class State:
    """After a deed: the machine, the command that did it, what happened."""

    machine: Machine
    deed: Deed | None = None
    line: str = ""
    why: tuple[Message, ...] = field(default=())

    @property
    def group(self) -> Group:
        """The one group, whole or not."""
        return self.machine.groups[0]

    @property
    def dead(self) -> tuple[int, ...]:
        """PVs of the group that are gone, counted from 0."""
        return tuple(
            at for at, pv in enumerate(self.group.pvs) if pv not in self.machine.devices
        )  # fmt: skip

    def lost(self, name: str) -> int:
        """Extents of a volume that died with disks."""
        return sum(lost_extents(self.group.volume(name), pv) for pv in self.dead)


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def blank() -> Machine:
    """Four disks, the first two of them in the group."""
    bare = machine(**dict.fromkeys(DISKS, PE_START + EACH * EXTENT))
    return lvm.apply(bare, f"vgcreate {GROUP} {' '.join(DISKS[:2])}").machine


def tell(deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    return _told(tuple(deeds))


@lru_cache(maxsize=32)  # a lab asks again when only what is chosen has changed
def _told(deeds: tuple[Deed, ...]) -> Told:
    first = blank()
    why = Message.of("Two disks of {each} extents each are one group; all of it is free.", each=EACH)  # fmt: skip
    states = [State(first, why=(why,))]
    for deed in deeds:
        states.append(_after(states[-1], deed))
    return Told(tuple(states))


def _after(state: State, deed: Deed) -> State:
    require(deed.kind in get_args(Kind), "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(get_args(Kind)))  # fmt: skip
    if deed.kind == "kill":
        return _killed(state, deed)
    line = _line(state, deed)
    done = lvm.apply(state.machine, line)
    return State(done.machine, deed, line, _shorter(done.why))


def _line(state: State, deed: Deed) -> str:
    """The command that does it."""
    if deed.kind == "add_disk":
        used = len(state.group.pvs)
        require(used < len(DISKS), "disks={n}: there are no more disks here", n=used)
        return f"vgextend {GROUP} {DISKS[used]}"
    require(deed.name in tuple(NAMES), "name={name}: choose one of {names}", name=deed.name, names=", ".join(NAMES))  # fmt: skip
    path = f"{GROUP}/{deed.name}"
    if deed.kind == "remove":
        return f"lvremove {path}"
    require(deed.extents >= 1, "extents={n}: choose 1 or more", n=deed.extents)
    if deed.kind == "create":
        striped = f" -i {STRIPES[deed.how]}" if STRIPES[deed.how] > 1 else ""
        return f"lvcreate -l {deed.extents}{striped} -n {deed.name} {GROUP}"
    if deed.kind == "extend":
        return f"lvextend -l +{deed.extents} {path}"
    return f"lvreduce -l -{deed.extents} {path}"


def _shorter(why: tuple[Message, ...]) -> tuple[Message, ...]:
    """Without what is said of file systems: here nobody looks inside."""
    return tuple(each for each in why if not each.text.startswith("The file system inside"))


def _killed(state: State, deed: Deed) -> State:
    number, count = deed.name, len(state.group.pvs)
    require(isinstance(number, int) and 1 <= number <= count, "disk={n}: choose 1 to {count}", n=number, count=count)  # fmt: skip
    name = state.group.pvs[int(number) - 1].name
    require(int(number) - 1 not in state.dead, "disk={n}: it is dead already", n=number)
    after = State(lvm.pull(state.machine, name).machine, deed)
    why = [Message.of("{device} dies.", device=name)]
    why += [
        Message.of("{volume} loses {gone} of its {all} extents: a file system with such holes is rarely of use.", volume=each.name, gone=lost_extents(each, int(number) - 1), all=each.extents)
        for each in state.group.volumes
        if lost_extents(each, int(number) - 1)
    ]  # fmt: skip
    if len(why) == 1:
        why.append(Message.of("No volume had extents there: nothing is lost."))
    else:
        why.append(Message.of("Nothing was stored twice, so that nothing can be rebuilt. The other volumes are whole."))  # fmt: skip
    return State(after.machine, deed, "", tuple(why))
