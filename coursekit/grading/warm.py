"""The warm Python of this process: a `zygote` in an outer sandbox, started when first needed.

One for each worker process. It ends with that process: its socket closes and bubblewrap
dies with its parent. Where it breaks, the next run starts another.
"""

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from functools import partial

from coursekit.grading.bubblewrap import command, source
from coursekit.grading.link import Running

_START = 60  # seconds to import what a notebook needs
_LIMITS = {"nofile": 512, "core": 0, "nproc": 4096}  # those of a run are set inside


class NoNamespacesError(Exception):
    """The sandbox works, but cannot hold others; the text says why."""


class Zygote:
    """The outer sandbox. `cold` imports nothing: enough to see whether it can fork."""

    def __init__(self, *, cold: bool = False) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._next: socket.socket | None = None
        self._control, theirs = socket.socketpair()
        start = [sys.executable, "-I", "-c", source("supervisor", "zygote")]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own command)
                command([*start, *(["--cold"] if cold else [])], _LIMITS, nests=True),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def fork(self) -> Running:
        """A sandbox inside that waits for its job; OSError where the zygote is gone."""
        if self._process.poll() is not None:  # what it left ready went with it
            raise ConnectionError("the zygote is gone")
        with self._lock:
            ours, self._next = self._next or self._begin(), None
        try:
            ours.settimeout(_START)
            said, handles = _greeting(ours)
        except OSError:
            ours.close()
            raise
        if said in (b":.", b".:") and (pid := _pid(handles[0])) > 0:
            return Running(ours, pid, partial(self._end, handles[0]))
        ours.close()
        for handle in handles:
            _kill(handle)
        if b"!" in said:  # and what the system says
            raise NoNamespacesError(said.partition(b"!")[2].decode("utf-8", "replace"))
        raise ConnectionError("the zygote is gone")

    def _end(self, handle: int) -> None:
        """Kill the first process of a sandbox, and begin the next: it is ready when a job is."""
        _kill(handle)
        with self._lock, contextlib.suppress(OSError):
            self._next = self._next or self._begin()

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        return ours

    def close(self) -> None:
        """End it and all it started."""
        with self._lock:
            self._control.close()
            if self._next is not None:
                self._next.close()
        self._process.kill()
        self._process.wait()


def _greeting(link: socket.socket) -> tuple[bytes, list[int]]:
    """A colon and a handle on process 1 from its parent, a full stop from itself; or what failed."""
    said, handles = b"", list[int]()
    while said not in (b":.", b".:"):
        part, more, *_ = socket.recv_fds(link, 200, 1)
        if not part:
            break
        said, handles = said + part, handles + more
    return said, handles


def _pid(handle: int) -> int:
    """The number here of the process a handle stands for; -1 where it has ended."""
    with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) for line in file if line.startswith("Pid:"))


def _kill(handle: int) -> None:
    """Kill the first process of a sandbox, and by that all others in it."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    os.close(handle)


_here: Zygote | None = None
_lock = threading.Lock()


def fork() -> Running:
    """A sandbox inside this process's zygote; started anew once if the one there is broken."""
    global _here  # noqa: PLW0603  (one for the life of a process)
    with _lock:
        if _here is not None and _here.owner == os.getpid():
            try:
                return _here.fork()
            except OSError:
                close()
        _here = Zygote()
        atexit.register(close)
        return _here.fork()


def close() -> None:
    """End this process's zygote, if there is one."""
    global _here  # noqa: PLW0603
    if _here is not None and _here.owner == os.getpid():
        _here.close()
    _here = None
    atexit.unregister(close)
