"""The straws of a group: the same places as `place`, and the reasons of every try."""

from math import log

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.placement import ClusterMap, draw, grid, place
from coursekit.sims.netstorage.straws import tries


@pytest.mark.parametrize("out", [(), (0,), (0, 1), (2, 5)])
@pytest.mark.parametrize("hosts", [3, 5])
def test_what_is_kept_is_what_place_finds(hosts, out):
    cluster = ClusterMap(grid(hosts, 2).hosts, frozenset(out))
    for pg in range(64):
        made = tries(cluster, pg, 3)
        assert tuple(each.osd for each in made if each.end == "kept") == place(pg, cluster, 3)
        for each in made:
            longest = max(range(hosts), key=each.straws.__getitem__)
            assert cluster.hosts[longest].id == each.host == cluster.host_of(each.osd)
            assert (each.end == "out") <= (each.osd in out)
        hosts_kept = [each.host for each in made if each.end == "kept"]
        assert len(hosts_kept) == len(set(hosts_kept))


def test_a_straw_is_as_long_as_its_draw_says():
    first = tries(grid(4, 2), 7, 3)[0]
    assert [log(each) for each in first.straws] == pytest.approx([draw(7, 1000 + n, 0, 2.0) for n in range(4)])  # fmt: skip
    assert all(0 < each <= 1 for each in first.straws)
    assert [each.r for each in tries(grid(4, 2), 7, 3, 2)] == [0, 1]


def test_a_weight_of_zero_draws_nothing():
    cluster = grid(2, 1, 0.0)
    assert tries(cluster, 1, 1) == ()
    with pytest.raises(ParameterError, match="domain=rack: choose host"):
        tries(grid(2, 1, racks=2, domain="rack"), 1, 1)
