"""B+trees: how high they are, how full, which pages a search reads; and how they grow.

Growing: a leaf holds at most 4 keys, an inner node at most 4 children. A leaf with 5 splits 2 | 3
and copies the first key of its right part up; an inner node with 5 children splits 2 | 3 and moves
the middle key up. An equal key goes right of a separator. Left out: deletion, and what real engines
do at the right edge (SQLite fills a leaf there before it begins the next).
Sources: Bayer, McCreight, Acta Informatica 1972; Comer, ACM Computing Surveys 1979; SQLite,
"Database File Format", section 1.6 (cells of a table leaf).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coursekit.sims.message import Message, require

LEAF, FAN = 4, 4  # most keys of a leaf, most children of an inner node
LEFT = 2  # what stays on the left of a split
PAGE = 4096


def height(rows: int, leaf: int, fan: int) -> int:
    """Levels of a full tree of so many rows; a search reads one page a level."""
    require(rows >= 1, "rows={rows}: at least 1", rows=rows)
    require(leaf >= 1, "leaf={leaf}: at least 1", leaf=leaf)
    require(fan >= 2, "fan={fan}: at least 2", fan=fan)
    nodes, levels = -(-rows // leaf), 1
    while nodes > 1:
        nodes, levels = -(-nodes // fan), levels + 1
    return levels


def varint(number: int) -> int:
    """Bytes of SQLite's variable-length form of a number, 1 to 9."""
    require(number >= 0, "number={number}: at least 0", number=number)
    return next((size for size in range(1, 9) if number < 1 << 7 * size), 9)


def cells(payload: int, rowid: int) -> int:
    """Rows in a leaf of an SQLite table with pages of 4096 B: `payload` bytes a row."""
    return (PAGE - 8) // (varint(payload) + varint(rowid) + payload + 2)


@dataclass(frozen=True)
class Node:
    """A page: its keys, and below an inner node one child more than keys."""

    keys: tuple[int, ...]
    children: tuple["Node", ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether it holds rows."""
        return not self.children

    def __str__(self) -> str:
        """Nested: `[3] over [1,2][3,4,5]` is `([3]:[1,2][3,4,5])`."""
        own = "[" + ",".join(map(str, self.keys)) + "]"
        return own if self.is_leaf else f"({own}:{''.join(map(str, self.children))})"


def empty() -> Node:
    """A tree without a key: one empty leaf."""
    return Node(())


def levels(tree: Node) -> tuple[tuple[Node, ...], ...]:
    """The nodes of each level, the root first, from left to right."""
    found: list[tuple[Node, ...]] = [(tree,)]
    while not found[-1][0].is_leaf:
        found.append(tuple(child for node in found[-1] for child in node.children))
    return tuple(found)


def in_order(tree: Node) -> tuple[int, ...]:
    """All keys, ascending."""
    return tuple(key for leaf in levels(tree)[-1] for key in leaf.keys)


def fill(tree: Node) -> float:
    """How full the leaves are, 0 to 1."""
    leaves = levels(tree)[-1]
    return sum(len(leaf.keys) for leaf in leaves) / (LEAF * len(leaves))


def path(tree: Node, key: int) -> tuple[Node, ...]:
    """The pages that a search for a key reads, the root first."""
    found = [tree]
    while not found[-1].is_leaf:
        found.append(found[-1].children[bisect_right(found[-1].keys, key)])
    return tuple(found)


@dataclass(frozen=True)
class Split:
    """A page that overflowed: of which kind, the key that went up, both halves."""

    kind: Literal["leaf", "inner"]
    up: int
    left: Node
    right: Node
    root: bool = False  # whether a new root had to be made


@dataclass(frozen=True)
class State:
    """The tree after a key; `key` is None before the first."""

    tree: Node
    key: int | None
    splits: tuple[Split, ...]
    total: int  # splits so far
    why: Message


@dataclass(frozen=True)
class Growth:
    """A tree that grows key by key."""

    states: tuple[State, ...]


def insert(tree: Node, key: int) -> tuple[Node, tuple[Split, ...]]:
    """The tree with one key more, and the splits that made room, from the leaf upwards."""
    nodes, splits = _insert(tree, key)
    if len(nodes) == 1:
        return nodes[0], tuple(splits)
    last = splits[-1]
    splits[-1] = Split(last.kind, last.up, last.left, last.right, root=True)
    return Node((last.up,), tuple(nodes)), tuple(splits)


def _insert(node: Node, key: int) -> tuple[list[Node], list[Split]]:
    """One node, or the two halves it was split into; and the splits, the last one of this node."""
    if node.is_leaf:
        at = bisect_right(node.keys, key)
        return _halves(Node((*node.keys[:at], key, *node.keys[at:])), [])
    at = bisect_right(node.keys, key)
    below, splits = _insert(node.children[at], key)
    keys = node.keys if len(below) == 1 else (*node.keys[:at], splits[-1].up, *node.keys[at:])
    return _halves(Node(keys, (*node.children[:at], *below, *node.children[at + 1 :])), splits)


def _halves(node: Node, splits: list[Split]) -> tuple[list[Node], list[Split]]:
    if len(node.keys) <= LEAF and len(node.children) <= FAN:
        return [node], splits
    if node.is_leaf:
        left, right, up = Node(node.keys[:LEFT]), Node(node.keys[LEFT:]), node.keys[LEFT]
        return [left, right], [*splits, Split("leaf", up, left, right)]
    left = Node(node.keys[: LEFT - 1], node.children[:LEFT])
    right = Node(node.keys[LEFT:], node.children[LEFT:])
    return [left, right], [*splits, Split("inner", node.keys[LEFT - 1], left, right)]


def grow(keys: Sequence[int]) -> Growth:
    """Insert these keys one after the other."""
    return Growth(tuple(_grown(keys)))


def built(keys: Sequence[int]) -> Node:
    """The tree that is left when all keys are in."""
    tree = empty()
    for key in keys:
        tree, _splits = insert(tree, key)
    return tree


def _grown(keys: Sequence[int]) -> Iterator[State]:
    state = State(empty(), None, (), 0, Message.of("One empty leaf: it is the root too."))
    yield state
    for key in keys:
        tree, splits = insert(state.tree, key)
        state = State(tree, key, splits, state.total + len(splits), _why(key, splits))
        yield state


def _why(key: int, splits: Sequence[Split]) -> Message:
    if not splits:
        return Message.of("{key} has room in its leaf.", key=key)
    leaf, last = splits[0], splits[-1]
    values = {"key": key, "left": len(leaf.left.keys), "right": len(leaf.right.keys), "up": leaf.up, "count": len(splits)}  # fmt: skip
    if last.root:
        return Message.of("{key} finds its leaf full: the leaf splits {left} | {right} and {up} goes up. {count} pages split, the root too: the tree is one level higher, at the top.", **values) if len(splits) > 1 else Message.of("{key} finds its leaf full: the leaf splits {left} | {right} and {up} goes up, into a new root: the tree is one level higher.", **values)  # fmt: skip
    if len(splits) > 1:
        return Message.of("{key} finds its leaf full: the leaf splits {left} | {right} and {up} goes up, where there is no room either. {count} pages split.", **values)  # fmt: skip
    return Message.of("{key} finds its leaf full: it splits {left} | {right}, and a copy of {up} goes up to tell them apart.", **values)  # fmt: skip


MOST_KEYS, MOST_KEY = 40, 99


def keys_of(text: str) -> tuple[int, ...]:
    """A list of keys, as `5 3 8`; ParameterError names the position (from 1) and the rule."""
    words = text.replace(",", " ").split()
    require(bool(words), "keys={text}: write at least one number", text=text.strip())
    require(len(words) <= MOST_KEYS, "keys={count}: at most {most}", count=len(words), most=MOST_KEYS)  # fmt: skip
    for position, word in enumerate(words, 1):
        fits = word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_KEY
        require(fits, "position={position}: {word} is no whole number from 1 to {most}", position=position, word=word, most=MOST_KEY)  # fmt: skip
    return tuple(map(int, words))


def order(kind: Literal["sorted", "reversed", "chance"], count: int, seed: int) -> tuple[int, ...]:
    """The keys 1 to `count`: ascending, descending, or as chance (PCG64 of the seed) has it."""
    keys = tuple(range(1, count + 1))
    if kind == "chance":
        return tuple((np.random.Generator(np.random.PCG64(seed)).permutation(count) + 1).tolist())
    return keys if kind == "sorted" else keys[::-1]
