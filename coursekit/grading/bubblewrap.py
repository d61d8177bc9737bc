"""The sandbox as a command of bubblewrap.

Inside: no network, no file but the system's programs and this Python, no course, no
process but its own, nothing to write but memory of a fixed size. No folder of the host can
be written: job and results pass through a socket. As root it first becomes nobody, since
no limit on the number of processes binds root.
"""

import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from shlex import quote

NOBODY = 65534
SMALL, LARGE = 16 << 20, 64 << 20  # bytes of /out and /dev/shm, of /tmp

_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64")


def command(program: Sequence[str], limits: Mapping[str, int], *, nests: bool = False) -> list[str]:
    """A program in the sandbox, under limits of `prlimit`; `nests`: it may make namespaces."""
    return [
        *as_nobody(),
        *("bwrap", "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
        *(() if nests else ("--disable-userns",)),
        *("--as-pid-1", "--cap-drop", "ALL", "--clearenv"),
        *("--uid", str(NOBODY), "--gid", str(NOBODY), "--hostname", "grader"),
        *_system(),
        *_memory(),  # first: Python may lie below /tmp
        *_python(),
        # without these / and /dev could be written too
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"),  # noqa: S108
        *_environment(),
        *("prlimit", *(f"--{name}={most}" for name, most in limits.items())),
        *program,
    ]


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _SYSTEM:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")  # finds a shared libpython


def _python() -> Iterator[str]:
    """Python without the course; a folder before what is in it."""
    hidden = courses()
    for path in sorted({*pythons(), *hidden}, key=lambda each: len(each.parts)):
        if path in hidden:
            yield from ("--tmpfs", str(path))
        else:
            yield from ("--ro-bind", str(path), str(path))
    for path in hidden:
        yield from ("--remount-ro", str(path))


def _memory() -> Iterator[str]:
    """All that can be written, each of a fixed size."""
    yield from ("--proc", "/proc", "--dev", "/dev")
    for name, size in (("/dev/shm", SMALL), ("/tmp", LARGE), ("/out", SMALL)):  # noqa: S108
        yield from ("--size", str(size), "--tmpfs", name)


def _environment() -> Iterator[str]:
    names = {
        "HOME": "/tmp",  # noqa: S108
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    for name, value in names.items():
        yield from ("--setenv", name, value)


@cache
def pythons() -> tuple[Path, ...]:
    """The folders this Python is made of: the environment's and those it stands on."""
    paths = sysconfig.get_paths()
    named = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    named += [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = {Path(name) for name in named} | {Path(name).resolve() for name in named}
    found = {path for path in found if not path.is_relative_to("/usr") and path != Path("/")}
    return tuple(sorted(p for p in found if not any(q in p.parents for q in found)))


@cache
def courses() -> tuple[Path, ...]:
    """The folders of the course that would show: code with its references, notebooks, tests."""
    package = Path(str(files("coursekit")))
    found = {package, package.resolve()}
    if (package.parent / "pyproject.toml").is_file():
        found |= {package.parent, package.resolve().parent}
    for folder in map(Path, sys.path):
        found |= {path for path in folder.glob("coursekit*") if path.is_dir()}
    shown = (*pythons(), Path("/usr"))
    return tuple(sorted(path for path in found if any(path.is_relative_to(each) for each in shown)))


def as_nobody() -> list[str]:
    """What makes root nobody before anything starts; empty for anyone else.

    Where only root may pass a folder on the way to Python, such as /root, nobody gets an
    empty one in its place that leads to Python and nowhere else.
    """
    if os.geteuid() != 0:
        return []
    drop = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    drop.append("--no-new-privs")
    ways = "\n".join(_ways())
    if not ways:
        return drop
    # One process all along, so that killing it, or losing its parent, kills the sandbox.
    return ["unshare", "--mount", "sh", "-ec", f'umask 022\n{ways}\nexec "$@"', "sh", *drop]


def _ways() -> Iterator[str]:
    """Lines of shell that put an empty folder over each closed one, and Python back in it."""
    hidden = [(path, closed) for path in pythons() if (closed := closed_above(path)) is not None]
    for number, (path, _) in enumerate(hidden, 3):
        yield f"exec {number}<{quote(str(path))}"
    for closed in dict.fromkeys(closed for _, closed in hidden):
        yield f"mount -t tmpfs -o mode=755 none {quote(str(closed))}"
    for number, (path, _) in enumerate(hidden, 3):
        yield f"mkdir -p {quote(str(path))}"
        yield f"mount -c --bind /proc/self/fd/{number} {quote(str(path))}"
        yield f"exec {number}<&-"


def closed_above(path: Path) -> Path | None:
    """The first folder on the way to a path that only its owner may pass."""
    return next((each for each in reversed(path.parents) if not each.stat().st_mode & 0o001), None)


def source(*names: str) -> str:
    """Modules of this folder as one text, for a Python that has no course."""
    folder = files("coursekit").joinpath("grading")
    return "\n".join(folder.joinpath(f"{name}.py").read_text("utf-8") for name in names)
