"""Labs on partitions, their bytes, alignment, caches, loss and layouts: what only they do."""

import pytest

from coursekit.labs.volumes.table import TableLab

FOUR = [[k, "add", 256, "linux"] for k in (1, 2, 3, 4)]


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def loaded(lab, *deeds, **values):
    """The lab after these deeds, numbered."""
    acts = [[k, *deed] for k, deed in enumerate(deeds, 1)]
    lab.load({"values": values, "actions": acts})
    return lab


# Table


def test_the_fifth_primary_has_no_place():
    lab = TableLab()
    lab.load({"values": {"kind": "mbr"}, "actions": [*FOUR, [5, "add", 256, "linux"]]})
    seen = drawn(lab)
    assert lab.said.tone == "bad"
    assert "fifth" in seen
    assert "place5" not in seen
    assert seen["fact2"]["text"] == "places taken: 4 of 4"
    lab.set(kind="gpt")
    assert "fifth" not in drawn(lab)
    assert drawn(lab)["place5"]["text"].startswith("5")


def test_the_disk_is_drawn_in_order_and_large_pieces_to_scale():
    lab = loaded(TableLab(), ("add", 200, "linux"), ("add", 800, "lvm"), kind="gpt")
    seen = drawn(lab)
    one, two = seen["part1"], seen["part2"]
    assert one["x"] + one["w"] <= two["x"]
    assert 3 < two["w"] / one["w"] < 4
    assert seen["table0"]["x"] < one["x"] < seen["table1"]["x"]


def test_the_wall_of_an_mbr_is_as_wide_as_what_it_takes():
    lab = TableLab()
    lab.set(kind="mbr", size=8_000_000)
    wall = drawn(lab)["wall"]
    assert 0.65 < wall["w"] / 892 < 0.75
    assert "5.8 TB of this disk lie behind the wall" in lab.text
    lab.set(kind="gpt")
    assert "wall" not in drawn(lab)


def test_logical_partitions_stand_inside_the_extended_one():
    lab = loaded(TableLab(), ("add", 1000, "extended"), ("add", 300, "lvm"), kind="mbr")
    seen = drawn(lab)
    outer, inner = seen["part1"], seen["part5"]
    assert outer["x"] < inner["x"] < inner["x"] + inner["w"] < outer["x"] + outer["w"]
    assert "EBR 2,048: 5" in seen["chain"]["text"]
    assert [row[0] for row in lab.table(lab.state).rows] == [1, 5]


def test_buttons_act_on_what_is_chosen_and_pressing_chooses():
    lab = TableLab()
    lab._press("part3")
    assert lab.values["number"] == 3
    press = {tool.description: tool.click for tool in lab._tools if hasattr(tool, "click")}
    press["Extend it"]()
    assert lab.state.deed.kind == "extend"
    assert (lab.state.deed.n, lab.state.deed.what) == (3, 256)
    press["Remove it"]()
    assert lab.state.disk.numbered(3) is None
    press["Add a partition"]()
    assert lab.state.disk.numbered(3).type == "linux"


@pytest.mark.parametrize("narrow", [False, True])
def test_nothing_of_the_disk_leaves_the_picture(narrow):
    lab = TableLab()
    lab.scene.narrow = narrow
    for values in ({"kind": "mbr", "size": 8_000_000}, {"kind": "gpt", "size": 64}):
        lab.set(**values)
        assert all(item["x"] + item["w"] <= lab.scene.size[0] for item in lab.scene.items if item["kind"] == "box")  # fmt: skip
