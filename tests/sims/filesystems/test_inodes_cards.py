"""What runs out first, what small files waste, six file systems side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems import cards
from coursekit.sims.filesystems.cards import ASPECTS, CARDS, Need, card, fits, size_text
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.filesystems.inodes import fill, slack
from coursekit.sims.message import ParameterError

GIB = 1 << 30
ONE = Geometry(size=GIB)


@pytest.mark.parametrize("size, cluster, waste", [(1, 4096, 4095), (4097, 4096, 4095), (100, 32_768, 32_668), (4096, 4096, 0), (0, 4096, 0)])  # fmt: skip
def test_slack(size, cluster, waste):
    """V10.11."""
    assert slack(size, cluster) == waste


def test_empty_files_use_up_the_inodes_of_a_gibibyte():
    """10.10: 65 525 empty files; 95 % of the blocks are free."""
    found = fill(ONE, 0)
    assert (found.files, found.ended, found.free_inodes) == (65_525, "inodes", 0)
    assert round(found.free_share, 2) == 0.95
    assert str(found.why[0]) == "After 65525 files no inode is left: “No space left on device”, with 95 % of the blocks free."  # fmt: skip


def test_large_files_use_up_the_blocks_and_leave_5_percent_to_root():
    found = fill(ONE, 1 << 20)
    assert (found.ended, found.files) == ("blocks", (ONE.free_blocks - ONE.reserved) // 256)
    assert 0.05 <= found.free_share < 0.051
    assert fill(ONE, 1 << 20, root=True).free_blocks < 256
    assert fill(ONE, 1).wasted == 4095 * fill(ONE, 1).files


@given(size=st.integers(0, 1 << 22), disk=st.integers(1 << 20, 1 << 36), root=st.booleans())
def test_one_file_more_never_fits(size, disk, root):
    geometry = Geometry(size=disk)
    found, each = fill(geometry, size, root=root), -(-size // geometry.bs)
    room = geometry.free_blocks - (0 if root else geometry.reserved)
    assert found.files <= geometry.free_inodes and found.files * each <= room
    more = (found.files + 1) * each > room
    assert found.files == geometry.free_inodes or more
    ends = {"inodes": not more, "blocks": found.free_inodes > 0, "both": more and not found.free_inodes}  # fmt: skip
    assert ends[found.ended]


def test_every_card_says_something_of_every_aspect_and_names_its_sources():
    for each in CARDS:
        assert set(each.says) == set(ASPECTS)
        assert each.sources
    assert {str(cards.aspect_name(each)) for each in ASPECTS} >= {"Checksums", "Rights"}
    assert "TRIM" in str(cards.trim_text())


@pytest.mark.parametrize(
    "need, left",
    [
        (Need(file=5 * 10**9), {"ext4", "XFS", "NTFS", "btrfs", "ZFS"}),
        (Need(file=4 * GIB - 1), {"FAT32", "ext4", "XFS", "NTFS", "btrfs", "ZFS"}),
        (Need(file=16 * 1024**4 + 1), {"XFS", "NTFS", "btrfs", "ZFS"}),
        (Need(data_checksums=True), {"btrfs", "ZFS"}),
        (Need(journal=True), {"ext4", "XFS", "NTFS", "btrfs", "ZFS"}),
        (Need(rights=True, shrinks=True), {"ext4", "NTFS", "btrfs"}),
        (Need(snapshots=True), {"btrfs", "ZFS"}),
    ],
)
def test_a_need_leaves_those_that_meet_it(need, left):
    assert {each.name for each in CARDS if not fits(each, need)} == left


def test_limits_read_well():
    said = {each.name: str(size_text(each.largest_file)) for each in CARDS}
    assert said["FAT32"] == "4 GiB less one byte"
    assert (said["ext4"], said["NTFS"], said["XFS"]) == ("16 TiB", "8 PiB", "8 EiB less one byte")
    assert str(size_text(card("ZFS").largest_volume)) == "2^128 B"
    assert str(size_text(100)) == "100 B"
    assert [str(each) for each in fits(card("FAT32"), Need(file=5 * 10**9))] == ["The file is larger than 4 GiB less one byte."]  # fmt: skip


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: slack(-1, 4096), "size=-1: choose 0 or more"),
        (lambda: slack(1, 0), "cluster=0: choose 1 or more"),
        (lambda: fill(ONE, -5), "size=-5: choose 0 or more"),
        (lambda: Need(file=-1), "file=-1: choose 0 or more"),
        (lambda: card("ext5"), "name=ext5: choose one of FAT32, ext4"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
