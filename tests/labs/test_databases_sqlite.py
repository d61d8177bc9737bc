"""Database labs over real SQLite: a damaged log, experiments, query plans."""

import sqlite3

import pytest
from looking import drawn, fits, moments

from coursekit.i18n import speaking
from coursekit.labs.databases import explainlive, sqlitelive, sqlitestory
from coursekit.labs.databases.explain import CHOICES, ExplainLab
from coursekit.labs.databases.sqlite import MODES, NAMES, SqliteLab
from coursekit.labs.databases.walfile import SIZE, WalFileLab
from coursekit.quizzes.databases import scenes as at
from coursekit.sims.databases.sqlitewal import read, torn
from coursekit.sims.message import ParameterError

# A damaged log


def test_the_log_is_the_same_each_time_and_sqlite_takes_it():
    main, log = sqlitelive.sample()
    sqlitelive.sample.cache_clear()
    again = sqlitelive.sample()
    assert again[1] == log
    assert len(log) == SIZE
    assert sqlitelive.reopened(main, log).rows == tuple(f"row {n}" for n in range(1, 6))


@pytest.mark.parametrize("cut", [0, 1, 10, 4119, 4120, 4121, 20_600, 20_601, 24_720, 28_850, SIZE])
def test_sqlite_and_our_reader_agree_on_torn_logs(cut):
    main, log = sqlitelive.sample()
    found, answer = read(torn(log, cut)), sqlitelive.reopened(main, torn(log, cut))
    assert bool(answer.error) == (found.last == 0)
    assert len(answer.rows) == max(0, found.commits - 1)


def test_ten_bytes_cost_one_transaction_a_bit_may_cost_all():
    lab = WalFileLab()
    lab.set(cut=10)
    assert drawn(lab)["fact3"]["text"] == "rows that SQLite shows: 4"
    lab.load(lab.scenario_of(at.walfile(byte=at.IN_FRAME_4, look=4)))
    assert drawn(lab)["fact3"]["text"] == "rows that SQLite shows: 1"
    assert "Frame 4 does not count" in lab.text
    assert "⚡" in drawn(lab)["frame4"]["title"]
    lab.set(byte=9, look=0)
    assert drawn(lab)["fact3"]["text"] == "SQLite: no such table: t"
    assert drawn(lab)["bytes2"]["tone"] == "bad"


def test_a_flipped_byte_that_is_torn_off_is_not_there():
    lab = WalFileLab()
    lab.set(flip=True, byte=SIZE - 1, cut=10)
    assert "⚡" not in drawn(lab)["frame7"]["title"]
    assert lab.result.flipped is None


@pytest.mark.parametrize("look", range(8))
def test_every_part_of_the_file_can_be_read(look):
    with speaking("fr"):
        lab = WalFileLab()
        for cut, byte in ((0, None), (SIZE, None), (5000, 100), (0, 8300)):
            lab.load(lab.scenario_of(at.walfile(cut=cut, byte=byte, look=look)))
            fits(lab)


# Experiments


@pytest.mark.parametrize("mode, whole, alone", [("delete", "10000", None), ("wal", "10000", "SQLITE_ERROR")])  # fmt: skip
def test_killed_before_the_commit(mode, whole, alone):
    states = sqlitestory.record("kill", mode).states
    answers = [each.steps[-1].answer for each in states[3:]]
    assert answers[0] == whole
    assert answers[-1] == "10100"
    if alone:
        assert states[4].steps[-1].error == alone
    else:
        assert 10_000 < int(answers[1]) < 10_100


@pytest.mark.parametrize("experiment, mode, begin, errors", [
    ("readers", "delete", "deferred", ["SQLITE_BUSY"]), ("readers", "wal", "deferred", []),
    ("snapshot", "wal", "deferred", ["SQLITE_BUSY_SNAPSHOT"]), ("snapshot", "wal", "immediate", ["SQLITE_BUSY"]),
    ("upgrade", "delete", "deferred", ["SQLITE_BUSY", "SQLITE_BUSY"]), ("upgrade", "delete", "immediate", ["SQLITE_BUSY"]),
])  # fmt: skip
def test_who_is_refused(experiment, mode, begin, errors):
    last = sqlitestory.record(experiment, mode, begin).states[-1]
    assert [each.error for each in last.steps if each.error] == errors
    assert last.steps[-1].answer == ("90" if experiment == "readers" else "70"), "no change is lost"


def test_every_answer_is_explained():
    for experiment in NAMES:
        for mode in MODES:
            for begin in sqlitestory.BEGINS:
                told = sqlitestory.record(experiment, mode, begin)
                assert not [s for s in told.states if str(s.why).startswith("SQLite answers")]
                assert {each.who for each in told.states[-1].steps} <= {"A", "B", "⚡"}
    assert (tuple(NAMES), tuple(MODES)) == (sqlitestory.EXPERIMENTS, sqlitestory.MODES)


@pytest.mark.parametrize("experiment", NAMES)
@pytest.mark.parametrize("mode", MODES)
def test_every_experiment_is_drawn(experiment, mode):
    with speaking("fr"):
        lab = SqliteLab()
        lab.set(experiment=experiment, mode=mode)
        for _moment in moments(lab):
            fits(lab)
    assert "step0" in drawn(lab)


def test_the_last_line_is_the_new_one():
    lab = SqliteLab()
    lab.load(lab.scenario_of(at.sqlite("snapshot", 4, mode="wal")))
    assert drawn(lab)["step3"]["tone"] == "bad"
    assert drawn(lab)["step3-answer"]["text"] == "→ SQLITE_BUSY_SNAPSHOT"
    assert drawn(lab)["fact2"]["text"] == "refused: 1"
    assert "roll back and read again" in lab.text


def test_unknown_experiments_are_refused():
    with pytest.raises(ParameterError, match="mode=off: choose one of delete, wal"):
        sqlitestory.record("kill", "off")


# Query plans

TABLE = "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b); CREATE INDEX ia ON t(a)"


@pytest.mark.parametrize("sql, plan", [
    ("SELECT * FROM t WHERE a=5", "SEARCH t USING INDEX ia (a=?)"), ("SELECT * FROM t WHERE b='x'", "SCAN t"),
    ("SELECT * FROM t WHERE id=3", "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"),
    ("SELECT a FROM t WHERE a>3", "SEARCH t USING COVERING INDEX ia (a>?)"), ("SELECT * FROM t WHERE a+0=5", "SCAN t"),
    ("SELECT * FROM t ORDER BY a", "SCAN t USING INDEX ia"),
])  # fmt: skip
def test_the_plans_of_the_course(sql, plan):
    db = sqlite3.connect(":memory:")
    db.executescript(TABLE)
    assert [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")] == [plan]
    db.close()


counted = pytest.mark.skipif(explainlive._read() is None, reason="nobody counts what is read here")


@counted
def test_pages_are_counted():
    scan, found = (explainlive.measure(10_000, index, False, "customer") for index in ("none", "customer"))  # fmt: skip
    assert scan.size - 3 <= scan.pages <= scan.size
    assert found.pages < scan.pages / 5
    assert scan.rows == found.rows == 20
    assert explainlive.measure(10_000, "amount", False, "only").pages < 5


@counted
def test_an_index_does_not_always_help():
    lab = ExplainLab()
    lab.load(lab.scenario_of(at.explain("shop", "shop")))
    assert lab.result.chosen.pages > lab.result.without.pages
    assert "lie all over the table" in lab.text
    assert lab.said.tone == "warn"
    lab.set(query="day", index="day")
    assert lab.result.chosen.pages < lab.result.without.pages / 5
    assert abs(lab.result.chosen.rows - 1000) < 20


def test_analyze_changes_the_plan():
    plans = [explainlive.measure(10_000, "both", each, "two").plan[0] for each in (False, True)]
    assert "by_shop" in plans[0]
    assert "by_customer" in plans[1]


@pytest.mark.parametrize("query", explainlive.QUERIES)
@pytest.mark.parametrize("index", CHOICES)
def test_every_plan_has_a_meaning_and_a_place(query, index):
    with speaking("fr"):
        lab = ExplainLab()
        lab.set(query=query, index=index, rows=1000)
        fits(lab)
    assert lab.error is None


def test_where_nobody_counts_there_is_a_question_mark(monkeypatch):
    monkeypatch.setattr(explainlive, "_read", lambda: None)
    explainlive.measure.cache_clear()
    lab = ExplainLab()
    lab.set(index="customer")
    assert "cannot be counted" in lab.text
    assert drawn(lab)["without-bar0-value"]["text"] == "?"
    explainlive.measure.cache_clear()


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sqlitestory.record.cache_clear()
    sqlitestory.record("kill", "wal")
    explainlive.measure.cache_clear()
    explainlive.measure(100, "none", False, "id")
    sqlitelive.reopened(*sqlitelive.sample())
    assert list(tmp_path.iterdir()) == []
