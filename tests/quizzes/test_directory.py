"""Questions on directory services: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.directory import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.directory.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    """Section 12.8."""
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["directory-agdlp"] == "the domain local group"
    assert said["directory-krbtgt"] == "the ticket-granting ticket"
    assert said["directory-clock"] == "set the clock"
    assert said["directory-multimaster"] == "one of the two, the same everywhere"
    assert said["directory-rid"] == "yes, until the pool of the controller is empty"
    assert said["directory-enforced"] == "the domain’s"
    assert said["directory-snapshot"] == "changes that never reach the others"
    assert said["directory-absent"] == "yes"


def test_the_predictions_have_the_figures_of_the_simulations():
    """Section 12.5 and V12.9."""
    said = {name.removeprefix("directory-"): each.question for name, each in PREDICTIONS.items()}
    assert said["locator"].answer == pytest.approx(100 * 61 / 101)
    assert right(said["filter"]) == "nothing"
    assert right(said["replication"]) == "B’s"
    assert right(said["policy"]) == "yes, and it wins over the unit’s own"
    assert right(said["tickets"]) == "use that share, but no new one"


def test_the_sentences_are_judged():
    quotes = {each.id: each.verdict for each in CLAIMS}
    assert quotes["directory-claim-password"] == "wrong"
    assert quotes["directory-claim-takes-over"] == "incomplete"
    assert {each.question for each in CLAIMS} <= {each.id for each in QUESTIONS}


@pytest.mark.parametrize("maker", range(len(MAKERS)))
def test_fresh_questions_are_new_and_complete(maker):
    drawn = [fresh(maker + len(MAKERS) * n) for n in range(30)]
    assert len({_(each.prompt) for each in drawn}) > 8
    for each in drawn:
        assert _(each.because) and len(each.hints) == 3
        if each.kind == "numeric":
            assert each.mark(each.answer).right
            assert all(not each.mark(choice.value).right for choice in each.choices)


def test_the_right_answers_follow_the_rules_in_words():
    """The reasons are told from the rules, the answers from the simulations: they agree."""
    for kind in (
        MAKERS.index(maker) for maker in MAKERS if maker.__name__ in ("_winner", "_stamp")
    ):
        for seed in range(kind, 60 * len(MAKERS), len(MAKERS)):
            question = fresh(seed)
            assert right(question) == _(question.because).split(":")[0], seed
