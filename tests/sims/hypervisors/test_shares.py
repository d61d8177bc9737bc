"""CPU shares and ready time: vectors, laws, bisection as a second opinion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors.shares import Claim, fair_shares, level, ready, ready_percent
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize(
    "claims, expected",
    [  # 4-V14
        ([(6000, 2000), (6000, 1000), (6000, 1000)], [4000, 2000, 2000]),
        ([(6000, 1, 5000), (6000, 1), (6000, 1, 0, 1000)], [5000, 2000, 1000]),
        ([(1000, 1), (6000, 1), (6000, 2)], [1000, 7000 / 3, 14000 / 3]),
    ],
)
def test_the_vectors(claims, expected):
    names = ("demand", "shares", "res", "limit")
    asked = [Claim(**dict(zip(names, claim, strict=False))) for claim in claims]
    assert fair_shares(8000, asked) == pytest.approx(expected)


@pytest.mark.parametrize(
    "demands, percent, ms",
    [  # 4-V15
        ([1] * 8, [50] * 8, [10_000] * 8),
        ([0.5] * 6, [0] * 6, [0] * 6),
        ([0.2, 0.2, 1, 1, 1, 1, 1], [0, 0, *[28] * 5], [0, 0, *[5600] * 5]),
    ],
)
def test_ready_time(demands, percent, ms):
    found = ready(4, [Claim(demand=each) for each in demands])
    assert [one.percent for one in found] == pytest.approx(percent)
    assert [one.ms for one in found] == pytest.approx(ms)


def test_a_charts_milliseconds():
    """4-V16."""
    assert ready_percent(1000) == pytest.approx(5)
    assert ready_percent(4000) == pytest.approx(20)
    assert ready_percent(4000, vcpus=4) == pytest.approx(5)


def test_a_limit_makes_a_machine_wait_on_an_idle_host():
    (one,) = ready(16, [Claim(demand=1, limit=0.25)])
    assert one.percent == 75


mhz = st.floats(0, 10_000)
claims = st.lists(
    st.builds(
        Claim, demand=mhz, shares=st.floats(1, 8000), res=st.floats(0, 100), limit=st.none() | mhz
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def bisected(capacity, asked):
    """The specification's way: 200 halvings."""
    if sum(each.cap for each in asked) <= capacity:
        return [each.cap for each in asked]
    low, high = 0.0, 1e9
    for _step in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(e.at(middle) for e in asked) < capacity else (low, middle)
    return [each.at(high) for each in asked]


@given(asked=claims, capacity=st.floats(1200, 30_000))
def test_laws_of_fair_shares(asked, capacity):
    given_ = fair_shares(capacity, asked)
    assert sum(given_) == pytest.approx(min(capacity, sum(each.cap for each in asked)), abs=1e-6)
    for one, x in zip(asked, given_, strict=True):
        assert one.floor <= x <= one.cap
    assert given_ == pytest.approx(bisected(capacity, asked), rel=1e-6, abs=1e-4)
    worth = level(capacity, asked)
    if worth is not None:  # nobody between its bounds gets another price than the others
        for one, x in zip(asked, given_, strict=True):
            if one.floor < x < one.cap:
                assert x == pytest.approx(worth * one.shares)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Claim(demand=-1), "demand=-1: choose 0 or more"),
        (lambda: Claim(demand=1, shares=0), "shares=0: choose more than 0"),
        (lambda: Claim(demand=1, limit=-1), "limit=-1: choose 0 or more"),
        (lambda: fair_shares(-1, []), "capacity=-1: choose 0 or more"),
        (
            lambda: fair_shares(1, [Claim(demand=2, res=2)]),
            "capacity=1: less than the 2 that is reserved",
        ),
        (lambda: ready(1, [Claim(demand=2)]), "demand=2: choose 0 to 1"),
        (lambda: ready_percent(1, vcpus=0), "vcpus=0: choose 1 or more"),
        (lambda: ready_percent(1, sample=0), "sample=0: choose more than 0"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
