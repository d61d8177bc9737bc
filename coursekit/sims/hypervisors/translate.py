"""Binary translation by basic blocks: each is compiled once and kept.

A block goes on to the first instruction that may go elsewhere. Its plain instructions become one
Python function whose registers are local names; a block that jumps to its own beginning stays
inside. An access the TLB cannot place fails; from the line that failed the place in the guest is
known, as QEMU knows it from the host's. That instruction, and each that is not plain, is
interpreted. Left out: chaining of blocks, code that changes.
Sources: Bellard, QEMU, USENIX 2005; Adams and Agesen, ASPLOS 2006.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.sims.hypervisors.cpu import Cpu
from coursekit.sims.hypervisors.interpret import Slow, interpret
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
    number,
)

__all__ = ["LONGEST", "Block", "Cache", "run_blocks", "source"]

LONGEST = 64  # instructions in a block
BITS, WIDEST = 16, 30  # of a register; of a number that Python adds in one step
BRANCHES = {BNE: "!=", BEQ: "==", BLT: "<"}
SUMS = {ADD: "+", SUB: "-", MUL: "*"}
ENDS = frozenset({*BRANCHES, JMP})
PLAIN = frozenset(
    {ADDI, ADD, LOAD, STORE, LI, SUB, MUL}
)  # SETPTE is interpreted: it hits the table

Compiled = Callable[[list[int], list[int], list[int], list[int], range], tuple[int, int, bool]]


@dataclass(frozen=True)
class Block:
    """`run(registers, memory, tlb, writable, rounds)` -> next place, instructions run, stuck there.

    `rounds`: what will have been run before each round that a loop may go.
    """

    start: int
    length: int
    text: str
    run: Compiled


@dataclass
class Cache:
    """The blocks of one program, made when first met; None where a block cannot begin."""

    words: Sequence[int]
    blocks: dict[int, Block | None] = field(default_factory=dict)

    def at(self, place: int) -> Block | None:
        """The block that begins here."""
        try:
            return self.blocks[place]
        except KeyError:
            block = self.blocks[place] = _compile(self.words, place)
            return block

    @property
    def made(self) -> list[Block]:
        """The blocks there are, in the order of their places."""
        return [block for _place, block in sorted(self.blocks.items()) if block]


def run_blocks(cpu: Cpu, cache: Cache, limit: int, slow: Slow) -> int:
    """As `interpret`, and to the same instruction: block by block where one fits."""
    done = 0
    r, memory, tlb, writable = cpu.registers, cpu.memory, cpu.tlb, cpu.writable
    while done < limit and not cpu.leave:
        block = cache.at(cpu.pc)
        stuck = True
        if block is not None and block.length <= limit - done:
            rounds = range(0, (limit - done) // block.length * block.length, block.length)
            cpu.pc, steps, stuck = block.run(r, memory, tlb, writable, rounds)
            done += steps
        if stuck:
            done += interpret(cpu, cache.words, 1, slow)
    return done


def source(words: Sequence[int], start: int) -> str:
    """The block that begins at `start` as Python text; empty where it cannot begin."""
    written = _Writer(words, start)
    return "\n".join(written.text()) if written.words else ""


def _compile(words: Sequence[int], start: int) -> Block | None:
    written = _Writer(words, start)
    if not written.words:
        return None
    text = "\n".join(written.text())
    # Text made of the numbers of one program, and almost nothing of Python's within its reach.
    made: dict[str, Any] = {"__builtins__": {}, "IndexError": IndexError, "place_of": written.place_of}  # fmt: skip
    exec(compile(text, f"<block {start}>", "exec"), made)  # noqa: S102 - to translate is to make code
    return Block(start, len(written.words), text, made["block"])


def _in(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class _Writer:
    """Writes one block. `wide`: registers whose value is not cut to 16 bits yet, and how wide.

    Sums and products may be cut late, as the lower 16 bits depend on lower bits only; what is
    compared, stored, used as an address or read in the next round is cut first. `place_of`: line
    of the text -> instruction, so that the one that failed is found.
    """

    def __init__(self, words: Sequence[int], start: int) -> None:
        place = start
        while words[place] >> 24 in PLAIN and place - start < LONGEST:
            place += 1
        self.end = words[place] if words[place] >> 24 in ENDS else None
        self.words = words[start : place + (self.end is not None)]
        self.plain, self.start, self.place = words[start:place], start, place
        self.loops = self.end is not None and self.end & 0xFFFF == start
        self.kept = {*self.compared(), *(_carried(self.words) if self.loops else ())}
        last = {reg: i for i, word in enumerate(self.plain) for reg in _registers((word,))[1]}
        self.final = {last[reg] for reg in self.kept if reg in last}  # cut at once: read at the end
        self.wide: dict[int, int] = {}
        self.place_of: dict[int, int] = {}

    def text(self) -> list[str]:
        """The function."""
        used, written = _registers(self.words)
        head = ["def block(r, memory, tlb, writable, rounds):",
                *(f"    r{i} = r[{i}]" for i in sorted(used | written)),
                "    n, stuck = 0, False", "    try:"]  # fmt: skip
        if self.loops:  # to its own beginning, while whole rounds are allowed
            inside = _in(self.body(len(head) + 2) + self.leaves())
            inside = ["for n in rounds:", *inside, "else:", f"    pc = {self.start}"]
        else:
            inside = [*self.body(len(head) + 1), f"pc = {self.goes()}"]
        inside.append(f"n += {len(self.words)}")
        fails = ["except IndexError as why:", "    pc = place_of[why.__traceback__.tb_lineno]",
                 f"    n, stuck = n + pc - {self.start}, True"]  # fmt: skip
        saves = [f"r[{i}] = r{i} & {MASK}" for i in sorted(written)]
        return [*head, *_in(_in(inside)), *_in([*fails, *saves, "return pc, n, stuck"])]

    def body(self, first: int) -> list[str]:
        """What is done in order, from line `first` on."""
        lines: list[str] = []
        for step, word in enumerate(self.plain):
            lines += self.line(word, WIDEST if step not in self.final else BITS)
            self.place_of[first + len(lines) - 1] = self.start + step
        return lines

    def cut(self, *registers: int) -> list[str]:
        """Those of them that are wide, to 16 bits."""
        return [f"r{i} &= {MASK}" for i in registers if self.wide.pop(i, 0)]

    def line(self, word: int, widest: int) -> list[str]:
        """One instruction; what may fail is in the last line."""
        op, a, b = word >> 24, word >> 20 & 15, word >> 16 & 15
        if op in SUMS:
            width = self.wide.get(word & 15, BITS)
            return self.sum(a, b, SUMS[op], f"r{word & 15}", width, widest)
        if op == ADDI:
            return self.sum(a, b, "+", str(number(word)), BITS, widest)
        imm = word & MASK
        first = [] if op == LI else self.cut(b, *((a,) if op == STORE else ()))
        at = f"r{b} + {imm}" if imm else f"r{b}"
        if op == STORE:
            return [*first, f"memory[writable[{at}]] = r{a}"]
        self.wide.pop(a, None)
        return [*first, f"r{a} = {imm}" if op == LI else f"r{a} = memory[tlb[{at}]]"]

    def sum(self, a: int, b: int, sign: str, other: str, width: int, widest: int) -> list[str]:
        """A sum or product, cut when it grows too wide."""
        mine = self.wide.get(b, BITS)
        width = mine + width if sign == "*" else max(mine, width) + 1
        self.wide.pop(a, None)
        if width > widest:
            return [f"r{a} = (r{b} {sign} {other}) & {MASK}"]
        self.wide[a] = width
        return [f"r{a} = r{b} {sign} {other}"]

    def compared(self) -> tuple[int, ...]:
        """The registers the last instruction looks at."""
        if self.end is None or self.end >> 24 == JMP:
            return ()
        return self.end >> 20 & 15, self.end >> 16 & 15

    def goes(self) -> str:
        """Where the block leads."""
        if self.end is None:
            return str(self.place)
        target, way = self.end & 0xFFFF, self.end >> 24
        if way == JMP:
            return str(target)
        a, b = self.compared()
        return f"{target} if r{a} {BRANCHES[way]} r{b} else {self.place + 1}"

    def leaves(self) -> list[str]:
        """The way out of a loop."""
        if not self.compared() or self.end is None:
            return [] if self.plain else ["pass"]
        a, b = self.compared()
        test = f"if not r{a} {BRANCHES[self.end >> 24]} r{b}:"
        return [test, f"    pc = {self.place + 1}", "    break"]


def _carried(words: Sequence[int]) -> list[int]:
    """The registers that are read before they are written: a loop reads its last round's."""
    carried, written = set[int](), set[int]()
    for word in words:
        used, wrote = _registers((word,))
        carried |= used - written
        written |= wrote
    return sorted(carried)


def _registers(words: Sequence[int]) -> tuple[set[int], set[int]]:
    """The registers these instructions read, and those they write."""
    used, written = set[int](), set[int]()
    for word in words:
        op, a, b, c = word >> 24, word >> 20 & 15, word >> 16 & 15, word & 15
        reads = {LI: set[int](), JMP: set[int](), STORE: {a, b}} | {key: {b, c} for key in SUMS}
        used |= reads.get(op, {a, b} if op in BRANCHES else {b})
        written |= set() if op == STORE or op in ENDS else {a}
    return used, written
