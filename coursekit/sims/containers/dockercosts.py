"""What the commands of a Dockerfile leave in a layer, and how long they take: illustrative figures.

Modelled: a small web application in Python whose packages need a C compiler to be installed;
images of Debian, Ubuntu, Alpine and Python; the commands one meets in such files. A command not
known takes a second and leaves nothing. Sizes in kB (1000 bytes), rounded from what such images
and packages take; they change with every release. Left out: shell variables, pipes, globs in
the middle of a path.
"""

from dataclasses import dataclass
from typing import Any

__all__ = ["BASES", "CONTEXT", "DEPS", "PACKAGES", "SECRET", "SOURCE", "Base", "base_of", "package_kb"]  # fmt: skip

MB = 1000  # kB

# What lies beside the Dockerfile: path -> (kB, which change touches it).
SOURCE, DEPS, SECRET = "source", "deps", "secret"
CONTEXT: dict[str, tuple[int, str]] = {
    "requirements.txt": (1, DEPS),
    "src/main.py": (20, SOURCE),
    "src/static.js": (3_980, SOURCE),
    "tests/test_main.py": (3_000, SOURCE),
    "README.md": (5, SOURCE),
    ".env": (1, SECRET),
    ".git/objects": (60_000, SOURCE),
}


@dataclass(frozen=True)
class Base:
    """An image to begin with: its size in kB, and the programs it brings."""

    name: str
    kb: int
    brings: frozenset[str]


_PYTHON = frozenset({"python", "python3", "pip", "pip3"})
_APT, _APK, _GCC = frozenset({"apt-get", "apt"}), frozenset({"apk"}), frozenset({"gcc"})
BASES: dict[str, Base] = {
    each.name: each
    for each in (
        Base("python:3.12", 1_000 * MB, _PYTHON | _APT | _GCC),
        Base("python:3.12-slim", 120 * MB, _PYTHON | _APT),
        Base("python:3.12-alpine", 48 * MB, _PYTHON | _APK),
        Base("debian:12", 117 * MB, _APT),
        Base("debian:12-slim", 75 * MB, _APT),
        Base("ubuntu:24.04", 78 * MB, _APT),
        Base("alpine:3.20", 8 * MB, _APK),
        Base("scratch", 0, frozenset()),
    )
}
_LATEST = {"python": "python:3.12", "debian": "debian:12", "ubuntu": "ubuntu:24.04", "alpine": "alpine:3.20"}  # fmt: skip

# Packages of the distributions: kB, and the programs they bring.
PACKAGES: dict[str, tuple[int, frozenset[str]]] = {
    "build-essential": (300 * MB, _GCC),
    "build-base": (220 * MB, _GCC),
    "gcc": (150 * MB, _GCC),
    "python3": (40 * MB, frozenset({"python3"})),
    "python3-pip": (60 * MB, frozenset({"pip", "pip3"})),
    "py3-pip": (60 * MB, frozenset({"pip", "pip3"})),
    "git": (90 * MB, frozenset({"git"})),
    "curl": (10 * MB, frozenset({"curl"})),
}
OTHER_KB = 20 * MB  # a package that is not listed

LISTS = ("var/lib/apt/lists/index", 20 * MB)
PIP_KB, PIP_CACHE = 150 * MB, ("root/.cache/pip/wheels", 50 * MB)
SITE = "usr/local/lib/python3.12/site-packages"
INSTALLED = "packages"  # the name of the file that stands for the installed Python packages
DOWNLOAD_KB = 100 * MB

SECONDS: dict[str, float] = {
    "apt-get update": 5, "apt-get install": 15, "apt-get purge": 4, "apk add": 6,
    "pip install": 60, "make": 20, "curl": 10, "copy": 1,
}  # fmt: skip
OTHER_SECONDS = 1.0


def base_of(image: str) -> Base | None:
    """The image of this name; a name without a tag is its `latest`. None: not known here."""
    name, _colon, tag = image.partition(":")
    return BASES.get(_LATEST.get(name, image) if tag in ("", "latest") else image)


def package_kb(name: str) -> int:
    """The size of a package."""
    known: tuple[int, Any] = PACKAGES.get(name, (OTHER_KB, frozenset()))
    return known[0]
