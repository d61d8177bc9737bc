"""Names, inodes and open files: what a deletion takes away, and what can be had back.

LabFS with a file `a` of a few blocks, and an empty file `other` that another program will write
to. df counts what the bitmap marks, du what names lead to; both in blocks of 1 KiB, tables left
out. A hard disk knows no TRIM. Left out: that ext4 clears the extents of a freed inode.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from coursekit.sims.filesystems import claims as rules
from coursekit.sims.filesystems.labfs import dirs, entries, files, undelete
from coursekit.sims.filesystems.labfs.blocks import Done, LabError, Volume, Work, block_of
from coursekit.sims.filesystems.labfs.blockstory import text
from coursekit.sims.filesystems.labfs.dirs import Entry
from coursekit.sims.filesystems.labfs.fsck import nodes
from coursekit.sims.filesystems.labfs.layout import (
    BACKUP,
    BLOCK,
    BLOCK_BITMAP,
    BLOCKS,
    DATA,
    FIRST_INODE,
    INODES,
    ROOT,
    SYMLINK,
    Inode,
)
from coursekit.sims.filesystems.labfs.maps import claims
from coursekit.sims.filesystems.labfs.names import link_text
from coursekit.sims.filesystems.labfs.store import get_inode, marked, mkfs
from coursekit.sims.filesystems.labfs.undelete import Deleted
from coursekit.sims.message import Message, require

Kind = Literal["link", "symlink", "open", "close", "rm", "reuse", "undelete", "trim"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DISKS = ("hdd", "ssd")
FILE, OTHER = "a", "other"
A_BLOCKS = 4  # blocks of `a`
MOST = 64  # blocks that the other program asks for at once


@dataclass(frozen=True)
class Deed:
    """What is done; `name` is a name in the root, or the number of blocks that are taken."""

    kind: Kind
    name: str | int = ""


@dataclass(frozen=True)
class Node:
    """An inode in use, held open, or freed and still legible."""

    ino: int
    inode: Inode
    opens: int
    blocks: tuple[int, ...]
    text: str = ""  # of a symbolic link
    freed: Deleted | None = None


@dataclass(frozen=True)
class State:
    """After a deed: names, inodes, blocks, and what df and du count."""

    volume: Volume
    deed: Deed | None
    names: tuple[Entry, ...]
    nodes: tuple[Node, ...]
    df: int  # blocks marked used
    du: int  # blocks to which names lead
    why: tuple[Message, ...]

    @property
    def held(self) -> int:
        """Blocks that df counts and du does not find."""
        return self.df - self.du


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def start() -> Volume:
    volume = mkfs(now=1)
    volume = files.create(volume, f"/{FILE}", now=2).volume
    volume = files.append(volume, f"/{FILE}", text(FILE, 0, A_BLOCKS * BLOCK), now=2).volume
    return files.create(volume, f"/{OTHER}", now=2).volume


def tell(deeds: Sequence[Deed] = (), *, disk: str = "hdd") -> Told:
    """The whole record; LabError names a deed that the file system refuses."""
    require(disk in DISKS, "disk={disk}: choose one of {disks}", disk=disk, disks=", ".join(DISKS))
    return _tell(tuple(deeds), disk)


@lru_cache(maxsize=16)  # a picture is drawn again and again from the same record
def _tell(deeds: tuple[Deed, ...], disk: str) -> Told:
    first = Message.of("A directory with two names, each the number of an inode; the inode knows the blocks.")  # fmt: skip
    states = [_state(start(), None, (first,))]
    for number, deed in enumerate(deeds, 3):
        require(deed.kind in KINDS, "deed={kind}: choose one of {kinds}", kind=deed.kind, kinds=", ".join(KINDS))  # fmt: skip
        volume = states[-1].volume
        if deed.kind == "trim" and disk == "hdd":
            states.append(_state(volume, deed, (Message.of("A hard disk knows no TRIM: fstrim says “the discard operation is not supported”. Nothing changes."),)))  # fmt: skip
            continue
        done = _DO[deed.kind](volume, deed.name, number)
        states.append(_state(done.volume, deed, done.why))
    return Told(tuple(states))


def _state(volume: Volume, deed: Deed | None, why: tuple[Message, ...]) -> State:
    work = Work(volume)
    names = tuple(each for each in dirs.entries(work, ROOT) if each.name not in {".", ".."})
    return State(volume, deed, names, _nodes(volume), df(volume), du(volume), why)


def df(volume: Volume) -> int:
    """Blocks that the bitmap marks, tables and journal left out."""
    used = marked(block_of(volume.image, BLOCK_BITMAP), BLOCKS)
    return len(used & set(range(DATA, BACKUP)))


def du(volume: Volume) -> int:
    """Blocks of all that a name leads to, each inode once."""
    found = nodes(Work(volume))
    return sum(len(found[ino].blocks) for ino in rules.reachable(found) if ino in found)


def holds(volume: Volume, block: int) -> str:
    """Whose bytes stand in a block, whoever has it now; "" if there are only zeros."""
    data = block_of(volume.image, block)
    return "" if not any(data) else OTHER if OTHER.encode() in data else FILE


def _nodes(volume: Volume) -> tuple[Node, ...]:
    work, opened = Work(volume), [ino for _fd, ino in volume.opened]
    freed = {each.ino: each for each in undelete.deleted(volume.image)}
    found = []
    for ino in range(FIRST_INODE, INODES + 1):
        node, opens = get_inode(work, ino), opened.count(ino)
        if node.used or opens:
            target = link_text(work, node) if node.type == SYMLINK else ""
            found.append(Node(ino, node, opens, claims(work, node).blocks, target))
        elif ino in freed:
            found.append(Node(ino, node, 0, freed[ino].blocks, "", freed[ino]))
    return tuple(found)


# Deeds


def _path(name: str | int) -> str:
    require(isinstance(name, str) and name != "" and "/" not in name, "name={name}: give a name without /", name=name)  # fmt: skip
    return f"/{name}"


def _link(volume: Volume, name: str | int, now: int) -> Done:
    """One more name of `a`'s inode, whichever of its names is still there."""
    mine = [each.name for each in entries.listing(volume, "/").value if _is_a(volume, each)]
    if not mine:
        raise LabError("ENOENT", Message.of("name={name}: ENOENT, the file has no name any more that a link could be made from", name=FILE))  # fmt: skip
    return entries.link(volume, f"/{mine[0]}", _path(name), now=now)


def _is_a(volume: Volume, entry: Entry) -> bool:
    """A plain file that is not the other program's."""
    node = get_inode(Work(volume), entry.ino)
    return entry.name != OTHER and node.type != SYMLINK and entry.name not in {".", ".."}


def _symlink(volume: Volume, name: str | int, now: int) -> Done:
    done = entries.symlink(volume, FILE, _path(name), now=now)
    said = Message.of("Inode {ino} is a new one and holds the text “{text}”: a path, not an inode number. Nobody checks it.", ino=done.value, text=FILE)  # fmt: skip
    return Done(done.volume, done.value, done.reads, done.writes, (said,))


def _close(volume: Volume, _name: str | int, now: int) -> Done:
    require(bool(volume.opened), "open={n}: no file is open", n=0)
    return files.close(volume, volume.opened[-1][0], now=now)


def _reuse(volume: Volume, count: str | int, now: int) -> Done:
    good = isinstance(count, int) and 1 <= count <= MOST
    require(good, "blocks={count}: choose 1 to {most}", count=count, most=MOST)
    return files.append(volume, f"/{OTHER}", text(OTHER, now, int(count) * BLOCK), now=now)


def _undelete(volume: Volume, name: str | int, now: int) -> Done:
    """The file that was deleted last."""
    found = undelete.deleted(volume.image)
    if not found:
        raise LabError("ENOENT", Message.of("name={name}: ENOENT, no freed inode still leads to a file", name=name))  # fmt: skip
    return undelete.undelete(volume, max(found, key=lambda each: each.inode.dtime).ino, _path(name), now=now)  # fmt: skip


_DO: dict[Kind, Callable[[Volume, str | int, int], Done]] = {
    "link": _link,
    "symlink": _symlink,
    "open": lambda volume, name, now: files.open_file(volume, _path(name), now=now),
    "close": _close,
    "rm": lambda volume, name, now: entries.unlink(volume, _path(name), now=now),
    "reuse": _reuse,
    "undelete": _undelete,
    "trim": lambda volume, _name, _now: files.trim(volume),
}
