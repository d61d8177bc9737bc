"""Process 1 of a sandbox: takes one job, lets it run, hands back the files it left.

Standard library only: a sandbox holds no course, so it gets the text of this file, and
after it that of `child` or of `zygote`, which use what stands here. Job and files pass
through one socket. When the run ends, or the other side shuts its end of the socket, all
else in the sandbox is killed. As process 1 it cannot be killed from inside.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import socket
import stat
import struct
from collections.abc import Callable
from typing import Any

OUT = "/out"  # where a run leaves its files
HOME = "/tmp"  # noqa: S108  (where it begins: memory of its own, of a fixed size)

_SIZE = struct.Struct("!q")
_SET_DUMPABLE = 4  # prctl
_FILES = 256  # descriptors a run may have

Job = dict[str, Any]


def supervise(link: socket.socket, run: Callable[[Job], None]) -> None:
    """The whole life of process 1; `run` gets the job in a process of its own."""
    job = receive(link)
    _hide(hidden=True)
    pid = os.fork()
    if not pid:
        try:
            _begin(job)
            run(job)
        finally:
            os._exit(0)
    ended = os.pidfd_open(pid)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # what ends leaves no zombie
    waited: list[Any] = [ended, link]
    select.select(waited, [], [])
    end_all()
    for name in job["wanted"]:
        link.sendall(_packed(name, job["most"]))


def receive(link: socket.socket) -> Job:
    """The job: a length, then JSON."""
    (size,) = _SIZE.unpack(_exactly(link, _SIZE.size))
    job: Job = json.loads(_exactly(link, size))
    return job


def end_all() -> None:
    """Kill all else in the sandbox, at once; anywhere but in process 1 that would be a disaster."""
    if os.getpid() != 1:
        raise RuntimeError("not process 1")
    with contextlib.suppress(ProcessLookupError):  # nothing else lives
        os.kill(-1, signal.SIGKILL)


def _begin(job: Job) -> None:
    """Make the process that runs the job poor: no descriptor, few means."""
    _hide(hidden=False)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, _FILES)
    for name, most in job["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (most, most))
    os.chdir(HOME)


def _hide(*, hidden: bool) -> None:
    """Keep others of the same user out of this process's memory and descriptors, or let them in."""
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, int(not hidden), 0, 0, 0)


def _exactly(link: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = link.recv(min(size - len(data), 1 << 16))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def _packed(name: str, most: int) -> bytes:
    """The start of a file as its length and its bytes; -1 where there is no plain file."""
    try:
        file = os.open(f"{OUT}/{name}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(file, "rb") as opened:
            if stat.S_ISREG(os.fstat(file).st_mode):
                data = opened.read(most)
                return _SIZE.pack(len(data)) + data
    except OSError:
        pass
    return _SIZE.pack(-1)
