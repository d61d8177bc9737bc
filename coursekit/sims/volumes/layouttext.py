"""A layout as people write it: a mount point, a size and a kind a line; and whether it will do.

Modelled: lines of three words, `#` comments; all lines of one kind, since `growth` cuts a disk one
way; a task with two conditions: how long it must last, and that a flood of logs stops before /.
Left out: swap and the EFI system partition, whose sizes do not grow. Source: fstab(5), hier(7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.volumes.growth import (
    NEEDS,
    Layout,
    Need,
    Volume,
    full_months,
    home_of,
    judge,
    lasts,
    pooled_full,
    score,
)

__all__ = ["MOST", "TASK_MONTHS", "Check", "Judged", "parse", "tried"]

Kind = Literal["static", "lvm"]
TASK_MONTHS = 36
MOST = 8  # lines


@dataclass(frozen=True)
class Check:
    """A condition of the task, and whether the layout meets it."""

    what: Message
    ok: bool


@dataclass(frozen=True)
class Judged:
    """A layout and what becomes of it: when each volume is full, when the whole is; the task."""

    layout: Layout
    needs: tuple[Need, ...]
    full: tuple[int, ...]
    lasts: int
    best: int
    score: float
    checks: tuple[Check, ...]
    said: tuple[Message, ...]

    @property
    def free(self) -> float:
        """GB that no volume has."""
        return self.layout.disk_gb - sum(each.gb for each in self.layout.volumes)

    @property
    def done(self) -> bool:
        """Whether the task is done."""
        return all(each.ok for each in self.checks)

    def inside(self, path: str) -> tuple[str, ...]:
        """The directories that live in a volume, its own first."""
        homes = {need.path: home_of(need.path, self.layout.volumes) for need in self.needs}
        return tuple(each for each, home in homes.items() if home == path)


def parse(text: str, disk_gb: float) -> Layout:
    """The layout of a text; ParameterError with the line that cannot be taken."""
    volumes, kinds = list[Volume](), list[Kind]()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            try:
                volume, kind = _line(words, volumes, kinds)
            except ParameterError as why:
                raise ParameterError("line {n}: {why}", n=number, why=why.message) from None
            volumes.append(volume)
            kinds.append(kind)
    require(bool(volumes), "the text has no line with a mount point, a size and a kind")
    return Layout(kind=kinds[0], disk_gb=disk_gb, volumes=tuple(volumes))


def _line(words: Sequence[str], before: Sequence[Volume], kinds: Sequence[Kind]) -> tuple[Volume, Kind]:  # fmt: skip
    require(len(words) == 3, "words={n}: write a mount point, a size in GB and a kind, as in /var 60 static", n=len(words))  # fmt: skip
    path, size, kind = words
    require(path.startswith("/"), "path={path}: begin it with /", path=path)
    require(path not in {each.path for each in before}, "path={path}: each mount point once", path=path)  # fmt: skip
    require(len(before) < MOST, "volumes={n}: at most {most}", n=len(before) + 1, most=MOST)
    known = next((each for each in get_args(Kind) if each == kind.lower()), None)
    if known is None:
        raise ParameterError("kind={kind}: choose static or lvm", kind=kind)
    if kinds and known != kinds[0]:
        raise ParameterError("kind={kind}: the lines above say {first}; cut the whole disk in one way", kind=kind, first=kinds[0])  # fmt: skip
    return Volume(path, _size(size)), known


def _size(word: str) -> float:
    digits = word.upper().removesuffix("B").removesuffix("G")
    try:
        size = float(digits)
    except ValueError:
        raise ParameterError("size={word}: write a number of GB, as 60", word=word) from None
    require(0 < size < 1e6, "size={word}: choose more than 0 and less than a million", word=word)
    return size


def tried(layout: Layout, needs: Sequence[Need] = NEEDS) -> Judged:
    """What becomes of a layout if these directories grow, and whether it does the task."""
    end = lasts(layout, needs)
    apart = home_of("/var", layout.volumes) != "/"
    checks = (
        Check(Message.of("nothing is full for {n} months", n=TASK_MONTHS), end >= TASK_MONTHS),
        Check(Message.of("a flood of logs cannot fill /"), apart),
    )
    return Judged(
        layout, tuple(needs), full_months(layout, needs), end, pooled_full(layout.disk_gb, needs),
        score(layout, needs), checks, judge(layout, needs),
    )  # fmt: skip
