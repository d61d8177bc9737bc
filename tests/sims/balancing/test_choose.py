"""Informed choices, by hand; nobody ever gets a server that is down."""

from itertools import product

import numpy as np
import pytest

from coursekit.sims.balancing import choose as c
from coursekit.sims.balancing.turns import letters, smooth_start
from coursekit.sims.message import ParameterError


def pool(*active, weights=(), up=()):
    weights, up = weights or (1,) * len(active), up or (True,) * len(active)
    return [c.Server(active=a, weight=w, up=u) for a, w, u in zip(active, weights, up, strict=True)]


def test_least_connections_weigh_what_is_in_progress():
    assert c.least_conn(pool(3, 1, 2)) == 1
    assert c.least_conn(pool(1, 1, 1)) == 0
    assert c.least_conn(pool(5, 3, weights=(2, 1))) == 0  # 2.5 a weight against 3


def test_the_kin_differ_where_one_is_idle_and_slow():
    """sed asks what the delay would be with the request: (3+1)/4 = 1 equals (0+1)/1."""
    busy = pool(4, 0, weights=(4, 1))

    assert c.least_conn(busy) == c.nq(busy) == 1
    assert c.sed(pool(2, 0, weights=(4, 1))) == 0
    assert c.nq(pool(2, 0, weights=(4, 1))) == 1
    assert c.nq(pool(2, 1, weights=(4, 1))) == 0


def test_wlc_counts_connections_just_closed():
    servers = [c.Server(active=1), c.Server(inactive=255)]
    assert c.wlc(servers) == 1
    assert c.wlc([c.Server(active=1), c.Server(inactive=257)]) == 0


def test_ties_are_shared_by_smooth_turns():
    state, picks = smooth_start((5, 1, 1)), []
    for _each in range(7):
        pick, state = c.tied_least_conn(pool(0, 0, 0, weights=(5, 1, 1)), state)
        picks.append(pick)
    assert letters(picks) == "aabacaa"
    assert c.tied_least_conn(pool(1, 0, 2), state) == (1, state)


def test_two_choices_take_the_less_busy_of_two_different_servers():
    rng = np.random.default_rng(1)
    picks = [c.p2c(pool(9, 1, 5), rng) for _each in range(600)]

    assert 0 not in picks  # the busiest loses against either other
    assert picks.count(1) == pytest.approx(400, abs=50)
    assert c.p2c(pool(3), rng) == 0


def test_random_keeps_the_weights():
    rng = np.random.default_rng(2)
    picks = [c.weighted_random(pool(0, 0, weights=(3, 1)), rng) for _each in range(4000)]
    assert picks.count(0) == pytest.approx(3000, abs=110)


def test_a_report_is_believed_however_old():
    assert c.least_cpu(pool(9, 0, 0), [0, 1, 2]) == 0
    assert c.least_cpu(pool(0, 0, weights=(1, 2)), [1, 1]) == 1


CHOICES = [
    c.least_conn, c.wlc, c.sed, c.nq,
    lambda p: c.p2c(p, np.random.default_rng(3)),
    lambda p: c.weighted_random(p, np.random.default_rng(3)),
    lambda p: c.least_cpu(p, [0] * len(p)),
    lambda p: c.tied_least_conn(p, smooth_start((1,) * len(p)))[0],
]  # fmt: skip


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("up", list(product((True, False), repeat=3)))
def test_only_servers_that_are_up(choose, up):
    pick = choose(pool(0, 2, 1, up=up))
    assert pick is None if not any(up) else up[pick]


@pytest.mark.parametrize("values, says", [({"weight": 0}, "weight=0"), ({"active": -1}, "active=-1"), ({"inactive": -2}, "active=-2")])  # fmt: skip
def test_a_bad_server_is_named(values, says):
    with pytest.raises(ParameterError, match=says):
        c.Server(**values)
