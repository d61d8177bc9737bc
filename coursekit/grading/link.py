"""Our end of the socket to a sandbox: sends a job, keeps time and memory, takes the files.

What comes back is read as a fixed number of blocks of bounded size, and is not looked into.
Two clocks: this one, and the limit on processor time that each process has inside.
"""

import json
import select
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coursekit.grading.processes import resident

Job = Mapping[str, Any]

_SIZE = struct.Struct("!q")
_LOOK = 0.05  # seconds between two looks at the memory
_GRACE = 1.0  # seconds for the files of a run that was ended


Ended = Literal["", "late", "memory"]


@dataclass(frozen=True)
class Reply:
    """The files of a run that were asked for and are there; why it was ended, if it was."""

    files: Mapping[str, str]
    ended: Ended = ""
    lost: bool = False  # the sandbox was gone before it had answered


@dataclass(frozen=True)
class Running:
    """A sandbox that waits for a job: the socket, its first process here, what kills it."""

    link: socket.socket
    pid: int
    kill: Callable[[], object]


def converse(running: Running, job: Job, *, seconds: float, memory: int) -> Reply:
    """Send a job and wait for its files; always returns, within the limit and a second."""
    ended: Ended = ""
    data, count = bytearray(), len(job["wanted"])
    most = count * (job["most"] + _SIZE.size)
    end = time.monotonic() + seconds
    try:
        _send(running.link, job, seconds)
        while len(_blocks(data)) < count and len(data) <= most:
            if select.select([running.link], [], [], _LOOK)[0]:
                if not (part := running.link.recv(1 << 16)):
                    break
                data += part
            elif ended:
                if time.monotonic() > end:
                    break
            elif ended := _ended(running.pid, end, memory):
                running.link.shutdown(socket.SHUT_WR)  # process 1 ends the run and answers
                end = time.monotonic() + _GRACE
    except TimeoutError:
        ended = "late"  # nobody took the job
    except OSError:
        pass  # the sandbox is gone: what came is what there is
    finally:
        running.link.close()
        running.kill()
    blocks = _blocks(data)
    pairs = zip(job["wanted"], blocks, strict=False)
    files = {name: block.decode("utf-8", "replace") for name, block in pairs if block is not None}
    return Reply(files, ended, lost=not ended and len(blocks) < count)


def _send(link: socket.socket, job: Job, seconds: float) -> None:
    text = json.dumps(job).encode()
    link.settimeout(seconds)
    link.sendall(_SIZE.pack(len(text)) + text)


def _blocks(data: bytes | bytearray) -> list[bytes | None]:
    """The blocks that have arrived whole: a length, then bytes; None for length -1."""
    found: list[bytes | None] = []
    at = 0
    while at + _SIZE.size <= len(data):
        (size,) = _SIZE.unpack_from(data, at)
        at += _SIZE.size + max(0, size)
        if at > len(data):
            break
        found.append(None if size < 0 else bytes(data[at - size : at]))
    return found


def _ended(pid: int, end: float, memory: int) -> Ended:
    if time.monotonic() > end:
        return "late"
    return "memory" if resident(pid, memory) > memory else ""
