"""Horizontal pod autoscaler: how many replicas for this use, and how fast it may get there.

Modelled: the recommendation from a resource's utilisation (tolerance, pods without metrics, pods
not ready), the largest of several metrics, stabilization windows, rate policies, minimum and
maximum. Exact fractions where the controller uses floats: 110 % of the target is inside a
tolerance of 0.1. Left out: object and external metrics, scaling to zero, container metrics.
Sources: kubernetes.io, "Horizontal Pod Autoscaling"; Kubernetes, pkg/controller/podautoscaler
(replica_calculator.go, horizontal.go).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = [
    "DOWN", "SYNC_S", "TOLERANCE", "UP", "Advice", "Autoscaler", "Behavior", "Decision", "History",
    "Policy", "Rules", "Use", "advise", "advise_all", "decide", "limit_down", "limit_up",
]  # fmt: skip

SYNC_S, TOLERANCE = 15.0, 0.1
DOWN_WINDOW_S = 300.0
Select = Literal["Max", "Min", "Disabled"]
SELECTS: tuple[Select, ...] = get_args(Select)


@dataclass(frozen=True, kw_only=True)
class Use:
    """What the metrics say: use of each ready pod in percent of its request; the pods not seen."""

    ready: tuple[int, ...]
    unready: int = 0
    missing: int = 0
    target: int = 50

    def __post_init__(self) -> None:
        require(len(self.ready) > 0, "ready={n}: without one pod that is ready and measured there is no utilisation, so no action", n=len(self.ready))  # fmt: skip
        for value in self.ready:
            require(value >= 0, "{name}={value}: choose 0 or more", name="ready", value=value)
        for name in ("unready", "missing"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        require(self.target >= 1, "{name}={value}: choose 1 or more", name="target", value=self.target)  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """A recommendation: use and ratio as seen, with the pods not seen counted, and why."""

    replicas: int
    utilisation: int
    ratio: Fraction
    cautious: Fraction | None  # None: nothing had to be assumed
    why: Message


def advise(current: int, use: Use, tolerance: float = TOLERANCE) -> Advice:
    """Replicas that would bring the use to its target; `current` where it should stay."""
    require(current >= 1, "{name}={value}: choose 1 or more", name="current", value=current)
    require(0 <= tolerance < 1, "tolerance={value}: choose 0 to less than 1", value=tolerance)
    seen = sum(use.ready) // len(use.ready)
    ratio = Fraction(seen, use.target)
    if not use.missing and not (use.unready and ratio > 1):
        return _plain(current, use, seen, ratio, tolerance)
    return _cautious(current, use, seen, ratio, tolerance)


def _within(ratio: Fraction, tolerance: float) -> bool:
    """Exact: the tolerance is the decimal that was written, not its nearest binary number."""
    return abs(ratio - 1) <= Fraction(str(tolerance))


def _plain(current: int, use: Use, seen: int, ratio: Fraction, tolerance: float) -> Advice:
    if _within(ratio, tolerance):
        said = Message.of("{seen} % of the request for a target of {target} %: inside the tolerance, nothing changes.", seen=seen, target=use.target)  # fmt: skip
        return Advice(current, seen, ratio, None, said)
    wanted = ceil(ratio * len(use.ready))
    said = Message.of("{seen} % of the request for a target of {target} %: {n} pods × {ratio:.2f}, rounded up, are {wanted}.", seen=seen, target=use.target, n=len(use.ready), ratio=float(ratio), wanted=wanted)  # fmt: skip
    return Advice(wanted, seen, ratio, None, said)


def _cautious(current: int, use: Use, seen: int, ratio: Fraction, tolerance: float) -> Advice:
    """Pods not seen are counted so that the step gets smaller."""
    counted, total = len(use.ready), sum(use.ready)
    if use.missing and ratio != 1:
        counted += use.missing
        total += use.missing * max(100, use.target) if ratio < 1 else 0
    if use.unready and ratio > 1:
        counted += use.unready
    second = Fraction(total // counted, use.target)
    wanted = ceil(second * counted)
    turned = (ratio < 1 < second) or (second < 1 < ratio)
    against = (second < 1 and wanted > current) or (second > 1 and wanted < current)
    if _within(second, tolerance) or turned or against:
        said = Message.of("Seen alone the ratio is {ratio:.2f}; with the pods not seen it is {second:.2f}: too little, or the other way, so nothing changes.", ratio=float(ratio), second=float(second))  # fmt: skip
        return Advice(current, seen, ratio, second, said)
    said = Message.of("Seen alone the ratio is {ratio:.2f}; with the pods not seen it is {second:.2f}: {n} pods × that, rounded up, are {wanted}.", ratio=float(ratio), second=float(second), n=counted, wanted=wanted)  # fmt: skip
    return Advice(wanted, seen, ratio, second, said)


def advise_all(current: int, uses: Sequence[Use], tolerance: float = TOLERANCE) -> Advice:
    """Several metrics: the one that wants most replicas is followed."""
    require(len(uses) > 0, "metrics={n}: choose 1 or more", n=len(uses))
    return max((advise(current, use, tolerance) for use in uses), key=lambda a: a.replicas)


@dataclass(frozen=True)
class Policy:
    """So many pods, or percent, within `period` seconds."""

    kind: Literal["Pods", "Percent"]
    value: int
    period: float = 15.0

    def __post_init__(self) -> None:
        require(self.kind in ("Pods", "Percent"), "policy={kind}: choose Pods or Percent", kind=self.kind)  # fmt: skip
        require(self.value >= 1, "{name}={value}: choose 1 or more", name="value", value=self.value)
        require(1 <= self.period <= 1800, "period={value}: choose 1 to 1800 s", value=self.period)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One direction: how long a recommendation is remembered, and how fast it may be followed."""

    window: float = 0.0
    policies: tuple[Policy, ...]
    select: Select = "Max"

    def __post_init__(self) -> None:
        require(0 <= self.window <= 3600, "window={value}: choose 0 to 3600 s", value=self.window)
        require(self.select in SELECTS, "select={select}: choose one of {choices}", select=self.select, choices=", ".join(SELECTS))  # fmt: skip
        require(len(self.policies) > 0, "policies={n}: choose 1 or more", n=len(self.policies))


UP = Rules(policies=(Policy("Percent", 100), Policy("Pods", 4)))
DOWN = Rules(window=DOWN_WINDOW_S, policies=(Policy("Percent", 100),))


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """Both directions; as by default."""

    up: Rules = UP
    down: Rules = DOWN


@dataclass(frozen=True, kw_only=True)
class Autoscaler:
    """The limits and the behaviour of one autoscaler."""

    least: int = 1
    most: int = 10
    tolerance: float = TOLERANCE
    behavior: Behavior = field(default_factory=Behavior)

    def __post_init__(self) -> None:
        require(1 <= self.least <= self.most, "least={least}: choose 1 to {most}, the maximum", least=self.least, most=self.most)  # fmt: skip
        require(0 <= self.tolerance < 1, "tolerance={value}: choose 0 to less than 1", value=self.tolerance)  # fmt: skip


@dataclass(frozen=True)
class History:
    """What the controller remembers: recommendations (t, n) and changes (t, pods, + or -)."""

    current: int
    advised: tuple[tuple[float, int], ...] = ()
    changes: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True)
class Decision:
    """One turn: what the metrics want, what the window lets through, what the policies allow."""

    t: float
    raw: int
    stabilized: int
    applied: int
    why: Message
    after: History


def _moved(history: History, t: float, period: float, sign: int) -> int:
    """Pods added (or removed) within the last `period`; exactly that long ago is too long."""
    return sum(abs(n) for when, n in history.changes if when > t - period and n * sign > 0)


def _start(history: History, t: float, policy: Policy) -> int:
    """Replicas at the beginning of the policy's period."""
    added, removed = (_moved(history, t, policy.period, sign) for sign in (1, -1))
    return history.current - added + removed


def limit_up(history: History, t: float, rules: Rules = UP) -> int:
    """The most replicas that the policies allow now."""
    if rules.select == "Disabled":
        return history.current
    limits = [
        start + p.value if p.kind == "Pods" else -(-start * (100 + p.value) // 100)
        for p in rules.policies
        for start in [_start(history, t, p)]
    ]
    return max(min(limits) if rules.select == "Min" else max(limits), history.current)


def limit_down(history: History, t: float, rules: Rules = DOWN) -> int:
    """The fewest replicas that the policies allow now."""
    if rules.select == "Disabled":
        return history.current
    limits = [
        start - p.value if p.kind == "Pods" else start * max(100 - p.value, 0) // 100
        for p in rules.policies
        for start in [_start(history, t, p)]
    ]
    return min(max(limits) if rules.select == "Min" else min(limits), history.current)


def _stabilized(scaler: Autoscaler, history: History, t: float, raw: int) -> int:
    """The current number, moved only as far as all remembered recommendations agree."""
    windows = scaler.behavior.up.window, scaler.behavior.down.window
    up, down = ([raw, *(n for when, n in history.advised if when > t - w)] for w in windows)
    return min(max(history.current, min(up)), max(down))


def decide(scaler: Autoscaler, history: History, t: float, raw: int) -> Decision:
    """Stabilize, limit the rate, clamp; and remember. The first turn remembers the current number."""
    if not history.advised:
        history = replace(history, advised=((t, history.current),))
    current, stable = history.current, _stabilized(scaler, history, t, raw)
    most = limit_up(history, t, scaler.behavior.up)
    fewest = limit_down(history, t, scaler.behavior.down)
    limited = min(max(stable, fewest), most)
    applied = min(max(limited, scaler.least), scaler.most)
    longest = max(scaler.behavior.up.window, scaler.behavior.down.window)
    keep = tuple(each for each in history.advised if each[0] > t - longest)
    changes = tuple(each for each in history.changes if each[0] > t - 1800)
    if applied != current:
        changes = (*changes, (t, applied - current))
    why = _why(current, raw, stable, limited, applied)
    return Decision(t, raw, stable, applied, why, History(applied, (*keep, (t, raw)), changes))


def _why(current: int, raw: int, stable: int, limited: int, applied: int) -> Message:
    if applied != limited:
        return Message.of("The metrics want {raw}; the minimum or the maximum makes it {applied}.", raw=raw, applied=applied)  # fmt: skip
    if stable != raw and applied == current:
        return Message.of("The metrics want {raw}, but the window remembers other advice: it stays at {applied}.", raw=raw, applied=applied)  # fmt: skip
    if limited != stable:
        return Message.of("The metrics want {raw}; the policies allow {applied} for now.", raw=raw, applied=applied)  # fmt: skip
    if applied == current:
        return Message.of("It stays at {applied}.", applied=applied)
    if stable != raw:
        return Message.of("The metrics want {raw}; the window lets through {applied}.", raw=raw, applied=applied)  # fmt: skip
    return Message.of("From {current} to {applied}, as the metrics want.", current=current, applied=applied)  # fmt: skip
