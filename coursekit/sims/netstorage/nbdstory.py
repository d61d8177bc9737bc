"""An NBD session message by message: handshake, requests, replies, and the disk after each.

Built on `nbdpeer`: the bytes are those that a real connection would carry; nothing is decided here
but the sentences. Left out: time; `labs` measures it on a real connection.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage import nbd
from coursekit.sims.netstorage.nbd import Reply, Request
from coursekit.sims.netstorage.nbdpeer import Client, Export, Heard, Server
from coursekit.sims.sparse import Sparse

__all__ = ["DEEDS", "DISK", "Deed", "State", "Told", "tell"]

Kind = Literal["read", "write", "flush", "trim", "disc"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
DISK = 64 * 1024
MOST = 4096


@dataclass(frozen=True)
class Deed:
    """What the client asks; a write carries `text`, or `byte` so many times."""

    kind: Kind
    offset: int = 0
    length: int = 0
    byte: int = 0
    text: str = ""

    @property
    def data(self) -> bytes:
        """What a write puts there."""
        if self.kind != "write":
            return b""
        return self.text.encode() or bytes([self.byte]) * self.length

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(DEEDS))  # fmt: skip
        require(0 <= self.offset < 2**63, "offset={offset}: choose 0 or more", offset=self.offset)
        require(0 <= self.length <= MOST, "length={length}: choose 0 to {most} bytes", length=self.length, most=MOST)  # fmt: skip
        require(len(self.text.encode()) <= MOST, "text={n} bytes: choose up to {most} bytes", n=len(self.text.encode()), most=MOST)  # fmt: skip
        require(0 <= self.byte <= 255, "byte={byte}: choose 0 to 255", byte=self.byte)


@dataclass(frozen=True)
class State:
    """A message on its way, the deed it belongs to (None: the handshake), the disk afterwards."""

    heard: Heard | None
    deed: Deed | None
    disk: Sparse
    why: Message


@dataclass(frozen=True)
class Told:
    """A state before the connection and one after each message."""

    states: tuple[State, ...]


def tell(deeds: Sequence[Deed] = (), *, read_only: bool = False, size: int = DISK, name: str = "disk") -> Told:  # fmt: skip
    """The whole session; what is asked after `disc` is refused."""
    for before, after in pairwise(deeds):
        require(before.kind != "disc", "deed={kind}: nothing can be asked after the goodbye", kind=after.kind)  # fmt: skip
    export = Export(Sparse(size), read_only=read_only)
    server, client = Server({"disk": export}), Client(name)
    states = [State(None, None, export.disk, Message.of("A connection to TCP port {port} of the server.", port=nbd.PORT))]  # fmt: skip
    _pass(server, client, server.greeting())
    _tell(states, server, None, export)
    for deed in deeds if client.ready else ():
        length = deed.length if deed.kind in ("read", "trim") else 0
        request = client.ask(deed.kind, deed.offset, length, deed.data)
        client.feed(server.feed(request))
        _tell(states, server, deed, export)
    return Told(tuple(states))


def _pass(server: Server, client: Client, said: bytes) -> None:
    """The handshake, until nobody has anything to say."""
    while said and (answer := client.feed(said)):
        said = server.feed(answer)


def _tell(states: list[State], server: Server, deed: Deed | None, export: Export) -> None:
    """A state for each message since the last one; the disk has changed before the reply leaves."""
    for heard in server.log:
        disk = states[-1].disk if heard.sender == "client" else export.disk
        states.append(State(heard, deed, disk, _WHY[heard.kind](heard)))
    server.log.clear()


def _option(heard: Heard) -> Message:
    found = nbd.option_of(heard.raw)
    name = nbd.name_in_go(found.data) if found else None
    return Message.of("The client asks for the export {name} and wants to begin.", name=name or "")


def _option_reply(heard: Heard) -> Message:
    reply = nbd.option_reply_of(heard.raw)
    if reply and reply.failed:
        return Message.of("The server has no such export and says so: the client may ask for another.")  # fmt: skip
    if reply and reply.type == nbd.REP_INFO:
        size = int.from_bytes(reply.data[2:10], "big")
        return Message.of("The server tells the size of the disk, {size} bytes, and what it can do.", size=size)  # fmt: skip
    return Message.of("Done: from here on only requests and replies follow, without another word of options.")  # fmt: skip


def _request(heard: Heard) -> Message:
    request = Request.unpack(heard.raw)
    return Message.of(_ASKS[request.command].text, length=request.length, offset=request.offset)


def _reply(heard: Heard) -> Message:
    reply = Reply.unpack(heard.raw)
    if reply.error:
        return Message.of("The server answers request {cookie} with an error: {error}. No data follow.", cookie=reply.cookie, error=nbd.ERRORS[reply.error])  # fmt: skip
    carried = heard.length - nbd.SIMPLE
    if carried:
        return Message.of("The server answers request {cookie}; {length} bytes of the disk follow.", cookie=reply.cookie, length=carried)  # fmt: skip
    return Message.of("The server answers request {cookie}: done.", cookie=reply.cookie)


_GREETS = Message.of("The server speaks first: NBDMAGIC, IHAVEOPT, and what it knows of the handshake.")  # fmt: skip
_AGREES = Message.of("The client confirms what it has understood of it.")
_ASKS: dict[str, Message] = {
    "read": Message.of("The client asks for {length} bytes from byte {offset} on. It says nothing of files: there are none here."),
    "write": Message.of("The client sends {length} bytes for byte {offset} on, right behind the request."),
    "flush": Message.of("The client wants everything written so far to be on the medium."),
    "trim": Message.of("The client needs {length} bytes from byte {offset} on no more: the server may forget them."),
    "disc": Message.of("The client says goodbye. No reply comes: the server hangs up."),
}  # fmt: skip
_WHY: dict[nbd.Kind, Callable[[Heard], Message]] = {
    "greeting": lambda _heard: _GREETS, "client flags": lambda _heard: _AGREES,
    "option": _option, "option reply": _option_reply, "request": _request, "reply": _reply,
}  # fmt: skip
