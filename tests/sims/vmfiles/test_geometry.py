"""qcow2 geometry: the specification's vectors, the way there and back, what is mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles.geometry import Address, Geometry, size_text

MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40


@pytest.mark.parametrize(
    "size, bits, l1, l2_bytes",  # 5-V2 and 5-V3
    [
        (GIB, 16, 2, 131_072),
        (8 * GIB, 16, 16, 1_048_576),
        (100 * GIB, 16, 200, 13_107_200),
        (TIB, 16, 2048, 134_217_728),
        (TIB, 20, 8, 8_388_608),
        (TIB, 21, 2, 4_194_304),
    ],
)
def test_tables_of_a_disk(size, bits, l1, l2_bytes):
    geometry = Geometry(size=size, cluster_bits=bits)

    assert (geometry.l1_entries, geometry.l2_bytes) == (l1, l2_bytes)


def test_what_one_table_covers():
    """5.3: an L2 table maps 512 MiB, a block of 16-bit counts 2 GiB."""
    geometry = Geometry(size=TIB)
    assert geometry.l2_covers == 512 * MIB
    assert geometry.refcount_covers == 2 * GIB


@pytest.mark.parametrize(
    "offset, where",  # 5-V4
    [(0, (0, 0, 0)), (65_536, (0, 1, 0)), (512 * MIB, (1, 0, 0)), (10 * GIB + 12_345, (20, 0, 12_345))],
)  # fmt: skip
def test_an_offset_is_split(offset, where):
    assert Geometry(size=TIB).split(offset) == Address(*where)


@given(bits=st.integers(9, 21), size=st.integers(1, 1 << 50), data=st.data())
def test_split_and_offset_are_inverse_and_stay_inside_the_tables(bits, size, data):
    geometry = Geometry(size=size, cluster_bits=bits)
    offset = data.draw(st.integers(0, size - 1))
    where = geometry.split(offset)

    assert geometry.offset(where) == offset
    assert where.l1 < geometry.l1_entries
    assert where.l2 < geometry.l2_entries
    assert where.inside < geometry.cluster


@given(bits=st.integers(9, 21), size=st.integers(1, 1 << 50))
def test_the_tables_are_just_large_enough(bits, size):
    geometry = Geometry(size=size, cluster_bits=bits)
    assert geometry.l1_entries * geometry.l2_covers >= size
    assert (geometry.l1_entries - 1) * geometry.l2_covers < size
    assert geometry.clusters <= geometry.l1_entries * geometry.l2_entries


def test_sizes_are_read_with_binary_units():
    assert [str(size_text(size)) for size in (512, 65_536, 1.5 * GIB, 2048 * TIB)] == ["512 B", "64 KiB", "1.5 GiB", "2048 TiB"]  # fmt: skip


@pytest.mark.parametrize(
    "values, says",
    [
        ({"size": 0}, "size=0: choose 1"),
        ({"size": 1, "cluster_bits": 8}, "cluster_bits=8: choose 9 to 21"),
        ({"size": 1, "cluster_bits": 22}, "cluster_bits=22: choose 9 to 21"),
    ],
)
def test_a_bad_geometry_names_the_value_and_the_rule(values, says):
    with pytest.raises(ParameterError, match=says):
        Geometry(**values)


@pytest.mark.parametrize("offset", [-1, GIB])
def test_an_offset_lies_on_the_disk(offset):
    with pytest.raises(ParameterError, match=f"offset={offset}: choose 0 to 1073741823"):
        Geometry(size=GIB).split(offset)
