"""The pool under load: a trace by hand, a second simulator, theory, the spec's predictions."""

import numpy as np
import pytest

from coursekit.sims.balancing.formulas import mm1_response, mmc_response, two_choices
from coursekit.sims.balancing.load import LAWS, POLICIES, Draws, Load, draw
from coursekit.sims.balancing.queues import measure, serve, serve_own
from coursekit.sims.message import ParameterError

TEN = (1.0,) * 10


def given(arrivals, sizes):
    """Draws that give these arrivals to two servers at load one half (one request a second)."""
    gaps = np.diff(arrivals, prepend=0.0).astype(float)
    return Draws(gaps, np.array(sizes, float), np.zeros((2, len(sizes))))


def mean(policy, load=0.9, law="exp", requests=40_000, speeds=TEN, **more):
    load = Load(policy=policy, speeds=speeds, load=load, **more)
    return measure(serve(load, draw(requests, 1, law)), len(speeds)).mean


def test_a_long_job_by_hand():
    """3-V15"""
    draws = given(range(6), [4, 1, 1, 1, 1, 1])
    two = {"speeds": (1.0, 1.0), "load": 0.5}

    turns = serve(Load(policy="rr", **two), draws)
    least = serve(Load(policy="least_conn", **two), draws)
    assert turns.response.tolist() == [4, 1, 3, 1, 2, 1]
    assert least.response.tolist() == [4, 1, 1, 1, 1, 1]
    assert turns.wait.tolist() == [0, 0, 2, 0, 1, 0]


def slowly(load, draws, servers):
    """The same run request by request, given who serves each."""
    free, now, out = [0.0] * len(load.speeds), 0.0, []
    for gap, size, server in zip(draws.gaps, draws.sizes, servers, strict=True):
        now += gap / load.rate
        free[server] = max(now, free[server]) + size / load.speeds[server]
        out.append(free[server] - now)
    return np.array(out)


@pytest.mark.parametrize("policy", [p for p in POLICIES if p != "shared"])
@pytest.mark.parametrize("speeds, weights", [((1.0,) * 8, ()), ((4.0, 2.0, 1.0), (4, 2, 1)), ((1.0,), ())])  # fmt: skip
def test_the_response_times_are_those_of_a_plain_loop(policy, speeds, weights):
    load, draws = Load(policy=policy, speeds=speeds, weights=weights), draw(5000, 3, "hyper")
    served = serve(load, draws)

    assert served.response == pytest.approx(slowly(load, draws, served.server), abs=1e-8)
    work = draws.sizes / np.array(speeds)[served.server]
    assert served.response - served.wait == pytest.approx(work, abs=1e-8)
    assert served.wait.min() > -1e-9


def test_least_connections_really_takes_the_least():
    """A second opinion that counts from the departures alone."""
    load, draws = Load(policy="least_conn", speeds=(1.0,) * 4), draw(800, 5)
    served = serve(load, draws)
    leave = served.arrival + served.response
    for k, now in enumerate(served.arrival):
        there = served.server[:k][leave[:k] > now]
        counts = np.bincount(there, minlength=4)
        assert served.server[k] == counts.argmin()


def test_one_line_serves_in_the_order_of_arrival():
    load = Load(policy="shared", speeds=(2.0,) * 3, load=0.9)
    served = serve(load, draw(2000, 2))
    starts = served.arrival + served.wait

    assert (np.diff(starts) >= -1e-9).all()
    for server in range(3):
        mine = served.server == server
        assert (starts[mine][1:] >= (served.arrival + served.response)[mine][:-1] - 1e-9).all()


def test_a_policy_of_the_readers_own_meets_the_same_luck():
    load, draws = Load(policy="least_conn", speeds=TEN, load=0.9), draw(3000, 1)

    own = serve_own(lambda _now, active: active.index(min(active)), load, draws)
    assert own.response.tolist() == serve(load, draws).response.tolist()
    with pytest.raises(ParameterError, match="request 0: server=10: choose 0 to 9"):
        serve_own(lambda _now, _active: 10, load, draws)


@pytest.mark.parametrize("servers, load", [(1, 0.8), (4, 0.8), (8, 0.9)])
def test_the_mean_is_erlangs_within_three_standard_errors(servers, load):
    means = []
    for seed in range(16):
        pool = Load(policy="shared", speeds=(1.0,) * servers, load=load)
        means.append(measure(serve(pool, draw(20_000, seed)), servers).mean)
    error = np.std(means, ddof=1) / 4

    assert abs(np.mean(means) - mmc_response(servers, load * servers, 1)) < 3 * error


def test_random_lines_are_mm1_within_three_standard_errors():
    means = [
        measure(serve(Load(policy="random"), draw(30_000, seed)), 4).mean for seed in range(16)
    ]
    assert abs(np.mean(means) - mm1_response(0.8, 1)) < 3 * np.std(means, ddof=1) / 4


def test_two_choices_come_near_the_limit_of_many_servers():
    assert mean("p2c", speeds=(1.0,) * 64) == pytest.approx(two_choices(0.9), rel=0.15)


@pytest.mark.parametrize(
    "policy, law, more, expected",  # predictions 1 to 3
    [
        ("random", "exp", {}, 11.1), ("rr", "exp", {}, 6.2), ("p2c", "exp", {}, 3.2),
        ("least_conn", "exp", {}, 2.0), ("rr", "det", {}, 1.36), ("p2c", "det", {}, 1.97),
        ("least_conn", "det", {}, 1.47), ("cpu", "exp", {"report_every": 2.0}, 10.3),
        ("cpu", "exp", {"report_every": 10.0}, 42),
    ],
)  # fmt: skip
def test_predicted_means(policy, law, more, expected):
    assert mean(policy, law=law, requests=200_000, **more) == pytest.approx(expected, rel=0.15)


def test_weights_save_a_pool_with_a_slow_server():
    """Prediction 4: a third of the requests for a ninth of the power has no end."""
    slow = {"speeds": (1.0, 1.0, 0.25), "load": 0.7}

    assert mean("swrr", weights=(4, 4, 1), **slow) == pytest.approx(3.2, rel=0.1)
    short, long = (mean("rr", requests=n, **slow) for n in (20_000, 80_000))
    assert long > 3.5 * short


def test_blind_shares_are_the_weights():
    for policy in ("swrr", "lvs_wrr", "static_rr"):
        pool = Load(policy=policy, speeds=(1.0,) * 3, weights=(2, 1, 1))
        assert measure(serve(pool, draw(40_000)), 3).shares == pytest.approx((0.5, 0.25, 0.25))


@pytest.mark.parametrize("law", LAWS)
def test_draws_have_mean_one_and_come_again(law):
    draws = draw(200_000, 4, law)

    assert draws.sizes.mean() == pytest.approx(1, abs=0.03)
    assert draws.gaps.mean() == pytest.approx(1, abs=0.01)
    assert (draws.sizes == draw(200_000, 4, law).sizes).all()
    assert (draws.gaps == draw(200_000, 4, "det").gaps).all()  # the law changes no arrival


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Load(policy="best"), "policy=best: choose one of rr"),
        (lambda: Load(speeds=()), r"speeds=\[\]"),
        (lambda: Load(speeds=(1.0, 0.0)), "speeds=.*all above 0"),
        (lambda: Load(load=0), "load=0"),
        (lambda: Load(report_every=0), "report_every=0"),
        (lambda: Load(policy="shared", speeds=(1.0, 2.0)), "one common queue"),
        (lambda: Load(weights=(1,)), r"weights=\[1\]: give one above 0 for each of the 4"),
        (lambda: draw(0), "requests=0"),
        (lambda: draw(1, 1, "best"), "law=best: choose one of exp, det, hyper"),
    ],
)
def test_a_bad_value_is_named(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
