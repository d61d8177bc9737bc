"""Checks of the chapter on file systems."""

from collections.abc import Sequence
from dataclasses import replace

from coursekit.i18n import mark
from coursekit.realtools import e2fsprogs
from coursekit.realtools.check import SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.filesystems.labfs import dirs, entries, files, store
from coursekit.sims.filesystems.labfs.blocks import Volume, block_of, with_blocks
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import INODE_SIZE, Inode, place
from coursekit.sims.message import Message

MIB, GIB = 1 << 20, 1 << 30
SIZES = (64 * MIB, GIB, 4 * GIB)
TREE = ("mkdir a", "write two a/f", "write two g", "write two b")
NAMES = ("ln g h", "unlink g", "ln b a-longer-name", "unlink h")
FILE_BYTES, ROOT, G = 1500, 43, 14


def _volume() -> Volume:
    """The tree on the lab's own file system; lost+found is inode 11, as mke2fs makes it."""
    volume = entries.mkdir(store.mkfs(), "/lost+found").volume
    for line in TREE:
        call, *_words, path = line.split()
        volume = (entries.mkdir if call == "mkdir" else files.create)(volume, f"/{path}").volume
        if call == "write":
            volume = files.append(volume, f"/{path}", b"g" * FILE_BYTES).volume
    return volume


def _layouts() -> list[Fact]:
    facts = []
    for size in SIZES:
        one = Geometry(size=size)
        of = {"size": f"{size // GIB} GiB" if size >= GIB else f"{size // MIB} MiB"}
        facts += [
            Fact(Message.of("mke2fs, {size}: blocks", **of), one.blocks, SAME),
            Fact(Message.of("mke2fs, {size}: inodes", **of), one.inodes, SAME),
            Fact(Message.of("mke2fs, {size}: blocks kept for root", **of), one.reserved, SAME),
            Fact(Message.of("mke2fs, {size}: copies of the superblock at", **of), ", ".join(map(str, one.backups)), SAME),
        ]  # fmt: skip
    return facts


def _directory() -> list[Fact]:
    volume, facts = _volume(), []
    for line in NAMES:
        call, *paths = line.split()
        names = [f"/{path}" for path in paths]
        volume = (
            entries.link(volume, *names) if call == "ln" else entries.unlink(volume, *names)
        ).volume
        data = block_of(volume.image, ROOT).rstrip(b"\0").hex()
        facts.append(Fact(Message.of("directory after “{line}”: its last 24 bytes", line=line), data[-48:], SAME))  # fmt: skip
    return facts


def _problems(image: bytes) -> str:
    found = sorted((each.kind, each.number) for each in fsck(image).problems)
    return _listed(found)


def _listed(problems: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{kind} {number}" for kind, number in problems)


def _miscounted(image: bytes) -> bytes:
    block, at = place(G)
    data = block_of(image, block)
    wrong = replace(Inode.unpack(data[at : at + INODE_SIZE]), nlink=5).pack()
    return with_blocks(image, {block: data[:at] + wrong + data[at + INODE_SIZE :]})


def _damages() -> list[Fact]:
    image = _volume().image
    unnamed = with_blocks(image, {ROOT: dirs.removed(block_of(image, ROOT), "g")})
    return [
        Fact(Message.of("a name removed and nothing else: what fsck finds"), _problems(unnamed), SAME),
        Fact(Message.of("a count of names that is wrong: what fsck finds"), _problems(_miscounted(image)), SAME),
    ]  # fmt: skip


def _ext() -> tuple[Fact, ...]:
    return (*_layouts(), *_directory(), *_damages())


def _ask_ext(source: Source) -> Sequence[object]:
    found: list[object] = []
    with source.shell() as shell:
        for size in SIZES:
            found += e2fsprogs.layout(shell, size)
        e2fsprogs.small(shell, TREE, FILE_BYTES)
        for line in NAMES:
            e2fsprogs.change(shell, line)
            found.append(e2fsprogs.root(shell)[-48:])
        for fault in ("unlink g", "set_inode_field g links_count 5"):
            e2fsprogs.small(shell, TREE, FILE_BYTES)
            e2fsprogs.change(shell, fault)
            found.append(_listed(e2fsprogs.check(shell)))
    return found


CHECKS = (
    Check(
        name="filesystems-ext",
        title=mark("The file system laid out, written and checked by the true tools"),
        question=mark("Does mke2fs count as the lab counts, and does e2fsck find what our fsck finds?"),
        differs=mark("Our file system is a small ext2. The true one also has descriptors of its groups, a journal, and rooms for what comes later; e2fsck makes five passes and repairs what it finds."),
        facts=_ext,
        ask=_ask_ext,
        places=(Place("here", (e2fsprogs.MKE2FS, e2fsprogs.DEBUGFS, e2fsprogs.E2FSCK)),),
    ),
)  # fmt: skip
