"""A line of LVM, read: command, options, arguments, sizes.

Modelled: the options that the course uses, short and long; sizes in base 2 whatever the case
of their letter. Left out: every other option, tags, ranges of extents (`sdb:0-99`).
Sources: lvm(8), lvcreate(8), vgcreate(8).
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["COMMANDS", "Line", "extents", "parse", "size_bytes", "written"]

LONG = {
    "--size": "-L", "--extents": "-l", "--name": "-n", "--stripes": "-i", "--stripesize": "-I",
    "--snapshot": "-s", "--virtualsize": "-V", "--resizefs": "-r", "--physicalextentsize": "-s",
    "--yes": "-y", "--force": "-f", "--chunksize": "-c", "--thin": "-T",
}  # fmt: skip
COMMANDS: Mapping[str, Mapping[str, bool]] = {  # command -> option -> has it a value?
    "pvcreate": {},
    "vgcreate": {"-s": True},
    "vgextend": {},
    "vgreduce": {},
    "lvcreate": {"-L": True, "-l": True, "-n": True, "-i": True, "-I": True, "-s": False, "-V": True, "-c": True, "--type": True, "--thinpool": True},
    "lvextend": {"-L": True, "-l": True, "-r": False},
    "lvreduce": {"-L": True, "-l": True, "-r": False},
    "pvmove": {},
    "lvremove": {},
    "lvconvert": {"--merge": False},
}  # fmt: skip
ALWAYS = {"-y": False, "-f": False}  # accepted and without effect: we never ask back
UNITS = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
SIZES = (
    Message.of("{size:g} B"), Message.of("{size:g} KiB"), Message.of("{size:g} MiB"),
    Message.of("{size:g} GiB"), Message.of("{size:g} TiB"), Message.of("{size:g} PiB"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A command with its options (by short name) and its other words."""

    command: str
    words: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)

    def has(self, option: str) -> bool:
        """Whether the option is given."""
        return option in self.options

    def expect(self, least: int, most: int, form: str) -> tuple[str, ...]:
        """Its words, `least` to `most` of them; ParameterError shows the form."""
        text = " ".join((self.command, *self.words))
        require(least <= len(self.words) <= most, "line={line}: write it as {form}", line=text, form=form)  # fmt: skip
        return self.words


def parse(text: str) -> Line:
    """The line taken apart; ParameterError names what is not understood."""
    try:
        words = shlex.split(text, comments=True)
    except ValueError:
        raise ParameterError("line={text}: a quotation mark is not closed", text=text) from None
    words = words[1:] if words[:1] == ["sudo"] else words
    command = words[0] if words else ""
    require(command in COMMANDS, "command={command}: choose one of {commands}", command=command, commands=", ".join(COMMANDS))  # fmt: skip
    known, rest, options = {**COMMANDS[command], **ALWAYS}, list[str](), dict[str, str]()
    queue = words[1:]
    while queue:
        word = queue.pop(0)
        if not re.match(r"-[A-Za-z-]", word):
            rest.append(word)
            continue
        name, value = _taken_apart(word)
        require(name in known, "option={option}: {command} knows {options}", option=word, command=command, options=", ".join(known))  # fmt: skip
        if known[name] and value is None:
            require(bool(queue), "option={option}: a value must follow", option=word)
            value = queue.pop(0)
        require(known[name] or value is None, "option={option}: it takes no value", option=word)
        options[name] = value or ""
    return Line(command, tuple(_bare(word) for word in rest), options)


def _taken_apart(word: str) -> tuple[str, str | None]:
    """Short name of an option, and the value glued to it: -L1G, --size=1G."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return LONG.get(name, name), value if equals else None
    return word[:2], word[2:] or None


def _bare(word: str) -> str:
    return word.removeprefix("/dev/").strip("/")


def size_bytes(text: str, default: str = "m") -> int:
    """Bytes of `10.5M`, `1g`, `512`: always base 2; without a letter the unit is `default`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([bkmgtpBKMGTP]?)(?:[iI]?[bB])?", text)
    if not found:
        raise ParameterError("size={text}: write a number and K, M, G or T, as in 10G", text=text)
    unit = UNITS[(found[2] or default).lower()]
    exact = Fraction(found[1]) * 1024**unit
    require(exact > 0, "size={text}: choose more than 0", text=text)
    return -int(-exact // 1)


def extents(line: Line, extent: int, free: int) -> tuple[int, int]:
    """(extents wanted, sign) of -L or -l; sign is 1 or -1 where `+` or `-` stands before it."""
    require(line.has("-L") != line.has("-l"), "command={command}: give a size, either -L SIZE or -l EXTENTS", command=line.command)  # fmt: skip
    text = line.options.get("-L") or line.options.get("-l", "")
    sign = {"+": 1, "-": -1}.get(text[:1], 0)
    text = text[1:] if sign else text
    if line.has("-L"):
        return -(-size_bytes(text) // extent), sign
    if text.upper().endswith("%FREE"):
        share = text[:-5]
        require(share.isdigit() and 1 <= int(share) <= 100, "extents={text}: write a number, or 1%FREE to 100%FREE", text=text)  # fmt: skip
        return free * int(share) // 100, sign
    require(text.isdigit() and int(text) >= 1, "extents={text}: write a number, or 1%FREE to 100%FREE", text=text)  # fmt: skip
    return int(text), sign


def written(size: int) -> Message:
    """A number of bytes as LVM writes it, in base 2 with two decimals at most."""
    unit = 0
    while unit < len(SIZES) - 1 and size >= 1024 ** (unit + 1):
        unit += 1
    return replace(SIZES[unit], values={"size": round(size / 1024**unit, 2)})
