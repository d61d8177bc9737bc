"""What a commit waits for, and what a failover loses."""

from itertools import product
from math import inf

import pytest

from coursekit.sims.databases.replication import (
    MODES,
    SYNCHRONOUS,
    Standby,
    commit,
    lag_s,
    loss,
    must_ask,
    stale,
    unsent_mb,
)
from coursekit.sims.message import ParameterError

NEAR, FAR = Standby(0.5), Standby(20.0)


@pytest.mark.parametrize("mode, ms", [("off", 0.0), ("local", 1.0), ("remote_write", 1.5), ("on", 2.5), ("remote_apply", 3.0)])  # fmt: skip
def test_milliseconds_of_each_mode(mode, ms):
    assert commit([NEAR], mode).told_ms == ms


@pytest.mark.parametrize("k, ms, waited", [(1, 2.5, (0,)), (2, 22.0, (0, 1))])
def test_any_one_or_any_two(k, ms, waited):
    found = commit([NEAR, FAR], "on", k)
    assert (found.told_ms, found.waited) == (ms, waited)


def test_a_commit_hangs_when_too_few_can_answer():
    away = Standby(0.5, up=False)
    assert commit([away, FAR], "on", 1).told_ms == 22.0
    assert commit([away, FAR], "on", 2).hangs
    assert not commit([away], "local").hangs


def test_the_time_is_the_kth_smallest_whatever_the_order():
    choices = [Standby(rtt, flush) for rtt, flush in product((0.5, 3.0, 20.0), (0.1, 4.0))]
    for some in product(choices, repeat=3):
        times = sorted(1.0 + each.rtt_ms + each.flush_ms for each in some)
        assert [commit(some, "on", k).told_ms for k in (1, 2, 3)] == pytest.approx(times)


def test_more_safety_never_takes_less_time():
    for k in (1, 2):
        times = [commit([NEAR, FAR], mode, k).told_ms for mode in MODES]
        assert times == sorted(times)


def test_who_was_told_is_held_by_enough_standbys():
    """Whenever the primary dies: a told client's transaction is on k standbys at least."""
    for k in (1, 2):
        found = commit([NEAR, FAR], "on", k)
        for tenth in range(300):
            if found.told(tenth / 10):
                assert len(found.held_by(tenth / 10)) >= k
                assert sum(disk <= tenth / 10 for _got, disk, _applied in found.steps) >= k


def test_without_waiting_a_told_client_may_lose():
    found = commit([Standby(0.5, up=False)], "local")
    assert found.told(1.0) and not found.held_by(1.0)
    early = commit([NEAR], "off")
    assert early.told(0.5) and not early.held_by(600)
    assert early.held_by(601) == (0,)


@pytest.mark.parametrize("mode", ["off", "local"])
@pytest.mark.parametrize("lag", [0.0, 400.0])
def test_the_seconds_in_which_a_told_client_may_lose_times_the_rate(mode, lag):
    done = commit([NEAR], mode, lag_ms=lag)
    assert 200 * (done.sent_ms - done.told_ms) / 1000 == pytest.approx(loss(mode, 200, lag / 1000), abs=0.3)  # fmt: skip


@pytest.mark.parametrize("n", range(1, 6))
def test_one_of_those_asked_has_the_last_commit(n):
    for k in range(1, n + 1):
        assert must_ask(n, k) + k == n + 1


def test_loss():
    assert loss("local", 200, 0.4) == pytest.approx(80)
    assert loss("off", 200, 0.4) == pytest.approx(80 + 200 * 0.6)
    assert [loss(mode, 200, 9.0) for mode in SYNCHRONOUS] == [0, 0, 0]


def test_a_link_that_is_too_slow_falls_behind():
    assert unsent_mb(200, 8, 1.0, 10) == pytest.approx(6.0)
    assert lag_s(200, 8, 1.0, 10) * 200 == pytest.approx(6000 / 8), "lag times rate is what is unsent"  # fmt: skip
    assert unsent_mb(200, 8, 2.0, 10) == lag_s(200, 8, 2.0, 10) == lag_s(0, 8, 2.0, 10) == 0


def test_reading_your_own_write():
    slow = Standby(0.5, apply_ms=50.0)
    for mode, after, missed in (("on", 0, True), ("on", 60, False), ("local", 0, True), ("remote_apply", 0, False)):  # fmt: skip
        assert stale(after, commit([slow], mode), 0) == missed
    any_one = commit([NEAR, slow], "remote_apply", 1)
    assert stale(0, any_one, 1), "another standby was the one waited for"


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: Standby(-1), "rtt_ms=-1: 0 or more"),
        (lambda: commit([NEAR], "sync"), "mode=sync: choose one of off"),
        (lambda: commit([NEAR], "on", 2), "k=2: 1 to 1, the number of standbys"),
        (lambda: commit([], "on", 1), "k=1: 1 to 0"),
        (lambda: commit([NEAR], "on", 1, -1), "flush_ms=-1: 0 or more"),
        (lambda: commit([NEAR], "local", 1, 1, -1), "lag_ms=-1: 0 or more"),
        (lambda: must_ask(2, 3), "k=3: 1 to 2"),
        (lambda: loss("on", -1, 0), "rate=-1: 0 or more"),
        (lambda: unsent_mb(1, 1, 0, 1), "link_mb_s=0: more than 0"),
    ],
)
def test_what_cannot_be(wrong, says):
    with pytest.raises(ParameterError, match=says):
        wrong()


def test_nobody_who_is_away_acknowledges():
    found = commit([Standby(1, up=False), NEAR], "on", 1)
    assert found.acks == (inf, 2.5)
    assert found.waited == (1,)
