"""Geometry, superblock, extents and directories of ext4: the vectors, and mke2fs itself.

The record is compared always, the live tool where installed (tests/transcripts/README.md).
"""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems import entries, extents, superblock
from coursekit.sims.filesystems.extents import Extent
from coursekit.sims.filesystems.geometry import Geometry, has_backup
from coursekit.sims.message import ParameterError

TEXT = (Path(__file__).parents[2] / "transcripts/filesystems/geometry.txt").read_text("utf-8")
MIB, GIB = 1 << 20, 1 << 30
SIZES = [int(size) for size in re.findall(r"^size (\d+)$", TEXT, re.MULTILINE)]
SUPERBLOCKS = {int(size): bytes.fromhex(data) for size, data in re.findall(r"^superblock (\d+) (\w+)$", TEXT, re.MULTILINE)}  # fmt: skip
UUID = bytes.fromhex("00112233445566778899aabbccddeeff")
NAMES = {
    "Inode count": "inodes",
    "Block count": "blocks",
    "Reserved block count": "reserved",
    "Overhead clusters": "overhead",
    "Free blocks": "free_blocks",
    "Free inodes": "free_inodes",
    "First block": "first_data_block",
    "Block size": "bs",
    "Reserved GDT blocks": "reserved_descriptors",
    "Blocks per group": "blocks_per_group",
    "Inodes per group": "inodes_per_group",
    "Inode blocks per group": "inode_blocks",
    "Total journal blocks": "journal",
}
live = pytest.mark.skipif(not shutil.which("mke2fs"), reason="mke2fs is not installed; the record is compared")  # fmt: skip


def created(text):
    """Block size, blocks, inodes, backups as `mke2fs -n` prints them."""
    blocks, size, inodes = re.search(r"with (\d+) (\d)k blocks and (\d+) inodes", text).groups()
    listed = re.search(r"stored on blocks: \n((?:\t.*\n?)*)", text)
    backups = tuple(int(each) for each in re.findall(r"\d+", listed[1])) if listed else ()
    return int(size) * 1024, int(blocks), int(inodes), backups


def ours(size):
    geometry = Geometry(size=size)
    return geometry.bs, geometry.blocks, geometry.inodes, geometry.backups


@pytest.mark.parametrize("size", SIZES)
def test_geometry_is_that_of_mke2fs(size):
    part = TEXT.split(f"size {size}\n")[1].split("\nsize ")[0]
    assert created(part) == ours(size)
    told = re.findall(r"^([A-Z][\w ]+): +(\d+)$", part, re.MULTILINE)
    assert len(told) >= len(NAMES) - 1  # a very small one has no journal to tell of
    geometry = Geometry(size=size)
    assert {name: int(value) for name, value in told} == {name: getattr(geometry, NAMES[name]) for name, _value in told}  # fmt: skip
    assert ("Total journal blocks" in dict(told)) == (geometry.journal > 0)


@live
@pytest.mark.parametrize("size", [3_188_250, 20_147_888, 388_422_431, 700 * MIB + 5, 777 * GIB, 6 << 40, (16 << 40) - 4096])  # fmt: skip
def test_geometry_is_that_of_the_live_mke2fs(size, tmp_path):
    said = subprocess.run(["mke2fs", "-V"], capture_output=True, text=True, check=True).stderr
    if "1.47" not in said:
        pytest.skip("the model is that of e2fsprogs 1.47")
    with (tmp_path / "disk").open("wb") as file:
        file.truncate(size)
    command = ["mke2fs", "-n", "-F", "-t", "ext4", tmp_path / "disk"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert created(done.stdout) == ours(size)


@live
@pytest.mark.parametrize("size, block, ratio", [(128 * MIB, 4096, 16_384), (32 * MIB, 2048, 2048), (MIB, 1024, 1024), (MIB, 4096, 4096), (3 * GIB + 4096, 2048, 65_536)])  # fmt: skip
def test_block_size_and_ratio_are_taken_as_the_live_mke2fs_takes_them(size, block, ratio, tmp_path):
    with (tmp_path / "disk").open("wb") as file:
        file.truncate(size)
    command = ["mke2fs", "-n", "-F", "-t", "ext4", "-b", str(block), "-i", str(ratio), tmp_path / "disk"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = Geometry(size=size, block_size=block, inode_ratio=ratio)
    assert created(done.stdout) == (found.bs, found.blocks, found.inodes, found.backups)


@live
def test_the_live_mke2fs_writes_the_superblock_of_our_bytes(tmp_path):
    path = tmp_path / "disk"
    with path.open("wb") as file:
        file.truncate(GIB)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-U", "random", path], check=True)
    with path.open("rb") as file:
        file.seek(superblock.AT)
        real = file.read(superblock.BYTES)
    assert superblock.encode(superblock.values_of(real)) == real
    assert superblock.make(Geometry(size=GIB), birth_of(real)) == real


def birth_of(real):
    values = superblock.values_of(real)
    mapped = extents.unpack(values["journal_map"]).extents if values["journal_inode"] else ()
    return superblock.Birth(
        uuid=values["uuid"], hash_seed=values["hash_seed"], time=values["made"],
        journal_at=mapped[0].start if mapped else 0, written_kib=values["written_kib"],
    )  # fmt: skip


@pytest.mark.parametrize("size", SUPERBLOCKS)
def test_a_superblock_is_made_as_mke2fs_makes_it(size):
    real = SUPERBLOCKS[size]
    assert superblock.encode(superblock.values_of(real)) == real  # every byte has a name
    assert superblock.make(Geometry(size=size), birth_of(real)) == real
    assert superblock.values_of(real)["uuid"] == UUID


def test_the_bytes_of_the_hex_exercise():
    """10.10: the superblock of 1 GiB."""
    real = SUPERBLOCKS[GIB]
    for at, said in {0: "00000100", 4: "00000400", 8: "33330000", 20: "00000000", 24: "02000000", 32: "00800000", 40: "00200000", 56: "53ef", 84: "0b000000", 88: "0001", 92: "3c000000", 96: "c2020000", 100: "6b040000", 224: "08000000", 254: "4000"}.items():  # fmt: skip
        assert real[at : at + len(said) // 2].hex() == said
    assert {each.at: each.raw for each in superblock.decode(real)}[56].hex() == "53ef"
    assert superblock.features(real)[:2] == ("has_journal", "ext_attr")
    assert len(superblock.features(real)) == 14


def test_fields_lie_apart_and_a_changed_byte_shows():
    real = SUPERBLOCKS[GIB]
    found = superblock.decode(real)
    assert all(one.at + one.size <= two.at for one, two in pairwise(found))
    assert len({each.name for each in found}) == len({str(each.why) for each in found}) == len(found)  # fmt: skip
    assert superblock.checksum(real) == superblock.values_of(real)["checksum"]
    for at in (0, 300, 1019):
        damaged = real[:at] + bytes([real[at] ^ 1]) + real[at + 1 :]
        assert superblock.checksum(damaged) != superblock.checksum(real)


def test_vectors_of_the_geometry():
    """V10.4."""
    one = Geometry(size=GIB)
    assert (one.blocks, one.inodes, one.groups, one.inodes_per_group, one.inode_blocks) == (262_144, 65_536, 8, 8192, 512)  # fmt: skip
    assert (one.reserved, one.backups, one.journal) == (13_107, (32_768, 98_304, 163_840, 229_376), 8192)  # fmt: skip
    big = Geometry(size=16 * GIB)
    assert (big.blocks, big.inodes, big.reserved, big.journal) == (4_194_304, 1_048_576, 209_715, 32_768)  # fmt: skip
    assert big.backups[4:8] == (294_912, 819_200, 884_736, 1_605_632)
    small = Geometry(size=64 * MIB)
    assert (small.bs, small.blocks, small.inodes, small.blocks_per_group) == (1024, 65_536, 16_384, 8192)  # fmt: skip
    assert small.backups == (8193, 24_577, 40_961, 57_345)
    found = [one.where(inode) for inode in (2, 8193, 65_536)]
    assert [(each.group, each.index) for each in found] == [(0, 1), (1, 0), (7, 8191)]
    assert [group for group in range(130) if has_backup(group)] == [0, 1, 3, 5, 7, 9, 25, 27, 49, 81, 125]  # fmt: skip


@pytest.mark.parametrize("size, blocks", [(8_736_768, 8193), (25_776_128, 24_577), (34_033_664, 32_769)])  # fmt: skip
def test_a_last_group_with_fewer_than_50_blocks_beside_its_tables_is_left_out(size, blocks):
    """What mke2fs 1.47.0 printed; these groups have room for their tables, and too little more."""
    assert Geometry(size=size).blocks == blocks < size // 1024


@given(st.integers(MIB, (1 << 44) - 1), st.sampled_from([0, 1024, 2048, 4096]))
def test_laws_of_every_geometry(size, block):
    geometry = Geometry(size=size, block_size=block)
    spent = geometry.first_data_block + (geometry.groups - 1) * geometry.blocks_per_group
    assert spent < geometry.blocks <= size // geometry.bs
    assert geometry.blocks <= spent + geometry.blocks_per_group
    assert geometry.inodes_per_group % 8 == 0
    assert geometry.inodes_per_group <= geometry.blocks_per_group
    assert 0 < geometry.free_blocks < geometry.blocks
    last = geometry.where(geometry.inodes)
    assert (last.group, last.index) == (geometry.groups - 1, geometry.inodes_per_group - 1)
    assert last.table_block < geometry.inode_blocks


def test_capacity_of_extent_trees():
    """V10.3."""
    assert (extents.capacity(0), extents.most_bytes(0)) == (4, 512 * MIB)
    assert (extents.capacity(1), extents.most_bytes(1)) == (1360, 170 * GIB)
    assert extents.most_bytes(2) == extents.most_bytes(5) == 16 << 40
    assert [extents.depth_for(n) for n in (0, 4, 5, 1360, 1361)] == [0, 0, 1, 1, 2]
    assert [extents.per_block(block) for block in (1024, 2048, 4096)] == [84, 169, 340]


def test_extents_of_a_real_file_are_read_and_written_alike():
    real = bytes.fromhex(re.search(r"^inode hello.txt (\w+)", TEXT, re.MULTILINE)[1])
    assert extents.unpack(real).extents == (Extent(0, 3, 4247),)
    assert extents.pack_root(extents.unpack(real).extents) == real


def test_the_tree_of_a_real_file_with_holes():
    root = bytes.fromhex(re.search(r"^inode holes (\w+)", TEXT, re.MULTILINE)[1])
    place, leaf = re.search(r"^leaf (\d+) (\w+)", TEXT, re.MULTILINE).groups()
    told = re.search(r"^\(ETB0\):\d+, (.*)$", TEXT, re.MULTILINE)[1]
    listed = tuple(Extent(int(one), 1, int(two)) for one, two in re.findall(r"\((\d+)\):(\d+)", told))  # fmt: skip
    real = extents.Tree(root, {int(place): bytes.fromhex(leaf)}, 1)
    assert extents.leaves(real) == listed
    assert extents.find(real, 15) == extents.Found(listed[5].start, True, 1)
    assert extents.find(real, 16) == extents.Found(None, False, 1)
    made = extents.build(listed, [int(place)])
    # debugfs leaves old entries behind the ones that count, a checksum at the end
    assert made.blocks[int(place)][: 12 + 12 * len(listed)] == bytes.fromhex(leaf)[: 12 + 12 * len(listed)]  # fmt: skip
    assert made.root[:24] == root[:24]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40), st.booleans()), max_size=400))
def test_a_tree_answers_as_a_list(pieces):
    """Blocks of 1 KiB make trees of two levels out of a few hundred extents."""
    at, table, made = 0, {}, []
    for number, (gap, length, written) in enumerate(pieces):
        at += gap
        made.append(Extent(at, length, 1000 * number + 7, written))
        table |= {at + i: (1000 * number + 7 + i, written) for i in range(length)}
        at += length
    tree = extents.build(made, range(1 << 33, 1 << 34), block=1024)
    assert extents.leaves(tree) == tuple(made)
    assert tree.depth == extents.depth_for(len(made), 1024)
    for logical in range(0, at + 5, 7):
        found = extents.find(tree, logical)
        assert (found.start, found.written) == table.get(logical, (None, False))
        assert found.reads <= tree.depth


def test_lengths_of_records():
    """V10.5."""
    assert [entries.rec_len(n) for n in (1, 2, 9, 255)] == [12, 12, 20, 264]
    assert [entries.fit(9, 4096, first=first) for first in (True, False)] == [203, 204]


@pytest.mark.parametrize("first", [True, False])
def test_a_block_holds_as_many_names_as_told(first):
    block, count = entries.empty(4096, *((2, 2) if first else ())), 0
    while (more := entries.add(block, f"name{count:05}", 100 + count)) is not None:
        block, count = more, count + 1
    assert count == entries.fit(9, 4096, first=first)
    assert len(block) == 4096
    assert entries.records(block)[-1].rec_len == entries.TAIL_BYTES


def test_a_real_directory_is_read_made_again_and_keeps_what_was_deleted():
    real = bytes.fromhex(re.search(r"^directory \d+ (\w+)", TEXT, re.MULTILINE)[1])
    listed = re.findall(r" (\d+)  \((\d+)\) (\S+)", TEXT.split("ls /")[1].split("directory ")[0])
    found = entries.records(real)
    assert [(str(each.inode), str(each.rec_len), each.name.decode()) for each in found if each.inode] == listed  # fmt: skip
    assert [each.name for each in entries.ghosts(real)] == [b"gone"]
    again = entries.empty(4096, 2, 2)
    kinds = {each.name.decode(): (each.inode, each.kind) for each in found}
    for name in ("lost+found", "hello.txt", "holes", "sub", "link"):
        again = entries.add(again, name, *kinds[name])
    again = entries.add(again, "gone", entries.ghosts(real)[0].inode, entries.FILE)
    again = entries.remove(entries.add(again, "last", *kinds["last"]), "gone")
    end = real.index(b"last") + 4
    assert again[:end] == real[:end]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), max_size=120))
def test_a_directory_answers_as_a_dictionary(ops):
    block, model = entries.empty(1024, 2, 2), {".": 2, "..": 2}
    for number, (adds, length) in enumerate(ops):
        name = f"{length:02}".ljust(length, "x")
        if adds and name not in model:
            more = entries.add(block, name, number + 11)
            if more is not None:
                block, model[name] = more, number + 11
        elif not adds and name in model:
            block = entries.remove(block, name)
            del model[name]
        assert entries.names(block) == model
        assert sum(each.rec_len for each in entries.records(block)) == 1024


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Geometry(size=MIB - 1), "size=1048575: choose 1 MiB"),
        (lambda: Geometry(size=1 << 44), "size=17592186044416: choose 1 MiB to less than 16 TiB"),
        (lambda: Geometry(size=GIB, block_size=512), "block_size=512: choose 1024"),
        (lambda: Geometry(size=GIB, inode_ratio=1024), "inode_ratio=1024: choose 4096"),
        (lambda: Geometry(size=GIB).where(0), "inode=0: choose 1 to 65536"),
        (lambda: superblock.decode(bytes(1024)), "magic=0000: a superblock"),
        (lambda: superblock.decode(bytes(10)), "superblock=10: choose 1024 bytes"),
        (lambda: superblock.encode({"colour": 1}), "field=colour: no such field"),
        (lambda: superblock.make(Geometry(size=64 * GIB)), "journal=131072: more than one extent"),
        (lambda: superblock.Birth(uuid=b"1"), "uuid=1: choose 16 bytes"),
        (lambda: Extent(0, 32_769, 0), "length=32769: choose 1 to 32768"),
        (lambda: Extent(0, 32_768, 0, written=False), "length=32768: choose 1 to 32767"),
        (lambda: extents.pack_root([Extent(i, 1, i) for i in range(5)]), "extents=5: the inode"),
        (lambda: extents.unpack(bytes(60)), "magic=0000: a node"),
        (lambda: extents.capacity(6), "depth=6: choose 0 to 5"),
        (lambda: extents.build([Extent(0, 2, 0), Extent(1, 1, 9)], []), "logical=1: extents are sorted"),
        (lambda: entries.rec_len(256), "name_len=256: a name has"),
        (lambda: entries.remove(entries.empty(1024, 2, 2), "x"), "name=x: no such name"),
        (lambda: entries.add(entries.empty(1024), "a/b", 9), "name=a/b: no /"),
        (lambda: entries.records(bytes(1024)), "rec_len=0: the record at byte 0"),
        (lambda: entries.empty(512), "block=512: choose 1024"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
