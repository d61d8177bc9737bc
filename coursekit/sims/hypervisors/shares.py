"""CPU shares: who gets how much of a crowded host, and the time the others wait (ready).

Modelled: a fluid share: each machine between its reservation and its limit, the rest divided
by shares; CPU ready is what it wants and does not get (a limit's wait counts as ready too, as
in esxtop). Left out: queues, time slices, co-scheduling of several vCPUs, NUMA.
Sources: vSphere Resource Management guide; vCenter's real-time charts (samples of 20 s).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.message import require

__all__ = ["SAMPLE_S", "Claim", "Ready", "fair_shares", "level", "ready", "ready_percent"]

SAMPLE_S = 20.0  # vCenter's real-time charts


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a machine wants and may have: MHz, or shares of one core for a vCPU."""

    demand: float
    shares: float = 1000
    res: float = 0.0
    limit: float | None = None

    def __post_init__(self) -> None:
        require(self.shares > 0, "shares={shares}: choose more than 0", shares=self.shares)
        for name in ("demand", "res", "limit"):
            value = getattr(self, name)
            require(
                value is None or value >= 0,
                "{name}={value}: choose 0 or more", name=name, value=value,
            )  # fmt: skip

    @property
    def cap(self) -> float:
        """The most it can use."""
        return self.demand if self.limit is None else min(self.demand, self.limit)

    @property
    def floor(self) -> float:
        """What it gets whatever the others want: what is reserved and not wanted goes to others."""
        return min(self.res, self.cap)

    def at(self, level: float) -> float:
        """What it gets where each share is worth `level`."""
        return min(self.cap, max(self.floor, level * self.shares))


def fair_shares(capacity: float, claims: Sequence[Claim]) -> tuple[float, ...]:
    """What each gets: all it wants where there is enough, else by shares within its bounds."""
    worth = level(capacity, claims)
    if worth is None:
        return tuple(each.cap for each in claims)
    return tuple(each.at(worth) for each in claims)


def level(capacity: float, claims: Sequence[Claim]) -> float | None:
    """What one share is worth, exactly; None where everybody gets all they want.

    The sum given away grows with the level in straight pieces between the levels where a
    machine leaves its floor or reaches its cap.
    """
    require(capacity >= 0, "capacity={capacity}: choose 0 or more", capacity=capacity)
    promised = sum(each.floor for each in claims)
    require(
        promised <= capacity, "capacity={capacity}: less than the {promised} that is reserved",
        capacity=capacity, promised=promised,
    )  # fmt: skip
    if sum(each.cap for each in claims) <= capacity:
        return None
    bends = sorted({x / each.shares for each in claims for x in (each.floor, each.cap)})
    upper = next(bend for bend in bends if _given(bend, claims) >= capacity)
    lower = max((bend for bend in bends if bend < upper), default=0.0)
    low, high = _given(lower, claims), _given(upper, claims)
    return upper if high == low else lower + (upper - lower) * (capacity - low) / (high - low)


def _given(worth: float, claims: Sequence[Claim]) -> float:
    return sum(each.at(worth) for each in claims)


@dataclass(frozen=True)
class Ready:
    """One vCPU over a sample: seconds it ran, seconds it was ready to run and had no core."""

    demand: float
    given: float

    @property
    def percent(self) -> float:
        """Ready time in percent of the sample."""
        return (self.demand - self.given) * 100

    @property
    def ms(self) -> float:
        """Ready time as vCenter's chart shows it."""
        return (self.demand - self.given) * SAMPLE_S * 1000


def ready(cores: float, claims: Sequence[Claim]) -> tuple[Ready, ...]:
    """The ready time of each vCPU; a vCPU wants 1 core at most."""
    for each in claims:
        require(each.demand <= 1, "demand={demand}: choose 0 to 1, a vCPU uses one core", demand=each.demand)  # fmt: skip
    given = fair_shares(cores, claims)
    return tuple(Ready(one.demand, x) for one, x in zip(claims, given, strict=True))


def ready_percent(ms: float, *, vcpus: int = 1, sample: float = SAMPLE_S) -> float:
    """A chart's milliseconds as percent of one vCPU; `vcpus=1` gives the machine's sum."""
    require(vcpus >= 1, "vcpus={n}: choose 1 or more", n=vcpus)
    require(sample > 0, "{name}={value}: choose more than 0", name="sample", value=sample)
    return ms / (sample * 1000) * 100 / vcpus
