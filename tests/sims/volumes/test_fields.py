"""The names of the bytes: each byte has one field, values are those of the readers, CRCs as claimed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import fields, gpt, gptread, mbr
from coursekit.sims.volumes.gpt import Geometry, Partition
from coursekit.sims.volumes.mbr import Entry, Table

DISK = "11111111-2222-3333-4444-555555555555"
EXTENDED = Entry(first=100, count=900, type=0x0F)
PLACES = ["mbr", "primary header", "primary array", "backup array", "backup header"]


def parted(sector: int = 512, slots: int = 128) -> Sparse:
    geometry = Geometry(sectors=8192, sector=sector, slots=slots)
    one = Partition(type=gpt.ESP, guid=DISK, first=2048, last=4095, name="boot", attributes=1)
    return gpt.write(geometry, DISK, {1: one, 4: one.__class__(type=DISK, guid=DISK, first=4096, last=4096)})  # fmt: skip


def chained() -> Sparse:
    logicals = (Entry(first=110, count=90), Entry(first=300, count=100))
    sector = mbr.make_sector(Table((Entry(first=1, count=99, active=True), EXTENDED), 0xCAFE))
    return mbr.write_chain(Sparse.made(512_000, [(0, sector)]), EXTENDED, logicals, gap=10)


def covers(area: fields.Area) -> bool:
    """Whether its fields follow one another from its first byte to its last."""
    ends = [area.at, *(each.end for each in area.fields)]
    return [each.at for each in area.fields] == ends[:-1] and ends[-1] == area.at + area.length


def values(found) -> dict[str, str]:
    return {str(each.name): str(each.value) for each in found}


@pytest.mark.parametrize(("sector", "slots"), [(512, 128), (512, 256), (512, 100), (4096, 128), (1024, 1)])  # fmt: skip
def test_every_byte_of_a_gpt_has_one_field(sector, slots):
    areas = fields.areas(parted(sector, 128) if slots == 100 else parted(sector, max(slots, 4)), sector)  # fmt: skip
    assert [each.place for each in areas] == PLACES
    assert all(map(covers, areas))
    assert all(str(each.why) and str(each.name) for area in areas for each in area.fields)


def test_every_byte_of_an_mbr_and_of_its_ebrs_has_one_field():
    areas = fields.areas(chained())
    assert [(each.place, each.at // 512) for each in areas] == [("mbr", 0), ("ebr", 100), ("ebr", 290)]  # fmt: skip
    assert all(map(covers, areas))


@given(st.binary(min_size=512, max_size=512), st.sampled_from(["mbr", "header", "array"]))
def test_whatever_the_bytes_are_each_has_one_field(raw, kind):
    made = {"mbr": fields.mbr_fields, "header": fields.header_fields}
    found = fields.array_fields(raw, 70, 4) if kind == "array" else made[kind](raw, 70)
    assert covers(fields.Area("mbr", 70, 512, found))
    assert all(str(each.value) is not None for each in found)


def test_areas_lie_where_the_tables_lie_though_headers_are_bad():
    good = parted()
    hurt = good.erase(512, 92).erase(good.length - 512, 92)
    assert fields.areas(hurt)[0].place == "mbr"
    places = [(area.place, area.at, area.length) for area in fields.gpt_areas(hurt)]
    assert places == [(area.place, area.at, area.length) for area in fields.gpt_areas(good)]
    assert [at // 512 for _place, at, _length in places] == [0, 1, 2, 8159, 8191]


def test_the_second_copy_of_a_disk_that_has_grown_is_shown_where_it_is():
    areas = fields.areas(parted().resized(8192 * 1024))
    assert [each.at // 512 for each in areas] == [0, 1, 2, 8159, 8191]


def test_the_values_of_a_header_are_those_of_its_reader():
    disk = parted()
    header = gptread.read(disk).primary.header
    found = values(fields.gpt_areas(disk)[1].fields)
    assert found == {
        "Signature": "EFI PART", "Revision": "00010000", "Header size": "92",
        "CRC of the header": f"{header.crc:08x}", "Reserved": "zeros", "MyLBA": "1",
        "AlternateLBA": "8191", "FirstUsableLBA": "34", "LastUsableLBA": "8158", "Disk GUID": DISK,
        "PartitionEntryLBA": "2", "Number of entries": "128", "Size of an entry": "128",
        "CRC of the array": f"{header.array_crc:08x}", "Rest of the sector": "zeros",
    }  # fmt: skip


def test_the_values_of_an_array():
    found = values(fields.gpt_areas(parted())[2].fields)
    assert [found[f"Slot 1: {part}"] for part in ("type GUID", "first sector", "last sector", "name")] == ["EFI system", "2048", "4095", "boot"]  # fmt: skip
    assert found["Slot 1: attributes"] == f"{1:016x}"
    assert (found["Slot 2"], found["Slot 4: type GUID"]) == ("empty", DISK)
    assert len(found) == 2 * 6 + 126


def test_the_values_of_an_mbr():
    found = values(fields.areas(chained())[0].fields)
    assert (found["Boot code"], found["Disk signature"], found["Signature"]) == ("zeros", "0000cafe", "55 AA")  # fmt: skip
    first = [found[f"Entry 1: {part}"] for part in ("status", "first sector as CHS", "type", "first sector", "number of sectors")]  # fmt: skip
    assert first == ["active", "0/0/2", "Linux", "1", "99"]
    assert (found["Entry 2: type"], found["Entry 3: type"]) == ("extended (LBA)", "empty")


def test_an_ebr_says_from_where_its_addresses_count():
    whys = [str(each.why) for each in fields.areas(chained())[1].fields if each.group == "lba"]
    assert "from the EBR itself" in whys[0]
    assert "from the start of the extended partition" in whys[1]
    normal = [str(each.why) for each in fields.areas(chained())[0].fields if each.group == "lba"]
    assert "EBR" not in normal[0]


@pytest.mark.parametrize("place", PLACES)
def test_a_crc_that_covers_a_field_notices_a_flip_in_it_and_no_other_does(place):
    disk = parted()
    area = next(each for each in fields.gpt_areas(disk) if each.place == place)
    kinds = {"header": {"header crc", "my lba", "signature"}, "array": {"array crc"}, "": set()}
    for each in area.fields[:20]:
        for at in {each.at, each.end - 1}:
            reading = gptread.read(disk.write(at, bytes([disk.read(at, 1)[0] ^ 4])))
            copy = reading.backup if place.startswith("backup") else reading.primary
            found = {fault.kind for fault in copy.faults}
            assert bool(found) == bool(each.crc), each.name
            assert found <= kinds[each.crc]


def test_a_byte_is_found_by_its_place():
    found = fields.gpt_areas(parted())[1].fields
    assert str(fields.field_at(found, 512 + 24).name) == "MyLBA"
    assert str(fields.field_at(found, 512 + 31).name) == "MyLBA"
    assert str(fields.field_at(found, 512 + 32).name) == "AlternateLBA"
    with pytest.raises(ParameterError, match="at=0: no field has this byte"):
        fields.field_at(found, 0)
    with pytest.raises(ParameterError, match="bytes=1: an MBR has 512"):
        fields.mbr_fields(b"1")
    with pytest.raises(ParameterError, match="bytes=1: a header has 92"):
        fields.header_fields(b"1")


def test_odd_values_are_shown_as_they_are():
    raw = bytearray(mbr.make_sector(Table((Entry(first=2**30, count=9, type=0x99),))))
    raw[446], raw[0], raw[444:446] = 0x55, 0xEB, b"\x5a\x5a"
    found = values(fields.mbr_fields(bytes(raw)))
    assert (found["Entry 1: status"], found["Entry 1: type"]) == ("55", "99")
    assert found["Entry 1: first sector as CHS"] == "too far for CHS"
    assert (found["Boot code"], found["Reserved"]) == ("bytes that are not zero: 1", "5a5a")
