"""The write hole: the published bytes, then every crash, cure and victim there is."""

from itertools import product

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.writehole import CRASHES, CURES, Ended, Hole, play
from coursekit.values import from_text, to_text

ALL = [
    Hole(
        cure=cure, crash=crash, parity_first=first, target=target, dies=dies,
        dies_at_crash=at_crash, journal_lost=lost,
    )
    for cure, crash, first, target, dies, at_crash, lost in product(
        CURES, CRASHES, (False, True), range(3), range(3), (False, True), (False, True)
    )
]  # fmt: skip


def test_v8_7_an_idle_block_is_damaged():
    ended = play(Hole())

    assert ended.reads == 0x66 == 0x44 ^ 0x22 ^ 0x00
    assert ended.expected == (0x33,)
    assert ended.damaged


def test_v8_7_a_resync_before_the_failure_saves_it():
    ended = play(Hole(cure="resync"))

    assert 0x55 in [state.parity for state in ended.states]
    assert ended.reads == 0x33
    assert not ended.damaged


def test_damage_needs_a_crash_between_and_a_parity_that_stayed_wrong():
    for hole in ALL:
        unprotected = hole.cure == "none" or (hole.cure == "journal" and hole.journal_lost)
        refused = hole.dies_at_crash and hole.cure == "none"
        idle = hole.dies != hole.target
        expected = hole.crash == "between" and unprotected and idle and not refused

        assert play(hole).damaged == expected, hole


def test_md_refuses_what_is_dirty_and_degraded_unless_a_log_tells():
    for hole in ALL:
        ended = play(hole)
        dirty = hole.crash != "never" and hole.dies_at_crash
        refused = dirty and hole.cure in ("none", "resync", "bitmap")

        assert (ended.reads is None) == refused
        assert (ended.states[-1].phase == "refused") == refused


def test_the_byte_being_written_is_old_or_new_never_a_third():
    for hole in ALL:
        ended = play(hole)
        if hole.dies == hole.target and ended.reads is not None:
            assert ended.reads in (hole.data[hole.target], hole.new)


def test_a_read_only_array_is_one_whose_journal_is_lost():
    for hole in ALL:
        lost = hole.cure == "journal" and hole.journal_lost and hole.crash != "never"

        assert (play(hole).states[-1].phase == "read-only") == lost


def test_a_state_says_whether_parity_agrees():
    agrees = [state.agrees for state in play(Hole()).states]

    assert agrees == [True, False, False, False, None, True]


def test_a_write_without_a_crash_ends_with_the_new_data():
    ended = play(Hole(crash="never", dies=0))

    assert ended.reads == 0x44
    assert ended.expected == (0x44,)


def test_the_steps_are_told_one_by_one():
    said = [str(state.why) for state in play(Hole()).states]

    assert said == [
        "All is consistent: P is the XOR of the data.",
        "D0 is written: 44.",
        "The power fails.",
        "The array starts; nobody compares P with the data.",
        "Disk 2 dies.",
        "D2 is rebuilt as 66: wrong, though nobody was writing it.",
    ]


def test_logs_are_seen_until_they_are_used():
    journal = play(Hole(cure="journal")).states
    ppl = play(Hole(cure="ppl")).states

    assert journal[1].log == (0x44, 0x55)
    assert ppl[1].log == (0x22 ^ 0x33,)
    assert journal[-1].log == ppl[-1].log == ()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"cure": "luck"}, "cure=luck: choose one of none, resync, bitmap, journal, ppl"),
        ({"crash": "twice"}, "crash=twice: choose one of never"),
        ({"data": (1,)}, "data=1: give two bytes or more"),
        ({"new": 256}, "byte=256: choose 0 to 255"),
        ({"data": (1, -2, 3)}, "byte=-2"),
        ({"target": 3}, "target=3: choose 0 to 2"),
        ({"dies": 3}, "dies=3: choose 0 to 2"),
    ],
)
def test_a_bad_story_names_the_value_and_the_rule(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Hole(**wrong)


@pytest.mark.parametrize("hole", ALL[::37], ids=str)
def test_stories_survive_json(hole):
    assert from_text(Hole, to_text(hole)) == hole
    assert from_text(Ended, to_text(play(hole))) == play(hole)
