"""Keys placed twice: the vectors of the hashes, and the least that must move."""

import numpy as np
import pytest

from coursekit.sims.balancing.hashing import lookup, modulo, ring, server_of_ip, server_of_key
from coursekit.sims.balancing.placement import METHODS, Plan, place, point_of, ring_of, value_of


@pytest.mark.parametrize("method, moved", [("ring", 2845), ("modulo", 7518), ("hash", 7481)])
def test_ten_thousand_keys_from_three_servers_to_four(method, moved):
    """Spec 3-V9; on the ring all of them go to the new server."""
    found = place(Plan(method=method, keys=10_000))

    assert found.moved == moved
    assert found.moved / 10_000 == pytest.approx(found.expected, abs=0.04)
    if method == "ring":
        assert found.changed == moved
        assert found.counts("before") == [3460, 2949, 3591, 0]


def test_remainders_are_the_walk_along_equal_weights():
    for method, rule in (("hash", server_of_key), ("ip_hash", server_of_ip)):
        found = place(Plan(method=method, servers=5, keys=300))
        assert found.before.tolist() == [rule(name, (1,) * 5) for name in found.names]
        assert found.after.tolist() == [rule(name, (1,) * 6) for name in found.names]
    found = place(Plan(method="modulo", servers=5, keys=300))
    assert found.before.tolist() == [modulo(name, 5) for name in found.names]


def test_the_ring_is_looked_up_as_nginx_does():
    found = place(Plan(servers=6, change="remove", keys=500))
    of = ring([f"10.0.0.{i + 1}:80" for i in range(5)])

    assert found.after.tolist() == [lookup(of, name) for name in found.names]
    assert [point_of(of, name)[1] for name in found.names] == found.after.tolist()
    assert ring_of(5) == of


@pytest.mark.parametrize("method", METHODS)
def test_a_leaver_moves_its_keys_and_coming_back_undoes_it(method):
    gone = place(Plan(method=method, servers=5, change="remove", keys=3000))
    back = place(Plan(method=method, servers=4, change="add", keys=3000))

    assert (gone.before == back.after).all()
    assert gone.moved == back.moved >= gone.counts("before")[4]
    assert gone.counts("after")[4] == 0
    assert gone.moved / 3000 == pytest.approx(gone.expected, abs=0.06)
    assert place(Plan(method=method, change="none")).moved == 0


def test_bounded_loads_keep_every_server_below_the_cap():
    loose, tight = place(Plan(keys=600)), place(Plan(keys=600, factor=1.05))

    assert tight.most == 158  # ceil(1.05 · 600/4)
    assert max(loose.counts("after")) > tight.most >= max(tight.counts("after"))
    assert sum(tight.counts("after")) == 600
    assert loose.changed == loose.moved
    assert tight.changed < tight.moved, "who found a server full moves among the old ones"


def test_values_are_in_their_range():
    assert value_of("ip_hash", "192.0.2.1") == 6255
    assert value_of("hash", "user1") == 3153
    assert np.all([0 <= value_of("ring", f"k{i}") < 2**32 for i in range(50)])


@pytest.mark.parametrize(
    "values, says",
    [
        ({"method": "best"}, "method=best"), ({"change": "swap"}, "change=swap"),
        ({"servers": 1, "change": "remove"}, "servers=1: choose 2"), ({"keys": 0}, "keys=0"),
        ({"method": "hash", "factor": 1.25}, "factor=1.25"), ({"factor": 0.5}, "factor=0.5"),
    ],
)  # fmt: skip
def test_a_bad_plan_names_the_value(values, says):
    with pytest.raises(ValueError, match=says):
        place(Plan(**values))
