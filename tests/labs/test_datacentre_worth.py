"""Labs on needs, points, the next euro, disasters and all designs."""

import pytest
from looking import drawn, fits, told

from coursekit.i18n import speaking
from coursekit.labs import open_chapter
from coursekit.labs.datacentre.deltas import DeltasLab
from coursekit.labs.datacentre.events import EventsLab
from coursekit.labs.datacentre.needs import NeedsLab
from coursekit.labs.datacentre.pareto import ParetoLab
from coursekit.labs.datacentre.score import ScoreLab
from coursekit.quizzes.datacentre import predict_worth, scenes
from coursekit.sims.datacentre import sweep
from coursekit.sims.datacentre.deltas import CHANGES
from coursekit.sims.datacentre.disasters import DEFENCES, HARMS, defended
from coursekit.sims.message import ParameterError

LABS = (NeedsLab, ScoreLab, DeltasLab, EventsLab, ParetoLab)


def rows(lab):
    return {row[0]: row[1:] for row in lab.table(lab._shown).rows}


def at(scene):
    """The lab of a scene, in that state."""
    lab = next(each for each in LABS if each.name == scene.lab)()
    lab.show(scene)
    return lab


# Needs


def test_beyond_a_third_more_no_host_may_die():
    lab = NeedsLab()
    assert lab.text.startswith("Enough of everything, even with one host less.")
    lab.set(factor=1.35)
    assert "With one less there is not: memory. N + 1 is lost." in lab.text
    assert drawn(lab)["need-memory"]["tone"] == "warn"
    assert rows(lab)["memory"][:3] == ["262 GB", "512 GB", "256 GB"]
    lab.set(factor=3)
    assert drawn(lab)["need-memory"]["tone"] == drawn(lab)["need-space"]["tone"] == "bad"
    assert "Not enough: memory, space." in lab.text


def test_the_bar_leaves_the_rail_when_too_much_is_asked_for():
    lab = NeedsLab()
    lab.set(design="D0")
    items = drawn(lab)
    assert items["need-iops"]["w"] > items["have-iops"]["w"]
    assert items["need-memory"]["w"] < items["have-memory"]["w"]
    assert items["fact3"]["text"] == "requests wait for ever"
    assert not lab.chart._lines[1].visible
    lab.set(disk="ssd4")
    assert items["fact3"] != drawn(lab)["fact3"]


def test_those_that_moved_are_marked_and_those_that_wait_named():
    lab = NeedsLab()
    items = drawn(lab)
    assert items["after-web1"]["glow"]
    assert not items["after-web2"]["glow"]
    assert {each["id"] for each in items["case-wait"]["children"]} == {"after-dc1", "after-db1"}
    assert "db1, dc1 wait: their twins do the work." in lab.text
    lab.set(design="D2")
    assert "every machine runs on another host" in lab.text
    lab.set(design="D0")
    assert "find no place" in lab.text
    assert "directory service, database, web site, files" in lab.text


# Points


def test_the_parts_of_a_good_backup():
    lab = at(scenes.score("D1", "immutable", "offsite"))
    assert lab.text.startswith("88.43 of 100 points for 74,528 €.")
    assert drawn(lab)["fact3"]["text"] == "by the changes: +25.78"
    assert rows(lab)["durability"][:2] == ["25.00", "25"]
    assert "before" in drawn(lab), "the design without the changes, dashed"
    lab.set(add_immutable=False, add_offsite=False)
    assert "before" not in drawn(lab)


def test_too_dear_is_no_points_at_all():
    lab = at(scenes.score("D2", budget=95_000))
    assert lab.text.startswith("No points at all: cost=121036 €")
    assert "refused" in drawn(lab)
    assert rows(lab)["in all"][0] == "0.00"
    lab.set(budget=100_000)
    assert lab.text.startswith("83.69")
    assert "refused" not in drawn(lab)


def test_the_bill_fills_its_bar():
    lab = ScoreLab()
    wide = [each["w"] for name, each in drawn(lab).items() if name.startswith("spent-")]
    assert sum(wide) + len(wide) == pytest.approx(892)


def test_a_change_that_cannot_be_says_why():
    lab = ScoreLab()
    lab.set(design="D2", add_raid6=True)
    assert isinstance(lab.error, ParameterError)
    assert "no RAID level" in lab.text


# The next euro


def test_the_star_follows_the_purchases():
    lab = DeltasLab()
    assert "what costs nothing: immutable backups, +11.66" in lab.text
    lab._press("buy-both")
    assert lab.state.made.total == pytest.approx(88.43, abs=0.005)
    assert "done0" in drawn(lab)
    assert drawn(lab)["buy-raid6"]["selected"]
    assert "buy-both" not in drawn(lab)
    for name in ("raid6", "feed"):
        lab._press(f"buy-{name}")
    assert "No change brings points any more" in lab.text
    assert not any(each.get("selected") for name, each in drawn(lab).items() if name.startswith("buy-"))  # fmt: skip


def test_going_back_and_buying_another_keeps_both_runs():
    lab = DeltasLab()
    lab._press("buy-core")
    lab.go(0)
    lab._press("buy-raid6")
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert dict(lab.summary(lab.result))["bought"] == "RAID 6"
    assert lab.scenario()["actions"] == [[1, "raid6"]]
    lab.reset()
    assert lab.runs[0].actions == ()


def test_every_change_can_be_bought_and_drawn():
    lab = DeltasLab()
    for design in ("D0", "D1", "D2"):
        lab.reset()
        lab.set(design=design)
        for name in CHANGES:
            lab.do(name)
            fits(lab)
            assert lab.error is None
    assert "Not possible" in lab.table(lab.state).html() or lab.state.made.refused


def test_a_bar_goes_left_when_points_are_lost():
    items = drawn(DeltasLab())
    assert items["bar-both"]["w"] > items["bar-immutable"]["w"] > items["bar-raid6"]["w"]
    assert items["bar-host"]["x"] + items["bar-host"]["w"] == pytest.approx(items["bar-both"]["x"])
    assert items["bar-host"]["tone"] == "bad"


# Disasters


def test_each_lane_shows_what_is_left():
    lab = EventsLab()
    assert "lost-fire" in drawn(lab)
    assert "away-deletion" in drawn(lab)
    assert "away-fire" not in drawn(lab)
    lab.set(**scenes.SAFE)
    assert "All three events are survived." in lab.text
    assert {f"away-{name}" for name in ("deletion", "ransomware", "fire")} <= drawn(lab).keys()
    lab.set(enabled=False)
    assert lab.text.startswith("No backup")
    assert rows(lab)["fire"] == ["–", "everything", "never"]


def test_the_interval_decides_what_is_lost_and_the_speed_how_long():
    lab = EventsLab()
    assert rows(lab)["deletion"] == ["18 h before", "18 h of work", "8.83 h after"]
    lab.set(interval=6)
    assert rows(lab)["deletion"] == ["4.5 h before", "4.5 h of work", "8.83 h after"]
    lab.set(speed=400)
    assert rows(lab)["deletion"] == ["4.5 h before", "4.5 h of work", "4.42 h after"]
    lab.set(found=10)
    assert rows(lab)["deletion"] == ["4.5 h before", "14.5 h of work", "14.4 h after"]


def test_a_pressed_field_gives_its_reason():
    lab = EventsLab()
    for defence in DEFENCES:
        for harm in HARMS:
            lab._press(f"cell-{defence}-{harm}")
            assert str(defended(defence, harm).why) in lab.text
            assert drawn(lab)[f"cell-{defence}-{harm}"]["selected"]


# All designs


def test_filters_leave_some_and_the_best_of_them_is_named():
    lab = ParetoLab()
    assert drawn(lab)["fact0"]["text"] == "168 designs shown"
    assert "The points have an opinion" in lab.text
    lab.set(hosts=2)
    assert lab.text.startswith("The best of 72 shown: 2 hosts")
    assert "It is not on the line" in lab.text
    faint = [name for name, each in drawn(lab).items() if name.startswith("p-") and each["faded"]]
    assert len(faint) == 168 - 72
    assert sum(bool(each.get("glow")) for each in drawn(lab).values()) == 1


def test_pressing_a_line_leaves_that_design_alone():
    lab = ParetoLab()
    count = len(lab.result.frontier)
    for k in range(count):
        lab._press(f"row-{k}")
        assert len(lab.result.shown) == 1
        assert lab.result.best == lab.result.frontier[k]
        assert drawn(lab)[f"row-{k}"]["selected"]
    lab.reset()
    assert len(lab.result.shown) == 168


def test_what_cannot_be_combined_says_why():
    lab = ParetoLab()
    lab.set(hosts=1, storage="hci")
    assert "copies need 2 hosts" in lab.text
    lab.set(storage="any", racks="each")
    assert "one host stands in one rack" in lab.text


def test_a_small_budget_refuses_the_dear():
    lab = at(scenes.pareto(hosts=3, storage="hci", budget=30_000))
    assert "no points, cost=" in lab.text
    fits(lab)


# Predictions


def test_the_prices_asked_about_are_the_best_the_cheapest_the_dearest():
    every = sweep.points(predict_worth.BUDGET)
    assert max(every, key=lambda each: each.total).choice == predict_worth._BEST
    assert min(every, key=lambda each: each.eur).choice == predict_worth._CHEAPEST
    assert max(every, key=lambda each: each.eur).choice == predict_worth._DEAREST


def test_the_right_answers_are_right():
    text = str(predict_worth.PREDICTIONS["datacentre-score"].question.because)
    assert "88.43 against 83.69" in text
    assert predict_worth.PREDICTIONS["datacentre-needs"].question.answer == pytest.approx(4 / 3)
    best = max(predict_worth._DELTAS.values(), key=lambda each: each.points)
    assert best.name == "both"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_given_away_before_the_prediction(language):
    with speaking(language):
        for cls in LABS:
            lab = open_chapter("datacentre", lang=language).lab(cls.name)
            assert lab.locked
            words = told(lab)
            for secret in ("1.33", "25.78", "88.43", "94.76", "75,816", "✓ ", "1,33", "25,78", "94,76"):  # fmt: skip
                assert secret not in words, (cls.name, secret)
            assert not any(item.get("press") for item in drawn(lab).values())
            fits(lab)
