"""E12.1: what its hidden cases hold, and how a ValueError counts as an answer."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.check import describe, examine
from coursekit.exercises.compare import UNANSWERED, answered
from coursekit.exercises.contract import RAISED
from coursekit.exercises.directory.ldapmatch import MATCH
from coursekit.exercises.directory.randomfilters import SCHEMA
from coursekit.grading.marker import Hidden, _graded
from coursekit.sims.directory import ldapfilter
from coursekit.sims.message import ParameterError

VISIBLE = [{"args": each.args, "answer": each.answer} for each in MATCH.samples]


@pytest.fixture(scope="module")
def cases():
    return MATCH.draw(np.random.default_rng(5), 400)


def depth(tree):
    return 1 + max((depth(each) for each in ldapfilter.parts(tree)), default=0)


def test_cases_are_in_their_ranges_and_of_every_kind(cases):
    kinds = Counter(str(MATCH.answer(args)) for args in cases)
    assert set(kinds) == {"True", "False", "None", str(RAISED)}
    assert min(kinds.values()) >= 30
    assert len({args["entry"]["dn"] for args in cases}) == 8
    assert all(args["schema"] == SCHEMA for args in cases)
    right = [args["filter"] for args in cases if MATCH.answer(args) != RAISED]
    depths = Counter(depth(ldapfilter.parse(text)) for text in right)
    assert set(depths) >= {1, 2, 3, 4} and sum(depths[each] for each in (5, 6)) == 0
    assert all(name in "".join(right) for name in (":dn:=", ".803:=", ".804:=", ".1941:=", "\\", ">=", "<=", "(!", "(&", "(|"))  # fmt: skip


def test_attributes_are_those_of_the_task(cases):
    for args in cases:
        assert set(args["entry"]) - {"dn"} <= set(SCHEMA)
        assert all(isinstance(each, str) for name, values in args["entry"].items() if name != "dn" for each in values)  # fmt: skip


def right(filter, entry, schema):  # noqa: A002
    """What the learner wrote from the task would do."""
    answer = MATCH.answer({"filter": filter, "entry": entry, "schema": schema})
    if answer == RAISED:
        raise ValueError("no filter")
    return answer


def told(function):
    return describe(examine(MATCH, function, VISIBLE, seed=1, fresh=0))


def test_an_error_that_is_right_passes():
    assert told(right) == ["E12.1: all 6 cases pass."]


def test_another_error_and_an_answer_in_its_place_fail():
    def careless(filter, entry, schema):  # noqa: A002
        if filter == "(sn=a(b))":
            raise KeyError(filter)
        return right(filter, entry, schema)

    lines = told(careless)
    assert lines[0].startswith("E12.1: 5 of 6 cases pass")
    assert lines[2] == "  Expected: {'$raises': 'ValueError'}"
    assert "KeyError" in lines[3]


def test_a_value_error_where_an_answer_is_due_fails():
    def timid(filter, entry, schema):  # noqa: A002
        raise ValueError("too hard")

    assert told(timid)[0].startswith("E12.1: 1 of 6 cases pass")


@pytest.mark.parametrize(
    ("raises", "said", "answer"),
    [
        (True, {"error": "ValueError: no"}, RAISED),
        (True, {"error": "ValueError"}, RAISED),
        (True, {"error": "TypeError: ValueError"}, UNANSWERED),
        (True, {"late": 2}, UNANSWERED),
        (True, {"answer": None}, None),
        (False, {"error": "ValueError: no"}, UNANSWERED),
    ],
)
def test_what_counts_as_an_answer(raises, said, answer):
    class Asked:
        pass

    asked = Asked()
    asked.raises = raises
    assert answered(asked, said) == answer


def test_the_marker_counts_right_errors_and_names_the_wrong_ones(cases):
    expected = [MATCH.answer(args) for args in cases[:40]]
    said = [{"error": "ValueError: bad"} if each == RAISED else {"answer": each} for each in expected]  # fmt: skip
    mark = _graded(Hidden(MATCH, tuple(cases[:40]), tuple(expected)), said)
    assert (mark.passed, mark.total) == (40, 40)
    at = next(place for place, each in enumerate(expected) if each != RAISED)
    said[at] = {"error": "KeyError: 'sn'"}
    mark = _graded(Hidden(MATCH, tuple(cases[:40]), tuple(expected)), said)
    assert mark.passed == 39
    assert str(mark.reason) == "1 of 40 cases failed: KeyError: 'sn'"


def test_a_bad_case_names_the_value_and_the_rule():
    with pytest.raises(ParameterError, match=r'schema\.sn="text": expected'):
        MATCH.answer({**MATCH.samples[0].args, "schema": {"sn": "text"}})
    with pytest.raises(ParameterError, match="entry"):
        MATCH.answer({"filter": "(sn=a)", "schema": {}})
