"""Unpacks a zip file from an untrusted hand into a folder of its own, or refuses it whole.

The whole index is judged before a byte is written, so nothing of a refused zip stays. What
a zip inside a zip holds is never looked at. Names are compared as systems do that ignore
case or the form of letters, so that what unpacks here unpacks everywhere to the same files.
"""

import os
import re
import shutil
import stat
import struct
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

from coursekit.sims.message import Message, ParameterError

MAX_ZIP = 1 << 30  # bytes of the zip file
MAX_BYTES = 2 << 30  # of all members, unpacked
MAX_MEMBERS = 20_000
MAX_DEPTH = 20
MAX_NAME = 255  # bytes of one part of a name

PACKED = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40  # flag bits: encrypted, strongly so
_CHUNK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)

_BROKEN = (  # what zipfile raises where a file is not a sound zip
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


class Unpacked:
    """A private folder with the files of a zip; it goes when nobody holds this any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="handed-in-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def __reduce__(self) -> tuple[Any, ...]:
        return Path, (str(self.path),)  # a copy in another process owns nothing


@dataclass(frozen=True)
class Limits:
    """What a zip may hold."""

    members: int = MAX_MEMBERS
    total: int = MAX_BYTES


def unpack(path: Path, limits: Limits | None = None) -> Unpacked:
    """The files of a zip in a folder of their own; ParameterError names the member that is amiss."""
    limits = limits or Limits()
    with _opened(path) as archive:
        members = archive.infolist()
        for name, why in judge(members, limits):
            raise _refused(path, name, why)
        folder = Unpacked()
        for member in members:
            with _naming(path, member):
                _write(archive, member, folder.path)
    return folder


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip with its index read; it is a real file, of a bearable size."""
    try:
        status = path.stat()
    except OSError as why:
        raise ParameterError("folder={folder}: {why}", folder=str(path), why=why.strerror) from None
    if not stat.S_ISREG(status.st_mode):
        raise ParameterError("folder={folder}: neither a folder nor a zip file", folder=str(path))
    if status.st_size > MAX_ZIP:
        raise ParameterError(
            "zip={path}: larger than {most} bytes; unpack it and grade the folder",
            path=str(path),
            most=MAX_ZIP,
        )
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as why:
        raise ParameterError(
            "folder={folder}: neither a folder nor a zip file ({why})",
            folder=str(path),
            why=str(why),
        ) from None
    with archive:
        yield archive


def _refused(path: Path, name: str, why: Message) -> ParameterError:
    return ParameterError(
        "zip={path}: nothing was unpacked; {member}: {why}",
        path=str(path),
        member=repr(name),
        why=why,
    )


def judge(members: Sequence[zipfile.ZipInfo], limits: Limits) -> Iterator[tuple[str, Message]]:
    """Each thing that is amiss in the index of a zip: the member's name, and why."""
    if len(members) > limits.members:
        said = Message.of("more than {most} files", most=limits.members)
        yield members[limits.members].orig_filename, said
        return
    seen, total = dict[str, tuple[str, bool]](), 0
    for member in members:
        name = member.orig_filename
        total += member.file_size
        if total > limits.total:
            yield name, Message.of("more than {most} bytes unpacked", most=limits.total)
            return
        for why in (_bad_name(name), _bad_kind(member), _clash(name, seen)):
            if why is not None:
                yield name, why
                break


def _bad_name(name: str) -> Message | None:
    """Why a name could lead out of the folder, or be no name on some system."""
    if "\\" in name:
        return Message.of("a backslash in its name")
    if any(category(each) in ("Cc", "Cs") for each in name):
        return Message.of("a control character in its name")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return Message.of("an absolute name")
    parts = _parts(name)
    if ".." in parts:
        return Message.of("a name that leaves the folder")
    if not parts or any(each in ("", ".") for each in parts):
        return Message.of("an empty part in its name")
    if len(parts) > MAX_DEPTH or any(len(each.encode()) > MAX_NAME for each in parts):
        return Message.of("its name is too long")
    return None


def _parts(name: str) -> list[str]:
    return name.removesuffix("/").split("/")


def _bad_kind(member: zipfile.ZipInfo) -> Message | None:
    """Why a member is not a plain file or folder that we can read."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    name = member.orig_filename
    is_folder = name.endswith("/")
    if kind == stat.S_IFLNK:
        return Message.of("a link, not a file")
    if kind not in (0, stat.S_IFDIR if is_folder else stat.S_IFREG):
        return Message.of("a pipe or a device, not a file")
    if member.flag_bits & _ENCRYPTED:
        return Message.of("it is encrypted")
    if member.compress_type not in _METHODS:
        return Message.of("packed in a way that few programs read")
    if is_folder and member.file_size:
        return Message.of("a folder that has content of its own")
    if name.lower().endswith(PACKED):
        return Message.of("an archive in the archive; unpack the outer one and grade the folder")
    return None


def _clash(name: str, seen: dict[str, tuple[str, bool]]) -> Message | None:
    """Why a file would fall on another; `seen` learns the name and its folders."""
    parts = _parts(name)
    for depth in range(1, len(parts) + 1):
        mine = "/".join(parts[:depth]), depth < len(parts) or name.endswith("/")
        key = _key(mine[0])
        if key in seen and (seen[key] != mine or not mine[1]):
            return Message.of("the same name as {other}", other=repr(seen[key][0]))
        seen[key] = mine
    return None


def _key(path: str) -> str:
    """One text for all names that some system takes for the same."""
    folded = normalize("NFKC", normalize("NFKC", path).casefold())
    return "/".join(part.rstrip(" .") for part in folded.split("/"))


@contextmanager
def _naming(path: Path, member: zipfile.ZipInfo) -> Iterator[None]:
    """Turn what breaks while a member is read into a refusal that names it."""
    try:
        yield
    except ParameterError:
        raise
    except _BROKEN as why:
        said = Message.of("it cannot be read: {why}", why=str(why) or type(why).__name__)
        raise _refused(path, member.orig_filename, said) from None


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    """Unpack one member that was judged; its header's size holds, and so the sum of all."""
    target = folder.joinpath(*_parts(member.orig_filename))
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(member) as packed, os.fdopen(os.open(target, _NEW, 0o600), "wb") as file:
        while data := packed.read(_CHUNK):
            size += len(data)
            if size > member.file_size:
                break
            file.write(data)
    if size != member.file_size:
        raise zipfile.BadZipFile(f"{size} bytes, not the {member.file_size} of its header")
    with suppress(ValueError, OverflowError, OSError):  # a zip may claim any date, or none
        modified = datetime(*member.date_time).timestamp()  # noqa: DTZ001  (zips have no zone)
        os.utime(target, (modified, modified))
