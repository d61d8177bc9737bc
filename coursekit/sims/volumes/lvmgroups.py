"""LVM's commands for disks and groups: pvcreate, vgcreate, vgextend, vgreduce, pvmove.

Each takes the machine and a line and gives the new machine and the reasons. Left out: vgreduce
with a missing PV, pvremove. A pvmove is over when its line is; its steps are in `pvmove`.
Sources: pvcreate(8), vgcreate(8), vgreduce(8), pvmove(8).
"""

from collections.abc import Sequence
from dataclasses import replace

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import lvmline
from coursekit.sims.volumes import pvmove as moving
from coursekit.sims.volumes.allocate import joined
from coursekit.sims.volumes.extents import EXTENT, Segment, damaged
from coursekit.sims.volumes.group import Device, Group, Machine
from coursekit.sims.volumes.lvmline import Line, written

__all__ = ["pvcreate", "pvmove", "vgcreate", "vgextend", "vgreduce"]

Result = tuple[Machine, list[Message]]


def _initialised(machine: Machine, names: Sequence[str]) -> tuple[list[Device], list[Message]]:
    devices, why = [], []
    for name in dict.fromkeys(names):
        device = machine.device(name)
        require(not device.group, "device={name}: it is in group {group} already", name=name, group=device.group)  # fmt: skip
        if not device.pv:
            why.append(Message.of("{device} becomes a physical volume: a label in its second sector, metadata, extents from 1 MiB on.", device=name))  # fmt: skip
        devices.append(replace(device, pv=True))
    return devices, why


def pvcreate(machine: Machine, line: Line) -> Result:
    devices, why = _initialised(machine, line.expect(1, 99, "pvcreate DEV…"))
    if not why:
        why = [Message.of("It was a physical volume already: label and metadata are written anew.")]
    return machine.with_devices(devices), why


def _joined(machine: Machine, group: Group, names: Sequence[str]) -> Result:
    devices, why = _initialised(machine, names)
    devices = [replace(device, group=group.name) for device in devices]
    group = replace(group, pvs=(*group.pvs, *devices))
    size = written(sum(group.sizes) * group.extent)
    why.append(Message.of("Group {group}: {extents} extents of {extent}, {size} in all, {free} extents free.", group=group.name, extents=sum(group.sizes), extent=written(group.extent), size=size, free=group.free_extents))  # fmt: skip
    return machine.with_devices(devices).with_group(group), why


def vgcreate(machine: Machine, line: Line) -> Result:
    name, *names = line.expect(2, 99, "vgcreate VG DEV… [-s EXTENT]")
    require(all(each.name != name for each in machine.groups), "group={name}: there is a group of this name", name=name)  # fmt: skip
    extent = lvmline.size_bytes(line.options["-s"]) if line.has("-s") else EXTENT
    power = extent >= 512 and extent & (extent - 1) == 0
    require(power or extent >= 128 << 10, "extent={n}: choose a power of 2, or 131072 bytes or more", n=extent)  # fmt: skip
    return _joined(machine, Group(name, extent, ()), names)


def vgextend(machine: Machine, line: Line) -> Result:
    name, *names = line.expect(2, 99, "vgextend VG DEV")
    return _joined(machine, machine.group(name), names)


def _pv_of(group: Group, name: str) -> int:
    names = [pv.name for pv in group.pvs]
    require(name in names, "device={name}: group {group} has {names}", name=name, group=group.name, names=", ".join(names))  # fmt: skip
    return names.index(name)


def vgreduce(machine: Machine, line: Line) -> Result:
    name, device = line.expect(2, 2, "vgreduce VG DEV")
    group = machine.group(name)
    at = _pv_of(group, device)
    used = damaged(group.volumes, at)
    require(not used, "device={name}: still in use by {volumes}; pvmove it first", name=device, volumes=", ".join(used))  # fmt: skip
    require(len(group.pvs) > 1, "device={name}: it is the last PV of group {group}", name=device, group=name)  # fmt: skip
    volumes = tuple(replace(each, segments=tuple(_renumbered(s, at) for s in each.segments)) for each in group.volumes)  # fmt: skip
    after = replace(group, pvs=(*group.pvs[:at], *group.pvs[at + 1 :]), volumes=volumes)
    free = replace(group.pvs[at], group="")
    why = Message.of("{device} leaves group {group}: it may be pulled out. It is still a physical volume.", device=device, group=name)  # fmt: skip
    return machine.with_devices([free]).with_group(after), [why]


def _renumbered(segment: Segment, gone: int) -> Segment:
    areas = tuple(replace(area, pv=area.pv - (area.pv > gone)) for area in segment.areas)
    return replace(segment, areas=areas)


def pvmove(machine: Machine, line: Line) -> Result:
    source, *target = line.expect(1, 2, "pvmove SRC [DST]")
    group = machine.holding(source)
    at = _pv_of(group, source)
    to = _pv_of(group, target[0]) if target else None
    require(bool(damaged(group.volumes, at)), "device={name}: no volume has extents there, nothing to move", name=source)  # fmt: skip
    require(at != to, "device={name}: choose another target than the source", name=source)
    plan = moving.plan(group.sizes, group.volumes, at, to)
    now = plan.volumes
    for piece in plan.pieces:
        now = moving.moved(now, piece)
    pairs = zip(group.volumes, now, strict=True)
    volumes = tuple(replace(old, segments=tuple(joined(new.segments))) for old, new in pairs)  # fmt: skip
    size = written(plan.extents * group.extent)
    why = [Message.of("Copied from {device} while the volumes are in use: {size} (extents: {extents}). {device} is empty now.", extents=plan.extents, size=size, device=source)]  # fmt: skip
    return machine.with_group(replace(group, volumes=volumes)), why
