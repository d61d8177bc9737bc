"""What a query costs: reading the whole table, or going through an index for some of its rows.

Modelled: PostgreSQL's cost units (a page read in sequence costs 1, one read at random 4, each row and
each condition a little of the processor); an index whose order has nothing to do with the order of
the rows (each row a page of its own), and one in whose order the rows lie; the same reads as time on a
device. Left out: the cache, several rows of one page that a sorted list of pages would read once
(bitmap scans), parallel plans, the leaves of the index that are read beside the rows.
Source: PostgreSQL 15 manual, 20.7.2 "Planner Cost Constants" and 73.6 "Database Page Layout"; a
recording of PostgreSQL 15 stands beside the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass

from coursekit.sims.message import require

PAGE, PAGE_HEAD, ROW_HEAD, POINTER = 8192, 24, 24, 4  # bytes
SEQ_PAGE, RANDOM_PAGE = 1.0, 4.0
CPU_TUPLE, CPU_INDEX, CPU_OPERATOR = 0.01, 0.005, 0.0025
PER_ROW = CPU_TUPLE + CPU_INDEX + CPU_OPERATOR  # the processor's part of a row by the index
FAN = 366  # entries of a page of an index over a number: 20 bytes each, pages nine tenths full


@dataclass(frozen=True)
class Device:
    """How long a page takes, in milliseconds: in sequence, and at random."""

    name: str
    seq_ms: float
    random_ms: float


DEVICES = (
    Device("hdd", PAGE / 200e3, 12.67),  # 200 MB/s; seek and half a turn
    Device("ssd", PAGE / 500e3, 0.15),
    Device("nvme", PAGE / 3000e3, 0.08),
)


@dataclass(frozen=True)
class Table:
    """A table of so many rows in so many pages of 8 KiB."""

    rows: int
    pages: int

    def __post_init__(self) -> None:
        require(self.rows >= 1, "rows={rows}: at least 1", rows=self.rows)
        require(1 <= self.pages <= self.rows, "pages={pages}: 1 to {rows}, the number of rows", pages=self.pages, rows=self.rows)  # fmt: skip

    @property
    def a_page(self) -> float:
        """Rows of a page, on average."""
        return self.rows / self.pages


def rows_per_page(width: int) -> int:
    """How many rows of `width` bytes of data a page holds: each is padded to a multiple of 8."""
    require(1 <= width <= 2000, "width={width}: 1 to 2000 bytes", width=width)
    row = -(-(ROW_HEAD + width) // 8) * 8 + POINTER
    return (PAGE - PAGE_HEAD) // row


def stored(rows: int, width: int) -> Table:
    """A table of rows of `width` bytes, in pages as full as they get."""
    require(rows >= 1, "rows={rows}: at least 1", rows=rows)
    return Table(rows, -(-rows // rows_per_page(width)))


def index_height(rows: int, fan: int = FAN) -> int:
    """Levels of an index over so many rows, its leaves counted."""
    require(fan >= 2, "fan={fan}: at least 2", fan=fan)
    pages, height = -(-rows // fan), 1
    while pages > 1:
        pages, height = -(-pages // fan), height + 1
    return height


def scan_cost(table: Table, conditions: int = 0) -> float:
    """Cost of reading the whole table, testing so many conditions on each row."""
    require(conditions >= 0, "conditions={conditions}: 0 or more", conditions=conditions)
    return table.pages * SEQ_PAGE + table.rows * (CPU_TUPLE + conditions * CPU_OPERATOR)


def index_cost(table: Table, found: float, height: int = 0, *, clustered: bool = False) -> float:
    """Cost of fetching `found` rows by an index of `height` levels.

    Its pages and those of the rows are read at random; where the rows lie in the index's order
    (`clustered`) only the first one is, and a page is read once for all its rows.
    """
    _part(table, found)
    if not clustered:
        return height * RANDOM_PAGE + found * (RANDOM_PAGE + PER_ROW)
    pages = pages_read(table, found, clustered=True)
    first = RANDOM_PAGE - SEQ_PAGE if found else 0.0
    return height * RANDOM_PAGE + first + pages * SEQ_PAGE + found * PER_ROW


def pages_read(table: Table, found: float, *, clustered: bool) -> float:
    """Pages of the table that an index scan reads: one a row, or one for all the rows in it."""
    _part(table, found)
    return found / table.a_page if clustered else found


def touched(table: Table, found: float, *, clustered: bool) -> float:
    """The share of all pages that hold a wanted row: side by side, or with rows scattered at random."""
    _part(table, found)
    share = found / table.rows
    return share if clustered else 1.0 - (1.0 - share) ** table.a_page


def crossover(table: Table, *, height: int = 0, conditions: int = 0, clustered: bool = False) -> float:  # fmt: skip
    """Rows beyond which the scan is cheaper, at most all of them and at least none."""
    free = index_cost(table, 0, height)
    if clustered:
        free += RANDOM_PAGE - SEQ_PAGE
    a_row = SEQ_PAGE / table.a_page + PER_ROW if clustered else RANDOM_PAGE + PER_ROW
    return _within(table, (scan_cost(table, conditions) - free) / a_row)


def scan_ms(table: Table, device: Device) -> float:
    """Time of reading the whole table, in milliseconds."""
    return device.random_ms + (table.pages - 1) * device.seq_ms


def index_ms(table: Table, found: float, device: Device, height: int = 0, *, clustered: bool = False) -> float:  # fmt: skip
    """Time of fetching rows by an index, in milliseconds: all at random, or the first page only."""
    pages = pages_read(table, found, clustered=clustered)
    if not clustered:
        return (height + pages) * device.random_ms
    return height * device.random_ms + (device.random_ms if found else 0.0) + max(0.0, pages - 1) * device.seq_ms  # fmt: skip


def crossover_ms(table: Table, device: Device, height: int = 0, *, clustered: bool = False) -> float:  # fmt: skip
    """Rows beyond which the scan takes less time on this device, found by halving."""
    whole = scan_ms(table, device)
    return _where(table, lambda found: index_ms(table, found, device, height, clustered=clustered) <= whole)  # fmt: skip


def _where(table: Table, wins: Callable[[float], bool]) -> float:
    """The most rows for which the index still wins; its cost only grows."""
    low, high = 0.0, float(table.rows)
    if wins(high):
        return high
    for _halving in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if wins(middle) else (low, middle)
    return low


def _within(table: Table, found: float) -> float:
    return min(max(found, 0.0), float(table.rows))


def _part(table: Table, found: float) -> None:
    require(0 <= found <= table.rows, "found={found}: 0 to {rows}, the number of rows", found=found, rows=table.rows)  # fmt: skip
