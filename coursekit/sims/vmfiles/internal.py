"""Internal snapshots: several states of a disk in one file, told apart by reference counts.

Modelled: each state is a table from guest clusters to clusters of the file; taking one copies
the table and adds one to the count of every cluster in it; a write to a cluster that is shared
goes to a fresh one; deleting one subtracts, and what counts zero is free at once. Left out: that
tables are shared and copied too (`qcow2` writes them), RAM in the snapshot. Source: QEMU's qcow2
format specification, snapshots.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "Deed", "Image", "State", "Told", "delete", "refcounts", "revert", "snapshot", "tell", "write"]  # fmt: skip

Kind = Literal["write", "snapshot", "revert", "delete"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
Table = Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Image:
    """One file: what the guest has now, and its snapshots by number; `next_id` is the next."""

    clusters: int = 16
    active: Table = field(default_factory=dict)
    snapshots: Mapping[int, Table] = field(default_factory=dict)
    next_id: int = 1

    def __post_init__(self) -> None:
        require(self.clusters >= 1, "clusters={n}: choose 1 or more", n=self.clusters)

    @property
    def used(self) -> int:
        """Data clusters of the file that some state needs."""
        return len(refcounts(self))


def refcounts(image: Image) -> dict[int, int]:
    """Cluster of the file -> how many states refer to it."""
    found: dict[int, int] = {}
    for table in (image.active, *image.snapshots.values()):
        for place in table.values():
            found[place] = found.get(place, 0) + 1
    return dict(sorted(found.items()))


def write(image: Image, cluster: int) -> tuple[Image, bool]:
    """A write of a whole cluster; True when it went to a fresh cluster of the file."""
    require(
        0 <= cluster < image.clusters, "cluster={number}: choose 0 to {last}",
        number=cluster, last=image.clusters - 1,
    )  # fmt: skip
    counts = refcounts(image)
    if counts.get(image.active.get(cluster, -1)) == 1:
        return image, False
    fresh = next(place for place in range(len(counts) + 1) if place not in counts)
    return replace(image, active={**image.active, cluster: fresh}), True


def snapshot(image: Image) -> Image:
    """Keep the present state: its table is copied, no data is."""
    kept = {**image.snapshots, image.next_id: dict(image.active)}
    return replace(image, snapshots=kept, next_id=image.next_id + 1)


def revert(image: Image, number: int) -> Image:
    """The state of a snapshot again; the snapshot stays, what only the present had is free."""
    return replace(image, active=dict(_kept(image, number)))


def delete(image: Image, number: int) -> tuple[Image, int]:
    """Forget a snapshot; how many clusters became free at once, without a copy."""
    _kept(image, number)
    left = {key: table for key, table in image.snapshots.items() if key != number}
    after = replace(image, snapshots=left)
    return after, image.used - after.used


def _kept(image: Image, number: int) -> Table:
    require(
        number in image.snapshots, "snapshot={number}: choose one of {known}",
        number=number, known=", ".join(map(str, image.snapshots)) or "-",
    )  # fmt: skip
    return image.snapshots[number]


@dataclass(frozen=True)
class Deed:
    """What is done; `place` is a cluster (write) or a snapshot (revert, delete)."""

    kind: Kind
    place: int = 0


@dataclass(frozen=True)
class State:
    """After a deed: the file, how often each of its clusters is used, and why.

    `length`: data clusters up to the last one ever used; a free one inside leaves a hole, and
    the file is not cut by itself.
    """

    image: Image
    counts: Mapping[int, int]
    deed: Deed | None
    why: Message
    length: int = 0


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(image: Image, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    counts = refcounts(image)
    length = max(counts, default=-1) + 1
    states = [State(image, counts, None, Message.of("One file holds the disk and its snapshots."), length)]  # fmt: skip
    for deed in deeds:
        require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
        after, why = _DO[deed.kind](states[-1].image, deed.place)
        counts = refcounts(after)
        length = max(states[-1].length, *(place + 1 for place in counts), 0)
        states.append(State(after, counts, deed, why, length))
    return Told(tuple(states))


def _write(image: Image, cluster: int) -> tuple[Image, Message]:
    after, moved = write(image, cluster)
    place = after.active[cluster]
    if not moved:
        return after, Message.of("Cluster {cluster} is overwritten in place: nobody else refers to place {place}.", cluster=cluster, place=place)  # fmt: skip
    if cluster not in image.active:
        return after, Message.of("Cluster {cluster} gets place {place} of the file.", cluster=cluster, place=place)  # fmt: skip
    return after, Message.of("Cluster {cluster} goes to place {place}: a snapshot still needs place {old}.", cluster=cluster, place=place, old=image.active[cluster])  # fmt: skip


def _snapshot(image: Image, _place: int) -> tuple[Image, Message]:
    return snapshot(image), Message.of("Snapshot {number}: the table is copied, no data is. Clusters that now count one more: {clusters}.", number=image.next_id, clusters=len(image.active))  # fmt: skip


def _revert(image: Image, number: int) -> tuple[Image, Message]:
    after = revert(image, number)
    return after, Message.of("Back to snapshot {number}: its table is the present one again. Clusters freed, which only the present had: {freed}.", number=number, freed=image.used - after.used)  # fmt: skip


def _delete(image: Image, number: int) -> tuple[Image, Message]:
    after, freed = delete(image, number)
    return after, Message.of("Snapshot {number} is deleted: its clusters count one less, nothing is merged. Clusters freed: {freed}.", number=number, freed=freed)  # fmt: skip


_DO: dict[Kind, Callable[[Image, int], tuple[Image, Message]]] = {
    "write": _write, "snapshot": _snapshot, "revert": _revert, "delete": _delete,
}  # fmt: skip
