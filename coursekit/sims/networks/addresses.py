"""MAC and IPv4 addresses as the models need them: checked, classed, written one way.

Modelled: 6-octet MACs in lower-case hex, the group and the local bit, the block that bridges
never forward, IPv4 networks. Left out: IPv6, VLAN tags. Source: IEEE 802, IEEE 802.1D.
"""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network

from coursekit.sims.message import ParameterError, require

__all__ = ["is_group", "is_link_local", "is_local", "station_mac", "vendor"]

GROUP_DIGITS = frozenset("13579bdf")  # second digits of a group address
BROADCAST = "ff:ff:ff:ff:ff:ff"
VENDORS = {
    "08:00:27": "VirtualBox",
    "52:54:00": "QEMU/KVM",
    "00:50:56": "VMware",
    "00:0c:29": "VMware",
}
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


def check_mac(mac: str, name: str = "mac") -> None:
    """ParameterError unless `mac` is six octets of lower-case hex."""
    require(
        bool(_MAC.fullmatch(mac)), "{name}={mac}: write six octets as 02:00:00:00:00:0a",
        name=name, mac=mac,
    )  # fmt: skip


def is_group(mac: str) -> bool:
    """Whether many may listen: the lowest bit of the first octet is 1 (broadcast too)."""
    return mac[1] in GROUP_DIGITS


def is_local(mac: str) -> bool:
    """Whether somebody made the address up: the second lowest bit of the first octet is 1."""
    return mac[1] in "2367abef"


def is_link_local(mac: str) -> bool:
    """Whether a bridge keeps the frame to itself: 01:80:c2:00:00:00 to 0f."""
    return mac.startswith("01:80:c2:00:00:0")


def vendor(mac: str) -> str:
    """The hypervisor whose prefix this is; empty for others."""
    return VENDORS.get(mac[:8], "")


def station_mac(number: int) -> str:
    """The MAC of station `number` (0 is A): 02:00:00:00:00:0a and so on."""
    require(0 <= number < 240, "number={number}: choose 0 to 239", number=number)
    return f"02:00:00:00:00:{number + 10:02x}"


@lru_cache(maxsize=4096)
def address(text: str, name: str = "ip") -> IPv4Address:
    """An IPv4 address; ParameterError names the value."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise ParameterError("{name}={text}: write it as 192.0.2.1", name=name, text=text) from None


@lru_cache(maxsize=4096)
def interface(text: str, name: str = "ip") -> IPv4Interface:
    """An address with its network, as 192.0.2.1/24."""
    try:
        require("/" in text, "no length")
        return IPv4Interface(text)
    except ValueError:
        raise ParameterError(
            "{name}={text}: write it as 192.0.2.1/24", name=name, text=text
        ) from None


@lru_cache(maxsize=4096)
def network(text: str, name: str = "prefix") -> IPv4Network:
    """A prefix, as 192.0.2.0/24; bits beyond its length must be 0."""
    try:
        require("/" in text, "no length")
        return IPv4Network(text)
    except ValueError:
        raise ParameterError(
            "{name}={text}: write it as 192.0.2.0/24", name=name, text=text
        ) from None
