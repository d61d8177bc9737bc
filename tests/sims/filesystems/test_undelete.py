"""Deletion leaves the inode's pointers: what comes back, and what TRIM and reuse take away."""

import numpy as np
import pytest

from coursekit.sims.filesystems.labfs import entries, files, store, undelete
from coursekit.sims.filesystems.labfs.blocks import LabError
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import BLOCK
from coursekit.sims.message import ParameterError

TEXT = b"".join(bytes([65 + n]) * BLOCK for n in range(14))


@pytest.fixture
def volume():
    """Inode 11, 14 blocks and one of pointers, deleted."""
    new = files.create(store.mkfs(), "/f").volume
    new = files.append(new, "/f", TEXT).volume
    return entries.unlink(new, "/f", now=5).volume


def test_a_deleted_file_comes_back_whole(volume):
    (found,) = undelete.deleted(volume.image)
    assert (found.ino, found.fate, len(found.blocks), found.taken) == (11, "whole", 15, ())
    done = undelete.undelete(volume, 11, "/again", now=6)
    assert done.value == "whole"
    assert files.read(done.volume, "/again").value == TEXT
    assert fsck(done.volume.image).clean
    assert undelete.deleted(done.volume.image) == ()


def test_after_trim_the_size_comes_back_and_the_bytes_do_not(volume):
    trimmed = files.trim(volume).volume
    assert undelete.deleted(trimmed.image)[0].fate == "map lost"
    small = entries.unlink(files.append(files.create(store.mkfs(), "/s").volume, "/s", b"x" * 2000).volume, "/s", now=5).volume  # fmt: skip
    small = files.trim(small).volume
    done = undelete.undelete(small, 11, "/s", now=6)
    assert done.value == "zeros"
    assert files.read(done.volume, "/s").value == bytes(2000)
    assert fsck(done.volume.image).clean


def test_blocks_that_others_use_now_are_left_to_them(volume):
    keep = files.create(volume, "/x", now=6).volume  # takes inode 11, the lowest
    assert undelete.deleted(keep.image) == ()
    start = files.create(files.create(store.mkfs(), "/x").volume, "/f").volume
    start = entries.unlink(files.append(start, "/f", TEXT).volume, "/f", now=5).volume
    new = files.append(start, "/x", b"new" * 500, now=6).volume
    (found,) = undelete.deleted(new.image)
    assert (found.fate, len(found.taken)) == ("reused", 2)
    done = undelete.undelete(new, 12, "/f", now=7)
    assert files.read(done.volume, "/f").value == bytes(2 * BLOCK) + TEXT[2 * BLOCK :]
    assert files.read(done.volume, "/x").value == b"new" * 500
    assert fsck(done.volume.image).clean


def test_reuse_behind_the_block_of_pointers(volume):
    start = files.create(files.create(store.mkfs(), "/x").volume, "/f").volume
    start = entries.unlink(files.append(start, "/f", TEXT).volume, "/f", now=5).volume
    for size in range(1, 20):
        new = files.append(start, "/x", b"n" * size * BLOCK, now=6).volume
        done = undelete.undelete(new, 12, "/f", now=7)
        assert done.value == "reused"
        assert fsck(done.volume.image).clean, size


def test_only_deleted_inodes_can_be_had(volume):
    with pytest.raises(LabError, match="inode=12: ENOENT, no deleted file is in it"):
        undelete.undelete(volume, 12, "/f")
    with pytest.raises(LabError, match="path=/: EEXIST"):
        undelete.undelete(volume, 11, "/")


def test_the_formula_beside_a_run():
    assert undelete.chance(25, 1000, 40) == pytest.approx(0.3632, abs=5e-5)
    share = undelete.run(25, 1000, 40, times=20_000, rng=np.random.default_rng(10))
    exact = undelete.exact(25, 1000, 40)
    assert share == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5)
    assert exact == pytest.approx(undelete.chance(25, 1000, 40), abs=0.01)  # m << f


def test_small_cases_counted_by_hand():
    assert undelete.exact(1, 4, 2) == pytest.approx(0.5)
    assert undelete.exact(2, 4, 2) == pytest.approx(1 / 6)
    assert undelete.exact(2, 4, 3) == 0
    assert undelete.run(2, 4, 0, times=5, rng=np.random.default_rng(1)) == 1


@pytest.mark.parametrize(
    "values, says",
    [
        ((0, 10, 1), "k=0: a deleted file has 1 to 10"),
        ((11, 10, 1), "k=11"),
        ((1, 10, 11), "m=11: at most all 10"),
    ],
)
def test_what_has_no_chance_is_named(values, says):
    with pytest.raises(ParameterError, match=says):
        undelete.chance(*values)
