"""An object on nodes: whatever dies, the bytes are right or it is said that they are lost."""

from itertools import combinations

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.objectkept import COMPARED, OBJECT, chosen_dead, kept
from coursekit.sims.netstorage.redundancy import erasure, loss, replicas


@pytest.mark.parametrize("scheme", [*map(replicas, range(1, 5)), erasure(2, 1), erasure(4, 2), erasure(5, 4)])  # fmt: skip
def test_it_is_read_back_exactly_as_long_as_no_more_die_than_it_bears(scheme):
    for count in range(scheme.size + 1):
        for dead in combinations(range(scheme.size), count):
            found = kept(scheme, dead, 0.01)
            whole = count <= scheme.tolerance
            assert found.rebuilt.data == (OBJECT if whole else None), dead
            assert (found.health.state == "down") == (not whole)
            assert set(found.computed) <= set(dead)


def test_only_lost_data_pieces_are_computed():
    assert kept(erasure(4, 2), (1, 5), 0.01).computed == (1,)
    assert kept(erasure(4, 2), (4, 5), 0.01).computed == ()
    assert kept(replicas(3), (0,), 0.01).computed == (), "a copy is simply read elsewhere"


def test_chances_are_those_of_the_formula():
    found = kept(erasure(4, 2), (), 0.01)
    assert found.loss == loss(erasure(4, 2), 0.01)
    assert found.compared == tuple(loss(each, 0.01) for each in COMPARED)
    assert [each.total for each in found.writes] == [10, 6]


def test_dead_nodes_are_the_pressed_ones_first():
    assert chosen_dead(6, 0) == ()
    assert chosen_dead(6, 2) == (0, 1)
    assert chosen_dead(6, 2, 0b101000) == (3, 5)
    assert chosen_dead(6, 3, 0b101000) == (0, 3, 5)
    assert chosen_dead(6, 1, 0b101000) == (3,)
    assert chosen_dead(2, 6) == (0, 1), "more than all cannot die"
    with pytest.raises(ParameterError, match="dead=-1: choose 0 or more"):
        chosen_dead(3, -1)
