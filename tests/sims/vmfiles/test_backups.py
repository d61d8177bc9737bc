"""Backups: plans, disasters, 3-2-1 and retention, against the specification's vectors."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import copies, disasters, plans
from coursekit.sims.vmfiles.copies import Copy
from coursekit.sims.vmfiles.plans import Plan
from coursekit.sims.vmfiles.retention import Retention, gfs, iso_week, span


@pytest.mark.parametrize(
    "types, expected",  # 5-V6
    [("FIIIIII", (0, 1, 2, 3, 4, 5, 6)), ("FDDDDDD", (0, 6)), ("FIIDIII", (0, 3, 4, 5, 6)), ("FIISII", (3, 4, 5)), ("FISDD", (2, 4))],
)  # fmt: skip
def test_chain_of_the_last(types, expected):
    assert plans.chain(types, len(types) - 1) == expected


def spelled(types, i):
    """The rule of 5.3, word for word."""
    if types[i] in "FS":
        return [i]
    if types[i] == "D":
        return [max(k for k in range(i) if types[k] in "FS"), i]
    return [*spelled(types, i - 1), i]


def test_chains_of_all_short_plans():
    for length in range(6):
        for rest in product("FIDS", repeat=length):
            types = "F" + "".join(rest)
            for i in range(len(types)):
                assert list(plans.chain(types, i)) == spelled(types, i)


def test_differentials_grow_to_the_full():
    """5-V7."""
    sizes = [plans.changed_gb(1000, 20, k) for k in (1, 2, 3, 6, 7, 30)]
    assert sizes == pytest.approx([20, 39.6, 58.808, 114.157619, 131.874467, 454.515681], rel=1e-8)
    stored = [each.stored_gb for each in plans.items(Plan(types="FDDDIDFD"))]
    assert stored == pytest.approx([1000, 20, 39.6, 58.808, 20, 96.0792032, 1000, 20], rel=1e-8)


@pytest.mark.parametrize("types, gb", [("FIIIIII", 1120), ("FDDDDDD", 1406.276662), ("FFFFFFF", 7000)])  # fmt: skip
def test_a_week_of_backups(types, gb):
    """5-V8."""
    assert plans.total_gb(Plan(types=types)) == pytest.approx(gb, abs=1e-6)


@pytest.mark.parametrize("q, pieces, chance", [(0.99, 7, 0.932065), (0.99, 30, 0.739700), (0.99, 2, 0.980100), (0.999, 7, 0.993021)])  # fmt: skip
def test_a_long_chain_is_less_likely_to_be_whole(q, pieces, chance):
    """5-V9."""
    assert plans.survival(q, pieces) == pytest.approx(chance, abs=1e-6)


def test_a_synthetic_full_moves_an_increment_and_stores_a_full():
    item = plans.items(Plan(types="FIS"))[2]
    assert (item.moved_gb, item.stored_gb, item.chain) == (20, 1000, (2,))


def test_objectives():
    """5-V10."""
    assert plans.rpo_h(24, 4) == 28
    assert plans.rto_h(detect_h=0, provision_h=0, read_gb=1000, gb_s=0.2) == pytest.approx(1.3889, abs=1e-4)  # fmt: skip
    assert plans.rto_h(detect_h=1, provision_h=2, read_gb=0, gb_s=1, replay_h=0.5) == 3.5


@given(period=st.integers(1, 48), data=st.data())
def test_the_worst_moment_loses_what_the_objective_says(period, data):
    """An accident just before an item completes goes back to the start of the one before."""
    duration = data.draw(st.integers(0, period))
    plan = Plan(types="FFFF", period_h=period, duration_h=duration)
    moments = [period + duration + k * period / 64 for k in range(128)]
    losses = [plans.data_loss_h(plan, at) for at in moments]
    worst = plans.rpo_h(period, duration)

    assert all(duration <= loss < worst for loss in losses)
    assert max(losses) == pytest.approx(worst, rel=0.05)


def test_a_lost_piece_breaks_the_chain_there():
    plan = Plan(types="FIIDIII")
    whole, broken = plans.restore(plan, 6, {1, 2}), plans.restore(plan, 6, {4})
    assert whole.ok
    assert whole.transfer_s == pytest.approx((1000 + 58.808 + 60) / 0.2)
    assert (broken.ok, broken.missing) == (False, (4,))
    assert str(broken.why) == "Item 4 is lost: the chain ends at item 3."
    assert "the full, is lost" in str(plans.restore(plan, 6, {0}).why)


EXPECTED = {  # the table of 5.3; backups kept 30 days, snapshots 3
    "file deleted": (True, True, True, True),
    "base corrupted": (False, True, True, True),
    "array lost": (False, True, True, True),
    "site fire": (False, False, True, True),
    "ransomware in the guest": (True, True, True, True),
    "hostile administrator": (False, False, False, True),
    "silent corruption": (False, False, False, False),
}


def test_the_table_of_disasters():
    rows = {row[0].accident: tuple(each.restorable for each in row) for row in disasters.table()}
    assert rows == EXPECTED


def test_silence_asks_for_retention_and_not_for_a_place():
    assert [each.restorable for each in disasters.table(backup_days=40)[-1]] == [False, True, True, True]  # fmt: skip
    assert [each.restorable for each in disasters.table(backup_days=39)[-1]] == [False] * 4
    assert "they go back 39 d, the trouble 40 d" in str(disasters.table(backup_days=39)[-1][1].why)


def test_an_immutable_copy_survives_the_administrator():
    worm = disasters.backup("worm", "B", online=True, immutable=True)
    hostile = next(each for each in disasters.ACCIDENTS if each.reach == "admin")
    assert disasters.judge(worm, hostile).restorable


def test_a_snapshot_without_its_base_is_only_differences():
    verdict = disasters.table()[1][0]
    assert verdict.destroyed == ("base",)
    assert str(verdict.why) == "The layer is intact, but without the base it is only differences."
    assert str(disasters.table()[5][2].why).startswith("It is online")


def backup(site, medium, **values):
    return Copy(kind="backup", site=site, medium=medium, **values)


PROD = Copy(kind="prod", site="A", medium="array")


@pytest.mark.parametrize(
    "others, expected",  # 5-V14; then two NAS in one room (quiz 5), and an unverified third
    [
        ([backup("A", "nas", verified=True), backup("B", "tape", offline=True, verified=True)], (1, 1, 1, 1, 1)),
        ([Copy(kind="snapshot", site="A", medium="array")], (0, 0, 0, 0, 0)),
        ([backup("A", "nas")], (0, 1, 0, 0, 0)),
        ([backup("A", "nas", verified=True), backup("B", "tape")], (1, 1, 1, 0, 0)),
    ],
)  # fmt: skip
def test_the_rule_of_copies(others, expected):
    rules = copies.check([PROD, *others])
    assert [rule.name for rule in rules] == ["3", "2", "1", "1off", "0"]
    assert tuple(rule.holds for rule in rules) == tuple(map(bool, expected))


def kept(dates, d, w, m, y):
    return {each.date: each.classes for each in gfs(dates, Retention(days=d, weeks=w, months=m, years=y)) if each.kept}  # fmt: skip


def test_a_quarter_of_daily_backups():
    """5-V11."""
    found = kept(span("2024-01-01", "2024-03-31"), 7, 4, 3, 1)
    days = [f"2024-03-{day}" for day in range(25, 32)]
    assert sorted(found) == sorted([*days, "2024-03-24", "2024-03-17", "2024-03-10", "2024-02-29", "2024-01-31"])  # fmt: skip
    assert found["2024-03-31"] == ("day", "week", "month", "year")
    assert found["2024-03-24"] == ("week",)


def test_a_year_of_daily_backups():
    """5-V12."""
    found = kept(span("2024-01-01", "2024-12-31"), 7, 4, 12, 1)
    month_ends = ["01-31", "02-29", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30"]  # fmt: skip
    days = [f"12-{day}" for day in range(25, 32)]
    assert sorted(found) == sorted(f"2024-{day}" for day in [*days, "12-22", "12-15", *month_ends])
    assert [day for day, classes in found.items() if "week" in classes] == ["2024-12-15", "2024-12-22", "2024-12-29", "2024-12-31"]  # fmt: skip


def test_a_year_without_sundays():
    """5-V13."""
    found = kept(span("2024-01-01", "2024-12-31", but="Sunday"), 7, 5, 12, 0)
    assert len(found) == 21
    assert {"2024-06-29", "2024-03-30"} <= {day for day, classes in found.items() if "month" in classes}  # fmt: skip
    assert [day[5:] for day, classes in found.items() if "week" in classes] == ["12-07", "12-14", "12-21", "12-28", "12-31"]  # fmt: skip
    assert not any("year" in classes for classes in found.values())


DAYS = st.lists(st.dates(dt.date(1999, 1, 1), dt.date(2034, 1, 1)), min_size=1, max_size=60, unique=True)  # fmt: skip


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_iso_weeks_are_those_of_the_standard_library(date):
    assert iso_week(str(date)) == tuple(date.isocalendar())[:2]


@given(DAYS, st.tuples(*[st.integers(0, 5)] * 4))
def test_retention_keeps_the_newest_of_each_bucket_and_no_more(dates, numbers):
    found = gfs([str(each) for each in dates], Retention(**dict(zip(("days", "weeks", "months", "years"), numbers, strict=True))))  # fmt: skip
    buckets = {
        "day": lambda d: d,
        "week": lambda d: tuple(d.isocalendar())[:2],
        "month": lambda d: (d.year, d.month),
        "year": lambda d: d.year,
    }
    assert sum(each.kept for each in found) <= sum(numbers)
    for (name, bucket), number in zip(buckets.items(), numbers, strict=True):
        newest = {}
        for date in sorted(dates):
            newest[bucket(date)] = str(date)
        wanted = sorted(newest.values())[-number:] if number else []
        assert [each.date for each in found if name in each.classes] == wanted


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: plans.chain("IF", 0), "types=IF: begin with F"),
        (lambda: plans.chain("", 0), "types=: begin with F"),
        (lambda: plans.chain("FX", 0), "types=FX: choose among F, I, D, S"),
        (lambda: plans.chain("F", 1), "target=1: choose 0 to 0"),
        (lambda: Plan(full_gb=0), "full_gb=0"),
        (lambda: Plan(change_gb=2000), "change_gb=2000: choose 0 to 1000"),
        (lambda: Plan(readable=1.1), "readable=1.1"),
        (lambda: Plan(duration_h=25), "duration_h=25: choose 0 to 24"),
        (lambda: plans.survival(0.9, 0), "pieces=0"),
        (lambda: plans.data_loss_h(Plan(), 3), "at_h=3: no backup is complete"),
        (lambda: plans.rto_h(detect_h=-1, provision_h=0, read_gb=0, gb_s=1), "detect_h=-1"),
        (lambda: copies.check([backup("A", "nas")]), "prod=0: name the production"),
        (lambda: Copy(kind="raid", site="A", medium="array"), "kind=raid: choose one of prod"),
        (lambda: disasters.snapshot(0), "kept_days=0"),
        (lambda: gfs(["2024-13-01"], Retention()), "dates=.*write them as 2024-06-29"),
        (lambda: gfs(["2024-01-01"] * 2, Retention()), "dates=.*name each day once"),
        (lambda: Retention(weeks=-1), "weeks=-1"),
        (lambda: span("2024-01-01", "2024-01-02", but="Sonntag"), "but=Sonntag"),
    ],
)
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


def test_usual_plans_begin_with_a_full_and_go_on_as_their_name_says():
    assert plans.usual("mixed", 9) == "FIIDIIIFI"
    assert plans.usual("synthetic", 16) == "FIIIIIISIIIIIISI"
    for kind, days in product(plans.USUAL, range(1, 40)):
        letters = plans.usual(kind, days)
        assert len(letters) == days
        plans.check_types(letters)
    with pytest.raises(ParameterError, match="plan=hourly: choose one of fulls"):
        plans.usual("hourly", 7)
    with pytest.raises(ParameterError, match="days=0"):
        plans.usual("fulls", 0)
