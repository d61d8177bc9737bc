"""A filter and an entry: True, False or Undefined, at every node of the filter's tree; a search.

Modelled: RFC 4511 4.5.1.7: what the schema does not know, a value that does not fit its syntax and
a rule that the syntax has not are Undefined; a known attribute that is absent is False, so that its
NOT is True; only True finds an entry. Three rules of Active Directory: all bits, any bit, chain of
names. `search` gives entries in the order of the tree, in pages. Lab rules: strings have no order,
~= is =, a rule without attribute is Undefined. Left out: aliases, referrals, rights to read,
numeric names of attributes.
Sources: RFC 4511; RFC 4526; [MS-ADTS] 3.1.1.3.4.4.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from coursekit.sims.directory import dn, ldapfilter
from coursekit.sims.directory.dn import Dn
from coursekit.sims.directory.entries import Entry, Schema, Syntax, fits, normal
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
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["ALL_BITS", "ANY_BIT", "CHAIN", "PAGE", "Found", "Judged", "Scope", "Value", "absence", "conjunction", "disjunction", "evaluate", "in_scope", "judge", "negation", "nodes", "search"]  # fmt: skip

Value = bool | None  # None: Undefined
Scope = Literal["base", "one", "sub"]
Lookup = Callable[[Dn], Entry | None]

ALL_BITS = "1.2.840.113556.1.4.803"
ANY_BIT = "1.2.840.113556.1.4.804"
CHAIN = "1.2.840.113556.1.4.1941"
PAGE = 1000  # entries in one answer of Active Directory


@dataclass(frozen=True)
class Judged:
    """A node of the tree, its value for an entry and why, its parts."""

    node: Filter
    value: Value
    why: Message
    parts: "tuple[Judged, ...]" = ()


def conjunction(values: Sequence[Value]) -> Value:
    """AND: a False decides; else Undefined if there is one."""
    return False if False in values else None if None in values else True


def disjunction(values: Sequence[Value]) -> Value:
    """OR: a True decides; else Undefined if there is one."""
    return True if True in values else None if None in values else False


def negation(value: Value) -> Value:
    """NOT: Undefined stays."""
    return None if value is None else not value


def evaluate(tree: Filter, entry: Entry, schema: Schema, lookup: Lookup | None = None) -> Value:
    """The value of a filter for an entry; without `lookup` the rule of chains is not known."""
    return judge(tree, entry, schema, lookup).value


def judge(tree: Filter, entry: Entry, schema: Schema, lookup: Lookup | None = None) -> Judged:
    """The same with every node's value and reason."""
    inside = tuple(judge(each, entry, schema, lookup) for each in ldapfilter.parts(tree))
    values = [each.value for each in inside]
    match tree:
        case And():
            return Judged(tree, (found := conjunction(values)), _why_and(found, values), inside)
        case Or():
            return Judged(tree, (found := disjunction(values)), _why_or(found, values), inside)
        case Not():
            return Judged(tree, negation(values[0]), _why_not(values[0]), inside)
    value, why = _leaf(tree, entry, schema, lookup)
    return Judged(tree, value, why)


def nodes(judged: Judged, depth: int = 0) -> Iterator[tuple[int, Judged]]:
    """Every node with its depth, as a text is read."""
    yield depth, judged
    for each in judged.parts:
        yield from nodes(each, depth + 1)


def _why_and(found: Value, values: Sequence[Value]) -> Message:
    if not values:
        return Message.of("AND of nothing: no part is False")
    if found is None:
        return Message.of("AND: no part is False, but one is Undefined")
    return Message.of("AND: every part is True") if found else Message.of("AND: a part is False")


def _why_or(found: Value, values: Sequence[Value]) -> Message:
    if not values:
        return Message.of("OR of nothing: no part is True")
    if found is None:
        return Message.of("OR: no part is True, but one is Undefined")
    return Message.of("OR: a part is True") if found else Message.of("OR: every part is False")


def _why_not(value: Value) -> Message:
    if value is None:
        return Message.of("NOT of Undefined stays Undefined")
    return Message.of("NOT: its part is True") if value else Message.of("NOT: its part is False")


Leaf = Compare | Present | Substring | Extensible


def _leaf(tree: Leaf, entry: Entry, schema: Schema, lookup: Lookup | None) -> tuple[Value, Message]:
    """Undefined first, then absent, then the values."""
    name = tree.attribute
    if not name:
        return None, Message.of("a rule without an attribute is not known here")
    syntax = schema.syntax(name)
    if syntax is None:
        return None, Message.of("the schema knows no attribute {name}", name=name)
    said = _undefined(tree, syntax, schema, lookup)
    if said is not None:
        return None, said
    if isinstance(tree, Extensible) and tree.rule == CHAIN:
        return _chain(tree, entry, lookup)
    values = [*entry.values(name), *_own_name(tree, entry)]
    if not values:
        return False, Message.of("the entry has no {name}", name=name)
    if isinstance(tree, Present):
        return True, Message.of("the entry has {name}: {values}", name=name, values=_listed(values))
    for value in values:
        if fits(value, syntax, schema) and _matches(tree, value, syntax, schema):
            return True, Message.of("{value} matches", value=value)
    return False, Message.of("no value of {name} matches: {values}", name=name, values=_listed(values))  # fmt: skip


def _listed(values: Sequence[str]) -> str:
    return "; ".join(values)


def _own_name(tree: Leaf, entry: Entry) -> list[str]:
    """`:dn:` adds the parts of the entry's own name."""
    if not (isinstance(tree, Extensible) and tree.dn):
        return []
    return [value for kind, value in dn.components(entry.name) if kind == tree.attribute.lower()]


def _undefined(tree: Leaf, syntax: Syntax, schema: Schema, lookup: Lookup | None) -> Message | None:
    """Why a leaf can be neither True nor False, if so."""
    no_rule = _no_rule(tree, syntax, lookup)
    if no_rule is not None:
        return no_rule
    asked = (
        [each for each in (tree.first, *tree.inner, tree.last) if each]
        if isinstance(tree, Substring)
        else [] if isinstance(tree, Present) else [tree.value]
    )  # fmt: skip
    for value in asked:
        if not fits(value, syntax, schema):
            return Message.of("{value} is no value of {name}, whose syntax is {syntax}", value=ldapfilter.escape(value) or "''", name=tree.attribute, syntax=syntax)  # fmt: skip
    return None


def _no_rule(tree: Leaf, syntax: Syntax, lookup: Lookup | None) -> Message | None:
    """Whether the syntax lacks what the leaf asks for."""
    match tree:
        case Substring() if syntax != "string":
            return Message.of("a value of syntax {syntax} has no parts to compare", syntax=syntax)
        case Compare(_, (">=" | "<=") as operator, _) if syntax not in ("integer", "time"):
            return Message.of("a value of syntax {syntax} has no order for {operator}", syntax=syntax, operator=operator)  # fmt: skip
        case Extensible(_, _, rule, _) if rule and not _has_rule(rule, syntax, lookup):
            return Message.of("there is no rule {rule} for the syntax {syntax}", rule=rule, syntax=syntax)  # fmt: skip
    return None


def _has_rule(rule: str, syntax: Syntax, lookup: Lookup | None) -> bool:
    if rule == CHAIN:
        return syntax == "dn" and lookup is not None
    return rule in (ALL_BITS, ANY_BIT) and syntax == "integer"


def _matches(tree: Leaf, value: str, syntax: Syntax, schema: Schema) -> bool:
    match tree:
        case Substring():
            return _has_parts(tree, dn.plain(value))
        case Compare(_, operator, asked):
            return _compared(operator, normal(value, syntax), normal(asked, syntax)) or (
                syntax == "class" and schema.is_kind(value, asked)
            )
        case Extensible(_, asked, rule, _) if rule:
            bits = int(value) & int(asked)
            return bits == int(asked) if rule == ALL_BITS else bits != 0
        case Extensible(_, asked, _, _):
            return normal(value, syntax) == normal(asked, syntax) or (
                syntax == "class" and schema.is_kind(value, asked)
            )
    return False


def _compared(operator: str, value: Any, asked: Any) -> bool:
    if operator == ">=":
        return bool(value >= asked)
    return bool(value <= asked) if operator == "<=" else bool(value == asked)


def _has_parts(tree: Substring, value: str) -> bool:
    """First at the begin, last at the end, the others between in their order, none twice."""
    first, last = dn.folded(tree.first), dn.folded(tree.last)
    if not value.startswith(first) or not value.endswith(last) or len(value) < len(first) + len(last):  # fmt: skip
        return False
    at, end = len(first), len(value) - len(last)
    for each in map(dn.folded, tree.inner):
        found = value.find(each, at, end)
        if found < 0:
            return False
        at = found + len(each)
    return True


def _chain(tree: Extensible, entry: Entry, lookup: Lookup | None) -> tuple[Value, Message]:
    """Follows an attribute from name to name, and each name once."""
    target = dn.key(dn.parse(tree.value))
    ahead: list[tuple[str, ...]] = [(value,) for value in entry.values(tree.attribute)]
    seen = set()
    while ahead and lookup is not None:
        path = ahead.pop(0)
        at = dn.key(dn.parse(path[-1]))
        if at == target:
            return True, Message.of("it is reached: {path}", path=" → ".join(path))
        if at not in seen:
            seen.add(at)
            met = lookup(dn.parse(path[-1]))
            ahead += [(*path, value) for value in (met.values(tree.attribute) if met else ())]
    return False, Message.of("no chain of {name} leads there", name=tree.attribute)


def absence(tree: Filter, entry: Entry, schema: Schema) -> tuple[str, ...]:
    """Attributes that a filter asks for, the schema knows and the entry has not."""
    found = [
        node.node.attribute
        for _, node in nodes(judge(tree, entry, schema))
        if not isinstance(node.node, And | Or | Not)
    ]
    return tuple(name for name in dict.fromkeys(found) if schema.syntax(name) and not entry.values(name))  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a search gives: entries with the attributes asked for, in pages."""

    entries: tuple[Entry, ...]
    looked_at: int
    page: int = PAGE

    @property
    def pages(self) -> tuple[tuple[Entry, ...], ...]:
        """As many answers as it takes, one at least."""
        cuts = range(0, max(1, len(self.entries)), self.page)
        return tuple(self.entries[at : at + self.page] for at in cuts)


def in_scope(name: Dn, base: Dn, scope: Scope) -> bool:
    """base: the object itself; one: its children; sub: itself and all below."""
    below = len(name) - len(base)
    return dn.is_under(name, base) and (scope == "sub" or below == ("base", "one").index(scope))


def search(
    entries: Sequence[Entry], schema: Schema, *, base: str, scope: Scope, query: str = "(objectClass=*)",
    attributes: Sequence[str] = ("*",), page: int = PAGE,
) -> Found:  # fmt: skip
    """The entries in scope for which the filter is True."""
    require(scope in get_args(Scope), "scope={scope}: choose base, one or sub", scope=scope)
    require(1 <= page <= PAGE, "page={page}: choose 1 to {most} entries", page=page, most=PAGE)
    tree, above = ldapfilter.parse(query), dn.parse(base)
    by_name = {dn.key(each.name): each for each in entries}
    if above and dn.key(above) not in by_name:
        raise ParameterError("base={base}: no such object", base=base)
    asked = [each for each in entries if in_scope(each.name, above, scope)]
    hits = [each for each in asked if evaluate(tree, each, schema, lambda name: by_name.get(dn.key(name)))]  # fmt: skip
    return Found(tuple(_only(each, attributes) for each in hits), len(asked), page)


def _only(entry: Entry, wanted: Sequence[str]) -> Entry:
    """The entry with the attributes asked for: * all of them, 1.1 none."""
    if "*" in wanted:
        return entry
    lower = {each.lower() for each in wanted}
    kept = {name: values for name, values in entry.attributes.items() if name.lower() in lower}
    return Entry(entry.dn, kept, entry.guid, entry.sid)
