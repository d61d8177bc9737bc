"""A cluster at hand: what each deed moves, and that the rivals move what they are known for."""

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.placement import NONE, grid, modulo, place_many
from coursekit.sims.netstorage.placementplay import Deed, tell


def moved(*deeds, way="straw2", groups=1024):
    return [len(each.moved) for each in tell(way, 4, 3, groups, deeds).states]


def test_vectors_of_the_course():
    """V11.7: 735 copies move when a host comes, 403 when disk 0 is out, 662 when its weight is 0."""
    assert moved(Deed("add")) == [0, 735]
    assert moved(Deed("out", 0)) == [0, 403]
    assert moved(Deed("remove", 0)) == [0, 662]
    assert moved(Deed("fail", 0)) == [0, 781]
    assert np.array_equal(tell("straw2", 4, 3, 64).states[0].placed, place_many(64, grid(4, 2), 3))


def test_in_undoes_out():
    told = tell("straw2", 4, 3, 256, (Deed("out", 0), Deed("in", 0)))
    assert np.array_equal(told.states[0].placed, told.states[2].placed)
    assert len(told.states[1].moved) == len(told.states[2].moved) == told.states[0].held[0]


def test_a_remainder_moves_nearly_all_and_a_table_the_least():
    assert 0.75 < moved(Deed("add"), way="modulo")[1] / 1024 < 0.82
    assert moved(Deed("add"), way="table")[1] == 1024 // 5
    told = tell("modulo", 4, 3, 512, (Deed("fail", 1),))
    assert set(told.states[1].placed[:, 0].tolist()) == {0, 2, 3}
    assert told.states[1].placed[:, 0].tolist() == [(0, 2, 3)[k] for k in modulo(512, 3)]
    table = tell("table", 4, 3, 512, (Deed("fail", 1), Deed("add")))
    assert len(table.states[1].moved) == 128, "only those of the node that failed"
    assert {each.leaves for each in table.states[1].moved} == {1}
    shared = [n for osd, n in table.states[1].held.items() if osd != 1]
    assert max(shared) - min(shared) <= 1, "the emptiest gets the next"
    assert 1 not in table.states[2].held or table.states[2].held[1] == 0
    assert max(table.states[2].held.values()) - min(n for osd, n in table.states[2].held.items() if osd != 1) <= 1  # fmt: skip


def test_no_deed_moves_less_than_the_least_when_shares_are_met():
    for deed in (Deed("add"), Deed("fail", 2), Deed("out", 5)):
        state = tell("straw2", 5, 3, 512, (deed,)).states[1]
        assert len(state.moved) >= 0.9 * state.least > 0
        assert sum(state.fair.values()) == pytest.approx(512 * 3)


def test_three_hosts_and_three_copies_have_no_place_left():
    state = tell("straw2", 3, 3, 128, (Deed("fail", 0),)).states[1]
    assert state.short == 128
    assert (state.placed == NONE).sum() == 128
    assert not state.moved


@pytest.mark.parametrize(
    "way, deeds, says",
    [
        ("straw", [], "way=straw: choose one of straw2, modulo, table"),
        ("modulo", [Deed("out", 0)], "deed=out: a remainder and a table know whole nodes only"),
        ("straw2", [Deed("burn")], "deed=burn: choose one of add, out"),
        ("straw2", [Deed("out", 19)], "osd=19: no host has it"),
        ("straw2", [Deed("out", 1), Deed("out", 1)], "osd=1: it is out already"),
        ("straw2", [Deed("in", 1)], "osd=1: it is not out"),
        ("straw2", [Deed("fail", 9)], "host=9: choose one of"),
        ("straw2", [Deed("fail", 1), Deed("fail", 1)], "host=1: it has failed already"),
        ("straw2", [Deed("weight", 1, 0.0)], "weight=0.0: choose more than 0"),
        ("straw2", [Deed("add")] * 7, "hosts=11: choose 10 or fewer"),
        ("modulo", [Deed("fail", n) for n in range(4)], "deed=fail: it was the last disk"),
    ],
)
def test_what_cannot_be_done_is_said(way, deeds, says):
    with pytest.raises(ParameterError) as why:
        tell(way, 4, 3, 64, deeds)
    assert says in str(why.value)
