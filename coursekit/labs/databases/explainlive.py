"""A table in real SQLite: its plan for a query, and what the query really took.

Pages: how many of 4096 bytes this thread read from the file, counted by the kernel (Linux; elsewhere
unknown), with an empty cache. Steps: instructions of SQLite's own machine. Both are counts, not times.
"""

from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.labs.databases.sqlitelive import FILE, connect
from coursekit.sims.message import require

PAGE = 4096
SHOPS = 10
A_CUSTOMER = 20  # orders
ROWS = (100, 1000, 10_000)
INDEXES = {
    "none": (), "customer": ("customer",), "amount": ("customer, amount",), "shop": ("shop",), "day": ("day",), "both": ("customer", "shop"),
}  # fmt: skip
QUERIES = {
    "id": "SELECT * FROM orders WHERE id = 5",
    "customer": "SELECT * FROM orders WHERE customer = 5",
    "only": "SELECT amount FROM orders WHERE customer = 5",
    "shop": "SELECT * FROM orders WHERE shop = 3",
    "day": "SELECT * FROM orders WHERE day < 10",
    "sum": "SELECT * FROM orders WHERE customer + 0 = 5",
    "two": "SELECT * FROM orders WHERE shop = 3 AND customer = 5",
    "order": "SELECT * FROM orders ORDER BY customer LIMIT 10",
}
_PRIME = 7919  # spreads the customers over the table, the same way each time
_KNUTH = 2_654_435_761  # and the shops: neighbours in the table live anywhere
_IO = Path("/proc/thread-self/io")


@dataclass(frozen=True)
class Measured:
    """A query: its plan, the rows it gave, what it took. `pages` None: nobody counts them here."""

    plan: tuple[str, ...]
    rows: int
    steps: int
    pages: int | None
    size: int  # pages of the file


@cache
def _database(rows, index, analyzed):
    """The file's bytes: orders of customers and shops spread over the table, in the order of their day (0 to 99)."""
    customers = max(1, rows // A_CUSTOMER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        with closing(connect(path)) as db:
            db.execute("PRAGMA page_size=4096")
            db.execute("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT, day INT, shop INT, amount INT, note TEXT)")  # fmt: skip
            db.execute("BEGIN")
            db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", (
                (n, 1 + n * _PRIME % customers, n * 100 // rows, (n * _KNUTH >> 16) % SHOPS, n * _PRIME % 1000, "x" * 60) for n in range(rows)
            ))  # fmt: skip
            for columns in INDEXES[index]:
                db.execute(f"CREATE INDEX by_{columns.replace(', ', '_')} ON orders({columns})")
            db.execute("COMMIT")
            if analyzed:
                db.execute("ANALYZE")
        return path.read_bytes()


@cache
def measure(rows, index, analyzed, query):
    """Ask once and count."""
    require(rows in ROWS, "rows={n}: choose one of {rows}", n=rows, rows=", ".join(map(str, ROWS)))
    require(index in INDEXES, "index={name}: choose one of {names}", name=index, names=", ".join(INDEXES))  # fmt: skip
    require(query in QUERIES, "query={name}: choose one of {names}", name=query, names=", ".join(QUERIES))  # fmt: skip
    data, sql = _database(rows, index, analyzed), QUERIES[query]
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(data)
        with closing(connect(path)) as db:
            plan = tuple(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))
        steps, _pages, _found = _asked(path, sql, count=True)
        _steps, pages, found = _asked(path, sql, count=False)
    return Measured(plan, found, steps, pages, len(data) // PAGE)


def _asked(path, sql, *, count):
    """Steps, pages and rows of a query on a connection with an empty cache."""
    done = 0

    def step():
        nonlocal done
        done += 1

    with closing(connect(path)) as db:
        db.execute("PRAGMA mmap_size=0")
        db.execute("PRAGMA cache_size=-65536")
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if count:
            db.set_progress_handler(step, 1)
        before = _read()
        found = len(db.execute(sql).fetchall())
        after = _read()
    known = before is not None and after is not None
    return done, (after - before) // PAGE if known else None, found


def _read():
    """Bytes that this thread has read so far, as the kernel counts them."""
    with suppress(OSError, StopIteration):
        lines = _IO.read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("rchar")).split()[1])
    return None
