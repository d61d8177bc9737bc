"""Layouts: md's tables, the inverse over every small array, then what a learner mistypes."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.explain import steps
from coursekit.sims.raid.layouts import (
    LAYOUTS,
    Array,
    Grid,
    chunk_at,
    data_disks,
    efficiency,
    grid,
    locate,
    parity_disks,
    places,
    row,
    usable,
)
from coursekit.values import from_text, to_text


def raid10(disks, near=1, far=1, offset=False, rows=12):
    return Array(level="10", disks=disks, near=near, far=far, offset=offset, chunks_per_disk=rows)


ARRAYS = [
    *(Array(level=level, disks=n) for level in ("0", "1") for n in range(2, 9)),
    *(Array(level="4", disks=n) for n in range(3, 9)),
    *(Array(level="01", disks=n) for n in (4, 6, 8)),
    *(
        Array(level=level, disks=n, layout=layout)
        for level, least in (("5", 3), ("6", 4))
        for n in range(least, 9)
        for layout in LAYOUTS
    ),
    *(
        raid10(n, near, far)
        for n in range(2, 9)
        for near in (1, 2, 3)
        for far in (1, 2, 3)
        if 2 <= near * far <= n
    ),
    *(
        raid10(n, near, far, offset=True)
        for n in range(2, 9)
        for near in (1, 2, 3)
        for far in (2, 3)
        if near * far <= n and n % near == 0
    ),
]


@pytest.mark.parametrize(
    ("layout", "table"),
    [
        ("left-symmetric", "0 1 2 P | 4 5 P 3 | 8 P 6 7 | P 9 10 11 | 12 13 14 P"),
        ("left-asymmetric", "0 1 2 P | 3 4 P 5 | 6 P 7 8 | P 9 10 11 | 12 13 14 P"),
        ("right-symmetric", "P 0 1 2 | 5 P 3 4 | 7 8 P 6 | 9 10 11 P | P 12 13 14"),
        ("right-asymmetric", "P 0 1 2 | 3 P 4 5 | 6 7 P 8 | 9 10 11 P | P 12 13 14"),
    ],
)
def test_v8_1_raid5_rows(layout, table):
    assert grid(Array(level="5", disks=4, layout=layout), 5).text == table


@pytest.mark.parametrize(
    ("disks", "layout", "table"),
    [
        (
            5, "left-symmetric",
            "Q 0 1 2 P | 3 4 5 P Q | 7 8 P Q 6 | 11 P Q 9 10 | P Q 12 13 14 | Q 15 16 17 P",
        ),
        (4, "left-symmetric", "Q 0 1 P | 2 3 P Q | 5 P Q 4 | P Q 6 7"),
        (
            5, "left-asymmetric",
            "Q 0 1 2 P | 3 4 5 P Q | 6 7 P Q 8 | 9 P Q 10 11 | P Q 12 13 14",
        ),
    ],
)  # fmt: skip
def test_v8_2_raid6_rows(disks, layout, table):
    array = Array(level="6", disks=disks, layout=layout)

    assert grid(array, table.count("|") + 1).text == table


@pytest.mark.parametrize(
    ("array", "table"),
    [
        (raid10(4, near=2), "0 0 1 1 | 2 2 3 3"),
        (raid10(5, near=2), "0 0 1 1 2 | 2 3 3 4 4 | 5 5 6 6 7 | 7 8 8 9 9"),
        (raid10(3, near=2), "0 0 1 | 1 2 2 | 3 3 4 | 4 5 5"),
        (raid10(4, near=3), "0 0 0 1 | 1 1 2 2 | 2 3 3 3"),
        (
            raid10(4, far=2, rows=6),
            "0 1 2 3 | 4 5 6 7 | 8 9 10 11 | 3 0 1 2 | 7 4 5 6 | 11 8 9 10",
        ),
        (raid10(4, far=2, offset=True), "0 1 2 3 | 3 0 1 2 | 4 5 6 7 | 7 4 5 6"),
        (raid10(5, far=2, offset=True), "0 1 2 3 4 | 4 0 1 2 3 | 5 6 7 8 9 | 9 5 6 7 8"),
    ],
)
def test_v8_3_raid10_rows(array, table):
    assert grid(array, table.count("|") + 1).text == table


@pytest.mark.parametrize(
    ("shape", "lba", "found"),
    [
        (("5", "left-symmetric", 4, 512), 5000, (0, 1928, (2,))),
        (("0", "left-symmetric", 4, 64), 1000, (3, 232, ())),
        (("6", "left-symmetric", 6, 64), 12345, (1, 3129, (5, 0))),
        (("5", "left-asymmetric", 5, 4), 77, (1, 21, (2,))),
        (("5", "right-symmetric", 3, 128), 999999, (1, 500031, (0,))),
    ],
)
def test_e8_1_samples(shape, lba, found):
    level, layout, disks, chunk_kib = shape
    place = locate(Array(level=level, layout=layout, disks=disks, chunk_kib=chunk_kib), lba)

    assert (place.disk, place.disk_lba, place.parity) == found


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_places_and_cells_are_inverse_and_no_place_is_used_twice(array):
    rows = 12  # several periods of every layout here; all rows of a far one
    cells = {
        (disk, at): chunk_at(array, disk, at) for disk in range(array.disks) for at in range(rows)
    }
    chunks = {cell.chunk for cell in cells.values() if cell.chunk is not None}
    placed = {
        place: (chunk, copy) for chunk in chunks for copy, place in enumerate(places(array, chunk))
    }

    assert len(placed) == sum(len(places(array, chunk)) for chunk in chunks)
    for place, cell in cells.items():
        if cell.chunk is None:
            assert place not in placed
        else:
            assert placed[place] == (cell.chunk, cell.copy)
            assert (cell.kind == "data") == (cell.copy == 0)


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_chunks_are_numbered_without_gaps_and_fill_the_usable_share(array):
    rows = 12
    cells = [cell for stripe in range(rows) for cell in row(array, stripe)]
    first = sorted(cell.chunk for cell in cells if cell.kind == "data")

    assert first == list(range(len(first)))
    assert usable(array) * rows - 1 < len(first) < usable(array) * rows + 1
    assert efficiency(array) == usable(array) / array.disks


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_copies_of_a_chunk_never_share_a_disk(array):
    for chunk in range(4 * array.disks // max(2, array.near * array.far)):
        disks = [disk for disk, _ in places(array, chunk)]

        assert len(set(disks)) == len(disks)


@pytest.mark.parametrize("array", [a for a in ARRAYS if a.level == "6"], ids=str)
def test_powers_of_q_count_from_the_disk_after_q(array):
    """md numbers the data for Q from the disk after Q, so only symmetric layouts give k."""
    width = data_disks(array)
    for stripe in range(array.disks):
        cells = row(array, stripe)
        q = parity_disks(array, stripe)[1]
        after = [cells[(q + 1 + i) % array.disks] for i in range(width)]

        assert [cell.power for cell in after] == list(range(width))
        if array.layout.endswith("-symmetric"):
            assert [cell.chunk % width for cell in after] == list(range(width))


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_locate_keeps_the_offset_and_names_every_copy(array):
    sectors = array.chunk_kib * 2
    for chunk in range(min(6, array.disks)):
        place = locate(array, chunk * sectors + 7)

        assert place.disk_lba == place.row * sectors + 7
        assert place.copies[0] == (place.disk, place.row)
        assert place.copies == places(array, chunk)
        assert all(chunk_at(array, d, place.row).kind in "PQ" for d in place.parity)


def test_md_would_put_two_chunks_in_one_place_for_near_and_offset_with_odd_disks():
    """Why near=2, far=2, offset with 5 disks is refused, though 2 times 2 fits in 5.

    By the pseudo-code of the specification chunk 1's copy at disk 3 moves on by near to
    (3 + 2) mod 5 = 0 in the next row, where chunk 2's second near copy, wrapped, is too.
    """
    disks, near, far = 5, 2, 2
    emitted = []
    for chunk in (1, 2):
        s, d = divmod(chunk * near, disks)
        s *= far
        for _ in range(near):
            emitted.append((d, s))
            emitted.extend(((d + i * near) % disks, s + i) for i in range(1, far))
            d += 1
            if d == disks:
                d, s = 0, s + 1

    assert emitted.count((0, 1)) == 2
    with pytest.raises(ParameterError, match="near=2: offset needs a divisor of 5"):
        raid10(5, near=2, far=2, offset=True)


@pytest.mark.parametrize(
    ("array", "chunk", "said"),
    [
        (
            Array(), 7,
            ["stripe = ⌊7 / 3⌋ = 2", "k = 7 mod 3 = 1", "P on disk 3 - 2 mod 4 = 1",
             "disk = (1 + 1 + 1) mod 4 = 3"],
        ),
        (
            Array(level="6", layout="right-asymmetric"), 7,
            ["stripe = ⌊7 / 2⌋ = 3", "k = 7 mod 2 = 1", "P on disk 3 mod 4 = 3",
             "Q on disk (3 + 1) mod 4 = 0"],
        ),
        (raid10(5, near=2), 2, ["2 · 2 = 0 · 5 + 4", "copy 0: disk 4, row 0", "copy 1: disk 0, row 1"]),
        (raid10(5, near=2), 3, ["3 · 2 = 1 · 5 + 1"]),
        (Array(level="0"), 5, ["stripe = ⌊5 / 4⌋ = 1", "k = 5 mod 4 = 1", "disk = k = 1"]),
        (Array(level="1"), 5, ["row = 5, on every disk"]),
    ],
)  # fmt: skip
def test_steps_show_the_arithmetic(array, chunk, said):
    assert [str(step) for step in steps(array, chunk)][: len(said)] == said


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_steps_end_where_the_chunk_is(array):
    for chunk in range(min(5, array.disks)):
        disk = places(array, chunk)[0][0]
        values = [step.values for step in steps(array, chunk)]

        assert array.level == "1" or any(each.get("disk") == disk for each in values)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"level": "7"}, "level=7: choose one of 0, 1, 4, 5, 6, 10, 01"),
        ({"layout": "left"}, "layout=left: choose one of left-symmetric"),
        ({"disks": 2}, "disks=2: RAID 5 needs 3 or more"),
        ({"level": "6", "disks": 3}, "disks=3: RAID 6 needs 4 or more"),
        ({"level": "0", "disks": 1}, "disks=1: RAID 0 needs 2 or more"),
        ({"disks": 33}, "disks=33: 32 at most"),
        ({"level": "01", "disks": 5}, "disks=5: RAID 01 needs an even number"),
        ({"chunk_kib": 3}, "chunk_kib=3: choose a power of 2"),
        ({"chunk_kib": 96}, "chunk_kib=96: choose a power of 2"),
        ({"level": "10", "near": 0}, "near=0: choose 1 or more"),
        ({"level": "10", "far": 0}, "far=0: choose 1 or more"),
        ({"level": "10", "near": 1}, "near=1: with far=1, choose 2 or more"),
        ({"level": "10", "near": 3, "far": 2}, "disks=4: near=3 times far=2 copies"),
        ({"level": "10", "offset": True}, "far=1: an offset layout needs 2 or more"),
        (
            {"level": "10", "near": 1, "far": 2, "chunks_per_disk": 5},
            "chunks_per_disk=5: far=2 needs",
        ),
    ],
)
def test_a_bad_array_names_the_value_and_the_rule(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Array(**wrong)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: locate(Array(), -1), "lba=-1: choose 0 or more"),
        (lambda: places(Array(), -1), "chunk=-1: choose 0 or more"),
        (lambda: places(raid10(4, far=2, rows=6), 12), "chunk=12: this array holds 12"),
        (lambda: chunk_at(Array(), 4, 0), "disk=4: choose 0 to 3"),
        (lambda: chunk_at(Array(), 0, -1), "row=-1: choose 0 or more"),
        (lambda: grid(Array(), 0), "stripes=0: choose 1 or more"),
    ],
)
def test_an_address_outside_is_named(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()


@pytest.mark.parametrize(("disks", "near", "whole"), [(4, 2, 2), (5, 2, 2), (7, 3, 2), (6, 3, 2)])
def test_a_row_of_mirrors_holds_that_many_whole_chunks(disks, near, whole):
    array = raid10(disks, near)
    chunks = [cell.chunk for cell in row(array, 0)]

    assert data_disks(array) == whole == sum(chunks.count(c) == near for c in set(chunks))


def test_free_space_below_and_inside_a_far_array():
    """near=3 on 4 disks with 2 rows a half: 2 chunks of 3 copies leave 2 places."""
    array = raid10(8, near=3, far=2, rows=4)

    assert grid(array, 5).text.count("—") == 2 * (2 * 8 % 3) + 8


@pytest.mark.parametrize("array", ARRAYS[::9], ids=str)
def test_arrays_grids_and_places_survive_json(array):
    shown = grid(array, 3)

    assert from_text(Array, to_text(array)) == array
    assert from_text(Grid, to_text(shown)) == shown
    assert from_text(type(locate(array, 9)), to_text(locate(array, 9))) == locate(array, 9)
