"""Questions on databases: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.databases import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.databases.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    """Section 13.8."""
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["databases-durable"] == "the change survives a crash"
    assert said["databases-skew"] == "write skew"
    assert said["databases-ahead"] == "to be able to redo and to undo"
    assert said["databases-scan"] == "the full scan"
    assert said["databases-promoted"] == "the last commits"
    assert said["databases-drop"] == "the backup and the log up to 14:31"
    assert said["databases-retry"] == "run the whole transaction again"
    assert said["databases-two"] == "a majority and fencing"
    assert said["databases-serial"] == "no"
    assert said["databases-torn"] == "nothing"


def test_the_figures_are_those_of_the_simulations():
    """Sections 13.5 and V13.8."""
    lag = next(question for question in QUESTIONS if question.id == "databases-lag")
    assert lag.answer == 80
    said = {name.removeprefix("databases-"): each.question for name, each in PREDICTIONS.items()}
    assert said["latency"].answer == 22
    assert said["failover"].answer == pytest.approx(40.2)
    assert right(said["cost"]) == "less than 1 %"


def test_the_sentences_are_judged():
    verdicts = {each.id.removeprefix("databases-claim-"): each.verdict for each in CLAIMS}
    assert verdicts == {
        "bdd": "incomplete", "failover": "incomplete", "snapshot": "right", "balancer": "imprecise",
    }  # fmt: skip


@pytest.mark.parametrize("maker", range(len(MAKERS)))
def test_fresh_questions_are_new_and_complete(maker):
    drawn = [fresh(maker + len(MAKERS) * n) for n in range(30)]
    assert len({_(each.prompt) for each in drawn}) > 6
    for each in drawn:
        assert _(each.because)
        assert len(each.hints) == 3
        if each.kind == "numeric":
            assert each.mark(each.answer).right
            assert all(not each.mark(choice.value).right for choice in each.choices)
        else:
            assert sum(choice.right for choice in each.choices) == 1


def test_every_outcome_is_right_now_and_then():
    """No answer can be guessed from its place or its words."""
    for maker in MAKERS:
        if maker.__name__ in ("_fate", "_serial"):
            at = MAKERS.index(maker)
            rights = {right(fresh(at + len(MAKERS) * n)) for n in range(60)}
            assert len(rights) == 3
