"""Nodes and pods as the scheduler sees them: what is there, what is asked, who is kept away.

Modelled: allocatable CPU and memory, labels, taints, readiness, cordon, images; requests, limits,
priority, tolerations, node selector, weighted wishes. Left out: other resources, ports, volumes,
affinity between pods. CPU in thousandths of a core (m), memory in MiB. 0 requested = no request.
Source: kubernetes.io, "Taints and Tolerations", "Assigning Pods to Nodes".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = [
    "EFFECTS", "MAX_PODS", "Effect", "Node", "Pod", "Taint", "Toleration", "Wish", "distinct",
    "not_ready",
]  # fmt: skip

MAX_PODS = 110
Effect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
OPERATORS = ("Equal", "Exists")


@dataclass(frozen=True, kw_only=True)
class Taint:
    """What keeps pods away from a node unless they tolerate it."""

    key: str
    value: str = ""
    effect: Effect = "NoSchedule"

    def __post_init__(self) -> None:
        require(bool(self.key), "key={key}: a taint needs one", key=repr(self.key))
        require(self.effect in EFFECTS, "effect={effect}: choose one of {choices}", effect=self.effect, choices=", ".join(EFFECTS))  # fmt: skip

    def __str__(self) -> str:
        """As `kubectl taint` writes it."""
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Toleration:
    """Which taints a pod bears; an empty key (with Exists) or effect stands for all."""

    key: str = ""
    value: str = ""
    effect: str = ""
    operator: Literal["Equal", "Exists"] = "Equal"

    def __post_init__(self) -> None:
        require(self.effect in ("", *EFFECTS), "effect={effect}: choose one of {choices}", effect=self.effect, choices=", ".join(EFFECTS))  # fmt: skip
        require(self.operator in OPERATORS, "operator={operator}: choose Equal or Exists", operator=self.operator)  # fmt: skip
        require(bool(self.key) or self.operator == "Exists", "key={key}: without a key the operator must be Exists", key=repr(self.key))  # fmt: skip

    def bears(self, taint: Taint) -> bool:
        """Whether this toleration answers the taint."""
        if self.effect and self.effect != taint.effect:
            return False
        if self.key and self.key != taint.key:
            return False
        return self.operator == "Exists" or self.value == taint.value


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A preferred node affinity: nodes with these labels are worth `weight` more."""

    weight: int
    labels: Mapping[str, str]

    def __post_init__(self) -> None:
        require(1 <= self.weight <= 100, "weight={weight}: choose 1 to 100", weight=self.weight)


@dataclass(frozen=True, kw_only=True)
class Node:
    """What a machine offers to pods (allocatable), and to which."""

    name: str
    cpu_m: int = 4000
    mem_mi: int = 8192
    taints: tuple[Taint, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    ready: bool = True
    cordoned: bool = False
    max_pods: int = MAX_PODS
    images: Mapping[str, int] = field(default_factory=dict)  # already there -> MiB

    def __post_init__(self) -> None:
        require(bool(self.name), "name={name}: choose a name", name=repr(self.name))
        for name in ("cpu_m", "mem_mi", "max_pods"):
            value = getattr(self, name)
            require(value >= 1, "{name}={value}: choose 1 or more", name=name, value=value)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the node has all of these labels."""
        return all(self.labels.get(key) == value for key, value in labels.items())


def not_ready() -> Taint:
    """What the node controller puts on a node that is not ready."""
    return Taint(key="node.kubernetes.io/not-ready", effect="NoSchedule")


@dataclass(frozen=True, kw_only=True)
class Pod:
    """What one pod asks for. Limits are None where there are none."""

    name: str
    cpu_m: int = 0
    mem_mi: int = 0
    lim_cpu_m: int | None = None
    lim_mem_mi: int | None = None
    prio: int = 0
    tolerations: tuple[Toleration, ...] = ()
    selector: Mapping[str, str] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    owner: str = ""
    image: str = ""

    def __post_init__(self) -> None:
        require(bool(self.name), "name={name}: choose a name", name=repr(self.name))
        for name, limit in (("cpu_m", self.lim_cpu_m), ("mem_mi", self.lim_mem_mi)):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
            require(limit is None or limit >= value, "lim_{name}={limit}: a limit is not below the request, {value}", name=name, limit=limit, value=value)  # fmt: skip

    def bears(self, taint: Taint) -> bool:
        """Whether one of its tolerations answers the taint."""
        return any(each.bears(taint) for each in self.tolerations)


def distinct(kind: str, names: Iterable[str]) -> None:
    """Names must differ: a pod or a node is found by its name."""
    seen: set[str] = set()
    every = list(names)
    if len(set(every)) == len(every):
        return
    for name in every:
        require(name not in seen, "{kind}={name}: the name is taken", kind=kind, name=name)
        seen.add(name)
