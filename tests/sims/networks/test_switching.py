"""Cards, bridges, switches, loops: the vectors of the specification, then laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.networks.addresses import BROADCAST, is_group, is_local, station_mac, vendor
from coursekit.sims.networks.arp import Arp, Cache, resolve
from coursekit.sims.networks.bridge import Bridge, VSwitch, bridge_outputs
from coursekit.sims.networks.lan import (
    ELSEWHERE,
    EVERYBODY,
    Lan,
    Sent,
    captured,
    conversation,
    play,
    trace,
)
from coursekit.sims.networks.loops import Loop, storm
from coursekit.sims.networks.nic import Nic, receives
from coursekit.sims.networks.own_switch import compare, traffic

A, B, C = (station_mac(i) for i in range(3))
VRRP = "01:00:5e:00:00:12"
V1 = [(0, 1, A, B), (1, 2, B, A), (2, 1, A, B), (3, 3, C, BROADCAST), (4, 4, A, C), (5, 2, B, A), (6, 4, A, A)]  # fmt: skip
V2 = [(305.9, 3, C, A), (306, 3, C, A), (306.5, 2, B, C)]


def test_vector_1_and_2_of_the_bridge():
    out = bridge_outputs(4, 300, V1 + V2)
    assert out == [[2, 3, 4], [1], [2], [1, 2, 4], [3], [4], [], [4], [1, 2, 4], [3]]


@pytest.mark.parametrize(
    "dst, normal, promiscuous",
    [
        (A, "HOST", "HOST"),
        (B, None, "OTHERHOST"),
        (BROADCAST, "BROADCAST", "BROADCAST"),
        (VRRP, "MULTICAST", "MULTICAST"),
        ("01:00:5e:00:00:01", None, "MULTICAST"),
    ],
)
def test_vector_3_of_the_card(dst, normal, promiscuous):
    card = {"mac": A, "mcast": frozenset({VRRP})}
    assert receives(Nic(**card), dst) == normal
    assert receives(Nic(**card, promisc=True), dst) == promiscuous
    assert receives(Nic(mac=A, allmulti=True), "01:00:5e:00:00:01") == "MULTICAST"


def test_addresses_have_their_bits():
    assert is_group(BROADCAST) and is_group(VRRP) and not is_group(A)
    assert is_local(A) and not is_local("08:00:27:00:00:01")
    assert [vendor(f"{v}:00:00:01") for v in ("08:00:27", "52:54:00", "00:0c:29", "02:00:00")] == ["VirtualBox", "QEMU/KVM", "VMware", ""]  # fmt: skip


frame = st.tuples(st.floats(0, 500), st.integers(1, 5), st.integers(0, 6), st.integers(-1, 6))


@given(st.lists(frame, max_size=40))
@settings(max_examples=150, deadline=None)
def test_a_bridge_never_sends_a_frame_back(frames):
    bridge = Bridge(5, ageing=100)
    for t, port, src, dst in sorted(frames):
        to = BROADCAST if dst < 0 else station_mac(dst)
        passed = bridge.receive(t, port, station_mac(src), to)
        assert port not in passed.out
        assert passed.kind != "flood" or len(passed.out) == 4


@pytest.mark.parametrize("stations", range(2, 9))
def test_once_everybody_spoke_nothing_is_flooded_until_it_ages(stations):
    bridge = Bridge(stations)
    for i in range(stations):
        bridge.receive(0, i + 1, station_mac(i), BROADCAST)
    for t, kind in ((299.9, "forward"), (300, "flood")):
        for src in range(stations):
            for dst in set(range(stations)) - {src}:
                twin = Bridge(stations)
                twin.fdb = dict(bridge.fdb)
                twin.fdb[station_mac(src)] = (src + 1, t)
                assert twin.receive(t, src + 1, station_mac(src), station_mac(dst)).kind == kind


def test_a_full_table_learns_nobody_new_but_moves_and_forgets():
    bridge = Bridge(4, fdb_max=1)
    assert bridge.receive(0, 1, A, B).learned == "new"
    assert bridge.receive(1, 2, B, A).learned == "full"
    assert bridge.receive(2, 1, A, B).kind == "flood"
    assert bridge.receive(3, 3, A, B).learned == "moved"
    assert bridge.receive(304, 2, B, A).learned == "new", "A was forgotten: there is room"


def test_link_local_own_address_group_sources_and_closed_ports():
    bridge = Bridge(3, mac=C, opens={3: 30.0})
    assert bridge.receive(0, 1, A, "01:80:c2:00:00:0f").kind == "drop"
    assert bridge.receive(0, 1, A, C) == ("stack", (), "again", True)
    assert bridge.receive(1, 1, BROADCAST, B).learned == ""
    assert bridge.receive(29.9, 3, B, A).kind == "drop"
    assert bridge.receive(29.9, 1, A, BROADCAST).out == (2,)
    assert bridge.receive(30, 3, B, A) == ("forward", (1,), "new", False)
    assert bridge.receive(31, 1, A, BROADCAST).stack


def test_a_virtual_switch_does_not_learn():
    switch = VSwitch({A: 1, B: 2})
    assert switch.receive(0, 1, A, B).out == (2,)
    assert switch.receive(0, 1, C, A).out == ()
    assert switch.receive(0, 1, A, C).out == (0,), "unknown: the uplink only"
    assert VSwitch({A: 1, B: 2}, [3]).receive(0, 1, A, B).out == (2, 3)


@pytest.mark.parametrize(
    "lan, count",
    [
        ({"device": "bridge"}, 1),
        ({"device": "hub"}, 100),
        ({"device": "vswitch", "accept": True}, 100),
        ({"device": "vswitch"}, 0),
    ],
)
def test_what_a_sniffer_sees_of_a_hundred_frames(lan, count):
    played = play(Lan(promiscuous=(2,), **lan), conversation(0, 1, 100))
    assert captured(played, 2) == count
    assert captured(played, 3) == 0


def test_the_trace_is_in_order_and_plain():
    frames = [Sent(0, 0, 1), Sent(1, 1, 0), Sent(2, 2, EVERYBODY), Sent(3, 0, ELSEWHERE)]
    events = trace(Lan(promiscuous=(2,)), frames)
    assert [e["kind"] for e in events[:4]] == ["rx", "learn", "flood", "deliver"]
    assert [(e["nic"], e["class"]) for e in events if e["kind"] == "deliver" and e["t"] == 0] == [(1, "HOST"), (2, "OTHERHOST")]  # fmt: skip
    assert [e["t"] for e in events] == sorted(e["t"] for e in events)
    assert events == trace(Lan(promiscuous=(2,)), frames)


@pytest.mark.parametrize("cables, flight", [(1, (1, 0)), (2, (2, 2, 2, 2)), (3, (3, 6, 12, 24)), (4, (4, 12, 36, 108))])  # fmt: skip
def test_copies_in_a_loop_stay_or_multiply(cables, flight):
    """Each copy is reflooded on every other cable: n − 1 for one."""
    storming = storm(Loop(cables=cables))
    assert storming.in_flight[: len(flight)] == flight
    assert storming.endless == (cables > 1)
    assert storming.events == (1 if cables == 1 else 10_000)
    assert sum(storming.delivered) == storming.events


def test_spanning_tree_opens_one_cable_after_thirty_seconds():
    early, late = storm(Loop(stp=True)), storm(Loop(stp=True, at_s=30.0))
    assert (early.events, late.events, late.delivered) == (0, 1, (0, 1))
    assert storm(Loop()).per_second == pytest.approx(2000, rel=1e-3)  # two copies, 1 ms a hop


def test_arp_asks_all_and_is_answered_by_one():
    one, two, three = Cache(A, "10.0.0.1"), Cache(B, "10.0.0.2"), Cache(C, "10.0.0.3")
    link = {each.ip: each for each in (one, two, three)}
    request, reply = resolve(0, one, "10.0.0.2", link)
    assert (request.dst_mac, reply.dst_mac, reply.src_mac) == (BROADCAST, A, B)
    assert resolve(59.9, one, "10.0.0.2", link) == ()
    assert len(resolve(60, one, "10.0.0.2", link)) == 2
    assert len(resolve(0, one, "10.0.0.9", link)) == 1
    assert three.find(0, "10.0.0.1") is None, "who is not asked learns nobody new"


def test_a_gratuitous_request_rewrites_what_is_known():
    one = Cache(A, "10.0.0.1", entries={"10.0.0.9": (B, 0.0)})
    frame = Arp(1, C, BROADCAST, "10.0.0.9", "10.0.0.9")
    assert frame.gratuitous
    assert one.hear(5, frame) is None
    assert one.find(5, "10.0.0.9") == C
    assert Cache(B, "10.0.0.2").hear(5, frame) is None


def test_your_own_switch_is_compared_frame_by_frame():
    frames = traffic(4, 12)
    hub = compare(lambda _table, ports, port, _s, _d: [p for p in ports if p != port], 4, frames)

    def bridge(table, ports, port, src, dst):
        table[src] = port
        if dst in table:
            return [table[dst]] if table[dst] != port else []
        return [p for p in ports if p != port]

    right = compare(bridge, 4, frames)
    assert hub.copies[0] == 36 > hub.copies[1]
    assert all(line.lost == line.needless == 0 for line in right.lines)
    deaf = compare(lambda *_: [], 4, frames)
    assert all(line.lost for line in deaf.lines)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Nic(mac="A"), "mac=A: write six octets"),
        (lambda: Bridge(1), "ports=1: choose 2 or more"),
        (lambda: Bridge(2, ageing=0), "ageing=0"),
        (lambda: Bridge(2, fdb_max=0), "fdb_max=0"),
        (lambda: Bridge(2).receive(0, 3, A, B), "port=3: choose 1 to 2"),
        (lambda: Lan(device="router"), "device=router: choose one of hub"),
        (lambda: Lan(stations=9), "stations=9: choose 2 to 8"),
        (lambda: Lan(promiscuous=(7,)), "promiscuous=7"),
        (lambda: play(Lan(), [Sent(0, 5, 0)]), "src=5"),
        (lambda: play(Lan(), [Sent(0, 0, 5)]), "dst=5"),
        (lambda: play(Lan(), [Sent(2, 0, 1), Sent(1, 0, 1)]), "at_s=1: frames come in order"),
        (lambda: Loop(cables=0), "cables=0: choose 1 to 6"),
        (lambda: Loop(hop_s=0), "hop_s=0"),
        (lambda: Cache(A, "10.0.0.1", timeout=0), "timeout=0"),
        (lambda: station_mac(300), "number=300"),
        (lambda: compare(lambda *_: 3, 4, traffic(4, 3)), "frame=0: return a list"),
        (lambda: compare(lambda *_: [9], 4, traffic(4, 3)), "frame=0: 9 is no port"),
        (
            lambda: compare(lambda *_: [1], 4, traffic(4, 3)),
            "frame=0: port 1 is where it came from",
        ),
    ],
)
def test_an_error_names_the_value_and_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
