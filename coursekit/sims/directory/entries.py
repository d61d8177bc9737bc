"""An entry of a directory, and the schema that says which values an attribute may have.

Modelled: six syntaxes, names of attributes without case, classes with their superclasses; what is
a value of a syntax and when two values are the same. Lab rules: a number has no zero in front, a
moment is `YYYYmmddHHMMSSZ` with any fraction. Left out: single-valued attributes, classes that demand
attributes, options such as `;lang-fr`. Sources: RFC 4512; RFC 4517.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from coursekit.sims.directory import dn
from coursekit.sims.directory.dn import Dn, PlaceError
from coursekit.sims.message import require

__all__ = ["SAMPLE_SCHEMA", "Entry", "Schema", "Syntax", "fits", "normal"]

Syntax = Literal["string", "integer", "boolean", "dn", "class", "time"]
NUMBER = re.compile(r"0|-?[1-9][0-9]*")
MOMENT = re.compile(r"([0-9]{14})(?:[.,]([0-9]+))?Z")


@dataclass(frozen=True)
class Schema:
    """Attributes (lower case) and their syntax; classes and the one above each."""

    attributes: Mapping[str, Syntax]
    classes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, syntax in self.attributes.items():
            require(syntax in get_args(Syntax), "{name}={syntax}: choose one of {choices}", name=name, syntax=syntax, choices=", ".join(get_args(Syntax)))  # fmt: skip
            require(name == name.lower(), "attribute={name}: write it in lower case", name=name)

    def syntax(self, attribute: str) -> Syntax | None:
        """None for an attribute that the schema does not know."""
        return self.attributes.get(attribute.lower())

    @cached_property
    def _classes(self) -> Mapping[str, str]:
        return {name.lower(): name for name in self.classes}

    def knows_class(self, name: str) -> bool:
        """Whether there is such a class; a schema without classes takes all."""
        return not self.classes or name.lower() in self._classes

    def lineage(self, name: str) -> tuple[str, ...]:
        """A class and those above it, as the schema writes them."""
        found, at = list[str](), self._classes.get(name.lower(), name)
        while at and at not in found:
            found.append(at)
            at = self.classes.get(at, "")
        return tuple(found)

    def is_kind(self, name: str, asked: str) -> bool:
        """Whether a class is another one or below it."""
        return asked.lower() in (each.lower() for each in self.lineage(name))


@dataclass(frozen=True)
class Entry:
    """An object: its name, its attributes as they are written, its identity."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]
    guid: str = ""
    sid: str = ""

    @cached_property
    def name(self) -> Dn:
        """The name, taken apart."""
        return dn.parse(self.dn)

    @cached_property
    def _lower(self) -> Mapping[str, tuple[str, ...]]:
        return {name.lower(): values for name, values in self.attributes.items()}

    def values(self, attribute: str) -> tuple[str, ...]:
        """The values of an attribute, none where it is absent."""
        return self._lower.get(attribute.lower(), ())

    def first(self, attribute: str) -> str:
        """Its first value, or an empty text."""
        return next(iter(self.values(attribute)), "")

    @property
    def label(self) -> str:
        """The value of the first part of its name."""
        return self.name[0][0][1] if self.name else ""


def fits(value: str, syntax: Syntax, schema: Schema) -> bool:
    """Whether a text is a value of a syntax."""
    if not value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return False
    match syntax:
        case "integer":
            return NUMBER.fullmatch(value) is not None
        case "boolean":
            return value in ("TRUE", "FALSE")
        case "time":
            return MOMENT.fullmatch(value) is not None
        case "class":
            return schema.knows_class(value)
        case "dn":
            return _is_name(value)
    return True


def _is_name(value: str) -> bool:
    try:
        return bool(dn.parse(value))
    except PlaceError:
        return False


def normal(value: str, syntax: Syntax) -> object:
    """Equal for values that a syntax holds for the same, ordered for numbers and moments."""
    match syntax:
        case "integer":
            return int(value)
        case "dn":
            return dn.key(dn.parse(value))
        case "boolean":
            return value
        case "time":
            found = MOMENT.fullmatch(value)
            return (found[1], (found[2] or "").rstrip("0")) if found else (value, "")
    return dn.plain(value)


SAMPLE_SCHEMA = Schema(
    {
        "cn": "string", "sn": "string", "givenname": "string", "displayname": "string",
        "ou": "string", "dc": "string", "mail": "string", "samaccountname": "string",
        "description": "string", "userprincipalname": "string", "serviceprincipalname": "string",
        "name": "string", "l": "string", "uid": "string",
        "useraccountcontrol": "integer", "logoncount": "integer", "grouptype": "integer",
        "isdeleted": "boolean", "member": "dn", "memberof": "dn", "manager": "dn",
        "lastknownparent": "dn", "objectclass": "class", "whencreated": "time",
    },
    {
        "top": "", "domain": "top", "domainDNS": "domain", "organizationalUnit": "top",
        "container": "top", "group": "top", "groupOfNames": "top", "person": "top",
        "organizationalPerson": "person", "inetOrgPerson": "organizationalPerson",
        "user": "organizationalPerson", "computer": "user",
    },
)  # fmt: skip
