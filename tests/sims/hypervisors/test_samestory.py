"""Page sharing step by step: what the guests see never changes, and memory is counted right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors.samestory import Scan, Write, guests, tell
from coursekit.sims.message import ParameterError

STEPS = st.lists(
    st.one_of(st.just(Scan()), st.builds(Write, st.integers(0, 11), st.sampled_from("ABab")))
)


def test_guests_share_the_first_pages_only():
    assert guests(2, 3, 1) == ("A", "a", "b", "A", "c", "d")
    assert guests(3, 2, 2) == ("A", "B") * 3


def test_a_scan_frees_and_a_write_parts():
    told = tell(guests(3, 6, 3), [Scan(), Write(6, "z"), Scan()])

    used = [len(set(state.memory.real)) for state in told.states]
    assert used == [18, 12, 13, 13]  # 3 pages stand for 9; one is written and parts
    assert [state.copied for state in told.states] == [False, False, True, False]
    assert "6 become free" in str(told.states[1].why)
    assert "nothing new" in str(told.states[3].why)


def test_a_page_of_ones_own_is_written_in_place():
    told = tell(("a", "b"), [Write(0, "b"), Scan()])

    assert not told.states[1].copied
    assert told.states[1].memory.sharing == 0, "equal, but not yet found"
    assert told.states[2].memory.sharing == 1


@given(STEPS)
def test_each_guest_reads_what_it_wrote(steps):
    """Against a plain list; and no two pages of different content ever stand on one real page."""
    plain = list(guests(2, 6, 3))
    told = tell(plain, steps)
    for step, state in zip(steps, told.states[1:], strict=True):
        if isinstance(step, Write):
            plain[step.page] = step.content
        assert list(state.memory.contents) == plain
        behind = set(zip(state.memory.real, plain, strict=True))
        assert len(behind) == len(set(state.memory.real))


def test_a_page_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="page=9: choose 0 to 1"):
        tell(("a", "b"), [Write(9, "x")])
    with pytest.raises(ParameterError, match="alike=7: choose 0 to 6"):
        guests(2, 6, 7)
