"""Labs on partitions, their bytes, alignment, caches, loss and layouts: what only they do."""

import pytest

from coursekit.i18n import speaking
from coursekit.labs.volumes import LABS
from coursekit.labs.volumes.align import AlignLab
from coursekit.labs.volumes.bytes import BytesLab
from coursekit.labs.volumes.cache import CacheLab
from coursekit.labs.volumes.layout import LayoutLab
from coursekit.labs.volumes.loss import LossLab
from coursekit.labs.volumes.table import TableLab
from coursekit.labs.volumes.twice import TwiceLab

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


# Bytes


def test_a_flipped_bit_turns_one_light_red_and_the_other_copy_is_listed():
    lab = loaded(BytesLab(), ("flip", "header", 24, 0), part="header")
    seen = drawn(lab)
    assert [seen[f"fact{k}"]["tone"] for k in range(4)] == ["bad", "ok", "ok", "ok"]
    assert seen["fact0"]["text"].endswith("≠ bd3d69c3")
    assert (seen["byte24"]["tone"], seen["byte24"]["fill"]) == ("bad", "solid")
    assert seen["part-header"]["tone"] == "bad"
    assert seen["reader"]["text"] == "Listed from the second copy"
    lab.do("repair")
    assert all(drawn(lab)[f"fact{k}"]["tone"] == "ok" for k in range(4))


def test_the_chosen_field_is_marked_and_explained():
    lab = loaded(BytesLab(), part="entries", at=40)
    seen = drawn(lab)
    assert sorted(name for name, item in seen.items() if item.get("glow")) == [f"byte{k}" for k in range(40, 48)]  # fmt: skip
    assert [each["text"] for each in seen["card"]["children"]] == [
        "Slot 1: last sector", "bytes 40 to 47", "34815", "covered by the CRC of the entries",
    ]  # fmt: skip
    assert "Slot 1: last sector: 34815. Inclusive" in lab.text
    lab._press("later")
    assert lab.values["at"] == 168
    assert "Slot 2: last sector: 131038" in lab.text
    lab._press("part-backup")
    assert (lab.values["part"], lab.values["at"]) == ("backup", 0)


def test_an_mbr_has_one_part_and_nobody_to_repair_it():
    lab = loaded(BytesLab(), ("flip", "first", 458, 3), ("repair",), kind="mbr", part="first", at=458)  # fmt: skip
    assert "Entry 1: number of sectors: 204808" in lab.text
    assert lab.said.tone == "bad"
    assert [name for name in drawn(lab) if name.startswith("part-")] == ["part-first"]
    assert "part" in lab.panel.away


def test_another_table_keeps_what_was_done_where_it_means_something():
    lab = loaded(BytesLab(), ("flip", "header", 24, 0), ("flip", "first", 500, 1), kind="gpt")
    lab.set(kind="mbr")
    assert [state.deed.at for state in lab.result.states[1:]] == [500]
    lab.set(kind="gpt")
    assert len(lab.result.states) == 3


def test_the_file_beside_the_notebook_is_the_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = loaded(BytesLab(), ("erase", "header"))
    lab._save()
    lab._save()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["disk-gpt-2.img", "disk-gpt.img"]
    written = (tmp_path / "disk-gpt.img").read_bytes()
    assert len(written) == 64 << 20
    assert written[:40_000] == lab.state.disk.read(0, 40_000)
    assert written[-512:] == lab.state.disk.read((64 << 20) - 512, 512)


def test_a_part_is_shown_page_by_page_and_byte_512_of_a_sector_is_its_last():
    lab = loaded(BytesLab(), part="header", at=5000)
    assert drawn(lab)["byte511"]["selected"]
    assert len([name for name in drawn(lab) if name.startswith("byte")]) == 128
    assert drawn(lab)["later"]["faded"]


# Align


@pytest.mark.parametrize(
    "start, length, reads, ios", [(63, 4096, 2, 4), (2048, 4096, 0, 1), (34, 4096, 2, 4), (63, 512, 1, 2), (63, 65_536, 2, 19)]
)  # fmt: skip
def test_units_covered_in_part_are_read_first(start, length, reads, ios):
    lab = AlignLab()
    lab.set(start=start, length=length)
    seen = drawn(lab)
    partly = [item for name, item in seen.items() if name.startswith("unit") and item["tone"] == "warn"]  # fmt: skip
    assert len(partly) == reads
    assert all(item["dash"] for item in partly), "not by colour alone"
    assert seen["fact3"]["text"] == f"reads and writes: {ios}"
    assert (lab.said.tone == "ok") == (reads == 0)


def test_the_write_lies_where_its_bytes_are():
    lab = AlignLab()
    lab.set(start=63)
    seen = drawn(lab)
    seven, eight, write = seen["unit7"], seen["unit8"], seen["write"]
    assert write["x"] == pytest.approx(seven["x"] + seven["w"] * 7 / 8)
    assert write["x"] + write["w"] == pytest.approx(eight["x"] + eight["w"] * 7 / 8)
    assert seen["sector63"]["tone"] == "accent"


@pytest.mark.parametrize("narrow", [False, True])
def test_of_a_long_write_both_ends_are_in_sight(narrow):
    lab = AlignLab()
    lab.scene.narrow = narrow
    lab.set(start=63, length=1 << 20, unit=512)
    units = [name for name in drawn(lab) if name.startswith("unit")]
    assert units[0] == "unit62"
    assert units[-1] == "unit2111"
    assert "2,044" in drawn(lab)["left"]["text"]


def test_the_chart_is_the_share_of_requests_across_a_border():
    lab = AlignLab()
    lab.set(start=63, unit=65_536)
    bars, modern = (mark[1] for mark in lab.chart.data)
    assert list(bars) == [0, 1 / 16, 1 / 8, 1 / 4, 1, 1]
    assert list(modern) == [0, 0, 0, 0, 0, 1]
    rows = {row[0]: row[4:] for row in lab.table(lab.result).rows}
    assert rows[63] == [2, "6.25"]
    lab.set(unit=4096)
    assert {row[0]: row[4] for row in lab.table(lab.result).rows} == {34: 4, 40: 1, 63: 4, 2048: 1}


# Cache


def test_ninety_of_a_hundred_hits_leave_nearly_all_time_to_the_misses():
    lab = CacheLab()
    seen = drawn(lab)
    assert sum(seen[f"request{k}"]["tone"] == "warn" for k in range(100)) == 10
    assert seen["time1"]["w"] / (seen["time0"]["w"] + seen["time1"]["w"]) == pytest.approx(0.934, abs=0.01)  # fmt: skip
    assert "1.359 ms in the mean, 9.34 times" in lab.text
    lab.set(hit=99)
    assert "56.2 times" in lab.text


def test_the_point_of_the_chart_is_where_the_lab_stands():
    lab = CacheLab()
    lab.set(hit=50)
    (x, line), (at, here) = lab.chart.data
    assert (len(x), line[0], line[100]) == (101, 12.69, pytest.approx(0.1))
    assert (at[0], here[0]) == (50, pytest.approx(6.395))


def test_only_writeback_loses_what_had_been_reported_as_done():
    lab = CacheLab()
    lab.set(dies=True)
    assert not [name for name, item in drawn(lab).items() if name.startswith("block") and item["tone"] == "bad"]  # fmt: skip
    assert "nothing is lost but speed" in lab.text
    lab.set(mode="writeback")
    seen = drawn(lab)
    assert [name for name, item in seen.items() if name.startswith("block") and item["tone"] == "bad"] == ["block1", "block3", "block6"]  # fmt: skip
    assert seen["fact3"]["text"] == "3 blocks lost"
    lab.set(dies=False)
    assert sorted(name for name in drawn(lab) if name.startswith("way")) == ["way1", "way3", "way6"]
    ms = [row[4] for row in lab.table(lab.result).rows]
    assert ms == ["12.69", "0.1", "12.69", "0.1", "12.69", "0.1", "0.1", "0.1", "12.69", "0.1"]


def test_a_locked_cache_does_not_tell_its_gain():
    lab = CacheLab()
    lab.locked = True
    lab.update()
    shown = " ".join(str(item.get("text")) for item in lab.scene.items) + lab.text
    assert "9.34" not in shown
    assert "1.359" not in shown
    assert "93.4" not in shown
    assert lab.chart.data == []


def test_a_fast_device_that_is_slower_is_refused_and_the_picture_stays():
    lab = CacheLab()
    before = lab.result
    lab.set(fast=2.0, slow=1.0)
    assert "fast_ms=2.0" in lab.text
    assert lab.result is before


# Loss


@pytest.mark.parametrize(
    "layout, dead, lost", [("one", 1, "a, b, c"), ("one", 2, ""), ("spanning", 2, "a"), ("striped", 1, "a"), ("separate", 2, "b")]
)  # fmt: skip
def test_with_a_disk_goes_what_lies_on_it(layout, dead, lost):
    lab = LossLab()
    lab.set(layout=layout, dead=dead)
    seen = drawn(lab)
    gone = [name for name, item in seen.items() if name.startswith("on-") and item.get("tone") == "bad"]  # fmt: skip
    assert [name.split("-")[1] for name in gone] == (lost.split(", ") if lost else [])
    assert seen["fact0"]["text"] == (f"lost with it: {lost}" if lost else "nothing is lost")
    assert lab.said.tone == ("bad" if lost else "ok")
    assert seen[f"disk{dead}"]["strike"]


def test_one_volume_over_all_is_half_as_safe_and_its_bar_says_so():
    lab = LossLab()
    lab.set(layout="spanning")
    over = drawn(lab)
    assert over["percent-a"]["text"] == "3.96 %"
    lab.set(layout="separate")
    apart = drawn(lab)
    assert apart["percent-b"]["text"] == "2 %"
    assert apart["chance-a"]["w"] / over["chance-a"]["w"] == pytest.approx(2 / 3.96, abs=0.01)
    assert [row[1:] for row in lab.table(lab.result).rows] == [
        [1, "2", "2", "2"], [2, "3.96", "3.96", "3.96"], [2, "3.96", "3.96", "3.96"], [1, "2", "3.96", "0.04"],
    ]  # fmt: skip


def test_pressing_a_disk_lets_it_die_and_live():
    lab = LossLab()
    lab._press("disk2")
    assert lab.values["dead"] == 2
    lab._press("disk2")
    assert lab.values["dead"] == 0
    lab.set(dead=5)
    assert "dead=5: choose 0 to 2" in lab.text


def test_a_locked_plan_does_not_tell_the_chances():
    lab = LossLab()
    lab.locked = True
    lab.update()
    shown = " ".join(str(item.get("text")) for item in lab.scene.items) + lab.text
    assert "3.96" not in shown
    assert "3.96" not in str(lab.table(lab.result).rows)


@pytest.mark.parametrize("disks", range(2, 7))
def test_cells_stand_below_their_disks(disks):
    lab = LossLab()
    lab.set(layout="spanning", disks=disks)
    seen = drawn(lab)
    for n in range(1, disks + 1):
        assert seen[f"on-a-{n}"]["x"] == seen[f"disk{n}"]["x"]
        assert seen[f"on-a-{n}"]["text"] == "6"


# Twice


def test_as_planned_the_static_disk_is_not_touched_and_both_are_full_together():
    lab = TwiceLab()
    lab.load({"values": {"growth": "balanced"}})
    assert lab.moment == 48
    seen = drawn(lab)
    assert seen["fact1"]["text"].startswith("operations: 0 |")
    assert "full since month 4" in seen["static-head"]["text"]
    assert "full since month 4" in seen["lvm-head"]["text"]


def test_only_what_has_happened_by_now_is_marked():
    lab = TwiceLab()
    lab.load({"values": {"growth": "var"}, "moment": 12})
    marks = [name for name in drawn(lab) if name.startswith("event-static")]
    assert marks == ["event-static-12"]
    assert drawn(lab)["static-mark/var"]["text"] == "↓"
    assert drawn(lab)["static-size/var"]["glow"]
    assert "/var takes" in lab.text
    lab.go(11)
    assert not [name for name in drawn(lab) if name.startswith("event-static")]


def test_the_strip_keeps_the_order_of_the_disk_and_bars_what_is_used():
    lab = TwiceLab()
    lab.load({"values": {"growth": "home"}, "moment": 20})
    seen, side = drawn(lab), lab.state.static
    xs = [seen[f"static-part{each.path}"]["x"] for each in side.disk.volumes]
    assert xs == sorted(xs)
    for volume, used in zip(side.volumes, side.used, strict=True):
        bar, full = seen[f"static-size{volume.path}"], seen[f"static-used{volume.path}"]
        if bar["w"] > 20:
            assert full["w"] / bar["w"] == pytest.approx(used / volume.gb, abs=0.02)


def test_a_second_disk_joins_the_group_and_holds_one_directory_of_the_other():
    lab = TwiceLab()
    lab.load({"values": {"growth": "var", "add_disk": True, "months": 60}})
    seen = drawn(lab)
    assert seen["static-second"]["text"] == "second disk: /var, 500 GB"
    assert "belongs to the group" in seen["lvm-second"]["text"]
    assert "In 60 months: static partitions" in lab.text
    rows = lab.table(lab.state).rows
    assert rows[0][1] > rows[1][1]


def test_a_story_begins_at_month_nothing_and_names_each_month():
    lab = TwiceLab()
    assert lab.moment == 0
    assert lab.timeline.labels[0] == "month 0"
    assert any("/var" in each for each in lab.labels(lab.result))
    assert len(lab.labels(lab.result)) == 49


# Layout

FOUR_WELL = "/ 21 static\n/var 73.5 static\n/home 120 static\n/srv/data 285 static\n"


def test_the_first_layout_does_not_do_the_task_and_a_good_one_does():
    lab = LayoutLab()
    assert [drawn(lab)[f"check{k}"]["text"][0] for k in (0, 1)] == ["✗", "✗"]
    assert lab._run_text(FOUR_WELL) == "Taken: see what fills first."
    seen = drawn(lab)
    assert [seen[f"check{k}"]["text"][0] for k in (0, 1)] == ["✓", "✓"]
    assert seen["fact3"]["text"] == "✓ the task is done"
    assert seen["fact2"]["text"] == "score: 100 %"
    assert lab.said.tone == "ok"


def test_the_strip_is_the_disk_and_bars_end_where_volumes_are_full():
    lab = LayoutLab()
    lab._run_text("/ 22 lvm\n/var 40 lvm\n/home 80 lvm\n/srv/data 140 lvm")
    seen = drawn(lab)
    assert seen["part/srv/data"]["w"] / seen["part/home"]["w"] == pytest.approx(140 / 80, abs=0.05)
    assert seen["free"]["text"] == "218 GB free"
    assert seen["full/srv/data"]["text"] == "✗ 17"
    assert seen["bar/srv/data"]["w"] / seen["bar/home"]["w"] == pytest.approx(17 / 26, abs=0.02)
    assert "together they last 45 months" in lab.text


def test_a_mistake_names_its_line_and_the_picture_stays():
    lab = LayoutLab()
    before = lab.result
    assert lab._run_text("/ 20 static\n/var lots static") == "line 2: size=lots: write a number of GB, as 60"  # fmt: skip
    assert "line 2" in lab.text
    assert lab.result is before
    lab.reset()
    assert lab.program == lab.first()
    assert lab.error is None


def test_directories_without_a_volume_live_in_the_one_above():
    lab = LayoutLab()
    assert drawn(lab)["bar/"]["text"] == "/, /var"
    assert [row[2] for row in lab.table(lab.result).rows] == ["/, /var", "/home", "/srv/data"]


def test_a_locked_layout_does_not_tell_what_the_disk_allows():
    lab = LayoutLab()
    lab.locked = True
    lab.update()
    shown = " ".join(str(item.get("text")) for item in lab.scene.items) + lab.text
    assert "46" not in shown


# All


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_box_leaves_its_picture(lab, narrow, language):
    with speaking(language):
        one = lab()
        one.scene.narrow = narrow
        width, height = one.scene.size
        for item in one.scene.items:
            if item["kind"] == "box":
                assert item["x"] >= 0
                assert item["x"] + item["w"] <= width + 1, item["id"]
                assert item["y"] + item["h"] <= height, item["id"]
        assert len({item["id"] for item in one.scene.items}) == len(one.scene.items)
        assert one.table(one._shown).caption
        assert one.text
