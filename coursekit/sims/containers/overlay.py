"""Layers seen as one tree: who answers a read, and what a write, a deletion or a rename leaves.

Modelled: read-only lower layers, the first one on top, and one upper layer that takes every
change; whole-file copy-up, whiteouts, opaque directories, and the refusal to rename a lower
directory (EXDEV). A layer maps paths to sizes in bytes, `WH` (hides a name and all below it)
or `OPQ` (a directory of its own: nothing below shows through); other directories are implied
by what they hold. Left out: attributes, links, `redirect_dir`, `metacopy`. Source: Linux
Documentation/filesystems/overlayfs.rst.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from coursekit.sims.message import require

__all__ = ["OPQ", "WH", "Found", "Layer", "Mark", "Stack", "delete", "listing", "lookup", "mkdir", "rename", "rmdir", "run", "view", "write"]  # fmt: skip

WH = "WH"
OPQ = "OPQ"
Mark = int | str  # a size in bytes, WH or OPQ
Layer = Mapping[str, Mark]
OPS = {"read": 2, "write": 3, "delete": 2, "mkdir": 2, "rmdir": 2, "list": 2, "rename": 3}


@dataclass(frozen=True)
class Stack:
    """Lower layers, the top one first, and the upper one that is written to."""

    lowers: tuple[Layer, ...]
    upper: Layer = field(default_factory=dict)

    def __post_init__(self) -> None:
        for layer in self.layers:
            for path, mark in layer.items():
                check_path(path)
                size = isinstance(mark, int) and not isinstance(mark, bool) and mark >= 0
                require(size or mark in (WH, OPQ), "{path}={mark}: choose a size in bytes, WH or OPQ", path=path, mark=mark)  # fmt: skip
                blocking = [above for above in ancestors(path) if layer.get(above, OPQ) != OPQ]
                require(not blocking, "{path}={mark}: {above} is no directory in the same layer", path=path, mark=mark, above=blocking[0] if blocking else "")  # fmt: skip

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, the upper one first."""
        return (self.upper, *self.lowers)


@dataclass(frozen=True)
class Found:
    """What a path is: its size (None: a directory), and the number of the layer that says so.

    Layer 0 is the upper one. A directory is made of all `layers` that have a part of it.
    """

    size: int | None
    layer: int
    layers: tuple[int, ...]

    @property
    def file(self) -> bool:
        """Whether it is a file."""
        return self.size is not None


def lookup(stack: Stack, path: str) -> Found | None:
    """The first layer from the top that knows the name; None where it is absent or hidden."""
    check_path(path)
    parts: list[int] = []
    for number, layer in enumerate(stack.layers):
        mark = layer.get(path)
        if isinstance(mark, int):
            return Found(None, parts[0], tuple(parts)) if parts else Found(mark, number, (number,))
        if mark == WH:
            break
        if mark == OPQ or _implied(layer, path):
            parts.append(number)
        if mark == OPQ or _hidden(layer, path):
            break
    return Found(None, parts[0], tuple(parts)) if parts else None


def _implied(layer: Layer, path: str) -> bool:
    """A directory is there because something in it is, be it a whiteout."""
    below = f"{path}/"
    return any(name.startswith(below) for name in layer)


def _hidden(layer: Layer, path: str) -> bool:
    """Whether something above the path in this layer hides what is below: any mark does."""
    return any(above in layer for above in ancestors(path))


def view(stack: Stack) -> dict[str, int]:
    """The merged tree as a container sees it: path -> size, files only."""
    paths = sorted({path for layer in stack.layers for path in layer})
    found = {path: lookup(stack, path) for path in paths}
    return {path: each.size for path, each in found.items() if each and each.size is not None}


def listing(stack: Stack, folder: str = "") -> tuple[str, ...]:
    """The names in a directory, whiteouts left out; "" is the root."""
    if folder:
        found = lookup(stack, folder)
        require(found is not None, "path={path}: no such directory", path=folder)
        require(found is None or not found.file, "path={path}: a file, not a directory", path=folder)  # fmt: skip
    names = {name for layer in stack.layers for name in _children(layer, folder)}
    start = f"{folder}/" if folder else ""
    return tuple(sorted(name for name in names if lookup(stack, start + name)))


def _children(layer: Layer, folder: str) -> Iterator[str]:
    start = f"{folder}/" if folder else ""
    for path in layer:
        if path.startswith(start):
            yield path.removeprefix(start).split("/")[0]


def write(stack: Stack, path: str, size: int) -> tuple[Stack, int]:
    """The file has this size now; and the bytes copied up: all of it, if a lower layer had it."""
    found = lookup(stack, path)
    require(found is None or found.file, "path={path}: a directory, not a file", path=path)
    require(size >= 0, "size={size}: choose 0 or more", size=size)
    _check_folder(stack, path)
    copied = found.size if found and found.size is not None and found.layer > 0 else 0
    return _with(stack, {path: size}), copied


def delete(stack: Stack, path: str) -> Stack:
    """A file goes: out of the upper layer, and a whiteout hides a lower one."""
    found = lookup(stack, path)
    require(found is not None, "path={path}: no such file", path=path)
    require(found is not None and found.file, "path={path}: a directory, not a file", path=path)
    return _hide(stack, path)


def mkdir(stack: Stack, path: str) -> Stack:
    """A new directory, opaque: what lower layers have of that name stays hidden."""
    require(lookup(stack, path) is None, "path={path}: it exists", path=path)
    _check_folder(stack, path)
    return _with(stack, {path: OPQ})


def rmdir(stack: Stack, path: str) -> Stack:
    """A directory with its contents goes (as `rm -r`): one whiteout hides all of it."""
    found = lookup(stack, path)
    require(found is not None, "path={path}: no such directory", path=path)
    require(found is not None and not found.file, "path={path}: a file, not a directory", path=path)  # fmt: skip
    return _hide(stack, path)


def rename(stack: Stack, old: str, new: str) -> tuple[Stack, int]:
    """A file gets another name: copied up whole, if a lower layer had it; and the bytes copied.

    A directory with a part in a lower layer is refused (EXDEV), and programs copy it themselves.
    """
    found = lookup(stack, old)
    require(found is not None, "path={path}: no such file or directory", path=old)
    require(lookup(stack, new) is None, "path={path}: it exists", path=new)
    _check_folder(stack, new)
    assert found is not None
    if found.size is not None:
        after, _copied = write(stack, new, found.size)
        return _hide(after, old), found.size if found.layer else 0
    lower = any(layer > 0 for layer in found.layers)
    require(not lower, "path={path}: EXDEV, a directory of a lower layer cannot be renamed; a program must copy it", path=old)  # fmt: skip
    inside = new.startswith(f"{old}/")
    require(not inside, "path={path}: a directory cannot move into itself", path=old)
    moved = {new + path.removeprefix(old): mark for path, mark in stack.upper.items() if path.startswith(f"{old}/")}  # fmt: skip
    return _with(_hide(stack, old), {new: OPQ, **moved}), 0


def run(stack: Stack, ops: Iterable[Sequence[Any]]) -> tuple[Stack, int]:
    """All operations in order: ["write", path, size] and the like; and the bytes copied up."""
    copied = 0
    for op in ops:
        stack, more = _done(stack, _checked(op))
        copied += more
    return stack, copied


def _checked(op: Sequence[Any]) -> Sequence[Any]:
    known = bool(op) and op[0] in OPS and len(op) == OPS[op[0]] and isinstance(op[1], str)
    require(known, 'op={op}: write ["write", path, size], or [name, path] with one of {names}', op=list(op), names=", ".join(OPS))  # fmt: skip
    return op


def _done(stack: Stack, op: Sequence[Any]) -> tuple[Stack, int]:
    kind, path, *rest = op
    if kind == "write":
        return write(stack, path, rest[0])
    if kind == "rename":
        return rename(stack, path, rest[0])
    if kind == "read":
        found = lookup(stack, path)
        require(found is not None and found.file, "path={path}: no such file", path=path)
        return stack, 0
    if kind == "list":
        listing(stack, path)
        return stack, 0
    return {"delete": delete, "mkdir": mkdir, "rmdir": rmdir}[kind](stack, path), 0


def _hide(stack: Stack, path: str) -> Stack:
    """Out of the upper layer; a whiteout only where a lower layer would show it again."""
    below = f"{path}/"
    upper = {name: mark for name, mark in stack.upper.items() if name != path and not name.startswith(below)}  # fmt: skip
    left = replace(stack, upper=_kept_folder(stack, upper, path))
    return _with(left, {path: WH}) if lookup(left, path) else left


def _kept_folder(stack: Stack, upper: dict[str, Mark], path: str) -> dict[str, Mark]:
    """The directory the path was in stays, also when nothing is left in it and no other layer has it."""
    above = path.rpartition("/")[0]
    if above and lookup(replace(stack, upper=upper), above) is None:
        return {**upper, above: OPQ}
    return upper


def _with(stack: Stack, marks: Mapping[str, Mark]) -> Stack:
    return replace(stack, upper={**stack.upper, **marks})


def _check_folder(stack: Stack, path: str) -> None:
    above = path.rpartition("/")[0]
    found = lookup(stack, above) if above else None
    require(not above or found is not None, "path={path}: the directory {above} does not exist", path=path, above=above)  # fmt: skip
    require(found is None or not found.file, "path={path}: {above} is a file", path=path, above=above)  # fmt: skip


@lru_cache(4096)
def ancestors(path: str) -> tuple[str, ...]:
    """The directories a path is in, the nearest first."""
    parts = path.split("/")
    return tuple("/".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))


@lru_cache(4096)
def check_path(path: str) -> None:
    """ParameterError unless this is a path from the root, without a slash at its ends."""
    plain = bool(path) and all(part not in ("", ".", "..") for part in path.split("/"))
    require(plain, "path={path}: write it without a slash at its ends, as d/x", path=path)
