"""One path followed block by block: each inode and each directory that must be read, and why.

The walk itself is `names.resolve`; here it is told read by read. `cache` is Linux's cache of names
in the state it has after a first walk: every name on the way, found or missing, is known, and
nothing is read. Left out: permissions, and that the cache forgets.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache as once
from typing import Literal

from coursekit.sims.filesystems.labfs import dirs, entries, files
from coursekit.sims.filesystems.labfs.blocks import LabError, Read, Volume, Work
from coursekit.sims.filesystems.labfs.dirs import Entry
from coursekit.sims.filesystems.labfs.layout import (
    DIRECTORY,
    FILE,
    ROOT,
    SYMLINK,
    TYPES,
    Inode,
    place,
)
from coursekit.sims.filesystems.labfs.maps import claims
from coursekit.sims.filesystems.labfs.names import LINKS, Step, link_text, parts, resolve
from coursekit.sims.filesystems.labfs.store import get_inode, mkfs
from coursekit.sims.message import Message, require

PATHS = {
    "plain": "/notes.txt",
    "deep": "/home/alice/notes.txt",
    "dots": "/home/alice/../bob/./todo.txt",
    "symlink": "/alice/latest",
    "dangling": "/old",
    "loop": "/ping",
}
What = Literal["start", "inode", "directory", "memory", "end"]


@dataclass(frozen=True)
class State:
    """After a step of the walk. `ino` is the inode or the directory looked at."""

    what: What
    component: str  # looked for; "/" at the root
    ino: int = 0
    block: int = 0  # 0: nothing was read
    found: int = 0  # inode that the component leads to; 0: not there, or not known yet
    target: str = ""  # text of a symbolic link that is followed from here
    reads: int = 0  # blocks so far, a block of the inode table counted for each inode
    links: int = 0  # symbolic links so far
    todo: tuple[str, ...] = ()  # components still to be looked for after this one
    why: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Told:
    """The walk: where it ends (0: nowhere) and, if it is refused, the error's name."""

    path: str
    states: tuple[State, ...]
    ino: int
    errno: str = ""


@once
def start() -> Volume:
    """Directories, files and symbolic links for the paths; /old leads to nothing, /ping to itself."""
    volume = mkfs(now=1)
    for path in ("/home", "/home/alice", "/home/bob"):
        volume = entries.mkdir(volume, path, now=2).volume
    for path in ("/notes.txt", "/home/alice/notes.txt", "/home/bob/todo.txt"):
        volume = files.create(volume, path, now=3).volume
        volume = files.append(volume, path, path.encode(), now=3).volume
    for text, path in (
        ("/home/alice", "/alice"), ("notes.txt", "/home/alice/latest"), ("/backup/old", "/old"),
        ("/pong", "/ping"), ("/ping", "/pong"),
    ):  # fmt: skip
        volume = entries.symlink(volume, text, path, now=4).volume
    return volume


def inode(ino: int) -> Inode:
    """An inode of the volume."""
    return get_inode(Work(start()), ino)


@dataclass(frozen=True)
class Branch:
    """A name of the tree: how deep it stands, under which inode, and the text if it is a link."""

    name: str
    ino: int
    depth: int
    parent: int
    text: str = ""


@once
def tree() -> tuple[Branch, ...]:
    """The names of the volume, each directory followed by what is in it; the root first."""
    found = [Branch("/", ROOT, 0, ROOT)]
    _below(ROOT, 1, found)
    return tuple(found)


def _below(ino: int, depth: int, found: list[Branch]) -> None:
    for each in names(ino):
        if each.name in {".", ".."}:
            continue
        text = text_of(each.ino) if each.type == SYMLINK else ""
        found.append(Branch(each.name, each.ino, depth, ino, text))
        if each.type == DIRECTORY:
            _below(each.ino, depth + 1, found)


def names(ino: int) -> tuple[Entry, ...]:
    """The names of a directory of the volume."""
    return dirs.entries(Work(start()), ino)


def text_of(ino: int) -> str:
    """The text of a symbolic link of the volume."""
    return link_text(Work(start()), inode(ino))


def tell(which: str, *, cache: bool = False, follow: bool = True) -> Told:
    """The walk along one of `PATHS`."""
    require(which in PATHS, "path={path}: choose one of {paths}", path=which, paths=", ".join(PATHS))  # fmt: skip
    path, work = PATHS[which], Work(start())
    steps: list[Step] = []
    ino, error = 0, None
    try:
        ino = resolve(work, path, follow=follow, steps=steps).ino
    except LabError as refused:
        error = refused
    reads = work.done().reads
    states = [State("start", "/", ROOT, todo=tuple(parts(path)), why=(Message.of("A path that begins with / begins at inode {ino}: nobody has to look for that number.", ino=ROOT),))]  # fmt: skip
    for each in _events(path, steps, reads, cache=cache):
        last = states[-1]
        states.append(replace(each, reads=last.reads + bool(each.block), links=last.links + bool(each.target)))  # fmt: skip
    states.append(_end(path, states[-1], ino, error, follow=follow))
    return Told(path, tuple(states), ino, error.errno if error else "" if ino else "ENOENT")


def _events(path: str, steps: list[Step], reads: tuple[Read, ...], *, cache: bool) -> Iterator[State]:  # fmt: skip
    """The reads of each component in their order; one state without a read where there are none."""
    todo = parts(path)
    if not cache:
        yield replace(_inode("/", ROOT, reads[0].block), todo=tuple(todo))
    at = 1
    for step in steps:
        mine, at, rest = reads[at : at + step.reads], at + step.reads, todo[1:]
        todo = rest if step.target is None else parts(step.target) + rest
        if cache or not mine:
            yield replace(_memory(step), todo=tuple(todo))
            continue
        for read in mine[:-1]:
            yield replace(_read(step, read), todo=tuple(rest))
        yield replace(_followed(_read(step, mine[-1]), step), todo=tuple(todo))


def _read(step: Step, read: Read) -> State:
    if read.what == "inode":
        return replace(_inode(step.component, read.ino, read.block), found=step.ino)
    state = State("directory", step.component, step.directory, read.block, step.ino)
    if not step.ino:
        return replace(state, why=(Message.of("Block {block} holds the names of directory {ino}: {name} is not among them.", block=read.block, ino=step.directory, name=step.component),))  # fmt: skip
    return replace(state, why=(Message.of("Block {block} holds the names of directory {ino}: {name} leads to inode {child}.", block=read.block, ino=step.directory, name=step.component, child=step.ino),))  # fmt: skip


def _inode(name: str, ino: int, block: int) -> State:
    node = inode(ino)
    values = {"block": block, "ino": ino, "name": name}
    said = {
        DIRECTORY: Message.of("Block {block} holds inode {ino} ({name}): a directory, its names stand in block {data}.", data=claims(Work(start()), node).data[0][1] if node.type == DIRECTORY else 0, **values),
        FILE: Message.of("Block {block} holds inode {ino} ({name}): a file. Here stands all about it but its name and its bytes.", **values),
        SYMLINK: Message.of("Block {block} holds inode {ino} ({name}): a symbolic link. Its text is short and stands in the inode: {text}", text=text_of(ino) if node.type == SYMLINK else "", **values),
    }  # fmt: skip
    return State("inode", name, ino, block, ino, why=(said[node.type],))


def _memory(step: Step) -> State:
    state = State("memory", step.component, step.directory, 0, step.ino)
    values = {"name": step.component, "ino": step.directory, "child": step.ino}
    if step.ino:
        why = Message.of("{name} in directory {ino} leads to inode {child}: that is in memory, nothing is read.", **values)  # fmt: skip
    else:
        why = Message.of("{name} is not in directory {ino}: that is in memory, too.", **values)
    return _followed(replace(state, why=(why,)), step)


def _followed(state: State, step: Step) -> State:
    """With the text of the link that is followed now, if it is one."""
    if step.target is None:
        return state
    if step.target.startswith("/"):
        more = Message.of("It is followed: on from the root with {text}", text=step.target)
    else:
        more = Message.of("It is followed: on from directory {ino} with {text}", ino=step.directory, text=step.target)  # fmt: skip
    return replace(state, target=step.target, why=(*state.why, more))


def _end(path: str, last: State, ino: int, error: LabError | None, *, follow: bool) -> State:
    end = replace(last, what="end", block=0, target="", found=ino, todo=())
    if error:
        return replace(end, why=(error.message,))
    if not ino:
        return replace(end, why=(Message.of("path={path}: ENOENT, nothing has the name {name}", path=path, name=last.component),))  # fmt: skip
    said = [Message.of("{path} is inode {ino}. Blocks read: {reads}.", path=path, ino=ino, reads=last.reads)]  # fmt: skip
    if not follow and inode(ino).type == SYMLINK:
        said.append(
            Message.of("A link in the last place is taken as it is: so do rm, mv and ls -l.")
        )
    return replace(end, why=tuple(said))


def kind_of(ino: int) -> str:
    """file, directory or symlink."""
    return TYPES[inode(ino).type]


def table_block(ino: int) -> int:
    """The block of the inode table that holds an inode."""
    return place(ino)[0]


MOST_LINKS = LINKS
