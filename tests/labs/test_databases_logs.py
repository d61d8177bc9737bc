"""Database labs on the log: recovery, power cuts, commit rates."""

import pytest
from looking import drawn, fits, moments, press, told

from coursekit.i18n import speaking
from coursekit.labs.databases.commits import CommitsLab
from coursekit.labs.databases.crash import DID, RULES, CrashLab
from coursekit.labs.databases.recovery import DISKS, LOGS, RecoveryLab
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.databases.predictions import PREDICTIONS
from coursekit.sims.databases import crash, recovery
from coursekit.sims.message import ParameterError


def rows(lab):
    return {row[0]: row[1:] for row in lab.table(lab._shown).rows}


# Recovery


def test_a_loser_is_done_again_and_undone():
    lab = RecoveryLab()
    lab.load(lab.scenario_of(at.recovery(9)))
    assert rows(lab)["9"][2] == "done again, undone"
    assert rows(lab)["10"][2] == "lost with the memory"
    assert drawn(lab)["P3"]["title"] == "P3 = f"
    assert drawn(lab)["P3-right"]["text"] == "promised: f"
    assert lab.said.tone == "ok"
    lab.set(flushed=10)
    lab.go(99)
    assert drawn(lab)["P3"]["title"] == "P3 = g"


def test_ahead_of_the_log_something_is_wrong_for_ever():
    lab = RecoveryLab()
    lab.set(flushed=8, disk="ahead")
    assert lab.said.tone == "bad"
    assert "The WAL rule was broken: P3" in lab.text
    lab.go(99)
    assert "Wrong for ever: P3" in lab.text
    assert drawn(lab)["P3"]["tone"] == "bad"


def test_a_record_that_is_pressed_ends_the_log():
    lab = RecoveryLab()
    lab._press("record4")
    assert lab.values["flushed"] == 4
    assert drawn(lab)["record5"]["dash"]
    assert not drawn(lab)["record4"]["dash"]


def test_a_log_ends_where_it_ends():
    lab = RecoveryLab()
    lab.set(flushed=13)
    assert "flushed=13: choose 0 to 10" in lab.text
    lab.set(log="transfer")
    assert lab.error is None


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("disk", DISKS)
def test_every_log_is_drawn_in_both_layouts(log, disk):
    with speaking("fr"):
        lab = RecoveryLab()
        lab.set(flushed=7, log=log, disk=disk)
        for _moment in moments(lab, 8):
            fits(lab)
    assert set(LOGS) == set(recovery.CASES)
    assert set(DISKS) == set(recovery.DISKS)


# Power cuts


def test_the_example_is_harmless_until_the_rule_goes():
    lab = CrashLab()
    assert lab.said.tone == "ok"
    assert drawn(lab)["fact3"]["text"] == "harmful cuts: 0 of 8"
    assert "5 UPD A1 P1: 0→A1.1 · done again" not in told(lab), "P1 was on disk"
    assert "undone" in drawn(lab)["log5"]["text"]
    lab.set(rule="pages")
    assert lab.said.tone == "bad"
    assert "Changed by a transaction that never committed: P1" in lab.text
    assert drawn(lab)["disk-P1"]["fill"] == "solid"


def test_the_learner_breaks_a_promise():
    lab = CrashLab()
    lab.set(rule="answers")
    lab.go(0)
    buttons = press(lab)
    for name in ("Write", "Commit", "Cut the power", "Start again"):
        buttons[name]()
    assert "Lost though it was promised: A1" in lab.text
    assert lab.state.verdict.lost == ("A1",)
    assert lab.runs[1].actions[0].deed == crash.Deed("write", "A", "P1")


def test_pages_are_pressed_to_disk_and_refusals_are_said():
    lab = CrashLab()
    lab.go(0)
    press(lab)["Write"]()
    assert drawn(lab)["memory-P1"]["press"]
    assert "dirty-P1" in drawn(lab)
    lab._press("memory-P1")
    assert "First the log, up to LSN 2; then P1" in lab.text
    assert "dirty-P1" not in drawn(lab)
    lab.set(steal=False)
    assert "No steal: P1" in lab.text
    assert lab.said.tone == "bad"


def test_what_no_user_can_do_is_refused():
    lab = CrashLab()
    with pytest.raises(ParameterError, match="one=Z: choose one of A, B, C"):
        lab.load({"actions": [[1, "commit", "Z"]]})
    assert set(RULES) == set(crash.RULES)
    assert set(DID) - {""} == set(crash.ACTIONS)


def test_a_long_log_is_cut_at_its_beginning():
    lab = CrashLab()
    deeds = [["write", user, page] for user, page in zip("ABC", ("P1", "P2", "P3"), strict=True)] * 5  # fmt: skip
    lab.load({"actions": [[k, *deed] for k, deed in enumerate(deeds, 1)]})
    assert drawn(lab)["log-more"]["text"] == "… and 6 older ones"
    fits(lab)


# Commit rates


def test_too_many_for_a_flush_each():
    lab = CommitsLab()
    assert "300 a second where one flush each allows 120" in lab.text
    lab.set(group=False)
    assert lab.said.tone == "bad"
    assert drawn(lab)["fact3"]["text"] == "waits grow without end"
    lab.set(device="nvme")
    assert lab.said.tone == "accent"


def test_ten_thousand_rows():
    lab = CommitsLab()
    found = rows(lab)
    assert found["10 000 rows, 1 to a commit"][0] == "83.4 s"
    assert drawn(lab)["fact2"]["text"] == "10 000 rows: 83.4 s"
    lab.set(rows=10_000)
    assert drawn(lab)["fact2"]["text"] == "10 000 rows: 0.0583 s"


def test_the_answer_is_hidden_before_the_prediction():
    lab = CommitsLab(prediction=PREDICTIONS["databases-commits"])
    assert lab.locked
    assert "83" not in told(lab)
    assert "120" not in told(lab)
    assert not lab.rows.data
    lab._unlocked(first=True)
    assert len(lab.rows.data) == 4


@pytest.mark.parametrize("rate", [10, 2500, 5000])
@pytest.mark.parametrize("window", [0, 50])
def test_flushes_stay_in_their_line(rate, window):
    lab = CommitsLab()
    for device in ("hdd", "nvme"):
        lab.set(rate=rate, window=window, device=device)
        fits(lab)


def test_company_costs_time_where_the_device_is_fast_enough():
    lab = CommitsLab()
    lab.set(device="ssd", rate=60, window=30)
    assert "a flush carries 2" in lab.text
    assert "count0" in drawn(lab), "no room for the number in so short a flush"
    waits = [y for _x, y in lab.waits.data][1]
    assert waits[0] > waits[-1] > 15, "whoever comes waits half the window, the first all of it"
