"""What being late costs, to the minute; a policy that is wrong is named."""

from datetime import UTC, datetime, timedelta

import pytest

from coursekit.grading.policy import Late, Policy, from_plain, read, to_plain
from coursekit.sims.message import ParameterError

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
RULE = Policy(
    deadline=NOON, grace_minutes=15, percent_a_day=10, zero_after_days=3, excused=("eve",)
)


@pytest.mark.parametrize(
    ("minutes", "days", "share"),
    [
        (-1, 0, 1),
        (0, 0, 1),
        (15, 0, 1),
        (16, 1, 0.9),
        (24 * 60, 1, 0.9),
        (24 * 60 + 1, 2, 0.8),
        (3 * 24 * 60, 3, 0.7),
        (3 * 24 * 60 + 1, 4, 0),
    ],
)
def test_each_begun_day_costs_after_the_grace(minutes, days, share):
    assert RULE.late("ann", NOON + timedelta(minutes=minutes)) == Late(days, pytest.approx(share))


def test_who_is_excused_loses_nothing_and_the_days_are_told():
    assert RULE.late("eve", NOON + timedelta(days=9)) == Late(9, 1.0)


def test_without_a_limit_the_share_ends_at_nothing_and_never_below():
    rule = Policy(deadline=NOON, percent_a_day=30)

    assert rule.late("ann", NOON + timedelta(days=9)).share == 0


def test_without_a_deadline_nothing_is_late():
    assert Policy(percent_a_day=50).late("ann", NOON) == Late()


def test_a_file_says_it_and_offsets_count(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        "deadline = 2026-12-01T14:00:00+02:00\ngrace_minutes = 15\npercent_a_day = 10\n"
        'zero_after_days = 3\nexcused = ["eve"]\n'
    )
    rule = read(path)

    for minutes in (14, 16, 9999):
        at = NOON + timedelta(minutes=minutes)
        assert rule.late("ann", at) == RULE.late("ann", at)
    assert from_plain(to_plain(rule)).late("ann", at) == RULE.late("ann", at)
    assert from_plain({}) == Policy()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("deadline = 5", "deadline=5: write a date and a time"),
        ("deadline = 2026-12-01", "deadline=2026-12-01: write a date and a time"),
        ('deadline = "soon"', "deadline=soon: write a date and a time"),
        ("grace_minutes = -1", "grace_minutes=-1: choose 0 or more"),
        ("grace_minutes = nan", "grace_minutes=nan: choose 0 or more"),
        ("zero_after_days = true", "zero_after_days=True: choose 0 or more"),
        ("percent_a_day = 101", "percent_a_day=101: choose 0 to 100"),
        ('excused = "ann"', "excused=ann: a list of learners"),
        ("excused = [5]", r"excused=\[5\]: a list of learners"),
        ("deadlin = 5", "deadlin: not in a policy; choose among deadline, grace_minutes"),
        ("deadline =", "policy=.*: Invalid value"),
    ],
)
def test_a_wrong_policy_is_named(tmp_path, text, says):
    path = tmp_path / "policy.toml"
    path.write_text(text)

    with pytest.raises(ParameterError, match=says):
        read(path)


def test_a_policy_that_is_not_there(tmp_path):
    with pytest.raises(ParameterError, match=r"policy=.*gone: No such file"):
        read(tmp_path / "gone")
