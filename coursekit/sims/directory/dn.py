"""Distinguished names: read, written, compared.

Modelled: RFC 4514, with several types in a part (`+`), every escape, `#` and hexadecimal BER of a
string, and the place of an error. Spaces around `,`, `+` and `=` do not count, as in RFC 2253 and
as directories accept. Lab rule: to compare, letters lose their case and runs of spaces become one.
Left out: the short names of numeric types (2.5.4.3 is not cn here), other BER than strings.
Sources: RFC 4514; RFC 4518 for what is compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from coursekit.sims.message import Message, ParameterError

__all__ = ["Dn", "PlaceError", "Rdn", "child_of", "components", "escape", "folded", "is_under", "key", "parent", "parse", "plain", "same", "text"]  # fmt: skip

Rdn = tuple[tuple[str, str], ...]  # (type, value) pairs: one as a rule
Dn = tuple[Rdn, ...]  # most specific first

TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+")
SPECIAL = '",+;<>\\'
AFTER_BACKSLASH = SPECIAL + " #="
STRINGS = (0x04, 0x0C, 0x13, 0x16)  # OCTET STRING, UTF8String, PrintableString, IA5String


class PlaceError(ParameterError):
    """A text that breaks a grammar; `at` is the place, from 0, where it does."""

    @property
    def at(self) -> int:
        """Number of characters before the error."""
        return int(self.message.values["at"])


def plain(value: str) -> str:
    """What is compared: letters without case, no space at the ends, one between words."""
    return folded(value).strip(" ")


def folded(value: str) -> str:
    """The same of a part of a value: a space at its ends counts."""
    return re.sub(" +", " ", value.casefold())


@dataclass
class _Reader:
    """A place in a text that moves on."""

    text: str
    at: int = 0

    def wrong(self, said: Message, at: int | None = None) -> PlaceError:
        place = self.at if at is None else at
        return PlaceError(said.text, **{**said.values, "at": place, "dn": self.text})

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def spaces(self) -> None:
        while self.here == " ":
            self.at += 1


def parse(text: str) -> Dn:
    """The parts of a name, most specific first, values without escapes; `PlaceError` else."""
    reader = _Reader(text)
    reader.spaces()
    if not reader.here:
        return ()  # the root of the tree has the empty name
    parts = [_rdn(reader)]
    while reader.here:
        reader.at += 1  # `_rdn` stops at a comma or at the end
        parts.append(_rdn(reader))
    return tuple(parts)


def _rdn(reader: _Reader) -> Rdn:
    pairs = [_pair(reader)]
    while reader.here == "+":
        reader.at += 1
        pairs.append(_pair(reader))
    return tuple(pairs)


def _pair(reader: _Reader) -> tuple[str, str]:
    reader.spaces()
    found = TYPE.match(reader.text, reader.at)
    if not found:
        raise reader.wrong(Message.of("dn={dn}: a type such as CN or OU is missing at place {at}"))
    reader.at = found.end()
    reader.spaces()
    if reader.here != "=":
        raise reader.wrong(Message.of("dn={dn}: = is missing at place {at}, after {type}", type=found[0]))  # fmt: skip
    reader.at += 1
    reader.spaces()
    if reader.here == "#":
        return found[0], _hexadecimal(reader)
    return found[0], _value(reader)


def _value(reader: _Reader) -> str:
    """Up to an unescaped comma or plus; spaces at its end count only when escaped."""
    start, raw, counted = reader.at, bytearray(), 0
    while reader.here and reader.here not in ",+":
        letter = reader.here
        if letter == "\\":
            raw += _escaped(reader)
            counted = len(raw)
            continue
        if letter in SPECIAL or letter == "\0":
            raise reader.wrong(Message.of("dn={dn}: {letter} needs a backslash at place {at}", letter=repr(letter)))  # fmt: skip
        raw += letter.encode("utf-8", "surrogatepass")
        counted = len(raw) if letter != " " else counted
        reader.at += 1
    try:
        return raw[:counted].decode("utf-8")
    except UnicodeDecodeError:
        raise reader.wrong(Message.of("dn={dn}: the value at place {at} is not UTF-8"), at=start) from None  # fmt: skip


def _escaped(reader: _Reader) -> bytes:
    pair = reader.text[reader.at + 1 : reader.at + 3]
    if re.fullmatch("[0-9a-fA-F]{2}", pair):
        reader.at += 3
        return bytes.fromhex(pair)
    if pair and pair[0] in AFTER_BACKSLASH:
        reader.at += 2
        return pair[0].encode()
    raise reader.wrong(Message.of("dn={dn}: after the backslash at place {at} belongs one of {letters} or two hexadecimal digits", letters=AFTER_BACKSLASH))  # fmt: skip


def _hexadecimal(reader: _Reader) -> str:
    """The value of `#04024869`: tag, length, bytes of a string."""
    start = reader.at
    digits = re.compile("[0-9a-fA-F]*").match(reader.text, start + 1)
    found = digits[0] if digits else ""
    reader.at += 1 + len(found)
    reader.spaces()
    if reader.here and reader.here not in ",+":
        raise reader.wrong(Message.of("dn={dn}: after # belong hexadecimal digits only; see place {at}"))  # fmt: skip
    try:
        raw = bytes.fromhex(found)
        if len(raw) >= 2 and raw[0] in STRINGS and raw[1] == len(raw) - 2 < 128:
            return raw[2:].decode("utf-8")
    except ValueError:
        pass  # an odd number of digits, or not UTF-8: said below
    raise reader.wrong(Message.of("dn={dn}: the digits at place {at} are no string in BER"), at=start)  # fmt: skip


def escape(value: str) -> str:
    """The value as a name holds it."""
    made = "".join(_written(letter) for letter in value)
    if value[:1] in (" ", "#"):
        made = f"\\{made}"
    if value.endswith(" ") and len(value) > 1:
        made = f"{made[:-1]}\\ "
    return made


def _written(letter: str) -> str:
    if letter == "\0":
        return "\\00"
    return f"\\{letter}" if letter in SPECIAL else letter


def text(name: Dn) -> str:
    """The name as RFC 4514 writes it."""
    return ",".join("+".join(f"{kind}={escape(value)}" for kind, value in rdn) for rdn in name)


@lru_cache(maxsize=4096)  # every search and every move compares names
def key(name: Dn) -> tuple[frozenset[tuple[str, str]], ...]:
    """Equal for names that are the same: case, runs of spaces and the order around + are not asked."""
    return tuple(frozenset((kind.lower(), plain(value)) for kind, value in rdn) for rdn in name)


def same(one: str, other: str) -> bool:
    """Whether two texts name the same object."""
    return key(parse(one)) == key(parse(other))


def parent(name: Dn) -> Dn:
    """The name without its first part."""
    return name[1:]


def child_of(rdn: Rdn, above: Dn) -> Dn:
    """The name of a child."""
    return (rdn, *above)


def is_under(name: Dn, base: Dn) -> bool:
    """Whether a name is `base` or below it."""
    return len(name) >= len(base) and key(name)[len(name) - len(base) :] == key(base)


def components(name: Dn) -> Iterator[tuple[str, str]]:
    """Every (type, value) of a name, types in lower case."""
    return ((kind.lower(), value) for rdn in name for kind, value in rdn)
