"""Every combination: as many as there can be, each a design that holds its machines, none lost."""

import pytest

from coursekit.sims.datacentre.design import shortages
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.longrun import live
from coursekit.sims.datacentre.score import score
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.datacentre.sweep import Choice, build, choices, frontier, row, rows
from coursekit.sims.message import ParameterError

EVERY = choices()


def test_as_many_as_can_be():
    assert len(EVERY) == len(set(EVERY)) == 4 * 3 * (2 + 2 * 3 * 2)


@pytest.mark.parametrize("choice", EVERY, ids=lambda each: each.name)
def test_each_is_big_enough_and_works(choice):
    design = build(choice)
    assert shortages(design) == ()
    assert all(evaluate(design).up.values())


def test_a_row_says_what_the_design_says():
    choice = Choice(hosts=3, storage="hci", racks="each")
    design = build(choice)
    made = row(choice, 100_000, years=50, seed=4)
    assert made.total == score(design, 100_000).total
    assert made.spofs == len(spof(design)) == 0
    assert made.hours == pytest.approx(live(design, 50, 4).a_year.mean())
    assert row(choice, 100_000).hours is None


def test_what_is_doubled_has_no_single_point():
    one = spof(build(Choice(hosts=2, storage="nas", doubled="both")))
    assert list(one) == ["rack:R1"]
    assert "feed:1" in spof(build(Choice(doubled="network")))
    assert "core:1" in spof(build(Choice(doubled="power")))


def test_the_frontier_is_what_none_beats():
    table = rows(EVERY[::3], 100_000)
    best = frontier(table)
    assert best
    for each in table:
        assert each in best or any(one.eur <= each.eur and one.total >= each.total for one in best)
    for one in best:
        assert not any(each.eur < one.eur and each.total > one.total for each in table)
    assert [one.eur for one in best] == sorted(one.eur for one in best)


@pytest.mark.parametrize(
    "values, says",
    [
        ({"hosts": 4}, "hosts=4: choose one of 1, 2, 3"),
        ({"storage": "san"}, "storage=san"),
        ({"hosts": 1, "storage": "hci"}, "storage=hci: copies need 2 hosts"),
        ({"hosts": 1, "racks": "each"}, "racks=each"),
    ],
)
def test_words_have_rules(values, says):
    with pytest.raises(ParameterError, match=says):
        Choice(**values)
