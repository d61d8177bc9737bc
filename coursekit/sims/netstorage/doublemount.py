"""Two hosts, one file system: mounted twice over a block protocol, or shared by NFS.

Modelled on a true LabFS image. By blocks (iSCSI, NBD, FC) each host has a cache of its own and writes
back whole blocks; neither sees what the other has changed. By NFS one server has the only cache, the
hosts send it their wishes. Left out: journals (each host would replay its own), timing: the order of
the deeds decides. Nothing here is decided by rule: the damage is what fsck finds in the bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.filesystems.labfs import dirs, files
from coursekit.sims.filesystems.labfs.blocks import (
    LabError,
    Volume,
    Work,
    block_of,
    with_blocks,
)
from coursekit.sims.filesystems.labfs.blockstory import text
from coursekit.sims.filesystems.labfs.fsck import Problem, fsck
from coursekit.sims.filesystems.labfs.layout import BLOCK, ROOT
from coursekit.sims.filesystems.labfs.store import mkfs
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "HOSTS", "PLAN", "SILENT", "WAYS", "Deed", "Host", "State", "Told", "Way", "tell"]  # fmt: skip

Way = Literal["blocks", "nfs"]
Host = Literal["A", "B"]
Kind = Literal["create", "flush", "remount", "fsck"]
WAYS: tuple[Way, ...] = get_args(Way)
HOSTS: tuple[Host, ...] = get_args(Host)
DEEDS: tuple[Kind, ...] = get_args(Kind)
MOST_BLOCKS = 12
OLD = 5  # files that both hosts know, so that the next inodes lie in two blocks of the table


@dataclass(frozen=True)
class Deed:
    """What a host does; `path` and `blocks` are of a file that it creates."""

    host: Host
    kind: Kind
    path: str = ""
    blocks: int = 1

    def __post_init__(self) -> None:
        require(self.host in HOSTS, "host={host}: choose A or B", host=self.host)
        require(self.kind in DEEDS, "deed={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(DEEDS))  # fmt: skip
        require(self.kind != "create" or self.path.startswith("/"), "path={path}: write it as /name", path=self.path)  # fmt: skip
        require(1 <= self.blocks <= MOST_BLOCKS, "blocks={n}: choose 1 to {most}", n=self.blocks, most=MOST_BLOCKS)  # fmt: skip


PLAN = (  # both flush, A last: fsck finds a block with two owners and a file without a name
    Deed("A", "create", "/a", 2), Deed("B", "create", "/b"), Deed("B", "create", "/c"),
    Deed("B", "flush"), Deed("A", "flush"), Deed("A", "fsck"),
)  # fmt: skip
SILENT = (  # the same inode, the same block: fsck finds nothing, and a file is gone
    Deed("A", "create", "/a"), Deed("B", "create", "/b"),
    Deed("A", "flush"), Deed("B", "flush"), Deed("A", "fsck"),
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """After a deed: the disk, what each host believes, what fsck would say of the disk.

    `safe`: files that a host was told are stored, by path; `lost`: those of them that the disk has
    no more, or has with other bytes.
    """

    way: Way
    deed: Deed | None
    disk: bytes
    caches: tuple[Volume, Volume]  # of A and B; by NFS both are the server's
    written: tuple[int, ...]  # blocks of the disk that this deed changed
    safe: tuple[tuple[str, bytes], ...]
    problems: tuple[Problem, ...]
    why: tuple[Message, ...]

    def cache(self, host: Host) -> Volume:
        return self.caches[HOSTS.index(host)]

    def dirty(self, host: Host) -> tuple[int, ...]:
        """Blocks that the host has changed and not written."""
        return self.cache(host).dirty

    def names(self, host: Host | None = None) -> tuple[str, ...]:
        """What `ls /` shows on a host; on the disk itself, without one."""
        return _names(self.cache(host).image if host else self.disk)

    @property
    def shared_dirty(self) -> tuple[int, ...]:
        """Blocks that both have changed: the one who writes last wins."""
        if self.way == "nfs":
            return ()
        return tuple(sorted({*self.dirty("A")} & {*self.dirty("B")}))

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(path for path, data in self.safe if _content(self.disk, path) != data)


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def _names(image: bytes) -> tuple[str, ...]:
    found = dirs.entries(Work(Volume(image, image)), ROOT)
    return tuple(sorted(each.name for each in found if each.name not in {".", ".."}))


def _content(image: bytes, path: str) -> bytes | None:
    """The bytes of a file; None where no name leads to one."""
    try:
        found = files.read(Volume(image, image), path).value
    except LabError:
        return None
    return bytes(found)


def start() -> Volume:
    """The file system that both mount: a few files of one block each."""
    volume = mkfs(now=0)
    for number in range(1, OLD + 1):
        path = f"/old{number}"
        volume = _created(volume, path, text(path, 0, BLOCK), 0)
    return replace(volume, disk=volume.image)


def _created(volume: Volume, path: str, data: bytes, now: int) -> Volume:
    made = files.create(volume, path, now=now).volume
    return files.write(made, path, 0, data, now=now).volume


def tell(deeds: Sequence[Deed] = PLAN, way: Way = "blocks") -> Told:
    """The whole record; LabError names a deed that the file system refuses."""
    require(way in WAYS, "way={way}: choose one of {ways}", way=way, ways=", ".join(WAYS))
    volume = start()
    both = Message.of("Both hosts mount the same disk and read it into their caches.") if way == "blocks" else Message.of("A server mounts the disk, both hosts mount the server’s directory by NFS.")  # fmt: skip
    states = [State(way, None, volume.disk, (volume, volume), (), (), (), (both,))]
    for number, deed in enumerate(deeds, 1):
        states.append(_after(states[-1], deed, number))
    return Told(tuple(states))


def _after(state: State, deed: Deed, number: int) -> State:
    new = _DO[deed.kind](state, deed, number)
    written = tuple(b for b in range(len(new.disk) // BLOCK) if block_of(new.disk, b) != block_of(state.disk, b))  # fmt: skip
    problems = fsck(new.disk).problems if deed.kind != "fsck" else new.problems
    return replace(new, deed=deed, written=written, problems=problems)


def _with(state: State, host: Host, volume: Volume) -> State:
    if state.way == "nfs":
        return replace(state, caches=(volume, volume))
    a, b = state.caches
    return replace(state, caches=(volume, b) if host == "A" else (a, volume))


def _create(state: State, deed: Deed, number: int) -> State:
    data = text(deed.path, number, deed.blocks * BLOCK)
    volume = _created(state.cache(deed.host), deed.path, data, number)
    if state.way == "nfs":
        volume = replace(volume, disk=volume.image)
        why = Message.of("{host} asks the server for {path}. The server looks at the one cache there is, takes a free inode and free blocks, writes them and says so.", host=deed.host, path=deed.path)  # fmt: skip
        safe = (*state.safe, (deed.path, data))
        return replace(_with(state, deed.host, volume), disk=volume.disk, safe=safe, why=(why,))
    why = Message.of("{host} takes the inode and the blocks that are free in its own cache. Blocks it has to write: {blocks}. The other host hears nothing of it.", host=deed.host, blocks=", ".join(map(str, volume.dirty)))  # fmt: skip
    return replace(_with(state, deed.host, volume), why=(why,))


def _flush(state: State, deed: Deed, _number: int) -> State:
    volume = state.cache(deed.host)
    if state.way == "nfs":
        return replace(state, why=(Message.of("Nothing waits: the server had written before it answered."),))  # fmt: skip
    changes = {b: block_of(volume.image, b) for b in volume.dirty}
    over = [b for b in changes if block_of(state.disk, b) != block_of(volume.disk, b)]
    disk = with_blocks(state.disk, changes)
    own = [(path, data) for path in _paths(volume) if (data := _content(volume.image, path)) is not None]  # fmt: skip
    kept = [each for each in state.safe if each[0] not in dict(own)]
    why = [Message.of("{host} writes its changed blocks: {blocks}.", host=deed.host, blocks=", ".join(map(str, sorted(changes))) or "–")]  # fmt: skip
    if over:
        why.append(Message.of("The other host had changed some of them meanwhile: {blocks}. What it wrote there is gone.", blocks=", ".join(map(str, over))))  # fmt: skip
    clean = replace(volume, disk=volume.image)
    return replace(_with(state, deed.host, clean), disk=disk, safe=(*kept, *own), why=tuple(why))


def _paths(volume: Volume) -> tuple[str, ...]:
    return tuple(f"/{name}" for name in _names(volume.image))


def _remount(state: State, deed: Deed, number: int) -> State:
    if state.way == "nfs":
        return replace(state, why=(Message.of("{host} mounts again and sees what it saw: the truth is with the server.", host=deed.host),))  # fmt: skip
    flushed = _flush(state, deed, number)
    fresh = Volume(flushed.disk, flushed.disk)
    why = (*flushed.why, Message.of("{host} mounts again: it reads the disk anew and sees what is left.", host=deed.host))  # fmt: skip
    return replace(_with(flushed, deed.host, fresh), why=why)


def _fsck(state: State, _deed: Deed, _number: int) -> State:
    report = fsck(state.disk)
    fresh = Volume(report.image, report.image)
    kinds = ", ".join(sorted(set(report.kinds)))
    if report.clean:
        why = Message.of("fsck finds nothing: the structure is sound. Files that are lost all the same: {lost}.", lost=", ".join(state.lost) or "–")  # fmt: skip
    else:
        why = Message.of("fsck finds {kinds} and mends the structure. It cannot know whose bytes were right. Files lost or changed: {lost}.", kinds=kinds, lost=", ".join(state.lost) or "–")  # fmt: skip
    return replace(state, disk=report.image, caches=(fresh, fresh), problems=report.problems, why=(why,))  # fmt: skip


_DO: dict[Kind, Callable[[State, Deed, int], State]] = {"create": _create, "flush": _flush, "remount": _remount, "fsck": _fsck}  # fmt: skip
