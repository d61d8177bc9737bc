"""Checks, availability, lifetimes, sessions, capacity, and a rule of one's own."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.failover.availability import (
    common_cause,
    downtime_min,
    evaluate,
    failover_pair,
    k_of_n,
    parallel,
    series,
    steady,
)
from coursekit.sims.failover.capacity import STANDBYS, after_failure, safe_utilisation
from coursekit.sims.failover.checks import (
    Choice,
    choose,
    count_alarms,
    detection,
    expected_checks,
    false_alarm_s,
)
from coursekit.sims.failover.lifetimes import Tier, live, promised, tier_availability
from coursekit.sims.failover.own_wait import try_rule
from coursekit.sims.failover.sessions import Sessions, move, survivors
from coursekit.sims.failover.site import Site, availability_of, causes
from coursekit.sims.message import ParameterError

close = pytest.approx
shares = st.floats(0, 1)


@pytest.mark.parametrize(
    "interval, fall, delay, best, worst, mean",
    [(2, 3, 0, 4, 6, 5), (2, 3, 2, 6, 8, 7), (1, 1, 0, 0, 1, 0.5), (1, 3, 1, 3, 4, 3.5)],
)
def test_detection(interval, fall, delay, best, worst, mean):
    found = detection(interval, fall, delay)
    assert (found.best, found.worst, found.mean) == (best, worst, mean)


@pytest.mark.parametrize(
    "loss, fall, checks",
    [(.05, 1, 20), (.05, 2, 420), (.05, 3, 8420), (.01, 3, 1_010_100), (.1, 3, 1110), (.5, 3, 14),
     (0, 2, math.inf), (1, 3, 3)],
)  # fmt: skip
def test_checks_until_a_false_alarm(loss, fall, checks):
    assert expected_checks(loss, fall) == close(checks, rel=1e-9)


def test_a_false_takeover_every_eleven_days():
    assert false_alarm_s(0.01, 1, 3) / 86_400 == close(11.69, abs=0.01)
    assert false_alarm_s(0.05, 1, 3) / 60 == close(140.3, abs=0.1)


@pytest.mark.parametrize("loss, fall", [(0.1, 1), (0.1, 2), (0.3, 3)])
def test_false_alarms_counted_are_those_expected(loss, fall):
    checks = 2_000_000
    found = count_alarms(loss, fall, checks, np.random.default_rng(5))
    assert found == close(checks / expected_checks(loss, fall), rel=0.03)


def test_the_quickest_check_that_is_quiet_enough():
    assert choose(0.05, 1, 86_400) == Choice(0.5, 5, 3.5, close(1_684_210.0, rel=1e-6))
    assert choose(0.5, 1, 1e9) is None
    for loss, least in product((0.01, 0.1, 0.2), (3600, 86_400)):
        best = choose(loss, 2, least)
        assert best.alarm_s >= least
        assert not any(
            detection(i, k, 2).worst < best.worst_s and false_alarm_s(loss, i, k) >= least
            for i in (0.5, 1, 2, 5, 10) for k in range(1, 11)
        )  # fmt: skip


@pytest.mark.parametrize(
    "percent, minutes", [(99, 5256), (99.9, 525.6), (99.95, 262.8), (99.99, 52.56), (99.999, 5.256)]
)
def test_downtime_of_the_nines(percent, minutes):
    assert downtime_min(percent / 100) == close(minutes, rel=1e-9)


def test_series_parallel_and_common_cause():
    assert series([0.999, 0.9995, 0.998]) == close(0.996503499, rel=1e-9)
    assert parallel([0.99, 0.99]) == close(0.9999, rel=1e-12)
    assert common_cause(0.01, 0.1, 2) == close(0.998919, rel=1e-9)


@pytest.mark.parametrize(
    "k, n, a, result",
    [(2, 3, .99, .999702), (4, 5, .99, .9990198504), (4, 6, .99, .9999804464), (4, 4, .99, .96059601), (1, 3, .9, .999)],
)  # fmt: skip
def test_k_of_n(k, n, a, result):
    assert k_of_n(k, [a] * n) == close(result, rel=1e-9)
    exact = sum(math.comb(n, i) * a**i * (1 - a) ** (n - i) for i in range(k, n + 1))
    assert k_of_n(k, [a] * n) == close(exact, rel=1e-12)


SITE = {
    "series": [
        {"kofn": {"k": 1, "items": [0.999, 0.999]}},
        {"kofn": {"k": 2, "items": [0.995] * 3}},
        0.9995,
    ]
}


def test_a_whole_site():
    assert evaluate(SITE) == close(0.99942428794971, rel=1e-12)
    assert downtime_min(evaluate(SITE)) == close(302.594, abs=1e-3)
    one = {"series": [0.999, *SITE["series"][1:]]}
    assert downtime_min(evaluate(one)) == close(827.367, abs=1e-3)


def test_a_pair_whose_failover_is_not_perfect():
    single = 1 - steady(2000, 4)
    assert single * 525_600 == close(1049.10, abs=0.005)
    for switch, coverage, minutes in ((3.6, 1, 2.35682), (3.6, 0.95, 54.9037), (60, 1, 6.47402)):
        assert downtime_min(failover_pair(2000, 4, switch, coverage)) == close(minutes, rel=1e-5)


@given(st.lists(shares, min_size=2, max_size=6))
def test_k_of_n_agrees_with_counting_every_case(parts):
    for k in range(1, len(parts) + 1):
        exact = sum(
            math.prod(a if up else 1 - a for a, up in zip(parts, case, strict=True))
            for case in product((0, 1), repeat=len(parts)) if sum(case) >= k
        )  # fmt: skip
        assert k_of_n(k, parts) == close(exact, abs=1e-12)


@given(st.lists(shares, min_size=1, max_size=5), shares)
def test_one_more_in_parallel_never_hurts_and_in_series_never_helps(parts, more):
    assert parallel([*parts, more]) >= parallel(parts) - 1e-12
    assert series([*parts, more]) <= series(parts)


@pytest.mark.parametrize(
    "tiers",
    [
        [Tier(n=1, mtbf_h=200, mttr_h=10)],
        [Tier(n=2, mtbf_h=100, mttr_h=10)],
        [Tier(n=3, k=2, mtbf_h=100, mttr_h=10), Tier(n=1, mtbf_h=500, mttr_h=5)],
        [Tier(n=2, mtbf_h=300, mttr_h=6, beta=0.1)],
    ],
    ids=str,
)
def test_lives_counted_agree_with_the_formula(tiers):
    found = live(tiers, years=40, trials=60, rng=np.random.default_rng(11))
    wanted = promised(tiers)
    # The beta formula leaves out products of rare things: some per cent of the unavailability.
    assert abs(found.availability - wanted) < 4 * found.standard_error + 0.03 * (1 - wanted)
    assert found.standard_error < 0.1 * (1 - wanted)


def test_tiers_meet_the_pair_and_the_single_part():
    assert tier_availability(Tier(n=2, mtbf_h=99, mttr_h=1, beta=0.1)) == close(0.998919, rel=1e-9)
    assert tier_availability(Tier(n=1, mtbf_h=99, mttr_h=1, beta=0.1)) == close(0.99)
    assert tier_availability(Tier(n=3, k=2, mtbf_h=99, mttr_h=1)) == close(0.999702, rel=1e-9)


@pytest.mark.parametrize("lag, kept", [(math.inf, 0), (0, 1), (30, math.exp(-0.5))])
def test_connections_outlive_the_move_if_their_state_was_copied(lag, kept):
    sessions = Sessions(rate=20, mean_s=60, lag_s=lag)
    found = move(sessions, 2.5)
    assert (found.open, found.refused) == (1200, 50)
    assert found.open - found.broken == close(1200 * kept, abs=1e-9)
    rng = np.random.default_rng(4)
    drawn = np.array([survivors(sessions, rng) for _ in range(30)]).mean(axis=0)
    assert drawn == close([1200, 1200 * kept], abs=25)


def test_what_is_left_carries_the_load_of_the_dead():
    assert after_failure(3, 0.6) == close(0.9)
    assert safe_utilisation(3) == close(2 / 3)
    assert after_failure(4, safe_utilisation(4)) == close(1)
    assert [each.switch_s for each in STANDBYS] == sorted(
        (e.switch_s for e in STANDBYS), reverse=True
    )


def test_the_rule_of_the_rfc_elects_the_best_and_one_only():
    found = try_rule(lambda p, a: 3 * a + (256 - p) * a / 256, (200, 150, 100), 1.0)
    assert (found.heir, found.best, found.double_s, found.alarms) == ("r2", "r2", 0, 0)
    assert found.waits[0] == 3.21875


def test_bad_rules_are_seen():
    same = try_rule(lambda p, a: 3 * a, (200, 150, 100), 1.0)
    assert (same.waits, same.alarms) == ((3, 3, 3), 0)
    upside_down = try_rule(lambda p, a: 3 * a + p / 256, (200, 150, 100), 1.0)
    assert (upside_down.heir, upside_down.best) == ("r3", "r2")
    hasty = try_rule(lambda p, a: a * (256 - p) / 256, (200, 150, 100), 1.0)
    assert hasty.alarms > 0


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: detection(0, 1), "interval=0"),
        (lambda: detection(1, 0), "fall=0"),
        (lambda: detection(1, 1, -1), "delay_s=-1"),
        (lambda: expected_checks(2, 1), "loss=2"),
        (lambda: count_alarms(0.1, 1, -1, None), "checks=-1"),
        (lambda: steady(0, 1), "mtbf_h=0"),
        (lambda: steady(1, -1), "mttr_h=-1"),
        (lambda: series([2]), "availability=2"),
        (lambda: k_of_n(3, [0.9, 0.9]), "k=3: choose 1 to 2"),
        (lambda: common_cause(0.1, 2, 2), "beta=2"),
        (lambda: common_cause(0.1, 0.1, 0), "n=0"),
        (lambda: failover_pair(1, 1, 1, 2), "coverage=2"),
        (lambda: failover_pair(1, 1, -1, 1), "switch_s=-1"),
        (lambda: evaluate({"or": []}), "give a number, a series or a kofn"),
        (lambda: Tier(n=2, k=3), "k=3"),
        (lambda: Tier(mtbf_h=0), "mtbf_h=0"),
        (lambda: Tier(beta=-1), "beta=-1"),
        (lambda: live([], years=0, trials=2, rng=None), "years=0"),
        (lambda: live([], years=1, trials=1, rng=None), "trials=1"),
        (lambda: Sessions(rate=0), "rate=0"),
        (lambda: Sessions(lag_s=-1), "lag_s=-1"),
        (lambda: move(Sessions(), -1), "outage_s=-1"),
        (lambda: after_failure(2, 0.5, 2), "failed=2: choose 0 to 1"),
        (lambda: after_failure(2, -1), "utilisation=-1"),
        (lambda: safe_utilisation(1), "nodes=1"),
        (
            lambda: try_rule(lambda p, a: None, (200, 100), 1.0),
            r"wait\(200, 1.0\)=None: return a number",
        ),
        (lambda: try_rule(lambda p, a: 0, (200, 100), 1.0), r"wait\(200, 1.0\)=0: choose 0.01"),
    ],
)
def test_errors_say_name_value_and_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_the_site_of_the_specification():
    site = Site()
    assert availability_of(site) == close(0.99942428794971, rel=1e-9)
    assert downtime_min(availability_of(replace(site, balancers=1))) == close(827.367, abs=1e-3)


def test_the_minutes_of_a_pair_are_those_of_its_formula():
    site = Site(balancer_mtbf_h=2000, switch_s=3.6, coverage=0.95)
    mine = sum(lost.minutes for lost in causes(site) if lost.part == "balancer")
    assert mine == close(54.9037, rel=1e-5)
    common = {(lost.part, lost.cause): lost.minutes for lost in causes(replace(site, beta=0.1))}
    assert common["balancer", "common"] == close(104.910, abs=0.001)
    assert common["database", "common"] == 0
    with pytest.raises(ParameterError, match="k=4: choose 1 to 3"):
        Site(needed=4)
    with pytest.raises(ParameterError, match="coverage=2"):
        Site(coverage=2)
    with pytest.raises(ParameterError, match="switch_s=-1"):
        Site(switch_s=-1)
