"""VRRP: the vectors of RFC 9568's table, laws over small groups, the order of a trace."""

from itertools import permutations, product

import numpy as np
import pytest

from coursekit.sims.failover.checks import detection
from coursekit.sims.failover.client import Client, requests
from coursekit.sims.failover.cluster import Cluster, Event, Link, Node, Script, event_from
from coursekit.sims.failover.sessions import Sessions
from coursekit.sims.failover.story import Stretch, phases, tell
from coursekit.sims.failover.timers import (
    crash_outage,
    down_interval,
    priority_outage,
    script_outage,
    skew,
    stop_outage,
    virtual_mac,
)
from coursekit.sims.failover.vrrp import play
from coursekit.sims.failover.ways import ways
from coursekit.sims.message import ParameterError
from coursekit.values import from_text, to_text


def node(name, prio, **more):
    return Node(id=name, ip=f"10.0.0.{10 + int(name[1:])}", prio=prio, **more)


def ran(nodes, events, until, **more):
    return play(Cluster(nodes=tuple(nodes), **more), [event_from(e) for e in events], until)


R1, R2, R3 = node("r1", 200), node("r2", 150), node("r3", 100)


@pytest.mark.parametrize(
    "prio, interval, wait, down",
    [(100, 1, .609375, 3.609375), (150, 1, .4140625, 3.4140625), (200, 1, .21875, 3.21875),
     (254, 1, .0078125, 3.0078125), (1, 1, .99609375, 3.99609375), (128, 1, .5, 3.5),
     (200, .5, .109375, 1.609375), (100, 10, 6.09375, 36.09375)],
)  # fmt: skip
def test_skew_and_down_interval_of_version_3(prio, interval, wait, down):
    assert (skew(prio, interval), down_interval(prio, interval)) == (wait, down)


@pytest.mark.parametrize("interval, down", [(0.1, 0.909375), (10, 30.609375)])
def test_the_skew_of_version_2_does_not_scale(interval, down):
    assert down_interval(100, interval, 2) == pytest.approx(down, rel=1e-12)


def test_three_nodes_elect_lose_and_take_back():
    """Vector 2-V3, whole: every change of state in its order."""
    events = [[10, "crash", "r1"], [20, "restart", "r1"], [30, "stop", "r1"]]
    assert ran([R1, R2, R3], events, 40).changes() == [
        [0, "r1", "Backup"], [0, "r2", "Backup"], [0, "r3", "Backup"], [3.21875, "r1", "Active"],
        [10, "r1", "Initialize"], [12.6328125, "r2", "Active"], [20, "r1", "Backup"],
        [23.21875, "r1", "Active"], [23.21875, "r2", "Backup"], [30, "r1", "Initialize"],
        [30.4140625, "r2", "Active"],
    ]  # fmt: skip


def test_without_preemption_the_repaired_node_stays_backup():
    r1 = node("r1", 200, preempt=False)
    rows = ran([r1, R2, R3], [[10, "crash", "r1"], [20, "restart", "r1"]], 60).changes()
    assert rows[-1] == [20, "r1", "Backup"]


def test_a_cut_link_makes_two_owners_until_it_heals():
    record = ran([R1, R2], [[10, "cut", "r1", "r2"], [15, "heal", "r1", "r2"]], 30)
    assert record.changes()[-2:] == [[12.6328125, "r2", "Active"], [15.21875, "r2", "Backup"]]
    assert record.seconds(2) == 2.5859375


def test_a_lower_priority_is_not_heard_at_once():
    rows = ran([R1, R2], [[10, "prio", "r1", 140]], 30).changes()
    assert rows[-2:] == [[12.6328125, "r2", "Active"], [12.6328125, "r1", "Backup"]]


def test_equal_priorities_end_at_the_same_time_and_the_higher_address_stays():
    rows = ran([node("r1", 100), node("r2", 100)], [], 20).changes()
    assert rows[2:] == [
        [3.609375, "r1", "Active"],
        [3.609375, "r2", "Active"],
        [3.609375, "r1", "Backup"],
    ]


def test_the_owner_is_active_at_once_and_takes_back_at_once():
    events = [[10, "crash", "r1"], [20, "restart", "r1"]]
    rows = ran([node("r1", 255), node("r2", 100)], events, 30).changes()
    assert rows[0] == [0, "r1", "Active"]
    assert [12.609375, "r2", "Active"] in rows
    assert rows[-2:] == [[20, "r1", "Active"], [20, "r2", "Backup"]]


def test_a_short_interval_does_not_drift():
    rows = ran(
        [node("r1", 200, adv=0.1), node("r2", 150, adv=0.1)], [[10.05, "crash", "r1"]], 12
    ).changes()
    assert rows[-1] == [pytest.approx(10.36328125, abs=1e-9), "r2", "Active"]


def test_a_backup_counts_with_the_interval_it_is_told():
    rows = ran([R1, node("r2", 150, adv=3)], [[20, "crash", "r1"]], 40).changes()
    assert rows[-1] == [22.6328125, "r2", "Active"]


def test_version_2_does_not_listen_to_another_interval():
    nodes = [node("r1", 200, version=2), node("r2", 150, adv=3, version=2)]
    assert ran(nodes, [], 30).seconds(2) > 15


def test_preemption_waits_out_its_delay():
    r1 = node("r1", 200, preempt_delay=10)
    rows = ran([r1, R2], [[10, "crash", "r1"], [20, "restart", "r1"]], 60).changes()
    taken = [t for t, name, state in rows if (name, state) == ("r1", "Active")][-1]
    assert 20 + 10 + 2.2 <= taken <= 20 + 10 + 1 + 3.21875


def test_priority_0_is_heard_within_the_skew_and_a_crash_within_the_formula():
    law = crash_outage(150)
    assert (law.best, law.worst, law.mean) == (2.4140625, 3.4140625, 2.9140625)
    seen = [ran([R1, R2], [[10 + k / 64, "crash", "r1"]], 20).seconds(0, 10) for k in range(64)]
    assert law.best <= min(seen) < law.best + 1 / 32
    assert law.worst - 1 / 32 < max(seen) <= law.worst
    assert ran([R1, R2], [[10, "stop", "r1"]], 20).seconds(0, 5) == stop_outage(150).mean


@pytest.mark.parametrize("weight, formula", [(0, script_outage), (-60, priority_outage)])
def test_a_tracked_script_moves_the_address_within_its_formula(weight, formula):
    script = Script(interval=2, fall=3, weight=weight)
    law = formula(150, detection(2, 3))
    r1 = node("r1", 200, script=script)
    seen = []
    for k in range(1, 40):
        at = 10 + k / 16 + 1 / 128
        rows = ran([r1, R2], [[at, "check", "r1", "fail"]], 40).changes()
        seen.append(next(t for t, name, state in rows if (name, state) == ("r2", "Active")) - at)
    assert law.best - 1e-9 <= min(seen) <= max(seen) <= law.worst + 1e-9


def test_a_script_of_weight_0_leaves_and_comes_back_after_rise():
    r1 = node("r1", 200, script=Script(fall=2, rise=3))
    events = [[10.5, "check", "r1", "fail"], [20.5, "check", "r1", "ok"]]
    rows = [row for row in ran([r1, R2], events, 30).changes() if row[1] == "r1"]
    assert rows[2:] == [[12, "r1", "Fault"], [23, "r1", "Backup"], [26.21875, "r1", "Active"]]


def test_a_hanging_script_fails_after_its_timeout():
    r1 = node("r1", 200, script=Script(interval=2, timeout=1.5))
    rows = ran([r1, R2], [[9, "check", "r1", "hang"]], 20).changes()
    assert [11.5, "r1", "Fault"] in rows


def test_a_positive_weight_counts_while_the_check_is_good():
    r1 = node("r1", 120, script=Script(weight=60))
    record = ran([r1, R2], [[10.5, "check", "r1", "fail"]], 30)
    assert record.states[0].nodes[0].prio == 180
    assert record.states[-1].nodes[0].prio == 120
    assert record.owned()[-1][2] == ("r2",)


def test_fencing_leaves_one_owner():
    events = [[10, "cut", "r1", "r2"], [15, "heal", "r1", "r2"]]
    fenced = ran([R1, R2], events, 30, fencing=True)
    assert fenced.seconds(2) == 0
    assert [12.6328125, "r1", "Initialize"] in fenced.changes()
    back = ran([R1, R2], [[10, "crash", "r1"], [20, "restart", "r1"]], 40, fencing=True)
    assert back.owned()[-1][2] == ("r1",), "taking back is no reason to fence"


SMALL = [p for n in (2, 3) for p in permutations((1, 100, 150, 254), n)]


@pytest.mark.parametrize("priorities", SMALL, ids=str)
def test_with_perfect_links_one_node_is_active_after_quiet(priorities):
    for intervals in product((0.5, 1, 2), repeat=len(priorities)):
        nodes = [
            node(f"r{i + 1}", p, adv=a)
            for i, (p, a) in enumerate(zip(priorities, intervals, strict=True))
        ]
        quiet = 4 * max(intervals) + 1
        for events in ([], [[5.3, "crash", "r1"]], [[5.3, "crash", "r1"], [9.7, "restart", "r1"]]):
            last = max((e[0] for e in events), default=0)
            record = ran(nodes, events, last + 3 * quiet)
            assert record.seconds(2, last + quiet) == 0


def test_the_down_interval_falls_as_priority_rises():
    assert all(down_interval(p) > down_interval(p + 1) for p in range(1, 255))


def test_messages_are_lost_by_the_generator_given_and_come_again():
    cluster = Cluster(nodes=(R1, R2), loss=0.5)
    one, other = (play(cluster, (), 200, rng=np.random.default_rng(3)) for _ in range(2))
    assert one.trace == other.trace
    assert one.seconds(2) > 0
    with pytest.raises(ParameterError, match="rng: messages are lost"):
        play(cluster, (), 200)
    sure = Cluster(nodes=(R1, R2), links=(Link(one="r1", other="r2", loss=1.0),))
    assert play(sure, (), 30, rng=np.random.default_rng(3)).seconds(2) > 20


def test_a_late_message_arrives_late():
    rows = ran([R1, R2], [[10, "stop", "r1"]], 20, delay=0.25).changes()
    assert rows[-1] == [10.25 + skew(150), "r2", "Active"]


def test_a_trace_is_in_order_plain_and_tells_of_every_change():
    record = ran([R1, R2, R3], [[10, "crash", "r1"], [20, "restart", "r1"]], 40)
    times = [entry["t"] for entry in record.trace]
    assert times == sorted(times)
    assert from_text(list, to_text(list(record.trace))) == list(record.trace)
    at = [e["kind"] for e in record.trace if e["t"] == 12.6328125]
    assert at == ["state", "owner", "advert", "garp"]
    assert all(state.why for state in record.states)
    assert record.states[-1].t <= 40


# The client


def test_a_client_loses_what_falls_into_the_gap():
    record = ran([R1, R2], [[10, "crash", "r1"]], 20)
    seen = requests(record)
    assert seen.lost(10) == 27  # 10.0, 10.1 ... 12.6 of the gap 10 to 12.6328
    assert {r.by for r in seen.requests if r.t > 12.7} == {"r2"}


def test_a_lost_announcement_is_made_good_by_the_second_burst():
    events = [[10, "crash", "r1"], [11, "lose_garp", "r2"]]
    assert requests(ran([R1, R2], events, 30)).lost(10) == 77  # to 12.6328 + 5
    alone = ran([R1, R2], events, 30, garp_delay=0)
    assert requests(alone, Client(arp_timeout=60)).lost(10) == 201
    assert requests(alone, Client(arp_timeout=15)).lost(10) < 150


def test_with_a_virtual_mac_the_next_advertisement_teaches_the_switch():
    nodes = [node("r1", 200, vmac=True), node("r2", 150, vmac=True)]
    events = [[10, "crash", "r1"], [11, "lose_garp", "r2"]]
    assert requests(ran(nodes, events, 30, garp_delay=0)).lost(10) == 27


def test_in_a_split_brain_requests_are_served_by_one_of_two():
    seen = requests(ran([R1, R2], [[10, "cut", "r1", "r2"]], 20))
    assert seen.lost(5) == 0
    assert seen.doubtful == 74
    assert seen.requests[-1].by == "r2"


def test_an_ill_service_serves_nobody():
    assert requests(ran([R1, R2], [[10, "check", "r1", "fail"]], 20)).lost(9) == 101


def test_the_virtual_mac_holds_the_group():
    assert virtual_mac(51) == "00:00:5e:00:01:33"


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: skew(0), "priority=0: choose 1 to 255"),
        (lambda: skew(100, 41), "interval_s=41"),
        (lambda: skew(100, 1, 4), "version=4"),
        (lambda: virtual_mac(0), "vrid=0"),
        (lambda: node("r1", 100, preempt_delay=2000), "preempt_delay=2000"),
        (lambda: node("r1", 100, start=-1), "start=-1"),
        (lambda: Node(id="a", ip="300.1.1.1"), "ip=300.1.1.1"),
        (lambda: Script(interval=0), "interval=0"),
        (lambda: Script(fall=0), "fall=0"),
        (lambda: Script(weight=300), "weight=300"),
        (lambda: Script(timeout=2), "timeout=2: choose 0 to the interval of 1.0 s"),
        (lambda: Cluster(nodes=()), "nodes=0"),
        (lambda: Cluster(nodes=(R1, R1)), "id=r1, r1"),
        (lambda: Cluster(nodes=(R1,), loss=2), "loss=2"),
        (lambda: Cluster(nodes=(R1,), delay=-1), "delay=-1"),
        (lambda: Cluster(nodes=(R1,), garp_delay=-1), "garp_delay=-1"),
        (lambda: Cluster(nodes=(R1,), links=(Link(one="r1", other="r9"),)), "id=r9: no such node"),
        (lambda: Event(-1, "crash", "r1"), "at_s=-1"),
        (lambda: Event(1, "burn", "r1"), "kind=burn: choose one of crash"),
        (lambda: Event(1, "prio", "r1", prio=255), "prio=255: choose 1 to 254"),
        (lambda: Event(1, "check", "r1", health="?"), r"health=\?"),
        (lambda: event_from([1, "prio", "r1"]), "expected .time, kind, node."),
        (lambda: event_from("x"), "event=x"),
        (lambda: ran([R1], [[1, "crash", "r7"]], 5), "id=r7: no such node; choose one of r1"),
        (lambda: ran([R1, R2], [[1, "cut", "r1", "r1"]], 5), "other=r1: name another"),
        (lambda: ran([R1], [], 0), "until=0"),
        (lambda: Client(every_s=0), "every_s=0"),
    ],
)
def test_errors_say_name_value_and_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_the_short_form_of_an_event_comes_back():
    for plain in (
        [1.0, "prio", "r1", 9],
        [2.0, "check", "r1", "hang"],
        [3.0, "cut", "r1", "r2"],
        [4.0, "stop", "r1"],
    ):
        assert event_from(plain).plain == plain


# The story, and the ways to fail


def test_a_story_tells_who_served_and_lasts_long_enough():
    cluster = Cluster(nodes=(R1, R2))
    told = tell(
        cluster, Client(), [event_from([40, "crash", "r1"]), event_from([10, "stop", "r2"])]
    )
    assert told.record.until == 55
    assert told.moves == 0
    both = tell(
        cluster, Client(), [event_from([10, "crash", "r1"]), event_from([20, "restart", "r1"])]
    )
    assert both.moves == 2
    assert both.lost(30) == 27
    assert [by for _a, _b, by, _two in both.answers(30)] == [None, "r1", None, "r2", "r1"]
    assert both.answers(11)[-1][:3] == (pytest.approx(10.0), 11, None)
    assert both.asked(12).entry == "r1"
    assert [s.phase for s in phases(both.record, "r1", 30)] == [
        "Backup",
        "Active",
        "Initialize",
        "Backup",
        "Active",
    ]
    assert phases(both.record, "r1", 11)[-1] == Stretch(10.0, 11, "Initialize")


def test_the_ways_to_fail_are_the_formulas():
    check = detection(2, 3, 1)
    stop, crash, leave, sink = ways(150, 1.0, 3, check, Sessions(rate=10))
    assert (stop.total, crash.total) == (stop_outage(150), crash_outage(150))
    assert leave.total == script_outage(150, check)
    assert sink.total == priority_outage(150, check)
    assert crash.moved.refused == pytest.approx(10 * 2.9140625)
