"""HAProxy: who gets each request, by weight.

Source of the directives: HAProxy's configuration manual. One thread: `balance roundrobin` keeps
its turns for all threads together, but one thread makes the order plain.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import Backend, backends, free_port, get, listens, running
from coursekit.realtools.places import Tool
from coursekit.realtools.source import Source

HAPROXY = Tool("haproxy", "haproxy", ("-v",), name="HAProxy")
TIMES = "timeout connect 1s\n timeout client 10s\n timeout server 10s\n"


def order(source: Source, balance: str, weights: Sequence[int], requests: int) -> str:
    """The servers' letters in the order in which they got the requests, one at a time."""
    servers = "; ".join(
        f"server {letter} weight {w}" for letter, w in zip("abc", weights, strict=False)
    )
    return source.ask(
        f"haproxy: balance {balance}; {servers}; {requests} × curl",
        lambda: _order(balance, weights, requests),
    )


def _order(balance: str, weights: Sequence[int], requests: int) -> str:
    with backends(len(weights)) as servers, TemporaryDirectory() as made:
        file, port = Path(made) / "haproxy.cfg", free_port()
        file.write_text(_told(port, balance, servers, weights))
        with running(["haproxy", "-db", "-f", str(file)], ready=lambda: listens(port)):
            return "".join(get(port)[1] for _each in range(requests))


def _told(port: int, balance: str, servers: Sequence[Backend], weights: Sequence[int]) -> str:
    lines = "".join(
        f" server {one.letter} 127.0.0.1:{one.port} weight {weight}\n"
        for one, weight in zip(servers, weights, strict=True)
    )
    return (
        "global\n nbthread 1\n"
        f"defaults\n mode http\n {TIMES} option http-server-close\n"
        f"frontend web\n bind 127.0.0.1:{port}\n default_backend site\n"
        f"backend site\n balance {balance}\n{lines}"
    )
