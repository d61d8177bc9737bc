"""What an ELF file says of itself: the libraries a program needs, the modules a module needs.

Read from the file, so that programs of packages are never run to ask (as `ldd` does). 64-bit,
little-endian. Source: System V ABI, chapters 4 and 5; for modules, the text `depends=` in `.modinfo`.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

LOAD, DYNAMIC, INTERP = 1, 2, 3  # kinds of segment
NEEDED, STRTAB = 1, 5  # tags of the dynamic section


def is_elf(data: bytes) -> bool:
    """Whether this is a 64-bit, little-endian ELF file."""
    return data[:6] == b"\x7fELF\x02\x01"


def needed(data: bytes) -> tuple[str, ...]:
    """The names of the shared libraries a program or library was linked with."""
    dynamic = [(at, size) for kind, at, _, size in _segments(data) if kind == DYNAMIC]
    if not dynamic:
        return ()
    (start, size), *_ = dynamic
    tags = [struct.unpack_from("<QQ", data, start + at) for at in range(0, size - size % 16, 16)]
    strings = _offset(data, dict(tags).get(STRTAB, 0))
    return tuple(_text(data, strings + value) for tag, value in tags if tag == NEEDED)


def interpreter(data: bytes) -> str | None:
    """The loader a program asks for, such as /lib64/ld-linux-x86-64.so.2."""
    return next((_text(data, at) for kind, at, _, _ in _segments(data) if kind == INTERP), None)


def module_needs(data: bytes) -> tuple[str, ...]:
    """The modules a kernel module needs, as it names them."""
    found = re.search(rb"(?:^|\0)depends=([^\0]*)\0", data)
    return tuple(name for name in found.group(1).decode().split(",") if name) if found else ()


def with_needs(wanted: tuple[str, ...], modules: dict[str, Path], have: set[str]) -> list[str]:
    """The modules to load for `wanted`, each after what it needs; `have` is loaded and grows.

    A name that is no module is taken to be built into the kernel.
    """
    order: list[str] = []
    for name in (each.replace("-", "_") for each in wanted):
        if name in have or name not in modules:
            continue
        have.add(name)
        order += [*with_needs(module_needs(modules[name].read_bytes()), modules, have), name]
    return order


def _segments(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Kind, place in the file, address and size of every segment."""
    (table,) = struct.unpack_from("<Q", data, 0x20)
    each, count = struct.unpack_from("<HH", data, 0x36)
    for number in range(count):
        kind, _, at, address, _, size = struct.unpack_from("<IIQQQQ", data, table + number * each)
        yield kind, at, address, size


def _offset(data: bytes, address: int) -> int:
    """Where in the file an address is."""
    return next(
        (at + address - start for kind, at, start, size in _segments(data)
         if kind == LOAD and start <= address < start + size), 0,
    )  # fmt: skip


def _text(data: bytes, at: int) -> str:
    return data[at : data.index(b"\0", at)].decode()
