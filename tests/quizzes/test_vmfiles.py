"""VM files questions: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.vmfiles import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.vmfiles.generator import MAKERS
from coursekit.sims.vmfiles.plans import Plan, items, total_gb


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    said = {question.id: right(question) for question in QUESTIONS}
    assert said["vmfiles-base-lost"] == "nothing"
    assert said["vmfiles-two-nas"] == "3 and 1"
    assert said["vmfiles-differential"] == "the full and that of day 6"


def test_the_predictions_have_the_figures_of_the_simulations():
    """Section 5.5: two clusters down or one up, 74 % and 98 %, 28 h, 29 June."""
    said = {name: each.question for name, each in PREDICTIONS.items()}
    assert right(said["vmfiles-chain"]) == "1 or 2 clusters, depending on the direction"
    assert right(said["vmfiles-geometry"]) == "256 KiB"
    assert "128 MiB" in _(said["vmfiles-geometry"].because)
    assert said["vmfiles-overwrites"].answer == 300
    assert said["vmfiles-plan"].answer == pytest.approx(73.97, abs=0.01)
    assert "98 %" in _(said["vmfiles-plan"].because)
    assert said["vmfiles-rpo"].answer == 28
    assert right(said["vmfiles-retention"]) == "29 June"
    assert said["vmfiles-own"].answer == 4480


def test_fresh_questions_are_of_every_kind_and_have_no_doubtful_choice():
    drawn = [fresh(seed) for seed in range(20 * len(MAKERS))]
    assert {question.kind for question in drawn} == {"numeric", "single", "order", "match"}
    for question in drawn:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id


def test_every_row_of_the_notes_is_judged():
    verdicts = ["right", "wrong", "incomplete", "imprecise", "incomplete"]
    assert [claim.verdict for claim in CLAIMS] == verdicts


def test_the_plan_that_is_asked_for_exists():
    """Less than 2500 GB in 28 days, and no day with more than seven pieces."""
    types = "".join(
        "F" if day == 0 else "D" if day in (4, 10, 16, 22) else "I" for day in range(28)
    )
    plan = Plan(types=types)

    assert total_gb(plan) < 2500
    assert max(len(each.chain) for each in items(plan)) <= 7
    assert "2500" in _(PREDICTIONS["vmfiles-own"].change)
