"""States of a group: the four lines of 11.10 over every number of copies, and their sentences."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import pgstate
from coursekit.sims.netstorage.pgstate import Pool, of_count, pg_state


def test_every_count_of_a_pool_of_three():
    pool = Pool(size=3, min_size=2)
    states = [of_count(up, pool) for up in range(4)]
    assert states == ["down", "inactive", "active+degraded", "active+clean"]


@pytest.mark.parametrize("size", range(1, 7))
def test_the_rules_for_every_pool(size):
    for k in range(1, size + 1):
        for least in range(k, size + 1):
            for up in range(size + 1):
                state = of_count(up, Pool(size=size, min_size=least, k=k))
                assert (state == "active+clean") == (up == size)
                assert state.startswith("active") == (up >= least)
                assert (state == "down") == (up < k)


@pytest.mark.parametrize(
    "alive, state, io, says",
    [
        ({1, 2, 3, 9}, "active+clean", True, "All 3 copies answer"),
        ({1, 3}, "active+degraded", True, "Copies that answer: 2 of 3, min_size 2"),
        ({2}, "inactive", False, "Nothing is lost"),
        ({9}, "down", False, "Lost if the disks are destroyed"),
    ],
)
def test_a_group_says_what_it_can_do_and_why(alive, state, io, says):
    seen = pg_state((1, 2, 3), alive, Pool())
    assert (seen.state, seen.io, set(seen.up)) == (state, io, alive & {1, 2, 3})
    assert says in str(seen.why)


def test_a_map_that_finds_too_few_hosts_leaves_a_group_degraded():
    assert pg_state((1, 2), {1, 2, 3}, Pool()).state == "active+degraded"


def test_too_few_pieces_say_nothing():
    pool = Pool(size=6, min_size=5, k=4)
    assert pg_state(range(6), range(4), pool).state == "inactive"
    down = pg_state(range(6), range(3), pool)
    assert down.state == "down" and "less than k = 4" in str(down.why)


def test_counts():
    seen = pgstate.health([(0, 1, 2), (1, 2, 3), (0, 3, 4)], {1, 2, 3}, Pool())
    assert dict(seen) == {"active+clean": 1, "active+degraded": 1, "inactive": 1}


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Pool(size=0), "size=0: choose 1 to 64"),
        (lambda: Pool(k=4), "k=4: choose 1 to the size, 3"),
        (lambda: Pool(min_size=4), "min_size=4: choose 1 to the size, 3"),
        (lambda: Pool(min_size=0), "min_size=0: choose 1 to the size, 3"),
        (lambda: of_count(4, Pool()), "up=4: choose 0 to the size, 3"),
        (lambda: pg_state((1, 1), (), Pool()), r"acting=\[1, 1\]: choose 3 OSDs or fewer"),
        (lambda: pg_state((1, 2, 3, 4), (), Pool()), "acting=.*choose 3 OSDs or fewer"),
    ],
)
def test_a_bad_pool_names_the_value_and_the_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
