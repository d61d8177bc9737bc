"""A shell that commands are typed into one after the other: on this machine or in namespaces.

`coursekit.realtools.tinyvm` has a third kind, in a small virtual machine. All three answer alike.
"""

import os
import secrets
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from coursekit.sims.message import require

SBIN = "/usr/local/sbin:/usr/sbin:/sbin"  # a plain user's PATH lacks it, the tools live there
POSTGRES = "/usr/lib/postgresql"  # Debian keeps each version's programs in a folder of its own


@dataclass(frozen=True)
class Answer:
    """What a command printed (both streams, without the last line's end), and its exit code."""

    text: str
    code: int = 0


class Shell(Protocol):
    """Commands, one after the other."""

    def run(self, command: str, timeout: float = 20) -> Answer:
        """Type a command; TimeoutError with what was heard so far when no answer comes."""

    def quietly(self, command: str, timeout: float = 20) -> Answer:
        """The same for what a reader need not see: preparing, tidying, waiting."""

    def machine(self) -> object:
        """The virtual machine behind it, for what no command can do; None elsewhere."""


def environment() -> dict[str, str]:
    """The environment of every tool: plain messages, and the folders of system tools."""
    path = ":".join([os.environ.get("PATH", os.defpath), SBIN, *_postgres_folders()])
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@cache
def _postgres_folders() -> tuple[str, ...]:
    return tuple(str(each) for each in sorted(Path(POSTGRES).glob("*/bin"), reverse=True))


def find(program: str) -> str | None:
    """Where a program is, looked for in the folders of system tools too."""
    return shutil.which(program, path=environment()["PATH"])


@cache
def way_in() -> tuple[str, ...]:
    """The command that gives a network of one's own; empty where there is none.

    Root's own rights come first: as root of a user namespace only, some tools refuse to work.
    """
    if find("unshare") and find("ip"):
        for rights in ((), AS_ROOT):
            if _works(command := ("unshare", *rights, *OWN)):
                return command
    return ()


def namespaces_work() -> bool:
    """Whether a network of one's own may be made here, if need be as a plain user."""
    return bool(way_in())


def as_true_root() -> bool:
    """Whether one is root there with all of root's rights, not of a user namespace only."""
    return bool(way_in()) and way_in()[1 : 1 + len(AS_ROOT)] != AS_ROOT


def _works(command: tuple[str, ...]) -> bool:
    tried = subprocess.run(
        [*command, "sh", "-c", "ip link add va type veth peer name vb && ip link add br0 type bridge"],
        env=environment(), capture_output=True, timeout=10, check=False,
    )  # fmt: skip
    return tried.returncode == 0


AS_ROOT = ("--user", "--map-root-user")
OWN = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


class Bash:
    """`bash` fed through a pipe, in a folder; `prefix` puts it into namespaces."""

    def __init__(self, folder: str, prefix: tuple[str, ...] = ()) -> None:
        self._sign = secrets.token_hex(8)  # nothing that a command prints can be taken for it
        self._heard = b""
        self._process = subprocess.Popen(
            [*prefix, "bash", "--norc", "--noprofile"], env=environment(), cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def run(self, command: str, timeout: float = 20) -> Answer:
        ask = f"{command}\nprintf '\\n%s {self._sign}\\n' $?\n"
        stream = self._process.stdin
        require(
            stream is not None and self._process.poll() is None,
            "command={command}: the shell has ended",
            command=command,
        )
        assert stream
        stream.write(ask.encode())
        stream.flush()
        text = self._until(f" {self._sign}\n", timeout)
        output, _, code = text.rpartition("\n")
        return Answer(output.removesuffix("\n"), int(code))

    quietly = run

    def machine(self) -> object:
        return None

    def _until(self, sign: str, timeout: float) -> str:
        """What is heard before `sign`; what comes behind it (bash tells of a job that ended) is kept."""
        stream, end = self._process.stdout, time.monotonic() + timeout
        assert stream
        with selectors.DefaultSelector() as ready:
            ready.register(stream, selectors.EVENT_READ)
            while sign.encode() not in self._heard:
                if not ready.select(max(0, end - time.monotonic())):
                    raise TimeoutError(self._heard.decode(errors="replace"))
                piece = os.read(stream.fileno(), 65_536)
                if not piece:
                    raise EOFError(self._heard.decode(errors="replace"))
                self._heard += piece
        text, _, self._heard = self._heard.partition(sign.encode())
        return text.decode(errors="replace")

    def close(self) -> None:
        """End the shell and all that it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()


@contextmanager
def here() -> Iterator[Shell]:
    """A shell on this machine, in an empty folder of its own that goes with it."""
    with _bash(()) as shell:
        yield shell


@contextmanager
def namespace() -> Iterator[Shell]:
    """A shell that is root of a network, a process list, a `/run` and an empty folder of its own."""
    with _bash(way_in()) as shell:
        shell.run("mount -t tmpfs none /run; mkdir -p /run/netns; ip link set lo up")
        yield shell


@contextmanager
def _bash(prefix: tuple[str, ...]) -> Iterator[Bash]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shell = Bash(folder, prefix)
        try:
            yield shell
        finally:
            shell.close()
