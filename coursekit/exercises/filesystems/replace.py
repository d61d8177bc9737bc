"""E10.2: what a file can hold after a crash in the middle of its replacement."""

from collections.abc import Callable
from functools import partial

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.filesystems import replace
from coursekit.sims.filesystems.replace import MODES, PROTOCOLS, Crash, Mode
from coursekit.sims.message import ParameterError

Program = list[list[str]]
NAMES = ("f", "t", "old")
_MODES = (0.44, 0.1, 0.23, 0.23)  # each planned mistake must show often enough
_WEIGHTS = (0.03, 0.04, 0.38, 0.07, 0.06, 0.42)  # of the protocols, in their order


def crash_outcomes(program: Program, mode: Mode, finished: bool) -> list[str]:
    """Sorted contents of f that a crash can leave: among "A", "B", "absent", "empty"."""
    return list(replace.outcomes(program, mode, finished=finished))


def _cases(rng: np.random.Generator) -> Args:
    program = _protocol(rng) if rng.random() < 0.8 else _random(rng)
    mode = str(rng.choice(MODES, p=_MODES))
    finished = bool(rng.random() < (0.8 if mode == "posix" else 0.5))
    return {"program": program, "mode": mode, "finished": finished}


def _protocol(rng: np.random.Generator) -> Program:
    """A known order of calls with one left out or one more put in, if that can be called."""
    program = [list(op) for op in PROTOCOLS[str(rng.choice(list(PROTOCOLS), p=_WEIGHTS))]]
    if rng.random() < 0.2:
        program = [["rename", "f", "old"], *program]
    if program[-1][0] == "rename" and rng.random() < 0.4:
        return [*program, ["fsync", "f"]]  # the data are safe, is the name?
    for change in rng.permutation(["drop", "add", "keep", "keep"]):
        new = list(program)
        if change == "drop":
            new.pop(int(rng.integers(len(new))))
        elif change == "add":
            new.insert(int(rng.integers(len(new) + 1)), _call(rng))
        if 2 <= len(new) <= 7 and _possible(new):
            return new
    return [list(op) for op in PROTOCOLS["P3"]]


def _random(rng: np.random.Generator) -> Program:
    program: Program = []
    length = int(rng.integers(2, 8))
    while len(program) < length:
        new = [*program, _call(rng)]
        if _possible(new):
            program = new
    return program


def _call(rng: np.random.Generator) -> list[str]:
    kinds = ["creat", "write", "fsync", "fsyncdir", "rename", "unlink"]
    kind = str(rng.choice(kinds, p=[0.24, 0.26, 0.15, 0.07, 0.18, 0.1]))
    one, two = (str(each) for each in rng.choice(NAMES, 2, replace=False, p=[0.4, 0.45, 0.15]))
    return {"write": [kind, one, "B"], "fsyncdir": [kind], "rename": [kind, one, two]}.get(kind, [kind, one])  # fmt: skip


def _possible(program: Program) -> bool:
    try:
        replace.effects_of(tuple(tuple(op) for op in program))
    except ParameterError:
        return False
    return True


def _left_after(program: Program, mode: Mode, finished: bool, stays: Callable[[Crash], bool]) -> list[str]:  # fmt: skip
    return sorted({each.content for each in replace.crashes(program, mode, finished=finished) if stays(each)})  # fmt: skip


def _in_order(program: Program, mode: Mode, finished: bool) -> list[str]:
    """Believes that a crash keeps all calls before it and nothing else."""
    return _left_after(program, mode, finished, lambda crash: not crash.lost)


def _as_mode(program: Program, mode: Mode, finished: bool, other: Mode) -> list[str]:  # noqa: ARG001
    return crash_outcomes(program, other, finished)


def _without_fsync(program: Program, mode: Mode, finished: bool) -> list[str]:
    return crash_outcomes([op for op in program if not op[0].startswith("fsync")], mode, finished)


def _end_only(program: Program, mode: Mode, finished: bool) -> list[str]:  # noqa: ARG001
    return crash_outcomes(program, mode, finished=True)


def _fsync_names_too(program: Program, mode: Mode, finished: bool) -> list[str]:
    """Adds an fsync of the directory to every fsync of a file."""
    more = [each for op in program for each in ([op, ["fsyncdir"]] if op[0] == "fsync" else [op])]
    return crash_outcomes(more, mode, finished)


_P2 = [list(op) for op in PROTOCOLS["P2"]]
_P5 = [list(op) for op in PROTOCOLS["P5"]]


def _sample(program: Program, mode: str, finished: bool, answer: list[str]) -> Sample:
    return Sample({"program": program, "mode": mode, "finished": finished}, answer)


REPLACE = Exercise(
    id="E10.2",
    chapter="filesystems",
    title=mark("What a crash leaves of a file"),
    reference=crash_outcomes,
    cases=_cases,
    samples=(
        _sample(_P2, "delalloc", False, ["A", "B", "empty"]),
        _sample(_P2, "auto_da_alloc", False, ["A", "B"]),
        _sample([["rename", "f", "old"], *_P2], "delalloc", False, ["A", "B", "absent", "empty"]),
        _sample(_P5, "posix", True, ["A", "B", "absent"]),
        _sample([list(op) for op in PROTOCOLS["P4"]], "posix", True, ["B"]),
    ),
    wrong=(
        Wrong(
            "all that was called",
            _in_order,
            mark("You keep every call before the crash: what no fsync has forced may still be in memory only, and some of it may be lost."),
        ),
        Wrong(
            "fsync forgotten",
            _without_fsync,
            mark("You do not count fsync: what it has forced is on the disk in every crash after it."),
        ),
        Wrong(
            "end only",
            _end_only,
            mark("You look at the end only: when finished is false the crash may come at any moment, before the first call included."),
        ),
        Wrong(
            "posix everywhere",
            partial(_as_mode, other="posix"),
            mark("You apply the posix rule in every mode: in the others what survives of the metadata is a prefix of the program."),
        ),
        Wrong(
            "no rule for rename",
            partial(_as_mode, other="delalloc"),
            mark("You treat every mode as delalloc: look at what a rename over an existing name, or any metadata in ordered, must bring with it."),
        ),
        Wrong(
            "fsync saves the name",
            _fsync_names_too,
            mark("You let fsync of a file save its name too: under posix the directory needs an fsync of its own."),
        ),
    ),
)  # fmt: skip
