"""File systems labs on FAT, ageing, pointers, checksums, copy on write and room: what only they do."""

import inspect
import json

import pytest

from coursekit import i18n
from coursekit.labs.filesystems import drawing
from coursekit.labs.filesystems.ageing import CHOICES, AgeingLab
from coursekit.labs.filesystems.checksum import FAULTS, SUMS, ChecksumLab
from coursekit.labs.filesystems.cow import CowLab
from coursekit.labs.filesystems.fat import EXAMPLE, Deed, FatLab
from coursekit.labs.filesystems.pointers import OFFSETS, PointersLab
from coursekit.labs.filesystems.room import RoomLab
from coursekit.quizzes.question import Choice, Prediction, Question, Scene
from coursekit.sims.filesystems import allocate, corruption, cow, fat, inodes
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.story import StoryLab

LABS = (PointersLab, FatLab, AgeingLab, ChecksumLab, CowLab, RoomLab)
every_lab = pytest.mark.parametrize("make", LABS, ids=[lab.name for lab in LABS])
GIB = 1 << 30


def drawn(lab):
    found = {}
    for item in lab.scene.items:
        found[item["id"]] = item
        found |= {inner["id"]: inner for inner in item.get("children", ())}
    return found


def at(lab, *deeds, **values):
    """The lab in a scene as a question makes it."""
    actions = tuple((k, *deed) for k, deed in enumerate(deeds, 1))
    lab.load(lab.scenario_of(Scene(lab=lab.name, values=values, actions=actions)))
    return lab


def locked(make):
    """A lab that waits for its prediction."""
    ask = Question(
        id="filesystems-x", kind="single", prompt="?", because=".", hints=("a", "b", "c"),
        choices=(Choice(text="yes", right=True), Choice(text="no", why="no")),
    )  # fmt: skip
    return make(prediction=Prediction(question=ask, scene=Scene(lab=make.name), change="."))


def extremes(spec):
    if isinstance(spec, Slider):
        return [spec.least, spec.value, spec.most]
    return list(spec.options) if isinstance(spec, Pick) else [True, False]


# All of them


@every_lab
def test_every_control_at_its_ends_draws_inside_the_frame_or_says_the_rule(make):
    lab = make()
    assert "⚠" not in lab.text
    for narrow in (False, True):
        lab.scene.narrow = narrow
        for spec in lab.controls():
            for value in extremes(spec):
                lab.reset()
                lab.set(**{spec.name: value})
                assert lab.error is None or "=" in lab.text
                table = lab.table(lab._shown)
                assert table.caption
                assert all(len(row) == len(table.head) for row in table.rows)
                inside(lab.scene)


def inside(scene):
    width, height = scene.size
    ids = [item["id"] for item in scene.items]
    assert len(ids) == len(set(ids))
    for item in scene.items:
        if item["kind"] == "box":
            assert -1 <= item["x"] <= item["x"] + item["w"] <= width + 1, item
            assert -1 <= item["y"] <= item["y"] + item["h"] <= height + 1, item


@every_lab
def test_a_state_is_a_text_that_brings_it_back(make):
    lab = make()
    for spec in lab.controls():
        if not isinstance(spec, Check):
            lab.set(**{spec.name: extremes(spec)[-1]})
            if lab.error:
                lab.reset()
    twin = make(seed=7)
    twin.load_text(json.dumps(lab.scenario()))
    assert (twin.text, twin.scene.items) == (lab.text, lab.scene.items)
    with pytest.raises(ParameterError, match="no such control"):
        twin.load({"values": {"nothing": 1}})


@every_lab
def test_at_most_five_controls_and_a_short_run(make):
    lab = make()
    assert len([spec for spec in lab.controls() if not spec.more]) <= 5
    method = make.story if issubclass(make, StoryLab) else make.run
    assert len(inspect.getsource(method).splitlines()) <= 20


@every_lab
def test_a_locked_lab_opens_and_a_locked_story_has_one_moment(make):
    lab = locked(make)
    assert lab.locked
    assert len(lab.text) > 10
    if isinstance(lab, StoryLab):
        assert len(lab.timeline.labels) == 1
        assert lab.moment == 0


# FAT


def test_the_example_ends_with_a_guess_that_has_anothers_clusters():
    lab = FatLab()
    assert lab.moment == len(EXAMPLE)
    seen = drawn(lab)
    assert [seen[f"cluster{k}"]["tone"] for k in (2, 3, 4)] == ["warn"] * 3
    assert [seen[f"cluster{k}"]["tone"] for k in (5, 6)] == ["bad"] * 2
    assert [seen[f"held{k}"]["text"] for k in range(2, 13)] == list("NNNMMNNHHHH")
    assert lab.said.tone == "bad"
    assert "another file has now: 2" in lab.text


def test_cells_say_what_the_table_says_and_arrows_follow_the_chain():
    lab = at(FatLab(), ("create", "NOTES.TXT", 2), ("create", "MARKS.TXT", 1), ("append", "NOTES.TXT", 2))  # fmt: skip
    seen = drawn(lab)
    assert [seen[f"says{k}"]["text"] for k in range(2, 8)] == ["→ 3", "→ 5", "end", "→ 6", "end", "0"]  # fmt: skip
    arrows = {name for name in seen if name.startswith("next")}
    assert arrows == {"next2", "next3", "next5"}
    assert seen["fact2"]["text"] == "most pieces of a file: 2"
    assert seen["fact1"]["text"] == "free: 55"
    assert lab.table(lab.state).rows[0] == ["NOTES.TXT", 2048, 2, "2 → 3 → 5 → 6", 2]


def test_deleting_leaves_the_data_and_the_entry_and_clears_the_chain():
    lab = at(FatLab(), ("create", "NOTES.TXT", 2), ("rm", "NOTES.TXT"))
    seen = drawn(lab)
    assert [seen[f"says{k}"]["text"] for k in (2, 3)] == ["0", "0"]
    assert [seen[f"held{k}"]["text"] for k in (2, 3, 4)] == ["N", "N", ""]
    assert seen["slot0"]["tone"] == "warn"
    assert seen["field0"]["text"].startswith("e5 4f 54")
    assert seen["field28"]["text"] == "00 04 00 00"
    assert not [name for name in seen if name.startswith(("next", "guess"))]
    lab.do("undelete", "NOTES.TXT", 0)
    assert lab.state.guess.whole
    assert drawn(lab)["guess2"]["dash"]


def test_a_long_name_takes_more_entries_and_a_press_shows_their_bytes():
    lab = at(FatLab(), ("create", "Holiday photo.jpg", 1))
    seen = drawn(lab)
    assert [seen[f"slot-no{k}"]["text"] for k in range(4)] == ["0 · long", "1 · long", "2 · short", "3 · free"]  # fmt: skip
    lab._press("slot1")
    assert drawn(lab)["slot1"]["selected"]
    assert "Holid" in [item.get("text") for item in lab.scene.items]
    lab._press("slot3")
    assert "first byte is 00" in drawn(lab)["fields-none"]["text"]


def test_buttons_do_it_to_the_file_and_its_clusters():
    lab = at(FatLab(), ("create", "A LIST.TXT", 1))
    lab.set(name="NOTES.TXT", size=4)
    press = {tool.description: tool.click for tool in lab._tools if hasattr(tool, "click")}
    for text, deed in (("Make it", Deed("create", "NOTES.TXT", 4)), ("Let it grow", Deed("append", "NOTES.TXT", 4)), ("Delete it", Deed("rm", "NOTES.TXT")), ("Bring it back", Deed("undelete", "NOTES.TXT"))):  # fmt: skip
        press[text]()
        assert lab._deeds[-1] == deed, lab.text
    press["Delete it"]()
    assert "name=NOTES.TXT: no such file" in lab.text


def test_a_full_volume_says_so_and_strange_deeds_are_refused():
    lab = at(FatLab(), *[("create", name, 20) for name in ("NOTES.TXT", "MARKS.TXT", "A LIST.TXT")])
    lab.do("append", "NOTES.TXT", 1)
    assert "1 clusters are needed, 0 are free" in lab.text
    for action in ([1, "sing", "A"], [0, "rm", "A"], ["rm"], [1, "create", "A", "x"]):
        with pytest.raises(ParameterError, match=r"action|kind|clusters"):
            lab.load({"actions": [action]})


def test_the_sectors_changed_are_the_simulations():
    lab = at(FatLab(), ("create", "NOTES.TXT", 2))
    assert drawn(lab)["fact3"]["text"] == "sectors changed: 5"
    assert len(fat.files(lab.state.image)) == 1


# Ageing


def test_the_figures_are_the_simulations_and_the_chart_ends_at_the_mean():
    lab = AgeingLab()
    aged = lab.result
    assert f"Pieces of a file: {i18n.number(aged.mean_extents)}" in lab.text
    assert lab.bars.data[0][1].sum() == len(aged.extents)
    assert lab.chart.data[0][1][-1] == pytest.approx(aged.mean_extents)
    wide = sum(item["w"] + 1.5 for name, item in drawn(lab).items() if name.startswith("run"))
    assert wide == pytest.approx(8 * 888)


def test_the_map_shows_every_place_of_the_file_in_most_pieces():
    lab = AgeingLab()
    worst = max(lab.result.extents.values())
    solid = [item for item in drawn(lab).values() if item["id"].startswith("run") and item["fill"] == "solid"]  # fmt: skip
    assert 1 < len(solid) <= worst
    assert str(worst) in drawn(lab)["map-head"]["text"]


@pytest.mark.parametrize("fill", [50, 85, 95])
def test_the_lowest_free_block_is_worst_and_who_knows_the_size_best(fill):
    lab = at(AgeingLab(), policy="first_fit", fill=fill)
    rows = {policy: float(row[2]) for policy, row in zip(CHOICES, lab.table(lab.result).rows, strict=True)}  # fmt: skip
    assert max(rows, key=rows.get) == "first_fit"
    assert min(rows, key=rows.get) == "delayed"
    assert rows["delayed"] < 1.5 < rows["goal"]
    lab.set(policy="delayed")
    assert lab.said.tone == "ok"


def test_another_policy_meets_the_same_past():
    lab = AgeingLab()
    sizes = lab.result.sizes
    lab.set(policy="goal")
    assert lab.result.sizes == sizes
    lab.set(seed=2)
    assert lab.result.sizes != sizes
    assert set(CHOICES) == set(allocate.POLICIES)


# Pointers


WANTED = {  # vector 10.2, and the tables on the way
    49_151: [11], 49_152: [12, 0], 4_243_455: [12, 1023], 4_243_456: [13, 0, 0], 2**30: [13, 254, 1012],
    4_299_210_751: [13, 1023, 1023], 4_299_210_752: [14, 0, 0, 0],
}  # fmt: skip


@pytest.mark.parametrize("offset, way", WANTED.items())
def test_the_lit_entries_are_those_of_the_vector(offset, way):
    lab = at(PointersLab(), offset=offset, block=4096)
    seen = drawn(lab)
    lit = [name for name, item in seen.items() if name.startswith("cell") and item["glow"]]
    assert lit == [f"cell{depth}-{entry}" for depth, entry in enumerate(way)]
    assert seen["fact0"]["text"] == f"read on the way: {len(way) - 1}"
    assert seen[f"reach{len(way) - 1}"]["selected"]
    leads = [name for name in seen if name.startswith("lead")]
    assert len(leads) == len(way)


@pytest.mark.parametrize("narrow", [False, True])
def test_each_lead_begins_at_the_lit_entry(narrow):
    lab = at(PointersLab(), offset=2**30)
    lab.scene.narrow = narrow
    seen = drawn(lab)
    for depth, entry in enumerate(WANTED[2**30]):
        cell = seen[f"cell{depth}-{entry}"]
        x, y = map(float, seen[f"lead{depth + 1}"]["d"][1:].split("C")[0].split())
        assert cell["x"] <= x <= cell["x"] + cell["w"]
        assert y == pytest.approx(cell["y"] + cell["h"], abs=0.1)


def test_limits_and_metadata_are_the_vectors():
    lab = at(PointersLab(), offset=2**30)
    assert drawn(lab)["fact2"]["text"] == "blocks of metadata: 257"
    assert drawn(lab)["fact3"]["text"] == "largest file: 4.004 TiB"
    lab.set(block=1024)
    assert drawn(lab)["fact3"]["text"] == "largest file: 16.06 GiB"


@pytest.mark.parametrize(
    "pieces, block, reads", [(1, 4096, 0), (4, 4096, 0), (5, 4096, 1), (1000, 4096, 1), (1000, 1024, 2)],
)  # fmt: skip
def test_extents_need_a_tree_only_for_many_pieces(pieces, block, reads):
    lab = at(PointersLab(), map="extents", offset=1_000_000, block=block, pieces=pieces)
    assert drawn(lab)["fact0"]["text"] == f"read on the way: {reads}"
    assert f"The file has {pieces} extents" in lab.text
    assert "pieces" not in lab.panel.away


def test_pieces_mean_nothing_to_pointers_and_every_offset_is_reached_both_ways():
    lab = PointersLab()
    assert "pieces" in lab.panel.away
    for kind in ("pointers", "extents"):
        for offset in OFFSETS:
            lab.set(map=kind, offset=offset)
            assert lab.error is None


@pytest.mark.parametrize("count, room", [(15, 15), (16, 15), (1024, 15), (1024, 9), (84, 9)])
def test_a_window_has_both_ends_and_the_chosen_entry(count, room):
    for chosen in range(count):
        shown = drawing.tree_window(count, chosen, room)
        known = [each for each in shown if each is not None]
        assert len(shown) == min(room, count)
        assert {0, chosen, count - 1} <= set(known)
        assert known == sorted(set(known))
        for one, two, three in zip(shown, shown[1:], shown[2:], strict=False):
            if two is None:
                assert three - one > 1, "a gap leaves something out"


# Checksums


@pytest.mark.parametrize("copies", [1, 2])
def test_the_grid_is_the_simulations_and_the_reads_are_its_places(copies):
    lab = at(ChecksumLab(), copies=copies)
    order = ("wrong", "error", "repaired", "right")
    words = {"wrong": "wrong bytes", "error": "an error", "repaired": "right, mended", "right": "right"}  # fmt: skip
    for row, fault in enumerate(list(FAULTS)[:3]):
        for column, place in enumerate(SUMS):
            lab._press(f"verdict-{row}-{column}")
            assert (lab.values["fault"], lab.values["sums"]) == (fault, place)
            found = [each.answer for each in lab.result.reads[0]]
            worst = next(each for each in order if each in found)
            seen = drawn(lab)
            assert seen[f"verdict-{row}-{column}"]["selected"]
            assert seen[f"verdict-{row}-{column}"]["text"] == words[worst]
            assert [seen[f"answer0-{k}"]["text"] for k in range(4)] == [words[each] for each in found]  # fmt: skip


def test_a_mirror_without_sums_gives_half_its_reads_of_the_block_wrong():
    lab = at(ChecksumLab(), copies=2, sums="none", fault="flip")
    seen = drawn(lab)
    assert [seen[f"answer{disk}-0"]["text"] for disk in (0, 1)] == ["wrong bytes", "right"]
    assert seen["fact0"]["text"] == "wrong reads: 1 of 8"
    lab.set(scrub=True)
    assert "two copies differ, and cannot know which" in lab.text
    assert drawn(lab)["fact0"]["text"] == "wrong reads: 1 of 8"


def test_a_lost_write_is_seen_from_the_parent_only():
    lab = at(ChecksumLab(), copies=2, sums="beside", fault="phantom")
    assert "of another write, and nobody notices" in lab.text
    lab.set(sums="parent")
    assert lab.said.tone == "accent"
    assert "written over the bad one" in lab.text
    lab.set(scrub=True)
    assert "The scrub mended 1 block:" in lab.text
    assert [item["tone"] for name, item in drawn(lab).items() if name.startswith("cell")] == ["ok"] * 8  # fmt: skip


def test_the_way_through_the_tree_is_lit_and_broken_where_the_data_do_not_fit():
    lab = at(ChecksumLab(), sums="parent", fault="flip")
    seen = drawn(lab)
    lit = {name: item["tone"] for name, item in seen.items() if name.startswith("sum") and item["fill"] == "solid"}  # fmt: skip
    assert lit == {"sum2-0": "accent", "sum1-0": "accent", "sum0-0": "bad"}
    lab._press("cell-1-3")
    lit = {name: item["tone"] for name, item in drawn(lab).items() if name.startswith("sum") and item["fill"] == "solid"}  # fmt: skip
    assert lit == {"sum2-0": "accent", "sum1-1": "accent", "sum0-3": "accent"}
    assert "disk B asked first" in lab.text
    lab.set(sums="none")
    assert not [name for name in drawn(lab) if name.startswith("sum")]


def test_a_scrub_may_mend_one_block_and_be_helpless_with_another():
    lab = at(ChecksumLab(), sums="address", fault="misdirected", scrub=True)
    assert "mended 1 block" in lab.text
    assert "cannot know which" in lab.text


def test_a_locked_checksum_lab_keeps_its_answers():
    lab = locked(ChecksumLab)
    looks = {item["text"] for name, item in drawn(lab).items() if name.startswith(("answer", "verdict"))}  # fmt: skip
    assert looks == {"?"}
    assert {row[-1] for row in lab.table(lab.result).rows} == {"?"}
    assert "nobody notices" not in lab.text
    assert not any(item.get("press") for name, item in drawn(lab).items() if name.startswith("verdict"))  # fmt: skip
    assert set(corruption.PLACES) == set(SUMS)


# Copy on write


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_commit_writes_a_block_for_each_level_and_one_more(depth):
    lab = at(CowLab(), depth=depth)
    assert lab.moment == 0 or lab.moment == len(lab.result.states) - 1
    lab.go(len(lab.result.states) - 1)
    seen = drawn(lab)
    assert seen["fact0"]["text"] == f"written: {cow.blocks_written(depth)}"
    assert seen["fact3"]["text"] == f"crash states: {2 ** (depth + 1) + 1}"
    assert seen["found"]["text"] == f"at any crash – old: {2 ** (depth + 1)}, new: 1"
    new = [name for name, item in seen.items() if name.startswith("block") and item["fill"] == "solid"]  # fmt: skip
    assert len(new) == depth + 1
    assert "has a snapshot" in lab.text


def test_nothing_is_drawn_upon_another_block():
    for narrow in (False, True):
        for depth in (1, 2, 3, 4):
            for leaf in range(2**depth):
                lab = CowLab()
                lab.scene.narrow = narrow
                lab.set(depth=depth, leaf=leaf)
                lab.go(len(lab.result.states) - 1)
                boxes = [item for name, item in drawn(lab).items() if name.startswith("block")]
                for one in boxes:
                    for two in boxes:
                        apart = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"] or abs(one["y"] - two["y"]) >= one["h"]  # fmt: skip
                        assert one is two or apart, (depth, leaf, narrow, one["id"], two["id"])


def test_a_crash_ends_the_film_and_says_what_is_found():
    lab = CowLab()
    lab.set(crash=2)
    lab.go(3)
    seen = drawn(lab)
    assert seen["found"]["text"] == "after the crash – old: 4"
    assert [item["dash"] for item in seen.values() if item.get("tone") == "warn" and item["id"].startswith("block")] == [True, True]  # fmt: skip
    lab.set(crash=5)
    lab.go(6)
    assert drawn(lab)["found"]["text"] == "after the crash – old: 1, new: 1"


def test_without_a_flush_some_states_are_damaged():
    lab = CowLab()
    lab.set(flush=False, crash=4)
    lab.go(5)
    assert drawn(lab)["found"]["text"] == "after the crash – old: 8, new: 1, damaged: 7"
    assert lab.said.tone == "bad"


def test_a_crash_after_the_last_step_is_refused_with_its_rule():
    lab = CowLab()
    lab.set(depth=1, crash=6)
    assert "crash=6: choose 0 (never) to 4" in lab.text


def test_a_locked_commit_does_not_count_its_states():
    seen = drawn(locked(CowLab))
    assert seen["fact3"]["text"] == "crash states: ?"
    assert "found" not in seen


# Room


def test_empty_files_take_all_inodes_and_no_blocks():
    most = inodes.fill(Geometry(size=GIB), 0)
    lab = at(RoomLab(), files=most.files + 1, file=0)
    seen = drawn(lab)
    assert seen["fact0"]["text"] == "made: 65,525"
    assert seen["fact1"]["text"] == "refused: 1"
    assert seen["fact3"]["text"] == "df -i: 0 % free"
    assert "inodes-free" not in seen
    assert lab.said.tone == "bad"
    assert "No space left on device" in lab.text


def test_files_of_one_byte_lose_nearly_a_block_each():
    lab = at(RoomLab(), files=60_000, file=1)
    seen = drawn(lab)
    lost, free = seen["blocks-slack"]["w"], seen["blocks-free"]["w"]
    assert lost / free == pytest.approx(60_000 * 4095 / 4096 / lab.result.stored.free, rel=0.01)
    assert "Lost behind the ends of the files: 234 MiB" in lab.text


def test_groups_and_their_copies_are_those_of_mke2fs():
    lab = RoomLab()
    groups = {name: item for name, item in drawn(lab).items() if name.startswith("group") and name[5:].isdigit()}  # fmt: skip
    assert len(groups) == 8
    assert [name for name, item in groups.items() if "S" in item["text"]] == ["group0", "group1", "group3", "group5", "group7"]  # fmt: skip
    lab.set(size=16 * GIB)
    groups = [name for name in drawn(lab) if name.startswith("group") and name[5:].isdigit()]
    assert len(groups) == 128


def test_fat_has_no_inodes_to_run_out_of():
    lab = at(RoomLab(), files=100_000, file=0, type="fat")
    seen = drawn(lab)
    assert seen["fact3"]["text"] == "no inodes to count"
    assert seen["fact1"]["tone"] == "ok"
    assert seen["region0"]["sub"] == "from sector 0"  # fmt: skip
    assert not [name for name in seen if name.startswith("inodes-") and name != "inodes-head"]


def test_large_files_end_with_the_blocks_and_leave_roots_share():
    lab = at(RoomLab(), files=2000, file=1_000_000)
    assert lab.result.stored.ended == "blocks"
    seen = drawn(lab)
    assert seen["blocks-root"]["dash"]
    assert "left to root" in lab.text
