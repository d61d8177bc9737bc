"""E13.1 to E13.3: what their hidden cases hold."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.databases.isolation import RUN
from coursekit.exercises.databases.pitr import PITR
from coursekit.exercises.databases.recover import RECOVER
from coursekit.sims.message import ParameterError


def drawn(exercise):
    cases = exercise.draw(np.random.default_rng(5), 400)
    return [(args, exercise.answer(args)) for args in cases]


@pytest.fixture(scope="module")
def logs():
    return drawn(RECOVER)


@pytest.fixture(scope="module")
def schedules():
    return drawn(RUN)


@pytest.fixture(scope="module")
def archives():
    return drawn(PITR)


def test_logs_are_in_their_ranges(logs):
    assert {len(args["disk"]) for args, _answer in logs} == {2, 3, 4, 5, 6}
    lengths = [len(args["log"]) for args, _answer in logs]
    assert (min(lengths), max(lengths)) == (5, 60)
    for args, _answer in logs:
        assert [each[0] for each in args["log"]] == list(range(1, len(args["log"]) + 1))
        assert len({each[2] for each in args["log"] if len(each) > 2}) <= 6
        assert 0 <= args["flushed"] <= len(args["log"])


def test_logs_keep_the_rules_of_a_database(logs):
    """No page is ahead of the log, no row has two writers at once, each update finds what was left."""
    for args, _answer in logs:
        assert all(lsn <= args["flushed"] for _value, lsn in args["disk"].values())
        held, values = {}, {}
        for _lsn, kind, *rest in args["log"]:
            if kind == "UPD":
                tx, page, before, after = rest
                assert held.setdefault(page, tx) == tx
                assert values.get(page, before) == before
                values[page] = after
            elif kind == "COMMIT":
                held = {page: tx for page, tx in held.items() if tx != rest[0]}


def test_logs_end_in_every_way(logs):
    kinds = Counter((bool(answer["redo"]), bool(answer["undo"])) for _args, answer in logs)
    assert len(kinds) == 4
    assert min(kinds.values()) >= 10


def test_recovery_leaves_what_the_winners_wrote(logs):
    """The definition: the first values, and the winners' updates, nothing else."""
    for args, answer in logs:
        first = {each[3]: each[4] for each in reversed(args["log"]) if each[1] == "UPD"}
        for lsn, kind, *rest in args["log"]:
            if kind == "UPD" and lsn <= args["flushed"] and rest[0] in answer["winners"]:
                first[rest[1]] = rest[3]
        assert {page: answer["pages"][page] for page in first} == first


def test_schedules_are_in_their_ranges(schedules):
    levels = Counter(args["level"] for args, _answer in schedules)
    assert set(levels) == {"RU", "RC", "SI"}
    for args, _answer in schedules:
        steps = args["schedule"]
        assert 4 <= len(steps) <= 14
        for tx in {step[0] for step in steps}:
            own = [step[1] for step in steps if step[0] == tx]
            assert own[-1] in ("c", "a")
            assert not {"c", "a"} & set(own[:-1])


def test_schedules_meet_every_fate(schedules):
    fates = Counter(how for _args, answer in schedules for how in answer["status"].values())
    assert set(fates) == {"committed", "aborted", "40001", "40P01"}
    assert min(fates.values()) >= 10


def test_archives_are_in_their_ranges(archives):
    for args, _answer in archives:
        assert 1 <= len(args["bases"]) <= 5
        assert 5 <= len(args["segments"]) <= 200
        numbers = [each[0] for each in args["segments"]]
        assert numbers == sorted(set(numbers))
        assert args["target"] >= 0


def test_archives_end_in_every_way(archives):
    ends = Counter((answer["ok"], answer.get("reason"), answer.get("reachable") is None) for _args, answer in archives)  # fmt: skip
    assert len(ends) == 4
    assert min(ends.values()) >= 10


@pytest.mark.parametrize(
    ("exercise", "args", "says"),
    [
        (RUN, {"level": "SSI", "items": {}, "schedule": []}, "level=SSI: choose one of RU, RC, SI"),
        (RUN, {"level": "RC", "items": {}, "schedule": [[1, "x", "y"]]}, "kind=x: choose one of r, w, c, a"),
        (RECOVER, {"disk": {}, "log": [[1, "SAVE", "T1"]], "flushed": 1}, "kind=SAVE"),
        (RECOVER, {"disk": {}, "log": [[1, "UPD", "T1", "P1", "a", "b"]], "flushed": 1}, "page=P1: not on the disk"),
    ],
)  # fmt: skip
def test_bad_cases_are_named(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        exercise.answer(args)
