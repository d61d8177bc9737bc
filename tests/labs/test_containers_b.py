"""Labs of images and layers: what only they do."""

import pytest

from coursekit.labs.containers import digests as lab_digests
from coursekit.labs.containers.digests import DigestsLab
from coursekit.labs.containers.overlay import EXAMPLE, OverlayLab
from coursekit.labs.containers.registry import RegistryLab
from coursekit.sims.containers import layout, registrystory, specimen
from coursekit.sims.containers.overlaystory import Deed


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def press(lab, text):
    next(tool for tool in lab._tools if getattr(tool, "description", "") == text).click()


# Overlay


def layered(*deeds, **values):
    lab = OverlayLab()
    lab.load({"values": values, "actions": [[k, *deed] for k, deed in enumerate(deeds, 1)]})
    return lab


def row(lab, path):
    """What stands in a path's row: column -> item."""
    number = lab._rows().index(path)
    seen = drawn(lab)
    return {name.removesuffix(f"-{number}"): item for name, item in seen.items() if name.startswith("cell") and name.endswith(f"-{number}")} | {"seen": seen[f"seen{number}"]}  # fmt: skip


def test_overlay_opens_at_the_end_of_its_example():
    lab = OverlayLab()
    assert lab.moment == len(EXAMPLE) == 6
    assert "e/n is new" in lab.text
    lab.go(2)
    lab.reset()
    assert lab.moment == 6


def test_each_path_has_the_colour_of_the_layer_that_answers():
    lab = layered(("read", "a"))
    a = row(lab, "a")
    assert (a["seen"]["text"], a["seen"]["hue"]) == ("2 MB", a["cell1"]["hue"])
    assert a["cell1"]["fill"] == "solid"
    assert (a["cell3"]["fill"], a["cell3"]["dash"]) == ("none", True), "covered"
    gone = row(lab, "d/x")
    assert (gone["seen"]["text"], gone["cell1"]["text"]) == ("–", "✗ whiteout")
    assert row(lab, "e")["cell2"]["text"] == "◉ opaque"
    assert row(lab, "e")["cell3"]["faded"]
    assert row(lab, "d")["seen"]["text"] == "directory"


def test_a_read_goes_as_far_as_the_layer_that_answers_or_hides():
    lab = layered(("read", "c"), ("read", "d/x"))
    end = [float(drawn(lab)["way"]["d"].split("H")[1]), drawn(lab)["way"]["tone"]]
    column = drawn(lab)["column1"]
    assert column["x"] < end[0] < column["x"] + column["w"]
    assert end[1] == "bad"
    lab.go(1)
    column = drawn(lab)["column3"]
    assert column["x"] < float(drawn(lab)["way"]["d"].split("H")[1]) < column["x"] + column["w"]
    assert drawn(lab)["way"]["tone"] == "ok"


def test_appending_to_a_file_of_the_image_copies_all_of_it():
    lab = layered(("write", "d/y", 1025))
    assert "all 1024 MB of it are copied up first" in lab.text
    assert "copied" in drawn(lab)
    y = row(lab, "d/y")
    assert y["cell0"]["glow"]
    assert (y["cell0"]["text"], y["cell1"]["text"], y["cell1"]["fill"]) == ("1,025 MB", "1,024 MB", "none")  # fmt: skip
    assert drawn(lab)["fact0"]["text"] == "now copied up: 1,024 MB"
    assert drawn(lab)["fact3"]["text"] == "image: 1,125 MB, as ever"
    assert lab.said.tone == "warn"


def test_a_renamed_file_leaves_a_whiteout_and_a_copy():
    lab = layered(("rename", "c", 0, "c-2"))
    assert row(lab, "c")["cell0"]["text"] == "✗ whiteout"
    assert row(lab, "c-2")["cell0"]["text"] == "20 MB"
    lab.set(op="rename", path="d")
    press(lab, "Do it")
    assert "EXDEV" in lab.text
    assert len(lab.result.states) == 2


def test_the_button_does_what_is_picked_to_the_path_that_was_pressed():
    lab = layered(("read", "a"), op="write", size=7)
    lab._press(f"row{lab._rows().index('b')}")
    press(lab, "Do it")
    assert lab.state.deed == Deed("write", "b", 7)
    lab.set(op="delete")
    press(lab, "Do it")
    assert lab.state.deed == Deed("delete", "b")
    assert row(lab, "b")["cell0"]["text"] == "✗ whiteout"
    lab.set(op="list", path="")
    press(lab, "Do it")
    assert lab.text.endswith("hide: a, c, d, e.")


def test_a_directory_made_again_is_opaque():
    lab = layered(("rmdir", "d"), ("mkdir", "d"), ("write", "d/z", 1))
    assert row(lab, "d")["cell0"]["text"] == "◉ opaque"
    assert [row(lab, path)["seen"]["text"] for path in ("d/x", "d/y", "d/z")] == ["–", "–", "1 MB"]


def test_rows_do_not_move_with_time():
    lab = layered(("mkdir", "f"), ("write", "f/x", 1))
    rows = lab._rows()
    lab.go(0)
    assert lab._rows() == rows
    assert row(lab, "f/x")["seen"]["text"] == "–"


def test_the_overlay_as_a_table_tells_the_same():
    table = layered(("delete", "b")).table(layered(("delete", "b")).state)
    assert ["/b", "–", "✗ whiteout", "–", "60 MB", "–"] in [
        list(map(str, line)) for line in table.rows
    ]


@pytest.mark.parametrize("path", ["d", "e"])
def test_a_directory_is_no_file_to_read(path):
    lab = layered(("read", "a"), op="read", path=path)
    press(lab, "Do it")
    assert f"path={path}: a directory, not a file" in lab.text


# Digests


def changed(change, **values):
    lab = DigestsLab()
    lab.set(change=change, **values)
    return lab


@pytest.mark.parametrize("change", specimen.CHANGES)
def test_what_moved_is_marked_and_nothing_else(change):
    lab = changed(change)
    seen, moved = drawn(lab), lab.result.moved
    for name in ("diff1", "diff2", "diff3", "blob1", "blob2", "blob3", "config", "manifest", "tag"):
        assert (seen[name]["fill"] == "soft") == (name in moved), name
        assert seen[name]["tone"] == "warn" or name not in moved
    told = {line[0].replace("DiffID ", "diff").replace("ChainID ", "chain").replace("blob ", "blob"): line[3] for line in lab.table(lab.result).rows}  # fmt: skip
    assert {name for name, word in told.items() if word == "another"} == moved


def test_layers_above_a_change_keep_their_bytes_on_another_stack():
    seen = drawn(changed("first"))
    assert [seen[f"diff{n}"].get("dash", False) for n in (1, 2, 3)] == [False, True, True]
    assert seen["diff1"]["glow"]
    assert seen["fact0"]["text"] == "layers to send again: 1 of 3"
    assert [seen[f"to-diff{n}.config"]["tone"] for n in (1, 2, 3)] == ["warn", "idle", "idle"]
    assert seen["to-config.manifest"]["tone"] == "warn"


def test_the_digests_drawn_are_those_of_the_bytes():
    lab = changed("third", gzip=False)
    lines = [child["text"] for child in drawn(lab)["diff3"]["children"]]
    old, new = lab.result.before.diff_ids[2], lab.result.after.diff_ids[2]
    assert lines[1] == f"DiffID {old[7:14]} → {new[7:14]}"
    assert drawn(lab)["blob3"]["children"][1]["text"] == lines[1].removeprefix("DiffID ")
    assert lines[3] == f"tar of {len(lab.result.after.layers[2].data):,} bytes"


def test_a_tag_moves_no_byte():
    lab = changed("tag")
    assert lab.result.before == lab.result.after
    assert drawn(lab)["fact2"]["text"] == "= same image ID"
    assert drawn(lab)["fact3"]["text"] == "≠ tag moves"
    assert drawn(lab)["tag"]["children"][1]["text"] == "1.0 → 1.1"


def test_both_images_are_written_as_a_layout_that_is_read_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = changed("first")
    lab._save()
    lab._save()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["course-image", "course-image-2"]
    root = tmp_path / "course-image"
    files = {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*") if each.is_file()}  # fmt: skip
    assert layout.read(files, "before") == lab.result.before
    assert layout.read(files, "after") == lab.result.after
    assert "10 files in course-image-2" in lab._wrote.text


def test_a_folder_that_cannot_be_written_is_said(monkeypatch):
    lab = DigestsLab()
    monkeypatch.setattr(lab_digests, "keep_as", fails)
    lab._save()
    assert "could not be written: read-only" in lab._wrote.text


def fails(*_args):
    raise OSError("read-only")


# Registry


def hosted(*deeds, **values):
    lab = RegistryLab()
    lab.load({"values": values, "actions": [[k, *deed] for k, deed in enumerate(deeds, 1)]})
    return lab


def blocks(lab, pile):
    """A pile's blocks: (first column, level) -> what is written in it and how wide it is."""
    found = {}
    for name, item in drawn(lab).items():
        what, *place = name.split("-")
        if what == pile and len(place) == 2 and place[0].isdigit():
            found[int(place[0]), int(place[1])] = (item["children"][0]["text"], round(item["w"]))
    return found


def test_shared_layers_are_one_block_under_all_their_images():
    lab = RegistryLab()
    assert lab.moment == 3
    host = blocks(lab, "host")
    assert len(host) == 5
    base, runtime, server = host[0, 0], host[0, 1], host[2, 1]
    assert (base[0], runtime[0], server[0]) == ("debian base", "python runtime", "cache server")
    assert base[1] == pytest.approx(3 * server[1] + 8, abs=2)
    assert runtime[1] == pytest.approx(2 * server[1] + 4, abs=2)
    assert drawn(lab)["fact0"]["text"] == "host stores: 242 MB"
    assert drawn(lab)["fact1"]["text"] == "image by image: 522 MB"


def test_requests_stand_in_order_and_arrows_go_the_way_of_the_bytes():
    lab = hosted(("pull", "shop"), ("pull", "blog"), ("push", "blog"))
    lab.go(2)
    seen = drawn(lab)
    assert [seen[f"ask{k}"]["text"] for k in range(5)] == ["GET manifest", "GET config", "– debian base", "– python runtime", "GET blog app"]  # fmt: skip
    assert "line2" not in seen
    assert seen["said2"]["text"] == "not asked for"
    assert seen["said4"]["text"].startswith("7 MB · 0.75 s")
    right = float(seen["line4"]["d"].split("H")[1])
    lab.go(3)
    seen = drawn(lab)
    assert seen["ask3"]["text"] == "PUT blog app v2"
    assert float(seen["line3"]["d"].split("H")[1]) < right
    assert seen["line0"]["dash"], "HEAD moves no bytes"
    assert "only the application's 7 MB are sent" in lab.text


def test_an_old_build_stays_beside_its_successor_until_it_is_pruned():
    lab = hosted(("pull", "shop"), ("pull", "cache"), ("push", "shop"), ("pull", "shop"))
    names = [item["text"] for name, item in drawn(lab).items() if name.startswith("host-name")]
    assert names == ["<none>", "shop v2", "cache v1"]
    assert drawn(lab)["host-0-2"]["dash"]
    assert drawn(lab)["host-1-2"]["glow"]
    assert not drawn(lab)["host-0-0"]["dash"], "the base is still needed"
    press(lab, "Prune")
    assert "5 MB are freed (shop app)" in lab.text
    assert drawn(lab)["quiet"]["text"] == "none in this step"


def test_the_buttons_act_on_the_image_that_is_picked():
    lab = RegistryLab()
    lab.set(image="blog")
    for text, kind in (("Build it anew and push", "push"), ("Pull it", "pull"), ("Remove it from the host", "remove")):  # fmt: skip
        press(lab, text)
        assert lab.state.deed == registrystory.Deed(kind, "blog")
    press(lab, "Remove it from the host")
    assert "image=blog: the host has shop, cache" in lab.text


def test_twice_the_bandwidth_is_half_the_time_of_the_bytes():
    times = [hosted(("pull", "shop"), bandwidth=b).state.seconds - 0.25 for b in (10, 20)]
    assert times[0] == pytest.approx(2 * times[1])


def test_a_picture_has_room_for_six_images():
    deeds = [("pull", "shop")] + [("push", "shop"), ("pull", "shop")] * 5
    lab = hosted(*deeds)
    lab.do("push", "shop")
    lab.do("pull", "shop")
    assert "images=7: the picture has room for 6; prune first" in lab.text


def test_a_host_without_images_says_so():
    lab = hosted(("pull", "shop"))
    lab.go(0)
    assert drawn(lab)["host-empty"]["text"] == "no image yet"
    assert [line[1] for line in lab.table(lab.state).rows] == ["nothing"]
    lab.go(1)
    assert [line[0] for line in lab.table(lab.state).rows].count("stored") == 3
