"""Real SQLite, in this process: a log that it wrote, and what it shows of one that was damaged.

Files live in a folder of their own for as long as a question takes. "Killed" means: the files are copied
as they are at that instant, and the copy is opened as after a crash.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.sims.databases.sqlitewal import Leaf, read, write

SALTS = (0x0C0FFEE0, 0x5EED0001)  # SQLite draws them at random; the same ones give the same bytes
TRANSACTIONS = 5
FILE = "course.db"


def connect(path):
    """A connection that begins no transaction by itself and waits for nobody."""
    return sqlite3.connect(path, isolation_level=None, timeout=0)


@cache
def sample():
    """A database and its log: a table made, then five transactions of a row each; the log never copied back."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        with closing(connect(path)) as db:
            db.execute("PRAGMA page_size=4096")
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA wal_autocheckpoint=0")
            db.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)")
            for n in range(1, TRANSACTIONS + 1):
                db.execute("INSERT INTO t(v) VALUES (?)", (f"row {n}",))
            main, log = path.read_bytes(), path.with_name(f"{FILE}-wal").read_bytes()
    frames = read(log).frames
    return main, write([Leaf(each.page, each.data, each.size) for each in frames], salts=SALTS)


@dataclass(frozen=True)
class Answer:
    """What SQLite shows: the rows, or the error instead."""

    rows: tuple[str, ...] = ()
    error: str = ""


def reopened(main, log):
    """What SQLite shows of a database found with this log beside it, as after a crash."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(main)
        path.with_name(f"{FILE}-wal").write_bytes(log)
        with closing(connect(path)) as db:
            try:
                return Answer(tuple(v for (v,) in db.execute("SELECT v FROM t ORDER BY id")))
            except sqlite3.Error as why:
                return Answer(error=str(why))
