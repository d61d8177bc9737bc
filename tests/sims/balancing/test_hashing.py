"""Hashing: nginx's own numbers, keys moved, and the laws of rings."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.balancing.hashing import (
    Moved,
    bounded,
    cap,
    ip_hash,
    key_hash,
    lookup,
    modulo,
    moved,
    ring,
    server_of_ip,
    server_of_key,
)
from coursekit.sims.message import ParameterError

FOUR = [f"10.0.0.{i}:80" for i in (1, 2, 3, 4)]
THREE = FOUR[:3]
KEYS = [f"k{i}" for i in range(10_000)]


@pytest.mark.parametrize(
    "address, value, server",  # 3-V6
    [
        ("192.0.2.1", 6255, 0), ("192.0.2.250", 6255, 0), ("192.168.1.10", 154, 1),
        ("10.0.0.1", 2565, 0), ("10.0.1.1", 2566, 1), ("203.0.113.7", 2592, 0),
    ],
)  # fmt: skip
def test_ip_hash(address, value, server):
    assert (ip_hash(address), server_of_ip(address, (1, 1, 1))) == (value, server)


@pytest.mark.parametrize(
    "key, value, three, four",  # 3-V7
    [("user1", 3153, 0, 1), ("user2", 5464, 1, 0), ("user3", 25183, 1, 3), ("/index.html", 27170, 2, 2)],
)  # fmt: skip
def test_hash_of_a_key(key, value, three, four):
    assert key_hash(key) == value
    assert (server_of_key(key, (1,) * 3), server_of_key(key, (1,) * 4)) == (three, four)


def test_the_ring_of_three():
    """3-V8"""
    three, four = ring(THREE), ring(FOUR)

    assert len(three.points) == 480
    assert three.points[:2] == (3751338, 15858338)
    assert three.owners[:2] == (0, 1)
    users = [f"user{i}" for i in range(1, 6)]
    assert [lookup(three, each) for each in users] == [0, 0, 1, 2, 1]
    assert [lookup(four, each) for each in users] == [0, 0, 1, 2, 1]


def by_modulo(servers):
    return lambda key: servers[modulo(key, len(servers))]


def by_hash(servers):
    return lambda key: servers[server_of_key(key, (1,) * len(servers))]


def test_keys_moved_by_a_fourth_server():
    """3-V9"""
    assert moved(THREE, FOUR, KEYS) == Moved(2845, 2845)
    assert moved(THREE, FOUR, KEYS, by_modulo).moved == 7518
    assert moved(THREE, FOUR, KEYS, by_hash).moved == 7481
    assert moved(THREE, FOUR, KEYS[:1000]) == Moved(282, 282)
    assert Counter(lookup(ring(THREE), key) for key in KEYS) == {0: 3460, 1: 2949, 2: 3591}


def test_a_key_that_falls_on_a_point_belongs_to_it():
    """The text a first point is made of, taken as a key, has the same CRC-32."""
    whole = ring(FOUR)
    keys = [each.replace(":", "\0") + "\0\0\0\0" for each in FOUR]

    assert [lookup(whole, key) for key in keys] == [0, 1, 2, 3]


@given(st.integers(2, 8), st.data())
def test_a_server_that_leaves_moves_its_own_keys_only(n, data):
    servers = [f"s{i}:80" for i in range(n)]
    gone = data.draw(st.integers(0, n - 1))
    rest = servers[:gone] + servers[gone + 1 :]
    whole = ring(servers)
    mine = sum(lookup(whole, key) == gone for key in KEYS[:300])

    assert moved(servers, rest, KEYS[:300]) == Moved(mine, mine)


def test_a_server_that_is_down_gets_no_key():
    whole = ring(THREE)
    for key in KEYS[:200]:
        for down in ({0}, {0, 2}):
            assert server_of_key(key, (1, 1, 1), down) not in down
            assert lookup(whole, key, down) not in down
    for down in ({0}, {0, 2}):
        assert all(server_of_ip(f"10.0.{i}.1", (1, 1, 1), down) not in down for i in range(200))
    assert server_of_ip("10.0.0.1", (1,), {0}) is None
    assert server_of_key("k", (1,), {0}) is None
    assert lookup(whole, "k", {0, 1, 2}) is None


def test_weights_give_points_and_places():
    assert Counter(ring(THREE, (2, 1, 1)).owners) == {0: 320, 1: 160, 2: 160}
    counts = Counter(server_of_key(key, (3, 1)) for key in KEYS)
    assert counts[0] / counts[1] == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("active, servers, most", [(0, 4, 1), (10, 4, 4), (99, 10, 13)])
def test_cap(active, servers, most):
    """3-V18"""
    assert cap(1.25, active, servers) == most


def test_bounded_loads_never_pass_the_cap():
    active, whole = [0, 0, 0], ring(THREE)
    for _each in range(300):  # one hot key only
        server = bounded(whole, "hot", active)
        active[server] += 1
        assert max(active) <= cap(1.25, sum(active) - 1, 3)
    assert min(active) > 0
    assert bounded(whole, "hot", [0, 0, 0]) == lookup(whole, "hot")


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: ip_hash("10.0.0"), "address=10.0.0: give an IPv4"),
        (lambda: ip_hash("10.0.0.256"), "address=10.0.0.256"),
        (lambda: ring(["a:1", "a:1"]), "give each once"),
        (lambda: ring(["alone"]), "server=alone: give host:port"),
        (lambda: ring([]), r"weights=\[\]"),
        (lambda: cap(1, 1, 1), "factor=1: choose more than 1"),
    ],
)
def test_a_bad_value_is_named(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
