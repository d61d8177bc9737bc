"""One clean notebook, run by each means: the same documents, and a reason where one is missing."""

import os
import signal

import pytest

from coursekit.grading import notebook, runner, sandbox, warm
from coursekit.grading.grade import chapter_of
from coursekit.grading.limits import Limits
from coursekit.grading.link import Reply
from coursekit.grading.notebook import Asked, Clean
from coursekit.grading.runner import Means, Place, run
from coursekit.grading.sandbox import Finding, NoSandboxError
from coursekit.sims.message import Message, ParameterError

WAYS = {"fast": Means(), "papermill": Means("papermill"), "unsafe": Means(unsafe=True)}
CODE = ["def pq_recover(data, p, q):\n    import os\n    return [len(data), p, os.getcwd() != '/']"]
ASKED = [
    Asked(
        exercise="E8.2",
        function="pq_recover",
        cases=[{"data": [1, 2], "p": n, "q": 0} for n in (3, 4)],
    )
]


@pytest.fixture(autouse=True, scope="module")
def closed():
    yield
    warm.close()


def ran(means, code=CODE, **limits):
    with Place() as place:
        clean = notebook.clean(notebook.teachers_code(chapter_of("raid")), code, ASKED, place.out)
        return run(clean, place, Limits(**{"seconds": 30, **limits}), means)


@pytest.mark.parametrize("means", WAYS.values(), ids=WAYS)
def test_every_means_gives_the_same_document(means):
    found = ran(means)

    answers = '[{"answer": [2, 3, true]}, {"answer": [2, 4, true]}]'
    assert found.documents == {"E8.2": f'{{"exercise": "E8.2", "answers": {answers}, "error": ""}}'}
    assert (found.blamed, found.reason) == ("", None)


@pytest.mark.parametrize("means", WAYS.values(), ids=WAYS)
def test_what_ends_python_is_blamed_with_its_reason(means):
    found = ran(means, ["import os\ndef pq_recover(data, p, q):\n    os._exit(1)"])

    assert (found.documents, found.blamed) == ({}, "E8.2")
    assert str(found.reason) == "it ended Python (os._exit, a kill or a crash)"


def test_without_a_sandbox_nothing_is_executed(monkeypatch, tmp_path):
    none = Finding(works=False, reason=Message("no"), fix=Message("fix"))
    monkeypatch.setattr(sandbox, "examine", lambda: none)
    monkeypatch.setattr(runner.subprocess, "Popen", None)
    monkeypatch.setattr(warm, "fork", None)

    for means in (WAYS["fast"], WAYS["papermill"]):
        with pytest.raises(NoSandboxError, match=r"sandbox=none: no\. fix"):
            ran(means)


def test_where_no_sandbox_fits_in_another_papermill_takes_its_place(monkeypatch):
    monkeypatch.setattr(sandbox, "examine", lambda: Finding(works=True, fast=False))
    used = []
    monkeypatch.setattr(runner, "_papermill", lambda *a: used.append(a) or Reply({}))

    ran(WAYS["fast"])
    assert len(used) == 1


def test_a_zygote_that_cannot_fork_leaves_the_run_to_papermill(monkeypatch):
    def refuse():
        raise warm.NoNamespacesError("no space left")

    monkeypatch.setattr(warm, "fork", refuse)
    used = []
    monkeypatch.setattr(runner, "_papermill", lambda *a: used.append(a) or Reply({}))

    ran(WAYS["fast"])
    assert len(used) == 1


def test_a_run_lost_with_its_sandbox_is_made_again(monkeypatch):
    """Whoever killed it, it is not the learner's fault; a run that says nothing at all is lost."""
    forked = warm.fork

    def dying():
        running = forked()
        os.kill(running.pid, signal.SIGKILL)
        return running

    monkeypatch.setattr(warm, "fork", dying)
    monkeypatch.setattr(runner, "_papermill", lambda *a: Reply({"E8.2.json": "again"}))

    assert ran(WAYS["fast"]).documents == {"E8.2": "again"}


def test_a_sandbox_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr(sandbox, "command", lambda *_: ["bwrap", "--no-such-option"])

    with pytest.raises(NoSandboxError, match="bubblewrap is too old"):
        ran(WAYS["papermill"])


def test_a_sandbox_writes_no_folder_of_ours(monkeypatch, tmp_path):
    monkeypatch.setattr(runner.tempfile, "TemporaryDirectory", None)

    assert ran(WAYS["fast"]).documents


CLEAN = Clean("", ("E8.1", "E8.2"), {3: "E8.1", 4: "E8.2"})


@pytest.mark.parametrize(
    "files, ended, reason",
    [
        ({}, "late", "no end within 60 s"),
        ({}, "memory", "its processes took more than 2048 MiB of memory"),
        ({"crash": "Fatal Python error: Segmentation fault\n\nthread"}, "", "it crashed Python: Segmentation fault"),
        ({"crash": "Fatal Python error: \n"}, "", "it crashed Python: "),
        ({"failed": "OSError: [Errno 28]\nNo space\x1b[31m"}, "", "the run failed: OSError: [Errno 28] No space [31m"),
        ({"failed": "x" * 999}, "", "the run failed: " + "x" * 200),
        ({}, "", "it ended Python (os._exit, a kill or a crash)"),
    ],
)  # fmt: skip
def test_the_reason_names_what_happened(files, ended, reason):
    assert str(runner._reason(Reply(files, ended), Limits())) == reason


@pytest.mark.parametrize(
    "here, blamed",
    [
        ("cell 4", "E8.2"),
        ("cell 9", ""),
        ("E8.1", "E8.1"),
        ("E9.9", ""),
        ("cell ²", ""),
        ("cell " + "9" * 9999, ""),
    ],
)
def test_who_is_blamed_comes_from_a_note_that_may_lie(here, blamed):
    assert runner._blamed(Reply({"here": here}), CLEAN) == blamed


def test_a_document_that_is_too_large_says_nothing(monkeypatch):
    reply = Reply({"E8.2.json": "x" * (runner.MAX_BYTES + 1)})
    monkeypatch.setattr(runner, "_way", lambda _: lambda *_: reply)

    assert ran(Means()).documents == {"E8.2": ""}


def test_an_engine_is_chosen_among_those_there_are():
    with pytest.raises(ParameterError, match="engine=quick: choose one of fast, papermill"):
        Means("quick")


def test_an_unsafe_run_sees_few_names_and_no_secret(monkeypatch):
    monkeypatch.setenv("COURSE_PASSWORD", "unseen")
    found = ran(
        WAYS["unsafe"],
        ["def pq_recover(data, p, q):\n    import os\n    return sorted(os.environ)"],
    )

    assert "COURSE_PASSWORD" in os.environ
    assert '"HOME"' in found.documents["E8.2"]
    assert "COURSE" not in found.documents["E8.2"]


def test_process_1_refuses_to_end_all_elsewhere(monkeypatch):
    from coursekit.grading import supervisor

    monkeypatch.setattr(supervisor.os, "getpid", lambda: 2)
    monkeypatch.setattr(supervisor.os, "kill", None)  # never the real one

    with pytest.raises(RuntimeError, match="not process 1"):
        supervisor.end_all()
