"""Precedence graphs: the vectors of the chapter, and the definition over a whole small space."""

from itertools import permutations, product

import pytest

from coursekit.sims.databases.interleave import alone, programs
from coursekit.sims.databases.precedence import clash, graph
from coursekit.sims.databases.schedules import Schedule, parse


@pytest.mark.parametrize("text, order, edges", [
    ("r1(x) w2(x) w2(y) r1(y)", (), {(1, 2), (2, 1)}), ("r1(x) r2(x) w1(x) w2(x)", (), {(1, 2), (2, 1)}),
    ("r1(x) w1(x) r2(x) w2(x)", (1, 2), {(1, 2)}), ("r1(x) r2(y) w1(y) w2(x)", (), {(1, 2), (2, 1)}),
    ("w1(x) w2(x) w2(y) w1(y)", (), {(1, 2), (2, 1)}), ("r1(x) r2(x) r3(x)", (1, 2, 3), set()),
    ("w1(x) r2(x) w2(y) r3(y) w3(z) r1(z)", (), {(1, 2), (2, 3), (3, 1)}),
])  # fmt: skip
def test_the_vectors_of_the_chapter(text, order, edges):
    found = graph(parse(text))
    assert found.order == order
    assert found.serialisable == bool(order)
    assert set(found.edges) == edges


def conflicts_of(schedule):
    """The pairs in conflict, in their order: what an equivalent schedule must keep."""
    steps = schedule.steps
    return {(a, b) for i, a in enumerate(steps) for b in steps[i + 1 :] if clash(a, b)}


def test_serialisable_is_what_some_serial_order_keeps():
    """By the definition: a serial schedule with all conflicts in the same order."""
    both = {True: 0, False: 0}
    kinds = ("r{}(x)", "w{}(x,{}{})", "r{}(y)", "w{}(y,{}{})")
    for picks in product(kinds, repeat=4):
        for txs in ((1, 2, 1, 2), (1, 2, 2, 1), (1, 2, 3, 1), (1, 2, 3, 2)):
            text = " ".join(kind.format(tx, tx, at) for at, (kind, tx) in enumerate(zip(picks, txs, strict=True)))  # fmt: skip
            schedule = parse(text)
            found = graph(schedule)
            serial = [Schedule(schedule.items, sum(map(alone, order), ())) for order in permutations(programs(schedule))]  # fmt: skip
            fits = any(conflicts_of(each) == conflicts_of(schedule) for each in serial)
            assert found.serialisable == fits, text
            both[fits] += 1
    assert min(both.values()) > 50


def test_what_rolls_back_does_not_count():
    assert graph(parse("r1(x) r2(x) w1(x) w2(x) c1 a2")).order == (1,)


def test_counting_conflicts_with_coming_and_going():
    assert graph(parse("n1(sal) i2(sal1,1) n1(sal)")).cycle == (1, 2)
    assert graph(parse("n1(sal) w2(sala,1) i2(pay,1)")).edges == ()


def test_edges_appear_with_the_later_step():
    found = graph(parse("w1(x) r2(x) w2(y) r3(y) w3(z) r1(z)"))
    assert [len(state.edges) for state in found.states] == [0, 0, 1, 1, 2, 2, 3]
    assert [bool(state.cycle) for state in found.states] == [False] * 6 + [True]
    assert found.cycle == (1, 2, 3)
