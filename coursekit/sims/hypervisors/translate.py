"""Binary translation by basic blocks: each is compiled once and kept.

A block goes on to the first instruction that may go elsewhere. Its plain instructions become one
Python function whose registers are local names; the blocks it leads to are chained to it in the
same function, so that a loop stays inside. An access the TLB cannot place fails; from the line that failed the place in the guest is
known, as QEMU knows it from the host's. That instruction, and each that is not plain, is
interpreted. Left out: code that changes.
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
BITS, WIDEST = 16, 60  # of a register; of a number that Python still adds quickly
BRANCHES = {BNE: "!=", BEQ: "==", BLT: "<"}
SUMS = {ADD: "+", SUB: "-", MUL: "*"}
ENDS = frozenset({*BRANCHES, JMP})
PLAIN = frozenset(
    {ADDI, ADD, LOAD, STORE, LI, SUB, MUL}
)  # SETPTE is interpreted: it hits the table

Compiled = Callable[[list[int], list[int], list[int], list[int], int], tuple[int, int, bool]]


@dataclass(frozen=True)
class Block:
    """`run(registers, memory, tlb, writable, room)` -> next place, instructions run, stuck there.

    `length`: of its own instructions; `chained`: with those of the blocks it leads to, which the
    same function holds. After more than `room` instructions it begins no new turn through them.
    """

    start: int
    length: int
    chained: int
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
        if block is not None and block.chained > limit - done:  # the last few
            return done + interpret(cpu, cache.words, limit - done, slow)
        stuck = True
        if block is not None:
            room = limit - done - block.chained
            cpu.pc, steps, stuck = block.run(r, memory, tlb, writable, room)
            done += steps
        if stuck:
            done += interpret(cpu, cache.words, 1, slow)
    return done


def source(words: Sequence[int], start: int) -> str:
    """The function of the block that begins at `start` as Python text; empty where none can."""
    written = _Writer(words, start)
    return "\n".join(written.text()) if written.chain else ""


def _compile(words: Sequence[int], start: int) -> Block | None:
    written = _Writer(words, start)
    if not written.chain:
        return None
    text = "\n".join(written.text())
    # Text made of the numbers of one program, and almost nothing of Python's within its reach.
    made: dict[str, Any] = {
        "__builtins__": {}, "IndexError": IndexError, "range": range, "place_of": written.place_of,
    }  # fmt: skip
    exec(compile(text, f"<block {start}>", "exec"), made)  # noqa: S102 - to translate is to make code
    lengths = {each.start: len(each.words) for each in written.chain}
    return Block(start, lengths[start], sum(lengths.values()), text, made["block"])


@dataclass(frozen=True)
class _Basic:
    """A basic block: plain instructions, and the jump that ends it if there is one."""

    start: int
    plain: Sequence[int]
    end: int | None

    @classmethod
    def at(cls, words: Sequence[int], start: int) -> "_Basic":
        place = start
        while words[place] >> 24 in PLAIN and place - start < LONGEST:
            place += 1
        end = words[place] if words[place] >> 24 in ENDS else None
        return cls(start, words[start:place], end)

    @property
    def words(self) -> tuple[int, ...]:
        return tuple(self.plain) if self.end is None else (*self.plain, self.end)

    @property
    def next(self) -> int:
        return self.start + len(self.words)

    @property
    def loops(self) -> bool:
        """It jumps to its own beginning."""
        return self.end is not None and self.end & 0xFFFF == self.start

    @property
    def compared(self) -> tuple[int, ...]:
        """The registers its jump looks at."""
        if self.end is None or self.end >> 24 == JMP:
            return ()
        return self.end >> 20 & 15, self.end >> 16 & 15

    @property
    def leads(self) -> tuple[int, ...]:
        """Where it may go."""
        if self.end is None:
            return (self.next,)
        target = self.end & 0xFFFF
        return (self.next, target) if self.compared else (target,)


def _chain(words: Sequence[int], start: int) -> list[_Basic]:
    """The block, and those it leads to, while they are not too long together."""
    chain, ahead, seen = list[_Basic](), [start], {start}
    while ahead:
        block = _Basic.at(words, ahead.pop(0))
        if not block.words and not chain:
            return []  # where it should begin
        if not block.words or (chain and sum(len(b.words) for b in chain) + len(block.words) > LONGEST):  # fmt: skip
            continue
        chain.append(block)
        ahead += [place for place in dict.fromkeys(block.leads) if place not in seen]
        seen.update(block.leads)
    return sorted(chain, key=lambda block: block.start)


def _in(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class _Writer:
    """Writes one function. `wide`: registers whose value is not cut to 16 bits yet, and how wide.

    Sums and products may be cut late, as the lower 16 bits depend on lower bits only; what is
    compared, stored, used as an address or read in the next round is cut first. `place_of`: line
    of the text -> instruction, so that the one that failed is found.
    """

    def __init__(self, words: Sequence[int], start: int) -> None:
        self.start, self.chain = start, _chain(words, start)
        self.wide: dict[int, int] = {}
        self.place_of: dict[int, int] = {}

    def text(self) -> list[str]:
        """The function: a turn for each block, and the next from where the last one led."""
        used, written = _registers([word for block in self.chain for word in block.words])
        lines = ["def block(r, memory, tlb, writable, room):",
                 *(f"    r{i} = r[{i}]" for i in sorted(used | written)),
                 f"    pc, n, stuck = {self.start}, 0, False", "    try:",
                 "        while n <= room:"]  # fmt: skip
        for block in self.chain:  # in their order, so that a way forward needs no new turn
            room = " and n <= room" if block.loops else ""
            lines.append(f"            if pc == {block.start}{room}:")
            lines += _in(_in(_in(_in(self.turn(block, len(lines) + 1)))))
        places = ", ".join(str(block.start) for block in self.chain)
        lines += [f"            if pc not in {{{places}}}:", "                break",
                  "    except IndexError as why:",
                  "        failed = place_of[why.__traceback__.tb_lineno]",
                  "        pc, n, stuck = failed, n + failed - pc, True"]  # fmt: skip
        saves = [f"    r[{i}] = r{i} & {MASK}" for i in sorted(written)]
        return [*lines, *saves, "    return pc, n, stuck"]

    def turn(self, block: _Basic, first: int) -> list[str]:
        """One block, from line `first` on; one that loops turns inside."""
        self.wide.clear()
        length = len(block.words)
        if not block.loops:
            written = _registers(block.plain)[1]
            return [*self.body(block, first, written), f"n += {length}", f"pc = {_goes(block)}"]
        kept = {*block.compared, *_carried(block.words)}
        inside = self.body(block, first + 1, kept) or ["pass"]
        if block.compared:
            inside += [f"if not {_test(block)}:", f"    pc = {block.next}", "    break"]
        left = [f"r{i} &= {MASK}" for i in sorted(self.wide)]
        return [f"for n in range(n, room + 1, {length}):", *_in(inside), f"n += {length}", *left]

    def body(self, block: _Basic, first: int, kept: set[int]) -> list[str]:
        """The plain instructions, from line `first` on; `kept` registers are cut at the end."""
        last = {reg: i for i, word in enumerate(block.plain) for reg in _registers((word,))[1]}
        final = {last[reg] for reg in kept if reg in last}
        lines: list[str] = []
        for step, word in enumerate(block.plain):
            lines += self.line(word, BITS if step in final else WIDEST)
            self.place_of[first + len(lines) - 1] = block.start + step
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


def _test(block: _Basic) -> str:
    a, b = block.compared
    return f"r{a} {BRANCHES[(block.end or 0) >> 24]} r{b}"


def _goes(block: _Basic) -> str:
    if not block.compared:
        return str(block.leads[0])
    return f"{block.leads[1]} if {_test(block)} else {block.next}"


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
