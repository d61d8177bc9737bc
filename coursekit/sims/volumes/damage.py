"""A GPT disk that is damaged and repaired, deed by deed: what a reader sees after each.

Built on `gptread`; nothing is decided here but the sentences. A small text stands in the first
and last sector of each partition, so that it shows whether data were touched. Left out: tools
that guess partitions from the file systems they find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.sparse import BLOCK, Sparse
from coursekit.sims.volumes import fields, gptread
from coursekit.sims.volumes.gptread import Listed, Reading

__all__ = ["DEEDS", "Deed", "State", "Told", "after", "tell", "trace", "with_data"]

Kind = Literal["flip", "erase", "repair", "restore", "grow", "move"]
DEEDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Deed:
    """What is done.

    flip: bit `bit` (0 the lowest) of byte `at`; erase: `length` bytes from `at`; repair: the bad
    copy from the good one; restore: both from what was saved at the start; grow: the disk by
    `length` bytes; move: the second copy to the disk's end.
    """

    kind: Kind
    at: int = 0
    bit: int = 0
    length: int = 1

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(0 <= self.bit <= 7, "bit={bit}: choose 0 to 7", bit=self.bit)
        require(self.length >= 1, "length={length}: choose 1 or more", length=self.length)


@dataclass(frozen=True)
class State:
    """After a deed: the disk, what a reader makes of it, which bytes the deed changed.

    `changed` are runs (first byte, length); `data_ok`: whether every partition of the start
    still holds what it held, listed or not.
    """

    disk: Sparse
    deed: Deed | None
    reading: Reading
    changed: tuple[tuple[int, int], ...]
    data_ok: bool
    why: tuple[Message, ...]

    @property
    def partitions(self) -> tuple[Listed, ...]:
        """What a reader lists."""
        return self.reading.partitions


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]
    sector: int


def with_data(disk: Sparse, sector: int = 512) -> Sparse:
    """The disk with a text in the first and last sector of each partition."""
    for each in gptread.read(disk, sector).partitions:
        text = f"data of partition {each.n} ".encode()
        filled = (text * (sector // len(text) + 1))[:sector]
        disk = disk.write(each.first * sector, filled).write(each.last * sector, filled)
    return disk


def tell(disk: Sparse, deeds: Sequence[Deed] = (), sector: int = 512) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    reading = gptread.read(disk, sector)
    said = (Message.of("A disk with a GPT."), *_seen(reading, data_ok=True))
    states = [State(disk, None, reading, (), data_ok=True, why=said)]
    for deed in deeds:
        states.append(after(states, deed, sector))
    return Told(tuple(states), sector)


def trace(told: Told) -> list[dict[str, Any]]:
    """The same as plain events."""
    return [
        {
            "t": moment, "event": state.deed.kind, "at": state.deed.at,
            "primary_ok": state.reading.primary.ok, "backup_ok": state.reading.backup.ok,
            "source": state.reading.source, "listed": len(state.partitions), "data_ok": state.data_ok,
        }
        for moment, state in enumerate(told.states) if state.deed is not None
    ]  # fmt: skip


def after(states: Sequence[State], deed: Deed, sector: int) -> State:
    start, before = states[0], states[-1]
    disk, said = _DO[deed.kind](start, before, deed, sector)
    reading = gptread.read(disk, sector)
    data_ok = _same_data(start, disk, sector)
    faults = tuple(
        each.why
        for copy, old in ((reading.primary, before.reading.primary), (reading.backup, before.reading.backup))
        for each in copy.faults if each not in old.faults
    )  # fmt: skip
    odd = gptread.remarks(disk, reading, sector)
    why = (said, *faults, *_seen(reading, data_ok=data_ok), *odd)
    return State(disk, deed, reading, _changed(before.disk, disk), data_ok, why)


def _flip(_start: State, before: State, deed: Deed, sector: int) -> tuple[Sparse, Message]:
    old = before.disk.read(deed.at, 1)[0]
    new = old ^ 1 << deed.bit
    said = Message.of("Bit {bit} of byte {at} is flipped, {old} becomes {new}: {where}.", bit=deed.bit, at=deed.at, old=f"{old:02X}", new=f"{new:02X}", where=_where(before, deed.at, sector))  # fmt: skip
    return before.disk.write(deed.at, bytes([new])), said


def _erase(_start: State, before: State, deed: Deed, sector: int) -> tuple[Sparse, Message]:
    disk = before.disk.erase(deed.at, deed.length)
    end = deed.at + deed.length - 1
    return disk, Message.of("Bytes {at} to {end} become zeros: from {first} to {last}.", at=deed.at, end=end, first=_where(before, deed.at, sector), last=_where(before, end, sector))  # fmt: skip


def _repair(_start: State, before: State, _deed: Deed, sector: int) -> tuple[Sparse, Message]:
    disk, reading = gptread.repair(before.disk, sector), before.reading
    if reading.primary.ok and reading.backup.ok:
        if disk == before.disk:
            return disk, Message.of("Both copies are good: there is nothing to repair.")
        return disk, Message.of("Both copies are good; sector 0 gets its protective entry back.")
    if reading.source == "primary":
        return disk, Message.of("The copy at the end is written anew from the first: MyLBA and AlternateLBA exchanged, its own place of the array, its own CRC.")  # fmt: skip
    return disk, Message.of("The first copy is written anew from the one at the end: MyLBA and AlternateLBA exchanged, its own place of the array, its own CRC.")  # fmt: skip


def _restore(start: State, before: State, _deed: Deed, sector: int) -> tuple[Sparse, Message]:
    disk = before.disk
    for area in fields.gpt_areas(start.disk, sector):
        disk = disk.write(area.at, start.disk.read(area.at, area.length))
    return disk, Message.of("The tables are written as they were saved at the start. What lies between them is not touched.")  # fmt: skip


def _grow(_start: State, before: State, deed: Deed, sector: int) -> tuple[Sparse, Message]:
    require(deed.length % sector == 0, "length={length}: a disk grows by whole sectors of {sector}", length=deed.length, sector=sector)  # fmt: skip
    disk = before.disk.resized(before.disk.length + deed.length)
    return disk, Message.of("The disk is {sectors} sectors longer; its tables know nothing of it.", sectors=deed.length // sector)  # fmt: skip


def _move(_start: State, before: State, _deed: Deed, sector: int) -> tuple[Sparse, Message]:
    disk = gptread.relocate(before.disk, sector)
    return disk, Message.of("The second copy is written at the end of the disk, both headers name the new places, and the room between can be used.")  # fmt: skip


_DO: dict[Kind, Callable[[State, State, Deed, int], tuple[Sparse, Message]]] = {
    "flip": _flip, "erase": _erase, "repair": _repair, "restore": _restore, "grow": _grow, "move": _move,
}  # fmt: skip


def _where(state: State, at: int, sector: int) -> Message:
    """What a byte belongs to: a field of the tables, a partition, or nothing."""
    try:
        return _field(state, at, sector)
    except ParameterError:
        lba = at // sector
    for each in state.partitions:
        if each.first <= lba <= each.last:
            return Message.of("data of partition {n}", n=each.n)
    return Message.of("sector {lba}, in no listed partition", lba=lba)


def _field(state: State, at: int, sector: int) -> Message:
    for area in fields.gpt_areas(state.disk, sector):
        if area.at <= at < area.at + area.length:
            found = fields.field_at(area.fields, at)
            return Message.of("{place}, {field}", place=_PLACES[area.place], field=found.name)
    raise ParameterError("at={at}: no field has this byte", at=at)


_PLACES = {
    "mbr": Message.of("protective MBR"),
    "primary header": Message.of("first header"),
    "primary array": Message.of("first array"),
    "backup array": Message.of("second array"),
    "backup header": Message.of("second header"),
}


def _seen(reading: Reading, *, data_ok: bool) -> tuple[Message, ...]:
    """What a reader does, and what it means for the data."""
    count = len(reading.partitions)
    if reading.source is None:
        told = [Message.of("Neither copy is good: a reader lists nothing.")]
    elif reading.source == "backup":
        told = [Message.of("A reader finds the first copy bad and takes the second. Partitions listed: {count}.", count=count)]  # fmt: skip
    elif reading.backup.ok:
        told = [Message.of("Both copies are good, the first is read. Partitions listed: {count}.", count=count)]  # fmt: skip
    else:
        told = [Message.of("The first copy is read as ever; that the other is bad shows only to those who look. Partitions listed: {count}.", count=count)]  # fmt: skip
    if not data_ok:
        told.append(Message.of("Data inside a partition are damaged: no checksum of a GPT looks there."))  # fmt: skip
    elif reading.source is None:
        told.append(Message.of("The bytes of the file systems are all where they were."))
    return tuple(told)


def _same_data(start: State, disk: Sparse, sector: int) -> bool:
    """Whether the partitions of the start hold the same bytes; only blocks that hold some count."""
    old, new = start.disk.blocks, disk.blocks
    differing = {number for number in {*old, *new} if old.get(number) != new.get(number)}
    return not any(
        each.first * sector <= number * BLOCK < (each.last + 1) * sector
        for number in differing
        for each in start.partitions
    )


def _changed(before: Sparse, after: Sparse) -> tuple[tuple[int, int], ...]:
    """Runs of bytes that differ, as far as both disks reach."""
    runs, length = list[tuple[int, int]](), min(before.length, after.length)
    for number in sorted({*before.blocks, *after.blocks}):
        if before.blocks.get(number) == after.blocks.get(number) or (number + 1) * BLOCK > length:
            continue
        old, new = (each.read(number * BLOCK, BLOCK) for each in (before, after))
        for inside in (i for i in range(BLOCK) if old[i] != new[i]):
            at = number * BLOCK + inside
            if runs and sum(runs[-1]) == at:
                runs[-1] = (runs[-1][0], runs[-1][1] + 1)
            else:
                runs.append((at, 1))
    return tuple(runs)
