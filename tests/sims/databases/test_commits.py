"""Commit rates: against the course's figures, queueing theory, and over whole small spaces."""

import numpy as np
import pytest

from coursekit.sims.databases.commits import (
    DEVICES,
    TURN_MS,
    arrivals,
    load_ms,
    most_per_s,
    run,
    single_ms,
)
from coursekit.sims.message import ParameterError


def test_the_figures_of_the_course():
    assert most_per_s(TURN_MS) == pytest.approx(120)
    assert most_per_s(TURN_MS, 20) == pytest.approx(2400)
    assert load_ms(10_000, 1, TURN_MS) / 1000 > 83
    assert load_ms(10_000, 10_000, TURN_MS) < 100


@pytest.mark.parametrize("per_s", [20, 60, 100])
def test_one_flush_each_takes_the_time_of_theory(per_s):
    times = arrivals(per_s, 40_000, np.random.default_rng(1))
    found = run(times, TURN_MS, group=False).mean_ms
    assert found == pytest.approx(single_ms(per_s, TURN_MS), rel=0.05)


def test_more_than_the_device_can_do_never_settles():
    assert single_ms(121, TURN_MS) == np.inf
    short, long = (run(arrivals(240, n, None), TURN_MS, group=False).mean_ms for n in (100, 1000))
    assert long > 9 * short


@pytest.mark.parametrize("per_s", [1200, 2400, 12_000])
def test_a_full_group_waits_half_a_flush_and_then_one(per_s):
    found = run(arrivals(per_s, 20_000, np.random.default_rng(2)), TURN_MS, group=True)
    assert found.mean_ms == pytest.approx(1.5 * TURN_MS, rel=0.03)
    assert found.batch == pytest.approx(per_s * TURN_MS / 1000, rel=0.02)
    assert found.per_s == pytest.approx(per_s, rel=0.03)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("group", [True, False])
@pytest.mark.parametrize("window", [0.0, 3.0])
def test_nobody_is_answered_before_a_whole_flush_that_began_after_it_came(device, group, window):
    for per_s in (10, 300, 5000):
        flush_ms = DEVICES[device]
        found = run(arrivals(per_s, 300, np.random.default_rng(3)), flush_ms, group=group, window_ms=window)  # fmt: skip
        assert sum(each.count for each in found.flushes) == 300
        assert (found.latencies >= flush_ms - 1e-9).all()
        assert all(b.begin >= a.end for a, b in zip(found.flushes, found.flushes[1:], strict=False))
        assert group or all(each.count == 1 for each in found.flushes)


def test_a_window_makes_fewer_flushes_and_longer_waits_when_few_come():
    times = arrivals(100, 500)
    quick, slow = (run(times, 1.0, group=True, window_ms=window) for window in (0, 25))
    assert quick.batch == 1
    assert slow.batch > 2.5
    assert slow.mean_ms > 10 * quick.mean_ms


@pytest.mark.parametrize("make, says", [
    (lambda: most_per_s(0), "flush_ms=0: more than 0"), (lambda: most_per_s(1, 0), "batch=0"),
    (lambda: arrivals(0, 1), "per_s=0"), (lambda: arrivals(1, 0), "count=0"), (lambda: run((), 1, group=True), "times=0"),
    (lambda: run((1,), 1, group=True, window_ms=-1), "window_ms=-1"), (lambda: load_ms(0, 1, 1), "rows=0"),
    (lambda: load_ms(1, 0, 1), "a_commit=0"),
])  # fmt: skip
def test_what_cannot_be(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
