"""Small web servers on 127.0.0.1, each of which answers with its letter; and processes that serve.

They stand behind a balancer under test. Standard library only; every server has a thread of its
own and is gone at the end of its `with` block.
"""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from coursekit.realtools.shell import environment, find

READY_S = 5.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Backend:
    """Answers every GET with its letter, after `delay` seconds; `seen` is how many it has answered."""

    def __init__(self, letter: str, delay: float = 0.0, port: int = 0) -> None:
        self.letter, self.delay, self.seen = letter, delay, 0
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop listening: who comes now is refused."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A balancer's check hangs up as soon as it has an answer: that is no error of ours."""


def _handler(backend: Backend) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(backend.delay)
            backend.seen += 1
            self.send_response(200)
            self.send_header("Content-Length", "1")
            self.end_headers()
            self.wfile.write(backend.letter.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler


@contextmanager
def backends(count: int, delays: Sequence[float] = ()) -> Iterator[list[Backend]]:
    """`count` servers: a, b, c …"""
    with ExitStack() as stack:
        made = []
        for i in range(count):
            one = Backend(chr(ord("a") + i), delays[i] if delays else 0.0)
            stack.callback(one.close)
            made.append(one)
        yield made


def get(port: int, path: str = "/", timeout: float = 5) -> tuple[int, str]:
    """Status and body of one request on a connection of its own; (0, "") when there is none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, HTTPException):
        return 0, ""
    finally:
        connection.close()


@contextmanager
def running(
    command: Sequence[str], *, ready: Callable[[], bool], folder: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server for the length of a `with` block, from the moment that `ready()` holds."""
    process = subprocess.Popen(
        [find(command[0]) or command[0], *command[1:]], env=environment(), cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _wait(command[0], process, ready)
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _wait(name: str, process: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    end = time.monotonic() + READY_S
    while not ready():
        if process.poll() is not None:
            said = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise OSError(f"{name} ended: {said.strip()[-500:]}")
        if time.monotonic() > end:
            raise TimeoutError(f"{name} was not ready after {READY_S:g} s")
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Whether somebody listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
