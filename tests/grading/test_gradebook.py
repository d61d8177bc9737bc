"""The rows of a class, worked out from what is stored: who counts, what counts, who copied."""

import pytest

from coursekit.grading.gradebook import (
    by_learner,
    entries,
    groups,
    overall,
    set_by_hand,
    unknown,
    withdraw,
)
from coursekit.grading.marker import Mark
from coursekit.grading.roster import Learner, Roster
from coursekit.grading.store import Run, Store, Taken
from coursekit.sims.message import Message, ParameterError

RUN = Run(
    chapter="08-raid", versions={"E8.1": "1", "E8.2": "1"}, cases="c",
    policy={"deadline": "2026-01-02T00:00:00+00:00", "percent_a_day": 50, "excused": ["zoe"]},
)  # fmt: skip
LATE, EARLY = "2026-01-02T06:00:00+00:00", "2026-01-01T00:00:00+00:00"


def mark(exercise, passed=40):
    return Mark(exercise=exercise, passed=passed, total=40, status="graded")


@pytest.fixture
def store(tmp_path):
    handed_in = [
        Taken(learner="bob", sha256="b", handed_in=LATE),
        Taken(learner="ann", sha256="a", handed_in=EARLY, name="by platform"),
        Taken(learner="zoe", sha256="z", handed_in=LATE),
        Taken(learner="Cy_77", sha256="c", handed_in=EARLY, ids={"moodle": "77"}),
        Taken(learner="bad", refused=Message.of("the file is empty"), handed_in=EARLY),
    ]
    with Store(tmp_path, new=True) as opened:
        opened.take(RUN, handed_in)
        for each in handed_in[:3]:
            opened.put(RUN, each.learner, each.sha256, [(mark("E8.1"), "same"), (mark("E8.2", 10), each.learner)])  # fmt: skip
        yield opened


def shown(store, exercise="E8.1"):
    return {e.learner: e for e in entries(store) if e.mark.exercise == exercise}


def test_rows_are_in_the_order_of_names_then_exercises(store):
    order = [(each.learner, each.mark.exercise) for each in entries(store)]

    assert order == sorted(order)
    assert len(order) == 10
    assert all(each.known for each in entries(store))


def test_what_is_refused_or_still_to_be_marked_says_so(store):
    rows = shown(store)

    assert (rows["bad"].mark.status, str(rows["bad"].mark.reason)) == (
        "refused",
        "the file is empty",
    )
    assert rows["Cy_77"].mark.status == "waiting"
    assert rows["bad"].final == rows["Cy_77"].final == 0


def test_lateness_takes_off_what_the_policy_says_unless_excused(store):
    rows = shown(store)

    assert [rows[who].final for who in ("ann", "bob", "zoe")] == [1, 0.5, 1]
    assert [rows[who].late.days for who in ("ann", "bob", "zoe")] == [0, 1, 1]
    assert rows["bob"].mark.score == 1


LIST = Roster(
    (Learner("eva", "Eva"), Learner("ann", "Ann Lee"), Learner("cy", "Cy", {"moodle": "77"}), Learner("dan"))
)  # fmt: skip


def test_a_list_adds_who_is_missing_and_puts_strangers_at_the_end(store):
    store.enrol(LIST)
    rows = entries(store)

    assert list(by_learner(rows)) == ["ann", "cy", "dan", "eva", "bad", "bob", "zoe"]
    assert unknown(rows) == ["bad", "bob", "zoe"]
    assert [e.mark.status for e in rows if e.learner in ("dan", "eva")] == ["absent"] * 4
    assert str(shown(store)["eva"].mark.reason) == "nothing handed in"
    assert shown(store)["ann"].name == "Ann Lee"
    assert shown(store)["cy"].ids == {"moodle": "77"}


def test_two_who_hand_in_as_one_learner_are_both_there(store):
    twice = [Taken(learner="ann", sha256="1"), Taken(learner="Ann Lee", sha256="2")]
    store.take(RUN, twice)
    store.enrol(LIST)

    assert {"ann", "Ann Lee"} <= set(by_learner(entries(store)))
    assert unknown(entries(store)) == ["Ann Lee"]


def test_a_mark_set_by_hand_counts_for_who_handed_nothing_in_too(store):
    store.enrol(LIST)
    for who in ("bob", "eva"):
        set_by_hand(store, who, "E8.1", 0.75, " fair ")
    rows = shown(store)

    assert (rows["bob"].final, rows["eva"].final, rows["ann"].final) == (0.75, 0.75, 1)
    assert rows["bob"].override.reason == "fair"
    assert rows["bob"].override.who != ""
    assert rows["bob"].override.at.startswith("20")
    assert shown(store, "E8.2")["bob"].override is None


def test_a_mark_set_by_hand_stays_when_a_list_gives_the_learner_another_name(store):
    set_by_hand(store, "Cy_77", "E8.1", 0.5, "seen")
    store.enrol(LIST)

    assert shown(store)["cy"].final == 0.5


def test_a_mark_set_by_hand_is_withdrawn_under_either_name(store):
    set_by_hand(store, "Cy_77", "E8.1", 0.5, "seen")
    store.enrol(LIST)
    set_by_hand(store, "cy", "E8.1", 0.75, "seen again")
    withdraw(store, "cy", "E8.1", "seen twice")

    assert shown(store)["cy"].override is None
    set_by_hand(store, "cy", "E8.1", 0.25, "a third time")
    assert shown(store)["cy"].final == 0.25


def test_only_what_was_set_by_hand_is_withdrawn(store):
    with pytest.raises(ParameterError, match=r"learner=ann: no mark for E8\.1 was set by hand"):
        withdraw(store, "ann", "E8.1", "r")
    set_by_hand(store, "ann", "E8.1", 0.5, "r")
    with pytest.raises(ParameterError, match="reason=: say why"):
        withdraw(store, "ann", "E8.1", "")
    assert shown(store)["ann"].final == 0.5


@pytest.mark.parametrize(
    ("learner", "exercise", "score", "reason", "says"),
    [
        ("gus", "E8.1", 0.5, "r", "learner=gus: not in this gradebook"),
        ("ann", "E8.3", 0.5, "r", "exercise=E8.3: choose one of E8.1, E8.2"),
        ("ann", "E8.1", 75, "r", "score=75: choose 0 to 1"),
        ("ann", "E8.1", float("nan"), "r", "score=nan: choose 0 to 1"),
        ("ann", "E8.1", 0.5, " ", "reason=: say why"),
    ],
)
def test_a_mark_set_by_hand_needs_a_learner_a_score_and_a_reason(
    store, learner, exercise, score, reason, says
):
    with pytest.raises(ParameterError, match=says):
        set_by_hand(store, learner, exercise, score, reason)
    assert store.overrides() == {}


def test_the_same_code_makes_a_group_and_takes_no_mark(store):
    rows = entries(store)

    assert [(g.exercise, g.number, g.learners) for g in groups(rows)] == [
        ("E8.1", 1, ("ann", "bob", "zoe"))
    ]
    assert {e.learner: e.same_code for e in rows if e.mark.exercise == "E8.1"} == {
        "ann": 1, "bob": 1, "zoe": 1, "Cy_77": 0, "bad": 0,
    }  # fmt: skip
    assert shown(store)["zoe"].final == 1


def test_the_overall_mark_is_the_mean_by_weight(store):
    assert overall(by_learner(entries(store))["ann"]) == (1 + 0.25) / 2


def test_a_run_without_the_sandbox_is_stamped_on_every_row(store):
    store.enrol(LIST)
    store.renew(Run(**{**vars(RUN), "unsandboxed": True}))

    assert {each.unsandboxed for each in entries(store)} == {True}
