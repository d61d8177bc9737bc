"""The MBR: vectors V9.1, round trips, the chain of an extended partition and what breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import mbr, tablesize
from coursekit.sims.volumes.mbr import Entry, Table

WORDS = st.integers(0, mbr.MAX_SECTORS)
ENTRIES = st.builds(
    Entry, first=WORDS, count=st.integers(1, mbr.MAX_SECTORS), type=st.integers(1, 255), active=st.booleans()
)  # fmt: skip
EXTENDED = Entry(first=100, count=900, type=0x0F)
LOGICALS = (Entry(first=110, count=90), Entry(first=300, count=100, type=0x8E), Entry(first=500, count=500))  # fmt: skip


def chained() -> Sparse:
    sector = mbr.make_sector(Table((None, EXTENDED)))
    return mbr.write_chain(Sparse.made(512_000, [(0, sector)]), EXTENDED, LOGICALS, gap=10)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry(first=2048, count=204_800, active=True), "80 20 21 00 83 DF 13 0C 00 08 00 00 00 20 03 00"),
        (Entry(first=206_848, count=1_000_000, type=0x8E), "00 DF 14 0C 8E 1F 14 4B 00 28 03 00 40 42 0F 00"),
        (Entry(first=63, count=16_002), "00 01 01 00 83 FE 3F 00 3F 00 00 00 82 3E 00 00"),
        (Entry(first=1, count=131_071, type=0xEE), "00 00 02 00 EE 28 20 08 01 00 00 00 FF FF 01 00"),
    ],
)  # fmt: skip
def test_the_entries_of_the_vectors(entry, expected):
    assert mbr.pack(entry).hex(" ").upper() == expected
    assert mbr.unpack(bytes.fromhex(expected)) == entry


@pytest.mark.parametrize(
    ("lba", "expected"),
    [
        (0, "00 01 00"), (62, "00 3F 00"), (63, "01 01 00"), (2048, "20 21 00"), (16_064, "FE 3F 00"),
        (16_065, "00 01 01"), (16_450_559, "FE FF FF"), (16_450_560, "FE FF FF"), (2**32 - 1, "FE FF FF"),
    ],
)  # fmt: skip
def test_the_chs_of_the_vectors(lba, expected):
    assert mbr.chs(lba).hex(" ").upper() == expected


@given(st.integers(0, 16_450_558))
def test_chs_comes_back_and_stays_in_its_bounds(lba):
    cylinder, head, sector = mbr.chs_read(mbr.chs(lba))
    assert mbr.lba_of(mbr.chs(lba)) == lba
    assert (cylinder < 1024, head < 255, 1 <= sector <= 63) == (True, True, True)


def test_every_cylinder_keeps_its_ten_bits():
    for cylinder in range(1023):
        assert mbr.chs_read(mbr.chs(cylinder * 16_065 + 70)) == (cylinder, 1, 8)


def test_three_bytes_that_name_no_sector():
    assert mbr.lba_of(mbr.BEYOND) is None
    assert mbr.lba_of(b"\1\0\0") is None  # sectors count from 1


@given(st.tuples(*[st.none() | ENTRIES] * 4), WORDS)
def test_a_table_comes_back(entries, signature):
    table = Table(entries, signature)
    sector = mbr.make_sector(table)
    assert (len(sector), sector[510:]) == (512, b"\x55\xaa")
    assert mbr.read_table(sector) == table


@given(st.binary(min_size=510, max_size=510))
def test_whatever_the_bytes_are_a_reader_gets_four_places(raw):
    assert len(mbr.read_table(raw + mbr.SIGNATURE).entries) == 4


def test_the_limit_of_32_bits():
    assert tablesize.reach("mbr") == 2_199_023_255_040
    count = int.from_bytes(mbr.protective(2**40)[458:462], "little")
    assert count == 2**32 - 1
    assert int.from_bytes(mbr.protective(131_072)[458:462], "little") == 131_071


def test_a_chain_comes_back_with_its_addresses_relative():
    disk = chained()
    chain = mbr.read_chain(disk, EXTENDED)
    assert chain.broken is None
    assert [(each.ebr, each.first, each.count, each.type) for each in chain.logicals] == [
        (100, 110, 90, 0x83), (290, 300, 100, 0x8E), (490, 500, 500, 0x83),
    ]  # fmt: skip
    own, link, *rest = mbr.read_table(disk.read(290 * 512, 512)).entries
    assert (own.first, own.count) == (10, 100)  # from this EBR
    assert (link.first, link.count, link.type) == (390, 510, 5)  # from the extended partition
    assert rest == [None, None]


@given(st.lists(st.tuples(st.integers(2, 50), st.integers(1, 50)), max_size=12))
def test_any_chain_comes_back(steps):
    logicals, free = [], 10
    for gap, count in steps:
        logicals.append(Entry(first=free + gap, count=count))
        free += gap + count
    extended = Entry(first=10, count=max(free - 10, 1), type=0x0F)
    disk = mbr.write_chain(Sparse((free + 10) * 512), extended, logicals, gap=1)
    if logicals:
        found = mbr.read_chain(disk, extended)
        assert [(each.first, each.count) for each in found.logicals] == [(e.first, e.count) for e in logicals]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "data", "says", "left"),
    [
        (290 * 512 + 510, b"\0", "sector 290 cannot be read: signature=00 AA", 1),
        (290 * 512 + 470, (0).to_bytes(4, "little"), "returns to sector 100", 2),
        (290 * 512 + 470, (5000).to_bytes(4, "little"), "points to sector 5100, outside", 2),
    ],
)
def test_a_broken_chain_says_where_and_keeps_what_came_before(at, data, says, left):
    chain = mbr.read_chain(chained().write(at, data), EXTENDED)
    assert says in str(chain.broken)
    assert len(chain.logicals) == left


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Entry(first=-1, count=1), "first=-1: choose 0 to 4294967295"),
        (lambda: Entry(first=0, count=2**32), "count=4294967296: choose 1 to 4294967295"),
        (lambda: Entry(first=0, count=1, type=0), "type=0: choose 1 to 255"),
        (lambda: mbr.chs(-1), "lba=-1: choose 0 or more"),
        (lambda: mbr.chs_read(b""), "bytes=0: a CHS address has 3"),
        (lambda: mbr.unpack(b"1"), "bytes=1: an entry has 16"),
        (lambda: mbr.make_sector(Table((None,) * 5)), "entries=5: an MBR has 4 places"),
        (lambda: mbr.make_sector(Table((), -1)), "disk_signature=-1: it has 32 bits"),
        (lambda: mbr.read_table(b"short"), "bytes=5: an MBR has 512"),
        (lambda: mbr.read_table(bytes(512)), "signature=00 00: an MBR ends in 55 AA"),
        (lambda: mbr.protective(1), "sectors=1: choose 2 or more"),
        (lambda: mbr.write_chain(Sparse(512_000), EXTENDED, LOGICALS, gap=0), "gap=0: choose 1"),
        (lambda: mbr.write_chain(Sparse(512_000), EXTENDED, LOGICALS, gap=101), "partition=6: it and its EBR"),
        (lambda: mbr.write_chain(Sparse(512_000), EXTENDED, [Entry(first=900, count=101)]), "partition=5: it and"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
