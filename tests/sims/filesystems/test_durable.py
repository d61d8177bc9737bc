"""Where a written line is: the film of 10.10, deed by deed."""

from itertools import product

import pytest

from coursekit.sims.filesystems.durable import MODES, Deed, tell
from coursekit.sims.message import ParameterError

WRITE, CLOSE, FSYNC, CUT = (Deed(kind) for kind in ("write", "close", "fsync", "power_cut"))


def end(*deeds, **options):
    return tell(deeds, **options).states[-1]


def places(state):
    return [(each.data, each.size) for each in state.lines]


@pytest.mark.parametrize("mode", MODES)
def test_write_and_close_move_nothing(mode):
    state = end(WRITE, CLOSE, Deed("wait", 2), mode=mode)
    assert places(state) == [("memory", "memory")]
    assert state.count("lost") == 1
    assert end(WRITE, CLOSE, Deed("wait", 2), CUT, mode=mode).count("lost") == 1


@pytest.mark.parametrize("mode", MODES)
def test_fsync_with_a_barrier_survives_a_power_cut_and_without_one_does_not(mode):
    assert places(end(WRITE, FSYNC, mode=mode)) == [("disk", "disk")]
    assert end(WRITE, FSYNC, CUT, mode=mode).count("there") == 1
    assert places(end(WRITE, FSYNC, mode=mode, barriers=False)) == [("drive", "drive")]
    assert end(WRITE, FSYNC, CUT, mode=mode, barriers=False).count("lost") == 1
    assert end(WRITE, FSYNC, Deed("wait", 2), CUT, mode=mode, barriers=False).count("there") == 1


def first_safe(mode):
    """Seconds after a write until a power cut no longer takes the line."""
    return next(s for s in range(1, 61) if end(WRITE, Deed("wait", s), CUT, mode=mode).count("there"))  # fmt: skip


def test_how_long_a_line_is_at_risk_without_fsync():
    """Delayed allocation waits for write-back (30 s) and the next commit (5 s); nodelalloc for the commit."""
    assert {mode: first_safe(mode) for mode in MODES} == {"delalloc": 35, "ordered": 5, "writeback": 32, "journal": 5}  # fmt: skip


def test_delayed_allocation_commits_the_size_after_its_data():
    assert places(end(WRITE, Deed("wait", 29))) == [("memory", "memory")]
    assert places(end(WRITE, Deed("wait", 30))) == [("drive", "memory")]
    assert places(end(WRITE, Deed("wait", 35))) == [("disk", "disk")]


def test_writeback_shows_old_bytes_between_the_commit_and_the_data():
    state = end(WRITE, Deed("wait", 6), mode="writeback")
    assert places(state) == [("memory", "disk")]
    assert state.count("garbage") == 1
    assert "shows old bytes of others" in str(end(WRITE, Deed("wait", 6), CUT, mode="writeback").why[1])  # fmt: skip


@pytest.mark.parametrize("mode, wait", [*product(["delalloc", "ordered", "journal"], range(1, 45))])
def test_the_other_modes_never_show_old_bytes(mode, wait):
    for barriers in (True, False):
        state = end(WRITE, Deed("wait", 3), WRITE, Deed("wait", wait), CUT, mode=mode, barriers=barriers)  # fmt: skip
        assert state.count("garbage") == 0


def test_fsync_takes_every_line_and_only_those_written_before():
    state = end(WRITE, WRITE, FSYNC, WRITE, CUT)
    assert [each.fate for each in state.lines] == ["there", "there", "lost"]
    assert places(state)[2] == ("gone", "gone")


def test_after_the_power_is_back_work_goes_on():
    state = end(WRITE, CUT, WRITE, FSYNC, CUT)
    assert [each.fate for each in state.lines] == ["lost", "there"]


def test_every_deed_says_what_it_did():
    for state in tell([WRITE, CLOSE, Deed("wait", 1), FSYNC, CUT]).states:
        assert state.why
    assert "Nothing moves" in str(end(WRITE, Deed("wait", 1)).why[-1])
    assert end(WRITE, FSYNC).flushes == 1


@pytest.mark.parametrize(
    "deeds, says",
    [
        ([WRITE] * 9, "lines=9: the picture has room for 8"),
        ([Deed("wait", 0)], "seconds=0: choose 1 to 60"),
        ([Deed("sing")], "deed=sing: choose one of write"),
    ],
)
def test_what_is_refused(deeds, says):
    with pytest.raises(ParameterError, match=says):
        tell(deeds)
    with pytest.raises(ParameterError, match="mode=x"):
        tell([], mode="x")
