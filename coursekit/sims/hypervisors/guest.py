"""One guest program run one way: what it leaves, what was counted, what it cost.

Modelled: the same program under each technique, executed to the last instruction; cycles by the
coefficients of `costs`. A technique that is right leaves the state that the bare CPU leaves.
Each instruction counts in its mode, and what comes of it on top. Left out: containers (they have
no kernel of their own to run), time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.sims.hypervisors.assembler import Program, assemble, paravirtualize
from coursekit.sims.hypervisors.costs import TECHNIQUES, Workload, cost
from coursekit.sims.hypervisors.cpu import Cpu, State
from coursekit.sims.hypervisors.interpret import interpret
from coursekit.sims.hypervisors.isa import MASK
from coursekit.sims.hypervisors.monitor import WAYS, Event, Kind, Monitor, Way, prices
from coursekit.sims.hypervisors.translate import Cache, run_blocks
from coursekit.sims.message import Message, require

__all__ = ["Difference", "Guest", "Machine", "Run", "compare", "differences", "run"]

MOST = 10_000_000
TRANSLATED = {"dbt": (True, False), "bt": (True,)}  # the modes whose code is translated


@dataclass(frozen=True, kw_only=True)
class Guest:
    """A program as text, the way it is run, what its console will read, when to give up."""

    text: str
    way: Way = "native"
    inputs: tuple[int, ...] = ()
    limit: int = 1_000_000

    def __post_init__(self) -> None:
        require(self.way in WAYS, "technique={way}: choose one of {ways}", way=self.way, ways=", ".join(WAYS))  # fmt: skip
        require(1 <= self.limit <= MOST, "limit={limit}: choose 1 to {most} instructions", limit=self.limit, most=MOST)  # fmt: skip
        for value in self.inputs:
            require(0 <= value <= MASK, "inputs={value}: choose 0 to {most}", value=value, most=MASK)  # fmt: skip
        assemble(self.text)  # so that what cannot be read is said now


@dataclass(frozen=True)
class Run:
    """`counts` as the cost model takes them; `unseen`: sensitive and done without the hypervisor.

    `blocks`: places where translated code was entered, and the instructions translated there.
    """

    guest: Guest
    state: State
    counts: Workload
    unseen: int
    events: tuple[Event, ...]
    entries: Mapping[str, int]
    blocks: tuple[int, int]

    @property
    def instructions(self) -> int:
        """All that were executed."""
        return int(self.counts.user + self.counts.kernel)

    @property
    def cycles(self) -> float:
        """By the coefficients; what nobody saw costs what it costs the bare CPU."""
        bare = TECHNIQUES["native"].sensitive * self.unseen
        return cost(prices(self.guest.way), self.counts) + bare

    def times(self, kind: Kind) -> int:
        """How many traps, exits, hypercalls, …"""
        return sum(event.kind == kind for event in self.events)


@dataclass(frozen=True)
class Difference:
    """A place where two final states differ: "r3", "memory 32", "interrupts" …"""

    place: str
    one: str
    other: str


class Machine:
    """A guest on its way: `advance` runs some instructions of it."""

    def __init__(self, guest: Guest) -> None:
        program = assemble(guest.text)
        self.guest = guest
        self.program: Program = paravirtualize(program) if guest.way == "pv" else program
        self.cpu = Cpu(self.program, guest.inputs)
        self.monitor = Monitor(self.cpu, guest.way)
        self.cache = Cache(self.program.words)
        self.spent = {True: 0, False: 0}  # instructions in kernel and in user mode

    @property
    def translating(self) -> bool:
        """The code of this mode is translated."""
        return self.cpu.kernel in TRANSLATED.get(self.guest.way, ())

    def advance(self, limit: int, *, whole: bool = True) -> None:
        """Up to `limit` instructions more, or to the end; `whole=False`: never a block at once."""
        cpu, slow = self.cpu, self.monitor.slow
        while limit and cpu.stop == "running":
            cpu.leave, kernel = False, cpu.kernel
            if self.translating and whole:
                done = run_blocks(cpu, self.cache, limit, slow)
            else:
                done = interpret(cpu, self.program.words, limit, slow)
            self.spent[kernel] += done
            limit -= done
        if sum(self.spent.values()) >= self.guest.limit and cpu.stop == "running":
            cpu.end("limit", Message.of("Given up after {limit} instructions.", limit=self.guest.limit))  # fmt: skip

    def result(self) -> Run:
        """What there is by now."""
        made = self.cache.made
        return Run(
            guest=self.guest, state=self.cpu.state(),
            counts=self.monitor.workload(self.spent[False], self.spent[True]),
            unseen=self.monitor.counts["unseen"], events=tuple(self.monitor.events),
            entries=dict(self.cpu.entries), blocks=(len(made), sum(block.chained for block in made)),
        )  # fmt: skip


def run(guest: Guest) -> Run:
    """To the end, or to the guest's limit."""
    machine = Machine(guest)
    machine.advance(guest.limit)
    return machine.result()


def compare(text: str, inputs: tuple[int, ...] = (), limit: int = 1_000_000) -> dict[Way, Run]:
    """The same program every way."""
    return {way: run(Guest(text=text, way=way, inputs=inputs, limit=limit)) for way in WAYS}


def differences(one: State, other: State) -> tuple[Difference, ...]:
    """Where two states differ; nothing where both techniques are right."""
    left, right = _places(one), _places(other)
    keys = [*left, *(key for key in right if key not in left)]
    return tuple(
        Difference(key, left.get(key, ""), right.get(key, ""))
        for key in keys
        if left.get(key) != right.get(key)
    )


def _places(state: State) -> dict[str, str]:
    said = {f"r{i}": str(value) for i, value in enumerate(state.registers)}
    said |= {f"memory {i}": str(value) for i, value in enumerate(state.memory)}
    said |= {f"cr{i}": str(value) for i, value in enumerate(state.control)}
    said |= {f"output {i}": f"{port}: {value}" for i, (port, value) in enumerate(state.output)}
    said |= {f"interrupted {i}": str(place) for i, place in enumerate(state.saved)}
    for name in ("pc", "kernel", "interrupts", "pending", "stop", "why"):
        said[name] = str(getattr(state, name))
    return said
