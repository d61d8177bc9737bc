"""Designs of a class, the best first: JSON files, read and scored, never run.

A file is a design (`sims.datacentre.form`) or the text that the lab “a design of your own” shares, which
holds one. Its learner is the name of the file, or of the folder it lies in. What is not a design gets a
line with the reason, after all others.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.exercises.datacentre.mydesign import allowed
from coursekit.i18n import _
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.form import read
from coursekit.sims.datacentre.longrun import live
from coursekit.sims.datacentre.score import PARTS, score
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["Line", "designs", "leaderboard", "text"]

LARGEST = 1_000_000  # bytes of a file
FIELD = "program"  # where the lab keeps its design


@dataclass(frozen=True)
class Line:
    """One learner's place: points, price, single points of failure; `why` there are no points."""

    learner: str
    place: int = 0
    total: float = 0.0
    parts: tuple[float, ...] = ()
    eur: float = 0.0
    spofs: int = 0
    hours: float | None = None
    why: Message | str = ""


def designs(folder: Path) -> dict[str, Path]:
    """The files by learner: NAME.json, or NAME/anything.json."""
    require(folder.is_dir(), "folder={path}: no such folder", path=str(folder))
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.json")):
        inner = path.relative_to(folder).parts
        learner = path.stem if len(inner) == 1 else inner[0]
        require(learner not in found, "learner={name}: two designs, {one} and {two}", name=learner, one=str(found.get(learner)), two=str(path))  # fmt: skip
        found[learner] = path
    require(bool(found), "folder={path}: no design (*.json) in it", path=str(folder))
    return found


def leaderboard(folder: Path, budget: float, years: int = 0, seed: int = 1, *, free: bool = False) -> list[Line]:  # fmt: skip
    """Everyone's line, the best first; equal points share a place, the cheaper one stands first.

    Unless `free`, a design has the chapter's machines and services and keeps to the limits of E14.3.
    """
    require(budget > 0, "budget={budget}: choose more than 0 €", budget=budget)
    lines = [_line(name, path, budget, years, seed, free=free) for name, path in designs(folder).items()]  # fmt: skip
    lines.sort(key=lambda each: (bool(each.why), -each.total, each.eur, each.learner))
    return [_placed(each, lines) for each in lines]


def _placed(line: Line, lines: Sequence[Line]) -> Line:
    if line.why:
        return line
    place = 1 + sum(not each.why and round(each.total, 2) > round(line.total, 2) for each in lines)
    return Line(**{**vars(line), "place": place})


def _line(name: str, path: Path, budget: float, years: int, seed: int, *, free: bool) -> Line:
    try:
        design = _read(path)
        require(free or allowed(design), "design={name}: the seven machines and four services of the chapter, restore_mb_s up to 400, interval_h from 1, ups_min up to 30, mttr_h 24", name=name)  # fmt: skip
    except ParameterError as why:
        return Line(name, why=why.message)
    made = score(design, budget)
    if made.refused:
        return Line(name, eur=made.cost.total, why=made.refused[0])
    hours = float(live(design, years, seed).a_year.mean()) if years else None
    return Line(name, 0, made.total, tuple(made.parts.values()), made.cost.total, len(spof(design)), hours)  # fmt: skip


def _read(path: Path) -> Design:
    size = path.stat().st_size
    require(size <= LARGEST, "{file}: {size} bytes; a design has at most {most}", file=path.name, size=size, most=LARGEST)  # fmt: skip
    data = _json(path.name, path.read_text("utf-8", errors="replace"))
    if isinstance(data, dict) and isinstance(data.get(FIELD), str):
        data = _json(path.name, data[FIELD])
    return read(data)


def _json(name: str, said: str) -> Any:
    try:
        return json.loads(said)
    except (json.JSONDecodeError, RecursionError) as why:
        line = getattr(why, "lineno", 1)
        raise ParameterError("{file}: not JSON at line {line}", file=name, line=line) from None


def text(lines: Iterable[Line]) -> str:
    """The table as CSV; names of columns are the same in every language, reasons are not."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["place", "learner", "score", *PARTS, "eur", "spof", "hours_a_year", "reason"])
    for each in lines:
        good = not each.why
        points = [f"{each.total:.2f}", *(f"{part:.2f}" for part in each.parts)] if good else ["0.00", *[""] * len(PARTS)]  # fmt: skip
        hours = "" if each.hours is None else f"{each.hours:.4f}"
        eur = f"{each.eur:.2f}" if each.eur else ""
        writer.writerow([each.place or "", each.learner, *points, eur, each.spofs if good else "", hours, _(each.why) if each.why else ""])  # fmt: skip
    return out.getvalue()
