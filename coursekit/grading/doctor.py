"""Says whether grading works on this machine: the sandbox, the engine, the versions."""

import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from coursekit.grading import sandbox
from coursekit.i18n import _

PACKAGES = ("coursekit", "papermill", "ipykernel", "ipython", "numpy", "distributed")


def engine() -> str:
    """The engine that grading uses here unless another is asked for; empty if none can be."""
    finding = sandbox.examine()
    return ("fast" if finding.fast else "papermill") if finding.works else ""


def report() -> Iterator[str]:
    """What a teacher, or who helps them, has to know: a line each."""
    finding = sandbox.examine()
    yield _("Sandbox: it works here.") if finding.works else _("Sandbox: it does not work here.")
    if finding.reason is not None:
        yield _("Why: {reason}", reason=finding.reason)
    if finding.fix is not None:
        yield _("What to do: {fix}", fix=finding.fix)
    if finding.works:
        yield _("Engine: {engine}", engine=engine())
    else:
        yield _("Engine: none; nothing is run, unless with --unsafe.")
    yield _("System: {system}, Python {python}", system=_system(), python=platform.python_version())
    yield _("bubblewrap: {version}", version=_bubblewrap())
    for name in PACKAGES:
        yield f"{name}: {_version(name)}"


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _("not installed")


def _bubblewrap() -> str:
    try:
        said = subprocess.run(  # (the first on the path, as grading does)
            ["bwrap", "--version"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return _("not installed")
    return said.stdout.strip().removeprefix("bubblewrap ") or "?"
