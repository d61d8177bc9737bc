"""Every byte of a block, named: what it is, its value, why it is there; and who owns each block.

For a block view. The fields of a block follow each other without a gap and fill its 1024 bytes.
"""

from dataclasses import dataclass

from coursekit.sims.filesystems.labfs import dirs, maps
from coursekit.sims.filesystems.labfs.blocks import Volume, What, Work, block_of
from coursekit.sims.filesystems.labfs.layout import (
    BACKUP,
    BLOCK,
    BLOCK_BITMAP,
    BLOCKS,
    DATA,
    DESCRIPTOR,
    DIRECTORY,
    HEAD_FIELDS,
    INLINE,
    INODE_BITMAP,
    INODE_FIELDS,
    INODE_SIZE,
    INODES,
    JOURNAL,
    JOURNAL_MAGIC,
    PER_TABLE_BLOCK,
    RECORD_FIELDS,
    SUPER,
    SUPER_FIELDS,
    TABLE,
    Inode,
    Table,
    packing,
)
from coursekit.sims.filesystems.labfs.store import get_inode, is_set
from coursekit.sims.message import Message


@dataclass(frozen=True)
class Field:
    """`length` bytes from `at` on; `group` tells the inode or the record they belong to."""

    at: int
    length: int
    name: str
    value: int | str
    why: Message
    group: int = 0


@dataclass(frozen=True)
class Owner:
    """What a block is for, and which inode has it (0: the file system itself, or nobody)."""

    what: What | None  # None: free
    ino: int = 0
    index: int = 0  # number of the block in the file


_REST = Message.of("Not used.")


def owners(image: bytes) -> dict[int, Owner]:
    """Block -> owner, for a map in colours."""
    found = {block: Owner(None) for block in range(BLOCKS)}
    found |= {SUPER: Owner("superblock"), BACKUP: Owner("superblock")}
    found |= {INODE_BITMAP: Owner("inode bitmap"), BLOCK_BITMAP: Owner("block bitmap")}
    found |= {block: Owner("inode") for block in range(TABLE, JOURNAL)}
    found |= {block: Owner("journal") for block in range(JOURNAL, DATA)}
    work = Work(Volume(image, image))
    for ino in range(1, INODES + 1):
        inode = get_inode(work, ino)
        if inode.used:
            claimed = maps.claims(work, inode)
            what: What = "directory" if inode.type == DIRECTORY else "data"
            found |= {block: Owner(what, ino, index) for index, block in claimed.data}
            found |= {block: Owner("map", ino) for block in claimed.maps}
    return found


def decode(image: bytes, block: int) -> tuple[Field, ...]:
    """All fields of a block, in the order of its bytes."""
    data, owner = block_of(image, block), owners(image)[block]
    if owner.what == "superblock":
        return _filled(_fields(data, SUPER_FIELDS, 0))
    if owner.what in {"inode bitmap", "block bitmap"}:
        return _filled(_bitmap(data, owner.what == "inode bitmap"))
    if owner.what == "inode":
        return tuple(each for slot in range(PER_TABLE_BLOCK) for each in _inode(data, slot, block))
    if owner.what == "directory":
        return _filled(_records(data))
    if owner.what == "map":
        return tuple(_pointer(at * 4, f"pointer {at}", p) for at, p in enumerate(maps.pointers(data)))  # fmt: skip
    if owner.what == "journal":
        return _journal(data)
    why = Message.of("Bytes of a file.") if owner.what else Message.of("A free block: what the last owner wrote is still there.")  # fmt: skip
    return (Field(0, BLOCK, "bytes", _text(data), why, owner.ino),)


def _text(data: bytes) -> str:
    return "".join(chr(b) if 32 <= b < 127 else "·" for b in data)


def _fields(data: bytes, table: Table, at: int, group: int = 0) -> list[Field]:
    found = []
    for (name, code, why), value in zip(table, packing(table).unpack_from(data, at), strict=True):
        length = packing(((name, code, why),)).size
        shown = value.decode(errors="replace") if isinstance(value, bytes) else value
        found.append(Field(at, length, name, shown, why, group))
        at += length
    return found


def _filled(found: list[Field]) -> tuple[Field, ...]:
    end = found[-1].at + found[-1].length if found else 0
    rest = [Field(end, BLOCK - end, "rest", "", _REST)] if end < BLOCK else []
    return (*found, *rest)


def _bitmap(data: bytes, inodes: bool) -> list[Field]:
    first, count = (1, INODES) if inodes else (0, BLOCKS)
    return [
        Field(at, 1, f"{first + at * 8}–{first + at * 8 + 7}", "".join("01"[is_set(data, at * 8 + bit)] for bit in range(8)), Message.of("One bit each, from the left as numbered: 1 is in use."))
        for at in range(count // 8)
    ]  # fmt: skip


def _pointer(at: int, name: str, value: int, group: int = 0) -> Field:
    why = Message.of("Leads to block {block}.", block=value) if value else Message.of("Leads nowhere: a hole.")  # fmt: skip
    return Field(at, 4, name, value, why, group)


def _inode(data: bytes, slot: int, block: int) -> list[Field]:
    ino, at = (block - TABLE) * PER_TABLE_BLOCK + slot + 1, slot * INODE_SIZE
    inode = Inode.unpack(data[at : at + INODE_SIZE])
    found = _fields(data, INODE_FIELDS, at, ino)
    at += packing(INODE_FIELDS).size
    if inode.inline:
        found.append(Field(at, INLINE, "target", inode.text.decode(errors="replace"), Message.of("A short target of a symbolic link stands in the place of the pointers."), ino))  # fmt: skip
    else:
        names = [*(f"direct {n}" for n in range(12)), "single", "double"]
        found += [
            _pointer(at + n * 4, name, inode.pointers[n], ino) for n, name in enumerate(names)
        ]
    end = at + INLINE
    return [*found, Field(end, (slot + 1) * INODE_SIZE - end, "rest", "", _REST, ino)]


def _records(data: bytes) -> list[Field]:
    found: list[Field] = []
    for each in dirs.records(data):
        found += _fields(data, RECORD_FIELDS, each.at, each.inode)
        length = data[each.at + 6]
        at, end = each.at + 8, each.at + each.rec_len
        if length:
            found.append(Field(at, length, "name", each.name, Message.of("The name, without an end mark."), each.inode))  # fmt: skip
        if at + length < end:
            found.append(Field(at + length, end - at - length, "slack", _text(data[at + length : end]), Message.of("Up to the next record: room for a name, and what deleted names left."), each.inode))  # fmt: skip
    return found


def _journal(data: bytes) -> tuple[Field, ...]:
    if int.from_bytes(data[:4], "little") != JOURNAL_MAGIC:
        return (Field(0, BLOCK, "copy", _text(data), Message.of("A copy of a block on its way home, or what an older one left.")),)  # fmt: skip
    found = _fields(data, HEAD_FIELDS, 0)
    if found[1].value == DESCRIPTOR:
        start, count = packing(HEAD_FIELDS).size, min(int(found[3].value), (BLOCK - 20) // 4)
        homes = [int.from_bytes(data[start + n * 4 : start + n * 4 + 4], "little") for n in range(count)]  # fmt: skip
        found += [Field(start + n * 4, 4, f"home {n}", home, Message.of("The copy number {number} belongs to block {block}.", number=n, block=home)) for n, home in enumerate(homes)]  # fmt: skip
    return _filled(found)
