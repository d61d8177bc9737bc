"""A crowd of waiting clients: the two means that one can work out by hand, and chance."""

import pytest

from coursekit.sims.balancing.closed import Closed, run
from coursekit.sims.message import ParameterError


def test_taking_turns_makes_everybody_wait_for_the_slow_one():
    """Equal counts: the mean is the mean of the times."""
    ran = run(Closed(policy="roundrobin", seconds=60))
    assert max(ran.counts) - min(ran.counts) <= 1
    assert ran.mean == pytest.approx((0.03 + 0.03 + 0.3) / 3, rel=0.01)


def test_least_connections_shares_by_speed():
    """As many in progress at each, so counts go by 1 / time: the mean is the harmonic one."""
    ran = run(Closed(policy="leastconn", seconds=60))
    assert ran.shares[2] == pytest.approx((1 / 0.3) / (2 / 0.03 + 1 / 0.3), rel=0.03)
    assert ran.mean == pytest.approx(3 / (2 / 0.03 + 1 / 0.3), rel=0.03)


def test_one_client_at_a_time_gets_turns_from_either():
    for policy in ("roundrobin", "leastconn"):
        assert run(Closed(policy=policy, times=(0.1, 0.1, 0.1), clients=1, seconds=0.89)).counts == (3, 3, 3)  # fmt: skip


@pytest.mark.parametrize("values, says", [({"policy": "first"}, "policy=first"), ({"clients": 0}, "clients=0"), ({"times": ()}, "servers=0"), ({"seconds": 0}, "seconds=0")])  # fmt: skip
def test_what_cannot_be(values, says):
    with pytest.raises(ParameterError, match=says):
        Closed(**values)
