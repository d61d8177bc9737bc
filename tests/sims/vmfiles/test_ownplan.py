"""A learner's own backup plan: the days judged, and what a function may answer."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import plans
from coursekit.sims.vmfiles.ownplan import DAYS, USUAL, judge, letters


@pytest.mark.parametrize(
    "name, stored, moved, longest, worst",
    [
        ("fulls", 28_000, 28_000, 1, 0.99),
        ("weekly", 4480, 4480, 7, 0.932065),  # 4 fulls, 24 increments; 5-V9
        ("synthetic", 4480, 1000 + 27 * 20, 7, 0.932065),  # only increments travel
        ("incremental", 1540, 1540, 28, 0.99**28),
    ],
)
def test_the_usual_plans(name, stored, moved, longest, worst):
    plan = judge(USUAL[name])
    assert (plan.stored_gb, plan.moved_gb) == pytest.approx((stored, moved))
    assert plan.longest == longest == len(plan.items[plan.day].chain)
    assert plan.worst == pytest.approx(worst, abs=1e-6)


def test_every_usual_plan_lasts_four_weeks_and_agrees_with_the_plans_simulation():
    for types in USUAL.values():
        assert len(types) == DAYS == 28
        whole = plans.Plan(types=types)
        assert judge(types).stored_gb == pytest.approx(plans.total_gb(whole))
        assert judge(types).longest == max(len(plans.chain(types, k)) for k in range(DAYS))


def test_the_worst_day_is_as_sure_as_its_pieces():
    assert judge("FII", readable=0.5).worst == 0.125
    assert judge("FID", readable=0.5).worst == 0.25
    assert judge("FID", readable=0.5).day == 1, "the first of the longest"


def test_the_function_is_asked_day_by_day_with_the_letters_so_far():
    asked = []

    def rule(day, history):
        asked.append((day, history))
        return "FID"[day]

    assert letters(rule, 3) == "FID"
    assert asked == [(0, ""), (1, "F"), (2, "FI")]


@pytest.mark.parametrize(
    "rule, says",
    [
        (lambda _day, _history: None, "day=0: your function says None; choose F, I, D or S"),
        (lambda day, _history: "F" if day < 2 else "X", "day=2: your function says 'X'"),
        (lambda _day, _history: "FI", "day=0: your function says 'FI'"),
        (lambda _day, _history: "", "day=0: your function says ''"),
        (lambda _day, _history: "S", "day=0: your function says S; the first backup is F"),
    ],
)
def test_what_is_no_backup_is_refused_with_its_day(rule, says):
    with pytest.raises(ParameterError, match=says):
        letters(rule)


def test_at_least_a_day():
    with pytest.raises(ParameterError, match="days=0: choose 1 or more"):
        letters(lambda _day, _history: "F", 0)
