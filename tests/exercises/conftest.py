"""Answers written from the tasks alone, without the course: a second opinion on the references."""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent.parent / "notebooks"


@pytest.fixture(scope="session")
def solutions():
    """Name of a function -> a learner's right function."""
    found = {}
    for path in sorted((HERE / "solutions").glob("*.py")):
        names = dict(found)  # as in a notebook, one may use those before it
        exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
        found[path.stem] = names[path.stem]
    return found


@pytest.fixture(scope="session")
def notebook():
    """Reads an exercise notebook: `notebook("fr", "08-raid")`."""

    def read(language, stem):
        folder = NOTEBOOKS / ("" if language == "en" else language) / "exercises"
        return json.loads((folder / f"{stem}.ipynb").read_text("utf-8"))

    return read
