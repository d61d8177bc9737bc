"""Copies and pieces: V11.9, min_size, real bytes cut and joined after every bearable loss."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import erasure as pieces
from coursekit.sims.netstorage import redundancy
from coursekit.sims.netstorage.redundancy import CARDS, Scheme, erasure, replicas
from coursekit.sims.raid import parity

V11_9 = [
    (replicas(2), 1e-4, 2), (replicas(3), 1e-6, 3), (erasure(4, 2), 1.955359e-5, 1.5),
    (erasure(8, 3), 3.119755e-6, 1.375), (erasure(10, 4), 1.856894e-7, 1.4),
]  # fmt: skip


@pytest.mark.parametrize("scheme, chance, overhead", V11_9)
def test_v11_9(scheme, chance, overhead):
    assert redundancy.loss(scheme, 0.01) == pytest.approx(chance, rel=5e-7)
    assert scheme.overhead == overhead


@given(st.integers(1, 6), st.integers(0, 4), st.floats(0.01, 0.99))
def test_the_chance_of_loss_is_that_of_every_pattern_of_dead_domains(k, m, p):
    scheme = Scheme(k, m)
    patterns = sum(comb(k + m, dead) * p**dead * (1 - p) ** (k + m - dead) for dead in range(m + 1, k + m + 1))  # fmt: skip
    assert redundancy.loss(scheme, p) == pytest.approx(patterns)


@pytest.mark.parametrize(
    "scheme, min_size",  # Ceph: size 3 stops below 2; a code stops below k + 1
    [(replicas(1), 1), (replicas(2), 1), (replicas(3), 2), (replicas(4), 2), (replicas(5), 3),
     (erasure(4, 2), 5), (erasure(2, 1), 3), (erasure(8, 3), 9)],
)  # fmt: skip
def test_min_size_of_ceph(scheme, min_size):
    assert scheme.min_size == min_size


def test_small_writes():
    assert redundancy.small_write(replicas(3)) == redundancy.Write(0, 3)
    assert redundancy.small_write(erasure(4, 2)) == redundancy.Write(4, 6)
    assert redundancy.small_write(erasure(4, 2), "delta") == redundancy.Write(3, 3)
    assert redundancy.small_write(erasure(4, 2)).total == 10
    raid5 = redundancy.small_write(erasure(7, 1), "delta")
    assert (raid5.reads, raid5.writes) == (2, 2)  # chapter 8: the small write of RAID 5


def test_cards_of_the_products():
    """vSAN planning: hosts and capacity of each policy; Ceph: a domain for each piece."""
    vsan = {(c.hosts, c.rebuild_hosts, round(c.overhead, 2), c.tolerates) for c in CARDS if c.product == "vSAN"}  # fmt: skip
    assert vsan == {
        (3, 4, 2, 1), (5, 6, 3, 2), (7, 8, 4, 3), (4, 5, 1.33, 1), (6, 7, 1.5, 2),
        (3, 4, 1.5, 1), (6, 6, 1.25, 1),
    }  # fmt: skip
    assert {(c.hosts, c.tolerates) for c in CARDS if c.product == "Ceph"} == {
        (2, 1), (3, 2), (6, 2), (11, 3), (14, 4),
    }  # fmt: skip


@pytest.mark.parametrize("k, m", [(1, 1), (2, 1), (4, 2), (3, 3), (8, 3), (10, 4)])
def test_any_k_pieces_bring_the_object_back(k, m):
    data = np.random.default_rng(1).bytes(7 * k - 3)
    whole = pieces.cut(data, k, m)
    assert b"".join(whole[:k])[: len(data)] == data  # the data are in plain sight
    for kept in combinations(range(k + m), k):
        assert pieces.joined({each: whole[each] for each in kept}, k, m, len(data)) == data


@pytest.mark.parametrize("k", [2, 4, 9])
def test_the_first_two_computed_pieces_are_p_and_q_of_raid_6(k):
    data = np.random.default_rng(2).integers(0, 256, (k, 24), dtype=np.uint8)
    p, q = parity.syndromes(data)
    assert pieces.cut(data.tobytes(), k, 2)[k:] == (p.tobytes(), q.tobytes())


@pytest.mark.parametrize("data", [b"", b"a", b"abcde"])
def test_objects_shorter_than_their_pieces(data):
    whole = pieces.cut(data, 4, 2)
    assert len({len(each) for each in whole}) == 1
    assert pieces.joined(dict(enumerate(whole[2:], start=2)), 4, 2, len(data)) == data


def test_a_rebuild_shows_what_it_reads_and_with_which_factors():
    """Every lost piece, made again from the factors alone, byte by byte."""
    data = bytes(range(1, 25))
    for count in range(3):
        for lost in combinations(range(6), count):
            seen = pieces.rebuild(data, 4, 2, lost)
            assert seen.data == data and seen.lost == lost
            assert not set(seen.read) & set(lost) and len(seen.read) == 4
            for number, factors in zip(lost, seen.factors, strict=True):
                made = bytearray(6)
                for factor, source in zip(factors, seen.read, strict=True):
                    for at, value in enumerate(seen.pieces[source]):
                        made[at] ^= parity.mul(factor, value)
                assert bytes(made) == seen.pieces[number]


def test_a_rebuild_says_when_it_computes_and_when_it_cannot():
    assert "no arithmetic" in str(pieces.rebuild(b"object", 4, 2, [4, 5]).why)
    assert "Pieces read: 1, 2, 3, 4." in str(pieces.rebuild(b"object", 4, 2, [0]).why)
    gone = pieces.rebuild(b"object", 4, 2, [0, 1, 5])
    assert gone.data is None and gone.read == () and "Pieces left: 3; 4 are" in str(gone.why)


def determinant(rows):
    if len(rows) == 1:
        return rows[0][0]
    total = 0
    for col, factor in enumerate(rows[0]):
        total ^= parity.mul(factor, determinant([each[:col] + each[col + 1 :] for each in rows[1:]]))  # fmt: skip
    return total


def singular(k, m):
    """Whether some loss cannot be repaired: a square part of the coding rows has no inverse."""
    rows = [pieces.row(k + j, k) for j in range(m)]
    return any(
        not determinant([[rows[j][i] for i in cols] for j in lines])
        for order in range(1, m + 1)
        for lines in combinations(range(m), order)
        for cols in combinations(range(k), order)
    )


def test_the_bounds_are_those_of_the_code():
    """With 4 coding pieces 21 data pieces are always repairable, 22 are not (Intel ISA-L says so)."""
    assert not singular(pieces.MOST_DATA, 4)
    assert singular(pieces.MOST_DATA + 1, 4)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Scheme(0, 1), "k=0: choose 1 to 64"),
        (lambda: Scheme(1, -1), "m=-1: choose 0 to 64"),
        (lambda: replicas(0), "r=0: choose 1 or more"),
        (lambda: erasure(1, 2), "k=1: choose 2 or more"),
        (lambda: erasure(4, 0), "m=0: choose 1 or more"),
        (lambda: redundancy.loss(replicas(2), 1.5), "p=1.5: choose a share"),
        (lambda: redundancy.small_write(erasure(4, 2), "copies"), "way=copies: k=4 makes pieces"),
        (lambda: redundancy.small_write(erasure(4, 2), "all"), "way=all: choose copies"),
        (lambda: pieces.rebuild(b"", 4, 2, [6]), "piece=6: choose 0 to 5"),
        (lambda: pieces.cut(b"", 22, 2), "k=22: choose 1 to 21"),
        (lambda: pieces.cut(b"", 2, 5), "m=5: choose 1 to 4"),
        (lambda: pieces.joined({0: b"a"}, 2, 2, 1), "pieces=1: any 2 are needed"),
        (lambda: pieces.joined({0: b"a", 4: b"a"}, 2, 2, 1), "piece=4: choose 0 to 3"),
    ],
)  # fmt: skip
def test_a_bad_scheme_names_the_value_and_the_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
