"""The precedence graph: is a schedule as good as running its transactions one after the other?

An edge Ti → Tj for each pair of steps in conflict: of different transactions, on the same row, at
least one of them a change, Ti's first. Without a cycle the schedule is (conflict-)serialisable, and
every topological order is an equivalent serial one; the one told takes the smallest number first.
Counting rows conflicts with inserting or deleting one of them. Transactions that roll back are left
out. The graph reads the schedule as it stands, as with one version of each row and no locks.
Left out: view serialisability, which is weaker and hard (NP-complete) to test.
Source: Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery", 1987, chapter 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.sims.databases.schedules import WRITES, Schedule, Step
from coursekit.sims.message import Message

Edge = tuple[int, int]


@dataclass(frozen=True)
class Conflict:
    """Two steps, by their places in the schedule (from 0), that may not change places."""

    first: int
    second: int
    edge: Edge


@dataclass(frozen=True)
class State:
    """The graph after the steps up to place `at` (-1: before the first)."""

    at: int
    conflicts: tuple[Conflict, ...]  # those found with this step
    edges: tuple[Edge, ...]
    cycle: tuple[int, ...]  # transactions along a cycle, () when there is none
    label: Message
    why: Message


@dataclass(frozen=True)
class Graph:
    """The verdict on a schedule: a cycle, or the serial order it is equivalent to."""

    schedule: Schedule
    transactions: tuple[int, ...]  # those that are compared
    conflicts: tuple[Conflict, ...]
    edges: tuple[Edge, ...]
    cycle: tuple[int, ...]
    order: tuple[int, ...]  # () when there is a cycle
    states: tuple[State, ...]

    @property
    def serialisable(self) -> bool:
        """Whether some serial order gives the same."""
        return not self.cycle


def clash(one: Step, other: Step) -> bool:
    """Whether two steps may not change places."""
    if one.tx == other.tx or not (one.key and other.key):
        return False
    if "n" in (one.kind, other.kind):
        count, change = (one, other) if one.kind == "n" else (other, one)
        return change.kind in ("i", "d") and change.key.startswith(count.key)
    return one.key == other.key and (one.kind in WRITES or other.kind in WRITES)


def graph(schedule: Schedule) -> Graph:
    """The graph, step by step, and the verdict."""
    undone = {step.tx for step in schedule.steps if step.kind == "a"}
    found: list[Conflict] = []
    states = [State(-1, (), (), (), Message.of("Before the first step"), Message.of("Each pair of steps that may not change places will give an edge."))]  # fmt: skip
    for at, step in enumerate(schedule.steps):
        new = [] if step.tx in undone else [
            Conflict(before, at, (other.tx, step.tx))
            for before, other in enumerate(schedule.steps[:at])
            if other.tx not in undone and clash(other, step)
        ]  # fmt: skip
        found += new
        states.append(_state(schedule, at, new, found, undone))
    edges = _edges(found)
    left = tuple(tx for tx in schedule.transactions if tx not in undone)
    cycle = find_cycle(left, edges)
    order = () if cycle else serial_order(left, edges)
    return Graph(schedule, left, tuple(found), edges, cycle, order, tuple(states))


def _state(schedule: Schedule, at: int, new: list[Conflict], found: list[Conflict], undone: set[int]) -> State:  # fmt: skip
    step, edges = schedule.steps[at], _edges(found)
    cycle = find_cycle(schedule.transactions, edges)
    if step.tx in undone:
        why = Message.of("T{tx} rolls back: its steps do not count.", tx=step.tx)
    elif not step.key:
        why = Message.of("An end conflicts with nothing.")
    elif not new:
        why = Message.of("No earlier step of another transaction conflicts with {step}.", step=step.bare)  # fmt: skip
    else:
        pairs = ", ".join(f"{schedule.steps[each.first].bare}–{step.bare}" for each in new)
        why = Message.of("In conflict: {pairs}. Whoever came first must come first in a serial order too.", pairs=pairs)  # fmt: skip
    return State(at, tuple(new), edges, cycle, Message.of("{step}", step=step.bare), why)


def _edges(conflicts: Iterable[Conflict]) -> tuple[Edge, ...]:
    return tuple(dict.fromkeys(each.edge for each in conflicts))


def find_cycle(nodes: Iterable[int], edges: Iterable[Edge]) -> tuple[int, ...]:
    """The nodes along a shortest cycle, from its smallest one on; () when there is none."""
    after: dict[int, list[int]] = {node: [] for node in nodes}
    for first, second in edges:
        after[first].append(second)
    found = [way for node in sorted(after) if (way := _way_back(node, after))]
    return min(found, key=len, default=())


def _way_back(start: int, after: dict[int, list[int]]) -> tuple[int, ...]:
    """A shortest way from a node to itself, breadth first; its nodes once each."""
    ways: list[tuple[int, ...]] = [(start,)]
    seen: set[int] = set()
    while ways:
        way, *ways = ways
        for node in after[way[-1]]:
            if node == start:
                return way
            if node not in seen:
                seen.add(node)
                ways.append((*way, node))
    return ()


def serial_order(nodes: Iterable[int], edges: Iterable[Edge]) -> tuple[int, ...]:
    """The topological order that takes the smallest free node first; the edges have no cycle."""
    left, order = sorted(nodes), []
    edges = set(edges)
    while left:
        free = next(node for node in left if not any(second == node and first in left for first, second in edges))  # fmt: skip
        left.remove(free)
        order.append(free)
    return tuple(order)
