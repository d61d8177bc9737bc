"""Page sharing step by step: what the guests see never changes, and memory is counted right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors.samestory import Deed, guests, tell
from coursekit.sims.message import ParameterError

STEPS = st.lists(
    st.builds(Deed, st.sampled_from(["scan", "write"]), st.integers(0, 11), st.sampled_from("ABab"))
)


def test_guests_share_the_first_pages_only():
    assert guests(2, 3, 1) == ("A", "a", "b", "A", "c", "d")
    assert guests(3, 2, 2) == ("A", "B") * 3


def test_a_scan_frees_and_a_write_parts():
    told = tell(guests(3, 6, 3), [Deed("scan"), Deed("write", 6, "z"), Deed("scan")])

    used = [len(set(state.memory.real)) for state in told.states]
    assert used == [18, 12, 13, 13]  # 3 pages stand for 9; one is written and parts
    assert [state.copied for state in told.states] == [False, False, True, False]
    assert "6 become free" in str(told.states[1].why)
    assert "nothing new" in str(told.states[3].why)


def test_a_page_of_ones_own_is_written_in_place():
    told = tell(("a", "b"), [Deed("write", 0, "b"), Deed("scan")])

    assert not told.states[1].copied
    assert told.states[1].memory.sharing == 0, "equal, but not yet found"
    assert told.states[2].memory.sharing == 1


@given(STEPS)
def test_each_guest_reads_what_it_wrote(steps):
    """Against a plain list; and no two pages of different content ever stand on one real page."""
    plain = list(guests(2, 6, 3))
    told = tell(plain, steps)
    for step, state in zip(steps, told.states[1:], strict=True):
        if step.kind == "write":
            plain[step.page] = step.content
        assert list(state.memory.contents) == plain
        behind = set(zip(state.memory.real, plain, strict=True))
        assert len(behind) == len(set(state.memory.real))


def test_a_page_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="page=9: choose 0 to 1"):
        tell(("a", "b"), [Deed("write", 9, "x")])
    with pytest.raises(ParameterError, match="alike=7: choose 0 to 6"):
        guests(2, 6, 7)
