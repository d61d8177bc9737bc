"""All policies on one trace, and one pool at many loads: the formulas, and what each run shares."""

import numpy as np
import pytest

from coursekit.sims.balancing.curve import inside, measured, predicted
from coursekit.sims.balancing.formulas import two_choices
from coursekit.sims.balancing.race import ENTRANTS, Race, overfed, run, settled, within


def test_every_policy_meets_the_same_requests_and_ends_with_its_share_done():
    found = run(Race())

    assert list(found) == list(ENTRANTS)
    for finish in found.values():
        assert len(finish.responses) == 2000
        assert (np.diff(finish.responses) >= 0).all()
        assert within(finish, np.array([0.0, finish.measured.p95, 1e9])).tolist() == [
            0.0, pytest.approx(0.95, abs=0.01), 1.0,
        ]  # fmt: skip


def test_the_order_of_predictions_1_to_3_shows_in_a_short_run_already():
    """Random, turns, two choices, least connections; with equal jobs turns win; herds lose."""
    varied = {name: each.measured.mean for name, each in run(Race()).items()}
    equal = {name: each.measured.mean for name, each in run(Race(law="det")).items()}
    herd = {name: each.measured.mean for name, each in run(Race(report=10.0)).items()}

    assert varied["random"] > varied["rr"] > varied["p2c"] > varied["least_conn"] > varied["shared"]
    assert equal["rr"] < equal["least_conn"] < equal["p2c"]
    assert herd["cpu"] > 3 * herd["random"]


def test_a_long_run_comes_to_the_predicted_means():
    found = {name: each.measured.mean for name, each in settled(Race()).items()}

    for name, mean in (
        ("random", 11.1),
        ("rr", 6.2),
        ("p2c", 3.2),
        ("least_conn", 2.0),
        ("cpu", 10.3),
    ):
        assert found[name] == pytest.approx(mean, rel=0.15), name


def test_a_slow_server_is_overfed_by_turns_until_weights_follow():
    """Prediction 4: a third of the requests for a ninth of the power."""
    slow = Race(servers=3, slow=True, load=0.7)
    weighted = Race(servers=3, slow=True, load=0.7, weighted=True)

    assert slow.speeds == (0.25, 1, 1)
    assert overfed(slow.pool("rr")) == overfed(slow.pool("random")) == (0,)
    assert overfed(slow.pool("least_conn")) == ()
    assert weighted.pool("rr").policy == "swrr"
    assert overfed(weighted.pool("rr")) == overfed(weighted.pool("random")) == ()
    assert "shared" not in run(slow)
    assert settled(weighted)["rr"].measured.mean == pytest.approx(3.2, rel=0.1)


@pytest.mark.parametrize("lines, servers", [("one", 1), ("one", 4), ("separate", 4)])
def test_measured_points_come_near_the_formula(lines, servers):
    loads = (0.5, 0.7)
    points = measured(lines, servers, loads, requests=100_000, law="exp", seed=1)

    for load, point in zip(loads, points, strict=True):
        assert point == pytest.approx(predicted(lines, servers, load), rel=0.07)


def test_one_line_is_shorter_and_equal_jobs_wait_half():
    """Pollaczek and Khinchine: with equal jobs an M/D/1 waits half of what an M/M/1 waits."""
    assert predicted("one", 4, 0.8) == pytest.approx(1.745541, abs=1e-6)
    assert predicted("separate", 4, 0.8) == pytest.approx(5)
    (equal,) = measured("one", 1, (0.8,), requests=100_000, law="det", seed=2)
    assert equal - 1 == pytest.approx((predicted("one", 1, 0.8) - 1) / 2, rel=0.05)
    assert two_choices(0.8) < predicted("separate", 4, 0.8)


def test_little_counts_who_is_inside():
    among = inside(4, 0.8, predicted("one", 4, 0.8))

    assert among.served == pytest.approx(3.2)
    assert among.waiting == pytest.approx(0.596432 * 0.8 / 0.2, rel=1e-5)  # Erlang C · ρ/(1 − ρ)


def test_a_bad_race_names_the_value():
    with pytest.raises(ValueError, match="servers=0"):
        Race(servers=0)
    with pytest.raises(ValueError, match="lines=two"):
        measured("two", 1, (0.5,), requests=10, law="exp", seed=1)
