"""Pods placed one by one: what they request fills the nodes, what they use is another matter.

Modelled: equal pods in a row, each placed by the scheduler on what was requested before; the sum of
requests and the sum of real use of each node as shares of what it offers. Left out: what happens
to nodes whose memory is used up (see `qos`).
Source: kubernetes.io, "Resource Management for Pods and Containers" (the scheduler adds requests).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.scheduler import USUAL, Decision, place
from coursekit.sims.kubernetes.scores import Profile
from coursekit.sims.message import Message, require

__all__ = ["Filled", "Packed", "Packing", "pack"]


@dataclass(frozen=True)
class Filled:
    """One node: its pods; CPU requested and CPU wanted, as shares of what there is."""

    node: str
    pods: tuple[str, ...]
    requested: float
    used: float

    @property
    def served(self) -> float:
        """The part of the wanted CPU that the pods of this node get."""
        return 1.0 if self.used <= 1 else 1 / self.used


@dataclass(frozen=True)
class Packed:
    """After one more pod."""

    nodes: tuple[Filled, ...]
    pending: tuple[str, ...]
    decision: Decision | None
    why: Message


@dataclass(frozen=True)
class Packing:
    """A state before the first pod and one after each."""

    states: tuple[Packed, ...]


def pack(nodes: Sequence[Node], pods: Sequence[Pod], use_m: int, profile: Profile = USUAL) -> Packing:  # fmt: skip
    """All pods in order, each using `use_m` thousandths of a core wherever it runs."""
    require(use_m >= 0, "{name}={value}: choose 0 or more", name="use", value=use_m)
    there: dict[str, list[Pod]] = {node.name: [] for node in nodes}
    pending: list[str] = []
    said = Message.of("{n} pods wait. The scheduler takes them one after another.", n=len(pods))
    states = [Packed(_filled(nodes, there, use_m), (), None, said)]
    for pod, decision in zip(pods, place(nodes, pods, profile), strict=True):
        if decision.node is None:
            pending.append(pod.name)
        else:
            there[decision.node].append(pod)
        states.append(Packed(_filled(nodes, there, use_m), tuple(pending), decision, decision.why))
    return Packing(tuple(states))


def _filled(nodes: Sequence[Node], there: dict[str, list[Pod]], use_m: int) -> tuple[Filled, ...]:
    return tuple(
        Filled(
            node.name, tuple(pod.name for pod in there[node.name]),
            sum(pod.cpu_m for pod in there[node.name]) / node.cpu_m,
            len(there[node.name]) * use_m / node.cpu_m,
        )
        for node in nodes
    )  # fmt: skip
