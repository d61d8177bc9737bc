"""From a path to an inode, component by component, with every block read (path_resolution(7)).

One inode and the blocks of one directory for each component; a symbolic link is replaced by its
text, from the root if it starts with "/", else from the directory where it stands; after 40 links
ELOOP. What stands on another file system (a mount point) is not shown: EXDEV. Left out: the cache
of names (a warm lookup reads nothing) and search permission.
"""

from dataclasses import dataclass

from coursekit.sims.filesystems.labfs import dirs
from coursekit.sims.filesystems.labfs.blocks import Done, LabError, Volume, Work
from coursekit.sims.filesystems.labfs.layout import DIRECTORY, NAME_MAX, ROOT, SYMLINK, Inode
from coursekit.sims.filesystems.labfs.maps import claims
from coursekit.sims.filesystems.labfs.store import get_inode
from coursekit.sims.message import Message

LINKS = 40  # Linux follows no more symbolic links than that in one path


@dataclass(frozen=True)
class Step:
    """One component: looked for in `directory`, it leads to `ino` (0: not there)."""

    component: str
    directory: int
    ino: int
    target: str | None  # text of a symbolic link that was followed
    reads: int  # blocks read for it that were not in memory before


@dataclass(frozen=True)
class Found:
    """Where a path leads: `ino` is 0 when only the last component is missing."""

    ino: int
    parent: int
    name: str
    steps: tuple[Step, ...]


def parts(path: str) -> list[str]:
    """Components; a slash at the end asks for a directory, as "/." would."""
    names = [each for each in path.split("/") if each]
    return [*names, "."] if names and path.endswith("/") else names


def resolve(
    work: Work, path: str, *, follow: bool = True, steps: list[Step] | None = None
) -> Found:
    """Walk the path; `follow` says whether a link in the last place is followed too.

    `steps` is filled as the walk goes on: whoever gives it has them when the path is refused.
    """
    if not path:
        raise LabError("ENOENT", Message.of("path=: ENOENT, an empty path leads nowhere"))
    at = parent = ROOT if path.startswith("/") else work.cwd
    todo, name, links = parts(path), ".", 0
    steps = [] if steps is None else steps
    get_inode(work, at)
    while todo:
        name, before = todo.pop(0), work.count
        ino = _look(work, path, at, name)
        inode = get_inode(work, ino) if ino else Inode()
        target = None
        if inode.type == SYMLINK and (todo or follow):
            target = link_text(work, inode)
        steps.append(Step(name, at, ino, target, work.count - before))
        if not ino and todo:
            raise LabError("ENOENT", Message.of("path={path}: ENOENT, nothing has the name {name}", path=path, name=name))  # fmt: skip
        parent = at
        if target is None:
            at = ino
            continue
        links += 1
        if links > LINKS:
            raise LabError("ELOOP", Message.of("path={path}: ELOOP, more than {limit} symbolic links", path=path, limit=LINKS))  # fmt: skip
        todo = parts(target) + todo
        at = ROOT if target.startswith("/") else at
    return Found(at, parent, name, tuple(steps))


def _look(work: Work, path: str, at: int, name: str) -> int:
    if get_inode(work, at).type != DIRECTORY:
        raise LabError("ENOTDIR", Message.of("path={path}: ENOTDIR, {name} is looked for in something that is not a directory", path=path, name=name))  # fmt: skip
    if len(name.encode()) > NAME_MAX:
        raise LabError("ENAMETOOLONG", Message.of("name={name}: ENAMETOOLONG, a name has at most {limit} bytes", name=name, limit=NAME_MAX))  # fmt: skip
    ino = dirs.lookup(work, at, name)
    if ino in work.volume.mounts and name not in {".", ".."}:
        raise LabError("EXDEV", Message.of("path={path}: EXDEV, {name} is the door to another file system", path=path, name=name))  # fmt: skip
    return ino


def link_text(work: Work, inode: Inode) -> str:
    """The target of a symbolic link: in the inode if short, else in a block."""
    if inode.inline:
        return inode.text.decode()
    block = claims(work, inode).data[0][1]
    return work.read(block, "data")[: inode.size].decode()


def existing(work: Work, path: str, *, follow: bool = True) -> Found:
    """As `resolve`, but the last component must be there."""
    found = resolve(work, path, follow=follow)
    if not found.ino:
        raise LabError("ENOENT", Message.of("path={path}: ENOENT, nothing has the name {name}", path=path, name=found.name))  # fmt: skip
    return found


def absent(work: Work, path: str) -> Found:
    """As `resolve`, but the last component must be a new name."""
    found = resolve(work, path.rstrip("/") or path, follow=False)
    if found.ino:
        raise LabError("EEXIST", Message.of("path={path}: EEXIST, the name is taken", path=path))
    return found


def walk(volume: Volume, path: str, *, follow: bool = True) -> Done:
    """Resolve a path for its own sake: the value is `Found`, the reads are what it cost cold."""
    work = Work(volume)
    found = existing(work, path, follow=follow)
    for step in found.steps:
        if step.target is not None:
            work.say(Message.of("{name} in inode {directory} is a symbolic link: go on with {target}.", name=step.component, directory=step.directory, target=step.target))  # fmt: skip
        else:
            work.say(Message.of("{name} in inode {directory} leads to inode {ino}.", name=step.component, directory=step.directory, ino=step.ino))  # fmt: skip
    return work.done(found)
