"""The command line: every command explains itself, works, and says what is wrong."""

import csv
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from coursekit import cli, launch, run
from coursekit.exercises import find
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.i18n import speaking
from coursekit.sims.message import Message

SAMPLE = find("E8.1").samples[0]


def call(*words, stdin=None):
    return CliRunner().invoke(cli.app, words, input=stdin, catch_exceptions=False)


def commands(group, words=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


ALL = dict(commands(typer.main.get_command(cli.app)))


def test_the_commands_there_are():
    assert {" ".join(words) for words in ALL} == {
        "lab", "release", "grade", "regrade", "gradebook", "leaderboard", "sweep", "feedback", "override", "doctor", "coverage", "where", "run", "exercises list", "exercises answer",
        "notebooks clean", "notebooks check", "notebooks build", "messages", "site",
        "realtools list", "realtools run", "realtools record", "realtools build-vm",
    }  # fmt: skip


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(words):
    said = call(*words, "--help")
    text = " ".join(said.stdout.split())

    assert said.exit_code == 0
    assert f"Example: coursekit {' '.join(words)}" in text
    assert ALL[words].help
    assert all(each.help for each in ALL[words].params if each.name != "help")


def test_the_program_tells_its_exit_codes_and_starts_fast():
    begin = time.perf_counter()
    said = subprocess.run([sys.executable, "-c", "from coursekit.cli import app; app()", "--help"], capture_output=True, text=True, check=True)  # fmt: skip

    assert "Exit codes: 0 done; 1" in said.stdout
    assert time.perf_counter() - begin < 5
    code = "import sys, coursekit.cli; print({'numpy', 'papermill', 'jupyterlab', 'rich'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("where nowhere", "chapter=nowhere: choose one of networks"),
        ("run raid.layouts.locat", "sim=raid.layouts.locat: no such simulation; try raid.layouts.locate"),
        ("run locate", "filesystems.pointers.locate, raid.layouts.locate"),
        ("run", "sim=: no such simulation; try coursekit run --list"),
        ("run raid.layouts.locate", "array=?: missing; this simulation needs array, lba"),
        ('run raid.layouts.locate --json {"x":1}', "x: no such argument; choose among array, lba"),
        ('run raid.layouts.locate --json {"array":{"disks":1},"lba":0}', "disks=1: RAID 5 needs 3"),
        ('run raid.layouts.locate --json {"array":{"disk":1},"lba":0}', "disk: no such field"),
        ("run raid.layouts.locate --json [1]", "json=[1]: expected an object"),
        ("run raid.layouts.locate --json {", "json: not JSON, line 1 column 2"),
        ("run raid.layouts.locate --json @no-such-file", "file=no-such-file: No such file or directory"),
        ("exercises answer E9.9", "exercise=E9.9: choose one of E"),
        ('exercises answer E8.1 --args {"n":4,"level":"9"}', 'level="9": expected 0, 4, 5, 6'),
        ("grade no-such-folder --exercise 08-raid --out x", "folder=no-such-folder: no such folder"),
        ("grade . --exercise 99-nothing --out x", "exercise=99-nothing: choose one of "),
        ("grade . --exercise 08-raid --out x --workers 0", "workers=0: choose 1 or more"),
        ("grade . --exercise 08-raid --out x --limit 0", "limit=0.0: choose more than 0"),
        ("grade . --exercise 08-raid --out x --lang de", "language=de: choose one of en, fr"),
        ("grade . --exercise 08-raid --out x --secret none", "secret=none: No such file"),
        ("grade . --exercise 08-raid --out x --engine warp", "engine=warp: choose one of fast, papermill"),
        ("grade . --exercise 08-raid --out x --roster none", "roster=none: No such file"),
        ("grade . --exercise 08-raid --out x --policy none", "policy=none: No such file"),
        ("grade . --exercise 08-raid --out x --scheduler here", "scheduler=here: give tcp://HOST:PORT"),
        ("regrade nowhere", "out=nowhere: no marks in this folder"),
        ("gradebook nowhere", "out=nowhere: no marks in this folder"),
        ("feedback nowhere", "out=nowhere: no marks in this folder"),
        ("override nowhere ann E8.1 1 --reason r", "out=nowhere: no marks in this folder"),
        ("override nowhere ann E8.1 --reason r", "out=nowhere: no marks in this folder"),
        ("release 99-nothing --to x", "exercise=99-nothing: choose one of "),
        ("release raid --to x --lang de", "language=de: choose one of en, fr"),
        ("lab --lang de", "language=de: choose one of en, fr"),
        ("notebooks check no-such-file", "path=no-such-file: no such file or folder"),
        ("notebooks build no-such-folder", "folder=no-such-folder: no such folder"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_code_2(words, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = call(*words.split())

    assert (said.exit_code, said.stdout) == (2, "")
    assert says in said.stderr
    assert said.stderr.count("\n") == 1


def test_a_learner_whose_language_is_french_reads_french(monkeypatch):
    monkeypatch.setenv("COURSEKIT_LANG", "fr")
    said = call("where", "nowhere")

    assert said.exit_code == 2
    assert "nowhere" in said.stderr
    assert said.stderr != "chapter=nowhere: choose one of"


def test_every_listed_simulation_is_found():
    names = call("run", "--list").stdout.split()

    assert "raid.layouts.locate" in names
    assert names == sorted(names)
    assert all(callable(run.find_sim(name)) for name in names)


@pytest.mark.parametrize("way", ["text", "file", "stdin"])
def test_a_simulation_runs_from_json(way, tmp_path):
    text = json.dumps({"array": {"disks": 4}, "lba": 5000})
    (tmp_path / "p.json").write_text(text)
    given = {"text": text, "file": f"@{tmp_path / 'p.json'}", "stdin": "-"}[way]
    said = call("run", "raid.layouts.locate", "--json", given, stdin=text)

    assert said.exit_code == 0
    result = json.loads(said.stdout)
    assert (result["disk"], result["disk_lba"], result["parity"]) == (0, 1928, [2])


def test_chance_comes_from_a_seed():
    rng = run.typed(draw, {"rng": {"seed": 3}, "times": [1, 2]})["rng"]

    assert rng.random() == np.random.default_rng(3).random()
    with pytest.raises(ValueError, match=r'rng=5: give \{"seed": 1\}'):
        run.typed(draw, {"rng": 5, "times": []})
    with pytest.raises(ValueError, match="what: cannot be given as JSON"):
        run.typed(draw, {"rng": {"seed": 3}, "times": [], "what": 5})


def draw(rng: np.random.Generator, times: Sequence[int], what: complex = 0j):
    """Stands for a simulation."""


def test_exercises_are_listed_and_answered():
    with speaking("en"):
        listed = call("exercises", "list").stdout
    said = call("exercises", "answer", "E8.1", "--args", json.dumps(SAMPLE.args))

    assert "E8.1  raid_map(level, layout, n, chunk_kib, lba)  Find the disk of a sector" in listed
    assert json.loads(said.stdout) == SAMPLE.answer


def test_the_rooms_of_a_chapter_exist():
    rooms = [Path(line) for line in call("where", "raid").stdout.splitlines()]

    assert all(path.exists() for path in rooms)
    names = {str(path.relative_to(folder_of_notebooks().parent)) for path in rooms}
    assert {"coursekit/sims/raid", "coursekit/exercises/raid"} <= names
    assert {"notebooks/exercises/08-raid.ipynb", "notebooks/fr/exercises/08-raid.ipynb"} <= names


def test_notebooks_are_cleaned_and_checked(tmp_path):
    (tmp_path / "fr").mkdir()
    for edition in ("", "fr/"):
        source = folder_of_notebooks() / edition / "exercises" / "08-raid.ipynb"
        data = json.loads(source.read_text("utf-8"))
        next(c for c in data["cells"] if c["cell_type"] == "code")["execution_count"] = 7
        (tmp_path / edition / "08-raid.ipynb").write_text(json.dumps(data), "utf-8")

    found = call("notebooks", "check", str(tmp_path))
    assert found.exit_code == 1
    assert "08-raid.ipynb#setup: clean" in found.stdout

    cleaned = call("notebooks", "clean", str(tmp_path))
    assert cleaned.stdout.count("cleaned ") == 2
    assert call("notebooks", "clean", str(tmp_path)).stdout == ""
    assert "#setup" not in call("notebooks", "check", str(tmp_path)).stdout


def test_editions_that_differ_are_found(tmp_path):
    (tmp_path / "fr").mkdir()
    source = (folder_of_notebooks() / "exercises" / "08-raid.ipynb").read_text("utf-8")
    (tmp_path / "08-raid.ipynb").write_text(source, "utf-8")
    (tmp_path / "fr" / "08-raid.ipynb").write_text(source.replace("SEED = 1", "SEED = 2"), "utf-8")

    said = call("notebooks", "check", str(tmp_path / "fr"))
    assert "twin-code" in said.stdout
    assert said.exit_code == 1


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """A class of two, graded once: one handed in the stubs, the other a web page."""
    base = tmp_path_factory.mktemp("class")
    source = folder_of_notebooks() / "exercises" / "08-raid.ipynb"
    (base / "in").mkdir()
    (base / "in" / "ann.ipynb").write_bytes(source.read_bytes())
    (base / "in" / "bob.ipynb").write_text("<html>")
    (base / "learners.csv").write_text("id,name\nann,Ann Lee\nzoe,Zoë\n", "utf-8")
    words = ["--exercise", "08-raid", "--same-cases", "--roster", str(base / "learners.csv")]
    said = call("grade", str(base / "in"), "--out", str(base / "out"), *words, "--lang", "fr")
    assert said.exit_code == 0
    return base / "out", said


def test_a_folder_is_graded(marks):
    out, said = marks

    assert str(out / "gradebook.csv") in said.stdout
    assert "bob" in said.stderr, "who is not in the list is told"
    lines = csv.DictReader((out / "gradebook.csv").read_text("utf-8").splitlines())
    assert [
        (each["learner"], each["exercise"], each["score"], each["status"]) for each in lines
    ] == [
        (learner, f"E8.{n}", "0", status)
        for learner, status in (("ann", "blank"), ("zoe", "absent"), ("bob", "refused"))
        for n in (1, 2, 3)
    ]
    assert '<html lang="fr">' in (out / "feedback" / "ann.html").read_text("utf-8")


def test_from_marks_to_a_platform_and_back(marks, tmp_path):
    out, _ = marks
    by_hand = call("override", str(out), "zoe", "E8.1", "0.75", "--reason", "on paper, =cmd")
    own = call("gradebook", str(out))
    moodle = call("gradebook", str(out), "--format", "moodle", "--to", str(tmp_path / "m.csv"))
    again = call("regrade", str(out))

    assert by_hand.exit_code == own.exit_code == moodle.exit_code == again.exit_code == 0
    assert own.stdout_bytes == (out / "gradebook.csv").read_bytes()
    assert "0.75,on paper" in own.stdout.replace('"', "")
    rows = list(csv.reader((tmp_path / "m.csv").read_text("utf-8").splitlines()))
    assert [row[0] for row in rows] == ["ID number", "ann", "zoe", "bob"]
    assert rows[2][5:] == ["75", "0", "0", "25"]
    assert "No mark changed." in again.stdout
    assert "0.75,on paper" in call("gradebook", str(out)).stdout.replace('"', "")
    assert call("gradebook", str(out), "--format", "ods").exit_code == 2


def test_a_mark_set_by_hand_and_withdrawn(marks):
    out, _ = marks
    ann = ("override", str(out), "ann", "E8.2")
    shown = partial(call, "gradebook", str(out))
    before = shown().stdout

    assert call(*ann, "0.75", "--reason", "on paper").exit_code == 0
    assert shown().stdout != before
    for words in (("--reason", "r"), ("0.75", "--withdraw", "--reason", "r")):
        assert "give a score, or --withdraw" in call(*ann, *words).stderr
    assert call(*ann, "--withdraw", "--reason", "not theirs").exit_code == 0
    assert shown().stdout == before


def test_a_mark_that_changed_is_printed_with_code_1(marks):
    out, _ = marks
    with sqlite3.connect(out / "marks.db") as db:
        db.execute("UPDATE marks SET passed = 10 WHERE exercise = 'E8.2' AND learner = 'ann'")
    said = call("regrade", str(out))

    assert said.exit_code == 1
    assert "ann, E8.2: 0.2500 before, 0.0000 now" in said.stdout


def test_one_page_is_written_anew_in_another_language(marks):
    out, _ = marks
    page = out / "feedback" / "ann.html"
    said = call("feedback", str(out), "--learner", "ann", "--lang", "en")

    assert said.exit_code == 0
    assert str(page) in said.stdout
    assert '<html lang="en">' in page.read_text("utf-8")
    assert (
        "learner=gus: not in this gradebook"
        in call("feedback", str(out), "--learner", "gus").stderr
    )


def test_a_solution_in_a_release_is_printed_with_code_1(tmp_path, monkeypatch):
    assert call("release", "raid", "--to", str(tmp_path)).exit_code == 0
    again = call("release", "raid", "--to", str(tmp_path))
    assert (again.exit_code, "it exists and is not replaced" in again.stderr) == (2, True)

    from coursekit.grading import release

    monkeypatch.setattr(release, "findings", lambda *_: [Message("E8.1: raid_map is solved")])
    found = call("release", "raid", "--to", str(tmp_path / "other"))
    assert (found.exit_code, found.stdout) == (1, "E8.1: raid_map is solved\n")
    assert not (tmp_path / "other").exists()


def test_without_a_sandbox_the_code_is_3_and_the_fix_is_told(tmp_path, monkeypatch):
    from coursekit.grading import sandbox

    none = sandbox.Finding(works=False, reason=Message("no bwrap"), fix=Message("install it"))
    monkeypatch.setattr(sandbox, "examine", lambda: none)
    (tmp_path / "ann.ipynb").write_text("{}")
    refused = call("grade", str(tmp_path), "--exercise", "raid", "--out", str(tmp_path / "out"))
    sick = call("doctor", "--lang", "en")

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert "no bwrap" in refused.stderr and "install it" in refused.stderr
    assert sick.exit_code == 3
    assert "Why: no bwrap" in sick.stdout and "What to do: install it" in sick.stdout
    assert not (tmp_path / "out").exists()

    unsafe = call("grade", str(tmp_path), "--exercise", "raid", "--out", str(tmp_path / "out"), "--unsafe")  # fmt: skip
    assert unsafe.exit_code == 0
    assert "unsandboxed" in unsafe.stderr
    assert "unsandboxed" in (tmp_path / "out" / "feedback" / "ann.html").read_text("utf-8")
    lines = (tmp_path / "out" / "gradebook.csv").read_text("utf-8").splitlines()[1:]
    assert all(",unsandboxed," in line for line in lines)


def test_the_doctor_names_the_engine_and_the_versions(monkeypatch):
    from coursekit.grading import sandbox

    monkeypatch.setattr(sandbox, "examine", lambda: sandbox.Finding(works=True, fast=True))
    said = call("doctor", "--lang", "en")

    assert said.exit_code == 0
    assert "Sandbox: it works here." in said.stdout
    assert "Engine: fast" in said.stdout
    assert f"numpy: {np.__version__}" in said.stdout


def test_a_learners_folder_is_filled_and_nothing_of_theirs_replaced(tmp_path, monkeypatch):
    shipped, own = tmp_path / "shipped", tmp_path / "mine"
    for name in ("a.ipynb", "fr/a.ipynb", ".hidden"):
        (shipped / name).parent.mkdir(parents=True, exist_ok=True)
        (shipped / name).write_text("course")
    own.mkdir()
    (own / "a.ipynb").write_text("learner")
    monkeypatch.setattr(launch, "folder_of_notebooks", lambda: shipped)
    monkeypatch.chdir(tmp_path)

    assert launch.own_notebooks(own) == own
    assert (own / "a.ipynb").read_text() == "learner"
    assert (own / "fr" / "a.ipynb").read_text() == "course"
    assert not (own / ".hidden").exists()
    assert launch.own_notebooks(None) == Path("coursekit-notebooks")
    assert Path("coursekit-notebooks/a.ipynb").read_text() == "course"


def test_a_file_is_no_folder_for_notebooks(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(ValueError, match="a file, not a folder"):
        launch.own_notebooks(tmp_path / "f")


def test_in_a_checkout_the_course_itself_is_opened():
    assert launch.own_notebooks(None) == Path(cli.__file__).parent.parent / "notebooks"


@pytest.mark.parametrize(
    ("lang", "page"), [("en", "00-start-here.ipynb"), ("fr", "fr/00-start-here.ipynb")]
)
def test_jupyterlab_opens_at_the_start_page(lang, page, tmp_path):
    arguments = launch.lab_arguments(tmp_path, lang=lang, port=1, browser=False)

    assert f"--LabApp.default_url=/doc/tree/{page}" in arguments
    assert "--ServerApp.open_browser=False" in arguments


def test_the_lab_really_starts(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "JUPYTER_TOKEN": "t",
        "HOME": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),
    }
    words = ["lab", str(tmp_path / "mine"), "--no-browser", "--port", str(port)]
    code = "from coursekit.cli import app; app()"
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", code, *words], env=env, stdout=log, stderr=log
        )
    try:
        answer = get(port, "/?token=t", server)
        assert answer.url.split("?")[0].endswith("/doc/tree/00-start-here.ipynb")
        page = get(port, "/api/contents/exercises/08-raid.ipynb?content=0&token=t", server)
        assert json.load(page)["type"] == "notebook"
    finally:
        server.terminate()
        server.wait()


def get(port, path, server):
    end = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20)
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert time.monotonic() < end
            assert server.poll() is None
            time.sleep(0.2)


def test_a_site_is_not_written_over_a_file(tmp_path):
    (tmp_path / "public").write_text("mine")

    said = call("site", "--out", str(tmp_path / "public"))

    assert said.exit_code == 2
    assert "public: a file, not a folder" in said.stderr
    assert (tmp_path / "public").read_text() == "mine"
