"""A tree of checksums: every block's is kept in its parent, the root's above all.

Modelled: a tree of any fan-out over blocks, SHA-256; the path that checks one block; what a new
block changes; the first place where a damaged tree no longer fits. Left out: ZFS's block pointers
with copies and sizes. Sources: Merkle, "A Digital Signature Based on a Conventional Encryption
Function" (1987); OpenZFS documentation, checksums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from coursekit.sims.message import require

__all__ = ["Check", "Step", "Tree", "check", "grow", "path", "replaced", "root_of"]


@dataclass(frozen=True)
class Tree:
    """Sums level by level: those of the blocks first, the root alone last."""

    fan_out: int
    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        """The sum above all others."""
        return self.levels[-1][0]

    @property
    def depth(self) -> int:
        """Levels of parents above the blocks."""
        return len(self.levels) - 1


@dataclass(frozen=True)
class Step:
    """One level of a path: the children of one parent, and which of them is ours."""

    children: tuple[bytes, ...]
    ours: int


@dataclass(frozen=True)
class Check:
    """Whether a block fits; `level` is where it does not: 0 is the block itself."""

    ok: bool
    level: int | None
    reads: int


def grow(blocks: Sequence[bytes], fan_out: int = 2) -> Tree:
    """The tree over these blocks."""
    require(len(blocks) >= 1, "blocks={n}: choose 1 or more", n=len(blocks))
    require(2 <= fan_out <= 1024, "fan_out={n}: choose 2 to 1024", n=fan_out)
    levels = [tuple(_leaf(block) for block in blocks)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(tuple(_parent(below[at : at + fan_out]) for at in range(0, len(below), fan_out)))  # fmt: skip
    return Tree(fan_out, tuple(levels))


def path(tree: Tree, block: int) -> tuple[Step, ...]:
    """What must be known, beside the root, to check one block."""
    require(0 <= block < len(tree.levels[0]), "block={n}: choose 0 to {last}", n=block, last=len(tree.levels[0]) - 1)  # fmt: skip
    steps = []
    for level in tree.levels[:-1]:
        first = block // tree.fan_out * tree.fan_out
        steps.append(Step(level[first : first + tree.fan_out], block - first))
        block //= tree.fan_out
    return tuple(steps)


def root_of(data: bytes, steps: Sequence[Step]) -> bytes:
    """The root that this block would have at the end of this path."""
    total = _leaf(data)
    for step in steps:
        total = _parent((*step.children[: step.ours], total, *step.children[step.ours + 1 :]))
    return total


def check(data: bytes, steps: Sequence[Step], root: bytes) -> Check:
    """From the root down, as a read does: each node must have the sum that its parent names."""
    for level in range(len(steps), 0, -1):
        step = steps[level - 1]
        wanted = root if level == len(steps) else steps[level].children[steps[level].ours]
        if _parent(step.children) != wanted:
            return Check(False, level, len(steps) - level + 1)
    wanted = steps[0].children[steps[0].ours] if steps else root
    fits = _leaf(data) == wanted
    return Check(fits, None if fits else 0, len(steps) + 1)


def replaced(tree: Tree, blocks: Sequence[bytes], block: int, data: bytes) -> tuple[Tree, int]:
    """The tree after one block is written, and how many sums changed: one on each level."""
    require(len(blocks) == len(tree.levels[0]), "blocks={n}: the tree has {has}", n=len(blocks), has=len(tree.levels[0]))  # fmt: skip
    path(tree, block)  # refuses a block that is not there
    after = grow((*blocks[:block], data, *blocks[block + 1 :]), tree.fan_out)
    changed = sum(
        one != two
        for old, new in zip(tree.levels, after.levels, strict=True)
        for one, two in zip(old, new, strict=True)
    )
    return after, changed


def _leaf(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()  # a leaf never passes for a parent


def _parent(children: Sequence[bytes]) -> bytes:
    return sha256(b"\1" + b"".join(children)).digest()
