"""Files: create, open, read, write, append, truncate, close, sync, fsync, trim.

The values of the system calls, their error names, and every block touched. A file is named by a
path or, once opened, by its descriptor. Left out: permissions, quotas, access times.
"""

from dataclasses import replace

from coursekit.sims.filesystems.labfs import dirs, maps
from coursekit.sims.filesystems.labfs.blocks import (
    Done,
    LabError,
    Volume,
    Work,
    block_of,
    with_blocks,
)
from coursekit.sims.filesystems.labfs.layout import (
    BLOCK,
    DIRECTORY,
    FILE,
    MAX_BLOCKS,
    Inode,
    place,
)
from coursekit.sims.filesystems.labfs.names import absent, existing, resolve
from coursekit.sims.filesystems.labfs.store import (
    free_blocks,
    get_inode,
    give_blocks,
    give_inode,
    put_inode,
    take_block,
    take_inode,
)
from coursekit.sims.message import Message, require

Target = str | int  # path or descriptor


def create(volume: Volume, path: str, *, now: int = 0) -> Done:
    """A new empty file; the value is its inode."""
    work = Work(volume, now)
    found = absent(work, path)
    return work.done(new_file(work, found.parent, found.name))


def new_file(work: Work, parent: int, name: str) -> int:
    ino = take_inode(work)
    now = work.now
    put_inode(work, ino, Inode(FILE, nlink=1, atime=now, mtime=now, ctime=now))
    dirs.add(work, parent, name, ino, FILE)
    work.say(Message.of("Inode {ino} is the lowest free one; {name} in directory {parent} leads to it.", ino=ino, name=name, parent=parent))  # fmt: skip
    return ino


def open_file(volume: Volume, path: str, *, make: bool = False, now: int = 0) -> Done:
    """A descriptor, the lowest free one from 3 on; `make` is O_CREAT."""
    work = Work(volume, now)
    found = resolve(work, path) if make else existing(work, path)
    ino = found.ino or new_file(work, found.parent, found.name)
    fd = next(n for n in range(3, 1024) if n not in work.opened)
    work.opened[fd] = ino
    work.say(Message.of("Descriptor {fd} keeps inode {ino} alive, whatever becomes of its names.", fd=fd, ino=ino))  # fmt: skip
    return work.done(fd)


def close(volume: Volume, fd: int, *, now: int = 0) -> Done:
    work = Work(volume, now)
    ino = _opened(work, fd)
    del work.opened[fd]
    release(work, ino)
    return work.done()


def release(work: Work, ino: int) -> None:
    """Free the inode and its blocks if no name and no descriptor leads to it any more."""
    inode = get_inode(work, ino)
    if inode.nlink:
        work.say(Message.of("Inode {ino} stays; names left: {nlink}.", ino=ino, nlink=inode.nlink))  # fmt: skip
        return
    if ino in work.opened.values():
        work.say(Message.of("Inode {ino} has no name any more but is open: it stays until it is closed.", ino=ino))  # fmt: skip
        return
    blocks = maps.claims(work, inode).blocks
    give_blocks(work, blocks)
    give_inode(work, ino)
    work.say(Message.of("No name and no descriptor leads to inode {ino}: it and its blocks ({count}) are marked free; their bytes stay.", ino=ino, count=len(blocks)))  # fmt: skip


def read(volume: Volume, target: Target, offset: int = 0, length: int | None = None) -> Done:
    """Bytes of a file; a hole reads as zeros, nothing is read past the end."""
    _whole_number("offset", offset)
    work = Work(volume)
    _ino, inode = _file(work, target)
    end = inode.size if length is None else min(inode.size, offset + length)
    return work.done(_bytes(work, inode, offset, end))


def contents(work: Work, inode: Inode) -> bytes:
    """All of a file."""
    return _bytes(work, inode, 0, inode.size)


def _bytes(work: Work, inode: Inode, start: int, end: int) -> bytes:
    if start >= end:
        return b""
    first, last = start // BLOCK, (end - 1) // BLOCK
    data = b"".join(_block(work, inode, index) for index in range(first, last + 1))
    return data[start - first * BLOCK : end - first * BLOCK]


def _block(work: Work, inode: Inode, index: int) -> bytes:
    block = maps.find(work, inode, index)
    return work.read(block, "data") if block else bytes(BLOCK)


def write(volume: Volume, target: Target, offset: int, data: bytes, *, now: int = 0) -> Done:
    """Put bytes at an offset; what lies between the old end and the offset is a hole."""
    _whole_number("offset", offset)
    work = Work(volume, now)
    ino, inode = _file(work, target)
    return work.done(_put(work, ino, inode, offset, data))


def append(volume: Volume, target: Target, data: bytes, *, now: int = 0) -> Done:
    """Put bytes at the end."""
    work = Work(volume, now)
    ino, inode = _file(work, target)
    return work.done(_put(work, ino, inode, inode.size, data))


def _put(work: Work, ino: int, inode: Inode, offset: int, data: bytes) -> int:
    end = offset + len(data)
    if not data:
        return 0
    if end > MAX_BLOCKS * BLOCK:
        raise LabError("EFBIG", Message.of("size={size}: EFBIG, a file has at most {limit} bytes", size=end, limit=MAX_BLOCKS * BLOCK))  # fmt: skip
    for index in range(offset // BLOCK, (end - 1) // BLOCK + 1):
        start = index * BLOCK
        low, high = max(offset, start), min(end, start + BLOCK)
        part = data[low - offset : high - offset]
        inode = _put_block(work, inode, index, low - start, part)
    new = replace(inode, size=max(inode.size, end), mtime=work.now, ctime=work.now)
    put_inode(work, ino, new)
    return len(data)


def _put_block(work: Work, inode: Inode, index: int, at: int, part: bytes) -> Inode:
    """One block of a write: the old one changed, or the lowest free one taken."""
    block = maps.find(work, inode, index)
    old = bytes(BLOCK)
    if block:
        old = old if len(part) == BLOCK else work.read(block, "data")
    else:
        block = take_block(work)
        inode = maps.assign(work, inode, index, block)
        work.say(Message.of("Block {block} of the volume becomes block {index} of the file.", block=block, index=index))  # fmt: skip
    work.write(block, old[:at] + part + old[at + len(part) :], "data")
    return inode


def truncate(volume: Volume, target: Target, size: int = 0, *, now: int = 0) -> Done:
    """Cut the file, or make it longer by a hole."""
    _whole_number("size", size)
    work = Work(volume, now)
    ino, inode = _file(work, target)
    if size > MAX_BLOCKS * BLOCK:
        raise LabError("EFBIG", Message.of("size={size}: EFBIG, a file has at most {limit} bytes", size=size, limit=MAX_BLOCKS * BLOCK))  # fmt: skip
    inode, freed = maps.cut(work, inode, -(-size // BLOCK))
    give_blocks(work, freed)
    if size % BLOCK and size < inode.size:  # else an extension would show the old bytes again
        block = maps.find(work, inode, size // BLOCK)
        if block:
            kept = work.read(block, "data")[: size % BLOCK]
            work.write(block, kept.ljust(BLOCK, b"\0"), "data")
    put_inode(work, ino, replace(inode, size=size, mtime=work.now, ctime=work.now))
    return work.done(size)


def sync(volume: Volume) -> Done:
    """Write all that waits; the value is the blocks written."""
    work = Work(volume)
    work.say(Message.of("Nothing waits in memory any more. Blocks that went to the disk: {count}.", count=len(volume.dirty)))  # fmt: skip
    return work.done(volume.dirty, disk=volume.image)


def fsync(volume: Volume, target: Target) -> Done:
    """Write what waits of one file: its data, its maps, its inode; not the names that lead to it.

    As ext2: the bitmaps wait too, `fsck` can make them again. (ext4 commits its one journal.)
    """
    work = Work(volume)
    ino = _opened(work, target) if isinstance(target, int) else existing(work, target).ino
    own = {*maps.claims(work, get_inode(work, ino)).blocks, place(ino)[0]}
    written = tuple(block for block in volume.dirty if block in own)
    disk = with_blocks(volume.disk, {b: block_of(volume.image, b) for b in written})
    work.say(Message.of("Blocks of inode {ino} that went to the disk: {count}. A directory that names it needs its own fsync.", count=len(written), ino=ino))  # fmt: skip
    return work.done(written, disk=disk)


def trim(volume: Volume) -> Done:
    """Tell an SSD which blocks are free: they read as zeros from now on (fstrim(8))."""
    work = Work(volume)
    free = free_blocks(work)
    for block in free:
        work.write(block, bytes(BLOCK), "data")
    zeros = with_blocks(volume.disk, {b: bytes(BLOCK) for b in free})
    work.say(Message.of("Free blocks that the SSD is told to forget: {count}. It reads zeros there.", count=len(free)))  # fmt: skip
    return work.done(len(free), disk=zeros)


def power_cut(volume: Volume) -> Volume:
    """What a restart finds: the disk alone, no file open."""
    return Volume(volume.disk, volume.disk, mounts=volume.mounts)


def _file(work: Work, target: Target) -> tuple[int, Inode]:
    ino = _opened(work, target) if isinstance(target, int) else existing(work, target).ino
    inode = get_inode(work, ino)
    if inode.type == DIRECTORY:
        raise LabError("EISDIR", Message.of("path={path}: EISDIR, a directory is read and written by its names only", path=target))  # fmt: skip
    return ino, inode


def _opened(work: Work, fd: int) -> int:
    if fd not in work.opened:
        raise LabError("EBADF", Message.of("fd={fd}: EBADF, no file is open under this number", fd=fd))  # fmt: skip
    return work.opened[fd]


def _whole_number(name: str, value: int) -> None:
    require(value >= 0, "{name}={value}: give 0 or more", name=name, value=value)
