"""Search filters as text and as a tree.

Modelled: the whole grammar of RFC 4515 with `(&)` and `(|)` of RFC 4526, extensible matches
included; the place of an error; values escaped and a tree written as text. A value is a text; bytes
that are no UTF-8 stay in it as Python's surrogates and fit no syntax. Left out: what servers take
beyond the grammar (spaces between the parentheses, a filter without them). Two stars in a row are
an error, as they are for OpenLDAP. Sources: RFC 4515; RFC 4526.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.directory.dn import PlaceError
from coursekit.sims.message import Message, require

__all__ = ["DEEPEST", "And", "Compare", "Extensible", "Filter", "Not", "Operator", "Or", "Present", "Substring", "escape", "parse", "parts", "unparse"]  # fmt: skip

Operator = Literal["=", ">=", "<=", "~="]
ORDERED: tuple[Operator, ...] = (">=", "<=", "~=")
DEEPEST = 50  # filters in filters
NAME = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9-]+)*")
EXTENSION = re.compile(r"(?P<dn>:[dD][nN])?(?P<rule>:(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*))?:=")  # fmt: skip


@dataclass(frozen=True)
class And:
    """True where every part is."""

    parts: "tuple[Filter, ...]" = ()


@dataclass(frozen=True)
class Or:
    """True where a part is."""

    parts: "tuple[Filter, ...]" = ()


@dataclass(frozen=True)
class Not:
    """The other way round; Undefined stays."""

    part: "Filter"


@dataclass(frozen=True)
class Compare:
    """An attribute against a value."""

    attribute: str
    operator: Operator
    value: str


@dataclass(frozen=True)
class Present:
    """Whether the attribute has a value."""

    attribute: str


@dataclass(frozen=True)
class Substring:
    """Parts of a value in this order; `first` at its begin and `last` at its end, if not empty."""

    attribute: str
    first: str = ""
    inner: tuple[str, ...] = ()
    last: str = ""

    def __post_init__(self) -> None:
        require(
            bool(self.first or self.last or self.inner) and all(self.inner),
            "parts={parts}: a substring filter has a part, and none between two stars is empty",
            parts=list(self.inner),
        )


@dataclass(frozen=True)
class Extensible:
    """A match by a rule; `dn`: the parts of the entry's own name count too."""

    attribute: str
    value: str
    rule: str = ""
    dn: bool = False


Filter = And | Or | Not | Compare | Present | Substring | Extensible


@dataclass
class _Reader:
    """A place in a text that moves on."""

    text: str
    at: int = 0

    def wrong(self, said: Message, at: int | None = None) -> PlaceError:
        place = self.at if at is None else at
        return PlaceError(said.text, **{**said.values, "at": place, "filter": self.text})

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, letter: str) -> None:
        if self.here != letter:
            raise self.wrong(Message.of("filter={filter}: {letter} is missing at place {at}", letter=letter))  # fmt: skip
        self.at += 1


def parse(text: str) -> Filter:
    """The tree of a filter; `PlaceError` says what is wrong and where."""
    reader = _Reader(text)
    found = _filter(reader, DEEPEST)
    if reader.here:
        raise reader.wrong(Message.of("filter={filter}: the filter ends before place {at}; what follows is not part of it"))  # fmt: skip
    return found


def _filter(reader: _Reader, depth: int) -> Filter:
    if not depth:
        raise reader.wrong(Message.of("filter={filter}: more than {most} filters in one another at place {at}", most=DEEPEST))  # fmt: skip
    reader.take("(")
    sign = reader.here
    if sign and sign in "&|!":
        reader.at += 1
        found = _combined(reader, sign, depth - 1)
    else:
        found = _item(reader)
    reader.take(")")
    return found


def _combined(reader: _Reader, sign: str, depth: int) -> Filter:
    if sign == "!":
        return Not(_filter(reader, depth))
    inside = []
    while reader.here == "(":
        inside.append(_filter(reader, depth))
    return (And if sign == "&" else Or)(tuple(inside))


def _item(reader: _Reader) -> Filter:
    start = reader.at
    found = NAME.match(reader.text, start)
    reader.at = found.end() if found else start
    name = found[0] if found else ""
    extension = EXTENSION.match(reader.text, reader.at)
    if extension and (name or extension["rule"]):
        reader.at = extension.end()
        rule = (extension["rule"] or "")[1:]
        return Extensible(name, _value(reader), rule, bool(extension["dn"]))
    if not name:
        raise reader.wrong(Message.of("filter={filter}: the name of an attribute is missing at place {at}"))  # fmt: skip
    for operator in ORDERED:
        if reader.text.startswith(operator, reader.at):
            reader.at += 2
            return Compare(name, operator, _value(reader))
    if reader.here != "=":
        raise reader.wrong(Message.of("filter={filter}: =, >=, <=, ~= or := is missing at place {at}, after {name}", name=name))  # fmt: skip
    reader.at += 1
    return _equal_or_parts(reader, name)


def _equal_or_parts(reader: _Reader, name: str) -> Filter:
    """`=v`, `=*` or `=a*b*c`."""
    pieces = [_piece(reader)]
    while reader.here == "*":
        if len(pieces) > 1 and not pieces[-1]:
            raise reader.wrong(Message.of("filter={filter}: two stars with nothing between them at place {at}"))  # fmt: skip
        reader.at += 1
        pieces.append(_piece(reader))
    if len(pieces) == 1:
        return Compare(name, "=", pieces[0])
    first, *inner, last = pieces
    if not (first or inner or last):
        return Present(name)
    return Substring(name, first, tuple(inner), last)


def _value(reader: _Reader) -> str:
    """A value in which a star has no meaning."""
    found = _piece(reader)
    if reader.here == "*":
        raise reader.wrong(Message.of("filter={filter}: a star stands only after =; as a letter it is \\2a; see place {at}"))  # fmt: skip
    return found


def _piece(reader: _Reader) -> str:
    """Up to a star, a closing parenthesis or the end; escapes become bytes."""
    raw = bytearray()
    while reader.here and reader.here not in "*)":
        letter = reader.here
        if letter in "(\0":
            raise reader.wrong(Message.of("filter={filter}: {letter} inside a value is written \\{code}; see place {at}", letter=repr(letter), code=f"{ord(letter):02x}"))  # fmt: skip
        if letter == "\\":
            raw += _escaped(reader)
            continue
        raw += letter.encode("utf-8", "surrogatepass")
        reader.at += 1
    return raw.decode("utf-8", "surrogateescape")


def _escaped(reader: _Reader) -> bytes:
    digits = reader.text[reader.at + 1 : reader.at + 3]
    if not re.fullmatch("[0-9a-fA-F]{2}", digits):
        raise reader.wrong(Message.of("filter={filter}: after the backslash at place {at} belong two hexadecimal digits"))  # fmt: skip
    reader.at += 3
    return bytes.fromhex(digits)


def escape(value: str) -> str:
    """The value as a filter holds it, whoever typed it."""
    return "".join(_written(letter) for letter in value)


def _written(letter: str) -> str:
    if letter in "*()\\\0":
        return f"\\{ord(letter):02x}"
    if "\ud800" <= letter <= "\udfff":  # a byte that is no UTF-8
        return "".join(f"\\{each:02x}" for each in letter.encode("utf-8", "surrogateescape"))
    return letter


def unparse(tree: Filter) -> str:
    """The text of a tree: `parse` gives the tree back."""
    match tree:
        case And(inside):
            return f"(&{''.join(map(unparse, inside))})"
        case Or(inside):
            return f"(|{''.join(map(unparse, inside))})"
        case Not(part):
            return f"(!{unparse(part)})"
        case Present(name):
            return f"({name}=*)"
        case Compare(name, operator, value):
            return f"({name}{operator}{escape(value)})"
        case Substring(name, first, inner, last):
            return f"({name}={'*'.join(map(escape, (first, *inner, last)))})"
        case Extensible(name, value, rule, dn):
            return f"({name}{':dn' if dn else ''}{f':{rule}' if rule else ''}:={escape(value)})"


def parts(tree: Filter) -> Iterator[Filter]:
    """A tree's own parts, none for a leaf."""
    match tree:
        case And(inside) | Or(inside):
            yield from inside
        case Not(part):
            yield part
