"""A load that changes, pods that follow: the autoscaler in its loop, second by second.

Modelled: every second the ready pods share the load alike, what is beyond their limit is lost; the
metrics come late; every 15 s the autoscaler reads them, recommends, stabilizes, limits; new pods
get ready after a start. A pod not ready when it was measured counts as not ready. Left out:
queues and retries (a lost request is gone), nodes that are full (`nodes` has them), noise.
Start of 10 s and delay of 15 s are illustrative.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import pi, sin
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.kubernetes.hpa import SYNC_S, Autoscaler, Decision, History, Use, advise, decide
from coursekit.sims.message import require

__all__ = [
    "CURVES", "Curve", "Loop", "Looped", "Sample", "Serving", "Workload", "advised", "load_of",
    "run", "shared",
]  # fmt: skip

Curve = Literal["step", "sine", "zero", "ramp", "points"]
CURVES: tuple[Curve, ...] = get_args(Curve)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Requests a second over time; `points` are (t, requests/s), held until the next."""

    curve: Curve = "step"
    low: float = 100.0
    high: float = 400.0
    at: float = 60.0  # when a step or a fall comes
    period: float = 600.0
    points: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        require(self.curve in CURVES, "curve={curve}: choose one of {choices}", curve=self.curve, choices=", ".join(CURVES))  # fmt: skip
        require(0 <= self.low <= self.high, "low={low}: choose 0 to {high}, the high load", low=self.low, high=self.high)  # fmt: skip
        require(self.at >= 0, "{name}={value}: choose 0 or more", name="at", value=self.at)
        require(self.period > 0, "{name}={value}: choose more than 0", name="period", value=self.period)  # fmt: skip
        require(self.curve != "points" or bool(self.points), "points={n}: choose 1 or more", n=len(self.points))  # fmt: skip
        for t, rate in self.points:
            require(rate >= 0 and t >= 0, "points={t}, {rate}: choose times and rates of 0 or more", t=t, rate=rate)  # fmt: skip


def load_of(work: Workload, t: float) -> float:
    """Requests a second at time t."""
    match work.curve:
        case "step":
            return work.high if t >= work.at else work.low
        case "zero":
            return 0.0 if t >= work.at else work.high
        case "sine":
            mean, half = (work.low + work.high) / 2, (work.high - work.low) / 2
            return mean - half * sin(2 * pi * (t / work.period + 0.25))
        case "ramp":
            return work.low + (work.high - work.low) * min(max(t - work.at, 0) / work.period, 1)
        case "points":
            return next(
                (rate for when, rate in sorted(work.points, reverse=True) if when <= t), 0.0
            )


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Pods, their capacity, the autoscaler, and what is late."""

    work: Workload = field(default_factory=Workload)
    scaler: Autoscaler = field(default_factory=Autoscaler)
    replicas: int = 2
    target: int = 50
    request_m: int = 500
    limit_m: int = 1000
    rps_per_core: float = 100.0
    start_s: int = 10
    metric_delay: int = 15
    seconds: int = 1200

    def __post_init__(self) -> None:
        require(self.scaler.least <= self.replicas <= self.scaler.most, "replicas={n}: choose {least} to {most}, the autoscaler's limits", n=self.replicas, least=self.scaler.least, most=self.scaler.most)  # fmt: skip
        require(1 <= self.request_m <= self.limit_m, "request_m={n}: choose 1 to {most}, the limit", n=self.request_m, most=self.limit_m)  # fmt: skip
        require(self.rps_per_core > 0, "{name}={value}: choose more than 0", name="rps_per_core", value=self.rps_per_core)  # fmt: skip
        for name in ("target", "seconds"):
            value = getattr(self, name)
            require(value >= 1, "{name}={value}: choose 1 or more", name=name, value=value)
        for name in ("start_s", "metric_delay"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Looped:
    """Second by second, and every decision."""

    loop: Loop
    load: Floats
    ready: Ints
    replicas: Ints
    use: Floats  # percent of the request, of each ready pod
    lost: Floats
    decisions: tuple[Decision, ...]

    @property
    def capacity(self) -> Floats:
        """Requests a second that the ready pods can serve at their limit."""
        return np.asarray(
            self.ready * (self.loop.rps_per_core * self.loop.limit_m / 1000), np.float64
        )

    @property
    def lost_total(self) -> float:
        """Requests that nobody served."""
        return float(self.lost.sum())

    @property
    def pod_seconds(self) -> int:
        """What it cost."""
        return int(self.replicas.sum())

    @property
    def changes(self) -> int:
        """How often the number of replicas was changed."""
        return int(np.count_nonzero(np.diff(self.replicas)))


@dataclass(frozen=True)
class Sample:
    """One second, as the metrics will show it: use of each ready pod in percent of its request."""

    use: int
    ready: int
    unready: int
    missing: int = 0  # pods nobody can measure


class Serving(Protocol):
    """What a pod can do."""

    @property
    def request_m(self) -> int: ...
    @property
    def limit_m(self) -> int: ...
    @property
    def rps_per_core(self) -> float: ...


def shared(pod: Serving, load: float, ready: int) -> tuple[float, float]:
    """Ready pods share the load alike: use of each in percent of its request, requests lost."""
    if not ready:
        return 0.0, load
    cores = min(pod.limit_m / 1000, load / (ready * pod.rps_per_core))
    return 100_000 * cores / pod.request_m, max(0.0, load - ready * pod.rps_per_core * pod.limit_m / 1000)  # fmt: skip


def advised(current: int, samples: Sequence[Sample], at: int, target: int, tolerance: float) -> int:
    """What the metrics of second `at` advise; no metrics, no change."""
    if at < 0 or at >= len(samples) or not samples[at].ready:
        return current
    seen = samples[at]
    use = Use(ready=(seen.use,) * seen.ready, unready=seen.unready, missing=seen.missing, target=target)  # fmt: skip
    return advise(current, use, tolerance).replicas


def run(loop: Loop) -> Looped:
    """The whole record."""
    load = [load_of(loop.work, t) for t in range(loop.seconds)]
    due = [0] * loop.replicas  # when each pod is ready, in order
    history, decisions = History(loop.replicas), list[Decision]()
    samples, seconds = list[Sample](), list[tuple[int, int, float, float]]()
    for t in range(loop.seconds):
        if t and t % SYNC_S == 0:
            raw = advised(history.current, samples, t - loop.metric_delay, loop.target, loop.scaler.tolerance)  # fmt: skip
            decision = decide(loop.scaler, history, t, raw)
            decisions.append(decision)
            history, due = decision.after, _scaled(loop, due, decision.applied, t)
        ready = bisect_right(due, t)
        use, lost = shared(loop, load[t], ready)
        samples.append(Sample(int(use + 1e-9), ready, len(due) - ready))
        seconds.append((ready, len(due), use, lost))
    able, pods, used, gone = zip(*seconds, strict=True)
    return Looped(loop, np.array(load), np.array(able), np.array(pods), np.array(used), np.array(gone), tuple(decisions))  # fmt: skip


def _scaled(loop: Loop, due: list[int], wanted: int, t: int) -> list[int]:
    """New pods get ready later; those that are not ready are the first to go, then the newest."""
    return (due + [t + loop.start_s] * (wanted - len(due)))[:wanted]
