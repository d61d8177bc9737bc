"""e2fsprogs: how mke2fs lays out a file system, what debugfs writes, what e2fsck finds.

Disks are files, no root is needed. Source: the manuals mke2fs(8), debugfs(8), e2fsck(8).
"""

import re
from collections.abc import Sequence

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell

MKE2FS = Tool("mke2fs", "e2fsprogs", ("-V",))
DEBUGFS = Tool("debugfs", "e2fsprogs", ("-V",), aside=True)
E2FSCK = Tool("e2fsck", "e2fsprogs", ("-V",))

SMALL = "-t ext2 -b 1024 -I 128 -N 64 -O ^resize_inode,^dir_index,^ext_attr"
ROOT_BLOCK = "debugfs -R 'blocks /' small.img 2>/dev/null"


def layout(shell: Shell, size: int) -> tuple[int, int, int, str]:
    """For a disk of `size` bytes: blocks, inodes, blocks reserved, places of the superblock's copies."""
    shell.run(f"rm -f disk; truncate -s {size} disk")
    said = shell.run("mke2fs -n -F -t ext4 disk | grep -v UUID").text
    found = re.search(r"with (\d+) \dk blocks and (\d+) inodes", said)
    listed = re.search(r"stored on blocks: \n((?:\t.*\n?)*)", said)
    shell.run("mke2fs -q -F -t ext4 disk")
    kept = shell.run("dumpe2fs -h disk 2>/dev/null | grep '^Reserved block count'").text
    shell.quietly("rm disk")
    if not found:
        raise ValueError(said)
    backups = re.findall(r"\d+", listed[1]) if listed else []
    return int(found[1]), int(found[2]), int(kept.split()[-1]), ", ".join(backups)


def small(shell: Shell, tree: Sequence[str], file_bytes: int) -> None:
    """An ext2 of 512 KiB with this tree: lines `mkdir PATH` and `write two PATH` for debugfs."""
    lines = "\\n".join(tree)
    shell.run(f"head -c {file_bytes} /dev/zero | tr '\\0' g > two; printf '{lines}\\n' > tree")
    shell.run(f"mke2fs -q -F {SMALL} small.img 512 && debugfs -w -f tree small.img > said 2>&1")


def change(shell: Shell, command: str) -> None:
    """One command of debugfs, such as `unlink g`."""
    shell.run(f"debugfs -w -R '{command}' small.img 2>/dev/null")


def root(shell: Shell) -> str:
    """The bytes of the root directory, as hexadecimal digits without the zeros at the end."""
    block = int(shell.run(ROOT_BLOCK).text.split()[0])
    dump = f"od -An -v -tx1 -j {block * 1024} -N 1024 small.img | tr -d ' \\n'"
    return bytes.fromhex(shell.run(dump).text).rstrip(b"\0").hex()


def check(shell: Shell) -> tuple[tuple[str, int], ...]:
    """What `e2fsck -fn` finds about names and counts, in the words of our own fsck: kind and inode."""
    said = shell.run("e2fsck -fn small.img 2>&1 | grep -v '^e2fsck'").text
    found = [("ORPHAN", n) for n in re.findall(r"Unattached inode (\d+)", said)]
    found += [("LINKCOUNT", n) for n in re.findall(r"Inode (\d+) ref count", said)]
    return tuple(sorted((kind, int(n)) for kind, n in found))
