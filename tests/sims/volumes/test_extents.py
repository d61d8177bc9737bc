"""Extents: the vectors, LVM's places, and laws over every byte and every small group."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import allocate, extents
from coursekit.sims.volumes.extents import EXTENT, Run, Segment, Volume

KIB, GIB = 1 << 10, 1 << 30


@pytest.mark.parametrize("size, count", [(10 * GIB, 2559), (GIB, 255), (10**12, 238_418)])
def test_usable_extents(size, count):
    """V9.6."""
    assert extents.usable_extents(size) == count


@pytest.mark.parametrize(
    "stripes, kib, found",
    [
        (2, 0, (0, 0)), (2, 63, (0, 64_512)), (2, 64, (1, 0)), (2, 128, (0, 65_536)), (2, 200, (1, 73_728)),
        (2, 1000, (1, 499_712)), (3, 192, (0, 65_536)), (3, 500, (1, 184_320)),
    ],
)  # fmt: skip
def test_a_byte_of_a_striped_volume(stripes, kib, found):
    """V9.7."""
    assert extents.unit(kib * KIB, stripes) == found


@pytest.mark.parametrize("m, chance", [(1, 0.02), (2, 0.0396), (4, 0.0776318)])
def test_the_risk_of_more_disks(m, chance):
    """9.10; prediction 5: twice the disks, nearly twice the risk."""
    assert extents.risk(0.02, m) == pytest.approx(chance, abs=5e-8)


def test_sizes_are_rounded_up_to_extents_and_stripes():
    assert extents.extents_for(1001 << 20, stripes=2) == 252
    assert extents.extents_for(1) == 1
    assert extents.extents_for(EXTENT, stripes=3) == 3
    assert [extents.extents_for(n * EXTENT + 1, stripes=2) for n in range(4)] == [2, 2, 4, 4]


def made(sizes, ops):
    """Volumes after (kind, number, amount, stripes); what does not fit is left out."""
    volumes = {}
    for kind, number, amount, stripes in ops:
        free = allocate.free_runs(sizes, volumes.values())
        name = f"v{number}"
        try:
            if kind == "create" and name not in volumes:
                segments = allocate.striped(free, amount * stripes, stripes)
                volumes[name] = Volume(name, segments)
            elif kind == "grow" and name in volumes:
                volumes[name] = allocate.grow(volumes[name], free, amount * volumes[name].stripes)
            elif kind == "shrink" and name in volumes:
                volumes[name] = allocate.shrink(volumes[name], amount * volumes[name].stripes)
            elif kind == "remove":
                volumes.pop(name, None)
        except ParameterError:
            pass
    return list(volumes.values())


OPS = st.lists(
    st.tuples(st.sampled_from(["create", "grow", "grow", "shrink", "remove"]), st.integers(0, 3), st.integers(1, 6), st.integers(1, 3)),
    max_size=14,
)  # fmt: skip
SIZES = st.lists(st.integers(3, 12), min_size=1, max_size=4)


def cells(volumes):
    return [(run.pv, pe) for v in volumes for run in extents.runs_of(v) for pe in range(run.first, run.last + 1)]  # fmt: skip


@given(SIZES, OPS)
def test_no_extent_has_two_owners_and_free_and_used_are_all(sizes, ops):
    volumes = made(sizes, ops)
    used = cells(volumes)
    free = [(r.pv, pe) for r in allocate.free_runs(sizes, volumes) for pe in range(r.first, r.last + 1)]  # fmt: skip

    assert sorted(used + free) == [(pv, pe) for pv, size in enumerate(sizes) for pe in range(size)]
    for volume in volumes:
        ends = [0, *(segment.end for segment in volume.segments)]
        assert [segment.start for segment in volume.segments] == ends[:-1]
        assert all(
            len({area.pv for area in segment.areas}) == len(segment.areas)
            for segment in volume.segments
        )


@given(SIZES, OPS)
def test_every_byte_has_one_place_and_the_way_back(sizes, ops):
    """Extents of 64 bytes, stripes as they come: every single byte is followed there and back."""
    small = 8
    volumes = [
        Volume(v.name, tuple(Segment(s.start, s.count, s.areas, stripe=4) for s in v.segments))
        for v in made(sizes, ops)
    ]
    places = {}
    for volume in volumes:
        for byte in range(volume.extents * small):
            place = extents.place(volume, byte, small, 16)
            assert place not in places
            places[place] = (volume.name, byte)
            assert extents.owner(volumes, *place, small, 16) == (volume.name, byte)
    assert all(byte >= 16 for _pv, byte in places)
    assert len(places) == small * sum(v.extents for v in volumes)


def test_free_places_and_the_metadata_belong_to_no_volume():
    volume = Volume("a", (Segment(0, 2, (Run(0, 1, 2),)),))
    assert extents.owner([volume], 0, 100) is None
    assert extents.owner([volume], 0, extents.PE_START) is None
    assert extents.owner([volume], 0, extents.PE_START + EXTENT) == ("a", 0)
    assert extents.owner([volume], 1, extents.PE_START + EXTENT) is None


def plain_first_fit(free, need):
    """Brute force: cells in order; the first window of `need` that is whole, else the first cells."""
    if len(free) < need:
        return None
    for at in range(len(free) - need + 1):
        window = free[at : at + need]
        if all((pv, pe + 1) == after for (pv, pe), after in pairwise(window)):
            return window
    return free[:need]


def test_first_fit_on_every_small_pair_of_disks():
    """Two PVs of five extents, every pattern of use, every need."""
    for pattern in product([0, 1], repeat=10):
        taken = [Run(at // 5, at % 5, 1) for at, used in enumerate(pattern) if used]
        volume = Volume("x", tuple(Segment(n, 1, (run,)) for n, run in enumerate(taken)))
        free = allocate.free_runs([5, 5], [volume])
        places = [(at // 5, at % 5) for at, used in enumerate(pattern) if not used]
        for need in range(1, len(places) + 1):
            runs = allocate.first_fit(free, need)
            found = [(run.pv, pe) for run in runs for pe in range(run.first, run.last + 1)]
            assert found == plain_first_fit(places, need)
        with pytest.raises(ParameterError, match=f"extents={len(places) + 1}: only {len(places)}"):
            allocate.first_fit(free, len(places) + 1)


def test_an_extension_goes_behind_the_last_extent_then_near_then_far():
    """The second sample of E9.2, and V9.6's `lin`."""
    a = Volume("a", allocate.linear(allocate.free_runs([10, 10], []), 4))
    b = Volume("b", allocate.linear(allocate.free_runs([10, 10], [a]), 3))
    grown = allocate.grow(a, allocate.free_runs([10, 10], [a, b]), 8)
    assert extents.runs_of(grown) == (Run(0, 0, 3 + 1), Run(0, 7, 3), Run(1, 0, 5))


def test_growing_behind_the_last_extent_makes_no_new_segment():
    a = Volume("a", allocate.linear(allocate.free_runs([9, 9], []), 2))
    assert allocate.grow(a, allocate.free_runs([9, 9], [a]), 7).segments == (Segment(0, 9, (Run(0, 0, 9),)),)  # fmt: skip


def test_what_dies_with_a_disk():
    """Prediction 5: `a` spans both disks, `b` lies on one."""
    a = Volume("a", allocate.linear(allocate.free_runs([4, 4], []), 6))
    b = Volume("b", allocate.linear(allocate.free_runs([4, 4], [a]), 1))
    assert extents.damaged([a, b], 0) == ("a",)
    assert extents.damaged([a, b], 1) == ("a", "b")
    assert [extents.lost_extents(a, pv) for pv in (0, 1)] == [4, 2]


def test_a_striped_volume_gives_its_extents_back_by_whole_stripes():
    volume = Volume("s", allocate.striped(allocate.free_runs([5, 5], []), 8, 2))
    assert extents.runs_of(allocate.shrink(volume, 4)) == (Run(0, 0, 2), Run(1, 0, 2))
    with pytest.raises(ParameterError, match="extents=3: choose a multiple of 2"):
        allocate.shrink(volume, 3)


FREE = (Run(0, 0, 4), Run(1, 0, 2))


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: extents.usable_extents(1 << 20), "size=1048576: a PV needs 5242880 bytes"),
        (lambda: extents.usable_extents(10, 0), "extent=0"),
        (lambda: extents.extents_for(0), "size=0"),
        (lambda: extents.extents_for(1, stripes=0), "stripes=0"),
        (lambda: allocate.first_fit(FREE, 0), "extents=0"),
        (lambda: allocate.striped(FREE, 6, 2), "stripes=2: 3 free extents on 2 different PVs are needed, 1 have"),
        (lambda: allocate.striped(FREE, 3, 2), "extents=3: choose a multiple of 2"),
        (lambda: allocate.striped(FREE, 2, 2, 1000), "stripe=1000: choose a power of 2"),
        (lambda: allocate.striped(FREE, 2, 0), "stripes=0"),
        (lambda: allocate.shrink(Volume("a", (Segment(0, 2, (Run(0, 0, 2),)),)), 3), "extents=3: choose 1 to 2"),
        (lambda: extents.place(Volume("a"), 0), "byte=0"),
        (lambda: extents.risk(2, 1), "p=2"),
        (lambda: extents.risk(0.1, 0), "pvs=0"),
        (lambda: Segment(0, 0, ()), "count=0"),
        (lambda: Segment(0, 3, (Run(0, 0, 1), Run(1, 0, 2))), "count=3: the areas"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
