"""What the labs on consistency and on RPO show, checked against the specification's figures."""

import pytest

from coursekit.labs.vmfiles.consistency import ConsistencyLab
from coursekit.labs.vmfiles.copies import CopiesLab
from coursekit.labs.vmfiles.overwrites import OverwritesLab
from coursekit.labs.vmfiles.plan import PlanLab
from coursekit.labs.vmfiles.retention import RetentionLab
from coursekit.labs.vmfiles.rpo import RpoLab


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


@pytest.mark.parametrize(
    ("level", "lost", "disk", "flushed"),
    [("crash", 8, 100, []), ("file system", 3, 105, [1]), ("application", 0, 108, [0, 1]), ("with RAM", 0, 100, [])],
)  # fmt: skip
def test_each_level_of_care_empties_places_before_the_copy(level, lost, disk, flushed):
    lab = ConsistencyLab(1)
    lab.set(level=level)

    shown = items(lab)
    assert len(shown["copy1"]["children"]) == lost
    assert len(shown["copy2"]["children"]) == disk
    assert [i for i in (0, 1) if f"flush{i}" in shown] == flushed
    assert lab.tone(lab.result) == ("bad" if lost else "ok")


def test_without_writes_above_the_disk_nothing_is_lost_at_any_level():
    lab = ConsistencyLab(1)
    lab.set(application=0, cache=0)

    assert "No write is missing." in lab.text
    assert [row[3] for row in lab.table(lab.result).rows] == [0, 0, 0, 0]


def test_just_before_a_backup_is_whole_a_period_and_its_duration_are_lost():
    """Vector 5-V10: 28 h, and 1.3889 h to read 1000 GB at 0.2 GB/s."""
    lab = RpoLab(1)

    assert items(lab)["fact0"]["text"] == "lost: 27.9 hours of work"
    assert items(lab)["fact1"]["text"] == "at worst: 28 h (RPO)"
    assert items(lab)["fact3"]["text"] == "of which reading: 1.39 h"
    assert items(lab)["backup2"]["dash"], "the one that runs does not count"
    assert items(lab)["backup1"]["glow"], "the one before it does"


@pytest.mark.parametrize("hour", [4, 27.9, 28, 50, 99.5, 200, 335.9])
def test_the_loss_is_the_same_however_far_the_line_has_moved(hour):
    lab = RpoLab(1)
    lab.set(at=hour)

    started = 24 * ((hour - 4) // 24)  # the last one that was whole
    assert lab.result.loss == pytest.approx(hour - started)
    assert sum(item.get("glow", False) for item in lab.scene.items) == 1


def test_ten_times_the_data_take_longer_to_read_and_no_more_work():
    lab = RpoLab(1)
    before = lab.result
    lab.set(size=10_000)

    assert lab.result.loss == before.loss
    assert lab.result.back == pytest.approx(before.back + 9 * 1000 / 0.2 / 3600)


def test_a_backup_longer_than_its_period_is_refused():
    lab = RpoLab(1)
    lab.set(period=2)

    assert "duration_h=4.0: choose 0 to 2, the period" in lab.text


def test_a_hundred_first_overwrites():
    """Vector 5-V5: 300 reads and writes against 100."""
    lab = OverwritesLab(1)

    assert (lab.result.cow.io, lab.result.row.io) == (300, 100)
    assert items(lab)["cow-io"]["text"] == "300 reads and writes"
    (x, cow), (_x, row) = lab.chart.data
    assert (x[-1], cow[-1], row[-1]) == (100, 300, 100)


def test_what_was_moved_once_costs_one_write_both_ways():
    lab = OverwritesLab(1)
    lab.set(pattern="same", snapshots=4)

    assert lab.result.cow.io == 100 + 5, "once: a read, four saved, one written"
    assert lab.result.row.io == 100
    assert "99 writes found their block already away" in lab.text


def test_blocks_written_elsewhere_leave_the_old_ones_for_the_snapshot():
    lab = OverwritesLab(1)
    lab.set(pattern="same", writes=3)

    shown = items(lab)
    assert shown["row-disk50"]["tone"] == "warn", "the old block stays, for the snapshot"
    assert shown["row-more0"]["text"] == "50"
    assert shown["cow-disk50"]["tone"] == "accent", "in place, and new"
    assert lab.result.row.runs == 3


def test_without_a_snapshot_both_write_in_place():
    lab = OverwritesLab(1)
    lab.set(snapshots=0)

    assert lab.result.cow.io == lab.result.row.io == 100
    assert "row-more0" not in items(lab)


def holds(lab):
    return [rule.holds for rule in lab.result.rules]


def test_the_three_cases_of_the_specification():
    """Vector 5-V14: all five kept, none kept, and a NAS in the same room that keeps only the 2."""
    lab = CopiesLab(1)
    kept = {}
    for case in ("good", "snapshot", "nas"):
        lab.set(case=case)
        kept[case] = holds(lab)

    assert kept["good"] == [True] * 5
    assert kept["snapshot"] == [False] * 5
    assert kept["nas"] == [False, True, False, False, False]


def test_pressing_a_part_of_a_card_changes_it_and_makes_the_case_ones_own():
    lab = CopiesLab(1)
    for part in ("site2", "verified2", "kind3"):
        lab.scene._handle_custom_msg({"press": part}, [])

    assert lab.values["case"] == "own"
    assert [card["kind"] for card in lab.result.cards] == ["prod", "backup", "backup", "none"]
    assert holds(lab) == [True, True, True, False, False], "the third was never restored"
    assert items(lab)["verified2"]["text"] == "restored ✓"


def test_production_cannot_be_pressed_away():
    lab = CopiesLab(1)
    for part in ("kind1", "offline1", "card1", "rule0", "atA"):
        lab.scene._handle_custom_msg({"press": part}, [])

    assert lab.values["case"] == "nas"
    assert items(lab)["kind1"]["press"] is None


def kept(lab):
    return [each.date for each in lab.result.kept]


def test_a_year_of_daily_backups():
    """Vector 5-V12: twenty are kept, the last day of each month among them."""
    lab = RetentionLab(1)

    assert len(kept(lab)) == 20
    assert {"2024-01-31", "2024-02-29", "2024-12-15", "2024-12-25"} <= set(kept(lab))
    assert items(lab)["2024-12-31"]["text"] == "DWMY"
    assert items(lab)["2024-06-30"]["text"] == "30 M"


def test_without_sundays_june_is_kept_by_a_saturday():
    """Vector 5-V13."""
    lab = RetentionLab(1)
    lab.set(skip="Sunday", weeks=5, years=0)

    assert len(kept(lab)) == 21
    assert "2024-06-29" in kept(lab)
    assert items(lab)["2024-06-30"]["dash"]


def test_three_months():
    """Vector 5-V11."""
    lab = RetentionLab(1)
    lab.set(months=3, last=3)

    assert len(kept(lab)) == 12
    assert "month4" not in items(lab)


def test_weekends_off_and_months_in_order():
    lab = RetentionLab(1)
    lab.set(skip="weekend")
    assert len(lab.result.backups) == 366 - 52 - 52
    lab.set(first=6, last=5)
    assert "first=6: choose 1 to 5" in lab.text


def test_the_chains_of_the_specification():
    """Vectors 5-V6 and 5-V8: pieces of the last day of a week, and what a week stores."""
    lab = PlanLab(1)
    found = {}
    for plan in ("incremental", "differential", "mixed", "fulls"):
        lab.set(plan=plan)
        found[plan] = (list(lab.result.restored.chain), round(lab.result.stored, 3))

    assert found["incremental"] == ([0, 1, 2, 3, 4, 5, 6], 1120)
    assert found["differential"] == ([0, 6], 1406.277)
    assert found["mixed"][0] == [0, 3, 4, 5, 6]
    assert found["fulls"] == ([6], 7000)


def test_a_lost_increment_takes_all_days_after_it_along():
    lab = PlanLab(1)
    lab.set(days=30, target=29, lost=10)

    assert lab.result.gone == set(range(10, 30))
    assert "With item 10, 20 days are lost." in lab.text
    assert items(lab)["item10"]["text"] == "✗"
    assert items(lab)["arc9"]["tone"] == "bad"
    assert lab.tone(lab.result) == "bad"
    lab.set(plan="differential")
    assert lab.result.gone == {10}


def test_a_week_of_ones_own_begins_with_a_full():
    lab = PlanLab(1)
    lab.set(plan="own", days=14, t1="D", t2="F", t3="I", t4="S", t5="I", t6="D")

    assert lab.result.plan.types == "FDFISID" * 2
    assert lab.table(lab.result).rows[6][3] == "4, 6", "a synthetic full is a full"


def test_pressing_an_item_restores_it():
    lab = PlanLab(1)
    lab.scene._handle_custom_msg({"press": "item3"}, [])

    assert lab.values["target"] == 3
    assert items(lab)["item3"]["selected"]
    assert "items 0–3" in lab.text


def test_the_chance_falls_with_the_pieces():
    """Vector 5-V9: 30 pieces of 99 % are read with 73.97 %."""
    lab = PlanLab(1)
    lab.set(days=30, target=29)
    assert lab.result.chance == pytest.approx(0.7397, abs=1e-4)
