"""A chain of images, deed by deed: what each layer holds, what it cost, and why.

Built on `chain`; nothing is decided here but the sentences. Trace: write, read, snap, revert,
merge, lose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.vmfiles import chain
from coursekit.sims.vmfiles.chain import Cost, Disk, Found

__all__ = ["DEEDS", "Deed", "State", "Told", "tell", "trace"]

Kind = Literal["write", "write part", "read", "snapshot", "revert", "commit", "pull", "flatten", "lose"]  # fmt: skip
DEEDS: tuple[Kind, ...] = get_args(Kind)
_NOW_LOST = "deed={kind}: the chain is broken, layer {layer} is lost"


@dataclass(frozen=True)
class Deed:
    """What is done; `place` is a cluster (write, read) or a layer (revert, commit, pull, lose)."""

    kind: Kind
    place: int = 0


@dataclass(frozen=True)
class State:
    """After a deed; version `writes` is the newest.

    `found` answers a read; `lost` is the layer that is gone, `states` what can be restored.
    """

    disk: Disk
    deed: Deed | None
    cost: Cost  # of this deed
    total: Cost  # of all so far
    writes: int
    found: Found | None
    lost: int | None
    states: tuple[int, ...]
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(disk: Disk, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    start = Message.of("Layer 0 is the base: all that is written goes there.")
    first = State(disk, None, Cost(), Cost(), _newest(disk), None, None, _all(disk), (start,))
    states = [first]
    for deed in deeds:
        states.append(_after(states[-1], deed))
    return Told(tuple(states))


def trace(told: Told) -> list[dict[str, Any]]:
    """The same as plain events."""
    return [_event(before, after) for before, after in zip(told.states, told.states[1:], strict=False)]  # fmt: skip


def _event(before: State, after: State) -> dict[str, Any]:
    deed = after.deed
    assert deed is not None
    if deed.kind in ("write", "write part"):
        return {"kind": "write", "c": deed.place, "layer": after.disk.top, "cow": after.cost.reads}
    if after.found is not None:
        return {"kind": "read", "c": deed.place, "depth": after.found.depth}
    if deed.kind in ("commit", "pull", "flatten"):
        way = {"commit": "down", "pull": "up", "flatten": "all"}[deed.kind]
        return {"kind": "merge", "dir": way, "copied": after.cost.copied}
    kind = "snap" if deed.kind == "snapshot" else deed.kind
    return {"kind": kind, "layers": len(before.disk.layers)}


def _after(before: State, deed: Deed) -> State:
    require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
    if before.lost is not None:
        require(False, _NOW_LOST, kind=deed.kind, layer=before.lost)
    after = _DO[deed.kind](replace(before, deed=deed, cost=Cost(), found=None), deed.place)
    states = _all(after.disk) if after.lost is None else after.states
    return replace(after, total=before.total + after.cost, states=states)


def _write(state: State, place: int, *, whole: bool = True) -> State:
    version = state.writes + 1
    before = chain.read(state.disk, place)
    disk, cost = chain.write(state.disk, place, version, whole=whole)
    why = [
        Message.of("Cluster {cluster} is written to layer {layer}, the top one.", cluster=place, layer=disk.top),
    ]  # fmt: skip
    if cost.reads:
        why.append(Message.of("It is less than a cluster, and layer {layer} has not got it: the whole cluster is first read from layer {below}.", layer=disk.top, below=before.layer))  # fmt: skip
    elif place in state.disk.layers[-1]:
        why.append(Message.of("The layer had it already: it is overwritten in place."))
    elif not whole:
        why.append(Message.of("It is less than a cluster and no layer has it: the rest of it is zeros."))  # fmt: skip
    return replace(state, disk=disk, cost=cost, writes=version, why=tuple(why))


def _write_part(state: State, place: int) -> State:
    return _write(state, place, whole=False)


def _read(state: State, place: int) -> State:
    found = chain.read(state.disk, place)
    if found.layer is None:
        why = Message.of("No layer has cluster {cluster}: the guest reads zeros. Layers asked: {layers}.", cluster=place, layers=len(state.disk.layers))  # fmt: skip
    elif found.depth:
        why = Message.of("Cluster {cluster} is found in layer {layer}, {depth} below the top.", cluster=place, layer=found.layer, depth=found.depth)  # fmt: skip
    else:
        why = Message.of("Cluster {cluster} is found in the top layer, {layer}.", cluster=place, layer=found.layer)  # fmt: skip
    return replace(state, found=found, cost=Cost(reads=int(found.layer is not None)), why=(why,))


def _snapshot(state: State, _place: int) -> State:
    disk = chain.snapshot(state.disk)
    why = Message.of("Layer {closed} is frozen, layer {layer} is empty and takes the writes. Nothing was copied.", closed=disk.top - 1, layer=disk.top)  # fmt: skip
    return replace(state, disk=disk, why=(why,))


def _revert(state: State, layer: int) -> State:
    disk = chain.revert(state.disk, layer)
    dropped = sum(state.disk.sizes[layer + 1 :])
    why = Message.of("Back to the end of layer {layer}; a new empty layer takes the writes. Clusters dropped above it: {dropped}.", layer=layer, dropped=dropped)  # fmt: skip
    return replace(state, disk=disk, why=(why,))


def _commit(state: State, layer: int) -> State:
    disk, cost = chain.delete(state.disk, layer, "down")
    why = Message.of("Layer {layer} is merged down into {under}. Clusters copied: {copied}, all it has.", layer=layer, under=layer - 1, copied=cost.copied)  # fmt: skip
    return replace(state, disk=disk, cost=cost, why=(why,))


def _pull(state: State, layer: int) -> State:
    disk, cost = chain.delete(state.disk, layer, "up")
    has = state.disk.sizes[layer]
    why = Message.of("Layer {layer} is merged up into {over}. Clusters copied: {copied} of {has}; the layer above has newer versions of the others.", layer=layer, over=layer + 1, has=has, copied=cost.copied)  # fmt: skip
    return replace(state, disk=disk, cost=cost, why=(why,))


def _flatten(state: State, _place: int) -> State:
    disk, cost = chain.flatten(state.disk)
    why = Message.of("What the guest sees is copied into one file that needs no other. Clusters copied: {copied}.", copied=cost.copied)  # fmt: skip
    return replace(state, disk=disk, cost=cost, why=(why,))


def _lose(state: State, layer: int) -> State:
    states = chain.lose(state.disk, layer)
    why = Message.of("The file of layer {layer} is lost. States that can still be restored: {left} of {before}; each needs its own layer and all below it.", layer=layer, before=len(state.disk.layers), left=len(states))  # fmt: skip
    return replace(state, lost=layer, states=states, why=(why,))


_DO: dict[Kind, Callable[[State, int], State]] = {
    "write": _write, "write part": _write_part, "read": _read, "snapshot": _snapshot,
    "revert": _revert, "commit": _commit, "pull": _pull, "flatten": _flatten, "lose": _lose,
}  # fmt: skip


def _newest(disk: Disk) -> int:
    return max((value for layer in disk.layers for value in layer.values()), default=0)


def _all(disk: Disk) -> tuple[int, ...]:
    return tuple(range(len(disk.layers)))
