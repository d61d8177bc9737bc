"""A small image of three layers, and the same with one thing changed: which digests move.

Modelled: a base, a runtime and an application as real tar bytes; a change of a byte in one
layer, of the config, of a file's date, of the tag only. Left out: nothing of what is named
here; the files are toys. Source: as `image`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

from coursekit.sims.containers import image
from coursekit.sims.containers.image import Config, Image
from coursekit.sims.containers.layer import Entry
from coursekit.sims.message import require

__all__ = ["CHANGES", "LAYERS", "Change", "Compared", "compare", "contents"]

Change = Literal["none", "first", "second", "third", "config", "tag", "time"]
CHANGES: tuple[Change, ...] = get_args(Change)
LAYERS: tuple[str, ...] = ("base", "runtime", "application")
TAG, MOVED = "1.0", "1.1"
_STEPS = ("FROM base", "RUN install runtime", "COPY app /app")
_TOUCHED: Mapping[Change, tuple[int, str]] = {
    "first": (0, "etc/os-release"),
    "second": (1, "usr/lib/runtime.py"),
    "third": (2, "app/main.py"),
    "time": (1, "usr/lib/runtime.py"),
}


@dataclass(frozen=True)
class Compared:
    """The image before and after a change, their tags, and the names whose digest moved.

    Names: `diff1` to `diff3`, `blob1` …, `chain1` …, `config` (the image ID), `manifest`, `tag`.
    """

    before: Image
    after: Image
    tags: tuple[str, str]
    moved: frozenset[str]


def contents(change: Change = "none") -> tuple[tuple[Entry, ...], ...]:
    """The entries of each layer, the lowest first."""
    require(change in CHANGES, "change={change}: choose one of {changes}", change=change, changes=", ".join(CHANGES))  # fmt: skip
    layers = _plain()
    if change not in _TOUCHED:
        return layers
    number, path = _TOUCHED[change]
    touched = tuple(_touch(each, change) if each.path == path else each for each in layers[number])
    return (*layers[:number], touched, *layers[number + 1 :])


def _touch(entry: Entry, change: Change) -> Entry:
    """A byte of the file, or only its date."""
    if change == "time":
        return replace(entry, mtime=entry.mtime + 1)
    return replace(entry, data=entry.data[:-2] + b"!\n")


def _plain() -> tuple[tuple[Entry, ...], ...]:
    base = (
        Entry("bin", kind="dir"),
        Entry("bin/sh", b"#!the shell\n" * 200, mode=0o755),
        Entry("etc", kind="dir"),
        Entry("etc/motd", b"Welcome.\n"),
        Entry("etc/os-release", b'NAME="Course Linux"\nVERSION_ID=1.\n'),
    )
    runtime = (Entry("usr/lib", kind="dir"), Entry("usr/lib/runtime.py", b"def run():\n    pass\n" * 100))  # fmt: skip
    app = (
        Entry("app", kind="dir"),
        Entry("app/main.py", b"import runtime\n\nruntime.run()  \n"),
        Entry("etc/motd", kind="whiteout"),
    )
    return base, runtime, app


@lru_cache(32)
def built(change: Change, gzip: bool) -> Image:
    """The image after this change."""
    env = {"PATH": "/bin", "MODE": "test" if change == "config" else "live"}
    config = Config(env=env, cmd=("/bin/sh", "/app/main.py"), workdir="/app")
    return image.build(contents(change), config, gzip=gzip, history=_STEPS)


def compare(change: Change, *, gzip: bool = False) -> Compared:
    """What a change moves: everything above it, and nothing below."""
    before, after = built("none", gzip), built(change, gzip)
    old, new = _names(before), _names(after)
    moved = {name for name in old if old[name] != new[name]}
    tags = (TAG, MOVED) if change == "tag" else (TAG, TAG)
    return Compared(before, after, tags, frozenset(moved | ({"tag"} if change == "tag" else set())))


def _names(one: Image) -> dict[str, str]:
    """Each digest by the name of what it names."""
    names = {"config": one.id, "manifest": one.digest}
    for number in range(len(one.layers)):
        names[f"diff{number + 1}"] = one.diff_ids[number]
        names[f"blob{number + 1}"] = one.layers[number].digest
        names[f"chain{number + 1}"] = one.chain_ids[number]
    return names
