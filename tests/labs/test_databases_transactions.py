"""Labs on transactions: schedules, levels, anomalies, precedence graphs, remedies."""

import pytest
from looking import drawn, fits, moments, told

from coursekit.i18n import speaking
from coursekit.labs.databases.anomalies import AnomaliesLab
from coursekit.labs.databases.graph import EXAMPLES, GraphLab
from coursekit.labs.databases.levels import LevelsLab
from coursekit.labs.databases.remedies import RemediesLab
from coursekit.labs.databases.schedule import ScheduleLab
from coursekit.labs.databases.steps import TEXTS
from coursekit.quizzes.databases import predictions
from coursekit.quizzes.databases import scenes as at
from coursekit.sims.databases.interleave import MOST
from coursekit.sims.databases.records import LEVELS
from coursekit.sims.databases.scripts import SCRIPTS
from coursekit.sims.message import ParameterError

LONG = "x=1 y=2 z=3 " + " ".join(f"w{tx}({key},{key}+{tx})" for tx in (1, 2, 3, 4) for key in "xyz") + " c1 c2 c3 c4"  # fmt: skip
WAIT = "x=10 w1(x,11) w2(x,x+1) r2(x) c1 c2"


def loaded(lab, scene):
    lab.load(lab.scenario_of(scene))
    return lab


def rows(lab):
    return {row[0]: row[1:] for row in lab.table(lab._shown).rows}


# A schedule over time


def test_a_lost_update_is_told_step_by_step():
    lab = ScheduleLab()
    assert lab.text.endswith("At the end: x = 11. T1 committed, T2 committed.")
    lab.set(level="SI")
    assert "40001" in lab.text or "40001" in drawn(lab)["fact2"]["text"]
    lab.go(5)
    assert lab.said.tone == "bad"
    assert "the first one wins" in lab.text


def test_who_waits_goes_on_when_the_lock_is_given_back():
    lab = loaded(ScheduleLab(), at.schedule(WAIT, moment=3))
    seen = drawn(lab)
    assert seen["fact1"]["text"] == "waiting: T2"
    assert seen["step1"]["dash"] and seen["step2"]["sub"] == "…"
    assert seen["wait2-1"]["tone"] == "warn"
    lab.go(5)
    assert lab.timeline.labels[5] == "w2(x,x+1) → 12"
    assert drawn(lab)["draft-x"]["text"] == "12"
    lab.go(len(lab.result.states) - 1)
    assert "x = 12" in lab.text


def test_discs_stand_on_the_version_that_would_be_read():
    text = "x=10 r1(x) w2(x,99) c2 r1(x) c1"
    places = {}
    for level in ("RC", "SI"):
        lab = loaded(ScheduleLab(), at.schedule(text, level=level, moment=3))
        places[level] = drawn(lab)["reader-x-1"]["x"]
    assert places["SI"] < places["RC"]
    lab = loaded(ScheduleLab(), at.schedule("x=10 w1(x,99) r2(x) a1 c2", level="RU", moment=2))
    assert drawn(lab)["reader-x-2"]["x"] > drawn(lab)["draft-x"]["x"]
    assert "has not committed" in lab.text


def test_locks_last_until_the_end_and_readers_have_some_under_s2pl():
    lab = loaded(ScheduleLab(), at.schedule("r1(x) r2(y) w2(y,5) c1 c2", level="S2PL", moment=3))
    seen = drawn(lab)
    assert seen["lock1-x"]["dash"] and seen["lock1-x"]["text"] == "reads x"
    assert not seen["lock2-y"]["dash"]


def test_what_has_been_read_and_overwritten_is_shown_under_ssi():
    lab = loaded(ScheduleLab(), at.schedule(example="writeskew", level="SSI", moment=6))
    assert drawn(lab)["fact3"]["text"] == "read → overwritten: T2→T1, T1→T2"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("text", [*TEXTS.values(), LONG, WAIT, "n1(a) i2(ab,1) i3(ac,2) d2(x) c2 n1(a) a3 c1"])  # fmt: skip
def test_any_schedule_is_drawn_at_any_level(text, language):
    with speaking(language):
        lab = ScheduleLab()
        lab._run_text(text)
        for level in LEVELS:
            lab.set(level=level)
            for _moment in moments(lab, most=8):
                fits(lab)


def test_a_long_schedule_slides_along():
    lab = loaded(ScheduleLab(), at.schedule(LONG))
    assert "step0" not in drawn(lab)
    assert drawn(lab)["before"]["text"].startswith("… ")
    lab.go(1)
    assert "step0" in drawn(lab)


# Examples and one's own text, with a time bar


def test_the_box_shows_the_text_in_force():
    lab = ScheduleLab()
    lab.set(example="dirty")
    assert lab._box.text == TEXTS["dirty"]
    assert lab._run_text(WAIT) == "Run: see what happened."
    assert (lab.values["example"], lab._box.text, lab.moment) == ("own", WAIT, 7)
    lab.set(example="lock")
    assert lab._box.text == TEXTS["lock"]
    lab.set(example="own")
    assert lab._box.text == WAIT
    lab.reset()
    assert (lab.values["example"], lab._box.text) == ("lost", TEXTS["lost"])


def test_a_text_that_cannot_be_stays_to_be_put_right():
    lab = ScheduleLab()
    before, words = lab.scenario(), lab.text
    assert lab._run_text("r1(x) write") == "position=2: write is no step; write r1(x), w1(x,5), i1(x,5), d1(x), n1(x), l1(x), c1 or a1"  # fmt: skip
    assert lab._box.text == "r1(x) write"
    assert lab.scenario() == before
    assert lab.text == words


@pytest.mark.parametrize("text", [None, "c1"])
def test_the_state_is_text_moment_and_values(text):
    lab = ScheduleLab()
    if text:
        lab._run_text(WAIT)
    lab.set(level="S2PL")
    lab.go(2)
    twin = ScheduleLab()
    twin.load(lab.scenario())
    assert (twin.text, twin.moment, twin.scenario()) == (lab.text, 2, lab.scenario())
    assert twin._box.text == lab._box.text
    with pytest.raises(ParameterError, match="program=7: expected a text"):
        twin.load({"program": 7})


@pytest.mark.parametrize("kind", [ScheduleLab, LevelsLab, GraphLab])
def test_before_the_prediction_nothing_is_said(kind):
    prediction = predictions.PREDICTIONS[kind.name]
    lab = kind(prediction=prediction)
    assert lab.locked
    assert lab._box.text == kind.plain
    assert "prediction" in lab._run_text("r1(x) w2(x) c2 c1")
    assert lab._box.text == kind.plain
    assert not any(word in told(lab) for word in ("40001", "lost", "cycle:"))
    lab._unlocked(first=True)
    assert lab._box.text != kind.plain


# All levels at once


def test_levels_side_by_side():
    lab = loaded(LevelsLab(), at.levels(example="writeskew", level="SSI"))
    found = rows(lab)
    assert [found[name][3] for name in found] == ["x = -15, y = -5"] * 3 + ["x = -15, y = 20"] * 2
    assert "T2 overwrites" in lab.text
    lab._press("level-S2PL")
    assert "The database aborts T2" in lab.text
    assert lab.said.tone == "bad"


@pytest.mark.parametrize("text", [*TEXTS.values(), LONG, WAIT])
def test_any_schedule_fits_side_by_side(text):
    lab = LevelsLab()
    lab._run_text(text)
    fits(lab)


# The table of anomalies


def test_a_cell_brings_its_schedule():
    lab = AnomaliesLab()
    assert drawn(lab)["cell-lost-RC"]["text"] == "18 of 20"
    lab._press("cell-writeskew-SSI")
    assert lab.values == {"anomaly": "writeskew", "level": "SSI"}
    assert "in none of 70 orders. In 68 of them somebody is aborted" in lab.text
    assert drawn(lab)["step7"]["sub"] == "40001"
    assert rows(lab)["write skew"] == ["48 of 70", "64 of 70", "68 of 70", "0 of 70", "0 of 70"]


@pytest.mark.parametrize("kind", [AnomaliesLab, RemediesLab])
def test_before_the_prediction_cells_are_empty_and_dead(kind):
    lab = kind(prediction=predictions.PREDICTIONS[kind.name])
    cells = [item for name, item in drawn(lab).items() if name.startswith("cell-")]
    assert {item["text"] for item in cells} == {"?"}
    assert not any(item.get("press") for item in cells)
    before = lab.scenario()
    lab._press(cells[-1]["id"])
    assert lab.scenario() == before
    fits(lab)


# The graph


def test_the_graph_grows_and_closes():
    lab = loaded(GraphLab(), at.graph(example="three"))
    assert lab.said.tone == "bad"
    assert "T1 → T2 → T3 → T1" in lab.text
    seen = drawn(lab)
    assert {seen[f"edge{a}-{b}"]["tone"] for a, b in ((1, 2), (2, 3), (3, 1))} == {"bad"}
    lab.go(3)
    assert [name for name in drawn(lab) if name.startswith("edge")] == ["edge1-2"]
    assert drawn(lab)["fact2"]["text"] == "no verdict yet"


@pytest.mark.parametrize("example, verdict", [
    ("serial", "serial order: T1 → T2"), ("mixed", "serial order: T1 → T2"), ("readers", "serial order: T1 → T2 → T3"),
    ("rollback", "serial order: T1"), ("skew", "serial order: none"), ("writeskew", "serial order: none"),
])  # fmt: skip
def test_verdicts(example, verdict):
    lab = loaded(GraphLab(), at.graph(example=example))
    assert drawn(lab)["fact3"]["text"] == verdict


@pytest.mark.parametrize("text", [*(text for _words, text in EXAMPLES.values()), LONG, "r1(x) a1"])
def test_any_graph_is_drawn(text):
    lab = GraphLab()
    lab._run_text(text)
    for _moment in moments(lab, most=6):
        fits(lab)


# Remedies


def test_a_remedy_that_only_seems_to_help():
    lab = loaded(RemediesLab(), at.remedy("doctors", "atomic", "SI"))
    assert lab.said.tone == "bad"
    assert "broken in 4 of 6 orders" in lab.text
    assert "r1(ann) + r1(bob) + w1(ann,0)?>=2 ; c1" in drawn(lab)["program1"]["text"]
    lab._press("cell-lock-SI")
    assert "holds in all 70 orders" in lab.text
    assert lab.said.tone == "ok"


def test_locking_what_is_not_there_under_a_snapshot():
    lab = loaded(RemediesLab(), at.remedy("booking", "lock", "SI"))
    assert "broken in 68 of 70 orders" in lab.text
    assert "At the end: room = 0, res1 = 1, res2 = 1." in " ".join(item.get("text", "") for item in drawn(lab).values())  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_any_program_is_drawn(script, language):
    with speaking(language):
        lab = RemediesLab()
        lab.set(script=script)
        for row in lab.result[0]:
            lab.set(remedy=row[0].remedy, level="SI")
            fits(lab)
            assert row[0].total <= MOST


# What the predictions claim


def test_right_answers_are_those_of_the_labs():
    asked = predictions.PREDICTIONS
    for name, kind in (("databases-schedule", ScheduleLab), ("databases-anomalies", AnomaliesLab)):
        lab = loaded(kind(), asked[name].scene)
        assert f"{asked[name].question.answer:g}" in lab.text
    assert "x = -15, y = -5" in loaded(LevelsLab(), asked["databases-levels"].scene).text
    assert loaded(GraphLab(), asked["databases-graph"].scene).said.tone == "bad"
    assert loaded(RemediesLab(), asked["databases-remedies"].scene).said.tone == "ok"


def test_waiting_twice_is_drawn_twice():
    text = "w1(x,1) w3(y,3) w2(x,2) w2(y,2) c1 r4(x) c3 c2 c4"
    lab = loaded(ScheduleLab(), at.schedule(text))
    waits = [name for name in drawn(lab) if name.startswith("wait2")]
    assert len(waits) == 2
    assert drawn(lab)["fact0"]["text"] == "read committed"
