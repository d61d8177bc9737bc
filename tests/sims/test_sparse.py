"""Images with holes: the same as plain bytes, whatever is done to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse

WRITES = st.lists(st.tuples(st.integers(0, 2999), st.binary(max_size=1500)), max_size=6)


def written(writes):
    plain, image = bytearray(4500), Sparse(4500)
    for at, data in writes:
        plain[at : at + len(data)] = data
        image = image.write(at, data)
    return bytes(plain), image


@given(WRITES, st.integers(0, 4500), st.integers(0, 4500))
def test_read_write_erase_and_resize_as_plain_bytes(writes, one, other):
    plain, image = written(writes)
    low, high = sorted((one, other))
    assert image.whole() == plain
    assert image.read(low, high - low) == plain[low:high]
    erased = image.erase(low, high - low)
    assert erased.whole() == plain[:low] + bytes(high - low) + plain[high:]
    assert image.resized(low).whole() == plain[:low]
    assert image.resized(6000).whole() == plain.ljust(6000, b"\0")


@given(WRITES)
def test_equal_bytes_are_equal_images(writes):
    plain, image = written(writes)
    assert Sparse.of(plain) == image == Sparse.made(4500, list(image.parts()))
    assert all(any(block) for block in image.blocks.values())


def test_a_hole_costs_nothing():
    image = Sparse(10**15).write(10**14, b"here")
    assert len(image.blocks) == 1
    assert image.erase(0, 10**15) == Sparse(10**15)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Sparse(-1), "length=-1: choose 0 or more"),
        (lambda: Sparse(10).read(8, 3), "at=8: bytes 8 to 10 are not all inside the image of 10"),
        (lambda: Sparse(10).write(-1, b"x"), "at=-1: bytes -1 to -1 are not all inside"),
        (lambda: Sparse(10).erase(0, 11), "at=0: bytes 0 to 10 are not all inside"),
        (lambda: Sparse.made(3, [(2, b"xx")]), "at=2: bytes 2 to 3 are not all inside"),
    ],
)
def test_a_bad_place_is_named(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
