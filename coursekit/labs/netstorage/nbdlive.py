"""A real NBD server and a real client on 127.0.0.1: sockets around `sims.netstorage.nbdpeer`.

The server runs in a thread of its own, so that a client in the kernel can wait for it. Delay and loss
are made here, since nobody may shape the loopback: bytes wait `delay_s` on their way in and again on
their way out, and behind a lost segment all bytes of that direction wait 200 ms more, the shortest
time after which Linux sends again. Times are the clock's. It never listens anywhere else.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from coursekit.sims.message import ParameterError, require
from coursekit.sims.netstorage.nbdpeer import Answer, Client, Export, Server
from coursekit.sims.netstorage.nbdtimes import RESEND_S, lost_share

__all__ = ["RESEND_S", "Connection", "LiveServer", "Timed", "Wire"]

HOST = "127.0.0.1"
PIECE = 65_536
PATIENCE_S = 15.0
QUEUE = 256  # pieces on their way; a client that sends faster than it reads has to wait


@dataclass(frozen=True, kw_only=True)
class Wire:
    """What the way does to bytes: a delay each way, a share of lost segments."""

    delay_s: float = 0.0
    loss: float = 0.0

    def __post_init__(self) -> None:
        require(0 <= self.delay_s <= 0.5, "delay_s={s}: choose 0 to 0.5 s", s=self.delay_s)
        require(0 <= self.loss <= 0.5, "loss={loss}: choose 0 to 0.5", loss=self.loss)

    def lost(self, size: int, rng: np.random.Generator) -> bool:
        """Whether one of so many bytes' segments is lost."""
        return bool(rng.random() < lost_share(self.loss, size)) if self.loss else False


class LiveServer:
    """Exports on a free port; `with` starts and stops it. `connections` holds what was said on each."""

    def __init__(self, exports: Mapping[str, Export], wire: Wire | None = None, seed: int = 1) -> None:  # fmt: skip
        self.exports = exports
        self.wire = wire or Wire()
        self.port = 0
        self.losses = 0
        self.connections: list[Server] = []
        self.rng = np.random.default_rng(seed)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it is; nothing while it is not served."""
        return f"nbd://{HOST}:{self.port}" if self.port else ""

    def start(self) -> str:
        """Listen on a port that the system chooses; returns the address."""
        if self._thread is None:
            began = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(began,), daemon=True, name="nbd")  # fmt: skip
            self._thread.start()
            began.wait(PATIENCE_S)
        return self.url

    def stop(self) -> None:
        """Hang up on everybody and close the port."""
        if self._thread is not None and self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(PATIENCE_S)
        self._thread = self._loop = self._over = None
        self.port = 0

    def _run(self, began: threading.Event) -> None:
        asyncio.run(self._serve(began))

    async def _serve(self, began: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._talk(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(come, HOST, 0, limit=PIECE)
        self.port = server.sockets[0].getsockname()[1]
        began.set()
        await self._over.wait()
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: bytes in, the server's answers out, each way with its delay."""
        peer = Server(self.exports)
        self.connections.append(peer)
        there, back = _Way(self), _Way(self)
        await back.put(peer.greeting())
        steps = (
            self._hear(reader, there),
            self._answer(peer, there, back),
            self._say(back, writer),
        )
        try:
            await _first_error(steps)
        except (ConnectionError, asyncio.CancelledError):
            pass  # a client that hangs up, or the end of the server: nothing to tell
        finally:
            writer.close()

    async def _hear(self, reader: asyncio.StreamReader, way: "_Way") -> None:
        while piece := await reader.read(PIECE):
            await way.put(piece)
        await way.put(b"")

    async def _answer(self, peer: Server, there: "_Way", back: "_Way") -> None:
        while not peer.closed and (piece := await there.get()):
            if said := peer.feed(piece):
                await back.put(said)
        await back.put(b"")

    async def _say(self, way: "_Way", writer: asyncio.StreamWriter) -> None:
        while piece := await way.get():
            writer.write(piece)
            await writer.drain()
        raise ConnectionResetError  # said all: the other two need not wait any more


class _Way:
    """One direction of a connection: pieces arrive in order, late."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server
        self._pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(QUEUE)

    async def put(self, piece: bytes) -> None:
        """Send it now; nothing at all is the end, which no segment carries."""
        server = self._server
        late = server.wire.delay_s
        if piece and server.wire.lost(len(piece), server.rng):
            server.losses += 1
            late += RESEND_S
        await self._pieces.put((time.perf_counter() + late, piece))

    async def get(self) -> bytes:
        """The next piece, when it has come; those behind a late one wait for it."""
        due, piece = await self._pieces.get()
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        return piece


async def _first_error(steps: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All steps at once; the first that fails ends the others."""
    tasks = [asyncio.ensure_future(each) for each in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class Timed:
    """An answer and the seconds from the request's first byte to the answer's last."""

    answer: Answer
    seconds: float


@dataclass
class Connection:
    """A client's connection: it waits for each answer. `with` closes it."""

    port: int
    export: str = ""
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        require(0 < self.port < 65_536, "port={port}: start the server first", port=self.port)
        self.client = Client(self.export)
        self._socket = socket.create_connection((HOST, self.port), timeout=PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while not self.client.ready and not self.client.refused:
                self._hear()
        except BaseException:
            self._socket.close()
            raise
        if self.client.refused:
            self._socket.close()
            raise ParameterError("export={export}: the server answers {refused}", export=self.export, refused=self.client.refused)  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _hear(self) -> None:
        raw = self._socket.recv(PIECE)
        if not raw:
            raise ParameterError("port={port}: the server hung up", port=self.port)
        if said := self.client.feed(raw):
            self._socket.sendall(said)

    def read(self, offset: int, length: int) -> Timed:
        """Bytes of the disk."""
        return self._wait(self.client.ask("read", offset, length))

    def write(self, offset: int, data: bytes) -> Timed:
        """Put bytes there."""
        return self._wait(self.client.ask("write", offset, data=data))

    def flush(self) -> Timed:
        """Wait until everything written is on the medium."""
        return self._wait(self.client.ask("flush"))

    def _wait(self, request: bytes) -> Timed:
        before = len(self.client.answers)
        began = time.perf_counter()
        self._socket.sendall(request)
        while len(self.client.answers) == before:
            self._hear()
        return Timed(self.client.answers[-1], time.perf_counter() - began)

    def reads(self, offsets: Sequence[int], length: int, depth: int = 1) -> tuple[float, int]:
        """Many reads, `depth` of them under way at a time: seconds for all, and errors."""
        require(depth >= 1, "depth={n}: choose 1 or more", n=depth)
        left, before = list(offsets)[::-1], len(self.client.answers)
        began = time.perf_counter()
        while left or self.client.waiting:
            while left and self.client.waiting < depth:
                self._socket.sendall(self.client.ask("read", left.pop(), length))
            self._hear()
        seconds = time.perf_counter() - began
        return seconds, sum(bool(each.error) for each in self.client.answers[before:])

    def close(self) -> None:
        """Say goodbye and hang up."""
        try:
            if self.client.ready:
                self._socket.sendall(self.client.ask("disc"))
        except OSError:
            pass  # the server was faster
        finally:
            self._socket.close()
