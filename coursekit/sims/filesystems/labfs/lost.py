"""Inodes in use that no name leads to: each gets the name "#number" in lost+found."""

from dataclasses import replace

from coursekit.sims.filesystems.labfs import dirs
from coursekit.sims.filesystems.labfs.blocks import LabError, Work
from coursekit.sims.filesystems.labfs.layout import BLOCK, DIRECTORY, ROOT, Inode
from coursekit.sims.filesystems.labfs.repairtree import Problem, mend
from coursekit.sims.filesystems.labfs.store import (
    first_block,
    get_inode,
    put_inode,
    take_block,
    take_inode,
)
from coursekit.sims.message import Message

NAME = "lost+found"


def connect(work: Work, orphans: tuple[int, ...], problems: list[Problem]) -> None:
    """Name the orphans: directories that no other orphan holds first, they bring their own."""
    left = list(orphans)
    problems += [Problem("ORPHAN", ino, Message.of("Inode {ino}: no name leads to it.", ino=ino), Message.of("It gets a name in lost+found.")) for ino in orphans]  # fmt: skip
    while left:
        ino = _next(work, left)
        left.remove(ino)
        try:
            place = lost_found(work)
            above = _tree(work)
            dirs.add(work, place, f"#{ino}", ino, get_inode(work, ino).type)
        except LabError:
            _give_up(work, ino, problems)
            continue
        if _directory(work, ino):
            seen = mend(work, ino, place, above | {ino}, []) - above
            reached = {child for each in seen for child in _children(work, each)}
            left = [each for each in left if each not in reached]


def _next(work: Work, left: list[int]) -> int:
    held = {child for ino in left if _directory(work, ino) for child in _children(work, ino)}
    tops = [ino for ino in left if ino not in held]
    directories = [ino for ino in tops or left if _directory(work, ino)]
    return (directories or tops or left)[0]


def _directory(work: Work, ino: int) -> bool:
    return get_inode(work, ino).type == DIRECTORY


def _children(work: Work, ino: int) -> list[int]:
    return [each.ino for each in dirs.entries(work, ino) if each.name not in {".", ".."}]


def _tree(work: Work) -> set[int]:
    """Directories that the root reaches."""
    found, todo = set[int](), [ROOT]
    while todo:
        ino = todo.pop()
        if ino not in found and _directory(work, ino):
            found.add(ino)
            todo += _children(work, ino)
    return found


def lost_found(work: Work) -> int:
    """The directory lost+found, made if there is none."""
    name = NAME
    while (ino := dirs.lookup(work, ROOT, name)) and not _directory(work, ino):
        name += "+"
    if ino:
        return ino
    ino, block = take_inode(work), take_block(work)
    work.write(block, first_block(ino, ROOT), "directory")
    put_inode(work, ino, Inode(DIRECTORY, 0o700, 0, 0, BLOCK, 2, pointers=(block,) + (0,) * 13))
    dirs.add(work, ROOT, name, ino, DIRECTORY)
    return ino


def _give_up(work: Work, ino: int, problems: list[Problem]) -> None:
    put_inode(work, ino, replace(get_inode(work, ino), nlink=0))
    problems.append(Problem("ORPHAN", ino, Message.of("Inode {ino}: no room for a name.", ino=ino), Message.of("It is freed.")))  # fmt: skip
