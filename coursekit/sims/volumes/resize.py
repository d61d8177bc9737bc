"""Five layers, one order: disk, partition, physical volume, logical volume, file system.

Modelled: how far each layer reaches, which tools refuse a bad step (the layer below is too
small, extents in use, files in the way, XFS) and which do not ask (lvreduce -f, a partition
table, a virtual disk), and how many bytes of the file system lie behind the end then. Left
out: other partitions and volumes; sizes are whole MiB. Sources: pvresize(8), lvreduce(8),
resize2fs(8), xfs_growfs(8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes.extents import EXTENT, extents_for, usable_extents

__all__ = ["LAYERS", "Layers", "State", "Step", "Told", "grow_order", "shrink_order", "stack", "tell"]  # fmt: skip

MIB = 1 << 20
TABLES = 2  # MiB of a disk outside the partition: the tables, and alignment

Layer = Literal["disk", "partition", "pv", "lv", "fs"]
Files = Literal["ext4", "xfs"]
LAYERS: tuple[Layer, ...] = get_args(Layer)


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Sizes in MiB; `used` is what the files take, `kind` the file system."""

    disk: int
    partition: int
    pv: int
    lv: int
    fs: int
    used: int
    kind: Files = "ext4"

    def __post_init__(self) -> None:
        require(self.kind in get_args(Files), "kind={kind}: choose ext4 or xfs", kind=self.kind)
        require(0 <= self.used <= self.fs, "used={used}: choose 0 to {fs}, the file system", used=self.used, fs=self.fs)  # fmt: skip

    def size(self, layer: Layer) -> int:
        """MiB of a layer."""
        return int(getattr(self, layer))

    @property
    def reach(self) -> int:
        """MiB of the file system that can still be reached: the smallest layer decides."""
        on_pv = min(self.pv, self.partition, max(0, self.disk - TABLES))
        return min(self.fs, self.lv, _usable(on_pv))


@dataclass(frozen=True)
class Step:
    """A layer is given a new size in MiB."""

    layer: Layer
    to: int


@dataclass(frozen=True)
class State:
    """After a step; `lost` is how many MiB of the file system have ever been cut off."""

    layers: Layers
    step: Step | None
    lost: int = 0
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first step and one after each."""

    states: tuple[State, ...]


def _usable(pv: int) -> int:
    """MiB of extents on a PV of so many MiB."""
    least = EXTENT // MIB + 1
    return usable_extents(pv * MIB) * EXTENT // MIB if pv >= least else 0


def stack(fs: int, used: int, kind: Files = "ext4") -> Layers:
    """The smallest layers that carry a file system of `fs` MiB."""
    require(fs >= 1, "fs={n}: choose 1 or more", n=fs)
    lv = extents_for(fs * MIB) * EXTENT // MIB
    pv = lv + 1
    return Layers(disk=pv + TABLES, partition=pv, pv=pv, lv=lv, fs=fs, used=used, kind=kind)


def room(layers: Layers, layer: Layer) -> int | None:
    """The most that the layer below carries; None for the disk."""
    return {
        "disk": None, "partition": layers.disk - TABLES, "pv": layers.partition,
        "lv": _usable(layers.pv), "fs": layers.lv,
    }[layer]  # fmt: skip


def grow_order(now: Layers, fs: int) -> tuple[Step, ...]:
    """Steps to a file system of `fs` MiB, from the disk upwards; layers big enough are left."""
    require(fs > now.fs, "fs={fs}: choose more than {now}, what there is", fs=fs, now=now.fs)
    goal = stack(fs, now.used, now.kind)
    return tuple(Step(each, goal.size(each)) for each in LAYERS if goal.size(each) > now.size(each))


def shrink_order(now: Layers, fs: int, down_to: Layer = "lv") -> tuple[Step, ...]:
    """Steps to a file system of `fs` MiB, from the file system downwards to a layer."""
    require(1 <= fs < now.fs, "fs={fs}: choose 1 or more, less than {now}", fs=fs, now=now.fs)
    goal = stack(fs, min(fs, now.used), now.kind)
    wanted = LAYERS[LAYERS.index(down_to) :]
    return tuple(Step(each, goal.size(each)) for each in reversed(wanted) if goal.size(each) < now.size(each))  # fmt: skip


def tell(layers: Layers, steps: Sequence[Step] = ()) -> Told:
    """The whole record; ParameterError names the rule of the tool that refuses a step."""
    states = [State(layers, None, why=(Message.of("The file system has {fs} MiB, its files {used}.", fs=layers.fs, used=layers.used),))]  # fmt: skip
    for step in steps:
        states.append(_after(states[-1], step))
    return Told(tuple(states))


def _after(state: State, step: Step) -> State:
    require(step.layer in LAYERS, "layer={layer}: choose one of {layers}", layer=step.layer, layers=", ".join(LAYERS))  # fmt: skip
    require(step.to >= 1, "to={n}: choose 1 or more", n=step.to)
    now = state.layers.size(step.layer)
    if step.to >= now:
        return _grown(state, step)
    return _shrunk(state, step)


def _with(layers: Layers, step: Step) -> Layers:
    return replace(layers, **{step.layer: step.to})  # type: ignore[arg-type]


def _grown(state: State, step: Step) -> State:
    most = room(state.layers, step.layer)
    require(most is None or step.to <= most, "to={to}: the layer below has room for {most} MiB; make it bigger first", to=step.to, most=most)  # fmt: skip
    layers = _with(state.layers, step)
    why = _GREW[step.layer]
    if state.lost:
        why = Message.of("The layer is bigger again; what was cut off does not come back with it.")
    return State(layers, step, state.lost, (why,))


_GREW: dict[Layer, Message] = {
    "disk": Message.of("The disk is bigger; the layers above do not know it yet."),
    "partition": Message.of("The table says more sectors; the physical volume does not know it yet."),
    "pv": Message.of("pvresize: the group has more free extents."),
    "lv": Message.of("lvextend: the volume is bigger; the file system does not know it yet."),
    "fs": Message.of("resize2fs or xfs_growfs, mounted: the files have more room."),
}  # fmt: skip


def _shrunk(state: State, step: Step) -> State:
    now = state.layers
    if step.layer == "fs":
        require(now.kind != "xfs", "kind={kind}: XFS cannot be made smaller; copy the files to a new one", kind=now.kind)  # fmt: skip
        require(step.to >= now.used, "to={to}: the files take {used} MiB", to=step.to, used=now.used)  # fmt: skip
    if step.layer == "pv":
        require(_usable(step.to) >= now.lv, "to={to}: pvresize refuses, extents behind that end are in use", to=step.to)  # fmt: skip
    layers = _with(now, step)
    cut = max(0, layers.fs - layers.reach)
    if step.layer == "fs":
        why = Message.of("resize2fs, unmounted: what lay behind the new end is first moved forward. Layers below may follow now.")  # fmt: skip
    elif cut > max(0, now.fs - now.reach):
        why = Message.of("Nobody asked the file system: of its {fs} MiB the last {cut} lie behind the new end and are lost. It cannot be mounted safely.", fs=now.fs, cut=cut)  # fmt: skip
    else:
        why = Message.of("What is cut off belonged to nothing above: no byte of the file system is lost.")  # fmt: skip
    return State(layers, step, max(state.lost, cut), (why,))
