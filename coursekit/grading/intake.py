"""Takes in what learners handed over, and executes none of it.

Only the text of code cells goes on: outputs, metadata, widget state, kernel names and ids
stay behind. What cannot be read is refused with a sentence; nothing is written.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from coursekit.grading import archive, layouts
from coursekit.sims.message import Message, require

MAX_BYTES = 10_000_000  # of a file, with its outputs
MAX_CELLS = 1000
MAX_CODE = 200_000  # characters of code in one cell
MAX_ALL_CODE = 1_000_000
DEPTH = 8  # folders in folders of a learner
LISTED = 5  # names in a note

ZIP = b"PK\x03\x04"  # how a zip file begins
STAMP = "timestamp.txt"  # beside a submission that nbgrader collected

OPEN = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)  # neither follow nor wait


class RefusedError(ValueError):
    """Why something from an untrusted hand is not taken, in a sentence."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A file someone handed in, and what its place tells; nobody has looked inside."""

    learner: str
    path: Path
    handed_in: datetime | None = None  # by the platform's record, else the file's time
    name: str = ""  # of the person, where the platform writes it
    ids: Mapping[str, str] = field(default_factory=dict)  # "moodle", "canvas": number there
    note: Message | None = None  # what the teacher may want to know
    kept: object = field(default=None, repr=False, compare=False)  # the folder of a zip


@dataclass(frozen=True)
class Handed:
    """What goes on from a submission: the text of its code cells and the hash of its bytes."""

    code: tuple[str, ...]
    sha256: str


def submissions(source: Path, stem: str, besides: Path | None = None) -> list[Submission]:
    """What is in a folder or a zip file, one submission a learner, by name.

    Layouts are those of `layouts`. Nothing is passed over but hidden files and the folder
    `besides`, where the marks go: what is no notebook is a submission that `read` refuses.
    Of several notebooks the newest of the right name counts, a note names the others. The
    files of a zip are there as long as one of its submissions is.
    """
    require(source.exists(), "folder={folder}: no such folder", folder=str(source))
    kept = None if source.is_dir() else archive.unpack(source)
    folder = source if kept is None else kept.path
    paths = list(_walk(folder, besides and besides.resolve()))
    groups: dict[str, list[_File]] = {}
    for path, owner in zip(paths, layouts.owners(paths, stem), strict=True):
        groups.setdefault(owner.learner, []).append(_File(folder, path, owner))
    taken: dict[str, Submission] = {}
    for files in groups.values():
        one = _submission(files, stem, kept, taken)
        taken[one.learner] = one
    return sorted(taken.values(), key=lambda each: each.learner)


def _walk(folder: Path, besides: Path | None, depth: int = DEPTH) -> Iterator[str]:
    """Paths of the files below a folder; a folder without any, or too deep, ends in `/`."""
    for entry in sorted(folder.iterdir()):
        if layouts.is_litter(entry.name):
            continue
        if entry.is_symlink() or not entry.is_dir():
            yield entry.name
        elif entry.resolve() != besides:
            inside = list(_walk(entry, besides, depth - 1)) if depth and _readable(entry) else []
            yield from (f"{entry.name}/{path}" for path in inside or [""])


def _readable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


@dataclass(frozen=True)
class _File:
    """One file of a learner."""

    folder: Path
    path: str
    owner: layouts.Owner

    @property
    def real(self) -> Path:
        return self.folder / self.path

    @property
    def is_readable(self) -> bool:
        """Worth a look: a notebook, a zip, an empty folder, or a file that no folder holds."""
        return self.path.endswith((".ipynb", ".zip", "/")) or "/" not in self.path

    @cached_property
    def handed_in(self) -> datetime | None:
        """When: by the time stamp beside it, else by the file."""
        stamp = self.folder / self.owner.home / STAMP if self.owner.home else None
        return (stamp and _stamped(stamp)) or _modified(self.real)

    def rank(self, stem: str) -> tuple[Any, ...]:
        """The largest counts: a notebook, of the right name, the newest."""
        file = self.owner.file
        time = self.handed_in.timestamp() if self.handed_in else 0.0
        return (
            file.endswith(".ipynb"),
            layouts.named(file, stem),
            file.endswith(".zip"),
            self.owner.number,
            time,
            self.path,
        )


def _submission(
    files: Sequence[_File], stem: str, kept: object, taken: Mapping[str, Any]
) -> Submission:
    """The file that counts, under a name nobody has yet."""
    chosen = max(files, key=lambda each: each.rank(stem))
    others = sorted(
        each.path for each in files if each is not chosen and each.path.endswith(".ipynb")
    )
    names = (_name(chosen.owner.learner), _name(chosen.path), ascii(chosen.path))
    return Submission(
        learner=next(each for each in names if each not in taken),
        path=chosen.real if chosen.is_readable else chosen.real.parent,
        handed_in=chosen.handed_in,
        name=_name(chosen.owner.name),
        ids=chosen.owner.ids,
        note=_note(others, late=any(each.owner.late for each in files)),
        kept=kept,
    )


def _note(others: Sequence[str], *, late: bool) -> Message | None:
    """What else a learner handed in, and whether the platform calls it late."""
    listed = ", ".join(_name(each) for each in others[:LISTED])
    more = "" if len(others) <= LISTED else ", …"
    beside = Message.of("also handed in, not graded: {files}", files=listed + more)
    after = Message.of("late, says the platform")
    if late and others:
        return Message.of("{one}; {other}", one=after, other=beside)
    return beside if others else after if late else None


def _name(text: str) -> str:
    """A file name as text that any file can hold, in one form, whatever its bytes."""
    return normalize("NFC", os.fsencode(text).decode("utf-8", "backslashreplace"))


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, tz=UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _stamped(path: Path) -> datetime | None:
    """The time in a `timestamp.txt`, such as `2015-02-02 15:58:23.948203 UTC`."""
    try:
        text = _bytes(path, most=100).decode("ascii").strip()
        date, time, zone = [*text.split(" "), "UTC"][:3]
        naive = datetime.fromisoformat(f"{date} {time}")
        return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (RefusedError, ValueError, OverflowError, LookupError, OSError):
        return None


def read(path: Path) -> Handed:
    """The code of a notebook; `RefusedError` says why not."""
    data = _bytes(path)
    cells = _cells(_json(data))
    code = tuple(_source(cell) for cell in cells if cell.get("cell_type") == "code")
    if sum(map(len, code)) > MAX_ALL_CODE:
        raise RefusedError(Message.of("more than {most} characters of code", most=MAX_ALL_CODE))
    return Handed(code, hashlib.sha256(data).hexdigest())


def _bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    try:
        _is_file(path.lstat())
        with os.fdopen(os.open(path, OPEN), "rb") as file:
            _is_file(os.fstat(file.fileno()))
            data = file.read(most + 1)
    except OSError as why:
        raise RefusedError(
            Message.of("the file cannot be read: {why}", why=str(why.strerror))
        ) from None
    if not data.strip():
        raise RefusedError(Message.of("the file is empty"))
    if len(data) > most:
        raise RefusedError(Message.of("the file is larger than {most} bytes", most=most))
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
    if data.startswith(ZIP):
        raise RefusedError(Message.of("a zip file, not a notebook: hand in the notebook itself"))
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
