"""The flow around the runs: which chapter, and workers that die."""

from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from coursekit.grading import grade, intake
from coursekit.grading.grade import Job, Outcome, chapter_of
from coursekit.grading.runner import Limits
from coursekit.sims.message import Message, ParameterError


class Dying(Executor):
    """Stands for a pool that a submission breaks: from there on nothing is done."""

    def __init__(self, dies_at):
        self.left = dies_at

    def submit(self, function, job):
        future = Future()
        self.left -= 1
        if self.left < 0:
            future.set_exception(BrokenProcessPool("gone"))
        else:
            future.set_result(function(job))
        return future


def jobs(tmp_path, count):
    for number in range(count):
        path = tmp_path / f"{number}.ipynb"
        path.write_text("<html>")
        submission = intake.Submission(str(number), path)
        yield Job(submission=submission, teacher=[], asked=[], limits=Limits())


def test_jobs_lost_with_their_worker_are_done_again_alone(tmp_path):
    done = list(grade._outcomes(Dying(1), list(jobs(tmp_path, 2))))

    assert {job.submission.learner for job, _ in done} == {"0", "1"}
    assert {str(outcome.refused) for _, outcome in done} == {
        "not a notebook: the file is a web page"
    }


def test_a_job_that_kills_every_worker_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "_result", lambda future: None)
    ((job, outcome),) = grade._outcomes(Dying(1), list(jobs(tmp_path, 1)))

    assert outcome == Outcome(
        refused=Message("the grader itself failed on this submission; mark it by hand")
    )
    assert job.submission.learner == "0"


@pytest.mark.parametrize("name", ["08-raid", "raid", "08-raid.ipynb"])
def test_a_chapter_by_the_name_of_its_notebook(name):
    assert chapter_of(name).slug == "raid"


def test_a_chapter_that_is_not_built_has_no_exercises_to_grade():
    with pytest.raises(ParameterError, match=r"exercise=09-volumes: choose one of .*08-raid"):
        chapter_of("09-volumes")
