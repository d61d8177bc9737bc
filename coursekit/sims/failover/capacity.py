"""Room for the load of the dead: utilisation after failures, and kinds of standby.

Modelled: equal nodes that share the load evenly. Source: the N+1 rule is arithmetic; the
figures of the standby kinds are illustrative.
"""

from dataclasses import dataclass

from coursekit.sims.message import Message, require

__all__ = ["STANDBYS", "Standby", "after_failure", "safe_utilisation"]


def after_failure(nodes: int, utilisation: float, failed: int = 1) -> float:
    """Utilisation of those left; 1 or more: overloaded."""
    require(0 <= failed < nodes, "failed={f}: choose 0 to {most}", f=failed, most=nodes - 1)
    require(utilisation >= 0, "utilisation={x}: choose 0 or more", x=utilisation)
    return utilisation * nodes / (nodes - failed)


def safe_utilisation(nodes: int) -> float:
    """The most that nodes may carry so that all but one can carry it: N+1."""
    require(nodes >= 2, "nodes={n}: choose 2 or more", n=nodes)
    return (nodes - 1) / nodes


@dataclass(frozen=True)
class Standby:
    """A kind of standby: machines paid for, time to take over and capacity left (of one)."""

    kind: Message
    cost: float
    switch_s: float
    capacity: float


STANDBYS = (
    Standby(Message.of("cold: started on demand"), 1.2, 3600.0, 1.0),
    Standby(Message.of("warm: running, data behind"), 1.5, 300.0, 1.0),
    Standby(Message.of("hot: running, data current"), 2.0, 3.0, 1.0),
    Standby(Message.of("active/active: both serve"), 2.0, 1.0, 0.5),
)
