"""The instruction set of the toy CPU: what each instruction is called, holds, and may do.

Modelled: eight registers of 16 bits, a user and a kernel mode, an interrupt flag, four control
registers, pages of 16 words. An instruction is 32 bits: operation (8 bits), two registers (4
bits each), a signed number (16 bits). Privileged, control- and behaviour-sensitive are Popek and
Goldberg's words (1974); `popek` asks what follows from them. POPF does what the Pentium's does:
in user mode it leaves the interrupt flag as it is and says nothing. Left out: caches, pipelines,
self-modifying code (instructions have a memory of their own).
"""

from dataclasses import dataclass

__all__ = [
    "ADD", "ADDI", "BEQ", "BLT", "BNE", "END", "HALT", "HYPER", "IN", "JMP", "LI", "LOAD",
    "LOADCR", "MASK", "MUL", "OPERATIONS", "OUT", "PAGE", "PAGES", "POPF", "RDMODE", "REGISTERS",
    "REWRITTEN", "SETPTE", "SGDT", "STORE", "SUB", "SYSCALL", "SYSRET", "USER", "VALID",
    "Operation", "encode", "listing", "number", "operation",
]  # fmt: skip

REGISTERS, MASK = 8, 0xFFFF
PAGE, PAGES = 16, 16  # words in a page; pages a program sees, and page frames there are
VALID = 16  # an entry of the page table: this bit, and the number of the page frame

ADDI, ADD, LOAD, STORE, BNE, BEQ, BLT, JMP, LI, SUB, MUL, SETPTE = range(12)
SYSCALL, SYSRET, USER, LOADCR, HALT, IN, OUT, RDMODE, POPF, SGDT, END = range(16, 27)
HYPER = 64  # added to an operation: the guest asks the hypervisor to do it


@dataclass(frozen=True)
class Operation:
    """`operands`: d, a, b registers; i a number; m memory; l a label; c a control register."""

    name: str
    operands: str
    privileged: bool = False
    control: bool = False
    behaviour: bool = False

    @property
    def sensitive(self) -> bool:
        """It changes, or depends on, what the hypervisor must keep for itself."""
        return self.control or self.behaviour


OPERATIONS = {
    ADDI: Operation("ADDI", "dbi"), ADD: Operation("ADD", "dbr"), SUB: Operation("SUB", "dbr"),
    MUL: Operation("MUL", "dbr"), LI: Operation("LI", "di"), LOAD: Operation("LOAD", "dm"),
    STORE: Operation("STORE", "dm"), SETPTE: Operation("SETPTE", "dm"),
    BNE: Operation("BNE", "dbl"), BEQ: Operation("BEQ", "dbl"), BLT: Operation("BLT", "dbl"),
    JMP: Operation("JMP", "l"),
    SYSCALL: Operation("SYSCALL", "", privileged=True),
    SYSRET: Operation("SYSRET", "", privileged=True, control=True),
    USER: Operation("USER", "l", privileged=True, control=True),
    LOADCR: Operation("LOADCR", "cb", privileged=True, control=True),
    HALT: Operation("HALT", "", privileged=True, control=True),
    IN: Operation("IN", "di", privileged=True, control=True),
    OUT: Operation("OUT", "di", privileged=True, control=True),
    RDMODE: Operation("RDMODE", "d", behaviour=True),
    POPF: Operation("POPF", "d", control=True, behaviour=True),
    SGDT: Operation("SGDT", "d", behaviour=True),
}  # fmt: skip
REWRITTEN = frozenset(
    {SETPTE, SYSRET, USER, LOADCR, HALT, IN, OUT, RDMODE, POPF, SGDT}
)  # what a paravirtual kernel asks the hypervisor to do


def encode(op: int, a: int = 0, b: int = 0, imm: int = 0) -> int:
    """One word; a negative number in two's complement."""
    return op << 24 | a << 20 | b << 16 | imm & 0xFFFF


def operation(word: int) -> int:
    """Which operation a word asks for, by the CPU or by the hypervisor."""
    return word >> 24 & ~HYPER


def number(word: int) -> int:
    """The signed number in a word."""
    return (word & 0xFFFF ^ 0x8000) - 0x8000


def listing(word: int) -> str:
    """The word as an assembler line, labels as numbers; what END stands for has no line."""
    op, a, b, imm = operation(word), word >> 20 & 15, word >> 16 & 15, number(word)
    if op not in OPERATIONS:
        return ""
    kind = OPERATIONS[op]
    say = {"d": f"r{a}", "b": f"r{b}", "r": f"r{imm}", "i": str(imm), "c": f"cr{a}",
           "l": str(imm), "m": f"[r{b}{imm:+d}]" if imm else f"[r{b}]"}  # fmt: skip
    asked = "HYPERCALL " if word >> 24 & HYPER else ""
    return f"{asked}{kind.name} {', '.join(say[each] for each in kind.operands)}".strip()
