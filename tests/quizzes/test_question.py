"""Marking: every kind of question, right, wrong and malformed."""

import math

import pytest

from coursekit.quizzes.question import Choice, Question, Scene
from coursekit.sims.message import ParameterError

HINTS = ("one", "two", "three")
SEE = Scene(lab="x")


def ask(kind, **fields):
    return Question(id="q", kind=kind, prompt="?", because="because", hints=HINTS, **fields)


SINGLE = ask(
    "single", choices=(Choice(text="a", right=True), Choice(text="b", why="not b", scene=SEE))
)
MULTIPLE = ask(
    "multiple",
    choices=(
        Choice(text="a", right=True, why="a too"),
        Choice(text="b", why="not b"),
        Choice(text="c", right=True, why="c too"),
    ),
)
NUMERIC = ask(
    "numeric", answer=10.0, tolerance=0.05, choices=(Choice(value=40.0, why="forty is ×4"),)
)
ORDER = ask("order", choices=tuple(Choice(text=t, why=f"not {t}") for t in "abc"))
MATCH = ask("match", pairs=(("a", "1"), ("b", "2"), ("c", "3")))


@pytest.mark.parametrize(
    "question, answer",
    [
        (SINGLE, 0),
        (MULTIPLE, [2, 0]),
        (NUMERIC, 10.4),
        (NUMERIC, 10),
        (ORDER, [0, 1, 2]),
        (MATCH, [0, 1, 2]),
    ],
)
def test_a_right_answer_says_why(question, answer):
    verdict = question.mark(answer)

    assert verdict.right
    assert str(verdict.why) == "because"


@pytest.mark.parametrize(
    "question, answer, why",
    [
        (SINGLE, 1, "not b"),
        (MULTIPLE, [0], "c too"),
        (MULTIPLE, [0, 1, 2], "not b"),
        (MULTIPLE, [], "a too"),
        (NUMERIC, 39.0, "forty is ×4"),
        (NUMERIC, 10.6, "Too high. one"),
        (NUMERIC, 9.0, "Too low. one"),
        (ORDER, [1, 0, 2], "not b"),
        (MATCH, [0, 2, 1], "“b” does not go with “3”. one"),
    ],
)
def test_each_wrong_answer_has_its_own_reason(question, answer, why):
    verdict = question.mark(answer)

    assert not verdict.right
    assert str(verdict.why) == why


def test_a_wrong_choice_points_at_a_lab():
    assert SINGLE.mark(1).scene is SEE


@pytest.mark.parametrize(
    "question, answer, says",
    [
        (SINGLE, 2, "options 0 to 1"),
        (SINGLE, "a", "options"),
        (SINGLE, True, "options"),
        (MULTIPLE, 1, "wants a list"),
        (NUMERIC, "x", "give a number"),
        (NUMERIC, math.nan, "give a number"),
        (ORDER, [0, 9, 1], "options 0 to 2"),
    ],
)
def test_an_answer_of_another_form_is_refused(question, answer, says):
    with pytest.raises(ParameterError, match=says):
        question.mark(answer)


@pytest.mark.parametrize(
    "kind, fields",
    [
        ("single", {}),
        ("single", {"choices": (Choice(right=True), Choice(right=True))}),
        ("multiple", {"choices": (Choice(), Choice(), Choice())}),
        ("numeric", {}),
        ("order", {"choices": (Choice(),)}),
        ("match", {"pairs": (("a", "b"),)}),
    ],
)
def test_an_incomplete_question_is_refused_at_birth(kind, fields):
    with pytest.raises(ParameterError, match=f"a {kind} question is not complete"):
        ask(kind, **fields)


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, ORDER, MATCH])
def test_options_are_shuffled_by_the_seed_and_nothing_else(question):
    orders = {question.order(seed) for seed in range(40)}

    assert question.order(5) == question.order(5)
    assert len(orders) > 1
    for order in orders:
        assert sorted(order) == list(range(len(order)))


@pytest.mark.parametrize("question", [ORDER, MATCH])
def test_an_order_never_hands_out_the_answer(question):
    assert all(list(question.order(seed)) != [0, 1, 2] for seed in range(60))
