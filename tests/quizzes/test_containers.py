"""Containers questions: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.containers import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.containers.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["containers-kernel"] == "the kernel"
    assert said["containers-runc"] == "containerd and runc"
    assert said["containers-high"] == "it is slowed, and memory is reclaimed"
    numbers = {question.id: question.answer for question in QUESTIONS if question.kind == "numeric"}
    assert numbers == {"containers-limit": 50, "containers-request": 100}


def test_the_predictions_have_the_figures_of_the_simulations():
    """Section 6.5: 125 ms with a stall of 75, 100 %, 0, the whole file, none at 10 MiB, 81 and 21 s."""
    said = {name.removeprefix("containers-"): each.question for name, each in PREDICTIONS.items()}
    assert said["throttle"].answer == pytest.approx(125)
    assert "75 ms" in _(said["throttle"].because)
    assert said["shares"].answer == 100
    assert said["registry"].answer == 242
    assert said["cache"].answer == 81
    assert "21 s" in _(said["cache"].because)
    assert right(said["density"]) == "for none"
    assert "below 5.76 MiB" in _(said["density"].because)
    assert "up to 4.8 MiB" in _(said["density"].because)
    assert right(said["overlay"]) == "the whole file, 1 GiB"
    assert right(said["own"]) == "by nothing"
    assert "600 for web, 800 for worker" in _(said["memory"].because)


def test_fresh_questions_are_of_every_kind_and_have_no_doubtful_choice():
    drawn = [fresh(seed) for seed in range(20 * len(MAKERS))]
    assert {question.kind for question in drawn} == {"numeric", "single"}
    for question in drawn:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id


def test_every_row_of_the_notes_is_judged():
    """Table 6.2: the spelling and three others are imprecise."""
    verdicts = ["right", "imprecise", "wrong", "wrong", "right", "imprecise", "imprecise", "imprecise"]  # fmt: skip
    assert [claim.verdict for claim in CLAIMS] == verdicts
