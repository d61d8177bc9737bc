"""Directory labs on several copies, on a controller that goes back, on groups of one's own."""

import pytest
from looking import drawn, fits, moments, press

from coursekit.i18n import speaking
from coursekit.labs.directory.own import OwnAccessLab
from coursekit.labs.directory.replication import LONG, ReplicationLab
from coursekit.labs.directory.rollback import RollbackLab
from coursekit.quizzes.directory import scenes as at
from coursekit.quizzes.directory.generator import _stamp, np
from coursekit.sims.directory import rollbackstory
from coursekit.sims.directory.ownaccess import (
    MOST_ENTRIES,
    MOST_GROUPS,
    PEOPLE,
    judge,
    letters,
    parse,
)
from coursekit.sims.directory.replicationdeeds import Deed, tell
from coursekit.sims.message import ParameterError


def rows(lab):
    return {row[0]: row[1:] for row in lab.table(lab._shown).rows}


# Several copies


def test_two_changes_beat_a_later_one():
    lab = ReplicationLab()
    lab.load(lab.scenario_of(at.replication(*at.CONFLICT)))
    assert all("tel = B2 (v3, 11:50, B)" in row[2] for row in rows(lab).values())
    assert "version 3 against 2" in lab.text
    assert drawn(lab)["fact3"]["text"] == "changes overridden: 1"
    lab.go(3)
    assert "tel = A (v2, 12:00, A)" in rows(lab)["A"][2]
    assert drawn(lab)["fact1"]["text"] == "they differ"


@pytest.mark.parametrize("clock, winner", [(0, "B1"), (-30, "A1")])
def test_equal_versions_are_decided_by_clocks_right_or_wrong(clock, winner):
    lab = ReplicationLab()
    lab.set(clock=clock)
    press(lab)["Write a new value"]()
    lab.set(dc=1)
    press(lab)["Write a new value"]()
    press(lab)["A round: all pull"]()
    assert all(f"tel = {winner} " in row[2] for row in rows(lab).values())
    assert "the later time" in lab.text


@pytest.mark.parametrize("seed", range(40))
def test_a_fresh_question_points_at_the_same_winner(seed):
    question = _stamp(np.random.default_rng(seed), "directory-fresh")
    right = next(each.text for each in question.choices if each.right)
    lab = ReplicationLab()
    lab.load(lab.scenario_of(question.scene))
    assert all(f"tel = {right} " in row[2] for row in rows(lab).values())


def test_a_number_of_the_matrix_pulls():
    lab = ReplicationLab()
    lab._press("dc1")
    press(lab)["Write a new value"]()
    assert drawn(lab)["hwm-0-1"]["tone"] == "warn"
    assert drawn(lab)["hwm-1-0"]["tone"] == "ok"
    lab._press("hwm-0-1")
    assert (lab.state.deed.kind, lab.state.deed.one, lab.state.deed.two) == ("pull", 0, 1)
    assert drawn(lab)["hwm-0-1"]["text"] == "8"
    assert drawn(lab)["log0"]["text"] == "Alice, tel = B1 (v2 of B): applied"
    assert drawn(lab)["hwm-2-0"]["tone"] == "warn", "C may have it from A now"


def test_what_has_come_another_way_is_not_sent_again():
    deeds = [Deed("write", 1, "tel", "x"), Deed("pull", 0, 1), Deed("pull", 2, 0), Deed("pull", 2, 1)]  # fmt: skip
    state = tell(3, deeds).states[-1]
    assert [(each.sent, each.filtered) for each in state.pulls] == [(0, 1)]


def test_two_of_one_name_and_somebody_without_a_unit():
    lab = ReplicationLab()
    press(lab)["Create the name"]()
    lab.set(dc=1)
    press(lab)["Create the name"]()
    press(lab)["A round: all pull"]()
    assert all("Bob CNF:A1; Bob" in row[2] for row in rows(lab).values())
    lab = ReplicationLab()
    lab.set(name="Lyon")
    press(lab)["Delete it"]()
    lab.set(dc=1, name="Bob", under="Lyon")
    press(lab)["Create the name"]()
    for _round in range(2):
        press(lab)["A round: all pull"]()
    assert all("LostAndFound; Bob" in row[2] and "† Lyon" in row[2] for row in rows(lab).values())


def test_a_controller_that_was_away_too_long_brings_back_the_dead():
    lab = ReplicationLab()
    buttons = press(lab)
    lab.set(dc=2)
    buttons["Off, or on again"]()
    lab.set(dc=0, name="Alice")
    buttons["Delete it"]()
    buttons["A round: all pull"]()
    buttons[f"{LONG} days pass"]()
    lab.set(dc=2)
    buttons["Off, or on again"]()
    buttons["Write a new value"]()
    lab._press("hwm-0-2")
    assert "Error 8606" in lab.text
    assert "update of Alice" in lab.text
    assert drawn(lab)["fact0"]["text"].startswith("day 201")


@pytest.mark.parametrize("deed, said", [
    (Deed("delete", 0, "Paris"), "Paris is not empty"), (Deed("delete", 0, "Bob"), "A has no Bob"),
    (Deed("create", 0, "Alice", "Paris"), "A has Alice there already"), (Deed("pull", 0, 0), "A does not reach A"),
])  # fmt: skip
def test_what_cannot_be_done_is_said(deed, said):
    state = tell(3, [deed]).states[-1]
    assert not state.done
    assert said in str(state.why)
    assert state.world.dcs == tell(3, []).states[0].world.dcs


def test_controllers_that_are_not_there_are_refused():
    lab = ReplicationLab()
    with pytest.raises(ParameterError, match="dc=3: choose 0 to 2"):
        lab.load({"actions": [[1, "off", 3]]})
    with pytest.raises(ParameterError, match="key=age"):
        lab.load({"actions": [[1, "write", 0, "age", "7"]]})


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_all_sizes_are_drawn(count):
    lab = ReplicationLab()
    lab.set(dcs=count)
    for name in ("Create the name", "Write a new value", "A round: all pull"):
        press(lab)[name]()
    for narrow in (True, False):
        lab.scene.narrow = narrow
        for _shown in moments(lab):
            drawn(lab)
            fits(lab)


# Back in time


def test_numbers_given_twice_are_never_asked_for():
    lab = RollbackLab()
    lab.load(lab.scenario_of(at.rollback("snapshot")))
    assert lab.said.tone == "bad"
    assert "B will never ask for the numbers 7, 8, 9" in lab.text
    assert rows(lab)["Nina"] == ["–", "unknown", "unknown"]
    assert rows(lab)["Alice"] == ["100", "102", "102"]
    assert rows(lab)["A, number 10: Alice, mail = new"][1:] == ["it has it", "it has it"]
    seen = drawn(lab)
    assert {seen[f"number1-{usn}"]["tone"] for usn in (7, 8, 9)} == {"bad"}


@pytest.mark.parametrize("way", ["generation_id", "restore"])
def test_a_new_identity_heals(way):
    lab = RollbackLab()
    lab.set(way=way)
    lab.go(len(lab.result.states) - 1)
    assert lab.said.tone == "ok"
    assert [rows(lab)[each] for each in ("Alice", "Bob", "Nina")] == [["102"] * 3, ["209"] * 3, ["–"] * 3]  # fmt: skip
    assert drawn(lab)["fact2"]["text"] == "identity: A#2"
    assert drawn(lab)["number1-10"]["sub"] == "came back"


@pytest.mark.parametrize("way", rollbackstory.WAYS)
def test_a_write_that_is_there_stays_known(way):
    """No partner ever asks for what it was said never to ask for."""
    states = rollbackstory.tell(way).states
    never = set()
    for state in states:
        for write in state.writes:
            for partner in rollbackstory.OTHERS:
                fate = state.fate(write, partner)
                assert fate == "never" or (write, partner) not in never
                never |= {(write, partner)} if fate == "never" else set()
    assert bool(never) == (way == "snapshot")


def test_an_unknown_way_is_refused():
    with pytest.raises(ParameterError, match="way=clone: choose one of snapshot, generation_id, restore"):  # fmt: skip
        rollbackstory.tell("clone")


# Groups of one's own

DONE = """
group G_Sales_A global A: alice carol
group G_Sales_B global B: bob erin
group U_Sales universal A: G_Sales_A G_Sales_B
group DL_Folder_RW local A: U_Sales
group G_Audit global A: dana
group DL_Folder_R local A: G_Audit
allow DL_Folder_RW RW
allow DL_Folder_R R
""".strip()
LOOSE = """
group G_Sales global A: alice
group U_Sellers universal B: G_Sales bob erin carol
group DL_B_RW local B: U_Sellers
group DL_Write local A: U_Sellers frank
deny frank W
allow DL_B_RW RW
allow DL_Write RW
allow Everyone R
""".strip()
EACH = (
    "\n".join(f"allow {name} RW" for name in ("alice", "carol", "bob", "erin")) + "\nallow dana R"
)


def open_parts(program):
    return {each.name for each in judge(parse(program)).checks if not each.done}


def test_the_task_can_be_done():
    lab = OwnAccessLab()
    assert lab.said.tone == "warn"
    assert lab._run_text(DONE) == "Taken: see who may do what."
    assert lab.said.tone == "ok"
    assert drawn(lab)["fact0"]["text"] == "done: 6 of 6"
    assert not open_parts(DONE)
    lines = [each for each in DONE.splitlines() if "U_Sales universal" not in each]
    assert not open_parts("\n".join(lines).replace("U_Sales", "G_Sales_A G_Sales_B")), (
        "a universal group is a help, no duty"
    )


@pytest.mark.parametrize("line", range(len(DONE.splitlines())))
def test_no_line_of_the_solution_is_idle(line):
    lines = DONE.splitlines()
    head, colon, _members = lines[line].partition(":")
    lines[line] = head + colon if colon else ""
    assert open_parts("\n".join(lines))


@pytest.mark.parametrize("program, missing", [
    (EACH, {"list", "newcomer"}),
    (LOOSE, {"more", "list", "members", "newcomer"}),
    (DONE.replace("local A: U_Sales", "local B: U_Sales"), {"sellers", "list", "newcomer"}),
    (DONE.replace("alice carol", "alice carol frank"), {"more"}),
    (DONE.replace("allow DL_Folder_R R", "allow DL_Folder_R RW"), {"more"}),
    ("deny DL_Folder_RW W\n" + DONE, {"sellers", "newcomer"}),
    (DONE + "\ndeny DL_Folder_RW W", set()),
    (DONE.replace("U_Sales universal A: G_Sales_A G_Sales_B", "U_Sales universal A: G_Sales_A bob erin"), {"members", "newcomer"}),
])  # fmt: skip
def test_what_is_missing_is_named(program, missing):
    assert open_parts(program) == missing


def test_who_gets_what_and_why():
    lab = OwnAccessLab()
    lab._run_text(LOOSE)
    found = rows(lab)
    assert {name: found[name][3] for name in ("alice", "frank", "gil")} == {"alice": "RW", "frank": "R", "gil": "R"}  # fmt: skip
    assert "Everyone is in the token; granted: to read." in found["gil"][5]
    lab._press("person-bob")
    assert lab.values["who"] == "bob"
    seen = drawn(lab)
    assert seen["group-DL_B_RW"]["dash"]
    assert (seen["entry-2"]["fill"], seen["entry-1"]["fill"]) == ("soft", "none")
    chips = [
        item["text"]
        for name, item in seen.items()
        if name.startswith("token") and name[5:].isdigit()
    ]
    assert chips == list(judge(parse(LOOSE)).people[2].token.names)


@pytest.mark.parametrize("program, said", [
    ("group G global A alice", "line=1: write group NAME"), ("group G global C: alice", "C is no domain; choose one of A, B"),
    ("group G domestic A: alice", "domestic is no scope"), ("group alice global A: bob", "there is a alice already"),
    ("group 1G global A: alice", "1G is no name"), ("\n\ngroup G global A: bob", "line=3: member=bob: the global group G takes members of its own domain A only"),
    ("group G global A: zoe", "line=1: name=zoe: nobody is called so"), ("allow zoe R", "line=1: nobody is called zoe"),
    ("allow alice X", "X are no rights"), ("permit alice R", "line=1: write group"), ("allow alice", "line=1: write group"),
    ("\n".join(f"group G{n} global A:" for n in range(MOST_GROUPS + 1)), "groups=9: at most 8"),
    ("\n".join(["allow alice R"] * (MOST_ENTRIES + 1)), "entries=7: at most 6"),
])  # fmt: skip
def test_lines_that_cannot_be_are_explained(program, said):
    with pytest.raises(ParameterError) as why:
        parse(program)
    assert said in str(why.value)
    lab = OwnAccessLab()
    before = lab.program
    assert said in lab._run_text(program)
    assert lab.program == before


@pytest.mark.parametrize("program", [DONE, LOOSE, EACH, "", DONE + "\n# a remark\ngroup Long_name_of_15c universal B: G_Sales_B\ngroup G8 global B: gil"])  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fr"])
def test_programs_are_drawn_for_everybody(program, language):
    with speaking(language):
        lab = OwnAccessLab()
        lab._run_text(program)
        for who in PEOPLE:
            lab.set(who=who.name)
            for narrow in (True, False):
                lab.scene.narrow = narrow
                drawn(lab)
                fits(lab)


def test_rights_as_letters():
    assert [letters(mask) for mask in range(4)] == ["–", "R", "W", "RW"]
