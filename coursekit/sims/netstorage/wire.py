"""Bytes on the wire by their names: what each field says and why it is there.

For a view of bytes beside their meaning. A `Cursor` walks through a message once, so its fields
cover it without a gap and without an overlap, whatever the bytes are; what is cut short ends in a
field of fewer bytes. Numbers are big endian, as all protocols of this chapter send them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import Message, ParameterError

__all__ = ["Cursor", "Field", "Group", "Row", "Value", "field_at", "hexed", "number", "text"]

Group = Literal["magic", "kind", "length", "number", "address", "name", "flags", "option", "data", "reserved"]  # fmt: skip
Value = Message | str
Row = tuple[
    int, Group, Message, Message, Callable[[bytes], Value]
]  # length, group, name, why, value
REST_NAME = Message.of("Bytes too many")
REST_WHY = Message.of("The message ends before them: nobody reads these.")


@dataclass(frozen=True)
class Field:
    """Bytes `at` to `at + length` of a message; `group` is for their colour."""

    at: int
    length: int
    name: Message
    value: Value
    why: Message
    group: Group

    @property
    def end(self) -> int:
        """The byte after its last."""
        return self.at + self.length


def hexed(raw: bytes) -> str:
    """Two digits a byte; a long run by its length alone."""
    return raw.hex(" ") if len(raw) <= 16 else f"{raw[:12].hex(' ')} …"


def number(raw: bytes) -> str:
    """A whole number, the highest byte first."""
    return str(int.from_bytes(raw, "big"))


def text(raw: bytes) -> str:
    """Letters without the zeros behind them; what is no letter is replaced."""
    return raw.rstrip(b"\0").decode("utf-8", "replace")


class Cursor:
    """A walk through a message: `take` the next bytes as a field."""

    def __init__(self, raw: bytes, at: int = 0) -> None:
        self.raw, self.at = raw, at
        self.fields: list[Field] = []

    @property
    def left(self) -> int:
        """Bytes not taken yet."""
        return len(self.raw) - self.at

    def take(self, length: int, name: Message, why: Message, group: Group, value: Callable[[bytes], Value] = number) -> bytes:  # fmt: skip
        """The next bytes, as many as there are of them; none, no field."""
        raw = self.raw[self.at : self.at + max(0, length)]
        if raw:
            self.fields.append(Field(self.at, len(raw), name, value(raw), why, group))
            self.at += len(raw)
        return raw

    def rows(self, rows: Iterable[Row]) -> None:
        """One field after the other from a table."""
        for length, group, name, why, value in rows:
            self.take(length, name, why, group, value)

    def string(self, name: Message, why: Message, group: Group = "name") -> bytes:
        """Up to the next zero, which belongs to it; all that is left where there is none."""
        end = self.raw.find(b"\0", self.at)
        length = self.left if end < 0 else end + 1 - self.at
        return self.take(length, name, why, group, text)

    def done(self) -> tuple[Field, ...]:
        """All fields; bytes left over are one more."""
        self.take(self.left, REST_NAME, REST_WHY, "reserved", hexed)
        return tuple(self.fields)


def field_at(fields: tuple[Field, ...], at: int) -> Field:
    """The field that a byte belongs to."""
    for each in fields:
        if each.at <= at < each.end:
            return each
    raise ParameterError("at={at}: no field has this byte", at=at)
