"""Manifests: YAML texts as kubectl takes them, read with clear errors, and written.

Modelled: several documents in a text, five kinds (see `kinds`), every problem with line, field,
value and rule; the documents that are right are given even if others are not. Left out: anchors
and aliases, JSON5-like liberties, lists of kind List. PyYAML reads and writes the text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped]

from coursekit.sims.kubernetes.fields import Problem, Reading
from coursekit.sims.kubernetes.kinds import API, check_rules, shape
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["LONGEST", "Document", "Manifest", "Problem", "dump", "load", "read"]

LONGEST = 100_000


@dataclass(frozen=True)
class Document:
    """One object: its kind, its name, the fields the course uses, the line where it begins."""

    kind: str
    name: str
    line: int
    value: Mapping[str, Any]

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of its pods: a Deployment's are those of its template."""
        where = self.value["spec"]["template"] if self.kind == "Deployment" else self.value
        found: Mapping[str, str] = where.get("metadata", {}).get("labels", {})
        return found


@dataclass(frozen=True)
class Manifest:
    """What a text holds, and what is wrong with it."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]

    def of(self, kind: str) -> tuple[Document, ...]:
        """The documents of one kind."""
        return tuple(each for each in self.documents if each.kind == kind)


def read(text: str) -> Manifest:
    """All documents of a text, and all problems, by line."""
    require(len(text) <= LONGEST, "text={n}: at most {most} characters", n=len(text), most=LONGEST)
    documents: list[Document] = []
    problems = _aliases(text)
    if problems:
        return Manifest((), tuple(problems))
    try:
        for root in yaml.compose_all(text, yaml.SafeLoader):
            if root is not None and root.tag != "tag:yaml.org,2002:null":
                reading = Reading()
                found = _document(root, reading)
                documents += [found] if found and not reading.problems else []
                problems += reading.problems
    except yaml.YAMLError as error:
        problems.append(_broken(text, error))
    problems.sort(key=lambda problem: problem.line)
    return Manifest(tuple(documents), tuple(problems))


def load(text: str) -> tuple[Document, ...]:
    """The documents; ParameterError with the first problem."""
    manifest = read(text)
    for problem in manifest.problems:
        raise ParameterError(problem.said.text, **problem.said.values)
    return manifest.documents


def _aliases(text: str) -> list[Problem]:
    """Aliases could make a short text endless; nobody needs them here."""
    said = Message.of("anchors and aliases (& and *) are not read here")
    return [Problem(event.start_mark.line + 1, "", "", said) for event in _events(text) if isinstance(event, yaml.AliasEvent)]  # fmt: skip


def _events(text: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return  # told by `read`, with its line


def _broken(text: str, error: Exception) -> Problem:
    """What YAML itself does not understand."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line if mark else 0
    lines = text.splitlines()
    here = lines[line] if line < len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in str(error):
        return Problem(line + 1, "", "", Message.of("a tab: YAML is indented with spaces only"))
    what = str(getattr(error, "problem", None) or getattr(error, "reason", "") or error)
    return Problem(line + 1, "", "", Message.of("not YAML here ({what}); look at spaces, colons and quotes of this line and the one before", what=what))  # fmt: skip


def _document(root: Any, reading: Reading) -> Document | None:
    if root.id != "mapping":
        reading.wrong(root, "", Message.of("a manifest has fields: apiVersion, kind, metadata, spec"))  # fmt: skip
        return None
    top = {key.value: value for key, value in root.value if key.id == "scalar"}
    kind = _head(root, top, reading)
    if kind is None:
        return None
    value = shape(kind)(root, "", reading)
    if reading.problems:
        return None
    check_rules(kind, value, reading)
    return Document(kind, value["metadata"]["name"], root.start_mark.line + 1, value)


def _head(root: Any, top: Mapping[str, Any], reading: Reading) -> str | None:
    """The kind, if apiVersion and kind are right."""
    for field in ("apiVersion", "kind"):
        if field not in top:
            reading.wrong(root, field, Message.of("the field is missing"), "?")
    if reading.problems:
        return None
    kind, version = top["kind"], top["apiVersion"]
    if kind.id != "scalar" or kind.value not in API:
        reading.wrong(kind, "kind", Message.of("choose one of {choices}", choices=", ".join(API)))
        return None
    if version.id != "scalar" or version.value != API[kind.value]:
        reading.wrong(version, "apiVersion", Message.of("a {kind} is of {version}", kind=kind.value, version=API[kind.value]))  # fmt: skip
        return None
    return str(kind.value)


def dump(values: Sequence[Mapping[str, Any]]) -> str:
    """The text of several objects, fields in the order given, `---` between them."""
    return "---\n".join(
        yaml.safe_dump(_plain(value), sort_keys=False, allow_unicode=True) for value in values
    )


def _plain(value: Any) -> Any:
    """Without the sharing that PyYAML would write as anchors."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
