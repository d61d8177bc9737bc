"""Scissors: at most one side goes on, whoever votes and whoever sees the witness."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.quorumplay import MOST, VOTES, WITNESS, chances, play


@pytest.mark.parametrize("nodes", range(1, MOST + 1))
def test_at_most_one_side_goes_on_and_the_larger_one_without_a_witness(nodes):
    for cut in range(nodes + 1):
        for witness in WITNESS:
            for votes in VOTES:
                played = play(nodes, cut, witness, votes)
                assert len(played.told.outcome.running) <= 1
                assert len(played.states) == (1 if cut in (0, nodes) else 5 if played.told.outcome.running else 4)  # fmt: skip
        sizes = (cut, nodes - cut)
        running = play(nodes, cut).told.outcome.running
        if 0 < cut < nodes:
            want = [side for side in (0, 1) if 2 * sizes[side] > nodes]
            assert list(running) == want


def test_a_witness_decides_an_even_cut():
    assert play(4, 2).told.outcome.running == ()
    assert play(4, 2, "left").told.outcome.running == (0,)
    assert play(4, 2, "right").told.outcome.running == (1,)
    assert "witness decides" in play(2, 1, "left").lesson.text
    assert "Nobody has" in play(4, 2).lesson.text
    assert "witness" not in play(5, 2, "right").lesson.text, "three of five had won without it"  # fmt: skip


def test_chances_of_the_course():
    """V11.8, and hours: 0.01 of a year are 87.6."""
    found = chances(0.99)
    assert [(each.quorum, each.tolerated) for each in found] == [(1, 0), (2, 0), (2, 1), (3, 1), (3, 2), (4, 2), (4, 3)]  # fmt: skip
    assert [each.up for each in found][:5] == pytest.approx([0.99, 0.9801, 0.999702, 0.99940797, 0.99999015], abs=1e-8)  # fmt: skip
    assert found[0].away_h == pytest.approx(87.6)


@pytest.mark.parametrize(
    "values, says",
    [
        ((0, 0), "nodes=0: choose 1 to 7"), ((3, 4), "cut=4: choose 0 to 3, the nodes"),
        ((3, 1, "both"), "witness=both: choose one of none, left, right"), ((3, 1, "none", "two"), "votes=two"),
    ],
)  # fmt: skip
def test_rules(values, says):
    with pytest.raises(ParameterError, match=says):
        play(*values)
    with pytest.raises(ParameterError, match="a=0: choose more than 0"):
        chances(0)
