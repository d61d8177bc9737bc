"""The flow around the runs: which chapter, workers that die, references that fail, no sandbox."""

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool

import psutil
import pytest

from coursekit import exercises
from coursekit.chapters import CHAPTERS
from coursekit.grading import cases, cluster, grade, sandbox, work
from coursekit.grading.grade import chapter_of
from coursekit.grading.runner import Limits, Means
from coursekit.grading.work import Job, Outcome
from coursekit.sims.message import Message, ParameterError


class Here(Executor):
    """Stands for a pool; from job `dies_at` on, a submission has broken it."""

    def __init__(self, dies_at=10**6, at_submit=False):
        self.left, self.at_submit, self.under_way, self.most = dies_at, at_submit, 0, 0

    def submit(self, function, job):
        future = Future()
        self.left -= 1
        if self.left < 0 and self.at_submit:
            raise BrokenProcessPool("gone")
        if self.left < 0:
            future.set_exception(BrokenProcessPool("gone"))
        else:
            future.set_result(function(job))
        return future


def jobs(count):
    return [
        Job(learner=str(n), code=(), teacher=[], asked=[], limits=Limits(), means=Means())
        for n in range(count)
    ]


@pytest.mark.parametrize("at_submit", [False, True])
def test_jobs_lost_with_their_worker_are_done_again_alone(at_submit):
    again = []

    def once_more(job):
        again.append(job.learner)
        return Outcome()

    done = list(work.outcomes(Here(1, at_submit), jobs(3), 2, once_more))

    assert sorted(job.learner for job, _ in done) == ["0", "1", "2"]
    assert sorted(again) == ["1", "2"]


def test_a_job_that_kills_every_worker_is_named(monkeypatch):
    monkeypatch.setattr(work, "work", os._exit)  # a job is no exit code: any worker fails
    ((job, outcome),) = work.outcomes(Here(0), jobs(1), 1)

    assert job.learner == "0"
    assert outcome == Outcome(
        lost=Message("the grader itself failed on this submission; mark it by hand")
    )


def test_only_so_many_jobs_are_made_before_some_are_done():
    made = []

    def making():
        for job in jobs(10):
            made.append(job.learner)
            yield job

    done = 0
    for _job, _outcome in work.outcomes(Here(), making(), 3):
        assert len(made) <= done + 3
        done += 1
    assert done == 10


def test_a_sandbox_that_vanishes_ends_the_run_instead_of_marking_anyone():
    future = Future()
    future.set_exception(sandbox.NoSandboxError(sandbox.Finding(works=False)))

    with pytest.raises(sandbox.NoSandboxError):
        list(work._ended({future: None}, lambda _: Outcome()))


@pytest.mark.parametrize("name", ["08-raid", "raid", "08-raid.ipynb"])
def test_a_chapter_by_the_name_of_its_notebook(name):
    assert chapter_of(name).slug == "raid"


def test_a_chapter_that_is_not_built_has_no_exercises_to_grade():
    stem = next((each.stem for each in CHAPTERS if not each.built), "15-nothing")
    with pytest.raises(ParameterError, match=rf"exercise={stem}: choose one of .*08-raid"):
        chapter_of(stem)


@pytest.fixture
def handed_in(tmp_path, submission):
    folder = tmp_path / "handed-in"
    folder.mkdir()
    for name in ("ann", "bob"):
        (folder / f"{name}.ipynb").write_text(json.dumps(submission()))
    return folder


def test_without_a_sandbox_nothing_is_run_and_nothing_written(handed_in, tmp_path, monkeypatch):
    none = sandbox.Finding(works=False, reason=Message.of("no bwrap"), fix=Message.of("install it"))
    monkeypatch.setattr(sandbox, "examine", lambda: none)
    monkeypatch.setattr(work, "processes", lambda _: Here(0))  # would fail if it were used

    with pytest.raises(sandbox.NoSandboxError, match=r"no bwrap.*install it"):
        grade.grade(handed_in, exercise="raid", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_worker_far_away_without_a_sandbox_is_enough_to_refuse(
    handed_in, tmp_path, monkeypatch
):
    class Far(cluster.Cluster):
        workers, everywhere = 2, staticmethod(lambda _: {"a": fine, "b": none})

        def __init__(self):
            pass

        def shutdown(self, **_):
            pass

    fine, none = sandbox.Finding(works=True), sandbox.Finding(works=False)
    monkeypatch.setattr(cluster, "executor", lambda _: Far())

    with pytest.raises(sandbox.NoSandboxError):
        grade.grade(handed_in, exercise="raid", out=tmp_path / "out", scheduler="tcp://x:1")


def test_a_reference_that_fails_marks_nobody_and_tells_the_teacher(
    handed_in, tmp_path, monkeypatch
):
    """It fails for the second learner: the first one's mark is taken back."""
    real, seen = cases.hidden, []

    def fails_later(exercise, key, learner="", attempt=1):
        seen.append(learner)
        if learner == "bob":
            exercise = dataclasses.replace(exercise, reference=broken)
        return real(exercise, key, learner, attempt)

    def broken(**_):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(cases, "hidden", fails_later)
    monkeypatch.setattr(work, "processes", lambda _: Here())
    monkeypatch.setattr(work, "work", lambda job: Outcome(documents={}))
    monkeypatch.setattr(grade, "UNDER_WAY", 1)

    with pytest.raises(ParameterError, match="nobody is marked, its reference fails"):
        grade.grade(handed_in, exercise="raid", out=tmp_path / "out", means=Means(unsafe=True))

    assert "ann" in seen
    assert not (tmp_path / "out" / "gradebook.csv").exists()
    marks = sqlite3.connect(tmp_path / "out" / "marks.db").execute("SELECT count(*) FROM marks")
    assert marks.fetchone() == (0,)


def test_marks_change_their_version_with_anything_that_decides_them():
    exercise, teacher = exercises.find("E8.3"), [{"text": "x = 1", "tags": []}]
    version = cases.version(exercise, teacher)

    assert version == cases.version(exercise, teacher)
    for changed in (
        {"tolerance": 0.5}, {"weight": 2.0}, {"hidden": 41}, {"reference": decoy}, {"cases": decoy},
        {"wrong": exercise.wrong[1:]},
    ):  # fmt: skip
        assert cases.version(dataclasses.replace(exercise, **changed), teacher) != version, changed
    assert cases.version(exercise, [{"text": "x = 2", "tags": []}]) != version
    reached = cases._reached({"coursekit.exercises.raid.choice"})
    assert {"coursekit.sims.raid.reliability", "coursekit.exercises.contract"} <= reached


def decoy(rng):
    """Stands for another reference or generator."""


def test_workers_end_with_a_grader_that_is_killed(tmp_path):
    code = (
        "import time\nfrom coursekit.grading import work\n"
        "if __name__ == '__main__':\n"
        "    pool = work.processes(1)\n"
        "    pool.submit(time.sleep, 600)\n"
        "    time.sleep(600)\n"
    )
    script = tmp_path / "grader.py"
    script.write_text(code)
    grader = subprocess.Popen([sys.executable, str(script)])
    try:
        below = until(lambda: [
            p for p in psutil.Process(grader.pid).children(recursive=True)
            if "spawn_main" in " ".join(p.cmdline()) and p.num_threads() > 1
        ])  # fmt: skip
    finally:
        os.kill(grader.pid, signal.SIGKILL)
        grader.wait()

    assert below
    assert until(lambda: not [p for p in below if p.is_running() and p.status() != "zombie"])


def until(seen, seconds=60):
    end = time.monotonic() + seconds
    while not (found := seen()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
