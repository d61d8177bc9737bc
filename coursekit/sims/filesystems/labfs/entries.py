"""Names: mkdir, rmdir, link, symlink, unlink, rename, list, cd, stat; errors as errno names.

nlink of a file is the number of its names; of a directory 2 (its name and ".") and one more for
the ".." of each directory in it. Rules of rename as in rename(2).
"""

from dataclasses import replace

from coursekit.sims.filesystems.labfs import dirs
from coursekit.sims.filesystems.labfs.blocks import Done, LabError, Volume, Work
from coursekit.sims.filesystems.labfs.files import release
from coursekit.sims.filesystems.labfs.layout import (
    BLOCK,
    DIRECTORY,
    INLINE,
    LINK_MAX,
    ROOT,
    SYMLINK,
    Inode,
)
from coursekit.sims.filesystems.labfs.names import Found, absent, existing, link_text, resolve
from coursekit.sims.filesystems.labfs.store import (
    first_block,
    get_inode,
    put_inode,
    take_block,
    take_inode,
)
from coursekit.sims.message import Message


def mkdir(volume: Volume, path: str, *, now: int = 0) -> Done:
    """A new directory; the value is its inode."""
    work = Work(volume, now)
    found = absent(work, path)
    _room_for_a_link(work, found.parent, path)
    ino, block = take_inode(work), take_block(work)
    work.write(block, first_block(ino, found.parent), "directory")
    pointers = (block,) + (0,) * 13
    put_inode(work, ino, Inode(DIRECTORY, 0o755, size=BLOCK, nlink=2, atime=now, mtime=now, ctime=now, pointers=pointers))  # fmt: skip
    dirs.add(work, found.parent, found.name, ino, DIRECTORY)
    _count(work, found.parent, 1)
    work.say(Message.of("Directory {ino} has two names from the start: {name} and its own “.”; its “..” is one more for directory {parent}.", ino=ino, name=found.name, parent=found.parent))  # fmt: skip
    return work.done(ino)


def rmdir(volume: Volume, path: str, *, now: int = 0) -> Done:
    work = Work(volume, now)
    if path.rstrip("/").rpartition("/")[2] == ".":
        raise LabError("EINVAL", Message.of("path={path}: EINVAL, name the directory, not “.”", path=path))  # fmt: skip
    found = existing(work, path.rstrip("/") or path, follow=False)
    if get_inode(work, found.ino).type != DIRECTORY:
        raise LabError("ENOTDIR", Message.of("path={path}: ENOTDIR, it is not a directory", path=path))  # fmt: skip
    _empty(work, found.ino, path)
    _leave(work, found, directory=True)
    return work.done()


def unlink(volume: Volume, path: str, *, now: int = 0) -> Done:
    work = Work(volume, now)
    found = existing(work, path, follow=False)
    if get_inode(work, found.ino).type == DIRECTORY:
        raise LabError("EISDIR", Message.of("path={path}: EISDIR, a directory is removed by rmdir", path=path))  # fmt: skip
    _leave(work, found, directory=False)
    return work.done()


def link(volume: Volume, old: str, new: str, *, now: int = 0) -> Done:
    """One more name of the same inode."""
    work = Work(volume, now)
    source = existing(work, old, follow=False)
    inode = get_inode(work, source.ino)
    if inode.type == DIRECTORY:
        raise LabError("EPERM", Message.of("path={path}: EPERM, a directory has one name only, else the tree would have rings", path=old))  # fmt: skip
    target = absent(work, new)
    _room_for_a_link(work, source.ino, old)
    dirs.add(work, target.parent, target.name, source.ino, inode.type)
    _count(work, source.ino, 1)
    work.say(Message.of("Names of inode {ino} now: {nlink}. None of them is more than another.", ino=source.ino, nlink=inode.nlink + 1))  # fmt: skip
    return work.done(source.ino)


def symlink(volume: Volume, text: str, path: str, *, now: int = 0) -> Done:
    """A file whose contents are a path, which nobody checks."""
    work = Work(volume, now)
    if not text:
        raise LabError("ENOENT", Message.of("target=: ENOENT, an empty path leads nowhere"))
    data = text.encode()
    if len(data) >= BLOCK:
        raise LabError("ENAMETOOLONG", Message.of("target={size}: ENAMETOOLONG, the path has less than {limit} bytes", size=len(data), limit=BLOCK))  # fmt: skip
    found = absent(work, path)
    ino = take_inode(work)
    inode = Inode(SYMLINK, 0o777, size=len(data), nlink=1, atime=now, mtime=now, ctime=now)
    if len(data) <= INLINE:
        inode = replace(inode, text=data)
    else:
        block = take_block(work)
        work.write(block, data.ljust(BLOCK, b"\0"), "data")
        inode = replace(inode, pointers=(block,) + (0,) * 13)
    put_inode(work, ino, inode)
    dirs.add(work, found.parent, found.name, ino, SYMLINK)
    return work.done(ino)


def rename(volume: Volume, old: str, new: str, *, now: int = 0) -> Done:
    """Another name for the same inode in one step; what the new name led to loses it."""
    work = Work(volume, now)
    source = existing(work, old.rstrip("/") or old, follow=False)
    target = resolve(work, new.rstrip("/") or new, follow=False)
    inode = get_inode(work, source.ino)
    directory = inode.type == DIRECTORY
    _may_move(work, source, target, old, new)
    if source.ino == target.ino:
        work.say(Message.of("Both names lead to inode {ino} already: rename does nothing.", ino=source.ino))  # fmt: skip
        return work.done()
    if directory and source.parent != target.parent and not target.ino:
        _room_for_a_link(work, target.parent, new)
    if target.ino:
        dirs.point(work, target.parent, target.name, source.ino, inode.type)
    else:
        dirs.add(work, target.parent, target.name, source.ino, inode.type)
    dirs.drop(work, source.parent, source.name)
    if directory and source.parent != target.parent:
        dirs.point(work, source.ino, "..", target.parent, DIRECTORY)
        _count(work, source.parent, -1)
        _count(work, target.parent, 1)
    if target.ino:
        _lose(work, target.ino, target.parent, directory=directory)
    work.say(Message.of("No byte of inode {ino} moves: only names change.", ino=source.ino))
    return work.done()


def listing(volume: Volume, path: str = ".") -> Done:
    """Names of a directory with their inodes, in the order of its bytes."""
    work = Work(volume)
    found = existing(work, path)
    if get_inode(work, found.ino).type != DIRECTORY:
        raise LabError("ENOTDIR", Message.of("path={path}: ENOTDIR, it is not a directory", path=path))  # fmt: skip
    return work.done(dirs.entries(work, found.ino))


def stat(volume: Volume, path: str, *, follow: bool = True) -> Done:
    """The inode that a path leads to, with its number."""
    work = Work(volume)
    ino = existing(work, path, follow=follow).ino
    return work.done((ino, get_inode(work, ino)))


def readlink(volume: Volume, path: str) -> Done:
    work = Work(volume)
    inode = get_inode(work, existing(work, path, follow=False).ino)
    if inode.type != SYMLINK:
        raise LabError("EINVAL", Message.of("path={path}: EINVAL, it is not a symbolic link", path=path))  # fmt: skip
    return work.done(link_text(work, inode))


def chdir(volume: Volume, path: str) -> Done:
    work = Work(volume)
    found = existing(work, path)
    if get_inode(work, found.ino).type != DIRECTORY:
        raise LabError("ENOTDIR", Message.of("path={path}: ENOTDIR, it is not a directory", path=path))  # fmt: skip
    work.cwd = found.ino
    return work.done(found.ino)


def _may_move(work: Work, source: Found, target: Found, old: str, new: str) -> None:
    for path, name in ((old, source.name), (new, target.name)):
        if name in {".", ".."} or not path.strip("/"):
            raise LabError("EBUSY", Message.of("path={path}: EBUSY, “.”, “..” and the root keep their names", path=path))  # fmt: skip
    directory = get_inode(work, source.ino).type == DIRECTORY
    if directory and source.ino in _up(work, target.parent):
        raise LabError("EINVAL", Message.of("path={path}: EINVAL, a directory cannot move into itself", path=new))  # fmt: skip
    if not target.ino or target.ino == source.ino:
        return
    onto = get_inode(work, target.ino).type == DIRECTORY
    if directory and not onto:
        raise LabError("ENOTDIR", Message.of("path={path}: ENOTDIR, a directory replaces a directory only", path=new))  # fmt: skip
    if onto and not directory:
        raise LabError("EISDIR", Message.of("path={path}: EISDIR, a file does not replace a directory", path=new))  # fmt: skip
    if onto:
        _empty(work, target.ino, new)


def _up(work: Work, ino: int) -> set[int]:
    """A directory and all above it."""
    found = {ino}
    while ino != ROOT:
        ino = dirs.lookup(work, ino, "..")
        found.add(ino)
    return found


def _empty(work: Work, ino: int, path: str) -> None:
    if ino in {ROOT, work.cwd}:
        raise LabError("EBUSY", Message.of("path={path}: EBUSY, the root and the current directory stay", path=path))  # fmt: skip
    names = [each.name for each in dirs.entries(work, ino) if each.name not in {".", ".."}]
    if names:
        raise LabError("ENOTEMPTY", Message.of("path={path}: ENOTEMPTY, it holds {names}", path=path, names=", ".join(names)))  # fmt: skip


def _leave(work: Work, found: Found, *, directory: bool) -> None:
    dirs.drop(work, found.parent, found.name)
    _lose(work, found.ino, found.parent, directory=directory)


def _lose(work: Work, ino: int, parent: int, *, directory: bool) -> None:
    """One name less; a directory loses its own “.” too, and its parent the “..”."""
    _count(work, ino, -2 if directory else -1)
    if directory:
        _count(work, parent, -1)
    release(work, ino)


def _count(work: Work, ino: int, change: int) -> None:
    inode = get_inode(work, ino)
    put_inode(work, ino, replace(inode, nlink=inode.nlink + change, ctime=work.now))


def _room_for_a_link(work: Work, ino: int, path: str) -> None:
    if get_inode(work, ino).nlink >= LINK_MAX:
        raise LabError("EMLINK", Message.of("path={path}: EMLINK, an inode has at most {limit} names", path=path, limit=LINK_MAX))  # fmt: skip
