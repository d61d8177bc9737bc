"""Direct and indirect pointers: the vectors, whole small maps, the way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems.pointers import BLOCKS, Pointers, locate, offset_of, taken, walk
from coursekit.sims.message import ParameterError

FOUR = Pointers(block=4096)


@pytest.mark.parametrize(
    "block, pointers, blocks, size",  # V10.1
    [
        (1024, 256, 16_843_020, 17_247_252_480),
        (2048, 512, 134_480_396, 275_415_851_008),
        (4096, 1024, 1_074_791_436, 4_402_345_721_856),
    ],
)
def test_limits(block, pointers, blocks, size):
    map_ = Pointers(block=block)
    assert (map_.per_block, map_.blocks, map_.limit) == (pointers, blocks, size)
    assert locate(map_, size) is None
    assert locate(map_, size - 1).index == (pointers - 1,) * 3


@pytest.mark.parametrize(
    "offset, level, index",  # V10.2
    [
        (49_151, "direct", (11,)),
        (49_152, "single", (0,)),
        (4_243_455, "single", (1023,)),
        (4_243_456, "double", (0, 0)),
        (1 << 30, "double", (254, 1012)),
        (4_299_210_751, "double", (1023, 1023)),
        (4_299_210_752, "triple", (0, 0, 0)),
    ],
)
def test_lookup_at_4_kib(offset, level, index):
    place = locate(FOUR, offset)
    assert (place.level, place.index) == (level, index)
    assert place.reads == {"direct": 0, "single": 1, "double": 2, "triple": 3}[level]
    assert len(walk(FOUR, offset)) == place.reads + 1


@pytest.mark.parametrize(
    "size, data, maps",  # V10.2
    [
        (0, 0, 0),
        (49_152, 12, 0),
        (49_153, 13, 1),
        (4_243_456, 1036, 1),
        (4_243_457, 1037, 3),
        (1 << 30, 262_144, 257),
        (10 << 30, 2_621_440, 2564),
    ],
)
def test_blocks_of_a_full_file(size, data, maps):
    assert (taken(FOUR, size).data, taken(FOUR, size).map) == (data, maps)


def test_every_block_of_a_small_map_has_its_own_way_and_the_map_blocks_are_those_met():
    """A map of two levels, block by block: the tables met so far are what `taken` counts."""
    map_, met, ways = Pointers(block=512, direct=3, levels=2), set(), set()
    for block in range(map_.blocks):
        place = locate(map_, block * 512 + block % 512)
        assert offset_of(map_, place) == block * 512
        ways.add((place.level, place.index))
        met |= {(place.level, place.index[:depth]) for depth in range(place.reads)}
        assert taken(map_, block * 512 + 1).map == len(met)
    assert len(ways) == map_.blocks


@given(block=st.sampled_from(BLOCKS), data=st.data())
def test_there_and_back(block, data):
    map_ = Pointers(block=block)
    offset = data.draw(st.integers(0, map_.limit - 1))
    place = locate(map_, offset)
    assert offset_of(map_, place) == offset - offset % block
    assert all(0 <= each < map_.per_block for each in place.index)


def test_a_walk_says_which_pointer_and_why():
    steps = walk(FOUR, 1 << 30)
    assert [(each.table, each.entry, each.to) for each in steps] == [
        ("inode", 13, "map"),
        ("map", 254, "map"),
        ("map", 1012, "data"),
    ]
    assert str(steps[0].why[0]) == "Block 262144 of the file: pointer 13 of the inode covers blocks 1036 to 1049611."  # fmt: skip
    assert "no map block is read" in str(walk(FOUR, 0)[0].why[0])
    assert walk(FOUR, FOUR.limit) == ()


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Pointers(block=1000), "block=1000: choose 512, 1024"),
        (lambda: Pointers(levels=4), "levels=4: choose 0 to 3"),
        (lambda: Pointers(direct=0), "direct=0: choose 1 to 64"),
        (lambda: locate(FOUR, -1), "offset=-1: choose 0 or more"),
        (lambda: taken(FOUR, FOUR.limit + 1), "size=4402345721857: choose 0 to 4402345721856"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
