"""The autoscaler: recommendation, windows, policies, and the loop under a load."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.kubernetes.autoscale import Loop, Workload, load_of, run
from coursekit.sims.kubernetes.hpa import (
    Autoscaler,
    Behavior,
    History,
    Policy,
    Rules,
    Use,
    advise,
    advise_all,
    decide,
    limit_up,
)
from coursekit.sims.message import ParameterError

WIDE = Autoscaler(least=1, most=100)


@pytest.mark.parametrize(
    "current, metric, target, wanted",
    [(3, 200, 100, 6), (4, 50, 100, 2), (50, 90, 75, 60), (10, 95, 100, 10), (10, 89, 100, 9), (3, 111, 100, 4), (5, 300, 100, 15)],
)  # fmt: skip
def test_7_v1_ratio_and_rounding(current, metric, target, wanted):
    assert advise(current, Use(ready=(metric,) * current, target=target)).replicas == wanted


@pytest.mark.parametrize(
    "current, use, wanted, second",
    [
        (4, Use(ready=(60,) * 3, unready=1), 4, Fraction(45, 50)),
        (4, Use(ready=(20,) * 3, missing=1), 4, Fraction(40, 50)),
        (4, Use(ready=(90,) * 3, unready=1), 6, Fraction(67, 50)),
    ],
)
def test_7_v2_pods_not_seen(current, use, wanted, second):
    advice = advise(current, use)
    assert (advice.replicas, advice.cautious) == (wanted, second)


def test_the_bound_of_the_tolerance_is_exact():
    assert advise(10, Use(ready=(110,) * 10, target=100)).replicas == 10  # floats: 1.1 - 1 > 0.1
    assert advise(10, Use(ready=(90,) * 10, target=100)).replicas == 10
    assert advise(10, Use(ready=(111,) * 10, target=100)).replicas == 12
    assert advise(10, Use(ready=(105,) * 10, target=100), 0.05).replicas == 10
    assert advise(10, Use(ready=(106,) * 10, target=100), 0.05).replicas == 11


def test_of_several_metrics_the_greediest_is_followed():
    uses = [Use(ready=(30,) * 4), Use(ready=(90,) * 4), Use(ready=(50,) * 4)]
    assert advise_all(4, uses).replicas == 8


@given(
    st.integers(1, 50), st.lists(st.integers(0, 300), min_size=1, max_size=20), st.integers(0, 5),
    st.integers(0, 5), st.integers(30, 100),
)  # fmt: skip
def test_pods_not_seen_never_make_the_step_larger_or_turn_it(
    current, ready, unready, missing, target
):
    seen = Use(ready=tuple(ready), target=target)
    alone = advise(current, seen)
    more = advise(current, replace(seen, unready=unready, missing=missing))
    if more.cautious is None or more.replicas == current:
        return
    assert (more.replicas > current) == (alone.ratio > 1)
    if alone.ratio > 1:
        assert more.replicas <= ceil(Fraction(sum(ready), target))
    else:
        assert more.replicas >= alone.replicas


def climb(scaler, start, raw, turns, every=15.0):
    history, seen = History(start), [start]
    for turn in range(turns):
        history = decide(scaler, history, turn * every, raw).after
        seen.append(history.current)
    return seen


def test_7_v3_the_default_way_up():
    assert climb(WIDE, 1, 100, 6) == [1, 5, 10, 20, 40, 80, 100]
    assert climb(WIDE, 3, 100, 3) == [3, 7, 14, 28]


def test_7_v4_the_way_down_of_two_policies():
    down = Rules(policies=(Policy("Pods", 4, 60), Policy("Percent", 10, 60)))
    scaler = Autoscaler(least=1, most=100, behavior=Behavior(down=down))
    assert climb(scaler, 80, 10, 14, 60) == [80, 72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16, 12, 10]  # fmt: skip


def test_select_min_takes_the_smaller_change_and_disabled_none():
    for select, seen in (("Min", [80, 76, 72, 68]), ("Disabled", [80, 80, 80, 80])):
        down = Rules(policies=(Policy("Pods", 4, 60), Policy("Percent", 10, 60)), select=select)
        assert climb(replace(WIDE, behavior=Behavior(down=down)), 80, 10, 3, 60) == seen


def test_7_v5_what_was_added_within_the_period_counts():
    assert limit_up(History(8, (), ((-10.0, 4),)), 0) == 8
    assert limit_up(History(8, (), ((-15.0, 4),)), 0) == 16  # exactly 15 s ago: over


def test_7_v6_the_window_remembers_for_300_s():
    history, applied = History(10), {}
    for t in range(0, 316, 15):
        decision = decide(Autoscaler(most=20), history, t, 10 if t == 0 else 6)
        history, applied[t] = decision.after, decision.applied
    assert {applied[t] for t in range(0, 286, 15)} == {10}
    assert applied[300] == 6


def test_remembered_advice_does_not_scale_up_when_the_metrics_want_less():
    """The controller clamps the current number; it does not jump to the window's maximum."""
    scaler = Autoscaler(most=20, behavior=Behavior(up=Rules(policies=(Policy("Pods", 1, 15),))))
    first = decide(scaler, History(5), 0, 10)
    assert first.applied == 6
    assert decide(scaler, first.after, 15, 3).applied == 6


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40), st.integers(1, 5), st.integers(5, 30))
def test_always_within_minimum_and_maximum(advice, least, most):
    scaler, history = Autoscaler(least=least, most=most), History(least)
    for turn, raw in enumerate(advice):
        decision = decide(scaler, history, turn * 15.0, raw)
        history = decision.after
        assert least <= decision.applied <= most
        assert str(decision.why)


def test_nothing_happens_for_300_s_after_the_load_is_gone_then_all_at_once():
    looped = run(Loop(work=Workload(curve="zero", high=400, at=0), replicas=8, seconds=600))
    drops = [t for t, (a, b) in enumerate(pairwise(looped.replicas), 1) if a != b]
    assert len(drops) == 1 and 300 <= drops[0] <= 330
    assert looped.replicas[-1] == 1
    assert looped.lost_total == 0


def test_a_step_is_followed_late_and_what_is_lost_adds_up():
    loop = Loop(work=Workload(low=50, high=600, at=60), replicas=2, seconds=300)
    looped = run(loop)
    first = next(d for d in looped.decisions if d.applied > 2)
    assert 60 + 15 <= first.t <= 60 + 15 + 15
    assert looped.lost[59] == 0 and looped.lost[60] == 600 - 2 * 100
    served = looped.load - looped.lost
    assert np.all(served <= looped.ready * 100 + 1e-9)
    assert looped.lost_total == pytest.approx(float((looped.load - served).sum()))
    assert looped.replicas[-1] == 10 and looped.lost[-1] == 0


def test_without_a_window_a_sine_costs_more_changes():
    calm, nervous = (
        run(Loop(
            work=Workload(curve="sine", low=50, high=600), seconds=2400,
            scaler=Autoscaler(most=20, behavior=Behavior(down=replace(Behavior().down, window=w))),
        ))
        for w in (300, 0)
    )  # fmt: skip
    assert nervous.changes > 2 * calm.changes
    assert nervous.pod_seconds < calm.pod_seconds


def test_the_autoscaler_does_not_see_pods_that_start():
    loop = Loop(work=Workload(low=100, high=300, at=0), replicas=2, start_s=200, seconds=400)
    seen = [int(n) for n in run(loop).replicas[:200]]
    assert sorted(set(seen)) == [2, 6, 8]  # 2 pods at 200 %: 8 wanted; those that start count as 0


@pytest.mark.parametrize(
    "work, t, rate",
    [
        (Workload(), 59, 100), (Workload(), 60, 400), (Workload(curve="zero"), 60, 0),
        (Workload(curve="sine"), 0, 100), (Workload(curve="sine"), 300, 400),
        (Workload(curve="ramp", at=0), 300, 250), (Workload(curve="ramp", at=0), 6000, 400),
        (Workload(curve="points", points=((0, 5), (10, 7))), 9, 5),
        (Workload(curve="points", points=((0, 5), (10, 7))), 10, 7),
        (Workload(curve="points", points=((5, 5),)), 0, 0),
    ],
)  # fmt: skip
def test_the_load_curves(work, t, rate):
    assert load_of(work, t) == pytest.approx(rate)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Use(ready=()), "ready=0: without one pod that is ready"),
        (lambda: Use(ready=(-1,)), "ready=-1: choose 0 or more"),
        (lambda: Use(ready=(1,), target=0), "target=0: choose 1 or more"),
        (lambda: Use(ready=(1,), missing=-1), "missing=-1: choose 0 or more"),
        (lambda: advise(0, Use(ready=(1,))), "current=0: choose 1 or more"),
        (lambda: advise(1, Use(ready=(1,)), 1.5), "tolerance=1.5: choose 0 to less than 1"),
        (lambda: advise_all(1, []), "metrics=0: choose 1 or more"),
        (lambda: Policy("Nodes", 1), "policy=Nodes: choose Pods or Percent"),
        (lambda: Policy("Pods", 0), "value=0: choose 1 or more"),
        (lambda: Policy("Pods", 1, 2000), "period=2000: choose 1 to 1800 s"),
        (lambda: Rules(policies=()), "policies=0: choose 1 or more"),
        (lambda: Rules(policies=(Policy("Pods", 1),), window=4000), "window=4000"),
        (lambda: Rules(policies=(Policy("Pods", 1),), select="Best"), "select=Best: choose one of Max"),
        (lambda: Autoscaler(least=5, most=4), "least=5: choose 1 to 4"),
        (lambda: Autoscaler(tolerance=1), "tolerance=1"),
        (lambda: Workload(curve="flat"), "curve=flat: choose one of step"),
        (lambda: Workload(low=9, high=8), "low=9: choose 0 to 8"),
        (lambda: Workload(curve="points"), "points=0: choose 1 or more"),
        (lambda: Workload(points=((0, -1),)), "points=0, -1: choose times and rates"),
        (lambda: Loop(replicas=11), "replicas=11: choose 1 to 10"),
        (lambda: Loop(request_m=2000), "request_m=2000: choose 1 to 1000"),
        (lambda: Loop(start_s=-1), "start_s=-1: choose 0 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
