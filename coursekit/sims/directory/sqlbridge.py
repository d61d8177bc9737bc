"""The same filter as the condition of an SQL query.

Modelled: a table with one column for each attribute, NULL where an entry has no value, and the
filter as a WHERE clause with its values apart (never inside the text: that is how injection works).
AND, OR and NOT are the same three-valued logic: what LDAP calls Undefined is NULL. But an absent
value is False in a directory and NULL in a table, so that NOT finds it here and not there: written
`plain`, the clause has that surprise; else each comparison asks IS NOT NULL first and agrees with the
directory. Left out: several values (a table of their own, and EXISTS), letters beyond ASCII in
any case, chains, classes, `:dn:`. Source: SQL as SQLite runs it, in a test.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.directory import ldapfilter
from coursekit.sims.directory.entries import Schema, Syntax, fits
from coursekit.sims.directory.evaluate import ALL_BITS, ANY_BIT
from coursekit.sims.directory.ldapfilter import (
    And,
    Compare,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substring,
)

__all__ = ["Clause", "where"]

UNDEFINED = "NULL"


@dataclass(frozen=True)
class Clause:
    """A condition with a ? for each value, and the values."""

    text: str
    values: tuple[str | int, ...] = ()


def where(tree: Filter | str, schema: Schema, *, plain: bool = False) -> Clause:
    """The condition of a filter; `plain`: as one would write it first, absent values unasked."""
    root = ldapfilter.parse(tree) if isinstance(tree, str) else tree
    match root:
        case And(parts):
            return _joined(parts, " AND ", "TRUE", schema, plain=plain)
        case Or(parts):
            return _joined(parts, " OR ", "FALSE", schema, plain=plain)
        case Not(part):
            inside = where(part, schema, plain=plain)
            return Clause(f"NOT ({inside.text})", inside.values)
    return _leaf(root, schema, plain=plain)


def _joined(parts: Sequence[Filter], word: str, empty: str, schema: Schema, *, plain: bool) -> Clause:  # fmt: skip
    if not parts:
        return Clause(empty)
    found = [where(each, schema, plain=plain) for each in parts]
    return Clause(word.join(f"({each.text})" for each in found), tuple(value for each in found for value in each.values))  # fmt: skip


def _leaf(tree: Compare | Present | Substring | Extensible, schema: Schema, *, plain: bool) -> Clause:  # fmt: skip
    syntax = schema.syntax(tree.attribute) if tree.attribute else None
    if syntax is None:
        return Clause(UNDEFINED)  # there is no such column
    column = f'"{tree.attribute.lower()}"'
    if isinstance(tree, Present):
        return Clause(f"{column} IS NOT NULL")
    asked = _condition(tree, column, syntax, schema)
    if asked.text == UNDEFINED or plain:
        return asked
    return Clause(f"{column} IS NOT NULL AND {asked.text}", asked.values)


def _condition(tree: Compare | Substring | Extensible, column: str, syntax: Syntax, schema: Schema) -> Clause:  # fmt: skip
    if isinstance(tree, Substring):
        return _like(tree, column) if syntax == "string" else Clause(UNDEFINED)
    if not fits(tree.value, syntax, schema):
        return Clause(UNDEFINED)
    if isinstance(tree, Extensible) and (tree.rule or tree.dn):
        return _bits(tree, column, syntax)
    operator = tree.operator if isinstance(tree, Compare) else "="
    if operator in (">=", "<="):
        return Clause(f"{column} {operator} ?", (int(tree.value),)) if syntax == "integer" else Clause(UNDEFINED)  # fmt: skip
    if syntax == "integer":
        return Clause(f"{column} = ?", (int(tree.value),))
    return Clause(f"LOWER({column}) = LOWER(?)", (tree.value,))


def _bits(tree: Extensible, column: str, syntax: Syntax) -> Clause:
    if syntax != "integer" or tree.dn or tree.rule not in (ALL_BITS, ANY_BIT):
        return Clause(UNDEFINED)
    value = int(tree.value)
    if tree.rule == ALL_BITS:
        return Clause(f"{column} & ? = ?", (value, value))
    return Clause(f"{column} & ? <> 0", (value,))


def _like(tree: Substring, column: str) -> Clause:
    """% between the parts; what LIKE would read as a sign has a backslash."""
    parts = [_plain_letters(each) for each in (tree.first, *tree.inner, tree.last)]
    return Clause(f"{column} LIKE ? ESCAPE '\\'", ("%".join(parts),))


def _plain_letters(text: str) -> str:
    return "".join(f"\\{each}" if each in "%_\\" else each for each in text)
