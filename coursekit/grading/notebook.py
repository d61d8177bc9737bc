"""The clean notebook: the teacher's own, with the learner's functions in it.

Cells that a learner copied, split, deleted or retagged change nothing else. Cells in
order: guard, parameters, for each exercise what it needs and its cell, then the asking.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from coursekit.chapters import Chapter
from coursekit.grading import gather
from coursekit.sims.message import Message, require

KERNEL = "graded"  # name of the kernel, whatever a submission says


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One exercise as the untrusted side sees it: no reference, no answers."""

    exercise: str
    function: str
    cases: Sequence[Mapping[str, Any]]
    seconds: float = 2.0  # for one case
    budget: float = 10.0  # for all cases of the exercise


@dataclass(frozen=True)
class Clean:
    """A notebook ready to run, and what could not be put in it."""

    text: str
    asked: tuple[str, ...]  # ids of the exercises it runs
    cells: Mapping[int, str]  # number of the cell -> id of its exercise
    problems: Mapping[str, gather.Found] = field(default_factory=dict)


def folder_of_notebooks() -> Path:
    """The course's notebooks: those of the checkout, else those that came with the package."""
    package = Path(str(files("coursekit")))
    checkout = package.parent / "notebooks"
    return checkout if (package.parent / "pyproject.toml").is_file() else package / "shipped"


def teachers_code(chapter: Chapter) -> list[dict[str, Any]]:
    """The code cells of the teacher's own exercise notebook."""
    path = folder_of_notebooks() / "exercises" / f"{chapter.stem}.ipynb"
    require(
        path.is_file(), "exercise={stem}: no notebook {path}", stem=chapter.stem, path=str(path)
    )
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [
        {"text": "".join(cell["source"]), "tags": cell["metadata"].get("tags", [])}
        for cell in cells
        if cell["cell_type"] == "code"
    ]


def clean(
    teacher: Sequence[Mapping[str, Any]], code: Sequence[str], asked: Sequence[Asked], folder: str
) -> Clean:
    """Put the learner's functions in the teacher's notebook; `folder` is where it will write."""
    found = {one.exercise: find(one, code, teacher) for one in asked}
    problems = {name: each for name, each in found.items() if each.kind != "found"}
    parameters = [each["text"] for each in teacher if "parameters" in each["tags"]]
    cells = [_cell(_guard(folder)), *(_cell(text, "parameters") for text in parameters)]
    job, numbers, placed = [], dict[int, str](), dict[str, int]()
    for one in asked:
        if one.exercise in problems:
            continue
        here = found[one.exercise]
        for text in (*here.needs, here.cell):
            if text not in placed:
                cells.append(_cell(text, "exercise", "raises-exception"))
                placed[text] = len(cells)
                numbers[len(cells)] = one.exercise
        job.append({**vars(one), "cases": list(one.cases), "cell": placed[here.cell]})
    cells.append(_cell(f"__import__('_graded').serve({json.dumps(job)!r}, globals())"))
    names = tuple(each["exercise"] for each in job)
    return Clean(json.dumps(_notebook(cells)), names, numbers, problems)


def find(one: Asked, code: Sequence[str], teacher: Sequence[Mapping[str, Any]]) -> gather.Found:
    """The learner's function for an exercise; the teacher's stub does not count."""
    stubs = [each["text"] for each in teacher if "exercise" in each["tags"]]
    stub = next((text for text in stubs if one.function in gather.cell_of(text).names), "")
    try:
        return gather.find(one.function, code, stub)
    except (RecursionError, MemoryError) as why:
        said = Message.of("the cell cannot be read: {why}", why=type(why).__name__)
        return gather.Found(problem=said, kind="syntax")


def _guard(folder: str) -> str:
    """Code that fills the module `_graded` with what runs beside the learner's cells."""
    texts = ("exercises/inside.py", "grading/kernel.py")
    source = "\n".join(files("coursekit").joinpath(name).read_text("utf-8") for name in texts)
    return (
        "import sys, types\n"
        "sys.modules['_graded'] = types.ModuleType('_graded')\n"
        f"exec({source!r}, vars(sys.modules['_graded']))\n"
        f"sys.modules['_graded'].guard(get_ipython(), {folder!r})\n"
        "del sys, types"
    )


def _cell(text: str, *tags: str) -> dict[str, Any]:
    metadata = {"tags": list(tags)} if tags else {}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": text,
        "outputs": [],
        "execution_count": None,
    }


def _notebook(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    named = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells, 1)]
    spec = {"name": KERNEL, "display_name": KERNEL, "language": "python"}
    return {
        "cells": named,
        "metadata": {"kernelspec": spec, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
