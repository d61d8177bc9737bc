"""The tables of a small disk, byte by byte: flipped, erased, repaired; for an MBR and for a GPT.

Modelled: a disk of each kind with the partitions of the conformance vectors; its parts by name; what
checksums say and give; what a reader lists after each deed. A GPT is told by `damage`. An MBR has
no checksum and no second copy: what its entries say is believed. Left out: EBRs, boot code.
Source: UEFI specification 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, get_args

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import damage, fields, gpt, gptread, mbr
from coursekit.sims.volumes.fields import Area, Place

__all__ = ["DEEDS", "PARTS", "Deed", "Entry", "Light", "State", "Told", "area", "specimen", "tell"]

Kind = Literal["mbr", "gpt"]
Part = Literal["first", "header", "entries", "backup_entries", "backup"]
What = Literal["flip", "erase", "repair"]
PARTS: tuple[Part, ...] = get_args(Part)
DEEDS: tuple[What, ...] = get_args(What)
_PLACES: dict[Part, Place] = {
    "first": "mbr", "header": "primary header", "entries": "primary array",
    "backup_entries": "backup array", "backup": "backup header",
}  # fmt: skip
_MIB = 2048  # sectors


@dataclass(frozen=True)
class Deed:
    """What is done: flip bit `bit` of byte `at` of a part; erase a part; repair what is bad."""

    kind: What
    part: Part = "header"
    at: int = 0
    bit: int = 0

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(self.part in PARTS, "part={part}: choose one of {parts}", part=self.part, parts=", ".join(PARTS))  # fmt: skip
        require(0 <= self.bit <= 7, "bit={bit}: choose 0 to 7", bit=self.bit)
        require(self.at >= 0, "at={at}: choose 0 or more", at=self.at)


@dataclass(frozen=True)
class Light:
    """A checksum or a mark: what stands there, what should; `part` and `what` say where."""

    part: Part
    what: Literal["header", "array", "mark"]
    stored: str
    right: str

    @property
    def ok(self) -> bool:
        """Whether they agree."""
        return self.stored == self.right


@dataclass(frozen=True)
class Entry:
    """A partition as a reader lists it."""

    n: int
    type: str
    first: int
    last: int
    name: str = field(default="")


@dataclass(frozen=True)
class State:
    """After a deed: the disk, its lights, what is listed and from which copy; whether data is whole."""

    disk: Sparse
    deed: Deed | None
    refused: bool
    lights: tuple[Light, ...]
    listed: tuple[Entry, ...]
    source: gptread.Source | None
    data_ok: bool
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    kind: Kind
    states: tuple[State, ...]


@cache
def specimen(kind: Kind) -> Sparse:
    """64 MiB with a GPT of two partitions, or 640 MiB with an MBR of two."""
    if kind == "mbr":
        linux = mbr.Entry(first=2048, count=204_800, active=True)
        table = mbr.Table((linux, mbr.Entry(first=206_848, count=1_000_000, type=0x8E)), 0x1A2B3C4D)
        return Sparse(640 * _MIB * mbr.SECTOR).write(0, mbr.make_sector(table))
    guid = "AAAAAAAA-0000-0000-0000-00000000000{}"
    parts = (
        gpt.Partition(type=gpt.ESP, guid=guid.format(1), first=2048, last=34_815, name="EFI system"),
        gpt.Partition(type=gpt.LINUX, guid=guid.format(2), first=34_816, last=131_038, name="data"),
    )  # fmt: skip
    disk = gpt.write(gpt.Geometry(sectors=64 * _MIB), "11111111-2222-3333-4444-555555555555", parts)
    return damage.with_data(disk)


def area(disk: Sparse, kind: Kind, part: Part) -> Area:
    """A part of the tables with its fields; an MBR disk has only its first sector."""
    found = fields.mbr_areas(disk) if kind == "mbr" else fields.gpt_areas(disk)
    for each in found:
        if each.place == _PLACES[part]:
            return each
    raise ParameterError("part={part}: a disk with an MBR has only the first sector", part=part)


def tell(kind: Kind, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record."""
    require(kind in get_args(Kind), "kind={kind}: choose mbr or gpt", kind=kind)
    return _record(kind, tuple(deeds))


@lru_cache(maxsize=16)
def _record(kind: Kind, deeds: tuple[Deed, ...]) -> Told:
    """A lab asks for the same record at every move of a control."""
    return Told(kind, _gpt_states(deeds) if kind == "gpt" else _mbr_states(deeds))


def _gpt_states(deeds: Sequence[Deed]) -> tuple[State, ...]:
    story = list(damage.tell(specimen("gpt")).states)
    states = [_seen(story[0], None)]
    for deed in deeds:
        try:
            story.append(damage.after(story, _told(story[-1].disk, deed), mbr.SECTOR))
            states.append(_seen(story[-1], deed))
        except ParameterError as why:
            if deed.kind != "repair":
                raise
            states.append(_refused(states[-1], deed, why.message))
    return tuple(states)


def _told(disk: Sparse, deed: Deed) -> damage.Deed:
    """The same deed, in bytes of the disk."""
    if deed.kind == "repair":
        return damage.Deed("repair")
    found = area(disk, "gpt", deed.part)
    _inside(deed, found)
    if deed.kind == "erase":
        return damage.Deed("erase", found.at, 0, found.length)
    return damage.Deed("flip", found.at + deed.at, deed.bit)


def _inside(deed: Deed, found: Area) -> None:
    require(deed.at < found.length, "at={at}: this part has {length} bytes, choose 0 to {last}", at=deed.at, length=found.length, last=found.length - 1)  # fmt: skip


def _refused(before: State, deed: Deed, why: Message) -> State:
    return State(before.disk, deed, True, before.lights, before.listed, before.source, before.data_ok, (why,))  # fmt: skip


def _seen(state: damage.State, deed: Deed | None) -> State:
    listed = tuple(Entry(each.n, gpt.type_name(each.type), each.first, each.last, each.name) for each in state.partitions)  # fmt: skip
    return State(state.disk, deed, False, _gpt_lights(state.disk), listed, state.reading.source, state.data_ok, state.why)  # fmt: skip


def _gpt_lights(disk: Sparse) -> tuple[Light, ...]:
    """Both CRCs of both copies, each over the bytes where it belongs."""
    found = {each.place: disk.read(each.at, each.length) for each in fields.gpt_areas(disk)}
    lights = list[Light]()
    copies: tuple[tuple[Part, Part], ...] = (("header", "entries"), ("backup", "backup_entries"))
    for head, array in copies:
        raw = found[_PLACES[head]]
        header = gpt.header_of(raw)
        entries = found[_PLACES[array]][: gpt.SLOTS * gpt.ENTRY]
        lights.append(Light(head, "header", f"{header.crc:08x}", f"{gpt.header_crc(raw):08x}"))
        lights.append(Light(array, "array", f"{header.array_crc:08x}", f"{gpt.crc32(entries):08x}"))
    return tuple(lights)


def _mbr_states(deeds: Sequence[Deed]) -> tuple[State, ...]:
    states = [_mbr_state(specimen("mbr"), None, Message.of("A disk with an MBR."))]
    for deed in deeds:
        before = states[-1]
        if deed.kind == "repair":
            why = Message.of("An MBR has no second copy: there is nothing to repair it from.")
            states.append(_refused(before, deed, why))
            continue
        disk, said = _damaged(before.disk, deed)
        states.append(_mbr_state(disk, deed, said))
    return tuple(states)


def _damaged(disk: Sparse, deed: Deed) -> tuple[Sparse, Message]:
    found = area(disk, "mbr", deed.part)
    if deed.kind == "erase":
        return disk.erase(found.at, found.length), Message.of("All 512 bytes of sector 0 become zeros.")  # fmt: skip
    _inside(deed, found)
    old = disk.read(deed.at, 1)[0]
    new = old ^ 1 << deed.bit
    name = fields.field_at(found.fields, deed.at).name
    said = Message.of("Bit {bit} of byte {at} is flipped, {old} becomes {new}: {where}.", bit=deed.bit, at=deed.at, old=f"{old:02X}", new=f"{new:02X}", where=name)  # fmt: skip
    return disk.write(deed.at, bytes([new])), said


def _mbr_state(disk: Sparse, deed: Deed | None, said: Message) -> State:
    raw = disk.read(0, mbr.SECTOR)
    mark = Light("first", "mark", raw[mbr.SIGNATURE_AT :].hex(" ").upper(), mbr.SIGNATURE.hex(" ").upper())  # fmt: skip
    listed = tuple(
        Entry(n, mbr.type_name(each.type), each.first, each.last)
        for n, each in enumerate(mbr.entries_of(raw), 1) if each and mark.ok
    )  # fmt: skip
    if mark.ok:
        seen = Message.of("A reader believes what stands there: partitions listed: {count}. No checksum would tell that a bit has changed.", count=len(listed))  # fmt: skip
    else:
        seen = Message.of("The sector does not end in 55 AA: a reader lists nothing, and there is no second copy.")  # fmt: skip
    return State(disk, deed, False, (mark,), listed, None, True, (said, seen))
