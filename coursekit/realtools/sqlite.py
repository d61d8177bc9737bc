"""SQLite: a process that is killed before or after its COMMIT, and a log that has lost its end.

A child process moves 10 from one account to another and is killed with SIGKILL at a chosen place, in
both journal modes; then the file is opened again. `torn` copies a database with its write-ahead log,
cuts bytes from the log's end or turns one over, and asks SQLite how many rows are left. Source:
SQLite, "Atomic Commit", "Write-Ahead Logging". Left out: a power cut (the kernel keeps what the
process had written), several processes at once.
"""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import find
from coursekit.realtools.source import Source

__all__ = ["SQLITE", "Sqlite", "sqlite"]

SQLITE = Tool("python3", "python3", ("-c", "import sqlite3; print(sqlite3.sqlite_version)"), name="SQLite")  # fmt: skip
BEGIN = """
import sqlite3, sys, time
bank = sqlite3.connect(sys.argv[1], isolation_level=None)
bank.execute("PRAGMA journal_mode = " + sys.argv[2])
def say():
    print("here", flush=True)
    time.sleep(60)
"""
TRANSFER = """
bank.execute("BEGIN IMMEDIATE")
bank.execute("UPDATE account SET held = held - 10 WHERE name = 'A'")
{before}
bank.execute("UPDATE account SET held = held + 10 WHERE name = 'B'")
bank.execute("COMMIT")
{after}
"""
FOREVER = 'print("here", flush=True)\nwhile True:\n' + TRANSFER.format(before="", after="").replace("\nbank", "\n    bank")  # fmt: skip
ROWS = """
for row in range({rows}):
    bank.execute("INSERT INTO row VALUES ({{}})".format(row))
say()
"""


class Sqlite:
    """A folder with databases, asked through a source."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source, self._folder = source, folder

    def killed(self, mode: str, place: str) -> tuple[tuple[int, int], bool]:
        """What both accounts hold after a kill "before" or "after" COMMIT, and whether the file is whole."""
        command = f"journal_mode = {mode}; BEGIN; A − 10; B + 10; COMMIT; kill −9 {place} COMMIT"
        said = self._source.ask(command, lambda: self._killed(mode, place))
        return _read(said)

    def _killed(self, mode: str, place: str) -> str:
        stops = {"before": "", "after": "", place: "say()"}
        file = self._bank(f"{mode}-{place}")
        self._run(file, mode, BEGIN + TRANSFER.format(**stops))
        return _told(file)

    def at_random(self, mode: str, kills: int) -> tuple[bool, bool]:
        """Whether money was never made or lost, and the file never damaged, after kills at any moment."""
        command = f"journal_mode = {mode}; transfers without end; {kills} × kill −9, start again"
        sums = [_read(line) for line in self._source.ask(command, lambda: self._at_random(mode, kills)).splitlines()]  # fmt: skip
        return all(sum(held) == 200 for held, _whole in sums), all(whole for _held, whole in sums)

    def _at_random(self, mode: str, kills: int) -> str:
        file, lines = self._bank(f"{mode}-random"), []
        for number in range(kills):
            self._run(file, mode, BEGIN + FOREVER, 0.003 * number)
            lines.append(_told(file))
        return "\n".join(lines)

    def torn(self, rows: int, cut: int, flip: int | None) -> int:
        """How many of `rows` SQLite finds, each committed by itself, when the log is damaged so."""
        damage = f"cut −{cut} B" if flip is None else f"byte {flip} turned over"
        command = f"{rows} × INSERT, kill −9; log: {damage}; SELECT count(*)"
        return int(self._source.ask(command, lambda: self._torn(rows, cut, flip)))

    def _torn(self, rows: int, cut: int, flip: int | None) -> str:
        file = self._folder / f"torn-{cut}-{flip}.db"
        with closing(sqlite3.connect(file)) as made:
            made.executescript("PRAGMA journal_mode = wal; CREATE TABLE row (n INTEGER)")
        self._run(file, "wal", BEGIN + ROWS.format(rows=rows))
        log = Path(f"{file}-wal")
        data = bytearray(log.read_bytes())
        if flip is not None:
            data[flip] ^= 1
        log.write_bytes(data[: len(data) - cut])
        with closing(sqlite3.connect(file)) as found:
            return str(found.execute("SELECT count(*) FROM row").fetchone()[0])

    def _bank(self, name: str) -> Path:
        file = self._folder / f"{name}.db"
        with closing(sqlite3.connect(file)) as made:
            made.executescript("CREATE TABLE account (name TEXT, held INTEGER); INSERT INTO account VALUES ('A', 100), ('B', 100)")  # fmt: skip
        return file

    def _run(self, file: Path, mode: str, program: str, seconds: float = 0.0) -> None:
        """Run a program until it says that it is there, wait so long, and kill it."""
        process = subprocess.Popen(
            [find("python3") or "python3", "-c", program, str(file), mode],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            assert process.stdout
            process.stdout.readline()
            time.sleep(seconds)
        finally:
            process.kill()
            process.communicate(timeout=10)


def _told(file: Path) -> str:
    with closing(sqlite3.connect(file)) as bank:
        held = [str(each) for (each,) in bank.execute("SELECT held FROM account ORDER BY name")]
        return f"A|{held[0]} B|{held[1]} {bank.execute('PRAGMA integrity_check').fetchone()[0]}"


def _read(said: str) -> tuple[tuple[int, int], bool]:
    one, two, whole = said.split()
    return (int(one.partition("|")[2]), int(two.partition("|")[2])), whole == "ok"


@contextmanager
def sqlite(source: Source) -> Iterator[Sqlite]:
    """Databases in a folder that is gone at the end of the block."""
    with TemporaryDirectory() as made:
        yield Sqlite(source, Path(made))
