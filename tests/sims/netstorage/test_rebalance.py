"""What moves: V11.7 as a story, the least that could move, waves within limits, copysets of V11.10."""

from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import placement, rebalance
from coursekit.sims.netstorage.placement import ClusterMap, Host, Osd, grid
from coursekit.sims.netstorage.rebalance import CHANGES, Change, Speed, changed, fair_shares, tell

FOUR = grid(4, 2)


@pytest.mark.parametrize(
    "change, count, least",
    [(Change("add_host"), 735, 3072 / 5), (Change("osd_weight_0"), 662, 403),
     (Change("osd_out"), 403, 403), (Change("host_out"), 781, 781)],
)  # fmt: skip
def test_v11_7_moved_and_the_least(change, count, least):
    told = tell(FOUR, change, pgs=1024)
    assert len(told.moves) == count and told.short == 0
    assert told.least == pytest.approx(least)


def test_nowhere_to_go():
    told = tell(grid(3, 2), Change("host_out"), pgs=64)
    assert (told.moves, told.least, told.short) == ((), 0, 64)
    assert "Groups that stay short of copies: 64" in str(told.states[-1].why[-1])


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("slots", [1, 3])
def test_the_story_ends_where_the_map_says_and_no_osd_does_more_than_its_slots(kind, slots):
    change, speed = Change(kind, 1, 2.0), Speed(pg_gb=5, mb_s=100, slots=slots)
    cluster = grid(8, 2, racks=4, domain="rack" if slots == 3 else "host")
    told = tell(cluster, change, pgs=64, size=3, speed=speed)
    goal = placement.place_many(64, changed(cluster, change), 3).tolist()
    assert [list(each) for each in told.states[-1].held] == goal
    assert told.states[-1].done == len(told.moves) and told.states[-1].left == 0
    moving = [move for state in told.states for move in state.under_way]
    assert Counter((m.pg, m.target) for m in moving) == Counter(
        (m.pg, m.target) for m in told.moves
    )
    for before, after in pairwise(told.states):
        assert after.done + after.left == len(told.moves)
        ends = (
            Counter(m.source for m in after.under_way),
            Counter(m.target for m in after.under_way),
        )
        assert all(max(each.values(), default=0) <= slots for each in ends)
        assert all(move.source in before.held[move.pg] for move in after.under_way)
        for pg, (old, new) in enumerate(zip(before.held, after.held, strict=True)):
            assert set(new) <= {*old, *(m.target for m in after.under_way if m.pg == pg)}
        if after.under_way:
            assert after.t - before.t == pytest.approx(slots * 50)


@pytest.mark.parametrize("kind", CHANGES)
def test_no_group_ever_has_fewer_copies_than_asked_for(kind):
    told = tell(grid(8, 2, racks=4), Change(kind, 0), pgs=64)
    for state in told.states:
        assert all(len(set(each)) == len(each) >= 3 for each in state.held)


def test_a_new_host_gets_the_emptiest_rack():
    after = changed(grid(5, 2, racks=2), Change("add_host"))
    assert [(host.id, host.rack, len(host.osds)) for host in after.hosts][-2:] == [(4, 1, 2), (5, 1, 2)]  # fmt: skip


def test_shares_with_racks_as_domain():
    cluster = ClusterMap((Host(0, (Osd(0, 1),), 0), Host(1, (Osd(1, 3),), 0), Host(2, (Osd(2, 1),), 1)), domain="rack")  # fmt: skip
    assert fair_shares(cluster, 2) == pytest.approx({0: 1 / 8, 1: 3 / 8, 2: 1 / 2})


def test_moves_say_who_leaves_and_who_comes():
    before = np.array([[0, 1, 2], [3, 4, -1], [0, 1, 2]])
    after = np.array([[0, 5, 2], [3, 4, 6], [2, 1, 0]])
    assert rebalance.moves(before, after) == (rebalance.Move(0, 1, 5), rebalance.Move(1, None, 6))


def test_shares_are_the_weights_where_no_host_is_too_heavy():
    cluster = ClusterMap((Host(0, (Osd(0, 1), Osd(1, 2))), Host(1, (Osd(2, 3),)), Host(2, (Osd(3, 2),))))  # fmt: skip
    assert fair_shares(cluster, 1) == pytest.approx({0: 1 / 8, 1: 2 / 8, 2: 3 / 8, 3: 2 / 8})
    assert fair_shares(cluster, 3) == pytest.approx({0: 1 / 9, 1: 2 / 9, 2: 1 / 3, 3: 1 / 3})


def test_a_host_holds_one_copy_of_a_group_at_most_however_heavy():
    cluster = ClusterMap((Host(0, (Osd(0, 8),)), Host(1, (Osd(1, 1),)), Host(2, (Osd(2, 1),))))
    assert fair_shares(cluster, 2) == pytest.approx({0: 0.5, 1: 0.25, 2: 0.25})
    placed = placement.place_many(2000, cluster, 2)
    assert placement.copies(placed, cluster)[0] <= 2000


@settings(max_examples=50)
@given(st.lists(st.lists(st.floats(0.1, 9), min_size=1, max_size=3), min_size=1, max_size=6), st.integers(1, 4))  # fmt: skip
def test_shares_add_up_and_no_host_has_more_than_one_copy(hosts, size):
    osds = iter(range(100))
    cluster = ClusterMap(tuple(Host(k, tuple(Osd(next(osds), w) for w in own)) for k, own in enumerate(hosts)))  # fmt: skip
    share = fair_shares(cluster, size)
    assert sum(share.values()) == pytest.approx(min(1, len(hosts) / size))
    for host in cluster.hosts:
        assert sum(share[osd.id] for osd in host.osds) <= 1 / size + 1e-9


@pytest.mark.parametrize(
    "nodes, sets, chance",
    [(9, 128, 0.784103), (30, 1024, 0.222948), (100, 4096, 0.025013), (1000, 32768, 0.000197)],
)
def test_v11_10_copysets(nodes, sets, chance):
    assert rebalance.copyset_loss(nodes, sets) == pytest.approx(chance, abs=5e-7)


def test_copysets_counted():
    """All choices of two sets of 2 among 4 nodes, and of the two nodes that fail: 11 of 36."""
    sets = list(combinations(range(4), 2))
    hit = sum(failed in (a, b) for failed in sets for a in sets for b in sets)
    assert rebalance.copyset_loss(4, 2, 2) == pytest.approx(hit / len(sets) ** 3)
    assert rebalance.copyset_loss(3, 0) == 0 and rebalance.copyset_loss(3, 1) == 1


def test_v11_10_recovery_window():
    assert rebalance.seconds_for(4e12, 1, 100) / 3600 == pytest.approx(11.1, abs=0.05)
    assert rebalance.seconds_for(4e12, 23, 50) / 3600 == pytest.approx(0.97, abs=0.005)
    assert rebalance.seconds_for(4e12, 23, 50, 125) == rebalance.seconds_for(4e12, 1, 125)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Change("burn"), "kind=burn: choose one of add_host"),
        (lambda: Change("osd_weight", 0, -1), "weight=-1: choose 0 or more"),
        (lambda: changed(FOUR, Change("osd_out", 8)), "osd=8: choose one of"),
        (lambda: changed(FOUR, Change("host_out", 4)), "host=4: choose one of"),
        (lambda: changed(FOUR, Change("rack_out", 1)), "rack=1: choose one of"),
        (lambda: tell(FOUR, Change("add_host"), pgs=0), "pgs=0: choose 1 to 4096"),
        (lambda: fair_shares(FOUR, 0), "size=0: choose 1 or more"),
        (lambda: Speed(pg_gb=0), "pg_gb=0: choose more than 0"),
        (lambda: Speed(mb_s=0), "mb_s=0: choose more than 0"),
        (lambda: Speed(slots=0), "slots=0: choose 1 or more"),
        (lambda: rebalance.moves(np.zeros((1, 1)), np.zeros((2, 1))), "groups=1: the other placement has 2"),
        (lambda: rebalance.copyset_loss(2, 1), "nodes=2: choose 3 or more"),
        (lambda: rebalance.copyset_loss(2, 1, 0), "r=0: choose 1 or more"),
        (lambda: rebalance.copyset_loss(3, -1), "sets=-1: choose 0 or more"),
        (lambda: rebalance.seconds_for(-1, 1, 1), "bytes=-1: choose 0 or more"),
        (lambda: rebalance.seconds_for(1, 0, 1), "disks=0: choose 1 or more"),
        (lambda: rebalance.seconds_for(1, 1, 0), "mb_s=0: choose more than 0"),
        (lambda: rebalance.seconds_for(1, 1, 1, 0), "network_mb_s=0: choose more than 0"),
    ],
)  # fmt: skip
def test_a_bad_change_names_the_value_and_the_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
