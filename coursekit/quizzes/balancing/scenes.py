"""States of the load balancing labs that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene

OFFERED = ("5,1,1", "50,25,25")  # of the lab's list, what questions use


def turns(policy: str = "swrr", weights: str = "5,1,1", requests: int = 14) -> Scene:
    """The turns of these weights; three that the lab does not offer are typed in as its own."""
    values: dict[str, Any] = {"policy": policy, "weights": weights, "requests": requests}
    if weights not in OFFERED:
        own = zip(("wa", "wb", "wc", "wd"), [*map(int, weights.split(",")), 0], strict=True)
        values |= {"weights": "own", **dict(own)}
    return Scene(lab="balancing-turns", values=values)


def queues(policy: str, **values: Any) -> Scene:
    """The short trace with this policy."""
    return Scene(lab="balancing-queues", values={"policy": policy, **values})


def race(**values: Any) -> Scene:
    """All policies on one trace: ten servers, 90 % busy, unless said otherwise."""
    return Scene(lab="balancing-race", values={"servers": 10, "load": 90, **values})


def curve(load: int, servers: int = 1, lines: str = "one") -> Scene:
    """A point of the curve of response time against load."""
    values = {"servers": servers, "load": load, "lines": lines}
    return Scene(lab="balancing-curve", values=values)


def ring(method: str, change: str = "add", servers: int = 3) -> Scene:
    """Keys on servers, before and after a change."""
    values = {"method": method, "servers": servers, "change": change}
    return Scene(lab="balancing-ring", values=values)


def health(**values: Any) -> Scene:
    """One of four servers in trouble at second 30."""
    return Scene(lab="balancing-health", values={"at": 30, "inter": 2, "fall": 3, **values})


def sticky(kind: str, nat: int = 60) -> Scene:
    """Three servers and sessions, many behind one address."""
    values = {"sticky": kind, "servers": 3, "nat": nat}
    return Scene(lab="balancing-sticky", values=values)


def double(mode: str, load: int = 60, **values: Any) -> Scene:
    """One balancer or two, when one dies."""
    return Scene(lab="balancing-double", values={"mode": mode, "load": load, **values})


SIZE = Scene(lab="balancing-size", values={"rate": 100, "service": 12, "limit": 50, "tail": 5})
FAN_OUT = Scene(lab="balancing-size", values={"calls": 100, "slow_calls": 1})
OWN = Scene(lab="balancing-own")
