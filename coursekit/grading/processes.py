"""Processes with everything below them, whatever sessions they moved to: ended and measured."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_SET_CHILD_SUBREAPER = 36  # prctl
_ROUNDS = 5  # what is born while we look is met in the next round


def adopt() -> None:
    """Become the parent of what our children leave behind, where the system can do it."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  (where it is used)

        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_below(pid: int) -> None:
    """Kill all that a process started and that still lives."""
    for _ in range(_ROUNDS):
        below = _below(pid)
        if not below:
            return
        for one in below:
            kill(one.pid)
        psutil.wait_procs(below, timeout=0.2)


def kill(pid: int) -> None:
    """Kill one process; nothing happens where there is none."""
    with contextlib.suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _below(pid: int) -> Sequence[psutil.Process]:
    try:
        found = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return [one for one in found if _lives(one)]


def _lives(one: psutil.Process) -> bool:
    try:
        return bool(one.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def resident(pid: int, most: int) -> int:
    """Memory of a process and all below it, in bytes; where that is over `most`, shared once.

    Linux only. Counting what is shared takes long, so it is done where it decides.
    """
    pids = list(_tree(pid))
    total = sum(map(_resident, pids))
    return total if total <= most else sum(map(_own_share, pids))


def _tree(pid: int) -> Iterator[int]:
    """The process and those below; much quicker than to look at every process there is."""
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in _read(thread / "children").split():
                yield from _tree(int(child))


def _resident(pid: int) -> int:
    pages = _read(Path(f"/proc/{pid}/statm")).split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") if pages else 0


def _own_share(pid: int) -> int:
    """What it holds alone and its share of the rest; all it uses, where it hides that."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return _resident(pid)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""
