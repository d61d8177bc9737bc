"""What the learner did, in one JSON file in the learner's folder.

Predictions, answers and done marks survive a kernel restart and a reload. The file is
written whole and moved into place under a lock, so two notebooks may save at once and a
crash leaves the old one. A damaged file, or one of a newer course, is never overwritten:
it is kept under another name and the learner is told.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from coursekit.i18n import _
from coursekit.sims.message import Message, ParameterError

VERSION = 1
NAME = "my-progress.json"
LIMIT = 100_000  # bytes; a share of it is what a whole course leaves


def course_folder(start: Path | None = None) -> Path:
    """The folder of the start page, at or above `start`; else `start` itself."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents[:3]):
        if (folder / "00-start-here.ipynb").exists() and folder.name != "fr":
            return folder
    return start


class Progress:
    """The learner's file: `get` and `put` by kind (predictions, answers, done) and name."""

    def __init__(self, path: Path | None = None) -> None:
        chosen = os.environ.get("COURSEKIT_PROGRESS")
        self.path = Path(path or chosen or course_folder() / NAME)
        self.notice: Message | None = None  # what the learner must be told about the file

    def get(self, kind: str, name: str) -> Any:
        """What is kept under this name, or None."""
        return self._read().get(kind, {}).get(name)

    def all(self, kind: str) -> dict[str, Any]:
        """Everything kept of this kind."""
        return dict(self._read().get(kind, {}))

    def put(self, kind: str, name: str, value: Any) -> None:
        """Keep a JSON-like value; what others wrote meanwhile stays."""
        when = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            with self._lock():
                data = self._read()
                data.setdefault(kind, {})[name] = {**value, "at": when}
                self._write(data)
        except OSError as why:  # a read-only folder must not stop the learner
            self.notice = Message("Your progress could not be saved: {why}", {"why": str(why)})

    def text(self) -> str:
        """The whole file, to download."""
        return json.dumps(self._read(), ensure_ascii=False, indent=1)

    def restore(self, text: str) -> int:
        """Take entries from a downloaded text; on both sides the newer wins. Returns how many."""
        try:
            coming = _checked(text)
        except ValueError as why:
            raise ParameterError(
                "progress file: not one of ours ({why}); nothing was changed", why=str(why)
            ) from None
        taken = 0
        with self._lock():
            data = self._read()
            for kind, entries in coming.items():
                for name, entry in entries.items() if isinstance(entries, dict) else ():
                    mine = data.setdefault(kind, {}).get(name)
                    if mine is None or mine.get("at", "") < entry.get("at", ""):
                        data[kind][name] = entry
                        taken += 1
            self._write(data)
        return taken

    def _lock(self) -> FileLock:
        return FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=10)

    def _read(self) -> dict[str, Any]:
        try:
            return _checked(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"version": VERSION}
        except ValueError as why:
            self._set_aside(why)
            return {"version": VERSION}

    def _set_aside(self, why: ValueError) -> None:
        copy = self.path.with_name(
            f"{self.path.stem}-kept-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.json"
        )
        self.path.replace(copy)
        self.notice = Message(
            "Your progress file could not be read ({why}). It is kept as {copy}; a new one was begun.",
            {"why": str(why), "copy": copy.name},
        )

    def _write(self, data: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        draft.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self.path)


def _checked(text: str) -> dict[str, Any]:
    """The data of a progress text; ValueError says what is wrong with it."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as why:
        raise ValueError(_("damaged at line {line}", line=why.lineno)) from None
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise ValueError(_("it has no version"))  # noqa: TRY004  (a wrong file, not a wrong call)
    if data["version"] > VERSION:
        raise ValueError(_("it was written by a newer course"))
    return data
