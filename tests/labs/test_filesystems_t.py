"""File system labs on crashes, the journal, safe replacement and durability: what only they do."""

import json

import pytest

from coursekit.labs.filesystems.crash import CrashLab
from coursekit.labs.filesystems.durable import DurableLab
from coursekit.labs.filesystems.journal import JournalLab
from coursekit.labs.filesystems.own import OwnRecipeLab
from coursekit.labs.filesystems.replace import ReplaceLab
from coursekit.quizzes.question import Scene
from coursekit.sims.message import ParameterError


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def at_the_end(cls, *actions, **values):
    """A lab as a scene of a question shows it: a story at its last moment."""
    lab = cls()
    lab.show(Scene(lab=cls.name, values=values, actions=actions))
    return lab


def inside(lab):
    """Every box in its frame, no id twice, in both layouts."""
    for narrow in (False, True):
        lab.scene.narrow = narrow
        width, height = lab.scene.size
        ids = [item["id"] for item in lab.scene.items]
        assert len(ids) == len(set(ids))
        for item in lab.scene.items:
            if item["kind"] == "box":
                assert -1 <= item["x"] <= item["x"] + item["w"] <= width + 1, item
                assert -1 <= item["y"] <= item["y"] + item["h"] <= height + 1, item
    lab.scene.narrow = False


def comes_back(lab):
    """Its state as a text brings back the same picture and sentence."""
    twin = type(lab)(seed=7)
    twin.load_text(json.dumps(lab.scenario()))
    assert (twin.text, twin.scene.items) == (lab.text, lab.scene.items)


def refused(lab, **values):
    """What the lab says to these values; the last good picture stays."""
    before = lab.result
    lab.set(**values)
    assert isinstance(lab.error, ParameterError)
    assert lab.result is before
    return lab.text


# Crash


@pytest.mark.parametrize(
    "values, counts",
    [
        ({}, "2 1 1 4 0"),
        ({"mode": "ordered"}, "9 4 0 0 0"),
        ({"mode": "writeback"}, "8 4 4 0 0"),
        ({"mode": "journal"}, "16 8 0 0 0"),
        ({"mode": "async"}, "13 4 0 0 3"),
        ({"mode": "async", "checksum": True}, "16 4 0 0 0"),
        ({"mode": "nobarrier"}, "24 16 16 48 24"),
        ({"mode": "nobarrier", "checksum": True}, "30 19 19 60 0"),
    ],
)
def test_a_cell_for_each_crash_state_in_its_class(values, counts):
    """V10.8, as the learner sees it."""
    lab = at_the_end(CrashLab, **values)
    seen = drawn(lab)
    letters = [item["text"][0] for name, item in seen.items() if name.startswith("state-")]
    assert [letters.count(each) for each in "ONGIC"] == [int(each) for each in counts.split()]
    assert [seen[f"class-name-{k}"]["text"].split()[-1] for k in ("old", "new", "garbage", "inconsistent", "corrupt")] == counts.split()  # fmt: skip
    assert [str(n) for n in lab.table(lab.state).rows[-1][1:]] == counts.split()


@pytest.mark.parametrize("scenario", ["append", "create", "rename", "unlink", "mkdir"])
@pytest.mark.parametrize("mode", ["none", "ordered", "async"])
def test_the_crash_picture_stays_in_its_frame(scenario, mode):
    lab = at_the_end(CrashLab, scenario=scenario, mode=mode)
    assert lab.error is None
    inside(lab)


def test_a_chosen_state_says_which_writes_survived_and_what_follows():
    lab = at_the_end(CrashLab)
    garbage = next(k for k, each in enumerate(lab.result.lattice.outcomes) if each.state == {"I", "B"})  # fmt: skip
    lab._press(f"state-{garbage}")
    assert lab.values["state"] == garbage
    seen = drawn(lab)
    assert seen[f"state-{garbage}"]["selected"]
    assert [seen[f"there{k}"]["text"] for k in range(3)] == ["✗", "✓", "✓"]
    assert "fsck finds nothing" in lab.text
    assert "bytes that nobody wrote" in lab.text
    alone = next(k for k, each in enumerate(lab.result.lattice.outcomes) if each.state == {"B"})
    lab._press(f"state-{alone}")
    assert "it is lost until the bitmap is made anew" in lab.text


def test_a_state_appears_when_it_becomes_possible():
    lab = at_the_end(CrashLab, mode="ordered")
    shown = [name for name, item in drawn(lab).items() if name.startswith("state-") and not item.get("dash")]  # fmt: skip
    assert len(shown) == 13
    lab.go(2)  # D is issued, and flushed
    shown = [item for name, item in drawn(lab).items() if name.startswith("state-") and not item.get("dash")]  # fmt: skip
    assert len(shown) == 2
    assert [item["faded"] for item in shown] == [True, False], "only D is possible now"
    assert drawn(lab)["item0"]["tone"] == "ok"
    assert drawn(lab)["item2"]["dash"]


def test_a_cut_leaves_only_the_states_of_that_moment():
    lab = at_the_end(CrashLab, mode="ordered", cut=2)
    assert drawn(lab)["fact2"]["text"] == "2 states so far"
    assert "The power fails after write 2" in lab.text
    assert "cut=9: this operation makes 7 writes" in refused(lab, cut=9)


def test_too_many_states_for_cells_are_counted_by_class():
    lab = at_the_end(CrashLab, mode="nobarrier", scenario="create")
    groups = [item for name, item in drawn(lab).items() if name.startswith("group-")]
    assert sum(int(item["text"].split()[1]) for item in groups) == 1024
    last = max(int(name.split("-")[1]) for name in drawn(lab) if name.startswith("group-"))
    lab._press(f"group-{last}")
    assert drawn(lab)[f"group-{last}"]["selected"]
    inside(lab)
    assert "states=16384: choose a smaller operation" in refused(lab, scenario="mkdir")


def test_a_torn_block_is_half_there():
    lab = at_the_end(CrashLab, torn=True)
    half = next(k for k, each in enumerate(lab.result.lattice.outcomes) if each.state == {"I.0"})
    lab.set(state=half)
    assert [drawn(lab)[f"there{k}"]["text"] for k in range(3)] == ["✗", "✗", "½"]


def test_a_crash_lab_comes_back_from_its_text():
    comes_back(at_the_end(CrashLab, mode="writeback", state=9, checksum=True))


# Journal


def slots(lab):
    """What stands in each slot of the ring that was ever used."""
    return {k: drawn(lab)[f"slot{k}"]["text"] for k in range(16) if drawn(lab)[f"slot{k}"]["text"]}


def test_a_transaction_stands_in_the_ring_in_its_order():
    lab = at_the_end(JournalLab)
    assert slots(lab) == dict(enumerate(["Jd", "JI", "JB", "Jc"] * 2))
    assert drawn(lab)["slot0"]["hue"] != drawn(lab)["slot4"]["hue"]
    lab.set(mode="journal")
    lab.go(len(lab.result.states) - 1)
    assert list(slots(lab).values()) == ["Jd", "JI", "JB", "JD", "JD", "JD", "Jc"] * 2
    assert "tail, head" in drawn(lab)["tail"]["text"], "the checkpoint gave all room back"


def test_a_crash_before_the_commit_leaves_the_old_state():
    """The prediction's question."""
    lab = at_the_end(JournalLab, crash=5)
    seen = drawn(lab)
    assert seen["fact3"]["text"] == "recovered: old state"
    assert list(slots(lab).values()) == ["Jd", "JI", "JB"]
    assert [seen[f"append{k}"]["text"][0] for k in (1, 2, 3)] == ["✗"] * 3
    assert seen["home-I"]["text"] == "I old"
    assert "there are 0" in lab.text
    assert "way" not in seen


def test_a_crash_after_the_commit_is_repaired_from_the_ring():
    lab = at_the_end(JournalLab, crash=7)
    seen = drawn(lab)
    assert seen["fact3"]["text"] == "recovered: new state"
    assert [seen[f"append{k}"]["text"] for k in (1, 2, 3, 4)] == ["✓ 1", "✓ 2", "✓ 3", "4"]
    assert seen["home-I"]["text"] == "I 3"
    assert seen["way"]["tone"] == "ok", "the ring's blocks went home"


def test_without_barriers_a_commit_may_stand_there_without_its_block():
    lab = at_the_end(JournalLab, mode="nobarrier", crash=5, arrived="gap")
    seen = drawn(lab)
    assert (seen["slot2"]["text"], seen["slot2"]["tone"]) == ("✗", "bad")
    assert seen["fact3"]["text"] == "recovered: corrupt"
    assert seen["home-B"]["text"] == "✗ B"
    assert lab.said.tone == "bad"
    lab.set(mode="ordered")
    lab.go(len(lab.result.states) - 1)
    assert drawn(lab)["fact3"]["text"] == "recovered: old state"


def test_what_was_only_in_memory_is_lost_with_a_long_interval():
    lab = at_the_end(JournalLab, crash=1, commit=15, arrived="none")
    assert [drawn(lab)[f"append{k}"]["text"][0] for k in range(1, 7)] == ["✗"] * 6
    assert dict(lab.summary(lab.result))["appends kept"] == "0"


@pytest.mark.parametrize("mode", ["ordered", "writeback", "journal", "nobarrier", "async"])
def test_the_journal_picture_stays_in_its_frame_at_every_moment(mode):
    lab = at_the_end(JournalLab, mode=mode, crash=9)
    for moment in range(len(lab.result.states)):
        lab.go(moment)
        inside(lab)


def test_a_step_that_is_not_there_says_the_rule_and_the_text_comes_back():
    lab = at_the_end(JournalLab, commit=1, crash=30)
    comes_back(lab)
    assert "crash=60: there are 22 steps" in refused(lab, commit=5, crash=60)


# Replace


@pytest.mark.parametrize("mode, empty", [("posix", True), ("delalloc", True), ("auto_da_alloc", False), ("ordered", False)])  # fmt: skip
def test_a_rename_without_fsync_may_leave_an_empty_file(mode, empty):
    """V10.9, P2: the prediction's question."""
    lab = at_the_end(ReplaceLab, recipe="rename", mode=mode)

    assert bool(drawn(lab)["at-3-empty"].get("text")) is empty
    assert ("f is empty" in lab.text) is empty
    assert lab.said.tone == ("bad" if empty else "accent")


def test_the_grid_has_every_recipe_in_every_mode():
    lab = at_the_end(ReplaceLab)
    texts = {name: item["text"] for name, item in drawn(lab).items() if name.startswith("grid-")}
    assert len(texts) == 24
    assert texts["grid-truncate-posix"] == "✗ A B ∅"
    assert texts["grid-unlink-ordered"] == "✗ A B ∅ –"
    assert {text for name, text in texts.items() if name.startswith("grid-fsync")} == {"✓ A B"}
    lab.set(finished=True)
    seen = drawn(lab)
    assert seen["grid-fsync_rename-ordered"]["text"] == "✗ A B"
    assert seen["grid-fsync_rename_dir-posix"]["text"] == "✓ B"
    assert seen["at-0-A"]["faded"], "only the end counts now"


def test_a_cell_of_the_grid_and_an_outcome_can_be_pressed():
    lab = at_the_end(ReplaceLab)
    lab._press("grid-unlink-delalloc")
    assert (lab.values["recipe"], lab.values["mode"]) == ("unlink", "delalloc")
    assert "There is no f any more." in lab.text
    lab._press("at-4-B")
    assert drawn(lab)["at-4-B"]["selected"]
    assert "f holds the new contents" in lab.text
    inside(lab)
    comes_back(lab)


def test_the_grid_is_not_shown_before_the_prediction():
    lab = ReplaceLab()
    lab.locked = True
    lab.update()
    assert not [name for name in drawn(lab) if name.startswith("grid-")]
    inside(lab)


# Own


SAFE = "creat t\nwrite t B\nfsync t\nrename t f\nfsyncdir\n"


def test_the_usual_two_lines_can_leave_an_empty_file_in_every_mode():
    lab = OwnRecipeLab()
    seen = drawn(lab)
    assert [seen[f"cell-{mode}-0"]["text"] for mode in ("posix", "delalloc", "auto_da_alloc", "ordered")] == ["✗ A B ∅"] * 4  # fmt: skip
    assert "f is empty" in lab.text
    assert lab.said.tone == "bad"
    inside(lab)


def test_a_safe_program_does_the_task_in_every_mode():
    lab = OwnRecipeLab()
    assert lab._run_text(SAFE) == "Tried."
    assert lab.text.startswith("✓ The task is done")
    assert {row[1] for row in lab.table(lab.result).rows} == {"A, B"}
    assert {row[2] for row in lab.table(lab.result).rows} == {"B"}
    comes_back(lab)
    lab._run_text(SAFE.replace("fsyncdir\n", ""))
    assert "After the end f is not surely B" in lab.text
    assert lab.said.tone == "warn"


def test_a_call_that_cannot_be_made_names_its_line_and_the_program_stays():
    lab = OwnRecipeLab()
    assert lab._run_text("creat t\nfsync u") == "line=2: fsync=u: no such name at this moment"
    assert lab.program == "creat f\nwrite f B\n"
    lab.set(mode="ordered")
    assert lab.error is None


def test_pressing_a_mode_shows_its_crashes_and_a_long_program_fits():
    lab = OwnRecipeLab(program="creat t\nwrite t B\nrename t f\nfsyncdir\ncreat u\nwrite u B\nrename u f\nfsyncdir\nunlink f")  # fmt: skip
    lab.scene._msg_callbacks(lab.scene, {"press": "cell-ordered-1"}, [])
    assert lab.values["mode"] == "ordered"
    inside(lab)


# Durable


def where(lab, name):
    """The column in which a box stands."""
    seen = drawn(lab)
    x = seen[name]["x"] + seen[name]["w"] / 2
    return next(place for place in ("program", "memory", "drive", "disk") if seen[f"place-{place}"]["x"] <= x <= seen[f"place-{place}"]["x"] + seen[f"place-{place}"]["w"])  # fmt: skip


def test_a_power_cut_after_write_leaves_nothing_and_after_fsync_the_line():
    """The prediction's question, and its answer's other half."""
    cut = at_the_end(DurableLab, [1, "write"], [2, "power_cut"])
    assert len(cut.result.states) == 3
    assert cut.table(cut.state).rows == [[1, "nowhere any more", "nowhere any more", "it is lost"]]
    assert (cut.said.tone, drawn(cut)["D1"]["text"]) == ("bad", "✗ D1")
    inside(cut)
    safe = at_the_end(DurableLab, [1, "write"], [2, "fsync"], [3, "power_cut"])
    assert safe.table(safe.state).rows == [[1, "disk", "disk", "it is there"]]
    assert (where(safe, "D1"), safe.said.tone) == ("disk", "ok")


def test_without_barriers_fsync_ends_in_the_cache_of_the_drive():
    lab = at_the_end(DurableLab, [1, "write"], [2, "fsync"], barriers=False)
    assert (where(lab, "D1"), where(lab, "S1")) == ("drive", "drive")
    assert drawn(lab)["fact2"]["text"] == "a cut now would take: 1"
    lab.do("power_cut")
    assert lab.table(lab.state).rows == [[1, "nowhere any more", "nowhere any more", "it is lost"]]


def test_the_example_has_a_safe_line_and_one_in_memory():
    lab = DurableLab()
    assert lab.moment == 5
    assert [where(lab, name) for name in ("D1", "S1", "D2", "S2")] == ["disk", "disk", "memory", "memory"]  # fmt: skip
    assert "Nothing moves" in lab.text
    inside(lab)


def test_the_size_may_be_there_before_the_data():
    lab = at_the_end(DurableLab, [1, "write"], [2, "wait", 6], mode="writeback")
    assert (where(lab, "D1"), where(lab, "S1")) == ("memory", "disk")
    assert lab.table(lab.state).rows[0][-1] == "old bytes"
    assert lab.said.tone == "warn"
    inside(lab)


def test_the_buttons_act_and_the_picture_is_full_at_eight_lines():
    lab = at_the_end(DurableLab, [1, "write"], seconds=7)
    press = {tool.description: tool.click for tool in lab._tools}
    for text, deed in (("fsync", ("fsync", 0)), ("wait", ("wait", 7)), ("close", ("close", 0)), ("cut the power", ("power_cut", 0))):  # fmt: skip
        press[text]()
        assert (lab.state.deed.kind, lab.state.deed.seconds) == deed
    for _ in range(7):
        press["write a line"]()
    inside(lab)
    press["write a line"]()
    assert "lines=9: the picture has room for 8" in lab.text
    comes_back(at_the_end(DurableLab, [1, "write"], [2, "wait", 40], mode="ordered"))


def test_a_locked_crash_lab_does_not_tell_how_many_states_there_will_be():
    lab = CrashLab()
    lab.locked = True
    lab.update()
    assert [name for name in drawn(lab) if name.startswith(("state-", "row"))] == ["row0", "state-0"]  # fmt: skip
