"""The journal of LabFS on its real blocks: a descriptor, the copies, a commit; and the recovery.

One transaction at a time, from the first journal block on: the descriptor lists the home blocks,
the commit closes it, with the CRC-32 of all before it if a checksum is kept. After jbd2 (kernel
documentation); left out: the ring, revoked blocks, escaping.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from coursekit.sims.filesystems.labfs.blocks import block_of, with_blocks
from coursekit.sims.filesystems.labfs.layout import (
    BLOCK,
    BLOCKS,
    COMMIT,
    DESCRIPTOR,
    HEAD_FIELDS,
    JOURNAL,
    JOURNAL_BLOCKS,
    JOURNAL_MAGIC,
    head,
    packing,
)
from coursekit.sims.message import Message, require

MOST = JOURNAL_BLOCKS - 2  # blocks that one transaction can carry


@dataclass(frozen=True)
class Transaction:
    """Blocks of the journal, as (place, bytes): descriptor, one copy for each home, commit."""

    descriptor: tuple[int, bytes]
    copies: tuple[tuple[int, bytes], ...]
    commit: tuple[int, bytes]


@dataclass(frozen=True)
class Recovery:
    """Home blocks that were written again, and why or why not."""

    homes: dict[int, bytes]
    why: Message


def transaction(sequence: int, blocks: tuple[tuple[int, bytes], ...], *, checksum: bool = False) -> Transaction:  # fmt: skip
    """The journal blocks that carry these (home, bytes)."""
    require(1 <= len(blocks) <= MOST, "blocks={count}: a transaction carries 1 to {most}", count=len(blocks), most=MOST)  # fmt: skip
    homes = struct.pack(f"<{len(blocks)}I", *(home for home, _ in blocks))
    first = (head(DESCRIPTOR, sequence, len(blocks)) + homes).ljust(BLOCK, b"\0")
    total = _sum(first, [data for _, data in blocks]) if checksum else 0
    last = head(COMMIT, sequence, len(blocks), total).ljust(BLOCK, b"\0")
    copies = tuple((JOURNAL + 1 + at, data) for at, (_, data) in enumerate(blocks))
    return Transaction((JOURNAL, first), copies, (JOURNAL + 1 + len(blocks), last))


def _sum(descriptor: bytes, copies: list[bytes]) -> int:
    return crc32(b"".join([descriptor, *copies]))


def recover(image: bytes, *, checksum: bool = False) -> tuple[bytes, Recovery]:
    """The image after a restart: a committed transaction is written home again."""
    found = replay(lambda block: block_of(image, block), checksum=checksum)
    return with_blocks(image, found.homes), found


def replay(read: Callable[[int], bytes], *, checksum: bool = False) -> Recovery:
    """Look for a transaction in the journal blocks that `read` gives."""
    first = read(JOURNAL)
    magic, kind, sequence, count, _ = packing(HEAD_FIELDS).unpack_from(first)
    if (magic, kind) != (JOURNAL_MAGIC, DESCRIPTOR) or not 1 <= count <= MOST:
        return Recovery({}, Message.of("The journal has no descriptor: nothing to replay."))
    end = packing(HEAD_FIELDS).unpack_from(read(JOURNAL + 1 + count))
    if end[:4] != (JOURNAL_MAGIC, COMMIT, sequence, count):
        return Recovery({}, Message.of("Transaction {sequence} has no commit: it never happened.", sequence=sequence))  # fmt: skip
    copies = [read(JOURNAL + 1 + at) for at in range(count)]
    if checksum and end[4] != _sum(first, copies):
        return Recovery({}, Message.of("Transaction {sequence} is committed but its checksum says that blocks are missing: it is dropped.", sequence=sequence))  # fmt: skip
    homes = struct.unpack_from(f"<{count}I", first, packing(HEAD_FIELDS).size)
    if max(homes) >= BLOCKS:  # a torn descriptor
        return Recovery({}, Message.of("The journal has no descriptor: nothing to replay."))
    return Recovery(dict(zip(homes, copies, strict=True)), Message.of("Transaction {sequence} is committed: its blocks ({count}) are written home again.", sequence=sequence, count=count))  # fmt: skip
