"""A RUN line done in a layer: each command of it, on an overlay of what earlier steps left.

Modelled: the commands of `dockercosts`, joined by `&&` or `;`. Removing what an earlier layer
holds leaves a whiteout and frees nothing; changing an owner or a mode copies the file up whole.
Left out: as in `dockercosts`; a command that would fail at run time for other reasons.
"""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from coursekit.sims.containers import dockercosts as costs
from coursekit.sims.containers import overlay
from coursekit.sims.containers.overlay import Stack
from coursekit.sims.message import ParameterError, require

__all__ = ["Box", "below", "place", "put", "run_line"]

_FLAG = re.compile(r"-{1,2}\w.*")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kKMG])?B?")
_UNITS = {"": 0.001, "k": 1.024, "M": 1048.576, "G": 1_073_741.824}  # in kB, as coreutils count


@dataclass(frozen=True)
class Box:
    """What a step works on: files so far (kB), the present directory, the programs there are."""

    files: Stack
    workdir: str = ""
    brings: frozenset[str] = frozenset()
    seconds: float = 0.0
    line: int = 0


def place(box: Box, path: str) -> str:
    """A path from the root, without slashes at its ends; "" is the root."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{box.workdir}/{path}").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", ".", "*"):
            parts.append(part)
    return "/".join(parts)


def put(box: Box, path: str, kb: int) -> Box:
    """A file, with the directories above it."""
    files = box.files
    for above in reversed(overlay.ancestors(path)):
        if overlay.lookup(files, above) is None:
            files = overlay.mkdir(files, above)
    return replace(box, files=overlay.write(files, path, kb)[0])


def below(box: Box, path: str) -> dict[str, int]:
    """The files at a path or under it."""
    seen = overlay.view(box.files)
    return {name: kb for name, kb in seen.items() if not path or name == path or name.startswith(f"{path}/")}  # fmt: skip


def run_line(box: Box, text: str) -> Box:
    """All commands of a line; ParameterError names the line and what its command lacks."""
    for command in re.split(r"&&|;|\|\|", text):
        try:
            words = shlex.split(command)
        except ValueError:
            raise ParameterError("line={line}: a quote is opened and not closed", line=box.line) from None  # fmt: skip
        if words:
            box = _one(box, words)
    return box


def _one(box: Box, words: Sequence[str]) -> Box:
    name, rest = words[0].rpartition("/")[2], list(words[1:])
    if name in ("python", "python3") and rest[:2] == ["-m", "pip"]:
        name, rest = "pip", rest[2:]
    if name in ("apt-get", "apt", "apk", "pip", "pip3", "python", "python3", "curl"):
        there = name in box.brings
        require(there, "line={line}: {command} is not in this image; begin FROM one that has it, or install it first", line=box.line, command=name)  # fmt: skip
    do = _COMMANDS.get(name)
    if do is None:
        return _took(box, costs.OTHER_SECONDS)
    return do(box, rest)


def _took(box: Box, seconds: float) -> Box:
    return replace(box, seconds=box.seconds + seconds)


def _names(rest: Sequence[str]) -> list[str]:
    """The words that are no options."""
    return [word for word in rest if not _FLAG.fullmatch(word)]


def _apt(box: Box, rest: list[str]) -> Box:
    verb, *packages = _names(rest) or [""]
    if verb == "update":
        return _took(put(box, *costs.LISTS), costs.SECONDS["apt-get update"])
    if verb == "install":
        listed = overlay.lookup(box.files, costs.LISTS[0]) is not None
        require(listed, "line={line}: apt-get install finds no package: images come without lists, run apt-get update before it", line=box.line)  # fmt: skip
        return _took(_installed(box, packages), costs.SECONDS["apt-get install"])
    if verb in ("purge", "remove", "autoremove"):
        for package in packages:
            box = _removed(box, f"usr/lib/{package}")
        gone = frozenset[str]().union(*(costs.PACKAGES.get(each, (0, frozenset[str]()))[1] for each in packages))  # fmt: skip
        return _took(replace(box, brings=box.brings - gone), costs.SECONDS["apt-get purge"])
    return _took(box, costs.OTHER_SECONDS)


def _apk(box: Box, rest: list[str]) -> Box:
    verb, *packages = _names(rest) or [""]
    if verb == "del":
        return _apt(box, ["purge", *packages])
    return _took(_installed(box, packages), costs.SECONDS["apk add"]) if verb == "add" else box


def _installed(box: Box, packages: Sequence[str]) -> Box:
    for package in packages:
        box = put(box, f"usr/lib/{package}", costs.package_kb(package))
        brings = costs.PACKAGES.get(package, (0, frozenset[str]()))[1]
        box = replace(box, brings=box.brings | brings)
    return box


def _pip(box: Box, rest: list[str]) -> Box:
    if "install" not in rest:
        return _took(box, costs.OTHER_SECONDS)
    for option, value in pairwise(rest):
        if option in ("-r", "--requirement"):
            there = overlay.lookup(box.files, place(box, value)) is not None
            require(there, "line={line}: {file} is not in the image yet: COPY it first", line=box.line, file=value)  # fmt: skip
    require("gcc" in box.brings, "line={line}: pip must compile a package and finds no gcc: install it, or begin FROM an image that has it", line=box.line)  # fmt: skip
    box = put(box, f"{_target(box, rest)}/{costs.INSTALLED}", costs.PIP_KB)
    if "--no-cache-dir" not in rest:
        box = put(box, *costs.PIP_CACHE)
    return _took(box, costs.SECONDS["pip install"])


def _target(box: Box, rest: Sequence[str]) -> str:
    """Where pip puts the packages: --target or --prefix name another directory."""
    joined = [word.partition("=")[::2] for word in rest if "=" in word]
    for option, value in [*pairwise(rest), *joined]:
        if option in ("-t", "--target", "--prefix"):
            return place(box, value)
    return costs.SITE


def _rm(box: Box, rest: list[str]) -> Box:
    for name in _names(rest):
        box = _removed(box, place(box, name))
    return _took(box, costs.OTHER_SECONDS)


def _removed(box: Box, path: str) -> Box:
    found = overlay.lookup(box.files, path) if path else None
    if found is None:
        return box
    hide = overlay.delete if found.file else overlay.rmdir
    return replace(box, files=hide(box.files, path))


def _changed(box: Box, rest: list[str]) -> Box:
    """chown and chmod: each file they touch is copied up whole (the names follow the owner)."""
    for name in _names(rest)[1:]:
        for path, kb in below(box, place(box, name)).items():
            box = put(box, path, kb)
    return _took(box, costs.OTHER_SECONDS)


def _sized(box: Box, rest: list[str]) -> Box:
    """truncate -s 500M file, fallocate -l 500M file."""
    sizes = [match for word in rest if (match := _SIZE.fullmatch(word.removeprefix("-s").removeprefix("-l")))]  # fmt: skip
    names = [word for word in _names(rest) if not _SIZE.fullmatch(word)]
    if sizes and names:
        unit = (sizes[0][2] or "").replace("K", "k")
        box = put(box, place(box, names[-1]), round(float(sizes[0][1]) * _UNITS[unit]))
    return _took(box, costs.OTHER_SECONDS)


def _curl(box: Box, rest: list[str]) -> Box:
    """A download of a size not known: the table's."""
    named = [value for option, value in pairwise(rest) if option in ("-o", "--output")]  # fmt: skip
    urls = [word for word in rest if "://" in word]
    name = named[0] if named else (urls[0].rpartition("/")[2] if urls else "")
    box = put(box, place(box, name), costs.DOWNLOAD_KB) if name else box
    return _took(box, costs.SECONDS["curl"])


def _cd(box: Box, rest: list[str]) -> Box:
    return replace(box, workdir=place(box, rest[0])) if rest else box


def _make(box: Box, _rest: list[str]) -> Box:
    return _took(box, costs.SECONDS["make"])


_COMMANDS: dict[str, Callable[[Box, list[str]], Box]] = {
    "apt-get": _apt, "apt": _apt, "apk": _apk, "pip": _pip, "pip3": _pip, "rm": _rm,
    "chown": _changed, "chmod": _changed, "truncate": _sized, "fallocate": _sized,
    "curl": _curl, "cd": _cd, "make": _make,
}  # fmt: skip
