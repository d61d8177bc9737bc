"""A warm Python inside a sandbox that forks a child for every notebook.

What is slow to import is imported once. The zygote itself reads no job: each child has
namespaces of its own (users, files, processes, network, messages), an empty /tmp and /out,
and reads its one job there. Stands alone: the sandbox gets the text of this file after
that of `supervisor`.
"""

import ast
import asyncio
import ctypes
import fcntl
import gc
import io
import json
import os
import random
import re
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

supervise: Callable[..., None]  # these stand above, in the sandbox
OUT: str

FAILED = "failed"  # file with the name and the text of the error that stopped a run
CELLS = "cells"  # file with what each cell printed and raised
PRINTED = 20_000  # characters kept of what a notebook prints
SHOWN = 200  # characters kept of an error
WARMING = (
    "import faulthandler, getpass",
    "%time 1 + 1",
    "1 / 0",
)  # what clean notebooks begin with

# of sched.h, mount.h, prctl.h, capability.h
_NEW_NS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PID, _NEW_NET = 0x10000000, 0x20000000, 0x40000000
_NO_SUID, _NO_DEV, _NO_EXEC, _BIND, _RECURSIVE, _PRIVATE = 0x2, 0x4, 0x8, 0x1000, 0x4000, 0x40000
_DROP_BOUNDING = 24
_CAPABILITIES_V3 = 0x20080522
_SET_INTERFACE, _UP_AND_RUNNING = 0x8914, 0x1 | 0x40

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Fork a child for every socket that comes through the standard input, until it closes."""
    control = socket.socket(fileno=0)
    shell = None if "--cold" in sys.argv else _warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _, links, *_ = socket.recv_fds(control, 1, 1)
        if not links:
            return
        with socket.socket(fileno=links[0]) as link:
            if not os.fork():
                control.close()
                _serve(link, shell)


def _warm() -> Any:
    """The shell every child gets a copy of, with all imported that its first cells need."""
    import numpy.random  # noqa: F401, PLC0415  (exercises use it)
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    kept = sys.stdout, sys.stderr
    cells = [{"cell_type": "code", "source": text} for text in WARMING]
    asyncio.run(_cells(cells, shell, []))
    sys.stdout, sys.stderr = kept
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]
    gc.collect()
    gc.freeze()  # the collector of a child leaves shared memory shared
    return shell


def _serve(link: socket.socket, shell: Any) -> None:
    """Enter new namespaces; their process 1 does the job, and the other side may kill it."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _isolate()
        first = os.fork()
        if first:
            socket.send_fds(link, [b":"], [os.pidfd_open(first)])
        else:
            _furnish()
            link.sendall(b".")  # ready for the job
            supervise(link, lambda job: _run(job, shell))  # noqa: F821
    except OSError as why:
        link.sendall(f"!{why}".encode()[:200])
    finally:
        os._exit(0)


def _isolate() -> None:
    user, group = os.getuid(), os.getgid()
    _check(_libc.unshare(_NEW_USER | _NEW_NS | _NEW_PID | _NEW_NET | _NEW_IPC | _NEW_UTS))
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    _check(_libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None))


def _furnish() -> None:
    """What process 1 of the new namespaces finds, and the end of its rights."""
    _check(_libc.mount(b"proc", b"/proc", b"proc", _NO_SUID | _NO_DEV | _NO_EXEC, None))
    for path, size in (("/tmp", b"64m"), ("/out", b"16m"), ("/dev/shm", b"16m")):  # noqa: S108
        kept = {below: os.open(below, os.O_PATH) for below in _mounted_below(path)}
        _check(_libc.mount(b"tmpfs", path.encode(), b"tmpfs", _NO_SUID | _NO_DEV, b"size=" + size))
        for below, handle in kept.items():
            Path(below).mkdir(parents=True)
            source = f"/proc/self/fd/{handle}".encode()
            _check(_libc.mount(source, below.encode(), None, _BIND | _RECURSIVE, None))
            os.close(handle)
    with socket.socket() as any_socket:
        lo = struct.pack("16sh14x", b"lo", _UP_AND_RUNNING)
        fcntl.ioctl(any_socket, _SET_INTERFACE, lo)
    Path("/proc/sys/user/max_user_namespaces").write_text("0", "ascii")
    capability = 0
    while not _libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0):
        capability += 1
    header, nothing = struct.pack("Ii", _CAPABILITIES_V3, 0), bytes(24)
    _check(_libc.capset(header, nothing))


def _mounted_below(path: str) -> list[str]:
    """The topmost mounts in a folder: Python itself, where it lies below /tmp."""
    text = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    places = {_unescaped(line.split()[4]) for line in text.splitlines()}
    found = sorted(each for each in places if each.startswith(f"{path}/"))
    return [each for each in found if not any(each.startswith(f"{other}/") for other in found)]


def _unescaped(place: str) -> str:
    """A path as mountinfo writes it: spaces and the like are octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _run(job: dict[str, Any], shell: Any) -> None:
    """Run the code cells in order, as papermill does; note what stops them."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    said: list[dict[str, str]] = []
    failed = asyncio.run(_cells(json.loads(job["notebook"])["cells"], shell, said))
    if failed:
        Path(OUT, FAILED).write_text(failed, encoding="utf-8", errors="replace")  # noqa: F821
    Path(OUT, CELLS).write_text(json.dumps(said), encoding="utf-8")  # noqa: F821


async def _cells(cells: list[dict[str, Any]], shell: Any, said: list[dict[str, str]]) -> str:
    """Inside a running event loop, as in a kernel; the error that stops them, if one does."""
    sys.stdout = sys.stderr = printed = _Bounded()
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        text = "".join(cell["source"])
        result = await _cell(text, shell)
        why = result.error_before_exec or result.error_in_exec
        name, value = (type(why).__name__, _text(why)) if why else ("", "")
        said.append({"text": printed.taken(), "ename": name, "evalue": value[:SHOWN]})
        if name == "SystemExit" and value in ("", "0"):  # to papermill an end, not an error
            return ""
        if why and "raises-exception" not in cell.get("metadata", {}).get("tags", []):
            return f"{name}: {value}"
    return ""


async def _cell(text: str, shell: Any) -> Any:
    """What `shell.run_cell` does, inside a loop, so that a cell may `await`."""
    try:
        python, error = _python(text) or shell.transform_cell(text), None
    except Exception:  # noqa: BLE001  (it is the shell that tells)
        python, error = text, sys.exc_info()
    try:
        result = await shell.run_cell_async(
            text, store_history=True, transformed_cell=python, preprocessing_exc_tuple=error
        )
    finally:
        shell.events.trigger("post_execute")
    shell.events.trigger("post_run_cell", result)
    return result


def _python(text: str) -> str:
    """The text itself where it is Python already: IPython would read it token by token.

    One line alone may still be a command without its percent sign.
    """
    if "\n" not in text.strip():
        return ""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return text if text.endswith("\n") else text + "\n"


def _text(why: BaseException) -> str:
    try:
        return str(why)[:1000]
    except BaseException:  # noqa: BLE001  (its __str__ is a learner's code too)
        return ""


class _Bounded(io.TextIOBase):
    """Keeps the beginning of what a notebook prints."""

    def __init__(self) -> None:
        self.left, self.parts = PRINTED, list[str]()

    def write(self, text: str) -> int:
        self.parts.append(text[: self.left])
        self.left -= len(self.parts[-1])
        return len(text)

    def taken(self) -> str:
        """What came since the last time."""
        text = "".join(self.parts)
        self.parts.clear()
        return text


if __name__ == "__main__":
    main()
