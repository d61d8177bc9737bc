"""Disruption budgets, and what a drain may do under them.

Modelled: how many pods an application must keep healthy and how many may be evicted now; a drain
that evicts pod after pod through the eviction API, is refused (429) where a budget allows none,
and asks again every 5 s; substitutes that get ready elsewhere; pods of a DaemonSet, which stay.
Left out: where substitutes find room, the age of pods, unhealthyPodEvictionPolicy.
A budget does not protect against crashes of nodes, nor against the Deployment's own update.
Source: kubernetes.io, "Specifying a Disruption Budget", "Safely Drain a Node"; Kubernetes,
pkg/controller/disruption/disruption.go (percentages are rounded up, both kinds).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coursekit.sims.kubernetes.objects import distinct
from coursekit.sims.kubernetes.rounding import Amount, amount
from coursekit.sims.message import Message, require

__all__ = ["RETRY_S", "App", "Budget", "Drain", "Drained", "Step", "allowed", "drain"]

RETRY_S = 5.0
Kind = Literal["cordon", "skipped", "evicted", "refused", "ready", "done", "timeout"]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """PodDisruptionBudget: one of the two, a number or a percentage of the expected pods."""

    min_available: Amount | None = None
    max_unavailable: Amount | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.min_available, self.max_unavailable) if value is not None]
        require(len(given) == 1, "min_available={least}, max_unavailable={most}: write one of them, not both and not none", least=self.min_available, most=self.max_unavailable)  # fmt: skip
        amount(given[0], 1, up=True, name="min_available" if self.max_unavailable is None else "max_unavailable")  # fmt: skip

    def desired(self, expected: int) -> int:
        """Pods that must stay healthy."""
        if self.min_available is not None:
            return amount(self.min_available, expected, up=True)
        assert self.max_unavailable is not None  # __post_init__
        return max(0, expected - amount(self.max_unavailable, expected, up=True))


def allowed(budget: Budget, expected: int, healthy: int) -> tuple[int, int]:
    """Pods that must stay healthy, and how many may be evicted now."""
    require(0 <= healthy <= expected, "healthy={healthy}: choose 0 to {expected}, the expected pods", healthy=healthy, expected=expected)  # fmt: skip
    desired = budget.desired(expected)
    return desired, max(0, healthy - desired)


@dataclass(frozen=True, kw_only=True)
class App:
    """An application: its wish, where its pods are (pod -> node), its budget if it has one."""

    name: str
    pods: Mapping[str, str]
    budget: Budget | None = None
    daemon: bool = False  # a DaemonSet: one pod a node, none moves


@dataclass(frozen=True, kw_only=True)
class Drain:
    """Which node is to be emptied, and how quickly pods end and substitutes get ready."""

    node: str
    apps: tuple[App, ...]
    stop: float = 2.0
    ready: float = 10.0
    timeout: float = 300.0

    def __post_init__(self) -> None:
        distinct("app", (app.name for app in self.apps))
        distinct("pod", (pod for app in self.apps for pod in app.pods))
        for name in ("stop", "ready", "timeout"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Step:
    """An answer to the drain, or what time brought; healthy pods of each app from `t` on."""

    t: float
    kind: Kind
    pod: str
    healthy: Mapping[str, int]
    left: int  # pods still to be evicted from the node
    why: Message


@dataclass(frozen=True)
class Drained:
    """All steps of a drain."""

    drain: Drain
    states: tuple[Step, ...]

    @property
    def done(self) -> bool:
        """Whether the node is empty (but for daemons)."""
        return any(state.kind == "done" for state in self.states)


@dataclass
class _Going:
    """A drain under way: healthy pods, when substitutes get ready, when pods are gone."""

    drain: Drain
    healthy: dict[str, int] = field(default_factory=dict)
    ready: list[tuple[float, str]] = field(default_factory=list)
    gone: float = 0.0
    states: list[Step] = field(default_factory=list)

    def say(self, t: float, kind: Kind, pod: str, left: int, why: Message) -> None:
        self.states.append(Step(t, kind, pod, dict(self.healthy), left, why))

    def until(self, t: float, left: int) -> None:
        """Substitutes that get ready by then."""
        for when, app in sorted(self.ready):
            if when <= t:
                self.healthy[app] += 1
                self.ready.remove((when, app))
                self.say(when, "ready", "", left, Message.of("A substitute of {app} gets ready elsewhere: {n} are healthy.", app=app, n=self.healthy[app]))  # fmt: skip


def drain(asked: Drain) -> Drained:
    """Cordon, then evict until the node is empty or the time is over."""
    going = _Going(asked, {app.name: len(app.pods) for app in asked.apps})
    waiting = [(pod, app) for app in asked.apps for pod, node in app.pods.items() if node == asked.node]  # fmt: skip
    going.say(0.0, "cordon", "", sum(not app.daemon for _pod, app in waiting), Message.of("{node} is cordoned: no new pods come, then those on it are evicted.", node=asked.node))  # fmt: skip
    for pod, app in waiting:
        if app.daemon:
            going.say(0, "skipped", pod, 0, Message.of("{pod} belongs to a DaemonSet: it stays (--ignore-daemonsets).", pod=pod))  # fmt: skip
    waiting = [(pod, app) for pod, app in waiting if not app.daemon]
    t = 0.0
    while waiting and t <= asked.timeout:
        going.until(t, len(waiting))
        waiting = _round(going, waiting, t)
        t += RETRY_S if waiting else 0
    _end(going, len(waiting))
    return Drained(asked, tuple(sorted(going.states, key=lambda s: s.t)))


def _round(going: _Going, waiting: list[tuple[str, App]], t: float) -> list[tuple[str, App]]:
    """Each pod asked for once; those that were refused."""
    refused: list[tuple[str, App]] = []
    for k, (pod, app) in enumerate(waiting):
        left = len(refused) + len(waiting) - k
        healthy, expected = going.healthy[app.name], len(app.pods)
        desired, spare = allowed(app.budget, expected, healthy) if app.budget else (0, healthy)
        if spare:
            going.healthy[app.name] -= 1
            going.ready.append((t + going.drain.ready, app.name))
            going.gone = t + going.drain.stop
            going.say(t, "evicted", pod, left - 1, Message.of("{pod} is evicted: {healthy} of {app} were healthy, {desired} must be.", pod=pod, healthy=healthy, app=app.name, desired=desired))  # fmt: skip
        else:
            refused.append((pod, app))
            going.say(t, "refused", pod, left, Message.of("429: {pod} may not go, {healthy} of {app} are healthy and {desired} must be. The drain asks again after 5 s.", pod=pod, healthy=healthy, app=app.name, desired=desired))  # fmt: skip
    return refused


def _end(going: _Going, left: int) -> None:
    if left:
        said = Message.of("The drain gives up after {seconds:.0f} s: {left} pods stay. No budget is broken, so the node is not empty.", seconds=going.drain.timeout, left=left)  # fmt: skip
        going.say(going.drain.timeout, "timeout", "", left, said)
        return
    going.say(going.gone, "done", "", 0, Message.of("{node} is empty: it can be switched off.", node=going.drain.node))  # fmt: skip
    going.until(float("inf"), 0)
