"""Failover questions: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.failover import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.failover.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    said = {question.id: right(question) for question in QUESTIONS}
    assert said["failover-fall-three"] == "6 s"
    assert said["failover-in-series"] == "98.01 %"
    assert said["failover-no-second-cut"] == "nopreempt"


def test_the_predictions_have_the_figures_of_the_simulations():
    said = {name: each.question for name, each in PREDICTIONS.items()}
    assert said["failover-outage"].answer == pytest.approx(0.4140625)
    assert "11.7 days" in _(said["failover-checks"].because)
    assert "9.5 hours" in _(said["failover-availability"].because)


def test_fresh_questions_are_of_every_kind_and_have_no_doubtful_choice():
    drawn = [fresh(seed) for seed in range(20 * len(MAKERS))]
    assert {question.kind for question in drawn} == {"numeric", "single", "order", "match"}
    for question in drawn:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id


def test_every_row_of_the_notes_is_judged():
    assert [claim.verdict for claim in CLAIMS] == ["imprecise", "incomplete", "imprecise", "wrong"]
