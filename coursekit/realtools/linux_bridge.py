"""Linux's own bridge: what it makes of its ports, what it learns, by which ports frames leave.

Stations on ports p1, p2 … of a bridge in a namespace of its own, `sw`. A ping of one packet between
stations that know each other's MAC is two frames; the ports' counters say which of them left where.
A hub is the same bridge that learns nothing and floods everything. Sources: bridge(8), ip-link(8),
if.h of Linux for the flag. Left out: VLANs, spanning tree, multicast snooping (it is switched off).
"""

import re
from collections.abc import Sequence

from coursekit.realtools import netns
from coursekit.realtools.shell import Shell
from coursekit.sims.networks.addresses import station_mac

IFF_PROMISC = 0x100
QUIET = "mcast_snooping 0 stp_state 0"  # a bridge that asks for group members speaks itself


def ip_of(station: int) -> str:
    """The address of station 0, 1 …"""
    return f"10.0.0.{station + 1}"


def build(shell: Shell, stations: int) -> None:
    """A bridge with that many stations, who know each other; nothing has been said yet."""
    netns.machine(shell, "sw")
    shell.run(f"ip -n sw link add br0 type bridge {QUIET} && ip -n sw link set br0 up")
    for i in range(stations):
        netns.machine(shell, name := f"s{i + 1}")
        shell.quietly(
            f"ip link add p{i + 1} netns sw type veth peer name eth0 netns {name} address {station_mac(i)}"
            f" && ip -n {name} link set eth0 up && ip -n {name} addr add {ip_of(i)}/24 dev eth0"
        )
        shell.quietly("; ".join(
            f"ip -n {name} neigh add {ip_of(other)} lladdr {station_mac(other)} dev eth0"
            for other in range(stations) if other != i
        ))  # fmt: skip


def flags(shell: Shell, port: int) -> int:
    """The kernel's flags of a port's card."""
    return int(shell.run(f"ip netns exec sw cat /sys/class/net/p{port}/flags").text, 16)


def plug(shell: Shell, ports: Sequence[int]) -> None:
    """Make cards ports of the bridge."""
    shell.run("; ".join(f"ip -n sw link set p{port} master br0 up" for port in ports))
    forwarding = f"test $(bridge -n sw link show | grep -c 'state forwarding') -eq {len(ports)}"
    netns.wait_until(shell, forwarding)


def promiscuity(shell: Shell, port: int) -> int:
    """How many ask for promiscuous mode of a port's card."""
    found = re.search(r"promiscuity (\d+)", shell.run(f"ip -n sw -d -o link show p{port}").text)
    return int(found[1]) if found else 0


def ping(shell: Shell, one: int, other: int) -> None:
    """One echo request, and the answer if there is somebody; stations from 0."""
    shell.run(f"ip netns exec s{one + 1} busybox ping -c 1 -W 1 {ip_of(other)} >/dev/null")


def sent(shell: Shell, ports: Sequence[int]) -> tuple[int, ...]:
    """How many frames have left by each port so far."""
    files = " ".join(f"/sys/class/net/p{port}/statistics/tx_packets" for port in ports)
    return tuple(map(int, shell.run(f"ip netns exec sw cat {files}").text.split()))


def table(shell: Shell) -> tuple[tuple[str, int], ...]:
    """What the bridge has learned: MAC and port, in order of the MAC."""
    said = shell.run("bridge -n sw fdb show br br0 dynamic").text
    return tuple(
        sorted((mac, int(port)) for mac, port in re.findall(r"([0-9a-f:]{17}) dev p(\d)", said))
    )


def become_hub(shell: Shell, ports: Sequence[int]) -> None:
    """Learn nothing more, forget all."""
    shell.run(
        "; ".join(f"bridge -n sw link set dev p{port} learning off flood on" for port in ports)
    )
    shell.run("ip -n sw link set br0 type bridge fdb_flush")
