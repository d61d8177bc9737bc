"""What is kept of a course's grading: one SQLite file in the folder of marks.

A mark is kept under all that decides it: the learner, the exercise and its version, the
hash of what was handed in, the hidden cases and the way it was run. So a run that was
interrupted, or comes again, makes only the marks that are missing. What learners handed in
is kept as text beside them: marks can be made again without the folder. The course's
secret, the hidden cases and their answers are not in here.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from coursekit.grading.marker import Failure, Mark
from coursekit.grading.roster import Learner, Roster
from coursekit.sims.message import Message, require

FILE = "marks.db"
_WAIT = 30.0  # seconds for another process that is writing

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (chapter TEXT PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS submissions (
    chapter TEXT, learner TEXT, sha256 TEXT NOT NULL, code TEXT NOT NULL, refused TEXT NOT NULL,
    handed_in TEXT NOT NULL, name TEXT NOT NULL, ids TEXT NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (chapter, learner));
CREATE TABLE IF NOT EXISTS marks (
    learner TEXT, exercise TEXT, sha256 TEXT, version TEXT, cases TEXT, means TEXT,
    unsandboxed INTEGER NOT NULL, passed NUMERIC NOT NULL, total INTEGER NOT NULL,
    weight REAL NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, failure TEXT NOT NULL,
    form TEXT NOT NULL, PRIMARY KEY (learner, exercise, sha256, version, cases, means));
CREATE TABLE IF NOT EXISTS overrides (
    number INTEGER PRIMARY KEY, learner TEXT NOT NULL, exercise TEXT NOT NULL,
    score REAL, reason TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS roster (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, ids TEXT NOT NULL);
"""

_JOINED = """
SELECT s.learner, s.sha256, s.refused, s.handed_in, s.name, s.ids, s.note, m.passed,
    m.total, m.weight, m.status, m.reason, m.failure, m.form
FROM submissions s LEFT JOIN marks m ON m.learner = s.learner AND m.sha256 = s.sha256
    AND m.exercise = :exercise AND m.version = :version AND m.cases = :cases AND m.means = :means
WHERE s.chapter = :chapter ORDER BY s.learner
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a chapter is graded: what decides its marks beside what is handed in."""

    chapter: str  # stem of its exercise notebook
    versions: Mapping[str, str]  # exercise -> version of all that decides its mark
    cases: str  # names the secret and whether all get the same cases
    same_cases: bool = False
    secret: str = ""  # path of its file; empty: the one in the folder of marks
    engine: str = ""
    unsandboxed: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)

    @property
    def means(self) -> str:
        """The way a submission is run, as part of a mark's key."""
        return json.dumps([self.engine, self.unsandboxed, dict(self.limits)], sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one learner handed in, read and kept as text; or why it was refused."""

    learner: str
    sha256: str = ""
    code: tuple[str, ...] = ()
    refused: Message | None = None
    handed_in: str = ""  # ISO 8601, UTC
    name: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    note: Message | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """A submission, without its text, and its mark for one exercise, once there is one."""

    taken: Taken
    mark: Mark | None
    form: str = ""


@dataclass(frozen=True, kw_only=True)
class Override:
    """A mark set by hand: it stands, whatever is computed, until it is withdrawn."""

    learner: str
    exercise: str
    score: float
    reason: str
    who: str
    at: str  # ISO 8601, UTC


class Store:
    """The file, for the length of a `with` block."""

    def __init__(self, out: Path, *, new: bool = False) -> None:
        path = out / FILE
        require(new or path.is_file(), "out={out}: no marks in this folder", out=str(out))
        out.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=_WAIT)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing
        with self._db:
            self._db.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def take(self, run: Run, handed_in: Iterable[Taken]) -> None:
        """Replace what is known of a chapter: its run and all that is handed in for it."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?)", (run.chapter, json.dumps(vars(run)))
            )
            self._db.execute("DELETE FROM submissions WHERE chapter = ?", (run.chapter,))
            self._db.executemany(
                "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_submission(run.chapter, each) for each in handed_in),
            )

    def renew(self, run: Run) -> None:
        """Replace the run of a chapter; what is handed in stays."""
        with self._db:
            self._db.execute(
                "UPDATE runs SET settings = ? WHERE chapter = ?",
                (json.dumps(vars(run)), run.chapter),
            )

    def runs(self) -> list[Run]:
        """How each chapter was graded last, in the order of the course."""
        found = self._db.execute("SELECT settings FROM runs ORDER BY chapter")
        return [Run(**json.loads(settings)) for (settings,) in found]

    def code(self, run: Run, learner: str) -> tuple[str, ...]:
        """The text of the code cells a learner handed in."""
        query = "SELECT code FROM submissions WHERE chapter = ? AND learner = ?"
        (text,) = self._db.execute(query, (run.chapter, learner)).fetchone()
        return tuple(json.loads(text))

    def rows(self, run: Run, exercise: str) -> list[Row]:
        """Every submission with its mark for an exercise, by learner."""
        named = {"chapter": run.chapter, "exercise": exercise, "version": run.versions[exercise]}
        found = self._db.execute(_JOINED, {**named, "cases": run.cases, "means": run.means})
        return [_row(exercise, each) for each in found]

    def put(self, run: Run, learner: str, sha256: str, marks: Iterable[tuple[Mark, str]]) -> None:
        """Keep the marks of one submission, each with the form of its code: all or none."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (learner, mark.exercise, sha256, run.versions[mark.exercise], run.cases,
                     run.means, run.unsandboxed, mark.passed, mark.total, mark.weight,
                     mark.status, pack(mark.reason), _packed_failure(mark.failure), form)
                    for mark, form in marks
                ],
            )  # fmt: skip

    def forget(self, run: Run) -> None:
        """Drop the marks made with these versions of the exercises."""
        with self._db:
            self._db.executemany(
                "DELETE FROM marks WHERE exercise = ? AND version = ?", list(run.versions.items())
            )

    def override(self, one: Override) -> None:
        """Keep a mark set by hand; earlier ones stay, the last one counts."""
        self._by_hand(one.learner, one.exercise, one.score, one.reason, one.who, one.at)

    def withdraw(self, last: Override, reason: str, who: str, at: str) -> None:
        """Let what is computed count again; the mark set by hand stays on record."""
        self._by_hand(last.learner, last.exercise, None, reason, who, at)

    def _by_hand(self, *values: str | float | None) -> None:
        with self._db:
            self._db.execute("INSERT INTO overrides VALUES (NULL, ?, ?, ?, ?, ?, ?)", values)

    def overrides(self) -> dict[tuple[str, str], Override]:
        """The marks set by hand that count, by learner and exercise."""
        query = "SELECT learner, exercise, score, reason, who, at FROM overrides ORDER BY number"
        names = ("learner", "exercise", "score", "reason", "who", "at")
        last = {each[:2]: each for each in self._db.execute(query)}
        return {
            key: Override(**dict(zip(names, each, strict=True)))
            for key, each in last.items()
            if each[2] is not None  # withdrawn
        }

    def enrol(self, roster: Roster) -> None:
        """Replace the list of learners."""
        with self._db:
            self._db.execute("DELETE FROM roster")
            self._db.executemany(
                "INSERT INTO roster VALUES (NULL, ?, ?, ?)",
                [(each.id, each.name, json.dumps(dict(each.ids))) for each in roster.learners],
            )

    def roster(self) -> Roster:
        """The list of learners; an empty one where none was given."""
        found = self._db.execute("SELECT id, name, ids FROM roster ORDER BY number")
        return Roster(tuple(Learner(one, name, json.loads(ids)) for one, name, ids in found))


def _submission(chapter: str, one: Taken) -> tuple[str, ...]:
    code, ids = json.dumps(one.code), json.dumps(dict(one.ids))
    told = one.handed_in, one.name, ids, pack(one.note)
    return chapter, one.learner, one.sha256, code, pack(one.refused), *told


def _row(exercise: str, found: Sequence[Any]) -> Row:
    learner, sha256, refused, handed_in, name, ids, note, *marked, form = found
    taken = Taken(
        learner=learner,
        sha256=sha256,
        refused=unpack(refused),
        handed_in=handed_in,
        name=name,
        ids=json.loads(ids),
        note=unpack(note),
    )
    if marked[0] is None:
        return Row(taken=taken, mark=None)
    passed, total, weight, status, reason, failure = marked
    mark = Mark(
        exercise=exercise,
        passed=passed,
        total=total,
        weight=weight,
        status=status,
        reason=unpack(reason),
        failure=_failure(failure),
    )
    return Row(taken=taken, mark=mark, form=form)


def pack(message: Message | None) -> str:
    """A message as JSON text, messages within messages too; empty for none."""
    return "" if message is None else json.dumps(_plain(message))


def unpack(text: str) -> Message | None:
    """The message that `pack` wrote."""
    return _whole(json.loads(text)) if text else None


def _plain(value: Any) -> Any:
    if not isinstance(value, Message):
        return value
    return {"text": value.text, "values": {name: _plain(v) for name, v in value.values.items()}}


def _whole(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    text, values = value["text"], value["values"]
    return Message(text, {name: _whole(v) for name, v in values.items()})


def _packed_failure(one: Failure | None) -> str:
    return "" if one is None else json.dumps([one.call, one.expected, _plain(one.said)])


def _failure(text: str) -> Failure | None:
    if not text:
        return None
    call, expected, said = json.loads(text)
    return Failure(call, expected, _whole(said))
