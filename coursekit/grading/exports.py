"""The gradebook as CSV: our own table, and those that Moodle and Canvas import.

Moodle (Grades, Import, CSV file): the teacher maps columns to Moodle's. A learner is told by
one column out of user id, ID number, username and email address; grades are plain numbers,
up to 100 unless the site allows more; one user that Moodle does not know stops the import.
Taken from grade/import/csv/classes/load_data.php of Moodle and docs.moodle.org/en/Grade_import.

Canvas (Grades, Import): the first row begins with `Student`, `ID`, here followed by
`SIS User ID`, `SIS Login ID`, `Section`, in this order, then one column an assignment, where
Canvas makes new ones as it needs; the second row is `Points Possible`. A learner is found by
ID, else by SIS ids, else by name. Taken from lib/gradebook_importer.rb of Canvas.

Ids of the platforms come from what they exported, or from columns of the list of learners:
`moodle`, `canvas`, `email`, `username`, `id_number`, `sis_user_id`, `sis_login_id`, `section`.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

from coursekit.exercises import find
from coursekit.grading.gradebook import Entry, by_learner, overall
from coursekit.i18n import _
from coursekit.sims.message import ParameterError

COLUMNS = (
    "learner", "name", "exercise", "final", "score", "passed", "total", "status", "reason",
    "handed_in", "days_late", "override", "override_reason", "override_by", "override_at",
    "same_code", "in_list", "unsandboxed", "note", "sha256",
)  # fmt: skip

POINTS = 100  # of an assignment

_INVISIBLE = "\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_FORMULA = re.compile(f"[{_INVISIBLE}]*[=+\\-@'＝＋－＠]|[\t\r\n]")  # noqa: RUF001

Rows = Iterable[Sequence[str]]


def export(entries: Sequence[Entry], form: str) -> str:
    """The gradebook in one of `FORMATS`."""
    if form not in FORMATS:
        raise ParameterError(
            "format={form}: choose one of {forms}", form=form, forms=", ".join(FORMATS)
        )
    return FORMATS[form](entries)


def table(entries: Sequence[Entry]) -> str:
    """Our own table, with all there is."""
    return _csv((COLUMNS, *map(_row, entries)))


def moodle(entries: Sequence[Entry]) -> str:
    """A row a learner, a column an exercise, and their mean by weight, out of 100."""
    ids = _exercises(entries)
    heads = ["ID number", "Username", "Email address", "Full name", "Moodle number"]
    rows = [
        [
            own.get("id_number", learner),
            *(own.get(column, "") for column in ("username", "email")),
            mine[0].name,
            own.get("moodle", ""),
            *_points(mine, ids),
            _number(POINTS * overall(mine)),
        ]
        for learner, mine in by_learner(entries).items()
        for own in (mine[0].ids,)
    ]
    return _csv(([*heads, *map(_title, ids), "coursekit"], *rows))


def canvas(entries: Sequence[Entry]) -> str:
    """A row a learner, a column an exercise, out of 100."""
    ids = _exercises(entries)
    heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [
        [
            mine[0].name or learner,
            *(own.get(column, "") for column in ("canvas", "sis_user_id")),
            own.get("sis_login_id", learner),
            own.get("section", ""),
            *_points(mine, ids),
        ]
        for learner, mine in by_learner(entries).items()
        for own in (mine[0].ids,)
    ]
    possible = ["    Points Possible", "", "", "", "", *(str(POINTS) for _each in ids)]
    return _csv(([*heads, *map(_title, ids)], possible, *rows))


FORMATS: dict[str, Callable[[Sequence[Entry]], str]] = {
    "csv": table,
    "moodle": moodle,
    "canvas": canvas,
}


def _exercises(entries: Iterable[Entry]) -> list[str]:
    return list(dict.fromkeys(each.mark.exercise for each in entries))


def _title(exercise: str) -> str:
    """The same in every language: an import must find its column again."""
    return f"{exercise} {find(exercise).title}"


def _points(mine: Iterable[Entry], ids: Iterable[str]) -> list[str]:
    """A cell an exercise, empty where there is no row."""
    points = {each.mark.exercise: _number(POINTS * each.final) for each in mine}
    return [points.get(one, "") for one in ids]


def _row(entry: Entry) -> list[str]:
    mark, by_hand = entry.mark, entry.override
    return [
        entry.learner,
        entry.name,
        mark.exercise,
        _number(entry.final, 4),
        _number(mark.score, 4),
        f"{mark.passed:g}",
        str(mark.total),
        mark.status,
        _(mark.reason) if mark.reason else "",
        entry.handed_in,
        str(entry.late.days),
        *([_number(by_hand.score, 4), by_hand.reason, by_hand.who, by_hand.at] if by_hand else [""] * 4),
        str(entry.same_code or ""),
        "" if entry.known else "no",
        "unsandboxed" if entry.unsandboxed else "",
        _(entry.note) if entry.note else "",
        entry.sha256,
    ]  # fmt: skip


def _number(value: float, digits: int = 2) -> str:
    """A decimal point and no exponent, whatever the language: for programs."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _csv(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text)  # lines end as RFC 4180 says; a lone CR or LF in a cell is quoted
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue()


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what looks like one.

    Before an apostrophe too, so that taking one off gives any text back as it was.
    """
    text = text.replace("\0", "")
    return "'" + text if _FORMULA.match(text) else text
