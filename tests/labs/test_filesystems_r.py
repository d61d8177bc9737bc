"""File systems labs on blocks, paths, links and fsck: what only they do."""

import pytest
from looking import drawn, press

from coursekit.labs.filesystems import LABS
from coursekit.labs.filesystems.blocks import EXAMPLE, FILE, BlocksLab
from coursekit.labs.filesystems.drawing import block_map, painted, ranges
from coursekit.labs.filesystems.fsck import DAMAGES, FOUND, FsckLab
from coursekit.labs.filesystems.links import LinksLab
from coursekit.labs.filesystems.path import WHICH, PathLab
from coursekit.sims.filesystems.labfs import blockstory, damage, linkstory, pathstory
from coursekit.sims.filesystems.labfs.decode import owners
from coursekit.sims.message import ParameterError

MADE = [[1, "create", "/notes"], [2, "write", "/notes", 3000]]
RENAMED = [*MADE, [3, "rename", "/notes", "/marks"]]
MINE = (BlocksLab, PathLab, LinksLab, FsckLab)


# All four


def test_the_labs_are_in_the_order_of_the_notebook():
    names = [lab.name for lab in LABS if lab in MINE]
    assert names == ["filesystems-blocks", "filesystems-path", "filesystems-links", "filesystems-fsck"]  # fmt: skip


@pytest.mark.parametrize("kind", MINE)
def test_before_the_prediction_only_the_start_is_shown(kind):
    lab = kind()
    lab._set_locked(True)
    lab.update()
    assert lab.moment == 0
    assert len(lab.timeline.labels) == 1


# The map


def test_numbers_for_reading():
    assert ranges([46, 2, 44, 4, 45]) == "2, 4, 44–46"
    assert ranges([]) == ""


def test_a_map_has_a_box_for_each_block_and_a_number_for_each_line():
    items = block_map("b", [painted("data")] * 40, x=30, y=0, cell=20, first=100)
    boxes = [item for item in items if item["kind"] == "box"]
    assert [item["id"] for item in boxes] == [f"b{k}" for k in range(100, 140)]
    assert [item["text"] for item in items if item["kind"] == "text"] == ["100", "116", "132"]
    assert boxes[16]["y"] > boxes[15]["y"]


# Blocks


def test_the_blocks_lab_opens_at_the_end_of_its_example():
    lab = BlocksLab()
    assert lab.moment == len(EXAMPLE)
    lab.go(2)
    lab.reset()
    assert lab.moment == len(EXAMPLE)


def test_each_block_has_the_letter_of_its_owner_and_the_mark_of_the_deed():
    lab = BlocksLab()
    lab.load({"actions": RENAMED})
    seen = drawn(lab)
    assert seen["block3"]["text"] == "Iw"
    assert seen["block43"]["text"] == "Nw"
    assert seen["block4"]["text"] == "Ir"
    assert [seen[f"block{k}"]["text"] for k in (44, 45, 46, 47)] == ["D", "D", "D", ""]
    assert "wrote 2" in seen["fact3"]["text"]
    assert {name for name, item in seen.items() if item.get("glow")} == {"block3", "block43"}
    letters = {b: {"superblock": "S", "journal": "J", "inode bitmap": "U", "block bitmap": "B"}.get(o.what) for b, o in owners(lab.state.volume.image).items()}  # fmt: skip
    assert all(seen[f"block{b}"]["text"] == letter for b, letter in letters.items() if letter)


def test_a_deleted_files_blocks_still_hold_its_bytes():
    lab = BlocksLab()
    lab.load({"values": {"block": 44}, "actions": [*MADE, [3, "rm", "/notes"]]})
    seen = drawn(lab)
    assert seen["block44"]["text"] == "·w" or seen["block44"]["text"] == "·"
    assert seen["title"]["text"] == "Block 44: free"
    assert "notes 2" in seen["f1-2"]["text"]
    lab.set(block=43)
    texts = [item["text"] for name, item in drawn(lab).items() if name.startswith("f")]
    assert any("[notes]" in text for text in texts), "the name is still there, behind .."


@pytest.mark.parametrize("block", [0, 1, 2, 3, 4, 11, 43, 44, 46, 58, 61, 100, 255])
def test_the_chosen_block_is_decoded_in_the_picture_and_the_table(block):
    lab = BlocksLab()
    lab._press(f"block{block}")
    seen = drawn(lab)
    assert seen[f"block{block}"]["selected"]
    assert seen["title"]["text"].startswith(f"Block {block}:")
    rows = [name for name in seen if name.startswith("f") and name.endswith("-0")]
    assert 2 <= len(rows) <= 19
    assert sum(len(str(row[1]).split()) > 0 for row in lab.table(lab.state).rows) >= 1


def test_an_inode_of_the_table_is_chosen_by_pressing():
    lab = BlocksLab()
    lab.set(block=3)
    assert drawn(lab)["title"]["text"] == "Block 3: inodes: inode 2"
    lab._press("slot3")
    assert drawn(lab)["title"]["text"] == "Block 3: inodes: inode 3"
    assert drawn(lab)["slot3"]["selected"]


def test_neighbours_that_say_the_same_are_one_line():
    lab = BlocksLab()
    lab.load({"values": {"block": 2}, "actions": MADE})
    texts = [item["text"] for name, item in drawn(lab).items() if name.startswith("f") and name.endswith("-2")]  # fmt: skip
    assert texts == ["field", "0–39", "40–47", "48–247", "248–255", "rest"]


def test_the_button_does_what_the_controls_say():
    lab = BlocksLab()
    lab.load({"actions": MADE})
    lab.set(op="append", path="/notes", size=100)
    press(lab)["Do it"]()
    assert lab.state.deed == blockstory.Deed("append", "/notes", 100)
    lab.set(op="rename", to="/marks")
    press(lab)["Do it"]()
    assert lab.state.deed == blockstory.Deed("rename", "/notes", "/marks")
    lab.set(op="ls", path="/")
    press(lab)["Do it"]()
    assert "Names in /: marks." in lab.text
    lab.set(op="read", path="/home")
    press(lab)["Do it"]()
    assert "ENOENT" in lab.text
    assert lab.said.tone == "bad"
    assert lab.state.deed.kind == "ls", "the picture stays"


def test_size_and_new_name_are_asked_only_where_they_mean_something():
    lab = BlocksLab()
    away = {}
    for op in ("create", "write", "rename"):
        lab.set(op=op)
        away[op] = set(lab.panel.away)
    assert away == {"create": {"size", "to"}, "write": {"to"}, "rename": {"size"}}


def test_the_image_is_written_beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = BlocksLab()
    lab._save()
    lab._save()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["labfs-2.img", FILE]
    assert (tmp_path / FILE).read_bytes() == lab.state.volume.image


@pytest.mark.parametrize("action", [["create", "/a"], [1], [1, "sing", "/a"], [1, "create", 5], [1, "write", "/none", 3]])  # fmt: skip
def test_a_strange_action_is_refused(action):
    lab = BlocksLab()
    with pytest.raises(ParameterError):
        lab.load({"actions": [action]})
    assert lab.moment == len(EXAMPLE)


# Path


def test_a_tile_for_each_read_so_far_and_the_count_beside_it():
    lab = PathLab()
    for moment in range(8):
        lab.go(moment)
        seen = drawn(lab)
        assert sum(name.startswith("tile") for name in seen) == moment
        assert seen["fact1"]["text"].startswith(f"{moment} block")
        assert "fact3" in seen
    assert seen["fact3"]["text"] == "not yet there"
    lab.go(8)
    assert drawn(lab)["fact3"]["text"] == "✓ inode 15"


def test_the_name_looked_for_is_marked_in_its_directory():
    lab = PathLab()
    lab.go(4)
    texts = [item["text"] for item in drawn(lab)["tile3"]["children"]]
    assert [text for text in texts if "◂" in text] == ["alice → 12 ◂"]


def test_links_put_their_text_in_front_of_what_is_left():
    lab = PathLab()
    lab.set(path="symlink")
    lab.go(3)
    chips = [item["text"] for name, item in drawn(lab).items() if name.startswith("part")]
    assert chips == ["alice", "home", "alice", "latest"]


@pytest.mark.parametrize("path", WHICH)
def test_the_end_of_each_path(path):
    lab = PathLab()
    lab.set(path=path)
    lab.go(len(lab.result.states) - 1)
    seen, told = drawn(lab), pathstory.tell(path)
    assert seen["fact3"]["text"] == (f"✗ {told.errno}" if told.errno else f"✓ inode {told.ino}")
    assert lab.said.tone == ("bad" if told.errno else "ok")
    assert sum(name.startswith("tile") for name in seen) <= 12
    assert ("before" in seen) == (path == "loop")


def test_the_tree_marks_the_way_so_far():
    lab = PathLab()
    lab.set(path="symlink")
    for moment, way, here in (
        (0, [], []),
        (1, [2], [2]),
        (3, [2, 17], [17]),
        (5, [2, 11, 17], [12]),
    ):
        lab.go(moment)
        seen = {int(name[4:]): item for name, item in drawn(lab).items() if name.startswith("name")}
        assert [ino for ino in sorted(seen) if seen[ino]["fill"] == "soft"] == way
        assert [ino for ino in seen if seen[ino].get("glow")] == here
        assert [ino for ino in sorted(seen) if seen[ino]["dash"]] == [17, 18, 19, 20, 21]


def test_from_memory_tiles_have_a_dashed_edge():
    lab = PathLab()
    lab.set(cache=True)
    lab.go(3)
    tiles = [item for name, item in drawn(lab).items() if name.startswith("tile")]
    assert [item["dash"] for item in tiles] == [True] * 3
    assert drawn(lab)["fact1"]["text"] == "0 blocks read"


# Links


def held(*deeds, **values):
    lab = LinksLab()
    lab.load({"values": values, "actions": [[k, *deed] for k, deed in enumerate(deeds, 1)]})
    return lab


def test_an_arrow_from_each_name_and_each_open_file_to_its_inode():
    lab = held(("link", "b"), ("open", "a"))
    seen = drawn(lab)
    there = seen["inode11"]
    for arrow in ("to-a", "to-b", "held3"):
        x, y = map(float, seen[arrow]["d"].split()[-2:])
        assert x < there["x"] < x + 8
        assert there["y"] < y < there["y"] + there["h"]
    assert seen["inode11"]["title"] == "inode 11: names 2, open 1"


def test_a_file_without_a_name_that_is_open():
    lab = held(("open", "a"), ("rm", "a"))
    seen = drawn(lab)
    assert seen["fact0"]["text"] == "df: 5 KiB in use"
    assert seen["fact1"]["text"] == "du finds 1 KiB"
    assert seen["fact2"]["text"] == "no name, still held: 4 KiB"
    assert "to-a" not in seen
    assert lab.said.tone == "warn"
    press(lab)["Close"]()
    assert drawn(lab)["inode11"]["title"] == "inode 11: free"
    assert drawn(lab)["block44"]["text"] == "a", "the bytes stay"


def test_a_symbolic_link_dangles_when_its_name_is_gone():
    lab = held(("symlink", "s"))
    assert drawn(lab)["text13"]["text"] == "→ name a"
    press(lab)["rm"]()
    assert drawn(lab)["text13"]["text"] == "✗ no name a"


def test_what_undelete_brings_back_depends_on_the_disk():
    deeds = (("rm", "a"), ("trim",), ("undelete", "a"))
    shown = {disk: drawn(held(*deeds, disk=disk))["block44"]["text"] for disk in ("hdd", "ssd")}
    assert shown == {"hdd": "a", "ssd": "·"}
    assert "knows no TRIM" in _said_at(held(*deeds), 2)


def _said_at(lab, moment):
    lab.go(moment)
    return lab.text


def test_the_buttons_do_it_to_the_chosen_name():
    lab = held(("symlink", "c"), name="b", blocks=3)
    for text, deed in (
        ("Hard link", ("link", "b")), ("Open", ("open", "b")), ("Close", ("close",)), ("rm", ("rm", "b")),
        ("Another program writes", ("reuse", 3)), ("TRIM", ("trim",)),
    ):  # fmt: skip
        press(lab)[text]()
        assert lab.state.deed == linkstory.Deed(*deed), lab.text
    lab._press("name-a")
    press(lab)["rm"]()
    press(lab)["Bring back"]()
    assert lab.state.deed == linkstory.Deed("undelete", "a")
    lab.set(name="s")
    press(lab)["Symbolic link to a"]()
    assert lab.state.deed == linkstory.Deed("symlink", "s")


def test_blocks_of_another_program_take_the_place_of_the_deleted():
    lab = held(("rm", "a"), ("reuse", 2))
    seen = drawn(lab)
    assert [seen[f"block{k}"]["text"] for k in (44, 45, 46, 47, 48)] == ["other", "other", "a", "a", "·"]  # fmt: skip
    assert seen["block46"]["dash"]
    assert "fill" in seen["block44"]
    assert seen["block44"]["fill"] == "soft"


# fsck


def test_passes_show_what_they_found_one_after_the_other():
    lab = FsckLab()
    shown = []
    for moment in range(len(lab.result.states)):
        lab.go(moment)
        shown.append(sum(name.startswith("found-") for name in drawn(lab)))
    assert shown == [0, 0, 0, 1, 2, 5, 6, 6, 6]
    assert shown[-1] == len(damage.tell("several").problems)


def test_the_map_after_fsck_is_there_only_after_fsck():
    lab = FsckLab()
    lab.go(6)
    assert "waiting" in drawn(lab)
    assert "new0" not in drawn(lab)
    lab.go(7)
    seen = drawn(lab)
    assert "waiting" not in seen
    mended = {int(name[3:]) for name, item in seen.items() if name.startswith("new") and item.get("glow")}  # fmt: skip
    assert mended == set(damage.tell("several").mended)


def test_crosses_are_where_the_problems_are():
    lab = FsckLab()
    lab.set(damage="leak")
    lab.go(5)
    crosses = [name for name, item in drawn(lab).items() if name.startswith("old") and item.get("text") == "✗"]  # fmt: skip
    assert crosses == ["old200"]
    lab.go(4)
    assert drawn(lab)["old200"]["text"] == "", "not known before its pass"


@pytest.mark.parametrize("which", DAMAGES)
def test_every_damage_is_told(which):
    lab = FsckLab()
    lab.set(damage=which)
    assert {each.kind for each in lab.result.problems} <= set(FOUND)
    lab.go(7)
    assert lab.said.tone == "ok"
    assert ("fsck says nothing of it" in lab.text) == bool(damage.tell(which).changed)
    assert len(lab.table(lab.state).rows) == len(damage.tell(which).problems)


def test_a_locked_fsck_tells_nothing():
    lab = FsckLab()
    lab._set_locked(True)
    lab.update()
    seen = drawn(lab)
    assert not [name for name in seen if name.startswith(("found", "none", "new"))]
    assert not [item for name, item in seen.items() if name.startswith("old") and item.get("text") == "✗"]  # fmt: skip


# The scenes that questions point at


@pytest.mark.parametrize(
    "kind, values, actions",
    [
        (BlocksLab, {}, RENAMED), (BlocksLab, {"block": 2}, MADE), (BlocksLab, {}, [*MADE, [3, "rm", "/notes"]]),
        (PathLab, {"path": "deep"}, []), (LinksLab, {}, [[1, "open", "a"], [2, "rm", "a"], [3, "close"]]),
        (LinksLab, {}, [[1, "link", "b"], [2, "rm", "a"]]), (LinksLab, {}, [[1, "symlink", "s"], [2, "rm", "a"]]),
        (LinksLab, {"disk": "ssd"}, [[1, "rm", "a"], [2, "trim"], [3, "undelete", "a"]]),
        (LinksLab, {"disk": "hdd"}, [[1, "rm", "a"], [2, "undelete", "a"]]), (FsckLab, {"damage": "several"}, []),
    ],
)  # fmt: skip
def test_states_that_questions_point_at(kind, values, actions):
    lab = kind()
    lab.load({"values": {**lab.panel.defaults(), **values}, "actions": actions})
    if actions:
        assert lab.moment == len(actions)
    assert lab.error is None
