"""A layer as real bytes: a tar of what a step of a build changed, and what a stack of them shows.

Modelled: files, directories, whiteouts (an empty file `.wh.NAME`) and opaque marks (`.wh..wh..opq`).
The tar is the same each time: owners are 0, the date is given. Left out: links, devices,
extended attributes, hidden files of other formats (AUFS). Source: OCI image specification,
layer.md; POSIX ustar.
"""

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.containers.overlay import OPQ, WH
from coursekit.sims.containers.overlay import Layer as Marks
from coursekit.sims.message import ParameterError, require

__all__ = ["Entry", "Kind", "Tree", "apply", "entries", "marks", "pack"]

Kind = Literal["file", "dir", "whiteout", "opaque"]
Tree = dict[str, bytes | None]  # path -> content; None: a directory
HIDES = ".wh."
ALL = ".wh..wh..opq"


@dataclass(frozen=True)
class Entry:
    """What a layer says about a path: a file with its bytes, a directory, or that it hides one."""

    path: str
    data: bytes = b""
    kind: Kind = "file"
    mode: int = 0o644
    mtime: int = 0

    def __post_init__(self) -> None:
        parts = self.path.split("/")
        plain = all(part not in ("", ".", "..") and not part.startswith(HIDES) for part in parts)
        require(plain, "path={path}: write it without /, . and .. at its ends, and no name begins with .wh.", path=self.path)  # fmt: skip
        require(self.kind in get_args(Kind), "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(get_args(Kind)))  # fmt: skip
        require(self.kind == "file" or not self.data, "path={path}: only a file has bytes", path=self.path)  # fmt: skip

    @property
    def name(self) -> str:
        """Its name in the tar."""
        folder, _slash, last = self.path.rpartition("/")
        if self.kind == "whiteout":
            return f"{folder}/{HIDES}{last}" if folder else f"{HIDES}{last}"
        return f"{self.path}/{ALL}" if self.kind == "opaque" else self.path


def pack(layer: Sequence[Entry]) -> bytes:
    """The layer's tar, sorted by path as most builders do; ParameterError when a path comes twice."""
    names = [each.name for each in layer]
    for name in names:
        require(names.count(name) == 1, "path={name}: twice in one layer", name=name)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for each in sorted(layer, key=lambda entry: entry.name):
            tar.addfile(_member(each), io.BytesIO(each.data))
    return out.getvalue()


def _member(entry: Entry) -> tarfile.TarInfo:
    member = tarfile.TarInfo(entry.name)
    member.size, member.mtime, member.mode = len(entry.data), entry.mtime, entry.mode
    if entry.kind == "dir":
        member.type, member.mode = tarfile.DIRTYPE, entry.mode | 0o111
    return member


def entries(tar: bytes) -> tuple[Entry, ...]:
    """What a tar says, in its order; ParameterError when this is no tar, or it holds another kind."""
    found = []
    try:
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as opened:
            for member in opened:
                data = opened.extractfile(member) if member.isfile() else None
                found.append(_entry(member, data.read() if data else b""))
    except (tarfile.TarError, EOFError):
        raise ParameterError("layer={n}: {n} bytes that are no tar file", n=len(tar)) from None
    return tuple(each for each in found if each is not None)


def _entry(member: tarfile.TarInfo, data: bytes) -> Entry | None:
    path = member.name.removeprefix("./").strip("/")
    if path in ("", "."):
        return None
    require(member.isfile() or member.isdir(), "path={path}: neither a file nor a directory; links and devices are not modelled", path=path)  # fmt: skip
    folder, _slash, last = path.rpartition("/")
    if last == ALL:
        return Entry(folder, kind="opaque", mtime=int(member.mtime))
    if last.startswith(HIDES):
        hidden = f"{folder}/{last.removeprefix(HIDES)}".lstrip("/")
        return Entry(hidden, kind="whiteout", mtime=int(member.mtime))
    kind: Kind = "dir" if member.isdir() else "file"
    return Entry(path, data, kind, member.mode, int(member.mtime))


def marks(layer: Sequence[Entry]) -> Marks:
    """The same layer as `overlay` reads it: sizes, whiteouts, opaque directories.

    A directory with nothing in it has no mark there.
    """
    said: dict[str, int | str] = {}
    for each in layer:
        if each.kind == "file":
            said[each.path] = len(each.data)
        elif each.kind != "dir":
            said[each.path] = WH if each.kind == "whiteout" else OPQ
    return said


def apply(layers: Sequence[Sequence[Entry]]) -> Tree:
    """What a container sees of these layers, the first one lowest: unpacked one over the other."""
    tree: Tree = {}
    for layer in layers:
        for each in layer:  # what a layer hides is what lies below it, never its own
            if each.kind in ("whiteout", "opaque"):
                _clear(tree, each.path)
        for each in layer:
            if each.kind != "whiteout":
                _put(tree, each)
    return dict(sorted(tree.items()))


def _put(tree: Tree, entry: Entry) -> None:
    parts = entry.path.split("/")
    for end in range(1, len(parts)):
        above = "/".join(parts[:end])
        if tree.get(above) is not None:
            del tree[above]  # a directory takes the place of a file
        tree.setdefault(above, None)
    if entry.kind == "file":
        _clear(tree, entry.path)
        tree[entry.path] = entry.data
    else:
        tree[entry.path] = None  # in the place of a file, too


def _clear(tree: Tree, path: str) -> None:
    for name in [name for name in tree if name == path or name.startswith(f"{path}/")]:
        del tree[name]
