"""Layers made larger or smaller in the right order or the other one, with what the tools refuse.

Built on `resize`. Modelled: a machine grown from 8 GiB or shrunk from 16, step by step; a refused
step changes nothing and, when shrinking, ends it: whoever goes on then destroys. Left out: as in
`resize`. Sources: as there; e2fsck(8), which resize2fs asks for first.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.volumes import resize
from coursekit.sims.volumes.resize import Files, Layers, State, Step

__all__ = ["LEAST", "MOST", "Moment", "Order", "Told", "What", "play"]

GIB = 1024  # MiB
LEAST, MOST = 8, 16  # GiB: the file system before it grows, and before it shrinks

What = Literal["grow", "shrink"]
Order = Literal["right", "wrong"]


@dataclass(frozen=True)
class Moment:
    """After a step: the layers, the step, MiB of the file system cut off so far."""

    layers: Layers
    step: Step | None = None
    lost: int = 0
    refused: bool = False
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first step and one after each; `old` and `new`: the file system, MiB."""

    states: tuple[Moment, ...]
    old: int
    new: int


def play(what: What, order: Order, fs: Files = "ext4", used: float = 50, to: int = 12) -> Told:
    """The steps to a file system of `to` GiB; `used` percent of the old one are full."""
    require(what in get_args(What), "what={what}: choose grow or shrink", what=what)
    require(order in get_args(Order), "order={order}: choose right or wrong", order=order)
    require(0 <= used <= 100, "used={used}: choose 0 to 100 %", used=used)
    old, new = (LEAST if what == "grow" else MOST) * GIB, to * GIB
    layers = resize.stack(old, round(old * used / 100), fs)
    steps = (resize.grow_order if what == "grow" else resize.shrink_order)(layers, new)
    states = [_moment(resize.tell(layers).states[0])]
    for step in steps if order == "right" else reversed(steps):
        states.append(_after(states[-1], step))
        if states[-1].refused and what == "shrink":
            break
    return Told(tuple(states), old, new)


def _moment(state: State) -> Moment:
    return Moment(state.layers, state.step, state.lost, why=state.why)


def _after(before: Moment, step: Step) -> Moment:
    try:
        if step.layer == "fs" and before.layers.kind == "ext4":
            _must_be_whole(before.layers)
        after = resize.tell(before.layers, [step]).states[-1]
    except ParameterError as why:
        return Moment(before.layers, step, before.lost, True, (why.message,))
    return Moment(after.layers, step, max(before.lost, after.lost), why=after.why)


def _must_be_whole(layers: Layers) -> None:
    """What e2fsck, asked for before a resize, and a mount find first."""
    require(
        layers.reach >= layers.fs,
        "fs={fs}: the file system reaches behind the end of its volume, at {reach} MiB; e2fsck stops there, and so does resize2fs",
        fs=layers.fs, reach=layers.reach,
    )  # fmt: skip
