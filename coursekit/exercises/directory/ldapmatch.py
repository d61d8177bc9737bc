"""E12.1: whether a search filter is True, False or Undefined for an entry."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.exercises.directory.randomfilters import SCHEMA, entries, random_filter
from coursekit.i18n import mark
from coursekit.sims.directory import evaluate, ldapfilter
from coursekit.sims.directory.entries import Entry, Schema, Syntax
from coursekit.sims.directory.evaluate import Value
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

Fields = dict[str, Any]  # "dn": a text; every other key: a list of texts
Leaf = Callable[[Filter, Entry, Schema], Value]


def ldap_match(filter: str, entry: Fields, schema: dict[str, Syntax]) -> bool | None:  # noqa: A002  (the name that the task gives)
    """True, False or None for Undefined; ValueError for a text that is no filter."""
    return evaluate.evaluate(ldapfilter.parse(filter), _entry(entry), Schema(schema))


def _entry(fields: Fields) -> Entry:
    values = {name: tuple(each) for name, each in fields.items() if name != "dn"}
    return Entry(fields["dn"], values)


def _cases(rng: np.random.Generator) -> Args:
    people = entries()
    weights = np.array([1, 1, 1, 4, 4, 4, 4, 2])
    entry = people[int(rng.choice(len(people), p=weights / weights.sum()))]
    return {"filter": random_filter(rng, entry), "entry": entry, "schema": dict(SCHEMA)}


def _folded(tree: Filter, entry: Entry, schema: Schema, leaf: Leaf) -> Value:
    """The right tree over leaves that are bent."""
    values = [_folded(each, entry, schema, leaf) for each in ldapfilter.parts(tree)]
    match tree:
        case And():
            return evaluate.conjunction(values)
        case Or():
            return evaluate.disjunction(values)
        case Not():
            return evaluate.negation(values[0])
    return leaf(tree, entry, schema)


def _bent(filter: str, entry: Fields, schema: dict[str, Syntax], *, leaf: Leaf) -> Value:  # noqa: A002
    return _folded(ldapfilter.parse(filter), _entry(entry), Schema(schema), leaf)


def _two_values(tree: Filter, entry: Entry, schema: Schema) -> Value:
    """What cannot be compared does not match."""
    return evaluate.evaluate(tree, entry, schema) or False


def _absent(tree: Filter, entry: Entry, schema: Schema) -> Value:
    """An attribute that the entry has not is taken for one that nobody knows."""
    found = evaluate.evaluate(tree, entry, schema)
    if isinstance(tree, Compare | Substring | Extensible) and not entry.values(tree.attribute):
        return found or None
    return found


def _cased(tree: Filter, entry: Entry, schema: Schema) -> Value:
    """Capital and small letters are told apart in strings."""
    found = evaluate.evaluate(tree, entry, schema)
    if not found or isinstance(tree, Present | And | Or | Not) or schema.syntax(tree.attribute) != "string":  # fmt: skip
        return found
    if isinstance(tree, Substring):
        return any(_in_order(tree, value) for value in entry.values(tree.attribute))
    own = entry.values(tree.attribute)
    named = isinstance(tree, Extensible) and tree.dn
    parts = [value for rdn in entry.name for _, value in rdn] if named else []
    return tree.value in (*own, *parts)


def _in_order(tree: Substring, value: str) -> bool:
    if not (value.startswith(tree.first) and value.endswith(tree.last)):
        return False
    at = len(tree.first)
    for each in tree.inner:
        at = value.find(each, at)
        if at < 0:
            return False
        at += len(each)
    return at <= len(value) - len(tree.last)


def _unread(filter: str, entry: Fields, schema: dict[str, Syntax]) -> Value:  # noqa: A002
    r"""The backslash and its digits stay as they are: \2a is three letters."""
    return ldap_match(filter.replace("\\", r"\5c"), entry, schema)


def _own_name(tree: Filter, entry: Entry, schema: Schema) -> Value:
    """:dn: is read over."""
    asked = replace(tree, dn=False) if isinstance(tree, Extensible) else tree
    return evaluate.evaluate(asked, entry, schema)


_SHOWN: Mapping[str, Any] = {
    "dn": "cn=Chloé Petit,ou=Lyon,dc=lab,dc=example",
    "sn": ["Petit"],
    "logoncount": ["7"],
}
_SHOWN_SCHEMA = {"sn": "string", "ou": "string", "mail": "string", "logoncount": "integer"}


def _sample(filter: str, answer: Any) -> Sample:  # noqa: A002
    return Sample({"filter": filter, "entry": dict(_SHOWN), "schema": _SHOWN_SCHEMA}, answer)


MATCH = Exercise(
    id="E12.1",
    chapter="directory",
    title=mark("Match a search filter: true, false or undefined"),
    reference=ldap_match,
    cases=_cases,
    raises=True,
    samples=(
        _sample("(&(logonCount>=5)(ou:dn:=LYON))", True),
        _sample("(!(mail=*))", True),
        _sample("(logonCount=abc)", None),
        _sample("(|(department=IT)(sn=martin))", None),
        _sample("(&(department=IT)(sn=martin))", False),
        _sample("(sn=a(b))", {"$raises": "ValueError"}),
    ),
    wrong=(
        Wrong(
            "two values",
            partial(_bent, leaf=_two_values),
            mark("You give False where nothing can be compared: an attribute outside the schema, a value that is none of its syntax and a rule that there is not are Undefined, and so is their NOT."),
        ),
        Wrong(
            "absent is undefined",
            partial(_bent, leaf=_absent),
            mark("You give Undefined for an attribute that the schema knows and the entry has not: that is False, so its NOT is True."),
        ),
        Wrong(
            "case counts",
            partial(_bent, leaf=_cased),
            mark("You tell capital letters from small ones: strings are compared without case, in parts of a value too."),
        ),
        Wrong(
            "escapes not read",
            _unread,
            mark("You leave escapes as they stand: a backslash and two hexadecimal digits are one byte of the value, and two bytes may be one letter in UTF-8; other things after a backslash are an error."),
        ),
        Wrong(
            "own name not asked",
            partial(_bent, leaf=_own_name),
            mark("You read over :dn:: with it the parts of the entry’s own name count as values too."),
        ),
    ),
)  # fmt: skip
