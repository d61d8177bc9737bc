"""A Linux kernel for QEMU to start at once, and the archive it starts from.

A kernel file is a small program with the kernel packed inside; unpacking it on the emulated
processor takes longer than all the rest of the start, so it is done here. QEMU starts the ELF file
through its PVH entry. Source: the kernel's `x86/boot.rst` and `initramfs-buffer-format.rst`.
"""

import bz2
import lzma
import stat
import struct
import subprocess
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coursekit.realtools.shell import environment
from coursekit.realtools.tinyvm.elf import is_elf
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.sims.message import Message, require

HEADER = b"HdrS"  # where a Linux kernel's own header begins
Programs = Callable[[str], list[str]]  # how a program is called: its name to the first words


def unpack(image: bytes, programs: Programs = lambda name: [name]) -> bytes:
    """The ELF file in a kernel image; ParameterError when it is none."""
    require(
        image[0x202:0x206] == HEADER,
        "kernel={start}: no Linux kernel image",
        start=image[:4].hex(),
    )
    setup = (image[0x1F1] or 4) + 1  # sectors before the kernel; 0 means 4, as it always did
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = setup * 512 + offset
    return decompress(image[start : start + length], programs)


def decompress(data: bytes, programs: Programs = lambda name: [name]) -> bytes:
    """Unpack by the first bytes, which tell how it was packed.

    `programs` finds `lz4` and `zstd`, which Python’s library lacks; VmError when they fail.
    """
    if is_elf(data):
        return data
    for magic, way in LIBRARY.items():
        if data.startswith(magic):
            return way(data)
    name = next((each for magic, each in PROGRAMS.items() if data.startswith(magic)), None)
    require(name is not None, "packed={start}: no known way of packing", start=data[:4].hex())
    return _by_program(name or "", data, programs)


def _by_program(name: str, data: bytes, programs: Programs) -> bytes:
    """What the program gives.

    The kernel's length follows the packed data: a program that stumbles over it has done its
    work by then, so it is judged by what it gave.
    """
    try:
        done = subprocess.run(
            [*programs(name), "-dc"], input=data, env=environment(), capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise VmError(Message.of("{program} is not here: install it", program=name)) from None
    if not done.stdout:
        said = done.stderr.decode(errors="replace")[-500:].strip()
        raise VmError(Message.of("{program} failed: {said}", program=name, said=said))
    return done.stdout


LIBRARY: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": lambda data: zlib.decompressobj(31).decompress(data),
    b"\xfd7zXZ\0": lambda data: lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(data),
    b"BZh": lambda data: bz2.BZ2Decompressor().decompress(data),
    b"\x5d\0\0": lambda data: lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(data),
}
PROGRAMS = {b"\x02\x21\x4c\x18": "lz4", b"\x28\xb5\x2f\xfd": "zstd"}


@dataclass(frozen=True)
class Entry:
    """A file, folder or link of an archive."""

    mode: int
    data: bytes = b""


def folder() -> Entry:
    """A folder."""
    return Entry(stat.S_IFDIR | 0o755)


def program(data: bytes) -> Entry:
    """A file that can be run."""
    return Entry(stat.S_IFREG | 0o755, data)


def plain(data: bytes) -> Entry:
    """A file that is read."""
    return Entry(stat.S_IFREG | 0o644, data)


def link(target: str) -> Entry:
    """A symbolic link."""
    return Entry(stat.S_IFLNK | 0o777, target.encode())


def archive(entries: Mapping[str, Entry]) -> bytes:
    """A “newc” archive: a 110-byte header in hexadecimal, the name, the data, all in fours."""
    parts = [
        _entry(name, entries[name], number) for number, name in enumerate(sorted(entries), start=1)
    ]
    return b"".join([*parts, _entry("TRAILER!!!", Entry(0), 0)])


def _entry(name: str, entry: Entry, number: int) -> bytes:
    called = name.encode() + b"\0"
    fields = (number, entry.mode, 0, 0, 1, 0, len(entry.data), 0, 0, 0, 0, len(called), 0)
    header = b"070701" + b"".join(b"%08X" % value for value in fields) + called
    return _fours(header) + _fours(entry.data)


def _fours(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
