"""Runs a clean notebook with papermill where it can harm nothing; trusts nothing it says.

In a sandbox, with the fast engine or with papermill's own. `unsafe` leaves the sandbox out:
then limits bound honest mistakes, and code that means harm has the user's files and network.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from coursekit.grading import sandbox, warm
from coursekit.grading.child import FAILED
from coursekit.grading.intake import OPEN
from coursekit.grading.kernel import MAX_BYTES
from coursekit.grading.limits import Limits
from coursekit.grading.link import Ended, Reply, converse
from coursekit.grading.notebook import KERNEL, Clean
from coursekit.grading.processes import end_below, kill
from coursekit.sims.message import Message, require

__all__ = ["Limits", "Means", "Place", "Ran", "run"]

ENGINES = ("fast", "papermill")
HERE, CRASH = "here", "crash"  # files: what is running, and the last words of a Python that crashed
_NOTES = (HERE, CRASH, FAILED)


@dataclass(frozen=True)
class Means:
    """How to run: with which engine, and whether without a sandbox (then with papermill's)."""

    engine: str = "fast"
    unsafe: bool = False

    def __post_init__(self) -> None:
        require(
            self.engine in ENGINES,
            "engine={engine}: choose one of {engines}",
            engine=self.engine,
            engines=", ".join(ENGINES),
        )


@dataclass(frozen=True)
class Ran:
    """What a run left behind: the text of each document, and why others are missing."""

    documents: Mapping[str, str]
    blamed: str = ""  # id of the exercise that was running at the end
    reason: Message | None = None


class Place:
    """The folder of one run without a sandbox, for the length of a `with` block."""

    out = "../out"  # where a run writes, seen from where it begins, here and in a sandbox

    def __enter__(self) -> Self:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def path(self) -> Path:
        """The folder, made when first asked for: a sandbox needs none."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="graded-", ignore_cleanup_errors=True)
            for name in ("out", "work", "home"):
                Path(self._folder.name, name).mkdir()
        return Path(self._folder.name)

    def left(self, name: str, most: int) -> str | None:
        """The start of a file that a run left; None unless it is a plain file."""
        path = self.path / "out" / name
        try:
            if not path.is_file():
                return None
            with os.fdopen(os.open(path, OPEN), "rb") as file:
                return file.read(most).decode("utf-8", "replace")
        except OSError:
            return None


def run(clean: Clean, place: Place, limits: Limits, means: Means | None = None) -> Ran:
    """Run a notebook; always returns, within the limit and a second, unless there is no sandbox."""
    means = means or Means()
    wanted = (*_NOTES, *(f"{name}.json" for name in clean.asked))
    reply = _way(means)(clean.text, wanted, limits, place)
    texts = {name: reply.files.get(f"{name}.json") for name in clean.asked}
    documents = {name: _allowed(text) for name, text in texts.items() if text is not None}
    if len(documents) == len(clean.asked):
        return Ran(documents)
    return Ran(documents, _blamed(reply, clean), _reason(reply, limits))


Way = Callable[[str, tuple[str, ...], Limits, Place], Reply]


def _way(means: Means) -> Way:
    if means.unsafe:
        return _unsafe
    finding = sandbox.examine()
    if not finding.works:
        raise sandbox.NoSandboxError(finding)
    return _fast if means.engine == "fast" and finding.fast else _papermill


def _fast(notebook: str, wanted: tuple[str, ...], limits: Limits, place: Place) -> Reply:
    """With papermill and our engine; errors of the notebook are in its files."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # 2.5 s to import, never used here
    import papermill  # type: ignore[import-untyped]  # noqa: PLC0415  (slow)
    from nbformat import from_dict  # noqa: PLC0415

    from coursekit.grading import engine  # noqa: PLC0415

    kept = [Reply({}, lost=True)]
    try:
        papermill.execute_notebook(
            from_dict(json.loads(notebook)),  # type: ignore[no-untyped-call]
            None,
            engine_name=engine.NAME,
            kernel_name=KERNEL,
            progress_bar=False,
            limits=limits,
            wanted=wanted,
            keep=kept.append,
        )
    except (engine.EndedError, papermill.PapermillExecutionError):
        pass
    except (OSError, warm.NoNamespacesError):
        pass
    return _papermill(notebook, wanted, limits, place) if kept[-1].lost else kept[-1]


def _papermill(notebook: str, wanted: tuple[str, ...], limits: Limits, _: Place) -> Reply:
    """With papermill and a kernel, all in one sandbox."""
    job = limits.job(notebook, wanted)
    running = sandbox.start(("supervisor", "child"), limits.bounds)
    return converse(running, job, seconds=limits.seconds, memory=limits.address_bytes)


def _unsafe(notebook: str, wanted: tuple[str, ...], limits: Limits, place: Place) -> Reply:
    """With papermill and a kernel, in processes of this user."""
    place.path.joinpath("clean.ipynb").write_text(notebook, "utf-8")
    process = subprocess.Popen(  # noqa: S603  (our own file, our own Python)
        [
            *(sys.executable, "-I", str(Path(__file__).with_name("unsafe.py"))),
            *map(str, (limits.address_bytes, limits.cpu_seconds, limits.file_bytes)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place.path,
        env=_environment(place.path / "home"),
        start_new_session=True,
    )
    ended: Ended = ""
    try:
        process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        ended = "late"
    finally:
        end_below(process.pid)
        kill(process.pid)
        process.wait()
    left = {name: place.left(name, MAX_BYTES + 1) for name in wanted}
    return Reply({name: text for name, text in left.items() if text is not None}, ended)


def _environment(home: Path) -> dict[str, str]:
    """Few names, all ours: no secret of the caller's environment goes in."""
    places = (
        "HOME",
        "TMPDIR",
        "IPYTHONDIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
    )
    return {
        **dict.fromkeys(places, str(home)),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
    }


def _allowed(text: str) -> str:
    """The text of a document; one that is too large says nothing."""
    return text if len(text) <= MAX_BYTES else ""


def _blamed(reply: Reply, clean: Clean) -> str:
    """The exercise that was running last, from the note the kernel left."""
    here = reply.files.get(HERE, "")[:100]
    if here.startswith("cell ") and here[5:].isdecimal():
        return clean.cells.get(int(here[5:]), "")
    return here if here in clean.asked else ""


def _reason(reply: Reply, limits: Limits) -> Message:
    if reply.ended == "late":
        return Message.of("no end within {seconds} s", seconds=f"{limits.seconds:g}")
    if reply.ended == "memory":
        return Message.of(
            "its processes took more than {mib} MiB of memory", mib=limits.address_bytes >> 20
        )
    if crash := reply.files.get(CRASH, "").partition("Fatal Python error: ")[2]:
        return Message.of("it crashed Python: {why}", why=_line(crash.splitlines()[0], 80))
    if failed := reply.files.get(FAILED):
        return Message.of("the run failed: {why}", why=_line(failed, 200))
    return Message.of("it ended Python (os._exit, a kill or a crash)")


def _line(text: str, most: int) -> str:
    """Text from an untrusted hand as one short line."""
    text = " ".join(text.split())[:most]
    return "".join(each if each.isprintable() else " " for each in text)
