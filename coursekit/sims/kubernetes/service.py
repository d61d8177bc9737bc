"""A Service: how connections are spread over the ready pods, and what is lost when one leaves.

Modelled: kube-proxy's chain of rules in iptables mode (endpoint i of n is taken with probability
1/(n-i), so each gets 1/n), a choice a connection and none a request, kept-alive connections that
stay where they are, sessionAffinity by the client's address, requests lost between the end of a
pod and the news of it. Left out: topology hints, externalTrafficPolicy, IPVS, conntrack's limits.
Sources: kubernetes.io, "Virtual IPs and Service Proxies"; "Termination of Pods". The 2 s until
proxies know are illustrative.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from coursekit.sims.kubernetes.objects import distinct
from coursekit.sims.message import Message, require

__all__ = [
    "AFFINITY_S", "Deed", "Rule", "Stage", "Told", "chain", "lost", "reached", "shares", "tell",
]  # fmt: skip

AFFINITY_S = 10_800.0
ENDPOINT_DELAY_S = 2.0


@dataclass(frozen=True)
class Rule:
    """One rule of the chain: taken with `probability` by a connection that reached it."""

    endpoint: str
    probability: float
    reaching: float  # share of all connections that come as far
    share: float  # of all connections


def chain(endpoints: Sequence[str]) -> tuple[Rule, ...]:
    """The rules in order; the last one takes whatever is left."""
    distinct("endpoint", endpoints)
    n, left, rules = len(endpoints), 1.0, list[Rule]()
    for i, endpoint in enumerate(endpoints):
        rules.append(Rule(endpoint, 1 / (n - i), left, 1 / n))
        left -= 1 / n
    return tuple(rules)


def reached(rules: Sequence[Rule], draws: Sequence[float]) -> str:
    """The endpoint of a connection, one draw of [0, 1) a rule."""
    require(len(rules) > 0, "endpoints={n}: a Service without ready pods refuses connections", n=0)
    for rule, draw in zip(rules, draws, strict=False):
        if draw < rule.probability:
            return rule.endpoint
    return rules[-1].endpoint


def lost(rate: float, delay: float = ENDPOINT_DELAY_S, pre_stop: float = 0.0, drain: float = 0.0) -> float:  # fmt: skip
    """Requests lost when a pod ends: `rate` a second to it until all proxies know.

    The pod serves on for `pre_stop` (it has not been told to end yet) and `drain` (it was told,
    and still accepts).
    """
    for name, value in (("rate", rate), ("delay", delay), ("pre_stop", pre_stop), ("drain", drain)):
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
    return rate * max(0.0, delay - pre_stop - drain)


@dataclass(frozen=True)
class Deed:
    """`count` clients connect, reconnect or leave; or the Service gets `count` pods."""

    kind: Literal["connect", "reconnect", "scale", "wait"]
    count: int = 0  # for wait: seconds

    def __post_init__(self) -> None:
        require(self.kind in ("connect", "reconnect", "scale", "wait"), "deed={kind}: choose one of {deeds}", kind=self.kind, deeds="connect, reconnect, scale, wait")  # fmt: skip
        require(self.count >= 0, "{name}={value}: choose 0 or more", name="count", value=self.count)


@dataclass(frozen=True)
class Stage:
    """After a deed: connections on each pod, by client, and how many broke."""

    t: float
    deed: Deed | None
    pods: tuple[str, ...]
    clients: Mapping[str, str]  # client -> pod
    sticks: Mapping[str, tuple[str, float]]  # client -> pod and until when, with ClientIP
    broken: int
    why: Message


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    affinity: bool
    states: tuple[Stage, ...]


def shares(stage: Stage) -> dict[str, float]:
    """Share of the connections on each pod."""
    total = max(len(stage.clients), 1)
    held = list(stage.clients.values())
    return {pod: held.count(pod) / total for pod in stage.pods}


def tell(pods: int, deeds: Sequence[Deed], rng: np.random.Generator, *, affinity: bool = False) -> Told:  # fmt: skip
    """The whole record, from no connection on."""
    require(pods >= 1, "{name}={value}: choose 1 or more", name="pods", value=pods)
    said = Message.of("{n} ready pods, no connection yet.", n=pods)
    states = [Stage(0.0, None, _names(pods), {}, {}, 0, said)]
    for deed in deeds:
        states.append(_DONE[deed.kind](_Moment(states[-1], deed, rng, affinity)))
    return Told(affinity, tuple(states))


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"pod-{i + 1}" for i in range(count))


@dataclass
class _Moment:
    before: Stage
    deed: Deed
    rng: np.random.Generator
    affinity: bool
    sticks: dict[str, tuple[str, float]] = field(default_factory=dict)

    def pick(self, client: str) -> str:
        """Where a new connection goes; with ClientIP to where the client was, if it is there."""
        pod, until = self.before.sticks.get(client, ("", 0.0))
        if not (self.affinity and pod in self.before.pods and self.before.t < until):
            pod = reached(chain(self.before.pods), self.rng.random(len(self.before.pods)).tolist())
        if self.affinity:
            self.sticks[client] = (pod, self.before.t + AFFINITY_S)
        return pod

    def stage(self, clients: Mapping[str, str], why: Message, *, pods: tuple[str, ...] = (), broken: int = 0, t: float | None = None) -> Stage:  # fmt: skip
        sticks = {**self.before.sticks, **self.sticks}
        when = self.before.t if t is None else t
        return Stage(when, self.deed, pods or self.before.pods, clients, sticks, broken, why)


def _connect(m: _Moment) -> Stage:
    first = len(m.before.clients) + 1
    names = [f"client-{i}" for i in range(first, first + m.deed.count)]
    clients = {**m.before.clients, **{name: m.pick(name) for name in names}}
    said = Message.of("{n} new connections: each is thrown once, and stays where it fell.", n=m.deed.count)  # fmt: skip
    return m.stage(clients, said)


def _reconnect(m: _Moment) -> Stage:
    names = list(m.before.clients)[: m.deed.count or None]
    clients = {**m.before.clients, **{name: m.pick(name) for name in names}}
    if m.affinity:
        said = Message.of("{n} clients connect anew: ClientIP sends each to the pod it had within 10 800 s, if that is still there.", n=len(names))  # fmt: skip
    else:
        said = Message.of("{n} clients connect anew: only now new pods get their share.", n=len(names))  # fmt: skip
    return m.stage(clients, said)


def _scale(m: _Moment) -> Stage:
    require(m.deed.count >= 1, "{name}={value}: choose 1 or more", name="pods", value=m.deed.count)
    pods = _names(m.deed.count)
    kept = {client: pod for client, pod in m.before.clients.items() if pod in pods}
    broken = [client for client in m.before.clients if client not in kept]
    if len(pods) >= len(m.before.pods):
        said = Message.of("{n} pods are ready. Open connections do not move: the new pods have none.", n=len(pods))  # fmt: skip
        return m.stage(kept, said, pods=pods)
    said = Message.of("{n} pods stay: {broken} connections break with the others, their clients connect anew.", n=len(pods), broken=len(broken))  # fmt: skip
    again = _Moment(m.stage(kept, said, pods=pods), m.deed, m.rng, m.affinity)
    moved = {client: again.pick(client) for client in broken}
    return again.stage({**kept, **moved}, said, broken=len(broken))


def _wait(m: _Moment) -> Stage:
    said = Message.of("{seconds} s pass.", seconds=m.deed.count)
    return m.stage(m.before.clients, said, t=m.before.t + m.deed.count)


_DONE = {"connect": _connect, "reconnect": _reconnect, "scale": _scale, "wait": _wait}
