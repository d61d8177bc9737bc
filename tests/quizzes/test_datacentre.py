"""Questions of the last chapter: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.datacentre import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.datacentre.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    """Section 14.8."""
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["datacentre-euro"] == "immutable backups, off-site"
    assert said["datacentre-psu"] == "a power supply that dies"
    assert said["datacentre-nplus"] == "all machines fit when one host is lost"
    assert said["datacentre-minsize"] == "a stop at the first failure"
    assert said["datacentre-even"] == "a witness"
    assert said["datacentre-rto"] == "amount of data and speed of restoring"
    assert said["datacentre-missing"] == "a backup"


def test_the_figures_are_those_of_the_simulations():
    """Sections 14.5 and 14.8, V14.5."""
    asked = {question.id: question for question in QUESTIONS}
    assert asked["datacentre-series"].answer == pytest.approx(99.501, abs=5e-4)
    assert asked["datacentre-hours"].answer == pytest.approx(8.833, abs=5e-4)
    said = {name.removeprefix("datacentre-"): each.question for name, each in PREDICTIONS.items()}
    assert said["scenarios"].answer == 22.5
    assert right(said["deltas"]) == "immutable backups, off-site"


def test_the_sentences_are_judged():
    """Section 14.2."""
    verdicts = {each.id.removeprefix("datacentre-claim-"): each.verdict for each in CLAIMS}
    assert verdicts == {
        "takes-over": "incomplete", "doubled": "right", "backup": "right", "hci": "imprecise", "remote": "imprecise",
    }  # fmt: skip


@pytest.mark.parametrize("maker", range(len(MAKERS)))
def test_fresh_questions_are_new_and_complete(maker):
    drawn = [fresh(maker + len(MAKERS) * n) for n in range(30)]
    assert len({(_(each.prompt), *(_(choice.text) for choice in each.choices)) for each in drawn}) > 6  # fmt: skip
    for each in drawn:
        assert _(each.because)
        assert len(each.hints) == 3
        if each.kind == "numeric":
            assert each.mark(each.answer).right
            assert all(not each.mark(choice.value).right for choice in each.choices)
        else:
            assert sum(choice.right for choice in each.choices) == 1


def test_every_number_of_services_is_right_now_and_then():
    at = [maker.__name__ for maker in MAKERS].index("_left")
    assert len({fresh(at + len(MAKERS) * n).answer for n in range(60)}) >= 3
