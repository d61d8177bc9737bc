"""Tells code that is the same but for its looks: a normal form of a learner's function.

Written down in order: the function, then what it uses of the other cells, by first use.
Gone are comments, docstrings, annotations, layout and the names that the learner chose;
constants, operations, attributes and the names of others stay. Nothing is executed. Two
learners who think alike may share a form: it is a reason to look, never a mark. Code
rewritten by another hand, such as a loop for a comprehension, is not recognised.
"""

import ast
import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coursekit.grading import gather

LEAST = 60  # words of a form: what is shorter, honest learners write alike

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_SCOPES = (*_Function.__args__, *_Comprehension.__args__, ast.ClassDef)


def form(function: str, found: gather.Found) -> str:
    """A hash, equal for equal code; empty where there is too little of it."""
    try:
        words = list(_words(function, (*found.needs, found.cell)))
    except (RecursionError, MemoryError):
        return ""
    if len(words) < LEAST:
        return ""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _words(function: str, texts: Sequence[str]) -> Iterator[str]:
    trees = [tree for text in texts if (tree := gather.cell_of(text).tree) is not None]
    given = {name: node for tree in trees for node in tree.body for name in gather.bound(node)}
    imports = {name: said for tree in trees for name, said in _imported(ast.walk(tree))}
    writer = _Writer({name: given[name] for name in given.keys() - imports.keys()}, imports)
    writer.number(function)
    while writer.waiting:
        yield from writer.write(writer.given[writer.waiting.popleft()])


def _imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """The names that imports give, each with what it stands for."""
    for node in nodes:
        match node:
            case ast.Import(names):
                for each in names:
                    first = each.name.partition(".")[0]
                    yield each.asname or first, each.name if each.asname else first
            case ast.ImportFrom(module=module, names=names):
                for each in names:
                    yield each.asname or each.name, f"{module}.{each.name}"


@dataclass
class _Writer:
    """Writes statements as words; names become numbers in the order they are met."""

    given: Mapping[str, ast.stmt]  # what the cells define
    imports: Mapping[str, str]
    waiting: deque[str] = field(default_factory=deque)  # met, and not written yet
    _numbers: dict[str, int] = field(default_factory=dict)  # of what the cells define
    _scopes: list[dict[str, int | None]] = field(default_factory=list)
    _locals: int = 0

    def number(self, name: str) -> str:
        """What stands for a name of the cells; the first time, its definition is to come."""
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers)
            if name in self.given:
                self.waiting.append(name)
        return f"given {self._numbers[name]}"

    def _name(self, name: str) -> str:
        for scope in reversed(self._scopes):
            if name in scope:
                if scope[name] is None:
                    self._locals += 1
                    scope[name] = self._locals
                return f"local {scope[name]}"
        if name in self._numbers or name in self.given:
            return self.number(name)
        return self.imports.get(name, name)

    def write(self, node: ast.AST) -> Iterator[str]:
        """The words of a node and of all below it."""
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                return
            case ast.Import() | ast.ImportFrom() | ast.Load() | ast.Store() | ast.Del():
                return
            case ast.Name(id=name):
                yield self._name(name)
            case ast.Constant(value=value):
                yield f"{type(value).__name__} {value!r}"
            case ast.Attribute(value=value, attr=attr):
                yield f"attribute {attr}"
                yield from self.write(value)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    yield from self._fields(ast.Assign([target], value))
            case ast.Call(func=ast.Name(id=name), keywords=keywords) if self._is_own(name):
                yield from self._fields(node, without=("keywords",))
                yield from self._value([each.value for each in keywords])
            case ast.keyword(arg=arg, value=value):
                yield f"keyword {arg}"
                yield from self.write(value)
            case _ if isinstance(node, _SCOPES):
                yield from self._scope(node)
            case _:
                yield from self._fields(node)

    def _is_own(self, name: str) -> bool:
        return name in self.given or any(name in scope for scope in self._scopes)

    def _scope(self, node: ast.AST) -> Iterator[str]:
        own = dict.fromkeys(_own_names(node))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield self._name(node.name)
        self._scopes.append(own)
        yield from self._fields(node, without=("name", "returns"))
        self._scopes.pop()

    def _fields(self, node: ast.AST, without: Sequence[str] = ()) -> Iterator[str]:
        yield type(node).__name__
        for name, value in ast.iter_fields(node):
            if name not in without and name not in ("annotation", "type_comment", "kind"):
                yield from self._value(value)
        yield "."

    def _value(self, value: object) -> Iterator[str]:
        match value:
            case ast.AST():
                yield from self.write(value)
            case list():
                yield "["
                for each in value:
                    yield from self._value(each)
                yield "]"
            case str():
                yield self._name(value)
            case _:
                yield repr(value)


def _own_names(scope: ast.AST) -> Iterator[str]:
    """The names that belong to a function, a class or a comprehension."""
    nodes = list(_inside(scope))
    elsewhere = {
        name
        for node in nodes
        if isinstance(node, (ast.Global, ast.Nonlocal))
        for name in node.names
    }
    for node in nodes:
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                pass
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                pass
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                pass
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                pass
            case _:
                continue
        if name not in elsewhere:
            yield name


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in a scope, the scopes within it not opened."""
    left = deque(ast.iter_child_nodes(scope))
    while left:
        node = left.popleft()
        yield node
        if not isinstance(node, _SCOPES):
            left.extend(ast.iter_child_nodes(node))
