"""A deletion, ransomware, a fire: which backup is left, what is lost, when the data are back.

Modelled: backups at equal intervals; the event so long after one of them; it is found out later; then
everything comes back at one speed. What no backup helps against (`recover`) never comes back. And which
protection helps against what, as a table with reasons. Left out: how many backups are kept, several
speeds, backups that cannot be read, work by hand. Source: the rates and rules of `scenarios`; chapter 5
for snapshots, chapter 8 for RAID.
"""

from dataclasses import dataclass
from math import floor

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.scenarios import Event, recover
from coursekit.sims.message import Message, require

__all__ = ["DEFENCES", "HARMS", "Cell", "Lane", "defended", "lanes"]


@dataclass(frozen=True)
class Lane:
    """One event on a time axis whose zero is the event: hours, `last` and `backups` before it.

    `lost_h`: work between the backup that is used and the moment it is found out. `last`, `lost_h` and
    `back_h` (hours after the event) are None when nothing comes back.
    """

    event: Event
    backups: tuple[float, ...]
    found_h: float
    last: float | None
    lost_h: float | None
    rto_h: float | None

    @property
    def back_h(self) -> float | None:
        """When the data are there again."""
        return None if self.rto_h is None else self.found_h + self.rto_h


def lanes(design: Design, passed: float, found_h: float = 0, span_h: float = 0) -> tuple[Lane, ...]:
    """The three events, after this share (0 to 1) of the interval; `span_h`: how far back backups are listed.

    At least the last two backups are listed.
    """
    require(0 <= passed <= 1, "passed={passed}: choose 0 to 1", passed=passed)
    require(found_h >= 0, "found_h={found_h}: choose 0 or more", found_h=found_h)
    backups = _backups(design, passed, span_h)
    return tuple(
        Lane(each.event, backups, found_h, backups[-1], found_h - backups[-1], each.rto_h)
        if each.rpo_h is not None
        else Lane(each.event, backups, found_h, None, None, None)
        for each in recover(design)
    )


def _backups(design: Design, passed: float, span_h: float) -> tuple[float, ...]:
    """The moments of backups before the event, the oldest first; none without backups."""
    if not design.backup.enabled:
        return ()
    step = design.backup.interval_h
    last = passed * step
    count = max(2, 1 + floor(max(0.0, span_h - last) / step))
    return tuple(-(last + k * step) for k in reversed(range(count)))


# What helps against what

HARMS = ("disk", "deletion", "ransomware", "fire")
DEFENCES = ("raid", "replicas", "ha", "snapshots", "backup", "immutable", "offsite")


@dataclass(frozen=True)
class Cell:
    """Whether one protection brings the data through one harm, and why."""

    helps: bool
    why: Message


_RAID = Message.of(
    "The controller does on every disk what it is told: the others hold the same damage."
)
_HA = Message.of("The machines are started elsewhere, on the same damaged data.")
_COPY = Message.of(
    "The damage is copied to the other hosts within milliseconds, as every write is."
)
_CELLS = {
    ("raid", "disk"): (True, Message.of("That is what RAID is for: the other disks hold enough to go on.")),
    ("raid", "deletion"): (False, _RAID),
    ("raid", "ransomware"): (False, _RAID),
    ("raid", "fire"): (False, Message.of("All its disks are in one box, and the box burns.")),
    ("replicas", "disk"): (True, Message.of("The other hosts have copies and make a new one.")),
    ("replicas", "deletion"): (False, _COPY),
    ("replicas", "ransomware"): (False, _COPY),
    ("replicas", "fire"): (False, Message.of("All hosts stand on the site that burns.")),
    ("ha", "disk"): (False, Message.of("It starts machines elsewhere. It keeps no data, and without these nothing starts.")),
    ("ha", "deletion"): (False, _HA),
    ("ha", "ransomware"): (False, _HA),
    ("ha", "fire"): (False, Message.of("There is no other host to start them on: all stood here.")),
    ("snapshots", "disk"): (False, Message.of("A snapshot shares its blocks with the volume: dead for one, dead for both.")),
    ("snapshots", "deletion"): (False, Message.of("A deleted file would come back from it. Here the volume goes, and its snapshots with it.")),
    ("snapshots", "ransomware"): (False, Message.of("Who has the rights of an administrator deletes the snapshots first.")),
    ("snapshots", "fire"): (False, Message.of("They lie on the same disks, and those burn.")),
    ("backup", "disk"): (True, Message.of("It brings everything back, as it was at the last backup, after hours. RAID would not have stopped at all.")),
    ("backup", "deletion"): (True, Message.of("A copy of its own, from before: what was written since is lost.")),
    ("backup", "ransomware"): (False, Message.of("The backup server can be reached and written to: it is encrypted too.")),
    ("backup", "fire"): (False, Message.of("The backup server stands beside the others.")),
    ("immutable", "disk"): (True, Message.of("It brings everything back, like any backup.")),
    ("immutable", "deletion"): (True, Message.of("A copy of its own, from before, that nobody can delete either.")),
    ("immutable", "ransomware"): (True, Message.of("Nobody can change it until its time is over, not even an administrator.")),
    ("immutable", "fire"): (False, Message.of("Nobody can change it, but it can burn.")),
    ("offsite", "disk"): (True, Message.of("It brings everything back, over a longer way.")),
    ("offsite", "deletion"): (True, Message.of("A copy of its own, from before, in another place.")),
    ("offsite", "ransomware"): (False, Message.of("Another place is no hindrance: if it can be written to, it is encrypted too.")),
    ("offsite", "fire"): (True, Message.of("It lies where it does not burn.")),
}  # fmt: skip


def defended(defence: str, harm: str) -> Cell:
    """What one protection alone does in one case; backups are as in `scenarios.recover`."""
    require(defence in DEFENCES, "defence={defence}: choose among {known}", defence=defence, known=", ".join(DEFENCES))  # fmt: skip
    require(harm in HARMS, "harm={harm}: choose among {known}", harm=harm, known=", ".join(HARMS))
    return Cell(*_CELLS[defence, harm])
