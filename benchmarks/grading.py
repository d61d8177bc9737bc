"""Grading one submission: papermill alone, papermill in the sandbox, the fast engine.

Contenders run in turns, the starting one rotated each round; medians of wall time are
compared within one run, since absolute figures move with the machine, ratios much less. In
its turn each grades a few submissions one after another, as with a class.
Every contender must give full marks, or the figure is refused. All run the same clean
notebook of three right functions, 40 hidden cases each.
Run: `python benchmarks/grading.py`. nbgrader is a row where `NBGRADER` names a Python that
has it (`python -m venv X && X/bin/pip install nbgrader ipykernel`).
"""

import json
import os
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from statistics import median
from time import perf_counter

import papermill
from nbformat import from_dict

from coursekit.exercises import exercises
from coursekit.grading import cases, notebook, runner, sandbox, warm
from coursekit.grading.grade import chapter_of
from coursekit.grading.marker import mark
from coursekit.grading.runner import Limits, Means

ROUNDS = 5
SOLUTIONS = Path(__file__).parents[1] / "tests" / "exercises" / "solutions"
LIMITS = Limits(seconds=60)
BATCH = {"fast engine": 10, "nbgrader, batch": 10}  # submissions in a turn; others 2

PAPERS = [cases.hidden(each, b"a secret for the benchmark") for each in exercises("raid")]
ASKED = [
    notebook.Asked(exercise=each.exercise.id, function=each.exercise.function, cases=each.cases)
    for each in PAPERS
]
CODE = [(SOLUTIONS / f"{each.exercise.function}.py").read_text("utf-8") for each in PAPERS]
CLEAN = notebook.clean(notebook.teachers_code(chapter_of("raid")), CODE, ASKED, runner.Place.out)


def full_marks(documents: dict[str, str]) -> None:
    for paper in PAPERS:
        if mark(paper, documents.get(paper.exercise.id)).score != 1:
            raise SystemExit("a contender did not give full marks: no figure")


def by(means: Means) -> Callable[[], None]:
    def contender() -> None:
        with runner.Place() as place:
            full_marks(runner.run(CLEAN, place, LIMITS, means).documents)

    return contender


def papermill_loop() -> None:
    """What a teacher's own loop does: papermill's API in this process, no sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("out", "work"):
            Path(folder, name).mkdir()
        with chdir(Path(folder, "work")):
            papermill.execute_notebook(
                from_dict(json.loads(CLEAN.text)), None, kernel_name="python3", progress_bar=False
            )
        left = Path(folder, "out").glob("*.json")
        full_marks({path.stem: path.read_text("utf-8") for path in left})


def nbgrader_batch(python: str, folder: Path) -> Callable[[], None]:
    """Ten copies of an assignment of three functions, autograded as nbgrader does it."""
    tool = [python, "-m", "nbgrader"]

    def cell(text: str, number: int, **is_: bool) -> dict:
        grade = {"grade_id": f"c{number}", "schema_version": 3, "grade": False, "locked": False,
                 "solution": False, "task": False, "points": 1} | is_  # fmt: skip
        return {"cell_type": "code", "execution_count": None, "outputs": [], "source": text,
                "metadata": {"nbgrader": grade}}  # fmt: skip

    cells = []
    for number, (paper, text) in enumerate(zip(PAPERS, CODE, strict=True)):
        asked = list(zip(paper.cases, paper.expected, strict=True))
        cells.append(cell(text, 2 * number, solution=True))
        test = f"import json\nfor case, right in json.loads({json.dumps(asked)!r}):\n    {paper.exercise.function}(**case)"
        cells.append(cell(test, 2 * number + 1, grade=True, locked=True))
    spec = {"name": "python3", "display_name": "python3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 4}
    places = [
        folder / "source" / "raid",
        *(folder / "submitted" / f"s{n}" / "raid" for n in range(BATCH["nbgrader, batch"])),
    ]
    for place in places:
        place.mkdir(parents=True)
        (place / "raid.ipynb").write_text(json.dumps(book), "utf-8")
    path = f"{Path(python).parent}:{os.environ['PATH']}"  # it calls alembic by name
    quiet = {
        "cwd": folder,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": os.environ | {"PATH": path},
        "check": True,
    }
    subprocess.run([*tool, "generate_assignment", "raid"], **quiet)  # noqa: PLW1510  (it checks)

    def contender() -> None:
        subprocess.run([*tool, "autograde", "raid", "--force"], **quiet)  # noqa: PLW1510

    return contender


def interleaved(contenders: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(ROUNDS + 1):  # the first round only warms up
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = perf_counter()
            count = BATCH.get(name, 2)
            for _ in range(1 if name.startswith("nbgrader") else count):
                contenders[name]()
            if turn:
                times[name].append((perf_counter() - start) / count)
    return times


def main() -> None:
    warnings.simplefilter("ignore")  # of papermill's own kernel, on transport
    found = sandbox.examine()
    if not found.works:
        raise SystemExit(str(found.reason))
    contenders = {
        "papermill, API loop": papermill_loop,
        "papermill, a process each": by(Means(unsafe=True)),
        "papermill in the sandbox": by(Means("papermill")),
        "fast engine": by(Means("fast")),
    }
    with tempfile.TemporaryDirectory(prefix="nbgrader-") as folder:
        if python := os.environ.get("NBGRADER"):
            contenders["nbgrader, batch"] = nbgrader_batch(python, Path(folder))
        times = interleaved(contenders)
    warm.close()
    show(times)


def show(times: dict[str, list[float]]) -> None:
    middle = {name: median(each) for name, each in times.items()}
    print(f"{'one submission':28} {'seconds':>9} {'least':>8} {'÷ fast':>8}")
    for name, each in times.items():
        ratio = middle[name] / middle["fast engine"]
        print(f"{name:28} {middle[name]:9.3f} {min(each):8.3f} {ratio:8.1f}")
    sandboxed = middle["papermill in the sandbox"]
    for peer in ("papermill, a process each", "papermill, API loop"):
        print(f"papermill in the sandbox ÷ {peer}: {sandboxed / middle[peer]:.2f}")


if __name__ == "__main__":
    main()
