"""B+trees: the vectors of the chapter, SQLite's own figures, and what must hold after every key."""

import sqlite3
from math import ceil, log

import numpy as np
import pytest

from coursekit.sims.databases import btree
from coursekit.sims.databases.btree import (
    FAN,
    LEAF,
    built,
    cells,
    fill,
    grow,
    height,
    in_order,
    levels,
    path,
    varint,
)
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize("rows, leaf, fan, expected", [
    (1, 100, 100, 1), (100, 100, 100, 1), (101, 100, 100, 2), (10_000, 100, 100, 2), (10**6, 100, 100, 3),
    (10**9, 100, 100, 5), (10**9, 100, 400, 4),
])  # fmt: skip
def test_heights_of_the_chapter(rows, leaf, fan, expected):
    assert height(rows, leaf, fan) == expected


def test_a_height_is_a_logarithm_rounded_up():
    for rows in range(2, 3000, 7):
        assert height(rows * 10, 10, 7) == 1 + ceil(log(rows, 7) - 1e-9)


@pytest.mark.parametrize("rows, leaf, fan, says", [
    (0, 1, 2, "rows=0: at least 1"), (1, 0, 2, "leaf=0: at least 1"), (1, 1, 1, "fan=1: at least 2"),
])  # fmt: skip
def test_what_is_no_tree_is_refused(rows, leaf, fan, says):
    with pytest.raises(ParameterError, match=says):
        height(rows, leaf, fan)


def test_cells_are_those_of_sqlite(tmp_path):
    """A text of n letters: a record of n + 3 bytes, + 4 when its type needs two bytes."""
    for letters, payload, rows in ((20, 23, 150), (100, 104, 37)):
        assert cells(payload, 1) == cells(payload, 127)
        db = sqlite3.connect(tmp_path / f"{letters}.db")
        db.execute("pragma page_size = 4096")
        db.execute("create table t(id integer primary key, a text)")
        db.executemany("insert into t values (?, ?)", [(n, "a" * letters) for n in range(1, 1001)])
        db.commit()
        page = (tmp_path / f"{letters}.db").read_bytes()[4096 * 2 : 4096 * 3]
        db.close()
        assert page[0] == 13, "a leaf of a table"
        assert int.from_bytes(page[3:5]) == rows
        assert cells(payload, rows) <= rows <= cells(payload, 1), "ids above 127 take a byte more"


def test_varints():
    assert [varint(n) for n in (0, 127, 128, 16383, 16384, 2**56)] == [1, 1, 2, 2, 3, 9]
    with pytest.raises(ParameterError, match="number=-1: at least 0"):
        varint(-1)


@pytest.mark.parametrize("most, drawn", [
    (5, "([3]:[1,2][3,4,5])"), (10, "([3,5,7]:[1,2][3,4][5,6][7,8,9,10])"),
    (16, "([5,9]:([3]:[1,2][3,4])([7]:[5,6][7,8])([11,13]:[9,10][11,12][13,14,15,16]))"),
])  # fmt: skip
def test_trees_of_the_chapter(most, drawn):
    assert str(built(range(1, most + 1))) == drawn


def test_sorted_keys_leave_leaves_half_empty():
    assert [len(levels(built(range(1, n + 1)))) for n in (4, 5, 10, 16, 17, 100, 1000)] == [1, 2, 2, 3, 3, 6, 9]  # fmt: skip
    inorder = built(range(1, 1001))
    mixed = built((np.random.Generator(np.random.PCG64(1)).permutation(1000) + 1).tolist())
    back = built(range(1000, 0, -1))
    assert [len(levels(tree)[-1]) for tree in (inorder, mixed, back)] == [499, 335, 333]
    assert [len(levels(tree)) for tree in (inorder, mixed, back)] == [9, 7, 6]
    assert [round(fill(tree), 2) for tree in (inorder, mixed, back)] == [0.5, 0.75, 0.75]


@pytest.mark.parametrize("seed", range(8))
def test_what_must_hold_after_every_key(seed):
    keys = np.random.default_rng(seed).integers(0, 40, 60).tolist()
    for state in grow(keys).states[1:]:
        tree = state.tree
        rows = levels(tree)
        assert all(node.is_leaf for node in rows[-1])
        assert all(len(leaf.keys) <= LEAF for leaf in rows[-1])
        for inner in (node for row in rows[:-1] for node in row):
            assert 2 <= len(inner.children) == len(inner.keys) + 1 <= FAN
        done = keys[: len(in_order(tree))]
        assert list(in_order(tree)) == sorted(done)
        assert state.key in path(tree, state.key)[-1].keys
        assert len(path(tree, state.key)) == len(rows)


def test_each_split_is_told():
    told = grow(range(1, 17))
    assert [state.total for state in told.states] == [0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 5, 5, 6, 6, 8, 8]  # fmt: skip
    root = told.states[11].splits
    assert [each.kind for each in root] == ["leaf", "inner"]
    assert root[-1].root and root[-1].up == 5
    assert "top" in str(told.states[11].why)
    assert btree.empty() == told.states[0].tree


def test_orders_and_lists_of_keys():
    assert btree.order("sorted", 4, 9) == (1, 2, 3, 4)
    assert btree.order("reversed", 4, 9) == (4, 3, 2, 1)
    assert sorted(btree.order("chance", 30, 9)) == list(range(1, 31))
    assert btree.order("chance", 30, 9) == btree.order("chance", 30, 9) != btree.order("chance", 30, 8)  # fmt: skip
    assert btree.keys_of("5, 3 8") == (5, 3, 8)


@pytest.mark.parametrize("text, says", [
    ("", "keys=: write at least one number"), ("1 x", "position=2: x is no whole number from 1 to 99"),
    ("0", "position=1: 0 is no whole number"), ("3 -1", "position=2: -1 is no whole number"), ("1 " * 41, "keys=41: at most 40"),
])  # fmt: skip
def test_what_is_no_list_of_keys_is_explained(text, says):
    with pytest.raises(ParameterError) as why:
        btree.keys_of(text)
    assert says in str(why.value)
