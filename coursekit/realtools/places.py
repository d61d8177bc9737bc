"""Where a tool runs: on this machine, in namespaces of its own, or in the small virtual machine."""

import platform
import re
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

from coursekit.realtools import shell
from coursekit.realtools.source import Live


@dataclass(frozen=True)
class Tool:
    """A program, the Debian package it comes in, and the arguments that print its version."""

    program: str
    package: str
    version: tuple[str, ...] = ("--version",)
    name: str = ""  # as people call it, where the program has another name
    true_root: bool = False  # it refuses to work for the root of a user namespace
    aside: bool = False  # it helps to ask, and is not what is asked

    @property
    def called(self) -> str:
        """Its name for people."""
        return self.name or self.program


@dataclass(frozen=True)
class Place:
    """A kind of place and the tools that must be there."""

    kind: str  # "here", "namespace" or "vm"
    tools: tuple[Tool, ...]

    @property
    def needs_root(self) -> bool:
        """Whether a namespace of a plain user is not enough."""
        return self.kind == "namespace" and any(tool.true_root for tool in self.tools)

    def missing(self) -> tuple[Tool, ...]:
        """The tools that are not on this machine."""
        return (
            () if self.kind == "vm" else tuple(t for t in self.tools if not shell.find(t.program))
        )

    def ready(self) -> bool:
        """Whether a check can run in it now."""
        if self.kind == "vm":
            return vm_ready()
        if self.missing():
            return False
        if self.kind == "here":
            return True
        return shell.as_true_root() if self.needs_root else shell.namespaces_work()

    def source(self) -> Live:
        """A live source in this place."""
        return Live(self.kind, self._open)

    def versions(self) -> tuple[str, ...]:
        """The tools with their versions, such as "nginx 1.22.1"; `system` tells the kernel's."""
        return tuple(f"{tool.called} {self._version(tool)}".strip() for tool in self.tools)

    def _version(self, tool: Tool) -> str:
        if tool.package == "linux":
            return ""
        if self.kind == "vm":
            from coursekit.realtools import tinyvm  # noqa: PLC0415

            if inside := tinyvm.version(tool.package):
                return inside
        return installed_version(tool)

    def system(self) -> str:
        """The kernel that ran it."""
        if self.kind == "vm":
            from coursekit.realtools import tinyvm  # noqa: PLC0415

            return f"Linux {tinyvm.version('linux')}"
        return f"{platform.system()} {platform.release().partition('-')[0]}"

    def _open(self, **options: object) -> AbstractContextManager[shell.Shell]:
        if self.kind == "vm":
            from coursekit.realtools import tinyvm  # noqa: PLC0415  (most checks need none)

            return tinyvm.open_shell(**options)
        return shell.namespace() if self.kind == "namespace" else shell.here()


def vm_ready() -> bool:
    """Whether the small virtual machine was built and its emulator is here."""
    if not shell.find("qemu-system-x86_64"):
        return False
    from coursekit.realtools import tinyvm  # noqa: PLC0415

    return tinyvm.built() is not None


@cache
def installed_version(tool: Tool) -> str:
    """What the program says of its version: the first thing with a dot in it; "" when it says none."""
    said = subprocess.run(
        [shell.find(tool.program) or tool.program, *tool.version], env=shell.environment(),
        capture_output=True, text=True, timeout=10, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = re.search(r"\d+\.\d+[\w.]*", said.stdout + said.stderr)
    return found.group() if found else ""
