"""Networks questions: the answers, recomputed here by hand or from the spec's figures."""

import pytest

from coursekit.i18n import _
from coursekit.quizzes.networks import CLAIMS, PREDICTIONS, QUESTIONS, fresh


def right_text(question):
    return _(next(choice.text for choice in question.choices if choice.right))


@pytest.mark.parametrize(
    "lab, answer",
    [("switch", 1), ("own", 36), ("dhcp", 12), ("napt", 40001), ("ceiling", 64512)],
)
def test_predicted_numbers(lab, answer):
    assert PREDICTIONS[f"networks-{lab}"].question.answer == answer


@pytest.mark.parametrize(
    "name, text",
    [
        ("t2", "7 h"),
        ("sniffer", "own, group and flooded frames"),
        ("reachable", "bridged"),
        ("no-return", "the answer has no route back"),
    ],
)
def test_the_right_choice_is_the_specs(name, text):
    assert right_text(next(q for q in QUESTIONS if q.id == f"networks-{name}")) == text


def test_t2_is_told_from_t1_the_end_and_three_quarters():
    question = next(q for q in QUESTIONS if q.id == "networks-t2")
    assert {_(c.text) for c in question.choices} == {"7 h", "4 h", "8 h", "6 h"}


def test_the_eight_claims_have_the_verdicts_of_the_spec():
    assert [c.verdict for c in CLAIMS] == [
        "imprecise", "incomplete", "right", "imprecise", "right", "incomplete", "right", "imprecise",
    ]  # fmt: skip


def test_fresh_questions_on_leases_agree_with_seven_eighths():
    for seed in range(1, 90, 6):
        question = fresh(seed)
        n = question.prompt.values["n"]
        asked = question.prompt.text.startswith("A lease lasts")
        assert question.answer == pytest.approx(n * 7 / 8 if asked else n * 8 / 7)


def test_fresh_questions_on_tables_keep_the_bounds():
    answers = {fresh(seed).prompt.values["mib"]: fresh(seed).answer for seed in range(5, 200, 6)}
    assert all(a == min(262144, max(1024, mib * 64)) for mib, a in answers.items())
    assert len(answers) > 4
