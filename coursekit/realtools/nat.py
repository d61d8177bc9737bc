"""Linux as a NAT router (nftables, conntrack) that also leases addresses (dnsmasq, udhcpc).

Clients c1 and c2 on a bridge, router r, server s outside. What the router has translated is read
in its table of connections, what a lease is in the server's log. Sources: nft(8), conntrack(8),
dnsmasq(8), RFC 3022, RFC 2131. Left out: UDP, relays, a renewal.
"""

import re
from dataclasses import dataclass

from coursekit.realtools import netns
from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.sims.networks.addresses import station_mac
from coursekit.sims.networks.napt import Packet

DNSMASQ = Tool("dnsmasq", "dnsmasq-base")
INSIDE, OUTSIDE, SERVER = "10.0.0.1", "198.51.100.1", "198.51.100.80"
CLIENTS = {"c1": "10.0.0.11", "c2": "10.0.0.12"}
WEB = 80
MASQUERADE = """table ip nat {
  chain post {
    type nat hook postrouting priority 100
    oifname "wan" masquerade
  }
}"""
SCRIPT = """#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr add $ip/$mask dev $interface
ip route add default via $router"""


def build(shell: Shell, *, addresses: bool = True) -> None:
    """The machines and their cables; `addresses`: the clients have theirs and a route already."""
    shell.quietly("ip link add br0 type bridge mcast_snooping 0 && ip link set br0 up")
    for name in (*CLIENTS, "r", "s"):
        netns.machine(shell, name)
    netns.cable(shell, "r", INSIDE, bridge="br0", card="lan")
    for i, (name, address) in enumerate(CLIENTS.items()):
        netns.cable(shell, name, address, bridge="br0", mac=station_mac(i))
        way = f"ip -n {name} route add default via {INSIDE}"
        shell.quietly(way if addresses else f"ip -n {name} addr flush dev eth0")
    shell.quietly(
        "ip link add wan netns r type veth peer name eth0 netns s && ip -n r link set wan up && "
        f"ip -n s link set eth0 up && ip -n r addr add {OUTSIDE}/24 dev wan && "
        f"ip -n s addr add {SERVER}/24 dev eth0 && "
        "ip netns exec r sysctl -qw net.ipv4.ip_forward=1"
    )


@dataclass(frozen=True)
class Tracked:
    """A line of the table of connections: the first packet, and the answer that is waited for."""

    original: Packet
    reply: Packet


def masquerade(shell: Shell) -> None:
    """Everything that leaves by the outer card gets the router's address."""
    netns.write(shell, "/run/nat", MASQUERADE)
    shell.run("ip netns exec r nft -f /run/nat")


def ask_from(shell: Shell, port: int) -> tuple[Tracked, ...]:
    """Each client opens a connection from this very port to the server; the router's table then."""
    serve(shell, "s")
    for name in CLIENTS:
        only = f"sysctl -qw net.ipv4.ip_local_port_range='{port} {port}'"
        shell.run(f"ip netns exec {name} {only}")
        shell.run(f"{request(name, SERVER, WEB)} | tail -n 1")
    return tracked(shell.run("ip netns exec r conntrack -L -p tcp 2>/dev/null").text)


def serve(shell: Shell, name: str) -> None:
    """A web server on a machine; it answers with the machine's name."""
    shell.run(f"mkdir /run/{name}; echo {name} > /run/{name}/index.html")
    shell.run(f"ip netns exec {name} busybox httpd -p {WEB} -h /run/{name}")


def request(name: str, address: str, port: int) -> str:
    """The command by which a machine asks for a page."""
    return (
        f"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | "
        f"ip netns exec {name} busybox nc -w 2 {address} {port} 2>&1"
    )


def tracked(text: str) -> tuple[Tracked, ...]:
    """conntrack's lines, in order of the inside address."""
    way = r"src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)"
    found = []
    for line in text.splitlines():
        one, other = (
            Packet("tcp", src, int(sport), dst, int(dport))
            for src, dst, sport, dport in re.findall(way, line)
        )
        found.append(Tracked(one, other))
    return tuple(sorted(found, key=lambda each: each.original.src))


def reached(shell: Shell, port: int) -> str:
    """Which machine answers when the server outside asks for this port of the router; "" for none."""
    said = shell.run(f"{request('s', OUTSIDE, port)} | tail -n 1").text.strip()
    return said if said in CLIENTS else ""


def forward(shell: Shell, port: int, name: str) -> None:
    """What arrives for this port of the router goes to a client's web server."""
    rule = f"tcp dport {port} dnat to {CLIENTS[name]}:{WEB}"
    shell.run(
        "ip netns exec r nft 'add chain ip nat pre { type nat hook prerouting priority -100; }' && "
        f"ip netns exec r nft 'add rule ip nat pre {rule}'"
    )


@dataclass(frozen=True)
class Leased:
    """One client's lease: the messages in order, the address, and the two times it was told."""

    messages: tuple[str, ...]
    address: str
    t1: float
    t2: float


def lease(shell: Shell, first: str, last: str, hours: int) -> tuple[Leased, ...]:
    """Every client asks for an address; what the server says it heard and sent."""
    shell.run(
        f"(ip netns exec r dnsmasq --port=0 --dhcp-range={first},{last},{hours}h --dhcp-sequential-ip"
        " --no-ping --user=root --log-dhcp -d -C /dev/null --dhcp-leasefile=/run/leases"
        " > /run/dhcp.log 2>&1 &)"
    )
    netns.wait_until(shell, "grep 'IP range' /run/dhcp.log")
    netns.write(shell, "/run/lease", SCRIPT)
    shell.quietly("chmod +x /run/lease")
    for name in CLIENTS:
        shell.run(f"ip netns exec {name} busybox udhcpc -n -q -f -i eth0 -s /run/lease")
    text = shell.run("grep -E 'DHCP[A-Z]+.lan|T1|T2' /run/dhcp.log").text
    return tuple(_leased(text, station_mac(i)) for i in range(len(CLIENTS)))


def _leased(text: str, mac: str) -> Leased:
    """The lines of one transaction; a line without a MAC belongs to the message before it."""
    numbers = {line.split()[1] for line in text.splitlines() if mac in line}
    mine = "\n".join(line for line in text.splitlines() if line.split()[1] in numbers)
    t1, t2 = (
        [_seconds(each) for each in re.findall(rf"{name} +(\S+)", mine)][-1]
        for name in ("T1", "T2")
    )
    acked = re.search(r"DHCPACK\(lan\) (\S+)", mine)
    return Leased(tuple(re.findall(r"DHCP([A-Z]+)\(", mine)), acked[1] if acked else "", t1, t2)


def _seconds(text: str) -> float:
    """dnsmasq's way of writing a time, such as 52m30s."""
    units = {"h": 3600, "m": 60, "s": 1}
    return float(sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)([hms])", text)))
