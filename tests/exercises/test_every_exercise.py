"""Laws that hold for every exercise; those of a notebook, once its chapter is built."""

import json
import pkgutil
import subprocess
import sys
from functools import cache
from importlib import import_module

import numpy as np
import pytest

from coursekit import exercises as rooms
from coursekit.chapters import chapter
from coursekit.exercises import answer, exercises, find
from coursekit.exercises.compare import UNANSWERED, answered, diagnose, earned, mistaken
from coursekit.exercises.inside import handed, sentence
from coursekit.sims.message import ParameterError

BUILT = exercises()
EXERCISES = tuple(
    exercise
    for room in pkgutil.iter_modules(rooms.__path__, f"{rooms.__name__}.")
    if room.ispkg
    for exercise in import_module(room.name).EXERCISES
)
MANY = 400  # cases of a law; drawn once for all of them
WRONG = [(exercise, wrong) for exercise in EXERCISES for wrong in exercise.wrong]
every = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.id)
every_wrong = pytest.mark.parametrize(
    ("exercise", "wrong"), WRONG, ids=lambda each: getattr(each, "id", getattr(each, "name", ""))
)


def drawn(exercise, count):
    """Cases as every learner gets them, a copy of their own each time."""
    return json.loads(_drawn(exercise.id, count)[0])


def call(function, args):
    """What a function says to a case, without the limits of a graded run."""
    try:
        return {"answer": function(**handed(args))}
    except ValueError as why:
        return {"error": sentence(why)}


def said(exercise, count):
    """The reference's answers to the same cases."""
    return json.loads(_drawn(exercise.id, count)[1])


@cache  # a room has a dozen tests over the same cases, and some take long to draw
def _drawn(name, count):
    exercise = next(each for each in EXERCISES if each.id == name)
    cases = exercise.draw(np.random.default_rng(5), count)
    return json.dumps(cases), json.dumps([exercise.answer(args) for args in cases])


@every
def test_the_samples_of_the_task_are_the_answers_of_the_reference(exercise):
    assert len(exercise.samples) >= 3
    for sample in exercise.samples:
        if exercise.judge:  # an example of what may be answered, not the best there is
            assert 0 < earned(exercise, sample.args, None, sample.answer) < 1
        else:
            assert exercise.answer(sample.args) == sample.answer


@every
def test_a_function_written_from_the_task_alone_agrees_everywhere(exercise, solutions):
    for args, right in zip(drawn(exercise, MANY), said(exercise, MANY), strict=True):
        given = answered(exercise, call(solutions[exercise.function], args))
        assert earned(exercise, args, right, given) == 1, args


@every
def test_cases_and_answers_are_json_and_come_again_from_the_same_seed(exercise):
    cases, again, others = (exercise.draw(np.random.default_rng(seed), 50) for seed in (5, 5, 6))
    answers = [exercise.answer(args) for args in cases]

    assert json.loads(json.dumps([cases, answers], allow_nan=False)) == [cases, answers]
    assert cases == again != others
    assert all(set(args) <= set(exercise.parameters) for args in cases)


def test_another_process_draws_the_same_cases():
    code = (
        "import json, numpy as np; from coursekit.exercises import exercises\n"
        "print(json.dumps([e.draw(np.random.default_rng(5), 20) for e in exercises()]))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(other.stdout) == [drawn(exercise, 20) for exercise in BUILT]


@every_wrong
def test_a_planned_mistake_shows_in_a_tenth_of_the_cases_or_more(exercise, wrong):
    cases = drawn(exercise, MANY)
    answers = mistaken(exercise, wrong, cases)
    rights = said(exercise, MANY)
    triples = zip(cases, rights, answers, strict=True)
    differing = [earned(exercise, args, right, given) < 1 for args, right, given in triples]

    assert sum(differing) >= 40
    assert UNANSWERED not in answers


@every_wrong
def test_a_planned_mistake_gets_its_own_feedback(exercise, wrong):
    cases = drawn(exercise, exercise.hidden)

    assert diagnose(exercise, cases, mistaken(exercise, wrong, cases)) is wrong


@every
def test_right_blank_and_failing_functions_get_no_diagnosis(exercise):
    cases = drawn(exercise, exercise.hidden)

    assert diagnose(exercise, cases, said(exercise, exercise.hidden)) is None
    assert diagnose(exercise, cases, [{"neither": 1}] * len(cases)) is None
    assert diagnose(exercise, cases, [UNANSWERED] * len(cases)) is None


@every
def test_no_constant_answer_passes_half_of_the_cases(exercise):
    answers = [json.dumps(each) for each in said(exercise, MANY)]

    assert max(map(answers.count, set(answers))) < MANY / 2


@every
def test_each_exercise_has_three_planned_mistakes_that_say_what_to_do(exercise):
    assert len(exercise.wrong) >= 3
    assert len({wrong.feedback for wrong in exercise.wrong}) == len(exercise.wrong)
    assert all(len(wrong.feedback) > 40 for wrong in exercise.wrong)


@pytest.mark.parametrize("exercise", BUILT, ids=lambda each: each.id)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_notebook_shows_the_samples_the_stub_and_the_check(exercise, language, notebook):
    cells = notebook(language, chapter(exercise.chapter).stem)["cells"]
    tagged = {}
    for cell in cells:
        for tag in cell["metadata"].get("tags", []):
            tagged.setdefault(tag, []).append("".join(cell["source"]))
    names = {}
    exec("\n".join(tagged["parameters"] + tagged["exercise"]), names)

    visible = names["CASES_" + exercise.id.replace(".", "_")]
    assert visible == [{"args": s.args, "answer": s.answer} for s in exercise.samples]
    assert names[exercise.function](**exercise.samples[0].args) is None
    assert any(f'check("{exercise.id}", {exercise.function}' in text for text in tagged["check"])


@pytest.mark.parametrize(
    ("exercise", "args", "says"),
    [
        ("E0.0", {}, "exercise=E0.0: choose one of .*E8.1"),
        ("E8.1", {"disks": 4}, "disks=4: not an argument of E8.1; choose among level, layout"),
        ("E8.1", {"level": "5"}, r"layout=\?: missing; E8.1 needs level, layout"),
        ("E8.1", {"level": "7"}, 'level="7": expected 0, 4, 5, 6'),
        ("E8.1", {"level": "0", "layout": "", "n": True}, "n=true: expected a whole number"),
        ("E8.2", {"data": [256], "p": None, "q": 1}, "data=256: a byte is 0 to 255"),
        ("E8.2", {"data": [], "p": 0, "q": 0}, "give one byte or more"),
        ("E8.2", {"data": 5, "p": 0, "q": 0}, "data=5: expected a list"),
    ],
)
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        answer(exercise, args)


def test_arguments_with_a_default_may_be_left_out():
    args = find("E8.3").samples[0].args

    assert answer("E8.3", args) == answer("E8.3", {**args, "years": 5, "ure": 1e-15})
    assert answer("E8.3", {**args, "years": 5000}) is None


def test_exercises_of_one_chapter():
    assert {each.chapter for each in exercises("raid")} == {"raid"}
    assert exercises("nowhere") == ()


def test_the_list_of_exercises_imports_no_screen():
    code = (
        "import sys, coursekit.exercises as e; e.exercises()\n"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('ipywidgets', 'bqplot', 'papermill', 'IPython', 'babel')"
        " or m.startswith(('coursekit.ui', 'coursekit.labs', 'coursekit.grading'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
