"""Writes what people read, from the store: the gradebook and a page for each learner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading import exports, feedback, gradebook
from coursekit.grading.gradebook import Entry
from coursekit.grading.store import Store


@dataclass(frozen=True, kw_only=True)
class Graded:
    """All marks of a folder, and where they were written."""

    entries: Sequence[Entry]
    gradebook: Path
    pages: Path


def publish(store: Store, out: Path, *, show_cases: bool = False) -> Graded:
    """Write the files of the teacher anew: `gradebook.csv` and a page for each learner."""
    entries = gradebook.entries(store)
    table = out / "gradebook.csv"
    _replace(table, exports.table(entries))
    pages = write_pages(gradebook.by_learner(entries), out, show_cases=show_cases)
    return Graded(entries=entries, gradebook=table, pages=pages)


def write_pages(
    rows: Mapping[str, Sequence[Entry]], out: Path, *, show_cases: bool = False
) -> Path:
    """A page for each learner in `out/feedback`."""
    pages = out / "feedback"
    pages.mkdir(parents=True, exist_ok=True)
    for learner, mine in rows.items():
        page = feedback.page(mine, show_cases=show_cases)
        _replace(pages / feedback.filename(learner), page)
    return pages


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, whenever the program is ended."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text, encoding="utf-8", newline="")
    unfinished.replace(path)
