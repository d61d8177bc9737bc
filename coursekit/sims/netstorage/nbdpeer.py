"""An NBD server and an NBD client without sockets: bytes in, bytes out.

`Server.feed(bytes)` gives what the server sends; several servers (one for each connection) share one
`Export`. `Client.feed(bytes)` the same; its `ask` makes a request, `answers` are what came back.
Whatever the pieces in which TCP hands the bytes over, the result is the same. Modelled: see `nbd`;
a request outside the disk is EINVAL, a write there ENOSPC, to a read-only disk EPERM.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import ParameterError, require
from coursekit.sims.netstorage import nbd
from coursekit.sims.netstorage.nbd import Command, Kind, Reply, Request
from coursekit.sims.sparse import Sparse

__all__ = ["MOST", "Answer", "Client", "Export", "Heard", "Server"]

MOST = 32 * 1024 * 1024  # bytes of one request, as clients expect
SHOWN, KEPT = 256, 500  # bytes of a message in the log, messages in it
Phase = Literal["flags", "options", "blocks", "closed"]


@dataclass
class Export:
    """A disk under a name; it changes when it is written."""

    disk: Sparse
    read_only: bool = False
    writes: int = 0

    @property
    def flags(self) -> int:
        """Transmission flags."""
        own = nbd.READ_ONLY if self.read_only else nbd.SEND_TRIM
        return nbd.HAS_FLAGS | nbd.SEND_FLUSH | nbd.SEND_FUA | own

    def put(self, disk: Sparse) -> None:
        """The disk after a write."""
        self.disk, self.writes = disk, self.writes + 1


@dataclass(frozen=True)
class Heard:
    """A message that was read or sent: its first bytes, and how many it has."""

    sender: Literal["client", "server"]
    kind: Kind
    raw: bytes
    length: int


def _heard(sender: Literal["client", "server"], kind: Kind, raw: bytes) -> Heard:
    return Heard(sender, kind, raw[:SHOWN], len(raw))


class Server:
    """One connection; send `greeting()` first. `closed`: hang up after what was given."""

    def __init__(self, exports: Mapping[str, Export]) -> None:
        require(len(exports) > 0, "exports={n}: give one disk or more", n=len(exports))
        self.exports = exports
        self.phase: Phase = "flags"
        self.log: deque[Heard] = deque(maxlen=KEPT)
        self._in = bytearray()
        self._zeroes = True
        self._export: Export | None = None

    @property
    def closed(self) -> bool:
        return self.phase == "closed"

    def greeting(self) -> bytes:
        return self._say("greeting", nbd.greeting())

    def feed(self, raw: bytes) -> bytes:
        """What the server sends on hearing these bytes; a stranger's bytes close the connection."""
        self._in += raw
        said = b""
        try:
            while not self.closed:
                answer = {"flags": self._flags, "options": self._option, "blocks": self._block}[self.phase]()  # fmt: skip
                if answer is None:
                    break
                said += answer
        except ParameterError:
            self.phase = "closed"
        return said

    def _say(self, kind: Kind, raw: bytes) -> bytes:
        self.log.append(_heard("server", kind, raw))
        return raw

    def _take(self, length: int, kind: Kind) -> bytes:
        raw = bytes(self._in[:length])
        del self._in[:length]
        self.log.append(_heard("client", kind, raw))
        return raw

    def _flags(self) -> bytes | None:
        if len(self._in) < 4:
            return None
        flags = int.from_bytes(self._take(4, "client flags"), "big")
        known = nbd.FIXED_NEWSTYLE | nbd.NO_ZEROES
        require(not flags & ~known and bool(flags & nbd.FIXED_NEWSTYLE), "flags={flags}: a client of the fixed new style sets 1, and perhaps 2", flags=flags)  # fmt: skip
        self._zeroes = not flags & nbd.NO_ZEROES
        self.phase = "options"
        return b""

    def _option(self) -> bytes | None:
        asked = nbd.option_of(bytes(self._in[: nbd.OPTION + 2 * nbd.LONGEST]))
        if asked is None:
            return None
        self._take(nbd.OPTION + len(asked.data), "option")
        if asked.code == nbd.EXPORT_NAME:
            return self._old_form(asked.data.decode("utf-8", "replace"))
        if asked.code in (nbd.GO, nbd.INFO):
            return self._go(asked.code, nbd.name_in_go(asked.data))
        if asked.code == nbd.LIST:
            return self._list(asked.data)
        if asked.code == nbd.ABORT:
            self.phase = "closed"
            return self._reply(nbd.ABORT, nbd.REP_ACK)
        return self._reply(asked.code, nbd.ERR_UNSUP)

    def _reply(self, option: int, kind: int, data: bytes = b"") -> bytes:
        return self._say("option reply", nbd.option_reply(option, kind, data))

    def _found(self, name: str) -> Export | None:
        """The export; the empty name means the first one."""
        return self.exports.get(name or next(iter(self.exports)))

    def _old_form(self, name: str) -> bytes:
        """EXPORT_NAME cannot be refused: the only answer to a wrong name is to hang up."""
        export = self._found(name)
        if export is None:
            self.phase = "closed"
            return b""
        self.phase, self._export = "blocks", export
        data = nbd.export_data(export.disk.length, export.flags)
        return self._say("export", data + bytes(124 if self._zeroes else 0))

    def _go(self, option: int, name: str | None) -> bytes:
        if name is None:
            return self._reply(option, nbd.ERR_INVALID)
        export = self._found(name)
        if export is None:
            return self._reply(option, nbd.ERR_UNKNOWN)
        info = b"\0\0" + nbd.export_data(export.disk.length, export.flags)
        if option == nbd.GO:
            self.phase, self._export = "blocks", export
        return self._reply(option, nbd.REP_INFO, info) + self._reply(option, nbd.REP_ACK)

    def _list(self, data: bytes) -> bytes:
        if data:
            return self._reply(nbd.LIST, nbd.ERR_INVALID)
        names = [each.encode() for each in self.exports]
        rows = [self._reply(nbd.LIST, nbd.REP_SERVER, len(raw).to_bytes(4, "big") + raw) for raw in names]  # fmt: skip
        return b"".join(rows) + self._reply(nbd.LIST, nbd.REP_ACK)

    def _block(self) -> bytes | None:
        if len(self._in) < nbd.REQUEST:
            return None
        request = Request.unpack(bytes(self._in[: nbd.REQUEST]))
        carried = request.length if request.command == "write" else 0
        require(carried <= MOST, "length={length}: a write has {most} bytes at most", length=carried, most=MOST)  # fmt: skip
        if len(self._in) < nbd.REQUEST + carried:
            return None
        data = self._take(nbd.REQUEST + carried, "request")[nbd.REQUEST :]
        if request.command == "disc":
            self.phase = "closed"
            return b""
        error, answer = self._do(request, data)
        return self._say("reply", Reply(request.cookie, error).pack() + answer)

    def _do(self, request: Request, data: bytes) -> tuple[int, bytes]:
        """The error and, for a read that worked, the bytes."""
        export = self._export
        assert export is not None
        if request.command == "flush":
            return 0, b""
        if request.command not in ("read", "write", "trim") or request.length > MOST:
            return nbd.EINVAL, b""
        if request.command != "read" and export.read_only:
            return nbd.EPERM, b""
        if request.offset + request.length > export.disk.length:
            return (nbd.ENOSPC if request.command == "write" else nbd.EINVAL), b""
        if request.command == "read":
            return 0, export.disk.read(request.offset, request.length)
        disk = export.disk
        export.put(disk.write(request.offset, data) if request.command == "write" else disk.erase(request.offset, request.length))  # fmt: skip
        return 0, b""


@dataclass(frozen=True)
class Answer:
    """What came back to a request."""

    request: Request
    error: int
    data: bytes

    @property
    def error_name(self) -> str:
        return nbd.ERRORS.get(self.error, str(self.error))


class Client:
    """One connection. `ready` when blocks may be asked for; `refused` names the server's error."""

    def __init__(self, export: str = "") -> None:
        self.export = export
        self.size, self.flags = 0, 0
        self.ready, self.refused = False, ""
        self.log: deque[Heard] = deque(maxlen=KEPT)
        self.answers: list[Answer] = []
        self._in = bytearray()  # pieces of many sizes come: no copy of all for each
        self._greeted = self._begun = False
        self._asked: dict[int, Request] = {}
        self._next = 1

    def feed(self, raw: bytes) -> bytes:
        """What the client sends on hearing these bytes; ParameterError if they are not NBD's."""
        self._in += raw
        said = b""
        while (answer := self._step()) is not None:
            said += answer
        return said

    def ask(self, command: Command, offset: int = 0, length: int = 0, data: bytes = b"", cookie: int | None = None) -> bytes:  # fmt: skip
        """A request to send; its answer will be in `answers`."""
        require(self.ready, "command={command}: the handshake is not over", command=command)
        require(command in nbd.TYPES, "command={command}: choose one of {names}", command=command, names=", ".join(nbd.TYPES))  # fmt: skip
        cookie = self._next if cookie is None else cookie
        require(cookie not in self._asked, "cookie={cookie}: a request with it is still under way", cookie=cookie)  # fmt: skip
        length = len(data) if command == "write" else length
        request = Request(nbd.TYPES[command], cookie, offset, length)
        self._next += 1
        if command == "disc":
            self.ready = False
        else:
            self._asked[cookie] = request
        return self._say("request", request.pack() + data)

    @property
    def waiting(self) -> int:
        """Requests without an answer."""
        return len(self._asked)

    def _say(self, kind: Kind, raw: bytes) -> bytes:
        self.log.append(_heard("client", kind, raw))
        return raw

    def _take(self, length: int, kind: Kind) -> bytes:
        raw = bytes(self._in[:length])
        del self._in[:length]
        self.log.append(_heard("server", kind, raw))
        return raw

    def _step(self) -> bytes | None:
        """One whole message, None while there is none."""
        if not self._greeted:
            return self._hello()
        return self._answer() if self._begun else self._granted()

    def _hello(self) -> bytes | None:
        if len(self._in) < nbd.GREETING:
            return None
        raw = self._take(nbd.GREETING, "greeting")
        require(raw[:16] == nbd.NBDMAGIC + nbd.IHAVEOPT, "magic={magic}: a server of the new style begins with NBDMAGIC IHAVEOPT", magic=repr(raw[:16])[1:])  # fmt: skip
        flags = int.from_bytes(raw[16:], "big") & (nbd.FIXED_NEWSTYLE | nbd.NO_ZEROES)
        require(bool(flags & nbd.FIXED_NEWSTYLE), "flags={flags}: the server does not know the fixed new style", flags=flags)  # fmt: skip
        self._greeted = True
        return self._say("client flags", nbd.client_flags(flags)) + self._say("option", nbd.option_go(self.export))  # fmt: skip

    def _granted(self) -> bytes | None:
        reply = nbd.option_reply_of(bytes(self._in))
        if reply is None:
            return None
        self._take(nbd.OPTION_REPLY + len(reply.data), "option reply")
        if reply.failed:
            self.refused = nbd.REPLY_TYPES.get(reply.type, f"{reply.type:08x}")
        elif reply.type == nbd.REP_INFO and reply.data[:2] == b"\0\0":
            self.size = int.from_bytes(reply.data[2:10], "big")
            self.flags = int.from_bytes(reply.data[10:12], "big")
        elif reply.type == nbd.REP_ACK:
            self.ready = self._begun = True
        return b""

    def _answer(self) -> bytes | None:
        if len(self._in) < nbd.SIMPLE:
            return None
        reply = Reply.unpack(bytes(self._in[: nbd.SIMPLE]))
        request = self._asked.get(reply.cookie)
        if request is None:
            raise ParameterError("cookie={cookie}: no request with it is under way", cookie=reply.cookie)  # fmt: skip
        carried = request.length if request.command == "read" and not reply.error else 0
        if len(self._in) < nbd.SIMPLE + carried:
            return None
        data = self._take(nbd.SIMPLE + carried, "reply")[nbd.SIMPLE :]
        del self._asked[reply.cookie]
        self.answers.append(Answer(request, reply.error, data))
        return b""
