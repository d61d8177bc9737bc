"""LVM at the keyboard: a command line in, the new state of the groups and the reasons out.

Built on `lvmline` (what a line says), `group` (what there is), `allocate` (which extents) and
the commands in `lvmgroups`, `lvcreate`, `lvmvolumes`. Modelled: their rules and refusals. Left
out: asking back (a removal is done at once), activation, what the volumes hold. Sources: lvm(8)
and the manual of each command; compared with LVM 2.03 (tests/transcripts/volumes/lvm.txt).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from coursekit.sims.message import Message
from coursekit.sims.volumes import lvcreate, lvmgroups, lvmline, lvmvolumes
from coursekit.sims.volumes.group import Machine
from coursekit.sims.volumes.lvmline import Line

__all__ = ["Done", "Told", "apply", "pull", "tell"]

Result = tuple[Machine, list[Message]]


@dataclass(frozen=True)
class Done:
    """After a line: the machine, and what happened."""

    machine: Machine
    line: str
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Told:
    """A state before the first line and one after each."""

    states: tuple[Done, ...]


def apply(machine: Machine, line: str) -> Done:
    """One command; ParameterError names the rule it breaks, and nothing is changed then."""
    parsed = lvmline.parse(line)
    after, why = _DO[parsed.command](machine, parsed)
    return Done(after, line, tuple(why))


def tell(machine: Machine, lines: Sequence[str] = ()) -> Told:
    """The whole record of a list of commands; blank lines and comments are passed over."""
    names = ", ".join(device.name for device in machine.devices)
    states = [Done(machine, "", (Message.of("Devices: {names}.", names=names),))]
    for line in lines:
        if line.split("#")[0].strip():
            states.append(apply(states[-1].machine, line))
    return Told(tuple(states))


def pull(machine: Machine, name: str) -> Done:
    """A device is unplugged; what stood on it is damaged."""
    device = machine.device(name)
    rest = replace(machine, devices=tuple(each for each in machine.devices if each != device))
    if not device.group:
        return Done(rest, "", (Message.of("{device} is pulled out: no group used it.", device=name),))  # fmt: skip
    group = machine.group(device.group)
    lost = [name for name in group.lost_with(group.pvs.index(device)) if group.volume(name).kind != "hidden"]  # fmt: skip
    if lost:
        why = Message.of("{device} is pulled out. Damaged: {volumes}.", device=name, volumes=", ".join(lost))  # fmt: skip
    else:
        why = Message.of("{device} is pulled out: no volume had extents there, but group {group} misses a PV.", device=name, group=group.name)  # fmt: skip
    return Done(rest, "", (why,))


_DO: dict[str, Callable[[Machine, Line], Result]] = {
    "pvcreate": lvmgroups.pvcreate, "vgcreate": lvmgroups.vgcreate, "vgextend": lvmgroups.vgextend,
    "vgreduce": lvmgroups.vgreduce, "pvmove": lvmgroups.pvmove, "lvcreate": lvcreate.lvcreate,
    "lvextend": lvmvolumes.lvextend, "lvreduce": lvmvolumes.lvreduce,
    "lvremove": lvmvolumes.lvremove, "lvconvert": lvmvolumes.lvconvert,
}  # fmt: skip
