"""The corpus under both engines: the reaction to each, the same marks, and a host unharmed.

Cases share notebooks, three by three, so that an engine starts few kernels; those that end
their Python stand beside two right functions, which must keep their marks.
"""

import importlib.util
import json
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from coursekit.exercises import exercises
from coursekit.grading import cases, notebook, sandbox, warm, work
from coursekit.grading.grade import chapter_of
from coursekit.grading.marker import mark
from coursekit.grading.runner import Limits, Means

_spec = importlib.util.spec_from_file_location(
    "corpus", Path(__file__).parent / "corpus" / "table.py"
)
sys.modules["corpus"] = corpus = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus)
TABLE = corpus.TABLE

MARK = f"86401.{os.getpid()}"  # seconds of a process left behind; name of files written
SECONDS = {"papermill": 12, "fast": 8}  # a kernel takes long to start on a busy machine
PATIENCE = 4  # times that for what ends by itself: it may have gigabytes to fill, a disk to search
FUNCTIONS = [each.function for each in exercises("raid")]
SECRET = b"hush-hush, this is the course's secret"


def batches():
    """Submissions as function -> case, three cases each; one has right functions beside it."""
    right = next(case for case in TABLE if case.name == "right")
    apart = [case for case in TABLE if case.spoils]
    ends = [case for case in TABLE if case.alone and not case.spoils]
    others = [case for case in TABLE if not (case.spoils or case.alone)]
    for cases_ in (ends[1:], others):  # what takes long comes first
        for n in range(0, len(cases_), 3):
            three = [*cases_[n : n + 3], right, right][:3]
            yield dict(zip(FUNCTIONS, three, strict=True))
    for case in (*apart, ends[0]):
        yield dict(zip(FUNCTIONS, (case, right, right), strict=True))
    yield dict.fromkeys(FUNCTIONS, right)  # the neighbour, last


BATCHES = list(batches())


@pytest.fixture(scope="module")
def graded(right):
    """Engine -> for each batch its marks, its documents and the time it took."""
    assert sandbox.examine().fast, sandbox.examine()
    os.environ["COURSE_PASSWORD"] = "unseen-by-all"
    try:
        with ThreadPoolExecutor(2) as pool:
            jobs = [(batch, right, engine) for engine in SECONDS for batch in BATCHES]
            done = list(pool.map(lambda job: grade(*job), jobs))
        half = len(BATCHES)
        yield dict(zip(SECONDS, (done[:half], done[half:]), strict=True))
    finally:
        del os.environ["COURSE_PASSWORD"]
        warm.close()


def grade(batch, right, engine):
    papers = [cases.hidden(each, SECRET, "ann") for each in exercises("raid")]
    cells = [case.cell(name, right[name], MARK) for name, case in batch.items()]
    endless = any("no end" in str(case.reason) for case in batch.values())
    seconds = SECONDS[engine] * (1 if endless else PATIENCE)
    limits = Limits(seconds=seconds, case_seconds=0.3, exercise_seconds=1)
    start = time.monotonic()
    outcome = work.work(
        work.Job(
            learner="ann",
            code=[
                f"{cell}\n# of another learner" if cell == right["pq_recover"] else cell
                for cell in cells
                if cell
            ],
            teacher=notebook.teachers_code(chapter_of("raid")),
            asked=[
                notebook.Asked(
                    exercise=paper.exercise.id,
                    function=paper.exercise.function,
                    cases=paper.cases,
                    seconds=limits.case_seconds,
                    budget=limits.exercise_seconds,
                )
                for paper in papers
            ],
            limits=limits,
            means=Means(engine),
        )
    )
    took = time.monotonic() - start
    marks = {
        paper.exercise.function: mark(
            paper,
            outcome.documents.get(paper.exercise.id),
            outcome.problems.get(paper.exercise.id),
            outcome.reasons.get(paper.exercise.id),
        )
        for paper in papers
    }
    return marks, outcome.documents, took


def reason(found, engine):
    return str(found.reason or "").replace(f"{SECONDS[engine]:g} s", "T s")


def same_on_any_machine(said):
    """How many cases the limit cuts off depends on how busy the machine is."""
    return re.sub(r"^\d+ (of \d+ cases had no answer in time)", r"some \1", said)


PLACES = [
    (n, function, case)
    for n, batch in enumerate(BATCHES)
    for function, case in batch.items()
    if not (case.name == "right" and BATCHES[n][FUNCTIONS[0]].spoils)
]


@pytest.mark.parametrize("engine", SECONDS)
@pytest.mark.parametrize(
    "n, function, case", PLACES, ids=[f"{case.name}-{n}-{function}" for n, function, case in PLACES]
)
def test_each_meets_its_reaction(graded, engine, n, function, case):
    marks, documents, _ = graded[engine][n]
    found = marks[function]

    assert re.search(
        case.reason.replace("function F", f"function {function}").replace(
            "def F", f"def {function}"
        ),
        reason(found, engine),
    )
    assert bool(case.reason) == bool(found.reason)
    assert (found.score == 1, found.score == 0) == (case.score == "full", case.score == "none")
    if case.answer is not ...:
        answers = [each["answer"] for each in json.loads(documents[found.exercise])["answers"]]
        assert answers == [case.answer] * len(answers)


def test_both_engines_give_the_same_marks_and_reasons(graded):
    def said(engine):
        return [
            (n, name, found.status, found.passed, same_on_any_machine(reason(found, engine)))
            for n, (marks, *_) in enumerate(graded[engine])
            for name, found in marks.items()
            if BATCHES[n][name].score != "some" or found.score
        ]

    fast, papermill = said("fast"), said("papermill")
    assert [pair for pair in zip(fast, papermill, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("engine", SECONDS)
def test_each_ends_within_its_limit(graded, engine):
    """Three runs at most, each within its limit and a second, and what a busy machine adds."""
    for _, _, took in graded[engine]:
        assert took < 3 * (SECONDS[engine] + 1) + 10


def test_the_host_is_unharmed(graded):
    time.sleep(0.2)
    commands = [each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"])]
    assert [each for each in commands if MARK in each] == []
    for folder in map(Path, (tempfile.gettempdir(), "/tmp", "/dev/shm", "/out", "/", "/usr", ".")):
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        assert [name for name in names if MARK in name] == [], folder


def test_no_process_of_a_run_is_left():
    """After the fixture closed the zygote nothing of ours lives below this process."""
    warm.close()
    below = psutil.Process().children()
    assert [each for each in below if each.name() in ("bwrap", "setpriv")] == []
