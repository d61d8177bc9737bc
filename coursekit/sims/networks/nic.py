"""One network card: which frames it passes up, and as what.

Modelled: the receive filter (own address, broadcast, multicast groups joined, promiscuous).
Left out: VLAN filters, hardware queues. The IP layer above drops OTHERHOST frames, so a
promiscuous card does not make a machine answer for others. Source: netdevice(7), packet(7).
"""

from dataclasses import dataclass, field
from typing import Literal

from coursekit.sims.networks.addresses import BROADCAST, check_mac, is_group

__all__ = ["Nic", "receives"]

Class = Literal["HOST", "BROADCAST", "MULTICAST", "OTHERHOST"]


@dataclass(frozen=True, kw_only=True)
class Nic:
    """A card: its address, and what else it lets in."""

    mac: str
    promisc: bool = False
    allmulti: bool = False
    mcast: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        check_mac(self.mac)
        for group in self.mcast:
            check_mac(group, "mcast")


def receives(nic: Nic, dst: str) -> Class | None:
    """What a frame for `dst` is to this card; None: the card drops it.

    In promiscuous mode nothing is dropped: a frame for another card, and a group that was
    not joined, come up as OTHERHOST or MULTICAST.
    """
    if dst == nic.mac:
        return "HOST"
    if dst == BROADCAST:
        return "BROADCAST"
    if is_group(dst):
        joined = nic.promisc or nic.allmulti or dst in nic.mcast
        return "MULTICAST" if joined else None
    return "OTHERHOST" if nic.promisc else None
