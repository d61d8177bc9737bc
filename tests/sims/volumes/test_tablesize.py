"""Limits of the tables, and what stands in the way of a static partition that must grow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import tablesize
from coursekit.sims.volumes.tablesize import Run

RUNS = (Run(name="root", first=10, last=29), Run(name="var", first=30, last=49), Run(name="home", first=60, last=89))  # fmt: skip


def test_the_limits_card():
    rows = [(each.kind, each.sector, each.bytes, each.partitions) for each in tablesize.cards()]
    assert rows == [
        ("mbr", 512, (2**32 - 1) * 512, 4), ("mbr", 4096, (2**32 - 1) * 4096, 4),
        ("gpt", 512, 2**73, 128), ("gpt", 4096, 2**76, 128),
    ]  # fmt: skip
    assert [each.table_bytes for each in tablesize.cards()] == [512, 4096, 34_304, 45_056]


def test_of_8_tb_an_mbr_reaches_two():
    assert tablesize.usable("mbr", 8 * 10**12) == (2**32 - 2) * 512
    assert tablesize.usable("mbr", 8 * 10**12) / 1e12 == pytest.approx(2.199, abs=1e-3)
    assert tablesize.usable("gpt", 8 * 10**12) == (8 * 10**12 // 512 - 67) * 512
    assert tablesize.usable("mbr", 10**6 * 512) == (10**6 - 1) * 512


def test_a_move_reads_and_writes_every_byte():
    assert tablesize.move_bytes(100e9) == 200e9
    assert tablesize.move_seconds(100e9, 200e6) == 1000
    assert tablesize.copy_seconds(100e9, 200e6) == 500, "another disk writes while this one reads"


def test_room_behind_is_taken_and_neighbours_move_only_as_far_as_they_must():
    found = tablesize.extend(RUNS, 100, "var", 10)
    assert (found.moves, found.missing) == ((), 0)
    found = tablesize.extend(RUNS, 100, "root", 15)
    assert [(each.name, each.after.first) for each in found.moves] == [("home", 65), ("var", 45)]
    assert found.moved == 50
    found = tablesize.extend(RUNS, 100, "root", 21)
    assert (found.missing, found.moves, found.runs) == (
        1,
        (),
        RUNS,
    )  # the ten before root count not


@st.composite
def disks(draw):
    sizes = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 20)), min_size=1, max_size=6))
    runs, at = [], 0
    for number, (gap, size) in enumerate(sizes):
        runs.append(Run(name=str(number), first=at + gap, last=at + gap + size - 1))
        at += gap + size
    return runs, at + draw(st.integers(0, 30)), str(draw(st.integers(0, len(runs) - 1)))


@given(disks(), st.integers(0, 40))
def test_an_extension_overlaps_nothing_at_any_step(disk, more):
    runs, size, name = disk
    found = tablesize.extend(runs, size, name, more)
    old = {each.name: each for each in runs}
    if found.missing:
        behind = [each for each in runs if each.first > old[name].first]
        free = size - 1 - old[name].last - sum(each.size for each in behind)
        assert found.missing == more - free
        return
    now = dict(old)
    for move in found.moves:  # in this order no partition ever lies over another
        now[move.name] = move.after
        assert disjoint(now.values(), size)
    now[name] = Run(name=name, first=old[name].first, last=old[name].last + more)
    assert disjoint(now.values(), size)
    assert sorted(now.values(), key=lambda each: each.first) == list(found.runs)


def disjoint(runs, size):
    units = [unit for each in runs for unit in range(each.first, each.last + 1)]
    return len(units) == len(set(units)) and max(units) < size


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: tablesize.reach("dos"), "kind=dos: choose one of mbr, gpt"),
        (lambda: tablesize.reach("gpt", 520), "sector=520: choose 512 or 4096"),
        (lambda: tablesize.move_bytes(-1), "size=-1: choose 0 or more"),
        (lambda: tablesize.move_seconds(1, 0), "speed=0: choose more than 0"),
        (lambda: Run(name="a", first=5, last=4), "a: first=5, last=4: choose 0 or more"),
        (lambda: tablesize.extend(RUNS, 100, "srv", 1), "name=srv: choose one of root, var, home"),
        (lambda: tablesize.extend(RUNS, 100, "var", -1), "more=-1: choose 0 or more"),
        (lambda: tablesize.extend(RUNS, 80, "var", 1), "home: first=60, last=89: partitions neither"),
        (lambda: tablesize.extend([*RUNS, Run(name="x", first=49, last=50)], 100, "var", 1), "x: first=49"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
