"""The lab on B-trees: orders of keys, splits, searches, both drawings."""

import pytest
from looking import drawn, fits, moments

from coursekit.i18n import speaking
from coursekit.labs.databases.btree import BTreeLab
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.databases.predictions import PREDICTIONS
from coursekit.sims.databases.btree import order
from coursekit.sims.message import ParameterError


def loaded(scene):
    lab = BTreeLab()
    lab.load(lab.scenario_of(scene))
    return lab


def test_the_tree_of_the_chapter():
    lab = loaded(at.btree(count=16, find=7))
    found = [row[2] for row in lab.table(lab._shown).rows]
    assert found[:4] == ["5 9", "3", "7", "11 13"]
    assert [row[2] for row in lab.table(lab._shown).rows if row[3] != "–"] == ["5 9", "7", "7 8"]
    assert drawn(lab)["fact2"]["text"] == "search: 3 of 11 pages"
    assert "reads 3 pages and finds it; a full scan reads 7 leaves" in lab.text


def test_what_is_not_there_costs_the_same():
    lab = loaded(at.btree(count=16, find=77))
    assert "reads 3 pages and knows that it is not there" in lab.text


def test_a_split_is_told_and_lit():
    lab = loaded(at.btree(count=16, moment=5))
    assert "into a new root: the tree is one level higher" in lab.text
    assert lab.timeline.labels[5] == "5 comes: 1 page splits"
    assert all(drawn(lab)[name]["glow"] for name in ("page2-0", "page1-0", "page1-1"))
    assert lab.said.tone == "warn"


def test_the_answer_to_its_prediction_is_drawn():
    asked = PREDICTIONS["databases-btree"]
    lab = loaded(asked.scene)
    assert asked.question.answer == pytest.approx(100 * 40 / (4 * 19))
    assert drawn(lab)["fact1"]["text"] == "leaves: 19, 52.6 % full"
    assert drawn(loaded(at.btree(example="reversed", count=40)))["fact1"]["text"] == "leaves: 13, 76.9 % full"  # fmt: skip


def test_keys_of_ones_own_and_chance():
    lab = BTreeLab(seed=4)
    lab.set(example="chance", count=20)
    assert lab._box.text == " ".join(map(str, order("chance", 20, 4)))
    assert lab._run_text("5, 5 5 5 5 5") == "Inserted: go through it step by step."
    assert "count" in lab.panel.away
    fits(lab)
    assert lab._run_text("5 100") == "position=2: 100 is no whole number from 1 to 99"
    assert lab._run_text(" ") == "keys=: write at least one number"
    assert lab._run_text("1 " * 41) == "keys=41: at most 40"
    with pytest.raises(ParameterError, match="count=41"):
        lab.set(example="chance", count=41)
        raise lab.error


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("example", ["sorted", "reversed", "chance"])
def test_all_trees_are_drawn(example, language):
    with speaking(language):
        lab = BTreeLab()
        for count in (1, 17, 40):
            lab.set(example=example, count=count)
            for _moment in moments(lab, most=10):
                fits(lab)
