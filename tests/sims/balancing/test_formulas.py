"""Formulas against the books' tables and against each other."""

from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.balancing import formulas as f
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize(
    "servers, offered, chance",  # 3-V10
    [
        (1, 0.8, 0.8), (2, 1, 0.333333), (2, 1.6, 0.711111), (3, 2, 0.444444), (4, 3.2, 0.596432),
        (8, 6.4, 0.457645), (10, 8, 0.409180), (10, 9, 0.668732), (100, 80, 0.019646),
    ],
)  # fmt: skip
def test_erlang_c(servers, offered, chance):
    assert f.erlang_c(servers, offered) == pytest.approx(chance, abs=1e-6)


@pytest.mark.parametrize(
    "servers, offered, chance", [(2, 1, 0.2), (3, 2, 0.210526), (10, 8, 0.121661)]
)
def test_erlang_b(servers, offered, chance):
    """3-V11"""
    assert f.erlang_b(servers, offered) == pytest.approx(chance, abs=1e-6)


@pytest.mark.parametrize(
    "load, mean, p99",  # 3-V12
    [(0.5, 2, 9.2103), (0.8, 5, 23.0259), (0.9, 10, 46.0517), (0.95, 20, 92.1034), (0.99, 100, 460.517)],
)  # fmt: skip
def test_one_server(load, mean, p99):
    assert f.mm1_response(load, 1) == pytest.approx(mean)
    assert f.mm1_quantile(load, 1, 0.99) == pytest.approx(p99, rel=1e-5)
    assert f.mmc_response(1, load, 1) == pytest.approx(mean)
    assert f.mean_in_system(load, mean) == pytest.approx(load / (1 - load))


@pytest.mark.parametrize(
    "load, mean", [(0.5, 1.265686), (0.8, 1.947363), (0.9, 2.614057), (0.99, 5.431997)]
)
def test_two_choices(load, mean):
    """3-V13; with one draw it is M/M/1"""
    assert f.two_choices(load) == pytest.approx(mean, abs=1e-6)
    assert f.two_choices(load, 1) == pytest.approx(f.mm1_response(load, 1))
    assert f.two_choices(load, 3) < f.two_choices(load)


def test_servers_needed():
    """3-V14"""
    assert f.servers_needed(100, 12, 0.05, 0.05) == 12
    assert f.wait_exceeds(11, 100, 12, 0.05) == pytest.approx(0.060492, abs=1e-6)
    assert f.wait_exceeds(12, 100, 12, 0.05) == pytest.approx(0.019498, abs=1e-6)


@given(st.floats(1, 500), st.floats(1, 50), st.floats(0, 1), st.floats(0.001, 0.2))
def test_one_server_fewer_is_never_enough(lam, mu, t, p):
    c = f.servers_needed(lam, mu, t, p)
    assert f.wait_exceeds(c, lam, mu, t) <= p
    assert c == 1 or f.wait_exceeds(c - 1, lam, mu, t) > p


def test_fan_out_pooling_and_spare_capacity():
    """3-V16, and predictions 5 and 6"""
    assert f.fan_out(100, 0.01) == pytest.approx(0.633968, abs=1e-6)
    assert f.fan_out(2000, 1e-4) == pytest.approx(0.181277, abs=1e-6)  # the spec has 1 - e^-0.2
    assert f.mmc_response(4, 3.2, 1) == pytest.approx(1.745541, abs=1e-6)
    assert f.pooling_gain(4, 3.2, 1) == pytest.approx(5 / 1.745541, rel=1e-6)
    assert f.busy_after_loss(2, 0.6) == pytest.approx(1.2)
    assert isclose(f.retried_load(0.8, 0.25), 1.0)


def test_from_full_load_on_the_wait_has_no_end():
    assert f.mm1_response(1, 1) == f.mmc_response(2, 2, 1) == inf
    assert f.erlang_c(2, 2) == f.wait_exceeds(2, 3, 1, 9) == 1


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: f.mm1_response(0, 1), "lam=0: choose more than 0"),
        (lambda: f.mm1_response(1, 0), "mu=0: choose more than 0"),
        (lambda: f.mm1_quantile(1, 2, 1), "p=1: choose a share"),
        (lambda: f.servers_needed(1, 1, 0, 0), "p=0: choose more"),
        (lambda: f.servers_needed(1, 1, -1, 0.1), "t=-1: choose 0"),
        (lambda: f.erlang_b(0, 1), "servers=0"),
        (lambda: f.erlang_b(1, -1), "offered=-1"),
        (lambda: f.two_choices(1), "load=1"),
        (lambda: f.two_choices(0.5, 0), "draws=0"),
        (lambda: f.fan_out(-1, 0), "calls=-1"),
        (lambda: f.fan_out(1, 2), "slow=2"),
        (lambda: f.busy_after_loss(2, 0.5, 2), "lost=2: choose 0 to 1"),
        (lambda: f.retried_load(1, 2), "retried=2"),
        (lambda: f.pooling_gain(2, 2, 1), "lam=2: choose less"),
    ],
)
def test_a_bad_value_is_named(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
