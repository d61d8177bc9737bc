"""Checksums, silent corruption, the tree of checksums, copy on write."""

import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems import corruption, cow, merkle
from coursekit.sims.filesystems.checksums import POLYNOMIAL, REFLECTED, crc32c, fletcher4
from coursekit.sims.message import ParameterError

OLD = [b"old 0", b"old 1", b"old 2"]


@pytest.mark.parametrize(
    "data, said",  # V10.7, of RFC 7143
    [
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (b"", 0),
    ],
)
def test_crc32c(data, said):
    assert crc32c(data) == said


def test_the_two_forms_of_the_polynomial_are_one():
    assert int(f"{POLYNOMIAL:032b}"[::-1], 2) == REFLECTED


@given(st.binary(max_size=60), st.data())
def test_crc32c_goes_on_from_a_part_and_is_division(data, draw):
    cut = draw.draw(st.integers(0, len(data)))
    assert crc32c(data[cut:], crc32c(data[:cut])) == crc32c(data)
    bits = int.from_bytes(bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)) if data else 0
    work = (bits << 32) ^ (0xFFFFFFFF << 8 * len(data))  # long division, bit by bit
    for place in range(work.bit_length() - 1, 31, -1):
        if work >> place & 1:
            work ^= (1 << 32 | POLYNOMIAL) << (place - 32)
    assert crc32c(data) == int(f"{work:032b}"[::-1], 2) ^ 0xFFFFFFFF


@given(st.binary(min_size=1, max_size=64), st.data())
def test_crc32c_sees_every_burst_of_up_to_32_bits(data, draw):
    first = draw.draw(st.integers(0, 8 * len(data) - 1))
    burst = draw.draw(st.integers(1, min((1 << 32) - 1, (1 << 8 * len(data) - first) - 1)))
    damaged = int.from_bytes(data, "little") ^ burst << first
    assert crc32c(damaged.to_bytes(len(data), "little")) != crc32c(data)


def test_fletcher4():
    """V10.7."""
    assert fletcher4(struct.pack("<4I", 1, 2, 3, 4)) == (0xA, 0x14, 0x23, 0x38)
    assert fletcher4(struct.pack("<2I", 0xFFFFFFFF, 1)) == (0x100000000, 0x1FFFFFFFF, 0x2FFFFFFFE, 0x3FFFFFFFD)  # fmt: skip


@given(st.lists(st.integers(0, 0xFFFFFFFF), max_size=20))
def test_fletcher4_is_its_weighted_sum(words):
    """Word i of n counts C(n-i+k-1, k) times in the k-th sum."""
    n = len(words)
    terms = [(word, n - i) for i, word in enumerate(words)]
    sums = fletcher4(struct.pack(f"<{n}I", *words))
    assert sums.a == sum(word for word, _r in terms)
    assert sums.b == sum(word * r for word, r in terms)
    assert sums.c == sum(word * (r * (r + 1) // 2) for word, r in terms)
    assert sums.d == sum(word * (r * (r + 1) * (r + 2) // 6) for word, r in terms) % 2**64


def test_which_checksum_sees_which_fault():
    """10.10: beside the data misses lost writes; in the parent sees both; the address sees a part."""
    found = corruption.verdicts(copies=2)
    assert found == {
        ("bit", "none"): ("wrong",), ("bit", "beside"): ("repaired",),
        ("bit", "address"): ("repaired",), ("bit", "parent"): ("repaired",),
        ("phantom", "none"): ("wrong",), ("phantom", "beside"): ("wrong",),
        ("phantom", "address"): ("wrong",), ("phantom", "parent"): ("repaired",),
        ("misdirected", "none"): ("wrong", "wrong"), ("misdirected", "beside"): ("wrong", "wrong"),
        ("misdirected", "address"): ("wrong", "repaired"),
        ("misdirected", "parent"): ("repaired", "repaired"),
    }  # fmt: skip
    alone = corruption.verdicts(copies=1)
    assert alone == {key: tuple("error" if a == "repaired" else a for a in each) for key, each in found.items()}  # fmt: skip


def test_a_mirror_without_a_checksum_gives_either_copy_and_a_scrub_cannot_choose():
    """10.5, prediction 5."""
    kept = corruption.harm(corruption.store("none", OLD), 1, bit=5)
    assert [corruption.read(kept, 1, copy).answer for copy in range(2)] == ["wrong", "right"]
    found = corruption.scrub(kept)
    assert (found.differ, found.refused, found.repaired, found.hopeless) == ((1,), (), (), (1,))
    assert found.store == kept
    kept = corruption.harm(corruption.store("parent", OLD), 1, bit=5)
    found = corruption.scrub(kept)
    assert (found.differ, found.refused, found.repaired, found.hopeless) == ((1,), (1,), (1,), ())
    assert corruption.read(found.store, 1).answer == "right"


def test_a_single_disk_with_a_checksum_says_so_but_repairs_nothing():
    kept = corruption.harm(corruption.store("parent", OLD, copies=1), 0)
    said = corruption.read(kept, 0)
    assert (said.answer, said.data) == ("error", None)
    assert "not wrong bytes" in str(said.why[0])
    assert corruption.scrub(kept).hopeless == (0,)
    assert corruption.read(corruption.harm(corruption.store("parent", OLD), 0), 0, copy=1).answer == "right"  # fmt: skip


@pytest.mark.parametrize("place", corruption.PLACES)
@pytest.mark.parametrize("copies", [1, 2])
def test_chances_are_those_of_every_case_counted(place, copies):
    """Each copy of a block good or bad, each copy asked first."""
    q, said = Fraction(1, 5), {}
    for bad in range(1 << copies):
        kept, weight = corruption.store(place, OLD, copies), Fraction(1)
        for copy in range(copies):
            if bad >> copy & 1:
                kept = corruption.harm(kept, 0, bit=copy, copy=copy)
            weight *= q if bad >> copy & 1 else 1 - q
        for first in range(copies):
            answer = corruption.read(kept, 0, first).answer
            said[answer] = said.get(answer, 0) + weight / copies
    told = corruption.chances(place, copies, float(q))
    for answer in ("right", "wrong", "repaired", "error"):
        assert getattr(told, answer) == pytest.approx(float(said.get(answer, 0)))


@given(st.binary(max_size=16), st.integers(0, 2), st.integers(0, 127))
def test_a_repaired_read_gives_what_was_written_and_mends_it(data, at, bit):
    kept = corruption.harm(corruption.write(corruption.store("parent", OLD), at, data), at, bit)
    said = corruption.read(kept, at)
    assert (said.answer, said.data) == ("repaired", data.ljust(16, b"\0"))
    assert corruption.read(said.store, at).answer == "right"


@pytest.mark.parametrize("fan_out", [2, 3, 5])
@pytest.mark.parametrize("count", range(1, 12))
def test_every_path_checks_its_own_block_and_no_other(fan_out, count):
    blocks = [f"block {i}".encode() for i in range(count)]
    tree = merkle.grow(blocks, fan_out)
    for i, block in enumerate(blocks):
        steps = merkle.path(tree, i)
        assert len(steps) == tree.depth
        assert merkle.root_of(block, steps) == tree.root
        assert merkle.check(block, steps, tree.root) == merkle.Check(True, None, tree.depth + 1)
        for other in blocks:
            assert merkle.check(other, steps, tree.root).ok == (other == block)
        after, changed = merkle.replaced(tree, blocks, i, b"new")
        assert changed == tree.depth + 1
        assert not merkle.check(block, merkle.path(after, i), after.root).ok


def test_a_damaged_node_is_found_where_it_stands():
    blocks = [bytes([i]) for i in range(8)]
    tree = merkle.grow(blocks)
    steps = merkle.path(tree, 5)
    for level, step in enumerate(steps):
        children = tuple(bytes(32) if i == step.ours else each for i, each in enumerate(step.children))  # fmt: skip
        broken = (*steps[:level], merkle.Step(children, step.ours), *steps[level + 1 :])
        said = merkle.check(blocks[5], broken, tree.root)
        assert (said.ok, said.level, said.reads) == (False, level + 1, 3 - level)
    assert merkle.check(b"other", steps, tree.root).level == 0


def test_sums_written_as_data_never_pass_for_a_parent():
    tree = merkle.grow([b"a", b"b"])
    assert merkle.grow([b"".join(tree.levels[0])]).root != tree.root


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("fan_out", [2, 3])
def test_every_crash_of_a_commit_leaves_old_or_new(depth, fan_out):
    disk = cow.plant(depth, fan_out)
    for leaf in range(fan_out**depth):
        made = cow.commit(disk, {leaf: "new"})
        blocks = [each for each in made.writes if not each.flush]
        assert len(blocks) == cow.blocks_written(depth) + 1  # and the superblock
        assert all(each.block not in disk for each in blocks[:-1])  # only free places
        found = cow.outcomes(made)
        assert set(found.values()) == {"old", "new"}
        assert len(found) == 2 ** (depth + 1) + 1
        assert [state for state, seen in found.items() if seen == "new"] == [frozenset(i for i, each in enumerate(made.writes) if not each.flush)]  # fmt: skip


def test_without_the_flush_or_in_place_a_crash_can_leave_neither():
    disk = cow.plant(2)
    loose = cow.outcomes(cow.commit(disk, {3: "new"}, flush=False))
    assert len(loose) == 16 and list(loose.values()).count("damaged") == 7  # the switch without all
    both = {0: "new", 3: "new"}
    assert sorted(cow.outcomes(cow.commit(disk, both, in_place=True)).values()) == ["damaged", "damaged", "new", "old"]  # fmt: skip
    made = cow.commit(disk, both)
    assert (
        sum(not each.flush for each in made.writes) == 6
    )  # 2 leaves, 2 nodes, the top, the switch
    assert set(cow.outcomes(made).values()) == {"old", "new"}


def test_crash_states_are_all_subsets_after_the_last_flush():
    write, flush = cow.Write(1), cow.Write(-1)
    assert len(cow.crash_states((write,) * 3)) == 8
    assert len(cow.crash_states((write, flush, write, write))) == 5
    assert len(cow.crash_states((write, flush, write, flush, write))) == 4


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: fletcher4(b"abc"), "data=3: choose a multiple of 4"),
        (lambda: corruption.store("there", OLD), "place=there: choose one of none, beside"),
        (lambda: corruption.store("none", OLD, 3), "copies=3: choose 1 or 2"),
        (lambda: corruption.store("none", [b"a"]), "blocks=1: choose 2"),
        (lambda: corruption.store("none", [b"a" * 17, b""]), "data=17: choose up to 16"),
        (lambda: corruption.read(corruption.store("none", OLD), 3), "block=3: choose 0 to 2"),
        (lambda: corruption.read(corruption.store("none", OLD), 0, 2), "copy=2: choose 0 to 1"),
        (lambda: corruption.harm(corruption.store("none", OLD), 0, 128), "bit=128: choose 0 to 127"),
        (lambda: corruption.write(corruption.store("none", OLD), 0, b"", "bit"), "fault=bit: a bit flips later"),
        (lambda: corruption.chances("none", 2, 1.5), "q=1.5: choose 0 to 1"),
        (lambda: merkle.grow([]), "blocks=0: choose 1"),
        (lambda: merkle.grow([b""], 1), "fan_out=1: choose 2"),
        (lambda: merkle.path(merkle.grow([b"a"]), 1), "block=1: choose 0 to 0"),
        (lambda: merkle.replaced(merkle.grow([b"a"]), [], 0, b""), "blocks=0: the tree has 1"),
        (lambda: cow.plant(9), "depth=9: choose 1 to 4"),
        (lambda: cow.plant(1, 9), "fan_out=9: choose 2 to 8"),
        (lambda: cow.commit(cow.plant(), {4: "x"}), "leaf=4: choose 0 to 3"),
        (lambda: cow.commit(cow.plant(), {}), "changes=0: choose 1"),
        (lambda: cow.blocks_written(-1), "depth=-1: choose 0 to 16"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
