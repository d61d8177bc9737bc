"""The toy CPU: what its guest sees, and what each unusual instruction does to it.

Modelled: modes, three ways into the kernel (system call, interrupt, fault) with a stack of its
own for what was interrupted, a page table of 16 entries in memory, a TLB of four that forgets
the oldest, a console (port 0) and a disk (port 1) that interrupts when it has written. A store
into the page table drops the entry from the TLB. Without a table (cr0 never loaded) addresses
are real. Left out: protection bits in the page table, timers, the time a device takes. The plain
instructions are in `interpret` and `translate`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.hypervisors.assembler import Program
from coursekit.sims.hypervisors.isa import (
    END,
    HALT,
    IN,
    LOAD,
    LOADCR,
    MASK,
    OPERATIONS,
    OUT,
    PAGE,
    PAGES,
    POPF,
    RDMODE,
    REGISTERS,
    SGDT,
    SYSCALL,
    SYSRET,
    USER,
    VALID,
    number,
    operation,
)
from coursekit.sims.message import Message

__all__ = ["CAUSES", "DISK", "HOST_TABLE", "TLB", "Cpu", "Place", "State", "Stop"]

TLB = 4  # translations the CPU remembers
UNKNOWN = 1 << 16  # no place in memory: using it raises IndexError
DEPTH = 8  # interrupted places it can keep
DISK = 1  # the port whose device interrupts
HOST_TABLE = 0xF000  # where the hypervisor's own page table is
TABLE, CALL, INTERRUPT, FAULT = range(4)  # control registers: the page table, three entries
CAUSES = {CALL: "system call", INTERRUPT: "interrupt", FAULT: "fault"}

Stop = Literal["running", "halted", "limit", "stuck"]
_WHYS = {
    CALL: Message.of("A system call, and cr1 names no kernel to take it."),
    FAULT: Message.of("A fault, and cr3 names no kernel to take it."),
}


@dataclass(frozen=True)
class Place:
    """What an interrupt or a call will return to."""

    pc: int
    kernel: bool
    interrupts: bool


@dataclass(frozen=True)
class State:
    """All a guest could find out; two right techniques leave the same. `control` -1: not loaded."""

    pc: int
    kernel: bool
    interrupts: bool
    pending: bool
    registers: tuple[int, ...]
    memory: tuple[int, ...]
    control: tuple[int, ...]
    saved: tuple[Place, ...]
    output: tuple[tuple[int, int], ...]
    stop: Stop
    why: Message


class Cpu:
    """The guest's CPU and memory while it runs; `state()` is what stays."""

    __slots__ = (
        "control", "entries", "held", "inputs", "interrupts", "kernel", "leave", "memory",
        "misses", "output", "pc", "pending", "read", "registers", "saved", "size", "stop", "tlb",
        "why", "writable",
    )  # fmt: skip

    def __init__(self, program: Program, inputs: Sequence[int] = ()) -> None:
        self.pc, self.kernel, self.interrupts, self.pending = 0, True, False, False
        self.registers, self.memory = [0] * REGISTERS, list(program.data)
        self.control, self.saved, self.size = [-1] * 4, list[Place](), len(program.words)
        # The TLB by address: where it really is, or UNKNOWN; `writable`: nor may the page table be
        # known. Twice over, so that a sum of two 16-bit numbers wraps without being cut.
        self.tlb = ([*range(PAGE * PAGES)] + [UNKNOWN] * (MASK + 1 - PAGE * PAGES)) * 2
        self.writable, self.held = self.tlb.copy(), [*range(PAGES)]  # pages, the oldest first
        self.inputs, self.read, self.output = inputs, 0, list[tuple[int, int]]()
        self.misses, self.entries = 0, dict.fromkeys(CAUSES.values(), 0)
        self.leave = False  # the mode has changed or the run is over
        self.stop: Stop = "running"
        self.why = Message.of("It is running.")

    def state(self) -> State:
        """A frozen copy."""
        return State(
            self.pc, self.kernel, self.interrupts, self.pending, tuple(self.registers),
            tuple(self.memory), tuple(self.control), tuple(self.saved), tuple(self.output),
            self.stop, self.why,
        )  # fmt: skip

    def end(self, stop: Stop, why: Message) -> None:
        """The run is over."""
        self.stop, self.why, self.leave = stop, why, True

    # ways into the kernel and back

    def enter(self, which: int, back: int) -> bool:
        """Into the guest's kernel; False, and the end, where there is none."""
        vector = self.control[which]
        if vector < 0:
            self.end("stuck", _WHYS[which])
            return False
        if len(self.saved) == DEPTH:
            self.end("stuck", Message.of("The kernel was interrupted {depth} times without going back.", depth=DEPTH))  # fmt: skip
            return False
        self.saved.append(Place(back, self.kernel, self.interrupts))
        self.interrupts = self.interrupts and which != INTERRUPT
        self.entries[CAUSES[which]] += 1
        self.go(vector, kernel=True)
        return True

    def go(self, pc: int, *, kernel: bool) -> None:
        """On at `pc`, in this mode."""
        self.leave = self.leave or kernel != self.kernel
        self.pc, self.kernel = pc, kernel

    def take_interrupt(self) -> bool:
        """A waiting interrupt enters the kernel, if it may."""
        if not (self.pending and self.interrupts and self.control[INTERRUPT] >= 0) or self.stop != "running":  # fmt: skip
            return False
        self.pending = False
        return self.enter(INTERRUPT, self.pc)

    # memory

    def walk(self, page: int) -> bool:
        """Fetch the page frame of a page from the page table into the TLB; False if it has none."""
        table = self.control[TABLE]
        if table < 0 or page >= PAGES:
            return False
        self.misses += 1
        entry = self.memory[table + page]
        if not VALID <= entry < VALID + PAGES:
            return False
        if len(self.held) == TLB:
            self.forget(self.held[0])
        base = (entry - VALID) * PAGE
        self._remember(page, range(base, base + PAGE), writable=base != table)
        self.held.append(page)
        return True

    def _remember(self, page: int, places: Sequence[int], *, writable: bool = True) -> None:
        for first in (page * PAGE, page * PAGE + MASK + 1):
            self.tlb[first : first + PAGE] = places
            self.writable[first : first + PAGE] = places if writable else [UNKNOWN] * PAGE

    def forget(self, *pages: int) -> None:
        """Out of the TLB."""
        for page in pages:
            self._remember(page, [UNKNOWN] * PAGE)
            self.held.remove(page)

    def access(self, word: int) -> Literal["plain", "table", "fault"]:
        """A load or store with all that may come of it."""
        at = self.registers[word >> 16 & 15] + word & MASK
        if self.tlb[at] == UNKNOWN and not self.walk(at // PAGE):
            self.enter(FAULT, self.pc)
            return "fault"
        self.pc += 1
        real = self.tlb[at]
        if operation(word) == LOAD:
            self.registers[word >> 20 & 15] = self.memory[real]
            return "plain"
        self.memory[real] = self.registers[word >> 20 & 15]
        entry = real - self.control[TABLE]
        if self.control[TABLE] < 0 or not 0 <= entry < PAGES:
            return "plain"
        if entry in self.held:
            self.forget(entry)
        return "table"

    # what is neither plain nor memory

    def perform(self, word: int) -> bool:
        """One unusual instruction as the bare CPU does it; False if it faulted instead."""
        op = operation(word)
        if op == END:
            self.end("stuck", Message.of("The program has run past its last instruction."))
            return False
        if op == SYSCALL:
            return self.enter(CALL, self.pc + 1)
        if OPERATIONS[op].privileged and not self.kernel:
            self.enter(FAULT, self.pc)
            return False
        self.pc += 1
        _DO[op](self, word >> 20 & 15, word)
        return self.stop != "stuck"

    def silently(self, word: int) -> None:
        """An unprivileged instruction of a guest whose kernel really runs in user mode.

        The real CPU answers with the real mode, the real table, and leaves the real flag.
        """
        op, a = operation(word), word >> 20 & 15
        if op == RDMODE:
            self.registers[a] = 1
        elif op == SGDT:
            self.registers[a] = HOST_TABLE
        self.pc += 1

    def _sysret(self, _a: int, _word: int) -> None:
        if not self.saved:
            self.end("stuck", Message.of("SYSRET, and nothing was interrupted."))
            return
        place = self.saved.pop()
        self.interrupts = place.interrupts
        self.go(place.pc, kernel=place.kernel)

    def _user(self, _a: int, word: int) -> None:
        self.interrupts = True
        self.go(word & 0xFFFF, kernel=False)

    def _loadcr(self, a: int, word: int) -> None:
        value = self.registers[word >> 16 & 15]
        good = value in range(0, PAGE * PAGES, PAGE) if a == TABLE else value < self.size
        if not good:
            self.end("stuck", Message.of("cr{a}={value}: no page frame or instruction begins there.", a=a, value=value))  # fmt: skip
            return
        self.control[a] = value
        if a == TABLE:
            self.forget(*self.held.copy())

    def _halt(self, _a: int, _word: int) -> None:
        self.end("halted", Message.of("The guest has halted."))

    def _in(self, a: int, _word: int) -> None:
        more = self.read < len(self.inputs)
        self.registers[a] = self.inputs[self.read] & MASK if more else 0
        self.read += more

    def _out(self, a: int, word: int) -> None:
        self.output.append((number(word), self.registers[a]))
        self.pending = self.pending or number(word) == DISK

    def _rdmode(self, a: int, _word: int) -> None:
        self.registers[a] = int(not self.kernel)

    def _popf(self, a: int, _word: int) -> None:
        if self.kernel:
            self.interrupts = bool(self.registers[a] & 1)

    def _sgdt(self, a: int, _word: int) -> None:
        self.registers[a] = self.control[TABLE] & MASK


# ruff: noqa: SLF001 - the methods of the class above, by instruction
_DO = {
    SYSRET: Cpu._sysret, USER: Cpu._user, LOADCR: Cpu._loadcr, HALT: Cpu._halt, IN: Cpu._in,
    OUT: Cpu._out, RDMODE: Cpu._rdmode, POPF: Cpu._popf, SGDT: Cpu._sgdt,
}  # fmt: skip
