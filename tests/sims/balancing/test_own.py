"""The reader's policy meets the same luck as ours, and is judged by what it did."""

import numpy as np
import pytest

from coursekit.sims.balancing.own import FIRST, RIVALS, against
from coursekit.sims.balancing.race import Race
from coursekit.sims.message import ParameterError


def fewest(_now, active):
    return active.index(min(active))


def test_our_own_rules_written_again_give_our_own_times():
    trial = against(fewest, Race(requests=1000))
    assert trial.yours.responses.tolist() == trial.rivals["least_conn"].responses.tolist()
    assert trial.in_vain == 0
    assert set(trial.beaten) == set(RIVALS) - {"least_conn"}


def test_turns_written_again_wait_in_vain():
    turns = iter(range(10_000))
    trial = against(lambda _now, active: next(turns) % len(active), Race(requests=1000))
    assert trial.yours.responses == pytest.approx(trial.rivals["rr"].responses)
    assert 0.1 < trial.in_vain < 0.9
    assert trial.first == tuple(k % 10 for k in range(FIRST))


def test_numpy_may_choose():
    trial = against(lambda _now, active: np.argmin(active), Race(requests=200))
    assert trial.yours.measured.mean == trial.rivals["least_conn"].measured.mean


@pytest.mark.parametrize("wrong", [10, -1, None, "a", 1.0, [0]])
def test_a_server_that_is_not_there_is_named(wrong):
    with pytest.raises(ParameterError, match="request 0: server="):
        against(lambda _now, _active: wrong, Race(requests=20))


def test_what_the_policy_raises_comes_through():
    with pytest.raises(ZeroDivisionError):
        against(lambda _now, _active: 1 // 0, Race(requests=20))
