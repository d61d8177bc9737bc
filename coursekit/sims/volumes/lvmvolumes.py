"""LVM's commands for volumes that are there: lvextend, lvreduce, lvremove, lvconvert --merge.

Each takes the machine and a line and gives the new machine and the reasons. Left out: asking
back before data is destroyed, what the volumes hold. Sources: lvextend(8), lvreduce(8),
lvremove(8), lvconvert(8).
"""

from dataclasses import replace

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import allocate, lvmline
from coursekit.sims.volumes.extents import extents_for
from coursekit.sims.volumes.group import Group, Logical, Machine
from coursekit.sims.volumes.lvcreate import largest_store, must_fit, path, promised
from coursekit.sims.volumes.lvmline import Line, written

__all__ = ["lvconvert", "lvextend", "lvreduce", "lvremove"]

Result = tuple[Machine, list[Message]]


def _resized(machine: Machine, line: Line, way: int) -> tuple[Group, Logical, int]:
    """Group, volume and new size in extents; `way` is 1 for lvextend, -1 for lvreduce."""
    group, volume = path(machine, line, f"{line.command} -L SIZE VG/LV")
    require(volume.kind != "hidden", "volume={name}: it is part of a pool; name the pool", name=volume.name)  # fmt: skip
    snapshots = [each.name for each in group.volumes if each.kind == "snapshot" and each.origin == volume.name]  # fmt: skip
    require(not snapshots, "volume={name}: it has snapshots ({snapshots}); an origin in use keeps its size", name=volume.name, snapshots=", ".join(snapshots))  # fmt: skip
    now = group.data_of(volume.name).extents if volume.kind == "thin-pool" else volume.shown
    number, sign = lvmline.extents(line, group.extent, group.free_extents)
    require(sign in (0, way), "size={size}: {command} goes the other way", size=line.options.get("-L", line.options.get("-l")), command=line.command)  # fmt: skip
    new = now + sign * number if sign else number
    new = extents_for(max(new, 1) * group.extent, group.extent, volume.stripes)
    require((new - now) * way > 0, "extents={new}: the volume has {now}", new=new, now=now)
    return group, volume, new


def lvextend(machine: Machine, line: Line) -> Result:
    group, volume, new = _resized(machine, line, 1)
    if volume.kind == "thin":
        grown = replace(volume, virtual=new)
        after = _swapped(group, grown)
        return machine.with_group(after), [_size(group, grown, new), promised(after, volume.pool), *_files(line)]  # fmt: skip
    target = group.data_of(volume.name) if volume.kind == "thin-pool" else volume
    if volume.kind == "snapshot":
        most = largest_store(group, group.volume(volume.origin), volume.chunk)
        require(new <= most, "extents={new}: more than {most} would never be used", new=new, most=most)  # fmt: skip
    more = new - target.extents
    must_fit(group, more)
    grown = allocate.grow(target, group.free, more)
    after = _swapped(group, grown)
    why = [_size(group, volume, new), Message.of("It lies on {where} now.", where="; ".join(after.ranges(grown)))]  # fmt: skip
    return machine.with_group(after), why + (_files(line) if volume.kind == "plain" else [])


def _files(line: Line) -> list[Message]:
    if line.has("-r"):
        return [Message.of("-r: the file system inside grows too, while it is mounted.")]
    return [Message.of("The file system inside knows nothing of it yet: resize2fs or xfs_growfs must follow (-r does it).")]  # fmt: skip


def _size(group: Group, volume: Logical, extents: int) -> Message:
    return Message.of("{volume} now has {size} (extents: {extents}).", volume=volume.name, extents=extents, size=written(extents * group.extent))  # fmt: skip


def _swapped(group: Group, *volumes: Logical) -> Group:
    new = {each.name: each for each in volumes}
    return replace(group, volumes=tuple(new.get(each.name, each) for each in group.volumes))


def lvreduce(machine: Machine, line: Line) -> Result:
    group, volume, new = _resized(machine, line, -1)
    require(volume.kind in ("plain", "thin"), "volume={name}: only plain and thin volumes can be made smaller", name=volume.name)  # fmt: skip
    small = replace(volume, virtual=new) if volume.kind == "thin" else allocate.shrink(volume, new)
    why = [_size(group, volume, new)]
    if line.has("-r"):
        why.insert(0, Message.of("-r: first the file system is made smaller, unmounted; XFS cannot be."))  # fmt: skip
    else:
        why.append(Message.of("What lay behind the new end is gone from the volume. If the file system was not made smaller first, it is broken."))  # fmt: skip
    return machine.with_group(_swapped(group, small)), why


def lvremove(machine: Machine, line: Line) -> Result:
    group, volume = path(machine, line, "lvremove VG/LV")
    require(volume.kind != "hidden", "volume={name}: it is part of a pool; name the pool", name=volume.name)  # fmt: skip
    gone = {volume.name}
    if volume.kind == "thin-pool":
        gone |= {each.name for each in group.volumes if each.pool == volume.name}
    gone |= {each.name for each in group.volumes if each.kind == "snapshot" and each.origin in gone}
    after = replace(group, volumes=tuple(each for each in group.volumes if each.name not in gone))
    freed = after.free_extents - group.free_extents
    others = sorted(each.name for each in group.volumes if each.name in gone - {volume.name} and each.kind != "hidden")  # fmt: skip
    why = [Message.of("{volume} is gone. Extents freed: {n}.", volume=volume.name, n=freed)]
    if others:
        why.append(Message.of("What stood on it goes too: {names}.", names=", ".join(others)))
    return machine.with_group(after), why


def lvconvert(machine: Machine, line: Line) -> Result:
    form = "lvconvert --merge VG/SNAP"
    require(line.has("--merge"), "line={line}: write it as {form}", line=line.command, form=form)
    group, snap = path(machine, line, form)
    known = any(each.name == snap.origin for each in group.volumes)
    require(bool(snap.origin) and known, "volume={name}: it is no snapshot of a volume that is there", name=snap.name)  # fmt: skip
    if snap.kind == "thin":
        old = group.volume(snap.origin)
        merged = replace(snap, name=old.name, origin=old.origin)
        rest = tuple(each for each in group.volumes if each.name != snap.name)
        after = _swapped(replace(group, volumes=rest), merged)
    else:
        after = replace(group, volumes=tuple(each for each in group.volumes if each.name != snap.name))  # fmt: skip
    why = Message.of("{origin} is again as {snapshot} saw it, and the snapshot is used up. Extents freed: {n}. A volume in use is merged when it is next activated.", origin=snap.origin, snapshot=snap.name, n=after.free_extents - group.free_extents)  # fmt: skip
    return machine.with_group(after), [why]
