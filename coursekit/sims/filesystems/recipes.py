"""Recipes that replace a file: what each crash leaves, in every mode, and programs as texts.

Built on `replace`, which has the rules; here the crashes are put in order (by call and by outcome,
each with the crash that loses least) and judged: a recipe is safe if f is A or B at any moment, and
done if it is B whatever comes after the end. A program is a text, a call a line; # begins a comment.
"""

import re
from dataclasses import dataclass
from functools import cache

from coursekit.sims.filesystems import replace
from coursekit.sims.filesystems.replace import MODES, OPS, PROTOCOLS, Crash, Mode, Outcome, Program
from coursekit.sims.message import ParameterError, require

RECIPES: dict[str, str] = {
    "truncate": "P1",
    "truncate_fsync": "P1s",
    "rename": "P2",
    "fsync_rename": "P3",
    "fsync_rename_dir": "P4",
    "unlink": "P5",
}
OUTCOMES: tuple[Outcome, ...] = ("A", "B", "empty", "absent")
WORST: tuple[Outcome, ...] = ("absent", "empty", "A", "B")
FIRST = "creat f\nwrite f B\n"  # what most programs do
MOST_LINES = 9  # calls of a program: all subsets of their effects are looked at


@dataclass(frozen=True)
class Tried:
    """A program in a mode: a crash for each (calls done, outcome) that is possible."""

    program: Program
    mode: Mode
    found: dict[tuple[int, Outcome], Crash]

    @property
    def any(self) -> tuple[Outcome, ...]:
        """What f can hold after a crash at any moment."""
        return _sorted(outcome for _, outcome in self.found)

    @property
    def after(self) -> tuple[Outcome, ...]:
        """What f can hold after a crash when the program has ended."""
        return _sorted(outcome for at, outcome in self.found if at == len(self.program))

    @property
    def safe(self) -> bool:
        return set(self.any) <= {"A", "B"}

    @property
    def done(self) -> bool:
        return self.after == ("B",)

    def worst(self, *, finished: bool = False) -> Crash:
        """The crash that leaves least, the earliest of them."""
        last = len(self.program)
        keys = [key for key in self.found if not finished or key[0] == last]
        return self.found[min(keys, key=lambda key: (WORST.index(key[1]), key[0]))]


def _sorted(outcomes: object) -> tuple[Outcome, ...]:
    there = set(outcomes)  # type: ignore[call-overload]
    return tuple(each for each in OUTCOMES if each in there)


@cache
def tried(program: Program, mode: Mode) -> Tried:
    """Every crash of a program in a mode."""
    found: dict[tuple[int, Outcome], Crash] = {}
    for each in replace.crashes(program, mode):
        known = found.get((each.at, each.content))
        if known is None or len(each.lost) < len(known.lost):
            found[each.at, each.content] = each
    order = sorted(found, key=lambda key: (key[0], OUTCOMES.index(key[1])))
    return Tried(program, mode, {key: found[key] for key in order})


def recipe(name: str, mode: Mode) -> Tried:
    """A shipped recipe in a mode."""
    require(name in RECIPES, "recipe={name}: choose one of {names}", name=name, names=", ".join(RECIPES))  # fmt: skip
    return tried(PROTOCOLS[RECIPES[name]], mode)


@dataclass(frozen=True)
class Judged:
    """The learner's program in every mode."""

    tries: dict[Mode, Tried]

    @property
    def program(self) -> Program:
        return self.tries["posix"].program

    @property
    def safe(self) -> bool:
        return all(each.safe for each in self.tries.values())

    @property
    def done(self) -> bool:
        return all(each.done for each in self.tries.values())


def judge(text: str) -> Judged:
    """A program's text, tried in all modes; ParameterError names the line that breaks a rule."""
    program = parse(text)
    return Judged({mode: tried(program, mode) for mode in MODES})


def parse(text: str) -> Program:
    """The calls of a text: "write t B" or "write(t, B)"."""
    calls: list[tuple[str, ...]] = []
    for line, said in enumerate(text.splitlines(), 1):
        words = tuple(re.split(r"[\s(),;]+", said.partition("#")[0].strip(" \t();,")))
        if words == ("",):
            continue
        calls.append(words)
        _require_line(calls, line)
    require(bool(calls), "program: write at least one call, as in {example}", example="creat t")
    return tuple(calls)


def _require_line(calls: list[tuple[str, ...]], line: int) -> None:
    op = calls[-1][0]
    require(op in OPS, "line={line}: there is no call {op}; choose one of {ops}", line=line, op=op, ops=", ".join(OPS))  # fmt: skip
    require(len(calls) <= MOST_LINES, "line={line}: at most {most} calls", line=line, most=MOST_LINES)  # fmt: skip
    try:
        replace.effects_of(tuple(calls))
    except ParameterError as why:
        raise ParameterError("line={line}: {why}", line=line, why=why.message) from None
