"""Files of a container, deed by deed: which layer answers, what is copied up, what is hidden.

Built on `overlay`; nothing is decided here but the sentences. Trace: read, write, copyup, hide,
mkdir, list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.containers import overlay
from coursekit.sims.containers.overlay import OPQ, WH, Found, Stack
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "IMAGE", "Deed", "State", "Told", "tell", "trace"]

Kind = Literal["read", "write", "delete", "mkdir", "rmdir", "list", "rename"]
DEEDS: tuple[Kind, ...] = get_args(Kind)

IMAGE = Stack(  # sizes in MB; L1, the top layer of the image, first
    (
        {"a": 2, "d/x": WH, "d/y": 1024},
        {"b": 60, "d/z": 8, "e": OPQ, "e/n": 4},
        {"a": 1, "c": 20, "d/x": 1, "e/m": 5},
    )
)


@dataclass(frozen=True)
class Deed:
    """What a process in the container does to a path; `to` is a rename's new name."""

    kind: Kind
    path: str
    size: int = 0
    to: str = ""


@dataclass(frozen=True)
class State:
    """After a deed: the stack, what answered, names listed, what this deed copied up and in all."""

    stack: Stack
    deed: Deed | None
    found: Found | None
    names: tuple[str, ...] | None
    copied: int
    total: int
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(stack: Stack, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    start = Message.of("The container begins with an empty upper layer over {n} layers of the image.", n=len(stack.lowers))  # fmt: skip
    states = [State(stack, None, None, None, 0, 0, (start,))]
    for deed in deeds:
        require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
        before = states[-1]
        found = overlay.lookup(before.stack, deed.path) if deed.path else None
        after = _DO[deed.kind](replace(before, deed=deed, found=found, names=None, copied=0), deed)
        states.append(replace(after, total=before.total + after.copied))
    return Told(tuple(states))


def trace(told: Told) -> list[dict[str, Any]]:
    """The same as plain events."""
    events: list[dict[str, Any]] = []
    for state in told.states[1:]:
        assert state.deed is not None
        if state.copied:
            events.append({"kind": "copyup", "path": state.deed.path, "bytes": state.copied})
        events.append({"kind": state.deed.kind, "path": state.deed.path})
    return events


def _read(state: State, deed: Deed) -> State:
    found = state.found
    if found is None:
        return replace(state, why=(_absent(state.stack, deed.path),))
    require(found.file, "path={path}: a directory, not a file", path=deed.path)
    if found.layer == 0:
        said = Message.of("{path} is found in the upper layer: no other is asked.", path=deed.path)
    else:
        said = Message.of("{path} is found in L{layer}; layers asked in vain above it: {depth}. Nothing is copied.", path=deed.path, layer=found.layer, depth=found.layer)  # fmt: skip
    return replace(state, why=(said,))


def _absent(stack: Stack, path: str) -> Message:
    hidden = overlay.lookup(Stack(stack.lowers), path) is not None
    if hidden:
        return Message.of("No such file: the upper layer hides {path}, which an image layer still holds.", path=path)  # fmt: skip
    below = any(path in layer and layer[path] not in (WH, OPQ) for layer in stack.lowers)
    if below:
        return Message.of("No such file: one layer of the image hides {path}, which a lower one still holds.", path=path)  # fmt: skip
    return Message.of("No such file: no layer has {path}.", path=path)


def _write(state: State, deed: Deed) -> State:
    stack, copied = overlay.write(state.stack, deed.path, deed.size)
    found = state.found
    if copied and found:
        why = Message.of("{path} is in L{layer}, which nobody may change: all {mb} MB of it are copied up first, then the copy is written.", path=deed.path, layer=found.layer, mb=copied)  # fmt: skip
    elif found:
        why = Message.of("{path} is in the upper layer already: it is written in place.", path=deed.path)  # fmt: skip
    else:
        why = Message.of("{path} is new: it goes to the upper layer.", path=deed.path)
    return replace(state, stack=stack, copied=copied, why=(why,))


def _delete(state: State, deed: Deed) -> State:
    stack = overlay.delete(state.stack, deed.path)
    return replace(state, stack=stack, why=(_gone(state, stack, deed.path),))


def _gone(state: State, after: Stack, path: str) -> Message:
    found = state.found
    if after.upper.get(path) == WH and found is not None and found.layer == 0:
        return Message.of("{path} leaves the upper layer; a whiteout hides what the image has of it. The image gets no smaller.", path=path)  # fmt: skip
    if after.upper.get(path) == WH:
        return Message.of("The image cannot be changed: a whiteout in the upper layer hides {path}. Its bytes stay where they are.", path=path)  # fmt: skip
    return Message.of("{path} leaves the upper layer; no layer of the image has it, so no whiteout is needed.", path=path)  # fmt: skip


def _mkdir(state: State, deed: Deed) -> State:
    lower = overlay.lookup(Stack(state.stack.lowers), deed.path) is not None
    stack = overlay.mkdir(state.stack, deed.path)
    if lower:
        why = Message.of("{path} is made anew, and opaque: what the image has in a directory of that name stays hidden.", path=deed.path)  # fmt: skip
    else:
        why = Message.of("{path} is a new directory of the upper layer.", path=deed.path)
    return replace(state, stack=stack, why=(why,))


def _rmdir(state: State, deed: Deed) -> State:
    stack = overlay.rmdir(state.stack, deed.path)
    return replace(state, stack=stack, why=(_gone(state, stack, deed.path),))


def _list(state: State, deed: Deed) -> State:
    names = overlay.listing(state.stack, deed.path)
    asked = len(state.found.layers) if state.found else len(state.stack.layers)
    why = Message.of("{path} is made of the parts that {n} layers have of it, without what whiteouts hide: {names}.", path=f"/{deed.path}", n=asked, names=", ".join(names) or "–")  # fmt: skip
    return replace(state, names=names, why=(why,))


def _rename(state: State, deed: Deed) -> State:
    require(bool(deed.to), "to={to}: a rename needs a new name", to=repr(deed.to))
    stack, copied = overlay.rename(state.stack, deed.path, deed.to)
    if copied:
        why = Message.of("A new name needs a copy too: all {mb} MB of {path} are copied up as {to}, and a whiteout hides the old name.", mb=copied, path=deed.path, to=deed.to)  # fmt: skip
    else:
        why = Message.of("{path} is the upper layer's own: it becomes {to}, nothing is copied.", path=deed.path, to=deed.to)  # fmt: skip
    return replace(state, stack=stack, copied=copied, why=(why,))


_DO: dict[Kind, Callable[[State, Deed], State]] = {
    "read": _read, "write": _write, "delete": _delete, "mkdir": _mkdir, "rmdir": _rmdir,
    "list": _list, "rename": _rename,
}  # fmt: skip
