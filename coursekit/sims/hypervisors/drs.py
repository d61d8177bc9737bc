"""DRS: machines are moved, one at a time, until the hosts are loaded alike.

Modelled: load of a host = what its machines are entitled to / its capacity; imbalance = the
standard deviation of the loads; greedy moves, the one that leaves least imbalance first, none
onto a host it would overload. Left out: what a move costs, rules, memory as a second load, the
benefit predicted over time. Source: Gulati et al. 2012 (classic DRS).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = ["Balanced", "Cluster", "Moment", "Move", "balance", "imbalance"]

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
    end: Literal["balanced", "no_gain", "max_moves"]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves in order."""
        return tuple(state.move for state in self.states if state.move)


def imbalance(loads: Mapping[str, float]) -> float:
    """Population standard deviation of the hosts' loads."""
    mean = fsum(loads.values()) / len(loads)
    return sqrt(fsum((load - mean) ** 2 for load in loads.values()) / len(loads))


def balance(cluster: Cluster) -> Balanced:
    """Best move after best move, until the loads are alike enough or none helps."""
    loads = cluster.loads(cluster.placed)
    why = Message.of("Before any move the loads differ by {dev:.3f}.", dev=imbalance(loads))
    states = [Moment(None, dict(cluster.placed), loads, imbalance(loads), why)]
    while states[-1].dev > cluster.threshold:
        if len(states) > cluster.max_moves:
            return Balanced(cluster, tuple(states), "max_moves")
        best = _best(cluster, states[-1].placed)
        if best is None or best.dev >= states[-1].dev - GAIN:
            return Balanced(cluster, tuple(states), "no_gain")
        states.append(_after(cluster, states[-1], best))
    return Balanced(cluster, tuple(states), "balanced")


def _best(cluster: Cluster, placed: Mapping[str, str]) -> Move | None:
    """The move that leaves least imbalance; of equals the first machine, then the first host."""
    found = []
    for vm, source in placed.items():
        for target in cluster.hosts:
            loads = cluster.loads({**placed, vm: target})
            if target != source and loads[target] <= 1 + GAIN:
                found.append(Move(vm, source, target, imbalance(loads)))
    return min(found, key=lambda move: (round(move.dev, CLOSE), move.vm, move.target), default=None)


def _after(cluster: Cluster, before: Moment, move: Move) -> Moment:
    placed = {**before.placed, move.vm: move.target}
    loads = cluster.loads(placed)
    why = Message.of(
        "{vm} moves from {source} to {target}: of all moves it leaves the loads most alike, {dev:.3f} instead of {before:.3f}.",
        vm=move.vm, source=move.source, target=move.target, dev=move.dev, before=before.dev,
    )  # fmt: skip
    return Moment(move, placed, loads, imbalance(loads), why)
