"""Nodes in a row, cut in two with scissors: who goes on, and how often a majority is up at all.

Built on `quorum` and `cutstory`, which say what is modelled. A cut at 0, or behind the last node, cuts
nothing. `heavy` gives the first node a second vote.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

from coursekit.sims.failover.availability import downtime_min
from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.cutstory import Moment, Told, tell
from coursekit.sims.netstorage.quorum import Cut, majority, outcome, quorum, tolerated

__all__ = ["MOST", "Chance", "Played", "Votes", "Witness", "chances", "play"]

MOST = 7
Witness = Literal["none", "left", "right"]
Votes = Literal["equal", "heavy"]
WITNESS: tuple[Witness, ...] = get_args(Witness)
VOTES: tuple[Votes, ...] = get_args(Votes)
HOURS = 60.0


@dataclass(frozen=True)
class Chance:
    """How often so many nodes have a majority: share of time, hours a year without, deaths they bear."""

    nodes: int
    quorum: int
    tolerated: int
    up: float
    away_h: float


@dataclass(frozen=True)
class Played:
    """The record of the cut, and the chances of 1 to `MOST` nodes."""

    told: Told
    chances: tuple[Chance, ...]
    lesson: Message

    @property
    def states(self) -> tuple[Moment, ...]:
        """The moments of the record."""
        return self.told.states


@lru_cache(maxsize=8)
def chances(a: float) -> tuple[Chance, ...]:
    """For 1 to `MOST` nodes with a vote each, all up with chance `a`."""
    require(0 < a <= 1, "a={x}: choose more than 0, up to 1", x=a)
    found = []
    for n in range(1, MOST + 1):
        up = majority(n, a)
        found.append(Chance(n, quorum(n), tolerated(n), up, downtime_min(min(1.0, up)) / HOURS))
    return tuple(found)


@lru_cache(maxsize=64)  # a lab asks again when only its width has changed
def play(nodes: int, cut: int, witness: Witness = "none", votes: Votes = "equal", *, cached: bool = False, a: float = 0.99) -> Played:  # fmt: skip
    """The whole record."""
    require(1 <= nodes <= MOST, "nodes={n}: choose 1 to {most}", n=nodes, most=MOST)
    require(0 <= cut <= nodes, "cut={n}: choose 0 to {most}, the nodes", n=cut, most=nodes)
    require(witness in WITNESS, "witness={w}: choose one of {known}", w=witness, known=", ".join(WITNESS))  # fmt: skip
    require(votes in VOTES, "votes={v}: choose one of {known}", v=votes, known=", ".join(VOTES))
    each = (2 if votes == "heavy" else 1, *(1 for _node in range(nodes - 1)))
    groups = tuple(group for group in (tuple(range(cut)), tuple(range(cut, nodes))) if group)
    sees = None if witness == "none" else min(len(groups) - 1, WITNESS.index(witness) - 1)
    told = tell(Cut(votes=each, groups=groups, witness=sees), cached_reads=cached)
    if len(groups) == 1:
        told = replace(told, states=told.states[:1])
    return Played(told, chances(a), _lesson(told))


def _lesson(told: Told) -> Message:
    """What this case teaches, in a sentence."""
    groups, running = told.outcome.groups, told.outcome.running
    if len(groups) == 1:
        return Message.of("Nothing is cut: as long as {need} votes of {total} hear each other, they go on.", need=told.outcome.quorum, total=told.cut.total)  # fmt: skip
    if not running:
        return Message.of("Nobody has {need} of {total} votes, so everybody stops: safe, and useless. One vote more, a witness or a node, decides it.", need=told.outcome.quorum, total=told.cut.total)  # fmt: skip
    won = groups[running[0]]
    if won.witness and running[0] not in outcome(replace(told.cut, witness=None)).running:
        return Message.of("The witness decides: without its vote this side would have too few. It holds no data, it only says whom it hears.")  # fmt: skip
    return Message.of("Two sides cannot both have more than half: whatever is cut, at most one goes on, and no data are written twice.")  # fmt: skip
