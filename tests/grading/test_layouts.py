"""Whose file is it: each platform's names, and what looks like them but is not."""

import pytest

from coursekit.grading.layouts import named, owners


def who(*paths):
    return [each.learner for each in owners(paths, "08-raid")]


@pytest.mark.parametrize(
    ("path", "learner", "name", "ids", "file"),
    [
        ("Zoë Martin_7_assignsubmission_file_/a.ipynb", "Zoë Martin_7", "Zoë Martin", {"moodle": "7"}, "a.ipynb"),
        ("Zoë Martin_7_assignsubmission_file/a/b.ipynb", "Zoë Martin_7", "Zoë Martin", {"moodle": "7"}, "a/b.ipynb"),
        ("O'Hara-Li Bo_12_assignsubmission_file_08-raid.ipynb", "O'Hara-Li Bo_12", "O'Hara-Li Bo", {"moodle": "12"}, "08-raid.ipynb"),
        ("Participant_31_assignsubmission_onlinetext_/onlinetext.html", "Participant_31", "Participant", {"moodle": "31"}, "onlinetext.html"),
        ("Default group_assignsubmission_file_/a.ipynb", "Default group", "Default group", {}, "a.ipynb"),
        ("martinzoë_123_4567_08-raid.ipynb", "martinzoë_123", "martinzoë", {"canvas": "123"}, "08-raid.ipynb"),
        ("martinzoë_LATE_123_4567_08-raid-2.ipynb", "martinzoë_123", "martinzoë", {"canvas": "123"}, "08-raid-2.ipynb"),
        ("van_der_berg_123_4567_7_8_x.ipynb", "van_der_berg_123", "van_der_berg", {"canvas": "123"}, "7_8_x.ipynb"),
        ("anon_x1Y2z_4567_08-raid.ipynb", "anon_x1Y2z", "", {"canvas": "x1Y2z"}, "08-raid.ipynb"),
        ("LATE_anon_x1Y2z_4567_08-raid.ipynb", "anon_x1Y2z", "", {"canvas": "x1Y2z"}, "08-raid.ipynb"),
        ("liubo_55_text.html", "liubo_55", "liubo", {"canvas": "55"}, "text.html"),
        ("ann.ipynb", "ann", "", {}, "ann.ipynb"),
        ("ann/08-raid.ipynb", "ann", "", {}, "08-raid.ipynb"),
        ("ann/", "ann", "", {}, ""),
        ("notes.txt", "notes.txt", "", {}, "notes.txt"),
    ],
)  # fmt: skip
def test_a_path_says_whose_it_is(path, learner, name, ids, file):
    (found,) = owners([path], "08-raid")

    assert (found.learner, found.name, dict(found.ids), found.file) == (learner, name, ids, file)
    assert found.late == ("LATE" in path)


def test_a_later_file_at_canvas_has_a_larger_number():
    found = owners(["a_1_70_08-raid.ipynb", "a_1_9_08-raid-1.ipynb"], "08-raid")

    assert [each.number for each in found] == [70, 9]


@pytest.mark.parametrize("top", ["", "submitted/", "work/", "work/submitted/"])
def test_nbgrader_is_told_by_its_time_stamps(top):
    files = ["ann/ps1/08-raid.ipynb", "ann/ps1/timestamp.txt", "bob/ps1/x/08-raid.ipynb"]
    paths = [top + each for each in files]

    assert who(*paths) == ["ann", "ann", "bob"]
    found = owners(paths, "08-raid")
    assert {each.home for each in found} == {f"{top}ann/ps1/", f"{top}bob/ps1/"}
    assert not any(each.home for each in owners(["ann/ps1/08-raid.ipynb", "bob/x"], "08-raid"))


def test_mixed_forms_are_plain():
    moodle, canvas = "Zoë_7_assignsubmission_file_/a.ipynb", "martinzoë_1_2_a.ipynb"

    assert who(moodle, canvas) == ["Zoë_7_assignsubmission_file_", "martinzoë_1_2_a"]
    assert who(canvas, "ann.ipynb") == ["martinzoë_1_2_a", "ann"]
    assert who() == []


def test_the_right_name_however_it_is_numbered():
    right = ["08-raid", "08-raid-1", "08-raid (2)", "08-raid(2)", "08-raid-Copy1", "x/08-raid"]

    assert all(named(f"{each}.ipynb", "08-raid") for each in right)
    for wrong in ("08-raid.py", "my 08-raid.ipynb", "08-raid2.ipynb", "08-raid-final.ipynb"):
        assert not named(wrong, "08-raid")
