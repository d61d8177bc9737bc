"""What is taken in, what is refused, and with which sentence."""

import json
import os
from pathlib import Path

import pytest

from coursekit.grading.intake import RefusedError, read, submissions
from coursekit.sims.message import ParameterError


def notebook(*sources, **changes):
    cells = [{"cell_type": "code", "source": each} for each in sources]
    return json.dumps({"nbformat": 4, "cells": cells} | changes).encode()


def test_only_the_text_of_code_cells_is_kept(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook("x = 1", ["y = 2\n", "z\0 = 3"]))
    handed = read(path)

    assert handed.code == ("x = 1", "y = 2\nz = 3")
    assert len(handed.sha256) == 64


def test_a_byte_order_mark_and_lone_surrogates_do_no_harm(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + notebook("s = '\\ud800 \ud800'"))

    assert read(path).code == ("s = '\\ud800 ?'",)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"<html>", "a web page"),
        (b"PK\x03\x04", "not JSON"),
        (b"\xff\xfe{", "not UTF-8"),
        (b'{"nbformat": 4, "cells": [', "not JSON, line 1 column"),
        (b"[1, 2]", "JSON of another kind"),
        (b'{"nbformat": 3, "worksheets": []}', "notebook format 3: save it again in format 4"),
        (notebook(nbformat=True, cells=[]), "notebook format True"),
        (notebook(cells={}), "its cells are not a list"),
        (notebook(cells=[1]), "its cells are not a list"),
        (notebook(cells=[{"cell_type": "code", "source": 5}]), "the text of a cell is not text"),
        (notebook(cells=[{}] * 1001), "more than 1000 cells"),
        (notebook("x" * 200_001), "a cell of more than 200000"),
        (notebook(*["x" * 190_000] * 6), "more than 1000000 characters of code"),
        (b'{"nbformat": NaN}', "NaN is not JSON"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "a number of 5000 digits"),
        (b"[" * 100_000, "nested too deep"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_no_notebook_is_refused_by_a_sentence(tmp_path, data, says):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)

    with pytest.raises(RefusedError, match=says):
        read(path)


def test_a_link_a_pipe_a_folder_and_a_hidden_reading_are_refused(tmp_path):
    (tmp_path / "real.ipynb").write_bytes(notebook())
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder").mkdir()
    with (tmp_path / "large.ipynb").open("wb") as file:
        file.truncate(10_000_001)

    for name, says in {
        "link.ipynb": "a link",
        "pipe.ipynb": "a pipe",
        "folder": "a folder without a notebook",
        "large.ipynb": "larger than 10000000 bytes",
        "gone.ipynb": "No such file",
    }.items():
        with pytest.raises(RefusedError, match=says):
            read(tmp_path / name)


def test_learners_are_files_or_folders_and_nobody_is_passed_over(tmp_path):
    for name in (
        "bob.ipynb",
        "ann/08-raid.ipynb",
        "ann/other.ipynb",
        "eve/mine.ipynb",
        "notes.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "empty").mkdir()
    (tmp_path / ".hidden").write_text("")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "08-raid.ipynb").write_text("{}")

    found = {
        one.learner: str(one.path.relative_to(tmp_path)) for one in submissions(tmp_path, "08-raid")
    }

    assert found == {
        "ann": "ann/08-raid.ipynb",
        "bob": "bob/08-raid.ipynb",
        "bob.ipynb": "bob.ipynb",
        "empty": "empty",
        "eve": "eve/mine.ipynb",
        "notes.txt": "notes.txt",
    }


def test_a_name_that_is_not_text_becomes_text(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.ipynb")).write_text("{}")

    assert [one.learner for one in submissions(tmp_path, "08-raid")] == ["\\xff"]


def test_the_folder_of_marks_is_no_submission(tmp_path, monkeypatch):
    (tmp_path / "marks").mkdir()
    (tmp_path / "ann.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)

    assert [s.learner for s in submissions(tmp_path, "08-raid", Path("marks"))] == ["ann"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ParameterError, match="no such folder"):
        submissions(tmp_path / "no", "08-raid")
