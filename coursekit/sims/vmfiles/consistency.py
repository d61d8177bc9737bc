"""What a copy taken of a running machine holds: crash, file-system, application, with RAM.

Modelled: one write on its way from the application through the guest's page cache to the disk;
each level of care empties some of these places before the copy is taken. What was still above
the disk is not in it. Left out: how long a freeze lasts, applications on several machines.
Sources: VSS (writers), fsfreeze(8), PostgreSQL manual (file system level backup).
"""

from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["LEVELS", "Copied", "Guest", "copy"]

Level = Literal["crash", "file system", "application", "with RAM"]
LEVELS: tuple[Level, ...] = get_args(Level)
Start = Literal["boot", "resume"]
_FLUSHED = {"crash": 0, "file system": 1, "application": 2, "with RAM": 0}


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Writes at the moment of the copy: in the application, in the page cache, on the disk."""

    in_application: int = 3
    in_cache: int = 5
    on_disk: int = 100

    def __post_init__(self) -> None:
        for name in ("in_application", "in_cache", "on_disk"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Copied:
    """What comes back from the copy: writes on its disk, in its memory, lost; how it starts.

    `file_system_repair`: a journal is replayed at start; `application_repair`: the application
    must bring its own files in order (a database replays its log).
    """

    level: Level
    on_disk: int
    in_memory: int
    lost: int
    file_system_repair: bool
    application_repair: bool
    start: Start
    why: Message


def copy(guest: Guest, level: Level) -> Copied:
    """A copy of the running guest, taken with this much care."""
    require(level in LEVELS, "level={level}: choose one of {levels}", level=level, levels=", ".join(LEVELS))  # fmt: skip
    above = [guest.in_cache, guest.in_application]
    flushed = _FLUSHED[level]
    on_disk, left = guest.on_disk + sum(above[:flushed]), sum(above[flushed:])
    memory = left if level == "with RAM" else 0
    return Copied(
        level=level, on_disk=on_disk, in_memory=memory, lost=left - memory,
        file_system_repair=flushed < 1 and not memory and guest.in_cache > 0,
        application_repair=flushed < 2 and not memory and left > 0,
        start="resume" if level == "with RAM" else "boot", why=_WHY[level],
    )  # fmt: skip


_WHY: dict[Level, Message] = {
    "crash": Message.of("As after a power cut: what was not on the disk is missing, and the machine repairs itself as it boots."),
    "file system": Message.of("The guest wrote its cache to the disk and held still: files are whole, but an application was cut off in its work."),
    "application": Message.of("The application finished its work and wrote it down before the copy: nothing is to be repaired."),
    "with RAM": Message.of("Memory is in the copy: the machine goes on where it stood, with connections whose other end has gone on without it."),
}  # fmt: skip
