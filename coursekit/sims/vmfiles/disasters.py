"""Snapshot is not backup: which copy gives yesterday's state back after which accident.

Modelled: a copy is made of pieces (a snapshot: its own layer and the base), each on a system, at
a site, within reach of an administrator or not; an accident destroys the pieces within its
reach, or is found late, when only a copy kept long enough is older than it. The table follows
from the two. Left out: two accidents at once, copies that fail by themselves (`plans.survival`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["ACCIDENTS", "Accident", "Copy", "Piece", "Verdict", "backup", "copies", "judge", "snapshot", "table"]  # fmt: skip

Reach = Literal["guest", "base", "system", "site", "admin", "none"]
SNAPSHOT_DAYS = 3  # VMware KB 1025279: no snapshot older than 72 hours
BACKUP_DAYS = 30
_ARRAY, _SITE = "array", "A"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something a copy needs: a file on a system at a site.

    `online`: an administrator's commands reach it; `immutable`: not even they can change it
    before its time.
    """

    name: str
    system: str
    site: str
    online: bool = True
    immutable: bool = False


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A way back: its pieces, and for how many days states are kept (one a day)."""

    name: str
    pieces: tuple[Piece, ...]
    kept_days: int

    def __post_init__(self) -> None:
        require(len(self.pieces) >= 1, "pieces={n}: a copy is made of one or more", n=0)
        require(self.kept_days >= 1, "kept_days={n}: choose 1 or more", n=self.kept_days)


@dataclass(frozen=True, kw_only=True)
class Accident:
    """What happens: how far it reaches, and after how many days somebody notices."""

    name: str
    reach: Reach
    found_after_days: int = 1
    what: Message

    def __post_init__(self) -> None:
        require(self.reach in get_args(Reach), "reach={reach}: choose one of {known}", reach=self.reach, known=", ".join(get_args(Reach)))  # fmt: skip
        require(self.found_after_days >= 1, "found_after_days={n}: choose 1 or more", n=self.found_after_days)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Whether the last good state can be restored from a copy, what is destroyed, and why."""

    copy: str
    accident: str
    restorable: bool
    destroyed: tuple[str, ...]
    why: Message


def snapshot(kept_days: int = SNAPSHOT_DAYS) -> Copy:
    """A snapshot on the array: its layer and the base it needs."""
    parts = ("base", "layer")
    pieces = tuple(Piece(name=each, system=_ARRAY, site=_SITE) for each in parts)
    return Copy(name="snapshot", pieces=pieces, kept_days=kept_days)


def backup(name: str, site: str, *, online: bool, immutable: bool = False, kept_days: int = BACKUP_DAYS) -> Copy:  # fmt: skip
    """A backup: one piece, on a system of its own."""
    piece = Piece(name="backup", system=f"backup {site}", site=site, online=online, immutable=immutable)  # fmt: skip
    return Copy(name=name, pieces=(piece,), kept_days=kept_days)


def copies(backup_days: int = BACKUP_DAYS, snapshot_days: int = SNAPSHOT_DAYS) -> tuple[Copy, ...]:
    """The four copies of the table."""
    return (
        snapshot(snapshot_days),
        backup("same site, online", _SITE, online=True, kept_days=backup_days),
        backup("other site, online", "B", online=True, kept_days=backup_days),
        backup("other site, offline", "B", online=False, kept_days=backup_days),
    )


def judge(copy: Copy, accident: Accident) -> Verdict:
    """Whether this copy helps after this accident."""
    destroyed = tuple(each.name for each in copy.pieces if _hit(each, accident.reach))
    in_time = copy.kept_days >= accident.found_after_days
    return Verdict(
        copy.name, accident.name, not destroyed and in_time, destroyed,
        _why(copy, accident, destroyed, in_time=in_time),
    )  # fmt: skip


def table(backup_days: int = BACKUP_DAYS, snapshot_days: int = SNAPSHOT_DAYS) -> tuple[tuple[Verdict, ...], ...]:  # fmt: skip
    """A row an accident, a column a copy."""
    return judge_all(copies(backup_days, snapshot_days))


def judge_all(own: Sequence[Copy]) -> tuple[tuple[Verdict, ...], ...]:
    """A row an accident, for copies of one's own."""
    return tuple(tuple(judge(copy, accident) for copy in own) for accident in ACCIDENTS)


def _hit(piece: Piece, reach: Reach) -> bool:
    """The guest reaches only what it writes to: the layer after the snapshot, no copy."""
    if reach == "base":
        return piece.name == "base"
    if reach == "system":
        return piece.system == _ARRAY
    if reach == "site":
        return piece.site == _SITE
    return reach == "admin" and piece.online and not piece.immutable


def _why(copy: Copy, accident: Accident, destroyed: tuple[str, ...], *, in_time: bool) -> Message:
    if "base" in destroyed and "layer" not in destroyed:
        return Message.of("The layer is intact, but without the base it is only differences.")
    if destroyed:
        return _LOST[accident.reach]
    if not in_time:
        return Message.of("Nothing is destroyed, but all states kept are spoilt: they go back {kept} d, the trouble {days} d.", kept=copy.kept_days, days=accident.found_after_days)  # fmt: skip
    return Message.of("The accident does not reach it, and a state from before is kept.")


_LOST: dict[Reach, Message] = {
    "system": Message.of("It lies on the array that is lost."),
    "site": Message.of("It lies at the site that burns."),
    "admin": Message.of("It is online: whoever has the rights deletes it too."),
}

# fmt: off
ACCIDENTS = (
    Accident(name="file deleted", reach="guest", what=Message.of("A file is deleted by mistake.")),
    Accident(name="base corrupted", reach="base", what=Message.of("The base disk file is corrupted.")),
    Accident(name="array lost", reach="system", what=Message.of("The disk array is lost.")),
    Accident(name="site fire", reach="site", what=Message.of("The site burns down.")),
    Accident(name="ransomware in the guest", reach="guest", what=Message.of("Ransomware encrypts the disk from inside the guest.")),
    Accident(name="hostile administrator", reach="admin", what=Message.of("An attacker has the rights of the storage and backup administrator.")),
    Accident(name="silent corruption", reach="none", found_after_days=40, what=Message.of("Data has been wrong for 40 days before anybody notices.")),
)
# fmt: on
