"""Twenty minutes of a small cluster in which several things happen; the moments worth a look.

Modelled: a `cluster` of six nodes and two applications, disturbed by a rush, an update, a dead
node or all of them; of its states those are told at which something begins, ends or changes, each
with the loops that acted since the one before. Left out: what `world` leaves out, and machines to
order (`nodes` has them). Times of the disturbances, loads and sizes are illustrative.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np

from coursekit.sims.kubernetes import cluster
from coursekit.sims.kubernetes.autoscale import Workload, load_of
from coursekit.sims.kubernetes.hpa import SYNC_S, Autoscaler
from coursekit.sims.kubernetes.nodefailure import CHECK_S, TOLERATION_S
from coursekit.sims.kubernetes.probes import Probe
from coursekit.sims.kubernetes.world import App, Down, Update, World
from coursekit.sims.message import Message, require

__all__ = ["CLOCKS", "EVENTS", "LOOPS", "Happening", "Hour", "Told", "View", "tell", "world_of"]

Happening = Literal["none", "node", "rollout", "load", "all"]
EVENTS: tuple[Happening, ...] = get_args(Happening)
Rows = Sequence[Mapping[str, Any]]
Loop = Literal["autoscaler", "replicaset", "scheduler", "kubelet", "node"]
LOOPS: tuple[Loop, ...] = get_args(Loop)
UNTIL_S, STEP_S, MOST_VIEWS = 1200, 5, 60
RUSH, RUSH_S, DIES_S, UPDATE_S, BACK_S = 2.0, (60.0, 600.0), 240.0, 420.0, 780.0
USUAL_RPS, API_RPS, VICTIM = 630.0, 180.0, "n2"

CLOCKS: Mapping[Loop, Message] = {
    "autoscaler": Message.of("every {s:.0f} s", s=SYNC_S),
    "replicaset": Message("at every change"),
    "scheduler": Message("when a pod waits"),
    "kubelet": Message.of("probes every {s:.0f} s", s=float(Probe().period)),
    "node": Message.of("looks every {s:.0f} s", s=CHECK_S),
}
_ACTS: Mapping[str, Loop] = {
    "scale": "autoscaler", "create": "replicaset", "bind": "scheduler", "start": "kubelet",
    "ready": "kubelet", "gone": "kubelet", "not_ready": "node", "evict": "node",
}  # fmt: skip
# what a learner would not want to miss
_WEIGHT = {
    "update": 9, "down": 9, "back": 9, "not_ready": 9, "evict": 9, "scale": 6, "create": 3,
    "terminating": 3, "ready": 2, "bind": 2, "gone": 1, "start": 1,
}  # fmt: skip
_REASONS = {
    "dead": Message("sent to pods without power"),
    "overload": Message("more than the ready pods can serve"),
    "ending": Message("sent to pods that had just ended"),
    "silent": Message("sent to pods that do not answer"),
    "nobody": Message("no pod was ready"),
}


@dataclass(frozen=True, kw_only=True)
class Hour:
    """What happens, and what the cluster may do about it; `load` in percent of the usual."""

    event: Happening = "all"
    load: int = 100
    replicas: int = 18
    scaler: bool = True
    toleration: float = TOLERATION_S
    pre_stop: float = 0.0

    def __post_init__(self) -> None:
        require(self.event in EVENTS, "event={event}: choose one of {choices}", event=self.event, choices=", ".join(EVENTS))  # fmt: skip
        require(0 <= self.load <= 300, "load={n}: choose 0 to 300 percent of the usual", n=self.load)  # fmt: skip
        require(1 <= self.replicas <= 40, "replicas={n}: choose 1 to 40", n=self.replicas)

    def has(self, event: Happening) -> bool:
        """Does this befall it?"""
        return self.event in (event, "all")


@dataclass(frozen=True)
class View:
    """The cluster at a moment worth a look; what came about since the one before."""

    seen: cluster.Moment
    t: float
    label: Message
    why: tuple[Message, ...]
    loops: tuple[Loop, ...]
    lost: float  # since the one before


@dataclass(frozen=True)
class Told:
    """The moments; over all of the time load, capacity and losses of the first application."""

    hour: Hour
    ran: cluster.Ran
    states: tuple[View, ...]
    load: tuple[tuple[float, float], ...]
    capacity: tuple[tuple[float, float], ...]
    losses: tuple[tuple[float, float], ...]  # of all applications, requests a second


def world_of(hour: Hour) -> World:
    """Six nodes, a shop's front that is scaled and its interface that is not."""
    usual = USUAL_RPS * hour.load / 100
    rush = ((RUSH_S[0], usual * RUSH), (RUSH_S[1], usual)) if hour.has("load") else ()
    scaler = Autoscaler(least=min(4, hour.replicas), most=40) if hour.scaler else None
    web = App(
        name="web", replicas=hour.replicas, request_m=500, limit_m=500, target=70, scaler=scaler,
        work=Workload(curve="points", points=((0.0, usual), *rush)), pre_stop=hour.pre_stop,
    )  # fmt: skip
    api = App(
        name="api", replicas=12, request_m=300, limit_m=300,
        work=Workload(curve="zero", high=API_RPS, at=2.0 * UNTIL_S), pre_stop=hour.pre_stop,
    )  # fmt: skip
    return World(
        apps=(web, api),
        updates=(Update(t=UPDATE_S, app="web", version="v2"),) if hour.has("rollout") else (),
        downs=(Down(node=VICTIM, t=DIES_S, back=BACK_S),) if hour.has("node") else (),
        toleration=hour.toleration, until=UNTIL_S, moments=UNTIL_S // STEP_S,
    )  # fmt: skip


def tell(hour: Hour, rng: np.random.Generator) -> Told:
    """The run, and its moments."""
    ran = cluster.run(world_of(hour), rng)
    web, seen = ran.world.apps[0], ran.states
    assert web.work is not None  # world_of gives it a load
    chosen = [seen[k] for k in _chosen(ran)]
    views = [_first(chosen[0])]
    views += [_view(ran, a, b) for a, b in pairwise(chosen)]
    load = tuple((state.t, load_of(web.work, state.t)) for state in seen)
    capacity = tuple((state.t, _capacity(state, web)) for state in seen)
    losses = tuple((b.t, (_lost(b) - _lost(a)) / (b.t - a.t)) for a, b in pairwise(seen))
    return Told(hour, ran, tuple(views), load, capacity, losses)


def _capacity(state: cluster.Moment, app: App) -> float:
    """Requests a second that the pods of this application can serve which do answer."""
    bricks = (brick for node in state.nodes for brick in node.pods)
    able = sum(
        brick.app == app.name and brick.look == "ready" and not brick.dead for brick in bricks
    )
    return able * app.rps_per_core * app.limit_m / 1000


def _lost(state: cluster.Moment) -> float:
    return sum(app.lost for app in state.apps)


# Which moments


def _chosen(ran: cluster.Ran) -> list[int]:
    """The first, the last, and the weightiest between them."""
    states, last = ran.states, len(ran.states) - 1
    weights = [_weight(ran, k) for k in range(1, last)]
    worth = sorted((k for k in range(1, last) if weights[k - 1]), key=lambda k: -weights[k - 1])
    return [0, *sorted(worth[: MOST_VIEWS - 2]), len(states) - 1]


def _weight(ran: cluster.Ran, k: int) -> int:
    """Of what came about since the state before; a loss that lasts counts where it begins and ends."""
    before, now, after = ran.states[k - 1 : k + 2]
    rows = ran.trace[before.events : now.events]
    weight = sum(_WEIGHT.get(kind, 0) for kind in {each["kind"] for each in rows})
    weight += 3 * (_loses(rows) != _loses(ran.trace[now.events : after.events]))
    return weight + 9 * bool(list(_load_turns(ran, before.t, now.t)))


def _loses(rows: Rows) -> bool:
    return any(each["kind"] == "request_lost" and each["why"] != "ending" for each in rows)


def _load_turns(ran: cluster.Ran, begin: float, end: float) -> Iterator[tuple[float, float]]:
    """Loads before and after each jump in this time."""
    work = ran.world.apps[0].work
    for (_t, low), (t, high) in pairwise(work.points if work else ()):
        if begin < t <= end and low != high:
            yield low, high


# What is said


def _first(state: cluster.Moment) -> View:
    return View(state, state.t, Message("the start"), (_still(state),), (), 0.0)


def _view(ran: cluster.Ran, before: cluster.Moment, now: cluster.Moment) -> View:
    rows = ran.trace[before.events : now.events]
    loads = list(_load_turns(ran, before.t, now.t))
    acted = {_ACTS[each["kind"]] for each in rows if each["kind"] in _ACTS}
    if any(each["kind"] == "terminating" and each["why"] != "node" for each in rows):
        acted.add("replicaset")
    said = [*_causes(ran, rows, loads), *_deeds(rows, now), *_losses(rows)] or [_still(now)]
    loops = tuple(loop for loop in LOOPS if loop in acted)
    return View(now, now.t, _label(rows, loads), tuple(said), loops, _lost(now) - _lost(before))


def _still(now: cluster.Moment) -> Message:
    if all(app.ready == app.wished for app in now.apps):
        return Message("Everything is as it is wished: the loops look, and find nothing to do.")
    return Message("The loops have done what they can, and wait.")


def _causes(ran: cluster.Ran, rows: Rows, loads: list[tuple[float, float]]) -> list[Message]:
    """What came from outside, and what the node controller makes of it."""
    said = [
        Message.of(
            "The load of web changes from {low:.0f} to {high:.0f} requests a second.", low=a, high=b
        )
        for a, b in loads
    ]
    return said + [_SAYS[each["kind"]](ran, each) for each in rows if each["kind"] in _SAYS]


_SAYS: Mapping[str, Callable[[cluster.Ran, Mapping[str, Any]], Message]] = {
    "down": lambda _ran, each: Message.of("{node} loses power. Nobody knows yet: its pods are still sent requests.", node=each["node"]),
    "back": lambda _ran, each: Message.of("{node} has power again, and its kubelet reports.", node=each["node"]),
    "update": lambda _ran, each: Message.of("Somebody wishes {version} of {app}.", version=each["version"], app=each["app"]),
    "not_ready": lambda ran, each: Message.of("Node controller: {node} has sent no lease for {s:.0f} s. Its pods leave the Service; they are replaced in {wait:.0f} s at the earliest.", node=each["node"], s=ran.world.grace, wait=ran.world.toleration),
    "scale": lambda _ran, each: Message.of("Autoscaler: {app} from {a} to {b}.", app=each["app"], a=each["from"], b=each["to"]),
}  # fmt: skip


def _deeds(rows: Rows, now: cluster.Moment) -> Iterator[Message]:
    """What each loop did, with numbers; what is 0 is left out."""
    did = Counter(each["kind"] for each in rows)
    ended = sum(each["kind"] == "terminating" and each["why"] != "node" for each in rows)
    waiting = len(now.waiting) if did["create"] or did["bind"] else 0
    for who, parts in (
        (
            Message("Node controller"),
            ((Message("pods deleted that nobody hears of"), did["evict"]),),
        ),
        (
            Message("ReplicaSets"),
            ((Message("pods made"), did["create"]), (Message("told to end"), ended)),
        ),
        (
            Message("Scheduler"),
            ((Message("pods placed"), did["bind"]), (Message("without room"), waiting)),
        ),
        (
            Message("Kubelets"),
            (
                (Message("containers started"), did["start"]),
                (Message("pods ready"), did["ready"]),
                (Message("pods gone"), did["gone"]),
            ),
        ),
    ):
        counted = [Message.of("{what}: {n}", what=what, n=n) for what, n in parts if n]
        if counted:
            yield Message.of("{who}: {what}.", who=who, what=reduce(_both, counted))


def _both(one: Message, other: Message) -> Message:
    return Message.of("{one}; {other}", one=one, other=other)


def _losses(rows: Rows) -> Iterator[Message]:
    lost = Counter[str]()
    for each in rows:
        if each["kind"] == "request_lost":
            lost[each["why"]] += each["n"]
    for why, n in lost.items():
        yield Message.of("Requests lost: {n:.0f}, {why}.", n=float(n), why=_REASONS[why])


def _label(rows: Rows, loads: list[tuple[float, float]]) -> Message:
    """The weightiest of it, for the list of events."""
    if loads:
        return Message("the load rises") if loads[0][1] > loads[0][0] else Message("the load falls")
    known = [each for each in rows if each["kind"] in _LABELS]
    if not known:
        return Message("requests are lost") if rows else Message("as before")
    each = max(known, key=lambda row: _WEIGHT[row["kind"]])
    return _LABELS[each["kind"]](each)


_LABELS: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "down": lambda each: Message.of("{node} loses power", node=each["node"]),
    "not_ready": lambda each: Message.of("{node} is unreachable", node=each["node"]),
    "evict": lambda _each: Message("pods are evicted"),
    "back": lambda each: Message.of("{node} is back", node=each["node"]),
    "update": lambda each: Message.of("{version} is wished", version=each["version"]),
    "scale": lambda each: Message.of("{app}: {a} → {b}", app=each["app"], a=each["from"], b=each["to"]),
    "create": lambda _each: Message("pods are made"),
    "terminating": lambda _each: Message("pods end"),
    "ready": lambda _each: Message("pods get ready"),
    "bind": lambda _each: Message("pods find a node"),
    "gone": lambda _each: Message("pods are gone"),
    "start": lambda _each: Message("containers start"),
}  # fmt: skip
