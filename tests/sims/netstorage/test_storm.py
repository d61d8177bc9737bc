"""The boot storm: the formula's vectors, and a simulation that agrees with it and with bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.storm import Storm, formula_s, limit, play

STORMS = st.builds(
    Storm, clients=st.integers(1, 40), mb=st.floats(1, 2000), disk_mb_s=st.floats(50, 5000),
    server=st.builds(Link, gbps=st.sampled_from([1, 2.5, 10, 25])), spread_s=st.floats(0, 300),
)  # fmt: skip


@pytest.mark.parametrize(
    ("storm", "seconds", "says"),
    [(Storm(clients=1), 4.2, "own link is full"), (Storm(), 127, "server’s link is full"),
     (Storm(server=Link(gbps=10)), 12.7, "server’s link is full"),
     (Storm(server=Link(gbps=10), disk_mb_s=200), 75, "server’s disks are the limit")],
)  # fmt: skip
def test_thirty_machines_at_eight(storm, seconds, says):
    assert formula_s(storm) == pytest.approx(seconds, rel=0.02)
    assert says in str(limit(storm))


@given(STORMS)
@settings(max_examples=60)
def test_without_a_spread_the_simulation_is_the_formula(storm):
    at_once = Storm(clients=storm.clients, mb=storm.mb, disk_mb_s=storm.disk_mb_s, server=storm.server)  # fmt: skip
    told = play(at_once, np.random.default_rng(1))
    assert told.end_s == pytest.approx(formula_s(at_once))


@given(STORMS, st.integers(0, 99))
@settings(max_examples=60)
def test_bounds_hold_whatever_the_spread(storm, seed):
    told = play(storm, np.random.default_rng(seed))
    alone = storm.mb / storm.each_mb_s(1)
    assert (told.waits_s > alone * (1 - 1e-9)).all()
    assert (told.waits_s < formula_s(storm) * (1 + 1e-9)).all()
    assert told.last_s >= storm.clients * storm.mb / storm.shared_mb_s * (1 - 1e-9)
    assert (np.diff(told.t) >= 0).all() and (np.diff(told.done_mb, axis=0) >= 0).all()
    assert told.done_mb[-1] == pytest.approx(storm.mb)
    assert told.done_mb.shape == (len(told.t), storm.clients)


@given(STORMS, st.integers(0, 99))
@settings(max_examples=30)
def test_the_server_never_gives_more_than_it_has(storm, seed):
    told = play(storm, np.random.default_rng(seed))
    steps = np.diff(told.t)
    given_mb = np.diff(told.done_mb.sum(axis=1))
    most = np.minimum(told.reading[:-1] * storm.alone_mb_s, storm.shared_mb_s) * steps
    assert given_mb == pytest.approx(most, rel=1e-6, abs=1e-6)  # and it never idles


def test_who_starts_far_apart_shares_nothing():
    told = play(Storm(clients=2, spread_s=86_400), np.random.default_rng(1))
    assert told.waits_s == pytest.approx(4.2486, abs=1e-3)
    assert told.reading.max() == 1


def test_a_spread_shortens_the_wait():
    waits = [play(Storm(spread_s=s), np.random.default_rng(1)).waits_s.mean() for s in (0, 60, 300)]
    assert waits[0] > waits[1] > waits[2]


@pytest.mark.parametrize(
    ("given", "says"),
    [({"clients": 0}, "clients=0: choose 1 to 500"), ({"mb": 0}, "mb=0: choose more"),
     ({"disk_mb_s": 0}, "mb_s=0: choose more"), ({"spread_s": -1}, "spread_s=-1: choose 0 s")],
)  # fmt: skip
def test_a_storm_that_cannot_be_names_the_rule(given, says):
    with pytest.raises(ParameterError, match=says):
        Storm(**given)
