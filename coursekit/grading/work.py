"""What a worker does with one submission, and how submissions are shared among workers.

A worker gets text and gives back text: it needs no disk in common with the teacher, knows
no reference and no answer, and runs learners' code only in a process of its own.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import connection
from typing import Any

from coursekit.grading import likeness, notebook, runner
from coursekit.grading.gather import Found
from coursekit.grading.processes import end_below
from coursekit.grading.sandbox import NoSandboxError
from coursekit.sims.message import Message


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a worker needs for one submission."""

    learner: str
    code: Sequence[str]
    teacher: Sequence[Mapping[str, Any]]
    asked: Sequence[notebook.Asked]
    limits: runner.Limits
    means: runner.Means


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a worker found; the documents are text from an untrusted hand."""

    lost: Message | None = None
    problems: Mapping[str, Found] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, Message] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)


def work(job: Job) -> Outcome:
    """All a worker does with one submission."""
    todo, documents = list(job.asked), dict[str, str]()
    reasons, problems = dict[str, Message](), dict[str, Found]()
    while todo:
        with runner.Place() as place:
            clean = notebook.clean(job.teacher, job.code, todo, place.out)
            problems |= clean.problems
            ran = runner.run(clean, place, job.limits, job.means) if clean.asked else runner.Ran({})
        documents |= ran.documents
        left = [name for name in clean.asked if name not in ran.documents]
        blamed = [ran.blamed] if ran.blamed in left else left
        reasons |= {name: ran.reason for name in blamed if ran.reason}
        todo = [one for one in todo if one.exercise in left and one.exercise not in blamed]
    return Outcome(problems=problems, documents=documents, reasons=reasons, forms=_forms(job))


def _forms(job: Job) -> dict[str, str]:
    found = ((one, notebook.find(one, job.code, job.teacher)) for one in job.asked)
    return {
        one.exercise: likeness.form(one.function, each)
        for one, each in found
        if each.kind == "found"
    }


def processes(workers: int) -> ProcessPoolExecutor:
    """Workers on this machine; they end with the process that started them, however it ends."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent.sentinel,), daemon=True).start()


def _wait_for(sentinel: int) -> None:
    connection.wait([sentinel])
    end_below(os.getpid())
    os._exit(1)


def outcomes(
    pool: Executor,
    jobs: Iterable[Job],
    most: int,
    again: Callable[[Job], Outcome] | None = None,
) -> Iterator[tuple[Job, Outcome]]:
    """Each job with its outcome, as they end; `most` of them are under way at a time.

    A job whose worker is lost is done once more, alone.
    """
    waiting: dict[Future[Outcome], Job] = {}
    for job in jobs:
        waiting[_submit(pool, job)] = job
        if len(waiting) >= most:
            yield from _ended(waiting, again or _alone)
    while waiting:
        yield from _ended(waiting, again or _alone)


def _submit(pool: Executor, job: Job) -> "Future[Outcome]":
    try:
        return pool.submit(work, job)
    except Exception as why:  # noqa: BLE001  (a pool that is broken takes nothing)
        failed: Future[Outcome] = Future()
        failed.set_exception(why)
        return failed


def _ended(
    waiting: dict["Future[Outcome]", Job], again: Callable[[Job], Outcome]
) -> Iterator[tuple[Job, Outcome]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        job = waiting.pop(future)
        yield job, _result(future) or again(job)


def _alone(job: Job) -> Outcome:
    lost = Message.of("the grader itself failed on this submission; mark it by hand")
    with processes(1) as pool:
        return _result(pool.submit(work, job)) or Outcome(lost=lost)


def _result(future: "Future[Outcome]") -> Outcome | None:
    try:
        return future.result()
    except NoSandboxError:  # then nothing is run, here or anywhere
        raise
    except Exception:  # noqa: BLE001  (whatever one submission did, the others are graded)
        return None
