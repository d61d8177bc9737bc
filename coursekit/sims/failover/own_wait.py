"""A learner's own countdown rule, tried on a group of routers.

The rule is a function `wait(priority, interval)`: how many seconds of silence a Backup bears
before it takes over. Modelled: what `vrrp` models, the down interval replaced. Tried: start,
a crash of the Active, and its return.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coursekit.sims.failover.cluster import Cluster, Event, Node
from coursekit.sims.failover.vrrp import Record, play
from coursekit.sims.message import ParameterError, require

__all__ = ["CRASH_S", "Trial", "try_rule"]

CRASH_S, UNTIL_S = 15.0, 40.0


@dataclass(frozen=True)
class Trial:
    """The record, and the verdict.

    `waits`: the countdown of each node; `heir`: who takes over first after the crash (None:
    nobody); `outage_s`; `double_s`: seconds with two owners; `alarms`: takeovers while the
    Active lived.
    """

    record: Record
    waits: tuple[float, ...]
    heir: str | None
    best: str
    outage_s: float
    double_s: float
    alarms: int


def try_rule(
    rule: Callable[[int, float], Any], priorities: tuple[int, ...], interval_s: float
) -> Trial:
    """Start these nodes with the rule, crash the best of them, and judge.

    Raises ParameterError when the rule gives no usable number.
    """
    nodes = tuple(
        Node(id=f"r{i + 1}", ip=f"10.0.0.{11 + i}", prio=prio, adv=interval_s)
        for i, prio in enumerate(priorities)
    )
    waits = tuple(_seconds(rule, prio, interval_s) for prio in priorities)
    first = max(nodes, key=lambda node: (node.prio, node.address)).id
    crash = Event(CRASH_S, "crash", first)
    record = play(Cluster(nodes=nodes), [crash], UNTIL_S, wait=lambda p, a: _seconds(rule, p, a))
    rest = [node for node in nodes if node.id != first]
    best = max(rest, key=lambda node: (node.prio, node.address)).id
    taken = [e for e in record.trace if e["kind"] == "state" and e["state"] == "Active"]
    after = [e for e in taken if e["t"] > CRASH_S]
    return Trial(
        record, waits, after[0]["id"] if after else None, best,
        record.seconds(0, CRASH_S), record.seconds(2), _alarms(record, first),
    )  # fmt: skip


def _alarms(record: Record, first: str) -> int:
    """Takeovers by others at a time when `first` had been Active before, and still was."""
    since, count = None, 0
    for entry in record.trace:
        if entry["kind"] == "state" and entry["id"] == first:
            since = entry["t"] if entry["state"] == "Active" else None
        elif entry["kind"] == "state" and entry["state"] == "Active":
            count += since is not None and since < entry["t"]
    return count


def _seconds(rule: Callable[[int, float], Any], priority: int, interval_s: float) -> float:
    said = rule(priority, interval_s)
    number = isinstance(said, (int, float)) and not isinstance(said, bool)
    if not number or not math.isfinite(said):
        raise ParameterError(
            "wait({priority}, {interval})={said}: return a number of seconds",
            priority=priority, interval=interval_s, said=repr(said),
        )  # fmt: skip
    require(
        0.01 <= said <= 1000, "wait({priority}, {interval})={said}: choose 0.01 to 1000 seconds",
        priority=priority, interval=interval_s, said=said,
    )  # fmt: skip
    return float(said)
