"""The times of a DHCP lease: when a client renews, rebinds, asks again and gives up.

Sources: RFC 2131 §4.1 (asking again while acquiring), §4.4.5 (T1, T2, asking again).
"""

from dataclasses import dataclass

import numpy as np

from coursekit.sims.message import require

__all__ = ["retries", "sends", "times"]

T1, T2 = 0.5, 0.875  # shares of the lease
LEAST_WAIT_S = 60.0
WAITS_S = (4.0, 8.0, 16.0, 32.0, 64.0)


@dataclass(frozen=True)
class Times:
    """Seconds after the lease was given: renew, rebind, drop the address."""

    t1: float
    t2: float
    expiry: float


def times(lease: float) -> Times:
    """T1, T2 and the end of a lease of that many seconds."""
    require(lease > 0, "lease={lease}: choose more than 0 s", lease=lease)
    return Times(T1 * lease, T2 * lease, lease)


def retries(lease: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """When a client asks a silent server: while renewing, and while rebinding."""
    end = times(lease)
    return _asks(end.t1, end.t2), _asks(end.t2, end.expiry)


def next_ask(now: float, limit: float) -> float | None:
    """The next try after half of the time left, never less than 60 s; None: too late."""
    then = now + max((limit - now) / 2, LEAST_WAIT_S)
    return then if then < limit else None


def _asks(start: float, limit: float) -> tuple[float, ...]:
    asked = [start]
    while (then := next_ask(asked[-1], limit)) is not None:
        asked.append(then)
    return tuple(asked)


def sends(count: int, rng: np.random.Generator | None = None) -> tuple[float, ...]:
    """When a client without an answer sends DISCOVER; with `rng` each wait varies by 1 s."""
    require(count >= 1, "count={count}: choose 1 or more", count=count)
    sent = [0.0]
    for tries in range(count - 1):
        sent.append(sent[-1] + wait(tries, rng))
    return tuple(sent)


def wait(tries: int, rng: np.random.Generator | None = None) -> float:
    """The wait after try number `tries` (the first is 0)."""
    plain = WAITS_S[min(tries, len(WAITS_S) - 1)]
    return plain + (float(rng.uniform(-1, 1)) if rng is not None else 0.0)
