"""Experiments with real SQLite, recorded statement by statement: what it answered, which files there were.

Nothing here is foretold: each state holds what SQLite did when the record was made. Two connections
in one process lock each other as two programs would. A connection waits for nobody: it is told at once.
"""

import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from coursekit.i18n import mark
from coursekit.labs.databases.sqlitelive import connect
from coursekit.sims.message import Message, require

EXPERIMENTS = ("kill", "readers", "snapshot", "upgrade")
MODES = ("delete", "wal")
BEGINS = ("deferred", "immediate")
FILES = ("bank.db", "bank.db-journal", "bank.db-wal")
ACCOUNTS, EACH = 100, 100
PADDING = 400  # bytes an account, so that a transaction on all of them is larger than the cache
CACHE = 5  # pages
TOTAL = "SELECT sum(v) FROM acc"
ONE = "SELECT v FROM acc WHERE id=1"

WHY = {  # what is done, how it went, in which mode (None: both)
    ("BEGIN", "ok", None): mark("Nothing is locked yet: such a transaction takes a lock when it first reads or writes."),
    ("BEGIN IMMEDIATE", "ok", None): mark("The right to write is taken at once. Until the end nobody else gets it; readers may go on."),
    ("BEGIN IMMEDIATE", "SQLITE_BUSY", None): mark("Another connection has the right to write: this one is told before it has read anything."),
    ("SELECT", "ok", "delete"): mark("It reads the file under a shared lock. In a transaction the lock is kept to the end."),
    ("SELECT", "ok", "wal"): mark("It reads the file and the log up to the last commit. In a transaction it stays at that point: its snapshot."),
    ("UPDATE", "ok", "delete"): mark("The old page goes into the journal, the new one waits in memory. Readers are still let in."),
    ("UPDATE", "ok", "wal"): mark("The change is made. In the log it counts from its commit on; readers stay where they are."),
    ("UPDATE", "SQLITE_BUSY", "delete"): mark("It is refused: another connection holds a lock that does not go with this. Nothing was changed."),
    ("UPDATE", "SQLITE_BUSY", "wal"): mark("It is refused: another connection has the right to write. Nothing was changed."),
    ("UPDATE", "SQLITE_BUSY_SNAPSHOT", None): mark("It has read an old snapshot, and somebody has written since. Waiting would not help: it must roll back and read again."),
    ("UPDATE alone", "ok", "delete"): mark("A statement by itself is a transaction: the old page into the journal, the new one into the file, the journal deleted."),
    ("UPDATE alone", "ok", "wal"): mark("A statement by itself is a transaction: a frame at the end of the log that says “commit”. Whoever reads is not disturbed."),
    ("END", "ok", None): mark("It had only read: it gives up what it held, the lock or the old view."),
    ("COMMIT", "ok", "delete"): mark("The pages are in the file and the journal is deleted: that deletion is the commit."),
    ("COMMIT", "ok", "wal"): mark("Its last frame in the log says “commit”: that frame is the commit. The database file is not touched."),
    ("COMMIT", "SQLITE_BUSY", None): mark("To write into the file it must be alone, and somebody is still reading. The transaction stays open: it may try again."),
    ("ROLLBACK", "ok", None): mark("It gives up, and with it its locks."),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One statement: who, what, SQLite's answer, or the name of its error."""

    who: str
    sql: str
    answer: str
    error: str = ""


@dataclass(frozen=True)
class State:
    """A moment: the steps so far, the files and their sizes (bytes), the reason."""

    steps: tuple[Step, ...]
    files: tuple[tuple[str, int], ...]
    label: Message
    why: Message


@dataclass(frozen=True)
class Story:
    """A recorded experiment."""

    experiment: str
    mode: str
    states: tuple[State, ...]

    @property
    def lanes(self):
        """Who takes part, in order."""
        return tuple(dict.fromkeys(sorted(each.who for each in self.states[-1].steps)))


class _Recorder:
    """Connections to one database in a folder of its own, and what they were answered."""

    def __init__(self, folder, stack, mode):
        self.folder, self.mode, self.states, self.wrote = Path(folder), mode, [], set()
        self.db = {who: stack.enter_context(closing(connect(self.folder / FILES[0]))) for who in "AB"}  # fmt: skip
        first = self.db["A"]
        first.execute(f"PRAGMA journal_mode={mode}")
        for each in self.db.values():
            each.execute(f"PRAGMA cache_size={CACHE}")
        first.execute("CREATE TABLE acc(id INTEGER PRIMARY KEY, v INT, pad TEXT)")
        first.execute("BEGIN")
        rows = ((n, EACH, "x" * PADDING) for n in range(1, ACCOUNTS + 1))
        first.executemany("INSERT INTO acc VALUES (?, ?, ?)", rows)
        first.execute("COMMIT")
        self.note(
            Message.of("the beginning"),
            Message.of("A bank with {n} accounts of {each}: {total} in all. Two programs, A and B, have the file open.", n=ACCOUNTS, each=EACH, total=ACCOUNTS * EACH),
        )  # fmt: skip

    def files(self):
        return tuple((each.name, each.stat().st_size) for each in sorted(self.folder.iterdir()))

    def note(self, label, why, step=None):
        before = self.states[-1].steps if self.states else ()
        steps = (*before, step) if step else before
        self.states.append(State(steps, self.files(), label, why))

    def do(self, who, sql, why=None):
        """Let a connection do it; returns whether it could."""
        db = self.db[who]
        before = db.in_transaction, who in self.wrote
        step = _asked(db, who, sql)
        if sql.startswith("UPDATE") and not step.error:
            self.wrote.add(who)
        if not db.in_transaction:
            self.wrote.discard(who)
        why = why or self.reason(sql, step, before)
        self.note(Message.of("{who}: {sql}", who=who, sql=sql), why, step)
        return not step.error

    def reason(self, sql, step, before):
        """Why it went as it did; `before`: whether it was in a transaction, and had written in it."""
        inside, wrote = before
        kind = "BEGIN IMMEDIATE" if sql.startswith("BEGIN I") else sql.split()[0]
        if kind == "COMMIT" and not wrote:
            kind = "END"
        outcome = step.error or "ok"
        if kind == "UPDATE" and not inside and outcome == "ok":
            kind = "UPDATE alone"
        text = WHY.get((kind, outcome, self.mode)) or WHY.get((kind, outcome, None))
        return Message(text) if text else Message.of("SQLite answers: {answer}", answer=step.answer)

    def killed(self, files, label, why):
        """The files as they are now, opened elsewhere as after a crash."""
        with TemporaryDirectory() as other:
            for name in files:
                if (self.folder / name).exists():
                    copyfile(self.folder / name, Path(other) / name)
            with closing(connect(Path(other) / FILES[0])) as db:
                step = _asked(db, "⚡", TOTAL)
        self.note(label, why(step), step)


def _asked(db, who, sql):
    try:
        rows = db.execute(sql).fetchall()
    except sqlite3.Error as why:
        name = getattr(why, "sqlite_errorname", type(why).__name__)
        return Step(who, sql, f"{name}: {why}", name)
    return Step(who, sql, ", ".join(str(row[0]) for row in rows) or "OK")


@cache
def record(experiment, mode, begin="deferred"):
    """Do an experiment now and keep what happened."""
    for name, value, values in (("experiment", experiment, EXPERIMENTS), ("mode", mode, MODES), ("begin", begin, BEGINS)):  # fmt: skip
        require(value in values, "{name}={value}: choose one of {options}", name=name, value=value, options=", ".join(values))  # fmt: skip
    with TemporaryDirectory() as folder, ExitStack() as stack:
        recorder = _Recorder(folder, stack, mode)
        first = "BEGIN" if begin == "deferred" else "BEGIN IMMEDIATE"
        {"kill": _kill, "readers": _readers, "snapshot": _snapshot, "upgrade": _upgrade}[experiment](recorder, first)  # fmt: skip
        return Story(experiment, mode, tuple(recorder.states))


SPILLED = {
    True: Message.of("The cache is too small, so new pages go to disk before the commit: at the end of the log, without the mark of a commit. The database file is as it was."),
    False: Message.of("The cache is too small, so new pages are in the database file already, before the commit. The old ones are in the journal beside it."),
}  # fmt: skip


def _whole_wal(step):
    return Message.of("After a crash SQLite finds frames without a commit and does not read them: {answer}, as if A had never begun.", answer=step.answer)  # fmt: skip


def _whole_journal(step):
    return Message.of("After a crash SQLite finds a journal, puts the old pages back and deletes it: {answer}, as if A had never begun.", answer=step.answer)  # fmt: skip


def _alone_wal(step):
    return Message.of("Without the log there is nothing: what was committed before is in it too. SQLite says: {answer}.", answer=step.answer)  # fmt: skip


def _alone_journal(step):
    return Message.of("Without the journal nobody knows of an unfinished transaction: {answer}. Some accounts have the new value, some the old, and nothing gives an error.", answer=step.answer)  # fmt: skip


def _committed(step):
    return Message.of("What was committed is there: {answer}.", answer=step.answer)


def _kill(recorder, _first):
    """A transaction larger than the cache is cut off, then a finished one."""
    wal = recorder.mode == "wal"
    recorder.do("A", "BEGIN")
    recorder.do("A", "UPDATE acc SET v=v+1", SPILLED[wal])
    recorder.killed(FILES, Message.of("killed here: open what is on disk"), _whole_wal if wal else _whole_journal)  # fmt: skip
    recorder.killed(FILES[:1], Message.of("the same, but somebody copied the database file only"), _alone_wal if wal else _alone_journal)  # fmt: skip
    recorder.do("A", "COMMIT")
    recorder.killed(FILES, Message.of("killed after the commit"), _committed)


def _readers(recorder, _first):
    """One reads in a transaction, the other writes."""
    recorder.do("A", "BEGIN")
    recorder.do("A", ONE)
    recorder.do("B", "BEGIN IMMEDIATE")
    recorder.do("B", "UPDATE acc SET v=90 WHERE id=1")
    done = recorder.do("B", "COMMIT")
    recorder.do("A", ONE)
    recorder.do("A", "COMMIT")
    if not done:
        recorder.do("B", "COMMIT")
    recorder.do("A", ONE)


def _snapshot(recorder, first):
    """One reads, the other writes, then the first writes what it has computed from an old value."""
    recorder.do("A", first)
    recorder.do("A", ONE)
    written = recorder.do("B", "UPDATE acc SET v=v-10 WHERE id=1")
    if not recorder.do("A", "UPDATE acc SET v=80 WHERE id=1"):
        recorder.do("A", "ROLLBACK")
        recorder.do("A", "BEGIN IMMEDIATE")
        recorder.do("A", ONE)
        recorder.do("A", "UPDATE acc SET v=70 WHERE id=1")
    recorder.do("A", "COMMIT")
    if not written:
        recorder.do("B", "UPDATE acc SET v=v-10 WHERE id=1")
    recorder.do("B", ONE)


def _upgrade(recorder, first):
    """Both read first and want to write then."""
    recorder.do("A", first)
    recorder.do("A", ONE)
    began = recorder.do("B", first)
    recorder.do("B", ONE)
    recorder.do("A", "UPDATE acc SET v=v-20 WHERE id=1")
    if began:
        recorder.do("B", "UPDATE acc SET v=v-10 WHERE id=1")
    done = recorder.do("A", "COMMIT")
    if began:
        recorder.do("B", "ROLLBACK")
    if not done:
        recorder.do("A", "COMMIT")
    recorder.do("B", "UPDATE acc SET v=v-10 WHERE id=1")
    recorder.do("B", ONE)
