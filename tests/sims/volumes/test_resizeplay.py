"""The order of the layers: the right one loses nothing, the other one is refused or destroys."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.resizeplay import LEAST, MOST, play

SIZES = range(LEAST + 1, MOST)


@pytest.mark.parametrize("fs", ["ext4", "xfs"])
@pytest.mark.parametrize("used", [0, 33, 50, 99, 100])
@pytest.mark.parametrize("to", SIZES)
def test_the_right_order_never_loses_a_byte(fs, used, to):
    for what in ("grow", "shrink"):
        states = play(what, "right", fs, used, to).states
        assert all(state.lost == 0 and state.layers.reach == state.layers.fs for state in states)
        refused = what == "shrink" and (fs == "xfs" or used * MOST > 100 * to)
        assert states[-1].refused == refused
        assert (states[-1].layers.fs == to * 1024) != refused


@pytest.mark.parametrize("to", SIZES)
def test_the_volume_first_loses_all_behind_its_end_however_little_is_in_use(to):
    for used in (0, 50, 100):
        states = play("shrink", "wrong", "ext4", used, to).states
        assert [state.lost for state in states] == [0, *[(MOST - to) * 1024] * 2]
        assert states[-1].refused


def test_growing_from_the_top_is_refused_four_times_and_loses_nothing():
    states = play("grow", "wrong").states
    assert [state.step.layer for state in states[1:]] == ["fs", "lv", "pv", "partition", "disk"]
    assert [state.refused for state in states] == [False, True, True, True, True, False]
    assert all(state.lost == 0 for state in states)


@pytest.mark.parametrize(
    "given, says",
    [
        (("move", "right"), "what=move"), (("grow", "upside"), "order=upside"),
        (("grow", "right", "ext4", 101), "used=101"), (("grow", "right", "ext4", 50, 8), "fs=8192: choose more than 8192"),
        (("shrink", "right", "ext4", 50, 16), "fs=16384: choose 1 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(given, says):
    with pytest.raises(ParameterError, match=says):
        play(*given)
