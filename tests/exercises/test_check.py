"""What a learner reads under their function, and how their code is asked."""

import contextlib
import io
import time

import numpy as np
import pytest

from coursekit.exercises import answer, find
from coursekit.exercises.check import case, check, describe, examine
from coursekit.exercises.compare import same
from coursekit.exercises.inside import NotPlainError, ask, plain
from coursekit.i18n import speaking
from coursekit.sims.message import ParameterError

VISIBLE = [{"args": s.args, "answer": s.answer} for s in find("E8.1").samples]


def said(function, exercise="E8.1", visible=VISIBLE, **options):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        check(exercise, function, visible, lang="en", **options)
    return out.getvalue()


def right(**args):
    return answer("E8.1", args)


def test_a_right_function():
    assert said(right) == "E8.1: all 25 cases pass.\n"


def test_a_blank_function():
    assert said(lambda **_: None) == "E8.1: not answered yet.\n"


def test_a_blank_choice_is_not_taken_for_the_answer_none():
    visible = [{"args": s.args, "answer": s.answer} for s in find("E8.3").samples]

    assert said(lambda **_: None, "E8.3", visible) == "E8.3: not answered yet.\n"


def test_a_failing_visible_case_is_shown_with_the_expected_answer():
    text = said(lambda **_: {"disk": 0, "disk_lba": 1928, "parity": [2]}).splitlines()

    assert text[0].startswith("E8.1: 1 of 25 cases pass")
    assert text[1].startswith("  visible case 2: raid_map(level='0', layout='', n=4")
    assert text[2] == "  Expected: {'disk': 3, 'disk_lba': 232, 'parity': []}"
    assert text[3].startswith("  Your answer: {'disk': 0")


def test_a_failing_fresh_case_can_be_asked_again_and_hides_its_answer():
    def hard_coded(**args):
        return next((each["answer"] for each in VISIBLE if each["args"] == args), {})

    text = said(hard_coded, seed=7)

    assert "E8.1: 5 of 25 cases pass" in text
    assert 'To ask it again: raid_map(**case("E8.1", 1, seed=7))' in text
    assert "Expected" not in text
    assert str(case("E8.1", 1, seed=7)["lba"]) in text


def test_of_a_long_argument_only_the_ends_are_shown():
    """E3.3 has up to 3000 keys, E5.3 a whole image in base64."""
    asked = said(lambda **_: {"moved": -1}, "E3.3", visible=[], seed=7).splitlines()[1]
    keys = case("E3.3", 1, seed=7)["keys"]

    assert len(str(keys)) > 1000 > len(asked)
    assert f"'{keys[0]}', '{keys[1]}'" in asked
    assert f"'{keys[-1]}']" in asked


def test_a_planned_mistake_is_explained():
    def without_offset(**args):
        return find("E8.1").wrong[2].function(**args)

    assert "add the offset inside the chunk" in said(without_offset)


def test_an_exception_is_a_sentence():
    assert "Your function failed: ZeroDivisionError: division by zero" in said(lambda **_: 1 / 0)
    assert "Your function failed: SystemExit: 3" in said(lambda **_: exec("raise SystemExit(3)"))
    assert "Your function failed: TypeError" in said(lambda: 1)


def test_an_endless_function_is_stopped_in_time():
    def endless(**_):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)

    begin = time.monotonic()
    text = said(endless, visible=[], fresh=1, seconds=0.2)

    assert "No answer within 0.2 s." in text
    assert time.monotonic() - begin < 2


def test_asking_stops_when_the_budget_is_spent():
    late = ask(lambda **_: time.sleep(9), [{}] * 10, seconds=0.1, budget=0.35)

    assert all("late" in each for each in late)
    assert late[-1] == {"late": 0.35}


def test_the_interrupt_key_still_works():
    def interrupted(**_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(interrupted, [{}])


def test_prints_are_dropped_and_arguments_copied():
    def noisy(data):
        print("much" * 1000)
        data.append(1)
        return len(data)

    args, out = {"data": [1]}, io.StringIO()
    with contextlib.redirect_stdout(out):
        assert ask(noisy, [args, args]) == [{"answer": 2}, {"answer": 2}]
    assert args == {"data": [1]}
    assert out.getvalue() == ""


def test_the_same_check_in_french():
    report = examine(find("E8.1"), lambda **_: {}, VISIBLE, seed=1)
    with speaking("fr"):
        french = describe(report)

    assert len(french) == len(describe(report))
    assert all(one != other for one, other in zip(french, describe(report), strict=True))


@pytest.mark.parametrize(("number", "seed", "says"), [(0, 1, "number=0"), (1, -1, "seed=-1")])
def test_a_case_that_cannot_be(number, seed, says):
    with pytest.raises(ParameterError, match=says):
        case("E8.1", number, seed=seed)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ((1, 2), [1, 2]),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.array([[1, 2]]), [[1, 2]]),
        ({"a": (np.uint8(7), None)}, {"a": [7, None]}),
        (True, True),
    ],
    ids=repr,
)
def test_answers_become_plain(value, form):
    assert plain(value) == form
    assert type(plain(value)) is type(form)


class Everything:
    def __eq__(self, other):
        return True

    __hash__ = None


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "not a number that JSON has: nan"),
        (np.inf, "not a number that JSON has: inf"),
        ({1, 2}, "not JSON-like: set"),
        ({1: 2}, "a key of type int"),
        (Everything(), "not JSON-like: Everything"),
        ((i for i in "ab"), "not JSON-like: generator"),
        (10**100_000, "too large"),
        ("x" * 30_000, "too large"),
        ([0] * 10_000, "too large"),
        (nested(100_000), "too large"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_answers_that_json_has_not(value, says):
    with pytest.raises(NotPlainError, match=says):
        plain(value)


def test_an_error_whose_text_fails_is_still_named():
    class BadError(Exception):
        def __str__(self):
            raise RuntimeError

    def fails():
        raise BadError

    assert ask(fails, [{}]) == [{"error": "BadError"}]


@pytest.mark.parametrize(
    ("expected", "given", "equal"),
    [
        (3, 3.0, True),
        (1, True, False),
        (True, 1, False),
        (True, True, True),
        (1.0, 1.0 + 1e-7, True),
        (1.0, 1.0 + 1e-5, False),
        (3, 3.0000001, False),
        ("5", 5, False),
        (None, None, True),
        (None, 0, False),
        ([1, 2], [1, 2, 3], False),
        ([1, [2]], [1, [2]], True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, [["a", 1]], False),
    ],
    ids=repr,
)
def test_when_an_answer_is_right(expected, given, equal):
    assert same(expected, given) is equal


def test_a_tolerance_of_its_own():
    assert same(100.0, 100.9, 0.01)
    assert not same(100.0, 101.9, 0.01)
