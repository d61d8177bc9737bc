"""Exercises of the file systems chapter: ranges of hidden cases, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.filesystems import EXERCISES
from coursekit.sims.filesystems.replace import MODES
from coursekit.sims.message import ParameterError

BY_ID = {each.id: each for each in EXERCISES}


def drawn(number):
    return BY_ID[number].draw(np.random.default_rng(5), 400)


def test_programs_are_in_their_ranges():
    cases = drawn("E10.2")
    assert {len(args["program"]) for args in cases} == {2, 3, 4, 5, 6, 7}
    modes = Counter(args["mode"] for args in cases)
    assert set(modes) == set(MODES) and min(modes.values()) > 20
    calls = Counter(op[0] for args in cases for op in args["program"])
    assert set(calls) == {"creat", "write", "fsync", "fsyncdir", "rename", "unlink"}
    assert min(calls.values()) > 50
    answers = Counter(tuple(BY_ID["E10.2"].answer(args)) for args in cases)
    assert len(answers) >= 9 and max(answers.values()) < 130


def test_file_systems_are_in_their_ranges():
    cases = drawn("E10.3")
    answers = [BY_ID["E10.3"].answer(args) for args in cases]
    assert {len(args["inodes"]) for args in cases} >= {2, 30, 60}
    assert max(len(args["inodes"]) for args in cases) == 60
    for key in ("link", "dup", "orphans", "leaked", "unmarked"):
        assert 30 < sum(bool(each[key]) for each in answers) < 370, key
    for args in cases:
        assert all(0 <= block < args["nblocks"] for block in args["block_bitmap"])
        for each in args["inodes"].values():
            assert all(args["first_data"] <= b < args["nblocks"] for b in each["blocks"])
            assert len(set(each["blocks"])) == len(each["blocks"])
            assert each["nlink"] >= 0


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E10.2", {"program": [["creat", "t"]], "mode": "fast", "finished": True}, "mode=.*posix"),
        ("E10.2", {"program": [["write", "t", "B"]], "mode": "posix", "finished": True}, "write=t: no such name"),
        ("E10.2", {"program": [["open", "t"]], "mode": "posix", "finished": True}, "op=open: choose one of"),
        ("E10.3", {"nblocks": 4, "first_data": 5, "inodes": {}, "block_bitmap": []}, "first_data=5: choose 0 to 4"),
        ("E10.3", {"nblocks": 4, "first_data": 1, "inodes": {}, "block_bitmap": []}, "inodes=0: inode 2, the root"),
        ("E10.3", {"nblocks": 4, "first_data": 1, "inodes": {"2": {"type": "dir"}}, "block_bitmap": []}, "nlink"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        BY_ID[exercise].answer(args)
