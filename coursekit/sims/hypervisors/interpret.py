"""Fetch, decode, execute: the loop of an emulator, and of every CPU.

Plain instructions are done here; all that can fault, trap or change the mode is left to `slow`,
which decides by technique. Memory is plain when the TLB knows its page and, for a store, the page
is not that of the page table.
"""

from collections.abc import Callable, Sequence

from coursekit.sims.hypervisors.cpu import UNKNOWN, Cpu
from coursekit.sims.hypervisors.isa import (
    ADD,
    ADDI,
    BEQ,
    BLT,
    BNE,
    JMP,
    LI,
    LOAD,
    MASK,
    MUL,
    STORE,
    SUB,
)

__all__ = ["Slow", "interpret"]

Slow = Callable[[int], None]


def interpret(cpu: Cpu, words: Sequence[int], limit: int, slow: Slow) -> int:  # noqa: PLR0912 - a call an instruction would triple the time
    """Run up to `limit` instructions, or until `cpu.leave`; how many were run."""
    r, memory, tlb, writable, pc = cpu.registers, cpu.memory, cpu.tlb, cpu.writable, cpu.pc
    for done in range(1, limit + 1):
        word = words[pc]
        op, a, b = word >> 24, word >> 20 & 15, word >> 16 & 15
        pc += 1
        if op == ADDI:  # the mask makes a negative number of the lower half of the word
            r[a] = r[b] + word & MASK
        elif op == ADD:
            r[a] = r[b] + r[word & 15] & MASK
        elif op == LOAD and (real := tlb[r[b] + (word & MASK)]) != UNKNOWN:
            r[a] = memory[real]
        elif op == STORE and (real := writable[r[b] + (word & MASK)]) != UNKNOWN:
            memory[real] = r[a]
        elif op == BNE:
            if r[a] != r[b]:
                pc = word & 0xFFFF
        elif op == BLT:
            if r[a] < r[b]:
                pc = word & 0xFFFF
        elif op == BEQ:
            if r[a] == r[b]:
                pc = word & 0xFFFF
        elif op == SUB:
            r[a] = r[b] - r[word & 15] & MASK
        elif op == MUL:
            r[a] = r[b] * r[word & 15] & MASK
        elif op == LI:
            r[a] = word & MASK
        elif op == JMP:
            pc = word & 0xFFFF
        else:
            cpu.pc = pc - 1
            slow(word)
            pc = cpu.pc
            if cpu.leave:
                return done
    cpu.pc = pc
    return limit
