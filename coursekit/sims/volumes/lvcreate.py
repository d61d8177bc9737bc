"""lvcreate: plain and striped volumes, classic snapshots, thin pools, thin volumes.

Takes the machine and a line, gives the new machine and the reasons. Left out: RAID, caches,
zeroing. A snapshot's store is never made larger than a full rewrite of its origin needs; LVM
does the same, and adds 1/64 for old kernels. Sources: lvcreate(8), lvmthin(7).
"""

import re
from dataclasses import replace

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import allocate, cow, lvmline, thin
from coursekit.sims.volumes.extents import STRIPE, extents_for
from coursekit.sims.volumes.group import Group, Logical, Machine
from coursekit.sims.volumes.lvmline import Line, written

__all__ = ["largest_store", "lvcreate", "must_fit", "path", "promised"]

LEAST_METADATA = 2 << 20  # bytes of a pool's metadata volume
Result = tuple[Machine, list[Message]]


def path(machine: Machine, line: Line, form: str) -> tuple[Group, Logical]:
    """The group and volume of VG/LV."""
    word = line.expect(1, 1, form)[0]
    group, slash, name = word.partition("/")
    require(bool(slash and name), "volume={word}: write it as VG/LV", word=word)
    found = machine.group(group)
    return found, found.volume(name)


def _new_name(group: Group, line: Line) -> str:
    name = line.options.get("-n", "")
    require(bool(re.fullmatch(r"[A-Za-z0-9_.+][A-Za-z0-9_.+-]*", name)), "name={name}: give a name with -n, of letters, digits and . _ + -", name=name)  # fmt: skip
    require(not name.startswith(("snapshot", "pvmove")) and not re.search(r"_(tdata|tmeta)", name), "name={name}: LVM keeps such names for itself", name=name)  # fmt: skip
    require(all(each.name != name for each in group.volumes), "name={name}: group {group} has a volume of this name", name=name, group=group.name)  # fmt: skip
    return name


def largest_store(group: Group, origin: Logical, chunk: int) -> int:
    """Extents of a store that survives a full rewrite of its origin."""
    chunks = -(-origin.shown * group.extent // chunk)
    return extents_for(cow.full_rewrite(chunks, chunk) * chunk, group.extent)


def lvcreate(machine: Machine, line: Line) -> Result:
    if line.has("-s"):
        return _lvcreate_snapshot(machine, line)
    form = "lvcreate -L SIZE -n LV VG"
    group = machine.group(line.expect(1, 1, form)[0].partition("/")[0])
    if line.has("-V") or line.has("--thinpool"):
        return _lvcreate_thin(machine, group, line)
    kind = line.options.get("--type", "striped" if line.has("-i") else "linear")
    require(kind in ("linear", "striped", "thin-pool"), "type={kind}: choose linear, striped or thin-pool", kind=kind)  # fmt: skip
    if kind == "thin-pool":
        return _lvcreate_pool(machine, group, line)
    return _lvcreate_plain(machine, group, line)


def _wanted(group: Group, line: Line, stripes: int = 1) -> int:
    need, sign = lvmline.extents(line, group.extent, group.free_extents)
    require(not sign, "size={size}: a new volume has no size to add to", size=line.options.get("-L", line.options.get("-l")))  # fmt: skip
    if "%" in line.options.get("-l", ""):  # a share of what is free is rounded down
        return need - need % stripes
    return extents_for(need * group.extent, group.extent, stripes) if need else 0


def _lvcreate_plain(machine: Machine, group: Group, line: Line) -> Result:
    name = _new_name(group, line)
    text = line.options.get("-i", "1")
    require(text.isdigit() and int(text) >= 1, "stripes={text}: write a number, 1 or more", text=text)  # fmt: skip
    stripes = int(text)
    require(stripes <= len(group.pvs), "stripes={n}: there are {pvs} PVs in group {group}", n=stripes, group=group.name, pvs=len(group.pvs))  # fmt: skip
    stripe = lvmline.size_bytes(line.options["-I"], "k") if line.has("-I") else STRIPE
    need = _wanted(group, line, stripes)
    must_fit(group, need)
    segments = allocate.striped(group.free, need, stripes, stripe)
    return _added(machine, group, Logical(name, segments))


def must_fit(group: Group, need: int) -> None:
    require(1 <= need <= group.free_extents, "extents={n}: group {group} has {free} free", n=need, group=group.name, free=group.free_extents)  # fmt: skip


def _added(machine: Machine, group: Group, volume: Logical, *more: Message) -> Result:
    group = replace(group, volumes=(*group.volumes, volume))
    where = "; ".join(group.ranges(volume))
    why = Message.of("{volume} gets {size} at {where} (extents: {extents}).", volume=volume.name, extents=volume.extents, size=written(volume.extents * group.extent), where=where)  # fmt: skip
    return machine.with_group(group), [why, *more]


def _lvcreate_pool(machine: Machine, group: Group, line: Line) -> Result:
    name, need = _new_name(group, line), _wanted(group, line)
    size = need * group.extent
    chunk = lvmline.size_bytes(line.options["-c"], "k") if line.has("-c") else thin.chunk_size(size)
    thin.Pool.empty(1, chunk=chunk)  # says which chunks are allowed
    meta = extents_for(max(LEAST_METADATA, thin.metadata_bytes(size, chunk)), group.extent)
    must_fit(group, need + meta)
    data = Logical(f"{name}_tdata", allocate.linear(group.free, need), kind="hidden", pool=name)
    machine, why = _added(machine, group, data)
    group = machine.group(group.name)
    table = Logical(f"{name}_tmeta", allocate.linear(group.free, meta), kind="hidden", pool=name)
    machine, more = _added(machine, group, table)
    group = machine.group(group.name)
    pool = Logical(name, kind="thin-pool", chunk=chunk)
    why += [*more, Message.of("Thin pool {pool}: data and metadata are two hidden volumes; chunks of {chunk}.", pool=name, chunk=written(chunk))]  # fmt: skip
    return machine.with_group(replace(group, volumes=(*group.volumes, pool))), why


def _lvcreate_thin(machine: Machine, group: Group, line: Line) -> Result:
    require(line.has("-V") and line.has("--thinpool"), "line={line}: write it as {form}", line="lvcreate", form="lvcreate -V SIZE --thinpool POOL -n LV VG")  # fmt: skip
    pool = group.volume(line.options["--thinpool"].rpartition("/")[2])
    require(pool.kind == "thin-pool", "thinpool={name}: it is no thin pool", name=pool.name)
    virtual = extents_for(lvmline.size_bytes(line.options["-V"]), group.extent)
    volume = Logical(_new_name(group, line), kind="thin", pool=pool.name, virtual=virtual)
    group = replace(group, volumes=(*group.volumes, volume))
    return machine.with_group(group), [
        Message.of("{volume} is promised {size} and takes nothing yet.", volume=volume.name, size=written(virtual * group.extent)),
        promised(group, pool.name),
    ]  # fmt: skip


def promised(group: Group, pool: str) -> Message:
    virtual = sum(each.virtual for each in group.volumes if each.pool == pool)
    share = virtual / group.data_of(pool).extents
    return Message.of("The volumes of {pool} are promised {share:.2f} times what it has.", pool=pool, share=share)  # fmt: skip


def _lvcreate_snapshot(machine: Machine, line: Line) -> Result:
    group, origin = path(machine, line, "lvcreate -s -L SIZE -n SNAP VG/LV")
    name = _new_name(group, line)
    require(origin.kind in ("plain", "thin"), "volume={name}: snapshots are taken of plain and of thin volumes", name=origin.name)  # fmt: skip
    if origin.kind == "thin" and not (line.has("-L") or line.has("-l")):
        copy = replace(origin, name=name, origin=origin.name)
        group = replace(group, volumes=(*group.volumes, copy))
        shared = Message.of("{volume} shares all chunks of {origin}: only the map is copied, no extent is taken.", volume=name, origin=origin.name)  # fmt: skip
        return machine.with_group(group), [shared, promised(group, origin.pool)]
    chunk = lvmline.size_bytes(line.options["-c"], "k") if line.has("-c") else cow.CHUNK
    chunks = -(-origin.shown * group.extent // chunk)
    most = largest_store(group, origin, chunk)
    asked = _wanted(group, line)
    need = min(asked, most)
    must_fit(group, need)
    capacity = cow.capacity(cow.Store.of(need * group.extent, chunk))
    why = [Message.of("Its store holds {capacity} changed chunks of {chunk}; {origin} has {chunks}.", capacity=capacity, chunk=written(chunk), origin=origin.name, chunks=chunks)]  # fmt: skip
    if need < asked:
        why.insert(0, Message.of("More than {size} would never be used: the store is made that big.", size=written(most * group.extent)))  # fmt: skip
    volume = Logical(name, allocate.linear(group.free, need), kind="snapshot", origin=origin.name, chunk=chunk)  # fmt: skip
    return _added(machine, group, volume, *why)
