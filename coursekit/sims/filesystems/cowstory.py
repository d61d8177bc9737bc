"""A copy-on-write commit, write by write, and what is found after the power fails in the middle.

Built on `cow`; nothing is decided here but the sentences. Left out: as in `cow`.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from coursekit.sims.filesystems import cow
from coursekit.sims.filesystems.cow import SUPERBLOCK, Commit, Disk, Seen
from coursekit.sims.message import Message, require

__all__ = ["State", "Told", "tell"]

Kind = Literal["start", "write", "flush", "switch", "crash", "end"]


@dataclass(frozen=True)
class State:
    """The disk so far; `fresh` blocks are new, `pending` ones perhaps not yet on it."""

    kind: Kind
    disk: Disk
    fresh: tuple[int, ...] = ()
    pending: tuple[int, ...] = ()
    block: int | None = None  # written by this step
    root: int = -1  # where the superblock points
    found: tuple[tuple[Seen, int], ...] = ()  # after a crash: outcome, states with it
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """The commit, all crash states by outcome, and the states."""

    made: Commit
    old_root: int
    new_root: int
    counts: dict[Seen, int]
    states: tuple[State, ...]

    @property
    def shared(self) -> int:
        """Blocks that the old tree and the new one have in common."""
        both = {**self.made.disk, **{each.block: each.node for each in self.made.writes if not each.flush}}  # fmt: skip
        return len(cow.reach(both, self.old_root) & cow.reach(both, self.new_root))

    @property
    def written(self) -> int:
        """Blocks of data and tree, without the superblock."""
        return sum(each.block > SUPERBLOCK for each in self.made.writes)


def tell(depth: int = 2, leaf: int = 0, crash: int = 0, *, flush: bool = True) -> Told:
    """One block of data overwritten; the power fails after `crash` steps (0: it does not)."""
    disk = cow.plant(depth)
    made = cow.commit(disk, {leaf: f"new {leaf}"}, flush=flush)
    require(0 <= crash <= len(made.writes), "crash={n}: choose 0 (never) to {last}, the steps of this commit", n=crash, last=len(made.writes))  # fmt: skip
    old, new = disk[SUPERBLOCK].children[0], made.writes[-1].node.children[0]
    steps = [_step(made, moment) for moment in range((crash or len(made.writes)) + 1)]
    steps.append(_crashed(made, crash, steps[-1]) if crash else _end(steps[-1], old))
    return Told(made, old, new, dict(Counter(cow.outcomes(made).values())), tuple(steps))


def _step(made: Commit, moment: int) -> State:
    """After the first `moment` writes and flushes, all of them carried out."""
    done = made.writes[:moment]
    disk = {**made.disk, **{each.block: each.node for each in done if not each.flush}}
    fresh = tuple(each.block for each in done if each.block > SUPERBLOCK)
    flushed = max((place for place, each in enumerate(done) if each.flush), default=-1)
    pending = tuple(each.block for each in done[flushed + 1 :])
    root = disk[SUPERBLOCK].children[0]
    if not done:
        return State("start", disk, root=root, why=(_START,))
    last = done[-1]
    kind: Kind = "flush" if last.flush else "write" if last.block else "switch"
    return State(kind, disk, fresh, pending, None if last.flush else last.block, root, why=(last.why,))  # fmt: skip


def _crashed(made: Commit, moment: int, last: State) -> State:
    found = Counter(cow.outcomes(made, moment).values())
    total = sum(found.values())
    why = [Message.of("The power fails. Of the writes since the last flush any may be missing; possible states: {n}.", n=total)]  # fmt: skip
    if found["damaged"]:
        why.append(Message.of("In {n} of them a pointer leads to a block that was never written: damaged.", n=found["damaged"]))  # fmt: skip
    elif not found["new"]:
        why.append(_OLD)
    else:
        why.append(_BOTH if found["old"] else _NEW)
    return State("crash", last.disk, last.fresh, last.pending, None, last.root, tuple(sorted(found.items())), tuple(why))  # fmt: skip


def _end(last: State, old: int) -> State:
    why = Message.of("Done. The old top, block {block}, still leads to the whole old tree: whoever keeps its number has a snapshot, for nothing.", block=old)  # fmt: skip
    return State("end", last.disk, last.fresh, (), None, last.root, why=(why,))


_START = Message.of("The superblock points to the top of the tree. A block of data is to be overwritten.")  # fmt: skip
_OLD = Message.of("In each of them the superblock points to the old tree, which nothing has touched: the old data, all of them.")  # fmt: skip
_BOTH = Message.of("With the superblock's write the new tree is found, whole; without it the old one, whole.")  # fmt: skip
_NEW = Message.of("The new tree is found, whole.")
