"""The smallest pool that keeps a promise: the vector of the specification, then laws."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.balancing.sizing import Promise, size


def test_twelve_servers_for_a_hundred_requests():
    """Spec 3-V14."""
    found = size(Promise())
    late = dict(zip(found.counts, found.late, strict=True))

    assert found.needed == 12
    assert (late[11], late[12]) == pytest.approx((0.060492, 0.019498), abs=1e-6)
    assert late[8] == 1  # 96 a second for 100
    assert found.busy(8) > 1 > found.busy(9)
    assert len(found.counts) == 9


@given(
    rate=st.floats(0.5, 1000),
    service=st.floats(1, 50),
    limit=st.floats(0, 1),
    tail=st.floats(0.001, 0.2),
)
def test_more_servers_never_wait_longer_and_the_needed_is_the_first_that_does(
    rate, service, limit, tail
):
    found = size(Promise(rate=rate, service=service, limit=limit, tail=tail))

    assert all(a >= b for a, b in pairwise(found.late))
    kept = [count for count, late in zip(found.counts, found.late, strict=True) if late <= tail]
    assert kept[0] == found.needed
    assert found.busy(found.needed) < 1


def test_a_bad_span_is_named():
    with pytest.raises(ValueError, match="span=0"):
        size(Promise(), span=0)
