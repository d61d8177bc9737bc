"""Database labs on backups, and on what a query costs."""

import numpy as np
import pytest
from looking import drawn, fits, told

from coursekit.labs.databases.cost import CELLS, CostLab
from coursekit.labs.databases.pitr import PitrLab
from coursekit.labs.databases.plan import NAMES, PlanLab
from coursekit.quizzes.databases.predictions import PREDICTIONS


def locked(cls):
    return cls(prediction=PREDICTIONS[cls.name])


# Back to a moment


def test_the_plan_names_base_and_files():
    lab = PitrLab()
    assert "base 2, finished day 2, 00:42" in drawn(lab)["step0"]["text"]
    assert "0000000100000000000000F8 to 000000010000000100000014" in drawn(lab)["step1"]["text"], "over the end of a log of 256 segments"  # fmt: skip
    assert "stop at day 2, 14:30" in drawn(lab)["step2"]["text"].lower()
    assert drawn(lab)["base2"]["selected"]


def test_a_gap_parts_what_can_be_reached():
    lab = PitrLab()
    lab.set(missing=30.0)
    assert {"reach0", "reach1"} <= set(drawn(lab)) and "reach2" not in drawn(lab)
    assert "000000010000000100000004 is missing" in lab.text
    assert "replayed" not in drawn(lab)
    lab.set(target=28.0)
    assert "replayed" in drawn(lab) and lab.said.tone == "ok"
    lab.set(every=12, target=38.5)
    assert lab.said.tone == "ok", "a base of noon begins a new chain"


@pytest.mark.parametrize("target, said", [(0.5, "Before the first one"), (96.0, "has not been archived"), (95.0, "The latest base")])  # fmt: skip
def test_the_ends_of_the_archive(target, said):
    lab = PitrLab()
    lab.set(target=target)
    assert said in lab.text
    fits(lab)


def test_what_dies_with_the_disk_is_at_most_one_segment():
    lab = PitrLab()
    for minutes in (5, 15, 30, 60):
        lab.set(timeout=minutes)
        assert 0 <= lab.result.archive.now_s - lab.result.newest < minutes * 60


# A plan


def test_press_a_disaster_to_hear_why():
    lab = PlanLab()
    assert lab.result.survived == 2
    lab._press("site")
    assert "All backups were at the site that is gone." in lab.text and lab.said.tone == "bad"
    lab.set(place="both sites", immutable=True, kept=42)
    assert lab.result.survived == len(NAMES)
    assert drawn(lab)["fact0"]["tone"] == "ok"
    assert all(drawn(lab)[f"rule{n}"]["text"].startswith("✓") for n in range(4))


def test_volumes_copied_one_after_the_other_are_no_backup():
    lab = PlanLab()
    lab.set(taken="log first", disaster="drop")
    assert "“log first” is broken" in lab.text
    lab.set(taken="data first")
    assert "an old checkpoint" in lab.text
    lab.set(taken="one instant")
    assert lab.said.tone == "ok"


# Scan or index


def test_the_lines_cross_where_the_facts_say():
    lab = CostLab()
    curves = lab.chart.data
    assert np.interp(0.00739, *curves[1]) == pytest.approx(1, rel=0.05)
    assert drawn(lab)["fact2"]["text"] == "even at 0.739 %"
    lab.set(share=1)
    assert "The scan wins" in lab.text
    lab.set(clustered=True)
    assert "The index wins." in lab.text


def test_lit_pages():
    lab = CostLab()
    lab.set(share=2)
    lit = [name for name, item in drawn(lab).items() if name.startswith("page") and item.get("fill") == "solid"]  # fmt: skip
    assert len(lit) / CELLS == pytest.approx(1 - 0.98**58, abs=0.01)
    lab.set(clustered=True)
    lit = [int(name[4:]) for name, item in drawn(lab).items() if name.startswith("page") and item.get("fill") == "solid"]  # fmt: skip
    assert max(lit) - min(lit) == len(lit) - 1, "side by side"


@pytest.mark.parametrize("how", ["cost", "hdd", "ssd", "nvme"])
@pytest.mark.parametrize("rows", [1000, 5_000_000])
def test_every_device_and_table(how, rows):
    lab = CostLab()
    for share in (0.001, 100):
        lab.set(how=how, rows=rows, share=share)
        assert lab.error is None
        fits(lab)


# Before the prediction


def test_what_a_locked_lab_hides():
    for cls, words in ((PitrLab, ("00000014",)), (PlanLab, ("✗ no", "✓ yes")), (CostLab, ("0.739", "0.74"))):  # fmt: skip
        lab = locked(cls)
        assert lab.locked
        assert not [each for each in words if each in told(lab)]
    chart = locked(CostLab).chart
    assert len(chart.data) == 1, "the curves of the index are the answer"
    assert all((line.x > 0).all() for line in chart._lines), "0 has no place on this axis"
