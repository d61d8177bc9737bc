"""VRRP's timers: who waits how long, and how long the address is away.

Modelled: skew and down interval of versions 2 and 3, and the outage each kind of failure
gives. Left out: processing time (some milliseconds in Keepalived). Source: RFC 9568 section
6.1; RFC 3768 section 6.1 for version 2; keepalived.conf(5).
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import require

__all__ = [
    "ADVERT_S", "DOWN_ADVERTS", "OWNER", "PRIORITY", "Outage", "crash_outage", "down_interval",
    "priority_outage", "script_outage", "skew", "stop_outage", "virtual_mac",
]  # fmt: skip

ADVERT_S = 1.0  # Advertisement_Interval, RFC 9568 section 6.1
DOWN_ADVERTS = 3  # silent intervals before a Backup acts
PRIORITY = 100  # default of a router that does not own the address
OWNER = 255  # the priority of the router whose real address it is
LEAST_S, MOST_S = 0.01, 40.95  # 12 bits of centiseconds

Version = Literal[2, 3]


@dataclass(frozen=True)
class Outage:
    """How long the address is away, in seconds: at best, at worst and on average."""

    best: float
    worst: float
    mean: float


def check_timers(priority: int, interval_s: float, version: int = 3) -> None:
    """ParameterError unless these are values VRRP can carry."""
    require(1 <= priority <= OWNER, "priority={priority}: choose 1 to 255", priority=priority)
    require(
        LEAST_S <= interval_s <= MOST_S,
        "interval_s={interval}: choose 0.01 to 40.95 seconds",
        interval=interval_s,
    )
    require(version in (2, 3), "version={version}: choose 2 or 3", version=version)


def skew(priority: int, interval_s: float = ADVERT_S, version: Version = 3) -> float:
    """Seconds that this priority adds to the countdown: the higher, the less."""
    check_timers(priority, interval_s, version)
    return (256 - priority) * (interval_s if version == 3 else 1.0) / 256


def down_interval(priority: int, interval_s: float = ADVERT_S, version: Version = 3) -> float:
    """Seconds of silence after which a Backup becomes Active."""
    return DOWN_ADVERTS * interval_s + skew(priority, interval_s, version)


def crash_outage(priority: int, interval_s: float = ADVERT_S, version: Version = 3) -> Outage:
    """The Active dies at any moment between two of its advertisements, each as likely."""
    most = down_interval(priority, interval_s, version)
    return Outage(most - interval_s, most, most - interval_s / 2)


def stop_outage(priority: int, interval_s: float = ADVERT_S, version: Version = 3) -> Outage:
    """The Active says goodbye with priority 0: only the skew is left to wait."""
    wait = skew(priority, interval_s, version)
    return Outage(wait, wait, wait)


def script_outage(
    priority: int, detection: Outage, interval_s: float = ADVERT_S, version: Version = 3
) -> Outage:
    """The service dies under a tracked script of weight 0: detection, then a goodbye."""
    wait = skew(priority, interval_s, version)
    return Outage(detection.best + wait, detection.worst + wait, detection.mean + wait)


def priority_outage(
    priority: int, detection: Outage, interval_s: float = ADVERT_S, version: Version = 3
) -> Outage:
    """The service dies under a script of negative weight.

    The Backup discards the lower advertisements while its timer runs out; the last one that
    re-armed it was up to one interval before the priority fell.
    """
    wait = crash_outage(priority, interval_s, version)
    return Outage(
        detection.best + wait.best, detection.worst + wait.worst, detection.mean + wait.mean
    )


def virtual_mac(vrid: int) -> str:
    """The MAC address every router of this group uses for IPv4 (RFC 9568 section 7.3)."""
    require(1 <= vrid <= 255, "vrid={vrid}: choose 1 to 255", vrid=vrid)
    return f"00:00:5e:00:01:{vrid:02x}"
