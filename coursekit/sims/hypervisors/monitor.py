"""Who does what the CPU does not simply do: by technique, the CPU, software, or the hypervisor.

Modelled, for each technique: which instructions of which mode reach the hypervisor, by which way
(trap, exit, hypercall, call out of translated code), and which do not and should (POPF under trap
and emulate). Trap and emulate, binary translation and paravirtualization run the guest's kernel
in the real user mode; binary translation runs the guest's user mode directly. Hardware gives the
guest a CPU state of its own, from which only LOADCR, HALT, IN and OUT exit. Page tables are
write-protected where the hypervisor keeps its own. Left out: exits for interrupts, page faults
that only fill a shadow table, page-table updates before the table is in use.
Sources: as `costs`; Barham et al., SOSP 2003.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.hypervisors.costs import TECHNIQUES, TRAP, Technique, Workload
from coursekit.sims.hypervisors.cpu import CAUSES, Cpu
from coursekit.sims.hypervisors.isa import (
    END,
    HALT,
    HYPER,
    IN,
    LOAD,
    LOADCR,
    OPERATIONS,
    OUT,
    SETPTE,
    STORE,
    SYSCALL,
    SYSRET,
    operation,
)
from coursekit.sims.message import Message

__all__ = ["WAYS", "Event", "Kind", "Monitor", "Way", "prices"]

Way = Literal["native", "interp", "dbt", "trap", "bt", "pv", "hw_shadow", "hw_npt", "hw_npt_virtio"]
Kind = Literal["trap", "exit", "hypercall", "callout", "silent"]
WAYS: tuple[Way, ...] = get_args(Way)
DEPRIVED = ("trap", "bt", "pv")  # the guest's kernel runs in the real user mode
HARDWARE = ("hw_shadow", "hw_npt", "hw_npt_virtio")
EMULATORS = ("interp", "dbt")
EXITS = frozenset({LOADCR, HALT, IN, OUT})
TABLE_BY: dict[str, Kind] = {"trap": "trap", "bt": "trap", "pv": "trap", "hw_shadow": "exit"}


@dataclass(frozen=True)
class Event:
    """The hypervisor comes in, or should have (silent). `why`: the instruction or what it met."""

    pc: int
    kind: Kind
    why: str
    cycles: float


def prices(way: Way) -> Technique:
    """What things cost this way."""
    return TRAP if way == "trap" else TECHNIQUES[way]


class Monitor:
    """Watches one CPU: `slow` does what is not plain, notes who did it, and counts."""

    def __init__(self, cpu: Cpu, way: Way) -> None:
        self.cpu, self.way, self.price = cpu, way, prices(way)
        self.events: list[Event] = []
        self.told: list[Message] = []
        self.counts: Counter[str] = Counter()

    def slow(self, word: int) -> None:
        """One instruction that is not plain, and the interrupt it may let in."""
        cpu, asked = self.cpu, bool(word >> 24 & HYPER)
        if asked and not (self.way == "pv" and cpu.kernel):
            cpu.enter(3, cpu.pc)  # there is nobody who could be asked
            self.told.append(Message.of("Nobody is there to be asked: a fault."))
        elif operation(word) in (LOAD, STORE, SETPTE):
            self._memory(word, asked=asked)
        else:
            self._system(word, asked=asked)
        if cpu.take_interrupt():
            self.told.append(Message.of("The disk's interrupt enters the kernel."))

    def workload(self, user: int, kernel: int) -> Workload:
        """All counts so far, for the cost model."""
        return Workload(
            user=user, kernel=kernel, sensitive=self.counts["sensitive"], table=self.counts["table"],
            entries=sum(self.cpu.entries.values()), misses=self.cpu.misses, io=self.counts["io"],
        )  # fmt: skip

    def _memory(self, word: int, *, asked: bool) -> None:
        pc, met = self.cpu.pc, self.cpu.access(word)
        by: Kind | None = "hypercall" if asked else TABLE_BY.get(self.way)
        if met == "table":
            self.counts["table"] += 1
            self._note(pc, by, "page table", self.price.table)
            self.told.append(_TABLE[by])
        elif met == "fault":
            self._note(pc, TABLE_BY.get(self.way), CAUSES[3], self.price.entries)
            self.told.append(Message.of("The address has no page: a fault."))

    def _system(self, word: int, *, asked: bool) -> None:
        op, pc, kernel = operation(word), self.cpu.pc, self.cpu.kernel
        by = self._by(op, kernel=kernel, asked=asked)
        if by == "silent":
            self.cpu.silently(word)
            done = True
        else:
            done = self.cpu.perform(word)
        if op == END:
            return
        cost = self._cost(op, by, done=done)
        name = OPERATIONS[op].name
        self._note(pc, by, name, cost)
        if not done and not kernel and op != SYSCALL:
            self.told.append(Message.of("{name} in user mode: the guest's kernel is told of a fault.", name=name))  # fmt: skip
        said = _IMITATED if self.way in EMULATORS else _SAID[by]
        self.told.append(Message(said, {"name": name}))

    def _by(self, op: int, *, kernel: bool, asked: bool) -> Kind | None:
        """Who does it: None is the CPU, or an emulator's software."""
        if op == END:
            return None
        if self.way in HARDWARE:
            return "exit" if kernel and op in EXITS else None
        if self.way not in DEPRIVED:
            return None
        if asked:
            return "hypercall"
        if self.way == "bt" and kernel:
            return "callout"
        return "trap" if OPERATIONS[op].privileged else "silent"

    def _cost(self, op: int, by: Kind | None, *, done: bool) -> float:
        """Count it, and its cycles; an entry into the guest's kernel the CPU has counted."""
        if op == SYSRET:
            return 0  # paid with the entry
        if op == SYSCALL or not done:
            return self.price.entries
        if op in (IN, OUT):
            self.counts["io"] += 1
            return self.price.io
        if by == "silent" or (by is None and self.way in HARDWARE):
            self.counts["unseen"] += 1
            return TECHNIQUES["native"].sensitive
        self.counts["sensitive"] += 1
        return self.price.sensitive

    def _note(self, pc: int, by: Kind | None, why: str, cycles: float) -> None:
        if by is not None:
            self.events.append(Event(pc, by, why, cycles))


_IMITATED = Message.of("{name}: the emulator imitates it.").text
_SAID: dict[Kind | None, str] = {
    None: Message.of("{name}: done without the hypervisor.").text,
    "trap": Message.of("{name} traps: the hypervisor does it for the guest.").text,
    "exit": Message.of("{name} exits to the hypervisor, which does it for the guest.").text,
    "hypercall": Message.of("The kernel asks the hypervisor for {name}: a hypercall.").text,
    "callout": Message.of("{name} was translated into a call of the hypervisor: no trap.").text,
    "silent": Message.of("{name} does not trap: the CPU answers as in user mode, and the hypervisor does not know.").text,
}  # fmt: skip
_TABLE: dict[Kind | None, Message] = {
    None: Message.of("A store into the page table, like any other."),
    "trap": Message.of("The page table is write-protected: the store traps, and the hypervisor brings its own table up to date."),
    "exit": Message.of("The page table is write-protected: the store exits, and the hypervisor brings its shadow table up to date."),
    "hypercall": Message.of("The kernel asks the hypervisor to change its page table: a hypercall."),
}  # fmt: skip
