"""Copy-on-write against redirect-on-write, internal snapshots, consistency, thin disks."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import consistency, internal, thin
from coursekit.sims.vmfiles.internal import Image
from coursekit.sims.vmfiles.overwrites import Kept, overwrite


def io(method, n, snapshots=1, times=1):
    return overwrite(Kept(method=method, blocks=200, snapshots=snapshots), [*range(n)] * times).io


def test_first_overwrites():
    """5-V5, and s snapshots: 1 read + s + 1 writes."""
    assert (io("cow", 100), io("row", 100)) == (300, 100)
    assert [io("cow", 10, s) for s in range(4)] == [10, 30, 40, 50]
    assert [io("row", 10, s) for s in range(4)] == [10, 10, 10, 10]


@pytest.mark.parametrize("method, first", [("cow", 300), ("row", 100)])
def test_later_overwrites_cost_one_write_in_both(method, first):
    assert io(method, 100, times=3) - first == 200


@given(st.lists(st.integers(0, 15), max_size=60), st.integers(0, 3))
def test_copy_on_write_leaves_the_disk_in_place_and_redirect_scatters_it(blocks, snapshots):
    cow = overwrite(Kept(method="cow", blocks=16, snapshots=snapshots), blocks)
    row = overwrite(Kept(method="row", blocks=16, snapshots=snapshots), blocks)
    moved = len(set(blocks)) if snapshots else 0

    assert cow.places == tuple(range(16))
    assert cow.runs == 1
    assert len(set(row.places)) == 16  # no two blocks in one place
    assert sum(place >= 16 for place in row.places) == moved
    assert sum(cow.reads) == moved
    assert sum(row.reads) == 0
    assert cow.kept_blocks == snapshots * moved


def test_scattered_blocks_are_counted_in_pieces():
    assert overwrite(Kept(method="row", blocks=8), [3, 5]).runs == 5
    assert overwrite(Kept(method="row", blocks=8), [0, 1, 2]).runs == 2


DEEDS = st.lists(
    st.tuples(st.sampled_from(["write", "snapshot", "revert", "delete"]), st.integers(0, 5)),
    max_size=40,
)


@given(DEEDS)
def test_internal_snapshots_keep_their_contents_and_count_right(deeds):
    """Contents are kept beside: what a place of the file holds, what each state must read."""
    image, file, now, kept = Image(clusters=6), {}, {}, {}
    for version, (kind, place) in enumerate(deeds, start=1):
        if kind == "write":
            image, _moved = internal.write(image, place)
            file[image.active[place]] = version
            now = {**now, place: version}
        elif kind == "snapshot":
            kept[image.next_id] = now
            image = internal.snapshot(image)
        elif image.snapshots:
            number = list(image.snapshots)[place % len(image.snapshots)]
            if kind == "revert":
                image, now = internal.revert(image, number), kept[number]
            else:
                image, _freed = internal.delete(image, number)
                del kept[number]
        read = {c: file[p] for c, p in image.active.items()}
        assert read == now
        assert {n: {c: file[p] for c, p in t.items()} for n, t in image.snapshots.items()} == kept
        tables = [image.active, *image.snapshots.values()]
        assert internal.refcounts(image) == Counter(p for t in tables for p in t.values())


def test_a_write_goes_elsewhere_only_while_the_place_is_shared():
    image, moved = internal.write(Image(), 0)
    assert moved
    assert internal.write(image, 0) == (image, False)
    shared = internal.snapshot(image)
    after, moved = internal.write(shared, 0)
    assert moved
    assert internal.refcounts(after) == {0: 1, 1: 1}
    assert internal.delete(after, 1)[1] == 1


def test_the_story_of_internal_snapshots():
    kinds = [
        ("write", 0),
        ("snapshot", 0),
        ("write", 0),
        ("write", 0),
        ("revert", 1),
        ("delete", 1),
    ]
    told = internal.tell(Image(clusters=4), [internal.Deed(*each) for each in kinds])
    said = [str(state.why) for state in told.states]

    assert said[1] == "Cluster 0 gets place 0 of the file."
    assert said[2].endswith("Clusters that now count one more: 1.")
    assert said[3] == "Cluster 0 goes to place 1: a snapshot still needs place 0."
    assert said[4].startswith("Cluster 0 is overwritten in place")
    assert said[5].endswith("which only the present had: 1.")
    assert said[6].endswith("nothing is merged. Clusters freed: 0.")
    assert [dict(state.counts) for state in told.states[2:5]] == [{0: 2}, {0: 1, 1: 1}, {0: 1, 1: 1}]  # fmt: skip


@pytest.mark.parametrize(
    "level, disk, memory, lost, repairs, start",
    [
        ("crash", 100, 0, 8, (True, True), "boot"),
        ("file system", 105, 0, 3, (False, True), "boot"),
        ("application", 108, 0, 0, (False, False), "boot"),
        ("with RAM", 100, 8, 0, (False, False), "resume"),
    ],
)
def test_levels_of_consistency(level, disk, memory, lost, repairs, start):
    copied = consistency.copy(consistency.Guest(), level)
    assert (copied.on_disk, copied.in_memory, copied.lost, copied.start) == (disk, memory, lost, start)  # fmt: skip
    assert (copied.file_system_repair, copied.application_repair) == repairs


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.sampled_from(consistency.LEVELS))
def test_every_write_is_on_the_disk_in_memory_or_lost(application, cache, disk, level):
    guest = consistency.Guest(in_application=application, in_cache=cache, on_disk=disk)
    copied = consistency.copy(guest, level)
    assert copied.on_disk + copied.in_memory + copied.lost == application + cache + disk
    if application == cache == 0:
        assert not copied.lost
        assert not copied.application_repair
        assert not copied.file_system_repair


def told(deeds, **values):
    return thin.tell(thin.Datastore(**values), [thin.Deed(*each) for each in deeds]).states


def test_a_file_grows_and_only_discard_shrinks_it():
    states = told([("write", 0, 300), ("delete", 0, 200), ("write", 0, 50), ("discard", 0)])
    assert [state.store.used_gb for state in states] == [0, 300, 300, 300, 150]
    assert "stays as it is" in str(states[2].why)
    assert "does not grow" in str(states[3].why)
    assert "shrinks by 150 GB" in str(states[4].why)


def test_promises_alarm_and_a_full_datastore():
    states = told([("write", 0, 500), ("write", 1, 300), ("write", 2, 1), ("write", 3, 250)])
    assert states[0].store.promised == 2
    assert [state.store.alarm for state in states] == [False, False, False, True, True]  # > 80 %
    last = states[-1]
    assert last.store.disks[3].paused
    assert last.store.used_gb == 801
    assert "should grow by 250 GB and the datastore has 199" in str(last.why)


def test_a_thick_disk_takes_its_size_at_once_and_keeps_it():
    store = thin.Datastore(disks=(thin.Disk(size_gb=400, thick=True), thin.Disk(size_gb=400)))
    assert store.used_gb == 400
    states = thin.tell(store, [thin.Deed("write", 0, 100), thin.Deed("discard", 0)]).states
    assert [state.store.used_gb for state in states] == [400, 400, 400]


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: overwrite(Kept(blocks=4), [4]), "block=4: choose 0 to 3"),
        (lambda: Kept(method="zfs"), "method=zfs: choose cow or row"),
        (lambda: Kept(snapshots=-1), "snapshots=-1"),
        (lambda: internal.write(Image(clusters=2), 2), "cluster=2: choose 0 to 1"),
        (lambda: internal.revert(Image(), 1), "snapshot=1: choose one of -"),
        (lambda: consistency.copy(consistency.Guest(), "perfect"), "level=perfect: choose one of crash"),
        (lambda: consistency.Guest(in_cache=-1), "in_cache=-1"),
        (lambda: told([("write", 4, 1)]), "disk=4: choose 0 to 3"),
        (lambda: told([("write", 0, 501)]), "gb=501: the disk has 500 GB free"),
        (lambda: told([("delete", 0, 1)]), "gb=1: the guest has 0 GB"),
        (lambda: told([("shrink", 0, 1)]), "deed=shrink: choose one of write"),
        (lambda: told([], capacity_gb=0), "capacity_gb=0"),
        (lambda: thin.Datastore(capacity_gb=1, disks=(thin.Disk(size_gb=2, thick=True),)), "used_gb=2: more than"),
        (lambda: thin.Disk(size_gb=1, in_use_gb=2), "in_use_gb=2"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
