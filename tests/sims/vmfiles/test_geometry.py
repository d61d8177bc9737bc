"""qcow2 geometry: the specification's vectors, the way there and back, what is mistyped."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles.geometry import Address, Geometry, size_text
from coursekit.sims.vmfiles.qcow2build import make_qcow2

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


@pytest.mark.parametrize(
    "bits, size, end",  # `qemu-img create`, then `qemu-img check`: the image end offset, QEMU 7.2
    [
        (9, GIB, 264_704),
        (10, 128 * GIB, 8_408_064),
        (12, TIB, 4_206_592),
        (12, 4 * TIB, 16_797_696),
        (13, 100 * GIB, 131_072),
        (14, 4 * TIB, 1_097_728),
        (16, TIB, 262_144),
        (21, GIB, 8_388_608),
    ],
)
def test_an_image_nobody_has_written_to_is_as_large_as_that_of_qemu(bits, size, end):
    assert Geometry(size=size, cluster_bits=bits).empty_bytes == end


@pytest.mark.parametrize("bits", [9, 12, 16])
def test_the_first_write_makes_an_image_grow_by_a_table_and_a_cluster(bits):
    geometry = Geometry(size=GIB, cluster_bits=bits)
    empty, written = (len(make_qcow2(GIB, data, cluster_bits=bits)) for data in ({}, {7: b"x"}))

    assert empty == geometry.empty_bytes
    assert written - empty == geometry.first_write_bytes


@pytest.mark.parametrize(
    "bits, size, fits",  # what `qemu-img create` accepts
    [(9, 128 * GIB, True), (9, TIB, False), (10, TIB, False), (11, TIB, True), (11, 4 * TIB, False)],
)  # fmt: skip
def test_qemu_refuses_a_long_l1_table(bits, size, fits):
    assert Geometry(size=size, cluster_bits=bits).openable == fits


@given(bits=st.integers(9, 21), size=st.integers(1, 1 << 50))
def test_the_bits_of_an_address_reach_the_last_byte_and_hardly_more(bits, size):
    geometry = Geometry(size=size, cluster_bits=bits)
    last, room = geometry.split(size - 1), geometry.address_bits

    assert all(part < 1 << width for part, width in zip(astuple(last), astuple(room), strict=True))
    assert last.l1.bit_length() == room.l1
