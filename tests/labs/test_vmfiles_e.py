"""What the labs on bytes, on a disk's tables and on thin disks show and do."""

import pytest

from coursekit import i18n
from coursekit.labs.vmfiles.drawing import whole
from coursekit.labs.vmfiles.files import BytesLab
from coursekit.labs.vmfiles.geometry import GeometryLab
from coursekit.labs.vmfiles.thin import ThinLab
from coursekit.quizzes.vmfiles import scenes
from coursekit.sims.vmfiles import ova, qcow2
from coursekit.sims.vmfiles.specimens import specimen


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


# Bytes


def test_the_damage_that_questions_speak_of_lies_in_the_disk_and_in_sight():
    byte = scenes.DAMAGED.values["flip"]
    assert specimen("ova").part(byte).member == "disk.qcow2"

    lab = BytesLab(1)
    lab.show(scenes.DAMAGED)

    assert drawn(lab)[f"byte{byte}"]["tone"] == "bad"
    assert drawn(lab)["fact3"]["text"] == "✗ refused"
    assert "refuses it: disk.qcow2: changed since the manifest" in lab.text
    assert lab.tone(lab.result) == "bad"
    (disk,) = [row for row in lab.table(lab.result).rows if row[3].startswith("not")]
    assert disk[2] == "Contents of disk.qcow2"


def test_the_descriptor_of_a_disc_stands_in_the_row_that_questions_name():
    lab = BytesLab(1)
    lab.set(file="iso", row=scenes.DESCRIPTOR_ROW)

    shown = drawn(lab)
    assert shown["at0"]["text"] == "32768"
    assert "".join(shown[f"byte{32_769 + k}"]["sub"] for k in range(5)) == "CD001"
    assert shown["strip"]["text"].endswith("Primary volume descriptor")


def test_a_press_goes_there_and_marks():
    lab = BytesLab(1)
    lab.set(file="qcow2")
    lab._press("part9")
    assert (lab.values["row"], lab.values["field"]) == (288, 0)
    lab._press("field4")  # cluster size, bytes 20 to 23
    shown = drawn(lab)
    assert shown["at0"]["text"] == "16"
    assert [at for at in range(16, 192) if shown[f"byte{at}"]["fill"] == "solid"] == [
        20,
        21,
        22,
        23,
    ]
    assert shown["field4"]["selected"]
    assert shown["field4"]["children"][1]["text"] == "9"


def test_a_byte_pressed_is_flipped_and_pressed_again_is_whole():
    lab = BytesLab(1)
    lab.set(file="qcow2")
    lab._press("byte0")
    assert drawn(lab)["fact0"]["text"] == "begins as nothing known"
    assert "514649fb" in lab.text
    assert "lies in: Header." in lab.text
    assert "field0" in drawn(lab), "where the mark should be is still shown"
    lab._press("byte0")
    assert lab.values["flip"] == -1
    assert drawn(lab)["fact3"]["text"] == "✓ accepted"


def test_a_damaged_file_on_a_disc_is_noticed_by_nobody():
    lab = BytesLab(1)
    lab.set(file="iso", flip=43_010)

    assert "Nobody notices" in lab.text
    assert drawn(lab)["fact3"]["text"] == "✓ accepted"


def test_a_byte_after_the_end_of_a_shorter_file_is_left_alone():
    lab = BytesLab(1)
    lab.set(file="iso", flip=43_010)
    lab.set(file="qcow2")

    assert "after the end of this file" in lab.text
    assert lab.result.file == specimen("qcow2").file


def test_the_last_row_ends_the_picture():
    lab = BytesLab(1)
    lab.set(file="qcow2", row=4095)

    assert f"byte{len(lab.result.file) - 1}" in drawn(lab)
    assert drawn(lab)["at0"]["text"] == str(5120 - 11 * 16)


def test_the_file_is_written_beside_the_notebook_and_never_over_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course.ova").write_text("mine")
    lab = BytesLab(1)
    lab._save()
    lab._save()

    assert (tmp_path / "course.ova").read_text() == "mine"
    assert ova.verify((tmp_path / "course-2.ova").read_bytes()).ok
    assert (tmp_path / "course-3.ova").exists()
    assert "course-3.ova is written: 10240 bytes." in lab._wrote.text


def test_an_overlay_is_written_with_the_disk_it_needs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = BytesLab(1)
    lab.set(file="qcow2_chain")
    lab._save()
    overlay, disk = ((tmp_path / name).read_bytes() for name in ("overlay.qcow2", "disk.qcow2"))
    assert qcow2.read_cluster(overlay, 100, [disk])[0].startswith(b"Cluster 100")

    (tmp_path / "disk.qcow2").write_text("mine")
    lab._save()
    assert (tmp_path / "disk.qcow2").read_text() == "mine"
    assert "there is another disk.qcow2" in lab._wrote.text


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    lab = BytesLab(1)
    lab._save()

    assert "could not be written" in lab._wrote.text


@pytest.mark.parametrize("what", ["byte0", "part2", "field1"])
def test_nothing_is_pressed_before_the_prediction(what):
    lab = BytesLab(1)
    before = lab.scenario()
    lab.locked = True
    lab._press(what)

    assert lab.scenario() == before


# The tables of a disk


def test_a_byte_is_found_where_the_specification_says():
    """Vector 5-V4: 10 GiB and 12 345 bytes are entries 20 and 0, byte 12 345."""
    lab = GeometryLab(1)
    lab.set(plus=12_345)

    shown = drawn(lab)
    assert [shown[f"bits{k}"]["text"] for k in range(3)] == ["L1: 20", "L2: 0", "byte 12,345"]
    assert [shown[f"length{k}"]["text"] for k in range(3)] == ["11 bits", "13 bits", "16 bits"]
    assert "Byte 10,737,430,585: entry 20" in lab.text
    assert [shown[f"fact{k}"]["text"] for k in range(4)] == [
        "clusters of 64 KiB",
        "full: 128 MiB of tables",
        "empty: 256 KiB in all",
        "1 byte copies 64 KiB",
    ]


def test_a_press_on_an_entry_goes_to_its_first_byte():
    lab = GeometryLab(1)
    lab.set(plus=12_345)
    lab._press("l1-21")
    assert (lab.values["at"], lab.values["plus"]) == (10.5, 0)
    lab._press("l2-8191")
    assert lab.result.offset == 11 * 2**30 - 65_536
    assert drawn(lab)["l2-8191"]["fill"] == "solid"
    lab._press("byte")
    assert lab.result.offset == 11 * 2**30 - 65_536


@pytest.mark.parametrize("bits", [9, 13, 16, 21])
@pytest.mark.parametrize("at", [0.0, 1.0, 511.99, 4096.0])
def test_each_table_shows_the_entry_that_is_used_and_no_more_rows_than_there_is_room(bits, at):
    lab = GeometryLab(1)
    lab.set(bits=bits, at=at)

    shown, way = drawn(lab), lab.result.way
    assert shown[f"l1-{way.l1}"]["fill"] == shown[f"l2-{way.l2}"]["fill"] == "solid"
    for table in ("l1", "l2"):
        rows = [name for name in shown if name.startswith((f"{table}-", f"{table}gap"))]
        assert len(rows) <= 7


def test_what_qemu_does_not_make_is_said_and_not_drawn():
    lab = GeometryLab(1)
    lab.set(bits=10)

    assert "QEMU refuses this disk" in lab.text
    assert lab.tone(lab.result) == "bad"
    tables = dict(zip(*lab.chart.data[0], strict=True))
    assert min(tables) == 11, "with smaller clusters the L1 table is too long"
    assert tables[16] == 128 << 20


def test_numbers_keep_all_their_digits():
    assert [whole(n) for n in (0, 999_999, 1_000_000, 1_073_741_824, 4 << 40)] == [
        "0", "999,999", "1,000,000", "1,073,741,824", "4,398,046,511,104",
    ]  # fmt: skip
    with i18n.speaking("fr"):
        assert whole(1_073_741_824) == "1\u202f073\u202f741\u202f824"


# Thin disks


def inside(lab, disk):
    """What is drawn in a disk's box, by name."""
    return {item["id"]: item for item in drawn(lab)[f"disk{disk}"]["children"]}


def test_the_example_grows_gives_back_alarms_and_ends_with_a_paused_machine():
    lab = ThinLab(1)
    used, says = [], []
    for moment in range(len(lab.result.states)):
        lab.go(moment)
        used.append(lab.state.store.used_gb)
        says.append([drawn(lab)["fact2"]["text"], drawn(lab)["fact3"]["text"]])

    assert used == [0, 400, 400, 100, 500, 850, 850]
    assert says[4] == ["no alarm", "all machines run"]
    assert says[5] == ["alarm: over 80 %", "all machines run"]
    assert says[6] == ["alarm: over 80 %", "paused: D"]
    assert inside(lab, 3)["paused3"]["text"] == "paused"
    assert lab.tone(lab.state) == "bad"


def test_deleting_gives_nothing_back():
    """What the prediction asks: 300 of 400 GB are deleted, and the file stays as it is."""
    lab = ThinLab(1)
    lab.show(scenes.thin(("write", 0, 400), ("delete", 0, 300)))

    assert len(lab.result.states) == 3, "the first action ends the example"
    tank = inside(lab, 0)
    assert tank["file0"]["h"] == pytest.approx(4 * tank["use0"]["h"])
    assert tank["takes0"]["text"] == "takes 400 GB"
    lab._act("discard")
    assert inside(lab, 0)["takes0"]["text"] == "takes 100 GB"
    assert "shrinks by 300 GB" in lab.text


def test_bars_are_to_one_scale_and_the_capacity_stands_in_both():
    lab = ThinLab(1)
    shown = drawn(lab)

    for bar in (0, 1):
        sizes = [500] * 4 if bar == 0 else [100, 400, 350]
        drawn_sizes = [shown[f"bar{bar}-{k}"]["w"] for k in range(len(sizes))]
        assert drawn_sizes == pytest.approx([each * drawn_sizes[0] / sizes[0] for each in sizes])
    assert shown["bar0-0"]["w"] / 500 == pytest.approx(shown["bar1-1"]["w"] / 400)
    at = float(shown["full"]["d"].partition(" ")[0].removeprefix("M"))
    assert at == pytest.approx(shown["bar0-2"]["x"], abs=0.1), "1000 GB: two disks of 500"


def test_a_press_chooses_the_disk_that_the_buttons_mean():
    lab = ThinLab(1)
    lab.load({"actions": [[1, "write", 1, 50.0]]})
    lab._press("disk2")
    lab.set(gb=200)
    lab._act("write")

    assert drawn(lab)["disk2"]["selected"]
    assert [disk.in_use_gb for disk in lab.state.store.disks] == [0, 50, 200, 0]
    lab._act("delete")
    assert [disk.allocated_gb for disk in lab.state.store.disks] == [0, 50, 200, 0]


def test_more_than_the_disk_has_is_refused_and_the_picture_stays():
    lab = ThinLab(1)
    before = lab.scenario()
    lab._press("disk3")
    lab.set(gb=600)
    lab._act("write")

    assert "gb=600: the disk has 500 GB free" in lab.text
    assert lab.scenario()["actions"] == before["actions"]


def test_thick_disks_take_their_size_at_once_and_must_fit():
    lab = ThinLab(1)
    lab.set(thick=2)
    assert inside(lab, 3)["takes3"]["text"] == "takes 500 GB"
    assert drawn(lab)["disk3"]["sub"] == "thick"
    lab.set(thick=3)
    assert "used_gb=1500: more than the capacity, 1000" in lab.text
    lab.set(thick=5, disks=4)
    assert "thick=5: choose 0 to 4, the disks there are" in lab.text


def test_the_example_fits_other_disks_as_far_as_it_can():
    lab = ThinLab(1)
    for disks, size, capacity in ((1, 500, 1000), (8, 2000, 100), (2, 10, 8000)):
        lab.set(disks=disks, size=size, capacity=capacity)
        assert not lab.error
        assert len(lab.result.states) >= 3
