"""P and Q: published bytes, and every loss of every small stripe brought back."""

from itertools import combinations

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid import parity
from coursekit.sims.raid.parity import (
    EXP,
    LOG,
    Recovered,
    inverse,
    locate_error,
    mul,
    pair_constants,
    power,
    recover,
    syndromes,
    times,
    update,
    xor,
)
from coursekit.values import from_text, to_text


def column(*values):
    """One byte a block: uint8 (k, 1)."""
    return np.array(values, dtype=np.uint8)[:, None]


def random_blocks(k, length, seed=1):
    return np.random.default_rng((seed, k, length)).integers(0, 256, (k, length), dtype=np.uint8)


def slow_product(a, b):
    """Shift and add, bit by bit, reduced at the end: another way than the tables."""
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11D << (bit - 8)
    return product


def slow_q(blocks):
    total = np.zeros(blocks.shape[1], dtype=np.uint8)
    for i, block in enumerate(blocks):
        factor = 1
        for _ in range(i):
            factor = slow_product(factor, 2)
        total ^= np.array([slow_product(factor, int(value)) for value in block], dtype=np.uint8)
    return total


def test_v8_4_the_field():
    assert bytes(EXP[:16]).hex(" ") == "01 02 04 08 10 20 40 80 1d 3a 74 e8 cd 87 13 26"
    assert mul(0x80, 0x02) == 0x1D
    assert mul(0x53, 0xCA) == 0x8F
    assert mul(0x57, 0x83) == 0x31
    assert mul(0xFF, 0xFF) == 0xE2
    assert inverse(2) == 0x8E
    assert inverse(3) == 0xF4


def test_every_product_agrees_with_shift_and_add():
    assert all(mul(a, b) == slow_product(a, b) for a in range(256) for b in range(256))


def test_the_field_has_255_powers_and_inverses():
    assert sorted(EXP) == list(range(1, 256))
    assert all(EXP[LOG[value]] == value for value in range(1, 256))
    assert all(mul(value, inverse(value)) == 1 for value in range(1, 256))
    assert power(-1) == inverse(2)
    assert power(255) == 1


@pytest.mark.parametrize(
    ("data", "p", "q"),
    [
        ("01020304", "04", "29"),
        ("112233", "00", "99"),
        ("deadbeef", "22", "70"),
        ("ffffffff", "00", "6c"),
        ("00000080", "80", "74"),
        (b"RAID6".hex(), "28", "b4"),
    ],
)
def test_v8_5_p_and_q(data, p, q):
    found = syndromes(column(*bytes.fromhex(data)))

    assert [block.tobytes().hex() for block in found] == [p, q]


@pytest.mark.parametrize(
    ("pair", "constants"),
    [
        ((0, 1), "f5f4"), ((0, 2), "a6a7"), ((0, 3), "9c9d"),
        ((1, 2), "f57a"), ((1, 3), "a6dd"), ((2, 3), "f53d"),
    ],
)  # fmt: skip
def test_v8_5_two_lost_blocks_return(pair, constants):
    data = column(*bytes.fromhex("deadbeef"))
    p, q = syndromes(data)

    assert bytes(pair_constants(*pair)).hex() == constants
    known = [None if i in pair else block for i, block in enumerate(data)]
    assert (recover(known, p, q).data == data).all()


def test_v8_5_a_silent_flip_is_located():
    data = column(*bytes.fromhex("deadbeef"))
    p, q = syndromes(data)
    data[2] ^= 0x5A
    p_now, q_now = syndromes(data)

    assert ((p ^ p_now)[0], (q ^ q_now)[0]) == (0x5A, 0x75)
    assert locate_error(data, p, q) == 2


def test_v8_5_a_change_updates_p_and_q_alone():
    old = column(*bytes.fromhex("deadbeef"))
    p, q = syndromes(old)

    p, q = update(p, q, 1, old[1], np.array([0], dtype=np.uint8))

    assert (p[0], q[0]) == (0x8F, 0x37)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 64, 1000])
@pytest.mark.parametrize("k", [1, 2, 3, 7, 16])
def test_p_and_q_agree_with_the_definition_at_every_length(k, length):
    data = random_blocks(k, length)
    p, q = syndromes(data)

    assert (p == np.bitwise_xor.reduce(data, axis=0)).all()
    assert (xor(data) == p).all()
    assert (q == slow_q(data)).all()


def test_blocks_longer_than_one_pass_are_whole():
    data = random_blocks(3, 2 * parity.BLOCK + 21)
    ready = np.empty(data.shape[1], dtype=np.uint8)
    p, q = syndromes(data)

    assert xor(data, ready) is ready
    assert (ready == data[0] ^ data[1] ^ data[2]).all()
    assert (p == ready).all()

    assert (q == data[0] ^ times(2, data[1]) ^ times(4, data[2])).all()


@pytest.mark.parametrize("k", range(1, 9))
def test_every_loss_of_at_most_two_comes_back(k):
    data = random_blocks(k, 33)
    p, q = syndromes(data)
    stripe = [*data, p, q]
    for size in range(3):
        for lost in combinations(range(k + 2), size):
            known = [None if i in lost else block for i, block in enumerate(stripe)]
            if all(block is None for block in known):
                continue
            got = recover(known[:k], known[k], known[k + 1])

            assert (got.data == data).all()
            assert (got.p == p).all()
            assert (got.q == q).all()


def test_recovery_leaves_what_it_was_given():
    data = random_blocks(3, 8)
    p, q = syndromes(data)
    before = data.copy()

    recover([None, data[1], data[2]], p, None)
    recover(data, None, q)

    assert (data == before).all()


def test_pairs_far_apart_use_the_whole_field():
    for x, y in ((0, 254), (17, 200), (253, 254)):
        data = random_blocks(255, 4)
        p, q = syndromes(data)
        known = [None if i in (x, y) else block for i, block in enumerate(data)]

        assert (recover(known, p, q).data == data).all()


@pytest.mark.parametrize("k", [2, 5, 20])
def test_any_single_wrong_block_is_located(k):
    data = random_blocks(k, 40)
    p, q = syndromes(data)

    assert locate_error(data, p, q) is None
    for z in range(k):
        bad = data.copy()
        bad[z, 3::5] ^= 0x41
        assert locate_error(bad, p, q) == z
    assert locate_error(data, p ^ 1, q) == "P"
    assert locate_error(data, p, q ^ 1) == "Q"


def test_two_wrong_blocks_are_not_mistaken_for_one():
    data = random_blocks(4, 16)
    p, q = syndromes(data)
    data[0, 0] ^= 1
    data[1, 1] ^= 1
    with pytest.raises(ParameterError, match="more than one is wrong"):
        locate_error(data, p, q)
    with pytest.raises(ParameterError, match="blocks=4: more than one is wrong"):
        locate_error(data[:2], p ^ 1, xor(data[:2]))


def test_a_block_that_does_not_exist_is_not_blamed():
    data = random_blocks(2, 4)
    p, q = syndromes(data)
    with pytest.raises(ParameterError, match="blocks=4: more than one is wrong"):
        locate_error(data, p ^ 1, q ^ power(100))


def test_updates_one_by_one_end_where_a_full_write_does():
    old, new = random_blocks(6, 50), random_blocks(6, 50, seed=2)
    p, q = syndromes(old)
    for i in range(6):
        p, q = update(p, q, i, old[i], new[i])

    assert [p.tolist(), q.tolist()] == [block.tolist() for block in syndromes(new)]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: inverse(0), "a=0: zero has no inverse"),
        (lambda: pair_constants(2, 2), "x=2: choose 0 to 2 - 1"),
        (lambda: pair_constants(-1, 2), "x=-1"),
        (lambda: recover([column(1)[0], None], None, None), "missing=3: P and Q bring back two"),
        (lambda: recover([], None, None), "data=.*: give one block or more"),
        (lambda: syndromes([]), "blocks=0: give one or more"),
        (
            lambda: xor([column(1)[0], column(1, 2)[:, 0]]),
            "lengths=.1, 2.: all blocks need the same",
        ),
        (lambda: syndromes(random_blocks(256, 1)), "k=256: Q tells 255 data blocks apart"),
    ],
)
def test_the_impossible_is_named(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()


def test_a_recovered_stripe_survives_json():
    data = random_blocks(3, 5)
    got = recover(list(data), *syndromes(data))
    back = from_text(Recovered, to_text(got))

    assert (back.data == data).all()
    assert back.data.dtype == np.uint8
    assert (back.p == got.p).all()
    assert (back.q == got.q).all()
