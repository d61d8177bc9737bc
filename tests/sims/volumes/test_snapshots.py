"""Classic snapshots: capacity against the layout, I/Os, overflow, merge, how long a store lasts."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import cow, cowstory, lifetime
from coursekit.sims.volumes.cow import Store
from coursekit.sims.volumes.cowstory import Deed, tell
from coursekit.sims.volumes.lifetime import Load

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@pytest.mark.parametrize(
    "size, chunk, capacity",
    [(GIB, 4 * KIB, 261_122), (100 * MIB, 4 * KIB, 25_499), (MIB, 4 * KIB, 254), (GIB, 64 * KIB, 16_379), (12 * KIB, 4 * KIB, 1)],
)  # fmt: skip
def test_capacity(size, chunk, capacity):
    """V9.8; prediction 3."""
    assert cow.capacity(Store.of(size, chunk)) == capacity


def test_the_store_that_survives_a_full_rewrite():
    """V9.8: 10 GiB in chunks of 4 KiB."""
    chunks = cow.full_rewrite(10 * GIB // cow.CHUNK)
    assert chunks == 2_631_681
    assert chunks * cow.CHUNK / MIB == pytest.approx(10_280.004, abs=5e-4)


@pytest.mark.parametrize("chunk", [4 * KIB, 8 * KIB])
def test_the_formula_counts_the_data_chunks_of_the_layout(chunk):
    for chunks in range(1, 1200):
        store = Store(chunks=chunks, chunk=chunk)
        assert cow.capacity(store) == cow.layout(store).count("data")


def test_a_full_rewrite_just_fits():
    for changed in range(1, 1500):
        store = Store(chunks=cow.full_rewrite(changed))
        assert cow.capacity(store) == changed
        assert cow.capacity(Store(chunks=store.chunks - 1)) < changed


def test_the_samples_of_the_exercise():
    """E9.3."""
    first = cow.run(Store(chunks=5), [1, 1, 2, 3, 2, 4, 9])
    second = cow.run(Store(chunks=300), [i % 300 for i in range(1000)])
    assert first == cow.Copied(False, 5, 3, 3, 11)
    assert second == cow.Copied(False, 297, 297, 297, 891)


@given(st.integers(2, 40), st.lists(st.integers(0, 30), max_size=80))
def test_ios_are_one_a_write_and_two_a_copy(chunks, writes):
    done = cow.run(Store(chunks=chunks), writes)
    served = writes[: done.overflow_at] if not done.valid else writes
    assert done.used == len(set(served)) <= done.capacity
    assert done.ios == len(served) + 2 * done.used
    assert done.valid == (len(set(writes)) <= done.capacity)


def test_ten_snapshots_make_a_first_write_cost_21():
    """Prediction 3; k snapshots: 2k + 1."""
    for k in range(11):
        deeds = [Deed("snapshot", name=f"s{n}") for n in range(k)] + [Deed("write", 3)] * 2
        states = tell(8, deeds).states
        assert [state.ios for state in states[-2:]] == [2 * k + 1, 1]
    assert cow.write_ios(10) == 21


NAMES = ["a", "b", "c"]
DEEDS = st.lists(
    st.builds(Deed, st.sampled_from(["write", "write", "write", "snapshot", "read", "merge", "remove"]), st.integers(0, 5), st.sampled_from(NAMES), st.integers(3, 9)),
    max_size=40,
)  # fmt: skip


@given(DEEDS)
def test_a_valid_snapshot_shows_what_was_there(deeds):
    """Beside it a plain copy of the whole origin, taken at the same moment."""
    state, copies = tell(6).states[0], {}
    for deed in deeds:
        names = {each.name for each in state.snapshots}
        if (deed.kind == "snapshot") == (deed.name in names) and deed.kind != "write":
            continue
        if deed.kind == "merge" and not cowstory.find(state, deed.name).valid:
            continue
        before = state
        state = _after(state, deed)
        if deed.kind == "snapshot":
            copies[deed.name] = state.origin
        if deed.kind == "merge":
            assert state.origin == copies.pop(deed.name)
        if deed.kind == "remove":
            del copies[deed.name]
            assert state.origin == before.origin
        for each in state.snapshots:
            seen = [cowstory.read(state, chunk, each.name) for chunk in range(6)]
            assert seen == (list(copies[each.name]) if each.valid else [None] * 6)
            assert len(each.copies) <= each.capacity


def _after(state, deed):
    """One deed on a state: the story from there."""
    return cowstory._DO[deed.kind](cowstory.replace(state, deed=deed, ios=0, why=()), deed)


def test_an_overflow_leaves_the_origin_alone():
    """Quiz 4."""
    deeds = [Deed("snapshot", name="s", store=4), *(Deed("write", n) for n in range(4))]
    states = tell(8, deeds).states
    assert [state.snapshots[0].valid for state in states[1:]] == [True, True, True, False, False]
    assert [state.ios for state in states[2:]] == [3, 3, 1, 1]
    assert states[-1].origin[:4] == (9, 10, 11, 12)
    assert "invalid" in str(states[4].why[0])


def test_a_snapshot_is_no_backup():
    deeds = [
        Deed("snapshot", name="s"), Deed("write", 1), Deed("lose"), Deed("read", 1, "s"), Deed("read", 2, "s"),
        Deed("read", 2),
    ]  # fmt: skip
    states = tell(4, deeds).states
    assert [state.value for state in states[-3:]] == [2, None, None]
    assert str(states[-2].why[0]).endswith("a snapshot is no backup.")


def test_a_merge_writes_back_and_is_seen_by_the_others():
    deeds = [
        Deed("snapshot", name="a"), Deed("write", 0), Deed("snapshot", name="b"), Deed("write", 1), Deed("merge", name="a"),
    ]  # fmt: skip
    state = tell(4, deeds).states[-1]
    assert state.origin == (1, 2, 3, 4)
    assert state.ios == 2 + 2 + 2  # two chunks back, and one copied to b first
    assert [cowstory.read(state, n, "b") for n in range(4)] == [5, 2, 3, 4]
    assert cowstory.trace(tell(4, deeds))[-1] == {"kind": "merge", "ios": 6, "used": {"b": 2}, "invalid": []}  # fmt: skip


def test_how_long_a_store_lasts():
    """9.10."""
    assert lifetime.lifetime(Load(), 261_122) == pytest.approx(2750.61, abs=5e-3)
    assert lifetime.lifetime(Load(chunks=1000), 1000) == inf
    assert lifetime.lifetime(Load(chunks=1000, hot=0.1), 100) == inf


@pytest.mark.parametrize(
    "load", [Load(chunks=40_000), Load(chunks=40_000, hot=0.05, hot_writes=0.9)]
)
def test_the_run_agrees_with_the_formula(load):
    rng = np.random.default_rng(1)
    capacity = 6000
    expected = lifetime.lifetime(load, capacity)
    seen = [lifetime.play(load, capacity, 2 * expected / 3600, rng).overflow for _ in range(30)]
    error = np.std(seen, ddof=1) / np.sqrt(30)
    assert abs(np.mean(seen) - expected) < 4 * error


def test_a_hot_spot_lasts_much_longer():
    uniform = lifetime.lifetime(Load(), 261_122)
    hot = lifetime.lifetime(Load(hot=0.05, hot_writes=0.95), 261_122)
    assert hot > 5 * uniform


def test_different_chunks_rise_to_all_of_them():
    load = Load(chunks=500, rate=10, hot=0.1, hot_writes=0.5)
    values = [lifetime.different(load, t) for t in (0, 1, 10, 100, 1e6)]
    assert values == sorted(values)
    assert values[0] == 0
    assert values[-1] == pytest.approx(500)
    exact = 500 * (1 - (1 - 1 / 500) ** 1000)  # the discrete formula of 9.10
    assert lifetime.different(Load(chunks=500, rate=10), 100) == pytest.approx(exact, rel=1e-3)


def test_a_run_that_does_not_overflow():
    run = lifetime.play(Load(chunks=50, rate=1), 50, 0.1, np.random.default_rng(1))
    assert run.overflow is None
    assert run.used[-1] <= 50
    assert list(run.used) == sorted(run.used)
    assert run.seconds[-1] == 360
    again = lifetime.play(Load(chunks=50, rate=1), 50, 0.1, np.random.default_rng(1))
    assert run == again


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Store(chunks=5, chunk=5000), "chunk=5000: choose a power of 2"),
        (lambda: Store(chunks=5, chunk=1 << 20), "chunk=1048576"),
        (lambda: Store(chunks=0), "chunks=0: the header alone takes 1"),
        (lambda: cow.full_rewrite(-1), "chunks=-1"),
        (lambda: cow.write_ios(-1), "lacking=-1"),
        (lambda: Load(chunks=0), "chunks=0"),
        (lambda: Load(rate=0), "rate=0"),
        (lambda: Load(hot=0), "hot=0"),
        (lambda: Load(hot_writes=2), "hot_writes=2"),
        (lambda: Load(hot_writes=0.5), "all chunks are hot"),
        (lambda: lifetime.lifetime(Load(), -1), "capacity=-1"),
        (lambda: lifetime.different(Load(), -1), "seconds=-1"),
        (lambda: lifetime.play(Load(), 1, 99, np.random.default_rng(1)), "hours=99: that is 35640000 writes"),
        (lambda: tell(0), "chunks=0"),
        (lambda: tell(4, [Deed("write", 4)]), "chunk=4: choose 0 to 3"),
        (lambda: tell(4, [Deed("jump")]), "deed=jump: choose one of write"),
        (lambda: tell(4, [Deed("snapshot")]), "snapshot=: choose a name"),
        (lambda: tell(4, [Deed("snapshot", name="s")] * 2), "snapshot=s: choose a name not used"),
        (lambda: tell(4, [Deed("read", name="s")]), "snapshot=s: choose one of –"),
        (lambda: tell(4, [Deed("lose"), Deed("write")]), "deed=write: the disk of the origin is dead"),
        (lambda: tell(4, [Deed("snapshot", name="s", store=2), Deed("write"), Deed("merge", name="s")]), "snapshot=s: it is invalid"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
