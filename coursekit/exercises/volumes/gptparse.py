"""E9.1: judge both copies of a GPT, list the partitions of the one that a reader believes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, gptread, mbr
from coursekit.sims.volumes.gpt import Geometry, Header, Partition
from coursekit.sims.volumes.gptread import Kind, Listed, Reading
from coursekit.values import to_plain

Answer = dict[str, Any]
NAMES = ("EFI system", "data", "root", "home", "swap", "données", "Система", "disk 💾", "x", "", "thirty-six letters fill a whole name")  # fmt: skip
SMALLEST, DOUBLINGS = 8192, 4  # sectors of 512 bytes: 4 MiB, to 64 MiB
MOST = SMALLEST << DOUBLINGS


def parse_gpt(image: Sparse, sector: int = 512) -> Answer:
    """Which copies are good, which is read, and its partitions; learners get `image` as bytes."""
    return _said(gptread.read(image, sector))


def _said(reading: Reading, forgiven: tuple[Kind, ...] = ()) -> Answer:
    """The answer; faults of a forgiven kind do not count."""
    primary, backup = (
        replace(copy, faults=tuple(each for each in copy.faults if each.kind not in forgiven))
        for copy in (reading.primary, reading.backup)
    )
    seen = Reading(primary, backup)
    return {
        "primary_ok": primary.ok, "backup_ok": backup.ok, "source": seen.source,
        "disk_guid": seen.disk_guid, "partitions": [_told(each) for each in seen.partitions],
    }  # fmt: skip


def _told(each: Listed) -> Answer:
    return {"n": each.n, "type": each.type, "guid": each.guid, "first": each.first, "last": each.last, "name": each.name}  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    """A disk of 4 to 64 MiB, most of them small; some have grown, most are damaged somewhere."""
    geometry = Geometry(sectors=int(SMALLEST * 2 ** (DOUBLINGS * rng.random() ** 5)))
    array = _stale(rng, gpt.array_of(geometry, _partitions(rng, geometry)))
    parts = [(0, mbr.protective(geometry.sectors))]
    for header in gpt.headers(geometry, _guid(rng), gpt.crc32(array)):
        parts.append((header.my_lba * geometry.sector, _header(rng, header)))
        damage = _flipped(rng, array) if rng.random() < 0.2 else array
        parts.append((header.entry_lba * geometry.sector, damage))
    if rng.random() < 0.3:
        parts.append((int(rng.integers(mbr.ENTRIES_AT, mbr.SECTOR)), rng.bytes(1)))
    image = Sparse.made(geometry.bytes, parts)
    if rng.random() < 0.4:
        image = image.resized(_grown(rng, geometry.sectors) * geometry.sector)
    return {"image": to_plain(image)}


def _grown(rng: np.random.Generator, sectors: int) -> int:
    """Sectors of the disk when it is longer: a few more as a rule."""
    most = MOST if rng.random() < 0.1 else min(MOST, sectors + 64)
    return int(rng.integers(sectors, most + 1))


def _header(rng: np.random.Generator, header: Header) -> bytes:
    """The bytes of a header: good, flipped somewhere, gone, or meant for another sector."""
    kind = str(rng.choice(["good", "flip", "gone", "elsewhere"], p=[0.64, 0.15, 0.06, 0.15]))
    if kind == "gone":
        return bytes(gpt.HEADER)
    if kind == "elsewhere":
        return gpt.header_bytes(replace(header, my_lba=header.my_lba + int(rng.integers(1, 9))))
    made = gpt.header_bytes(header)
    return _flipped(rng, made) if kind == "flip" else made


def _flipped(rng: np.random.Generator, data: bytes) -> bytes:
    """One bit is another; half the time among the first 1024 bytes, where the entries are."""
    at = int(rng.integers(min(len(data), 1024) if rng.random() < 0.5 else len(data)))
    return data[:at] + bytes([data[at] ^ 1 << int(rng.integers(8))]) + data[at + 1 :]


def _guid(rng: np.random.Generator) -> str:
    return gpt.guid_text(rng.bytes(16))


def _partitions(rng: np.random.Generator, geometry: Geometry) -> dict[int, Partition]:
    """Up to 12 in any order, in slots of which some are left out."""
    count = int(rng.integers(0, 13))
    usable = np.arange(geometry.first_usable, geometry.last_usable + 1)
    cuts = np.sort(rng.choice(usable, 2 * count, replace=False)).reshape(count, 2)
    slots = rng.choice(np.arange(1, count + 4 if rng.random() < 0.8 else geometry.slots + 1), count, replace=False)  # fmt: skip
    return {
        int(slot): Partition(
            type=_type(rng), guid=_guid(rng), first=int(first), last=int(last),
            name=NAMES[int(rng.integers(len(NAMES)))], attributes=int(rng.choice([0, 0, 1, 4])),
        )
        for slot, (first, last) in zip(slots, cuts, strict=True)
    }  # fmt: skip


def _type(rng: np.random.Generator) -> str:
    known = tuple(gpt.TYPES)
    return known[int(rng.integers(len(known)))] if rng.random() < 0.8 else _guid(rng)


def _stale(rng: np.random.Generator, array: bytes) -> bytes:
    """Names that were longer once: letters behind the NUL that ends a short one."""
    changed = bytearray(array)
    for each in gptread.listed(array):
        if len(each.name) < 12 and rng.random() < 0.3:
            at = each.n * gpt.ENTRY - 20
            changed[at : at + 10] = "older".encode("utf-16-le")
    return bytes(changed)


def _forgiving(image: Sparse, sector: int = 512, *, forgiven: tuple[Kind, ...]) -> Answer:
    return _said(gptread.read(image, sector), forgiven)


def _last_sector(image: Sparse, sector: int = 512) -> Answer:
    """Never asks the first header where the other one is."""
    primary = gptread.judge(image, 1, sector)
    last = image.length // sector - 1
    return _said(Reading(primary, gptread.judge(image, last, sector)))


def _bent(
    image: Sparse, sector: int = 512, *, bend: Callable[[Sequence[Answer], bytes], None]
) -> Answer:
    """The right answer, then one rule broken in its list; `bend` also sees the array."""
    reading = gptread.read(image, sector)
    answer = _said(reading)
    bend(answer["partitions"], reading.believed.array if reading.believed else b"")
    if bend is _as_it_lies and answer["disk_guid"]:
        answer["disk_guid"] = _straight(answer["disk_guid"])
    return answer


def _as_it_lies(partitions: Sequence[Answer], _array: bytes) -> None:
    for each in partitions:
        each["type"], each["guid"] = _straight(each["type"]), _straight(each["guid"])


def _straight(guid: str) -> str:
    """The bytes of a GUID in the order of the disk."""
    digits = gpt.guid_bytes(guid).hex().upper()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _counted(partitions: Sequence[Answer], _array: bytes) -> None:
    for number, each in enumerate(partitions, start=1):
        each["n"] = number


def _whole_name(partitions: Sequence[Answer], array: bytes) -> None:
    for each in partitions:
        raw = array[each["n"] * gpt.ENTRY - 72 : each["n"] * gpt.ENTRY]
        each["name"] = raw.decode("utf-16-le", "replace").rstrip("\0")


def _disk(sector: int) -> Sparse:
    """The disk of V9.3, or one like it with other sectors."""
    parted = (
        Partition(type=gpt.ESP, guid="AAAAAAAA-0000-0000-0000-000000000001", first=2048, last=34815, name="EFI system"),
        Partition(type=gpt.LINUX, guid="AAAAAAAA-0000-0000-0000-000000000002", first=34816, last=131038, name="data"),
    )  # fmt: skip
    geometry = Geometry(sectors=131_072, sector=sector)
    return gpt.write(geometry, "11111111-2222-3333-4444-555555555555", parted)


def _damaged(disk: Sparse, *places: int) -> Sparse:
    """Bit 0 flipped in each of these bytes."""
    for at in places:
        disk = disk.write(at, bytes([disk.read(at, 1)[0] ^ 1]))
    return disk


def _sample(image: Sparse, primary: bool, backup: bool, source: str | None, **more: int) -> Sample:
    """A case whose answer is the disk of V9.3 seen through one of its copies, or nothing."""
    listed = [
        {"n": 1, "type": gpt.ESP, "guid": "AAAAAAAA-0000-0000-0000-000000000001", "first": 2048, "last": 34815, "name": "EFI system"},
        {"n": 2, "type": gpt.LINUX, "guid": "AAAAAAAA-0000-0000-0000-000000000002", "first": 34816, "last": 131038, "name": "data"},
    ]  # fmt: skip
    answer = {
        "primary_ok": primary, "backup_ok": backup, "source": source,
        "disk_guid": source and "11111111-2222-3333-4444-555555555555",
        "partitions": listed if source else [],
    }  # fmt: skip
    return Sample({"image": to_plain(image), **more}, answer)


_HEADER_BIT, _LAST_HEADER_BIT, _ARRAY_BIT = 512 + 56, 131_071 * 512 + 56, 1024 + 32

GPT = Exercise(
    id="E9.1",
    chapter="volumes",
    title=mark("Read a GPT, damaged or not"),
    reference=parse_gpt,
    cases=_cases,
    samples=(
        _sample(_disk(512), True, True, "primary"),
        _sample(_damaged(_disk(512), _HEADER_BIT), False, True, "backup"),
        _sample(_damaged(_disk(512), _LAST_HEADER_BIT), True, False, "primary"),
        _sample(_damaged(_disk(512), _ARRAY_BIT, _LAST_HEADER_BIT), False, False, None),
    ),
    wrong=(
        Wrong(
            "GUIDs as they lie",
            partial(_bent, bend=_as_it_lies),
            mark("You print the bytes of a GUID in the order of the disk: its first three parts are written lowest byte first, only the last two as they are read."),
        ),
        Wrong(
            "array not checked",
            partial(_forgiving, forgiven=("array crc",)),
            mark("You believe a copy whose array does not match: a good header is not enough, its bytes 88 to 91 hold the CRC of the entries."),
        ),
        Wrong(
            "MyLBA not checked",
            partial(_forgiving, forgiven=("my lba",)),
            mark("You believe a header that was meant for another sector: MyLBA, at byte 24, must be the sector where it lies."),
        ),
        Wrong(
            "always the last sector",
            _last_sector,
            mark("You always look for the second header in the last sector: where the first has a good signature and CRC, its AlternateLBA says the place; a disk may have grown since."),
        ),
        Wrong(
            "partitions counted",
            partial(_bent, bend=_counted),
            mark("You number the partitions that you find: n is the slot, counted from 1, and empty slots count too."),
        ),
        Wrong(
            "names not cut",
            partial(_bent, bend=_whole_name),
            mark("You keep what stands behind the first NUL of a name: a shorter name may have been written over a longer one."),
        ),
    ),
)  # fmt: skip
