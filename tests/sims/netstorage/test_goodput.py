"""V11.1, the toll of loss, frames; what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.goodput import (  # fmt: skip
    RATES,
    Link,
    bound_mb_s,
    frame,
    goodput_mb_s,
    wire_mb_s,
)

LINKS = st.builds(
    Link, gbps=st.floats(0.1, 400), rtt_s=st.floats(1e-5, 1), mtu=st.integers(100, 9216),
    timestamps=st.booleans(), loss=st.floats(0, 0.5),
)  # fmt: skip


@pytest.mark.parametrize(
    ("gbps", "mtu", "mb_s"),
    [(1, 1500, 117.69), (1, 9000, 123.76), (2.5, 1500, 294.21), (10, 1500, 1176.85),
     (10, 9000, 1237.55), (25, 1500, 2942.13), (100, 1500, 11768.53)],
)  # fmt: skip
def test_v11_1(gbps, mtu, mb_s):
    assert goodput_mb_s(Link(gbps=gbps, mtu=mtu)) == pytest.approx(mb_s, abs=0.005)


def test_v11_1_without_timestamps():
    assert goodput_mb_s(Link(timestamps=False)) == pytest.approx(118.66, abs=0.005)


def test_a_full_frame_has_1538_bytes_of_which_1448_are_data():
    parts = frame(Link())
    assert sum(each.bytes for each in parts) == 1538
    assert [each.bytes for each in parts if each.data] == [1448]
    assert len(frame(Link(timestamps=False))) == len(parts) - 1


@given(LINKS)
def test_the_goodput_is_the_share_of_data_in_a_frame(link):
    parts = frame(link)
    share = sum(each.bytes for each in parts if each.data) / sum(each.bytes for each in parts)
    assert wire_mb_s(link) == pytest.approx(link.gbps * 125 * share)
    assert goodput_mb_s(link) == min(wire_mb_s(link), bound_mb_s(link))


def test_the_toll_of_loss_as_mathis_gives_it():
    """1 % of loss, 100 ms, 1460 bytes: 1.22 · 1460 / (0.1 · 0.1) = 178 kB/s, whatever the link."""
    link = Link(gbps=10, rtt_s=0.1, loss=0.01, timestamps=False)
    assert goodput_mb_s(link) == pytest.approx(0.178120)
    assert bound_mb_s(Link()) == math.inf
    near = Link(gbps=10, loss=1e-5)
    assert goodput_mb_s(near) == wire_mb_s(near)


@pytest.mark.parametrize(
    ("given", "says"),
    [({"gbps": 0}, "gbps=0: choose 0.01 to 1000"), ({"rtt_s": 0}, "rtt_s=0: choose more than 0 s"),
     ({"mtu": 40}, "mtu=40: choose 68 to 65535"), ({"loss": 1}, "loss=1: choose 0 or more")],
)  # fmt: skip
def test_a_link_that_cannot_be_names_the_rule(given, says):
    with pytest.raises(ParameterError, match=says):
        Link(**given)


def test_rates_are_those_of_the_controls():
    assert RATES == (1, 2.5, 10, 25, 100)
