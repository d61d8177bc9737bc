"""Questions on partitions and LVM: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.volumes import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.volumes.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    """Section 9.8."""
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["volumes-inclusive"] == "the last sector, inclusive"
    assert said["volumes-two-tib"] == "about 2.2 TB"
    assert said["volumes-shrink"] == "the file system, then the volume"
    assert said["volumes-overflow"] == "the snapshot becomes invalid, the origin goes on"
    assert said["volumes-writeback"] == "the dirty blocks"
    limit = next(each for each in QUESTIONS if each.id == "volumes-two-tib")
    assert "About 2.2 TB" in _(limit.because)
    linear = next(each for each in QUESTIONS if each.id == "volumes-linear")
    assert "3.96 %" in _(linear.because)
    trim = next(each for each in QUESTIONS if each.id == "volumes-trim")
    assert "up to 16 times" in _(trim.because)


def test_the_predictions_have_the_figures_of_the_simulations():
    """Section 9.5: 2 reads + 2 writes, 261 122 chunks, 21 with ten snapshots; V9.10: × 9.34."""
    said = {name.removeprefix("volumes-"): each.question for name, each in PREDICTIONS.items()}
    assert said["align"].answer == 4
    assert said["snapshot"].answer == 21
    assert said["lifetime"].answer == pytest.approx(2750.61 / 60, abs=0.001)
    assert "261122" in _(said["lifetime"].because)
    assert said["cache"].answer == pytest.approx(9.34, abs=0.005)
    assert "3.96 %" in _(said["loss"].because)


def test_fresh_questions_have_no_doubtful_choice():
    drawn = [fresh(seed) for seed in range(20 * len(MAKERS))]
    assert {each.kind for each in drawn} == {"numeric", "single"}
    for question in drawn:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id


def test_a_reader_believes_the_first_copy_that_is_whole():
    """9.3.B, for all that may be hurt: both parts of a copy must be right."""
    for seed in range(0, len(MAKERS) * 40, len(MAKERS)):
        question = fresh(seed)
        hurt = _(question.prompt).split(": ")[1]
        first, second = "the first " in hurt, "the backup " in hurt
        expected = "the backup" if first else "the first copy"
        assert right(question) == ("none: nothing is listed" if first and second else expected)


def test_a_partition_ends_with_its_last_sector():
    """2048 sectors a MiB, the last one included, for other numbers than the sample."""
    for seed in range(1, len(MAKERS) * 20, len(MAKERS)):
        words = _(fresh(seed).prompt).split()
        first, last = (int(words[words.index("sector") + 1].strip(",")), int(words[words.index("last") + 2]))  # fmt: skip
        assert fresh(seed).answer * 2048 == last - first + 1


def test_every_row_of_the_notes_is_judged():
    verdicts = ["incomplete", "incomplete", "imprecise", "imprecise", "right"]
    assert [claim.verdict for claim in CLAIMS] == verdicts
