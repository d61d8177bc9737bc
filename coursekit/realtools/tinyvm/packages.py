"""Debian packages as files, fetched by a plain user and not installed.

apt runs with folders of its own over the sources this system already uses, and with a list of
installed packages that names only what we can do without: so it works out what the programs need,
and nothing of the system is read or changed. Packages are unpacked by `dpkg-deb -x`.
"""

import subprocess
from pathlib import Path
from urllib.parse import unquote

from coursekit.realtools.shell import environment, find
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.realtools.tinyvm.recipe import PACKAGES, SPARED
from coursekit.sims.message import Message

MINUTES = 5 * 60  # a slow network is not an error
INSTALLED = (
    "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: allowed\n"
    "Version: 9999\nMaintainer: nobody <nobody@localhost>\nDescription: spared\n\n"
)


def fetch(folder: Path) -> dict[str, str]:
    """Download the packages into `folder` and unpack them to `folder`/tree.

    Gives every package's version. VmError when apt is not here or finds no such package.
    """
    options = _private(folder)
    _run("apt-get", *options, "update")
    _run("apt-get", *options, "-y", "--download-only", "install", *PACKAGES)
    archives = sorted((folder / "archives").glob("*.deb"))
    for archive in archives:
        _run("dpkg-deb", "-x", str(archive), str(folder / "tree"))
    return dict(_version(archive.name) for archive in archives)


def _private(folder: Path) -> list[str]:
    """The options that keep apt to `folder`."""
    for part in ("state/lists/partial", "archives/partial", "cache"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    status = folder / "status"
    status.write_text("".join(INSTALLED.format(name=name) for name in SPARED))
    settings = {
        "Dir::State": folder / "state", "Dir::State::status": status, "Dir::Cache": folder / "cache",
        "Dir::Cache::archives": folder / "archives", "Dir::Log": folder / "cache",
        "APT::Sandbox::User": "", "APT::Architecture": "amd64", "APT::Architectures": "amd64",
        "APT::Install-Recommends": "false", "Acquire::Languages": "none",
    }  # fmt: skip
    return ["-q", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]


def _run(program: str, *arguments: str) -> None:
    if not find(program):
        raise VmError(
            Message.of("{program} is not here: this needs Debian’s packages", program=program)
        )
    done = subprocess.run(
        [program, *arguments], env={**environment(), "DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True, text=True, errors="replace", timeout=MINUTES, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise VmError(
            Message.of("{program} failed: {said}", program=program, said=done.stderr[-500:].strip())
        )


def _version(name: str) -> tuple[str, str]:
    """The package of a file `name_version_architecture.deb`, and its version less Debian's part."""
    package, version, _ = unquote(name).split("_")
    return package, version.rpartition(":")[2].partition("-")[0].partition("+")[0]
