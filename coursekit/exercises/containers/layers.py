"""E6.2: reads, writes and deletions on layers seen as one tree."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.containers import overlay
from coursekit.sims.containers.overlay import OPQ, WH, Found, Layer, Mark, Stack
from coursekit.sims.message import require

Op = list[Any]
Marks = dict[str, int | str]
Answer = dict[str, Any]
KINDS = {"read": 2, "write": 3, "delete": 2, "mkdir": 2, "rmdir": 2}  # op -> its length
FOLDERS = ("d", "e", "e/s", "f")
FILES = ("a", "b", "d/x", "d/y", "d/z", "e/x", "e/n", "e/s/x", "e/s/y", "f/x", "f/y")


def overlay_view(layers: list[Marks], ops: list[Op]) -> Answer:
    """Files seen at the end, what the upper layer holds, bytes copied up."""
    return _played(layers, ops)


def _cost(kind: str, found: Found | None, _size: int) -> int:
    """Bytes copied up: the whole lower file that is written to."""
    lower = kind == "write" and found is not None and found.layer > 0
    return found.size or 0 if lower and found else 0


def _same(stack: Stack, _ops: list[Op]) -> Stack:
    return stack


def _played(
    layers: list[Marks], ops: list[Op], *, cost: Callable[[str, Found | None, int], int] = _cost,
    end: Callable[[Stack, list[Op]], Stack] = _same,
) -> Answer:  # fmt: skip
    """The ops in order; the wrong solutions bend what is counted, or what stays at the end."""
    stack, copied = Stack(tuple(layers)), 0
    for op in ops:
        _check(op)
        copied += cost(op[0], overlay.lookup(stack, op[1]), op[2] if op[0] == "write" else 0)
        stack, _bytes = overlay.run(stack, [op])
    stack = end(stack, ops)
    return {"view": overlay.view(stack), "upper": dict(stack.upper), "copied_up": copied}


def _check(op: Op) -> None:
    good = bool(op) and op[0] in KINDS and len(op) == KINDS[op[0]] and isinstance(op[1], str)
    require(
        good and (op[0] != "write" or type(op[2]) is int),
        'op={op}: write ["write", path, size], or ["read", path], delete, mkdir, rmdir likewise',
        op=op,
    )


def _cases(rng: np.random.Generator) -> Args:
    """Layers drawn from the lowest up, then ops, each valid for what is there by then."""
    lowers: list[Layer] = []
    for _each in range(int(rng.integers(2, 6))):
        lowers.insert(0, _layer(rng, Stack(tuple(lowers))))
    stack, ops = Stack(tuple(lowers)), list[Op]()
    for _each in range(int(rng.integers(5, 31))):
        op = _op(rng, stack)
        stack, _bytes = overlay.run(stack, [op])
        ops.append(op)
    return {"layers": [dict(layer) for layer in lowers], "ops": ops}


def _layer(rng: np.random.Generator, below: Stack) -> Marks:
    """Some files; where something lies below, whiteouts and opaque directories too."""
    marks: Marks = {}
    for path in FILES:
        if rng.random() < 0.35 and _free(marks, path):
            hides = overlay.lookup(below, path) is not None and rng.random() < 0.3
            marks[path] = WH if hides else int(rng.integers(1, 100))
    for path in FOLDERS:
        there = overlay.lookup(below, path) is not None and _free(marks, path)
        holds = [mark for name, mark in marks.items() if name.startswith(f"{path}/")]
        if there and rng.random() < 0.2 and (WH not in holds and OPQ not in holds):
            marks[path] = OPQ if holds else WH
    return marks


def _free(marks: Marks, path: str) -> bool:
    """Nothing above the path is marked in this layer yet."""
    return not any(above in marks for above in overlay.ancestors(path))


def _op(rng: np.random.Generator, stack: Stack) -> Op:
    """One op, drawn among those that can be done."""
    found = {path: overlay.lookup(stack, path) for path in (*FILES, *FOLDERS)}
    able = {kind: _able(stack, kind, found) for kind in KINDS}
    kinds = [kind for kind in KINDS if able[kind]]
    weights = np.array([{"write": 4, "delete": 2, "rmdir": 1.2, "mkdir": 2, "read": 1}[kind] for kind in kinds])  # fmt: skip
    kind = str(rng.choice(kinds, p=weights / weights.sum()))
    path = str(rng.choice(able[kind]))
    return [kind, path, int(rng.integers(1, 100))] if kind == "write" else [kind, path]


def _able(stack: Stack, kind: str, found: dict[str, Found | None]) -> list[str]:
    """Paths that this kind of op can be done to."""

    def inside(path: str) -> bool:
        above = path.rpartition("/")[0]
        return not above or found[above] is not None

    if kind == "write":
        return [path for path in FILES if inside(path)]
    if kind in ("read", "delete"):
        return [path for path in FILES if found[path]]
    if kind == "mkdir":
        return [path for path in FOLDERS if not found[path] and inside(path)]
    return [path for path in FOLDERS if found[path] and _plain(stack, path)]


def _plain(stack: Stack, path: str) -> bool:
    """Whether lower layers show a file in the directory, or not the directory at all.

    An empty directory of a lower layer would be a question of taste: the task names none.
    """
    lowers = replace(stack, upper={})
    inside = [name for name in FILES if name.startswith(f"{path}/")]
    seen = any(overlay.lookup(lowers, name) for name in inside)
    return seen or overlay.lookup(lowers, path) is None


def _new_size(kind: str, found: Found | None, size: int) -> int:
    return size if _cost(kind, found, size) else 0


def _every_write(kind: str, found: Found | None, _size: int) -> int:
    return (found.size or 0) if kind == "write" and found else 0


def _reads_too(kind: str, found: Found | None, size: int) -> int:
    return _cost("write" if kind == "read" else kind, found, size)


def _always_hidden(stack: Stack, ops: list[Op]) -> Stack:
    """A whiteout for all that was deleted and is not there, also where nothing lay below."""
    upper: dict[str, Mark] = dict(stack.upper)
    for kind, path, *_rest in ops:
        gone = kind in ("delete", "rmdir") and overlay.lookup(stack, path) is None
        if gone and not any(upper.get(above) == WH for above in overlay.ancestors(path)):
            upper = {name: mark for name, mark in upper.items() if not name.startswith(f"{path}/")}
            upper[path] = WH
    return replace(stack, upper=upper)


def _see_through(stack: Stack, _ops: list[Op]) -> Stack:
    """New directories are not opaque: what lay below comes back."""
    return replace(stack, upper={path: mark for path, mark in stack.upper.items() if mark != OPQ})


LAYERS = Exercise(
    id="E6.2",
    chapter="containers",
    title=mark("See layers as one tree"),
    reference=overlay_view,
    cases=_cases,
    samples=(
        Sample(
            {
                "layers": [{"a": 2, "d/x": "WH", "d/y": 3}, {"a": 1, "d/x": 1, "e/z": 5}],
                "ops": [["read", "a"], ["write", "d/y", 7], ["delete", "a"], ["rmdir", "e"], ["mkdir", "e"], ["write", "e/n", 4]],
            },
            {"view": {"d/y": 7, "e/n": 4}, "upper": {"d/y": 7, "a": "WH", "e": "OPQ", "e/n": 4}, "copied_up": 3},
        ),
        Sample(
            {
                "layers": [{"d": "OPQ", "d/y": 8}, {"a": 6, "d/x": 4}],
                "ops": [["write", "a", 1], ["write", "a", 9], ["write", "b", 2], ["delete", "b"], ["write", "d/x", 5]],
            },
            {"view": {"a": 9, "d/x": 5, "d/y": 8}, "upper": {"a": 9, "d/x": 5}, "copied_up": 6},
        ),
        Sample(
            {
                "layers": [{"a": "WH"}, {"a": 6, "f/x": 4}],
                "ops": [["write", "a", 3], ["delete", "a"], ["rmdir", "f"], ["mkdir", "f"], ["rmdir", "f"]],
            },
            {"view": {}, "upper": {"f": "WH"}, "copied_up": 0},
        ),
    ),
    wrong=(
        Wrong(
            "new size",
            partial(_played, cost=_new_size),
            mark("You count the bytes written: copy-up takes the whole old file, as it is in the lower layer, before the write."),
        ),
        Wrong(
            "every write",
            partial(_played, cost=_every_write),
            mark("You count a copy at every write: a file that the upper layer has already is written in place, nothing is copied up again."),
        ),
        Wrong(
            "reads too",
            partial(_played, cost=_reads_too),
            mark("You copy a file up when it is read: reads are answered by the lower layer itself, only a write copies."),
        ),
        Wrong(
            "always hidden",
            partial(_played, end=_always_hidden),
            mark("You leave a whiteout for everything deleted: it is needed only where a lower layer would show the name again."),
        ),
        Wrong(
            "see through",
            partial(_played, end=_see_through),
            mark("Your new directories show what lower layers had under that name: a directory made anew is opaque."),
        ),
    ),
)  # fmt: skip
