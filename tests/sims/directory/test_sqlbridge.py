"""A filter as SQL, run by SQLite: the same three values, and where a table says something else."""

import sqlite3
from itertools import product

import numpy as np
import pytest

from coursekit.exercises.directory.randomfilters import SCHEMA, entries, random_filter
from coursekit.sims.directory import evaluate, ldapfilter
from coursekit.sims.directory.entries import Entry, Schema
from coursekit.sims.directory.sqlbridge import Clause, where
from coursekit.sims.message import ParameterError

TABLE = Schema({name: syntax for name, syntax in SCHEMA.items() if name != "objectclass" and syntax != "dn"})  # fmt: skip
ENTRIES = [
    Entry(each["dn"], {name: tuple(each[name]) for name in TABLE.attributes if name in each})
    for each in entries()
]


@pytest.fixture(scope="module")
def base():
    connection = sqlite3.connect(":memory:")
    columns = ", ".join(f'"{name}" {"INTEGER" if syntax == "integer" else "TEXT"}' for name, syntax in TABLE.attributes.items())  # fmt: skip
    connection.execute(f"CREATE TABLE entry (id INTEGER, {columns})")
    for number, entry in enumerate(ENTRIES):
        row = [entry.first(name) or None for name in TABLE.attributes]
        connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * (len(row) + 1))})", [number, *row])  # fmt: skip
    yield connection
    connection.close()


def values(base, clause):
    """What SQLite says of the condition for every entry: True, False or None for NULL."""
    rows = base.execute(f"SELECT {clause.text} FROM entry ORDER BY id", clause.values)
    return [None if value is None else bool(value) for (value,) in rows]


def ours(text):
    tree = ldapfilter.parse(text)
    return [evaluate.evaluate(tree, each, TABLE) for each in ENTRIES]


def filters():
    rng, found = np.random.default_rng(7), []
    while len(found) < 300:
        text = random_filter(rng, entries()[len(found) % 8])
        try:
            ldapfilter.parse(text)
        except ParameterError:
            continue
        plain_ascii = all(letter < "\x80" for letter in text) and "\\c3" not in text.lower()
        if plain_ascii and ":dn:" not in text.lower():
            found.append(text)
    return found


def test_sqlite_gives_every_entry_the_same_value(base):
    seen = set()
    for text in filters():
        expected = ours(text)
        assert values(base, where(text, TABLE)) == expected, text
        seen |= set(expected)
    assert seen == {True, False, None}


def test_and_or_not_are_those_of_sql(base):
    said = {True: "TRUE", False: "FALSE", None: "NULL"}
    for one, other in product(said, repeat=2):
        row = base.execute(f"SELECT {said[one]} AND {said[other]}, {said[one]} OR {said[other]}, NOT {said[one]}").fetchone()  # fmt: skip
        both = evaluate.conjunction([one, other]), evaluate.disjunction([one, other]), evaluate.negation(one)  # fmt: skip
        assert [None if each is None else bool(each) for each in row] == list(both)


def test_written_plainly_not_loses_whoever_has_no_value(base):
    text = "(!(mail=alice@lab.example))"
    directory, table = ours(text), values(base, where(text, TABLE, plain=True))
    assert directory.count(True) == 7
    assert table.count(True) == 1  # Chloé, the only other one with an address
    assert table.count(None) == 6
    assert values(base, where(text, TABLE)) == directory


def test_plainly_written_clauses_differ_only_where_a_value_is_absent(base):
    for text in filters():
        for entry, right, plain in zip(ENTRIES, ours(text), values(base, where(text, TABLE, plain=True)), strict=True):  # fmt: skip
            absent = evaluate.absence(ldapfilter.parse(text), entry, TABLE)
            assert right is plain or absent, text


def test_the_clause_of_the_chapter_keeps_values_apart():
    assert where("(&(sn=M*)(!(logonCount>=5)))", TABLE, plain=True) == Clause(
        '("sn" LIKE ? ESCAPE \'\\\') AND (NOT ("logoncount" >= ?))', ("M%", 5)
    )
    assert where("(mail=*)", TABLE).text == '"mail" IS NOT NULL'
    assert where("(nosuchattr=x)", TABLE).text == "NULL"
    hostile = where("(sn=x' OR 1=1 --)", TABLE)
    assert "1=1" not in hostile.text and hostile.values == ("x' OR 1=1 --",)


def test_signs_of_like_are_letters_in_a_filter(base):
    base.execute("INSERT INTO entry (id, sn) VALUES (99, '50%_\\')")
    try:
        asked = where(r"(sn=*0%_\5c*)", TABLE)
        found = base.execute(f"SELECT id FROM entry WHERE {asked.text}", asked.values).fetchall()
        assert found == [(99,)]
        assert base.execute(f"SELECT id FROM entry WHERE {where('(sn=5_*)', TABLE).text}", ("5\\_%",)).fetchall() == []  # fmt: skip
    finally:
        base.execute("DELETE FROM entry WHERE id = 99")
