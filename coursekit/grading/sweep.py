"""A table of designs, worked out in pieces by the workers that also grade: the same table whoever works."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import as_completed

from coursekit.grading.pool import working
from coursekit.sims.datacentre.score import PARTS
from coursekit.sims.datacentre.sweep import Choice, Row, choices, rows
from coursekit.sims.message import require

__all__ = ["sweep", "text"]

PIECE = 8  # designs that a worker takes at a time


def sweep(
    budget: float, years: int = 0, seed: int = 1, *,
    workers: int = 1, scheduler: str = "", progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Row]:  # fmt: skip
    """Every choice of the chapter, the best first; the order of equal ones is that of their words."""
    require(years >= 0, "years={n}: choose 0 or more", n=years)
    require(budget > 0, "budget={budget}: choose more than 0 €", budget=budget)
    every = choices()
    pieces = [every[at : at + PIECE] for at in range(0, len(every), PIECE)]
    table: list[Row] = []
    with working(workers, scheduler) as (executor, _count):
        futures = [executor.submit(rows, piece, budget, years, seed) for piece in pieces]
        for future in as_completed(futures):
            table += future.result()
            progress(len(table), len(every))
    return sorted(table, key=_place)


def _place(row: Row) -> tuple[float, float, Choice]:
    return -row.total, row.eur, row.choice


def text(table: Iterable[Row]) -> str:
    """The table as CSV, the same in every language."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["hosts", "storage", "doubled", "backup", "racks", "score", *PARTS, "eur", "watts", "spof", "hours_a_year"])  # fmt: skip
    writer.writerows(map(_cells, table))
    return out.getvalue()


def _cells(row: Row) -> Sequence[str]:
    choice = row.choice
    hours = "" if row.hours is None else f"{row.hours:.4f}"
    parts = [f"{each:.2f}" for each in row.parts]
    return [str(choice.hosts), choice.storage, choice.doubled, choice.backup, choice.racks, f"{row.total:.2f}", *parts, f"{row.eur:.2f}", f"{row.watts:.0f}", str(row.spofs), hours]  # fmt: skip
