"""Real submissions, graded together: each gets its own row, and no other mark changes.

One run for all tests of this file: a submission costs the start of a kernel.
"""

import csv
import io
import json
import os
import shutil
import sqlite3
from dataclasses import replace

import psutil
import pytest

from coursekit.grading.grade import Change, grade, regrade
from coursekit.grading.gradebook import set_by_hand
from coursekit.grading.runner import Limits
from coursekit.grading.store import Store

LIMITS = Limits(seconds=20, case_seconds=0.3, exercise_seconds=1)
SLEEP = f"86397.{os.getpid()}"  # seconds of the process that a submission leaves behind


@pytest.fixture(scope="module")
def folder(tmp_path_factory, submission, code_cell, right, teacher):
    made = {
        "right": submission(**right),
        "half": submission(
            raid_map=right["raid_map"] + "    \n_all = raid_map\ndef raid_map(level, layout, n, chunk_kib, lba):\n"
            "    if level in '46':\n        raise NotImplementedError('level ' + level)\n"
            "    return _all(level, layout, n, chunk_kib, lba)\n",
            pq_recover=right["pq_recover"].replace("> 2:", "> 1:"),
        ),
        "broken": submission(
            raid_map="def raid_map(level, layout, n, chunk_kib, lba)\n    return 1",
            pq_recover="def pq_recover(data, p, q):\n    return data[0] / 0",
            choose_raid=None,
        ),
        "endless": submission(
            raid_map="def raid_map(**case):\n    while True:\n        pass",
            pq_recover="import os\ndef pq_recover(data, p, q):\n    os._exit(0)",
            choose_raid=right["choose_raid"],
        ),
        "stuck": submission(**right | {"raid_map": "while True:\n    pass\ndef raid_map(**case): pass"}),
        "crash": submission(
            raid_map="import ctypes\ndef raid_map(**case):\n    ctypes.string_at(0)",
            pq_recover="def pq_recover(data, p, q):\n    return float('nan')",
            choose_raid="def choose_raid(**case):\n    return True",
        ),
        "numpy": submission(
            raid_map="import numpy as np\n" + right["raid_map"].replace('"disk": disk', '"disk": np.int64(disk)'),
            pq_recover=right["pq_recover"].replace("    lost = ", "    print('x' * 10**6)\n    lost = "),
            choose_raid="def choose_raid(**case):\n    from coursekit.exercises import answer\n"
            "    return answer('E8.3', case)",
        ),
        "leaver": submission(
            raid_map=f"import subprocess\nsubprocess.Popen(['sleep', '{SLEEP}'], start_new_session=True)\n"
            "import coursekit.exercises.raid\ndef raid_map(**case):\n    return {}",
            pq_recover="def pq_recover(data, p, q):\n    return {'data': data, 'p': True, 'q': False}",
            choose_raid="def choose_raid(**case):\n    import os\n"
            "    return repr(sorted(os.environ)) + repr(os.listdir())",
        ),
    }  # fmt: skip
    into = tmp_path_factory.mktemp("handed-in")
    for name, notebook in made.items():
        (into / f"{name}.ipynb").write_text(json.dumps(notebook), "utf-8")
    text = json.dumps(made["right"])
    (into / "page.ipynb").write_text("<!doctype html><title>Sign in</title>")
    (into / "prose.ipynb").write_text("Here is my work")
    (into / "cut.ipynb").write_text(text[: len(text) // 2])
    (into / "=cmd|calc!A0.ipynb").write_text("{}")
    (into / "notes.txt").write_text("x")
    (into / "zoe").mkdir()
    (into / "zoe" / "08-raid.ipynb").write_text(json.dumps(moved(submission(**right), code_cell)))
    return into


def moved(notebook, code_cell):
    """Cells split, doubled, without tags, in another order; another kernel; parameters spoilt."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    functions = ["".join(c["source"]) for c in cells if "exercise" in c["metadata"]["tags"]]
    head, _, tail = functions[1].partition("def pq_recover")
    texts = [
        "1 / 0",
        "def pq_recover" + tail,
        functions[0],
        functions[0],
        "CASES_E8_1 = None",
        head,
        functions[2],
    ]
    notebook["cells"] = [code_cell(text, number) for number, text in enumerate(texts)]
    notebook["metadata"] = {"kernelspec": {"name": "no-such-kernel", "display_name": "?"}}
    return notebook


@pytest.fixture(scope="module")
def graded(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("marks")
    os.environ["COURSE_PASSWORD"] = "unseen"
    try:
        return grade(folder, exercise="08-raid", out=out, workers=2, limits=LIMITS)
    finally:
        del os.environ["COURSE_PASSWORD"]


@pytest.fixture(scope="module")
def rows(graded):
    read = csv.DictReader(io.StringIO(graded.gradebook.read_text("utf-8")))
    return {(row["learner"], row["exercise"]): row for row in read}


def outcome(row):
    return row["status"], float(row["score"]), row["reason"]


@pytest.mark.parametrize("learner", ["right", "zoe"])
@pytest.mark.parametrize("exercise", ["E8.1", "E8.2", "E8.3"])
def test_right_functions_get_full_marks_wherever_their_cells_are(rows, learner, exercise):
    assert outcome(rows[learner, exercise]) == ("graded", 1.0, "")


def test_a_function_that_handles_some_cases_gets_its_share(rows):
    status, score, reason = outcome(rows["half", "E8.1"])

    assert status == "graded"
    assert 0.2 < score < 0.9
    assert "failed: NotImplementedError: level" in reason


def test_a_planned_mistake_gets_its_feedback(rows):
    status, score, reason = outcome(rows["half", "E8.2"])

    assert (status, 0 < score < 1) == ("graded", True)
    assert reason.startswith("You give up at two losses")


@pytest.mark.parametrize(
    ("learner", "exercise", "status", "reason"),
    [
        ("half", "E8.3", "blank", "not answered"),
        ("broken", "E8.1", "failed", "not Python: line 1: expected ':': def raid_map"),
        ("broken", "E8.2", "graded", "40 of 40 cases failed: TypeError|[0-9]+ of 40 cases failed: ZeroDivisionError"),
        ("broken", "E8.3", "failed", "no function choose_raid"),
        ("endless", "E8.1", "graded", "40 of 40 cases had no answer in time"),
        ("endless", "E8.2", "failed", "it ended Python"),
        ("stuck", "E8.1", "failed", "no end within 20 s"),
        ("crash", "E8.1", "failed", "it crashed Python: Segmentation fault"),
        ("crash", "E8.2", "graded", "40 of 40 cases failed: the answer is not a number that JSON has: nan"),
        ("crash", "E8.3", "graded", "40 of 40 answers are wrong"),
        ("numpy", "E8.3", "graded", "ModuleNotFoundError: coursekit is not there while a mark is made"),
        ("leaver", "E8.1", "failed", "its cell failed: ModuleNotFoundError: coursekit is not there"),
        ("leaver", "E8.2", "graded", "answers are wrong"),
        ("leaver", "E8.3", "graded", "40 of 40 answers are wrong"),
        *(("page", e, "refused", "not a notebook: the file is a web page") for e in ("E8.1", "E8.3")),
        ("prose", "E8.2", "refused", "not a notebook: not JSON, line 1 column 1"),
        ("cut", "E8.1", "refused", "not a notebook: not JSON"),
        ("'=cmd|calc!A0", "E8.1", "refused", "not a notebook: JSON of another kind"),
        ("notes.txt", "E8.1", "refused", "not a notebook: not JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_gets_nothing_and_the_reason(rows, learner, exercise, status, reason):
    import re

    row = rows[learner, exercise]

    assert (row["status"], row["passed"], row["total"]) == (status, "0", "40")
    assert re.search(reason, row["reason"])


@pytest.mark.parametrize(
    ("learner", "exercise"),
    [
        ("endless", "E8.3"),
        ("stuck", "E8.2"),
        ("stuck", "E8.3"),
        ("numpy", "E8.1"),
        ("numpy", "E8.2"),
    ],
)
def test_a_bad_function_takes_nothing_from_the_others(rows, learner, exercise):
    assert outcome(rows[learner, exercise]) == ("graded", 1.0, "")


def test_nothing_is_left_running(graded):
    left = [p for p in psutil.process_iter(["cmdline"]) if SLEEP in (p.info["cmdline"] or [])]

    assert left == []


def test_a_row_for_each_learner_and_exercise_in_the_order_of_names(rows, folder):
    assert len(rows) == 3 * len(list(folder.iterdir()))
    keys = [(learner.lstrip("'"), exercise) for learner, exercise in rows]
    assert keys == sorted(keys)


def test_a_page_for_each_learner_and_no_other_file(graded, folder):
    pages = sorted(path.name for path in graded.pages.iterdir())

    assert len(pages) == len(list(folder.iterdir()))
    assert "right.html" in pages
    assert sorted(p.name for p in graded.gradebook.parent.iterdir()) == [
        "feedback",
        "gradebook.csv",
        "marks.db",
        "secret",
    ]


def test_one_worker_and_two_give_the_same_bytes_and_marks_that_were_made_before(
    folder, graded, tmp_path
):
    few = ("right", "half", "numpy", "page")
    for name in few:
        shutil.copy2(folder / f"{name}.ipynb", tmp_path)
    secret = graded.gradebook.with_name("secret")

    one, two = (
        grade(tmp_path, exercise="raid", out=tmp_path / f".{n}", secret=secret, limits=LIMITS, workers=n)
        for n in (1, 2)
    )  # fmt: skip

    assert one.gradebook.read_bytes() == two.gradebook.read_bytes()
    before = [(each.learner, each.mark) for each in graded.entries if each.learner in few]
    assert [(each.learner, each.mark) for each in one.entries] == before
    assert not one.gradebook.with_name("secret").exists()


BAD = """import os, signal, sys
def raid_map(**case):
    os.kill(-1, signal.SIGKILL)
def pq_recover(data, p, q):
    os._exit(0)
def choose_raid(**case):
    sys.stdout = sys.stderr = None
    while True:
        os.fork()
"""


def test_one_bad_submission_first_in_a_class_of_20_changes_no_other_mark(
    tmp_path, submission, right
):
    """The cases are the same for all, so two marks without it tell all nineteen others."""
    kinds = [
        submission(**right),
        submission(**right | {"pq_recover": right["pq_recover"].replace("> 2:", "> 1:")}),
    ]
    bad = submission(**dict.fromkeys(("raid_map", "pq_recover", "choose_raid"), BAD))
    few, many, key = tmp_path / "few", tmp_path / "many", tmp_path / "key"
    key.write_text("k" * 32)
    hand_in(few, {f"l{number:02}": kinds[number % 2] for number in range(2)})
    hand_in(many, {"aaa": bad} | {f"l{number:02}": kinds[number % 2] for number in range(19)})
    options = {
        "exercise": "raid",
        "secret": key,
        "same_cases": True,
        "limits": replace(LIMITS, seconds=10),
    }

    alone = grade(few, out=tmp_path / "alone", **options).entries
    together = grade(many, out=tmp_path / "together", workers=2, **options).entries

    first, others = together[:3], together[3:]
    assert {(each.learner, each.mark.score) for each in first} == {("aaa", 0)}
    assert [each.mark for each in others] == [each.mark for each in (alone * 10)[: 19 * 3]]
    assert len({each.mark.score for each in alone}) == 2


def hand_in(folder, made):
    folder.mkdir()
    for name, notebook in made.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), "utf-8")


def test_regrading_finds_what_changed_and_keeps_what_people_decided(graded, folder, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "in").mkdir()
    shutil.copy2(folder / "right.ipynb", tmp_path / "in")
    grade(tmp_path / "in", exercise="raid", out=out, same_cases=True, limits=LIMITS)
    shutil.rmtree(tmp_path / "in")
    with Store(out) as store:
        set_by_hand(store, "right", "E8.2", 0.5, "seen")
    with sqlite3.connect(out / "marks.db") as db:
        db.execute("UPDATE marks SET passed = 7 WHERE exercise = 'E8.1'")

    again, changes = regrade(out)

    assert changes == [Change(learner="right", exercise="E8.1", before=7 / 40, after=1.0)]
    assert [each.final for each in again.entries] == [1, 0.5, 1]
    assert regrade(out)[1] == []
