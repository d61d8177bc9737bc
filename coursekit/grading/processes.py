"""Ends processes with everything below them, whatever sessions they moved to."""

import contextlib
import os
import signal
import sys
from collections.abc import Sequence

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
