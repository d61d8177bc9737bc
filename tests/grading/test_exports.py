# ruff: noqa: RUF001  (a formula sign of full width)
"""Tables for people and platforms: whatever a name holds comes back, and no spreadsheet runs it."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.grading.exports import COLUMNS, FORMATS, canvas, export, moodle, table
from coursekit.grading.gradebook import Entry
from coursekit.grading.marker import Mark
from coursekit.grading.policy import Late
from coursekit.grading.store import Override
from coursekit.i18n import speaking
from coursekit.sims.message import Message, ParameterError

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PIECES = (
    *STARTS, "=cmd|' /C calc'!A0", ",", ";", '"', "'", "\n", "\r", "\r\n", "\u200f", "\u202e", " ", "\ufeff",
    "\u2028", "é", "名", "a", "DDE", "1", "%",
)  # fmt: skip


def mark(exercise="E8.1", passed=10, **more):
    return Mark(exercise=exercise, passed=passed, total=40, status="graded", **more)


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def five_hundred():
    """Names made of every two pieces: those that spreadsheets, CSV and terminals trip over."""
    return [a + b + str(number) for number, (a, b) in enumerate((a, b) for a in PIECES for b in PIECES)][:500]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_five_hundred_hostile_names_come_back_and_none_is_a_formula(form):
    names = five_hundred()
    assert len(set(names)) == 500
    entries = [Entry(learner=each, name=each, mark=mark()) for each in names]

    written = rows(export(entries, form))
    column = {"csv": 0, "moodle": 3, "canvas": 0}[form]
    learners = [row[column] for row in written[2 if form == "canvas" else 1 :]]

    assert [each.removeprefix("'") for each in learners] == names
    assert {len(row) for row in written} == {len(written[0])}
    for row in written[1:]:
        for cell in row:
            assert not cell.lstrip(" \u200f\u202e\ufeff\u2028").startswith(STARTS)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@settings(max_examples=200, deadline=None)
def test_any_text_comes_back_from_a_cell(text):
    cell = rows(table([Entry(learner=text, mark=mark())]))[1][0]

    assert cell == text or cell == "'" + text
    assert not cell.startswith(STARTS)


def test_our_own_table_tells_all_there_is():
    by_hand = Override(learner="ann", exercise="E8.1", score=0.9, reason="=r", who="w", at="t")
    entry = Entry(
        learner="ann", name="Ann", mark=mark(reason=Message.of("{x}", x="@x")), sha256="ab", handed_in="h",
        late=Late(2, 0.8), override=by_hand, same_code=3, known=False, unsandboxed=True, note=Message("n"),
    )  # fmt: skip
    head, row = rows(table([entry]))

    assert tuple(head) == COLUMNS
    assert dict(zip(head, row, strict=True)) == {
        "learner": "ann", "name": "Ann", "exercise": "E8.1", "final": "0.9", "score": "0.25", "passed": "10",
        "total": "40", "status": "graded", "reason": "'@x", "handed_in": "h", "days_late": "2", "override": "0.9",
        "override_reason": "'=r", "override_by": "w", "override_at": "t", "same_code": "3", "in_list": "no",
        "unsandboxed": "unsandboxed", "note": "n", "sha256": "ab",
    }  # fmt: skip


def test_lateness_counts_in_what_counts_and_not_in_the_score():
    (_head, row) = rows(table([Entry(learner="ann", mark=mark(passed=40), late=Late(2, 0.8))]))

    assert row[3:5] == ["0.8", "1"]


LISTED = [
    Entry(learner="ann", name="Ann Lee", mark=mark(passed=20), ids={"email": "a@x", "canvas": "7", "moodle": "9",
          "id_number": "N1", "username": "al", "sis_user_id": "S", "sis_login_id": "L", "section": "B"}),
    Entry(learner="ann", name="Ann Lee", mark=mark("E8.2", 40, weight=3.0)),
    Entry(learner="bob", mark=mark("E8.2", 13)),
]  # fmt: skip
TITLES = ["E8.1 Find the disk of a sector", "E8.2 Bring lost bytes back with P and Q"]


def test_moodle_gets_a_row_a_learner_and_grades_out_of_100():
    assert rows(moodle(LISTED)) == [
        ["ID number", "Username", "Email address", "Full name", "Moodle number", *TITLES, "coursekit"],
        ["N1", "al", "a@x", "Ann Lee", "9", "50", "100", "87.5"],
        ["bob", "", "", "", "", "", "32.5", "32.5"],
    ]  # fmt: skip


def test_canvas_gets_its_columns_in_its_order_and_the_points_possible():
    assert rows(canvas(LISTED)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *TITLES],
        ["    Points Possible", "", "", "", "", "100", "100"],
        ["Ann Lee", "7", "S", "L", "B", "50", "100"],
        ["bob", "", "", "bob", "", "", "32.5"],
    ]


@pytest.mark.parametrize("form", ["moodle", "canvas"])
def test_a_platform_finds_its_columns_again_in_any_language(form):
    with speaking("fr"):
        assert export(LISTED, form) == FORMATS[form](LISTED)
        french = export(LISTED, form)
    assert french == export(LISTED, form)


def test_an_unknown_format_is_named():
    with pytest.raises(ParameterError, match="format=ods: choose one of csv, moodle, canvas"):
        export([], "ods")
