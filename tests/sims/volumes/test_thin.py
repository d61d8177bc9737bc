"""Thin pools: reference counts against plain dicts, what a full pool does, chunk choice, sentences."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import thin
from coursekit.sims.volumes.thin import Pool, Wrote
from coursekit.sims.volumes.thinstory import Deed, tell, trace

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40


@pytest.mark.parametrize("size, kib", [(100 * GIB, 64), (128 * GIB, 64), (129 * GIB, 128), (TIB, 512), (2 * TIB, 1024)])  # fmt: skip
def test_the_chunk_that_is_chosen(size, kib):
    """V9.9; the next smaller chunk would need too much metadata."""
    chunk = thin.chunk_size(size)
    assert chunk == kib * KIB
    assert thin.metadata_bytes(size, chunk) <= thin.MOST_METADATA
    assert kib == 64 or thin.metadata_bytes(size, chunk // 2) > thin.MOST_METADATA


def test_small_random_writes_take_16_times_their_size():
    """Prediction 4."""
    assert thin.amplification(64 * KIB) == 16
    assert thin.amplification(MIB) == 256
    few = thin.consumed(100, TIB, 64 * KIB) / (100 * 4 * KIB)
    assert few == pytest.approx(16, rel=1e-4)
    assert thin.consumed(10**9, GIB, 64 * KIB) == pytest.approx(GIB)
    assert [thin.consumed(n, 64 * KIB, 64 * KIB) for n in (0, 1, 9)] == [0, 65_536, 65_536]


NAMES = ["a", "b", "c"]
DEEDS = st.lists(
    st.tuples(st.sampled_from(["create", "write", "write", "write", "snapshot", "discard", "remove"]), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 4), st.booleans()),
    max_size=40,
)  # fmt: skip


@given(DEEDS)
def test_volumes_read_as_plain_dicts_and_counts_add_up(deeds):
    pool, truth = Pool.empty(9), {}
    for version, (kind, name, other, chunk, whole) in enumerate(deeds, start=1):
        used = pool.used
        if kind == "create" and name not in truth:
            pool, truth[name] = thin.create(pool, name, 5), {}
        elif kind == "snapshot" and other in truth and name not in truth:
            pool, truth[name] = thin.snapshot(pool, other, name), dict(truth[other])
            assert pool.used == used
        elif name not in truth:
            continue
        elif kind == "write":
            shared = thin.references(pool).get(thin.find(pool, name).map[chunk], 0) > 1
            pool, wrote = thin.write(pool, name, chunk, version, whole=whole)
            if wrote.full:
                assert pool.free == 0
                assert wrote == Wrote(full="data")
            else:
                assert wrote.reads == int(shared and not whole)
                assert wrote.writes == 1 + wrote.reads
                assert pool.used == used + wrote.allocated
                truth[name][chunk] = version
        elif kind == "discard":
            pool, freed = thin.discard(pool, name, [chunk])
            truth[name].pop(chunk, None)
            assert pool.used == used - freed
        elif kind == "remove":
            pool, freed = thin.remove(pool, name)
            del truth[name]
            assert pool.used == used - freed
        for each, held in truth.items():
            assert [thin.read(pool, each, c) for c in range(5)] == [held.get(c, 0) for c in range(5)]  # fmt: skip
        counts = thin.references(pool)
        mapped = Counter(p for v in pool.volumes for p in v.map if p >= 0)
        assert counts == mapped
        assert sum(counts.values()) == pool.mapped == sum(map(len, truth.values()))
        assert len(counts) + pool.free == pool.chunks


def test_ten_snapshots_cost_one_copy():
    """Quiz 5."""
    pool = thin.create(Pool.empty(8), "a", 2)
    pool, _wrote = thin.write(pool, "a", 0, 1)
    for n in range(10):
        pool = thin.snapshot(pool, "a", f"s{n}")
    pool, wrote = thin.write(pool, "a", 0, 2)
    assert wrote == Wrote(reads=1, writes=2, allocated=1, copied=True)
    assert [thin.read(pool, f"s{n}", 0) for n in range(10)] == [1] * 10


def story(*deeds, chunks=4, **more):
    return tell(Pool.empty(chunks, **more), deeds).states


def said(state):
    return " ".join(map(str, state.why))


def test_deleting_frees_nothing_until_fstrim():
    """Prediction 4, quiz of the chapter."""
    states = story(Deed("create", "a", count=4), Deed("write", "a", count=3), Deed("delete", "a", 1, 2), Deed("fstrim", "a"))  # fmt: skip
    assert [state.pool.used for state in states] == [0, 0, 3, 3, 1]
    assert (
        said(states[3]) == "The file is gone, the pool does not know. Chunks in use, as before: 3."
    )
    assert said(states[4]) == "a gives back the chunks of deleted files: 2; freed: 2."


def test_what_a_snapshot_maps_is_not_freed():
    states = story(
        Deed("create", "a", count=4), Deed("write", "a", count=2), Deed("snapshot", "s", origin="a"),
        Deed("delete", "a", 0, 2), Deed("fstrim", "a"), Deed("remove", "s"),
    )  # fmt: skip
    assert [state.pool.used for state in states[-2:]] == [2, 0]
    assert said(states[-2]).endswith("The others are still mapped by snapshots.")


def test_a_full_pool_lets_writes_wait_then_fail():
    states = story(Deed("create", "a", count=9), Deed("write", "a", count=6), Deed("wait"), Deed("write", "a", 6))  # fmt: skip
    full, waited, after = states[2:]
    assert (full.pool.free, len(full.waiting), full.lost) == (0, 2, 0)
    assert (len(waited.waiting), waited.lost) == (0, 2)
    assert after.lost == 3
    assert "fails at once" in said(after)
    assert "2.25 times the pool" in said(states[1])


@pytest.mark.parametrize("deed", [Deed("extend", count=2), Deed("remove", "b")])
def test_waiting_writes_go_on_when_there_is_space(deed):
    states = story(
        Deed("create", "b", count=2), Deed("write", "b", count=2), Deed("create", "a", count=9), Deed("write", "a", count=4), deed,
        chunks=4, spare=2,
    )  # fmt: skip
    assert [len(state.waiting) for state in states[-2:]] == [2, 0]
    assert [thin.read(states[-1].pool, "a", n) for n in range(4)] == [3, 4, 5, 6]
    assert states[-1].took.writes == 2


def test_a_pool_may_fail_at_once():
    states = story(Deed("create", "a", count=9), Deed("write", "a", count=6), when_full="error")
    assert (states[-1].lost, states[-1].waiting) == (2, ())


def test_space_that_comes_back_ends_the_failing():
    states = story(Deed("create", "a", count=9), Deed("write", "a", count=5), Deed("wait"), Deed("delete", "a"), Deed("fstrim", "a"), Deed("write", "a", 7))  # fmt: skip
    assert [state.pool.failed for state in states[-4:]] == [True, True, False, False]
    assert states[-1].lost == 1


def test_growth_by_itself():
    """threshold 70 %, step 20 %: a pool of 10 grows when the eighth is taken."""
    deeds = [Deed("create", "a", count=40), *(Deed("write", "a", n) for n in range(12))]
    states = story(*deeds, chunks=10, threshold=70, step=20, spare=3)
    assert [state.pool.chunks for state in states[2:]] == [10] * 7 + [12, 13, 13, 13, 13]
    assert "Chunks added: 2" in said(states[9])
    assert "the group has nothing left" in said(states[-1])
    assert states[-1].pool.grown == 3
    assert story(*deeds, chunks=10, spare=3)[-1].pool.chunks == 10  # 100 %: never


def test_full_metadata_breaks_the_pool():
    states = story(Deed("create", "a", count=4), Deed("write", "a", count=3), Deed("write", "a", 0), entries=2)  # fmt: skip
    assert states[-2].broken
    assert states[-2].lost == 1
    assert "takes no writes until it is repaired" in said(states[-1])
    assert states[-1].lost == 2


def test_sentences_and_trace():
    told = tell(
        Pool.empty(4),
        [
            Deed("create", "a", count=3), Deed("write", "a"), Deed("write", "a"), Deed("snapshot", "s", origin="a"),
            Deed("write", "a"), Deed("write whole", "s"), Deed("read", "a", 2), Deed("read", "s", 0), Deed("wait"),
        ],
    )  # fmt: skip
    text = [said(state) for state in told.states]
    assert text[2].endswith("had no place: a free chunk of the pool is taken.")
    assert text[3].endswith("is its own: it is overwritten in place.")
    assert text[4] == "s gets a copy of the map of a: no chunk is copied; shared: 1."
    assert "is read and copied to a free chunk first, once, however many" in text[5]
    assert text[6].endswith("is its own: it is overwritten in place.")
    assert text[7].endswith("has no place in the pool: it reads as zeros.")
    assert text[8] == "Chunk 0 of s is pool chunk 0; volumes that map it: 1."
    assert text[9] == "A minute goes by; no write waits."
    assert told.states[-1].total == Wrote(reads=1, writes=5, allocated=2)
    assert trace(told)[4] == {"kind": "write", "volume": "a", "used": 2, "waiting": 0, "lost": 0}


def test_a_whole_write_to_a_shared_chunk_copies_nothing():
    states = story(Deed("create", "a"), Deed("write", "a"), Deed("snapshot", "s", origin="a"), Deed("write whole", "a"))  # fmt: skip
    assert states[-1].took == Wrote(writes=1, allocated=1)
    assert said(states[-1]).endswith("it goes to a free chunk, nothing is copied.")


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Pool.empty(0), "chunks=0"),
        (lambda: Pool(data=()), "chunks=0"),
        (lambda: Pool.empty(1, chunk=100_000), "chunk=100000: choose a multiple of 65536"),
        (lambda: Pool.empty(1, when_full="never"), "when_full=never"),
        (lambda: Pool.empty(1, threshold=20), "threshold=20"),
        (lambda: Pool.empty(1, step=0), "step=0"),
        (lambda: Pool.empty(1, spare=-1), "spare=-1"),
        (lambda: Pool.empty(1, entries=0), "entries=0"),
        (lambda: thin.create(Pool.empty(1), "", 1), "volume=: choose a name"),
        (lambda: thin.create(Pool.empty(1), "a", 0), "chunks=0"),
        (lambda: thin.find(Pool.empty(1), "a"), "volume=a: choose one of –"),
        (lambda: thin.read(thin.create(Pool.empty(1), "a", 2), "a", 2), "chunk=2: choose 0 to 1"),
        (lambda: thin.extend(Pool.empty(1, spare=2), 3), "chunks=3: the group has 2 free"),
        (lambda: thin.chunk_size(1), "data=1"),
        (lambda: thin.amplification(65_536, 0), "size=0"),
        (lambda: thin.consumed(-1, 1, 1), "writes=-1"),
        (lambda: story(Deed("jump")), "deed=jump: choose one of create"),
        (lambda: story(Deed("create", "a", count=0)), "count=0"),
        (lambda: story(Deed("create", "a"), Deed("write", "a"), Deed("snapshot", "s", origin="a"), entries=1), "volume=s: the metadata is full"),
        (lambda: story(Deed("delete", "a")), "volume=a: choose one of"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
