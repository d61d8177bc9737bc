"""DHCP: the times of RFC 2131, the choice of addresses, the order of messages."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.networks.dhcp import Server, pool_of
from coursekit.sims.networks.dhcpstory import GOOD, ROGUE, Deed, Link, play, trace
from coursekit.sims.networks.leases import Times, retries, sends, times


@pytest.mark.parametrize(
    "lease, renew, rebind",
    [
        (3600, (1800, 2475, 2812.5, 2981.25, 3065.625, 3125.625), (3150, 3375, 3487.5, 3547.5)),
        (600, (300, 412.5, 472.5), (525, 585)),
    ],
)
def test_vectors_4_and_5_of_the_tries(lease, renew, rebind):
    assert retries(lease) == (renew, rebind)
    assert times(lease).expiry == lease


def test_vectors_6_and_7():
    assert times(86_400) == Times(43_200, 75_600, 86_400)
    assert sends(7) == (0, 4, 12, 28, 60, 124, 188)


@given(st.floats(1, 1e6))
def test_tries_halve_what_is_left_and_keep_a_minute(lease):
    at = times(lease)
    for asked, limit in zip(retries(lease), (at.t2, at.expiry), strict=True):
        assert all(b - a >= 60 * (1 - 1e-9) for a, b in itertools.pairwise(asked))
        assert all(t < limit for t in asked)


def test_each_wait_varies_by_a_second_and_comes_again_from_the_seed():
    drawn = sends(6, np.random.default_rng(3))
    waits = np.diff(drawn)
    assert all(abs(w - plain) <= 1 for w, plain in zip(waits, (4, 8, 16, 32, 64), strict=True))
    assert drawn == sends(6, np.random.default_rng(3)) != sends(6)


def messages(played):
    return [(s.sent.name, s.sent.src, s.sent.dst) for s in played.states if s.sent]


def test_dora_in_order():
    assert messages(play(Link(clients=1, until_s=10))) == [
        ("DISCOVER", "A", "all"), ("OFFER", GOOD, "A"), ("REQUEST", "A", "all"), ("ACK", GOOD, "A"),
    ]  # fmt: skip
    phases = [e["state"] for e in trace(Link(clients=1, until_s=10)) if e["kind"] == "state"]
    assert phases == ["SELECTING", "REQUESTING", "BOUND"]


def test_a_silent_server_meets_the_vector_of_tries():
    """1-V4 through the whole story: tries are counted from the REQUEST of the lease."""
    played = play(Link(clients=1, dies_at_s=1.0, until_s=3600.1, jitter=False))
    asked = [s for s in played.states if s.sent and s.sent.name == "REQUEST"]
    start = asked[0].t
    renew, rebind = retries(3600)
    assert [s.t - start for s in asked[1:]] == pytest.approx([*renew, *rebind])
    assert [s.sent.dst for s in asked[1:]] == [GOOD] * len(renew) + ["all"] * len(rebind)
    assert played.lost == pytest.approx(start + 3600)


@pytest.mark.parametrize("dies_h", [0.1, 5.0, 11.9, 12.1, 13.0, 23.9])
def test_nobody_loses_an_address_before_half_a_lease(dies_h):
    link = Link(lease_s=86_400, dies_at_s=dies_h * 3600, until_s=60 * 3600, jitter=False, clients=4)
    after = play(link).lost - link.dies_at_s
    assert 43_200 - 1 <= after <= 86_400 + 1


def test_the_faster_server_wins():
    played = play(Link(rogue=True, clients=1, until_s=5))
    last = played.states[-1]
    assert last.clients[0].server == ROGUE
    assert last.leases == ()
    slow = play(Link(rogue=True, rogue_delay_s=0.1, clients=1, until_s=5)).states[-1]
    assert slow.clients[0].server == GOOD


def test_an_empty_pool_keeps_silent_and_the_client_asks_again():
    played = play(Link(clients=3, pool=2, until_s=70, jitter=False))
    mine = [s.t for s in played.states if s.sent and s.sent.src == "C"]
    assert mine == pytest.approx([4, 8, 16, 32, 64])
    assert played.states[-1].clients[2].ip == ""


def test_somebody_who_uses_an_address_is_found_and_avoided():
    played = play(Link(clients=1, taken=1, until_s=60))
    assert ("DECLINE", "A", GOOD) in messages(played)
    assert played.states[-1].clients[0].ip == "192.168.1.101"


def test_release_frees_the_address_and_the_client_gets_it_back():
    deeds = [Deed(10, "release", 0), Deed(20, "join", 0)]
    played = play(Link(clients=2, pool=2, until_s=40), deeds)
    assert played.states[-1].clients[0].ip == "192.168.1.100"
    gone = next(s for s in played.states if s.t >= 10 and s.clients[0].phase == "OFF")
    assert [lease[1] for lease in gone.leases] == ["B"]


def test_a_server_that_comes_back_renews():
    deeds = [Deed(100, "kill"), Deed(2000, "start")]
    played = play(Link(clients=1, until_s=3500, jitter=False), deeds)
    assert played.lost is None
    assert played.states[-1].deeds == 2
    assert played.states[-1].clients[0].phase == "BOUND"


def test_the_choice_of_an_address_in_the_order_of_the_rfc():
    server = Server(GOOD, pool_of("10.0.0.1", 4), lease=100, offer_hold=60)
    assert server.discover(0, "a", "10.0.0.3") == "10.0.0.3", "its wish"
    assert server.discover(0, "b", "10.0.0.3") == "10.0.0.1", "set aside for another: the lowest"
    assert server.request(1, "a", "10.0.0.3", GOOD) == "ACK"
    assert server.discover(2, "a", "10.0.0.4") == "10.0.0.3", "its current one"
    server.release("a")
    assert server.discover(3, "a", "10.0.0.4") == "10.0.0.3", "its former one"
    assert server.discover(61, "c") == "10.0.0.1", "b's reservation is over"
    assert server.request(62, "d", "10.0.0.1", GOOD) == "NAK"
    assert server.request(62, "c", "10.0.0.1", ROGUE) is None
    assert server.discover(63, "e") == "10.0.0.1", "c went elsewhere"
    assert server.request(200, "a", "10.0.0.3") is None, "its lease is over: a stranger"


@pytest.mark.parametrize("seed", range(8))
def test_two_clients_never_hold_one_address(seed):
    link = Link(clients=6, pool=4, lease_s=120, until_s=900, seed=seed)
    for state in play(link, [Deed(200, "release", seed % 6), Deed(300, "join", seed % 6)]).states:
        held = [c.ip for c in state.clients if c.phase in ("BOUND", "RENEWING", "REBINDING")]
        assert len(held) == len(set(held))
        assert len({ip for ip, _client, _until in state.leases}) == len(state.leases)


def test_same_seed_same_trace():
    link = Link(clients=3, pool=2, until_s=500)
    assert trace(link) == trace(link)
    assert trace(link) != trace(Link(clients=3, pool=2, until_s=500, seed=2))


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Link(clients=0), "clients=0: choose 1 to 6"),
        (lambda: Link(pool=0), "pool=0"),
        (lambda: Link(taken=9), "taken=9: choose 0 to 5"),
        (lambda: Link(lease_s=0), "lease_s=0: choose more than 0"),
        (lambda: play(Link(), [Deed(0, "shout")]), "kind=shout: choose one of kill"),
        (lambda: play(Link(), [Deed(0, "join", 7)]), "client=7"),
        (lambda: play(Link(), [Deed(-1, "kill")]), "at_s=-1"),
        (lambda: times(0), "lease=0"),
        (lambda: sends(0), "count=0"),
        (lambda: pool_of("x", 1), "first=x"),
        (lambda: Server(GOOD, (), lease=0), "lease=0"),
    ],
)
def test_an_error_names_the_value_and_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
