"""Grades a folder of exercise notebooks: cases, intake, run, mark, gradebook, pages.

The workers, which meet learners' files, know no reference and no answer; they give back
text. Marks are made here, afterwards, from that text.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.chapters import CHAPTERS, Chapter
from coursekit.exercises import exercises
from coursekit.grading import cases, feedback, gradebook, intake, marker, notebook, runner
from coursekit.grading.gather import Found
from coursekit.sims.message import Message, ParameterError, require


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a worker needs for one submission."""

    submission: intake.Submission
    teacher: Sequence[Mapping[str, Any]]
    asked: Sequence[notebook.Asked]
    limits: runner.Limits


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a worker found; the documents are text from an untrusted hand."""

    sha256: str = ""
    refused: Message | None = None
    problems: Mapping[str, Found] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, Message] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Graded:
    """All marks of a folder, and where they were written."""

    entries: Sequence[gradebook.Entry]
    gradebook: Path
    pages: Path


def grade(
    folder: Path,
    *,
    exercise: str,
    out: Path,
    secret: Path | None = None,
    same_cases: bool = False,
    workers: int = 1,
    limits: runner.Limits | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Graded:
    """Mark every submission of a folder for the exercises of a chapter, such as `08-raid`."""
    require(workers >= 1, "workers={workers}: choose 1 or more", workers=workers)
    chapter = chapter_of(exercise)
    found = intake.submissions(folder, chapter.stem, besides=out)
    key = cases.secret(out, secret)
    papers = {
        each.learner: _hidden(chapter, key, "" if same_cases else each.learner) for each in found
    }
    teacher = notebook.teachers_code(chapter)
    jobs = [_job(each, papers[each.learner], teacher, limits or runner.Limits()) for each in found]
    entries = []
    with _pool(min(workers, len(jobs) or 1)) as pool:
        for done, (job, outcome) in enumerate(_outcomes(pool, jobs), 1):
            entries += _entries(job.submission.learner, papers[job.submission.learner], outcome)
            progress(done, len(jobs))
    return _write(out, entries)


def chapter_of(stem: str) -> Chapter:
    """The chapter of an exercise notebook, by its name or its slug."""
    built = [each for each in CHAPTERS if each.built]
    for each in built:
        if stem.removesuffix(".ipynb") in (each.stem, each.slug):
            return each
    stems = ", ".join(each.stem for each in built)
    raise ParameterError("exercise={stem}: choose one of {stems}", stem=stem, stems=stems)


def _hidden(chapter: Chapter, key: bytes, learner: str) -> list[cases.Hidden]:
    return [cases.hidden(each, key, learner) for each in exercises(chapter.slug)]


def _job(
    submission: intake.Submission,
    papers: Sequence[cases.Hidden],
    teacher: Sequence[Mapping[str, Any]],
    limits: runner.Limits,
) -> Job:
    asked = [
        notebook.Asked(
            exercise=each.exercise.id,
            function=each.exercise.function,
            cases=each.cases,
            seconds=limits.case_seconds,
            budget=limits.exercise_seconds,
        )
        for each in papers
    ]
    return Job(submission=submission, teacher=teacher, asked=asked, limits=limits)


def work(job: Job) -> Outcome:
    """All a worker does with one submission; learner's code runs in a process of its own."""
    try:
        handed = intake.read(job.submission.path)
    except intake.RefusedError as why:
        return Outcome(refused=why.message)
    todo, documents = list(job.asked), dict[str, str]()
    reasons, problems = dict[str, Message](), dict[str, Found]()
    while todo:
        with runner.Place() as place:
            clean = notebook.clean(job.teacher, handed.code, todo, place.out)
            problems |= clean.problems
            ran = runner.run(clean, place, job.limits) if clean.asked else runner.Ran({})
        documents |= ran.documents
        left = [name for name in clean.asked if name not in ran.documents]
        blamed = [ran.blamed] if ran.blamed in left else left
        reasons |= {name: ran.reason for name in blamed if ran.reason}
        todo = [one for one in todo if one.exercise in left and one.exercise not in blamed]
    return Outcome(sha256=handed.sha256, problems=problems, documents=documents, reasons=reasons)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _outcomes(pool: Executor, jobs: Sequence[Job]) -> Iterator[tuple[Job, Outcome]]:
    """Each job with its outcome, as they end; one that breaks its worker is tried again alone."""
    waiting: dict[Future[Outcome], Job] = {pool.submit(work, job): job for job in jobs}
    for future in as_completed(waiting):
        job = waiting[future]
        yield job, _result(future) or _alone(job)


def _alone(job: Job) -> Outcome:
    with _pool(1) as pool:
        lost = Message.of("the grader itself failed on this submission; mark it by hand")
        return _result(pool.submit(work, job)) or Outcome(refused=lost)


def _result(future: "Future[Outcome]") -> Outcome | None:
    try:
        return future.result()
    except Exception:  # noqa: BLE001  (whatever one submission did, the others are graded)
        return None


def _entries(
    learner: str, papers: Sequence[cases.Hidden], outcome: Outcome
) -> list[gradebook.Entry]:
    marks = []
    for hidden in papers:
        name = hidden.exercise.id
        if outcome.refused is not None:
            marks.append(marker.refused(hidden, outcome.refused))
            continue
        text, why = outcome.documents.get(name), outcome.reasons.get(name)
        marks.append(marker.mark(hidden, text, outcome.problems.get(name), why))
    return [gradebook.Entry(learner, outcome.sha256, mark) for mark in marks]


def _write(out: Path, entries: Sequence[gradebook.Entry]) -> Graded:
    """The files of the teacher: `gradebook.csv` and a page for each learner."""
    pages = out / "feedback"
    pages.mkdir(parents=True, exist_ok=True)
    ordered = sorted(entries, key=lambda each: (each.learner, each.mark.exercise))
    table = out / "gradebook.csv"
    table.write_text(gradebook.table(ordered), encoding="utf-8", newline="")
    for learner in dict.fromkeys(each.learner for each in ordered):
        marks = [each.mark for each in ordered if each.learner == learner]
        pages.joinpath(feedback.filename(learner)).write_text(
            feedback.page(learner, marks), "utf-8"
        )
    return Graded(entries=ordered, gradebook=table, pages=pages)
