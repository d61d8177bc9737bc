"""Which way a packet goes: longest prefix, then lowest metric, then first inserted.

Left out: policy routing, several equal paths. Source: ip-route(8), RFC 1812.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.message import require
from coursekit.sims.networks.addresses import address, network

__all__ = ["lookup"]

DEFAULT = "0.0.0.0/0"


@dataclass(frozen=True)
class Route:
    """To a prefix by way of `via`: the address of a gateway, or the name of a link."""

    prefix: str
    via: str
    metric: int = 0

    def __post_init__(self) -> None:
        network(self.prefix)
        require(self.metric >= 0, "metric={metric}: choose 0 or more", metric=self.metric)


def lookup(routes: Sequence[Route], dst: str) -> Route | None:
    """The route a packet for `dst` takes; None when nothing matches."""
    to = address(dst, "dst")
    fits = [route for route in routes if to in network(route.prefix)]
    # `min` keeps the first of equals: the one inserted first
    return min(fits, key=lambda r: (-network(r.prefix).prefixlen, r.metric), default=None)
