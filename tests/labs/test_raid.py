"""RAID labs: what each shows, against the figures of the chapter's own sources."""

import pytest

from coursekit.labs.raid.disks import DisksLab
from coursekit.labs.raid.hole import HoleLab
from coursekit.labs.raid.layout import LayoutLab
from coursekit.labs.raid.own import OwnLayoutLab
from coursekit.labs.raid.pairs import PairsLab
from coursekit.labs.raid.parity import ParityLab
from coursekit.labs.raid.speed import SpeedLab
from coursekit.labs.raid.survival import SurvivalLab
from coursekit.labs.raid.write import WriteLab


def blocks(lab):
    """What is written on the blocks, disk by disk."""
    return [[block["text"] for block in disk["children"]] for disk in lab.scene.items]


def test_layout_draws_the_default_of_linux():
    lab = LayoutLab()
    lab.set(level="5", rows=4)

    assert blocks(lab) == [
        ["D0", "D4", "D8", "P"],
        ["D1", "D5", "P", "D9"],
        ["D2", "P", "D6", "D10"],
        ["P", "D3", "D7", "D11"],
    ]


def test_a_pressed_block_tells_its_arithmetic():
    lab = LayoutLab()
    lab.set(level="5")
    lab._look_at("3:1")
    assert "stripe = ⌊3 / 3⌋ = 1" in lab.text
    assert lab.values["disk"] == 3

    lab._look_at("2:1")
    assert "P of row 1: D4 ⊕ D5 ⊕ D3" in lab.text


def test_an_impossible_array_keeps_the_last_picture():
    lab = LayoutLab()
    lab.set(level="6", disks=4)
    drawn = lab.scene.items
    lab.set(disks=3)

    assert lab.text == "⚠ disks=3: RAID 6 needs 4 or more"
    assert lab.scene.items == drawn


def test_flipping_a_bit_flips_one_bit_of_p():
    lab = ParityLab()
    before = lab.result.p
    lab._flip("d0:0")

    assert lab.values["d0"] == 0xDF
    assert lab.result.p ^ before == 1


@pytest.mark.parametrize(
    "lost, also, says",
    [
        ("D1", "D2", "A = f5 and B = 7a"),
        ("D1", "P", "only Q can tell"),
        ("D3", "", "P ⊕ the other data = ef"),
        ("P", "Q", "Only parity is lost"),
    ],
)
def test_lost_bytes_come_back_as_they_were(lost, also, says):
    """The constants and bytes are those of vector V8.5 for de ad be ef."""
    lab = ParityLab()
    lab.set(lost=lost, also=also)

    assert says in lab.text
    assert [int(byte[0]) for byte in lab.result.back.data] == [0xDE, 0xAD, 0xBE, 0xEF]


@pytest.mark.parametrize(
    "level, disks, reads, writes",
    [("5", 3, 1, 2), ("5", 4, 2, 2), ("6", 6, 3, 3), ("0", 4, 0, 1), ("10", 4, 0, 2)],
)
def test_a_write_is_stepped_io_by_io(level, disks, reads, writes):
    lab = WriteLab()
    lab.set(level=level, disks=disks)

    assert len(lab.result.states) == reads + writes + 2
    lab.go(len(lab.result.states) - 1)
    assert f"reads {reads}, writes {writes}" in lab.text


def test_a_flight_goes_the_way_of_its_bytes():
    lab = WriteLab()
    lab.go(1)
    reading = next(item for item in lab.scene.items if item["kind"] == "mover")
    lab.go(3)
    writing = next(item for item in lab.scene.items if item["kind"] == "mover")

    assert reading["text"] == "R"
    assert reading["d"].endswith("V60"), "from the disk up to the controller"
    assert writing["text"] == "W"
    assert writing["d"].startswith("M450") and "V60" not in writing["d"]


def own(place):
    return OwnLayoutLab(place=place)


@pytest.mark.parametrize(
    "place, says",
    [
        (lambda _chunk, _disks: {"disk": 0, "row": 0}, "already holds"),
        (lambda chunk, _disks: {"disk": chunk, "row": 0}, "disk"),
        (
            lambda chunk, disks: {
                "disk": chunk % disks,
                "row": chunk // disks,
                "parity": chunk % disks,
            },
            "parity",
        ),
        (lambda chunk, _disks: chunk / 0, "ZeroDivisionError at its line"),
        (lambda _chunk, _disks: "left", "return"),
    ],
)
def test_a_layout_of_the_learner_that_breaks_a_rule_is_told_which(place, says):
    lab = own(place)
    assert says in lab.text
    assert lab.text.startswith("⚠")


def test_a_layout_of_the_learner_that_rotates_is_praised():
    def place(chunk, disks):
        row, k = divmod(chunk, disks - 1)
        parity = disks - 1 - row % disks
        return {"disk": (parity + 1 + k) % disks, "row": row, "parity": parity}

    lab = own(place)
    lab.set(disks=4, rows=4)

    assert lab.tone(lab.result) == "ok"
    assert blocks(lab)[3] == ["P", "D3", "D7", "D11"]


def test_the_bars_are_the_writes_of_the_simulation():
    lab = OwnLayoutLab()
    lab.set(disks=4, rows=4)
    (x, writes), (_, reads) = lab.bars.data

    assert list(x) == ["0", "1", "2", "3"]
    assert list(writes) == [4, 4, 4, 12]
    assert list(reads) == [4, 4, 4, 0]


@pytest.mark.parametrize(
    "copies, fatal, chance", [("n2", 2, 4 / 6), ("f2", 4, 2 / 6), ("o2", 4, 2 / 6)]
)
def test_pairs_of_a_four_disk_raid10(copies, fatal, chance):
    """V8.3's fatal pairs and section 8.5's chances."""
    lab = PairsLab()
    lab.set(level="10", copies=copies)
    crosses = [item for item in lab.scene.items if item.get("text") == "✗"]

    assert len(crosses) == 2 * fatal
    assert lab.bars.data[0][1][2] == pytest.approx(chance)


@pytest.mark.parametrize("in_flight, busy", [(1, 1), (2, 1.75), (4, 2.734), (16, 3.96)])
def test_measured_speed_lies_near_the_formula_for_busy_disks(in_flight, busy):
    lab = SpeedLab()
    lab.set(level="0", disks=4, in_flight=in_flight)

    assert lab.bars.data[0][1][-1] == pytest.approx(busy, rel=0.15)


def test_raid4_is_stuck_at_its_parity_disk():
    """Small writes on 8 disks: half of one disk's rate on RAID 4, four times that on RAID 5."""
    rate = {}
    for level in ("4", "5"):
        lab = SpeedLab()
        lab.set(level=level, disks=8, in_flight=32, read=0)
        rate[level] = lab.bars.data[0][1][-1]

    assert rate["4"] < 0.85
    assert rate["5"] > 1.8 * rate["4"]


def test_the_survival_curve_agrees_with_the_formula():
    lab = SurvivalLab()
    lab.set(risk="latent")
    counted, formula = lab.result.counted[-1], lab.result.formula[-1]

    assert formula == pytest.approx(0.0422329, rel=1e-4)  # V8.10
    assert abs(counted - formula) < 3 * lab.result.losses.standard_error


def story(*actions, **values):
    lab = DisksLab()
    lab.load({"values": values, "actions": [list(action) for action in actions]})
    return lab


def test_a_spare_takes_over_and_the_rebuild_ends():
    lab = story((24.0, "pull", 1))
    phases = [state.phase for state in lab.result.states]

    assert phases[0] == "OPTIMAL"
    assert "RECOVERING" in phases
    assert phases[-1] == "OPTIMAL"
    assert lab.state.phase == "OPTIMAL"


def test_acting_in_the_past_keeps_the_old_run_and_begins_another():
    lab = story((24.0, "pull", 1))
    old = lab.result
    lab.go(5)
    lab._act("fail", 2)

    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert lab.runs[0].result == old
    assert lab.result.states[-1].phase == "FAILED"
    assert lab.result.states[: 5 + 1] == old.states[: 5 + 1]
    assert "Run A" in lab._comparison.value and "Run B" in lab._comparison.value

    lab._choose.value = "A"
    assert lab.result == old


def test_acting_at_the_end_goes_on_in_the_same_run():
    lab = story((24.0, "pull", 1))
    lab._act("pull", 2)

    assert len(lab.runs) == 1
    assert len(lab.runs[0].actions) == 2


def test_two_actions_at_one_hour_are_told_apart():
    lab = story()
    lab._act("bad sector", 0)
    lab._act("bad sector", 1)
    lab.go(1)
    lab._act("bad sector", 3)

    assert [action.disk for action in lab.runs[-1].actions] == [0, 3]


def test_an_impossible_deed_is_refused_with_its_reason():
    lab = story((24.0, "pull", 1), spare="none")
    lab.go(1)
    before = lab.result
    lab._act("pull", 1)

    assert "⚠" in lab.text
    assert "disk=1" in lab.text
    assert lab.result == before


def test_pressing_a_disk_pulls_it_and_pressing_its_slot_plugs_one():
    lab = story(spare="none")
    lab._press("disk2")
    assert lab.state.slots[2].status == "absent"

    lab._press("disk2")
    assert lab.state.slots[2].status == "rebuilding"
    assert len(lab.runs) == 2, "the order under way was the future of run A"


def test_a_locked_lab_ignores_presses():
    lab = DisksLab()
    lab._set_locked(True)
    lab._press("disk1")

    assert len(lab.result.states) == 1


def test_the_write_hole_and_its_cures():
    """V8.7: 66 is read where 33 was; a resync, a journal or PPL brings 33."""
    lab = HoleLab()
    for cure, reads in (
        ("none", 0x66),
        ("resync", 0x33),
        ("bitmap", 0x33),
        ("journal", 0x33),
        ("ppl", 0x33),
    ):
        lab.set(crash="between", cure=cure)
        assert lab.result.reads == reads, cure
        lab.go(len(lab.result.states) - 1)
        assert lab.tone(lab.state) == ("bad" if cure == "none" else "ok")
