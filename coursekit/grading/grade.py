"""Grades what a class handed in: intake, cases, run, mark, store, gradebook, pages.

Submissions are read here and become text; workers, which know no reference and no answer,
run that text in a sandbox and give back text; marks are made here from it and stored. All
that people read is derived from the store. A run that was ended at any moment goes on where
it was when it is started again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from coursekit.chapters import CHAPTERS, Chapter
from coursekit.exercises import exercises
from coursekit.grading import (
    cases,
    cluster,
    gradebook,
    intake,
    marker,
    notebook,
    pool,
    runner,
    sandbox,
    work,
)
from coursekit.grading import policy as policies
from coursekit.grading import roster as rosters
from coursekit.grading.gradebook import Entry
from coursekit.grading.publish import Graded, publish
from coursekit.grading.store import Run, Store, Taken
from coursekit.sims.message import ParameterError, require

Progress = Callable[[int, int], None]
Missing = Mapping[str, tuple[str, Sequence[str]]]  # learner -> hash, exercises without a mark

UNDER_WAY = 3  # submissions for each worker: one at work, the next ones at hand


@dataclass(frozen=True, kw_only=True)
class Change:
    """A mark that came out otherwise when it was made again."""

    learner: str
    exercise: str
    before: float
    after: float


def grade(
    source: Path,
    *,
    exercise: str,
    out: Path,
    secret: Path | None = None,
    same_cases: bool = False,
    workers: int = 1,
    scheduler: str = "",
    limits: runner.Limits | None = None,
    means: runner.Means | None = None,
    roster: Path | None = None,
    policy: Path | None = None,
    progress: Progress = lambda *_: None,
) -> Graded:
    """Mark every submission of a folder or zip for the exercises of a chapter, such as `08-raid`.

    What this folder of marks holds already is not made again.
    """
    require(workers >= 1, "workers={workers}: choose 1 or more", workers=workers)
    chapter, means = chapter_of(exercise), means or runner.Means()
    listed = None if roster is None else rosters.read(roster)
    rule = None if policy is None else policies.to_plain(policies.read(policy))
    handed_in = intake.submissions(source, chapter.stem, besides=out)
    with (
        _workers(workers, scheduler, unsafe=means.unsafe) as team,
        Store(out, new=True) as store,
    ):
        key = cases.secret(out, secret)
        run = Run(
            chapter=chapter.stem,
            versions=_versions(chapter),
            cases=cases.named(key, same_cases=same_cases),
            same_cases=same_cases,
            secret=str(secret.resolve()) if secret else "",
            engine=means.engine,
            unsandboxed=means.unsafe,
            limits=asdict(limits or runner.Limits()),
            policy=_policy(store, chapter) if rule is None else rule,
        )
        if listed is not None:
            store.enrol(listed)
        store.take(run, map(_taken, handed_in))
        _mark(store, run, key, _missing(store, run), team, progress)
        return publish(store, out)


def regrade(
    out: Path, *, workers: int = 1, scheduler: str = "", progress: Progress = lambda *_: None
) -> tuple[Graded, list[Change]]:
    """Make every mark again from what is stored; the marks that changed, learner by learner."""
    require(workers >= 1, "workers={workers}: choose 1 or more", workers=workers)
    with Store(out) as store:
        before, runs = gradebook.entries(store), store.runs()
        unsafe = all(each.unsandboxed for each in runs)
        with _workers(workers, scheduler, unsafe=unsafe) as team:
            for run in runs:
                key = cases.secret(out, Path(run.secret) if run.secret else None)
                versions = _versions(chapter_of(run.chapter))
                named = cases.named(key, same_cases=run.same_cases)
                anew = replace(run, versions=versions, cases=named)
                store.renew(anew)
                _mark(store, anew, key, _missing(store, anew, again=True), team, progress)
        graded = publish(store, out)
    return graded, _changes(before, graded.entries)


def chapter_of(stem: str) -> Chapter:
    """The chapter of an exercise notebook, by its name or its slug."""
    built = [each for each in CHAPTERS if each.built]
    for each in built:
        if stem.removesuffix(".ipynb") in (each.stem, each.slug):
            return each
    stems = ", ".join(each.stem for each in built)
    raise ParameterError("exercise={stem}: choose one of {stems}", stem=stem, stems=stems)


def _policy(store: Store, chapter: Chapter) -> Mapping[str, Any]:
    """The policy given earlier, which stays in force."""
    return next((each.policy for each in store.runs() if each.chapter == chapter.stem), {})


def _versions(chapter: Chapter) -> dict[str, str]:
    teacher = notebook.teachers_code(chapter)
    return {each.id: cases.version(each, teacher) for each in exercises(chapter.slug)}


@contextmanager
def _workers(count: int, scheduler: str, *, unsafe: bool) -> Iterator[pool.Pool]:
    """Who does the work; NoSandboxError unless learners' code can do no harm there."""
    with pool.working(count, scheduler) as (executor, workers):
        for finding in [] if unsafe else _findings(executor):
            if not finding.works:
                raise sandbox.NoSandboxError(finding)
        yield executor, UNDER_WAY * workers


def _findings(executor: Executor) -> Iterable[sandbox.Finding]:
    """Whether the sandbox works where learners' code will run."""
    if isinstance(executor, cluster.Cluster):
        return executor.everywhere(sandbox.examine).values()
    return [sandbox.examine()]


def _taken(one: intake.Submission) -> Taken:
    """What someone handed in, read and never run."""
    told: dict[str, Any] = {
        "learner": one.learner,
        "handed_in": one.handed_in.astimezone(UTC).isoformat(timespec="seconds")
        if one.handed_in
        else "",
        "name": one.name,
        "ids": one.ids,
        "note": one.note,
    }
    try:
        handed = intake.read(one.path)
    except intake.RefusedError as why:
        return Taken(**told, refused=why.message)
    return Taken(**told, sha256=handed.sha256, code=handed.code)


def _mark(
    store: Store, run: Run, key: bytes, missing: Missing, team: pool.Pool, progress: Progress
) -> None:
    """Make the marks that are missing; each submission's are stored together, as it ends."""
    papers: dict[str, list[cases.Hidden]] = {}
    executor, most = team
    try:
        jobs = _jobs(store, run, key, missing, papers)
        for done, (job, outcome) in enumerate(work.outcomes(executor, jobs, most), 1):
            sha256, _wanted = missing[job.learner]
            store.put(run, job.learner, sha256, _marks(papers.pop(job.learner), outcome))
            progress(done, len(missing))
    except ParameterError:  # the reference fails: nobody is marked
        store.forget(run)
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _missing(store: Store, run: Run, *, again: bool = False) -> Missing:
    """What there is to mark: all that has no mark yet, or all there is."""
    missing: dict[str, tuple[str, list[str]]] = {}
    for exercise in run.versions:
        for row in store.rows(run, exercise):
            wanted = again or row.mark is None or row.mark.status == "lost"
            if wanted and row.taken.refused is None:
                missing.setdefault(row.taken.learner, (row.taken.sha256, []))[1].append(exercise)
    return missing


def _jobs(
    store: Store,
    run: Run,
    key: bytes,
    missing: Missing,
    papers: dict[str, list[cases.Hidden]],
) -> Iterator[work.Job]:
    """A job at a time, as workers are free; its cases and answers wait in `papers`."""
    chapter = chapter_of(run.chapter)
    teacher, limits = notebook.teachers_code(chapter), runner.Limits(**run.limits)  # type: ignore[arg-type]
    for_all = _papers(chapter, key, "") if run.same_cases else []
    for learner, (_sha256, wanted) in missing.items():
        drawn = for_all or _papers(chapter, key, learner)
        papers[learner] = [each for each in drawn if each.exercise.id in wanted]
        yield work.Job(
            learner=learner,
            code=store.code(run, learner),
            teacher=teacher,
            asked=[_asked(each, limits) for each in papers[learner]],
            limits=limits,
            means=runner.Means(engine=run.engine, unsafe=run.unsandboxed),
        )


def _papers(chapter: Chapter, key: bytes, learner: str) -> list[cases.Hidden]:
    return [cases.hidden(each, key, learner) for each in exercises(chapter.slug)]


def _asked(hidden: cases.Hidden, limits: runner.Limits) -> notebook.Asked:
    return notebook.Asked(
        exercise=hidden.exercise.id,
        function=hidden.exercise.function,
        cases=hidden.cases,
        seconds=limits.case_seconds,
        budget=limits.exercise_seconds,
    )


def _marks(
    papers: Iterable[cases.Hidden], outcome: work.Outcome
) -> Iterator[tuple[marker.Mark, str]]:
    """The mark and the form of each exercise of one submission."""
    for hidden in papers:
        name = hidden.exercise.id
        if outcome.lost is not None:
            yield marker.plain(hidden.exercise, "lost", outcome.lost), ""
            continue
        text, why = outcome.documents.get(name), outcome.reasons.get(name)
        mark = marker.mark(hidden, text, outcome.problems.get(name), why)
        yield mark, outcome.forms.get(name, "")


def _changes(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """Who gets another score than before."""
    had = {(each.learner, each.mark.exercise): each.mark.score for each in before}
    now = {(each.learner, each.mark.exercise): each.mark.score for each in after}
    return [
        Change(learner=key[0], exercise=key[1], before=had[key], after=score)
        for key, score in now.items()
        if key in had and had[key] != score
    ]
