"""How one value of a manifest is checked: kinds of fields, made of functions.

Each kind takes a node of the YAML text (with its line), and gives the value; what is wrong goes to
the `Reading`, with line, path, value and rule. The types are those of Kubernetes: YAML's own idea
of a value counts, so `on` is a boolean and `1.20` a number, and neither can be a label.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from coursekit.sims.kubernetes.quantity import SYNTAX, parse
from coursekit.sims.message import Message

__all__ = [
    "Problem", "Reading", "amounts", "anything", "choice", "flag", "int_or_percent", "labels",
    "listing", "name", "number", "port", "record", "text",
]  # fmt: skip

DNS = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
KEY = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
INT, FLOAT, BOOL, STR, NULL = (f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "str", "null"))  # fmt: skip
Node = Any  # a node of PyYAML: id, tag, value, start_mark


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where."""

    line: int  # from 1
    path: str
    value: str
    rule: Message

    @property
    def said(self) -> Message:
        """`line 4, spec.replicas=three: write a whole number`."""
        if not self.path:
            return Message.of("line {line}: {rule}", line=self.line, rule=self.rule)
        return Message.of("line {line}, {path}={value}: {rule}", line=self.line, path=self.path, value=self.value, rule=self.rule)  # fmt: skip


@dataclass
class Reading:
    """What has been found while a document is read."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def wrong(self, node: Node, path: str, rule: Message, value: str | None = None) -> None:
        """Note a problem at this node."""
        shown = _shown(node) if value is None else value
        self.problems.append(Problem(node.start_mark.line + 1, path, shown, rule))

    def wrong_at(self, path: str, value: object, rule: Message) -> None:
        """Note a problem of a value that was read before; a path not written: its parent's line."""
        at = path
        while at not in self.lines and at:
            at = at.rpartition(".")[0] if not at.endswith("]") else at.rpartition("[")[0]
        self.problems.append(Problem(self.lines.get(at, 1), path, str(value), rule))


Kind = Callable[[Node, str, Reading], Any]


def _shown(node: Node) -> str:
    if node.id == "scalar":
        return str(node.value) if len(node.value) <= 40 else f"{node.value[:40]}…"
    return "{…}" if node.id == "mapping" else "[…]"


def text(*, least: int = 0) -> Kind:
    """A text; what YAML takes for a number or a boolean is none."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        if node.id != "scalar" or node.tag != STR:
            if node.id == "scalar" and node.tag in (INT, FLOAT, BOOL):
                reading.wrong(node, path, Message.of("YAML reads a number or a yes/no here; put it in quotes to make it a text"))  # fmt: skip
            else:
                reading.wrong(node, path, Message.of("write a text"))
        elif len(node.value) < least:
            reading.wrong(node, path, Message.of("write a text that is not empty"))
        return node.value

    return check


def name(*, dots: bool = False) -> Kind:
    """A name that DNS could bear."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        before = len(reading.problems)
        value = text(least=1)(node, path, reading)
        if len(reading.problems) > before:
            return value
        parts = value.split(".") if dots else [value]
        if not all(DNS.fullmatch(part) for part in parts) or len(value) > (253 if dots else 63):
            reading.wrong(node, path, Message.of("a name has small letters, digits and -, begins and ends with a letter or digit, and has at most 63"))  # fmt: skip
        return value

    return check


def choice(*values: str) -> Kind:
    """One of these."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        if node.id != "scalar" or node.value not in values:
            reading.wrong(node, path, Message.of("choose one of {choices}", choices=", ".join(values)))  # fmt: skip
        return node.value

    return check


def flag() -> Kind:
    """true or false."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        if node.id != "scalar" or node.tag != BOOL:
            reading.wrong(node, path, Message.of("write true or false, without quotes"))
        return node.value in ("true", "True", "TRUE", "yes", "Yes", "on", "On")

    return check


def number(least: int = 0, most: int = 2**31 - 1) -> Kind:
    """A whole number."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        value = _whole(node)
        if value is None:
            reading.wrong(node, path, Message.of("write a whole number, without quotes"))
            return least
        if not least <= value <= most:
            _range(node, path, reading, least, most)
        return value

    return check


def _whole(node: Node) -> int | None:
    plain = node.id == "scalar" and node.tag == INT
    return int(node.value) if plain and re.fullmatch(r"[+-]?[0-9]{1,18}", node.value) else None


def _range(node: Node, path: str, reading: Reading, least: int, most: int) -> None:
    if most == 2**31 - 1:
        rule = Message.of("choose {least} or more", least=least)
    else:
        rule = Message.of("choose {least} to {most}", least=least, most=most)
    reading.wrong(node, path, rule)


def int_or_percent() -> Kind:
    """3, or 25%."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        value = _whole(node)
        if value is not None and value >= 0:
            return value
        if node.id == "scalar" and node.tag == STR and re.fullmatch(r"[0-9]{1,9}%", node.value):
            return node.value
        reading.wrong(node, path, Message.of("write a whole number, or a percentage as 25%"))
        return 0

    return check


def port() -> Kind:
    """A port's number, or the name of a container's port."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        if node.id == "scalar" and node.tag == STR:
            return name()(node, path, reading)
        return number(1, 65535)(node, path, reading)

    return check


def labels(*, values_free: bool = False) -> Kind:
    """Names and values; annotations may have any text for a value."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        found: dict[str, str] = {}
        for key, key_node, value in _pairs(node, path, reading):
            at = f"{path}.{key}"
            reading.lines[at] = key_node.start_mark.line + 1
            if not KEY.fullmatch(key):
                reading.wrong(key_node, at, Message.of("a label's name has letters, digits, -, _ and ."))  # fmt: skip
            found[key] = text()(value, at, reading)
            if value.tag == STR and not values_free and (len(value.value) > 63 or not LABEL.fullmatch(value.value)):  # fmt: skip
                reading.wrong(value, at, Message.of("a label's value has letters, digits, -, _ and ., at most 63"))  # fmt: skip
        return found

    return check


def amounts() -> Kind:
    """Resources: cpu and memory are looked at, others only as amounts."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        found: dict[str, str] = {}
        for key, key_node, value in _pairs(node, path, reading):
            at = f"{path}.{key}"
            reading.lines[at] = key_node.start_mark.line + 1
            found[key] = value.value if value.id == "scalar" else "0"
            if value.id != "scalar" or value.tag not in (STR, INT, FLOAT) or not SYNTAX.fullmatch(value.value):  # fmt: skip
                reading.wrong(value, at, Message.of("write an amount, such as 500m or 2 for cpu, 256Mi or 1.5Gi for memory"))  # fmt: skip
                found[key] = "0"
            elif parse(value.value) < 0:
                reading.wrong(value, at, Message.of("choose {least} or more", least=0))
                found[key] = "0"
            elif key == "memory" and parse(value.value).denominator != 1:
                reading.wrong(value, at, Message.of("this is a fraction of a byte: m means a thousandth, Mi is meant"))  # fmt: skip
        return found

    return check


def listing(item: Kind, *, least: int = 0) -> Kind:
    """A list of alike things."""

    def check(node: Node, path: str, reading: Reading) -> Any:
        if node.id != "sequence":
            reading.wrong(node, path, Message.of("write a list: each entry begins with -"))
            return []
        if len(node.value) < least:
            reading.wrong(node, path, Message.of("the list needs {least} entry or more", least=least))  # fmt: skip
        for i, each in enumerate(node.value):
            reading.lines[f"{path}[{i}]"] = each.start_mark.line + 1
        return [item(each, f"{path}[{i}]", reading) for i, each in enumerate(node.value)]

    return check


def anything() -> Kind:
    """A field that Kubernetes knows and this course does not look into."""

    def check(_node: Node, _path: str, _reading: Reading) -> Any:
        return None

    return check


def record(known: Mapping[str, Kind], *, needed: tuple[str, ...] = (), others: str = "") -> Kind:
    """Named fields; `others` are names that exist too and are not looked into."""
    every = {**dict.fromkeys(others.split(), anything()), **known}

    def check(node: Node, path: str, reading: Reading) -> Any:
        found: dict[str, Any] = {}
        for key, key_node, value in _pairs(node, path, reading):
            at = f"{path}.{key}" if path else key
            reading.lines[at] = key_node.start_mark.line + 1
            if key not in every:
                reading.wrong(key_node, at, _unknown(key, every), _shown(value))
            elif value.tag == NULL and key not in needed:
                continue  # an empty field is a field not written
            else:
                found[key] = every[key](value, at, reading)
        for key in needed:
            if node.id == "mapping" and key not in found:
                at = f"{path}.{key}" if path else key
                reading.wrong(node, at, Message.of("the field is missing"), "?")
        return found

    return check


def _unknown(key: str, known: Mapping[str, Kind]) -> Message:
    by_case = {each.lower(): each for each in known}
    near = by_case.get(key.lower()) or next(iter(get_close_matches(key, known, 1)), None)
    if near:
        return Message.of("unknown field; is {near} meant?", near=near)
    return Message.of("unknown field here")


def _pairs(node: Node, path: str, reading: Reading) -> list[tuple[str, Node, Node]]:
    """Fields in order, each once."""
    if node.id != "mapping":
        reading.wrong(node, path, Message.of("write fields here, each as name: value, further to the right"))  # fmt: skip
        return []
    pairs: list[tuple[str, Node, Node]] = []
    seen: set[str] = set()
    for key, value in node.value:
        if key.id != "scalar":
            reading.wrong(key, path, Message.of("a field's name is a text"))
            continue
        if key.value in seen:
            at = f"{path}.{key.value}" if path else key.value
            reading.wrong(key, at, Message.of("the field is written twice"), _shown(value))
            continue
        seen.add(key.value)
        pairs.append((key.value, key, value))
    return pairs
