"""A file fetched by TFTP packet by packet: lock-step, windows, and what a lost block costs.

Modelled: request, blocks, acknowledgements with the times of `tftp.Transfer`; chosen blocks are lost
once, nothing else is. Behind a gap the client acknowledges the last block in order (RFC 7440); where
nothing more comes, somebody waits `TIMEOUT_S`. Left out: the round trip of options, doubled packets.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage import tftp
from coursekit.sims.netstorage.tftp import OVERHEAD, Transfer

__all__ = ["MOST_BLOCKS", "TIMEOUT_S", "State", "Told", "tell"]

TIMEOUT_S = 1.0
MOST_BLOCKS = 64
Who = Literal["client", "server"]


@dataclass(frozen=True)
class State:
    """A packet left `sender` at `t` and was there at `arrives` (None: it is lost).

    `held`: blocks that the client has in order, afterwards.
    """

    t: float
    arrives: float | None
    sender: Who
    packet: bytes
    block: int
    held: int
    why: Message


@dataclass(frozen=True)
class Told:
    """The packets in order; `seconds` is when the last block came."""

    transfer: Transfer
    states: tuple[State, ...]
    seconds: float


def tell(transfer: Transfer, name: str = "pxelinux.0", lost: Collection[int] = ()) -> Told:
    """The whole exchange; `lost` names blocks, from 1 on, whose first copy never arrives."""
    require(transfer.blocks <= MOST_BLOCKS, "blocks={n}: a story has {most} at most", n=transfer.blocks, most=MOST_BLOCKS)  # fmt: skip
    for block in lost:
        require(1 <= block <= transfer.blocks, "lost={block}: choose blocks 1 to {blocks}", block=block, blocks=transfer.blocks)  # fmt: skip
    run = _Run(transfer, set(lost))
    asks = Message.of("The client asks port 69 for {name}; the server answers from a port of its own.", name=name)  # fmt: skip
    run.send("client", tftp.rrq(name), 0, asks)
    while run.held < transfer.blocks:
        run.window()
    return Told(transfer, tuple(run.states), run.came)


class _Run:
    """The exchange while it is played."""

    def __init__(self, transfer: Transfer, lost: set[int]) -> None:
        self.transfer, self.lost = transfer, lost
        self.states: list[State] = []
        self.t = self.came = 0.0
        self.held = 0

    @property
    def half(self) -> float:
        return self.transfer.rtt_s / 2

    def send(self, who: Who, packet: bytes, block: int, why: Message) -> None:
        """From the client: the clock goes on to its arrival at the server."""
        self.states.append(State(self.t, self.t + self.half, who, packet, block, self.held, why))
        self.t += self.half

    def window(self) -> None:
        """The server sends a window, the client answers it."""
        first = self.held + 1
        last = min(self.held + self.transfer.window, self.transfer.blocks)
        gap = False
        noticed = False
        for block in range(first, last + 1):
            gap, noticed = self.block(block, gap=gap), gap
        self.t += self.half
        if not gap:
            self.came = self.t
        self.answer(noticed=noticed, whole=not gap)

    def block(self, block: int, *, gap: bool) -> bool:
        """One block leaves; True when the client cannot go on in order behind it."""
        size = self.transfer.size - (block - 1) * self.transfer.blk
        packet = tftp.data(block, bytes(min(size, self.transfer.blk)))
        began = self.t
        self.t += (self.transfer.blk + OVERHEAD) / (self.transfer.mb_s * 1e6)
        lost = block in self.lost
        self.lost.discard(block)
        self.held += not (lost or gap)
        why = _LOST if lost else _GAP if gap else _SHORT if block == self.transfer.blocks else _NEXT
        arrives = None if lost else self.t + self.half
        said = Message.of(why.text, block=block, size=len(packet) - 4)
        self.states.append(State(began, arrives, "server", packet, block, self.held, said))
        return lost or gap

    def answer(self, *, noticed: bool, whole: bool) -> None:
        """The acknowledgement; after a loss that no later block shows, a wait comes before it."""
        if not whole and not noticed:
            self.t += TIMEOUT_S
        if whole:
            why = Message.of("The client has all blocks up to {block}.", block=self.held)
        elif noticed:
            why = Message.of("A block is missing: the client acknowledges {block}, the last in order, at once.", block=self.held)  # fmt: skip
        else:
            why = Message.of("Nothing more comes. After {wait:g} s the client acknowledges {block} again, and the server sends what follows.", wait=TIMEOUT_S, block=self.held)  # fmt: skip
        self.send("client", tftp.ack(self.held), self.held, why)


_NEXT = Message.of("Block {block}, full: another one follows.")
_SHORT = Message.of("Block {block}, {size} bytes: shorter than the others, so it is the last.")
_LOST = Message.of("Block {block} is lost on its way.")
_GAP = Message.of("Block {block} arrives, but one before it is missing: the client drops it.")
