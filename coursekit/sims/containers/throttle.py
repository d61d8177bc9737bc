"""The CPU bandwidth limit of a control group (cpu.max): a quota for each period, then a wait.

Modelled: C ms of CPU work, shared evenly by T threads that begin with a period; they use up the
quota Q at the rate min(T, cores); when it is gone, all wait for the next period. Left out: the
slices of 5 ms in which CPUs take from the quota (a few ms), bursts (cpu.max.burst), work that
begins within a period, threads that are never equally long.
Sources: Linux admin-guide/cgroup-v2 (cpu.max), scheduler/sched-bwc; kubelet's MilliCPUToQuota.
"""

from dataclasses import dataclass
from typing import Any

from coursekit.sims.containers.figures import tidy
from coursekit.sims.message import Message, require

__all__ = ["PERIOD_US", "Max", "Period", "Story", "Throttle", "of_cpus", "of_millicpu", "run", "tell", "trace"]  # fmt: skip

PERIOD_US = 100_000  # the kernel's, Docker's and the kubelet's default
LEAST_QUOTA_US = 1000  # the kernel takes no less


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """C ms of CPU work over threads, on `cores`; `quota` ms of CPU in each `period` ms."""

    work: float = 200
    quota: float = 100
    period: float = 100
    threads: int = 4
    cores: int = 8

    def __post_init__(self) -> None:
        for name in ("work", "quota", "period"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        for name in ("threads", "cores"):
            value = getattr(self, name)
            require(value >= 1, "{name}={value}: choose 1 or more", name=name, value=value)

    @property
    def rate(self) -> int:
        """ms of CPU used in each ms: a thread runs on one core at a time."""
        return min(self.threads, self.cores)

    @property
    def limit(self) -> float:
        """How many CPUs the quota is worth over time."""
        return self.quota / self.period

    @property
    def free(self) -> float:
        """ms that the work takes without a limit."""
        return self.work / self.rate


@dataclass(frozen=True)
class Period:
    """One period: it runs from `start` to `stop`, then waits until `end` when it is throttled.

    `used` ms of CPU in it, `left` ms of work after it. State 0 of a story is before the first.
    """

    number: int
    start: float
    stop: float
    end: float
    used: float
    left: float
    throttled: bool
    why: tuple[Message, ...]

    @property
    def stalled(self) -> float:
        """ms of waiting with work to do."""
        return self.end - self.stop if self.throttled else 0.0


@dataclass(frozen=True)
class Story:
    """The whole run: a state before it and one after each period."""

    asked: Throttle
    states: tuple[Period, ...]

    @property
    def wall(self) -> float:
        """ms from the start until the work is done."""
        return self.states[-1].stop

    @property
    def throttles(self) -> int:
        """Periods that ended in waiting: nr_throttled of cpu.stat."""
        return sum(state.throttled for state in self.states)

    @property
    def stalled(self) -> float:
        """ms of waiting in all; cpu.stat's throttled_usec counts it for each CPU that waits."""
        return sum(state.stalled for state in self.states)

    @property
    def longest(self) -> float:
        """The longest single wait, in ms."""
        return max(state.stalled for state in self.states)


def run(asked: Throttle) -> tuple[float, int]:
    """Wall time in ms and number of throttled periods."""
    story = tell(asked)
    return story.wall, story.throttles


def tell(asked: Throttle) -> Story:
    """Period by period; one more state stands before the first."""
    said = Message.of("{work} ms of CPU work, {threads} threads. The group may use {quota} ms of CPU in each period of {period} ms.", work=tidy(asked.work), threads=asked.threads, quota=tidy(asked.quota), period=tidy(asked.period))  # fmt: skip
    states = [Period(0, 0.0, 0.0, 0.0, 0.0, asked.work, False, (said,))]
    while states[-1].left > 0:
        states.append(_next(asked, states[-1]))
    return Story(asked, tuple(states))


def _next(asked: Throttle, before: Period) -> Period:
    start = before.number * asked.period
    most = asked.rate * asked.period
    used = min(before.left, asked.quota, most)
    left = max(0.0, before.left - used)
    stop = start + used / asked.rate
    throttled = left > 0 and asked.quota < most
    end = stop if left <= 0 else start + asked.period
    why = _why(asked, used, left, stop, throttled)
    return Period(before.number + 1, start, stop, end, used, left, throttled, why)


def _why(asked: Throttle, used: float, left: float, stop: float, throttled: bool) -> tuple[Message, ...]:  # fmt: skip
    if throttled:
        return (
            Message.of("{rate} threads at once use the quota of {quota} ms up in {ran} ms.", rate=asked.rate, quota=tidy(asked.quota), ran=tidy(used / asked.rate)),
            Message.of("All wait {wait} ms for the next period, with {left} ms of work to do.", wait=tidy(asked.period - used / asked.rate), left=tidy(left)),
        )  # fmt: skip
    if left > 0:
        return (Message.of("The threads cannot use up the quota within a period: the limit does not bite."),)  # fmt: skip
    return (
        Message.of("The last {used} ms are done at {stop} ms.", used=tidy(used), stop=tidy(stop)),
    )


def trace(story: Story) -> list[dict[str, Any]]:
    """The same as plain events: run and throttle, with their times in ms."""
    events: list[dict[str, Any]] = []
    for state in story.states[1:]:
        events.append({"t": state.start, "kind": "run", "to": state.stop, "cpu": state.used})
        if state.throttled:
            events.append({"t": state.stop, "kind": "throttle", "from": state.stop, "to": state.end})  # fmt: skip
    return events


@dataclass(frozen=True)
class Max:
    """cpu.max: `quota` µs in each `period` µs; None: no limit."""

    quota: int | None = None
    period: int = PERIOD_US

    def __post_init__(self) -> None:
        require(
            self.quota is None or self.quota >= LEAST_QUOTA_US,
            "quota={quota}: choose {least} µs or more", quota=self.quota, least=LEAST_QUOTA_US,
        )  # fmt: skip
        require(
            1000 <= self.period <= 1_000_000, "period={period}: choose 1000 to 1000000 µs",
            period=self.period,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """As the file cpu.max is written."""
        return f"{'max' if self.quota is None else self.quota} {self.period}"

    @property
    def cpus(self) -> float | None:
        """How many CPUs it is worth: `docker run --cpus`."""
        return None if self.quota is None else self.quota / self.period

    @property
    def millicpu(self) -> float | None:
        """The same as a Kubernetes limit, in thousandths of a CPU."""
        return None if self.cpus is None else self.cpus * 1000


def of_cpus(cpus: float) -> Max:
    """What `docker run --cpus` writes."""
    require(cpus > 0, "{name}={value}: choose more than 0", name="cpus", value=cpus)
    return Max(round(cpus * PERIOD_US))


def of_millicpu(m: int) -> Max:
    """What a Kubernetes limit of m thousandths writes; 0 means none, and the least is 1 ms."""
    require(m >= 0, "{name}={value}: choose 0 or more", name="limit", value=m)
    return Max(max(LEAST_QUOTA_US, m * PERIOD_US // 1000)) if m else Max()
