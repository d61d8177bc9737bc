"""Copies under other looks are one form; other code is another."""

import pytest

from coursekit.grading import gather
from coursekit.grading.likeness import LEAST, form

HELPER = """
import numpy as np
SIZES = {"a": 1, "b": 2}

def total(values, start=0):
    for value in values:
        start += SIZES.get(value, 0)
    return start
"""
ANSWER = """
def answer(names, limit):
    '''What it does.'''
    # a comment
    kept = [name for name in names if len(name) < limit]
    best = max(kept, key=lambda name: total(name, start=1))
    try:
        found = np.array([ord(each) for each in best])
    except ValueError as why:
        raise TypeError(str(why)) from None
    return {"best": best, "sum": int(found.sum())}
"""


def of(*cells):
    found = gather.find("answer", cells, "")
    assert found.kind == "found"
    return form("answer", found)


ORIGINAL = of(HELPER, ANSWER)


def renamed(text, **names):
    for old, new in names.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "cells",
    [
        (ANSWER, HELPER),
        (HELPER + ANSWER,),
        ("print('hello')", "x = 5", HELPER, ANSWER),
        (renamed(HELPER, total="count", values="v", start="s0", value="w"), renamed(ANSWER, total="count", start="s0")),
        (HELPER, renamed(ANSWER, names="liste", limit="grenze", kept="k", found="f")),
        (HELPER, renamed(ANSWER, each="name", why="error")),
        (renamed(HELPER, SIZES="WEIGHTS", np="numbers").replace("numpy as", "numpy as"), renamed(ANSWER, np="numbers")),
        (HELPER, renamed(ANSWER, **{"    # a comment\n": "", "    '''What it does.'''\n": "    # mine\n\n"})),
        (HELPER, renamed(ANSWER, **{"(names, limit)": "(names: list, limit: int) -> dict", "    kept =": "    kept: list ="})),
        (HELPER, renamed(ANSWER, **{"    try:": "    pass\n    try:"})),
    ],
    ids=["order", "one cell", "more cells", "helper", "locals", "reused names", "constants and imports", "comments", "annotations", "pass"],
)  # fmt: skip
def test_a_copy_in_disguise_is_recognised(cells):
    assert of(*cells) == ORIGINAL != ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("< limit", "<= limit"),
        ("start=1", "start=2"),
        ('"sum"', '"total"'),
        ("ValueError", "KeyError"),
        ("found.sum()", "found.max()"),
        ("max(kept", "min(kept"),
        ("if len(name) < limit", "if limit < len(name)"),
        ("total(name,", "len(name,"),
    ],
)
def test_other_code_is_another_form(old, new):
    assert old in ANSWER
    assert of(HELPER, ANSWER.replace(old, new)) not in (ORIGINAL, "")


def test_a_helper_that_differs_makes_a_difference():
    assert of(HELPER.replace("+=", "-="), ANSWER) not in (ORIGINAL, "")
    assert of(HELPER.replace('"a": 1', '"a": 3'), ANSWER) not in (ORIGINAL, "")


def test_names_that_are_swapped_are_other_code():
    swapped = ANSWER.replace("(names, limit)", "(limit, names)")

    assert of(HELPER, swapped) not in (ORIGINAL, "")


def test_short_code_is_nobodys_and_has_no_form():
    assert of("def answer(x):\n    return x + 1") == ""


def test_right_answers_of_the_course_are_long_enough(right):
    for function, text in right.items():
        assert len(form(function, gather.find(function, [text], ""))) == 16


@pytest.mark.parametrize(
    "text",
    [
        "def answer(x):\n    return " + "-" * 3000 + "x",
        "def answer(x):\n    return " + "x+" * 5000 + "x",
        "def answer(x):\n    return " + "[" * 150 + "]" * 150,
    ],
)
def test_code_that_is_nested_without_end_ends_without_a_form_or_with_one(text):
    found = gather.find("answer", [text], "")

    assert len(form("answer", found)) in (0, 16)


def test_the_floor_is_a_few_lines():
    assert 30 <= LEAST <= 100
