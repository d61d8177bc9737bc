"""A small virtual machine: a true Linux, with root's tools, for a reader who may do nothing.

`coursekit realtools build-vm` builds it out of Debian's packages (a minute, once); a check then
resumes it in less than a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coursekit.realtools.shell import Shell
from coursekit.realtools.tinyvm.build import build, built, versions
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.realtools.tinyvm.machine import Machine

__all__ = ["Machine", "VmError", "build", "built", "open_shell", "version", "versions"]


@contextmanager
def open_shell(**options: Any) -> Iterator[Shell]:
    """A shell in a machine resumed for it; `disks` (0) and `mib` (32) say what disks it has."""
    with Machine.resume(**{"disks": 0, **options}) as machine:
        yield machine


def version(package: str) -> str:
    """The version of a Debian package in the built machine, or of "linux"; "" when it has none."""
    folder = built()
    return versions(folder).get(package, "") if folder else ""
