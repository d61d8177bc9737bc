"""Datacentre labs on what the learner makes and must defend: years, the exam, a design, its page."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from looking import drawn, every_item, fits, press, told

from coursekit.grading.leaderboard import leaderboard
from coursekit.i18n import speaking
from coursekit.labs.datacentre.exam import ExamLab
from coursekit.labs.datacentre.own import OwnLab
from coursekit.labs.datacentre.report import ReportLab
from coursekit.labs.datacentre.room import Marks, Weak, plan
from coursekit.labs.datacentre.still import still
from coursekit.labs.datacentre.years import YearsLab
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.datacentre.predictions import PREDICTIONS
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.exam import QUESTIONS, draw
from coursekit.sims.datacentre.jsontext import parsed, written
from coursekit.sims.datacentre.parts import Backup
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.score import score


def locked(cls):
    return cls(prediction=PREDICTIONS[cls.name])


# Years


def test_the_pieces_of_a_bar_are_its_hours():
    lab = YearsLab()
    for each in lab.result.lived.spans:
        pieces = [item for name, item in drawn(lab).items() if name.startswith(f"piece-{each.name}-")]  # fmt: skip
        others = [item for name, item in drawn(lab).items() if name.startswith("piece-web-")]
        web = lab.result.lived.of("web").hours
        ratio = sum(item["w"] for item in pieces) / sum(item["w"] for item in others)
        assert ratio == pytest.approx(each.hours / web, rel=0.03)


def test_press_a_service_to_see_its_years():
    lab = YearsLab()
    lab._press("total-web")
    assert lab.values["service"] == "web" and "“web site” is away 13 hours" in lab.text
    assert "lines to the Internet" in lab.text


def test_nothing_in_a_thousand_years_is_not_never():
    lab = YearsLab()
    lab.set(design="D2")
    assert "That is not for ever" in lab.text and lab.said.tone == "ok"
    lab.set(years=10_000, service="file")
    assert "two failures at once" in lab.text


def test_another_life_is_another_draw_of_the_same_formula():
    lab = YearsLab()
    figures = set()
    for life in (1, 2, 3):
        lab.set(life=life)
        one = lab.result.lived.of("dir")
        figures.add(one.hours)
        assert abs(one.deviation) < 4
        assert "in series give 99.951 %" in lab.text
    assert len(figures) == 3


# The exam


def right(lab):
    return dict(lab.state.task.state.up)


def test_a_whole_series_rightly_answered():
    lab = ExamLab()
    for n in range(1, QUESTIONS + 1):
        lab.set(**right(lab))
        press(lab)["Check"]()
        assert lab.state.right == n and lab.said.tone == "ok"
        if n < QUESTIONS:
            press(lab)["Next question"]()
    assert "The series is over: 10 of 10 questions wholly right, 40 of 40 services." in lab.text
    press(lab)["Next question"]()
    assert "it was the last" in lab.text


def test_a_wrong_answer_is_told_why():
    lab = ExamLab()
    lab.load(lab.scenario_of(at.exam(("answer", "1111"), series=24)))
    assert "Down: files. file1 is not started elsewhere: no host has the memory left." in lab.text
    items = drawn(lab)
    assert items["answer-file"]["text"] == "✗ files: down (you said up)"
    assert items["host:h2"]["title"].startswith("✗ h2")
    assert items["vm-file1"]["text"].startswith("✗")


def test_before_the_answer_the_picture_shows_the_failures_only():
    lab = ExamLab()
    for series in range(1, 40):
        lab.set(series=series)
        task = lab.state.task
        items = drawn(lab)
        for name, item in items.items():
            if name.startswith(("host:", "tor:", "pdu:", "core:", "wan:", "feed:", "nasctrl:")):
                assert (item["tone"] == "bad") == (name in task.failed), "what follows is the answer"  # fmt: skip
            if name.startswith("vm-"):
                assert item["tone"] == "idle"
        assert not any(each in told(lab) for each in ("✓", "runs at home on", "is gone with its host"))  # fmt: skip


def test_another_series_begins_anew():
    lab = ExamLab()
    press(lab)["Check"]()
    press(lab)["Another series"]()
    assert (lab.values["series"], lab.moment, lab.state.answered) == (2, 0, 0)
    assert lab.state.task == draw(2, 1)
    assert lab.scenario()["actions"] == []


def test_cards_can_be_pressed_until_the_answer():
    lab = ExamLab()
    lab._press("answer-web")
    assert lab.values["web"] is False
    press(lab)["Check"]()
    assert not drawn(lab)["answer-web"].get("press")
    press(lab)["Check"]()
    assert "it has been answered" in lab.text


def test_back_and_another_answer_is_another_branch():
    lab = ExamLab()
    press(lab)["Check"]()
    lab.go(0)
    lab.set(web=not lab.values["web"])
    press(lab)["Check"]()
    assert [run.letter for run in lab.runs] == ["A", "B"]


# A design of one's own


def test_controls_write_the_text_and_the_text_takes_over():
    lab = OwnLab()
    assert parsed(lab._box.text) == lab.result.design
    lab.set(hosts=3, storage="hci", doubled="both", backup="safe")
    assert len(parsed(lab._box.text).hosts) == 3
    text = lab._box.text.replace('"wans": 2', '"wans": 1')
    lab._run_text(text)
    assert lab.values["example"] == "own"
    assert list(lab.result.single) == ["rack:R1", "wan:1"]
    assert "hosts" in lab.panel.away, "controls that would do nothing are hidden"
    lab.set(example="built")
    assert lab.result.design.net.wans == 2


def test_the_designs_of_the_chapter_score_as_they_should():
    lab = OwnLab()
    for design, points in ((D0, "24.49"), (D1, "62.65"), (D2, "83.69")):
        lab._run_text(written(design))
        assert drawn(lab)["fact0"]["text"] == f"score: {points} of 100"
        assert score(lab.result.design, 100_000).total == score(design, 100_000).total


@pytest.mark.parametrize("old, new, says", [
    ('"gbps": 10', '"gbps": 40', "net.gbps=40: choose one of 10, 25"),
    ('"rack": "R1"', '"rack": "R9"', "hosts.h1.rack=R9: choose one of R1"),
    ('"raid": 10', '"raid": 7', "storage.raid=7: choose one of"),
    ("{", "[", "not JSON at line"),
])  # fmt: skip
def test_what_a_text_breaks_is_said_and_the_text_stays(old, new, says):
    lab = OwnLab()
    before = lab.result
    said = lab._run_text(written(D1).replace(old, new))
    assert says in said
    assert new in lab._box.text and lab.result == before


def test_too_dear_and_too_small_are_refused_in_red():
    lab = OwnLab()
    lab._run_text(written(replace(D2, vms=tuple(replace(vm, ram=vm.ram * 4) for vm in D2.vms))))
    lab.set(budget=60_000)
    assert drawn(lab)["refused0"]["tone"] == "bad"
    assert "It scores 0" in lab.text and "GB of memory" in lab.text and "a quarter over the budget" in lab.text  # fmt: skip
    fits(lab)


def test_its_scenario_is_what_a_class_is_ranked_by(tmp_path):
    lab = OwnLab()
    lab.set(hosts=2, storage="hci", doubled="both", backup="safe")
    (tmp_path / "ada.json").write_text(json.dumps(lab.scenario()))
    safe = replace(D1, backup=Backup(enabled=True, interval_h=6, immutable=True, offsite=True))
    lab._run_text(written(safe))
    (tmp_path / "ben.json").write_text(json.dumps(lab.scenario()))
    lines = {each.learner: each for each in leaderboard(tmp_path, 100_000)}
    built = OwnLab()
    built.set(hosts=2, storage="hci", doubled="both", backup="safe")
    assert not lines["ada"].why and not lines["ben"].why
    assert lines["ada"].total == built.result.score.total
    assert lines["ben"].total == score(safe, 100_000).total


def test_a_scenario_keeps_the_text_it_was_made_with():
    lab = OwnLab()
    lab.set(hosts=3)
    twin = OwnLab()
    twin.load(lab.scenario())
    assert twin.result.design == lab.result.design and twin.scenario() == lab.scenario()
    twin.set(example="own")
    assert twin.result.design == lab.result.design, "refining begins where building ended"


def test_many_racks_and_hosts_fit():
    racks = tuple(replace(D1.racks[0], id=f"R{n}") for n in range(1, 7))
    hosts = tuple(replace(D1.hosts[0], id=f"h{n}", rack=f"R{1 + n % 6}") for n in range(1, 17))
    lab = OwnLab()
    lab._run_text(written(replace(D1, racks=racks, hosts=hosts)))
    assert lab.error is None
    fits(lab)


# The picture of a design


@pytest.mark.parametrize("design", SAMPLES.values(), ids=SAMPLES)
def test_every_component_is_drawn_once(design):
    from coursekit.sims.datacentre.components import components

    items, _low = plan(design, Marks(), 0, 0, 560)
    ids = [item["id"] for item in every_item(items)]
    assert len(ids) == len(set(ids))
    assert set(components(design)) - {"disks:1"} <= set(ids)
    assert {f"vm-{vm.id}" for vm in design.vms} <= set(ids)


def test_machines_are_drawn_where_they_run():
    items, _low = plan(D1, Marks.of(["host:h2"], evaluate(D1, ["host:h2"])), 0, 0, 560)
    host = next(item for item in every_item(items) if item["id"] == "host:h1")
    inside = {child["id"]: child["text"] for child in host["children"]}
    assert inside["vm-file1"].startswith("→ file1")
    assert not inside["vm-db1"].startswith("→")


# The page


class Reader(HTMLParser):
    """Tags that are opened and closed, and what they point at."""

    def __init__(self):
        super().__init__()
        self.open, self.points = [], []

    def handle_starttag(self, tag, attrs):
        self.points += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "rect", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("rect", "path"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_is_a_file_of_its_own(name, language):
    with speaking(language):
        lab = ReportLab()
        lab.set(example=name)
    text = lab._page.text
    reader = Reader()
    reader.feed(text)
    assert not reader.open and not reader.points
    assert "http" not in text and "url(" not in text and "<script" not in text
    assert f"<html lang='{language}'>" in text
    assert len(text) < 40_000


def test_the_page_says_what_the_score_says():
    lab = ReportLab()
    assert "62.65 of 100 points for 73,383 €" in lab.paper.value
    assert "core switch 1" in lab.paper.value and "S12" in lab.paper.value
    assert "5 of 9 requirements are met" in lab.text
    lab.set(budget=40_000)
    assert "It counts for nothing" in lab.paper.value and lab.said.tone == "bad"


def test_names_of_ones_own_cannot_break_the_page():
    odd = replace(D1, vms=tuple(replace(vm, id=f"<b>{vm.id}&") for vm in D1.vms))
    lab = ReportLab()
    lab._run_text(written(odd))
    assert "<b>" not in lab._page.text and "&lt;b&gt;dc1&amp;" in lab._page.text


def test_a_still_picture_holds_every_text():
    items, low = plan(D2, Weak(), 0, 0, 520)
    drawing = still(items, 520, low, "x")
    for item in every_item(items):
        for key in ("text", "title"):
            assert (item.get(key) or "") in drawing


def test_its_scenario_can_be_downloaded():
    lab = ReportLab()
    lab.set(example="D2")
    twin = ReportLab()
    twin.load_text(lab._state.text)
    assert twin.paper.value == lab.paper.value


# Before the prediction


def test_what_a_locked_lab_hides():
    assert "99.9" not in told(locked(YearsLab)) and "after your prediction" in told(
        locked(YearsLab)
    )
    assert "runs at home on" not in told(locked(ExamLab))
    words = told(locked(OwnLab))
    assert "score: ?" in words and "availability" not in words and "single point" not in words
    lab = locked(ReportLab)
    assert "requirements met" not in lab.paper.value and not lab._page.text
    assert "✗" not in lab.table(lab._shown).html() and ">no<" not in lab.table(lab._shown).html()
