"""Find what does not agree on an image of LabFS and repair it, in the order of e2fsck's passes.

Superblock and its copy; inodes and pointers; the tree from inode 2; inodes without a name; blocks
claimed twice (told here, settled before the tree as in e2fsck's pass 1b: the repair of one file must
not spoil another); bitmaps; link counts. The rules of who claims what are `filesystems.claims`. fsck
looks at structure only: a file that shows another file's old bytes is sound to it. After e2fsck(8).
Left out: questions (it always repairs), file sizes, the journal (recovery comes first).
"""

from dataclasses import dataclass, replace

from coursekit.sims.filesystems import claims as rules
from coursekit.sims.filesystems.claims import Findings
from coursekit.sims.filesystems.labfs import dirs, lost, maps, repairtree
from coursekit.sims.filesystems.labfs.blocks import LabError, Volume, Work
from coursekit.sims.filesystems.labfs.layout import (
    BACKUP,
    BLOCK,
    BLOCK_BITMAP,
    BLOCKS,
    DATA,
    DIRECTORY,
    FIRST_INODE,
    FREE,
    INODE_BITMAP,
    INODES,
    ROOT,
    SUPER,
    TYPES,
    Inode,
    Superblock,
)
from coursekit.sims.filesystems.labfs.repairtree import Problem
from coursekit.sims.filesystems.labfs.store import (
    RESERVED,
    bits,
    get_inode,
    marked,
    put_inode,
    take_block,
)
from coursekit.sims.message import Message

__all__ = ["Problem", "Report", "fsck", "nodes"]


@dataclass(frozen=True)
class Report:
    """What was found, in order, and the image after the repairs."""

    problems: tuple[Problem, ...]
    image: bytes

    @property
    def clean(self) -> bool:
        return not self.problems

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(each.kind for each in self.problems)


def fsck(image: bytes) -> Report:
    """Check and repair; a clean image comes back as it was."""
    work = Work(Volume(image, image))
    problems: list[Problem] = []
    double: list[Problem] = []
    for check in (_superblock, _inodes, repairtree.root):
        check(work, problems)
    first, marks = _claims(work), _inode_marks(work)
    _mark(work)  # repairs need free blocks that are free
    _duplicates(work, first, double)  # before the tree, so that no repair of one spoils another
    for check in (_inodes, repairtree.root, repairtree.from_root):
        check(work, problems)
    _mark(work)
    found = _claims(work)
    lost.connect(work, found.orphans, problems)
    problems += double
    _report_bitmaps(first, marks, problems)
    _mark(work)
    _links(work, found, problems)
    return Report(tuple(problems), bytes(work.image))


def nodes(work: Work) -> dict[int, rules.Node]:
    """The allocated inodes of an image as `filesystems.claims` takes them."""
    return {ino: _node(work, ino) for ino in range(1, INODES + 1) if get_inode(work, ino).used}


def _node(work: Work, ino: int) -> rules.Node:
    inode = get_inode(work, ino)
    directory = inode.type == DIRECTORY
    names = {each.name: each.ino for each in dirs.entries(work, ino)} if directory else {}
    return rules.Node(directory, inode.nlink, maps.claims(work, inode).blocks, names)


def _claims(work: Work) -> Findings:
    bitmap = marked(work.read(BLOCK_BITMAP, "block bitmap"), BLOCKS)
    return rules.check(BLOCKS, DATA, nodes(work), bitmap)


def _superblock(work: Work, problems: list[Problem]) -> None:
    first, copy = (Superblock.unpack(work.read(b, "superblock")) for b in (SUPER, BACKUP))
    good = first if first.sound else copy if copy.sound else Superblock()
    for block, found in ((SUPER, first), (BACKUP, copy)):
        if not found.sound:
            problems.append(Problem("SUPERBLOCK", block, Message.of("The superblock in block {block} is not one of LabFS.", block=block), Message.of("It is written anew from the other copy.")))  # fmt: skip
        if work.read(block, "superblock") != good.pack():
            work.write(block, good.pack(), "superblock")


def _inodes(work: Work, problems: list[Problem]) -> None:
    for ino in range(1, INODES + 1):
        inode = get_inode(work, ino)
        if inode.used and ino < FIRST_INODE and ino != ROOT:
            problems.append(Problem("RESERVED", ino, Message.of("Inode {ino} is reserved and in use.", ino=ino), Message.of("It is cleared.")))  # fmt: skip
            put_inode(work, ino, Inode())
        elif inode.nlink and inode.type not in TYPES.keys() - {FREE}:
            problems.append(Problem("TYPE", ino, Message.of("Inode {ino} is of no type that is known.", ino=ino), Message.of("It is cleared.")))  # fmt: skip
            put_inode(work, ino, Inode())
        elif inode.used and not _text_sound(work, ino, inode):
            put_inode(work, ino, Inode())
            problems.append(Problem("SYMLINK", ino, Message.of("Inode {ino} is a symbolic link without a text.", ino=ino), Message.of("It is cleared.")))  # fmt: skip
        elif inode.used and not inode.inline:
            _pointers(work, ino, inode, problems)


def _text_sound(work: Work, ino: int, inode: Inode) -> bool:
    """Can a symbolic link be read at all?"""
    if TYPES[inode.type] != "symlink":
        return True
    data = inode.text
    if not inode.inline:
        first = inode.pointers[0]
        if not (DATA <= first < BACKUP and inode.size < BLOCK):
            return False
        data = work.read(first, "data", ino)[: inode.size]
    try:
        return bool(data.decode()) and b"\0" not in data
    except UnicodeDecodeError:
        return False


def _pointers(work: Work, ino: int, inode: Inode, problems: list[Problem]) -> None:
    def sane(block: int, _depth: int) -> int:
        if DATA <= block < BACKUP:
            return block
        problems.append(Problem("POINTER", ino, Message.of("Inode {ino} points to block {block}, which no file may have.", ino=ino, block=block), Message.of("The pointer becomes a hole.")))  # fmt: skip
        return 0

    new = replace(inode, pointers=maps.mapped(work, inode, sane))
    data = maps.claims(work, new).data
    if inode.type == DIRECTORY and [index for index, _ in data] != list(range(len(data))):
        data = ()
    if inode.type == DIRECTORY and (not data or inode.size != len(data) * BLOCK):
        problems.append(Problem("SIZE", ino, Message.of("Directory {ino} says {size} bytes and has {blocks} blocks in a row.", ino=ino, size=inode.size, blocks=len(data)), Message.of("Its size is set, or it is cleared if it has none.")))  # fmt: skip
        new = replace(new, size=len(data) * BLOCK) if data else Inode()
    if new != inode:
        put_inode(work, ino, new)


def _duplicates(work: Work, found: Findings, problems: list[Problem]) -> None:
    for block, inos in found.dup.items():
        problems.append(Problem("DUP", block, Message.of("Block {block} is claimed by inodes {inos}.", block=block, inos=", ".join(map(str, inos))), Message.of("The first keeps it, each later one gets a copy.")))  # fmt: skip
    seen: set[int] = set()
    for ino in range(1, INODES + 1):
        inode = get_inode(work, ino)
        if inode.used and not inode.inline:
            pointers = maps.mapped(work, inode, lambda block, depth, ino=ino: _own(work, seen, block, depth, ino, problems))  # type: ignore[misc]  # fmt: skip
            if pointers != inode.pointers:
                put_inode(work, ino, replace(inode, pointers=pointers))


def _own(work: Work, seen: set[int], block: int, depth: int, ino: int, problems: list[Problem]) -> int:  # fmt: skip
    """The block itself if it is the first claim, else a copy that belongs to this inode alone."""
    if block not in seen:
        seen.add(block)
        return block
    try:
        copy = take_block(work)
    except LabError:
        problems.append(Problem("DUP", block, Message.of("Block {block} of inode {ino} has another owner and no block is free for a copy.", block=block, ino=ino), Message.of("The pointer becomes a hole.")))  # fmt: skip
        return 0
    work.write(copy, work.read(block, "data"), "map" if depth else "data")
    return copy


def _inode_marks(work: Work) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Inodes marked and not in use, in use and not marked."""
    bitmap = {bit + 1 for bit in marked(work.read(INODE_BITMAP, "inode bitmap"), INODES)}
    used = _used_inodes(work)
    return tuple(sorted(bitmap - used)), tuple(sorted(used - bitmap))


def _used_inodes(work: Work) -> set[int]:
    used = {ino for ino in range(1, INODES + 1) if get_inode(work, ino).used}
    return used | set(range(1, FIRST_INODE))


def _report_bitmaps(first: Findings, marks: tuple[tuple[int, ...], tuple[int, ...]], problems: list[Problem]) -> None:  # fmt: skip
    anew = Message.of("The bitmap is made anew from the inodes.")
    leaked = [b for b in first.leaked if b != BACKUP]  # no inode claims the copy of the superblock
    said = [("LEAK", b, Message.of("Block {block} is marked used and nobody claims it: it is lost until the bitmap is made anew.", block=b)) for b in leaked]  # fmt: skip
    said += [("UNMARKED", b, Message.of("Block {block} is in use and marked free: the next file would get it too.", block=b)) for b in first.unmarked]  # fmt: skip
    said += [("INODE LEAK", i, Message.of("Inode {ino} is marked used and is not.", ino=i)) for i in marks[0]]  # fmt: skip
    said += [("INODE UNMARKED", i, Message.of("Inode {ino} is in use and marked free.", ino=i)) for i in marks[1]]  # fmt: skip
    problems += [Problem(kind, number, what, anew) for kind, number, what in said]


def _mark(work: Work) -> None:
    """Both bitmaps from the inodes."""
    claimed = {block for node in nodes(work).values() for block in node.blocks}
    work.write(BLOCK_BITMAP, bits(claimed | RESERVED), "block bitmap")
    work.write(INODE_BITMAP, bits(ino - 1 for ino in _used_inodes(work)), "inode bitmap")


def _links(work: Work, found: Findings, problems: list[Problem]) -> None:
    inodes = nodes(work)
    for ino, names in found.link.items():
        counted = get_inode(work, ino).nlink
        problems.append(Problem("LINKCOUNT", ino, Message.of("Inode {ino} counts {nlink} names and has {names}.", ino=ino, nlink=counted, names=names), Message.of("The count is set to the names there are.")))  # fmt: skip
    names_of = rules.names_of(inodes, rules.reachable(inodes))
    for ino, node in inodes.items():
        if names_of[ino] != node.nlink:
            put_inode(work, ino, replace(get_inode(work, ino), nlink=names_of[ino]))
