"""Costs of a scan and of an index against PostgreSQL's planner."""

import json
from pathlib import Path

import numpy as np
import pytest

from coursekit.sims.databases.cost import (
    DEVICES,
    Table,
    crossover,
    crossover_ms,
    index_cost,
    index_height,
    index_ms,
    pages_read,
    rows_per_page,
    scan_cost,
    scan_ms,
    stored,
    touched,
)
from coursekit.sims.message import ParameterError

RECORD = Path(__file__).parents[2] / "transcripts/databases/names_and_costs.txt"
LINES = [json.loads(line) for line in RECORD.read_text().splitlines()[1:]]
TABLES = {name: (rows, width, pages) for kind, name, rows, width, pages in (line for line in LINES if line[0] == "table")}  # fmt: skip
HDD, _SSD, NVME = DEVICES
SPEC = Table(100_000, 1725)


@pytest.mark.parametrize("name", TABLES)
def test_pages_are_those_of_postgresql(name):
    rows, width, pages = TABLES[name]
    assert stored(rows, width) == Table(rows, pages)


@pytest.mark.parametrize("name, conditions, cost", [line[1:] for line in LINES if line[0] == "scan"])  # fmt: skip
def test_a_scan_costs_what_the_planner_says(name, conditions, cost):
    rows, width, _pages = TABLES[name]
    assert scan_cost(stored(rows, width), conditions) == pytest.approx(cost, abs=0.005)


def test_the_costs_of_the_manual_and_of_the_chapter():
    assert (scan_cost(SPEC), scan_cost(SPEC, 1)) == (2725.0, 2975.0)
    manual = Table(10_000, 358)
    assert (scan_cost(manual), scan_cost(manual, 1)) == (458.0, 483.0)
    assert round(crossover(SPEC), 2) == 678.28
    assert round(crossover(Table(1_000_000, 10_000))) == 4978


@pytest.mark.parametrize("name, found, cost", [(name, found, cost) for kind, name, column, found, cost in (line for line in LINES if line[0] == "index") if column == "far" and found <= TABLES[name][0] // 1000])  # fmt: skip
def test_few_rows_by_the_index_cost_about_what_the_planner_says(name, found, cost):
    """It reckons with pages of the table that come twice, and with leaves of the index."""
    rows, width, _pages = TABLES[name]
    assert index_cost(stored(rows, width), found) == pytest.approx(cost, rel=0.12)


@pytest.mark.parametrize("name, column, turn", [line[1:] for line in LINES if line[0] == "turn"])
def test_where_the_planner_turns_to_the_scan(name, column, turn):
    rows, width, _pages = TABLES[name]
    ours = crossover(stored(rows, width), conditions=1, clustered=column == "near")
    assert 0.5 * turn < ours < 1.5 * turn


def test_rows_in_the_order_of_the_index_do_not_win_up_to_the_last_one():
    """In cost units: each row by the index costs the processor more. In time of the disk they do."""
    table = Table(1_000_000, 10_000)
    assert 0.72 < crossover(table, clustered=True) / table.rows < 0.73
    assert 0.81 < crossover(table, clustered=True, conditions=1) / table.rows < 0.82
    assert crossover_ms(table, HDD, clustered=True) == table.rows
    turns = {name: turn / TABLES[name][0] for kind, name, column, turn in (line for line in LINES if line[0] == "turn") if column == "near"}  # fmt: skip
    assert all(0.5 < share < 0.9 for share in turns.values())


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("height", [0, 3])
@pytest.mark.parametrize("table", [SPEC, Table(10, 10), Table(1, 1), stored(5000, 900)])
def test_at_the_crossover_both_cost_the_same(table, height, clustered):
    at = crossover(table, height=height, conditions=1, clustered=clustered)
    scan = scan_cost(table, 1)
    if at == 0:  # not even one row
        assert index_cost(table, 1, height, clustered=clustered) > scan
    elif at < table.rows:
        assert index_cost(table, at, height, clustered=clustered) == pytest.approx(scan)
    else:
        assert index_cost(table, at, height, clustered=clustered) <= scan


@pytest.mark.parametrize("device", DEVICES, ids=lambda each: each.name)
def test_the_crossover_in_time(device):
    at = crossover_ms(SPEC, device, 3)
    assert index_ms(SPEC, at, device, 3) == pytest.approx(scan_ms(SPEC, device))


def test_times_on_a_disk():
    assert HDD.seq_ms == pytest.approx(0.04096)
    assert scan_ms(SPEC, HDD) == pytest.approx(12.67 + 1724 * 0.04096)
    assert index_ms(SPEC, 100, NVME) == pytest.approx(8.0)
    assert index_ms(SPEC, 0, HDD, 3, clustered=True) == pytest.approx(3 * 12.67)
    assert crossover_ms(SPEC, HDD) < crossover_ms(SPEC, NVME) < crossover(SPEC)


@pytest.mark.parametrize("rows, fan, height", [(1, 100, 1), (100, 100, 1), (101, 100, 2), (10_000, 100, 2), (10**6, 100, 3), (10**9, 100, 5)])  # fmt: skip
def test_height(rows, fan, height):
    assert index_height(rows, fan) == height


def test_pages_of_an_index_scan():
    table = Table(1000, 10)
    assert pages_read(table, 250, clustered=True) == 2.5
    assert pages_read(table, 250, clustered=False) == 250
    assert rows_per_page(108) == 58


def test_few_rows_touch_many_pages():
    rng = np.random.default_rng(13)
    for found in (10, 500, 5000):
        pages = {int(each) // 58 for each in rng.choice(1725 * 58, found, replace=False)}
        assert touched(Table(1725 * 58, 1725), found, clustered=False) == pytest.approx(len(pages) / 1725, rel=0.05)  # fmt: skip
    assert touched(SPEC, 678, clustered=False) > 0.3, "0.7 % of the rows, a third of the pages"
    assert touched(SPEC, 678, clustered=True) == 0.00678


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: Table(0, 1), "rows=0: at least 1"),
        (lambda: Table(5, 6), "pages=6: 1 to 5"),
        (lambda: stored(10, 0), "width=0: 1 to 2000"),
        (lambda: stored(0, 8), "rows=0: at least 1"),
        (lambda: scan_cost(SPEC, -1), "conditions=-1: 0 or more"),
        (lambda: index_cost(SPEC, 100_001), "found=100001: 0 to 100000"),
        (lambda: index_height(5, 1), "fan=1: at least 2"),
    ],
)
def test_what_cannot_be(wrong, says):
    with pytest.raises(ParameterError, match=says):
        wrong()
