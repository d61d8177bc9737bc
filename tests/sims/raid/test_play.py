"""The life of an array: short stories told in full, then laws that every story keeps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.losses import survives
from coursekit.sims.raid.play import play
from coursekit.sims.raid.story import ACTIONS, Action, Played, Story
from coursekit.values import from_text, to_text

DAY = Story(capacity_tb=4, foreground=0.5)  # 4 TB at 100 MB/s: 11.11 h


def told(story, *actions):
    """The story in short: hour, phase, sentence."""
    return [
        f"{state.hours:.2f} {state.phase} {state.why}"
        for state in play(story, [Action(*action) for action in actions]).states
    ]


def last(story, *actions):
    return play(story, [Action(*action) for action in actions]).states[-1]


def test_a_hot_spare_needs_no_human():
    assert told(Story(progress=2), (10, "fail", 1)) == [
        "0.00 OPTIMAL All 4 disks work.",
        "10.00 DEGRADED Disk 1 dies: every block still has another source.",
        "10.00 RECOVERING A spare takes the place of disk 1 at once.",
        "15.56 RECOVERING Disk 1 is rebuilt to 50 %.",
        "21.11 OPTIMAL Disk 1 is rebuilt and protects again.",
    ]


def test_a_second_death_during_the_rebuild_loses_the_array():
    assert told(Story(progress=2), (10, "fail", 1), (12, "fail", 0)) == [
        "0.00 OPTIMAL All 4 disks work.",
        "10.00 DEGRADED Disk 1 dies: every block still has another source.",
        "10.00 RECOVERING A spare takes the place of disk 1 at once.",
        "12.00 FAILED Disk 0 dies: some blocks have no source left, the array is lost.",
    ]


@pytest.mark.parametrize(("spare", "wait"), [("none", 76), ("cold", 4), ("hot", 0), ("global", 0)])
@pytest.mark.parametrize("hot_plug", [True, False])
def test_spare_kinds_wait_and_hot_plug_stops(spare, wait, hot_plug):
    """8.3.H: hot plug changes the service stop, never the wait."""
    end = last(Story(spare=spare, hot_plug=hot_plug), (10, "fail", 1))

    assert end.phase == "OPTIMAL"
    assert end.hours == pytest.approx(10 + wait + 4e6 / 100 / 3600)
    assert end.stop_hours == (0.5 if wait and not hot_plug else 0)


def test_v8_12_a_rebuild_of_18_tb_takes_25_hours():
    end = last(Story(capacity_tb=18, foreground=0), (0, "fail", 0))

    assert end.hours == pytest.approx(25)


def test_hours_without_full_redundancy_are_counted():
    """One rebuild of 10 h at once; or 76 h of waiting first; a lost array stops the count."""
    story = {"capacity_tb": 3.6, "spares": 1}
    hot = play(Story(**story), [Action(10, "fail", 1)])
    none = play(Story(**story, spare="none"), [Action(10, "fail", 1)])
    lost = play(Story(**story), [Action(10, "fail", 1), Action(13, "fail", 2)])

    assert [each.exposed_hours for each in (hot, none, lost)] == pytest.approx([10, 86, 3])


def test_an_empty_pool_means_ordering():
    story = Story(array=Array(level="6", disks=6), spares=1)
    states = play(story, [Action(1, "fail", 0), Action(2, "fail", 1)]).states

    assert [state.spares for state in states][:4] == [1, 1, 0, 0]
    assert any("ordering" in str(state.why) for state in states)
    assert (states[-1].phase, states[-1].hours > 78) == ("OPTIMAL", True)


def test_raid6_bears_two_and_not_three():
    array = Array(level="6", disks=6)
    story = Story(array=array, spare="none")

    assert last(story, (1, "fail", 0), (2, "fail", 1)).phase == "OPTIMAL"
    assert last(story, (1, "fail", 0), (2, "fail", 1), (3, "fail", 2)).phase == "FAILED"


def test_raid10_depends_on_which():
    story = Story(array=Array(level="10"), spare="none")

    assert last(story, (1, "fail", 0), (2, "fail", 2)).phase == "OPTIMAL"
    assert last(story, (1, "fail", 0), (2, "fail", 1)).phase == "FAILED"


def test_raid0_dies_with_its_first_disk():
    assert last(Story(array=Array(level="0")), (1, "pull", 3)).phase == "FAILED"


def test_the_bitmap_turns_hours_into_seconds():
    """8.3.E: 100 regions of 64 MiB an hour, one hour away, at 100 MB/s."""
    ends = [
        last(Story(spare="none", bitmap=bitmap), (1, "pull", 2), (2, "return", 2))
        for bitmap in (True, False)
    ]

    assert ends[0].hours - 2 == pytest.approx(100 * 64 * 2**20 / 100e6 / 3600)
    assert ends[1].hours - 2 == pytest.approx(4e6 / 100 / 3600)


def test_a_long_absence_is_never_more_than_a_whole_disk():
    end = last(Story(spare="none", dirty_per_hour=1e9), (1, "pull", 2), (2, "return", 2))

    assert end.hours - 2 == pytest.approx(4e6 / 100 / 3600)


def test_a_bad_sector_is_lost_when_it_is_the_only_source():
    end = last(DAY, (1, "bad sector", 2), (10, "fail", 1))

    assert (end.phase, end.lost_sectors) == ("OPTIMAL", 1)


def test_raid6_rewrites_it_instead():
    end = last(Story(array=Array(level="6", disks=6)), (1, "bad sector", 2), (10, "fail", 1))

    assert (end.phase, end.lost_sectors) == ("OPTIMAL", 0)
    assert all(slot.bad_sectors == 0 for slot in end.slots)


def test_a_mirror_reads_its_own_twin_only():
    story = Story(array=Array(level="10"))

    assert last(story, (1, "bad sector", 1), (9, "fail", 0)).lost_sectors == 1
    elsewhere = last(story, (1, "bad sector", 3), (9, "fail", 0))
    assert elsewhere.lost_sectors == 0
    assert elsewhere.slots[3].bad_sectors == 1


def test_a_scrub_in_time_saves_the_sector():
    end = last(DAY, (1, "bad sector", 2), (2, "scrub"), (30, "fail", 1))

    assert end.lost_sectors == 0


def test_a_scrub_cut_short_by_a_failure_saves_nothing():
    end = last(DAY, (1, "bad sector", 2), (2, "scrub"), (3, "fail", 1))

    assert end.lost_sectors == 1


def test_a_scrub_cut_short_never_ends():
    story = Story(spare="none")

    assert not any("scrub ends" in line for line in told(story, (2, "scrub"), (3, "fail", 1)))


def test_what_is_due_at_the_same_hour_comes_before_the_action():
    """3.6 TB at 100 MB/s take 10 h: the rebuild ends at 20.00, then the next disk dies."""
    end = last(Story(capacity_tb=3.6, spares=2), (10, "fail", 1), (20, "fail", 0))

    assert end.phase == "OPTIMAL"


def test_a_scrub_of_raid0_only_learns_what_is_lost():
    end = last(Story(array=Array(level="0")), (1, "bad sector", 2), (2, "scrub"))

    assert end.lost_sectors == 1


def test_a_new_disk_by_hand_beats_the_ordered_one():
    story = Story(spare="none", hot_plug=False)
    end = last(story, (1, "fail", 0), (5, "plug", 0))

    assert end.hours == pytest.approx(5 + 4e6 / 100 / 3600)
    assert end.stop_hours == 0.5


def test_an_added_spare_takes_over_the_waiting_slot():
    end = last(Story(spares=0), (1, "fail", 0), (5, "add spare"))

    assert end.hours == pytest.approx(5 + 4e6 / 100 / 3600)
    assert end.spares == 0


def test_two_slots_and_one_spare_on_the_shelf():
    story = Story(array=Array(level="6", disks=6), spare="cold", spares=1)
    end = last(story, (1, "fail", 0), (1, "fail", 1))

    assert end.hours == pytest.approx(5 + 76 + 4e6 / 100 / 3600)
    assert (end.phase, end.spares) == ("OPTIMAL", 0)


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ([(1, "pull", 0), (1, "pull", 0)], "disk=0: only a disk in use can be pulled"),
        ([(1, "fail", 0), (2, "pull", 0)], "disk=0: only a disk in use can be pulled"),
        ([(1, "fail", 0), (2, "fail", 0)], "disk=0: no working disk is in its slot"),
        ([(1, "fail", 0), (2, "return", 0)], "disk=0: it was not pulled, or its slot is taken"),
        ([(1, "plug", 0)], "disk=0: its slot is taken"),
        ([(1, "return", 0)], "disk=0: it was not pulled"),
        ([(1, "fail", 0), (2, "bad sector", 0)], "disk=0: only a disk in use can go bad"),
        ([(1, "fail", 0), (2, "scrub")], "at_hours=2: a scrub needs all disks working"),
        ([(1, "add spare")], "spare=none: this array keeps no spare"),
        ([(1, "fail", 0), (2, "fail", 1), (3, "plug", 0)], "at_hours=3: the array is lost"),
        ([(1, "kick", 0)], "kind=kick: choose one of fail, pull"),
        ([(1, "fail", 4)], "disk=4: choose 0 to 3"),
        ([(-1, "fail", 0)], "at_hours=-1: choose 0 or more"),
    ],
)
def test_an_impossible_action_is_refused_with_its_reason(actions, says):
    with pytest.raises(ParameterError, match=says):
        told(Story(spare="none"), *actions)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"spare": "warm"}, "spare=warm: choose one of none, cold, hot, global"),
        ({"spares": -1}, "spares=-1"),
        ({"capacity_tb": 0}, "capacity_tb=0"),
        ({"disk_mb_s": 0}, "disk_mb_s=0"),
        ({"least_mb_s": 0}, "least_mb_s=0"),
        ({"most_mb_s": 0}, "most_mb_s=0"),
        ({"progress": 0}, "progress=0"),
        ({"foreground": 2}, "foreground=2"),
        ({"dirty_per_hour": -1}, "dirty_per_hour=-1"),
    ],
)
def test_a_bad_story_names_the_value_and_the_rule(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Story(**wrong)


ARRAYS = [
    Array(level="0"),
    Array(level="1", disks=3),
    Array(level="5"),
    Array(level="6", disks=5),
    Array(level="10"),
    Array(level="01"),
]
stories = st.builds(
    Story,
    array=st.sampled_from(ARRAYS),
    spare=st.sampled_from(["none", "cold", "hot", "global"]),
    spares=st.integers(0, 2),
    hot_plug=st.booleans(),
    bitmap=st.booleans(),
    progress=st.integers(1, 4),
)
wishes = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(ACTIONS), st.integers(0, 2)), max_size=7
)


def possible(story, wanted):
    """The wished actions in order, without those refused at their moment."""
    done = []
    for wish in sorted(wanted, key=lambda each: each[0]):
        try:
            play(story, [*done, Action(*wish)])
        except ParameterError:
            continue
        done.append(Action(*wish))
    return done


@given(stories, wishes)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_later_action_never_changes_what_came_before(story, wanted):
    actions = possible(story, wanted)
    whole = play(story, actions).states
    for count, action in enumerate(actions):
        before = [s for s in play(story, actions[:count]).states if s.hours <= action.at_hours]

        assert list(whole[: len(before)]) == before


@given(stories, wishes)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_state_is_consistent(story, wanted):
    states = play(story, possible(story, wanted)).states
    for state in states:
        missing = np.array([[slot.status != "ok" for slot in state.slots]])
        statuses = {slot.status for slot in state.slots}

        assert (state.phase == "FAILED") == (not survives(story.array, missing)[0])
        assert (state.phase == "OPTIMAL") == (statuses == {"ok"})
        assert (state.phase == "RECOVERING") <= ("rebuilding" in statuses)
        assert state.spares >= 0
        assert all(0 <= slot.done <= 1 for slot in state.slots)
        assert str(state.why)
    for one, two in pairwise(states):
        assert one.hours <= two.hours
        assert one.lost_sectors <= two.lost_sectors
        assert one.stop_hours <= two.stop_hours
        assert one.phase != "FAILED"
    assert states[-1].phase in ("OPTIMAL", "FAILED")


@given(stories, wishes)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_stories_and_states_survive_json(story, wanted):
    played = play(story, possible(story, wanted))

    assert from_text(Story, to_text(story)) == story
    assert from_text(Played, to_text(played)) == played
