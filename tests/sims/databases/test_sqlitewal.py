"""The log of SQLite: the course's vectors, and real SQLite reading what is written and writing what is read."""

import sqlite3
import struct
from itertools import pairwise

import pytest

from coursekit.sims.databases.sqlitewal import (
    FRAME,
    HEADER,
    Leaf,
    checksum,
    overlaid,
    read,
    torn,
    why,
    write,
)
from coursekit.sims.message import ParameterError

CUTS = {0: None, 31: None, 32: None, 4151: None, 4152: None, 8272: 0, 12_391: 0, 12_392: 1, 16_612: 2, 28_872: 5}  # fmt: skip


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The main file, the log, and its size after each transaction: made by SQLite."""
    path = tmp_path_factory.mktemp("wal") / "a.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA page_size=4096")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    log = path.with_name("a.db-wal")
    db.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)")
    sizes = [log.stat().st_size]
    for n in range(5):
        db.execute("INSERT INTO t(v) VALUES (?)", (f"row {n}",))
        sizes.append(log.stat().st_size)
    found = path.read_bytes(), log.read_bytes(), sizes
    db.close()
    return found


def rows(folder, main, log):
    """What SQLite shows of these files: a number of rows, or None without the table."""
    path = folder / "b.db"
    path.write_bytes(main)
    log_path = folder / "b.db-wal"
    log_path.unlink(missing_ok=True)
    if log is not None:
        log_path.write_bytes(log)
    db = sqlite3.connect(path, isolation_level=None)
    try:
        return db.execute("SELECT count(*) FROM t").fetchone()[0]
    except sqlite3.OperationalError as why:
        if "no such table" in str(why):
            return None
        raise
    finally:
        db.close()
        for each in folder.glob("b.db-*"):
            each.unlink()


def shown(main, log):
    """The rows that our reader says: those of the commits that count."""
    found = read(log)
    return found.commits - 1 if found.last else None


def test_checksums_of_both_orders():
    assert checksum(bytes(range(24)), big=True) == (0x3844505C, 0x687C90A4)
    assert checksum(bytes(range(24))) == (0x5C504438, 0xA4907C68)


def test_sizes_and_frames_of_a_real_log(real):
    _main, log, sizes = real
    assert sizes == [8272, 12_392, 16_512, 20_632, 24_752, 28_872]
    found = read(log)
    assert [each.page for each in found.frames] == [1, 2, 2, 2, 2, 2, 2]
    assert [each.size for each in found.frames] == [0, 2, 2, 2, 2, 2, 2]
    assert (found.valid, found.last, found.commits, found.rest) == (7, 7, 6, 0)
    assert {each.fault for each in found.frames} == {""}


@pytest.mark.parametrize("left", CUTS)
def test_truncated_as_in_the_vectors_and_as_sqlite_reads_it(real, tmp_path, left):
    main, log, _sizes = real
    damaged = torn(log, len(log) - left)
    assert shown(main, damaged) == CUTS[left]
    assert rows(tmp_path, main, damaged) == CUTS[left]


@pytest.mark.parametrize("frame, left", [(1, None), (2, None), (3, 0), (4, 1), (7, 4)])
def test_a_flipped_bit_ends_the_log_there(real, tmp_path, frame, left):
    main, log, _sizes = real
    damaged = torn(log, flip=HEADER + (frame - 1) * (FRAME + 4096) + FRAME + 2000, bit=3)
    assert [each.fault for each in read(damaged).frames][frame - 1 :] == ["checksum"] + ["chain"] * (7 - frame)  # fmt: skip
    assert shown(main, damaged) == left
    assert rows(tmp_path, main, damaged) == left


@pytest.mark.parametrize("at", [0, 3, 9, 16, 20, 24, 31, 32, 36, 40, 47, 50, 55, 8272, 8280])
def test_a_flipped_bit_of_a_header_reads_as_in_sqlite(real, tmp_path, at):
    """Byte 3 turns the order of the checksums, bytes 40–47 are the salts of frame 1."""
    main, log, _sizes = real
    for bit in (0, 7):
        damaged = torn(log, flip=at, bit=bit)
        assert rows(tmp_path, main, damaged) == shown(main, damaged), (at, bit)


@pytest.mark.parametrize("big", [False, True])
def test_sqlite_reads_what_we_write(real, tmp_path, big):
    main, log, _sizes = real
    old = read(log)
    leaves = [Leaf(each.page, each.data, each.size) for each in old.frames]
    again = write(leaves, salts=old.header.salts, sequence=old.header.sequence)
    assert again == log, "the same salts, the same bytes"
    other = write(leaves, salts=(7, 8), big=big)
    assert read(other).header.big == big
    assert rows(tmp_path, main, other) == 5
    assert rows(tmp_path, main, torn(other, 1)) == 4


@pytest.mark.parametrize("count", range(8))
def test_the_overlaid_file_is_the_database(real, tmp_path, count):
    main, log, _sizes = real
    found = read(torn(log, (7 - count) * (FRAME + 4096)))
    assert rows(tmp_path, overlaid(main, found), None) == rows(tmp_path, main, torn(log, (7 - count) * (FRAME + 4096)))  # fmt: skip


def test_frames_behind_the_last_commit_do_not_count():
    leaves = [Leaf(1, bytes(512), 1), Leaf(2, bytes(512)), Leaf(3, bytes(512))]
    found = read(write(leaves, page_size=512))
    assert (found.valid, found.last, found.commits) == (3, 1, 1)
    assert list(found.pages()) == [1]
    assert len(overlaid(b"", found)) == 512


def test_any_flipped_bit_is_found():
    """Of a small log: each bit of each byte."""
    log = write([Leaf(1, bytes(range(256)) * 2, 1), Leaf(2, b"x" * 512, 2)], page_size=512)
    for at in range(len(log)):
        for bit in range(8):
            found = read(torn(log, flip=at, bit=bit))
            assert found.header.fault or any(each.fault for each in found.frames), (at, bit)


def test_salts_of_an_older_log_end_it():
    log = write([Leaf(1, bytes(512), 1)], page_size=512, salts=(1, 2))
    old = write([Leaf(1, bytes(512), 1)], page_size=512, salts=(0, 2))
    assert [each.fault for each in read(log + old[HEADER:]).frames] == ["", "salts"]


def test_a_chain_of_sums():
    frames = read(write([Leaf(n + 1, bytes([n]) * 512, n + 1) for n in range(4)], page_size=512)).frames  # fmt: skip
    for one, two in pairwise(frames):
        assert checksum(struct.pack(">2I", two.page, two.size) + two.data, one.sums) == two.sums


@pytest.mark.parametrize("damage, said", [
    ({}, "All 4 frames are valid and the last one commits"), ({"cut": 1}, "in the middle of a frame: its 535 bytes"),
    ({"flip": HEADER + 30}, "Frame 1 does not count: its bytes do not give"), ({"flip": 2000}, "It is the last one, so only its"),
    ({"flip": 20}, "The header does not count: its bytes"), ({"cut": 2170}, "The header does not count: it is too short"),
    ({"flip": HEADER + 8}, "other salts than in the header"),
])  # fmt: skip
def test_it_says_why(damage, said):
    log = write([Leaf(n + 1, bytes([n]) * 512, n + 1) for n in range(4)], page_size=512)
    assert said in str(why(read(torn(log, **damage))))


def test_frames_without_a_commit_were_never_promised():
    log = write([Leaf(1, bytes(512), 1), Leaf(2, bytes(512))], page_size=512)
    assert "never promised" in str(why(read(log)))


@pytest.mark.parametrize("make, says", [
    (lambda: checksum(b"1234"), "bytes=4: a multiple of 8"), (lambda: write([], page_size=1000), "page_size=1000"),
    (lambda: write([Leaf(1, b"")]), "bytes=0: a page has 4096"), (lambda: write([Leaf(0, bytes(4096))]), "page=0"),
    (lambda: torn(b"12", 3), "cut=3: choose 0 to 2"), (lambda: torn(b"12", 0, 2), "flip=2: choose 0 to 1"),
    (lambda: torn(b"12", 0, 0, 8), "bit=8"),
])  # fmt: skip
def test_what_cannot_be(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
