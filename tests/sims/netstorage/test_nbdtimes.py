"""How long a request takes on a way with a delay and losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.latency import CPU_S, DEVICES
from coursekit.sims.netstorage.nbdtimes import RESEND_S, SEGMENT, law, lost_share


def test_segments_are_lost_each_for_itself():
    assert lost_share(0.0, 10_000) == 0
    assert lost_share(0.1, 1) == pytest.approx(0.1)
    assert lost_share(0.1, SEGMENT) == pytest.approx(0.1)
    assert lost_share(0.1, SEGMENT + 1) == pytest.approx(0.19)


def test_without_loss_the_delay_is_paid_twice():
    found = law(0.005)
    assert found.times[0] == (pytest.approx(0.01 + CPU_S + DEVICES["ram"].time_s(4096)), 1)
    assert found.mean_s == pytest.approx(found.times[0][0])


@given(st.floats(0, 0.5), st.floats(0, 0.9), st.integers(0, 60_000))
def test_the_chances_are_all(delay, loss, size):
    found = law(delay, loss, size)
    assert sum(share for _s, share in found.times) == pytest.approx(1)
    assert np.diff([seconds for seconds, _share in found.times]) == pytest.approx([RESEND_S] * 2)
    assert found.times[0][0] <= found.mean_s + 1e-12


def test_the_mean_is_that_of_a_game_of_dice():
    rng, loss, size = np.random.default_rng(2), 0.03, 4096
    segments = [1, 3]  # 28 bytes there, 16 + 4096 back
    waits = sum((rng.random((40_000, n)) < loss).any(axis=1) for n in segments)
    found = law(0.0, loss, size)
    error = waits.std() / 200 * RESEND_S
    assert found.mean_s - found.times[0][0] == pytest.approx(waits.mean() * RESEND_S, abs=4 * error)


@pytest.mark.parametrize(
    ("values", "says"),
    [((-1.0,), "delay_s=-1.0"), ((0.0, 1.0), "loss=1.0"), ((0.0, 0.1, -17), "size=-1")],
)
def test_errors(values, says):
    with pytest.raises(ParameterError, match=says):
        law(*values)
