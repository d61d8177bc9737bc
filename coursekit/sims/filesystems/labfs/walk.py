"""The whole tree as a learner sees it: path -> what is there. For comparing, not for block views."""

from dataclasses import dataclass

from coursekit.sims.filesystems.labfs import dirs, files
from coursekit.sims.filesystems.labfs.blocks import Volume, Work
from coursekit.sims.filesystems.labfs.layout import DIRECTORY, ROOT, SYMLINK, TYPES
from coursekit.sims.filesystems.labfs.names import link_text
from coursekit.sims.filesystems.labfs.store import get_inode


@dataclass(frozen=True)
class Node:
    """A file's bytes, a link's text, or nothing for a directory."""

    type: str
    size: int
    nlink: int
    content: bytes


def tree(image: bytes) -> dict[str, Node]:
    """Every path of a sound image but the root, dot and dot-dot left out."""
    found: dict[str, Node] = {}
    _below(Work(Volume(image, image)), ROOT, "", found)
    return found


def _below(work: Work, ino: int, path: str, found: dict[str, Node]) -> None:
    for each in dirs.entries(work, ino):
        if each.name in {".", ".."}:
            continue
        name = f"{path}/{each.name}"
        found[name] = _node(work, each.ino)
        if found[name].type == TYPES[DIRECTORY]:
            _below(work, each.ino, name, found)


def _node(work: Work, ino: int) -> Node:
    inode = get_inode(work, ino)
    if inode.type == DIRECTORY:
        content = b""
    elif inode.type == SYMLINK:
        content = link_text(work, inode).encode()
    else:
        content = files.contents(work, inode)
    return Node(TYPES[inode.type], inode.size, inode.nlink, content)
