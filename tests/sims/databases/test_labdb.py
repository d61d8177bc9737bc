"""LabDB against the vectors of the chapter, against PostgreSQL, and its own rules."""

import json
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from coursekit.sims.databases.interleave import alone, count, interleavings, programs
from coursekit.sims.databases.labdb import run
from coursekit.sims.databases.precedence import graph
from coursekit.sims.databases.records import DRAFT, LEVELS, sees
from coursekit.sims.databases.schedules import (
    MOST_KEYS,
    MOST_STEPS,
    Schedule,
    Step,
    Value,
    parse,
)
from coursekit.sims.message import ParameterError

RECORD = Path(__file__).parents[2] / "transcripts" / "databases" / "schedules.txt"
LOST = "r1(x) r2(x) w1(x,11) c1 w2(x,11) c2"
ATOMIC = "w1(x,x+1) w2(x,x+1) c1 c2"
SKEW = "r1(x) r1(y) r2(x) r2(y) w1(x,−15) w2(y,−5) c1 c2"
ALL = "committed"


def told(level, text):
    found = run(level, parse(text))
    return [value for _tx, _key, value in found.reads], dict(found.final), tuple(found.status.values())  # fmt: skip


# The notation


@pytest.mark.parametrize(
    "text",
    ["x=10 y=20 r1(x) w2(x,99) c2 a1", "x=1 w1(x,x+1) w1(x,x) w2(y,-5) w2(x,seen-25) w1(z,seen) n1(sal) i2(sal1,3) d2(x) l1(y) c1 c2", "x=1 r1(x) w1(x,0)?>=25 i1(y,1)?<-3 c1"],
)  # fmt: skip
def test_a_schedule_is_written_as_it_was_read(text):
    assert str(parse(text)) == text


def test_defaults_of_the_notation():
    schedule = parse("w3(x)")
    assert schedule.items == (("x", 10), ("y", 20))
    assert schedule.steps == (Step("w", 3, "x", Value("", 3)),)
    assert (schedule.transactions, schedule.keys) == ((3,), ("x", "y"))


@pytest.mark.parametrize("text, says", [
    ("r1(x) read", "position=2: read is no step"), ("r1", "position=1: r1: c and a stand alone"),
    ("c1(x)", "position=1: c1(x): c and a stand alone"), ("r5(x)", "position=1: r5(x): transactions are 1 to 4"),
    ("r1(x,5)", "only w and i give a value"), ("w1(x,y+1)", "a value is a number, x+1 or seen+1"),
    ("i1(x,x+1)", "a new row has no value to add to"), ("r1(seen)", "no row is called seen"),
    ("c1 r1(x)", "position=2: r1(x): transaction 1 has ended already"), ("r1(x) x=3", "position=2: x=3 must stand before"),
    ("", "schedule=: write at least one step"), ("x=1", "schedule=x=1: write at least one step"),
    ("r1(x) " * (MOST_STEPS + 1), f"steps={MOST_STEPS + 1}: at most {MOST_STEPS}"),
    (" ".join(f"r1(k{n})" for n in range(MOST_KEYS)), f"rows={MOST_KEYS + 2}: at most {MOST_KEYS}"),
])  # fmt: skip
def test_what_is_no_schedule_is_explained(text, says):
    with pytest.raises(ParameterError) as why:
        parse(text)
    assert says in str(why.value)


# V13.1


@pytest.mark.parametrize("text, reads, finals, ends", [
    ("w1(x,99) r2(x) a1 c2", {"RU": [99], "*": [10]}, {"*": (10, 20)}, {"*": ("aborted", ALL)}),
    ("r1(x) w2(x,99) c2 r1(x) c1", {"RU": [10, 99], "RC": [10, 99], "*": [10, 10]}, {"*": (99, 20)}, {"*": (ALL, ALL)}),
    (LOST, {"*": [10, 10]}, {"*": (11, 20)}, {"RU": (ALL, ALL), "RC": (ALL, ALL), "*": (ALL, "40001"), "S2PL": (ALL, "40P01")}),
    (ATOMIC, {"*": []}, {"RU": (12, 20), "RC": (12, 20), "S2PL": (12, 20), "*": (11, 20)}, {"SI": (ALL, "40001"), "SSI": (ALL, "40001"), "*": (ALL, ALL)}),
    (SKEW, {"*": [10, 20, 10, 20]}, {"SSI": (-15, 20), "S2PL": (-15, 20), "*": (-15, -5)}, {"SSI": (ALL, "40001"), "S2PL": (ALL, "40P01"), "*": (ALL, ALL)}),
    ("r1(x) w2(x,5) w2(y,25) c2 r1(y) c1", {"RU": [10, 25], "RC": [10, 25], "*": [10, 20]}, {"*": (5, 25)}, {"*": (ALL, ALL)}),
    ("w1(x) w2(y) w1(y) w2(x) c1 c2", {"*": []}, {"*": (1, 1)}, {"*": (ALL, "40P01")}),
    ("r2(x) r2(y) w1(y,40) c1 r3(x) r3(y) c3 w2(x,-21) c2", {"S2PL": [10, 20, 10, 20], "*": [10, 20, 10, 40]}, {"SSI": (10, 40), "*": (-21, 40)}, {"SSI": (ALL, "40001", ALL), "*": (ALL, ALL, ALL)}),
])  # fmt: skip
@pytest.mark.parametrize("level", LEVELS)
def test_the_vectors_of_the_chapter(level, text, reads, finals, ends):
    seen, final, status = told(level, text)
    assert seen == reads.get(level, reads["*"])
    assert tuple(final[key] for key in "xy") == finals.get(level, finals["*"])
    assert status == ends.get(level, ends["*"])


# PostgreSQL

RACE = (  # two wait for one row: after the first UPDATE commits, PostgreSQL lets them race under RC
    "x=10 y=20 w1(x,1) w2(y,2) w3(x,3) w2(x,4) c1 c2 c3",
)
COARSER = (  # PostgreSQL locks what was read by pages of an index: a new row meets readers of others
    "x=10 y=20 r3(y) w1(y,1) r2(y) i3(x3,3) n1(x) i2(x2,2) i2(x3,2) c2 d3(x) c3 c1",
    "x=10 y=20 w1(y,1) r1(x) i3(x3,3) w3(y,3) i2(x2,2) r2(y) i2(x3,2) r1(x) c1 c3 a2",
)


@cache
def recorded():
    head, *lines = RECORD.read_text(encoding="utf-8").splitlines()
    assert head.startswith("# PostgreSQL 15.")
    return [json.loads(line) for line in lines]


def same(each):
    ours = run(each["level"], parse(each["schedule"]))
    waited = sorted(event.step.tx for event in ours.events if event.outcome == "waits")
    return (
        {str(tx): how for tx, how in ours.status.items()} == each["status"]
        and [list(read) for read in ours.reads] == each["reads"]
        and dict(ours.final) == each["final"]
        and waited == sorted(each["waited"])
    )


@pytest.mark.parametrize("level", ["RC", "SI", "SSI"])
def test_postgresql_does_the_same(level):
    """Who was aborted and why, what was read, who waited, what was left."""
    of_level = [each for each in recorded() if each["level"] == level]
    assert len(of_level) > 100
    differ = [each["schedule"] for each in of_level if not same(each)]
    assert differ == list({"RC": RACE, "SI": (), "SSI": COARSER}[level])


def test_a_reader_that_committed_first_endangers_nobody():
    """U → P → V is harmless when U commits before V: PostgreSQL aborts nobody, nor do we."""
    text = "x=10 y=20 r1(y) r2(x) w2(y,1) c1 w3(x,2) c3 c2"
    assert next(each for each in recorded() if (each["level"], each["schedule"]) == ("SSI", text))["status"] == {"1": ALL, "2": ALL, "3": ALL}  # fmt: skip
    assert set(run("SSI", parse(text)).status.values()) == {ALL}


def test_the_sample_of_exercise_13_2():
    text = "r1(x) w2(x,11) w1(x,12) c2 c1"
    assert told("SI", text) == ([10], {"x": 11, "y": 20}, ("40001", ALL))
    assert told("RC", text) == ([10], {"x": 12, "y": 20}, (ALL, ALL))


# Properties over small spaces


def small_space():
    """All pairs of short transactions over two rows, mixed in all ways."""
    steps = ("r{}(x)", "w{}(x,x+1)", "r{}(y)", "w{}(y,y+5)")
    programs_of = [[step.format(tx) for step in pair] for tx in (1, 2) for pair in product(steps, repeat=2)]  # fmt: skip
    half = len(programs_of) // 2
    for one, other in product(programs_of[:half], programs_of[half:]):
        text = " ".join([*one, "c1", *other, "c2"])
        yield from interleavings(programs(parse(text)), parse(text).items)


def serial_ends(schedule):
    """What the transactions give one after the other, in each order: reads by transaction, rows."""
    one, other = programs(schedule)
    for order in ((one, other), (other, one)):
        yield run("RC", Schedule(schedule.items, sum(map(alone, order), ())), states=False)


def by_transaction(found, tx):
    return [(key, value) for who, key, value in found.reads if who == tx]


@pytest.mark.parametrize("level", ["SSI", "S2PL"])
def test_serialisable_levels_give_what_a_serial_order_gives(level):
    """Of all that committed: same reads, same rows as in one of the two orders."""
    mixed = 0
    for schedule in small_space():
        found = run(level, schedule, states=False)
        kept = [tx for tx in (1, 2) if found.status[tx] == ALL]
        steps = tuple(step for step in schedule.steps if step.tx in kept)
        ends = list(serial_ends(schedule)) if len(kept) == 2 else [run("RC", Schedule(schedule.items, steps), states=False)]  # fmt: skip
        assert kept, "somebody always gets through"
        assert any(
            found.final == end.final and all(by_transaction(found, tx) == by_transaction(end, tx) for tx in kept)
            for end in ends
        ), (level, str(schedule))  # fmt: skip
        mixed += len(kept) == 2
    assert mixed > 100


def test_snapshots_stop_all_but_write_skew():
    """Under SI only those go wrong in which each reads what the other one writes."""
    for schedule in small_space():
        found = run("SI", schedule, states=False)
        if found.failed:
            continue
        if not any(found.final == end.final and by_transaction(found, 1) == by_transaction(end, 1) and by_transaction(found, 2) == by_transaction(end, 2) for end in serial_ends(schedule)):  # fmt: skip
            writes = [
                {s.key for s in alone(steps) if s.kind == "w"} for steps in programs(schedule)
            ]
            assert all(writes)
            assert writes[0].isdisjoint(writes[1])


def test_no_level_loses_an_atomic_addition():
    for level in LEVELS:
        for schedule in interleavings(programs(parse(ATOMIC)), (("x", 10),)):
            found = run(level, schedule, states=False)
            assert found.final["x"] == 10 + sum(how == ALL for how in found.status.values())


def test_states_change_nothing_and_tell_all():
    for schedule in list(small_space())[::97]:
        for level in LEVELS:
            quick, full = run(level, schedule, states=False), run(level, schedule)
            assert (quick.events, quick.final, quick.status) == (full.events, full.final, full.status)  # fmt: skip
            assert [state.event for state in full.states] == [None, *full.events]
            assert not quick.states


def test_a_serialisable_schedule_without_locks_in_the_way_runs_as_it_is():
    """The graph reads one version of each row, as RU does: then reads and rows are serial ones."""
    for schedule in small_space():
        found = run("RU", schedule, states=False)
        if not found.waits and graph(schedule).serialisable:
            assert any(
                found.final == end.final and all(by_transaction(found, tx) == by_transaction(end, tx) for tx in (1, 2))
                for end in serial_ends(schedule)
            )  # fmt: skip


def test_locks_are_given_back_and_waiting_ends():
    rng = np.random.default_rng(3)
    for schedule in list(small_space())[:: int(rng.integers(40, 60))]:
        for level in LEVELS:
            last = run(level, schedule).states[-1]
            assert not last.locks and not last.drafts and not last.waiting


# Details


def test_the_first_who_waited_goes_on_first_with_its_queue():
    found = run("RC", parse("w1(x,11) w2(x,12) w3(x,13) r2(x) c2 c1 c3"))
    after = [str(event.step) for event in found.events if event.at in (0, 5)]
    assert after == ["w1(x,11)", "c1"]
    order = [(str(event.step), event.outcome) for event in found.events][6:]
    assert order == [("w2(x,12)", "wrote"), ("r2(x)", "read"), ("c2", "committed"), ("w3(x,13)", "wrote"), ("c3", "committed")]  # fmt: skip


def test_a_condition_looks_at_what_was_read():
    text = "x=10 y=20 r1(x) r1(y) w1(x,seen-25)?>=25 c1 r2(x) r2(y) w2(y,seen-25)?>=25 c2"
    found = run("RC", parse(text))
    assert found.final == {"x": -15, "y": 20}
    assert [event.outcome for event in found.events if event.step.kind == "w"] == ["wrote", "nothing"]  # fmt: skip


def test_a_check_and_a_unique_name_refuse():
    low = run("RC", parse("x=1 w1(x,x-1) w2(x,x-1) c1 c2"), least={"x": 0})
    assert (dict(low.final), dict(low.status)) == ({"x": 0}, {1: ALL, 2: "23514"})
    twice = run("RC", parse("i1(k,1) i2(k,2) c1 c2"))
    assert (twice.final["k"], twice.status[2]) == (1, "23505")
    assert run("RC", parse("i1(k,1) i2(k,2) a1 c2")).final["k"] == 2


def test_a_missing_row_is_not_changed():
    found = run("RC", parse("w1(z,5) c1"))
    assert "z" not in found.final
    assert found.events[0].outcome == "nothing"


def test_an_unknown_level_is_refused():
    with pytest.raises(ParameterError, match="level=RR: choose one of RU, RC, SI, SSI, S2PL"):
        run("RR", parse("c1"))


def test_interleavings_are_counted():
    for text, ways in (("r1(x) c1 r2(x) c2", 6), ("r1(x) c1", 1), ("c1 c2 c3", 6), (SKEW, 70)):
        mixed = programs(parse(text))
        found = list(interleavings(mixed, (("x", 1),)))
        assert len(found) == ways == count([len(each) for each in mixed])
        assert len(set(found)) == ways
        assert all(programs(each) == mixed for each in found)
    longest = programs(parse("r1(x) r1(x) r1(x) c1 r2(x) r2(x) r2(x) c2 r3(x) r3(x) c3"))
    with pytest.raises(ParameterError, match="interleavings=11550: at most 3500"):
        list(interleavings(longest, ()))


@pytest.mark.parametrize("level", LEVELS)
def test_what_a_transaction_sees_is_what_it_reads(level):
    """The version told before a reading is the one that is read."""
    seen = 0
    for schedule in list(small_space())[::31]:
        found = run(level, schedule)
        for before, event in zip(found.states, found.events, strict=False):
            tx, key = event.step.tx, event.step.key
            if event.outcome == "read" and tx in before.snapshots and not event.resumed:
                place = sees(level, before, tx, key)
                draft = before.drafts.get(key, (0, None))[1]
                value = draft if place == DRAFT else before.versions[key][place].value
                assert value == event.value, (str(schedule), str(event.step))
                seen += 1
    assert seen > 50
    assert sees(level, run(level, parse("w1(z,1)")).states[0], 1, "z") is None
