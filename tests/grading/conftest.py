"""Makes submissions: the teacher's notebook with functions written in it."""

import copy
import json
from pathlib import Path

import pytest

from coursekit.grading.notebook import folder_of_notebooks

SOLUTIONS = Path(__file__).parent.parent / "exercises" / "solutions"


@pytest.fixture(scope="session")
def teacher():
    return json.loads((folder_of_notebooks() / "exercises" / "08-raid.ipynb").read_text("utf-8"))


@pytest.fixture(scope="session")
def right(teacher):
    """Name of a function that the teacher's notebook asks for -> text of a right cell."""
    asked = "\n".join("".join(cell["source"]) for cell in teacher["cells"])
    found = {path.stem: path.read_text("utf-8") for path in SOLUTIONS.glob("*.py")}
    return {name: text for name, text in found.items() if f"def {name}(" in asked}


@pytest.fixture(scope="session")
def submission(teacher):
    """A notebook where the stubs of the named functions are replaced; None takes the cell out."""

    def make(**functions):
        notebook = copy.deepcopy(teacher)
        for name, text in functions.items():
            cell = next(c for c in notebook["cells"] if f"def {name}(" in "".join(c["source"]))
            if text is None:
                notebook["cells"].remove(cell)
            else:
                cell["source"] = text
        return notebook

    return make


@pytest.fixture(scope="session")
def code_cell():
    """A code cell of any text."""

    def make(text, number=0):
        return {
            "cell_type": "code", "execution_count": 3, "id": f"x{number}", "metadata": {},
            "outputs": [], "source": text,
        }  # fmt: skip

    return make
