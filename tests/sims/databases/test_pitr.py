"""Names of log files against PostgreSQL; what can be reached from bases and segments."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from coursekit.sims.databases.pitr import (
    PER_LOG,
    Archive,
    Base,
    Segment,
    file_name,
    intervals,
    lsn,
    plan,
    restore_s,
    segment_of,
    segment_of_file,
)
from coursekit.sims.message import ParameterError

RECORD = Path(__file__).parents[2] / "transcripts/databases/names_and_costs.txt"
NAMES = [line[1:] for line in map(json.loads, RECORD.read_text().splitlines()[1:]) if line[0] == "name"]  # fmt: skip
BASES = (Base("sun", 10, 1000), Base("mon", 40, 5000))
SEGMENTS = tuple(Segment(i, 100 * i, 100 * i + 99) for i in range(10, 60) if i != 47)


@pytest.mark.parametrize("position, name", NAMES)
def test_names_are_those_of_postgresql(position, name):
    assert file_name(segment_of(lsn(position))) == name
    assert segment_of_file(name) == (1, segment_of(lsn(position)))


def test_every_number_comes_back_from_its_name():
    for timeline in (1, 2, 255):
        for number in [*range(600), 5 * PER_LOG - 1, 5 * PER_LOG, 2**40 - 1]:
            assert segment_of_file(file_name(number, timeline)) == (timeline, number)


@pytest.mark.parametrize(
    "target, base, last, reason, reachable, missing",
    [
        (900, None, None, "no base", None, None),
        (1000, "sun", 10, "", 4699, None),
        (2050, "sun", 20, "", 4699, None),
        (4650, "sun", 46, "", 4699, None),
        (4750, "sun", None, "wal gap", 4699, 47),
        (4999, "sun", None, "wal gap", 4699, 47),
        (5000, "mon", None, "wal gap", 4699, 47),
        (5500, "mon", None, "wal gap", 4699, 47),
    ],
)
def test_the_plans_of_the_chapter(target, base, last, reason, reachable, missing):
    found = plan(BASES, SEGMENTS, target)
    assert (found.base.name if found.base else None) == base
    assert (found.reason, found.reachable_s, found.missing) == (reason, reachable, missing)
    if found.ok:
        assert (found.first, found.last) == (10, last)
        assert list(found.segments) == list(range(10, last + 1))


def test_a_first_segment_that_is_missing():
    found = plan(BASES[:1], SEGMENTS[1:], 2000)
    assert (found.reason, found.reachable_s, found.missing) == ("wal gap", None, 10)
    assert intervals(BASES[:1], SEGMENTS[1:]) == []


def test_the_intervals_of_the_chapter():
    assert intervals(BASES, SEGMENTS) == [(1000, 4699)], "from mon nothing: its end is not reached"
    whole = (*SEGMENTS, Segment(47, 4700, 4799))
    assert intervals(BASES, whole) == [(1000, 5999)]


def test_a_plan_is_found_exactly_within_the_intervals():
    """All gaps of up to three segments of a small archive with three bases."""
    for gap in [gap for size in range(4) for gap in combinations(range(12), size)]:
        archive = Archive(now_s=12, every_s=1, base_s=4, copying_s=1.5, first=0, missing=frozenset(gap))  # fmt: skip
        reached = intervals(archive.bases, archive.segments)
        for quarter in range(52):
            t = quarter / 4
            inside = any(low <= t <= high for low, high in reached)
            assert plan(archive.bases, archive.segments, t).ok == inside, (gap, t)


def test_an_older_base_never_reaches_further():
    for gap in combinations(range(12), 2):
        archive = Archive(now_s=12, every_s=1, base_s=4, copying_s=1, first=0, missing=frozenset(gap))  # fmt: skip
        bases = archive.bases
        for t in range(13):
            if not plan(bases, archive.segments, t).ok and len(bases) > 1:
                assert not any(plan([each], archive.segments, t).ok for each in bases)


def test_an_archive():
    archive = Archive(now_s=1000, every_s=300, base_s=600, copying_s=100, missing=frozenset({201}))
    assert [each.number for each in archive.segments] == [200, 202], "the one being written is not there"  # fmt: skip
    assert archive.bases == (Base("1", 200, 100), Base("2", 202, 700))


def test_seconds_of_a_restore():
    assert restore_s(500, 40, 200, 20) == 2500 + 2000


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: lsn("3-4"), "lsn=3-4: two hexadecimal"),
        (lambda: lsn("123456789/0"), "lsn=123456789/0: two"),
        (lambda: segment_of(0), "position=0: 1 to"),
        (lambda: file_name(-1), "segment=-1: 0 or more"),
        (lambda: file_name(1, 0), "timeline=0: 1 or more"),
        (lambda: segment_of_file("0000000100000000000001FF"), "name=0000000100000000000001FF: 24 hexadecimal"),
        (lambda: restore_s(1, 1, 0, 1), "restore_mb_s=0: more than 0"),
        (lambda: Archive(now_s=1, every_s=0, base_s=1, copying_s=0), "every_s=0: more than 0"),
    ],
)  # fmt: skip
def test_what_cannot_be(wrong, says):
    with pytest.raises(ParameterError, match=says):
        wrong()
