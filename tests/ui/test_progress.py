"""Progress: kept in one file, shared by notebooks, never lost."""

import json
import threading

import pytest

from coursekit.sims.message import ParameterError
from coursekit.ui.progress import LIMIT, Progress, course_folder


def test_what_is_put_is_there_for_the_next_kernel(own_progress):
    Progress().put("answers", "q", {"right": True})

    assert Progress().get("answers", "q")["right"] is True
    assert Progress().get("answers", "other") is None


def test_two_notebooks_lose_nothing_of_each_other(own_progress):
    def write(who):
        mine = Progress()
        for n in range(20):
            mine.put("answers", f"{who}-{n}", {"n": n})

    threads = [threading.Thread(target=write, args=(who,)) for who in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(Progress().all("answers")) == 60


@pytest.mark.parametrize(
    "text, why",
    [
        ("{not json", "damaged at line 1"),
        ("[]", "no version"),
        ('{"version": 99}', "newer course"),
        ('{"version": "1"}', "no version"),
    ],
)
def test_a_damaged_or_newer_file_is_kept_and_said(own_progress, text, why):
    own_progress.write_text(text)
    progress = Progress()

    progress.put("answers", "q", {"right": True})

    assert why in str(progress.notice)
    kept = list(own_progress.parent.glob("progress-kept-*.json"))
    assert [each.read_text() for each in kept] == [text]
    assert Progress().get("answers", "q")["right"] is True


def test_restoring_takes_the_newer_of_each(own_progress):
    progress = Progress()
    progress.put("answers", "mine", {"right": True})
    coming = {
        "version": 1,
        "answers": {
            "mine": {"right": False, "at": "2000-01-01"},
            "theirs": {"right": True, "at": "2030-01-01"},
        },
    }

    assert progress.restore(json.dumps(coming)) == 1
    assert progress.get("answers", "mine")["right"] is True
    assert progress.get("answers", "theirs")["right"] is True


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"version": 2}', "null"])
def test_a_bad_restore_changes_nothing(own_progress, text):
    progress = Progress()
    progress.put("answers", "q", {"right": True})
    before = own_progress.read_text()

    with pytest.raises(ParameterError, match="nothing was changed"):
        progress.restore(text)

    assert own_progress.read_text() == before


def test_download_then_restore_elsewhere_is_the_same(tmp_path):
    one, other = Progress(tmp_path / "a.json"), Progress(tmp_path / "b.json")
    one.put("predictions", "lab", {"answer": 3})

    other.restore(one.text())

    assert other.get("predictions", "lab") == one.get("predictions", "lab")


def test_a_whole_course_fits(own_progress):
    progress = Progress()
    data = {"version": 1}
    data["answers"] = {
        f"chapter-question-{n}": {
            "answer": [0, 1, 2],
            "right": True,
            "tries": 3,
            "hints": 3,
            "at": "2026-11-22T20:00:00+00:00",
        }
        for n in range(14 * 30)
    }
    progress._write(data)
    assert own_progress.stat().st_size < LIMIT


def test_a_folder_that_cannot_be_written_is_said_and_nothing_stops(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    progress = Progress(blocked / "progress.json")

    progress.put("answers", "q", {"right": True})

    assert "could not be saved" in str(progress.notice)


def test_the_file_is_beside_the_start_page(tmp_path):
    (tmp_path / "fr" / "exercises").mkdir(parents=True)
    (tmp_path / "00-start-here.ipynb").write_text("{}")
    (tmp_path / "fr" / "00-start-here.ipynb").write_text("{}")

    assert course_folder(tmp_path / "fr" / "exercises") == tmp_path
    assert course_folder(tmp_path) == tmp_path
