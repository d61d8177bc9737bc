"""The ring of the journal: order, room, what a crash at every step leaves; beside `crash`."""

from itertools import product

import pytest

from coursekit.sims.filesystems import crash, journalring
from coursekit.sims.filesystems.crash import MODES
from coursekit.sims.filesystems.journalring import ARRIVED, COMMITS, SLOTS, tell, transactions
from coursekit.sims.message import ParameterError

JOURNALS = MODES[1:]


def ends(mode, commit=5, arrived="all"):
    """What recovery finds after a crash at each step."""
    steps = tell(mode, commit=commit).steps
    return [tell(mode, crash_at=k, commit=commit, arrived=arrived).states[-1] for k in range(1, steps + 1)]  # fmt: skip


def test_a_commit_carries_all_that_was_appended_since_the_last_one():
    assert transactions(5) == ((5.0, 1, 3), (11.0, 4, 6))
    assert transactions(1) == tuple((2.0 * k + 1, k + 1, k + 1) for k in range(6))
    assert transactions(15) == ((15.0, 1, 6),)


@pytest.mark.parametrize("mode, commit", [*product(JOURNALS, COMMITS)])
def test_each_transaction_goes_out_in_the_order_of_its_mode(mode, commit):
    told = tell(mode, commit=commit)
    for tx in range(1, len(transactions(commit)) + 1):
        items = [each.step for each in told.states if each.tx == tx and each.step not in ("append", "start")]  # fmt: skip
        assert items == [*crash.sequence(mode), "checkpoint"]
    for each in told.states:
        assert 0 <= each.head - each.tail <= SLOTS


@pytest.mark.parametrize(
    "mode, commit, arrived", [*product(["ordered", "journal"], COMMITS, ARRIVED)]
)
def test_with_barriers_a_crash_leaves_whole_appends_only(mode, commit, arrived):
    found = ends(mode, commit, arrived)
    assert {each.result for each in found} <= {"old", "new"}
    assert [each.kept for each in found] == sorted(each.kept for each in found), "nothing is lost again"  # fmt: skip
    assert found[-1].kept == 6


@pytest.mark.parametrize("mode, arrived", [*product(JOURNALS, ARRIVED)])
def test_a_crash_in_the_first_transaction_is_one_of_the_crash_models(mode, arrived):
    """With one append in it, each end is the class that `crash` gives to the same set of writes."""
    issued = crash.sequence(mode)
    for k in range(1, len(issued) + 1):
        end = tell(mode, crash_at=k, commit=1, arrived=arrived).states[-1]
        lost = {each.what for each in end.lost}
        state = frozenset(crash.writes(issued[:k])) - lost
        home = crash.recover(state, issued, checksum=mode == "async commit")
        assert end.result == crash.classify(home), (k, state)


def test_no_barriers_can_destroy_and_writeback_can_show_old_bytes():
    assert "corrupt" in {each.result for each in ends("no barriers", arrived="gap")}
    assert "garbage" in {each.result for each in ends("writeback")}
    assert "corrupt" not in {each.result for each in ends("async commit", arrived="gap")}


def test_before_the_commit_nothing_is_replayed_after_it_everything():
    before, after = tell("ordered", crash_at=5), tell("ordered", crash_at=7)
    assert [each.step for each in before.states[-3:]] == ["crash", "replay", "end"]
    assert "has no commit: it never happened" in str(before.states[-2].why[0])
    assert (before.states[-1].result, before.states[-1].kept) == ("old", 0)
    assert "is complete" in str(after.states[-2].why[0])
    assert (after.states[-1].result, after.states[-1].kept) == ("new", 3)


def test_a_longer_interval_risks_more_and_writes_less():
    assert [len(tell("ordered", commit=c).states[-1].homes) for c in COMMITS] == [18, 12, 10, 8]
    lost = [max(e.appended - e.kept for e in ends("ordered", c, "none")) for c in COMMITS]
    assert lost == [1, 2, 3, 6]


def test_a_checkpoint_gives_the_room_back_and_the_ring_goes_round():
    told = tell("ordered", commit=1)
    assert told.states[-1].head == 24 == told.states[-1].tail
    assert told.states[-1].ring[0].tx == 5, "slot 0 is used a second time"
    mid = tell("ordered", commit=1, crash_at=5).states[-1]
    assert journalring.slot(mid, 0) == "safe"
    assert journalring.slot(mid, 9) is None
    assert journalring.slot(told.states[-1], 3) == "old"


def test_home_shows_what_waits_and_what_is_safe():
    told = tell("ordered")
    at = {each.number: each for each in told.states}
    assert journalring.home(at[9])["I"] == (3, "waits")
    assert journalring.home(at[9])["D1"] == (1, "safe")
    assert journalring.home(at[11])["B"] == (3, "safe")
    end = next(each for each in ends("no barriers", arrived="gap") if each.result == "corrupt")
    assert "corrupt" in {place for _, place in journalring.home(end).values()}


def test_what_is_refused():
    with pytest.raises(ParameterError, match="mode=none: choose one of"):
        tell("none")
    with pytest.raises(ParameterError, match="crash=99: there are 22 steps"):
        tell("ordered", crash_at=99)
    with pytest.raises(ParameterError, match="commit=4"):
        tell("ordered", commit=4)
    with pytest.raises(ParameterError, match="arrived=some"):
        tell("ordered", arrived="some")
