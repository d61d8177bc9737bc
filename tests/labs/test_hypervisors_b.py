"""Hypervisors labs on memory and clusters: what only these labs do."""

from itertools import pairwise

import pytest

from coursekit.labs.hypervisors.drs import DrsLab
from coursekit.labs.hypervisors.failure import FailureLab
from coursekit.labs.hypervisors.migration import MigrationLab
from coursekit.labs.hypervisors.pressure import PressureLab
from coursekit.labs.hypervisors.shadow import ShadowLab
from coursekit.labs.hypervisors.walk import WalkLab
from coursekit.sims.hypervisors.migration import Migration, dirtying, migrate
from coursekit.sims.message import ParameterError


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def last(lab):
    lab.go(len(lab.result.states) - 1)


# Migration


@pytest.mark.parametrize(
    "values, rounds, pause, why",
    [
        ({}, 4, 0.256, "converged"),  # 4-V6
        ({"dirty": 100}, 2, 0.04096, "converged"),  # 4-V7
        ({"dirty": 1000}, 30, 4.096, "max_rounds"),  # 4-V8
        ({"dirty": 2000, "writable": 200}, 1, 0.2, "converged"),
        ({"memory": 16384, "bandwidth": 125, "dirty": 100, "writable": 1024}, 16, 0.28823, "converged"),  # 4-V9
    ],
)  # fmt: skip
def test_a_tooth_for_every_round_and_the_pause_in_its_colour(values, rounds, pause, why):
    lab = MigrationLab()
    lab.set(**values)
    last(lab)
    result = lab.result.result
    assert (len(result.rounds), result.why) == (rounds, why)
    assert result.pause == pytest.approx(pause, rel=1e-4)
    seen = drawn(lab)
    assert sum(name.startswith("round") for name in seen) == rounds
    assert seen["fact3"]["tone"] == ("ok" if why == "converged" else "bad")
    assert lab.said.tone == seen["fact3"]["tone"]
    assert ("did not get small enough" in lab.text) == (why == "max_rounds")


def test_a_tooth_is_as_wide_as_its_seconds_and_as_high_as_its_megabytes():
    lab = MigrationLab()
    teeth = [drawn(lab)[f"round{n}"] for n in (1, 2, 3, 4)]
    for one, half in pairwise(teeth):  # D is half of B
        assert half["w"] == pytest.approx(one["w"] / 2)
        assert half["h"] == pytest.approx(one["h"] / 2)
        assert half["x"] == pytest.approx(one["x"] + one["w"])
    assert drawn(lab)["pause"]["x"] == pytest.approx(teeth[-1]["x"] + teeth[-1]["w"])


def test_rounds_to_come_are_faded_and_the_guest_moves():
    lab = MigrationLab()
    lab.go(2)
    assert not drawn(lab)["round2"]["faded"]
    assert drawn(lab)["round3"]["faded"]
    assert drawn(lab)["pause"]["faded"]
    before = drawn(lab)["guest"]["x"]
    last(lab)
    assert drawn(lab)["guest"]["x"] > before
    assert not drawn(lab)["pause"]["faded"]


def test_a_locked_lab_does_not_show_what_comes():
    lab = MigrationLab()
    lab.locked = True
    lab.go(0)
    assert not [name for name in drawn(lab) if name.startswith(("round", "pause", "span"))]


def test_what_is_written_again_stops_at_the_working_set():
    params = Migration(dirty=2000.0, writable=512.0)
    first, second, *_rest = migrate(params).rounds
    assert dirtying(params, first) == ((0.0, 0.0), (0.256, 512.0), (4.096, 512.0))
    assert dirtying(params, second)[-1] == (4.096 + 0.512, 512.0)
    plain = Migration()
    assert dirtying(plain, migrate(plain).rounds[0]) == ((0.0, 0.0), (4.096, 2048.0))


def test_holding_the_guest_back_ends_what_would_not_end():
    lab = MigrationLab()
    lab.set(dirty=1000, method="auto")
    last(lab)
    assert lab.result.result.why == "converged"
    assert "−20 %" in [item.get("text") for item in lab.scene.items]
    assert drawn(lab)["precopy-1"]["tone"] == "bad"
    assert drawn(lab)["auto-1"]["fill"] == "solid"


def test_post_copy_moves_first_and_says_what_it_risks():
    lab = MigrationLab()
    lab.load({"values": {"dirty": 1000, "method": "post", "switch": 50}, "moment": 3})
    assert lab.state.runs == "target"
    assert "the death of either host kills it" in lab.text
    assert lab.said.tone == "warn"
    assert drawn(lab)["guest"]["sub"] == "pages missing"
    assert drawn(lab)["fact3"]["text"] == "pause: 0.05 s"


def test_more_written_than_memory_is_refused_by_the_rule():
    lab = MigrationLab()
    lab.set(memory=512, writable=1024)
    assert "at most the memory, 512" in lab.text


# The page walk


@pytest.mark.parametrize("g, h, refs", [(4, 0, 4), (4, 4, 24), (5, 5, 35), (5, 4, 29), (3, 3, 15), (2, 2, 8)])  # fmt: skip
def test_the_grid_fills_one_reference_a_step(g, h, refs):  # 4-V2
    lab = WalkLab()
    lab.set(guest=g, host=h)
    assert len(lab.result.states) == refs + 1
    for moment in (0, refs // 2, refs):
        lab.go(moment)
        read = [i["text"] for i in lab.scene.items if i["id"].startswith("cell") and i.get("text", "").isdigit()]  # fmt: skip
        assert sorted(map(int, read)) == list(range(1, moment + 1))
    assert drawn(lab)["cell0-0"]["text"] == "data"
    assert f"Found after {refs} references" in lab.text


def test_large_pages_leave_a_line_and_a_column_empty():
    lab = WalkLab()
    lab.set(guest_large=True, host_large=True)
    last(lab)
    seen = drawn(lab)
    assert all(seen[f"cell1-{host}"]["faded"] for host in range(5))
    assert all(seen[f"cell{level}-1"]["faded"] for level in range(5))
    assert seen["cell2-0"]["text"] == "12"
    assert "(3 + 1) × (3 + 1) − 1" in lab.text


def test_bars_are_as_long_as_the_mean_access_takes():  # 4-V3
    lab = WalkLab()
    seen = drawn(lab)
    assert [seen[f"mean{i}"]["text"] for i in range(3)] == ["2 ns", "7 ns", "4.75 ns"]
    assert seen["bar0"]["w"] / seen["bar1"]["w"] == pytest.approx(2 / 7)
    lab.set(miss=2.0, t_ref=50)
    assert drawn(lab)["mean1"]["text"] == "25 ns"


def test_the_walk_is_hidden_until_it_was_predicted():
    lab = WalkLab()
    lab.locked = True
    lab.go(0)
    assert not [name for name in drawn(lab) if name.startswith(("cell4", "bar"))]
    assert "24" not in str([item.get("text") for item in lab.scene.items])


def test_a_table_of_one_level_has_no_large_pages():
    lab = WalkLab()
    lab.set(guest=1, guest_large=True)
    assert "guest=1: choose 2 to 6 levels" in lab.text
    lab.set(guest=1, guest_large=False, host=0)
    assert lab.error is None
    assert "one a level" not in lab.text
    last(lab)
    assert "one a level" in lab.text


# Memory pressure


def test_one_scale_for_what_is_promised_filled_and_really_there():
    lab = PressureLab()
    lab.go(12)
    seen, held = drawn(lab), lab.state.held[0]
    scale = (seen["promised-files"]["w"] + 2) / held.guest.mem
    assert seen["filled-files"]["w"] + 2 == pytest.approx(held.filled * scale)
    assert seen["real-files"]["w"] + 2 == pytest.approx(held.real * scale)
    last_block, end = seen["real-base"], float(seen["end"]["d"].split()[0][1:])
    free = end - last_block["x"] - last_block["w"] - 2
    assert free == pytest.approx(lab.state.free * scale, abs=0.1)


def test_a_guests_bar_is_cut_as_the_tools_took():
    lab = PressureLab()
    last(lab)
    seen, held = drawn(lab), lab.state.held[4]
    scale = (seen["base-swap"]["w"] + 1.5) / held.swap
    for part in ("share", "compress"):
        assert seen[f"base-{part}"]["w"] + 1.5 == pytest.approx(getattr(held, part) * scale)
    assert seen["slow-base"]["text"] == "× 159"
    assert seen["slow-base"]["tone"] == "bad"


def test_slow_growth_leaves_time_for_the_balloon():
    lab = PressureLab()
    lab.go(12)
    assert lab.said.tone == "bad"
    assert "× " not in lab.text and "takes 55.7 times as long" in lab.text
    lab.set(growth=0.3, filled=66, ticks=60)
    last(lab)
    tools = {tool for tick in lab.result.states for tool, _mib in tick.taken}
    assert tools == {"share", "balloon"}
    assert drawn(lab)["fact3"] | {"text": "slowest guest: × 1", "tone": "ok"} == drawn(lab)["fact3"]
    assert "No guest feels it" in lab.text


def test_the_state_found_glows_and_the_state_reached_is_full():
    lab = PressureLab()
    lab.go(6)
    seen = drawn(lab)
    assert (lab.state.found, lab.state.state) == ("low", "clear")
    assert seen["state-low"]["glow"]
    assert seen["state-clear"]["fill"] == "solid"
    assert "from 1,231 MiB" in seen["state-clear"]["sub"]  # 4-V13
    assert seen["past6"]["h"] == 5 * seen["past1"]["h"]


def test_a_tool_used_twice_in_a_tick_is_told_once():
    lab = PressureLab()
    lab.go(11)
    assert [tool for tool, _mib in lab.state.taken].count("share") == 3
    assert lab.text.count("Merging") == 1
    assert "sets 1615 MiB free" in lab.text


# High availability


def test_machines_come_back_in_batches_drawn_to_scale():
    lab = FailureLab()
    last(lab)
    seen = drawn(lab)
    boots = [item for name, item in seen.items() if name.startswith("boot")]
    assert [boot["text"] for boot in boots] == ["1–32", "33–40"]
    assert boots[0]["h"] / boots[1]["h"] == pytest.approx(32 / 8)
    assert boots[0]["w"] == pytest.approx(boots[1]["w"])  # each boots for 45 s
    assert boots[1]["x"] == pytest.approx(boots[0]["x"] + boots[0]["w"])
    assert "118 s in all" in lab.text
    assert seen["fact3"]["text"] == "lost: 54.7 machine-minutes"  # (28 + 45) × 40 + 45 × 8 s


@pytest.mark.parametrize("datastore, at", [(True, 18), (False, 15)])
def test_the_datastore_decides_when_the_host_is_dead(datastore, at):
    lab = FailureLab()
    lab.set(datastore=datastore)
    dead = next(i for i, s in enumerate(lab.result.states) if s.kind == "declared_dead")
    lab.go(dead)
    assert f"Second {at}." in lab.text
    assert drawn(lab)["master"]["sub"] == "takes it for dead"
    assert ("datastore" in drawn(lab)) == datastore


def test_an_isolated_host_is_no_dead_one():
    lab = FailureLab()
    lab.set(kind="isolated")
    last(lab)
    seen = drawn(lab)
    assert seen["master"]["sub"] == "knows: isolated, alive"
    assert seen["fact1"]["text"] == "serving: 40 of 40"
    assert not [name for name in seen if name.startswith(("boot", "down"))]
    lab.set(response="power_off")
    last(lab)
    assert [name for name in drawn(lab) if name.startswith("boot")] == ["boot2", "boot3"]
    assert drawn(lab)["others"]["sub"] == "serving here: 40, booting: 0"


def test_without_a_datastore_the_locks_save_the_machines():
    lab = FailureLab()
    lab.load({"values": {"kind": "isolated", "datastore": False}, "moment": 3})
    assert lab.state.kind == "locked"
    assert drawn(lab)["master"]["sub"] == "start refused: locked"
    assert lab.said.tone == "ok"


def test_what_comes_is_faded_and_hidden_until_it_was_predicted():
    lab = FailureLab()
    lab.go(3)
    assert drawn(lab)["boot1"]["faded"]
    assert not drawn(lab)["down0"]["faded"]
    lab.locked = True
    lab.go(3)
    assert "boot1" not in drawn(lab)
    assert "down0" in drawn(lab)


# DRS


def test_the_spec_case_moves_a_then_c():  # 4-V17
    lab = DrsLab()
    assert lab.labels(lab.result)[1:] == ["a · h1 → h3", "c · h1 → h2"]
    last(lab)
    seen = drawn(lab)
    assert [seen[f"foot-h{i}"]["sub"] for i in (1, 2, 3)] == ["50 → 30 %", "20 → 40 %", "50 %"]
    assert seen["fact1"] | {"text": "imbalance: 0.0816", "tone": "ok"} == seen["fact1"]
    assert [round(seen[f"bar{i}"]["h"] / seen["bar0"]["h"], 3) for i in (1, 2)] == [0.397, 0.229]
    assert lab.said.tone == "ok"


def test_a_machine_that_moved_lies_on_top_in_its_new_host():
    lab = DrsLab()
    lab.go(1)
    seen = drawn(lab)
    assert seen["vm-a"]["glow"]
    assert seen["vm-a"]["y"] + seen["vm-a"]["h"] < seen["vm-e"]["y"]
    assert seen["host-h3"]["x"] < seen["vm-a"]["x"] < seen["host-h3"]["x"] + seen["host-h3"]["w"]
    assert seen["vm-a"]["h"] + 2 == pytest.approx(2 * (seen["vm-c"]["h"] + 2))
    assert "arrow" in seen


def test_a_machine_too_big_leaves_the_hosts_unlike():
    lab = DrsLab()
    lab.set(case="one_big")
    last(lab)
    assert lab.result.end == "no_gain"
    assert drawn(lab)["fact3"]["text"] == "no move helps"
    assert "above the threshold" in lab.text
    assert lab.said.tone == "bad"


def test_more_tolerance_means_fewer_moves():
    lab = DrsLab()
    lab.set(case="lopsided")
    counts = []
    for threshold in (0, 5, 15, 30):
        lab.set(threshold=threshold)
        counts.append(len(lab.result.moves))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1] > 0


def test_an_overloaded_host_is_drawn_beyond_its_end():
    lab = DrsLab()
    lab.set(h1=3)
    seen = drawn(lab)
    assert min(seen[f"vm-{vm}"]["y"] for vm in "abc") < seen["host-h1"]["y"]
    assert seen["foot-h1"]["tone"] == "bad"


def press(lab, vm, host):
    lab._press(f"vm-{vm}")
    lab._press(f"foot-{host}")


def test_a_move_by_hand_begins_another_run_and_drs_goes_on_from_there():
    lab = DrsLab()
    lab._press("foot-h2")  # no machine chosen yet
    assert len(lab.runs) == 1
    lab._press("vm-b")
    assert drawn(lab)["vm-b"]["selected"]
    assert "press" in drawn(lab)["foot-h3"]["press"]
    lab._press("foot-h3")
    assert lab.runs[1].actions == ((0, "move", "b", "h3"),)
    assert "You move b from h1 to h3: the loads differ by 0.163" in lab.text
    assert lab.labels(lab.result)[2] == "c · h1 → h2"
    assert "Run B" in lab._comparison.value
    last(lab)
    assert drawn(lab)["fact1"]["text"] == "imbalance: 0"  # b, then c: better than what DRS found
    press(lab, "d", "h1")  # after the end: the same run, and DRS mends it
    assert len(lab.runs) == 2
    assert lab.moment == 3
    assert lab.result.states[3].dev > lab.result.states[2].dev


def test_a_move_to_where_it_is_is_refused():
    lab = DrsLab()
    before = lab.scenario()
    press(lab, "a", "h1")
    assert "host=h1: a is there already" in lab.text
    assert lab.scenario() == before
    for action in ([0, "move", "z", "h1"], [0, "move", "a", "h9"], [5, "move", "a", "h2"], [0, "move", "a"]):  # fmt: skip
        with pytest.raises(ParameterError):
            lab.load({"actions": [action]})


def test_a_machine_chosen_is_forgotten_with_its_cluster():
    lab = DrsLab()
    lab.set(case="lopsided")
    lab._press("vm-j")
    lab.set(case="spec")
    assert drawn(lab)["foot-h1"]["press"] is None
    lab.locked = True
    lab._press("vm-a")
    assert not drawn(lab)["vm-a"]["selected"]


# Shadow paging


def test_the_shadow_joins_both_tables_and_glows_where_the_step_was():
    lab = ShadowLab()
    lab.go(6)
    seen = drawn(lab)
    assert seen["page-leads-1"]["text"] == "frame 3"
    assert seen["frame-leads-3"]["text"] == seen["shadow-leads-1"]["text"] == "real 4"
    glowing = {name for name, item in seen.items() if item.get("glow")}
    assert glowing == {"page-leads-1", "frame-leads-3", "shadow-leads-1"}
    assert [seen[f"fact{i}"]["text"] for i in range(3)] == [
        "exits: 3", "references, shadow: 12", "references, nested: 72",
    ]  # fmt: skip


def test_two_kinds_of_fault_are_told_apart():
    lab = ShadowLab()
    lab.go(7)
    assert "The fault is the guest's own" in lab.text
    last(lab)
    assert "The hypervisor must give memory" in lab.text
    seen = drawn(lab)
    assert seen["page-leads-2"]["text"] == "frame 5"
    assert seen["shadow-leads-2"]["text"] == "–"
    assert lab.said.tone == "bad"


def test_acting_drops_what_the_example_would_have_done():
    lab = ShadowLab()
    lab.go(2)
    lab._press("page-5")
    lab._press("frame-1")
    for tool in lab._tools[0], lab._tools[2], lab._tools[1]:
        tool.click()
    assert lab.runs[1].actions == ((2, "map", 5, 1), (3, "touch", 5), (4, "unmap", 5))
    assert len(lab.result.states) == 6
    assert lab.moment == 5
    assert drawn(lab)["page-leads-5"]["text"] == "–"
    lab.go(4)
    lab._tools[2].click()  # in the past of this run: another begins
    assert lab.runs[2].actions == ((2, "map", 5, 1), (3, "touch", 5), (4, "touch", 5))


@pytest.mark.parametrize(
    "action",
    [[0, "map", 1], [0, "map", 1, 6], [0, "touch", -1], [0, "fly", 1], ["map", 1, 2], [0, "touch", 1, 2], "map", [0, 1, 2], [True, "touch", 1]],
)  # fmt: skip
def test_a_bad_deed_is_refused(action):
    lab = ShadowLab()
    before = lab.scenario()
    with pytest.raises(ParameterError, match="action="):
        lab.load({"actions": [action]})
    assert lab.scenario() == before


def test_the_scale_says_who_wins():
    lab = ShadowLab()
    seen = drawn(lab)
    assert "equal at 7.5 misses" in seen["even-text"]["text"]
    assert (
        "shadow 3,800, nested 4,801 cycles" in seen["chosen-text"]["text"]
    )  # 3000 + 10·4·20, 1 + 10·24·20
    edge = seen["zone1"]["x"]
    assert (edge - 10) / (900 - 20) == pytest.approx(lab.result.even / 40)
    last(lab)
    seen = drawn(lab)
    assert seen["bar0"]["w"] / seen["bar1"]["w"] == pytest.approx(12400 / 2404)
