"""Alignment: vectors V9.5, against a count byte by byte, and the share that needs two disks."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import align


@pytest.mark.parametrize(
    ("args", "units", "partial"),
    [
        ((63, 0, 4096), 2, 2), ((2048, 0, 4096), 1, 0), ((63, 0, 65_536), 17, 2), ((2048, 512, 4096), 2, 2),
        ((34, 0, 4096), 2, 2), ((40, 0, 4096), 1, 0), ((63, 0, 512), 1, 1),
    ],
)  # fmt: skip
def test_the_requests_of_the_vectors(args, units, partial):
    found = align.touched(*args)
    assert (found.units, found.partial) == (units, partial)
    assert (found.reads, found.writes, found.ios) == (partial, units, partial + units)


@given(st.integers(0, 70), st.integers(0, 9000), st.integers(1, 9000), st.sampled_from([512, 1024, 4096]))  # fmt: skip
def test_as_counted_byte_by_byte(start, offset, length, unit):
    at = start * 512 + offset
    covered = {}
    for each in range(at, at + length):
        covered[each // unit] = covered.get(each // unit, 0) + 1
    found = align.touched(start, offset, length, unit)
    assert found.units == len(covered)
    assert found.first == min(covered)
    assert found.partial == sum(count < unit for count in covered.values())


@pytest.mark.parametrize(
    ("start", "kib", "share"),
    [(63, 4, Fraction(1, 16)), (63, 16, Fraction(1, 4)), (63, 64, 1), (2048, 4, 0), (2048, 16, 0), (2048, 64, 0)],
)  # fmt: skip
def test_the_share_of_requests_that_straddle_two_chunks(start, kib, share):
    assert align.straddling(start, kib * 1024, 65_536) == share


@given(st.integers(0, 300), st.integers(1, 40).map(lambda n: n * 512), st.sampled_from([4096, 65_536, 5120]))  # fmt: skip
def test_the_share_is_that_of_a_long_run(start, request_bytes, chunk):
    many = chunk // 512 * 8
    over = sum(align.touched(start, n * request_bytes, request_bytes, chunk).units > 1 for n in range(many))  # fmt: skip
    assert Fraction(over, many) == align.straddling(start, request_bytes, chunk)


def test_every_block_of_a_dos_partition_costs_four_and_of_a_modern_one_one():
    old = list(align.blocks(align.DOS_START, 4096, 100))
    assert {each.touched.ios for each in old} == {4}
    new = list(align.blocks(align.MODERN_START, 4096, 100))
    assert {each.touched.ios for each in new} == {1}
    assert [each.at for each in new[:2]] == [1_048_576, 1_052_672]


def test_where_tools_put_a_partition():
    assert [align.next_aligned(each) for each in (0, 1, 34, 2048, 2049)] == [0, 2048, 2048, 2048, 4096]  # fmt: skip
    assert align.next_aligned(63, 4096) == 64
    assert [align.is_aligned(each) for each in (63, 40, 2048)] == [False, True, True]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: align.touched(-1, 0, 1), "start=-1: choose 0 or more"),
        (lambda: align.touched(0, -1, 1), "offset=-1: choose 0 or more"),
        (lambda: align.touched(0, 0, 0), "length=0: choose 1 or more"),
        (lambda: align.touched(0, 0, 1, 1000), "unit=1000: choose a multiple of 512"),
        (lambda: align.straddling(0, 0, 512), "request=0: choose 1 or more"),
        (lambda: align.straddling(-1, 1, 512), "start=-1: choose 0 or more"),
        (lambda: list(align.blocks(0, 512, -1)), "count=-1: choose 0 or more"),
        (lambda: align.next_aligned(-1), "start=-1: choose 0 or more"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
