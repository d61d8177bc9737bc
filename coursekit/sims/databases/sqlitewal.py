"""The write-ahead log of SQLite, byte by byte: read, written, checked.

A header of 32 bytes, then frames: 24 bytes and a page. All numbers are big-endian; the checksums run over
32-bit words of the order that the magic number names. The checksum of a frame goes on from that of the
frame before, so what follows a bad frame counts no more. A frame whose size field is not 0 commits: the
database is the main file under the pages of the frames up to the last valid one of these.

Left out: the index in shared memory, which is rebuilt from this file; checkpoints; readers' marks.

Source: SQLite, "Database File Format", section 4; "Write-Ahead Logging".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Literal

from coursekit.sims.message import Message, require

MAGIC, VERSION = 0x377F0682, 3_007_000
HEADER, FRAME = 32, 24  # bytes
Sums = tuple[int, int]
Fault = Literal[
    "", "short", "magic", "version", "page size", "page 0", "salts", "checksum", "chain"
]
_NUMBERS = Struct(">8I")
_FRAME = Struct(">6I")


def checksum(data: bytes, seed: Sums = (0, 0), *, big: bool = False) -> Sums:
    """SQLite's checksum over whole pairs of 32-bit words, going on from `seed`."""
    require(len(data) % 8 == 0, "bytes={n}: a multiple of 8", n=len(data))
    one, two = seed
    words = Struct(f"{'>' if big else '<'}{len(data) // 4}I").unpack(data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


@dataclass(frozen=True)
class Header:
    """The first 32 bytes. `fault`: why it does not count, "" if it does."""

    magic: int = MAGIC
    version: int = VERSION
    page_size: int = 4096
    sequence: int = 0
    salts: Sums = (0, 0)
    sums: Sums = (0, 0)
    fault: Fault = ""

    @property
    def big(self) -> bool:
        """Whether the checksums read big-endian words."""
        return bool(self.magic & 1)


@dataclass(frozen=True)
class Frame:
    """A frame: the page's number, the database's size in pages if it commits (else 0), the page.

    `computed`: the checksum that it ought to have. `fault` "chain": it lies behind one that is not valid.
    """

    at: int
    page: int
    size: int
    salts: Sums
    sums: Sums
    data: bytes
    computed: Sums = (0, 0)
    fault: Fault = ""

    @property
    def commits(self) -> bool:
        """Whether a transaction ends with it."""
        return self.size != 0


@dataclass(frozen=True)
class Wal:
    """A log as it was found. `last`: how many frames count; `rest`: bytes of a torn frame at the end."""

    header: Header
    frames: tuple[Frame, ...] = ()
    last: int = 0
    rest: int = 0

    @property
    def valid(self) -> int:
        """How many frames are valid; those behind the last commit do not count."""
        return sum(not each.fault for each in self.frames)

    @property
    def commits(self) -> int:
        """How many transactions count."""
        return sum(each.commits for each in self.frames[: self.last])

    def pages(self) -> dict[int, bytes]:
        """The pages that a reader takes from the log, by number."""
        return {each.page: each.data for each in self.frames[: self.last]}


def _header(data: bytes) -> Header:
    if len(data) < HEADER:
        return Header(fault="short")
    magic, version, size, sequence, salt1, salt2, *sums = _NUMBERS.unpack_from(data)
    good_size = 512 <= size <= 65_536 and not size & (size - 1)
    fault: Fault = ""
    if magic & 0xFFFFFFFE != MAGIC:
        fault = "magic"
    elif not good_size:
        fault = "page size"
    elif checksum(data[:FRAME], big=bool(magic & 1)) != tuple(sums):
        fault = "checksum"
    elif version != VERSION:
        fault = "version"
    return Header(magic, version, size, sequence, (salt1, salt2), (sums[0], sums[1]), fault)


def _frame(data: bytes, at: int, header: Header, seed: Sums, *, broken: bool) -> Frame:
    page, size, salt1, salt2, *sums = _FRAME.unpack_from(data, at)
    body = data[at + FRAME : at + FRAME + header.page_size]
    computed = checksum(data[at : at + 8] + body, seed, big=header.big)
    fault: Fault = ""
    if broken:
        fault = "chain"
    elif (salt1, salt2) != header.salts:
        fault = "salts"
    elif page == 0:
        fault = "page 0"
    elif computed != tuple(sums):
        fault = "checksum"
    return Frame(at, page, size, (salt1, salt2), (sums[0], sums[1]), body, computed, fault)


def read(data: bytes) -> Wal:
    """A log as SQLite reads it after a crash: frames count while they are valid, up to the last commit."""
    header = _header(data)
    if header.fault:
        return Wal(header, rest=max(0, len(data) - HEADER))
    whole, rest = divmod(len(data) - HEADER, FRAME + header.page_size)
    frames: list[Frame] = []
    seed, last = header.sums, 0
    for number in range(whole):
        broken = bool(frames and frames[-1].fault)
        frame = _frame(data, HEADER + number * (FRAME + header.page_size), header, seed, broken=broken)  # fmt: skip
        frames.append(frame)
        seed = frame.computed
        if frame.commits and not frame.fault:
            last = number + 1
    return Wal(header, tuple(frames), last, rest)


@dataclass(frozen=True)
class Leaf:
    """A page to be written to a log: its number, its bytes, the database's size if it commits."""

    page: int
    data: bytes = field(repr=False)
    size: int = 0


def write(leaves: Sequence[Leaf], *, page_size: int = 4096, sequence: int = 0, salts: Sums = (1, 2), big: bool = False) -> bytes:  # fmt: skip
    """A log with these pages, as SQLite would write it with these salts."""
    require(512 <= page_size <= 65_536 and not page_size & (page_size - 1), "page_size={n}: a power of 2 from 512 to 65536", n=page_size)  # fmt: skip
    head = Struct(">6I").pack(MAGIC + big, VERSION, page_size, sequence, *salts)
    sums = checksum(head, big=big)
    parts = [head, Struct(">2I").pack(*sums)]
    for each in leaves:
        require(len(each.data) == page_size, "bytes={n}: a page has {size}", n=len(each.data), size=page_size)  # fmt: skip
        require(each.page >= 1, "page={n}: choose 1 or more", n=each.page)
        first = Struct(">2I").pack(each.page, each.size)
        sums = checksum(first + each.data, sums, big=big)
        parts += [first, Struct(">4I").pack(*salts, *sums), each.data]
    return b"".join(parts)


def overlaid(main: bytes, wal: Wal) -> bytes:
    """The database as a reader sees it: the main file under the pages of the log that count."""
    if not wal.last:
        return main
    size = wal.header.page_size
    whole = bytearray(main.ljust(wal.frames[wal.last - 1].size * size, b"\0"))
    for number, data in wal.pages().items():
        whole[(number - 1) * size : number * size] = data
    return bytes(whole[: wal.frames[wal.last - 1].size * size])


def torn(data: bytes, cut: int = 0, flip: int | None = None, bit: int = 0) -> bytes:
    """The file after damage: `cut` bytes fewer at its end, one bit of byte `flip` turned over."""
    require(0 <= cut <= len(data), "cut={n}: choose 0 to {most}", n=cut, most=len(data))
    require(0 <= bit <= 7, "bit={n}: choose 0 to 7", n=bit)
    found = bytearray(data[: len(data) - cut])
    if flip is not None:
        require(0 <= flip < len(data), "flip={n}: choose 0 to {most}", n=flip, most=len(data) - 1)
        if flip < len(found):
            found[flip] ^= 1 << bit
    return bytes(found)


def why(found: Wal) -> Message:
    """What counts of a log, and why no more."""
    if found.header.fault:
        return Message.of("The header does not count: {fault}. So nothing of the log counts, whatever stands behind it.", fault=FAULTS[found.header.fault])  # fmt: skip
    bad = next((number for number, each in enumerate(found.frames, 1) if each.fault), 0)
    values = {"bad": bad, "last": found.last, "all": len(found.frames), "n": found.rest}
    if bad and bad < len(found.frames):
        return Message.of("Frame {bad} does not count: {fault}. Nor does any behind it, though nothing in them was changed: each checksum goes on from the one before. What counts ends with frame {last}.", **values, fault=FAULTS[found.frames[bad - 1].fault])  # fmt: skip
    if bad:
        return Message.of("Frame {bad} does not count: {fault}. It is the last one, so only its transaction is lost.", **values, fault=FAULTS[found.frames[bad - 1].fault])  # fmt: skip
    if found.last < len(found.frames):
        return Message.of("All {all} frames are valid, but the last commit is in frame {last}: what stands behind it was never promised to anybody.", **values)  # fmt: skip
    if found.rest:
        return Message.of("The log ends in the middle of a frame: its {n} bytes do not count. What counts ends with frame {last}.", **values)  # fmt: skip
    return Message.of("All {all} frames are valid and the last one commits: everything counts.", **values)  # fmt: skip


FAULTS = {
    "short": Message.of("it is too short"), "magic": Message.of("its first bytes are not those of such a log"),
    "version": Message.of("an unknown version"), "page size": Message.of("a size that no page has"),
    "page 0": Message.of("there is no page 0"), "salts": Message.of("other salts than in the header, left over from an older log"),
    "checksum": Message.of("its bytes do not give its checksum"), "chain": Message.of("it stands behind one that does not count"),
}  # fmt: skip
