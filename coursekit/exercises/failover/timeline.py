"""E2.1: who is Active when: the changes of state of a group of VRRP routers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.failover.cluster import Cluster, Event, Node, event_from
from coursekit.sims.failover.vrrp import Wait, play
from coursekit.values import from_plain

Rows = list[list[Any]]

STEP = 125  # timers end on 1/512 s after what set them off: events apart by other ms never tie


def vrrp_timeline(nodes: list[dict[str, Any]], events: list[list[Any]], t_end: float) -> Rows:
    """One row `[t, id, state]` per change of state, in the order in which they happen."""
    return _rows(_nodes(nodes), [event_from(event) for event in events], t_end)


def _nodes(nodes: Sequence[Mapping[str, Any]]) -> list[Node]:
    return [from_plain(Node, dict(node), "node") for node in nodes]


def _rows(
    nodes: Sequence[Node], events: Sequence[Event], t_end: float, wait: Wait | None = None
) -> Rows:
    return play(Cluster(nodes=tuple(nodes)), events, t_end, wait=wait).changes()


def _cases(rng: np.random.Generator) -> Args:
    count = int(rng.integers(2, 5))
    prios = [int(p) for p in rng.choice(np.arange(1, 255), count, replace=False)]
    if rng.random() < 0.15:
        prios[int(rng.integers(count))] = 255
    elif rng.random() < 0.1:
        prios[1] = prios[0]
    mixed, adv = rng.random() < 0.25, rng.choice([0.5, 1.0, 2.0], count)
    nodes = [
        {
            "id": f"r{i + 1}", "ip": f"10.0.0.{11 + i}", "prio": prio,
            "adv": float(adv[i if mixed else 0]), "preempt": bool(rng.random() < 0.8),
        }
        for i, prio in enumerate(prios)
    ]  # fmt: skip
    t_end = int(rng.integers(30, 91)) + 0.1
    return {"nodes": nodes, "events": _events(rng, nodes, prios, t_end), "t_end": t_end}


def _events(
    rng: np.random.Generator, nodes: list[dict[str, Any]], prios: list[int], t_end: float
) -> Rows:
    """The best node fails and mostly comes back; then whatever chance brings."""
    many = int(rng.integers(2, 6))
    odd = rng.choice([ms for ms in range(1, STEP) if ms != 100], many, replace=False)
    times = sorted(
        float(round(rng.integers(4, int(t_end) - 2) + rng.integers(8) * STEP / 1000 + ms / 1000, 3))
        for ms in odd
    )
    first = nodes[int(np.argmax(prios))]["id"]
    found: Rows = [[times[0], str(rng.choice(["crash", "stop", "stop"])), first]]
    if many > 2:
        found.append([times[1], "restart", first])
    return found + [_event(rng, t, nodes) for t in times[len(found) :]]


def _event(rng: np.random.Generator, t: float, nodes: list[dict[str, Any]]) -> list[Any]:
    kind = str(rng.choice(["crash", "restart", "stop", "prio", "cut", "heal"]))
    one, other = (nodes[i]["id"] for i in rng.choice(len(nodes), 2, replace=False))
    extra = {"prio": [int(rng.integers(1, 255))], "cut": [other], "heal": [other]}
    return [t, kind, one, *extra.get(kind, [])]


def _with_wait(wait: Wait) -> Any:
    def wrong(nodes: list[dict[str, Any]], events: list[list[Any]], t_end: float) -> Rows:
        return _rows(_nodes(nodes), [event_from(e) for e in events], t_end, wait)

    return wrong


def _never_preempts(nodes: list[dict[str, Any]], events: list[list[Any]], t_end: float) -> Rows:
    calm = [replace(node, preempt=False) for node in _nodes(nodes)]
    return _rows(calm, [event_from(e) for e in events], t_end)


def _stop_as_crash(nodes: list[dict[str, Any]], events: list[list[Any]], t_end: float) -> Rows:
    silent = [[e[0], "crash", e[2]] if e[1] == "stop" else e for e in events]
    return vrrp_timeline(nodes, silent, t_end)


def _unsorted(nodes: list[dict[str, Any]], events: list[list[Any]], t_end: float) -> Rows:
    rows = vrrp_timeline(nodes, events, t_end)
    return sorted(rows, key=lambda row: (row[1], row[0]))


_TWO = [
    {"id": "r1", "ip": "10.0.0.11", "prio": 200, "adv": 1.0, "preempt": True},
    {"id": "r2", "ip": "10.0.0.12", "prio": 150, "adv": 1.0, "preempt": True},
]
_EQUAL = [{**node, "prio": 100} for node in _TWO]
_BEGIN: Rows = [[0.0, "r1", "Backup"], [0.0, "r2", "Backup"]]


def _sample(nodes: list[dict[str, Any]], events: Rows, t_end: float, rows: Rows) -> Sample:
    return Sample({"nodes": nodes, "events": events, "t_end": t_end}, _BEGIN + rows)


TIMELINE = Exercise(
    id="E2.1",
    chapter="failover",
    title=mark("Who is Active, and when"),
    reference=vrrp_timeline,
    cases=_cases,
    tolerance=1e-6,
    samples=(
        _sample(
            _TWO, [[10.0, "crash", "r1"], [20.0, "restart", "r1"]], 30.0,
            [
                [3.21875, "r1", "Active"], [10.0, "r1", "Initialize"], [12.6328125, "r2", "Active"],
                [20.0, "r1", "Backup"], [23.21875, "r1", "Active"], [23.21875, "r2", "Backup"],
            ],
        ),
        _sample(
            _TWO, [[10.0, "cut", "r1", "r2"], [15.0, "heal", "r1", "r2"]], 20.0,
            [[3.21875, "r1", "Active"], [12.6328125, "r2", "Active"], [15.21875, "r2", "Backup"]],
        ),
        _sample(
            _EQUAL, [], 10.0,
            [[3.609375, "r1", "Active"], [3.609375, "r2", "Active"], [3.609375, "r1", "Backup"]],
        ),
        _sample(
            _TWO, [[10.0, "prio", "r1", 140], [20.0, "stop", "r2"]], 30.0,
            [
                [3.21875, "r1", "Active"], [12.6328125, "r2", "Active"], [12.6328125, "r1", "Backup"],
                [20.0, "r2", "Initialize"], [20.453125, "r1", "Active"],
            ],
        ),
    ),
    wrong=(
        Wrong(
            "skew upside down",
            _with_wait(lambda prio, adv: 3 * adv + prio * adv / 256),
            mark(
                "Your skew grows with the priority: it is (256 − prio)·A / 256, so that the best node waits least."
            ),
        ),
        Wrong(
            "skew of version 2",
            _with_wait(lambda prio, adv: 3 * adv + (256 - prio) / 256),
            mark("Your skew does not scale with the interval: in version 3 it is multiplied by A."),
        ),
        Wrong(
            "no skew",
            _with_wait(lambda _prio, adv: 3 * adv),
            mark("You forget the skew: the countdown is 3·A + (256 − prio)·A / 256."),
        ),
        Wrong(
            "stop as crash",
            _stop_as_crash,
            mark(
                "You treat a stop as a crash: a node that is stopped sends priority 0, and each Backup then waits for its skew only."
            ),
        ),
        Wrong(
            "never preempts",
            _never_preempts,
            mark(
                "A better node never takes back in your answer: with `preempt` it discards lower advertisements and lets its timer run out."
            ),
        ),
        Wrong(
            "sorted by node",
            _unsorted,
            mark("Your rows are sorted by node: give them in the order in which they happen."),
        ),
    ),
)  # fmt: skip
