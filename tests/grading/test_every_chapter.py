"""Every chapter's exercises are handed in and graded: a new chapter is covered without a line here."""

import csv
import json
from pathlib import Path

import pytest

from coursekit.chapters import CHAPTERS
from coursekit.exercises import exercises
from coursekit.grading import cases
from coursekit.grading.grade import grade
from coursekit.grading.notebook import folder_of_notebooks

SOLUTIONS = Path(__file__).parent.parent / "exercises" / "solutions"
BUILT = [chapter for chapter in CHAPTERS if chapter.built]


@pytest.mark.parametrize("exercise", exercises(), ids=lambda each: each.id)
def test_what_decides_a_mark_can_be_told_of_each_exercise(exercise):
    assert cases.version(exercise, []) == cases.version(exercise, [])


@pytest.mark.parametrize("chapter", BUILT, ids=lambda each: each.slug)
def test_right_solutions_get_full_marks(chapter, tmp_path):
    """Ann has solved everything, Bob has handed in the notebook as he got it."""
    text = (folder_of_notebooks() / "exercises" / f"{chapter.stem}.ipynb").read_text("utf-8")
    for learner in ("ann", "bob"):
        notebook = json.loads(text)
        if learner == "ann":
            solve(notebook)
        handed_in = tmp_path / "in" / learner / f"{chapter.stem}.ipynb"
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(json.dumps(notebook))

    grade(tmp_path / "in", exercise=chapter.slug, out=tmp_path / "out")

    gradebook = (tmp_path / "out" / "gradebook.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(gradebook.splitlines()))
    asked = sum(each.chapter == chapter.slug for each in exercises())
    marks = {
        who: [float(r["final"]) for r in rows if r["learner"] == who] for who in ("ann", "bob")
    }
    assert marks["ann"] == [1.0] * asked
    assert marks["bob"] == [0.0] * asked


def solve(notebook):
    for cell in notebook["cells"]:
        for path in SOLUTIONS.glob("*.py"):
            stub = "exercise" in cell["metadata"].get("tags", [])
            if stub and f"def {path.stem}(" in "".join(cell["source"]):
                cell["source"] = path.read_text("utf-8")
