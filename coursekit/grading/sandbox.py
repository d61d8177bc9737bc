"""Whether the sandbox works here: it is started and tried, and what fails is explained."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from coursekit.grading import warm
from coursekit.grading.bubblewrap import closed_above, command, pythons, source
from coursekit.grading.link import Running
from coursekit.i18n import mark
from coursekit.sims.message import Message, ParameterError

_TOOLS = {"bwrap": "bubblewrap", "setpriv": "util-linux", "prlimit": "util-linux"}
_NONE = mark("sandbox=none: {reason}. {fix}")
_PATIENCE = 60  # seconds for a sandbox to start
_TRIAL = (
    "import importlib.util, numpy, IPython\n"
    "for name in ('papermill', 'ipykernel_launcher'):\n"
    "    if importlib.util.find_spec(name) is None:\n"
    "        raise ModuleNotFoundError(name)"
)


@dataclass(frozen=True)
class Finding:
    """Whether the sandbox works here; if not why, and what to do.

    `fast` is false where it works but cannot hold the warm Python of the fast engine;
    papermill's own engine then takes its place, and `reason` says so.
    """

    works: bool
    reason: Message | None = None
    fix: Message | None = None
    fast: bool = False


class NoSandboxError(ParameterError):
    """There is no sandbox here: nothing is executed."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(_NONE, reason=finding.reason, fix=finding.fix)

    def __reduce__(self) -> tuple[type["NoSandboxError"], tuple[Finding]]:
        """For errors that cross from worker to grader."""
        return NoSandboxError, (self.finding,)


@cache
def examine() -> Finding:
    """Start a sandbox and try it; the answer stands for the life of this process."""
    if sys.platform != "linux":
        return _none(
            Message.of("the sandbox needs Linux, this is {system}", system=sys.platform),
            Message.of("Grade in Linux: in a virtual machine, or in WSL 2 on Windows."),
        )
    for tool, package in _TOOLS.items():
        if shutil.which(tool) is None:
            return _none(
                Message.of("the program {tool} is missing", tool=tool),
                Message.of("Install it: sudo apt install {package}", package=package),
            )
    if (said := _trial()) is not None:
        return explained(said)
    if (why := _cannot_nest()) is not None:
        slow = Message.of(
            "the sandbox holds no other sandbox ({why}): the slower papermill engine is used",
            why=why,
        )
        return Finding(works=True, reason=slow)
    return Finding(works=True, fast=True)


def start(names: Sequence[str], bounds: Mapping[str, int]) -> Running:
    """A sandbox in which the modules of these names wait for a job; NoSandboxError if it fails."""
    link, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603  (our own command)
            command([sys.executable, "-I", "-c", source(*names)], bounds),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    link.settimeout(_PATIENCE)
    with contextlib.suppress(OSError):
        if link.recv(1):
            return Running(link, process.pid, partial(_end, process))
    link.close()
    said = _end(process)
    raise NoSandboxError(explained(said))


def _end(process: "subprocess.Popen[bytes]") -> str:
    """Kill it, and by that all that is inside; what it said on stderr."""
    process.kill()
    _, said = process.communicate()
    return said.decode("utf-8", "replace")


def _trial() -> str | None:
    """Start Python in a sandbox and import what a run needs; what it says if that fails."""
    start = command([sys.executable, "-I", "-c", _TRIAL], {"nofile": 256})
    try:
        tried = subprocess.run(  # noqa: S603  (our own command)
            start, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        return str(why)
    return tried.stderr.decode("utf-8", "replace") or "?" if tried.returncode else None


def _cannot_nest() -> str | None:
    zygote = warm.Zygote(cold=True)
    try:
        running = zygote.fork()
    except (OSError, warm.NoNamespacesError) as why:
        return str(why)
    else:
        running.link.close()
        running.kill()
        return None
    finally:
        zygote.close()


def _none(reason: Message, fix: Message) -> Finding:
    return Finding(works=False, reason=reason, fix=fix)


def explained(said: str) -> Finding:
    """Why no sandbox started, from what bubblewrap or Python said, and what to do."""
    last = (said.strip().splitlines() or ["?"])[-1][:200]
    if re.search(r"[Uu]nknown option|unrecognized option", said):
        return _none(
            Message.of("bubblewrap is too old: {said}", said=last),
            Message.of("Install bubblewrap 0.8 or newer."),
        )
    if re.search(r"mount proc|proc on /newroot", said):
        return _none(
            Message.of("this container hides parts of /proc: {said}", said=last),
            Message.of("Start the container with --security-opt systempaths=unconfined."),
        )
    if re.search(r"namespace|uid map|gid map|disable-userns|loopback", said):
        return _none(
            Message.of("this system forbids user namespaces: {said}", said=last),
            _allow_namespaces(),
        )
    if (closed := _unreadable()) is not None and re.search(
        r"denied|No such file|not permitted", said
    ):
        return _none(
            Message.of("the sandbox's user may not pass the folder {folder}", folder=str(closed)),
            Message.of(
                "Allow it (chmod o+x {folder}), or install Python and the course elsewhere, such as /opt.",
                folder=str(closed),
            ),
        )
    return _none(
        Message.of("a sandbox with this Python does not start: {said}", said=last),
        Message.of(
            "Everyone must be able to read Python and its packages: {folders}",
            folders=" ".join(map(str, pythons())),
        ),
    )


def _allow_namespaces() -> Message:
    if _value("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        return Message.of(
            "AppArmor does: allow bwrap in a profile, or sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    for name in ("kernel.unprivileged_userns_clone", "user.max_user_namespaces"):
        if _value("/proc/sys/" + name.replace(".", "/")) == "0":
            value = 1 if name.startswith("kernel") else 10_000
            return Message.of("Allow them: sudo sysctl -w {name}={value}", name=name, value=value)
    return Message.of(
        "In Docker, start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined; elsewhere ask the administrator."
    )


def _unreadable() -> Path | None:
    return next((closed for path in pythons() if (closed := closed_above(path))), None)


def _value(path: str) -> str:
    try:
        return Path(path).read_text("ascii").strip()
    except OSError:
        return ""
