"""A grader killed at any moment goes on where it was: the gradebook has the same bytes.

Real processes and a real SIGKILL; only the run of the learners' code is left out.
"""

import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from coursekit.exercises import find
from coursekit.grading import grade, work
from coursekit.grading.runner import Means
from coursekit.grading.work import Outcome

KILLS = 20
CLASS = 4


def quick(job):
    """Stands for a run: a learner's number decides how many answers are right."""
    right = int(job.learner[-1]) * 10
    documents = {}
    for one in job.asked:
        answers = [find(one.exercise).answer(args) for args in one.cases[:right]]
        answers += [{"wrong": 1}] * (len(one.cases) - right)
        documents[one.exercise] = json.dumps({"answers": [{"answer": each} for each in answers]})
    return Outcome(documents=documents, forms={"E8.1": "same"} if right else {})


@pytest.fixture
def run(tmp_path, submission, monkeypatch):
    """Grades the class in a process of its own, which may be killed after a time."""
    folder, key = tmp_path / "in", tmp_path / "key"
    folder.mkdir()
    key.write_text("k" * 32)
    for number in range(CLASS):
        (folder / f"l{number}.ipynb").write_text(json.dumps(submission()))
    (folder / "bad.ipynb").write_text("<html>")
    monkeypatch.setattr(work, "processes", ThreadPoolExecutor)
    monkeypatch.setattr(work, "work", quick)
    context = multiprocessing.get_context("fork")

    def begin(out, kill_after=None):
        options = {"exercise": "raid", "out": out, "secret": key, "means": Means(unsafe=True)}
        process = context.Process(target=grade.grade, args=(folder,), kwargs=options)
        process.start()
        process.join(kill_after)
        killed = process.is_alive()
        if killed:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        return killed, process.exitcode

    return begin


def files(out):
    pages = {path.name: path.read_bytes() for path in sorted((out / "feedback").iterdir())}
    return (out / "gradebook.csv").read_bytes(), pages


def marks(out):
    try:
        with sqlite3.connect(out / "marks.db") as db:
            return db.execute("SELECT count(*) FROM marks").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_killed_at_twenty_moments_and_resumed_it_gives_the_same_bytes(tmp_path, run):
    begin = time.perf_counter()
    assert run(tmp_path / "whole") == (False, 0)
    lasts = time.perf_counter() - begin
    whole = files(tmp_path / "whole")
    chance, kills, halfway = random.Random(5), 0, 0

    for number in range(200):
        out = tmp_path / f"out{number}"
        while kills < KILLS:
            killed, code = run(out, chance.uniform(0, lasts))
            kills += killed
            halfway += 0 < marks(out) < 3 * CLASS
            if not killed:
                assert code == 0
                break
        assert run(out) == (False, 0)
        assert files(out) == whole
        if kills >= KILLS:
            break

    assert kills == KILLS
    assert halfway > 0, "some ended in the middle of the class"


def test_what_is_marked_is_not_marked_again(tmp_path, run, monkeypatch):
    out = tmp_path / "out"
    assert run(out) == (False, 0)
    before = files(out)

    monkeypatch.setattr(work, "work", lambda job: os._exit(1))  # would end the grader
    assert run(out) == (False, 0)
    assert files(out) == before
