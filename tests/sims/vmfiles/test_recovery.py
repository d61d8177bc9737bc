"""An accident on the line of backups: RPO, RTO, and a window that changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles.recovery import Service, strike


def test_just_before_a_backup_is_whole():
    """Vector 5-V10: 28 h at worst, and 1.3889 h to read 1000 GB at 0.2 GB/s."""
    found = strike(Service(), 51.999)

    assert found.worst == 28
    assert found.loss == pytest.approx(27.999)
    assert dict(found.steps)["transfer"] == pytest.approx(1.3889, abs=5e-5)
    assert found.back == pytest.approx(2.8889, abs=5e-5)
    assert (found.used, [each.whole for each in found.backups]) == (1, [True, True, False])


def test_once_it_is_whole_it_counts_from_its_start():
    assert strike(Service(), 52).loss == 4
    assert strike(Service(), 52).used == 2


@given(st.integers(1, 48), st.integers(0, 8), st.integers(0, 4000))
def test_the_loss_lies_between_a_duration_and_the_worst_case(period, quarters, tenths):
    """And it is what a walk over all backups from the first on finds."""
    duration, at = min(period, quarters / 4), tenths / 10
    found = strike(Service(period=period, duration=duration), at)

    assert duration <= found.loss < found.worst or found.loss == duration
    whole = [k * period for k in range(5000) if k * period + duration <= found.at]
    assert found.loss == pytest.approx(found.at - whole[-1])
    assert found.used == len(whole) - 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"period": 2}, "duration_h=4.0: choose 0 to 2, the period"),
        ({"gb_s": 0}, "gb_s=0: choose more than 0"),
        ({"detect": -1}, "detect_h=-1: choose 0 or more"),
    ],
)
def test_a_service_that_cannot_be_is_refused(values, says):
    with pytest.raises(ParameterError, match=says):
        Service(**values)
    with pytest.raises(ParameterError, match="at=-1"):
        strike(Service(), -1)
