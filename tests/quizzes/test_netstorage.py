"""Questions on network storage: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.netstorage import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.netstorage.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    """Section 11.8."""
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["netstorage-nas-san"] == "it serves files, a SAN serves blocks"
    assert said["netstorage-two-hosts"] == "the file system is destroyed"
    assert said["netstorage-five-cut"] == "the three go on, the two stop"
    assert said["netstorage-two-offline"] == "reading and writing wait, nothing is lost"
    assert said["netstorage-tftp"] == "the boot server’s address, or UDP port 69"
    nvme = next(each for each in QUESTIONS if each.id == "netstorage-nvme")
    assert "0.081 ms against 0.315 ms, 3.9 times" in _(nvme.because)
    streams = next(each for each in QUESTIONS if each.id == "netstorage-streams")
    assert streams.answer == 5 and "5.88" in _(streams.because)


def test_the_predictions_have_the_figures_of_the_simulations():
    """Section 11.5, V11.3, V11.4, V11.8 to V11.10."""
    said = {name.removeprefix("netstorage-"): each.question for name, each in PREDICTIONS.items()}
    assert said["disk"].answer == pytest.approx(2.087, abs=5e-4)
    assert "51 %" in _(said["disk"].because)
    assert said["storm"].answer == pytest.approx(127.4, abs=0.1)
    assert "4.2 s" in _(said["storm"].because) and "12.7 s" in _(said["storm"].because)
    assert said["pxe"].answer == pytest.approx(35.702, abs=5e-4)
    assert "117188" in _(said["pxe"].because) and "0.51 s" in _(said["pxe"].because)
    assert said["copies"].answer == pytest.approx(1.955359e-5 / 1e-6, abs=0.2)
    assert said["write"].answer == pytest.approx(0.5624 / 0.0812, abs=0.05)
    assert said["placement"].answer == pytest.approx(80, abs=1)
    assert said["sizing"].answer == pytest.approx(20.4)
    assert "99.9702% become 99.9408%" in _(said["quorum"].because)


def test_the_sentences_of_the_notes_are_judged():
    quotes = {each.id: each.verdict for each in CLAIMS}
    assert quotes["netstorage-claim-faster"] == "imprecise"
    assert quotes["netstorage-claim-takes-over"] == "incomplete"
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
