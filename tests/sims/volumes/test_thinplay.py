"""Deeds on a small pool by name: files deleted, trimmed, snapshots in their order."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import thin
from coursekit.sims.volumes.thinplay import CHUNKS, EACH, SPARE, Deed, gone, pool_of, tell, why_full


def ended(*deeds, policy="queue"):
    return tell(pool_of(policy), [Deed(*each) for each in deeds]).states[-1]


FULL = (*(("write", "a", k) for k in range(EACH)), *(("write", "b", k) for k in range(CHUNKS - EACH)))  # fmt: skip


def test_files_that_are_deleted_keep_their_chunks_until_trimmed():
    written = (("write", "a", 2), ("write", "a", 5), ("write", "b", 0))
    state = ended(*written, ("delete_file", "a"))
    assert (state.pool.used, gone(state)) == (3, {0, 1})
    state = ended(*written, ("delete_file", "a"), ("trim", "a"))
    assert (state.pool.used, gone(state)) == (1, frozenset())
    state = ended(*written, ("delete_file", "a"), ("write", "a", 2))
    assert gone(state) == {1}, "what is written again is needed again"


def test_a_chunk_that_a_snapshot_still_reads_is_not_useless():
    state = ended(("write", "a", 0), ("snapshot", "a"), ("delete_file", "a"))
    assert gone(state) == frozenset()
    state = ended(("write", "a", 0), ("delete_file", "a"), ("snapshot", "a"))
    assert gone(state) == {0}, "deleted before: nobody needs it"


def test_snapshots_get_their_names_in_order_and_can_have_snapshots():
    state = ended(("write", "a", 0), ("snapshot", "a"), ("snapshot", "S1"), ("delete_file", "S2"), ("trim", "S2"))  # fmt: skip
    assert [each.name for each in state.pool.volumes] == ["a", "b", "S1", "S2"]
    assert thin.references(state.pool)[0] == 2


def test_what_becomes_of_a_write_is_said_by_the_state_of_the_pool():
    assert str(why_full(ended())) == "chunks are free"
    assert str(why_full(ended(*FULL))) == "full: writes wait"
    assert str(why_full(ended(*FULL, policy="error"))) == "full: writes fail"
    waited = ended(*FULL, ("write", "b", 7), ("wait",))
    assert (str(why_full(waited)), waited.lost) == ("full: writes fail", 1)


def test_the_group_has_only_so_many_chunks_to_add():
    state = ended(*[("extend",)] * SPARE)
    assert state.pool.chunks == CHUNKS + SPARE
    with pytest.raises(ParameterError, match="chunks=1: the group has 0 free"):
        ended(*[("extend",)] * (SPARE + 1))


@pytest.mark.parametrize(
    "deeds, says",
    [
        ([("burn", "a")], "deed=burn: choose one of"), ([("write", "z", 0)], "volume=z"),
        ([("new", "z", 4)], "name=z: choose one of a, b, c, d"), ([("new", "a", 4)], "volume=a"),
        ([("new", "c", 17)], "chunks=17: choose 1 to 16"), ([("snapshot", "a")] * 5, "snapshots=5: choose 4 or fewer"),
        ([("trim", "S1")], "volume=S1"), ([("write", "a", 8)], "chunk=8: choose 0 to 7"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(deeds, says):
    with pytest.raises(ParameterError, match=says):
        ended(*deeds)
