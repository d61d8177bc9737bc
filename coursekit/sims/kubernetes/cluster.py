"""A whole cluster, run for an hour: every loop with its own clock, one trace of all events.

Modelled: what `world` lists, from pods that are all placed and ready at 0 (as far as there is
room); every second the endpoints share each load alike, what goes to a pod that is dead or silent,
or is beyond the limit, is lost. The loops are in `controllers` and `kubelets`. Left out: as there.
Kinds of the trace: create, bind, start, ready, terminating, gone, scale, not_ready, evict, probe,
request_lost, node_added, and the causes: update, down, back, hang. A generator decides the phases
of the leases and whose process hangs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from coursekit.sims.kubernetes import controllers, kubelets
from coursekit.sims.kubernetes.autoscale import Sample, load_of, shared
from coursekit.sims.kubernetes.live import Live, LiveApp, LivePod
from coursekit.sims.kubernetes.nodes import SCAN_S
from coursekit.sims.kubernetes.world import World
from coursekit.sims.message import require

__all__ = ["Brick", "Moment", "NodeSeen", "Ran", "Wished", "run"]

Look = Literal["waiting", "starting", "ready", "unready", "terminating"]


@dataclass(frozen=True)
class Brick:
    """A pod as it is drawn; `dead`: nothing answers, whatever the control plane believes."""

    name: str
    app: str
    version: str
    look: Look
    dead: bool


@dataclass(frozen=True)
class NodeSeen:
    """A node, whether it runs and is heard, its pods, CPU and memory requested."""

    name: str
    up: bool
    heard: bool
    pods: tuple[Brick, ...]
    cpu_m: int
    mem_mi: int


@dataclass(frozen=True)
class Wished:
    """A Deployment: how many are wished, there (not ending), ready; requests lost so far."""

    app: str
    wished: int
    pods: int
    ready: int
    lost: float


@dataclass(frozen=True)
class Moment:
    """The cluster at a time; `waiting` pods have no node; `events` of the trace so far."""

    t: float
    nodes: tuple[NodeSeen, ...]
    waiting: tuple[Brick, ...]
    apps: tuple[Wished, ...]
    events: int


@dataclass(frozen=True)
class Ran:
    """The trace, and the cluster at some hundred times."""

    world: World
    trace: tuple[Mapping[str, Any], ...]
    states: tuple[Moment, ...]

    def lost(self, why: str = "") -> float:
        """Requests lost, all or for one reason."""
        rows = (each for each in self.trace if each["kind"] == "request_lost")
        return float(sum(each["n"] for each in rows if why in ("", each["why"])))


def run(world: World, rng: np.random.Generator) -> Ran:
    """The whole record."""
    live, states = Live(world, rng), list[Moment]()
    for node in world.nodes:
        live.join(node)
    _settle(live)
    step = max(1, world.until // world.moments)
    for update in world.updates:
        require(update.t >= 0, "{name}={value}: choose 0 or more", name="t", value=update.t)
        live.push(update.t, "update", update)
    for hang in world.hangs:
        live.push(hang.t, "hang", hang.app)
    for each in world.downs:
        kubelets.watch(live, each)
    live.push(0.0, "scale")
    live.push(SCAN_S, "scan")
    live.push(0.0, "second")
    live.push(0.0, "look", states, step)
    while (event := live.pop()) is not None:
        _DONE[event[2]](live, *event[3])
    return Ran(world, tuple(live.trace), tuple(states))


def _settle(live: Live) -> None:
    """At 0 all pods that find room have been ready for long."""
    for app in live.apps.values():
        controllers.sync(live, app)
    controllers.schedule(live)
    for pod in live.pods.values():
        if pod.node:
            live.nodes[pod.node].images.add(f"{pod.of.app.name}:{pod.version}")
            pod.turn(phase="Running", ready=True, alive=True, epoch=1)
            live.note("start", pod=pod.name)
            live.note("ready", pod=pod.name)


def _second(live: Live) -> None:
    live.push(live.t + 1, "second")
    for app in live.apps.values():
        if app.app.work is not None:
            _serve(live, app, load_of(app.app.work, live.t))


def _serve(live: Live, app: LiveApp, load: float) -> None:
    """One second of requests: to the dead, to the living, beyond their limit."""
    paid = min(load, app.owed)
    app.owed, load = app.owed - paid, load - paid
    ends, alive, dead, unready, missing = app.tally = app.tally or _tally(live, app)
    reached = load * alive / ends if ends else 0.0
    use, over = shared(app.app, reached, alive) if alive else (0.0, 0.0)
    if ends > alive:
        _lose(live, app, load * dead / ends, "dead")
        _lose(live, app, load * (ends - alive - dead) / ends, "silent")
    _lose(live, app, over if ends else load, "overload" if ends else "nobody")
    app.samples.append(Sample(int(use + 1e-9), alive, unready, missing))


def _tally(live: Live, app: LiveApp) -> tuple[int, int, int, int, int]:
    """Endpoints, those that answer, those without power; pods not ready, pods nobody measures."""
    active = app.active()
    off = [pod for pod in active if pod.node and not live.nodes[pod.node].up]
    ends, alive = sum(pod.ready for pod in active), sum(pod.ready and pod.alive for pod in active)
    return ends, alive, sum(pod.ready for pod in off), len(active) - alive - len(off), len(off)


def _lose(live: Live, app: LiveApp, n: float, why: str) -> None:
    if n > 1e-9:  # a load that is just served may miss it by a rounding
        app.lost += n
        live.note("request_lost", app=app.app.name, n=n, why=why)


def _look(live: Live, states: list[Moment], step: int) -> None:
    live.push(live.t + step, "look", states, step)
    nodes = tuple(
        NodeSeen(
            name, each.up, each.heard, tuple(_brick(pod) for pod in each.pods.values()),
            sum(pod.of.app.request_m for pod in each.pods.values()),
            sum(pod.of.app.mem_mi for pod in each.pods.values()),
        )
        for name, each in live.nodes.items()
    )  # fmt: skip
    apps = tuple(_wished(name, app) for name, app in live.apps.items())
    waiting = tuple(_brick(pod) for pod in live.waiting.values())
    states.append(Moment(float(live.t), nodes, waiting, apps, len(live.trace)))


def _wished(name: str, app: LiveApp) -> Wished:
    active = app.active()
    return Wished(name, app.wished, len(active), sum(pod.ready for pod in active), float(app.lost))


def _brick(pod: LivePod) -> Brick:
    if pod.drawn is None:
        pod.drawn = _drawn(pod)
    brick: Brick = pod.drawn
    return brick


def _drawn(pod: LivePod) -> Brick:
    if pod.phase == "Terminating":
        look: Look = "terminating"
    elif pod.ready:
        look = "ready"
    elif pod.phase == "Running":
        look = "unready"
    else:
        look = "starting" if pod.node else "waiting"
    return Brick(pod.name, pod.of.app.name, pod.version, look, pod.phase == "Running" and pod.ready and not pod.alive)  # fmt: skip


_DONE: Mapping[str, Callable[..., None]] = {
    "sync": controllers.sync, "schedule": controllers.schedule, "update": controllers.update,
    "scale": controllers.scale, "scan": controllers.scan, "add_node": controllers.add_node,
    "kubelet": kubelets.kubelet, "gone": kubelets.gone, "hang": kubelets.hang,
    "down": kubelets.down, "not_ready": kubelets.not_ready, "evict": kubelets.evict,
    "back": kubelets.back, "second": _second, "look": _look,
}  # fmt: skip
