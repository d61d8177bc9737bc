"""The made-up class and the guide that grades it, in French as in English."""

import copy
import json
from collections import Counter

import nbformat
import numpy as np
import papermill
import pytest

from coursekit.exercises import exercises
from coursekit.exercises.compare import same
from coursekit.grading import sample_answers, sample_class
from coursekit.grading.classroom import Classroom
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.grading.sandbox import examine

BOOKS = folder_of_notebooks()


@pytest.mark.parametrize("exercise", exercises("raid"), ids=lambda each: each.id)
def test_a_right_learner_is_right(exercise):
    function = getattr(sample_answers, exercise.function)

    for case in exercise.draw(np.random.default_rng(5), 100):
        assert same(exercise.answer(case), function(**copy.deepcopy(case)), exercise.tolerance)


def test_the_same_seed_makes_the_same_class_and_another_deals_anew():
    kinds = [{each.id: each.kind for each in sample_class.learners(seed)} for seed in (1, 1, 2)]

    assert kinds[0] == kinds[1] != kinds[2]
    assert Counter(kinds[0].values()) == Counter(kinds[2].values())
    assert len(kinds[0]) == 20


def test_a_class_is_written_as_it_hands_in(tmp_path):
    released = BOOKS / "exercises" / "08-raid.ipynb"
    made = sample_class.write(released, tmp_path)
    paths = {each.id: tmp_path / "handed-in" / each.id / "08-raid.ipynb" for each in made}
    unreadable = [one.kind for one in made if not readable(paths[one.id])]
    late = [
        one.kind
        for one in made
        if paths[one.id].stat().st_mtime > sample_class.DEADLINE.timestamp()
    ]
    listed = (tmp_path / "learners.csv").read_text("utf-8").split()

    assert unreadable == ["a file cut short"]
    assert late == ["all right, but late"]
    assert len(listed) == 1 + 20  # a line of heads; one learner unknown, one absent
    assert listed[-1] == "zoe,Zoé"


def readable(path):
    try:
        return bool(json.loads(path.read_text("utf-8")))
    except ValueError:
        return False


def test_a_classroom_prints_tables_and_exit_codes_and_goes_away(capsys):
    room = Classroom(lang="fr")
    (room.folder / "a.csv").write_text("x,empty,y\n1,,one two\n22,,é\n1,,three\n", "utf-8")
    room.show("a.csv", width=5)
    room.show("a.csv", "y", rows=1, only="22")
    room("where nowhere")
    said = capsys.readouterr().out.splitlines()

    assert said[0:4] == ["x   y", "1   one …", "22  é", "1   three"]
    assert said[4:6] == ["y", "é"]
    assert said[6] == "$ coursekit where nowhere"
    assert "chapter=nowhere\N{NO-BREAK SPACE}:" in said[7]
    assert "2" in said[8]
    folder = room.folder
    del room
    assert not folder.exists()


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    """What the cells of the French guide print, by id."""
    assert examine().works, examine().reason
    done = tmp_path_factory.mktemp("guide") / "teachers.ipynb"
    source = BOOKS / "fr" / "teachers.ipynb"
    before = sorted(BOOKS.rglob("*"))
    papermill.execute_notebook(
        str(source), str(done), parameters={"SEED": 3}, kernel_name="python3",
        cwd=str(source.parent), progress_bar=False,
    )  # fmt: skip
    assert sorted(BOOKS.rglob("*")) == before
    cells = [each for each in nbformat.read(done, 4).cells if each.cell_type == "code"]
    outputs = {each.id: each.outputs for each in cells}
    assert all(each.output_type == "stream" for one in outputs.values() for each in one)
    return {name: "".join(each.text for each in one) for name, one in outputs.items()}


def test_the_guide_goes_from_release_to_csv(guide):
    assert "handout/08-raid.ipynb" in guide["release"]
    assert len(guide["hand-in"].splitlines()) == 20
    assert guide["grade"].splitlines()[1] == (
        "Copies\N{NO-BREAK SPACE}: 20. Notes\N{NO-BREAK SPACE}: marks/gradebook.csv"
    )
    assert guide["feedback"].count(".html") == 21
    assert "E8.1" in guide["gradebook"].splitlines()[2]
    assert "0.9" in guide["override"]
    assert not [name for name, text in guide.items() if "[code" in text or "Traceback" in text]


def test_everyone_in_the_guide_gets_what_they_earn(guide):
    kinds = {each.id: each.kind for each in sample_class.learners(3)}
    finals = {}
    for line in guide["look"].splitlines()[1:]:
        learner, _exercise, final = line.split()[:3]
        finals.setdefault(learner, []).append(float(final))
    expected = {
        "all right": [1, 1, 1],
        "a copy in disguise": [1, 1, 1],
        "all right, but late": [0.8, 0.8, 0.8],  # two days begun
        "hands in a blank": [0, 0, 0],
        "writes one function": [1, 0, 0],
        "an endless loop": [1, 0, 1],
        "forges marks": [0, 0, 0],
        "a file cut short": [0, 0, 0],
        "not in the list of learners": [1, 1, 1],
    }

    assert list(finals)[-1] == next(one for one in kinds if "not in the list" in kinds[one])
    assert finals.pop("zoe") == [0, 0, 0]
    assert finals.keys() == kinds.keys()
    for learner, marks in finals.items():
        kind = kinds[learner]
        if kind in expected:
            assert marks == expected[kind], (learner, kind)
        else:  # one function partly right
            assert marks.count(1) == 2 and 0 < sum(marks) - 2 < 1, (learner, kind)
