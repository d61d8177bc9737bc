"""The write hole: a power cut between two writes, and what a later rebuild then invents.

Modelled: one RAID 5 stripe of single bytes, the volatile order of the data write and the
parity write, a crash, a restart with one of five cures, then the death of a disk and its
rebuild. Left out: RAID 6, writes of several units. Source: md(4) and the kernel's
raid5-ppl and raid5-cache documents.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["CRASHES", "CURES", "Ended", "Hole", "State", "play"]

Cure = Literal["none", "resync", "bitmap", "journal", "ppl"]
Crash = Literal["never", "before both", "between", "after both"]

Phase = Literal["running", "crashed", "refused", "read-only"]

CURES: tuple[str, ...] = get_args(Cure)
CRASHES: tuple[str, ...] = get_args(Crash)
WRITTEN = {"before both": 0, "between": 1, "after both": 2, "never": 2}


@dataclass(frozen=True, kw_only=True)
class Hole:
    """A stripe, the write into it, where the power goes, and which data disk then dies.

    `dies_at_crash`: the disk dies in the same power cut, not after the restart;
    `journal_lost`: the journal device does not come back.
    """

    data: tuple[int, ...] = (0x11, 0x22, 0x33)
    target: int = 0
    new: int = 0x44
    cure: Cure = "none"
    crash: Crash = "between"
    parity_first: bool = False
    dies: int = 2
    dies_at_crash: bool = False
    journal_lost: bool = False

    def __post_init__(self) -> None:
        for name, value, known in (("cure", self.cure, CURES), ("crash", self.crash, CRASHES)):
            require(
                value in known, "{name}={value}: choose one of {known}",
                name=name, value=value, known=", ".join(known),
            )  # fmt: skip
        last = len(self.data) - 1
        require(last >= 1, "data={count}: give two bytes or more", count=len(self.data))
        for byte in (*self.data, self.new):
            require(0 <= byte <= 255, "byte={byte}: choose 0 to 255", byte=byte)
        for name, disk in (("target", self.target), ("dies", self.dies)):
            require(
                0 <= disk <= last,
                "{name}={disk}: choose 0 to {last}",
                name=name,
                disk=disk,
                last=last,
            )


@dataclass(frozen=True)
class State:
    """The disks after a step: None is a dead disk; `log` what the journal or PPL keeps."""

    data: tuple[int | None, ...]
    parity: int
    log: tuple[int, ...]
    phase: Phase
    why: Message

    @property
    def agrees(self) -> bool | None:
        """Whether P is the XOR of the data; None while a disk is dead."""
        blocks = [block for block in self.data if block is not None]
        return None if len(blocks) < len(self.data) else reduce(xor, blocks) == self.parity


@dataclass(frozen=True)
class Ended:
    """All steps, what the dead disk reads after its rebuild (None: refused), and the verdict.

    `expected` holds the values that would be right: for the byte being written, the old
    one and the new one are.
    """

    states: tuple[State, ...]
    reads: int | None
    expected: tuple[int, ...]
    damaged: bool


def play(hole: Hole) -> Ended:
    """The whole story, a state a step."""
    stripe = _Stripe(hole)
    stripe.write()
    if hole.crash != "never":
        stripe.crash()
        stripe.restart()
    return stripe.end()


class _Stripe:
    """The moving parts: what is on the disks and in the log right now."""

    def __init__(self, hole: Hole) -> None:
        self.hole, self.data = hole, list[int | None](hole.data)
        self.parity = reduce(xor, hole.data)
        self.new_parity = self.parity ^ hole.data[hole.target] ^ hole.new
        self.log: tuple[int, ...] = ()
        self.states: list[State] = []
        self.tell(Message.of("All is consistent: P is the XOR of the data."))

    def tell(self, why: Message, phase: Phase = "running") -> None:
        self.states.append(State(tuple(self.data), self.parity, self.log, phase, why))

    def write(self) -> None:
        """What the cure keeps first, then as much of the two writes as the crash allows."""
        hole = self.hole
        if hole.cure == "bitmap":
            self.tell(Message.of("The bitmap marks this region dirty."))
        elif hole.cure == "journal":
            self.log = (hole.new, self.new_parity)
            self.tell(Message.of("The journal keeps the new data and the new parity."))
        elif hole.cure == "ppl":
            self.log = (self.parity ^ hole.data[hole.target],)
            self.tell(Message.of("PPL keeps the XOR of the data that are not being written."))
        steps = [self.write_data, self.write_parity]
        for step in steps[:: -1 if hole.parity_first else 1][: WRITTEN[hole.crash]]:
            step()

    def write_data(self) -> None:
        hole = self.hole
        self.data[hole.target] = hole.new
        self.tell(Message.of("D{disk} is written: {new:02x}.", disk=hole.target, new=hole.new))

    def write_parity(self) -> None:
        self.parity = self.new_parity
        self.tell(Message.of("P is written: {new:02x}.", new=self.parity))

    def crash(self) -> None:
        hole = self.hole
        if hole.cure == "journal" and hole.journal_lost:
            self.log = ()
        if hole.dies_at_crash:
            self.data[hole.dies] = None
            self.tell(
                Message.of("The power fails, and disk {disk} with it.", disk=hole.dies), "crashed"
            )
        else:
            self.tell(Message.of("The power fails."), "crashed")

    def restart(self) -> None:
        """The cure at work; without one, or without what it needs, P stays as it is."""
        hole = self.hole
        whole = [block for block in self.data if block is not None]
        if hole.cure == "journal" and not self.log:
            self.tell(
                Message.of("The journal is lost: the array starts read-only, nothing is replayed."),
                "read-only",
            )
        elif hole.cure == "journal":
            if self.data[hole.target] is not None:
                self.data[hole.target] = hole.new
            self.parity, self.log = self.new_parity, ()
            self.tell(Message.of("The journal is replayed: data and parity are both new."))
        elif hole.cure == "ppl":
            target = self.data[hole.target]
            if target is not None:
                self.parity = self.log[0] ^ target
            self.log = ()
            self.tell(
                Message.of(
                    "P is computed again from PPL and D{disk}: the idle data are safe.",
                    disk=hole.target,
                )
            )
        elif len(whole) < len(self.data):
            self.tell(
                Message.of("Dirty and degraded: P may be wrong, md refuses to start by itself."),
                "refused",
            )
        elif hole.cure == "none":
            self.tell(Message.of("The array starts; nobody compares P with the data."))
        else:
            self.parity = reduce(xor, whole)
            self.tell(
                Message.of(
                    "The resync reads the dirty regions only, minutes long: P is right again."
                )
                if hole.cure == "bitmap"
                else Message.of("The resync reads the whole array, hours long: P is right again.")
            )

    def end(self) -> Ended:
        """A disk dies, its byte is computed from P and the others."""
        hole, refused = self.hole, self.states[-1].phase == "refused"
        expected: tuple[int, ...] = (hole.data[hole.dies],)
        if hole.dies == hole.target:
            expected = (hole.new,) if hole.crash == "never" else (*expected, hole.new)
        if refused:
            return Ended(tuple(self.states), None, expected, damaged=False)
        self.data[hole.dies] = None
        others = [block for block in self.data if block is not None]
        reads = reduce(xor, others, self.parity)
        damaged = reads not in expected
        phase = self.states[-1].phase
        if not hole.dies_at_crash or hole.crash == "never":
            self.tell(Message.of("Disk {disk} dies.", disk=hole.dies), phase)
        self.data[hole.dies] = reads
        verdict = (
            Message.of(
                "D{disk} is rebuilt as {reads:02x}: wrong, though nobody was writing it.",
                disk=hole.dies,
                reads=reads,
            )
            if damaged
            else Message.of(
                "D{disk} is rebuilt as {reads:02x}: right.", disk=hole.dies, reads=reads
            )
        )
        self.tell(verdict, phase)
        return Ended(tuple(self.states), reads, expected, damaged)
