"""What the labs ask of the models: appending on FAT, entries field by field, ways, room, a commit told."""

from itertools import product
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems import cow, cowstory, extents, fat, fatbytes, inodes
from coursekit.sims.filesystems.allocate import FLASH, HARD_DISK, Ageing, age, workload
from coursekit.sims.filesystems.fatgeometry import SECTOR, plan
from coursekit.sims.filesystems.fatstory import SMALL, WHEN, Deed, pieces, tell
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import ParameterError

GIB = 1 << 30


# FAT


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 2000)), max_size=12))
def test_what_is_appended_is_read_again_and_chains_never_meet(parts):
    image, wanted = fat.make(SMALL), {"A": b"", "B": b""}
    for name in wanted:
        image = fat.write(image, name, b"", WHEN)
    for turn, (name, size) in enumerate(parts):
        data = bytes([turn + 1]) * size
        image = fat.append(image, name, data, WHEN)
        wanted[name] += data
    links = fat.table(image)
    for name, data in wanted.items():
        assert fat.read(image, name) == data
        assert fat.entry(image, name).size == len(data)
    chains = [fat.chain(links, e.cluster, 12) if e.cluster else () for e in fat.files(image)]
    assert [len(chain) for chain in chains] == [ceil(len(data) / SECTOR) for data in wanted.values()]  # fmt: skip
    assert len(set(chains[0]) | set(chains[1])) == sum(map(len, chains))
    assert len(fat.free_clusters(image)) == 60 - sum(map(len, chains))


def test_a_file_that_grows_beside_another_is_guessed_wrong():
    deeds = [Deed("write", "A.TXT", 1024), Deed("write", "B.TXT", 512), Deed("append", "A.TXT", 1024)]  # fmt: skip
    told = tell([*deeds, Deed("delete", "A.TXT"), Deed("undelete", "A.TXT")])
    grown, _gone, guessed = told.states[3:]
    assert grown.chains["A.TXT"] == (2, 3, 5, 6)
    assert pieces(grown.chains["A.TXT"]) == 2
    assert grown.changed == (1, 2, 3, 7, 8), "both tables, the directory, two clusters"
    assert "names the next cluster" in str(grown.why[-1])
    assert guessed.guess.clusters == (2, 3, 4, 5)
    assert guessed.guess.reused == (4,)
    assert guessed.guess.data == b"A" * 1024 + b"B" * 512 + b"A" * 512
    assert fat.contents(guessed.image)[6] == b"A" * 512, "deleted, and still there"


def test_too_much_to_append_is_refused():
    image = fat.write(fat.make(SMALL), "A", b"a", WHEN)
    with pytest.raises(ParameterError, match="size=40000: 78 clusters are needed, 59 are free"):
        fat.append(image, "A", b"x" * 40_000, WHEN)
    with pytest.raises(ParameterError, match="name=B: no such file"):
        fat.append(image, "B", b"", WHEN)


def test_fields_cover_an_entry_and_say_what_was_written():
    image = fat.write(fat.make(SMALL), "A long name.txt", b"x" * 700, WHEN)
    image = fat.delete(fat.write(image, "NOTES.TXT", b"n", WHEN), "NOTES.TXT")
    root = image[SMALL.first_root * SECTOR : (SMALL.first_root + 1) * SECTOR]
    made = fatbytes.rows(root)
    assert [row.kind for row in made] == ["long", "long", "short", "deleted"] + ["free"] * 12
    for row in made:
        found = fatbytes.fields(row.raw)
        assert b"".join(field.raw for field in found) == row.raw
        assert [field.at for field in found] == sorted(field.at for field in found)
    short, gone = fatbytes.fields(made[2].raw), fatbytes.fields(made[3].raw)
    assert [field.value for field in short if field.value] == [
        "ALONGN~1",
        "TXT",
        "32",
        "0",
        "14:37:50",
        "2026-03-15",
        "2",
        "700",
    ]
    assert gone[0].value == "?OTES"
    assert "".join(field.value for field in fatbytes.fields(made[1].raw) if "letters" in str(field.name)) == "A long name.t"  # fmt: skip


# Extents and pointers


@given(st.integers(1, 5000), st.integers(1, 600), st.sampled_from([1024, 4096]), st.data())
def test_a_file_in_pieces_is_whole_and_each_way_ends_at_its_block(blocks, count, block, data):
    made = extents.cut(blocks, count)
    assert len(made) == min(blocks, count)
    covered = [each.logical + k for each in made for k in range(each.length)]
    assert covered == list(range(blocks))
    taken = [each.start + k for each in made for k in range(each.length)]
    assert len(set(taken)) == blocks
    tree = extents.build(made, iter(range(10**6, 2 * 10**6)), block)
    at = data.draw(st.integers(0, blocks - 1))
    way = extents.visits(tree, at)
    assert len(way) == extents.find(tree, at).reads + 1 == tree.depth + 1
    piece = way[-1].node.extents[way[-1].entry]
    assert piece.start + at - piece.logical == extents.find(tree, at).start


def test_a_piece_longer_than_an_extent_takes_several():
    made = extents.cut(1_048_577, 1)
    assert len(made) == 33
    assert made[1].start == extents.LONGEST, "side by side on the disk"


def test_a_way_to_a_hole_is_refused():
    tree = extents.build(extents.cut(5, 1), iter(()))
    with pytest.raises(ParameterError, match="logical=5: a hole"):
        extents.visits(tree, 5)


# Room


@given(st.integers(0, 100_000), st.integers(0, 1_000_000), st.sampled_from([64 << 20, GIB, 16 * GIB]))  # fmt: skip
def test_files_made_and_refused_add_up_and_no_block_is_lost(files, size, volume):
    geometry = Geometry(size=volume)
    most = inodes.fill(geometry, size)
    for made in (inodes.stored(geometry, files, size), inodes.stored_fat(plan(volume), files, size)):  # fmt: skip
        assert made.made + made.refused == files
        assert made.free >= 0
        assert bool(made.ended) == bool(made.refused)
        assert made.data * made.unit == made.made * size + made.wasted
    ext4 = inodes.stored(geometry, files, size)
    assert ext4.made == min(files, most.files)
    assert ext4.ended == (most.ended if files > most.files else None)
    if files == most.files:
        assert ext4.free_share == pytest.approx(most.free_share)


def test_a_volume_of_empty_files_has_no_inode_left_and_its_blocks_free():
    made = inodes.stored(Geometry(size=GIB), 65_526, 0)
    assert (made.made, made.refused, made.ended) == (65_525, 1, "inodes")
    assert made.inodes_used == made.inodes == 65_536
    assert made.free_share > 0.9
    assert inodes.stored_fat(plan(GIB), 100_000, 0).refused == 0


def test_fat_ends_with_its_clusters():
    volume = plan(64 << 20)
    made = inodes.stored_fat(volume, 40_000, 1)
    assert (made.made, made.ended, made.free) == (volume.clusters, "blocks", 0)


# Ageing


def test_the_time_of_one_file_in_pieces_and_whole():
    ageing = Ageing(blocks=1024, operations=300)
    aged = age(ageing, "first_fit", workload(ageing, np.random.default_rng(1)))
    for device in (HARD_DISK, FLASH):
        extra = aged.file_seconds(device) - aged.whole_seconds(device)
        assert extra == pytest.approx(device.per_extent * (aged.mean_extents - 1))


# Copy on write, told


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_crash_at_any_step_finds_old_or_new(depth):
    steps = depth + 3  # a leaf, a node on each level, a flush, the superblock
    for crash, leaf in product(range(1, steps + 1), (0, 2**depth - 1)):
        told = cowstory.tell(depth, leaf, crash)
        found = dict(told.states[-1].found)
        assert len(told.states) == crash + 2
        assert found == ({"old": 1, "new": 1} if crash == steps else {"old": 2 ** min(crash, depth + 1)} if crash <= depth + 1 else {"old": 1})  # fmt: skip
    assert told.counts == {"old": 2 ** (depth + 1), "new": 1}
    assert told.written == cow.blocks_written(depth)


def test_without_a_flush_the_superblock_may_come_first():
    told = cowstory.tell(2, 0, 4, flush=False)
    found = dict(told.states[-1].found)
    assert found == {"old": 8, "new": 1, "damaged": 7}
    assert "damaged" in str(told.states[-1].why[-1])


def test_old_and_new_tree_share_all_but_one_path():
    told = cowstory.tell(3, 5)
    assert told.shared == 8 + 7 - 4
    assert told.states[-1].root == told.new_root
    assert str(told.old_root) in str(told.states[-1].why[0])
    assert [state.kind for state in told.states] == ["start", "write", "write", "write", "write", "flush", "switch", "end"]  # fmt: skip


def test_pending_writes_are_those_since_the_flush():
    told = cowstory.tell(2, 0)
    assert [len(state.pending) for state in told.states] == [0, 1, 2, 3, 0, 1, 0]


def test_a_crash_after_the_end_is_refused():
    with pytest.raises(ParameterError, match="crash=6: choose 0 \\(never\\) to 5"):
        cowstory.tell(2, 0, 6)
