"""Weighted turns: the spec's vectors, the orders of the real balancers, laws for all weights."""

from itertools import product
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.balancing.turns import (
    agent_weight,
    letters,
    lvs_added,
    lvs_configured,
    lvs_wrr,
    round_robin,
    shares,
    smooth_steps,
    static_rr,
)
from coursekit.sims.message import ParameterError

WEIGHTS = st.lists(st.integers(1, 30), min_size=1, max_size=6)


def smooth(weights, count, **more):
    return letters([step.pick for step in smooth_steps(weights, count, **more)])


def test_smooth_turns_and_the_currents_they_leave():
    """3-V1"""
    steps = smooth_steps((5, 1, 1), 7)

    assert letters([step.pick for step in steps]) == "aabacaa"
    assert [step.after.current for step in steps] == [
        (-2, 1, 1), (-4, 2, 2), (1, -4, 3), (-1, -3, 4), (4, -2, -2), (2, -1, -1), (0, 0, 0),
    ]  # fmt: skip
    assert steps[0].raised == (5, 1, 1)


@pytest.mark.parametrize(
    "weights, order",  # 3-V2; 4,2,1, 3,2,1 and 2,1,1 also from nginx 1.22.1
    [("4 2 1", "abacaba"), ("3 2 1", "abacba"), ("50 25 25", "abca"), ("5 3 2", "abcaabacba"), ("3 1", "aaba"), ("2 1 1", "abca")],
)  # fmt: skip
def test_smooth_order(weights, order):
    assert smooth(tuple(map(int, weights.split())), len(order)) == order


@pytest.mark.parametrize(
    "weights, order",  # 3-V3
    [("5 1 1", "aaaaabc"), ("4 3 2", "aababcabc"), ("50 25 25", "aabc"), ("3 1", "aaab")],
)
def test_ipvs_order(weights, order):
    assert letters(lvs_wrr(tuple(map(int, weights.split())), len(order))) == order


@pytest.mark.parametrize(
    "weights, order",
    [  # what ipvsadm 1.31 and Linux 6.1 gave to a client, connection by connection
        ((1, 1, 1), "cbacba"),
        ((5, 1, 1), "cbaaaaacbaaaaa"),
        ((3, 2, 1), "cbaabacbaaba"),
        ((4, 2, 1), "cbaaabacbaaaba"),
        ((2, 1, 1), "cbaacbaa"),
    ],
)
def test_ipvs_as_ipvsadm_leaves_it(weights, order):
    assert letters(lvs_configured(weights, len(order))) == order
    assert sorted(lvs_configured(weights, sum(weights))) == sorted(lvs_wrr(weights, sum(weights)))


@pytest.mark.parametrize(
    "weights, bar", [((4,), 1), ((4, 2), 1), ((2, 4), 1), ((0, 3), 1), ((1, 3), 1)]
)
def test_the_bar_begins_at_its_lowest(weights, bar):
    assert lvs_added(weights) == bar


@pytest.mark.parametrize(
    "weights, order",  # 3-V4, then recorded from HAProxy 2.6.12
    [
        ("5 1 1", "aaabaac"), ("4 3 2", "ababcaabc"), ("5 3 2", "aabacababc"),
        ("50 25 25", "aabc"), ("3 2 1", "aababc"), ("4 2 1", "aababac"), ("2 1 1", "aabc"),
    ],
)  # fmt: skip
def test_static_rr_order(weights, order):
    assert letters(static_rr(tuple(map(int, weights.split())), len(order))) == order


def test_a_failed_request_lowers_trust_and_success_brings_it_back():
    """3-V5"""
    assert smooth((4, 1), 8, failing=[0], max_fails=2) == "abaaabaa"
    assert smooth((4, 1), 8) == "aabaaaab"


def test_a_server_gone_keeps_its_current():
    assert smooth((5, 1, 1), 7, down=[(3, 0)]) == "aabcccc"
    last = smooth_steps((5, 1, 1), 7, down=[(3, 0)])
    assert {step.after.current[0] for step in last[3:]} == {last[2].after.current[0]}


def test_nobody_is_up():
    assert smooth((1, 1), 2, down=[(1, 0), (1, 1)]) == "a-"
    assert round_robin(2, 2, down=[0, 1]) == [None, None]


@given(WEIGHTS)
def test_a_cycle_gives_each_server_exactly_its_weight(weights):
    step = gcd(*weights)
    size = sum(weights) // step
    fair = [weight // step for weight in weights]

    for order in (lvs_wrr(weights, size), static_rr(weights, size)):
        assert [order.count(i) for i in range(len(weights))] == fair
    steps = smooth_steps(weights, size)
    assert [sum(s.pick == i for s in steps) for i in range(len(weights))] == fair
    assert all(sum(s.after.current) == 0 for s in steps)
    assert not any(steps[-1].after.current)


@pytest.mark.parametrize("down", [set(each) for each in product(range(3), repeat=2)])
def test_no_turn_goes_to_a_server_that_is_down(down):
    assert not down & set(round_robin(3, 12, down))
    picks = {s.pick for s in smooth_steps((3, 2, 1), 12, down=[(0, i) for i in down])}
    assert not down & picks
    assert picks == set(range(3)) - down


def test_round_robin_takes_turns_among_those_up():
    assert letters(round_robin(3, 7)) == "abcabca"
    assert letters(round_robin(3, 4, down=[1])) == "acac"


def test_shares_and_agents():
    assert shares((2, 1, 1)) == (0.5, 0.25, 0.25)
    assert [agent_weight(100, cpu) for cpu in (0, 25, 99.9, 100)] == [100, 75, 1, 1]


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: lvs_wrr((0, 0), 1), r"weights=\[0, 0\]: give whole numbers"),
        (lambda: static_rr((), 1), r"weights=\[\]"),
        (lambda: smooth_steps((1, -1), 1), r"weights=\[1, -1\]"),
        (lambda: smooth_steps((1, 1), 1, failing=[0], max_fails=0), "max_fails=0: choose 1"),
        (lambda: round_robin(0, 1), "servers=0: choose 1"),
        (lambda: agent_weight(1, 101), "cpu_percent=101: choose a share"),
    ],
)
def test_a_bad_value_is_named(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
