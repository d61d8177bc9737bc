"""A disk cut deed by deed: what is placed, what is refused, and the same as bytes."""

import json
import shutil
import subprocess
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import gptread, mbr
from coursekit.sims.volumes.cutstory import (
    KINDS,
    STEP,
    TYPES,
    Deed,
    Disk,
    free_runs,
    sectors_of,
    tell,
    written,
)

ADD = Deed("add", 256, "linux")
deeds = st.lists(
    st.one_of(
        st.builds(Deed, st.just("add"), st.integers(1, 900), st.sampled_from(TYPES)),
        st.builds(Deed, st.just("remove"), st.integers(1, 9), st.just("")),
        st.builds(Deed, st.just("extend"), st.integers(1, 9), st.integers(1, 500)),
    ),
    max_size=14,
)


def end(kind, *done, mb=2048):
    return tell(Disk(kind=kind, mb=mb), done).states[-1]


def test_an_mbr_has_no_fifth_place_and_a_gpt_has():
    full = end("mbr", *[ADD] * 5)
    assert full.refused
    assert [each.number for each in full.disk.parts] == [1, 2, 3, 4]
    assert "a fifth partition cannot be named, though 1019 MB are free" in str(full.why)
    assert not end("gpt", *[ADD] * 5).refused


def test_an_extended_partition_makes_room_for_a_fifth_and_sixth():
    state = end("mbr", ADD, ADD, ADD, Deed("add", 1000, "extended"), ADD, ADD)
    assert [each.number for each in state.disk.logicals] == [5, 6]
    assert [each.first - each.ebr for each in state.disk.logicals] == [STEP, STEP]
    gone = end("mbr", ADD, ADD, ADD, Deed("add", 1000, "extended"), ADD, ADD, Deed("remove", 5))
    assert [each.number for each in gone.disk.logicals] == [5], "the chain is counted anew"
    assert "one is all" in str(end("mbr", Deed("add", 9, "extended"), Deed("add", 9, "extended")).why)  # fmt: skip
    assert "needs no extended" in str(end("gpt", Deed("add", 9, "extended")).why)


def test_a_partition_grows_only_into_the_room_right_behind_it():
    gap = (ADD, ADD, ADD, Deed("remove", 2))
    assert not end("gpt", *gap, Deed("extend", 1, 256)).refused
    assert end("gpt", *gap, Deed("extend", 1, 258)).refused
    assert not end("gpt", *gap, Deed("extend", 3, 900)).refused
    stuck = end("gpt", ADD, ADD, Deed("extend", 1, 256))
    assert stuck.refused
    assert "512 MB to read and to write" in str(stuck.why)
    assert "its world ends" in str(end("gpt", ADD, Deed("extend", 1, 4000)).why)


def test_behind_two_tebibytes_an_mbr_has_no_number():
    two = Deed("add", 2_000_000, "linux")
    wall = end("mbr", two, two, mb=8_000_000)
    assert wall.refused
    assert "behind the wall" in str(wall.why)
    assert wall.disk.wall == 8 * 10**12 - (2**32 - 1) * 512
    assert sum(each.count for each in free_runs(wall.disk)) + wall.disk.parts[0].count < 2**32
    assert len(end("gpt", two, two, two, mb=8_000_000).disk.parts) == 3


@given(st.sampled_from(KINDS), deeds)
def test_whatever_is_done_partitions_are_apart_aligned_and_readable(kind, done):
    """The same disk as bytes gives a reader the same partitions."""
    disk = tell(Disk(kind=kind, mb=2048), done).states[-1].disk
    for level in (disk.primaries, disk.logicals):
        for one, following in pairwise(level):
            assert one.last < (following.first if following.ebr is None else following.ebr)
    assert all(each.first % STEP == 0 and each.last < disk.reach for each in disk.parts)
    assert found(disk) == {(each.number, each.first, each.last) for each in disk.parts}


def found(disk):
    """What the readers of tables find on it."""
    image = written(disk)
    if disk.kind == "gpt":
        return {(each.n, each.first, each.last) for each in gptread.read(image).partitions}
    places = mbr.read_table(image.read(0, 512)).entries
    seen = {(n, each.first, each.last) for n, each in enumerate(places, 1) if each}
    for each in places:
        if each and each.type in mbr.EXTENDED and disk.logicals:
            chain = mbr.read_chain(image, each)
            assert chain.broken is None
            seen |= {(n, one.first, one.last) for n, one in enumerate(chain.logicals, 5)}
    return seen


@given(st.sampled_from(KINDS), deeds)
def test_what_is_refused_changes_nothing(kind, done):
    states = tell(Disk(kind=kind), done).states
    for before, after in pairwise(states):
        assert (after.disk == before.disk) == after.refused


def test_sizes_are_rounded_up_to_sectors():
    assert sectors_of(256) == 500_000
    assert sectors_of(1) * 512 >= 10**6 > (sectors_of(1) - 1) * 512


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: Deed("cut", 1), "deed=cut: choose one of"),
        (lambda: Deed("add", 5, "beos"), "type=beos: choose one of"),
        (lambda: Deed("extend", 5), "more=: choose 1 or more"),
        (lambda: Deed("remove", 0), "n=0: choose 1 or more"),
        (lambda: Disk(kind="apm"), "kind=apm"),
        (lambda: Disk(mb=1), "mb=1: choose 8"),
    ],
)
def test_errors(make, said):
    with pytest.raises(ParameterError, match=said):
        make()


@pytest.mark.skipif(not shutil.which("sfdisk"), reason="sfdisk is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_sfdisk_finds_the_same_partitions(kind, tmp_path):
    done = (ADD, ADD, Deed("remove", 1), Deed("add", 900, "extended" if kind == "mbr" else "lvm"), Deed("add", 300, "swap"), ADD)  # fmt: skip
    disk = end(kind, *done).disk
    image = written(disk)
    with (tmp_path / "cut.img").open("wb") as file:
        file.truncate(image.length)
        for at, data in image.parts():
            file.seek(at)
            file.write(data)
    told = subprocess.run(["sfdisk", "-J", file.name], capture_output=True, text=True, check=True)
    seen = json.loads(told.stdout)["partitiontable"]["partitions"]
    assert {(int(each["node"].removeprefix(file.name)), each["start"], each["size"]) for each in seen} == {
        (each.number, each.first, each.count) for each in disk.parts
    }  # fmt: skip
