"""The learner's copy of an exercise notebook, looked through before it leaves the house.

It must hold the functions still to be written, the visible cases and no others, and no line
of a reference or of a planned mistake. Hidden cases are drawn from the secret when marks are
made: a notebook can hold one only if someone put it there. The learner needs the course
installed for the check cells; the references come with it, the hidden cases do not.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from coursekit import notebooks
from coursekit.chapters import Chapter
from coursekit.exercises import exercises
from coursekit.exercises.compare import same
from coursekit.exercises.contract import Exercise, made_of
from coursekit.grading.gather import Cell
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.i18n import LANGUAGES
from coursekit.sims.message import Message, require

TELLING = 24  # characters: a line of code this long is nobody's by chance
LONGEST = 100_000  # repetitions that a text in a case may be written with


def release(chapter: Chapter, folder: Path, lang: str = "en") -> tuple[Path, list[Message]]:
    """Write the learner's copy; what is amiss is told, and then nothing is written."""
    require(
        lang in LANGUAGES,
        "language={code}: choose one of {codes}",
        code=lang,
        codes=", ".join(LANGUAGES),
    )
    target = folder / f"{chapter.stem}.ipynb"
    require(not target.exists(), "to={path}: it exists and is not replaced", path=str(target))
    edition = folder_of_notebooks() / ("" if lang == "en" else lang)
    copy = notebooks.clean(notebooks.read(edition / "exercises" / target.name))
    amiss = list(findings(copy, exercises(chapter.slug)))
    if not amiss:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8"):  # nobody else's, even if made this moment
            notebooks.write(target, copy)
    return target, amiss


def findings(notebook: NotebookNode, asked: Sequence[Exercise]) -> Iterator[Message]:
    """What a learner must not get, a sentence each."""
    code = [Cell(str(each.source)) for each in notebook.cells if each.cell_type == "code"]
    for exercise in asked:
        yield from _solved(exercise, code)
        yield from _spoken(exercise, json.dumps(notebook, ensure_ascii=False))
        yield from _cases(exercise, code)


def _solved(exercise: Exercise, code: Sequence[Cell]) -> Iterator[Message]:
    """The function stands there once, and does nothing."""
    defined = [
        node
        for cell in code
        for node in ast.walk(cell.tree or ast.Module([], []))
        if isinstance(node, ast.FunctionDef) and node.name == exercise.function
    ]
    if not defined:
        yield Message.of("{exercise}: no stub of {function}", **_names(exercise))
    if not all(_is_stub(node) for node in defined):
        yield Message.of("{exercise}: {function} is solved", **_names(exercise))


def _names(exercise: Exercise) -> dict[str, str]:
    return {"exercise": exercise.id, "function": exercise.function}


def _is_stub(node: ast.FunctionDef) -> bool:
    """Nothing but a docstring, and a `return None`, `pass`, `...` or `raise`."""
    return all(
        isinstance(each, (ast.Pass, ast.Raise))
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        or (isinstance(each, ast.Return) and _is_nothing(each.value))
        for each in node.body
    )


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value in (None, ...))


def _spoken(exercise: Exercise, text: str) -> Iterator[Message]:
    """Lines of the reference, or of a planned mistake, anywhere in the file."""
    whole = (exercise.reference, *(each.function for each in exercise.wrong))
    functions = dict.fromkeys(part for each in whole for part in made_of(each))
    for line in dict.fromkeys(line for each in functions for line in _telling(each)):
        if json.dumps(line, ensure_ascii=False)[1:-1] in text:
            yield Message.of(
                "{exercise}: a line of the reference: {line}", exercise=exercise.id, line=line
            )


def _telling(function: Callable[..., Any]) -> Iterator[str]:
    """The lines of a function's body that are long enough to tell it."""
    source = textwrap.dedent(inspect.getsource(function))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = source.splitlines()[body[0].lineno - 1 :] if body else []
            yield from (line.strip() for line in lines if len(line.strip()) >= TELLING)


def _cases(exercise: Exercise, code: Sequence[Cell]) -> Iterator[Message]:
    """The notebook's cases are the visible ones, no more and no other."""
    name = "CASES_" + exercise.id.replace(".", "_")
    given = [case for cell in code for case in _listed(cell, name)]
    visible = [{"args": each.args, "answer": each.answer} for each in exercise.samples]
    for place, case in enumerate(given, 1):
        if not any(same(each, case) for each in visible):
            yield Message.of(
                "{exercise}: case {number} of {name} is not one of the visible ones",
                exercise=exercise.id,
                number=place,
                name=name,
            )


def _listed(cell: Cell, name: str) -> list[Any]:
    for node in cell.tree.body if cell.tree else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                try:
                    cases = ast.literal_eval(_Spelled().visit(value))
                except (ValueError, TypeError):
                    return [None]
                return cases if isinstance(cases, list) else [None]
    return []


class _Spelled(ast.NodeTransformer):
    """Texts written short (`"A" * 100 + "B"`, for an image in base64) written out."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        match left, node.op, right:
            case ast.Constant(value=str(a)), ast.Add(), ast.Constant(value=str(b)):
                return ast.Constant(a + b)
            case ast.Constant(value=str(a)), ast.Mult(), ast.Constant(value=int(n)) if n <= LONGEST:
                return ast.Constant(a * n)
        return node
