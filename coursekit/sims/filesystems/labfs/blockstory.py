"""Deeds on LabFS one after the other: the volume after each, and the blocks it read and wrote.

The bytes written are a line of text with the file's name and the number of the deed, so that they
are known again in a block view. Time is the number of the deed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle, islice
from typing import Literal, get_args

from coursekit.sims.filesystems.labfs import entries, files
from coursekit.sims.filesystems.labfs.blocks import Done, Volume
from coursekit.sims.filesystems.labfs.layout import BLOCK, BLOCKS, DIRECTORY
from coursekit.sims.filesystems.labfs.store import mkfs
from coursekit.sims.message import Message, require

Kind = Literal["mkdir", "create", "write", "append", "read", "rename", "rm", "ls"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST = BLOCK * BLOCKS  # bytes of one write: more than the whole volume is of no use


@dataclass(frozen=True)
class Deed:
    """What is done to a path; `more` is the bytes of a write or an append, the new name of a rename."""

    kind: Kind
    path: str = "/"
    more: int | str = 0


@dataclass(frozen=True)
class State:
    """After a deed: the volume, the blocks that were read and changed, and why."""

    volume: Volume
    deed: Deed | None
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def start() -> Volume:
    """The empty file system: a root without a name in it."""
    return mkfs(now=0)


def tell(deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; LabError names a deed that the file system refuses."""
    return _tell(tuple(deeds))


@lru_cache(maxsize=16)  # a picture is drawn again and again from the same record
def _tell(deeds: tuple[Deed, ...]) -> Told:
    empty = Message.of("An empty file system: tables, a journal, and a root without names.")
    states = [State(start(), None, (), (), (empty,))]
    for number, deed in enumerate(deeds, 1):
        require(deed.kind in KINDS, "deed={kind}: choose one of {kinds}", kind=deed.kind, kinds=", ".join(KINDS))  # fmt: skip
        done = _DO[deed.kind](states[-1].volume, deed, number)
        reads = tuple(sorted({each.block for each in done.reads}))
        writes = tuple(each.block for each in done.writes)
        why = (*_told(deed, done), *done.why)
        states.append(State(done.volume, deed, reads, tuple(sorted(writes)), why))
    return Told(tuple(states))


def text(path: str, number: int, length: int) -> bytes:
    """What a deed writes: its file and number, again and again."""
    line = f"{path.rpartition('/')[2]} {number}, ".encode()
    return bytes(islice(cycle(line), length))


def _write(volume: Volume, deed: Deed, number: int) -> Done:
    return files.write(volume, deed.path, 0, _bytes(deed, number), now=number)


def _append(volume: Volume, deed: Deed, number: int) -> Done:
    return files.append(volume, deed.path, _bytes(deed, number), now=number)


def _bytes(deed: Deed, number: int) -> bytes:
    length = deed.more
    require(isinstance(length, int) and 0 <= length <= MOST, "size={size}: choose 0 to {most} bytes", size=length, most=MOST)  # fmt: skip
    return text(deed.path, number, int(length))


def _rename(volume: Volume, deed: Deed, number: int) -> Done:
    new = deed.more
    require(isinstance(new, str) and new != "", "to={new}: give the new name", new=new)
    return entries.rename(volume, deed.path, str(new), now=number)


def _remove(volume: Volume, deed: Deed, number: int) -> Done:
    """As `rm` for a file and `rmdir` for a directory."""
    _ino, inode = entries.stat(volume, deed.path, follow=False).value
    do = entries.rmdir if inode.type == DIRECTORY else entries.unlink
    return do(volume, deed.path, now=number)


_DO: dict[Kind, Callable[[Volume, Deed, int], Done]] = {
    "mkdir": lambda volume, deed, number: entries.mkdir(volume, deed.path, now=number),
    "create": lambda volume, deed, number: files.create(volume, deed.path, now=number),
    "write": _write,
    "append": _append,
    "read": lambda volume, deed, _number: files.read(volume, deed.path),
    "rename": _rename,
    "rm": _remove,
    "ls": lambda volume, deed, _number: entries.listing(volume, deed.path),
}


def _told(deed: Deed, done: Done) -> tuple[Message, ...]:
    """What a deed that only looks has found; what it cannot change."""
    if deed.kind == "ls":
        names = [each.name for each in done.value if each.name not in {".", ".."}]
        return (Message.of("Names in {path}: {names}.", path=deed.path, names=", ".join(names) or "–"),)  # fmt: skip
    if deed.kind == "read":
        return (Message.of("Bytes read from {path}: {count}.", path=deed.path, count=len(done.value)),)  # fmt: skip
    return ()
