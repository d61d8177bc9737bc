"""Marks from the text of a run; text that no run writes gives none."""

import json

import pytest

from coursekit.exercises import find
from coursekit.grading.cases import hidden
from coursekit.grading.document import UnreadableError, document, parse
from coursekit.grading.gather import Found
from coursekit.grading.marker import mark
from coursekit.sims.message import Message

PAPER = hidden(find("E8.1"), b"k" * 16, "ann")


def text(answers, **more):
    return json.dumps({"exercise": "E8.1", "answers": answers, "error": ""} | more)


def answers(right):
    """That many right answers, the others wrong."""
    given = list(PAPER.expected[:right]) + [{"disk": -1}] * (40 - right)
    return [{"answer": each} for each in given]


@pytest.mark.parametrize("right", [0, 1, 39, 40])
def test_the_score_is_the_share_of_right_answers(right):
    found = mark(PAPER, text(answers(right)))

    assert (found.passed, found.total, found.score) == (right, 40, right / 40)
    assert (found.reason is None) == (right == 40)


def test_answers_in_another_order_are_wrong():
    assert mark(PAPER, text(answers(40)[::-1])).passed < 20


def test_a_cell_that_fails_after_its_function_keeps_the_marks():
    assert mark(PAPER, text(answers(40), error="NameError: x")).score == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([{"error": "KeyError: 1"}] * 3 + [{"late": 2}] * 2, "3 of 40 cases failed: KeyError: 1"),
        ([{"error": "KeyError: 1"}] * 1 + [{"late": 2}] * 2, "2 of 40 cases had no answer in time"),
        ([], "40 of 40 answers are wrong"),
    ],
)
def test_the_most_common_trouble_is_named(said, reason):
    found = mark(PAPER, text(said + [{"answer": 0}] * (40 - len(said))))

    assert (found.score, str(found.reason)) == (0, reason)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "not JSON"),
        ("[]", "not an object"),
        ('{"answers": NaN}', "NaN is not JSON"),
        ('{"answers": [-Infinity]}', "-Infinity is not JSON"),
        ('{"answers": 1e999}', "too long or too large"),
        ('{"answers": ' + "9" * 100_000 + "}", "too many digits"),
        ('{"answers": ' + "1." + "9" * 100_000 + "}", "too long"),
        ('{"answers": ' + "[" * 100_000 + "]" * 100_000 + "}", "not JSON|nested"),
        ('{"answers": ' + "[" * 60 + "]" * 60 + "}", "nested too deep"),
        (" " * 300_000, "too large"),
        (text([]), "not an answer for each case"),
        (text([{"answer": 1}] * 39), "not an answer for each case"),
        (text([{"answer": 1, "error": "x"}] * 40), "another form"),
        (text([{"error": 5}] * 40), "another form"),
        (text([5] * 40), "another form"),
        (text(None, error=5), "the error is not text"),
    ],
    ids=lambda each: each[:20],
)
def test_text_that_no_run_writes_gives_nothing(said, why):
    with pytest.raises(UnreadableError, match=why):
        document(said, 40)
    found = mark(PAPER, said)
    assert (found.score, found.status) == (0, "failed")
    assert "the answers cannot be read" in str(found.reason)


def test_an_error_becomes_one_line_that_any_file_can_hold():
    found = mark(PAPER, text([{"error": "E: \ud800\x00\x1b[31m\n" + "x" * 999}] * 40))

    assert str(found.reason).encode().isascii()
    assert str(found.reason).isprintable()
    assert len(str(found.reason)) < 350


def test_true_is_not_one():
    paper = hidden(find("E8.2"), b"k" * 16, "ann")
    spoilt = [
        {"answer": {**each, "p": True} if each.get("p") == 1 else each} for each in paper.expected
    ]

    assert mark(paper, json.dumps({"answers": spoilt})).passed == sum(
        e.get("p") != 1 for e in paper.expected
    )


def test_none_everywhere_is_blank_even_where_none_is_an_answer():
    paper = hidden(find("E8.3"), b"k" * 16, "ann")

    assert None in paper.expected
    found = mark(paper, json.dumps({"answers": [{"answer": None}] * 40}))
    assert (found.score, found.status) == (0, "blank")


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"text": None, "problem": Found(kind="stub")}, "blank", "not answered"),
        (
            {"text": None, "problem": Found(kind="missing", problem=Message("no function"))},
            "failed",
            "no function",
        ),
        (
            {"text": None, "problem": Found(kind="syntax", problem=Message("line 1"))},
            "failed",
            "not Python: line 1",
        ),
        ({"text": None, "why": Message("it ended")}, "failed", "it ended"),
        ({"text": '{"error": "NameError: x"}'}, "failed", "its cell failed: NameError: x"),
        ({"text": '{"error": ""}'}, "failed", "no function raid_map"),
    ],
)
def test_what_was_never_asked(given, status, reason):
    found = mark(PAPER, **given)

    assert (found.score, found.status, str(found.reason)) == (0, status, reason)


def test_plain_json_is_read():
    assert parse('{"a": [1, 2.5, "x", null, true]}') == {"a": [1, 2.5, "x", None, True]}
