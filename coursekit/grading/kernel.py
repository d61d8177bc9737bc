"""What runs inside the graded kernel, beside the learner's cells; nothing here is trusted.

Standard library only. The clean notebook carries the text of this file after that of
`coursekit.exercises.inside`, whose `ask` and `sentence` it uses. The course itself is out
of reach: `import coursekit` fails, and says so.
"""

import builtins
import faulthandler
import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAX_BYTES = 256 * 1024  # of the document of one exercise
PYTHON_BYTES = 1 << 30  # address space kept for Python and its kernel; the rest is the learner's
CALLS = 1000  # one inside another, before Python says RecursionError

ask: Callable[..., list[dict[str, Any]]]  # these two stand above, in the clean notebook
sentence: Callable[[BaseException], str]

errors: dict[int, str] = {}  # what a cell raised, by its number
places: list[str] = []  # where we write


class Absent:
    """Finds no course."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuse the course by name."""
        if name.partition(".")[0] == "coursekit":
            raise ModuleNotFoundError("coursekit is not there while a mark is made", name=name)


def guard(shell: Any, folder: str) -> None:
    """First cell: hide the course, drop what is printed, note what fails and where we are.

    What kernels and shells do each in their own way, all do alike from here on: nobody
    answers `input`, `exit()` does nothing, memory and calls are counted from here.
    """
    folder = os.path.abspath(folder)  # noqa: PTH100  (the learner may move)
    places.append(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "coursekit"]:
        del sys.modules[name]
    sys.meta_path.insert(0, Absent)
    sink = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (until the kernel ends)
    sys.stdout = sys.stderr = sink
    shell.ask_exit = lambda: None
    number = 1  # of this cell

    def before(_: Any) -> None:
        nonlocal number
        number += 1
        builtins.input = getpass.getpass = nobody
        _here(folder, f"cell {number}")

    def after(result: Any) -> None:
        if why := result.error_before_exec or result.error_in_exec:
            errors[number] = sentence(why)  # noqa: F821

    crash = Path(folder, "crash").open("w", encoding="utf-8")  # noqa: SIM115  (for its last words)
    faulthandler.enable(crash)
    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)
    sys.setrecursionlimit(_depth() + CALLS)
    _bound_memory()


def nobody(*_: object, **__: object) -> str:
    """Stands for `input`."""
    raise EOFError("nobody is there to answer")


def _depth() -> int:
    frame, depth = sys._getframe(), 0  # noqa: SLF001
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def _bound_memory() -> None:
    """Leave the same room whatever Python takes already, where there is a limit to share."""
    try:
        import resource  # noqa: PLC0415  (Windows has none)

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    if most != resource.RLIM_INFINITY:
        room = min(most, taken + most - PYTHON_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (room, room))


def serve(job: str, names: dict[str, Any]) -> None:
    """Last cell: ask every function its cases, write a document an exercise."""
    folder = places[0]
    for one in json.loads(job):
        _here(folder, one["exercise"])
        said: dict[str, Any] = {"exercise": one["exercise"]}
        function = names.get(one["function"])
        if callable(function):
            limits = {"seconds": one["seconds"], "budget": one["budget"]}
            said["answers"] = ask(function, one["cases"], **limits)  # noqa: F821
        said["error"] = errors.get(one["cell"], "")
        text = json.dumps(said, allow_nan=False)
        if len(text) > MAX_BYTES:
            text = json.dumps({"exercise": one["exercise"], "error": "the answers are too large"})
        Path(folder, one["exercise"] + ".json").write_text(text, encoding="utf-8")


def _here(folder: str, where: str) -> None:
    """Leave a note of what is running, for when it never ends."""
    Path(folder, "here").write_text(where, encoding="utf-8")
