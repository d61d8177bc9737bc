"""A primary dies or is cut off, told state by state."""

from itertools import product

import pytest

from coursekit.sims.databases.failover import (
    FAULTS,
    FENCES,
    MODES,
    Failover,
    lease_end_s,
    lost,
    parts,
    tell,
)
from coursekit.sims.message import ParameterError

ALL = [
    Failover(fault=fault, mode=mode, fence=fence, at_s=at, link_mb_s=link, missed=missed)
    for fault, mode, fence, at, link, missed in product(FAULTS, MODES, FENCES, (0.0, 7.3, 20.0), (1.0, 10.0), (1, 3))
]  # fmt: skip


def test_the_outage_of_the_chapter():
    took = parts(Failover())
    assert took.rto_s == pytest.approx(3 * 2 + 1 + 64 / 20 + 30) == pytest.approx(40.2)
    assert (took.detect_s, took.election_s, took.fence_s, took.replay_s, took.reconnect_s) == pytest.approx((6, 1, 0, 3.2, 30))  # fmt: skip


def test_right_after_a_heartbeat_is_the_worst_moment():
    took = [parts(Failover(at_s=20 + tenth / 10)).detect_s for tenth in range(20)]
    assert took[0] == max(took) == 6
    assert min(took) > 4


def test_without_a_power_switch_the_lease_is_waited_for_even_after_a_crash():
    given = Failover(fence="lease")
    assert parts(given).fence_s == pytest.approx(3)
    assert parts(given).rto_s == pytest.approx(43.2)
    assert parts(Failover(fence="lease", lease_s=5)).fence_s == 0


def test_what_was_not_sent_is_lost():
    assert lost(Failover(link_mb_s=1.0, at_s=20)) == pytest.approx(0.6 * 20 / 8 * 1000)
    assert lost(Failover(link_mb_s=1.0, at_s=20, mode="on")) == 0
    assert lost(Failover()) == 0


def test_a_synchronous_primary_is_as_slow_as_the_link():
    given = Failover(mode="on", link_mb_s=1.0)
    assert given.written == pytest.approx(125)
    assert tell(given).states[-1].acknowledged == pytest.approx(125 * 20)


@pytest.mark.parametrize("given", ALL, ids=str)
def test_every_story(given):
    story = tell(given)
    times = [each.t for each in story.states]
    assert times == sorted(times)
    assert all(each.label.text and str(each.why) for each in story.states)
    assert all(later.acknowledged >= sooner.acknowledged for sooner, later in zip(story.states, story.states[1:], strict=False))  # fmt: skip
    for each in story.states:  # never two who may write
        assert not (each.primary in ("runs", "hangs", "isolated") and each.standby in ("replays", "primary"))  # fmt: skip
    if given.fault == "standby alone":
        assert story.parts is None
        assert story.states[-1].standby == "asks", "one vote of three promotes nobody"
        assert story.states[-1].accepts == (given.mode == "async")
        assert story.lost == 0
    else:
        assert story.end_s - given.at_s == pytest.approx(story.parts.rto_s)
        assert story.states[-1].standby == "primary"
        assert story.states[-1].missed == given.missed
        assert story.states[-1].acknowledged == pytest.approx(given.written * given.at_s)


@pytest.mark.parametrize("fault", FAULTS[:2])
def test_nobody_is_promoted_before_the_lease_ends(fault):
    for at in (0.0, 3.0, 19.9, 20.0):
        given = Failover(fault=fault, fence="lease", at_s=at, heartbeat_s=1.0, missed=2)
        promoted = next(each.t for each in tell(given).states if each.phase == "promote")
        assert promoted >= lease_end_s(given) - 1e-9


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"fault": "fire"}, "fault=fire: choose one of crash"),
        ({"mode": "local"}, "mode=local: choose one of async, on"),
        ({"heartbeat_s": 0}, "heartbeat_s=0: more than 0"),
        ({"rate": -1}, "rate=-1: 0 or more"),
    ],
)
def test_what_cannot_be(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Failover(**wrong)
