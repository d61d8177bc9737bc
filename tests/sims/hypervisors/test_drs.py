"""DRS: the vector, then every placement of four machines on three hosts."""

from itertools import product
from statistics import pstdev

import pytest

from coursekit.sims.hypervisors.drs import Cluster, balance, imbalance
from coursekit.sims.message import ParameterError

HOSTS = {"h1": 10, "h2": 10, "h3": 10}
ENTITLED = {"a": 4, "b": 3, "c": 2, "d": 2, "e": 1}
PLACED = {"a": "h1", "b": "h1", "c": "h1", "d": "h2", "e": "h3"}


def test_the_vector():
    """4-V17."""
    found = balance(Cluster(hosts=HOSTS, entitled=ENTITLED, placed=PLACED, threshold=0.1))
    assert found.states[0].dev == pytest.approx(0.355903, abs=1e-6)
    assert [(m.vm, m.source, m.target) for m in found.moves] == [
        ("a", "h1", "h3"),
        ("c", "h1", "h2"),
    ]
    assert [m.dev for m in found.moves] == pytest.approx([0.141421, 0.081650], abs=1e-6)
    assert found.states[-1].loads == pytest.approx({"h1": 0.3, "h2": 0.4, "h3": 0.5})
    assert found.end == "balanced"
    assert "a moves from h1 to h3" in str(found.states[1].why)


@pytest.mark.parametrize("where", list(product("xyz", repeat=4)))
def test_each_move_is_the_best_of_all_and_overloads_nobody(where):
    hosts, entitled = {"x": 4, "y": 6, "z": 5}, {"a": 3, "b": 2, "c": 2, "d": 1}
    placed = dict(zip("abcd", where, strict=True))
    found = balance(Cluster(hosts=hosts, entitled=entitled, placed=placed, threshold=0.05))
    for before, after in zip(found.states, found.states[1:], strict=False):
        devs = []
        for vm, host in product("abcd", "xyz"):
            loads = found.cluster.loads({**before.placed, vm: host})
            if before.placed[vm] != host and loads[host] <= 1:
                devs.append(pstdev(loads.values()))
        assert after.dev == pytest.approx(min(devs))
        assert after.dev < before.dev
        assert after.loads[after.move.target] <= 1 + 1e-9
    last = found.states[-1]
    assert (found.end == "balanced") == (last.dev <= 0.05)
    assert imbalance(last.loads) == pytest.approx(pstdev(last.loads.values()))


def test_names_decide_between_equals():
    cluster = Cluster(
        hosts={"h3": 1, "h2": 1, "h1": 1}, entitled={"b": 0.4, "a": 0.4},
        placed={"b": "h3", "a": "h3"}, threshold=0,
    )  # fmt: skip
    first = balance(cluster).moves[0]
    assert (first.vm, first.target) == ("a", "h1")


def test_it_stops_where_no_move_helps_or_enough_were_made():
    one = Cluster(hosts={"x": 1, "y": 1}, entitled={"a": 1}, placed={"a": "x"})
    assert (balance(one).end, balance(one).moves) == ("no_gain", ())
    few = Cluster(hosts=HOSTS, entitled=ENTITLED, placed=PLACED, max_moves=1)
    assert (balance(few).end, len(balance(few).moves)) == ("max_moves", 1)
    only = Cluster(
        hosts={"x": 1, "y": 1}, entitled={"a": 1.2, "b": 0.9}, placed={"a": "x", "b": "x"}
    )
    assert [move.vm for move in balance(only).moves] == ["b"]  # a would do as well but overload y


@pytest.mark.parametrize(
    "values, says",
    [
        ({"hosts": {}}, "hosts=0: choose 1 or more"),
        ({"hosts": {"h1": 0}}, "h1=0: choose more than 0"),
        ({"entitled": {"a": -1}}, "a=-1: choose 0 or more"),
        ({"placed": {}}, "vm=a: it must be on one of the hosts"),
        ({"threshold": -1}, "threshold=-1: choose 0 or more"),
        ({"max_moves": -1}, "max_moves=-1: choose 0 or more"),
    ],
)
def test_a_bad_cluster_names_the_value_and_the_rule(values, says):
    good = {"hosts": HOSTS, "entitled": ENTITLED, "placed": PLACED}
    with pytest.raises(ParameterError, match=says):
        Cluster(**{**good, **values})
