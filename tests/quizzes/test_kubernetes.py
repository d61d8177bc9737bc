"""Kubernetes questions: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.kubernetes import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.kubernetes.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["kubernetes-delete-pod"] == "a new pod appears"
    assert said["kubernetes-requests"] == "requests"
    assert said["kubernetes-rounding"] == "0"
    assert said["kubernetes-socket"] == "root on that host"
    backoff = next(each for each in QUESTIONS if each.id == "kubernetes-backoff")
    assert backoff.answer == 160
    assert "10, 20, 40, 80, 160, 300, 300" in _(backoff.because)


def test_the_predictions_have_the_figures_of_the_simulations():
    """Section 7.5: 0 of 3, 40–55 s and 340–355 s, 4 pods at 111 %, 0 % of requests, 40 pods."""
    said = {name.removeprefix("kubernetes-"): each.question for name, each in PREDICTIONS.items()}
    assert said["rollout"].answer == 0
    assert "40 to 55 s, and 340 to 355 s" in _(said["node"].because)
    assert "it wants 4" in _(said["advice"].because)
    assert said["service"].answer == 0
    assert said["packing"].answer == 40
    assert said["leaving"].answer == 100
    assert said["autoscaler"].answer == 2
    assert right(said["probes"]) == "after 21 to 31 s"
    assert "750" in _(said["qos"].because)


@pytest.mark.parametrize("kind", ["numeric", "single"])
def test_fresh_questions_have_no_doubtful_choice(kind):
    drawn = [each for seed in range(20 * len(MAKERS)) if (each := fresh(seed)).kind == kind]
    assert len(drawn) > 20
    for question in drawn:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id


def test_the_one_who_stands_still_keeps_all_but_those_that_may_be_missing():
    """7-V10 for other numbers: n less a quarter rounded down."""
    for seed in range(11, 11 + 13 * 20, 13):
        question = fresh(seed)
        n = int(_(question.prompt).split("Deployment of ")[1].split()[0])
        assert question.answer == n - n // 4


def test_every_row_of_the_notes_is_judged():
    verdicts = ["imprecise", "right", "imprecise", "incomplete", "incomplete"]
    assert [claim.verdict for claim in CLAIMS] == verdicts
