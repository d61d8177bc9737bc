"""The directory tree of a damaged image: walk it, drop what cannot be a name, mend "." and "..".

A directory may be reached by one name only, so the walk takes the first and drops the others.
"""

from dataclasses import dataclass

from coursekit.sims.filesystems.labfs import dirs
from coursekit.sims.filesystems.labfs.blocks import Work
from coursekit.sims.filesystems.labfs.dirs import Entry
from coursekit.sims.filesystems.labfs.layout import (
    BACKUP,
    BLOCK,
    DATA,
    DIRECTORY,
    FIRST_INODE,
    INODES,
    ROOT,
    Inode,
    Record,
    need,
)
from coursekit.sims.filesystems.labfs.maps import claims
from coursekit.sims.filesystems.labfs.store import first_block, get_inode, put_inode
from coursekit.sims.message import Message


@dataclass(frozen=True)
class Problem:
    """One thing that did not agree; `number` is an inode or a block."""

    kind: str
    number: int
    what: Message
    repair: Message


def root(work: Work, problems: list[Problem]) -> None:
    """See to it that inode 2 is a directory."""
    if get_inode(work, ROOT).type != DIRECTORY or not get_inode(work, ROOT).used:
        problems.append(Problem("ROOT", ROOT, Message.of("Inode 2, the root, is not a directory."), Message.of("An empty root is made.")))  # fmt: skip
        _new_root(work)


def from_root(work: Work, problems: list[Problem]) -> None:
    """Mend the tree that hangs from inode 2, then what nothing leads to, each for itself."""
    seen = mend(work, ROOT, ROOT, {ROOT}, problems)
    for ino in range(1, INODES + 1):
        inode = get_inode(work, ino)
        if inode.used and inode.type == DIRECTORY and ino not in seen:
            _mend_one(work, ino, None, seen | {ino}, problems)


def mend(work: Work, ino: int, parent: int, seen: set[int], problems: list[Problem]) -> set[int]:
    """Mend a directory and all below it; the directories reached so far."""
    below = _mend_one(work, ino, parent, seen, problems)
    for child in below:
        seen.add(child)
    for child in below:
        mend(work, child, ino, seen, problems)
    return seen


def _new_root(work: Work) -> None:
    taken = {b for i in range(1, INODES + 1) if get_inode(work, i).used for b in claims(work, get_inode(work, i)).blocks}  # fmt: skip
    free = [block for block in range(DATA, BACKUP) if block not in taken]
    block = free[0] if free else DATA  # no room at all: the claim is settled as any double one
    work.write(block, first_block(ROOT, ROOT), "directory")
    put_inode(work, ROOT, Inode(DIRECTORY, 0o755, 0, 0, BLOCK, 2, pointers=(block,) + (0,) * 13))


def _mend_one(work: Work, ino: int, parent: int | None, seen: set[int], problems: list[Problem]) -> list[int]:  # fmt: skip
    """One directory; `parent` is None when nobody knows it. The directories in it, by name."""
    below: list[int] = []
    names: set[str] = {".", ".."}
    up = parent if parent is not None else dirs.lookup(work, ino, "..")
    if not 0 < up <= INODES:
        up = ROOT
    for number, (block, data) in enumerate(list(dirs.scan(work, ino, get_inode(work, ino)))):
        kept = _kept(work, ino, data, number, names, seen | set(below), problems)
        for each in kept:
            names.add(each.name)
            if each.type == DIRECTORY:
                below.append(each.ino)
        _rewrite(work, ino, up, block, data, kept, number, problems)
    return below


def _kept(work: Work, ino: int, data: bytes, number: int, names: set[str], seen: set[int], problems: list[Problem]) -> list[Entry]:  # fmt: skip
    """The names of a block that may stay, dot and dot-dot left out."""
    kept: list[Entry] = []
    taken = set(names)
    for at, each in enumerate(dirs.records(data)):
        if not each.inode or (number == 0 and at < 2 and each.name == (".", "..")[at]):
            continue
        child = get_inode(work, each.inode) if FIRST_INODE <= each.inode <= INODES else Inode()
        directory = child.type == DIRECTORY
        if not child.used or not _name(each.name) or each.name in taken or (directory and each.inode in seen):  # fmt: skip
            problems.append(Problem("ENTRY", ino, Message.of("Directory {ino}: the name {name} cannot lead to inode {child}.", ino=ino, name=each.name, child=each.inode), Message.of("The name is removed.")))  # fmt: skip
            continue
        taken.add(each.name)
        if directory:
            seen = seen | {each.inode}
        kept.append(Entry(each.name, each.inode, child.type, 0))
    return kept


def _name(name: str) -> bool:
    return bool(name) and not {"/", "\0", "\ufffd"} & set(name)


def _rewrite(work: Work, ino: int, up: int, block: int, data: bytes, kept: list[Entry], number: int, problems: list[Problem]) -> None:  # fmt: skip
    """Pack the block again unless it says just that already."""
    dots = [Entry(".", ino, DIRECTORY, 0), Entry("..", up, DIRECTORY, 0)] if number == 0 else []
    wanted = [(each.name, each.ino, each.type) for each in dots + kept]
    found = [(each.name, each.inode, each.type) for each in dirs.records(data) if each.inode]
    if dirs.whole(data) and wanted == found:
        return
    if not dirs.whole(data) or found[: len(dots)] != wanted[: len(dots)]:
        problems.append(Problem("DIRECTORY", ino, Message.of("Directory {ino}: block {block} is not a row of names that starts and ends as it should.", ino=ino, block=block), Message.of("It is packed again from the names that can be read.")))  # fmt: skip
    elif [each[:2] for each in wanted] == [each[:2] for each in found]:
        problems.append(Problem("ENTRY TYPE", ino, Message.of("Directory {ino}: a name says another type than its inode.", ino=ino), Message.of("The type of the inode is copied.")))  # fmt: skip
    work.write(block, _packed(wanted), "directory")


def _packed(wanted: list[tuple[str, int, int]]) -> bytes:
    if not wanted:
        return Record(0, "", 0, BLOCK).pack()
    lengths = [need(name) for name, _, _ in wanted]
    while (
        sum(lengths) > BLOCK
    ):  # a block that lost its dots may have no room for them: drop the last
        wanted, lengths = wanted[:-1], lengths[:-1]
    lengths[-1] += BLOCK - sum(lengths)
    return b"".join(Record(ino, name, kind, length).pack() for (name, ino, kind), length in zip(wanted, lengths, strict=True))  # fmt: skip
