"""DRS: machines are moved, one at a time, until the hosts are loaded alike.

Modelled: load of a host = what its machines are entitled to / its capacity; imbalance = the
standard deviation of the loads; greedy moves, the one that leaves least imbalance first, none
onto a host it would overload. Left out: what a move costs, rules, memory as a second load, the
benefit predicted over time. Source: Gulati et al. 2012 (classic DRS).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = ["Balanced", "Cluster", "Hand", "Moment", "Move", "balance", "imbalance"]

End = Literal["balanced", "no_gain", "max_moves"]

CLOSE = 12  # digits: equal but for rounding is equal, so that names decide
GAIN = 1e-12


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Hosts with their capacity, machines with what they are entitled to and where they are."""

    hosts: Mapping[str, float]
    entitled: Mapping[str, float]
    placed: Mapping[str, str]
    threshold: float = 0.1
    max_moves: int = 20

    def __post_init__(self) -> None:
        require(len(self.hosts) > 0, "hosts={n}: choose 1 or more", n=len(self.hosts))
        for name, value in self.hosts.items():
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        for name, value in self.entitled.items():
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
            require(
                self.placed.get(name) in self.hosts,
                "vm={vm}: it must be on one of the hosts", vm=name,
            )  # fmt: skip
        require(
            self.threshold >= 0, "{name}={value}: choose 0 or more",
            name="threshold", value=self.threshold,
        )  # fmt: skip
        require(
            self.max_moves >= 0, "{name}={value}: choose 0 or more",
            name="max_moves", value=self.max_moves,
        )  # fmt: skip

    def loads(self, placed: Mapping[str, str]) -> dict[str, float]:
        """Load of each host with the machines placed so."""
        return {
            host: fsum(self.entitled[vm] for vm, at in placed.items() if at == host) / capacity
            for host, capacity in self.hosts.items()
        }


@dataclass(frozen=True)
class Move:
    """A machine goes from one host to another; `dev` is the imbalance it leaves."""

    vm: str
    source: str
    target: str
    dev: float


@dataclass(frozen=True)
class Hand:
    """A move by hand, at the moment after `at` moves."""

    at: int
    vm: str
    target: str


@dataclass(frozen=True)
class Moment:
    """Where all are after a move (None: before the first), and why it goes on or ends."""

    move: Move | None
    placed: Mapping[str, str]
    loads: Mapping[str, float]
    dev: float
    why: Message


@dataclass(frozen=True)
class Balanced:
    """The states, one before and one after each move, and what ended it."""

    cluster: Cluster
    states: tuple[Moment, ...]
    end: End

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves in order."""
        return tuple(state.move for state in self.states if state.move)


def imbalance(loads: Mapping[str, float]) -> float:
    """Population standard deviation of the hosts' loads."""
    mean = fsum(loads.values()) / len(loads)
    return sqrt(fsum((load - mean) ** 2 for load in loads.values()) / len(loads))


def balance(cluster: Cluster, by_hand: Sequence[Hand] = ()) -> Balanced:
    """Best move after best move, until the loads are alike enough or none helps.

    Moves by hand come first at their moments, and DRS goes on from where they lead.
    """
    loads = cluster.loads(cluster.placed)
    why = Message.of("Before any move the loads differ by {dev:.3f}.", dev=imbalance(loads))
    states = [Moment(None, dict(cluster.placed), loads, imbalance(loads), why)]
    hands = {hand.at: hand for hand in by_hand}
    while True:
        hand = hands.pop(len(states) - 1, None)
        move = _moved(cluster, states[-1], hand) if hand else _next(cluster, states)
        if not isinstance(move, Move):
            break
        states.append(_after(cluster, states[-1], move, by_hand=hand is not None))
    for at in hands:
        require(False, "at={at}: after {n} moves it ends", at=at, n=len(states) - 1)
    return Balanced(cluster, tuple(states), move)


def _next(cluster: Cluster, states: Sequence[Moment]) -> Move | End:
    """The best move, or why DRS moves nothing more."""
    if states[-1].dev <= cluster.threshold:
        return "balanced"
    if len(states) > cluster.max_moves:
        return "max_moves"
    best = _best(cluster, states[-1].placed)
    return best if best and best.dev < states[-1].dev - GAIN else "no_gain"


def _moved(cluster: Cluster, before: Moment, hand: Hand) -> Move:
    require(hand.vm in before.placed, "vm={vm}: choose one of {names}", vm=hand.vm, names=", ".join(before.placed))  # fmt: skip
    require(hand.target in cluster.hosts, "host={host}: choose one of {names}", host=hand.target, names=", ".join(cluster.hosts))  # fmt: skip
    source = before.placed[hand.vm]
    require(source != hand.target, "host={host}: {vm} is there already", host=source, vm=hand.vm)
    loads = cluster.loads({**before.placed, hand.vm: hand.target})
    return Move(hand.vm, source, hand.target, imbalance(loads))


def _best(cluster: Cluster, placed: Mapping[str, str]) -> Move | None:
    """The move that leaves least imbalance; of equals the first machine, then the first host."""
    found = []
    for vm, source in placed.items():
        for target in cluster.hosts:
            loads = cluster.loads({**placed, vm: target})
            if target != source and loads[target] <= 1 + GAIN:
                found.append(Move(vm, source, target, imbalance(loads)))
    return min(found, key=lambda move: (round(move.dev, CLOSE), move.vm, move.target), default=None)


_SAID = {  # by hand or not
    False: Message("{vm} moves from {source} to {target}: of all moves it leaves the loads most alike, {dev:.3f} instead of {before:.3f}."),
    True: Message("You move {vm} from {source} to {target}: the loads differ by {dev:.3f} instead of {before:.3f}."),
}  # fmt: skip


def _after(cluster: Cluster, before: Moment, move: Move, *, by_hand: bool) -> Moment:
    placed = {**before.placed, move.vm: move.target}
    why = Message.of(
        _SAID[by_hand].text,
        vm=move.vm, source=move.source, target=move.target, dev=move.dev, before=before.dev,
    )  # fmt: skip
    return Moment(move, placed, cluster.loads(placed), move.dev, why)
