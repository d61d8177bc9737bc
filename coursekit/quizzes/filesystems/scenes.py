"""States of the labs on file systems that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and to what


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, *deed) for k, deed in enumerate(deeds, 1))


def blocks(*deeds: Deed, **values: Any) -> Scene:
    """The small file system after these deeds: ("mkdir", "/home"), ("write", "/notes", 3000)…"""
    return Scene(lab="filesystems-blocks", values=values, actions=_numbered(deeds))


MADE: tuple[Deed, ...] = (("create", "/notes"), ("write", "/notes", 3000))
RENAMED = (*MADE, ("rename", "/notes", "/marks"))
REMOVED = (*MADE, ("rm", "/notes"))


def path(which: str = "deep", **values: Any) -> Scene:
    """A path followed from the root."""
    return Scene(lab="filesystems-path", values={"path": which, **values})


def pointers(offset: int, block: int = 4096, **values: Any) -> Scene:
    """The way to one byte of a file."""
    return Scene(lab="filesystems-pointers", values={"offset": offset, "block": block, **values})


def links(*deeds: Deed, **values: Any) -> Scene:
    """Names, inodes and open files after these deeds: ("link", "b"), ("open", "a"), ("rm", "a")…"""
    return Scene(lab="filesystems-links", values=values, actions=_numbered(deeds))


HELD = (("open", "a"), ("rm", "a"))
TWO_NAMES = (("link", "b"), ("rm", "a"))
UNDELETED = (("rm", "a"), ("undelete", "a"))
TRIMMED = (("rm", "a"), ("trim",), ("undelete", "a"))


def fat(*deeds: Deed, **values: Any) -> Scene:
    """A FAT volume after these deeds: ("create", "NOTES.TXT", 2), ("rm", "NOTES.TXT")…"""
    return Scene(lab="filesystems-fat", values=values, actions=_numbered(deeds))


def ageing(policy: str = "first_fit", fill: int = 85, **values: Any) -> Scene:
    """A disk that has been written and deleted for years."""
    return Scene(lab="filesystems-ageing", values={"policy": policy, "fill": fill, **values})


def room(files: int, file: int = 0, **values: Any) -> Scene:
    """How many files of this size there is room for."""
    return Scene(lab="filesystems-room", values={"files": files, "file": file, **values})


def durable(*deeds: Deed, **values: Any) -> Scene:
    """Where the bytes are after these deeds: ("write",), ("fsync",), ("power_cut",)…"""
    return Scene(lab="filesystems-durable", values=values, actions=_numbered(deeds))


CUT = (("write",), ("power_cut",))
SAFE = (("write",), ("fsync",), ("power_cut",))


def crash(mode: str = "none", scenario: str = "append", **values: Any) -> Scene:
    """All states that a crash may leave."""
    values = {"mode": mode, "scenario": scenario, **values}
    return Scene(lab="filesystems-crash", values=values)


def journal(mode: str = "ordered", **values: Any) -> Scene:
    """The journal, step by step."""
    return Scene(lab="filesystems-journal", values={"mode": mode, **values})


def replace(recipe: str = "rename", mode: str = "posix", **values: Any) -> Scene:
    """A way of replacing a file, and what may be found."""
    values = {"recipe": recipe, "mode": mode, **values}
    return Scene(lab="filesystems-replace", values=values)


def fsck(damage: str = "several") -> Scene:
    """A damaged volume being mended."""
    return Scene(lab="filesystems-fsck", values={"damage": damage})


def checksum(copies: int = 2, sums: str = "none", fault: str = "flip", **values: Any) -> Scene:
    """A wrong block, and who can tell."""
    values = {"copies": copies, "sums": sums, "fault": fault, **values}
    return Scene(lab="filesystems-checksum", values=values)


def cow(depth: int = 2, **values: Any) -> Scene:
    """A commit that writes over nothing."""
    return Scene(lab="filesystems-cow", values={"depth": depth, **values})


def program() -> Scene:
    """A recipe of one's own, as it begins."""
    return Scene(lab="filesystems-own")
