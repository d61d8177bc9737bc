"""What is taken in, what is refused, and with which sentence."""

import dataclasses
import gc
import json
import os
import pickle
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coursekit.grading.intake import RefusedError, read, submissions
from coursekit.sims.message import ParameterError

DAY = 1_750_000_000  # a time to hand in, in seconds


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
        (b"PK\x03\x04\xff", "a zip file, not a notebook"),
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


def fill(folder, *paths, text="{}"):
    """Files of that text; a path that ends in `/` is a folder. The first is the oldest."""
    for age, path in enumerate(paths):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            (folder / path).mkdir(exist_ok=True)
        else:
            (folder / path).write_text(text)
            os.utime(folder / path, (DAY + age, DAY + age))
    return folder


def taken(folder):
    return {
        one.learner: str(one.path.relative_to(folder)) for one in submissions(folder, "08-raid")
    }


def test_learners_are_files_or_folders_and_nobody_is_passed_over(tmp_path):
    fill(
        tmp_path, "bob.ipynb", "ann/08-raid.ipynb", "ann/other.ipynb", "eve/mine.ipynb",
        "notes.txt", "empty/", ".hidden", "joe/.ipynb_checkpoints/08-raid.ipynb",
        "tom/deep/er/08-raid.ipynb", "una/report.pdf", "__MACOSX/bob.ipynb",
    )  # fmt: skip

    assert taken(tmp_path) == {
        "ann": "ann/08-raid.ipynb",
        "bob": "bob.ipynb",
        "empty": "empty",
        "eve": "eve/mine.ipynb",
        "joe": "joe",
        "notes.txt": "notes.txt",
        "tom": "tom/deep/er/08-raid.ipynb",
        "una": "una",
    }


def test_of_several_notebooks_the_newest_of_the_right_name_counts(tmp_path):
    fill(
        tmp_path, "ann/08-raid.ipynb", "ann/08-raid (1).ipynb", "ann/draft.ipynb", "ann/data.csv",
        "bob.ipynb", "bob/08-raid.ipynb", "eve/b.ipynb", "eve/a.ipynb",
    )  # fmt: skip
    found = {one.learner: one for one in submissions(tmp_path, "08-raid")}

    assert {name: one.path.name for name, one in found.items()} == {
        "ann": "08-raid (1).ipynb",
        "bob": "08-raid.ipynb",
        "eve": "a.ipynb",
    }
    assert str(found["ann"].note) == (
        "also handed in, not graded: ann/08-raid.ipynb, ann/draft.ipynb"
    )
    assert str(found["bob"].note) == "also handed in, not graded: bob.ipynb"
    assert found["ann"].handed_in == datetime.fromtimestamp(DAY + 1, tz=UTC)


def test_a_folder_around_all_the_others_is_nobody(tmp_path):
    fill(tmp_path / "a", "in/ann.ipynb", "in/bob.ipynb")
    fill(tmp_path / "b", "in/ann/x.ipynb", "in/bob/08-raid.ipynb")
    fill(tmp_path / "c", "ann/x.ipynb", "ann/data.csv")
    fill(tmp_path / "d", "ann/x.ipynb", "ann/08-raid.ipynb", "ann/more/y.ipynb")

    found = [sorted(taken(tmp_path / name)) for name in "abcd"]

    assert found == [["ann", "bob"], ["ann", "bob"], ["ann"], ["ann"]]


def test_one_learner_at_nbgrader_and_when(tmp_path):
    fill(tmp_path, "submitted/ann/ps1/08-raid.ipynb", "submitted/bob/ps1/08-raid.ipynb")
    fill(tmp_path, "submitted/bob/ps1/timestamp.txt", text="never")
    fill(
        tmp_path, "submitted/ann/ps1/timestamp.txt", text="2026-02-02 15:58:23.948203 Europe/Paris"
    )
    ann, bob = submissions(tmp_path, "08-raid")

    assert (ann.learner, ann.path.name) == ("ann", "08-raid.ipynb")
    assert ann.handed_in == datetime(2026, 2, 2, 14, 58, 23, 948203, tzinfo=UTC)
    assert bob.handed_in == datetime.fromtimestamp(DAY + 0, tz=UTC) + timedelta(seconds=1)


def test_canvas_files_are_told_apart_by_their_numbers(tmp_path):
    fill(
        tmp_path, "martin_LATE_7_90_08-raid-1.ipynb", "martin_LATE_7_9_08-raid.ipynb",
        "ng_8_95_08-raid.ipynb", "xu_LATE_9_3_08-raid.ipynb",
    )  # fmt: skip
    martin, ng, xu = submissions(tmp_path, "08-raid")

    assert martin.path.name == "martin_LATE_7_90_08-raid-1.ipynb"
    assert str(martin.note) == (
        "late, says the platform; also handed in, not graded: martin_LATE_7_9_08-raid.ipynb"
    )
    assert (ng.note, str(xu.note)) == (None, "late, says the platform")


def zipped(folder):
    """The files of a folder as a zip file beside it."""
    return Path(shutil.make_archive(str(folder), "zip", folder))


def test_a_zip_holds_the_same_as_its_folder_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    folder = fill(tmp_path / "class", "Zoë_7_assignsubmission_file_/08-raid.ipynb")
    fill(folder, "Bob Ng_72_assignsubmission_file_/report.pdf")
    plain = submissions(folder, "08-raid")
    packed = submissions(zipped(folder), "08-raid")

    assert [dataclasses.replace(one, path=one.path.name) for one in packed] == [
        dataclasses.replace(one, path=one.path.name) for one in plain
    ]
    assert packed[1].path.read_text() == "{}"
    copy = pickle.loads(pickle.dumps(packed[0]))
    del copy
    assert len(list((tmp_path / "temporary").iterdir())) == 1
    del packed
    gc.collect()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_zip_that_one_learner_handed_in_stops_nobody_else(tmp_path):
    fill(tmp_path, "ann/08-raid.ipynb", text=notebook("x = 1").decode())
    zipped(fill(tmp_path / "bob", "08-raid.ipynb")).rename(tmp_path / "bob" / "work.zip")
    (tmp_path / "bob" / "08-raid.ipynb").unlink()
    ann, bob = submissions(tmp_path, "08-raid")

    assert read(ann.path).code == ("x = 1",)
    with pytest.raises(RefusedError, match="a zip file, not a notebook: hand in the notebook"):
        read(bob.path)


def test_links_are_not_followed_and_unreadable_folders_stop_nobody(tmp_path):
    elsewhere = fill(tmp_path / "elsewhere", "08-raid.ipynb")
    folder = fill(tmp_path / "class", "ann/08-raid.ipynb")
    (folder / "bob").symlink_to(elsewhere)
    (folder / "loop").symlink_to(folder)

    assert taken(folder) == {"ann": "ann/08-raid.ipynb", "bob": "bob", "loop": "loop"}


def test_a_name_that_is_not_text_becomes_text(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.ipynb")).write_text("{}")

    (tmp_path / "Zoe\u0308.ipynb").write_text("{}")
    (tmp_path / "Zo\u00eb.ipynb").write_text("{}")

    names = [one.learner for one in submissions(tmp_path, "08-raid")]
    assert names == ["Zoë", "Zoë.ipynb", "\\xff"]


def test_the_folder_of_marks_is_no_submission(tmp_path, monkeypatch):
    (tmp_path / "marks").mkdir()
    (tmp_path / "ann.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)

    assert [s.learner for s in submissions(tmp_path, "08-raid", Path("marks"))] == ["ann"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ParameterError, match="no such folder"):
        submissions(tmp_path / "no", "08-raid")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(ParameterError, match=r"folder=.*text: neither a folder nor a zip file"):
        submissions(tmp_path / "text", "08-raid")
