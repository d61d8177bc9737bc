"""NAPT: the vectors, the TCP states one by one, and that no two connections share a port."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.networks.napt import (
    TCP_S,
    Forward,
    Napt,
    Packet,
    buckets,
    ceiling,
    free_ports,
    port_class,
)  # fmt: skip
from coursekit.sims.networks.natstory import Arrival, play, trace

E, S, T = "203.0.113.1", "192.0.2.10", "192.0.2.20"
HOSTS = {name: f"10.0.0.{i}" for i, name in enumerate("abc", 1)}


def tcp(src, sport, dst, dport, flags="SYN"):
    return Packet("tcp", src, sport, dst, dport, flags)


def test_vector_8():
    nat = Napt(E)
    sent = [("a", S), ("b", S), ("b", T), ("c", S), ("a", S)]
    said = [nat.outbound(i, tcp(HOSTS[h], 40000, dst, 443)) for i, (h, dst) in enumerate(sent)]
    assert [v.packet.sport for v in said] == [40000, 40001, 40000, 40002, 40000]
    assert [v.why for v in said] == ["new", "new", "new", "new", "reuse"]


@pytest.mark.parametrize("taken, given_", [(500, 501), (511, 1), (1023, 512), (65535, 1024)])
def test_vector_9_ports_stay_in_their_class(taken, given_):
    nat = Napt(E)
    nat.outbound(0, tcp(HOSTS["a"], taken, S, 443))
    assert nat.outbound(0, tcp(HOSTS["b"], taken, S, 443)).packet.sport == given_


@pytest.mark.parametrize("at, action", [(29.9, "translate"), (30, "to_host")])
def test_vector_10_a_late_answer_meets_nobody(at, action):
    nat = Napt(E)
    nat.outbound(0, Packet("udp", HOSTS["a"], 5000, S, 53))
    assert nat.inbound(at, Packet("udp", S, 53, E, 5000)).action == action


def test_after_an_answer_udp_lives_two_minutes():
    nat = Napt(E)
    nat.outbound(0, Packet("udp", HOSTS["a"], 5000, S, 53))
    nat.inbound(1, Packet("udp", S, 53, E, 5000))
    assert nat.inbound(120.9, Packet("udp", S, 53, E, 5000)).action == "translate"
    assert nat.inbound(240.9, Packet("udp", S, 53, E, 5000)).action == "to_host"


@pytest.mark.parametrize("mib, count", [(512, 32_768), (1024, 65_536), (4096, 262_144), (16_384, 262_144), (8, 1024)])  # fmt: skip
def test_vector_11(mib, count):
    assert buckets(mib << 20) == count


LIFE = [  # way, flags, state afterwards
    ("o", "SYN", "syn_sent"), ("o", "SYN", "syn_sent"), ("r", "SYN+ACK", "syn_recv"),
    ("o", "ACK", "established"), ("r", "ACK", "established"), ("r", "FIN", "fin_wait"),
    ("r", "ACK", "fin_wait"), ("o", "ACK", "close_wait"), ("r", "FIN", "close_wait"),
    ("o", "FIN", "last_ack"), ("r", "ACK", "time_wait"), ("o", "ACK", "time_wait"),
    ("r", "RST", "close"), ("o", "ACK", "close"),
]  # fmt: skip


def test_the_life_of_a_connection_state_by_state():
    nat = Napt(E)
    for t, (way, flags, state) in enumerate(LIFE):
        if way == "o":
            said = nat.outbound(t, tcp(HOSTS["a"], 5000, S, 443, flags))
        else:
            said = nat.inbound(t, tcp(S, 443, E, 5000, flags))
        assert said.action == "translate"
        (entry,) = nat.entries.values()
        assert (entry.state, entry.expires) == (state, t + TCP_S[state])
    assert nat.inbound(t + 9.9, tcp(S, 443, E, 5000, "ACK")).action == "translate"
    assert nat.inbound(t + 19.9, tcp(S, 443, E, 5000, "ACK")).action == "to_host"


@pytest.mark.parametrize("flags, why", [("ACK", "new"), ("SYN", "new"), ("FIN", "invalid"), ("RST", "invalid"), ("SYN+ACK", "invalid")])  # fmt: skip
def test_what_may_open(flags, why):
    nat = Napt(E)
    assert nat.outbound(0, tcp(HOSTS["a"], 1, S, 443, flags)).why == why
    if flags == "ACK":
        assert next(iter(nat.entries.values())).state == "established"


def test_a_forward_lets_in_and_makes_no_entry():
    nat = Napt(E, forwards=[Forward("tcp", 2222, "10.0.0.9", 22)])
    said = nat.inbound(0, tcp(T, 999, E, 2222))
    assert (said.why, said.packet.dst, said.packet.dport) == ("forward", "10.0.0.9", 22)
    assert nat.entries == {}
    assert nat.inbound(0, Packet("udp", T, 999, E, 2222)).action == "to_host"
    assert nat.inbound(0, tcp(T, 999, "203.0.113.9", 2222)).action == "to_host"


def test_a_full_table_and_no_free_port():
    nat = Napt(E, most=2)
    said = [nat.outbound(0, tcp(HOSTS["a"], 5000 + i, S, 443)).why for i in range(3)]
    assert said == ["new", "new", "table_full"]
    assert nat.outbound(120, tcp(HOSTS["a"], 6000, S, 443)).why == "new", "they were forgotten"
    narrow = Napt(E, ports=(2000, 2001))
    said = [narrow.outbound(0, tcp(HOSTS[h], 2000, S, 443)).why for h in "abc"]
    assert said == ["new", "new", "ports_exhausted"]
    assert narrow.outbound(0, tcp(HOSTS["c"], 2000, T, 443)).why == "new", "another destination"


@pytest.mark.parametrize("destinations, table, most, why", [(1, 262_144, 64_512, "ports"), (4, 262_144, 258_048, "ports"), (5, 262_144, 262_144, "table"), (1, 1024, 1024, "table")])  # fmt: skip
def test_the_ceiling(destinations, table, most, why):
    assert ceiling(destinations, table) == (most, why)


def test_the_ceiling_is_what_the_engine_reaches():
    """511 low ports a destination, until the table ends it: counted packet by packet."""
    nat = Napt(E, most=1200)
    counts = {}
    for dst in (S, T, "192.0.2.30"):
        for host in range(600):
            why = nat.outbound(0, tcp(f"10.0.{host // 250}.{host % 250}", 500, dst, 443)).why
            counts[why] = counts.get(why, 0) + 1
    assert counts["new"] == 1200
    assert free_ports(500) * 2 == 1022
    assert counts["ports_exhausted"] == 2 * 89
    assert counts["table_full"] == 600 - 178


packets = st.tuples(
    st.floats(0, 300), st.sampled_from("abc"), st.sampled_from([80, 500, 511, 5000]),
    st.sampled_from([S, T]), st.sampled_from(["tcp", "udp"]), st.sampled_from(["SYN", "ACK", "FIN", "RST"]),
)  # fmt: skip


@given(st.lists(packets, max_size=60))
@settings(max_examples=150, deadline=None)
def test_two_live_connections_never_share_what_an_answer_carries(drawn):
    nat = Napt(E)
    for t, host, sport, dst, proto, flags in sorted(drawn):
        nat.outbound(t, Packet(proto, HOSTS[host], sport, dst, 443, flags if proto == "tcp" else ""))  # fmt: skip
        remote = [entry.remote for entry in nat.entries.values()]
        assert len(set(remote)) == len(remote) == len(nat.replies)
        assert all(entry.expires > t for entry in nat.entries.values())
        assert all(port_class(e.original[2]) == port_class(e.eport) for e in nat.entries.values())


def test_the_story_tells_every_packet():
    arrivals = [
        Arrival(0, "out", Packet("udp", HOSTS["a"], 5000, S, 53)),
        Arrival(1, "out", Packet("udp", HOSTS["b"], 5000, S, 53)),
        Arrival(30, "in", Packet("udp", S, 53, E, 5000)),
        Arrival(30.5, "in", Packet("udp", S, 53, E, 5001)),
        Arrival(31, "in", tcp(T, 999, E, 2222)),
    ]
    played = play(E, arrivals, forwards=[Forward("tcp", 2222, "10.0.0.9", 22)])
    assert [s.verdict.why for s in played.states[1:]] == ["new", "new", "to_host", "reply", "forward"]  # fmt: skip
    assert played.states[3].expired == (f"udp 10.0.0.1:5000 → {S}:53",)
    assert [line.left_s for line in played.states[4].table] == [120]
    kinds = [e["kind"] for e in trace(E, arrivals)]
    assert kinds == ["new", "new", "expire", "drop", "reply", "drop"]


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Napt("x"), "eip=x"),
        (lambda: Napt(E, most=0), "max=0: choose 1 or more"),
        (lambda: port_class(0), "sport=0"),
        (lambda: buckets(0), "ram_bytes=0"),
        (lambda: ceiling(0, 1), "destinations=0"),
        (lambda: ceiling(1, 0), "table=0"),
        (lambda: play(E, [Arrival(0, "out", Packet("gre", E, 1, S, 1))]), "proto=gre"),
        (lambda: play(E, [Arrival(0, "out", tcp(E, 0, S, 1))]), "sport=0"),
        (lambda: play(E, [Arrival(0, "out", tcp(E, 1, S, 1, "PSH"))]), "flags=PSH"),
        (lambda: play(E, [Arrival(0, "up", tcp(E, 1, S, 1))]), "way=up"),
        (
            lambda: play(
                E, [Arrival(1, "out", tcp(E, 1, S, 1)), Arrival(0, "out", tcp(E, 1, S, 1))]
            ),
            "t=0: packets come",
        ),
    ],
)
def test_an_error_names_the_value_and_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
