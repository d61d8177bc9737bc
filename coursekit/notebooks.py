"""The notebooks as files: clean them, check them, compare editions, list their cells.

A notebook holds prose, labs, small kept tables, and no logic; what is derived from the
notebooks (the list of code cells that may run on open, the glossary) is built here and
nowhere else.
Nothing here runs a notebook: nbval, papermill and the browser tests do.
"""

import ast
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit import glossary, glossary_links
from coursekit.chapters import CHAPTERS
from coursekit.i18n import LANGUAGES

CELLS = Path(__file__).parent / "ui" / "jupyter" / "cells.json"
SPEC = ("display_name", "language", "name")  # what is kept of the kernel's description
FORMAT = {"nbformat": 4, "nbformat_minor": 5}
KINDS = ("lesson", "exercises", "start", "guide")
OPENERS = {"setup", "parameters", "lab", "real", "quiz"}  # code that a reader need not see
KEEP = {"nbval-check-output", "keep_output"}  # tags: the printed table is part of the text
ROLES = {"setup", "parameters", "quiz", "lab", "real", "exercise", "check", "command", *KEEP}

MOST_CELLS = 48
MOST_LINES = 5  # of a code cell, blank ones aside
# In exercises, a stub carries its docstring, and the parameters hold the visible cases.
MOST_EXERCISE_LINES = {"exercise": 15, "parameters": 60}
COMMENT = re.compile(r"# \S.{0,58}$")
WORD = r"(?:[a-z]+\d{0,2}|\d{1,2})"
READABLE_ID = re.compile(rf"[a-z]+\d{{0,2}}(?:-{WORD})*")

OURS = (
    "coursekit.labs", "coursekit.sims", "coursekit.quizzes", "coursekit.exercises",
    "coursekit.realtools",
)  # fmt: skip
GUIDES = "coursekit.grading.classroom"  # what a guide for teachers may import besides
NETWORK = {"ftplib", "http", "pip", "smtplib", "socket", "subprocess", "urllib", "xmlrpc"}
STANDARD = set(sys.stdlib_module_names) - NETWORK

NEUTRAL = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|https?://\S+", re.DOTALL)  # no language
MARK = {"en": ",", "fr": "[\u00a0\u2009\u202f]"}  # between thousands; in French, spaces
THOUSANDS = {each: re.compile(rf"(?<=\d){mark}(?=\d{{3}}(?!\d))") for each, mark in MARK.items()}
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
NUMBER = re.compile(r"\d+(?:\.\d+)*")
Broken = Iterator[tuple[str, str, str]]  # cell id, rule, sentence


@dataclass(frozen=True)
class Finding:
    """One broken rule; `cell` is empty when the rule is about the whole notebook."""

    file: str
    cell: str
    rule: str
    says: str

    def __str__(self) -> str:
        place = f"{self.file}#{self.cell}" if self.cell else self.file
        return f"{place}: {self.rule}: {self.says}"


def read(path: Path) -> NotebookNode:
    """A notebook as it is in the file: nbformat's own reader would repair what we look for."""
    return nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))


def write(path: Path, notebook: NotebookNode) -> None:
    """The same notebook always gives the same bytes."""
    text = nbformat.v4.writes(notebook).rstrip("\n") + "\n"
    Path(path).write_text(text, encoding="utf-8", newline="\n")


def every(folder: Path) -> list[Path]:
    """The notebooks under a folder, copies that editors keep left out."""
    found = [path.relative_to(folder) for path in Path(folder).rglob("*.ipynb")]
    return sorted(folder / path for path in found if "/." not in f"/{path.as_posix()}")


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def clean(notebook: NotebookNode) -> NotebookNode:
    """A copy with nothing left of the last run but the tables that are part of the text.

    In a lesson the code that only opens something is folded; what a learner is to read or to
    change is not. A kept output's count becomes 1: nbval refuses to compare one whose count is null.
    """
    kept = {name: notebook.metadata[name] for name in ("coursekit",) if name in notebook.metadata}
    if spec := notebook.metadata.get("kernelspec"):
        kept["kernelspec"] = {key: spec[key] for key in SPEC if key in spec}
    lesson = notebook.metadata.get("coursekit", {}).get("kind") == "lesson"
    cells = [_clean_cell(cell, lesson) for cell in notebook.cells]
    return nbformat.from_dict(FORMAT | {"cells": cells, "metadata": kept})


def _clean_cell(cell: NotebookNode, lesson: bool) -> dict:
    names = ("id", "cell_type", "source", "attachments")
    cleaned = {name: cell[name] for name in names if name in cell}
    cleaned["metadata"] = _clean_metadata(cell, lesson)
    if cell.cell_type == "code":
        keeps = bool(KEEP & set(tags(cell)) and cell.outputs)
        cleaned["execution_count"] = 1 if keeps else None
        cleaned["outputs"] = [_counted(each) for each in cell.outputs] if keeps else []
    return cleaned


def _clean_metadata(cell: NotebookNode, lesson: bool) -> dict:
    kept = {"tags": list(tags(cell))} if tags(cell) else {}
    opens = bool(OPENERS & set(tags(cell))) and "def " not in cell.source
    if opens if lesson else cell.metadata.get("jupyter", {}).get("source_hidden"):
        kept["jupyter"] = {"source_hidden": True}
    return kept


def _counted(output: NotebookNode) -> dict:
    return {**output, "execution_count": 1} if "execution_count" in output else dict(output)


def check(path: Path) -> list[Finding]:
    """Every rule of the course that this notebook breaks."""
    path, notebook = Path(path), read(path)
    broken = [
        *_broken_metadata(path, notebook),
        *_broken_ids(notebook),
        *_broken_order(notebook),
        *_broken_outputs(notebook),
    ]
    kind = notebook.metadata.get("coursekit", {}).get("kind", "")
    for cell in _code(notebook):
        broken += _broken_code(cell, kind)
    return [Finding(path.as_posix(), *each) for each in broken]


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _broken_metadata(path: Path, notebook: NotebookNode) -> Broken:
    about = notebook.metadata.get("coursekit", {})
    kind, stems = about.get("kind"), {each.slug: each.stem for each in CHAPTERS}
    if kind not in KINDS:
        yield "", "kind", f"metadata coursekit.kind={kind!r}: choose one of {', '.join(KINDS)}"
    if about.get("language") not in LANGUAGES:
        yield "", "language", f"metadata coursekit.language: choose one of {', '.join(LANGUAGES)}"
    elif ("fr" in path.parts[-3:-1]) != (about["language"] == "fr"):
        yield "", "language", f"language={about['language']}: French, and only French, is in fr/"
    chapter = about.get("chapter")
    if not chapter or (kind in ("lesson", "exercises") and stems.get(chapter) != path.stem):
        yield "", "chapter", f"chapter={chapter!r}: not the chapter of {path.name}"
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "", "kernel", "kernelspec.name must be python3"


def _broken_ids(notebook: NotebookNode) -> Broken:
    for name, times in Counter(cell.id for cell in notebook.cells).items():
        if times > 1:
            yield name, "id", f"{times} cells have this id"
        if not READABLE_ID.fullmatch(name):
            yield name, "id", "use words, as in predict-two-disks"


def _broken_order(notebook: NotebookNode) -> Broken:
    kind = notebook.metadata.get("coursekit", {}).get("kind")
    cells, code = notebook.cells, _code(notebook)
    if len(cells) > MOST_CELLS:
        yield "", "length", f"{len(cells)} cells: {MOST_CELLS} or fewer"
    if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        yield "", "order", "the first cell is the title"
    for cell in code:
        if not ROLES & set(tags(cell)):
            yield cell.id, "tags", f"a code cell has one of the tags {', '.join(sorted(ROLES))}"
    if kind in ("lesson", "exercises"):
        yield from _broken_opening(code)
        yield from _broken_lesson(notebook) if kind == "lesson" else _broken_exercises(code)


def _broken_opening(code: list[NotebookNode]) -> Broken:
    for role, cell in zip_longest(("setup", "parameters"), code[:2]):
        if not cell or role not in tags(cell):
            yield cell.id if cell else "", "order", f"the tag {role} is expected here"


def _broken_lesson(notebook: NotebookNode) -> Broken:
    roles = [tag for cell in _code(notebook) for tag in tags(cell) if tag in ("lab", "quiz")]
    if "lab" not in roles:
        yield "", "order", "a lesson has a lab"
    elif roles[-1] != "quiz":
        yield "", "order", "a quiz stands after the last lab"
    if notebook.cells and notebook.cells[-1].cell_type != "markdown":
        yield notebook.cells[-1].id, "order", "the last cell is the recap, in prose"
    yield from glossary_links.broken(notebook)


def _broken_exercises(code: list[NotebookNode]) -> Broken:
    if not any("exercise" in tags(cell) for cell in code):
        yield "", "order", "there is no exercise"
    for cell, following in zip(code, [*code[1:], None], strict=True):
        if "exercise" in tags(cell) and not (following and "check" in tags(following)):
            yield cell.id, "order", "a check follows each exercise"


def _broken_outputs(notebook: NotebookNode) -> Broken:
    cleaned = clean(notebook)
    for before, after in zip(notebook.cells, cleaned.cells, strict=True):
        if before != after:
            yield before.id, "clean", "traces of a run or of an editor; clean this notebook"
        if KEEP & set(tags(after)) and not after.get("outputs"):
            yield before.id, "kept", "tagged to keep its output, but has none; run it"
    if notebook.metadata != cleaned.metadata:
        yield "", "clean", "metadata that is not the course's; clean this notebook"


def _broken_code(cell: NotebookNode, kind: str) -> Broken:
    exercises = kind == "exercises"
    lines = [line for line in cell.source.split("\n") if line.strip()]
    if not (lines and COMMENT.fullmatch(lines[0])):
        yield cell.id, "comment", "the first line is a comment of 60 letters or fewer"
    if len(lines) > (most := _most_lines(cell) if exercises else MOST_LINES):
        yield cell.id, "lines", f"{len(lines)} lines: {most} or fewer"
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as why:  # magics and shell commands too: no install, no download
        yield cell.id, "python", f"not plain Python: {why.msg}"
        return
    for module in _imported(tree):
        guides = kind == "guide" and f"{module}.".startswith(f"{GUIDES}.")
        if not guides and not _allowed(module, stub=exercises and "exercise" in tags(cell)):
            yield cell.id, "import", f"{module}: not for a notebook of the course"


def _most_lines(cell: NotebookNode) -> int:
    return max(MOST_EXERCISE_LINES.get(tag, MOST_LINES) for tag in ("", *tags(cell)))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            yield from (f"{home}.{each.name}" for each in node.names)


def _allowed(module: str, *, stub: bool) -> bool:
    top = module.partition(".")[0]
    ours = any(f"{module}.".startswith(f"{room}.") for room in OURS)
    return ours or top == "numpy" or (stub and top in STANDARD)


def twins(en: Path, fr: Path) -> list[Finding]:
    """Where the French edition is not the same notebook as the English one."""
    one, other = read(en), read(fr)
    name = Path(fr).as_posix()
    ids = [[cell.id for cell in each.cells] for each in (one, other)]
    if ids[0] != ids[1]:
        at = next(a or b for a, b in zip_longest(*ids, fillvalue="") if a != b)
        return [Finding(name, at, "twin-ids", "the editions part here: same cells, same order")]
    pairs = zip(one.cells, other.cells, strict=True)
    return [Finding(name, *each) for a, b in pairs for each in _differences(a, b)]


def _differences(one: NotebookNode, other: NotebookNode) -> Broken:
    if one.cell_type != other.cell_type:
        yield one.id, "twin-type", f"{one.cell_type} in English, {other.cell_type} in French"
    elif one.cell_type == "code" and one.source != other.source:
        yield one.id, "twin-code", "the code differs"
    elif one.cell_type == "markdown":
        yield from _other_numbers(one, other)
        if one.id == "glossary":
            parted = glossary.parted(glossary.rows(one.source), glossary.rows(other.source))
            yield from ((one.id, "twin-words", f"the tables part at {said}") for said in parted)
    if tags(one) != tags(other):
        yield one.id, "twin-tags", f"{tags(one)} in English, {tags(other)} in French"


def _other_numbers(one: NotebookNode, other: NotebookNode) -> Broken:
    en, fr = numbers(one.source, "en"), numbers(other.source, "fr")
    if en != fr:
        extra = [", ".join((a - b).elements()) or "none" for a, b in ((en, fr), (fr, en))]
        yield one.id, "twin-numbers", f"only in English: {extra[0]}; only in French: {extra[1]}"


def numbers(prose: str, language: str) -> Counter[str]:
    """How often each number stands in a text, written the English way."""
    pieces = [(NEUTRAL.sub(" ", prose), language)]
    pieces += [(match.group(), "en") for match in NEUTRAL.finditer(prose)]
    found: Counter[str] = Counter()
    for text, spoken in pieces:
        plain = THOUSANDS[spoken].sub("", text)
        found.update(NUMBER.findall(DECIMAL_COMMA.sub(".", plain) if spoken == "fr" else plain))
    return found


def listed(folder: Path) -> str:
    """SHA-256 of the source of every code cell under a folder, sorted, each once, as JSON."""
    sources = {cell.source for path in every(folder) for cell in _code(read(path))}
    hashes = sorted(hashlib.sha256(source.encode()).hexdigest() for source in sources)
    return json.dumps(hashes, indent=1) + "\n"


def collected(folder: Path) -> tuple[glossary.Word, ...]:
    """The words of all chapters under a folder that has both editions."""
    stems = {each.slug: f"{each.stem}.ipynb" for each in CHAPTERS if each.built}
    found = {slug: [folder / stem, folder / "fr" / stem] for slug, stem in stems.items()}
    there = {slug: pair for slug, pair in found.items() if all(path.is_file() for path in pair)}
    tables = {
        slug: [glossary_links.table(read(path)) for path in pair] for slug, pair in there.items()
    }
    return glossary.collected((slug, *pair) for slug, pair in tables.items())


def build(folder: Path) -> list[Path]:
    """Write what is derived from the notebooks; returns the files."""
    CELLS.write_text(listed(folder), encoding="utf-8")
    glossary.WORDS.write_text(glossary.written(collected(folder)), encoding="utf-8")
    return [CELLS, glossary.WORDS]
