"""A host-only VM wants to reach the LAN: the first link of the chain that is broken.

Modelled: the VM's route, the gateway it names, the host's forwarding switch and firewall, the
host's route, the way back. Left out: ARP, the target's own firewall. VM and target are never
on one network. Source: ip-sysctl (ip_forward, default 0), iptables-extensions(8) MASQUERADE.
"""

from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Literal

from coursekit.sims.message import require
from coursekit.sims.networks.addresses import address, interface
from coursekit.sims.networks.routing import DEFAULT, Route, lookup

__all__ = ["reach"]

Code = Literal[
    "vm_no_route", "gw_unreachable", "host_forwarding_off", "host_firewall", "host_no_route",
    "no_return_path", "ok",
]  # fmt: skip
Routes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class End:
    """A machine with one card: `ip` as 192.0.2.1/24, `routes` beyond its own network."""

    ip: str
    routes: Routes = ()

    def __post_init__(self) -> None:
        interface(self.ip)
        _check_routes(self.routes)


@dataclass(frozen=True, kw_only=True)
class Host:
    """The machine between: its address on the VM's side, on the LAN, and its switches."""

    vm_side: str
    lan_side: str
    routes: Routes = ()
    forwarding: bool = False
    firewall: Literal["accept", "drop"] = "accept"
    masquerade: bool = False

    def __post_init__(self) -> None:
        address(self.vm_side, "vm_side")
        interface(self.lan_side, "lan_side")
        rule = self.firewall in ("accept", "drop")
        require(rule, "firewall={firewall}: choose accept or drop", firewall=self.firewall)
        _check_routes(self.routes)


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The router of the LAN."""

    ip: str
    routes: Routes = ()

    def __post_init__(self) -> None:
        address(self.ip, "ip")
        _check_routes(self.routes)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Everything that decides whether the VM reaches the target."""

    vm: End
    host: Host
    target: End
    gateway: Gateway


@dataclass(frozen=True)
class Reached:
    """The verdict; `translated`: the target sees the host's address, not the VM's."""

    code: Code
    translated: bool = False
    request_arrives: bool = False


def reach(setup: Setup) -> Reached:
    """Check the links in order; the first broken one is the answer."""
    vm, host, target = setup.vm, setup.host, setup.target
    to = str(interface(target.ip).ip)
    first = _match(vm.routes, to)
    if first is None:
        return Reached("vm_no_route")
    if address(first.via) not in interface(vm.ip).network or first.via != host.vm_side:
        return Reached("gw_unreachable")
    if not host.forwarding:
        return Reached("host_forwarding_off")
    if host.firewall == "drop":
        return Reached("host_firewall")
    on_lan = address(to) in interface(host.lan_side).network
    if not on_lan and _match(host.routes, to) is None:
        return Reached("host_no_route")
    if not host.masquerade and not _returns(setup):
        return Reached("no_return_path", request_arrives=True)
    return Reached("ok", host.masquerade, request_arrives=True)


def _returns(setup: Setup) -> bool:
    """Whether the answer finds the host: directly, or by way of the target's gateway."""
    vm, lan_side = _ip(interface(setup.vm.ip)), _ip(interface(setup.host.lan_side))
    back = _match(setup.target.routes, vm)
    if back is None:
        return False
    if back.via == lan_side:
        return True
    if back.prefix != DEFAULT or back.via != setup.gateway.ip:
        return False
    onward = _match(setup.gateway.routes, vm)
    return onward is not None and onward.via == lan_side


def _match(routes: Routes, dst: str) -> Route | None:
    return lookup([Route(prefix, via) for prefix, via in routes], dst)


def _ip(both: IPv4Interface) -> str:
    return str(both.ip)


def _check_routes(routes: Routes) -> None:
    for prefix, via in routes:
        Route(prefix, via)
        address(via, "via")
