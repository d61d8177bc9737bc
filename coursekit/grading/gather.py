"""Finds a function in a learner's cells, with what it needs from the other cells.

Nothing is executed: the text is parsed. Of several definitions the last one counts that is
not the untouched stub. Cells with the imports, functions, classes and constants it uses
come along from wherever they stand, so that a split or moved cell costs nobody a mark.
"""

import ast
import builtins
import re
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from coursekit.sims.message import Message

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Cell:
    """One code cell; its magics are turned into Python before it is parsed."""

    text: str

    @cached_property
    def python(self) -> str:
        """The text without notebook magics; IPython would read plain Python token by token."""
        if _parsed(self.text) is not None:
            return self.text
        return str(TransformerManager().transform_cell(self.text))  # type: ignore[no-untyped-call]

    @cached_property
    def tree(self) -> ast.Module | None:
        """None where the text is not Python."""
        return _parsed(self.python)

    @property
    def error(self) -> Message:
        """Why it is not Python."""
        try:
            ast.parse(self.python)
        except SyntaxError as why:
            text = " ".join((why.text or "").split())[:80]
            return Message.of("line {line}: {why}: {text}", line=why.lineno, why=why.msg, text=text)
        except _UNREADABLE as why:
            return Message.of("the cell cannot be read: {why}", why=type(why).__name__)
        return Message.of("the cell cannot be read: {why}", why="?")

    @cached_property
    def names(self) -> frozenset[str]:
        """What the cell gives a value at its top level."""
        body = self.tree.body if self.tree is not None else []
        return frozenset(name for node in body for name in bound(node))


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except _UNREADABLE:
        return None


@lru_cache(maxsize=32)  # of one notebook: its trees are large
def cell_of(text: str) -> Cell:
    """A cell by its text, parsed once: it is looked through for every exercise."""
    return Cell(text)


@dataclass(frozen=True)
class Found:
    """The cell of a function and the cells it needs; or why there is none."""

    cell: str = ""
    needs: tuple[str, ...] = ()
    problem: Message | None = None
    kind: str = "found"  # or "missing", "syntax", "stub"


def find(function: str, code: Sequence[str], stub: str) -> Found:
    """The learner's definition of a function among the text of their code cells."""
    cells = [cell_of(text) for text in code]
    defining = [cell for cell in cells if function in cell.names]
    changed = [cell for cell in defining if _bare(cell.text) != _bare(stub)]
    if changed:
        return Found(changed[-1].text, _needs(changed[-1], cells))
    defines = re.compile(rf"^\s*def\s+{function}\b", re.MULTILINE)
    if broken := [cell for cell in cells if cell.tree is None and defines.search(cell.text)]:
        return Found(problem=broken[-1].error, kind="syntax")
    if defining:
        return Found(defining[-1].text, kind="stub")
    return Found(problem=Message.of("no function {function}", function=function), kind="missing")


def bound(node: ast.stmt) -> set[str]:
    """The names a statement gives a value: imports, functions, classes and assignments."""
    match node:
        case ast.Import(names) | ast.ImportFrom(names=names):
            return {(each.asname or each.name).split(".")[0] for each in names}
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def used(python: str) -> set[str]:
    """The names that code takes from outside itself."""
    try:
        top = symtable.symtable(python, "cell", "exec")
    except _UNREADABLE:
        return set()
    own = {
        each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()
    }
    return {name for name in _globals(top) if name not in own and not hasattr(builtins, name)}


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    at_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (at_top or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals(inner)


def _needs(chosen: Cell, cells: Sequence[Cell]) -> tuple[str, ...]:
    """The other cells that bind what the chosen one uses, and what those use, in their order."""
    giver = {name: cell for cell in cells if cell is not chosen for name in cell.names}
    wanted, brought = used(chosen.python), set[int]()
    while wanted:
        cell = giver.get(wanted.pop())
        if cell is not None and id(cell) not in brought:
            brought.add(id(cell))
            wanted |= used(cell.python)
    return tuple(cell.text for cell in cells if id(cell) in brought)


def _bare(text: str) -> str:
    return "".join(text.split())
