"""Health of servers: active checks that take out and bring back, passive ones, slow start.

Modelled: HAProxy's active checks with fall and rise, nginx's passive failures, HAProxy's slow
start in sixteen steps. Left out: checks that answer late but in time, agent checks.
Sources: HAProxy configuration manual and `server.c`; nginx `ngx_http_upstream_round_robin.c`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from coursekit.sims.message import require

__all__ = [
    "Checked",
    "Checks",
    "Detection",
    "Passive",
    "checked",
    "detection",
    "slow_start",
    "slow_weight",
    "watch",
]


@dataclass(frozen=True, kw_only=True)
class Checks:
    """Active checks: every `inter` seconds; a check that fails is known `timeout` s later."""

    inter: float = 2.0
    fall: int = 3
    rise: int = 2
    timeout: float = 0.0  # 0: refused at once; a silent server: as long as `inter`

    def __post_init__(self) -> None:
        require(
            self.inter > 0, "{name}={value}: choose more than 0", name="inter", value=self.inter
        )
        require(self.fall >= 1, "fall={fall}: choose 1 or more", fall=self.fall)
        require(self.rise >= 1, "rise={rise}: choose 1 or more", rise=self.rise)
        require(
            0 <= self.timeout <= self.inter,
            "timeout={timeout}: choose 0 to inter, {inter}", timeout=self.timeout, inter=self.inter,
        )  # fmt: skip

    def phase(self, server: int, servers: int) -> float:
        """When the first check of a server starts: they are spread over one interval."""
        return server * self.inter / servers


@dataclass(frozen=True)
class Detection:
    """How long a dead server goes unnoticed, in seconds."""

    least: float
    mean: float
    most: float


def detection(checks: Checks) -> Detection:
    """By chance of the moment at which the server dies between two checks."""
    k, inter, late = checks.fall, checks.inter, checks.timeout
    return Detection((k - 1) * inter + late, (k - 0.5) * inter + late, k * inter + late)


@dataclass(frozen=True)
class Checked:
    """One check: when its result is known, and what the balancer then thinks of the server.

    `bad` and `good` count the results in a row; `change`: this one took it out or back.
    """

    known: float
    ok: bool
    bad: int
    good: int
    change: str = ""  # "down" or "up"


def checked(
    checks: Checks, dead: Sequence[tuple[float, float]], *, until: float, phase: float = 0.0
) -> list[Checked]:
    """All checks begun until then, of a server that is dead in the intervals [from, to)."""
    up, bad, good, seen, j = True, 0, 0, list[Checked](), 0
    while (start := phase + j * checks.inter) <= until:
        failing = any(begin <= start < end for begin, end in dead)
        bad, good = (bad + 1, 0) if failing else (0, good + 1)
        change = (
            "down" if up and bad >= checks.fall else "up" if not up and good >= checks.rise else ""
        )
        up = change == "up" if change else up
        seen.append(Checked(start + checks.timeout * failing, not failing, bad, good, change))
        j += 1
    return seen


def watch(
    checks: Checks, dead: Sequence[tuple[float, float]], *, until: float, phase: float = 0.0
) -> list[tuple[float, str]]:
    """When the server is taken out and brought back, for the intervals [from, to) it is dead."""
    seen = checked(checks, dead, until=until, phase=phase)
    return [(each.known, each.change) for each in seen if each.change and each.known <= until]


@dataclass(frozen=True, kw_only=True)
class Passive:
    """nginx's memory of one server: failures counted, and when one was last looked at."""

    max_fails: int = 1
    fail_timeout: float = 10.0
    fails: int = 0
    checked: float = 0.0

    def __post_init__(self) -> None:
        require(
            self.max_fails >= 1, "max_fails={fails}: choose 1 or more", fails=self.max_fails
        )  # 0 switches counting off in nginx: then there is nothing to model
        require(
            self.fail_timeout > 0, "{name}={value}: choose more than 0",
            name="fail_timeout", value=self.fail_timeout,
        )  # fmt: skip

    def usable(self, now: float) -> bool:
        """Skipped while so many failures are not older than fail_timeout."""
        return self.fails < self.max_fails or now - self.checked > self.fail_timeout

    def after(self, now: float, *, ok: bool) -> "Passive":
        """The state after a request: the first success after the pause forgets all failures."""
        fails, checked = self.fails, now if not ok else self.checked
        if not ok:
            fails += 1
        elif now - self.checked > self.fail_timeout:
            fails = 0
        return Passive(
            max_fails=self.max_fails, fail_timeout=self.fail_timeout, fails=fails, checked=checked
        )


def slow_start(elapsed: float, seconds: int) -> int:
    """Sixteenths of its weight that a server has `elapsed` seconds after a recovery."""
    require(seconds >= 1, "seconds={seconds}: choose 1 or more", seconds=seconds)
    require(elapsed >= 0, "elapsed={elapsed}: choose 0 or more", elapsed=elapsed)
    return min(16, int((16 * elapsed + seconds) // seconds))


def slow_weight(weight: int, elapsed: float, seconds: int) -> Fraction:
    """The weight in use that long after a recovery."""
    return Fraction(weight * slow_start(elapsed, seconds), 16)
