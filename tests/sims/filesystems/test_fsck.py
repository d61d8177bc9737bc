"""fsck: V10.10, every kind of damage found and repaired, and a clean volume left alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.filesystems import claims
from coursekit.sims.filesystems.claims import Node
from coursekit.sims.filesystems.labfs import entries, files, layout, store
from coursekit.sims.filesystems.labfs.blocks import block_of, with_blocks
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import BLOCK, INODE_SIZE, Inode, place
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import ParameterError

SAMPLE = {
    2: Node(True, 3, (8,), {".": 2, "..": 2, "a": 3, "sub": 4}),
    3: Node(False, 2, (9, 10)),
    4: Node(True, 2, (11,), {".": 4, "..": 2, "b": 5}),
    5: Node(False, 1, (10, 12)),
    6: Node(False, 1, (13,)),
}


def test_v10_10():
    found = claims.check(20, 8, SAMPLE, [*range(12), 14])
    assert found.link == {3: 1}
    assert found.dup == {10: (3, 5)}
    assert (found.orphans, found.leaked, found.unmarked) == ((6,), (14,), (12, 13))
    assert found.used == tuple(range(14))
    assert [str(each) for each in claims.told(found, SAMPLE)] == [
        "Inode 6: no name leads to it.",
        "Block 10 is claimed by inodes 3, 5.",
        "Block 14 is marked used and nobody claims it: it is lost until the bitmap is made anew.",
        "Block 12 is in use and marked free: the next file would get it too.",
        "Block 13 is in use and marked free: the next file would get it too.",
        "Inode 3 counts 2 names and has 1.",
    ]


@pytest.mark.parametrize(
    "change, says",
    [
        ({"first_data": 21}, "first_data=21: choose 0 to 20"),
        ({"inodes": {3: Node(False, 1, ())}}, "inodes=1: inode 2, the root"),
        ({"inodes": {2: Node(True, -1, ())}}, "nlink=-1: a count of names, of inode 2"),
        ({"inodes": {2: Node(True, 2, (20,))}}, "block=20: a block of inode 2 lies from 8 to 19"),
        ({"inodes": {**SAMPLE, 7: Node(False, 1, (), {"a": 2})}}, "entries=1: inode 7 is a file"),
        ({"bitmap": [20]}, "block=20: the bitmap has bits 0 to 19"),
    ],
)
def test_what_cannot_be_checked_is_named(change, says):
    given_ = {"nblocks": 20, "first_data": 8, "inodes": SAMPLE, "bitmap": [], **change}
    with pytest.raises(ParameterError) as refused:
        claims.check(**given_)
    assert says in str(refused.value)


@pytest.fixture(scope="module")
def image():
    """/a 11, /a/f 12 (a map block too), /g 13, /a/d 14, /a/d/x 15, /s 16."""
    volume = store.mkfs(now=1)
    volume = entries.mkdir(volume, "/a").volume
    for path, text in (("/a/f", b"f" * 14 * BLOCK), ("/g", b"g" * 2000)):
        volume = files.append(files.create(volume, path).volume, path, text).volume
    volume = entries.mkdir(volume, "/a/d").volume
    volume = files.create(volume, "/a/d/x").volume
    return entries.symlink(volume, "a/f", "/s").volume.image


def patched(image, block, at, data):
    old = block_of(image, block)
    return with_blocks(image, {block: old[:at] + data + old[at + len(data) :]})


def inode(image, ino, **changes):
    block, at = place(ino)
    old = Inode.unpack(block_of(image, block)[at : at + INODE_SIZE])
    return patched(image, block, at, layout.replace(old, **changes).pack())


def bit(image, block, number):
    byte = block_of(image, block)[number // 8] ^ 1 << number % 8
    return patched(image, block, number // 8, bytes([byte]))


def first(image, ino):
    block, at = place(ino)
    return Inode.unpack(block_of(image, block)[at : at + INODE_SIZE]).pointers[0]


FAULTS = {
    "SUPERBLOCK": lambda i: patched(i, 0, 0, b"XXXX"),
    "SUPERBLOCK copy": lambda i: patched(i, 255, 8, b"XXXX"),
    "LEAK": lambda i: bit(i, 2, 200),
    "UNMARKED": lambda i: bit(i, 2, first(i, 13)),
    "INODE LEAK": lambda i: bit(i, 1, 40),
    "INODE UNMARKED": lambda i: bit(i, 1, 12),
    "LINKCOUNT": lambda i: inode(i, 13, nlink=5),
    "TYPE": lambda i: inode(i, 13, type=5),
    "RESERVED": lambda i: inode(i, 7, type=1, nlink=1),
    "POINTER": lambda i: inode(i, 13, pointers=(9, *(0,) * 13)),
    "SIZE": lambda i: inode(i, 11, size=7),
    "ROOT": lambda i: inode(i, 2, nlink=0),
    "SYMLINK": lambda i: inode(i, 16, size=0),
    "DUP": lambda i: inode(i, 13, pointers=(first(i, 12), *(0,) * 13)),
    "ORPHAN": lambda i: patched(i, first(i, 11), 24, b"\0\0\0\0"),
    "ENTRY": lambda i: patched(i, first(i, 11), 24, b"\x30\0\0\0"),
    "ENTRY TYPE": lambda i: patched(i, first(i, 11), 31, b"\2"),
    "DIRECTORY": lambda i: patched(i, first(i, 11), 12, b"\x0d\0\0\0"),  # ".." leads elsewhere
    "DIRECTORY lengths": lambda i: patched(i, first(i, 11), 28, b"\xff"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_injected_fault_is_found_and_repaired(image, name):
    report = fsck(FAULTS[name](image))
    assert name.split(" ")[0] in " ".join(report.kinds)
    assert name.removesuffix(" copy").removesuffix(" lengths") in report.kinds
    assert all(str(each.what) and str(each.repair) for each in report.problems)
    again = fsck(report.image)
    assert again.clean and again.image == report.image


def test_a_clean_image_is_left_alone(image):
    report = fsck(image)
    assert report.clean and report.image == image


def test_repairs_keep_what_can_be_kept(image):
    was = tree(image)
    for name in ("SUPERBLOCK", "SUPERBLOCK copy", "LEAK", "UNMARKED", "INODE LEAK", "INODE UNMARKED",
                 "LINKCOUNT", "SIZE", "ENTRY TYPE", "DIRECTORY", "RESERVED"):  # fmt: skip
        assert tree(fsck(FAULTS[name](image)).image) == was, name


def test_an_orphan_comes_back_with_its_bytes(image):
    now = tree(fsck(FAULTS["ORPHAN"](image)).image)
    assert now["/lost+found/#12"].content == b"f" * 14 * BLOCK


def test_an_orphan_directory_brings_what_is_in_it(image):
    cut = patched(image, first(image, 2), 24, b"\0\0\0\0")  # the name a
    report = fsck(cut)
    now = tree(report.image)
    assert now["/lost+found/#11/f"].content == b"f" * 14 * BLOCK
    assert "/lost+found/#11/d/x" in now
    assert [each.number for each in report.problems if each.kind == "ORPHAN"] == [11, 12, 14, 15]


def test_the_later_inode_gets_the_copy(image):
    report = fsck(FAULTS["DUP"](image))
    now = tree(report.image)
    assert now["/g"].content[:BLOCK] == b"f" * BLOCK == now["/a/f"].content[:BLOCK]
    assert first(report.image, 12) == first(image, 12) != first(report.image, 13)


def test_two_directories_that_hold_each_other_are_cut_apart(image):
    cut = patched(image, first(image, 2), 24, b"\0\0\0\0")
    ring = patched(cut, first(image, 14), 24, (11).to_bytes(4, "little"))  # /a/d/x is now /a itself
    report = fsck(ring)
    assert fsck(report.image).clean
    assert "/lost+found/#11/f" in tree(report.image) or "/lost+found/#14" in tree(report.image)


ZONES = [0, 1, 2, 3, 4, 43, 44, 45, 58, 59, 60, 61, 62, 63, 255]
byte = st.one_of(st.sampled_from([0, 1, 2, 7, 11, 12, 44, 45, 58, 255]), st.integers(0, 255))
hit = st.tuples(st.sampled_from(ZONES), st.one_of(st.integers(0, 60), st.integers(0, BLOCK - 1)), byte)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(hit, min_size=1, max_size=40))
def test_whatever_is_damaged_one_pass_repairs(image, hits):
    for block, at, value in hits:
        image = patched(image, block, at, bytes([value]))
    report = fsck(image)
    again = fsck(report.image)
    assert again.problems == () and again.image == report.image
    tree(report.image)  # and every file can be read


def test_blocks_of_noise_are_repaired(image):
    rng = np.random.default_rng(3)
    for zones in ([2], [3], [4], [43], [44], [57, 58], [3, 43], [1, 2, 4, 44]):
        hurt = with_blocks(image, {b: rng.bytes(BLOCK) for b in zones})
        assert fsck(fsck(hurt).image).clean, zones
