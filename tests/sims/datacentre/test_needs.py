"""What grown machines need, against what a design has with all hosts and with one less."""

from dataclasses import replace

import pytest

from coursekit.sims.datacentre.design import shortages
from coursekit.sims.datacentre.needs import NAMES, grown, largest, needs, one_less
from coursekit.sims.datacentre.parts import Host
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.message import ParameterError

FACTORS = [k / 20 for k in range(10, 61)]


def line(design, name, factor=1.0):
    return next(each for each in needs(design, factor).items if each.name == name)


def test_two_hosts_hold_a_third_more_when_one_may_die():
    """192 GB of machines, 2 · 256 GB of hosts; 6.36 TB of data on 15.36."""
    memory = line(D1, "memory")
    assert (memory.need, memory.have, memory.less) == (192, 512, 256)
    assert memory.holds_to == pytest.approx(512 / 192)
    assert memory.holds_less_to == pytest.approx(4 / 3)
    space = line(D1, "space")
    assert (space.need, space.less) == (pytest.approx(6.36), pytest.approx(15.36))
    assert needs(D1).first.name == "space"
    assert needs(D1).first_less.name == "memory"


def test_one_host_less_than_one_is_none():
    assert one_less(D0) is None
    assert all(each.less == 0 for each in needs(D0).items)
    assert len(needs(D0).down) == 4
    assert line(D0, "iops").verdict == "short"
    assert needs(D0).speed.latency_ms is None


def test_copies_that_find_no_place_are_fewer_for_a_while():
    """Three hosts, three copies: on two hosts two copies, and as much space for each."""
    left = one_less(D2)
    assert (left.storage.size, left.storage.min_size) == (2, 2)
    space = line(D2, "space")
    assert space.less == pytest.approx(space.have)
    fourth = replace(D2, hosts=(*D2.hosts, Host(id="h4", rack="R1", psus=2, nics=2)), storage=replace(D2.storage, domain="host"))  # fmt: skip
    assert line(fourth, "space").less == pytest.approx(0.75 * line(fourth, "space").have)


def test_the_largest_host_is_the_one_that_dies():
    mixed = replace(D1, hosts=(replace(D1.hosts[0], model="H1"), D1.hosts[1]))
    assert largest(mixed) == "h2"
    assert line(mixed, "memory").less == 128


@pytest.mark.parametrize("name", SAMPLES)
def test_needs_grow_in_proportion_and_what_there_is_does_not(name):
    design = SAMPLES[name]
    for factor in FACTORS:
        found = needs(design, factor)
        assert [each.name for each in found.items] == list(NAMES)
        for each, once in zip(found.items, needs(design).items, strict=True):
            whole = each.name in ("memory", "vcpu")
            assert -1e-6 <= each.need - factor * once.need <= (len(design.vms) if whole else 1e-6)
            assert (each.have, each.less) == (once.have, once.less)
            assert each.less <= each.have
            if each.need > each.have:
                assert factor > each.holds_to - len(design.vms) / once.need
            order = ("ok", "tight", "short")
            assert order.index(each.verdict) >= order.index(once.verdict) or factor < 1


def test_a_sum_may_fit_and_a_machine_not():
    """Half of D2's memory is free at 2.5, but no host has room for the database that must move."""
    found = needs(D2, 2.5)
    assert next(each for each in found.items if each.name == "memory").verdict == "ok"
    assert found.waiting == ["db1"]
    assert found.down == []
    assert found.short == shortages(grown(D2, 2.5)) == ()


def test_the_twins_of_a_pair_wait_and_the_service_is_up():
    assert needs(D1).waiting == ["db1", "dc1"]
    assert needs(D1).down == []


def test_whole_numbers_upwards_but_not_by_a_rounding_error():
    assert next(vm.ram for vm in grown(D1, 1.1).vms if vm.id == "web1") == 18  # 17.6
    ten = replace(D1, vms=tuple(replace(vm, ram=10) for vm in D1.vms))
    assert {vm.ram for vm in grown(ten, 1.1).vms} == {11}
    assert grown(D1, 1) == D1


@pytest.mark.parametrize("factor", [0, -1, 11, True])
def test_a_factor_has_a_rule(factor):
    with pytest.raises(ParameterError, match="choose more than 0, at most 10"):
        grown(D1, factor)
