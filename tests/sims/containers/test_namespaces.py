"""Namespaces one by one; process numbers level by level; users by a map."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import namespaces
from coursekit.sims.containers.namespaces import (  # fmt: skip
    COPIES,
    DOCKER,
    KINDS,
    SETTABLE,
    Deed,
    State,
    host_view,
    tell,
    view,
)
from coursekit.sims.containers.pids import HOST, NOBODY, Pids, inside, outside, users
from coursekit.sims.message import ParameterError


def after(*deeds):
    return tell([Deed(*each) for each in deeds]).states[-1]


def differing(state):
    return {kind for kind in KINDS if state.differs(kind)}


def test_at_first_the_process_sees_what_the_host_sees():
    assert not differing(State())
    assert view(State(), "net") == host_view(State(), "net")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_namespace_changes_its_own_kind_and_no_other(kind):
    state = after(("unshare", kind))
    assert differing(state) == (set() if kind in COPIES else {kind})
    assert len(state.why) == 2


def test_three_kinds_begin_as_a_copy():
    assert COPIES == ("mnt", "uts", "time")
    for kind in COPIES:
        state = after(("unshare", kind))
        assert str(state.why[0]).endswith("nothing is hidden yet.")
        assert differing(after(("unshare", kind), ("setup", kind))) == {kind}


def test_what_a_fresh_namespace_shows():
    state = after(*(("unshare", kind) for kind in KINDS))
    assert view(state, "net") == ("lo DOWN",)
    assert view(state, "ipc") == ()
    assert view(state, "user")[0] == f"uid {NOBODY}"
    assert view(state, "cgroup") == ("/",)
    assert view(state, "pid")[0] == "app = 1"
    assert view(state, "pid")[1:] == host_view(state, "pid")[1:]  # ps still reads the host's /proc


def test_docker_makes_six_of_the_eight():
    state = after(*(("unshare", kind) for kind in DOCKER))
    assert set(KINDS) - state.own == {"user", "time"}


def test_a_veth_pair_has_an_end_on_each_side():
    state = after(("unshare", "net"), ("setup", "net"))
    assert "veth7a1 UP docker0" in host_view(state, "net")
    assert view(state, "net") == ("lo UP 127.0.0.1", "eth0 UP 172.17.0.2")
    assert after(("unshare", "net"), ("setup", "net"), ("join", "net")) == State(
        deed=Deed("join", "net"),
        why=after(("unshare", "net"), ("join", "net")).why,
    )


def test_a_new_proc_is_lost_with_the_mount_table_it_stood_in():
    state = after(("unshare", "pid"), ("unshare", "mnt"), ("setup", "pid"))
    assert view(state, "pid") == ("app = 1", "1 app")
    back = Deed("join", "mnt")
    again = tell([Deed("unshare", "pid"), Deed("unshare", "mnt"), Deed("setup", "pid"), back]).states[-1]  # fmt: skip
    assert view(again, "pid")[1:] == host_view(again, "pid")[1:]


def test_every_order_of_unshare_and_join_ends_where_it_began():
    for some in combinations(KINDS, 3):
        deeds = [("unshare", kind) for kind in some] + [("join", kind) for kind in some]
        assert not differing(after(*deeds))


@pytest.mark.parametrize(
    "deeds, says",
    [
        ([("unshare", "net"), ("unshare", "net")], "kind=net: the process has its own already"),
        ([("join", "net")], "kind=net: it is the host’s already"),
        ([("setup", "uts")], "kind=uts: still the host’s, and a change would be the host’s too"),
        ([("unshare", "ipc"), ("setup", "ipc")], "kind=ipc: there is nothing to set up"),
        ([("unshare", "pid"), ("setup", "pid")], "kind=pid: a new /proc would be mounted over"),
        ([("unshare", "uts"), ("setup", "uts"), ("setup", "uts")], "kind=uts: it is set up already"),
        ([("jump", "uts")], "deed=jump: choose one of unshare, setup, join"),
        ([("unshare", "cpu")], "kind=cpu: choose one of mnt, pid"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(deeds, says):
    with pytest.raises(ParameterError, match=says):
        after(*deeds)


def test_every_kind_is_told():
    assert set(namespaces.FLAGS) == set(namespaces.SINCE) == set(KINDS)
    for kind in SETTABLE:
        told = after(("unshare", "mnt"), *((("unshare", kind),) if kind != "mnt" else ()), ("setup", kind))  # fmt: skip
        assert len(told.why) == 1


# Process numbers

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=25)


@given(STEPS)
def test_a_process_has_a_number_in_its_namespace_and_in_each_above(steps):
    world, home = Pids(), []
    for deeper, at in steps:
        namespace = at % len(world.parents)
        if deeper:
            world = world.unshare(namespace)
        else:
            world = world.fork(namespace)
            home.append(namespace)
    for namespace in range(len(world.parents)):
        seen = world.seen_from(namespace)
        assert seen == tuple(range(1, len(seen) + 1))  # the first is 1, none twice
        below = [each for each in home if namespace in world.above(each)]
        assert len(seen) == len(below)  # its own and deeper ones, no other's
    for numbers, namespace in zip(world.processes, home, strict=True):
        assert tuple(numbers) == world.above(namespace)
        assert HOST in numbers


def test_process_1_inside_is_another_one_outside():
    world = Pids().fork(HOST).fork(HOST).unshare(HOST).fork(1).unshare(1).fork(2)
    assert world.processes[2:] == ({1: 1, 0: 3}, {2: 1, 1: 2, 0: 4})


def test_namespaces_nest_32_deep():
    world = Pids()
    for _each in range(32):
        world = world.unshare(len(world.parents) - 1)
    with pytest.raises(ParameterError, match="depth=33: PID namespaces nest 32 deep at most"):
        world.unshare(len(world.parents) - 1)
    with pytest.raises(ParameterError, match="namespace=99: choose 0 to"):
        world.seen_from(99)


# Users

LINES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(100, 150), st.integers(1, 20)), max_size=3
)


@given(LINES, st.integers(0, 200))
def test_a_map_is_one_to_one(lines, uid):
    try:
        ranges = users(*lines)
    except ParameterError:
        return
    there = outside(ranges, uid)
    if there is not None:
        assert inside(ranges, there) == uid
    elif uid < 100:
        assert inside(ranges, uid) == NOBODY


def test_root_inside_is_nobody_of_weight_outside():
    ranges = users((0, 100_000, 65_536))
    assert (outside(ranges, 0), outside(ranges, 65_535), outside(ranges, 65_536)) == (100_000, 165_535, None)  # fmt: skip
    assert (inside(ranges, 100_000), inside(ranges, 0)) == (0, NOBODY)


@pytest.mark.parametrize(
    "lines, says",
    [
        ([(0, 100, 0)], "uid_map=0 100 0: give three numbers"),
        ([(-1, 100, 1)], "uid_map=-1 100 1: give three numbers"),
        ([(0, 100, 10), (5, 200, 10)], "uid_map=5 200 10: overlaps another line"),
        ([(0, 100, 10), (50, 105, 10)], "uid_map=50 105 10: overlaps another line"),
    ],
)
def test_a_map_that_the_kernel_refuses(lines, says):
    with pytest.raises(ParameterError, match=says):
        users(*lines)
