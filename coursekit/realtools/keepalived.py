"""Keepalived: who sends VRRP advertisements when, while routers crash, come back and stop.

Two routers on one bridge; tcpdump hears what they say (protocol 112). Source: keepalived.conf(5),
RFC 9568. Left out: tracked scripts, version 2, sync groups.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.realtools import netns
from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell

KEEPALIVED = Tool("keepalived", "keepalived", name="Keepalived")
ADDRESS = {"r1": "10.0.0.1", "r2": "10.0.0.2"}
VIRTUAL = "10.0.0.100"
HEARD = "/run/adverts"
SETTLED = 5  # intervals; a backup waits at most four

Deed = Literal["crash", "start", "stop"]


@dataclass(frozen=True)
class Advert:
    """One advertisement: when, by whom ("r1"), with which priority."""

    t: float
    by: str
    prio: int


@dataclass(frozen=True)
class Handover:
    """A change of the speaker: the silence between the last word of one and the first of the next.

    `goodbye`: the last word was priority 0.
    """

    by: str
    gap: float
    goodbye: bool


def handovers(adverts: Iterable[Advert]) -> tuple[Handover, ...]:
    """Who spoke, one after the other; the first has no gap."""
    found, last = list[Handover](), None
    for each in adverts:
        if last is None:
            found.append(Handover(each.by, 0.0, False))
        elif each.by != last.by:
            found.append(Handover(each.by, each.t - last.t, last.prio == 0))
        last = each
    return tuple(found)


def config(priority: int, advert: float, *, preempt: bool = True) -> str:
    """Keepalived's configuration of one router of the group."""
    stay = "" if preempt else "  nopreempt\n"
    return (
        "global_defs { vrrp_version 3\n}\n"
        "vrrp_instance site {\n  interface eth0\n  virtual_router_id 51\n  state BACKUP\n"
        f"  priority {priority}\n  advert_int {advert:g}\n{stay}"
        f"  virtual_ipaddress {{\n    {VIRTUAL}/{netns.PREFIX}\n  }}\n}}"
    )


def group(
    shell: Shell, priorities: tuple[int, int], advert: float, deeds: Sequence[tuple[Deed, str]], *,
    preempt: bool = True,
) -> tuple[Advert, ...]:  # fmt: skip
    """What is said while r1 starts, then r2, and then these deeds, each when the last has settled.

    The network `netns.lan(shell, ADDRESS)` must be there. Nobody runs any more afterwards.
    """
    for name, priority in zip(ADDRESS, priorities, strict=True):
        netns.write(shell, f"/run/{name}.conf", config(priority, advert, preempt=preempt))
    shell.run(f"(tcpdump -tt -l -n -i br0 proto 112 > {HEARD} 2>/run/tcpdump.log &)")
    netns.wait_until(shell, "grep listening /run/tcpdump.log")
    begin: tuple[tuple[Deed, str], ...] = (("start", "r1"), ("start", "r2"))
    for deed, name in (*begin, *deeds):
        DEEDS[deed](shell, name)
        shell.run(f"sleep {SETTLED * advert:g}")
    shell.quietly("kill $(busybox pidof tcpdump)")
    for name in ADDRESS:
        _end(shell, name)
    return adverts(shell.run(f"cat {HEARD}").text)


def start(shell: Shell, name: str) -> None:
    """Start Keepalived on a router whose configuration is written; it begins as a backup."""
    files = f"-f /run/{name}.conf -p /run/{name}.pid -r /run/{name}.vrrp"
    shell.run(f"(ip netns exec {name} keepalived -n -l -P {files} > /run/{name}.log 2>&1 &)")
    netns.wait_until(shell, f"grep 'BACKUP STATE' /run/{name}.log")


def crash(shell: Shell, name: str) -> None:
    """Both processes of a router die without a word: the child first, it would hear of its parent."""
    shell.run(f"kill -9 $(cat /run/{name}.vrrp /run/{name}.pid)")
    _end(shell, name)


def stop(shell: Shell, name: str) -> None:
    """Keepalived is asked to end, and says goodbye."""
    shell.run(f"kill $(cat /run/{name}.pid)")


def _end(shell: Shell, name: str) -> None:
    """Nothing of a router is left: no process, no file, no address."""
    shell.quietly(f'p=$(ip netns pids {name}); [ -z "$p" ] || kill -9 $p')
    netns.wait_until(shell, f'test -z "$(ip netns pids {name})"')
    shell.quietly(
        f"ip -n {name} addr del {VIRTUAL}/{netns.PREFIX} dev eth0; rm -f /run/{name}.[lpv]*"
    )


DEEDS: Mapping[Deed, Callable[[Shell, str], None]] = {"start": start, "crash": crash, "stop": stop}


def adverts(text: str) -> tuple[Advert, ...]:
    """Advertisements as tcpdump prints them."""
    names = {address: name for name, address in ADDRESS.items()}
    lines = re.findall(r"^(\d+\.\d+) IP ([\d.]+) > 224\.0\.0\.18: .*?prio (\d+)", text, re.MULTILINE)  # fmt: skip
    return tuple(Advert(float(t), names[ip], int(prio)) for t, ip, prio in lines)
