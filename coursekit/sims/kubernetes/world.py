"""A whole cluster and what befalls it: the parameters of `cluster.run`.

Modelled: nodes, Deployments with their load and their autoscaler, updates, nodes that lose power
and come back, processes that hang, a template of which nodes are ordered. Left out: several
containers in a pod, tolerations and selectors (`scheduler` has them), nodes that are cut off
(`nodefailure` has them), budgets (`disruption` has them). Times are seconds.
Start, pull, provisioning and the delays are illustrative.
"""

from dataclasses import dataclass, field

from coursekit.sims.kubernetes.autoscale import Workload
from coursekit.sims.kubernetes.hpa import Autoscaler
from coursekit.sims.kubernetes.nodefailure import GRACE_S, TOLERATION_S
from coursekit.sims.kubernetes.nodes import PROVISION_S
from coursekit.sims.kubernetes.objects import Node, Pod, distinct
from coursekit.sims.kubernetes.probes import Probe
from coursekit.sims.kubernetes.rounding import Amount, limits
from coursekit.sims.kubernetes.service import ENDPOINT_DELAY_S
from coursekit.sims.message import require

__all__ = ["App", "Down", "Hang", "Update", "World"]

FIRST = "v1"


@dataclass(frozen=True, kw_only=True)
class App:
    """A Deployment, its Service's load and its autoscaler; None: no requests, a fixed number."""

    name: str = "web"
    replicas: int = 3
    surge: Amount = "25%"
    unavailable: Amount = "25%"
    request_m: int = 500
    limit_m: int = 1000
    mem_mi: int = 512
    rps_per_core: float = 100.0
    work: Workload | None = None
    scaler: Autoscaler | None = None
    target: int = 50
    image_mb: float = 200.0
    start: float = 10.0  # until the process answers
    probes: tuple[Probe, ...] = field(default_factory=lambda: (Probe(kind="readiness"), Probe()))
    pre_stop: float = 0.0
    drain: float = 0.0  # how long it accepts after SIGTERM

    def __post_init__(self) -> None:
        require(bool(self.name), "name={name}: choose a name", name=repr(self.name))
        require(1 <= self.request_m <= self.limit_m, "request_m={n}: choose 1 to {most}, the limit", n=self.request_m, most=self.limit_m)  # fmt: skip
        require(self.rps_per_core > 0, "{name}={value}: choose more than 0", name="rps_per_core", value=self.rps_per_core)  # fmt: skip
        require(self.target >= 1, "{name}={value}: choose 1 or more", name="target", value=self.target)  # fmt: skip
        limits(self.replicas, self.surge, self.unavailable)
        for name in ("mem_mi", "image_mb", "start", "pre_stop", "drain"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        if self.scaler is not None:
            least, most = self.scaler.least, self.scaler.most
            require(least <= self.replicas <= most, "replicas={n}: choose {least} to {most}, the autoscaler's limits", n=self.replicas, least=least, most=most)  # fmt: skip

    @property
    def asks(self) -> Pod:
        """What each of its pods asks the scheduler for."""
        return Pod(name=self.name, cpu_m=self.request_m, mem_mi=self.mem_mi)


@dataclass(frozen=True, kw_only=True)
class Update:
    """At `t` the wish becomes this version; `broken`: its pods never answer a probe."""

    t: float
    app: str
    version: str
    broken: bool = False


@dataclass(frozen=True, kw_only=True)
class Down:
    """A node loses power, and may come back: its containers then start anew."""

    node: str
    t: float
    back: float | None = None

    def __post_init__(self) -> None:
        require(self.t >= 0, "{name}={value}: choose 0 or more", name="t", value=self.t)
        require(self.back is None or self.back > self.t, "{name}={value}: choose more than {dead}, when the node dies", name="back", value=self.back, dead=self.t)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Hang:
    """At `t` the process of one ready pod of the app, drawn by lot, falls silent."""

    app: str
    t: float


def _six() -> tuple[Node, ...]:
    return tuple(Node(name=f"n{i + 1}") for i in range(6))


@dataclass(frozen=True, kw_only=True)
class World:
    """All of it; `template` is the node that may be ordered, at most `most_added` times."""

    nodes: tuple[Node, ...] = field(default_factory=_six)
    apps: tuple[App, ...] = field(default_factory=lambda: (App(),))
    updates: tuple[Update, ...] = ()
    downs: tuple[Down, ...] = ()
    hangs: tuple[Hang, ...] = ()
    template: Node | None = None
    most_added: int = 10
    grace: float = GRACE_S
    toleration: float = TOLERATION_S
    metric_delay: int = 15
    endpoint_delay: float = ENDPOINT_DELAY_S
    pull_mb_s: float = 50.0
    provision: float = PROVISION_S
    until: int = 3600
    moments: int = 300  # about as many states are kept

    def __post_init__(self) -> None:
        require(len(self.nodes) > 0, "nodes={n}: choose 1 or more", n=len(self.nodes))
        distinct("node", (node.name for node in self.nodes))
        distinct("app", (app.name for app in self.apps))
        self._named("node", [down.node for down in self.downs], [node.name for node in self.nodes])
        touched = [*(up.app for up in self.updates), *(hang.app for hang in self.hangs)]
        self._named("app", touched, [app.name for app in self.apps])
        require(self.pull_mb_s > 0, "{name}={value}: choose more than 0", name="pull_mb_s", value=self.pull_mb_s)  # fmt: skip
        for name in ("metric_delay", "endpoint_delay", "provision", "most_added", "toleration"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        for name in ("until", "moments"):
            value = getattr(self, name)
            require(value >= 1, "{name}={value}: choose 1 or more", name=name, value=value)

    def _named(self, kind: str, asked: list[str], names: list[str]) -> None:
        for name in asked:
            require(name in names, "{kind}={name}: choose one of {names}", kind=kind, name=name, names=", ".join(names))  # fmt: skip
