"""USN rollback: a controller put back to a snapshot, and what never comes together again.

Modelled: the snapshot is the whole controller, counter and vectors included; reverted as it is, it
uses USNs again that its partners have seen, so they never ask for these writes. A supported restore
(or VM-GenerationID) gives the database a new identity, and all of it is sent. Left out: how Windows
detects a rollback by itself (event 2095) and stops replication.
Sources: [MS-ADTS] 3.1.1.1.9; Microsoft Learn, "Detect and recover from a USN rollback".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coursekit.sims.directory.replication import Dc, Key, settle
from coursekit.sims.message import Message, require

__all__ = ["Apart", "apart", "hidden", "revert"]


@dataclass(frozen=True)
class Apart:
    """A key that controllers disagree on after replication has come to rest."""

    key: Key
    values: Mapping[str, object]


def revert(now: Dc, snapshot: Dc, *, new_id: bool) -> Dc:
    """The controller as it was; `new_id`: with a new identity for its database.

    The old identity then counts as one of the others: all up to the snapshot is known of it.
    """
    require(now.name == snapshot.name, "snapshot={name}: it is of another controller than {now}", name=snapshot.name, now=now.name)  # fmt: skip
    require(snapshot.usn <= now.usn and snapshot.generation <= now.generation, "snapshot: it is newer than the controller")  # fmt: skip
    if not new_id:
        return snapshot
    return replace(snapshot, generation=now.generation + 1, utd={**snapshot.utd, snapshot.invocation: snapshot.usn})  # fmt: skip


def hidden(reverted: Dc, partner: Dc) -> tuple[Key, ...]:
    """Writes that the partner will never ask for: their USN is below its high-watermark, and it has not had them."""
    seen = partner.hwm.get(reverted.invocation, 0)
    return tuple(
        each.key
        for each in reverted.items.values()
        if each.usn <= seen and not _has(partner, each.key, each.stamp)
    )


def _has(partner: Dc, key: Key, stamp: object) -> bool:
    held = partner.items.get(key)
    return held is not None and held.stamp == stamp


def apart(dcs: Mapping[str, Dc], links: Sequence[tuple[str, str]]) -> tuple[Apart, ...]:
    """What still differs when no pull applies anything any more."""
    rest, _rounds, _pulls = settle(dcs, links)
    keys = sorted({key for each in rest.values() for key in each.items})
    found = [Apart(key, {name: dc.value(*key) for name, dc in rest.items()}) for key in keys]
    return tuple(each for each in found if len({repr(value) for value in each.values.values()}) > 1)


def why(found: Sequence[Apart]) -> Message:
    """What a look at all controllers says."""
    if not found:
        return Message.of("All controllers hold the same.")
    return Message.of("Values that differ for ever: {count}. No pull will ever bring them together; the controller has to be demoted and made anew.", count=len(found))  # fmt: skip
