"""VM files labs on chains, internal snapshots, accidents and one's own plan: what only they do."""

import pytest

from coursekit.labs.vmfiles.chain import EXAMPLE, ChainLab
from coursekit.labs.vmfiles.disasters import NAMES, DisastersLab
from coursekit.labs.vmfiles.internal import InternalLab
from coursekit.labs.vmfiles.own import OwnPlanLab
from coursekit.quizzes.vmfiles import PREDICTIONS
from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import chainstory, internal
from coursekit.sims.vmfiles.disasters import ACCIDENTS, table

TWO = [
    [1, "snapshot", 0], [2, "write", 1], [3, "write", 2], [4, "snapshot", 0], [5, "write", 2], [6, "write part", 5],
]  # fmt: skip


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def two_snapshots(*deeds, cluster=5, layer=1):
    """Vector 5-V1 on 64 clusters, then these deeds."""
    lab = ChainLab()
    acts = [*TWO, *([7 + k, *deed] for k, deed in enumerate(deeds))]
    lab.load({"values": {"case": "full", "cluster": cluster, "layer": layer}, "actions": acts})
    return lab


# Chain


def test_the_lab_opens_at_the_end_of_its_example_and_comes_back_to_it():
    lab = ChainLab()
    assert lab.moment == len(EXAMPLE) == 8
    lab.go(2)
    lab.reset()
    assert lab.moment == 8


def test_a_sheet_for_each_layer_with_the_clusters_it_holds():
    lab = two_snapshots()
    seen = drawn(lab)
    for layer, held in ((2, {2: "3", 5: "4"}), (1, {1: "1", 2: "2"})):
        cells = {k: item["text"] for k, item in seen.items() if k.startswith(f"at{layer}-")}
        assert cells == {f"at{layer}-{cluster}": text for cluster, text in held.items()}
    assert sum(name.startswith("at0-") for name in seen) == 64
    assert seen["sheet2"]["y"] < seen["sheet1"]["y"] < seen["sheet0"]["y"], "the newest on top"


def test_the_guest_sees_each_cluster_in_the_colour_of_the_layer_that_answers():
    seen = drawn(two_snapshots())
    assert [seen[f"cluster{c}"]["hue"] for c in (0, 1, 2, 5)] == [0, 1, 2, 2]
    empty = ChainLab()
    empty.load({"values": {"case": "empty"}, "actions": [[1, "write", 3]]})
    cells = drawn(empty)
    assert cells["cluster3"]["text"] == "1"
    assert cells["cluster4"]["fill"] == "none"


@pytest.mark.parametrize("cluster, layer, rings", [(0, 0, [1, 2]), (1, 1, [2]), (2, 2, [])])
def test_the_way_of_a_read_ends_at_the_layer_that_answers(cluster, layer, rings):
    lab = two_snapshots(("read", cluster))
    seen = drawn(lab)
    way, cell = seen["way"], seen[f"at{layer}-{cluster}"]
    assert way["arrow"]
    assert not way.get("dash"), "done, not imagined"
    assert float(way["d"].split("V")[1]) == pytest.approx(cell["y"], abs=0.1)
    assert sorted(name for name in seen if name.startswith("ring")) == [f"ring{k}" for k in rings]
    assert f"layer{', ' if layer == 2 else ' '}{layer}" in lab.text.replace("top layer, ", "layer, ")  # fmt: skip


def test_a_part_of_a_cluster_is_copied_up_first():
    lab = two_snapshots()
    seen = drawn(lab)
    assert seen["copied"]["tone"] == "warn"
    assert seen["at2-5"]["glow"]
    assert not seen["at2-2"]["glow"]
    assert "1 read, 1 written" in seen["fact1"]["text"]
    assert "1 read, 4 written" in seen["fact2"]["text"]


def test_the_files_grow_with_each_first_write_and_shrink_when_layers_merge():
    """Only what has happened by now is drawn."""
    lab = two_snapshots(("commit", 1))
    (_steps, above), (_again, written) = lab.chart.data
    assert list(above) == [0, 0, 1, 2, 2, 3, 4, 2], "two of layer 1 went down into the base"
    assert list(written) == [0, 0, 1, 2, 2, 3, 4, 6]
    lab.go(3)
    assert len(lab.chart.data[0][0]) == 4


def test_deleting_a_layer_copies_two_clusters_down_or_one_up():
    down, up = two_snapshots(("commit", 1)), two_snapshots(("pull", 1))
    assert "2 read, 2 written" in drawn(down)["fact1"]["text"]
    assert "1 read, 1 written" in drawn(up)["fact1"]["text"]
    assert {name for name, item in drawn(down).items() if item.get("glow")} == {"at0-1", "at0-2"}
    assert {name for name, item in drawn(up).items() if item.get("glow")} == {"at1-1"}
    guests = [[drawn(lab)[f"cluster{c}"]["text"] for c in range(64)] for lab in (down, up)]
    assert guests[0] == guests[1], "the guest notices nothing"


@pytest.mark.parametrize("lost, left", [(0, 0), (1, 1), (2, 2)])
def test_a_lost_file_takes_its_state_and_all_above(lost, left):
    lab = two_snapshots(("lose", lost))
    seen = drawn(lab)
    assert [seen[f"state{k}"]["tone"] for k in range(3)] == ["ok"] * left + ["bad"] * (3 - left)
    assert seen[f"sheet{lost}"]["tone"] == "bad"
    assert seen["cluster0"]["text"] == "✗"
    assert lab.said.tone == "bad"
    assert [row[-1] for row in lab.table(lab.state).rows].count("can be restored") == left


def test_nothing_can_be_done_with_a_broken_chain():
    lab = two_snapshots(("lose", 0))
    lab.do("read", 0)
    assert "layer 0 is lost" in lab.text


def test_pressing_chooses_a_cluster_and_a_layer():
    lab = two_snapshots()
    lab._press("cluster40")
    lab._press("layer2")
    assert (lab.values["cluster"], lab.values["layer"]) == (40, 2)
    assert drawn(lab)["cluster40"]["selected"]
    assert drawn(lab)["layer2"]["selected"]
    assert "cluster 40" in lab.text


def test_the_buttons_do_it_to_what_is_chosen():
    lab = two_snapshots(cluster=9, layer=1)
    press = {tool.description: tool.click for tool in lab._tools if hasattr(tool, "click")}
    for text, kind, place in (
        ("Read", "read", 9), ("Write all of it", "write", 9), ("Write a part", "write part", 9),
        ("Snapshot", "snapshot", 0), ("Go back to it", "revert", 1), ("Merge up", "pull", 1),
        ("Merge down", "commit", 1), ("All in one file", "flatten", 0), ("Lose its file", "lose", 0),
    ):  # fmt: skip
        press[text]()
        assert lab.state.deed == chainstory.Deed(kind, place), lab.text


def test_the_first_deed_ends_the_example_there():
    lab = ChainLab()
    lab.go(3)
    lab.do("read", 1)
    deeds = [state.deed for state in lab.result.states[1:]]
    assert deeds == [*EXAMPLE[:3], chainstory.Deed("read", 1)]
    assert [run.letter for run in lab.runs] == ["A", "B"], "the example is kept"
    assert lab.scenario()["actions"] == [[4, "read", 1]]


def test_a_deed_in_the_past_drops_the_learners_later_ones():
    lab = two_snapshots()
    lab.go(2)
    lab.do("snapshot")
    assert [state.deed.kind for state in lab.result.states[1:]] == ["snapshot", "write", "snapshot"]


def test_a_picture_has_room_for_eight_layers():
    lab = ChainLab()
    lab.load({"values": {"case": "full"}, "actions": [[k, "snapshot", 0] for k in range(1, 8)]})
    assert "sheet7" in drawn(lab)
    lab.do("snapshot")
    assert "layers=9: the picture has room for 8" in lab.text
    assert len(lab.result.states) == 8


@pytest.mark.parametrize(
    "action", [["write", 1], [0, "write", 1], [True, "write", 1], [1], [1, "write", 1, 2], "write", [1, "sing", 0], [1, "write", "x"]],
)  # fmt: skip
def test_a_scenario_with_a_strange_action_is_refused(action):
    lab = ChainLab()
    with pytest.raises(ParameterError, match=r"action|kind|place"):
        lab.load({"actions": [action]})
    assert lab.moment == 8


# Internal snapshots


def test_the_example_leaves_a_hole_in_the_file():
    lab = InternalLab()
    seen = drawn(lab)
    assert seen["place1"]["text"] == "free"
    assert seen["fact3"]["text"] == "free inside the file: 1"
    assert seen["place2"]["text"] == "c2 ×2"
    assert seen["place2"]["fill"] == "solid"
    assert seen["place4"]["fill"] == "soft"
    assert [seen[f"0-{c}"]["text"] for c in range(4)] == ["4", "3", "2", ""]
    assert [seen[f"2-{c}"]["text"] for c in range(4)] == ["0", "3", "2", ""]


def test_each_states_way_leads_to_its_place():
    lab = InternalLab()
    lab.set(cluster=0)
    seen = drawn(lab)
    assert not seen["way0"]["dash"]
    assert seen["way2"]["dash"]
    for way, place in (("way0", "place4"), ("way2", "place0")):
        end = seen[way]["d"].split()[-2:]
        there = seen[place]
        assert [float(each) for each in end] == pytest.approx([there["x"] + there["w"] / 2, there["y"]], abs=0.1)  # fmt: skip


def test_a_snapshot_raises_counts_and_its_deletion_lowers_them():
    lab = InternalLab()
    lab.load({"actions": [[1, "write", 0], [2, "write", 1], [3, "snapshot", 0], [4, "write", 1], [5, "delete", 1]]})  # fmt: skip
    lab.go(3)
    assert [drawn(lab)[f"place{k}"]["text"] for k in (0, 1)] == ["c0 ×2", "c1 ×2"]
    lab.go(4)
    assert [drawn(lab)[f"place{k}"]["text"] for k in (0, 1, 2)] == ["c0 ×2", "c1 ×1", "c1 ×1"]
    lab.set(snapshot=1)
    assert "would copy nothing and free 1 cluster." in lab.text
    lab.go(5)
    assert [drawn(lab)[f"place{k}"]["text"] for k in (0, 1, 2)] == ["c0 ×1", "free", "c1 ×1"]
    assert drawn(lab)["place1"]["glow"]


def test_the_file_does_not_get_shorter():
    deeds = [("write", 0), ("snapshot", 0), ("write", 0), ("revert", 1)]
    told = internal.tell(internal.Image(), [internal.Deed(*each) for each in deeds])
    assert [state.length for state in told.states] == [0, 1, 1, 2, 2]
    assert told.states[-1].image.used == 1


def test_internal_buttons_and_presses():
    lab = InternalLab()
    lab._press("0-7")
    lab._press("state2")
    assert lab.values == {"cluster": 7, "snapshot": 2}
    press = {tool.description: tool.click for tool in lab._tools if hasattr(tool, "click")}
    for text, deed in (
        ("Write it", ("write", 7)), ("Take a snapshot", ("snapshot", 0)), ("Go back to it", ("revert", 2)),
        ("Delete it", ("delete", 2)),
    ):  # fmt: skip
        press[text]()
        assert lab.state.deed == internal.Deed(*deed), lab.text
    press["Delete it"]()
    assert "snapshot=2: choose one of 3" in lab.text


def test_seven_snapshots_fill_the_picture():
    lab = InternalLab()
    lab.load({"actions": [[k, "snapshot", 0] for k in range(1, 8)]})
    lab.do("snapshot")
    assert "snapshots=8: the picture has room for 7" in lab.text


# Accidents


def cells(lab):
    seen = drawn(lab)
    columns = len(lab.result.copies)
    return [[seen[f"cell-{r}-{c}"]["text"] for c in range(columns)] for r in range(7)]


def test_the_matrix_is_the_simulations_table():
    lab = DisastersLab()
    yes = {True: "✓ yes", False: "✗ no"}
    assert cells(lab) == [[yes[each.restorable] for each in row] for row in table()]
    lab.set(backup_days=40)
    assert cells(lab)[6] == ["✗ no", "✓ yes", "✓ yes", "✓ yes"]
    assert list(NAMES) == [accident.name for accident in ACCIDENTS]


def test_without_its_base_a_layer_is_of_no_use():
    lab = DisastersLab()
    seen = drawn(lab)
    assert (seen["piece0-0"]["text"], seen["piece0-0"]["tone"]) == ("– layer", "warn")
    assert (seen["piece0-1"]["text"], seen["piece0-1"]["tone"]) == ("✗ base", "bad")
    assert "only differences" in lab.text
    assert lab.said.tone == "warn"


def test_a_fire_takes_the_site_and_the_copies_in_it():
    lab = DisastersLab()
    lab.set(accident="site fire")
    seen = drawn(lab)
    assert seen["site0"]["tone"] == "bad"
    assert seen["site2"]["tone"] == "idle"
    assert [seen[f"piece{c}-0"]["tone"] for c in range(4)] == ["bad", "bad", "ok", "ok"]


def test_pressing_a_cell_says_why():
    lab = DisastersLab()
    lab._press("cell-5-2")
    assert lab.values["accident"] == "hostile administrator"
    assert lab.values["copy"] == "other site, online"
    assert "It is online: whoever has the rights deletes it too." in lab.text
    assert drawn(lab)["cell-5-2"]["selected"]
    lab._press("accident-6")
    assert "No copy is left" in lab.text
    assert lab.said.tone == "bad"


def test_a_copy_of_ones_own_is_a_fifth_column():
    lab = DisastersLab()
    lab.set(own=True)
    assert [row[4] for row in cells(lab)] == ["✓ yes"] * 7, "immutable, off-site, kept 60 days"
    lab.set(immutable=False)
    assert cells(lab)[5][4] == "✗ no"
    lab.set(site="A", own_days=7)
    assert [row[4] for row in cells(lab)] == ["✓ yes", "✓ yes", "✓ yes", "✗ no", "✓ yes", "✗ no", "✗ no"]  # fmt: skip


def test_without_snapshots_their_column_goes():
    lab = DisastersLab()
    lab.set(snapshot_days=0)
    assert [len(row) for row in cells(lab)] == [3] * 7
    assert "Backup, same site, online? The accident" in lab.text


def test_a_locked_lab_keeps_its_answers():
    lab = DisastersLab()
    lab.locked = True
    lab.redraw()
    looks = [item for name, item in drawn(lab).items() if name.startswith("cell")]
    assert {(item["text"], item["tone"], item["fill"]) for item in looks} == {("", "idle", "soft")}
    assert {text for row in lab.table(lab.result).rows for text in row[1:]} == {"?"}


# Own plan


def optimal(day, _history):
    """No plan whose chains have seven pieces at most stores less."""
    return "D" if day in (4, 10, 16, 22) else "I" if day else "F"


def test_the_learners_plan_is_judged_beside_the_usual_ones():
    lab = OwnPlanLab(backup=optimal)
    own = lab.result.own
    assert (own.longest, round(own.stored_gb)) == (7, 2356)
    seen = drawn(lab)
    assert seen["fact0"]["text"] == "stored: 2,356 GB"
    assert seen["stored-own"]["w"] == pytest.approx(seen["stored-fulls"]["w"] * own.stored_gb / 28_000)  # fmt: skip
    assert [row[4] for row in lab.table(lab.result).rows] == [7, 1, 2, 7, 7, 5, 28]


def test_the_chain_of_the_chosen_day_is_marked():
    lab = OwnPlanLab(backup=optimal)
    lab.set(day=12)
    seen = drawn(lab)
    assert {name for name, item in seen.items() if item.get("glow") and name.startswith("day")} == {"day0", "day10", "day11", "day12"}  # fmt: skip
    assert sorted(name for name in seen if name.startswith("link")) == [
        "link10",
        "link11",
        "link12",
    ]
    assert "0, 10, 11, 12." in lab.text


def test_bars_are_as_high_as_what_a_day_stores():
    seen = drawn(OwnPlanLab(backup=optimal))
    sizes = {item.number: item.stored_gb for item in OwnPlanLab(backup=optimal).result.own.items}
    assert seen["bar22"]["h"] / seen["bar0"]["h"] == pytest.approx(sizes[22] / sizes[0])


def test_a_function_that_fails_says_its_line_and_the_picture_stays():
    lab = OwnPlanLab(backup=optimal)
    before = lab.result
    lab.backup = lambda _day, history: history[5]
    lab.update()
    assert "your function: IndexError at its line" in lab.text
    assert lab.result is before
    lab.backup = lambda _day, _history: "monday"
    lab.update()
    assert "day=0: your function says 'monday'" in lab.text
    lab.backup = optimal
    lab.update()
    assert lab.error is None


def test_a_locked_plan_does_not_tell_its_size():
    lab = OwnPlanLab(prediction=PREDICTIONS["vmfiles-own"])
    assert lab.locked
    shown = " ".join(str(item.get("text")) for item in lab.scene.items)
    told = [shown, lab.text, str(lab.table(lab.result).rows)]
    assert not [text for text in told if "4,480" in text or "1,540" in text]
    assert "stored-own" not in drawn(lab)
    lab._set_locked(False)
    lab.update()
    assert "4,480" in lab.text
    assert "stored-own" in drawn(lab)
