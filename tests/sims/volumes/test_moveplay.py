"""A whole move with a power failure at any extent: every extent keeps what it held."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import moveplay, pvmove
from coursekit.sims.volumes.moveplay import play


def content(state):
    """What each extent of each volume reads as; all its copies agree."""
    found = {}
    for volume in state.volumes:
        for cell in range(volume.extents):
            (value,) = set(pvmove.read(state, volume.name, cell))
            found[volume.name, cell] = value
    return found


@pytest.mark.parametrize("then", ["resume", "abort"])
@pytest.mark.parametrize("volumes", [1, 2, 3, 4])
def test_a_failure_at_any_extent_loses_nothing(volumes, then):
    for extents in range(volumes, moveplay.SIZE + 1):
        for crash in range(extents + 1):
            states = play(extents, volumes, crash, then).states
            at_start = content(states[0])
            assert len(at_start) == extents
            assert all(content(state) == at_start for state in states)
            whole = then == "resume" or not crash
            assert states[-1].stage == ("done" if whole else "aborted")
            assert not (whole and pvmove.lost_cells(states[-1], 0))


def test_what_was_half_copied_is_copied_twice():
    assert moveplay.seconds(play(12, 3).states[-1], 100) == pytest.approx(122.88)
    assert moveplay.seconds(play(12, 3, 6).states[-1], 100) == pytest.approx(128.0)


def test_valid_copies_are_found_where_they_lie():
    state = play(12, 3).states[5]

    held = moveplay.held(state)
    assert [place for place, what in held.items() if what == ("b", 0)] == [(0, 4), (1, 4)]
    assert len(held) == 13


@pytest.mark.parametrize(
    "given, says",
    [
        ((17,), "extents=17: choose 1 to 16"), ((2, 3), "volumes=3: choose 1 to 2"),
        ((4, 1, 5), "crash=5: choose 0"), ((4, 1, 2, "stop"), "then=stop: choose resume or abort"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(given, says):
    with pytest.raises(ParameterError, match=says):
        play(*given)
