"""Two sides of a database, cut apart and joined again."""

from itertools import product

import pytest

from coursekit.sims.databases.cut import (
    FENCES,
    MODES,
    SIDES,
    Cut,
    both_s,
    divergent,
    kept,
    lost,
    tell,
)
from coursekit.sims.message import ParameterError

ALL = [
    Cut(voters=voters, fence=fence, mode=mode, seconds=seconds, keep=keep, third=third, lag_s=lag)
    for voters, fence, mode, seconds, keep, third, lag in product((2, 3), FENCES, MODES, (0.0, 5.0, 8.0, 37.0), SIDES, SIDES, (0.0, 0.4))
]  # fmt: skip


def test_the_drill_of_the_chapter():
    assert divergent(200, 30) == 6000
    given = Cut()
    assert both_s(given) == 30
    assert lost(given) == 6000, "the shorter history is that of B"
    assert lost(Cut(keep="B")) == 200 * 37


def test_quorum_alone_does_not_stop_the_old_primary():
    assert both_s(Cut(voters=3)) == 30


def test_a_lease_leaves_one_primary_and_still_loses_what_the_minority_took():
    """Not only lag times rate: the old primary takes writes until its lease ends."""
    given = Cut(voters=3, fence="lease", lag_s=0.4)
    assert both_s(given) == 0
    assert lost(given) == pytest.approx(200 * (10 + 0.4))
    assert lost(Cut(voters=3, fence="lease", mode="on")) == 0
    assert lost(Cut(voters=3, fence="power")) == 200 * 7


def test_two_nodes_that_ask_for_a_majority_stand_still():
    given = Cut(fence="lease")
    end = tell(given).states[-1]
    assert (both_s(given), lost(given)) == (0, 0)
    assert end.b.refused == 200 * 37
    assert end.a.refused == 200 * 27
    assert [each.a.role for each in tell(given).states][-3] == "stopped"


def test_two_nodes_and_a_power_switch_leave_one():
    story = tell(Cut(fence="power"))
    assert (story.both_s, story.lost, story.kept) == (0, 0, "A")
    assert story.states[-3].b.role == "off"


def test_every_story():
    for given in ALL:
        holds(given)


def holds(given):
    story = tell(given)
    times = [each.t for each in story.states]
    assert times == sorted(times)
    assert all(str(each.label) and str(each.why) for each in story.states)
    split = any(each.split and each.cut for each in story.states)
    assert not split or given.starts_s <= given.seconds
    if given.fence != "none":
        assert story.both_s == 0, "with fencing there are never two primaries"
    if given.mode == "on":
        assert story.lost == 0, "what waits for a copy is told to nobody"
    for each in story.states:
        for name in SIDES:
            side = each.side(name)
            assert side.refused >= -1e-9
            behind = (name, given.mode, each.t >= 0) == ("A", "async", True)
            lag = given.rate * given.lag_s if behind else 0
            assert side.written - lag + side.refused == pytest.approx(given.rate * max(0, each.t))
    end = story.states[-1]
    assert sorted((end.a.role, end.b.role)) == ["primary", "standby"]
    assert end.side(story.kept).role == "primary"
    assert story.kept == kept(given)


def test_both_sides_refuse_or_histories_part():
    """What the CAP theorem says of the seconds of a cut: not all sides take writes, or they part."""
    for given in ALL:
        state = tell(given).states[-3]
        if state.a.role == state.b.role == "primary" and given.seconds > given.starts_s:
            assert state.a.written > 0 and state.b.written > 0 and lost(given) > 0


@pytest.mark.parametrize("wrong, says", [({"voters": 4}, "voters=4: 2 or 3"), ({"fence": "x"}, "fence=x: choose one of none, lease, power"), ({"keep": "C"}, "keep=C: choose one of A, B"), ({"seconds": -1}, "seconds=-1: 0 or more")])  # fmt: skip
def test_what_cannot_be(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Cut(**wrong)


def test_divergent_refuses_nonsense():
    with pytest.raises(ParameterError, match="rate=-1: 0 or more"):
        divergent(-1, 3)
