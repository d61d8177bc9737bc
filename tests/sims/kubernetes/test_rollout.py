"""Rolling updates: rounding, the loop step by step, its limits for all small cases, undo."""

from itertools import pairwise, product

import pytest

from coursekit.sims.kubernetes.rollout import Change, Deployment, roll
from coursekit.sims.kubernetes.rounding import limits
from coursekit.sims.message import ParameterError

PERCENT = {(10, 25, 25): (3, 2), (4, 25, 25): (1, 1), (3, 25, 25): (1, 0), (1, 25, 25): (1, 0), (10, 30, 30): (3, 3), (7, 50, 50): (4, 3), (5, 1, 0): (1, 0), (3, 0, 20): (0, 1)}  # fmt: skip


@pytest.mark.parametrize("given, found", PERCENT.items())
def test_7_v7_surge_is_rounded_up_and_unavailable_down(given, found):
    n, surge, unavailable = given
    assert limits(n, f"{surge}%", f"{unavailable}%") == found


def test_7_v7_plain_numbers_stay():
    assert limits(100, 1, 1) == (1, 1)
    assert limits(5, 0, 0) == (0, 1)


def steps(rollout, kinds=("up", "down", "ready")):
    return [(s.t, s.old, s.new, s.new_available) for s in rollout.states if s.kind in kinds]


def test_7_v8_ten_pods_with_the_defaults():
    assert steps(roll(Deployment(replicas=10, ready=1))) == [
        (0, 10, 3, 0), (0, 8, 3, 0), (0, 8, 5, 0),
        (1, 8, 5, 5), (1, 3, 5, 5), (1, 3, 10, 5),
        (2, 3, 10, 10), (2, 0, 10, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "n, surge, unavailable, ticks",
    [(4, 1, 0, 4), (4, 0, 1, 4), (4, "25%", "25%", 2), (5, "100%", 0, 1)],
)
def test_7_v9_ticks_until_all_are_new(n, surge, unavailable, ticks):
    rollout = roll(Deployment(replicas=n, surge=surge, unavailable=unavailable, ready=1))
    assert rollout.took == ticks


def broken(**values):
    return roll(Deployment(replicas=10, surge=3, unavailable=2, **values), [Change(0, "v2", broken=True)])  # fmt: skip


def test_7_v10_a_version_that_never_gets_ready_stands_still():
    rollout = broken()
    last = rollout.states[-1]
    assert (last.old, last.new, last.available) == (8, 5, 8)
    assert not rollout.done and rollout.took is None
    assert (last.kind, last.t) == ("deadline", 600)
    assert "only reports" in str(last.why)


def test_an_undo_takes_the_old_version_up_again_and_drops_the_broken_pods_at_once():
    changes = [Change(0, "v2", broken=True), Change(60, "v1")]
    rollout = roll(Deployment(replicas=10, surge=3, unavailable=2, ready=5), changes)
    after = [
        (s.t, s.kind, s.old, s.new, s.available)
        for s in rollout.states
        if s.t >= 60 and s.kind != "end"
    ]
    assert after == [
        (60, "update", 5, 8, 8),
        (60, "down", 0, 8, 8),  # all five at once: they are not available
        (60, "up", 0, 10, 8),
        (65, "ready", 0, 10, 10),
    ]
    assert rollout.done and rollout.took == 5


def test_a_third_version_in_the_middle_leaves_two_old_ones():
    changes = [Change(0, "v2"), Change(0.5, "v3")]
    rollout = roll(Deployment(replicas=10, ready=1), changes)
    names = {v.name for s in rollout.states for v in s.versions}
    assert names == {"v1", "v2", "v3"}
    assert rollout.done and rollout.states[-1].wanted == "v3"
    assert max(s.total for s in rollout.states) <= 13
    assert min(s.available for s in rollout.states) >= 8


AMOUNTS = (0, 1, 2, 5, "0%", "25%", "34%", "100%")


@pytest.mark.parametrize("n", range(1, 13))
def test_never_too_many_never_too_few_and_it_ends(n):
    for surge, unavailable in product(AMOUNTS, AMOUNTS):
        deployment = Deployment(replicas=n, surge=surge, unavailable=unavailable, ready=1)
        most, least = deployment.bounds
        rollout = roll(deployment)
        assert rollout.done
        assert all(s.total <= most and s.available >= least for s in rollout.states)
        assert all(0 <= s.new_available <= s.new for s in rollout.states)
        assert all(a.t <= b.t for a, b in pairwise(rollout.states))


def test_recreate_has_a_hole_as_long_as_ending_and_starting():
    rollout = roll(Deployment(replicas=3, strategy="Recreate", ready=5, stop=20))
    assert steps(rollout, ("down", "gone", "up", "ready")) == [
        (0, 0, 0, 0), (20, 0, 0, 0), (20, 0, 3, 0), (25, 0, 3, 3),
    ]  # fmt: skip
    assert [s.stopping for s in rollout.states if s.kind == "down"] == [3]
    assert rollout.took == 25


def test_pods_that_are_told_to_end_run_on_top_of_the_count():
    rollout = roll(Deployment(replicas=10, ready=5, stop=30))
    assert max(s.total + s.stopping for s in rollout.states) > 13 >= max(s.total for s in rollout.states)  # fmt: skip


def test_min_ready_seconds_make_every_wave_longer():
    assert roll(Deployment(replicas=10, ready=5, min_ready=10)).took == 30


@pytest.mark.parametrize(
    "values, says",
    [
        ({"replicas": 0}, "replicas=0: choose 1 or more"),
        ({"surge": "a lot"}, "surge=a lot: write a number, or a percentage as 25%"),
        ({"surge": "25"}, "surge=25: write a number"),
        ({"surge": "-5%"}, "surge=-5%"),
        ({"unavailable": -1}, "unavailable=-1: choose 0 or more"),
        ({"strategy": "Blue"}, "strategy=Blue: choose RollingUpdate or Recreate"),
        ({"ready": 0}, "ready=0: choose more than 0"),
        ({"stop": 31}, "stop=31: choose 0 to 30 s"),
        ({"deadline": -1}, "deadline=-1: choose 0 or more"),
    ],
)
def test_a_bad_deployment_names_the_value_and_the_rule(values, says):
    with pytest.raises(ParameterError, match=says):
        Deployment(**values)


def test_changes_come_in_order():
    with pytest.raises(ParameterError, match="t=1: changes come in order of time"):
        roll(Deployment(), [Change(2, "v2"), Change(1, "v3")])
