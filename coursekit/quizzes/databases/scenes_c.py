"""States of the labs on copies, failover, backups and costs that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene


def latency(**values: Any) -> Scene:
    """A commit and what it waits for: mode, k, rtt1, rtt2, away…"""
    return Scene(lab="databases-latency", values=values)


def failover(moment: int | None = None, **values: Any) -> Scene:
    """The film of a failover, at its end or at a moment."""
    return Scene(lab="databases-failover", values=values, moment=moment)


def cut(moment: int | None = None, **values: Any) -> Scene:
    """The network is cut and healed, at the end or at a moment."""
    return Scene(lab="databases-cut", values=values, moment=moment)


def pitr(**values: Any) -> Scene:
    """Bases and log of four days, and the moment wanted, in hours."""
    return Scene(lab="databases-pitr", values=values)


def plan(**values: Any) -> Scene:
    """A backup plan, and the disaster asked about."""
    return Scene(lab="databases-plan", values=values)


def cost(**values: Any) -> Scene:
    """Scan against index: rows, width, share in percent, clustered, how."""
    return Scene(lab="databases-cost", values=values)
