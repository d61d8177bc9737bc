"""Hypervisors labs, the first half: what only this chapter's labs do."""

import re
from itertools import pairwise

import pytest

from coursekit import i18n
from coursekit.labs.hypervisors import drawing, guest
from coursekit.labs.hypervisors.admission import AdmissionLab
from coursekit.labs.hypervisors.cards import CardsLab
from coursekit.labs.hypervisors.costs import CUT, CostsLab
from coursekit.labs.hypervisors.guest import GuestLab
from coursekit.labs.hypervisors.own import HELP, PLAIN, OwnGuestLab
from coursekit.labs.hypervisors.popek import PopekLab
from coursekit.quizzes.hypervisors.predictions import PREDICTIONS
from coursekit.sims.hypervisors.guest import Guest, run
from coursekit.sims.hypervisors.isa import OPERATIONS
from coursekit.sims.hypervisors.monitor import WAYS
from coursekit.sims.hypervisors.popek import TEACHING
from coursekit.sims.hypervisors.products import CARDS
from coursekit.sims.hypervisors.programs import PROGRAMS
from coursekit.sims.message import ParameterError


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def last(lab):
    lab.go(len(lab.result.states) - 1)


def moment_of(lab, what):
    """The first moment whose line in the time bar ends so."""
    return next(i for i, text in enumerate(lab.timeline.labels) if text.endswith(what))


# a guest, instruction by instruction


def test_popf_is_said_in_red_where_nobody_is_told():
    lab = GuestLab()
    lab.go(moment_of(lab, "POPF r0 → no trap!"))
    items = drawn(lab)
    assert (items["how"]["tone"], items["arrow"]["dash"], items["just"]["tone"]) == ("bad", True, "bad")  # fmt: skip
    assert lab.said.tone == "bad"
    assert "hypervisor does not know" in lab.text
    lab.set(way="hw_npt")
    assert not any("no trap" in text for text in lab.timeline.labels)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("way", WAYS)
def test_the_end_says_what_differs_and_what_it_cost(program, way):
    lab = GuestLab()
    lab.set(program=program, way=way)
    last(lab)
    whole = run(Guest(text=PROGRAMS[program].text, way=way, inputs=drawing.KEYBOARD))
    assert f"{round(whole.cycles):,} cycles" in lab.text
    silent = any(event.kind == "silent" for event in whole.events)
    assert silent == (drawn(lab)["verdict"]["tone"] == "bad") == ("Wrong in the end" in lab.text)


def test_a_long_program_is_cut_and_its_totals_are_of_the_whole_run():
    lab = GuestLab()
    lab.set(program="count", way="interp")
    last(lab)
    assert lab.moment == guest.CUT
    assert "The film stops here; the whole run has 18,004 instructions" in lab.text
    assert "900,700 cycles (emulator), 50 times" in lab.text
    assert "Given up" not in lab.text
    assert "×" not in drawn(lab)["so-far-figure"]["text"], "the bar shows the film only"


def test_a_paravirtual_kernel_shows_what_was_rewritten():
    lab = GuestLab()
    lab.set(program="pill", way="pv")
    texts = [item["text"] for item in lab.scene.items if item["id"].startswith("text")]
    assert "ask: LOADCR cr0, r1" in texts
    assert "SGDT r5" in texts, "the user's program is as it was"
    lab.set(way="bt")
    assert not [item for item in lab.scene.items if str(item.get("text")).startswith("ask:")]


@pytest.mark.parametrize(
    "way, says, storey",
    [
        ("native", "directly", 3),
        ("trap", "trap", 2),
        ("interp", "imitated", 2),
        ("dbt", "translated code", 3),
        ("hw_npt", "VM exit", 2),
    ],
)
def test_the_arrow_leads_from_the_kernel_to_who_did_it(way, says, storey):
    lab = GuestLab()
    lab.set(program="popf", way=way)
    lab.go(2)  # LOADCR
    items = drawn(lab)
    assert items["how"]["text"] == says
    start, end = re.fullmatch(r"M\S+ (\S+)h22V(\S+)h-20", items["arrow"]["d"]).groups()
    for at, floor in ((start, 1), (end, storey)):
        box = items[f"storey{floor}"]
        assert float(at) == pytest.approx(box["y"] + box["h"] / 2)


def test_counts_and_letters_so_far():
    lab = GuestLab()
    lab.set(program="disk", way="hw_npt_virtio")
    lab.go(5)
    items = drawn(lab)
    assert items["count-exit"]["text"] == "2"
    assert items["sent"]["text"] == "66 “B”"
    table = {row[0]: row[1] for row in lab.table(lab.state).rows}
    assert table["VM exit"] == 2
    assert table["r3"] == 66


def test_narrow_shows_a_window_around_the_line():
    lab = GuestLab()
    lab.scene.narrow = True
    last(lab)
    lines = [item for item in lab.scene.items if item["id"].startswith("text")]
    assert len(lines) == 9
    assert "HALT" in [item["text"] for item in lines]
    lab.go(moment_of(lab, "POPF r0 → no trap!"))
    lines = [item["text"] for item in lab.scene.items if item["id"].startswith("text")]
    assert lines[4] == "POPF r0", "the line just done is in the middle"


# what each technique costs


def test_a_bar_a_technique_and_the_longest_is_cut():
    lab = CostsLab()
    lab.set(workload="fork")
    items, times = drawn(lab), lab.result.times
    assert items["says-hw_shadow"]["text"] == "5.27 ×"
    longest = items["bar-interp"]
    assert longest["dash"]
    assert "cut-interp" in items
    unit = longest["w"] / CUT
    for name, each in times.items():
        assert items[f"bar-{name}"]["w"] == pytest.approx(min(each, CUT) * unit)


def test_a_press_chooses_the_technique():
    lab = CostsLab()
    lab._press("row-hw_shadow")
    assert lab.values["technique"] == "hw_shadow"
    assert drawn(lab)["row-hw_shadow"]["selected"]
    lab.locked = True
    lab._press("row-pv")
    assert lab.values["technique"] == "hw_shadow"


def test_it_says_where_the_cycles_go():
    lab = CostsLab()
    lab.set(workload="fork", technique="hw_shadow")
    assert "It loses most on page-table updates: 80.4 %" in lab.text
    assert drawn(lab)["mine-table"]["glow"]
    stack = [item for item in lab.scene.items if item["id"].startswith("stack")]
    assert sum(item["w"] for item in stack) == pytest.approx(900 - 450 - 10, abs=2)
    for one, other in pairwise(stack):
        assert one["x"] + one["w"] == pytest.approx(other["x"], abs=2)
    lab.set(technique="native")
    assert "loses most" not in lab.text


def test_prices_counts_and_pages_can_be_changed():
    lab = CostsLab()
    lab.set(workload="tlb", huge=True)
    assert "2.66 times" in lab.text
    lab.set(amount=10)
    assert "1.273 times" in lab.text
    lab.set(huge=False, amount=100, price="refs", factor=10)
    assert lab.result.times["hw_npt"] < 1.03


# cards to sort


def put(lab, card, kind):
    lab._press(f"card:{card}")
    lab._press(f"pile:{kind}")


def test_a_card_and_a_pile_pressed_put_the_card_there():
    lab = CardsLab()
    put(lab, "DirectX", "type1")
    assert lab.text.startswith("DirectX, type 1 hypervisor: no.")
    assert "programming interface" in lab.text
    items = drawn(lab)
    assert (items["card:DirectX"]["tone"], items["card:DirectX"]["sub"]) == ("bad", "✗ no")
    assert items["left:DirectX"]["faded"]
    assert items["fact2"] == items["fact2"] | {"text": "to put right: 1", "tone": "bad"}
    assert lab.runs[0].actions == ((0, "sort", "DirectX", "type1"),)
    assert lab.values["card"] == "VMware ESXi", "the next one that waits"


def test_a_card_may_be_put_elsewhere():
    lab = CardsLab()
    put(lab, "DirectX", "type1")
    put(lab, "DirectX", "none")
    assert lab.said.tone == "ok"
    assert lab.state.right == len(lab.state.piles) == 1
    assert len(lab.timeline.labels) == 3


def test_the_button_does_what_the_controls_say():
    lab = CardsLab()
    lab.set(card="KVM", kind="type2")
    lab._tools[0].click()
    assert "Debated: “type 1 hypervisor” counts as right too" in lab.text
    assert drawn(lab)["card:KVM"]["sub"] == "✓ debated"


def test_all_cards_by_the_key_lie_right():
    lab = CardsLab()
    for card in CARDS:
        put(lab, card.name, card.kind)
    assert "All cards lie where they belong" in lab.text
    assert [row[2][0] for row in lab.table(lab.state).rows] == ["✓"] * len(CARDS)


def test_taken_back_and_sorted_otherwise_both_runs_stay():
    lab = CardsLab()
    put(lab, "Xen", "type1")
    put(lab, "GNS3", "emulator")
    lab.go(1)
    put(lab, "GNS3", "front_end")
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert lab.runs[1].actions == ((0, "sort", "Xen", "type1"), (1, "sort", "GNS3", "front_end"))
    assert "The runs side by side" in lab._comparison.value


def test_a_name_with_words_in_it_is_french_in_french():
    with i18n.speaking("fr"):
        lab = CardsLab()
        assert drawn(lab)["card:QEMU without KVM"]["text"] == "QEMU sans KVM"
        put(lab, "QEMU without KVM", "emulator")
        assert lab.text.startswith("QEMU sans KVM")
        assert drawn(lab)["card:QEMU without KVM"]["text"] == "QEMU sans KVM"
        assert lab.runs[0].actions == ((0, "sort", "QEMU without KVM", "emulator"),)


def test_a_locked_lab_does_not_sort():
    lab = CardsLab()
    lab.locked = True
    put(lab, "Xen", "type1")
    assert len(lab.result.states) == 1


@pytest.mark.parametrize(
    "action, says",
    [
        ([0, "sort", "Xen"], "expected the number of the step, then sort"),
        ([True, "sort", "Xen", "type1"], "expected the number"),
        ([-1, "sort", "Xen", "type1"], "expected the number"),
        ([0, "put", "Xen", "type1"], "expected the number"),
        ("sort", "expected the number"),
        ([0, "sort", "Bochs", "type1"], "card=Bochs: there is no such card"),
        ([0, "sort", "Xen", "type3"], "Xen=type3: choose one of type1"),
    ],
)
def test_a_wrong_action_is_refused(action, says):
    lab = CardsLab()
    with pytest.raises(ParameterError, match=says):
        lab.load({"actions": [action]})
    assert len(lab.result.states) == 1


# Popek and Goldberg's test


def offenders(lab):
    return [row[0] for row in lab.table(lab.state).rows if row[-1].startswith("✗")]


def test_the_offenders_are_red_in_both_pictures():
    lab = PopekLab()
    assert offenders(lab) == ["RDMODE", "POPF", "SGDT"]
    items = drawn(lab)
    for name in offenders(lab):
        assert items[f"name:{name}"]["tone"] == items[f"chip:{name}"]["tone"] == "bad"
    assert items["fact3"]["text"] == "trap and emulate: no"
    assert "17 such instructions in the Pentium" in lab.text


def test_flipped_until_it_can_be_virtualized():
    lab = PopekLab()
    for name in offenders(lab):
        lab._press(f"cell:{name}:P")
    assert (offenders(lab), lab.said.tone) == ([], "ok")
    assert lab.text.startswith("SGDT traps in user mode from now on. Every sensitive instruction")
    assert drawn(lab)["fact3"]["text"] == "trap and emulate: yes"
    assert lab.values["instruction"] == "SGDT"
    lab._press("cell:SGDT:P")
    assert "SGDT does not trap any more" in lab.text
    assert "Pentium" not in lab.text, "the set is not the Pentium's any more"
    assert offenders(lab) == ["SGDT"]
    lab._press("cell:SGDT:B")
    assert "always the same now" in lab.text
    assert offenders(lab) == []


def test_an_instruction_stands_where_its_marks_put_it():
    lab = PopekLab()
    where = {}
    for name in ("ADD", "SYSCALL", "HALT", "POPF"):
        item = drawn(lab)[f"chip:{name}"]
        where[name] = (item["x"], item["y"])
    frame, other = drawn(lab)["p-frame"], drawn(lab)["s-frame"]
    assert where["SYSCALL"][0] < other["x"] < where["HALT"][0] < frame["x"] + frame["w"]
    assert where["POPF"][0] > frame["x"] + frame["w"]
    assert where["ADD"][1] > frame["y"] + frame["h"]


def test_while_locked_the_marks_are_seen_and_the_verdict_is_not():
    lab = PopekLab(prediction=PREDICTIONS["hypervisors-test"])
    texts = {str(item.get("text")) for item in lab.scene.items}
    assert "✓" in texts
    assert not [text for text in texts if "✗" in text or "seen" in text or "harmless" in text]
    assert not [item for item in lab.scene.items if item.get("tone") == "bad"]
    assert "is your prediction" in lab.text
    assert {row[-1] for row in lab.table(lab.state).rows} == {"?"}
    lab._unlocked(first=True)
    assert offenders(lab) == ["RDMODE", "POPF", "SGDT"]
    assert drawn(lab)["chip:POPF"]["tone"] == "bad"


def test_the_button_flips_and_a_past_flip_begins_a_branch():
    lab = PopekLab()
    lab.set(instruction="ADD", column="C")
    lab._tools[0].click()
    assert "ADD now changes the mode or resources" in lab.text
    lab.go(0)
    lab._press("cell:ADD:B")
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert lab.runs[1].actions == ((0, "flip", "ADD", "B"),)


def test_an_instruction_that_the_set_lacks_is_refused():
    lab = PopekLab()
    names = ", ".join(each.name for each in TEACHING)
    lab.set(instruction="SYSRET")
    lab._tools[0].click()
    assert f"instruction=SYSRET: choose one of {names}" in lab.text
    with pytest.raises(ParameterError, match="column=Q: choose one of P, C, B"):
        lab.load({"actions": [[0, "flip", "ADD", "Q"]]})
    lab.set(set="toy", instruction="SYSRET")
    lab._tools[0].click()
    assert lab.state.last == ("SYSRET", "P")
    lab.set(set="teaching")
    assert "instruction=SYSRET" in lab.text


# admission control


def test_the_guides_example_is_admitted_and_bears_one_host():
    """4-V10."""
    lab = AdmissionLab()
    items = drawn(lab)
    assert "A slot is as large as the largest reservations: 2 GHz · 2 GiB" in lab.text
    assert "3 + 3 = 6 slots ≥ 5 machines. Admitted. At most 1 host may die." in lab.text
    assert [items[f"host{h}"]["strike"] for h in range(3)] == [True, False, False]
    assert [items[f"why{g}"]["text"] for g in range(5)] == ["most CPU", "", "most memory", "", ""]
    assert [row[3] for row in lab.table(lab.result).rows] == ["4, counted as lost", 3, 3]
    held = [slot["text"] for h in (1, 2) for slot in items[f"host{h}"]["children"]]
    assert held == ["VM 1", "VM 2", "VM 3", "VM 4", "VM 5", "free slot"]
    lab.set(failures=2)
    assert "3 slots < 5 machines. Refused" in lab.text


def test_one_big_machine_makes_few_large_slots():
    """4-V11."""
    lab = AdmissionLab()
    lab.set(big=6)
    items = drawn(lab)
    assert items["verdict"]["text"] == "1 + 1 = 2 slots < 6 machines"
    assert "too few slots even if no host dies" in lab.text
    assert [g for g in range(6) if f"out{g}" in items] == [2, 3, 4, 5]
    assert items["why5"]["text"] == "most memory"


def test_the_percentage_policy_takes_the_same_machine():
    """4-V12, and then with the big machine."""
    lab = AdmissionLab()
    lab.set(policy="percent")
    assert "CPU 70.8 % is not reserved, of the memory 71.4 %; 25 % must stay free. Admitted" in lab.text  # fmt: skip
    items = drawn(lab)
    share = sum(items[f"GHz-{g}"]["w"] for g in range(5)) / items["GHz-all"]["w"]
    assert share == pytest.approx(7 / 24)
    lab.set(big=6)
    assert lab.result.ok
    lab.set(big=12)
    assert drawn(lab)["fact2"]["tone"] == "bad"
    assert "14.29 % < 25 %" in drawn(lab)["verdict"]["text"]


def test_controls_that_mean_nothing_are_away():
    lab = AdmissionLab()
    assert set(lab.panel.away) == {"percent", "big_cpu"}
    lab.set(policy="percent", big=1)
    assert lab.panel.away == ["failures"]


# the learner's own program


def test_ours_is_betrayed_three_ways():
    lab = OwnGuestLab()
    items = drawn(lab)
    betrayed = [way for way in WAYS if items[f"end-{way}"]["tone"] == "bad"]
    assert betrayed == ["trap", "bt", "pv"]
    assert "3 of 8 ways end otherwise" in lab.text
    assert "r7 is 1 instead of 0" in lab.text
    assert items["end1-r7"]["fill"] == "solid"
    assert items["count-pv:hypercall"]["text"] == "4"
    lab._press("row-hw_npt")
    assert lab.values["way"] == "hw_npt"
    assert drawn(lab)["end1-r7"]["text"] == "0"


def test_a_program_that_works_is_run_every_way():
    lab = OwnGuestLab()
    assert lab._run_text("LI r1, 6\nLI r2, 7\nMUL r3, r1, r2\nHALT") == "It has run every way."
    assert "All ways end alike" in lab.text
    assert drawn(lab)["end0-r3"]["text"] == "42"
    assert lab._box.text == lab.program
    assert lab.said.tone == "ok"


@pytest.mark.parametrize(
    "text, says",
    [
        ("LI r1, 6\nFLY r1", "line=2"),
        ("LI r9, 6", "line=1"),
        ("JMP nowhere", "line=1"),
        ("; nothing", "write at least one"),
    ],
)
def test_a_mistake_is_said_with_its_line_and_the_picture_stays(text, says):
    lab = OwnGuestLab()
    before, items = lab.scenario(), lab.scene.items
    told = lab._run_text(text)
    assert says in told
    assert told in lab.text
    assert (lab.scenario(), lab.scene.items) == (before, items)
    assert lab._box.text == text, "what was written stays, to be put right"
    lab.set(way="pv")
    assert lab.error is None


def test_a_program_that_never_ends_is_given_up():
    lab = OwnGuestLab()
    lab._run_text("again: JMP again")
    assert drawn(lab)["end-native"]["text"] == "given up"
    assert "Given up after 20000 instructions" in lab.text
    assert lab.said.tone == "warn"
    lab._run_text("SYSCALL")
    assert drawn(lab)["end-native"]["text"] == "it is stuck"


def test_its_state_holds_the_program():
    lab, twin = OwnGuestLab(), OwnGuestLab()
    lab._run_text("LI r1, 5\nHALT")
    twin.load(lab.scenario())
    assert twin.program == twin._box.text == "LI r1, 5\nHALT"
    with pytest.raises(ParameterError, match="program=3: expected a text"):
        twin.load({"program": 3})
    with pytest.raises(ParameterError, match="line=1"):
        twin.load({"program": "FLY"})
    assert twin.program == twin._box.text == "LI r1, 5\nHALT"
    twin.reset()
    assert twin.program == OwnGuestLab().program


def test_the_help_names_every_instruction_and_its_examples_assemble():
    named = " ".join(example for example, _meaning in HELP)
    missing = [kind.name for kind in OPERATIONS.values() if kind.name not in named]
    assert missing == []
    for example, _meaning in HELP[:-1]:
        lines = [line for line in example.split(" · ") if " " in line]
        told = OwnGuestLab()._run_text("\n".join(["place: HALT", *lines]))
        assert told == "It has run every way.", example


def test_while_locked_the_answer_is_hidden_and_nothing_runs():
    prediction = PREDICTIONS["hypervisors-own"]
    lab = OwnGuestLab(prediction=prediction)
    assert lab.locked
    assert lab.program == PLAIN
    assert "waits for your prediction" in lab._run_text("HALT")
    lab.reset()
    assert lab.program == lab._box.text == PLAIN
    lab._unlocked(first=True)
    assert "SGDT" in lab.program


def test_the_first_line_is_french_in_french():
    with i18n.speaking("fr"):
        assert OwnGuestLab().program.startswith("; Y a-t-il un hyperviseur")
