"""Which losses an array bears: published counts, and every subset against the real grid."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import LAYOUTS, Array, row
from coursekit.sims.raid.losses import (
    copy_sets,
    fatal_pairs,
    second_failure,
    survival,
    survives,
    tolerance,
)

SMALL = [
    *(Array(level=level, disks=n) for level in ("0", "1") for n in range(2, 9)),
    *(Array(level=level, disks=n) for level in ("4", "5") for n in range(3, 9)),
    *(Array(level="6", disks=n, layout=layout) for n in range(4, 9) for layout in LAYOUTS),
    *(Array(level="10", disks=n, near=near) for n in range(2, 9) for near in (2, 3) if near <= n),
    *(Array(level="10", disks=n, near=1, far=far) for n in range(3, 9) for far in (2, 3)),
    *(Array(level="10", disks=n, near=1, far=2, offset=True) for n in range(2, 9)),
    *(Array(level="10", disks=n, near=2, far=2) for n in range(4, 9)),
    *(Array(level="10", disks=n, near=2, far=2, offset=True) for n in (4, 6, 8)),
]


def readable(array, dead):
    """Whether every chunk of the first rows can be had: a copy, or parity enough."""
    chunks: dict[int, bool] = {}
    for stripe in range(12):
        cells = row(array, stripe)
        missing = [disk for disk, cell in enumerate(cells) if disk in dead and cell.kind == "data"]
        parity = sum(cell.kind in ("P", "Q") for d, cell in enumerate(cells) if d not in dead)
        solved = len(missing) <= parity
        for disk, cell in enumerate(cells):
            if cell.chunk is not None:
                found = disk not in dead or (parity > 0 and solved)
                chunks[cell.chunk] = chunks.get(cell.chunk, False) or found
    beyond = max(chunks) + 1 if array.level != "10" else last_whole(array)
    return all(found for chunk, found in chunks.items() if chunk < beyond)


def last_whole(array):
    """Chunks whose copies may lie below the rows looked at are left out."""
    return 12 * array.disks // (array.near * array.far) - array.near


@pytest.mark.parametrize("array", SMALL, ids=str)
def test_survives_agrees_with_rebuilding_every_chunk_of_the_grid(array):
    n = array.disks
    sets = [dead for size in range(n + 1) for dead in combinations(range(n), size)]
    matrix = np.array([[disk in dead for disk in range(n)] for dead in sets])

    assert survives(array, matrix).tolist() == [readable(array, set(dead)) for dead in sets]


@pytest.mark.parametrize("array", [*SMALL, Array(level="01", disks=6)], ids=str)
def test_bears_what_it_promises_and_no_more(array):
    sure = tolerance(array)

    assert survival(array, sure) == 1
    assert survival(array, sure + 1) < 1
    assert survival(array, array.disks) == 0


def far2(disks, offset=False):
    return Array(level="10", disks=disks, near=1, far=2, offset=offset)


@pytest.mark.parametrize(
    ("array", "pairs"),
    [
        (Array(level="10", disks=4), "01 23"),
        (far2(4), "01 03 12 23"),
        (far2(4, offset=True), "01 03 12 23"),
        (Array(level="10", disks=6), "01 23 45"),
        (Array(level="10", disks=5), "01 04 12 23 34"),
    ],
)
def test_v8_3_fatal_pairs(array, pairs):
    assert " ".join(f"{a}{b}" for a, b in fatal_pairs(array)) == pairs


def test_v8_3_far_on_six_disks_has_6_fatal_pairs_of_15():
    assert len(fatal_pairs(far2(6))) == 6


@pytest.mark.parametrize(
    ("level", "disks", "chances"),
    [
        ("10", 8, [Fraction(6, 7), Fraction(4, 7), 0.228571]),
        ("01", 8, [Fraction(3, 7), Fraction(1, 7), 0.028571]),
        ("10", 6, [Fraction(4, 5), Fraction(2, 5)]),
        ("01", 6, [Fraction(2, 5), Fraction(1, 10)]),
        ("10", 4, [Fraction(2, 3)]),
        ("01", 4, [Fraction(1, 3)]),
    ],
)
def test_v8_11_survival_after_random_failures(level, disks, chances):
    array = Array(level=level, disks=disks)

    for failures, chance in enumerate(chances, start=2):
        assert float(survival(array, failures)) == pytest.approx(float(chance), abs=5e-7)


@pytest.mark.parametrize(
    ("array", "chance"),
    [(Array(level="10"), Fraction(4, 6)), (far2(4), Fraction(2, 6)), (far2(5), Fraction(5, 10)),
     (far2(5, offset=True), Fraction(5, 10)), (Array(level="10", disks=5), Fraction(5, 10))],
)  # fmt: skip
def test_faster_reading_layouts_survive_less(array, chance):
    assert survival(array, 2) == chance


@pytest.mark.parametrize("array", SMALL[::4], ids=str)
def test_the_matrix_of_second_failures_says_the_same_as_the_pairs(array):
    matrix = second_failure(array)

    assert (matrix == matrix.T).all()
    assert {(i, j) for i, j in np.argwhere(matrix).tolist() if i < j} == set(fatal_pairs(array))
    assert matrix.diagonal().tolist() == [tolerance(array) == 0] * array.disks


def test_copy_sets_of_near_mirrors_are_the_pairs():
    assert copy_sets(Array(level="10", disks=6)) == ((0, 1), (2, 3), (4, 5))


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: survival(Array(), 5), "failures=5: choose 0 to 4"),
        (lambda: survival(Array(), -1), "failures=-1: choose 0 to 4"),
        (lambda: survival(Array(disks=30), 15), "failures=15: 155117520 cases are too many"),
        (lambda: survives(Array(), np.zeros((2, 5), bool)), "of which there are 4"),
    ],
)
def test_a_wrong_question_names_the_value_and_the_rule(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()
