"""States of the labs on partitions and LVM that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and to what


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, *deed) for k, deed in enumerate(deeds, 1))


def table(kind: str = "gpt", *deeds: Deed, **values: Any) -> Scene:
    """A disk after these deeds: ("add", 256, "linux"), ("remove", 2), ("extend", 1, 128)…"""
    return Scene(lab="volumes-table", values={"kind": kind, **values}, actions=_numbered(deeds))


FULL_MBR: tuple[Deed, ...] = (("add", 256, "linux"),) * 4
GAP = (*FULL_MBR[:3], ("remove", 2))


def raw(*deeds: Deed, kind: str = "gpt", part: str = "header", **values: Any) -> Scene:
    """The bytes after these deeds: ("flip", "header", 24, 0), ("erase", "entries"), ("repair",)…"""
    values = {"kind": kind, "part": part, **values}
    return Scene(lab="volumes-bytes", values=values, actions=_numbered(deeds))


def align(start: int = 63, length: int = 4096, **values: Any) -> Scene:
    """A write in a partition that begins in this sector."""
    return Scene(lab="volumes-align", values={"start": start, "length": length, **values})


def extents(*deeds: Deed, **values: Any) -> Scene:
    """A volume group after these deeds: ("create", "a", 5, "linear"), ("extend", "a", 3)…"""
    return Scene(lab="volumes-map", values=values, actions=_numbered(deeds))


BEHIND = (("create", "a", 6, "linear"), ("create", "b", 2, "linear"), ("extend", "a", 8))
ACROSS = (("create", "a", 6, "linear"), ("extend", "a", 10))


def loss(layout: str, **values: Any) -> Scene:
    """Which volumes die with a disk."""
    return Scene(lab="volumes-loss", values={"layout": layout, **values})


def pvmove(crash: int = 0, then: str = "resume", **values: Any) -> Scene:
    """A disk emptied while it is used."""
    return Scene(lab="volumes-pvmove", values={"crash": crash, "then": then, **values})


def resize(what: str = "shrink", order: str = "wrong", **values: Any) -> Scene:
    """Layers made smaller or larger, in this order."""
    return Scene(lab="volumes-resize", values={"what": what, "order": order, **values})


def snapshot(snapshots: int = 1, **values: Any) -> Scene:
    """A volume with classic snapshots, written to."""
    return Scene(lab="volumes-snapshot", values={"snapshots": snapshots, **values})


def lifetime(pattern: str = "uniform", **values: Any) -> Scene:
    """How long a store lasts under this pattern of writes."""
    return Scene(lab="volumes-lifetime", values={"pattern": pattern, **values})


def thin(*deeds: Deed, **values: Any) -> Scene:
    """A thin pool after these deeds: ("write", "a", 0, False), ("snapshot", "a"), ("trim", "a")…"""
    return Scene(lab="volumes-thin", values=values, actions=_numbered(deeds))


DELETED = (("write", "a", 0, True), ("write", "a", 1, True), ("delete_file", "a"))
TRIMMED = (*DELETED, ("trim", "a"))
SHARED = (("write", "a", 0, True), ("snapshot", "a"), ("write", "a", 0, False))


def cache(hit: int = 90, mode: str = "writethrough", **values: Any) -> Scene:
    """A fast device before a slow one."""
    return Scene(lab="volumes-cache", values={"hit": hit, "mode": mode, **values})


def twice(growth: str = "balanced", **values: Any) -> Scene:
    """The same years with static partitions and with LVM."""
    return Scene(lab="volumes-twice", values={"growth": growth, **values})


def plan() -> Scene:
    """A plan of one's own, as it begins."""
    return Scene(lab="volumes-layout")


def commands() -> Scene:
    """Commands of one's own, as they begin."""
    return Scene(lab="volumes-own")
