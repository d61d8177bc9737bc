"""RAID questions: the answers, recomputed here by hand or from the spec's figures."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.raid import PREDICTIONS, QUESTIONS, fresh


def right_text(question):
    return _(next(choice.text for choice in question.choices if choice.right))


@pytest.mark.parametrize(
    "name, text",
    [
        ("raid-second-failure", "6/7"),
        ("raid-six-small-write", "3 reads and 3 writes"),
        ("raid-three-days", "a hot spare"),
        ("raid-parity-holds", "the XOR of the stripe's data blocks"),
    ],
)
def test_the_right_choice_is_the_books(name, text):
    assert right_text(next(q for q in QUESTIONS if q.id == name)) == text


def test_wrong_figures_are_the_misconceptions_named():
    six = next(q for q in QUESTIONS if q.id == "raid-six-small-write")
    assert {_(choice.text) for choice in six.choices if not choice.right} == {
        "0 reads and 6 writes",
        "2 reads and 2 writes",
        "0 reads and 3 writes",
    }
    second = next(q for q in QUESTIONS if q.id == "raid-second-failure")
    assert {choice.text for choice in second.choices} == {"6/7", "3/7", "0", "1"}


@pytest.mark.parametrize(
    "lab, answer", [("raid-layout", 3), ("raid-own", 12), ("raid-write", 3), ("raid-speed", 1.0)]
)
def test_predicted_numbers(lab, answer):
    assert PREDICTIONS[lab].question.answer == pytest.approx(answer, rel=1e-3)


@pytest.mark.parametrize("lab, text", [("raid-pairs", "2/3"), ("raid-survival", "about 360 times")])
def test_predicted_choices(lab, text):
    """4 of 6 pairs survive; 4.22e-2 against 1.18e-4 is 358 times."""
    assert right_text(PREDICTIONS[lab].question) == text


def test_space_left_is_counted_in_disks():
    """Direct questions on space: 5, 6 and 10 give one, two and half of the disks away."""
    seen = set()
    for seed in range(2, 120, 6):
        question = fresh(seed)
        values = question.prompt.values
        given_away = {"5": 1, "6": 2, "10": values["disks"] / 2}[values["level"]]
        assert question.answer == (values["disks"] - given_away) * values["size"]
        seen.add(values["level"])
    assert seen == {"5", "6", "10"}
