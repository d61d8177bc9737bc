"""Every line of the notes leads to a claim, a lab, a simulation, a question and an exercise."""

from pathlib import Path

import pytest

from coursekit import coverage
from coursekit.i18n import use_language
from coursekit.notes import NOTES, Line

PAGE = Path(__file__).parents[1] / "COVERAGE.md"


def test_there_is_no_hole():
    assert list(coverage.holes()) == []
    assert sum(not line.heading for line in NOTES) == 44


@pytest.mark.parametrize(
    ("line", "hole"),
    [
        (Line("x"), "x: no claim"),
        (Line("x", ("raid-claim-none",), ("E8.1",)), "raid-claim-none: no such claim"),
        (Line("x", ("raid-claim-ten",)), "x: no exercise of its chapters"),
        (Line("x", ("raid-claim-ten",), ("E9.1",)), "x: no exercise of its chapters"),
        (Line("x", ("raid-claim-ten",), ("E8.9",)), "x: no exercise of its chapters"),
    ],
)
def test_a_hole_is_found(line, hole):
    assert hole in list(coverage.holes((line,)))


def test_a_lab_leads_to_the_simulations_it_imports():
    found = coverage.simulations("coursekit.labs.raid.pairs")
    assert found and all(each.startswith("raid.") for each in found)


def test_the_page_is_not_stale():
    use_language("en")
    assert PAGE.read_text(encoding="utf-8") == coverage.markdown(), (
        "run: coursekit coverage --lang en --out COVERAGE.md"
    )
