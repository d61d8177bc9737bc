"""What the labs on extents, moves, resizing, snapshots and thin pools show and do."""

import json

import pytest

from coursekit.labs.volumes.lifetime import LifetimeLab
from coursekit.labs.volumes.map import MapLab
from coursekit.labs.volumes.own import OwnCommandsLab
from coursekit.labs.volumes.pvmove import PvmoveLab
from coursekit.labs.volumes.resize import ResizeLab
from coursekit.labs.volumes.snapshot import SnapshotLab
from coursekit.labs.volumes.thin import ThinLab
from coursekit.sims.volumes import extents


def drawn(lab):
    """What is drawn, and what is drawn inside it, by name."""
    items = {item["id"]: item for item in lab.scene.items}
    for item in lab.scene.items:
        items |= {child["id"]: child for child in item.get("children", ())}
    return items


def done(*deeds):
    """Deeds as a scene has them, numbered from 1."""
    return {"actions": [[k, *deed] for k, deed in enumerate(deeds, 1)]}


# Extents


def disk(lab, pv):
    """Texts of a disk's cells, in order."""
    return [child["text"] for child in drawn(lab)[f"disk-{pv}"]["children"] if child["kind"] == "box"]  # fmt: skip


def test_an_extension_is_drawn_where_it_lies():
    lab = MapLab(1)
    lab.load(done(("create", "a", 6, "linear"), ("create", "b", 2, "linear"), ("extend", "a", 8)))

    assert disk(lab, 0) == ["a0", "a1", "a2", "a3", "a4", "a5", "b0", "b1", "a6", "a7"]
    assert disk(lab, 1)[:6] == ["a8", "a9", "a10", "a11", "a12", "a13"]
    assert drawn(lab)["fact1"]["text"] == "free extents: 4 of 20"
    assert lab.text.startswith("lvextend -l +8 vg/a")
    assert lab.table(lab.state).rows[0][3] == "sdb:0-5; sdb:8-9; sdc:0-5"


def test_a_dead_disk_is_seen_in_its_volumes():
    lab = MapLab(1)
    lab.load(done(("create", "a", 6, "linear"), ("extend", "a", 10), ("kill", 2)))

    assert drawn(lab)["fact3"]["text"] == "1 volume damaged"
    lost = [name for name in drawn(lab) if name.startswith("le-a-") and drawn(lab)[name].get("tone") == "bad"]  # fmt: skip
    assert len(lost) == 6
    assert drawn(lab)["device1"]["text"] == "sdc: dead"
    assert lab.tone(lab.state) == "bad"


def test_the_byte_chosen_lights_its_place():
    lab = MapLab(1)
    lab.load({**done(("create", "c", 4, "striped2")), "values": {"name": "c", "byte": 65536}})

    volume = lab.state.group.volume("c")
    assert extents.place(volume, 65536) == (1, extents.PE_START)
    assert drawn(lab)["pe1-0"]["glow"]
    assert "Byte 65,536 of c is byte 1,048,576 of sdc, in its extent 0." in lab.text
    lab._press("le-c-8388608")
    assert lab.values["byte"] == 8388608
    assert drawn(lab)["pe0-1"]["glow"]


def test_presses_choose_and_buttons_act():
    lab = MapLab(1)
    lab._press("disk-1")
    assert lab.values["disk"] == 2
    lab.do("kill", lab.values["disk"])
    assert "sdc dies" in lab.text
    before = lab.scenario()
    lab.do("extend", "a", 1)
    assert "group=vg: sdc is missing" in lab.text
    assert lab.scenario() == before


@pytest.mark.parametrize("narrow", [False, True])
def test_a_group_of_four_disks_stays_in_its_frame(narrow):
    lab = MapLab(1)
    lab.scene.narrow = narrow
    lab.load(done(("add_disk",), ("add_disk",), ("create", "a", 40, "linear")))

    width, height = lab.scene.size
    assert all(item["x"] + item["w"] <= width for item in lab.scene.items if item["kind"] == "box")
    assert all(item["y"] + item["h"] <= height for item in lab.scene.items if item["kind"] == "box")
    assert len([name for name in drawn(lab) if name.startswith("le-a-")]) == 40


# pvmove


def test_a_piece_under_way_is_on_both_disks_and_a_write_goes_to_both():
    lab = PvmoveLab(1)
    lab.go(5)  # four extents of a are switched, the first of b is noted

    shown = drawn(lab)
    assert [shown[f"pv1-{pe}"]["text"] for pe in range(5)] == ["a0", "a1", "a2", "a3", "b0"]
    assert shown["pv0-0"]["text"] == ""
    assert shown["pv0-4"]["fill"] == shown["pv1-4"]["fill"] == "solid", "b0 is in both places"
    assert {"way0", "way1", "mirror0", "mirror1"} <= set(shown)
    assert "the write goes to PV 0 and to PV 1" in lab.text
    lab._press("le-b-3")
    assert "way1" not in drawn(lab), "not copied yet: it is in the old place alone"


def test_the_power_fails_and_nothing_is_lost():
    lab = PvmoveLab(1)
    lab.load({"values": {"crash": 6}, "moment": 7})
    assert "Extents noted as copied: 5" in lab.text
    assert drawn(lab)["fact3"]["text"] == "no power"

    lab.go(len(lab.result.states) - 1)
    assert drawn(lab)["fact3"]["text"] == "PV 0 is empty"
    assert drawn(lab)["fact0"]["text"] == "copied and noted: 12 of 12"
    assert drawn(lab)["fact1"]["text"] == "time: 2.13 min", "12.5 extents of 1 GiB at 100 MiB/s"


def test_given_up_keeps_what_was_switched():
    lab = PvmoveLab(1)
    lab.load({"values": {"crash": 6, "then": "abort"}})

    assert lab.tone(lab.state) == "warn"
    assert [row[3] for row in lab.table(lab.state).rows] == [
        "switched: it lies on the new disk", "stays on the old disk", "stays on the old disk",
    ]  # fmt: skip
    assert "mirror0" not in drawn(lab)


def test_more_than_there_is_cannot_fail():
    lab = PvmoveLab(1)
    lab.set(extents=4, crash=6)
    assert "crash=6: choose 0 (never) to 4" in lab.text


# Resizing


def test_the_volume_cut_first_cuts_files_off():
    lab = ResizeLab(1)
    lab.load({"values": {"order": "wrong"}, "moment": 1})

    shown = drawn(lab)
    assert shown["fact2"]["text"] == "cut off: 4 GiB"
    lost = [name for name, item in shown.items() if name.startswith("piece") and item.get("tone") == "bad"]  # fmt: skip
    assert len(lost) == 8, "4 of 16 GiB, half a GiB each"
    assert min(shown[name]["x"] for name in lost) > shown["layer-lv"]["x"] + shown["layer-lv"]["w"]
    assert lab.tone(lab.state) == "bad"
    lab.go(2)
    assert "e2fsck stops there" in lab.text


def test_the_right_order_cuts_nothing():
    for what in ("grow", "shrink"):
        lab = ResizeLab(1)
        lab.load({"values": {"what": what}})
        assert drawn(lab)["fact2"]["text"] == "nothing is cut off"
        assert drawn(lab)["fact0"]["text"] == "file system: 12 GiB"
        assert not any(item.get("tone") == "bad" for name, item in drawn(lab).items() if name.startswith("piece"))  # fmt: skip


def test_growing_in_the_wrong_order_is_refused_and_destroys_nothing():
    lab = ResizeLab(1)
    lab.load({"values": {"what": "grow", "order": "wrong"}})

    assert lab.timeline.labels[1] == "refused: resize2fs: 12 GiB"
    assert [label.startswith("refused") for label in lab.timeline.labels] == [False, *[True] * 4, False]  # fmt: skip
    assert drawn(lab)["fact2"]["text"] == "nothing is cut off"
    assert lab.state.layers.fs == 8 * 1024


def test_xfs_is_never_made_smaller():
    lab = ResizeLab(1)
    lab.load({"values": {"fs": "xfs"}})
    assert "XFS cannot be made smaller" in lab.text
    assert "Nothing has changed" in lab.text
    assert len(lab.result.states) == 2, "who goes on now destroys"


# Classic snapshots


def test_ten_snapshots_make_twenty_one_of_one_write():
    lab = SnapshotLab(1)
    lab.load({"values": {"snapshots": 10}, "moment": 11})

    assert lab.result.states[11].deed.kind == "write"
    assert drawn(lab)["fact0"]["text"] == "this step, I/Os: 21"
    assert [item["text"] for name, item in drawn(lab).items() if name.startswith("gauge-")] == [
        f"S{k}: 1 of 10" for k in range(1, 11)
    ]
    assert len(lab.text) < 300, "ten snapshots say the same"


def test_a_store_too_small_makes_the_snapshot_invalid_and_not_the_origin():
    lab = SnapshotLab(1)
    lab.load({"values": {"store": 8, "pattern": "uniform", "snapshots": 1}})

    shown = drawn(lab)
    assert shown["fact3"]["text"] == "invalid snapshots: 1"
    assert shown["gauge-S1"]["text"] == "S1: invalid"
    assert "Chunk" in lab.text
    assert "is written" in lab.text
    assert lab.table(lab.state).rows[0][:4] == ["S1", 8, 6, 6]
    lab.set(pattern="hotspot")
    assert drawn(lab)["fact3"]["text"] == "the origin works", "the same places again and again"


def test_an_old_chunk_is_drawn_on_its_way_into_the_store():
    lab = SnapshotLab(1)
    lab.go(2)
    chunk = lab.state.deed.chunk

    shown = drawn(lab)
    assert "copy" in shown
    assert [shown[f"store0-{at}"]["text"] for at in range(3)] == ["H", "R", str(chunk)]
    lab.set(place=chunk)
    lab.do("write", chunk)
    assert drawn(lab)["fact0"]["text"] == "this step, I/Os: 1"
    assert "copy" not in drawn(lab), "kept already"


def test_a_snapshot_is_taken_read_and_dies_with_the_disk():
    lab = SnapshotLab(1)
    lab.go(3)
    lab._take_one()
    assert [each.name for each in lab.state.snapshots] == ["S1", "S2"]
    lab._press("origin-23")
    lab._press("gauge-S2")
    assert (lab.values["place"], lab.values["chosen"]) == (23, 2)
    lab.do("lose")
    lab.do("read", 23, "S2")
    assert "a snapshot is no backup" in lab.text
    assert lab.tone(lab.state) == "bad"


def test_one_byte_takes_a_whole_chunk():
    lab = SnapshotLab(1)
    lab.load({"values": {"chunk": 64}, "moment": 2})
    assert (
        drawn(lab)["store"]["text"] == "Store of S1: 12 chunks of 64 KiB, old chunks kept: 64 KiB"
    )


def test_no_room_for_more_than_ten_snapshots():
    lab = SnapshotLab(1)
    lab.load({"values": {"snapshots": 10}})
    lab._take_one()
    assert "snapshots=11: choose 0 to 10" in lab.text
    assert len(lab.state.snapshots) == 10


# How long a store lasts


def test_the_formula_stands_beside_the_run():
    lab = LifetimeLab(1)
    shown = drawn(lab)

    assert shown["fact2"]["text"] == "formula: 45.8 min"
    assert shown["formula0"]["text"].endswith("ln(1 − 261,122 / 2,621,440) = 2,750.6 s")
    minutes = lab.result.drawn_lasts / 60
    assert minutes == pytest.approx(45.8, rel=0.1)
    expected, run, room = lab.chart.data
    assert room[1][0] == pytest.approx(9.961, abs=0.001)
    assert expected[1][-1] > room[1][0] > run[1][-1] * 0.99
    assert run[0][-1] <= minutes


def test_a_hot_spot_makes_it_last_longer_and_a_full_copy_for_ever():
    lab = LifetimeLab(1)
    lab.set(pattern="hotspot")
    assert drawn(lab)["fact2"]["text"] == "formula: 81.2 min"
    assert "hot" in drawn(lab)
    lab.set(store=101)
    assert drawn(lab)["fact2"]["text"] == "formula: never"
    assert lab.tone(lab.result) == "ok"


def test_the_end_is_not_in_sight_before_the_prediction():
    from coursekit.quizzes.question import Choice, Prediction, Question, Scene

    question = Question(
        id="q", kind="single", prompt="?", because="!", hints=("a", "b", "c"),
        choices=(Choice(text="x", right=True), Choice(text="y", why="z"), Choice(text="v", why="z")),
    )  # fmt: skip
    lab = LifetimeLab(1, prediction=Prediction(question=question, scene=Scene(lab=LifetimeLab.name), change="c"))  # fmt: skip
    assert lab.locked
    assert drawn(lab)["fact2"]["text"] == "formula: ?"
    assert len(lab.chart.data) == 2, "no line for the store"
    assert lab.result.seconds[-1] < lab.result.lasts / 2


# Thin pools


def pool(lab):
    """What stands in each chunk of the pool."""
    shown = drawn(lab)
    return [shown[f"pool{at}"].get("text", "") for at in range(lab.state.pool.chunks)]  # fmt: skip


WRITTEN = (("write", "a", 0, True), ("write", "a", 1, True))


def test_deleting_gives_nothing_back_and_fstrim_does():
    lab = ThinLab(1)
    lab.load(done(*WRITTEN, ("delete_file", "a")))
    assert drawn(lab)["fact0"]["text"] == "in use: 2 of 10"
    assert pool(lab)[:3] == ["✗ ×1", "✗ ×1", ""]
    assert "2 chunks of the pool hold only deleted files" in lab.text

    lab.do("trim", "a")
    assert drawn(lab)["fact0"]["text"] == "in use: 0 of 10"
    assert pool(lab) == [""] * 10


def test_what_a_snapshot_needs_is_not_freed():
    lab = ThinLab(1)
    lab.load(done(*WRITTEN, ("snapshot", "a"), ("delete_file", "a"), ("trim", "a")))

    assert drawn(lab)["fact0"]["text"] == "in use: 2 of 10"
    assert "still mapped by snapshots" in lab.text
    assert pool(lab)[:2] == ["×1", "×1"]


def test_the_first_small_write_to_a_shared_chunk_copies_it_once():
    lab = ThinLab(1)
    lab.load(done(*WRITTEN[:1], *[("snapshot", "a")] * 4, ("write", "a", 0, False)))
    assert drawn(lab)["fact2"]["text"] == "reads 1, writes 2"
    assert pool(lab)[:2] == ["×4", "×1"]
    lab.load(done(*WRITTEN[:1], ("snapshot", "a"), ("write", "a", 0, True)))
    assert drawn(lab)["fact2"]["text"] == "reads 0, writes 1"


@pytest.mark.parametrize("policy, says", [("queue", "waiting: 1"), ("error", "failed: 1")])
def test_a_full_pool_stops_those_who_write_into_it(policy, says):
    filled = [("write", "a", k) for k in range(8)] + [("write", "b", k) for k in range(3)]
    lab = ThinLab(1)
    lab.load({**done(*filled), "values": {"policy": policy}})

    assert drawn(lab)["fact0"]["text"] == "in use: 10 of 10"
    assert drawn(lab)["fact3"]["text"] == says
    assert lab.tone(lab.state) == "bad"
    lab.do("extend")
    assert (drawn(lab)["chunk-b-2"]["text"] == "10") == (policy == "queue")


def test_a_chunk_pressed_is_the_one_written():
    lab = ThinLab(1)
    lab._press("chunk-b-5")
    assert (lab.values["volume"], lab.values["place"]) == ("b", 5)
    lab.set(chunk=1024)
    lab._write()
    assert "256 times its size" in lab.text
    assert drawn(lab)["chunk-b-5"]["glow"]
    lab._new()
    assert "c is promised 8 chunks" in lab.text
    lab.set(volume="S4")
    lab._write()
    assert "volume=S4" in lab.text


# One's own commands

TASK = "pvcreate sdc\nvgextend vg sdc\n\npvmove sdb\nvgreduce vg sdb\nlvextend -r -L +4G vg/root\n"


def goals(lab):
    return [item["text"][0] for name, item in drawn(lab).items() if name.startswith("goal")]


def test_the_task_is_done_line_by_line():
    lab = OwnCommandsLab(1)
    assert goals(lab) == ["✓", "✗", "✗", "✗", "✓"]
    assert lab._run_text(TASK) == "Done."
    assert goals(lab) == ["✓"] * 5
    assert "✓ The task is done." in lab.text
    assert "Copied in all: 16 GiB" in lab.text
    parts = [drawn(lab)[f"disk-sdc-{at}"]["text"] for at in range(4)]
    assert parts == ["root", "home", "root", ""], "root has a second piece"

    lab._press("line2")
    assert "After line 2, vgextend vg sdc:" in lab.text
    assert drawn(lab)["disk-sdb-1"]["text"] == "home"
    assert drawn(lab)["line2"]["selected"]
    lab._run_text(TASK)
    assert "After line 6, lvextend" in lab.text, "a new text is shown at its end"


def test_a_mistake_is_named_with_its_line_and_the_last_good_picture_stays():
    lab = OwnCommandsLab(1)
    before = lab.scene.items
    said = lab._run_text("pvcreate sdc\nvgextend vg sdc\n# now\nvgreduce vg sdb\n")

    assert said == "line=4: device=sdb: still in use by root, home; pvmove it first"
    assert said in lab.text
    assert lab.scene.items == before
    assert lab.program == lab._first
    assert lab._box.text.endswith("vgreduce vg sdb\n"), "to be put right"


def test_other_kinds_of_volumes_are_drawn_too():
    lab = OwnCommandsLab(1)
    lab._run_text(
        "vgextend vg sdc\nlvcreate --type thin-pool -L 4G -n pool vg\nlvcreate -V 20G --thinpool pool -n t vg\n"
        "lvcreate -s -L 1G -n snap vg/root\nlvremove vg/home\n"
    )
    shown = drawn(lab)
    assert shown["lv-vg-t-0"]["dash"], "promised only"
    assert {"lv-vg-pool-0", "lv-vg-snap-0"} <= set(shown)
    assert "lv-vg-home-0" not in shown
    assert goals(lab)[-1] == "✗"
    assert lab.tone(lab.result) == "bad"


def test_every_state_questions_point_at_can_be_shown():
    """The forms of actions and the keys that questions use."""
    for lab, scene in (
        (MapLab, {**done(("create", "a", 6, "linear"), ("extend", "a", 10), ("kill", 2)), "values": {}}),
        (PvmoveLab, {"values": {"crash": 6, "then": "resume"}}),
        (PvmoveLab, {"values": {"crash": 0, "then": "resume"}}),
        (ResizeLab, {"values": {"what": "grow", "order": "right"}}),
        (ResizeLab, {"values": {"what": "shrink", "order": "wrong"}}),
        (SnapshotLab, {"values": {"snapshots": 1, "store": 8, "pattern": "uniform"}}),
        (SnapshotLab, {"values": {"snapshots": 10}}),
        (LifetimeLab, {"values": {"pattern": "hotspot"}}),
        (ThinLab, done(("write", "a", 0, True), ("snapshot", "a"), ("write", "a", 0, False))),
        (ThinLab, done(("new", "c", 4), ("remove", "b"), ("delete_file", "a"), ("trim", "a"))),
        (OwnCommandsLab, {"values": {}}),
    ):  # fmt: skip
        opened = lab(1)
        opened.load(scene)
        assert "⚠" not in opened.text
        again = lab(2)
        again.load_text(json.dumps(opened.scenario()))
        assert again.text == opened.text
