"""A balancer twice: HAProxy and Keepalived on two machines before two web servers.

A client asks the virtual address again and again and notes when it was answered, and by whom; then
one machine is unplugged and everything on it killed. bash itself is the client (/dev/tcp): it starts
a request every 100 ms and does not wait for the one before. Web servers: BusyBox httpd.
Source: manuals of HAProxy and keepalived.conf(5). Left out: checks of the web servers.
"""

from dataclasses import dataclass
from itertools import pairwise

from coursekit.realtools import keepalived, netns
from coursekit.realtools.shell import Shell

MACHINES = {**keepalived.ADDRESS, "w1": "10.0.0.11", "w2": "10.0.0.12", "client": "10.0.0.50"}
WEB = {"w1": "a", "w2": "b"}
EVERY_S = 0.1
CONFIG = """global
  nbthread 1
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend web
  bind *:80
  default_backend site
backend site
  balance roundrobin
  server a 10.0.0.11:80
  server b 10.0.0.12:80"""
CLIENT = f"""ask() {{
  exec 3<>/dev/tcp/{keepalived.VIRTUAL}/80 || return
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3
  while read -r line <&3; do said=$line; done
  echo "$EPOCHREALTIME $said" >> /run/answers
}}
while :; do ask 2>/dev/null & read -r -t {EVERY_S} <> /run/never; done"""


@dataclass(frozen=True)
class Outage:
    """From the cut to the end of the silence, in seconds; who answered before, and after."""

    seconds: float
    before: str
    after: str


def unplug(shell: Shell, priorities: tuple[int, int], advert: float) -> Outage:
    """Build all of it, let a client ask, and unplug the first balancer."""
    netns.lan(shell, MACHINES)
    _serve(shell)
    for name, priority in zip(keepalived.ADDRESS, priorities, strict=True):
        netns.write(shell, f"/run/{name}.conf", keepalived.config(priority, advert))
        shell.run(f"ip netns exec {name} haproxy -D -f /run/haproxy.cfg")
        keepalived.start(shell, name)
        shell.run(f"sleep {keepalived.SETTLED * advert:g}")
    netns.write(shell, "/run/client", CLIENT)
    shell.quietly("busybox mkfifo /run/never")
    shell.run("(ip netns exec client bash /run/client >/dev/null 2>&1 &)")
    netns.wait_until(shell, "test $(grep -c . /run/answers) -ge 8")
    shell.run("ip link set p_r1 down; echo $EPOCHREALTIME cut >> /run/answers; kill -9 $(ip netns pids r1)")  # fmt: skip
    netns.wait_until(shell, "test $(busybox sed '1,/cut/d' /run/answers | grep -c .) -ge 12")
    shell.quietly("kill -9 $(ip netns pids client)")
    return outage(shell.run("cat /run/answers").text)


def _serve(shell: Shell) -> None:
    """The web servers, each of which says its letter, and the balancers' configuration."""
    netns.write(shell, "/run/haproxy.cfg", CONFIG)
    for name, letter in WEB.items():
        shell.run(f"mkdir /run/{letter}; echo {letter} > /run/{letter}/index.html")
        shell.run(f"ip netns exec {name} busybox httpd -p 80 -h /run/{letter}")


def outage(text: str) -> Outage:
    """What the client noted: moments and letters, and the word “cut”."""
    noted = [(float(words[0]), words[1]) for line in text.splitlines() if len(words := line.split()) == 2]  # fmt: skip
    place = next(i for i, (_t, said) in enumerate(noted) if said == "cut")
    cut, later = noted[place][0], noted[place + 1 :]
    times = [cut, *(t for t, _said in later)]  # what was on its way at the cut may still arrive
    silences = [after - before for before, after in pairwise(times)]
    back = silences.index(max(silences))
    return Outage(
        later[back][0] - cut,
        "".join(said for _t, said in noted[:place]),
        "".join(said for _t, said in later[back:]),
    )
