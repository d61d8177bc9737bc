"""Anomalies and remedies: the table of the chapter, found by running every interleaving."""

import pytest

from coursekit.sims.databases import anomalies, scripts
from coursekit.sims.databases.anomalies import ANOMALIES, cell, compare
from coursekit.sims.databases.interleave import alone, interleavings, programs
from coursekit.sims.databases.labdb import run
from coursekit.sims.databases.precedence import graph
from coursekit.sims.databases.records import LEVELS
from coursekit.sims.databases.schedules import Schedule
from coursekit.sims.databases.scripts import REMEDIES, SCRIPTS, ended, tried
from coursekit.sims.message import ParameterError

POSSIBLE = {  # 13.3.B; no level that locks what it reads allows any
    "dirty": {"RU"}, "nonrepeatable": {"RU", "RC"}, "phantom": {"RU", "RC"}, "readskew": {"RU", "RC"},
    "lost": {"RU", "RC"}, "writeskew": {"RU", "RC", "SI"},
}  # fmt: skip


@pytest.mark.parametrize("name", ANOMALIES)
def test_the_table_of_the_chapter(name):
    found = {each.level for each in (cell(name, level) for level in LEVELS) if each.possible}
    assert found == POSSIBLE[name]


def test_each_example_shows_what_its_cell_says():
    for row in anomalies.table():
        for each in row:
            assert ANOMALIES[each.anomaly].happened(run(each.level, each.example)) == each.possible
            assert 0 <= each.happens <= each.total
            if each.level in ("RU", "RC", "SI"):
                assert each.level == "SI" or not each.aborts


def test_the_usual_schedule_shows_it_wherever_it_is_possible():
    for row in anomalies.table():
        for each in row:
            assert each.example == ANOMALIES[each.anomaly].schedule


def test_one_after_the_other_never_goes_wrong():
    for name, what in ANOMALIES.items():
        one, other = programs(what.schedule)
        for order in ((one, other), (other, one)):
            serial = Schedule(what.schedule.items, sum(map(alone, order), ()))
            assert not any(what.happened(each) for each in compare(serial)), name


def test_what_the_graph_calls_serialisable_goes_right_without_waiting():
    """The graph reads one version of each row, as RU does."""
    for name, what in ANOMALIES.items():
        if name == "dirty":
            continue  # its writer rolls back, so the graph sees one transaction only
        for schedule in interleavings(programs(what.schedule), what.schedule.items):
            found = run("RU", schedule, states=False)
            if graph(schedule).serialisable and not found.waits:
                assert not what.happened(found), (name, str(schedule))


# Remedies

HELPS = {  # script -> remedy -> the levels at which the rule may still be broken
    "stock": {"plain": {"RU", "RC"}, "lock": set(), "atomic": set(), "constraint": set()},
    "doctors": {"plain": {"RU", "RC", "SI"}, "lock": set(), "atomic": {"RC", "SI"}, "constraint": set()},
    "report": {"plain": {"RU", "RC"}, "lock": set(), "atomic": {"RU"}, "constraint": {"RU", "RC"}},
    "booking": {"plain": {"RU", "RC", "SI"}, "lock": {"SI"}, "atomic": {"RC", "SI"}, "constraint": set()},
    "transfer": {"plain": {"RU", "RC"}, "lock": set(), "atomic": set(), "constraint": {"RU", "RC"}},
}  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
def test_which_remedy_helps_where(script):
    for remedy in REMEDIES:
        broken = {level for level in LEVELS if not tried(script, remedy, level).helps}
        assert broken == HELPS[script][remedy], remedy


@pytest.mark.parametrize("script", SCRIPTS)
def test_serialisable_always_helps_and_one_after_the_other_too(script):
    for remedy in REMEDIES:
        assert tried(script, remedy, "SSI").helps
        assert tried(script, remedy, "S2PL").helps
        variant = SCRIPTS[script].variants[remedy]
        for level in LEVELS:
            end = ended(script, remedy, level, variant.schedule())
            assert not end.broken
            assert not end.again


def test_examples_are_what_they_should_show():
    for script in ("stock", "report", "booking"):
        for row in scripts.table(script):
            for each in row:
                end = ended(script, each.remedy, each.level, each.example)
                assert end.broken == (each.broken > 0)
                assert each.broken or bool(end.again) == (each.again > 0)


def test_units_are_not_torn_apart():
    for each in interleavings(SCRIPTS["doctors"].variants["atomic"].programs(), (("ann", 1), ("bob", 1))):  # fmt: skip
        kinds = [(step.tx, step.kind) for step in each.steps if step.kind != "c"]
        assert [tx for tx, _kind in kinds] in ([1] * 3 + [2] * 3, [2] * 3 + [1] * 3)


def test_a_refused_sale_is_not_tried_again():
    end = ended("stock", "constraint", "RC", SCRIPTS["stock"].variants["constraint"].schedule())
    assert (end.refused, end.again, dict(end.final)) == (True, (), {"stock": 0, "sold1": 1})


@pytest.mark.parametrize("call, says", [
    (lambda: cell("x", "RC"), "anomaly=x: choose one of dirty"), (lambda: tried("x", "plain", "RC"), "script=x: choose one of stock"),
    (lambda: tried("stock", "x", "RC"), "remedy=x: choose one of plain"),
])  # fmt: skip
def test_names_that_are_none_are_refused(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
