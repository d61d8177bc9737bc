"""What a cluster is made of while it runs: pods, nodes, applications, the queue of events.

Modelled: events in the order (t, number of insertion); every change is noted in the trace. Nothing
here decides: `controllers` and `kubelets` do. For the pods' states the words of `reconcile`.
"""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

import numpy as np

from coursekit.sims.kubernetes import reconcile
from coursekit.sims.kubernetes.autoscale import Sample
from coursekit.sims.kubernetes.hpa import History
from coursekit.sims.kubernetes.objects import Node
from coursekit.sims.kubernetes.placing import Board
from coursekit.sims.kubernetes.probes import Moment as Answer
from coursekit.sims.kubernetes.world import FIRST, App, World

__all__ = ["Live", "LiveApp", "LiveNode", "LivePod"]

Event = tuple[float, int, str, tuple[Any, ...]]


@dataclass
class LiveApp:
    """A Deployment at work: its wish, its pods, what the autoscaler remembers."""

    app: App
    wished: int
    version: str = FIRST
    broken: set[str] = field(default_factory=set)
    pods: dict[str, "LivePod"] = field(default_factory=dict)
    made: int = 0
    history: History = field(default_factory=lambda: History(1))
    lives: dict[bool, tuple[Answer, ...]] = field(default_factory=dict)  # broken or not
    samples: list[Sample] = field(default_factory=list)
    lost: float = 0.0
    owed: float = 0.0  # requests of the seconds to come that are counted as lost already
    syncing: bool = False
    tally: tuple[int, int, int, int, int] | None = None  # counted anew when a pod has changed

    def active(self) -> list["LivePod"]:
        """Pods that count."""
        return [pod for pod in self.pods.values() if pod.phase != "Terminating"]


@dataclass
class LivePod:
    """A pod: as the control plane sees it (`ready`), and as it is (`alive`)."""

    name: str
    of: LiveApp
    version: str
    born: int
    node: str = ""
    phase: reconcile.Phase = "Pending"
    ready: bool = False
    alive: bool = False
    epoch: int = 0  # events of an earlier process are void
    began: float = 0.0
    drawn: Any = None  # as the states show it, until it changes
    _seen: reconcile.Pod | None = None

    def turn(self, **changes: Any) -> None:
        """Change, and forget how it was seen."""
        for name, value in changes.items():
            setattr(self, name, value)
        self._seen = self.drawn = self.of.tally = None

    def seen(self) -> reconcile.Pod:
        """As the controllers see it."""
        if self._seen is None:
            self._seen = reconcile.Pod(name=self.name, node=self.node, phase=self.phase, ready=self.ready, born=self.born)  # fmt: skip
        return self._seen


@dataclass
class LiveNode:
    """A node: whether it runs (`up`), whether the control plane hears it."""

    node: Node
    renewal: float
    up: bool = True
    heard: bool = True
    epoch: int = 0
    images: set[str] = field(default_factory=set)
    pods: dict[str, LivePod] = field(default_factory=dict)


class Live:
    """The whole of it, with the time, the queue and the trace."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng, self.t = world, rng, 0.0
        self.apps = {app.name: LiveApp(app, app.replicas, history=History(app.replicas)) for app in world.apps}  # fmt: skip
        self.nodes: dict[str, LiveNode] = {}
        self.pods: dict[str, LivePod] = {}
        self.waiting: dict[str, LivePod] = {}  # not bound
        self.ordered: set[str] = set()  # pods for which a node is under way
        self.added = 0
        self.tainted = -float("inf")  # when a node was tainted last
        self.trace: list[dict[str, Any]] = []
        self.scheduling = False
        self._board: Board | None = None
        self._queue: list[Event] = []
        self._number = 0

    def push(self, t: float, kind: str, *what: Any) -> None:
        """An event to come."""
        self._number += 1
        heappush(self._queue, (t, self._number, kind, what))

    def pop(self) -> Event | None:
        """The next event up to the end, inclusive; the time is then its own."""
        if not self._queue or self._queue[0][0] > self.world.until:
            return None
        event = heappop(self._queue)
        self.t = event[0]
        return event

    def note(self, kind: str, **what: Any) -> None:
        """A line of the trace."""
        self.trace.append({"t": float(self.t), "kind": kind, **what})

    def join(self, node: Node) -> None:
        """A node is there, its renewals at a phase drawn by lot."""
        phase = float(self.rng.random())
        self.nodes[node.name] = LiveNode(node, phase, images=set(node.images))
        self.redraw()

    def redraw(self) -> None:
        """Nodes have changed: the scheduler's board is made anew when it is asked for."""
        self._board = None

    @property
    def board(self) -> Board:
        """Nodes that are heard, with the requests on them."""
        if self._board is None:
            rows = [each for each in self.nodes.values() if each.heard]
            self._board = Board([each.node for each in rows] or [_nowhere()])
            for each in rows:
                for pod in each.pods.values():
                    self._board.change(self._board.at[each.node.name], pod.of.app.asks)
        return self._board

    def sync(self, app: LiveApp) -> None:
        """Let the Deployment's controller look, once however much has changed at this moment."""
        if not app.syncing:
            app.syncing = True
            self.push(self.t, "sync", app)

    def schedule(self) -> None:
        """Let the scheduler try the pods that wait."""
        if self.waiting and not self.scheduling:
            self.scheduling = True
            self.push(self.t, "schedule")


def _nowhere() -> Node:
    """A board needs a node; this one takes no pod."""
    return Node(name="-", cordoned=True)
