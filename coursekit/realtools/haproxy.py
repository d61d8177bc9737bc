"""HAProxy: who gets each request, how fast, what a dead server costs and when it is noticed.

Source of the directives: HAProxy's configuration manual. One thread: `balance roundrobin` keeps
its turns for all threads together, but one thread makes the order plain. A check's result is asked
of the statistics socket ("show servers state", management guide). Left out: checks above TCP.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import Backend, backends, free_port, get, listens, running
from coursekit.realtools.places import Tool
from coursekit.realtools.source import Source
from coursekit.sims.balancing.health import Checks
from coursekit.sims.message import ParameterError

HAPROXY = Tool("haproxy", "haproxy", ("-v",), name="HAProxy")
TIMES = " timeout connect 100ms\n timeout client 10s\n timeout server 10s\n"
LOOK_S = 0.005  # between two looks at the statistics
PATIENCE_S = 10.0


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
    with backends(len(weights)) as servers:
        words = [f"weight {weight}" for weight in weights]
        with serving(servers, balance, words) as running_one:
            return "".join(get(running_one.port)[1] for _each in range(requests))


@dataclass(frozen=True)
class Run:
    """What a crowd of clients met: how many requests each server got, and the mean time."""

    counts: tuple[int, ...]
    mean: float

    def share(self, server: int) -> float:
        """Of all requests, at this server."""
        return self.counts[server] / sum(self.counts)


def crowd(
    source: Source, balance: str, times: Sequence[float], clients: int, seconds: float
) -> Run:
    """Clients that ask again as soon as they are answered, of servers with times of their own."""
    servers = "; ".join(f"server {chr(97 + i)} ({t * 1000:g} ms)" for i, t in enumerate(times))
    said = source.ask(
        f"haproxy: balance {balance}; {servers}; {clients} clients for {seconds:g} s",
        lambda: _crowd(balance, times, clients, seconds),
    )
    *counts, mean = (word.rpartition(" ")[2] for word in said.split("; "))
    return Run(tuple(map(int, counts)), float(mean.removesuffix("s")))


def _crowd(balance: str, times: Sequence[float], clients: int, seconds: float) -> str:
    with backends(len(times), times) as servers, serving(servers, balance) as haproxy:
        end, met = time.monotonic() + seconds, list[tuple[str, float]]()

        def ask_on() -> None:
            while (begun := time.monotonic()) < end:
                letter = get(haproxy.port)[1]
                met.append((letter, time.monotonic() - begun))

        _together(ask_on, clients)
    letters = [letter for letter, _spent in met]
    counts = [f"{one.letter}: {letters.count(one.letter)}" for one in servers]
    return "; ".join([*counts, f"mean {sum(spent for _letter, spent in met) / len(met):.4f}s"])


def _together(ask_on: Callable[[], None], clients: int) -> None:
    threads = [threading.Thread(target=ask_on) for _each in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def one_dead(source: Source, dead: int, requests: int, *, redispatch: bool) -> tuple[int, ...]:
    """The status of each request to three servers, one of which has no one listening."""
    option = "option redispatch 1" if redispatch else "no option redispatch"
    said = source.ask(
        f"haproxy: balance roundrobin; {option}; retries 1; server {chr(97 + dead)} is dead; {requests} × curl",
        lambda: _one_dead(dead, requests, option),
    )
    return tuple(map(int, said.split()))


def _one_dead(dead: int, requests: int, option: str) -> str:
    more = (option, "retries 1")
    with backends(3) as servers, serving(servers, "roundrobin", more=more) as haproxy:
        servers[dead].close()
        return " ".join(str(get(haproxy.port)[0]) for _each in range(requests))


def noticed(source: Source, checks: Checks) -> tuple[float, float]:
    """Seconds after which a dead server is taken out, and a repaired one brought back."""
    inter, fall, rise = f"{checks.inter * 1000:g}ms", checks.fall, checks.rise
    said = source.ask(
        f"haproxy: server b check inter {inter} fall {fall} rise {rise}; kill b; start b",
        lambda: _noticed(f"check inter {inter} fall {fall} rise {rise}", checks.inter),
    )
    down, up = (float(word.split()[1]) for word in said.split("; "))
    return down, up


def _noticed(words: str, inter: float) -> str:
    with backends(2) as servers, serving(servers, "roundrobin", [words] * 2) as haproxy:
        time.sleep(2 * inter)
        port, begun = servers[1].port, time.monotonic()
        servers[1].close()
        haproxy.wait_until("b", up=False)
        down = time.monotonic() - begun
        again = Backend("b", port=port)
        try:
            begun = time.monotonic()
            haproxy.wait_until("b", up=True)
        finally:
            again.close()
        return f"DOWN {down:.3f} s; UP {time.monotonic() - begun:.3f} s"


@dataclass(frozen=True)
class HAProxy:
    """One that runs: the port it serves on, and the socket that says how it sees its servers."""

    port: int
    socket: Path

    def up(self, name: str) -> bool:
        """Whether it sends requests to this server: operational state 2 is "running"."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(2)
            asked.connect(str(self.socket))
            asked.sendall(b"show servers state\n")
            said = b"".join(iter(lambda: asked.recv(65_536), b"")).decode()
        rows = [line.split() for line in said.splitlines()[2:] if line]
        return next(row[5] for row in rows if row[3] == name) == "2"

    def wait_until(self, name: str, *, up: bool) -> None:
        """Look until the server is seen so; TimeoutError after a while."""
        end = time.monotonic() + PATIENCE_S
        while self.up(name) != up:
            if time.monotonic() > end:
                raise TimeoutError(f"server {name}: no change after {PATIENCE_S:g} s")
            time.sleep(LOOK_S)


@contextmanager
def serving(
    servers: Sequence[Backend], balance: str, words: Sequence[str] = (), more: Sequence[str] = ()
) -> Iterator[HAProxy]:
    """HAProxy before these servers; `words` for each server, `more` lines for the backend."""
    if words and len(words) != len(servers):
        raise ParameterError("words={words}: one for each server", words=list(words))
    with TemporaryDirectory() as made:
        file, port = Path(made) / "haproxy.cfg", free_port()
        site = [f"balance {balance}", *more]
        site += [
            f"server {one.letter} 127.0.0.1:{one.port} {words[i] if words else ''}"
            for i, one in enumerate(servers)
        ]
        file.write_text(
            f"global\n nbthread 1\n stats socket {made}/stats\n"
            f"defaults\n mode http\n{TIMES} option http-server-close\n"
            f"frontend web\n bind 127.0.0.1:{port}\n default_backend site\n"
            "backend site\n" + "".join(f" {line}\n" for line in site)
        )
        with running(["haproxy", "-db", "-f", str(file)], ready=lambda: listens(port)):
            yield HAProxy(port, Path(made) / "stats")
