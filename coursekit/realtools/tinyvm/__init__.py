"""A small virtual machine: a true Linux, with root's tools, for a reader who may do nothing.

`coursekit realtools build-vm` builds it out of Debian's packages (a minute, once); a check then
resumes it in less than a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from coursekit.realtools.shell import Shell
from coursekit.realtools.tinyvm.build import build, built, versions
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.realtools.tinyvm.machine import Machine

__all__ = ["Machine", "VmError", "build", "built", "open_shell", "version", "versions"]


@contextmanager
def open_shell(disks: int = 0, mib: int = 32) -> Iterator[Shell]:
    """A shell in a machine resumed for it, with this many empty disks of this size in MiB."""
    with Machine.resume(disks, mib) as machine:
        yield machine


def version(package: str) -> str:
    """The version of a Debian package in the built machine, or of "linux"; "" when it has none."""
    folder = built()
    return versions(folder).get(package, "") if folder else ""
