"""From text to words: an assembler with a sentence for each mistake.

One instruction a line, a comment after `;`, `name:` in front of an instruction names its place.
`.user` and `.kernel` say whose the lines below are (a paravirtual kernel is rewritten, its user
programs are not); `.data 32 7 8` puts 7 and 8 into memory from word 32 on. Left out: macros,
expressions, sections.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.sims.hypervisors.isa import (
    END,
    HYPER,
    OPERATIONS,
    PAGE,
    PAGES,
    REGISTERS,
    REWRITTEN,
    encode,
    operation,
)
from coursekit.sims.message import ParameterError, require

__all__ = ["Program", "assemble", "paravirtualize"]

BY_NAME = {kind.name: op for op, kind in OPERATIONS.items()}
LABEL = re.compile(r"\s*([A-Za-z_]\w*):")
TOKEN = re.compile(r"\[[^\]]*\]|[^\s,]+")
MEMORY = re.compile(r"\[\s*(\w+)\s*(?:([+-])\s*(\w+)\s*)?\]")
CONTROL = 4


@dataclass(frozen=True)
class Program:
    """`words`: the instructions, the last one END; `lines`: the line of text each stands in."""

    words: tuple[int, ...]
    lines: tuple[int, ...]
    user: tuple[bool, ...]
    labels: Mapping[str, int]
    data: tuple[int, ...]
    text: str

    def line(self, place: int) -> str:
        """The text of an instruction, without labels and comment; empty past the end."""
        if place >= len(self.lines):
            return ""
        text = self.text.splitlines()[self.lines[place] - 1].partition(";")[0]
        while found := LABEL.match(text):
            text = text[found.end() :]
        return text.strip()


@dataclass(frozen=True)
class _Line:
    number: int
    tokens: tuple[str, ...]
    user: bool


def assemble(text: str) -> Program:
    """The program; ParameterError with the line for whatever cannot be read."""
    data = [0] * (PAGE * PAGES)
    lines: list[_Line] = []
    labels: dict[str, int] = {}
    user = False
    for number, raw in enumerate(text.splitlines(), 1):
        rest = _labelled(raw.partition(";")[0], number, labels, len(lines))
        tokens = tuple(TOKEN.findall(rest))
        if tokens[:1] in ((".user",), (".kernel",)):
            user = tokens[0] == ".user"
        elif tokens[:1] == (".data",):
            _fill(data, tokens[1:], number)
        elif tokens:
            lines.append(_Line(number, tokens, user))
    require(bool(lines), "program={n} instructions: write at least one", n=0)
    words = [_encoded(line, labels) for line in lines]
    return Program(
        words=(*words, encode(END)), lines=tuple(line.number for line in lines),
        user=tuple(line.user for line in lines), labels=labels, data=tuple(data), text=text,
    )  # fmt: skip


def paravirtualize(program: Program) -> Program:
    """The kernel's lines rewritten to ask the hypervisor; the user's lines as they are."""
    words = [
        word | HYPER << 24 if operation(word) in REWRITTEN and not user else word
        for word, user in zip(program.words[:-1], program.user, strict=True)
    ]
    return Program(
        words=(*words, program.words[-1]), lines=program.lines, user=program.user,
        labels=program.labels, data=program.data, text=program.text,
    )  # fmt: skip


def _labelled(rest: str, number: int, labels: dict[str, int], place: int) -> str:
    while found := LABEL.match(rest):
        name = found[1]
        require(name not in labels, "line={line}: the label {name} is used twice", line=number, name=name)  # fmt: skip
        labels[name] = place
        rest = rest[found.end() :]
    return rest


def _fill(data: list[int], tokens: tuple[str, ...], line: int) -> None:
    numbers = [_number(token, line, {}) for token in tokens]
    end = PAGE * PAGES
    fits = bool(numbers) and numbers[0] >= 0 and numbers[0] + len(numbers) - 1 <= end
    require(fits, "line={line}: .data needs a place from 0 to {last} and values that fit", line=line, last=end - 1)  # fmt: skip
    for i, value in enumerate(numbers[1:]):
        data[numbers[0] + i] = value & 0xFFFF


def _encoded(line: _Line, labels: Mapping[str, int]) -> int:
    asked = line.tokens[0].upper() == "HYPERCALL"
    name, *operands = line.tokens[asked:] or ("",)
    op = BY_NAME.get(name.upper())
    if op is None:
        raise ParameterError(
            "line={line}: {name} is no instruction; choose one of {names}",
            line=line.number, name=name or "HYPERCALL", names=", ".join(sorted(BY_NAME)),
        )  # fmt: skip
    kinds = OPERATIONS[op].operands
    require(not asked or op in REWRITTEN, "line={line}: {name} needs no hypervisor", line=line.number, name=name)  # fmt: skip
    require(
        len(operands) == len(kinds), "line={line}: {name} takes {count} operands, not {given}",
        line=line.number, name=name, count=len(kinds), given=len(operands),
    )  # fmt: skip
    word = encode(op + HYPER * asked)
    for kind, token in zip(kinds, operands, strict=True):
        word |= _OPERANDS[kind](token, line.number, labels)
    return word


def _register(token: str, line: int, _labels: Mapping[str, int]) -> int:
    most = REGISTERS - 1
    known = token[:1] in "rR" and token[1:].isdecimal() and int(token[1:]) <= most
    require(known, "line={line}: {token} is no register; choose r0 to r{most}", line=line, token=token, most=most)  # fmt: skip
    return int(token[1:])


def _control(token: str, line: int, _labels: Mapping[str, int]) -> int:
    known = token[:2].lower() == "cr" and token[2:].isdecimal() and int(token[2:]) < CONTROL
    require(known, "line={line}: {token} is no control register; choose cr0 to cr{most}", line=line, token=token, most=CONTROL - 1)  # fmt: skip
    return int(token[2:]) << 20


def _number(token: str, line: int, labels: Mapping[str, int]) -> int:
    if token in labels:
        return labels[token]
    try:
        value = int(token, 0)
    except ValueError:
        raise ParameterError("line={line}: {token} is neither a number nor a label", line=line, token=token) from None  # fmt: skip
    require(-0x8000 <= value <= 0xFFFF, "line={line}: {token} does not fit; choose −32768 to 65535", line=line, token=token)  # fmt: skip
    return value


def _place(token: str, line: int, labels: Mapping[str, int]) -> int:
    require(token in labels, "line={line}: there is no label {token}", line=line, token=token)
    return labels[token]


def _memory(token: str, line: int, labels: Mapping[str, int]) -> int:
    found = MEMORY.fullmatch(token)
    if found is None:
        raise ParameterError("line={line}: {token} is no place in memory; write [r1] or [r1+4]", line=line, token=token)  # fmt: skip
    base, sign, offset = found.groups()
    away = _number(f"{sign if sign == '-' else ''}{offset}", line, labels) if offset else 0
    return _register(base, line, labels) << 16 | away & 0xFFFF


_OPERANDS = {
    "d": lambda *said: _register(*said) << 20,
    "b": lambda *said: _register(*said) << 16,
    "r": _register,
    "i": lambda *said: _number(*said) & 0xFFFF,
    "l": _place,
    "c": _control,
    "m": _memory,
}
