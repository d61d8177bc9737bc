"""LabFS beside ext2: the bytes of a directory, and what e2fsck says of the same damage.

Recorded with debugfs and e2fsck; live too where they are installed. Inodes have the same numbers
on both; blocks are told apart by what they hold.
"""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.sims.filesystems.labfs import dirs, entries, files, store
from coursekit.sims.filesystems.labfs.blocks import block_of, with_blocks
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import INODE_SIZE, Inode, place, replace

FOLDER = Path(__file__).parents[2] / "transcripts" / "filesystems"
TEXT = (FOLDER / "ext2.txt").read_text("utf-8")
RECORD = runpy.run_path(str(FOLDER / "record.py"))
ROOT = 43


def start():
    """The tree of the record; lost+found is inode 11, as mke2fs makes it."""
    volume = entries.mkdir(store.mkfs(), "/lost+found").volume
    for line in RECORD["TREE"]:
        call, *_, path = line.split()
        volume = (entries.mkdir if call == "mkdir" else files.create)(volume, f"/{path}").volume
        if call == "write":
            volume = files.append(volume, f"/{path}", b"g" * 1500).volume
    return volume


def recorded_roots():
    return re.findall(r"^root(?: after (.*))?: ([0-9a-f]+)$", TEXT, re.MULTILINE)


def test_the_bytes_of_a_directory_are_those_of_ext2():
    volume = start()
    steps = recorded_roots()
    assert [name for name, _ in steps] == ["", *RECORD["NAMES"]]
    for name, expected in steps:
        if name:
            call, *paths = name.split()
            change = {"ln": entries.link, "unlink": entries.unlink}[call]
            volume = change(volume, *(f"/{path}" for path in paths)).volume
        assert block_of(volume.image, ROOT).rstrip(b"\0").hex() == expected, name


def inode(image, ino):
    block, at = place(ino)
    return Inode.unpack(block_of(image, block)[at : at + INODE_SIZE])


def setting(image, ino, **changes):
    block, at = place(ino)
    data = block_of(image, block)
    new = replace(inode(image, ino), **changes).pack()
    return with_blocks(image, {block: data[:at] + new + data[at + INODE_SIZE :]})


def flipped(image, block, number):
    data = bytearray(block_of(image, block))
    data[number // 8] ^= 1 << number % 8
    return with_blocks(image, {block: bytes(data)})


def unnamed(image, name):
    return with_blocks(image, {ROOT: dirs.removed(block_of(image, ROOT), name)})


def pointing(image, ino, block):
    return setting(image, ino, pointers=(block, *inode(image, ino).pointers[1:]))


def g(image):
    return inode(image, 14).pointers[0]


def b(image, number):
    return inode(image, 15).pointers[number]


OURS = {
    "nothing": lambda i: i,
    "count": lambda i: setting(i, 14, nlink=5),
    "orphan": lambda i: unnamed(i, "g"),
    "orphans": lambda i: unnamed(i, "a"),
    "leak": lambda i: flipped(i, 2, 200),
    "unmarked": lambda i: flipped(i, 2, g(i)),
    "inode leak": lambda i: flipped(i, 1, 39),
    "inode unmarked": lambda i: flipped(i, 1, 13),
    "entry": lambda i: with_blocks(i, {ROOT: dirs.inserted(block_of(i, ROOT), 50, "nobody", 1)}),
    "double": lambda i: pointing(i, 15, g(i)),
    "pointer": lambda i: pointing(i, 14, 9000),
    "all": lambda i: flipped(flipped(unnamed(setting(i, 14, nlink=5), "a"), 2, 200), 2, b(i, 1)),
}


def theirs(text, image):
    """What e2fsck said, as (kind, number), with our numbers of the blocks."""
    blocks = {29: g(image), 31: b(image, 0), 32: b(image, 1)}
    found = {("ORPHAN", int(n)) for n in re.findall(r"(?:Unattached|Unconnected directory) inode (\d+)", text)}  # fmt: skip
    found |= {("LINKCOUNT", int(n)) for n in re.findall(r"Inode (\d+) ref count", text)}
    found |= {("ENTRY", int(n)) for n in re.findall(r"Entry '.*?' in .*? \((\d+)\) has deleted", text)}  # fmt: skip
    found |= {("POINTER", int(n)) for n in re.findall(r"Illegal block .* in inode (\d+)", text)}
    found |= {("DUP", blocks[int(n)]) for n in re.findall(r"Multiply-claimed block\(s\) in inode \d+: (\d+)", text)}  # fmt: skip
    for kind, signs in (("Block", {"+": "UNMARKED", "-": "LEAK"}), ("Inode", {"+": "INODE UNMARKED", "-": "INODE LEAK"})):  # fmt: skip
        for line in re.findall(rf"{kind} bitmap differences: (.*)", text):
            for sign, number in re.findall(r"([+-])(\d+)", line):
                place_ = blocks.get(int(number), int(number)) if kind == "Block" else int(number)
                found.add((signs[sign], place_))
    return found


def part(text, name):
    return re.search(rf"^# fault {name}: .*?\n(.*?)(?=^# fault |\Z)", text, re.MULTILINE | re.DOTALL)[1]  # fmt: skip


@pytest.mark.parametrize("name", RECORD["FAULTS"])
def test_fsck_finds_what_e2fsck_finds(name):
    image = start().image
    ours = {(each.kind, each.number) for each in fsck(OURS[name](image)).problems}
    said = theirs(part(TEXT, name), image)
    if name in {"orphans", "all"}:
        # We name every inode that nobody reaches, e2fsck the top one: it keeps what hangs below.
        # It counts the names of directories that are cut off, as it will connect them.
        assert said - {("LINKCOUNT", 12)} <= ours
        assert ours - said == {("ORPHAN", 13), ("ORPHAN", 16), ("ORPHAN", 17), ("LINKCOUNT", 2)}
    else:
        assert ours == said
    assert bool(said) == (name != "nothing")


def test_the_tools_of_today_say_the_same():
    if not shutil.which("e2fsck") or not shutil.which("mke2fs"):
        pytest.skip("e2fsck is not installed")
    done = subprocess.run([sys.executable, FOLDER / "record.py"], capture_output=True, text=True, check=True)  # fmt: skip
    image = start().image
    for name in RECORD["FAULTS"]:
        assert theirs(part(done.stdout, name), image) == theirs(part(TEXT, name), image)
    assert re.findall("^root.*", done.stdout, re.MULTILINE) == re.findall("^root.*", TEXT, re.MULTILINE)  # fmt: skip
