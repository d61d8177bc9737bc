"""Losing a host, and another: times, limits, what is lost; laws that hold at every moment."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import recovery
from coursekit.sims.netstorage.pgstate import Pool
from coursekit.sims.netstorage.placement import grid, place
from coursekit.sims.netstorage.recovery import Loss, Scenario, tell

FIVE = grid(5, 2)
ONE = Scenario(cluster=FIVE, pgs=64, losses=(Loss(at_s=10, host=0, destroyed=True),))


def kinds(told):
    return [state.kind for state in told.states if state.kind != "copied"]


def test_one_host_lost_and_healed():
    """20 s of grace, 600 s of patience, then every copy that was there is made once more."""
    told = tell(ONE)
    assert kinds(told) == ["start", "silent", "down", "out", "whole"]
    assert [told.first(kind).t for kind in ("silent", "down", "out")] == [10, 30, 630]
    held = sum(osd in (0, 1) for pg in range(64) for osd in place(pg, FIVE, 3))
    end = told.states[-1]
    assert end.copied == held and end.whole(ONE.pool)
    assert not {0, 1} & {osd for osds in end.has for osd in osds}
    assert told.rebuilt_s == end.t - 630 and told.rebuilt_s % ONE.copy_s == 0


def test_a_rebuild_is_never_faster_than_the_formula():
    for pgs in (16, 64, 256):
        told = tell(Scenario(cluster=FIVE, pgs=pgs, losses=ONE.losses, capacity_gb=4000))
        assert told.rebuilt_s >= told.window_s


def test_v11_10_window():
    assert recovery.window_s(4e12, 1, 100) / 3600 == pytest.approx(11.1, abs=0.05)
    assert recovery.window_s(4e12, 23, 50) / 3600 == pytest.approx(0.97, abs=0.005)


def test_back_before_it_is_out_costs_no_copy():
    told = tell(Scenario(cluster=FIVE, pgs=64, losses=(Loss(at_s=10, host=0, back_s=629),)))
    assert kinds(told) == ["start", "silent", "down", "back"]
    assert told.states[-1].copied == 0 and told.states[-1].whole(Pool())
    assert "Back in time" in str(told.states[-1].why[0])


def test_back_within_the_grace_is_not_even_noticed():
    told = tell(Scenario(cluster=FIVE, pgs=64, losses=(Loss(at_s=10, host=0, back_s=25),)))
    assert kinds(told) == ["start", "silent", "back"]


def test_back_too_late_copies_back_what_was_complete():
    told = tell(Scenario(cluster=FIVE, pgs=64, losses=(Loss(at_s=10, host=0, back_s=1900),)))
    back, end = told.first("back"), told.states[-1]
    assert "after they were replaced" in str(back.why[0])
    assert back.states(Pool())["active+clean"] == 64 and not back.whole(Pool())
    assert end.kind == "whole" and end.has == told.states[0].has


def test_a_second_host_and_a_disk_while_it_rebuilds():
    losses = (*ONE.losses, Loss(at_s=900, host=1, destroyed=True))
    before = tell(Scenario(cluster=FIVE, pgs=64, losses=losses))
    assert not before.states[-1].lost and before.states[-1].kind == "whole"
    risk = [state for state in before.states if state.t <= 960][-1]
    osd, groups = risk.next_disk().most_common(1)[0]
    assert groups > 0 and f"OSD {osd}" in str(risk.danger())
    third = Loss(at_s=961, osd=osd, destroyed=True)
    after = tell(Scenario(cluster=FIVE, pgs=64, losses=(*losses, third)))
    assert len(after.first("lost").lost) == groups
    assert f"Groups lost for ever: {groups}." in str(after.first("lost").why[0])


def test_what_is_only_off_comes_back_and_nothing_is_lost():
    losses = tuple(Loss(at_s=10 + host, host=host, back_s=5000 + host) for host in range(5))
    told = tell(Scenario(cluster=FIVE, pgs=32, losses=losses))
    assert any(state.states(Pool())["down"] == 32 for state in told.states)
    assert not any(state.lost for state in told.states)
    assert told.states[-1].whole(Pool())


def test_three_hosts_have_no_fourth():
    told = tell(Scenario(cluster=grid(3, 2), pgs=16, losses=ONE.losses))
    assert kinds(told) == ["start", "silent", "down", "out", "end"]
    assert told.states[-1].states(Pool())["active+degraded"] == 16
    assert "Groups for which the map finds too few failure domains: 16." in str(
        told.states[-1].why[1]
    )
    assert told.rebuilt_s is None


def test_full_disks_stop_it_with_a_reason():
    told = tell(Scenario(cluster=FIVE, pgs=64, losses=ONE.losses, capacity_gb=230))
    assert {"nearfull", "stuck", "end"} <= set(kinds(told))
    assert "backfillfull mark, 90 %" in str(told.first("stuck").why[0])
    start = told.states[0]
    for state in told.states:
        for osd in range(2, 10):
            assert state.used(osd) <= max(start.used(osd), int(0.9 * 23))
    full = tell(Scenario(cluster=FIVE, pgs=64, capacity_gb=200))
    assert "takes no more writes" in str(full.first("full").why[0])


@pytest.mark.parametrize("domain, waits", [("host", True), ("rack", False)])
def test_the_switch_of_a_rack_fails(domain, waits):
    """With hosts as domains a rack can take two copies or all; with racks it takes one."""
    cluster = grid(6, 2, racks=3, domain=domain)
    told = tell(Scenario(cluster=cluster, pgs=64, losses=(Loss(at_s=10, rack=1, back_s=300),)))
    states = told.first("silent").states(Pool())
    assert (states["inactive"] > 0) is waits
    assert told.states[-1].whole(Pool())


def test_the_groups_in_most_danger_go_first():
    losses = (*ONE.losses, Loss(at_s=20, host=1, destroyed=True))
    told = tell(Scenario(cluster=grid(6, 2), pgs=64, losses=losses))
    single = [max(state.next_disk().values(), default=0) for state in told.states if state.t > 700]
    done = single.index(0)
    assert single[0] > 0 and done < len(single) / 2 and not any(single[done:])


@st.composite
def scenarios(draw):
    hosts, per = draw(st.integers(4, 6)), draw(st.integers(1, 2))
    lost = draw(st.lists(st.integers(0, hosts - 1), min_size=1, max_size=3, unique=True))
    losses = []
    for host in lost:
        at = draw(st.integers(0, 1500))
        back = draw(st.none() | st.none() | st.integers(at + 1, at + 4000))
        losses.append(Loss(at_s=at, host=host, back_s=back, destroyed=back is None and draw(st.booleans())))  # fmt: skip
    size = draw(st.sampled_from([3, 2, 1]))
    return Scenario(
        cluster=grid(hosts, per), losses=tuple(losses), pgs=24 - draw(st.integers(0, 16)),
        pool=Pool(size=size, min_size=1), capacity_gb=draw(st.sampled_from([1000, 160, 60])),
    )  # fmt: skip


TWO = Scenario(cluster=FIVE, pgs=64, losses=(*ONE.losses, Loss(at_s=900, host=1, back_s=2900)))


@settings(max_examples=60, deadline=None)
@example(ONE)
@example(TWO)
@given(scenarios())
def test_laws_of_every_moment(scenario):
    told = tell(scenario)
    assert tell(scenario) == told
    for before, after in pairwise(told.states):
        assert before.t <= after.t and before.copied <= after.copied
        assert set(before.lost) <= set(after.lost)
    for state in told.states:
        for end in ("source", "target"):
            busy = Counter(getattr(each, end) for each in state.copying)
            assert max(busy.values(), default=0) <= 1
        for each in state.copying:
            assert each.source in state.alive(each.pg)
            assert each.target in state.acting[each.pg] and each.target not in state.has[each.pg]
            assert each.target not in state.silent
        assert state.down <= state.silent and not state.destroyed & {o for osds in state.has for o in osds}  # fmt: skip
        assert state.states(scenario.pool)["down"] >= len(state.lost)
    end = told.states[-1]
    assert not end.copying
    stuck = "stuck" in kinds(told)
    todo = [pg for pg in range(scenario.pgs) if end.alive(pg) and end.missing(pg)]
    assert stuck or not todo


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Loss(at_s=-1, host=0), "at_s=-1: choose 0 to 30 days"),
        (lambda: Loss(at_s=1), "rack=None, host=None, osd=None: give one of them"),
        (lambda: Loss(at_s=1, host=0, osd=0), "rack=None, host=0, osd=0: give one of them"),
        (lambda: Loss(at_s=5, host=0, back_s=5), "back_s=5: choose more than 5"),
        (lambda: Loss(at_s=5, host=0, back_s=6, destroyed=True), "back_s=6: destroyed disks do not"),
        (lambda: Scenario(cluster=FIVE, losses=(Loss(at_s=1, host=5),)), "host=5: choose one of"),
        (lambda: Scenario(cluster=FIVE, losses=(Loss(at_s=1, osd=10),)), "osd=10: no host has it"),
        (lambda: Scenario(cluster=FIVE, losses=(Loss(at_s=1, host=0), Loss(at_s=2, osd=1))), "osd=1: it can be lost once only"),
        (lambda: Scenario(cluster=FIVE, pgs=0), "pgs=0: choose 1 to 1024"),
        (lambda: Scenario(cluster=FIVE, pg_gb=0), "pg_gb=0: choose more than 0"),
        (lambda: Scenario(cluster=FIVE, mb_s=0), "mb_s=0: choose more than 0"),
        (lambda: Scenario(cluster=FIVE, capacity_gb=0), "capacity_gb=0: choose more than 0"),
        (lambda: Scenario(cluster=FIVE, grace_s=-1), "grace_s=-1: choose 0 or more"),
        (lambda: Scenario(cluster=FIVE, pool=Pool(size=6, min_size=5, k=4)), "k=4: copies are followed here"),
    ],
)  # fmt: skip
def test_a_bad_scenario_names_the_value_and_the_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
