"""Failover labs: what only this chapter's labs do."""

from itertools import pairwise

import pytest

from coursekit.labs.failover.availability import AvailabilityLab
from coursekit.labs.failover.checks import ChecksLab, duration
from coursekit.labs.failover.outage import OutageLab
from coursekit.labs.failover.own import OwnWaitLab
from coursekit.labs.failover.routers import ScriptLab, SplitLab, VrrpLab
from coursekit.sims.failover.cluster import event_from


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def last(lab):
    lab.go(len(lab.result.states) - 1)


def do(lab, deed, who, wait=0.5):
    lab._deed.value, lab._who.value, lab._wait.value = deed, who, wait
    lab._go.click()


def test_a_press_crashes_and_another_restarts():
    lab = VrrpLab()
    last(lab)
    lab._press("node-r1")
    assert lab.state.nodes[0].phase == "Initialize"
    assert "r1 crashes" in lab.text
    last(lab)
    assert lab.state.owners == ("r2",)
    assert drawn(lab)["fact1"]["text"] == "owned by r2"
    lab._press("node-r1")
    last(lab)
    assert lab.state.owners == ("r1",)
    assert lab.result.moves == 2


def test_acting_in_the_past_keeps_the_old_run_and_compares():
    lab = VrrpLab()
    lab.load({"actions": [[10, "crash", "r1"]], "moment": 5})
    do(lab, "stop", "r1", 3.0)
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert "two owners" in lab._comparison.value


def test_links_need_links_and_nodes_need_nodes():
    lab = SplitLab()
    before = lab.scenario()
    do(lab, "cut", "r1")
    assert "choose a link" in lab.text
    do(lab, "crash", "r1 r2")
    assert "choose a link" in lab.text
    do(lab, "crash", "r4")
    assert "id=r4: no such node" in lab.text
    assert lab.scenario() == before


def test_a_cut_link_paints_two_owners_and_fencing_one():
    lab = SplitLab()
    lab.load({"actions": [[10, "cut", "r1", "r2"]]})
    assert drawn(lab)["fact1"]["tone"] == "bad"
    assert any(i["id"].startswith("owned-") and i["text"] == "r1 + r2" for i in lab.scene.items)
    lab.set(fencing=True)
    last(lab)
    assert lab.state.owners == ("r2",)


@pytest.mark.parametrize("deed", ["fail", "hang", "ok", "prio", "lose_garp", "heal"])
def test_every_deed_becomes_an_event(deed):
    lab = SplitLab()
    do(lab, deed, "r1 r2" if deed == "heal" else "r1")
    assert not lab.text.startswith("⚠")
    (event,) = lab.runs[-1].actions
    assert event_from(event.plain) == event


def test_the_weight_decides_how_the_address_moves():
    lab = ScriptLab()
    ill = [[10.5, "check", "r1", "fail"]]
    lab.load({"values": {"weight": 0}, "actions": ill})
    leave = lab.result.lost(60)
    lab.load({"values": {"weight": -60}, "actions": ill})
    assert lab.result.lost(60) > leave + 10
    lab.load({"values": {"weight": -20}, "actions": ill})
    assert lab.state.owners == ("r1",)


def test_a_moment_shows_no_future():
    lab = VrrpLab()
    lab.load({"actions": [[10, "crash", "r1"]], "moment": 0})
    assert not [item for item in lab.scene.items if item["id"] == "r1-1"]
    assert drawn(lab)["timer-r1"]["progress"] == 1


def test_a_clean_stop_is_shorter_than_a_crash():
    lab = OutageLab()
    stop, crash, *_ = lab.result
    assert stop.total.mean < crash.total.best
    assert "0.414 s when stopped cleanly" in lab.text
    lab.set(copied="at once")
    assert "breaks 0 of" in lab.text


def test_the_curves_grow_with_the_threshold():
    lab = ChecksLab()
    assert len(lab.chart.data) == 5
    quick, slow = lab.chart.data[0], lab.chart.data[2]
    assert dict(zip(*quick, strict=True))[2.0] > dict(zip(*slow, strict=True))[2.0]
    for _x, y in lab.chart.data:
        assert all(a < b for a, b in pairwise(y))
    lab.set(loss=1.0)
    assert "11.7 days" in lab.text
    assert duration(float("inf")) == "never"


def test_minutes_by_cause_are_drawn_as_computed():
    lab = AvailabilityLab()
    assert "99.9424" in lab.text or "99.942" in lab.text
    lab.set(beta=10)
    shown = [each for each in lab.result.lost if each.minutes > 0]
    bars = [item for item in lab.fall.items if item["kind"] == "box"]
    assert [bar["id"] for bar in bars] == [f"{each.part}-{each.cause}" for each in shown]
    scale = bars[1]["w"] / shown[1].minutes
    for bar, each, after in zip(bars, shown, bars[1:], strict=False):
        assert bar["w"] == pytest.approx(max(2, each.minutes * scale))
        assert after["x"] - bar["x"] == pytest.approx(each.minutes * scale)
    lab.set(webs=1, needed=2)
    assert "k=2: choose 1 to 1" in lab.text


def test_a_learners_rule_is_run_and_judged():
    assert "equally long" in OwnWaitLab().text
    good = OwnWaitLab(wait=lambda p, a: 3 * a + (256 - p) * a / 256)
    assert good.tone(good.result) == "ok"
    hasty = OwnWaitLab(wait=lambda p, a: a * (256 - p) / 256)
    assert "while the Active lived" in hasty.text
    wrong = OwnWaitLab(wait=lambda p, a: 3 * a + p / 256)
    assert "not the best one" in wrong.text
    broken = OwnWaitLab(wait=lambda p, a: 1 / 0)
    assert "ZeroDivisionError at its line" in broken.text
    assert "return a number" in OwnWaitLab(wait=lambda p, a: None).text
