"""Questions on file systems: their figures are those of the specification."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.filesystems import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.filesystems.generator import MAKERS


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def test_the_answers_of_the_chapter():
    """Section 10.8."""
    said = {question.id: right(question) for question in QUESTIONS if question.kind == "single"}
    assert said["filesystems-directory"] == "names with inode numbers"
    assert said["filesystems-hard-link"] == "the other name still leads to it"
    assert said["filesystems-two-copies"] == "a stored checksum"
    assert said["filesystems-move"] == "a copy, then a deletion"
    room = next(each for each in QUESTIONS if each.id == "filesystems-inodes")
    assert "65525 files" in _(room.because)
    reads = next(each for each in QUESTIONS if each.id == "filesystems-reads")
    assert reads.answer == 2


def test_the_predictions_have_the_figures_of_the_simulations():
    """Sections 10.5 and 10.6: × 25.7, 8 states = 2 + 1 + 1 + 4, 65 525 files, d + 1 blocks."""
    said = {name.removeprefix("filesystems-"): each.question for name, each in PREDICTIONS.items()}
    assert said["ageing"].answer == pytest.approx(25.7, abs=0.05)
    assert "0.51 s become 13.2 s" in _(said["ageing"].because)
    assert said["crash"].answer == 8
    assert "2 of them show the old file, 1 the new one, 1 shows" in _(said["crash"].because)
    assert "4 contradict" in _(said["crash"].because)
    assert "65525 files, with 95 %" in _(said["room"].because)
    assert said["cow"].answer == 4
    assert said["path"].answer == 7


def test_fresh_questions_have_no_doubtful_choice():
    drawn = [fresh(seed) for seed in range(20 * len(MAKERS))]
    assert {each.kind for each in drawn} == {"numeric", "single"}
    for question in drawn:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id


def test_an_empty_file_is_possible_where_the_vectors_say_so():
    """V10.9, at any moment: P1 and P1s in all modes, P2 under posix and delalloc, P5 in all."""
    for seed in range(0, len(MAKERS) * 40, len(MAKERS)):
        said = _(fresh(seed).prompt)
        lax = "as posix does" in said or "as delalloc does" in said
        opens, forced = "calls: creat f" in said or "unlink" in said, "fsync t" in said
        may = opens or (not forced and lax)
        assert right(fresh(seed)) == ("yes, f may be empty" if may else "no, never empty"), said


def test_a_flush_leaves_fewer_states():
    """2^a + 2^b − 1 for a writes before a flush and b after it."""
    at = next(k for k in range(len(MAKERS)) if "flushes" in _(fresh(k).prompt))
    for seed in range(at, at + 20 * len(MAKERS), len(MAKERS)):
        words = _(fresh(seed).prompt).split()
        before = int(words[words.index("writes") + 1])
        after = int(words[words.index("more.") - 1])
        assert fresh(seed).answer == 2**before + 2**after - 1


def test_every_row_of_the_notes_is_judged():
    verdicts = ["imprecise", "wrong", "right", "wrong", "wrong"]
    assert [claim.verdict for claim in CLAIMS] == verdicts
