"""The GPT: vectors V9.2 to V9.4, every flip noticed, repair, disks that grow, other sectors."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, gptread, mbr
from coursekit.sims.volumes.gpt import Geometry, Partition

DISK = "11111111-2222-3333-4444-555555555555"
GEOMETRY = Geometry(sectors=131_072)
TWO = (
    Partition(type=gpt.ESP, guid="AAAAAAAA-0000-0000-0000-000000000001", first=2048, last=34_815, name="EFI system"),
    Partition(type=gpt.LINUX, guid="AAAAAAAA-0000-0000-0000-000000000002", first=34_816, last=131_038, name="data"),
)  # fmt: skip
HEADER = (
    "4546492050415254 00000100 5c000000 e1f100d8 00000000 0100000000000000 ffff010000000000"
    " 2200000000000000 deff010000000000 11111111222233334444555555555555 0200000000000000 80000000"
    " 80000000 7d2f8d12"
)
GUIDS = st.uuids().map(lambda each: str(each).upper())
HEADERS = (512, 131_071 * 512)
ARRAYS = (1024, 131_039 * 512)


@pytest.fixture(scope="module")
def disk():
    return gpt.write(GEOMETRY, DISK, TWO)


def flip(image: Sparse, at: int, bit: int = 0) -> Sparse:
    return image.write(at, bytes([image.read(at, 1)[0] ^ 1 << bit]))


def crcs(image: Sparse) -> tuple[str, ...]:
    reading = gptread.read(image)
    assert reading.primary.header.array_crc == reading.backup.header.array_crc
    values = (reading.primary.header.array_crc, reading.primary.header.crc, reading.backup.header.crc)  # fmt: skip
    return tuple(f"{each:08x}" for each in values)


def test_the_crc_of_nine_digits():
    assert f"{gpt.crc32(b'123456789'):08x}" == "cbf43926"


def test_an_empty_table_of_64_mib():
    image = gpt.write(GEOMETRY, DISK)
    assert crcs(image) == ("ab54d286", "d63cf5ba", "5830397f")
    assert gpt.crc32(bytes(16_384)) == 0xAB54D286
    assert gptread.read(image).partitions == ()


def test_a_table_with_two_partitions(disk):
    assert crcs(disk) == ("128d2f7d", "d800f1e1", "560c3d24")
    assert disk.read(446, 16).hex(" ").upper() == "00 00 02 00 EE 28 20 08 01 00 00 00 FF FF 01 00"
    assert disk.read(512, 92) == bytes.fromhex(HEADER)
    assert disk.read(1024, 16).hex() == "28732ac11ff8d211ba4b00a0c93ec93b"
    reading = gptread.read(disk)
    assert (reading.source, reading.disk_guid) == ("primary", DISK)
    assert reading.partitions[0].count * 512 == 16 * 2**20
    assert reading.partitions[1].count == 96_223
    assert gptread.verify(disk) == ()


def test_64_mib_cost_what_they_hold(disk):
    assert len(disk.blocks) == 5  # MBR, two headers, the used sector of two arrays
    assert disk.length == 64 * 2**20 == len(disk.whole())


@pytest.mark.parametrize(
    ("sector", "table", "first", "last"), [(512, 32, 34, 131_038), (4096, 4, 6, 131_066)]
)
def test_the_room_of_the_tables(sector, table, first, last):
    geometry = Geometry(sectors=131_072, sector=sector)
    assert (geometry.table_sectors, geometry.first_usable, geometry.last_usable) == (table, first, last)  # fmt: skip
    assert geometry.backup_table == 131_072 - 1 - table
    image = gpt.write(geometry, DISK, {2: Partition(type=gpt.LVM, guid=DISK, first=first, last=last)})  # fmt: skip
    reading = gptread.read(image, sector)
    assert [(each.n, each.first, each.last) for each in reading.partitions] == [(2, first, last)]
    assert gptread.verify(image, sector) == ()


@pytest.mark.parametrize("side", [0, 1])
def test_every_flip_of_a_header_is_noticed_and_repaired(disk, side):
    good = gptread.read(disk).partitions
    for at in range(92):
        for bit in range(8):
            hurt = flip(disk, HEADERS[side] + at, bit)
            reading = gptread.read(hurt)
            assert (reading.primary.ok, reading.backup.ok) == (side == 1, side == 0), (at, bit)
            assert reading.partitions == good
            assert gptread.repair(hurt) == disk


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("at", [0, 15, 32, 57, 127, 128, 5000, 16_383])
def test_flips_of_an_array_are_noticed_and_repaired(disk, side, at):
    for bit in range(8):
        hurt = flip(disk, ARRAYS[side] + at, bit)
        copies = (gptread.read(hurt).primary, gptread.read(hurt).backup)
        assert [each.kind for each in copies[side].faults] == ["array crc"]
        assert copies[1 - side].ok
        assert gptread.repair(hurt) == disk


def test_bytes_that_no_crc_covers(disk):
    for at in (*range(440), *range(512 + 92, 1024, 7), 1_048_576):
        reading = gptread.read(flip(disk, at))
        assert reading.primary.ok
        assert reading.backup.ok


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"my_lba": 2}, ["my lba"]),
        ({"array_crc": 5}, ["array crc"]),
        ({"entry_lba": 131_060}, ["array"]),
        ({"slots": 2**31}, ["array"]),
        ({"entry_size": 256}, ["array"]),
        ({"signature": b"EFI PARU"}, ["signature"]),
    ],
)
def test_a_header_with_a_right_crc_may_still_be_wrong(disk, change, kinds):
    header = replace(gptread.read(disk).primary.header, **change)
    copy = gptread.judge(disk.write(512, gpt.header_bytes(header)), 1)
    assert [each.kind for each in copy.faults] == kinds


def test_the_second_header_is_looked_for_where_the_first_one_says(disk):
    longer = disk.resized(disk.length + 512 * 1000)
    assert gptread.read(longer).backup.lba == 131_071
    assert gptread.read(longer).backup.ok
    lost = gptread.read(flip(longer, 512 + 20))
    assert (lost.backup.lba, lost.source) == (
        132_071,
        None,
    )  # now the last sector, and nothing there
    away = replace(gptread.read(disk).primary.header, alternate_lba=10**9)
    outside = gptread.read(disk.write(512, gpt.header_bytes(away)))
    assert [each.kind for each in outside.backup.faults] == ["outside"]
    assert outside.source == "primary"


def test_a_disk_that_has_grown_gets_its_copy_at_the_end(disk):
    longer = disk.resized(2 * disk.length)
    assert "the disk has grown" in " ".join(map(str, gptread.verify(longer)))
    moved = gptread.relocate(longer)
    assert gptread.verify(moved) == ()
    header = gptread.read(moved).primary.header
    assert (header.alternate_lba, header.last_usable) == (262_143, 262_110)
    assert mbr.entries_of(moved.read(0, 512))[0].count == 262_143


def test_verify_names_what_a_reader_takes_without_a_word(disk):
    other = gpt.write(GEOMETRY, DISK, TWO[:1])
    mixed = Sparse.made(disk.length, [*disk.parts(), *((at, data) for at, data in other.parts() if at > 2**20)])  # fmt: skip
    mixed = mixed.write(ARRAYS[1], other.read(ARRAYS[1], 16_384))
    assert "list different partitions" in str(gptread.verify(mixed)[0])
    array = gpt.pack_entry(TWO[0]) + gpt.pack_entry(replace(TWO[1], first=10, last=2048))
    array = array.ljust(16_384, b"\0")
    parts = [(0, mbr.protective(131_072))]
    for header in gpt.headers(GEOMETRY, DISK, gpt.crc32(array)):
        parts += [(header.my_lba * 512, gpt.header_bytes(header)), (header.entry_lba * 512, array)]
    told = [str(each) for each in gptread.verify(Sparse.made(disk.length, parts))]
    assert told == ["Partitions 2 and 1 overlap.", "Partition 2 leaves the usable sectors, 34 to 131038."]  # fmt: skip
    wiped = [str(each) for each in gptread.verify(disk.erase(0, 34 * 512))]
    assert any("protective" in each for each in wiped)
    assert any("boot option gpt" in each for each in wiped)


def test_repair_writes_the_protective_entry_only_where_there_is_none(disk):
    assert gptread.repair(disk) == disk
    assert gptread.repair(disk.erase(0, 512)) == disk
    assert gptread.repair(disk.erase(0, 34 * 512)) == disk
    old = mbr.make_sector(mbr.Table((mbr.Entry(first=2048, count=100),)))
    assert gptread.repair(flip(disk.write(0, old), 600)) == disk.write(0, old)


@st.composite
def layouts(draw):
    sector = draw(st.sampled_from([512, 4096]))
    geometry = Geometry(sectors=draw(st.integers(200, 10**9)), sector=sector)
    count = draw(st.integers(0, 6))
    usable = st.integers(geometry.first_usable, geometry.last_usable)
    cuts = sorted(draw(st.lists(usable, min_size=2 * count, max_size=2 * count, unique=True)))
    slots = draw(st.lists(st.integers(1, 128), min_size=count, max_size=count, unique=True))
    texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=18)
    return geometry, {
        slot: Partition(
            type=draw(GUIDS.filter(lambda each: set(each) != {"0", "-"})), guid=draw(GUIDS),
            first=first, last=last, name=draw(texts), attributes=draw(st.integers(0, 2**64 - 1)),
        )
        for slot, first, last in zip(slots, cuts[::2], cuts[1::2], strict=True)
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(layouts(), GUIDS)
def test_any_layout_comes_back_from_either_copy(layout, guid):
    geometry, partitions = layout
    image = gpt.write(geometry, guid, partitions)
    for hurt in (image, image.erase(0, 34 * geometry.sector), image.erase(geometry.bytes - 512, 512)):  # fmt: skip
        reading = gptread.read(hurt, geometry.sector)
        found = {
            each.n: Partition(type=each.type, guid=each.guid, first=each.first, last=each.last, name=each.name, attributes=each.attributes)
            for each in reading.partitions
        }  # fmt: skip
        assert (found, reading.disk_guid) == (partitions, guid)


@given(st.binary(min_size=16, max_size=16))
def test_guids_come_back(raw):
    assert gpt.guid_bytes(gpt.guid_text(raw)) == raw
    assert gpt.guid_bytes(gpt.guid_text(raw).lower()) == raw


@given(st.binary(min_size=92, max_size=92))
def test_the_fields_of_any_header_come_back(raw):
    header = gpt.header_of(raw)
    assert gpt.header_bytes(header, header.crc) == raw


def test_no_copy_is_good(disk):
    hurt = flip(flip(disk, 512), HEADERS[1])
    reading = gptread.read(hurt)
    assert (reading.source, reading.disk_guid, reading.partitions, reading.believed) == (None, None, (), None)  # fmt: skip
    for act in (gptread.repair, gptread.relocate):
        with pytest.raises(ParameterError, match="copies=0: neither copy is good"):
            act(hurt)


def test_a_copy_that_would_lie_outside_is_not_written(disk):
    away = replace(gptread.read(disk).primary.header, alternate_lba=10**9)
    with pytest.raises(ParameterError, match="lba=1000000000: the second copy would lie outside"):
        gptread.repair(disk.write(512, gpt.header_bytes(away)))
    short = disk.resized(100_000 * 512)
    with pytest.raises(ParameterError, match="last=131038: a partition ends after the last usable sector, 99966"):  # fmt: skip
        gptread.relocate(short)


PART = TWO[0]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Geometry(sectors=67), "sectors=67: choose 68 or more"),
        (lambda: Geometry(sectors=99, sector=513), "sector=513: choose 512, 1024, 2048 or 4096"),
        (lambda: Geometry(sectors=99, slots=0), "slots=0: choose 1 to 1024"),
        (lambda: replace(PART, guid="no"), "guid=no: write 8-4-4-4-12 digits"),
        (lambda: replace(PART, type="0" * 8 + "-0000-0000-0000-" + "0" * 12), "type=0.*: all zeros means an empty slot"),
        (lambda: replace(PART, first=5, last=4), "first=5, last=4: the last sector is inclusive"),
        (lambda: replace(PART, name="x" * 37), "name=x*: up to 36 units"),
        (lambda: replace(PART, name="💾" * 19), "up to 36 units"),
        (lambda: replace(PART, attributes=2**64), "attributes=18446744073709551616: they are 64 bits"),
        (lambda: gpt.write(GEOMETRY, "x"), "guid=x: write"),
        (lambda: gpt.write(GEOMETRY, DISK, {129: PART}), "slot=129: choose 1 to 128"),
        (lambda: gpt.write(GEOMETRY, DISK, [replace(PART, first=33)]), "partition=1: its sectors must lie between 34 and 131038"),
        (lambda: gpt.write(GEOMETRY, DISK, [replace(PART, last=131_039)]), "between 34 and 131038"),
        (lambda: gpt.write(GEOMETRY, DISK, [PART, replace(PART, first=34_815, last=34_815)]), "partition=1: it overlaps partition 2"),
        (lambda: gpt.guid_text(b""), "bytes=0: a GUID has 16"),
        (lambda: gpt.header_of(b""), "bytes=0: a header has 92"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
