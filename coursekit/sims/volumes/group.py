"""A machine's disks and volume groups, as LVM knows them: frozen, one state after each command.

Modelled: devices, physical volumes, groups and their logical volumes of all kinds of the
chapter (linear, striped, classic snapshot, thin pool with its two hidden volumes, thin). Left
out: locking, clusters, the text copies of the metadata with their numbers, a pool's spare
metadata volume. Source: lvm(8).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from coursekit.sims.message import ParameterError, require
from coursekit.sims.volumes.allocate import free_runs
from coursekit.sims.volumes.extents import EXTENT, Run, Volume, damaged, usable_extents

__all__ = ["Device", "Group", "Logical", "Machine", "machine"]

Kind = Literal["plain", "snapshot", "thin-pool", "hidden", "thin"]


@dataclass(frozen=True)
class Device:
    """A disk or partition of `size` bytes; `pv` once it is initialised, `group` once it is in one."""

    name: str
    size: int
    pv: bool = False
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Logical(Volume):
    """A logical volume: its extents, and whose snapshot or in which pool it is.

    `virtual` is the size of a thin volume in extents; `chunk` that of a snapshot or a pool.
    """

    kind: Kind = "plain"
    origin: str = ""
    pool: str = ""
    virtual: int = 0
    chunk: int = 0

    @property
    def shown(self) -> int:
        """Its size in extents as its user sees it."""
        return self.virtual if self.kind == "thin" else self.extents


@dataclass(frozen=True)
class Group:
    """Physical volumes in order, and what is cut from them."""

    name: str
    extent: int
    pvs: tuple[Device, ...]
    volumes: tuple[Logical, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Extents of each PV."""
        return tuple(usable_extents(pv.size, self.extent) for pv in self.pvs)

    @property
    def free(self) -> tuple[Run, ...]:
        """Free runs, by PV, then by address."""
        return free_runs(self.sizes, self.volumes)

    @property
    def free_extents(self) -> int:
        """How many extents are free."""
        return sum(run.count for run in self.free)

    def volume(self, name: str) -> Logical:
        """The volume of a name; ParameterError if there is none."""
        for each in self.volumes:
            if each.name == name:
                return each
        names = ", ".join(each.name for each in self.volumes if each.kind != "hidden")
        raise ParameterError("volume={name}: group {group} has {names}", name=name, group=self.name, names=names or "–")  # fmt: skip

    def data_of(self, pool: str) -> Logical:
        """The hidden volume that holds a pool's data."""
        return self.volume(f"{pool}_tdata")

    def ranges(self, volume: Volume) -> tuple[str, ...]:
        """Where it lies, a text for each segment, as `lvs -o seg_pe_ranges` writes it."""
        return tuple(
            " ".join(f"{self.pvs[a.pv].name}:{a.first}-{a.last}" for a in segment.areas)
            for segment in volume.segments
        )

    def lost_with(self, pv: int) -> tuple[str, ...]:
        """Volumes damaged if a PV dies: those on it, and all that stand on them."""
        hit = set(damaged(self.volumes, pv))
        pools = {each.name for each in self.volumes if hit & set(_parts(each.name)) and each.kind == "thin-pool"}  # fmt: skip
        return tuple(
            each.name
            for each in self.volumes
            if each.name in hit | pools or each.pool in pools or (each.kind == "snapshot" and each.origin in hit)
        )  # fmt: skip


def _parts(pool: str) -> tuple[str, str]:
    return f"{pool}_tdata", f"{pool}_tmeta"


@dataclass(frozen=True)
class Machine:
    """Devices by name, and the groups."""

    devices: tuple[Device, ...]
    groups: tuple[Group, ...] = ()

    def device(self, name: str) -> Device:
        """The device of a name; ParameterError if there is none."""
        for each in self.devices:
            if each.name == name:
                return each
        names = ", ".join(each.name for each in self.devices)
        raise ParameterError("device={name}: choose one of {names}", name=name, names=names or "–")

    def group(self, name: str) -> Group:
        """The group of a name; ParameterError if there is none."""
        for each in self.groups:
            if each.name == name:
                self._must_be_whole(each)
                return each
        names = ", ".join(each.name for each in self.groups)
        raise ParameterError("group={name}: there is no such volume group; there are: {names}", name=name, names=names or "–")  # fmt: skip

    def _must_be_whole(self, group: Group) -> None:
        missing = [pv.name for pv in group.pvs if pv not in self.devices]
        require(not missing, "group={name}: {missing} is missing; LVM changes nothing until it is back", name=group.name, missing=", ".join(missing))  # fmt: skip

    def holding(self, device: str) -> Group:
        """The group that a device is in."""
        group = self.device(device).group
        require(bool(group), "device={name}: it is in no volume group", name=device)
        return self.group(group)

    def with_devices(self, changed: Iterable[Device]) -> "Machine":
        """The same with some devices changed."""
        new = {each.name: each for each in changed}
        return replace(self, devices=tuple(new.get(each.name, each) for each in self.devices))

    def with_group(self, group: Group) -> "Machine":
        """The same with a group changed or added."""
        if all(each.name != group.name for each in self.groups):
            return replace(self, groups=(*self.groups, group))
        groups = tuple(group if each.name == group.name else each for each in self.groups)
        return replace(self, groups=groups)


def machine(**sizes: int) -> Machine:
    """Blank devices: name=bytes."""
    require(bool(sizes), "devices={n}: give 1 or more", n=0)
    for name, size in sizes.items():
        require(size > EXTENT, "size={size}: device {name} is too small", size=size, name=name)
    return Machine(tuple(Device(name, size) for name, size in sizes.items()))
