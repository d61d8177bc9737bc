"""What PostgreSQL says of the names of log files, and what its planner reckons for a few tables.

Run: `python record_names_and_costs.py > names_and_costs.txt`, as root, with PostgreSQL 15 installed. A
cluster of its own lives in a folder of its own, listens on a Unix socket there only, and ends with the
script. A line of the record is JSON. "name": an LSN and its file. "table": its name, rows, bytes of
data of a row, pages. "scan": table, conditions, cost. "index": table, column, rows found, cost of an
index scan. "turn": table, column, the most rows for which the planner takes the index by itself
(bitmap scans and parallel plans off).
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

BIN = Path("/usr/lib/postgresql/15/bin")
LSNS = (
    "3/4F00A1B0", "0/16B374D8", "0/2000000", "0/2000001", "FF/FFFFFFFF", "0/1", "0/1000000", "0/FFFFFF",
    "0/1000001", "0/1FFFFFF", "0/3000028", "0/10000000", "0/FF000000", "0/FF000001", "0/FFFFFFFF", "1/0",
    "1/1", "1/FFFFFF", "1/1000000", "1/1000001", "2/0", "A/BCDEF012", "10/0", "10/1", "FF/FF000000",
    "FF/FF000001", "100/0", "100/1", "ABC/DEF01234", "FFFF/FFFFFFFF", "FFFFFFFF/FFFFFFFF",
)  # fmt: skip
TABLES = (  # name, rows, letters of the text: beside it a row has three numbers of 4 bytes
    ("small", 10_000, 96), ("spec", 100_000, 96), ("thin", 100_000, 8), ("thick", 20_000, 1000), ("big", 1_000_000, 40),
)  # fmt: skip
SETTINGS = "set enable_bitmapscan = off; set max_parallel_workers_per_gather = 0; set jit = off;"


@contextmanager
def cluster():
    """The folder of a cluster of our own, which runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.chown(folder, "postgres")
        data, log = folder / "data", folder / "log"
        as_postgres(BIN / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -h '' -c fsync=off -c autovacuum=off"
        as_postgres(BIN / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            as_postgres(BIN / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def as_postgres(*command):
    done = subprocess.run(["runuser", "-u", "postgres", "--", *map(str, command)], capture_output=True, text=True, check=False, cwd="/")  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def ask(folder, text):
    """The rows of the last statement, a list of texts each."""
    out = as_postgres(BIN / "psql", "-h", folder, "-U", "postgres", "-X", "-q", "-A", "-t", "-F", "\t", "-c", text)  # fmt: skip
    return [line.split("\t") for line in out.splitlines()]


def plan(folder, query, settings=""):
    """The first line of a plan and its whole cost."""
    line = ask(folder, f"{SETTINGS}{settings} explain {query}")[0][0]
    return line, float(re.search(r"cost=[\d.]+\.\.([\d.]+)", line)[1])


def fill(folder, name, rows, letters):
    """`near` grows with the rows, `far` is as good as random (a step prime to the rows)."""
    ask(folder, f"create table {name} (near int, far int, other int, words text)")
    ask(folder, f"insert into {name} select i, (i::bigint * 611953 + 7) % {rows}, 1, repeat('x', {letters - 1}) from generate_series(0, {rows - 1}) i")  # fmt: skip
    ask(folder, f"create index on {name} (near)")
    ask(folder, f"create index on {name} (far)")
    ask(folder, f"vacuum {name}")
    ask(folder, f"set default_statistics_target = 1000; analyze {name}")
    return int(ask(folder, f"select relpages from pg_class where relname = '{name}'")[0][0])


def turn(folder, name, column, rows):
    """The most rows for which the planner takes the index, by halving."""
    low, high = 0, rows
    while high - low > max(1, rows // 2000):
        middle = (low + high) // 2
        line, _cost = plan(folder, f"select * from {name} where {column} < {middle}")
        low, high = (middle, high) if "Index Scan" in line else (low, middle)
    return low


def lines(folder):
    for lsn in LSNS:
        yield ["name", lsn, ask(folder, f"select pg_walfile_name('{lsn}')")[0][0]]
    for name, rows, letters in TABLES:
        yield ["table", name, rows, 12 + 1 + letters - 1 if letters < 127 else 12 + 4 + letters - 1, fill(folder, name, rows, letters)]  # fmt: skip
        for count, condition in enumerate(("true", "other < 9", "other < 9 and other > 0")):
            yield ["scan", name, count, plan(folder, f"select * from {name} where {condition}")[1]]
        for column in ("far", "near"):
            for share in (1000, 100, 10):
                query = f"select * from {name} where {column} < {rows // share}"
                yield ["index", name, column, rows // share, plan(folder, query, "set enable_seqscan = off;")[1]]  # fmt: skip
            yield ["turn", name, column, turn(folder, name, column, rows)]


def main():
    version = as_postgres(BIN / "postgres", "--version").split()[2]
    sys.stdout.write(f"# PostgreSQL {version}, recorded {time.strftime('%Y-%m')}\n")
    with cluster() as folder:
        for line in lines(folder):
            sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
