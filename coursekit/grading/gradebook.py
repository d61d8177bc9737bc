"""The gradebook: a row per learner and exercise, in the order of names, as CSV."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.grading.marker import Mark
from coursekit.i18n import _

COLUMNS = ("learner", "exercise", "score", "passed", "total", "status", "reason", "sha256")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


@dataclass(frozen=True)
class Entry:
    """A learner, the hash of what they handed in, and a mark."""

    learner: str
    sha256: str
    mark: Mark


def table(entries: Iterable[Entry]) -> str:
    """The gradebook as CSV text, the same for the same marks whatever their order."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for entry in sorted(entries, key=lambda each: (each.learner, each.mark.exercise)):
        writer.writerow(_row(entry))
    return text.getvalue()


def _row(entry: Entry) -> list[str]:
    mark = entry.mark
    reason = _(mark.reason) if mark.reason else ""
    cells = [mark.exercise, f"{mark.score:.4g}", str(mark.passed), str(mark.total), mark.status]
    return [inert(cell) for cell in (entry.learner, *cells, reason, entry.sha256)]


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    text = text.replace("\0", "")
    return "'" + text if text.startswith(_FORMULA) else text
