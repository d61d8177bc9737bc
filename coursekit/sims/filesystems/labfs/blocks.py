"""The image: 256 KiB that programs see, 256 KiB that a power cut leaves, every access recorded.

`Volume` is a value: an operation gives a new one. `Work` is an operation under way. A block read
twice counts once (the page cache), a block written twice is one write with the first `before` and
the last `after`. What the volume shows and the disk has not got is dirty: `sync` writes it.
"""

from dataclasses import dataclass
from typing import Any, Literal

from coursekit.sims.filesystems.labfs.layout import BLOCK, BLOCKS, ROOT
from coursekit.sims.message import Message, ParameterError

What = Literal["superblock", "inode bitmap", "block bitmap", "inode", "directory", "map", "data", "journal"]  # fmt: skip


class LabError(ParameterError):
    """An operation refused, as the system call refuses it: `errno` is the name of its code."""

    def __init__(self, errno: str, message: Message) -> None:
        super().__init__(message.text, **message.values)
        self.errno = errno


@dataclass(frozen=True)
class Read:
    """A block read; `ino` is the inode looked for in a block of the table, or the owner."""

    block: int
    what: What
    ino: int = 0


@dataclass(frozen=True)
class Write:
    """A block changed."""

    block: int
    what: What
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Volume:
    """A mounted file system and the open files of the one program that uses it."""

    image: bytes  # as programs see it, page cache included
    disk: bytes  # what a power cut leaves
    opened: tuple[tuple[int, int], ...] = ()  # descriptor, inode
    cwd: int = ROOT
    mounts: frozenset[int] = frozenset()  # directories that another file system hides

    @property
    def dirty(self) -> tuple[int, ...]:
        """Blocks that wait in memory."""
        return tuple(b for b in range(BLOCKS) if block_of(self.image, b) != block_of(self.disk, b))


@dataclass(frozen=True)
class Done:
    """What an operation gave, read and wrote, block by block."""

    volume: Volume
    value: Any
    reads: tuple[Read, ...]
    writes: tuple[Write, ...]
    why: tuple[Message, ...]


def block_of(image: bytes | bytearray, block: int) -> bytes:
    """The bytes of one block."""
    return bytes(image[block * BLOCK : (block + 1) * BLOCK])


def with_blocks(image: bytes, changes: dict[int, bytes]) -> bytes:
    """The image with these blocks in the place of its own."""
    new = bytearray(image)
    for block, data in changes.items():
        new[block * BLOCK : (block + 1) * BLOCK] = data
    return bytes(new)


class Work:
    """One operation under way on a volume: reads and writes blocks, and remembers them."""

    def __init__(self, volume: Volume, now: int = 0) -> None:
        self.volume, self.now = volume, now
        self.image = bytearray(volume.image)
        self.opened = dict(volume.opened)
        self.cwd = volume.cwd
        self.why: list[Message] = []
        self._reads: dict[Read, None] = {}
        self._writes: dict[int, What] = {}

    def read(self, block: int, what: What, ino: int = 0) -> bytes:
        self._reads[Read(block, what, ino)] = None
        return block_of(self.image, block)

    def write(self, block: int, data: bytes, what: What) -> None:
        assert len(data) == BLOCK, (block, what, len(data))
        self._writes.setdefault(block, what)
        if what == "data":  # a block may have been a map or a directory before
            self._writes[block] = what
        self.image[block * BLOCK : (block + 1) * BLOCK] = data

    @property
    def count(self) -> int:
        """Reads so far."""
        return len(self._reads)

    def say(self, message: Message) -> None:
        self.why.append(message)

    @property
    def writes(self) -> tuple[Write, ...]:
        """The changes so far, in the order of the first one of each block."""
        pairs = [
            Write(b, what, block_of(self.volume.image, b), block_of(self.image, b))
            for b, what in self._writes.items()
        ]
        return tuple(each for each in pairs if each.before != each.after)

    def done(self, value: Any = None, *, disk: bytes | None = None) -> Done:
        volume = self.volume
        new = Volume(
            bytes(self.image),
            volume.disk if disk is None else disk,
            tuple(sorted(self.opened.items())),
            self.cwd,
            volume.mounts,
        )
        return Done(new, value, tuple(self._reads), self.writes, tuple(self.why))
