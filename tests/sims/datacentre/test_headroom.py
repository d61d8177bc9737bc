"""Room for the death of a host; what it costs to remove a single point of failure; what is left out."""

from itertools import product

import pytest

from coursekit.sims.datacentre.cost import cost
from coursekit.sims.datacentre.deltas import CHANGES
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.headroom import cluster, headroom
from coursekit.sims.datacentre.remedies import DOUBLED, remedies
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES, VMS
from coursekit.sims.datacentre.savings import SAVINGS, save
from coursekit.sims.datacentre.score import score
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.message import ParameterError

HALVES = {"dc1": 1, "db1": 1, "web1": 1, "dc2": 2, "db2": 2, "web2": 2, "file1": 2}
NAMES = [vm.id for vm in VMS]


def test_the_second_of_two_hosts_dies():
    room = headroom(cluster(2, "H2", HALVES))
    assert room.n_plus_1
    assert [(each.ram, each.vcpu) for each in room.loads] == [(88, 14), (104, 18)]
    death = room.deaths[1]
    assert death.moved == {"web2": "h1", "file1": "h1"}
    assert sorted(death.left) == ["db2", "dc2"]
    assert death.down == ()
    assert [load.ram for load in death.loads] == [120, 0]


def test_small_hosts_bear_it_only_while_machines_are_kept_apart():
    """Two databases of 64 GB are all that 128 GB hold: what is not started again leaves the room."""
    assert headroom(cluster(2, "H1", HALVES)).n_plus_1
    room = headroom(cluster(2, "H1", HALVES, apart=False))
    assert not room.n_plus_1
    assert "no host has the memory left" in str(next(iter(room.deaths[1].left.values())))


def test_everything_on_one_host():
    full = dict.fromkeys(NAMES, 1)
    room = headroom(cluster(2, "H1", full))
    assert [str(each) for each in room.short] == ["hosts.h1=192 GB: it has 128 GB of memory"]
    assert not room.n_plus_1
    assert not room.loads[0].fits
    assert room.deaths[0].room, "two are kept apart, the rest is 120 GB"
    big = headroom(cluster(2, "H2", full))
    assert big.deaths[0].moved.keys() == {"dc1", "db1", "web1", "web2", "file1"}
    assert big.deaths[0].down == ()


def test_deaths_over_many_placements():
    """Every machine runs, moved or not, or is left with a reason; nothing runs on the dead; hosts bear it."""
    for model, hosts, homes in product(("H1", "H2"), (2, 3), product((1, 2, 3), repeat=4)):
        design = cluster(hosts, model, dict(zip(("db1", "db2", "web1", "file1"), homes, strict=True)))  # fmt: skip
        room = headroom(design)
        for death in room.deaths:
            away = {vm.id for vm in design.vms if vm.host == death.host}
            assert away == death.moved.keys() | death.left.keys()
            assert death.host not in death.moved.values()
            assert all(load.fits for load in death.loads) or not all(each.fits for each in room.loads)  # fmt: skip
            assert death.holds == (death.room and all(evaluate(design, [f"host:{death.host}"]).up.values()))  # fmt: skip


def test_a_machine_whose_host_is_gone_is_on_the_last():
    assert cluster(2, "H2", {"file1": 4}).vms[-1].host == "h2"


@pytest.mark.parametrize(
    "build, says",
    [
        (lambda: cluster(1, "H2", {}), "hosts=1: choose 2 to 4"),
        (lambda: cluster(2, "H9", {}), "hosts..*model=H9"),
        (lambda: cluster(2, "H2", {"db1": 0}), "vm=db1, host 0"),
    ],
)
def test_impossible_clusters_are_named(build, says):
    with pytest.raises(ParameterError, match=says):
        build()


# Single points and their price


def test_the_cheapest_change_first():
    """V14.6 and the prices of V14.9."""
    found = {each.component: each.eur and round(each.eur, 2) for each in remedies(D1)}
    assert list(found.items()) == [("feed:1", 2000), ("wan:1", 3600), ("core:1", 10366.82), ("rack:R1", None)]  # fmt: skip
    assert remedies(D2) == ()


def test_both_supplies_on_one_strip_of_sockets():
    found = {each.component: each for each in remedies(save(D1, "pdu"))}
    assert found["pdu:R1:a"].eur == 400
    assert str(found["feed:1"].about) == "a generator"  # a second feed would feed nothing


@pytest.mark.parametrize("name", SAMPLES)
def test_a_remedy_is_one(name):
    design = SAMPLES[name]
    changes = {str(each.about): each for each in (*CHANGES.values(), DOUBLED)}
    for each in remedies(design):
        assert spof(design)[each.component] == list(each.services)
        if each.about:
            after = changes[str(each.about)].make(design)
            assert each.component not in spof(after)
            assert cost(after).total - cost(design).total == pytest.approx(each.eur)


# What somebody leaves out


def test_one_feed_without_batteries_takes_five_points():
    """14.5, number 3."""
    points = [score(design, 100_000).parts["availability"] for design in (D2, save(D2, "power"))]
    assert points == pytest.approx([27.5, 22.5])


def test_each_thing_left_out_changes_a_design_and_none_makes_it_dearer():
    for name in SAVINGS:
        changed = [design for design in (D1, D2) if save(design, name) != design]
        assert changed, name
        for design in changed:
            assert cost(save(design, name)).total <= cost(design).total
    assert save(D0, "copies") == D0
    assert spof(save(D2, "rack")).keys() == {"rack:R1"}
