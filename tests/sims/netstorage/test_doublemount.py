"""One LUN mounted twice: what fsck finds in the bytes; the same deeds by NFS harm nothing."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.filesystems.labfs.blocks import LabError
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.doublemount import DEEDS, HOSTS, PLAN, SILENT, Deed, tell

OLD = tuple(f"old{n}" for n in range(1, 6))


def last(deeds, way="blocks"):
    return tell(deeds, way).states[-1]


def before_fsck(deeds):
    return tell(deeds[:-1]).states[-1]


def test_fsck_finds_a_block_of_two_owners_and_names_are_lost():
    state = before_fsck(PLAN)
    kinds = [each.kind for each in state.problems]
    assert "DUP" in kinds and "ORPHAN" in kinds
    assert state.lost == ("/b", "/c")
    assert state.names() == ("a", *OLD)


def test_fsck_mends_the_structure_and_not_the_loss():
    state = last(PLAN)
    assert fsck(state.disk).clean
    assert "lost+found" in state.names()
    assert state.lost == ("/b", "/c")


def test_a_loss_may_be_silent():
    state = before_fsck(SILENT)
    assert state.problems == ()
    assert state.lost == ("/a",)
    assert "lost all the same: /a" in str(last(SILENT).why[0])


def test_neither_host_sees_the_other():
    told = tell(PLAN)
    assert told.states[3].names("A") == ("a", *OLD)
    assert told.states[3].names("B") == ("b", "c", *OLD)
    assert told.states[3].names() == OLD  # nothing is on the disk yet
    assert set(told.states[3].shared_dirty) >= {43, 49}  # the root directory, the first free block
    assert "What it wrote there is gone" in str(told.states[5].why[1])


@pytest.mark.parametrize("plan", [PLAN, SILENT])
def test_by_nfs_the_same_deeds_harm_nothing(plan):
    told = tell(plan, "nfs")
    for state in told.states:
        assert state.problems == () and state.lost == () and state.shared_dirty == ()
        assert state.names("A") == state.names("B") == state.names()
    created = {each.path[1:] for each in plan if each.kind == "create"}
    assert created <= set(told.states[-1].names())


def test_who_mounts_anew_before_each_deed_harms_nothing():
    deeds = (
        Deed("A", "create", "/a"), Deed("A", "flush"), Deed("B", "remount"), Deed("B", "create", "/b"),
        Deed("B", "flush"), Deed("A", "remount"), Deed("A", "create", "/c"), Deed("A", "flush"),
    )  # fmt: skip
    state = last(deeds)
    assert state.problems == () and state.lost == ()
    assert state.names() == ("a", "b", "c", *OLD)


def test_every_order_of_two_creates_and_two_flushes_loses_a_file():
    """Each host creates before it flushes; neither reads the disk again."""
    create = {"A": Deed("A", "create", "/a"), "B": Deed("B", "create", "/b")}
    flush = {"A": Deed("A", "flush"), "B": Deed("B", "flush")}
    orders = [each for each in permutations([*create.values(), *flush.values()]) if all(each.index(create[h]) < each.index(flush[h]) for h in "AB")]  # fmt: skip
    assert len(orders) == 6
    for each in orders:
        assert len(last(each).lost) == 1, each


PATHS = st.integers(0, 99).map(lambda n: f"/f{n}")
DEED = st.one_of(
    st.builds(Deed, st.sampled_from(HOSTS), st.just("create"), PATHS, st.integers(1, 3)),
    st.builds(Deed, st.sampled_from(HOSTS), st.sampled_from(["flush", "remount", "fsck"])),
)


@given(st.lists(DEED, max_size=7, unique_by=lambda each: each.path or id(each)), st.sampled_from(["blocks", "nfs"]))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_nfs_never_loses_and_fsck_always_leaves_a_sound_disk(deeds, way):
    state = last(deeds, way)
    report = fsck(state.disk)
    assert fsck(report.image).clean and tree(report.image)
    assert report.problems == state.problems or (deeds and deeds[-1].kind == "fsck")
    if way == "nfs":
        assert state.lost == () and state.problems == ()


@pytest.mark.parametrize("kind", DEEDS)
def test_each_deed_says_what_it_did(kind):
    for way in ("blocks", "nfs"):
        assert all(str(each) for each in last([Deed("A", kind, "/x")], way).why)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [(lambda: Deed("C", "flush"), ParameterError, "host=C: choose A or B"), (lambda: Deed("A", "dance"), ParameterError, "deed=dance"),
     (lambda: Deed("A", "create", "x"), ParameterError, "path=x: write it as /name"), (lambda: Deed("A", "create", "/x", 13), ParameterError, "blocks=13"),
     (lambda: tell((), "smb"), ParameterError, "way=smb: choose one of blocks, nfs"),
     (lambda: tell([Deed("A", "create", "/x")] * 2), LabError, "EEXIST")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, error, says):
    with pytest.raises(error, match=says):
        make()
