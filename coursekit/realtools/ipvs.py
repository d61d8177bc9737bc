"""IPVS, the balancer in Linux (LVS): which server gets each connection.

Configured by `ipvsadm` in the virtual machine; a client in a network namespace of its own connects
again and again, and three servers answer with their letter. Connections are rewritten (masqueraded)
on their way. Source: ipvsadm(8). Left out: the persistent and the hashing schedulers.
"""

from collections.abc import Sequence

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.realtools.source import Source

IPVS = Tool("ipvsadm", "ipvsadm", aside=True)
KERNEL = Tool("ip_vs", "linux", name="IPVS")
SERVICE = "10.0.0.1:80"
NETWORK = (
    "ip netns add client",
    "ip link add front type veth peer name eth0 netns client",
    "ip addr add 10.0.0.1/24 dev front; ip link set front up",
    "ip -n client addr add 10.0.0.2/24 dev eth0; ip -n client link set eth0 up",
    "for n in 1 2 3; do ip addr add 10.1.0.$n/32 dev lo; done",
)
SERVERS = (
    "n=1; for letter in a b c; do\n"
    "  printf '#!/bin/sh\\necho %s\\n' $letter > $letter; chmod +x $letter\n"
    "  nc -ll -p 800$n -e $PWD/$letter & n=$((n+1)); done"
)


def orders(source: Source, tasks: Sequence[tuple[str, Sequence[int], int]]) -> tuple[str, ...]:
    """For each scheduler, weights and number of connections: the servers' letters in order."""
    with source.shell() as shell:
        for line in NETWORK:
            shell.run(line)
        shell.run(SERVERS)
        shell.quietly("until cat < /dev/tcp/10.1.0.3/8003; do sleep 0.1; done 2>/dev/null")
        return tuple(_order(shell, *task) for task in tasks)


def _order(shell: Shell, scheduler: str, weights: Sequence[int], count: int) -> str:
    shell.run(f"ipvsadm -C; ipvsadm -A -t {SERVICE} -s {scheduler}")
    for n, weight in enumerate(weights, start=1):
        shell.run(f"ipvsadm -a -t {SERVICE} -r 10.1.0.{n}:800{n} -m -w {weight}")
    address, port = SERVICE.split(":")
    asked = f"for i in $(seq {count}); do timeout 3 cat < /dev/tcp/{address}/{port}; done"
    return shell.run(f"ip netns exec client bash -c '{asked}' | tr -d '\\n'").text
