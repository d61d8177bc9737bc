"""A disk cut into partitions, deed by deed: where each goes, and what is refused.

Modelled: partitions begin at whole MiB and are as long as asked for, in the first free room that is
large enough; an MBR has four places and 32-bit sectors; once one of its places holds an extended
partition, further ones go into that while they fit, each behind its EBR, and are numbered from 5
in the order of the disk; a GPT has 128 places. A partition grows only into free room right
behind it. What is refused is a step too: the disk stays as it was. Left out: other alignments,
partitions begun by hand. Linux itself would read an MBR entry that begins below sector 2^32 and
ends above; tools do not write one. Sources: UEFI specification 5; sfdisk(8), sgdisk(8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import align, gpt, mbr, tablesize

__all__ = ["DEEDS", "KINDS", "MB", "TYPES", "Cut", "Deed", "Disk", "Part", "State", "Told", "free_runs", "sectors_of", "tell", "written"]  # fmt: skip

MB = 10**6
SECTOR = mbr.SECTOR
STEP = align.MODERN_START  # sectors of 1 MiB: partitions begin at multiples of it
FIRST_LOGICAL = 5
Kind = Literal["add", "remove", "extend"]
Type = Literal["linux", "swap", "lvm", "efi", "extended"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
TYPES: tuple[Type, ...] = get_args(Type)
KINDS = tablesize.KINDS
_MBR_TYPE: dict[str, int] = {
    "linux": 0x83,
    "swap": 0x82,
    "lvm": 0x8E,
    "efi": 0xEF,
    "extended": 0x0F,
}
_GPT_TYPE = {
    "linux": gpt.LINUX, "swap": "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "lvm": gpt.LVM, "efi": gpt.ESP,
}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """What is done.

    add: `n` MB of type `what`; remove: partition `n`; extend: partition `n` by `what` MB.
    """

    kind: Kind
    n: int
    what: int | str = field(default="")

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(self.n >= 1, "n={n}: choose 1 or more", n=self.n)
        if self.kind == "add":
            require(self.what in TYPES, "type={what}: choose one of {types}", what=self.what, types=", ".join(TYPES))  # fmt: skip
        if self.kind == "extend":
            require(isinstance(self.what, int) and self.what >= 1, "more={what}: choose 1 or more", what=self.what)  # fmt: skip

    @property
    def more(self) -> int:
        """MB that an extension asks for."""
        return self.what if isinstance(self.what, int) else 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """A partition in sectors of the disk; a logical one stands behind the EBR that names it."""

    number: int
    first: int
    count: int
    type: str
    ebr: int | None = None

    @property
    def last(self) -> int:
        """The last sector, inclusive."""
        return self.first + self.count - 1

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.count * SECTOR

    @property
    def aligned(self) -> bool:
        """Whether it begins where a physical sector does."""
        return align.is_aligned(self.first)


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A table of this kind on a disk of `mb` MB."""

    kind: tablesize.Kind = "gpt"
    mb: int = 2048
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        require(self.kind in KINDS, "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(KINDS))  # fmt: skip
        require(self.mb >= 8, "mb={mb}: choose 8 or more", mb=self.mb)

    @property
    def sectors(self) -> int:
        """Of the whole disk."""
        return self.mb * MB // SECTOR

    @property
    def reach(self) -> int:
        """The sector after the last one that a partition may have."""
        if self.kind == "gpt":
            return gpt.Geometry(sectors=self.sectors).last_usable + 1
        return min(self.sectors, tablesize.reach("mbr") // SECTOR)

    @property
    def places(self) -> int:
        """Of the table."""
        return 4 if self.kind == "mbr" else gpt.SLOTS

    @property
    def primaries(self) -> tuple[Part, ...]:
        """Those with a place in the table, in the order of the disk."""
        return tuple(sorted((p for p in self.parts if p.ebr is None), key=lambda p: p.first))

    @property
    def logicals(self) -> tuple[Part, ...]:
        """Those inside the extended partition, in the order of the disk."""
        return tuple(sorted((p for p in self.parts if p.ebr is not None), key=lambda p: p.first))

    @property
    def extended(self) -> Part | None:
        """The one that holds others."""
        return next((p for p in self.parts if p.type == "extended"), None)

    @property
    def wall(self) -> int:
        """Bytes of the disk that the table cannot name."""
        return max(0, self.mb * MB - tablesize.reach(self.kind))

    def numbered(self, number: int) -> Part | None:
        """The partition of this number."""
        return next((p for p in self.parts if p.number == number), None)


@dataclass(frozen=True)
class Cut:
    """A run of free sectors; `inside` the extended partition or not."""

    first: int
    count: int
    inside: bool = False

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.count * SECTOR


@dataclass(frozen=True)
class State:
    """After a deed; a refused one leaves the disk as it was. `touched`: the partition meant."""

    disk: Disk
    deed: Deed | None
    refused: bool
    touched: int
    why: Message


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


_Done = tuple[Disk, int, Message]  # the disk after it, the partition it made or changed
_Refused = Message


def sectors_of(mb: int) -> int:
    """Sectors of a partition of so many MB, rounded up."""
    return -(-mb * MB // SECTOR)


def free_runs(disk: Disk) -> tuple[Cut, ...]:
    """Free room between partitions, aligned at its beginning; less than 1 MiB is no room."""
    start = 1 if disk.kind == "mbr" else gpt.Geometry(sectors=disk.sectors).first_usable
    found = _gaps(start, disk.reach, disk.primaries)
    if disk.extended:
        inner = _gaps(disk.extended.first, disk.extended.last + 1, disk.logicals)
        found += [replace(each, inside=True) for each in inner]
    return tuple(each for each in found if each.count >= STEP)


def _gaps(start: int, end: int, parts: Sequence[Part]) -> list[Cut]:
    found, at = list[Cut](), start
    for each in parts:
        begin = each.first if each.ebr is None else each.ebr
        found.append(_aligned(at, begin))
        at = each.last + 1
    return [*found, _aligned(at, end)]


def _aligned(first: int, end: int) -> Cut:
    begin = align.next_aligned(first)
    return Cut(begin, max(0, end - begin))


def tell(disk: Disk, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record."""
    states = [State(disk, None, refused=False, touched=0, why=_begun(disk))]
    for deed in deeds:
        states.append(_after(states[-1].disk, deed))
    return Told(tuple(states))


def _begun(disk: Disk) -> Message:
    if disk.wall:
        return Message.of("An empty disk. 32 bits number 4,294,967,295 sectors of 512 bytes: what lies behind 2.2 TB has no number in an MBR.")  # fmt: skip
    return Message.of("An empty disk with a table of {places} places.", places=disk.places)


def _after(disk: Disk, deed: Deed) -> State:
    done = _DO[deed.kind](disk, deed)
    if isinstance(done, Message):
        return State(disk, deed, True, deed.n if deed.kind != "add" else 0, done)
    after, touched, why = done
    return State(after, deed, False, touched, why)


def _add(disk: Disk, deed: Deed) -> _Done | _Refused:
    count, kind = sectors_of(deed.n), str(deed.what)
    if kind == "extended":
        if disk.kind == "gpt":
            return Message.of("A GPT needs no extended partition: it has {places} places.", places=disk.places)  # fmt: skip
        if disk.extended:
            return Message.of("There is an extended partition already, number {n}: one is all a table may have.", n=disk.extended.number)  # fmt: skip
    inside = _inside(disk, count, kind)
    if inside is not None:
        return inside
    taken = {each.number for each in disk.primaries}
    if len(taken) == disk.places:
        return _no_place(disk)
    run = next((each for each in free_runs(disk) if not each.inside and each.count >= count), None)
    if run is None:
        return _no_room(disk, deed.n)
    number = next(n for n in range(1, disk.places + 1) if n not in taken)
    part = Part(number=number, first=run.first, count=count, type=kind)
    after = replace(disk, parts=(*disk.parts, part))
    return after, number, _placed(part)


def _placed(part: Part) -> Message:
    if part.type == "extended":
        return Message.of("Place {n} of the table now holds an extended partition, {first} to {last}: others fit inside it, each named by a sector of its own, the EBR.", n=part.number, first=part.first, last=part.last)  # fmt: skip
    return Message.of("Partition {n} takes the first free room that is large enough, from sector {first} to {last}.", n=part.number, first=part.first, last=part.last)  # fmt: skip


def _inside(disk: Disk, count: int, kind: str) -> _Done | None:
    """A logical partition, where the extended one has room for it and its EBR."""
    if kind == "extended":
        return None
    run = next((each for each in free_runs(disk) if each.inside and each.count >= count + STEP), None)  # fmt: skip
    if run is None:
        return None
    part = Part(number=0, first=run.first + STEP, count=count, type=kind, ebr=run.first)
    after = _renumbered(replace(disk, parts=(*disk.parts, part)))
    number = next(each.number for each in after.logicals if each.first == part.first)
    why = Message.of("Partition {n} is a logical one: it takes no place of the table. Sector {ebr}, its EBR, names it, and the chain leads there.", n=number, ebr=run.first)  # fmt: skip
    return after, number, why


def _renumbered(disk: Disk) -> Disk:
    """Logical partitions are counted along the chain, from 5."""
    numbered = [replace(each, number=n) for n, each in enumerate(disk.logicals, FIRST_LOGICAL)]
    return replace(disk, parts=(*disk.primaries, *numbered))


def _no_place(disk: Disk) -> Message:
    free = round(sum(each.bytes for each in free_runs(disk) if not each.inside) / MB)
    if disk.kind == "gpt":
        return Message.of("All {places} places of the table are taken.", places=disk.places)
    if disk.extended:
        return Message.of("All four places are taken, and the extended partition has no room for it. {mb} MB are free outside, and no entry can name them.", mb=free)  # fmt: skip
    return Message.of("All four places of the table are taken: a fifth partition cannot be named, though {mb} MB are free. Give one up, and make an extended partition in its place: others fit inside that.", mb=free)  # fmt: skip


def _no_room(disk: Disk, mb: int) -> Message:
    largest = round(
        max((each.bytes for each in free_runs(disk) if not each.inside), default=0) / MB
    )
    if disk.wall and mb * MB <= disk.mb * MB - sum(each.bytes for each in disk.primaries):
        return Message.of("There is room, but behind the wall: a partition of {mb} MB would end above sector 4,294,967,295, for which an MBR has no bits. Below it, {largest} MB are free.", mb=mb, largest=largest)  # fmt: skip
    return Message.of("No free room in one piece is large enough for {mb} MB: the largest has {largest}.", mb=mb, largest=largest)  # fmt: skip


def _remove(disk: Disk, deed: Deed) -> _Done | _Refused:
    part = disk.numbered(deed.n)
    if part is None:
        return Message.of("There is no partition {n}.", n=deed.n)
    if part.type == "extended" and disk.logicals:
        after = replace(disk, parts=tuple(each for each in disk.primaries if each is not part))
        return after, 0, Message.of("Partition {n} is removed, and with it the logical ones inside: {count}.", n=deed.n, count=len(disk.logicals))  # fmt: skip
    after = replace(disk, parts=tuple(each for each in disk.parts if each is not part))
    if part.ebr is None:
        return after, 0, Message.of("Partition {n} is removed: only its entry is gone, the bytes are still there. The others stay where they are, and so do their numbers.", n=deed.n)  # fmt: skip
    return _renumbered(after), 0, Message.of("Partition {n} is removed from the chain: the logical ones behind it move up by one number.", n=deed.n)  # fmt: skip


def _extend(disk: Disk, deed: Deed) -> _Done | _Refused:
    part = disk.numbered(deed.n)
    if part is None:
        return Message.of("There is no partition {n}.", n=deed.n)
    more, free = sectors_of(deed.more), _behind(disk, part)
    if more > free:
        return _in_the_way(disk, part, deed.more, free)
    grown = replace(part, count=part.count + more)
    after = replace(disk, parts=tuple(grown if each is part else each for each in disk.parts))
    return after, part.number, Message.of("Partition {n} grows by {mb} MB into the free room behind it: it now ends in sector {last}.", n=part.number, mb=deed.more, last=grown.last)  # fmt: skip


def _behind(disk: Disk, part: Part) -> int:
    """Free sectors right behind a partition."""
    following = [each for each in _level(disk, part) if each.first > part.first]
    end = disk.extended.last + 1 if part.ebr is not None and disk.extended else disk.reach
    if following:
        end = following[0].first if following[0].ebr is None else following[0].ebr
    return end - part.last - 1


def _level(disk: Disk, part: Part) -> tuple[Part, ...]:
    return disk.primaries if part.ebr is None else disk.logicals


def _in_the_way(disk: Disk, part: Part, mb: int, free: int) -> Message:
    following = [each for each in _level(disk, part) if each.first > part.first]
    if not following:
        return Message.of("Behind partition {n} only {free} MB can be had: there its world ends.", n=part.number, free=free * SECTOR // MB)  # fmt: skip
    other = following[0]
    moves = tablesize.move_bytes(other.bytes) / MB
    return Message.of("Partition {n} cannot grow by {mb} MB: partition {other} begins right behind it, {free} MB are free between them. Who wants the room must move {other} first: {moves:.0f} MB to read and to write.", n=part.number, mb=mb, other=other.number, free=free * SECTOR // MB, moves=moves)  # fmt: skip


_DO: dict[Kind, Callable[[Disk, Deed], _Done | _Refused]] = {
    "add": _add, "remove": _remove, "extend": _extend,
}  # fmt: skip


def written(disk: Disk) -> Sparse:
    """The disk's tables as bytes: what a real tool would find on it."""
    return _gpt_written(disk) if disk.kind == "gpt" else _mbr_written(disk)


def _gpt_written(disk: Disk) -> Sparse:
    slots = {
        each.number: gpt.Partition(type=_GPT_TYPE[each.type], guid=f"00000000-0000-0000-0000-{each.number:012X}", first=each.first, last=each.last)
        for each in disk.parts
    }  # fmt: skip
    return gpt.write(gpt.Geometry(sectors=disk.sectors), "11111111-2222-3333-4444-555555555555", slots)  # fmt: skip


def _mbr_written(disk: Disk) -> Sparse:
    places: list[mbr.Entry | None] = [None] * 4
    for each in disk.primaries:
        places[each.number - 1] = _entry(each)
    image = Sparse(disk.sectors * SECTOR).write(0, mbr.make_sector(mbr.Table(tuple(places))))
    if disk.extended and disk.logicals:
        image = mbr.write_chain(image, _entry(disk.extended), [_entry(each) for each in disk.logicals], STEP)  # fmt: skip
    return image


def _entry(part: Part) -> mbr.Entry:
    return mbr.Entry(first=part.first, count=part.count, type=_MBR_TYPE[part.type])
