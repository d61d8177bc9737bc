"""Datacentre labs that show a design: what is broken on the board, twelve faults, single points, placement."""

import pytest
from looking import drawn, every_item, fits, press, told

from coursekit.labs.datacentre.board import BoardLab
from coursekit.labs.datacentre.chosen import chosen
from coursekit.labs.datacentre.machines import sentence
from coursekit.labs.datacentre.placement import HOMES, PlacementLab
from coursekit.labs.datacentre.scenarios import ScenariosLab
from coursekit.labs.datacentre.spof import PARTS, SpofLab
from coursekit.quizzes.datacentre import predict_faults
from coursekit.quizzes.datacentre import scenes as at
from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.samples import D1, D2, SAMPLES
from coursekit.sims.datacentre.scenarios import scenarios
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.message import ParameterError
from coursekit.ui.fit import fitting


def rows(lab):
    return {row[0]: row[1:] for row in lab.table(lab._shown).rows}


def look(lab, name):
    item = drawn(lab)[name]
    return item["tone"], item["fill"]


def locked(lab, name):
    class Asked(lab):
        """The same lab with a prediction that is awaited."""

    return Asked(1, prediction=predict_faults.PREDICTIONS[name])


# The board


@pytest.mark.parametrize("design", SAMPLES)
def test_every_component_can_be_broken_and_repaired_by_hand(design):
    lab = BoardLab()
    lab.set(design=design)
    for name in components(SAMPLES[design]):
        if name == "disks:1":
            continue
        assert drawn(lab)[name]["press"].startswith("break ")
        lab._press(name)
        assert lab.state.failed == {name}
        assert lab.state.state == evaluate(SAMPLES[design], [name])
        assert look(lab, name)[0] in ("bad", "warn"), "a feed on a generator still works"
        lab._press(name)
        assert not lab.state.failed
    assert len(lab.result.states) == 1 + 2 * (len(components(SAMPLES[design])) - 1)


def test_colours_tell_broken_from_dead_from_worn():
    lab = BoardLab()
    lab._press("pdu:R1:a")
    assert look(lab, "pdu:R1:a") == ("bad", "solid")
    assert look(lab, "tor:R1:a") == ("bad", "soft")
    assert look(lab, "host:h1") == ("warn", "soft")
    assert look(lab, "tor:R1:b") == ("ok", "plain")
    assert drawn(lab)["plug-h1-a"]["dash"]
    assert "dash" not in drawn(lab)["plug-h1-b"]


def test_moved_machines_are_marked_and_said():
    lab = BoardLab()
    lab._press("host:h2")
    assert look(lab, "run-h1-file1") == ("warn", "solid")
    assert look(lab, "run-h2-file1") == ("idle", "none")
    assert look(lab, "run-h2-db2") == ("bad", "soft")
    assert "file1 → h1" in lab.text
    assert drawn(lab)["service-db"]["led"] == "warn"


def test_the_sentence_says_why_down_to_the_feed():
    lab = BoardLab()
    lab._press("feed:1")
    assert "Down: directory service, database, web site, files." in lab.text
    assert "both its supplies hang on feed 1" in lab.text
    assert rows(lab)["feed 1"][0] == "broken"
    assert rows(lab)["host h1"][0] == "down"


def test_disks_die_until_the_data_are_lost_and_come_back():
    lab = BoardLab()
    lab._press("disk")
    assert drawn(lab)["disk"]["tone"] == "warn"
    press(lab)["One more disk dies"]()
    assert "data lost" in drawn(lab)["disk"]["text"]
    assert "The data are lost" in lab.text
    press(lab)["Repair everything"]()
    assert "All services are up" in lab.text


def test_a_cut_and_short_cuts_of_the_power():
    lab = BoardLab()
    lab.set(design="D2")
    press(lab)["Cut off the first rack, or join it"]()
    assert "cut" in drawn(lab)
    assert "must stop" in drawn(lab)["rack:R1"]["text"]
    lab.set(less_quorum=True)
    assert "cannot reach enough of the data" in lab.text
    lab.set(less_alone=True)
    assert "Both sides run the same machines" in lab.text
    assert look(lab, "run-h1-db1") == ("ok", "solid")
    assert look(lab, "run-h3-db1") == ("warn", "solid")
    for name in ("mend", "short"):
        lab.do(name)
    lab._press("feed:1")
    lab._press("feed:2")
    assert all(lab.state.state.up.values())


def test_the_same_deeds_can_be_done_to_another_design():
    lab = BoardLab()
    lab._press("host:h2")
    lab.set(design="D0")
    assert lab.error is None
    assert "there is no host h2 here" in lab.text.lower()
    lab.reset()
    assert lab.values["design"] == "D1"
    assert len(lab.result.states) == 1


def test_a_branch_keeps_the_other_run():
    lab = BoardLab()
    lab._press("host:h2")
    lab.go(0)
    lab._press("host:h1")
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert ("services up", "4/4") in lab.summary(lab.result)


def test_an_unknown_deed_is_refused():
    lab = BoardLab()
    with pytest.raises(ParameterError, match='kind="burn"'):
        lab.load({"actions": [[1, "burn", "host:h1"]]})


@pytest.mark.parametrize("lab", [BoardLab, ScenariosLab, SpofLab, PlacementLab])
def test_nothing_that_can_be_pressed_lies_in_another_that_can(lab):
    for item in drawn(lab()).values():
        if item.get("press"):
            assert not [inner for inner in every_item(item.get("children", ())) if inner.get("press")]  # fmt: skip


@pytest.mark.parametrize("name, lab", [("board", BoardLab), ("scenarios", ScenariosLab), ("spof", SpofLab), ("placement", PlacementLab)])  # fmt: skip
def test_before_the_prediction_nothing_can_be_pressed_and_nothing_is_told(name, lab):
    shut = locked(lab, f"datacentre-{name}")
    assert shut.locked
    assert not [item for item in drawn(shut).values() if item.get("press")]
    said = told(shut)
    for answer in ("✗", "takes a service down", "! core", "borne", "No majority", "19.38"):
        assert answer not in said, answer
    fits(shut)
    for item in list(drawn(shut)):
        shut._press(item)
    assert told(shut) == said


# Twelve faults


@pytest.mark.parametrize("design", SAMPLES)
def test_the_matrix_is_that_of_the_simulation(design):
    lab = ScenariosLab()
    lab.set(design=design)
    for each in scenarios(SAMPLES[design]):
        for name, up in each.state.up.items():
            assert drawn(lab)[f"{each.name}-{name}"]["text"] == ("✓" if up else "✗")
        assert drawn(lab)[f"{each.name}-value"]["text"] == f"{100 * each.value:g} %"


def test_one_feed_without_batteries_and_all_copies():
    """14.5, numbers 3 and 4."""
    lab = ScenariosLab()
    lab.set(design="D2")
    assert "27.5 of 30" in drawn(lab)["mean"]["text"]
    lab.set(less_power=True)
    assert "22.5 of 30" in drawn(lab)["mean"]["text"]
    assert drawn(lab)["S7-web"]["text"] == "✗"
    lab.load(lab.scenario_of(at.faults("S1", design="D2", less_copies=True)))
    assert "Of the 3 copies of the data 2 can be reached, and 3 must be" in lab.text


def test_a_row_that_is_pressed_is_looked_at():
    lab = ScenariosLab()
    lab._press("S10")
    assert lab.values["fault"] == "S10"
    assert drawn(lab)["S10"]["selected"]
    assert "Host h1 stood in rack R1" in lab.text
    lab._press("nothing")
    assert lab.values["fault"] == "S10"


def test_a_split_brain_is_worth_nothing():
    lab = ScenariosLab()
    lab.load(lab.scenario_of(at.faults("S11", design="D2", less_quorum=True)))
    assert drawn(lab)["S11-value"]["text"] == "0 %"
    assert drawn(lab)["S11-db"]["text"] == "⚠"
    assert "worth nothing" in lab.text


# Single points of failure


@pytest.mark.parametrize("design", SAMPLES)
def test_single_points_are_marked_and_listed(design):
    lab = SpofLab()
    lab.set(design=design)
    found = spof(SAMPLES[design])
    for name in components(SAMPLES[design]):
        item = drawn(lab)["disk" if name == "disks:1" else name]
        assert item["text"].startswith("! ") == (name in found)
        assert (f"point-{name}" in drawn(lab)) == (name in found)


def test_a_part_that_is_pressed_shows_what_it_takes_along():
    lab = SpofLab()
    lab.set(less_pdu=True)
    lab._press("pdu:R1:a")
    assert look(lab, "pdu:R1:a") == ("bad", "solid")
    assert look(lab, "host:h2") == ("bad", "soft")
    assert drawn(lab)["service:web"]["led"] == "bad"
    assert "both its supplies hang on PDU R1:a" in lab.text
    assert "400 €" in lab.text
    lab._press("pdu:R1:a")
    assert lab.values["what"] == "none"
    lab._press("disk")
    assert lab.values["what"] == "disks:1"
    assert "no single point of failure" in lab.text


def test_a_part_that_is_not_there_says_so():
    lab = SpofLab()
    lab.set(design="D0", what="host:h3")
    assert lab.error is None
    assert "There is no host h3 here" in lab.text


def test_every_part_of_every_design_can_be_chosen():
    for values in ({"design": "D1", "add_host": True}, {"design": "D2", "add_host": True}, {"design": "D0", "add_wan": True}):  # fmt: skip
        assert set(components(chosen(values))) <= set(PARTS)


# Placement


def test_a_machine_is_moved_by_pressing_it_and_a_host():
    lab = PlacementLab()
    lab._press("vm-db2")
    lab._press("put-h1")
    assert lab.values["at_db2"] == 1
    assert "vm-db2" in drawn(lab)
    assert "memory 152 of 256 GB" in drawn(lab)["ram-h1-text"]["text"]
    assert {vm: lab.values[f"at_{vm}"] for vm in HOMES if vm != "db2"} == {vm: n for vm, n in HOMES.items() if vm != "db2"}  # fmt: skip


def test_a_death_is_looked_at_and_left_again():
    lab = PlacementLab()
    lab._press("death-h2")
    assert "web2 → h1" in lab.text
    assert drawn(lab)["vm-file1"]["glow"]
    assert {"left-dc2", "left-db2"} <= drawn(lab).keys()
    assert lab.said.tone == "ok"
    lab._press("death-h2")
    assert lab.values["dies"] == 0


def test_small_hosts_with_twins_together():
    lab = PlacementLab()
    lab.set(model="H1", apart=False)
    assert "N+1 does not hold" in lab.text
    assert "✗" in drawn(lab)["death-h2"]["text"]
    lab.set(dies=2)
    assert "no host has the memory left" in lab.text
    lab.set(**{f"at_{vm}": 1 for vm in HOMES})
    assert "hosts.h1=192 GB: it has 128 GB of memory" in lab.text
    assert drawn(lab)["fact0"]["text"] == "too small"


def test_the_empty_host_bears_its_death():
    lab = PlacementLab()
    lab.set(hosts=3, dies=3)
    assert "Nothing ran there." in lab.text
    lab.set(hosts=2)
    assert lab.death(lab.result) is None, "that host is not there"


@pytest.mark.parametrize("hosts", [2, 3, 4])
@pytest.mark.parametrize("home", [1, 4])
def test_every_placement_fits_in_the_picture(hosts, home):
    lab = PlacementLab()
    lab.set(hosts=hosts, model="H1", **{f"at_{vm}": home for vm in HOMES})
    for dies in range(5):
        lab.set(dies=dies)
        fits(lab)


def test_texts_that_fit_and_sentences():
    assert fitting(["a long text", "short", "s"], 50, 12) == "short"
    assert fitting(["a long text", "shorter"], 5, 12) == "…"
    assert sentence("feed 1 is off") == "Feed 1 is off."
    assert sentence("dc1 runs nowhere") == "dc1 runs nowhere."


def test_the_answer_of_the_numeric_prediction():
    question = predict_faults.PREDICTIONS["datacentre-scenarios"].question
    assert question.answer == 22.5
    assert len({choice.value for choice in question.choices} | {question.answer}) == 5
    assert D2.power.feeds == 2
    assert D1.power.feeds == 1
