"""The same needs met by static partitions and by LVM, month by month: what each costs.

Modelled: directories that grow steadily; a volume for each mount point, a directory without one
lives in the volume above it; when a volume fills it gets what it needs for the months ahead,
from free space or from the volume that can spare most. Partitions lie in order on one disk: free
space must be beside the volume, so neighbours are moved, unmounted, 2 · size / bandwidth each.
LVM takes any free extent. Left out: backups before a move, its danger (a power cut in the middle),
fragmentation. Sources: lvextend(8), resize2fs(8), sfdisk(8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from math import ceil, floor
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import tablesize

__all__ = ["NEEDS", "NEVER", "Event", "Layout", "Need", "Placed", "Played", "Volume", "first_full", "full_months", "home_of", "judge", "lasts", "move_seconds", "placed", "play", "pooled_full", "score", "serve", "used_gb"]  # fmt: skip

Kind = Literal["static", "lvm"]
How = Literal["grow", "move", "take", "full", "disk"]
NEVER = 1200  # months: a hundred years


@dataclass(frozen=True)
class Need:
    """A directory: GB now, GB more each month."""

    path: str
    gb: float
    gb_month: float

    def __post_init__(self) -> None:
        require(self.path.startswith("/"), "path={path}: begin it with /", path=self.path)
        require(self.gb >= 0, "gb={n}: choose 0 or more", n=self.gb)
        require(self.gb_month >= 0, "gb_month={n}: choose 0 or more", n=self.gb_month)


NEEDS = (Need("/", 12, 0.2), Need("/var", 6, 1.5), Need("/home", 30, 2), Need("/srv/data", 60, 5))


@dataclass(frozen=True)
class Volume:
    """A mount point and its size in GB."""

    path: str
    gb: float

    def __post_init__(self) -> None:
        require(self.path.startswith("/"), "path={path}: begin it with /", path=self.path)
        require(self.gb > 0, "gb={n}: choose more than 0", n=self.gb)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Volumes in the order of the disk; what they leave is free at its end.

    `ahead`: for how many months more a volume is enlarged; `mb_s` of the disk.
    """

    kind: Kind = "lvm"
    disk_gb: float = 500.0
    volumes: tuple[Volume, ...] = field(default_factory=lambda: (Volume("/", 20.0),))
    ahead: int = 6
    mb_s: float = 100.0

    def __post_init__(self) -> None:
        paths = [each.path for each in self.volumes]
        require(self.kind in get_args(Kind), "kind={kind}: choose static or lvm", kind=self.kind)
        require("/" in paths, "volumes={paths}: / must be one of them", paths=", ".join(paths))
        require(len(set(paths)) == len(paths), "volumes={paths}: each mount point once", paths=", ".join(paths))  # fmt: skip
        total = sum(each.gb for each in self.volumes)
        require(total <= self.disk_gb, "volumes={total:g} GB: the disk has {disk:g}", total=total, disk=self.disk_gb)  # fmt: skip
        require(self.ahead >= 1, "ahead={n}: choose 1 or more", n=self.ahead)
        require(self.mb_s > 0, "mb_s={speed}: choose more than 0", speed=self.mb_s)


@dataclass(frozen=True)
class Event:
    """A volume filled in a month, and what was done: operations, seconds unmounted, GB rewritten."""

    month: int
    path: str
    how: How
    more_gb: float
    operations: int
    downtime_s: float
    moved_gb: float
    why: Message


@dataclass(frozen=True)
class Played:
    """All months: the events, the sizes at the end, the month it could not go on (or None)."""

    events: tuple[Event, ...]
    volumes: tuple[Volume, ...]
    stopped: int | None

    @property
    def operations(self) -> int:
        """Of all events."""
        return sum(each.operations for each in self.events)

    @property
    def downtime_s(self) -> float:
        """Seconds with something unmounted."""
        return sum(each.downtime_s for each in self.events)

    @property
    def moved_gb(self) -> float:
        """GB rewritten to another place."""
        return sum(each.moved_gb for each in self.events)


def home_of(path: str, volumes: Sequence[Volume]) -> str:
    """The mount point that a directory lives in: the longest that begins its path."""
    return _home(path, tuple(each.path for each in volumes))


@cache
def _home(path: str, mounts: tuple[str, ...]) -> str:
    inside = [each for each in mounts if path == each or path.startswith(each.rstrip("/") + "/")]
    return max(inside, key=len)


def used_gb(path: str, volumes: Sequence[Volume], needs: Sequence[Need], month: float) -> float:
    """What the volume of a mount point holds in a month."""
    mounts = tuple(each.path for each in volumes)
    return sum(n.gb + n.gb_month * month for n in needs if _home(n.path, mounts) == path)


def _full_in(size: float, used: Callable[[int], float]) -> int:
    """The first month in which more is used than there is; `used` rises steadily."""
    start, rate = used(0), used(1) - used(0)
    if start > size:
        return 0
    if rate <= 0:
        return NEVER
    month = floor(min(NEVER, (size - start) / rate))  # right, or one off by rounding
    return next((m for m in range(max(0, month - 1), NEVER) if used(m) > size), NEVER)


def full_months(layout: Layout, needs: Sequence[Need] = NEEDS) -> tuple[int, ...]:
    """For each volume the month in which it is full if nobody acts; `NEVER` if it never is."""
    return tuple(
        _full_in(each.gb, partial(used_gb, each.path, layout.volumes, needs))
        for each in layout.volumes
    )


def first_full(layout: Layout, needs: Sequence[Need] = NEEDS) -> tuple[int, str]:
    """(month, mount point) of what fills first if nobody acts; month `NEVER` if nothing does."""
    paths = [each.path for each in layout.volumes]
    return min(zip(full_months(layout, needs), paths, strict=True), key=lambda pair: pair[0])


def pooled_full(disk_gb: float, needs: Sequence[Need] = NEEDS) -> int:
    """The month in which the disk is full however it is cut."""
    return _full_in(disk_gb, lambda month: sum(n.gb + n.gb_month * month for n in needs))


def lasts(layout: Layout, needs: Sequence[Need] = NEEDS) -> int:
    """The month in which something is full: of partitions, the first; of a group, when no extent is left."""
    return first_full(layout, needs)[0] if layout.kind == "static" else _with_free(layout, needs)


def score(layout: Layout, needs: Sequence[Need] = NEEDS) -> float:
    """Months until something fills, as a share of what the disk allows; LVM's free space counts."""
    best = pooled_full(layout.disk_gb, needs)
    return min(1.0, lasts(layout, needs) / best) if best else 0.0


def _with_free(layout: Layout, needs: Sequence[Need]) -> int:
    """The month in which the free extents of a group no longer cover what is missing."""
    free = layout.disk_gb - sum(each.gb for each in layout.volumes)
    for month in range(NEVER):
        missing = sum(max(0.0, used_gb(v.path, layout.volumes, needs, month) - v.gb) for v in layout.volumes)  # fmt: skip
        if missing > free + 1e-9:
            return month
    return NEVER


def move_seconds(gb: float, mb_s: float) -> float:
    """To move a partition: all its sectors are read and written."""
    return tablesize.move_seconds(gb * 1e9, mb_s * 1e6)


@dataclass(frozen=True)
class Placed:
    """Partitions in order, the gap after each; of a group, only the sum of the gaps matters."""

    volumes: tuple[Volume, ...]
    gaps: tuple[float, ...]


def placed(layout: Layout) -> Placed:
    """The volumes as they are at the start: all that is free lies at the end."""
    free = layout.disk_gb - sum(each.gb for each in layout.volumes)
    return Placed(layout.volumes, (*(0.0,) * (len(layout.volumes) - 1), free))


def play(layout: Layout, needs: Sequence[Need] = NEEDS, months: int = 60) -> Played:
    """The months one by one; ends early when no space can be found."""
    require(1 <= months <= NEVER, "months={n}: choose 1 to {most}", n=months, most=NEVER)
    disk = placed(layout)
    events: list[Event] = []
    for month in range(1, months + 1):
        for at in range(len(layout.volumes)):
            path = disk.volumes[at].path
            if used_gb(path, disk.volumes, needs, month) <= disk.volumes[at].gb:
                continue
            disk, event = serve(layout, disk, needs, at, month)
            events.append(event)
            if event.how == "full":
                return Played(tuple(events), disk.volumes, month)
    return Played(tuple(events), disk.volumes, None)


def serve(layout: Layout, disk: Placed, needs: Sequence[Need], at: int, month: int) -> tuple[Placed, Event]:  # fmt: skip
    """Give the volume number `at`, which is full, what it needs for the months ahead."""
    volume = disk.volumes[at]
    wish = ceil(used_gb(volume.path, disk.volumes, needs, month + layout.ahead) - volume.gb)
    least = used_gb(volume.path, disk.volumes, needs, month) - volume.gb
    free = max(disk.gaps) if layout.kind == "static" else sum(disk.gaps)
    if free >= least:
        more = min(wish, free)
        return _from_free(layout, disk, at, month, more)
    spare = [_spare(disk, needs, other, month) if other != at else 0.0 for other in range(len(disk.volumes))]  # fmt: skip
    donor = max(range(len(spare)), key=lambda other: spare[other])
    if spare[donor] < least:
        why = Message.of("{path} is full and nobody has space to spare: a bigger disk is needed.", path=volume.path)  # fmt: skip
        return disk, Event(month, volume.path, "full", 0.0, 0, 0.0, 0.0, why)
    return _from_donor(layout, disk, needs, at, donor, month, min(wish, spare[donor]))


def _spare(disk: Placed, needs: Sequence[Need], at: int, month: int) -> float:
    """What a volume does not need this month and the next."""
    volume = disk.volumes[at]
    return max(0.0, floor(volume.gb - used_gb(volume.path, disk.volumes, needs, month + 1)))  # fmt: skip


def _from_free(layout: Layout, disk: Placed, at: int, month: int, more: float) -> tuple[Placed, Event]:  # fmt: skip
    path = disk.volumes[at].path
    if layout.kind == "lvm":
        after = _sized(disk, at, more)
        why = Message.of("lvextend -r gives {path} {more:g} GB of free extents, mounted.", path=path, more=more)  # fmt: skip
        return after, Event(month, path, "grow", more, 1, 0.0, 0.0, why)
    gap = max(range(len(disk.gaps)), key=lambda each: disk.gaps[each])
    fitting = [each for each, free in enumerate(disk.gaps) if free >= more]
    best = min(fitting or [gap], key=lambda each: _between_gb(disk, at, each))
    moved = _between(at, best)
    after, gb = _sized(disk, at, more, best), _between_gb(disk, at, best)
    if not moved:
        why = Message.of("{more:g} GB right behind {path} are free: the table and the file system grow, mounted.", path=path, more=more)  # fmt: skip
        return after, Event(month, path, "grow", more, 2, 0.0, 0.0, why)
    why = Message.of("{path} gets {more:g} GB, but they are not beside it: partitions to move first: {n}, {gb:g} GB.", path=path, more=more, n=len(moved), gb=gb)  # fmt: skip
    return after, Event(month, path, "move", more, 2 + 3 * len(moved), move_seconds(gb, layout.mb_s), gb, why)  # fmt: skip


def _between(at: int, gap: int) -> range:
    """Partitions to move so that the gap after number `gap` comes to lie behind number `at`."""
    return range(at + 1, gap + 1) if gap >= at else range(gap + 1, at + 1)


def _between_gb(disk: Placed, at: int, gap: int) -> float:
    return sum(disk.volumes[each].gb for each in _between(at, gap))


def _sized(disk: Placed, at: int, more: float, gap: int | None = None) -> Placed:
    """Volume `at` is bigger, the gap smaller (any gaps of a group: its extents need not touch)."""
    volumes = list(disk.volumes)
    volumes[at] = replace(volumes[at], gb=volumes[at].gb + more)
    gaps = list(disk.gaps)
    for each in [gap] if gap is not None else range(len(gaps)):
        taken = min(gaps[each], more)
        gaps[each], more = gaps[each] - taken, more - taken
    return Placed(tuple(volumes), tuple(gaps))


def _from_donor(
    layout: Layout,
    disk: Placed,
    needs: Sequence[Need],
    at: int,
    donor: int,
    month: int,
    more: float,
) -> tuple[Placed, Event]:
    """The donor's file system is made smaller, unmounted; then its space is used."""
    giver = disk.volumes[donor]
    share = used_gb(giver.path, disk.volumes, needs, month) * more / giver.gb
    gaps = tuple(gap + more if each == donor else gap for each, gap in enumerate(disk.gaps))
    volumes = tuple(replace(v, gb=v.gb - more) if each == donor else v for each, v in enumerate(disk.volumes))  # fmt: skip
    after, event = _from_free(layout, Placed(volumes, gaps), at, month, more)
    why = Message.of("{path} takes {more:g} GB from {giver}, which is unmounted and made smaller; partitions moved: {gb:g} GB.", path=event.path, more=more, giver=giver.path, gb=event.moved_gb)  # fmt: skip
    return after, replace(
        event, how="take", operations=event.operations + 4, moved_gb=event.moved_gb + share,
        downtime_s=event.downtime_s + move_seconds(share, layout.mb_s), why=why,
    )  # fmt: skip


def judge(layout: Layout, needs: Sequence[Need] = NEEDS) -> tuple[Message, ...]:
    """What to say of a layout: what fills first, and what fills / with it."""
    month, path = first_full(layout, needs)
    out = [
        Message.of("Nothing fills in a hundred years.")
        if month == NEVER
        else Message.of("If nobody acts, {path} is the first to fill: month {month}.", path=path, month=month)
    ]  # fmt: skip
    for need in needs:
        home = home_of(need.path, layout.volumes)
        if home == "/" and need.path != "/" and need.gb_month > 0:
            out.append(Message.of("{path} has no volume of its own: when it grows, it fills /, and the system stops.", path=need.path))  # fmt: skip
    free = layout.disk_gb - sum(each.gb for each in layout.volumes)
    if layout.kind == "lvm" and free <= 0:
        out.append(Message.of("No extent is kept free: nothing can grow and no snapshot can be taken."))  # fmt: skip
    out.append(Message.of("Separate volumes on one disk die with it: this is no backup."))
    return tuple(out)
