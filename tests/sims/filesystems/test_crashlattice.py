"""The lattice of crash states: the moments agree with the crash model, and with its counts."""

import pytest

from coursekit.sims.filesystems import crash, crashlattice
from coursekit.sims.filesystems.crash import MODES
from coursekit.sims.filesystems.labfs.crashes import SCENARIOS
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize("pieces", [1, 2])
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "no barriers"])
def test_each_moment_has_the_states_of_the_crash_model(mode, pieces):
    told = crashlattice.tell("append", mode, pieces=pieces)
    whole = told.lattice
    for shown, moment in zip(whole.moments, crash.story(whole.issued, pieces=pieces), strict=True):
        assert len(shown.now) == moment.possible
        assert len(shown.seen) == moment.so_far
        assert {whole.outcomes[k].state for k in shown.seen} == crash.crash_states(whole.issued[: shown.at], pieces=pieces)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("mode", MODES)
def test_states_are_counted_without_looking_at_them(scenario, mode):
    issued = crashlattice.crashes.experiment(scenario, mode).issued
    counted = crashlattice.number_of_states(issued)
    assert counted == len(crash.crash_states(issued))


def test_the_story_ends_with_a_crash_at_any_moment_or_after_the_cut():
    told = crashlattice.tell("append", "none")
    assert len(told.states) == 5
    assert crashlattice.counts(told, told.states[-1]) == {"old": 2, "new": 1, "garbage": 1, "inconsistent": 4}  # fmt: skip
    cut = crashlattice.tell("append", "ordered", cut=2)
    assert [each.item for each in cut.states] == [None, "D", "F", "Jd", "Jd"]
    assert cut.states[-1].seen == cut.states[-1].now
    assert [sorted(cut.lattice.outcomes[k].state) for k in cut.states[-1].seen] == [["D"], ["D", "Jd"]]  # fmt: skip


def test_the_table_holds_every_state_once():
    told = crashlattice.tell("append", "no barriers")
    rows = crashlattice.table(told, told.states[-1])
    assert sorted(k for each in rows.values() for k in each) == list(range(128))
    assert all(told.lattice.outcomes[k].kind == kind for (_, kind), each in rows.items() for k in each)  # fmt: skip


def test_fsck_says_what_is_wrong_in_a_state():
    told = crashlattice.tell("append", "none")
    only_inode = next(k for k, each in enumerate(told.lattice.outcomes) if each.state == {"I"})
    (said,) = crashlattice.problems("append", "none", only_inode)
    assert "marked free: the next file would get it too" in str(said)
    assert crashlattice.problems("append", "none", 0) == ()


def test_what_is_refused():
    with pytest.raises(ParameterError, match="cut=4: this operation makes 3 writes"):
        crashlattice.tell("append", "none", cut=4)
    with pytest.raises(ParameterError, match="states=16384: choose a smaller operation"):
        crashlattice.tell("mkdir", "no barriers")
    with pytest.raises(ParameterError, match="states=16384"):
        crashlattice.tell("append", "no barriers", pieces=2)
