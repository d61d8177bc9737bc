"""Thin and thick disks on one datastore: what is promised, what is used, when it is full.

Modelled: a thick disk takes its whole size at once; a thin one what was ever written and not
given back. A file deleted in the guest frees nothing until the guest says so (discard, TRIM).
A write that finds the datastore full pauses its machine. Left out: snapshots on the datastore,
block sizes. Source: VMware vSphere Storage (thin provisioning); qemu-img(1), preallocation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["ALARM", "DEEDS", "Datastore", "Deed", "Disk", "State", "Told", "tell"]

ALARM = 0.8  # of the capacity; vSphere's default for datastore usage has 75 and 85 %
Kind = Literal["write", "delete", "discard"]
DEEDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A virtual disk: `in_use` is what the guest's files take, `allocated` what its file takes."""

    size_gb: float
    thick: bool = False
    in_use_gb: float = 0.0
    allocated_gb: float = 0.0
    paused: bool = False

    def __post_init__(self) -> None:
        require(self.size_gb > 0, "size_gb={size}: choose more than 0", size=self.size_gb)
        require(
            0 <= self.in_use_gb <= self.size_gb, "in_use_gb={used}: choose 0 to {size}, the disk",
            used=self.in_use_gb, size=self.size_gb,
        )  # fmt: skip
        least = self.size_gb if self.thick else max(self.allocated_gb, self.in_use_gb)
        object.__setattr__(self, "allocated_gb", least)


@dataclass(frozen=True, kw_only=True)
class Datastore:
    """Disks that share a capacity."""

    capacity_gb: float = 1000.0
    disks: tuple[Disk, ...] = field(default_factory=lambda: (Disk(size_gb=500.0),) * 4)

    def __post_init__(self) -> None:
        require(self.capacity_gb > 0, "capacity_gb={size}: choose more than 0", size=self.capacity_gb)  # fmt: skip
        require(
            self.used_gb <= self.capacity_gb, "used_gb={used:g}: more than the capacity, {size:g}",
            used=self.used_gb, size=self.capacity_gb,
        )  # fmt: skip

    @property
    def used_gb(self) -> float:
        """What the files take."""
        return sum(disk.allocated_gb for disk in self.disks)

    @property
    def promised(self) -> float:
        """Over-subscription: virtual sizes over capacity; more than 1 is a promise on credit."""
        return sum(disk.size_gb for disk in self.disks) / self.capacity_gb

    @property
    def alarm(self) -> bool:
        """More than four fifths are used."""
        return self.used_gb > ALARM * self.capacity_gb


@dataclass(frozen=True)
class Deed:
    """What the guest of a disk does: writes new data, deletes files, or gives back the space."""

    kind: Kind
    disk: int
    gb: float = 0.0


@dataclass(frozen=True)
class State:
    """After a deed."""

    store: Datastore
    deed: Deed | None
    why: Message


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(store: Datastore, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    states = [State(store, None, Message.of("The disks promise {promised:.2f} times the capacity.", promised=store.promised))]  # fmt: skip
    for deed in deeds:
        states.append(_after(states[-1].store, deed))
    return Told(tuple(states))


def _after(store: Datastore, deed: Deed) -> State:
    require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
    require(0 <= deed.disk < len(store.disks), "disk={n}: choose 0 to {last}", n=deed.disk, last=len(store.disks) - 1)  # fmt: skip
    require(deed.gb >= 0, "gb={gb}: choose 0 or more", gb=deed.gb)
    disk, why = _DO[deed.kind](store, store.disks[deed.disk], deed.gb)
    disks = tuple(disk if at == deed.disk else each for at, each in enumerate(store.disks))
    return State(replace(store, disks=disks), deed, why)


def _write(store: Datastore, disk: Disk, gb: float) -> tuple[Disk, Message]:
    """New data first takes what deleted files left in the file, as a full guest would."""
    used = disk.in_use_gb + gb
    require(used <= disk.size_gb, "gb={gb:g}: the disk has {free:g} GB free", gb=gb, free=disk.size_gb - disk.in_use_gb)  # fmt: skip
    grown = max(disk.allocated_gb, used) - disk.allocated_gb
    free = store.capacity_gb - store.used_gb
    if grown > free:
        return replace(disk, paused=True), Message.of("The file should grow by {grown:g} GB and the datastore has {free:g}: the machine is paused in its write.", grown=grown, free=free)  # fmt: skip
    after = replace(disk, in_use_gb=used, allocated_gb=disk.allocated_gb + grown, paused=False)
    if grown == 0:
        return after, Message.of("The file has room from before: it does not grow.")
    return after, Message.of("The file grows by {grown:g} GB.", grown=grown)


def _delete(_store: Datastore, disk: Disk, gb: float) -> tuple[Disk, Message]:
    require(gb <= disk.in_use_gb, "gb={gb:g}: the guest has {used:g} GB in files", gb=gb, used=disk.in_use_gb)  # fmt: skip
    after = replace(disk, in_use_gb=disk.in_use_gb - gb)
    return after, Message.of("The guest has {gb:g} GB less in files; the file on the host stays as it is.", gb=gb)  # fmt: skip


def _discard(_store: Datastore, disk: Disk, _gb: float) -> tuple[Disk, Message]:
    if disk.thick:
        return disk, Message.of("A thick disk keeps its whole size: nothing is given back.")
    freed = disk.allocated_gb - disk.in_use_gb
    after = replace(disk, allocated_gb=disk.in_use_gb)
    return after, Message.of("The guest says which blocks it no longer needs: the file shrinks by {freed:g} GB.", freed=freed)  # fmt: skip


_DO: dict[Kind, Callable[[Datastore, Disk, float], tuple[Disk, Message]]] = {
    "write": _write, "delete": _delete, "discard": _discard,
}  # fmt: skip
