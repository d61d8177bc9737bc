"""States of the VM files labs that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[str, int]  # what is done, and where

SNAPSHOT: Deed = ("snapshot", 0)
# Vector 5-V1 of two snapshots: layer 1 holds clusters 1 and 2, layer 2 holds 2 and 5.
TWO_SNAPSHOTS: tuple[Deed, ...] = (
    SNAPSHOT, ("write", 1), ("write", 2), SNAPSHOT, ("write", 2), ("write part", 5),
)  # fmt: skip


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, kind, place) for k, (kind, place) in enumerate(deeds, 1))


def chain(*deeds: Deed, case: str = "full", moment: int | None = None) -> Scene:
    """A chain of images after these deeds."""
    return Scene(
        lab="vmfiles-chain", values={"case": case}, actions=_numbered(deeds), moment=moment
    )


def internal(*deeds: Deed) -> Scene:
    """Several states in one file after these deeds."""
    return Scene(lab="vmfiles-internal", actions=_numbered(deeds))


def geometry(size: int = 1024, bits: int = 16, at: float = 10.0) -> Scene:
    """A disk of `size` GiB and the tables of its image."""
    return Scene(lab="vmfiles-geometry", values={"size": size, "bits": bits, "at": at})


def overwrites(writes: int = 100, snapshots: int = 1, pattern: str = "once") -> Scene:
    """Writes after a snapshot, both ways of keeping the old state."""
    values = {"blocks": 100, "writes": writes, "snapshots": snapshots, "pattern": pattern}
    return Scene(lab="vmfiles-overwrites", values=values)


def thin(*deeds: tuple[str, int, float], **values: Any) -> Scene:
    """Thin disks on a datastore after these deeds."""
    actions = tuple((k, *deed) for k, deed in enumerate(deeds, 1))
    return Scene(lab="vmfiles-thin", values=values, actions=actions)


def consistency(level: str) -> Scene:
    """A copy of a running machine, taken with this much care."""
    return Scene(lab="vmfiles-consistency", values={"level": level})


def disasters(accident: str, **values: Any) -> Scene:
    """An accident, and what each copy is worth after it."""
    return Scene(lab="vmfiles-disasters", values={"accident": accident, **values})


def plan(kind: str, days: int = 7, **values: Any) -> Scene:
    """A backup plan; the last item is to be restored unless said otherwise."""
    values = {"plan": kind, "days": days, "target": days - 1, **values}
    return Scene(lab="vmfiles-plan", values=values)


def week(types: str, target: int = 6, **values: Any) -> Scene:
    """A plan of one's own for a week; the first letter is F."""
    own: dict[str, Any] = {f"t{day}": letter for day, letter in enumerate(types[1:], 1)}
    return plan("own", target=target, **own, **values)


def rpo(period: float = 24, duration: float = 4, **values: Any) -> Scene:
    """Backups in time, and an accident."""
    return Scene(lab="vmfiles-rpo", values={"period": period, "duration": duration, **values})


def retention(days: int, weeks: int, months: int, years: int, skip: str = "none") -> Scene:
    """A calendar of kept and deleted backups."""
    values = {"days": days, "weeks": weeks, "months": months, "years": years, "skip": skip}
    return Scene(lab="vmfiles-retention", values=values)


def copies(case: str) -> Scene:
    """A list of copies under the rule 3-2-1-1-0."""
    return Scene(lab="vmfiles-copies", values={"case": case})


def file(kind: str, flip: int = -1, row: int = 0) -> Scene:
    """A file's bytes, one of them flipped or not."""
    return Scene(lab="vmfiles-bytes", values={"file": kind, "flip": flip, "row": row})


DAMAGED = file("ova", flip=7168, row=446)  # a letter in the disk in the package: H becomes I
DESCRIPTOR_ROW = 2048  # rows of 16 bytes before the volume descriptor of an ISO
OWN = Scene(lab="vmfiles-own")
