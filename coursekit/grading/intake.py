"""Takes in what learners handed over, and executes none of it.

Only the text of code cells goes on: outputs, metadata, widget state, kernel names and ids
stay behind. What cannot be read is refused with a sentence; nothing is written.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.sims.message import Message, require

MAX_BYTES = 10_000_000  # of a file, with its outputs
MAX_CELLS = 1000
MAX_CODE = 200_000  # characters of code in one cell
MAX_ALL_CODE = 1_000_000

OPEN = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)  # neither follow nor wait


class RefusedError(ValueError):
    """Why something from an untrusted hand is not taken, in a sentence."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class Submission:
    """A file someone handed in; nobody has looked inside."""

    learner: str
    path: Path


@dataclass(frozen=True)
class Handed:
    """What goes on from a submission: the text of its code cells and the hash of its bytes."""

    code: tuple[str, ...]
    sha256: str


def submissions(folder: Path, stem: str, besides: Path | None = None) -> list[Submission]:
    """What is in a folder, by name: `LEARNER.ipynb`, or `LEARNER/STEM.ipynb`.

    Every other file is a submission too, that `read` will refuse: nothing is passed over
    but hidden files and the folder `besides`, where the marks go.
    """
    require(folder.is_dir(), "folder={folder}: no such folder", folder=str(folder))
    taken: dict[str, Submission] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name[0] == "." or (besides is not None and entry.resolve() == besides.resolve()):
            continue
        for path in _handed_in(entry, stem):
            one = _name(entry.stem if entry.suffix == ".ipynb" else entry.name)
            learner = _name(str(path.relative_to(folder))) if one in taken else one
            taken[learner] = Submission(learner, path)
    return list(taken.values())


def _handed_in(entry: Path, stem: str) -> Iterator[Path]:
    if entry.is_symlink() or not entry.is_dir():
        yield entry
        return
    inside = [path for path in sorted(entry.iterdir()) if path.suffix == ".ipynb"]
    named = [path for path in inside if path.stem == stem]
    yield from named or inside or [entry]


def _name(text: str) -> str:
    """A file name as text that any file can hold, whatever its bytes."""
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def read(path: Path) -> Handed:
    """The code of a notebook; `RefusedError` says why not."""
    data = _bytes(path)
    cells = _cells(_json(data))
    code = tuple(_source(cell) for cell in cells if cell.get("cell_type") == "code")
    if sum(map(len, code)) > MAX_ALL_CODE:
        raise RefusedError(Message.of("more than {most} characters of code", most=MAX_ALL_CODE))
    return Handed(code, hashlib.sha256(data).hexdigest())


def _bytes(path: Path) -> bytes:
    try:
        _is_file(path.lstat())
        with os.fdopen(os.open(path, OPEN), "rb") as file:
            _is_file(os.fstat(file.fileno()))
            data = file.read(MAX_BYTES + 1)
    except OSError as why:
        raise RefusedError(
            Message.of("the file cannot be read: {why}", why=str(why.strerror))
        ) from None
    if not data.strip():
        raise RefusedError(Message.of("the file is empty"))
    if len(data) > MAX_BYTES:
        raise RefusedError(Message.of("the file is larger than {most} bytes", most=MAX_BYTES))
    return data


def _is_file(status: os.stat_result) -> None:
    kinds = {
        stat.S_ISLNK: Message("a link, not a file"),
        stat.S_ISDIR: Message("a folder without a notebook"),
    }
    for is_kind, said in kinds.items():
        if is_kind(status.st_mode):
            raise RefusedError(said)
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError(Message.of("a pipe or a device, not a file"))
    if status.st_size > MAX_BYTES:
        raise RefusedError(Message.of("the file is larger than {most} bytes", most=MAX_BYTES))


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant, parse_int=_short)
    except UnicodeDecodeError:
        raise RefusedError(Message.of("not a notebook: the file is not UTF-8 text")) from None
    except json.JSONDecodeError as why:
        if data.lstrip()[:1] == b"<":
            raise RefusedError(Message.of("not a notebook: the file is a web page")) from None
        raise RefusedError(
            Message.of(
                "not a notebook: not JSON, line {line} column {column}: {why}",
                line=why.lineno,
                column=why.colno,
                why=why.msg,
            )
        ) from None
    except RecursionError:
        raise RefusedError(Message.of("not a notebook: its JSON is nested too deep")) from None


def _no_constant(name: str) -> None:
    raise RefusedError(Message.of("not a notebook: {name} is not JSON", name=name))


def _short(digits: str) -> int:
    if len(digits) > 40:
        raise RefusedError(
            Message.of("not a notebook: a number of {count} digits", count=len(digits))
        )
    return int(digits)


def _cells(notebook: Any) -> list[dict[str, Any]]:
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise RefusedError(Message.of("not a notebook: JSON of another kind"))
    if notebook["nbformat"] != 4:
        found = str(notebook["nbformat"])[:20]
        raise RefusedError(
            Message.of("notebook format {found}: save it again in format 4", found=found)
        )
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise RefusedError(Message.of("not a notebook: its cells are not a list of cells"))
    if len(cells) > MAX_CELLS:
        raise RefusedError(Message.of("more than {most} cells", most=MAX_CELLS))
    return cells


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise RefusedError(Message.of("not a notebook: the text of a cell is not text"))
    if len(source) > MAX_CODE:
        raise RefusedError(Message.of("a cell of more than {most} characters", most=MAX_CODE))
    return source.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
