"""Who may import whom, that every chapter has every room, and that no chance is global."""

import ast
import re
from pathlib import Path

import pytest

from coursekit.chapters import CHAPTERS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "coursekit"
OUTSIDE = {"numpy", "ipywidgets", "bqplot", "anywidget", "traitlets", "filelock"}
OUTSIDE |= {"IPython", "jupyter_server", "jupyterlab", "papermill", "nbformat", "nbclient"}
OUTSIDE |= {
    "typer",
    "rich",
    "babel",
    "distributed",
    "dpkt",
    "pycdlib",
    "tornado",
    "yaml",
    "markdown_it",
}
OUTSIDE |= {"coursekit"}

MAY_USE = {  # floor -> what it may import beside the standard library and itself
    "sims": {"numpy"},
    "quizzes": {"numpy", "coursekit.sims", "coursekit.i18n"},
    "exercises": {"numpy", "coursekit.sims", "coursekit.i18n", "coursekit.chapters", "coursekit.values"},
    "ui": {
        "numpy", "ipywidgets", "bqplot", "anywidget", "traitlets", "filelock", "IPython",
        "coursekit.i18n", "coursekit.values", "coursekit.sims.message",
    },
    "labs": {
        "numpy", "ipywidgets", "bqplot", "coursekit.ui", "coursekit.sims", "coursekit.i18n",
        "coursekit.values",
    },
}  # fmt: skip
ALSO = {  # a file -> what it, and only it, may import beyond its floor
    "labs/course.py": {"coursekit.chapters"},
    "labs/coursemap.py": {"coursekit.chapters", "coursekit.labs.course"},
    "labs/desk.py": {"coursekit.chapters", "coursekit.labs.course"},
    "labs/glossary.py": {"coursekit.chapters", "coursekit.glossary"},
    "labs/start.py": {"coursekit.chapters", "coursekit.labs.course", "coursekit.labs.coursemap"},
    "labs/__init__.py": {"coursekit.labs.desk", "coursekit.labs.glossary", "coursekit.labs.start"},
    "labs/networks/capture.py": {"dpkt"},
    "sims/kubernetes/manifest.py": {"yaml"},
    "sims/vmfiles/disc.py": {"pycdlib"},
    "ui/jupyter/server.py": {"jupyter_server"},
    "ui/webpage.py": {"tornado"},
}

MAY_CALL = {  # a sim -> what it, and only it, may call
    "hypervisors/translate.py": {
        "exec"
    },  # binary translation makes code; tests show what it reaches
}


def modules(floor):
    return sorted((PACKAGE / floor).rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (
                f"{node.module}.{alias.name}" for alias in node.names if node.module == "coursekit"
            )


def allowed(name, rooms):
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize(
    "path",
    [path for floor in MAY_USE for path in modules(floor)],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_a_floor_imports_only_what_is_below(path):
    inside = path.relative_to(PACKAGE)
    floor = inside.parts[0]
    rooms = {*MAY_USE[floor], *ALSO.get(str(inside), ())}
    if floor != "labs":
        rooms |= {f"coursekit.{floor}"}
    elif len(inside.parts) > 2:
        rooms |= {f"coursekit.labs.{inside.parts[1]}"}  # a lab never imports another room's
    for name in imports(path):
        if name.partition(".")[0] in OUTSIDE and name != "coursekit":
            assert allowed(name, rooms), f"{inside} may not import {name}"


def test_no_floor_imports_what_stands_beside():
    beside = ("coursekit.grading", "coursekit.realtools", "coursekit.publish", "coursekit.cli")
    for floor in MAY_USE:
        for path in modules(floor):
            assert not [name for name in imports(path) if allowed(name, beside)], path


def test_the_kit_names_no_chapter():
    rooms = {
        f"coursekit.{floor}.{chapter.slug}"
        for floor in ("sims", "labs", "quizzes")
        for chapter in CHAPTERS
    }
    for path in modules("ui"):
        assert not [name for name in imports(path) if allowed(name, rooms)], path


def rooms_of(chapter):
    """Every room a built chapter must have; a room is a file or a folder."""
    slug, stem = chapter.slug, chapter.stem
    code = [f"coursekit/{floor}/{slug}" for floor in ("sims", "quizzes", "exercises", "labs")]
    tests = [f"tests/{floor}" for floor in ("sims", "quizzes", "exercises", "labs")]
    books = [
        f"notebooks/{folder}{stem}.ipynb" for folder in ("", "fr/", "exercises/", "fr/exercises/")
    ]
    return code, tests, books


@pytest.mark.parametrize("chapter", [c for c in CHAPTERS if c.built], ids=lambda c: c.slug)
def test_a_built_chapter_has_every_room(chapter):
    code, tests, books = rooms_of(chapter)
    for room in code:
        assert (ROOT / room).is_dir() or (ROOT / f"{room}.py").is_file(), f"missing: {room}"
    for floor in tests:
        found = [
            *(ROOT / floor).glob(f"{chapter.slug}/test_*.py"),
            *(ROOT / floor).glob(f"test_{chapter.slug}*.py"),
        ]
        assert found, f"missing: {floor}/test_{chapter.slug}"
    for book in books:
        assert (ROOT / book).is_file(), f"missing: {book}"


def test_no_room_belongs_to_no_chapter():
    stems = {chapter.stem for chapter in CHAPTERS} | {"00-start-here", "teachers"}
    for book in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in book.parts:
            assert book.stem in stems, f"{book}: no such chapter"
    slugs = {chapter.slug for chapter in CHAPTERS if chapter.built}
    for room in (PACKAGE / "labs").iterdir():
        if room.is_dir() and not room.name.startswith("__"):
            assert room.name in slugs, f"{room}: its chapter is not marked as built"


def test_chapters_are_numbered_in_order_and_named_once():
    assert [chapter.number for chapter in CHAPTERS] == list(range(1, 15))
    assert len({chapter.slug for chapter in CHAPTERS}) == 14


GLOBAL_CHANCE = re.compile(
    r"np\.random\.(?!default_rng|Generator|SeedSequence|PCG64|SFC64)\w+|^\s*import random|from random import",
    re.MULTILINE,
)


@pytest.mark.parametrize("floor", MAY_USE)
def test_no_global_randomness(floor):
    for path in modules(floor):
        assert not GLOBAL_CHANCE.search(path.read_text(encoding="utf-8")), path


def test_sims_have_no_clock_file_network_or_print():
    banned = {"time", "datetime", "os", "socket", "urllib", "pathlib", "subprocess", "threading"}
    for path in modules("sims"):
        assert not banned & {name.partition(".")[0] for name in imports(path)}, path
        called = [node.func.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                  if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]  # fmt: skip
        banned_calls = {"print", "open", "input", "exec", "eval"}
        banned_calls -= MAY_CALL.get(path.relative_to(PACKAGE / "sims").as_posix(), set())
        assert not banned_calls & set(called), path
