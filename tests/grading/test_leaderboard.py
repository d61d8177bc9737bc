"""Designs of a class, ranked: files are read and scored, and what is not a design says why."""

import csv
import io
import json
from dataclasses import replace

import pytest

from coursekit.exercises.datacentre.mydesign import my_design
from coursekit.grading.leaderboard import leaderboard, text
from coursekit.sims.datacentre.form import plain
from coursekit.sims.datacentre.parts import Backup
from coursekit.sims.datacentre.samples import D0, D1, D2
from coursekit.sims.datacentre.score import score
from coursekit.sims.message import ParameterError

SAFE = replace(D1, backup=Backup(enabled=True, interval_h=6, immutable=True, offsite=True))


@pytest.fixture
def folder(tmp_path):
    for name, design in (("ada", D1), ("ben", SAFE), ("eve", SAFE)):
        (tmp_path / f"{name}.json").write_text(json.dumps(plain(design)))
    (tmp_path / "cid").mkdir()
    shared = {"lab": "datacentre-own", "seed": 1, "values": {}, "program": json.dumps(my_design(90_000))}  # fmt: skip
    (tmp_path / "cid" / "mine.json").write_text(json.dumps(shared))
    (tmp_path / "dan.json").write_text("{\n 'no': 1}")
    (tmp_path / "fay.json").write_text(json.dumps(plain(D0)))  # four machines only
    (tmp_path / "gil.json").write_text(json.dumps({**plain(D1), "net": {"gbps": 40}}))
    (tmp_path / "hal.json").write_text(json.dumps(plain(replace(D2, storage=replace(D2.storage, mttr_h=24)))))  # fmt: skip
    (tmp_path / "notes.txt").write_text("not a design")
    return tmp_path


def test_the_best_comes_first_and_equal_points_share_a_place(folder):
    lines = leaderboard(folder, 90_000)
    assert [(each.place, each.learner) for each in lines] == [
        (1, "cid"), (2, "ben"), (2, "eve"), (4, "ada"), (0, "dan"), (0, "fay"), (0, "gil"), (0, "hal"),
    ]  # fmt: skip
    by_name = {each.learner: each for each in lines}
    assert by_name["ada"].total == score(D1, 90_000).total
    assert by_name["ada"].spofs == 4
    assert str(by_name["dan"].why) == "dan.json: not JSON at line 2"
    assert "seven machines" in str(by_name["fay"].why)
    assert str(by_name["gil"].why) == "net.gbps=40: choose one of 10, 25"
    assert str(by_name["hal"].why).startswith("cost=")


def test_other_machines_count_where_the_teacher_wishes(folder):
    lines = {each.learner: each for each in leaderboard(folder, 90_000, free=True)}
    assert lines["fay"].total == score(D0, 90_000).total


def test_the_table_is_a_csv(folder):
    rows = list(csv.DictReader(io.StringIO(text(leaderboard(folder, 90_000, years=20)))))
    assert [row["learner"] for row in rows][:1] == ["cid"]
    assert float(rows[0]["score"]) == pytest.approx(sum(float(rows[0][part]) for part in ("availability", "durability", "performance", "cost", "recovery")), abs=0.03)  # fmt: skip
    assert float(rows[3]["hours_a_year"]) > 0
    assert rows[-1]["score"] == "0.00"
    assert rows[-1]["reason"].startswith("cost=")


def test_a_file_too_large_is_not_read(folder):
    (folder / "ina.json").write_text(" " * 1_000_001)
    found = {each.learner: each for each in leaderboard(folder, 90_000)}
    assert str(found["ina"].why) == "ina.json: 1000001 bytes; a design has at most 1000000"


def test_deep_nesting_is_a_line_of_the_table(folder):
    (folder / "joe.json").write_text("[" * 100_000)
    found = {each.learner: each for each in leaderboard(folder, 90_000)}
    assert str(found["joe"].why) == "joe.json: not JSON at line 1"


def test_two_designs_of_one_learner_are_named(folder):
    (folder / "cid" / "other.json").write_text("{}")
    with pytest.raises(ParameterError, match="learner=cid: two designs"):
        leaderboard(folder, 90_000)


def test_no_folder_and_no_design(tmp_path):
    with pytest.raises(ParameterError, match="no such folder"):
        leaderboard(tmp_path / "x", 90_000)
    with pytest.raises(ParameterError, match="no design"):
        leaderboard(tmp_path, 90_000)
    with pytest.raises(ParameterError, match="budget=0"):
        leaderboard(tmp_path, 0)
