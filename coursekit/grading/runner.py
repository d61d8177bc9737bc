"""Runs a clean notebook with papermill in a process of its own; trusts nothing it says.

The process gets a new session, an empty folder, an environment of a few names, limits on
memory, time and file size; whatever it started is killed at the end. This bounds honest
mistakes. It is not a sandbox: code that means harm still has the user's files and network.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from coursekit.grading.intake import OPEN
from coursekit.grading.kernel import MAX_BYTES
from coursekit.grading.notebook import KERNEL, Clean
from coursekit.grading.processes import end_below, kill
from coursekit.sims.message import Message

_LOG_END = 64_000  # bytes of the log that are read back


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one submission may use."""

    seconds: float = 60.0  # wall clock of a run
    case_seconds: float = 2.0
    exercise_seconds: float = 10.0
    memory_bytes: int = 4 << 30  # address space, each process
    file_bytes: int = 16 << 20


@dataclass(frozen=True)
class Ran:
    """What a run left behind: the text of each document, and why others are missing."""

    documents: Mapping[str, str]
    blamed: str = ""  # id of the exercise that was running at the end
    reason: Message | None = None


class Place:
    """The folder of one run, for the length of a `with` block."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="graded-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        (self.path / "out" / "work").mkdir(parents=True)
        (self.path / "home").mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    @property
    def out(self) -> str:
        """Where the kernel writes its documents."""
        return str(self.path / "out")

    def left(self, name: str, most: int) -> str:
        """The start of a file that the kernel left; empty unless it is a plain file."""
        try:
            with os.fdopen(os.open(Path(self.out, name), OPEN), "rb") as file:
                return file.read(most).decode("utf-8", "replace")
        except OSError:
            return ""


def run(clean: Clean, place: Place, limits: Limits) -> Ran:
    """Run a notebook made for this place; always returns, within the limit and a second."""
    place.path.joinpath("clean.ipynb").write_text(clean.text, "utf-8")
    with place.path.joinpath("log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  (our own file, our own Python)
            [sys.executable, "-I", str(Path(__file__).with_name("child.py")), *_job(limits)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place.path,
            env=_environment(place.path),
            start_new_session=True,
        )
        try:
            process.wait(limits.seconds)
            late = False
        except subprocess.TimeoutExpired:
            late = True
        finally:
            end_below(process.pid)
            kill(process.pid)
            process.wait()
    documents = {name: text for name in clean.asked if (text := _document(place, name)) is not None}
    if len(documents) == len(clean.asked):
        return Ran(documents)
    return Ran(documents, _blamed(place, clean), _reason(place, limits, late=late))


def _job(limits: Limits) -> list[str]:
    return [KERNEL, str(limits.memory_bytes), str(int(limits.seconds) + 2), str(limits.file_bytes)]


def _environment(folder: Path) -> dict[str, str]:
    """Few names, all ours: no secret of the caller's environment goes in."""
    home = str(folder / "home")
    places = (
        "HOME",
        "TMPDIR",
        "IPYTHONDIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
    )
    return {
        **dict.fromkeys(places, home),
        "JUPYTER_PATH": str(folder / "jupyter"),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
    }


def _document(place: Place, exercise: str) -> str | None:
    """The text of a document: a real file, no larger than allowed."""
    name = exercise + ".json"
    if not place.path.joinpath("out", name).is_file():
        return None
    text = place.left(name, MAX_BYTES + 1)
    return text if len(text) <= MAX_BYTES else ""


def _blamed(place: Place, clean: Clean) -> str:
    """The exercise that was running last, from the note the kernel left."""
    here = place.left("here", 100)
    if here.startswith("cell ") and here[5:].isdecimal():
        return clean.cells.get(int(here[5:]), "")
    return here if here in clean.asked else ""


def _reason(place: Place, limits: Limits, *, late: bool) -> Message:
    if late:
        return Message.of("no end within {seconds} s", seconds=f"{limits.seconds:g}")
    crash = place.left("crash", 200).partition("Fatal Python error: ")[2]
    if crash:
        return Message.of("it crashed Python: {why}", why=crash.splitlines()[0][:80])
    with place.path.joinpath("log").open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_END))
        log = file.read().decode("utf-8", "replace")
    if "DeadKernelError" in log or "Kernel died" in log:
        return Message.of("it ended Python (os._exit, a kill or a crash)")
    last = (log.strip().splitlines() or ["?"])[-1]
    return Message.of("the run failed: {why}", why=last[:200])
