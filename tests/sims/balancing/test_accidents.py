"""Checks, crashes, drains, sticky sessions and the doubled balancer."""

from fractions import Fraction

import numpy as np
import pytest

from coursekit.sims.balancing.doubled import Double, lose_one, takeover
from coursekit.sims.balancing.failing import Crash, fail, lost_on_crash
from coursekit.sims.balancing.health import (
    Checks,
    Passive,
    detection,
    slow_start,
    slow_weight,
    watch,
)
from coursekit.sims.balancing.load import draw
from coursekit.sims.balancing.sticky import Sessions, stick
from coursekit.sims.message import ParameterError


def test_slow_start_in_sixteenths():
    """3-V17"""
    assert [slow_start(t, 60) for t in (0, 10, 15, 30, 45, 59)] == [1, 3, 5, 9, 13, 16]
    assert slow_start(1000, 60) == 16
    assert slow_weight(8, 30, 60) == Fraction(9, 2)


def test_checks_take_out_and_bring_back():
    """Dead from 1 to 9: checks at 2, 4, 6 fail, those at 10, 12 succeed."""
    assert watch(Checks(), [(1, 9)], until=30) == [(6, "down"), (12, "up")]
    assert watch(Checks(timeout=2), [(1, 9)], until=30) == [(8, "down"), (12, "up")]
    assert watch(Checks(), [(1, 5)], until=30) == []  # two failures are not three


@pytest.mark.parametrize("checks", [Checks(), Checks(inter=0.2, fall=2), Checks(fall=1, timeout=1.5)], ids=str)  # fmt: skip
def test_detection_stays_in_its_law(checks):
    law = detection(checks)
    times = [
        watch(checks, [(at, 1e9)], until=at + 60)[0][0] - at
        for at in np.linspace(50, 50 + checks.inter, 500, endpoint=False)
    ]
    assert min(times) == pytest.approx(law.least, abs=checks.inter / 400)
    assert max(times) == pytest.approx(law.most, abs=checks.inter / 400)
    assert np.mean(times) == pytest.approx(law.mean, abs=checks.inter / 400)


def test_passive_failures_pause_a_server_and_are_forgotten():
    """At fail_timeout exactly it is still skipped."""
    failed = Passive().after(5, ok=False)

    assert Passive().usable(0)
    assert not failed.usable(15)
    assert failed.usable(15.001)
    assert failed.after(15.001, ok=True).usable(15.002)
    assert failed.after(15.001, ok=True).fails == 0
    assert Passive(max_fails=2).after(5, ok=False).usable(6)


def fates(outcome):
    kinds = [event.kind for event in outcome.events]
    return {kind: kinds.count(kind) for kind in kinds}


@pytest.mark.parametrize("policy", ["rr", "least_conn"])
@pytest.mark.parametrize("retry", [False, True])
@pytest.mark.parametrize("drain", [False, True])
def test_every_request_is_done_or_lost(policy, retry, drain):
    crash = Crash(policy=policy, retry=retry, drain=drain)
    outcome = fail(crash, draw(600, 3))
    count = fates(outcome)

    assert count["done"] + count.get("lost", 0) == 600
    assert outcome.lost == count.get("lost", 0)
    assert [e.t for e in outcome.events] == sorted(e.t for e in outcome.events)
    late = [
        e for e in outcome.events if e.kind == "sent" and e.server == 0 and e.t > outcome.down_at
    ]
    assert not late
    assert outcome.lost == 0 if drain or retry else outcome.lost > 0
    assert (outcome.retried > 0) == (retry and not drain)


def test_a_blind_balancer_loses_its_share_until_it_knows():
    """λ/n · detection, over many crashes; what the dead server held comes on top."""
    lost, waits = [], []
    for seed in range(60):
        crash = Crash(at=20 + seed / 30, load=0.6)
        outcome = fail(crash, draw(200, seed))
        sent = [e for e in outcome.events if e.kind == "sent" and e.server == 0]
        lost.append(sum(crash.at < e.t for e in sent))
        waits.append(outcome.down_at - crash.at)
    expected = lost_on_crash(0.6 * 4, 4, np.mean(waits))
    assert np.mean(lost) == pytest.approx(expected, rel=0.15)


def test_least_connections_run_into_a_dead_server():
    """It refuses at once, so it always looks idle."""
    turns, least = (
        np.mean([fail(Crash(policy=p), draw(300, s)).lost for s in range(20)])
        for p in ("rr", "least_conn")
    )
    assert least > 2 * turns


def stuck(kind):
    return stick(Sessions(sticky=kind), np.random.default_rng(1))


def test_stickiness_costs_balance_and_sessions():
    none, cookie, ip, shared = map(stuck, ("none", "cookie", "ip_hash", "shared"))

    assert max(none.shares) - min(none.shares) < 0.001
    assert max(ip.shares) > 0.6  # the company's NAT is one /24
    assert max(cookie.shares) < 0.45
    assert (shared.lost, shared.strangers) == ((), 0)
    assert len(ip.lost) > len(cookie.lost) > 0
    assert none.strangers > 10 * cookie.strangers
    assert none.requests == pytest.approx(20_000, rel=0.1)
    for each in (none, cookie, ip, shared):
        assert sum(each.shares) == pytest.approx(1)


@pytest.mark.parametrize("kind", ["none", "cookie", "ip_hash", "shared"])
def test_the_record_of_sessions_says_who_was_lost_and_who_met_a_stranger(kind):
    found = stuck(kind)
    seen, crash = {}, found.trace.crash
    rows = zip(
        found.trace.session.tolist(), found.server.tolist(), found.strange.tolist(), strict=True
    )
    for number, (session, server, strange) in enumerate(rows):
        met = seen.setdefault(session, [])
        assert strange == (bool(met) and server not in met and kind != "shared")
        assert number < crash or server != 0, "the dead serve nobody"
        if kind == "cookie" and met:
            assert server == met[-1] or met[-1] == 0, "only the dead lose a session"
        met.append(server)
    before = {
        s
        for s, server in zip(found.trace.session[:crash], found.server, strict=False)
        if server == 0
    }
    expected = () if kind == "shared" else tuple(s for s in found.trace.open if s in before)
    assert found.lost == expected
    assert len(found.trace.open) == 50


@pytest.mark.parametrize("servers", [2, 3, 8])
def test_turns_go_on_without_the_dead_server(servers):
    none = stick(Sessions(sticky="none", servers=servers), np.random.default_rng(1))
    crash = none.trace.crash
    turn, expected = -1, []
    for request in range(none.requests):
        turn = (turn + 1) % servers
        if turn == 0 and request >= crash:
            turn = 1
        expected.append(turn)
    assert none.server.tolist() == expected


def test_a_doubled_balancer():
    """Prediction 6: two at 60 % each leave 120 % for one."""
    both = lose_one(Double(mode="active_active", rate=1200))
    one = lose_one(Double(mode="active_passive", rate=600))

    assert (both.busy_before, both.busy_after, both.overload) == (0.6, 1.2, True)
    assert not one.overload
    assert one.outage == takeover(Double(advert=1, priority=100)).mean == 2.5 + 156 / 256
    assert one.requests == 600 * one.outage
    assert both.requests == 600 * both.outage  # half of the clients
    assert (one.reset, both.reset) == (200, 100)
    assert lose_one(Double(sync=True)).reset == 0
    alone = lose_one(Double(mode="single", sync=True))
    assert (alone.outage, alone.reset, alone.busy_after) == (3600, 200, 0)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Checks(inter=0), "inter=0"),
        (lambda: Checks(fall=0), "fall=0"),
        (lambda: Checks(rise=0), "rise=0"),
        (lambda: Checks(timeout=3), "timeout=3: choose 0 to inter"),
        (lambda: Passive(max_fails=0), "max_fails=0"),
        (lambda: Passive(fail_timeout=0), "fail_timeout=0"),
        (lambda: slow_start(0, 0), "seconds=0"),
        (lambda: slow_start(-1, 1), "elapsed=-1"),
        (lambda: Crash(servers=1), "servers=1"),
        (lambda: Crash(load=0), "load=0"),
        (lambda: Crash(policy="best"), "policy=best"),
        (lambda: Crash(victim=4), "victim=4: choose 0 to 3"),
        (lambda: Crash(at=-1), "at=-1"),
        (lambda: Sessions(sticky="glue"), "sticky=glue"),
        (lambda: Sessions(servers=1), "servers=1"),
        (lambda: Sessions(sessions=1), "sessions=1"),
        (lambda: Sessions(mean_length=0), "mean_length=0"),
        (lambda: Sessions(behind_nat=2), "behind_nat=2"),
        (lambda: Double(mode="triple"), "mode=triple"),
        (lambda: Double(rate=0), "rate=0"),
        (lambda: Double(connections=-1), "connections=-1"),
        (lambda: Double(priority=255), "priority=255: choose 1 to 254"),
    ],
)
def test_a_bad_value_is_named(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
