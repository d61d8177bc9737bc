"""A Dockerfile as text: its instructions with their lines, or the line and the rule it breaks.

Modelled: FROM (with AS), COPY (with --from), RUN, ENV, WORKDIR, EXPOSE, USER, CMD, ENTRYPOINT,
LABEL, ARG; comments, blank lines, lines that go on after a backslash. A comment `# cost: 60 s,
300 MB` says what the next RUN takes. Left out: heredocs, parser directives, variables, ADD,
HEALTHCHECK, ONBUILD, SHELL, STOPSIGNAL, VOLUME. Source: Docker's Dockerfile reference.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from coursekit.sims.message import ParameterError, require

__all__ = ["INSTRUCTIONS", "Instruction", "parse", "words_of"]

INSTRUCTIONS = ("FROM", "COPY", "RUN", "ENV", "WORKDIR", "EXPOSE", "USER", "CMD", "ENTRYPOINT", "LABEL", "ARG")  # fmt: skip
MOST_LINES = 200
COST = re.compile(r"#\s*cost:\s*(\d+(?:\.\d+)?)\s*s(?:\s*,\s*(\d+(?:\.\d+)?)\s*MB)?\s*", re.IGNORECASE)  # fmt: skip
FROM = re.compile(r"(?P<image>[^\s]+)(?:\s+AS\s+(?P<name>[a-z][a-z0-9_.-]*))?", re.IGNORECASE)
PORT = re.compile(r"(\d{1,5})(/(tcp|udp))?")


@dataclass(frozen=True)
class Instruction:
    """An instruction, what follows it, the line it begins at; `seconds` and `mb` if a comment says."""

    line: int
    name: str
    rest: str
    seconds: float | None = None
    mb: float | None = None

    @property
    def text(self) -> str:
        """As it stands in the file, on one line."""
        return f"{self.name} {self.rest}".strip()

    @property
    def listed(self) -> tuple[str, ...] | None:
        """The words of a JSON list (exec form); None where it is a line for the shell."""
        if not self.rest.startswith("["):
            return None
        try:
            words = json.loads(self.rest)
        except ValueError:
            return None
        return tuple(words) if all(isinstance(word, str) for word in words) else None


def parse(text: str) -> tuple[Instruction, ...]:
    """The instructions in order; ParameterError names the first line that cannot be."""
    found: list[Instruction] = []
    stages: list[str] = []
    for each in _read(text):
        _checked(each, stages)
        found.append(each)
        if each.name == "FROM":
            stages.append(from_of(each)[1])
    require(bool(found), "line=1: a Dockerfile begins with FROM and an image")
    return tuple(found)


def from_of(instruction: Instruction) -> tuple[str, str]:
    """Of a FROM: the image, and the name of the stage ("" where it has none)."""
    match = FROM.fullmatch(instruction.rest)
    if match is None:
        raise ParameterError("line={line}: write FROM image, or FROM image AS name", line=instruction.line)  # fmt: skip
    return match["image"], (match["name"] or "").lower()


def words_of(instruction: Instruction) -> tuple[dict[str, str], list[str]]:
    """What follows an instruction: its options (`--from=build`), and the other words."""
    words = list(instruction.listed or _split(instruction))
    options = {}
    while words and words[0].startswith("--"):
        name, _equals, value = words.pop(0)[2:].partition("=")
        options[name] = value
    return options, words


def _split(instruction: Instruction) -> list[str]:
    try:
        return shlex.split(instruction.rest)
    except ValueError:
        raise ParameterError("line={line}: a quote is opened and not closed", line=instruction.line) from None  # fmt: skip


def _read(text: str) -> Iterator[Instruction]:
    """Instructions with continued lines joined; comments inside them are left out, as Docker does."""
    lines = text.splitlines()
    require(len(lines) <= MOST_LINES, "lines={n}: no more than {most}", n=len(lines), most=MOST_LINES)  # fmt: skip
    cost: re.Match[str] | None = None
    held, began = "", 0
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            cost = COST.fullmatch(line) or cost
            continue
        began = began or number
        held = f"{held} {line.removesuffix(chr(92)).strip()}".strip()
        if line.endswith(chr(92)):
            continue
        yield _instruction(began, held, cost)
        held, began, cost = "", 0, None
    require(not held, "line={line}: ends with a backslash, and no line follows", line=len(lines))


def _instruction(line: int, text: str, cost: re.Match[str] | None) -> Instruction:
    name, _blank, rest = text.partition(" ")
    require(name.upper() in INSTRUCTIONS, "line={line}: {word} is no instruction; choose one of {known}", line=line, word=name, known=", ".join(INSTRUCTIONS))  # fmt: skip
    seconds, mb = (None, None)
    if cost is not None and name.upper() == "RUN":
        seconds, mb = float(cost[1]), float(cost[2] or 0)
    return Instruction(line, name.upper(), rest.strip(), seconds, mb)


def _checked(each: Instruction, stages: list[str]) -> None:
    """ParameterError unless the instruction can stand here."""
    line = each.line
    require(bool(each.rest), "line={line}: {name} needs something after it", line=line, name=each.name)  # fmt: skip
    begun = bool(stages) or each.name in ("FROM", "ARG")
    require(begun, "line={line}: {name} comes before the first FROM", line=line, name=each.name)
    if each.name == "FROM":
        _image, name = from_of(each)
        require(not name or name not in stages, "line={line}: a stage is called {name} already", line=line, name=name)  # fmt: skip
    elif each.name == "COPY":
        _copy(each, stages)
    elif each.name == "ENV":
        _env(each)
    elif each.name == "EXPOSE":
        _ports(each)
    elif each.name in ("WORKDIR", "USER"):
        require(len(_split(each)) == 1, "line={line}: {name} takes one word", line=line, name=each.name)  # fmt: skip
    elif each.name in ("CMD", "ENTRYPOINT", "RUN") and each.rest.startswith("["):
        require(bool(each.listed), 'line={line}: write a list of words in double quotes, as ["python", "main.py"]', line=line)  # fmt: skip


def _copy(each: Instruction, stages: list[str]) -> None:
    options, words = words_of(each)
    require(len(words) >= 2, "line={line}: COPY takes what to copy, and where to", line=each.line)
    unknown = [name for name in options if name not in ("from", "chown", "chmod", "link")]
    require(not unknown, "line={line}: COPY has no option --{option}", line=each.line, option=unknown[0] if unknown else "")  # fmt: skip
    known = [name for name in stages[:-1] if name]
    if "from" in options:
        require(options["from"].lower() in known, "line={line}: --from={name} names no earlier stage; there are {stages}", line=each.line, name=options["from"], stages=", ".join(known) or "–")  # fmt: skip
    if len(words) > 2:
        require(words[-1].endswith("/") or words[-1] == ".", "line={line}: several files go to a directory, which ends with /", line=each.line)  # fmt: skip


def _env(each: Instruction) -> None:
    words = _split(each)
    pairs = all("=" in word and not word.startswith("=") for word in words)
    old = len(words) >= 2 and "=" not in words[0]  # ENV NAME value, the old form
    require(pairs or old, "line={line}: write ENV NAME=value", line=each.line)


def _ports(each: Instruction) -> None:
    for word in _split(each):
        match = PORT.fullmatch(word)
        good = match is not None and 1 <= int(match[1]) <= 65_535
        require(good, "line={line}: EXPOSE takes ports from 1 to 65535, {word} is none", line=each.line, word=word)  # fmt: skip
