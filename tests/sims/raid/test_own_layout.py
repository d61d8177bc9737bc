"""A learner's own layout: the true ones pass unchanged, each broken rule is named."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import LAYOUTS, Array, Grid, data_disks, grid, parity_disks, places
from coursekit.sims.raid.own_layout import check_layout, spread
from coursekit.values import from_text, to_text


def copied_from(array):
    def place(chunk, disks):
        assert disks == array.disks
        disk, row = places(array, chunk)[0]
        return {"disk": disk, "row": row, "parity": list(parity_disks(array, row))}

    return place


PLAIN = [
    Array(level="0"),
    Array(level="4", disks=5),
    *(Array(level=level, disks=5, layout=layout) for level in ("5", "6") for layout in LAYOUTS),
]


@pytest.mark.parametrize("array", PLAIN, ids=str)
def test_a_true_layout_gives_its_own_grid(array):
    assert check_layout(copied_from(array), array.disks, 6).text == grid(array, 6).text


def test_parity_may_be_a_single_disk_and_rows_may_have_holes():
    def place(chunk, disks):
        return {"disk": chunk % 2, "row": chunk // 2, "parity": disks - 1}

    shown = check_layout(place, 4, 2)

    assert shown.text == "0 1 — P | 2 3 — P"
    assert spread(shown).free == 2
    assert from_text(Grid, to_text(shown)) == shown


def test_raid4_writes_all_parity_on_one_disk_and_raid5_spreads_it():
    raid4, raid5 = (
        spread(check_layout(copied_from(Array(level=level)), 4, 4)) for level in ("4", "5")
    )

    assert (raid4.reads, raid4.writes) == ((4, 4, 4, 0), (4, 4, 4, 12))
    assert (raid5.reads, raid5.writes) == ((3, 3, 3, 3), (6, 6, 6, 6))


def test_only_left_symmetric_reads_as_many_chunks_from_as_many_disks():
    by_layout = {
        layout: spread(grid(Array(disks=5, layout=layout), 10)).neighbours for layout in LAYOUTS
    }

    assert by_layout.pop("left-symmetric") == 5
    assert all(neighbours < 5 for neighbours in by_layout.values())


@pytest.mark.parametrize("array", [Array(), Array(level="6", disks=6)], ids=str)
def test_every_single_write_is_counted_with_its_parities(array):
    shown = grid(array, array.disks)
    chunks = array.disks * data_disks(array)

    assert sum(spread(shown).reads) == chunks
    assert sum(spread(shown).writes) == chunks * (1 + array.disks - data_disks(array))


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (lambda c, n: {"disk": c % n, "row": 0}, "chunk=4: disk 0, row 0 already holds 0"),
        (lambda c, n: {"disk": n, "row": 0}, "disk=4: chunk 0 needs a disk from 0 to 3"),
        (lambda c, n: {"disk": -1, "row": 0}, "disk=-1: chunk 0 needs a disk"),
        (lambda c, n: {"disk": c / 2, "row": 0}, "disk=0.0: chunk 0 needs a whole number"),
        (lambda c, n: {"disk": True, "row": 0}, "disk=True: chunk 0 needs a whole number"),
        (lambda c, n: {"disk": 0, "row": -1}, "row=-1: chunk 0 needs 0 or more"),
        (lambda c, n: {"disk": 0, "row": c / n}, "row=0.0: chunk 0 needs a whole number"),
        (lambda c, n: {"disk": 0, "row": c, "parity": 9}, "parity=9: chunk 0 needs a disk"),
        (lambda c, n: {"disk": 0, "row": c, "parity": 0}, "disk=0: chunk 0 lies on its own parity"),
        (lambda c, n: {"disk": 0, "row": c, "parity": [1, 2, 3]}, "may have two parity disks"),
        (lambda c, n: {"disk": 0, "row": c, "parity": [1, 1]}, r"parity=\[1, 1\]: chunk 0 names a disk twice"),
        (
            lambda c, n: {"disk": c % 2, "row": c // 2, "parity": 2 + c % 2},
            r"chunk=1: parity of row 0 is on \[3\], earlier on \[2\]",
        ),
        (lambda c, n: {"disk": c, "row": 0, "parity": 3 if c < 3 else 2}, "chunk=3: disk 3, row 0 already holds P"),
        (lambda c, n: {"disk": c % n, "row": c // n, "parity": None if c else 3}, "chunk=1: parity"),
        (lambda c, n: (c % n, c // n), "chunk=0: return"),
        (lambda c, n: {"disk": 0}, "chunk=0: return"),
        (lambda c, n: None, "chunk=0: return"),
    ],
)  # fmt: skip
def test_the_first_broken_rule_is_named(place, says):
    with pytest.raises(ParameterError, match=says):
        check_layout(place, 4, 2)


@pytest.mark.parametrize(("disks", "stripes", "says"), [(1, 1, "disks=1"), (4, 0, "stripes=0")])
def test_a_grid_needs_disks_and_rows(disks, stripes, says):
    with pytest.raises(ParameterError, match=says):
        check_layout(copied_from(Array()), disks, stripes)
