"""The three designs of the specification: price, speed, durability, scenarios, points, changes."""

from dataclasses import replace

import pytest

from coursekit.sims.datacentre.cost import cost
from coursekit.sims.datacentre.deltas import deltas
from coursekit.sims.datacentre.design import check, shortages, usable_tb
from coursekit.sims.datacentre.durability import durability
from coursekit.sims.datacentre.parts import Host, Rack
from coursekit.sims.datacentre.performance import GIGABIT_MB_S, performance
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.scenarios import recover, restore_hours, scenarios
from coursekit.sims.datacentre.score import MOST, score
from coursekit.sims.message import ParameterError

BUDGET = 100_000
RAID6 = replace(D1, storage=replace(D1.storage, raid=6))


@pytest.mark.parametrize(
    "name, capex, watts, opex, total",
    [
        ("D0", 22_700, 932, 10_952.92, 33_652.92),
        ("D1", 52_900, 2140, 20_483.32, 73_383.32),
        ("D2", 87_350, 3212, 33_685.55, 121_035.55),
    ],
)
def test_prices(name, capex, watts, opex, total):
    """V14.1."""
    spent = cost(SAMPLES[name])
    assert (spent.capex, spent.watts) == (capex, watts)
    assert (spent.opex, spent.total) == (pytest.approx(opex, abs=0.005), pytest.approx(total, abs=0.005))  # fmt: skip


@pytest.mark.parametrize(
    "design, iops, demand, rho, latency, tb",
    [
        (D0, 168.4, 1950, 11.578125, None, 24),
        (D1, 287_329.1, 2600, 0.009049, 0.4037, 15.36),
        (D2, 1_687_500, 2600, 0.001541, 0.3806, 19.58),
        (RAID6, 160_000, 2600, 0.01625, 0.4 / (1 - 0.01625), 23.04),
    ],
)
def test_speed_and_space(design, iops, demand, rho, latency, tb):
    """V14.2."""
    speed = performance(design)
    assert speed.iops == pytest.approx(iops, abs=0.05)
    assert speed.demand == demand
    assert speed.rho == pytest.approx(rho, abs=5e-7)
    assert speed.latency_ms == (latency and pytest.approx(latency, abs=5e-5))
    assert usable_tb(design) == pytest.approx(tb, abs=0.005)


def test_the_network_is_that_of_chapter_11():
    assert GIGABIT_MB_S == 117.69


@pytest.mark.parametrize(
    "design, store, total",
    [
        (D0, 2.25136e-5, 0.957405),
        (D1, 6.63714e-6, 0.144441),
        (D2, 3.10471e-9, 0),
        (RAID6, 7.67047e-9, 0.144441),
    ],
)
def test_durability(design, store, total):
    """V14.3."""
    kept = durability(design)
    assert kept.store == pytest.approx(store, rel=1e-5)
    assert kept.total == pytest.approx(total, abs=5e-7)


@pytest.mark.parametrize(
    "name, values",
    [
        ("D0", [0, 1, 0, 0, 0, 0, 0, 0, 0.75, 0, 1, 1]),
        ("D1", [1, 1, 0, 1, 1, 0, 1, 0, 0.75, 0, 1, 1]),
        ("D2", [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_the_twelve_scenarios(name, values):
    """V14.4."""
    found = scenarios(SAMPLES[name])
    assert [each.name for each in found] == [f"S{n}" for n in range(1, 13)]
    assert [each.value for each in found] == values


def better(design, **backup):
    return replace(design, backup=replace(design.backup, **backup))


ONE_FEED = replace(D2, power=replace(D2.power, feeds=1, ups_min=0))
ONE_RACK = replace(
    D2,
    racks=D2.racks[:1],
    hosts=tuple(replace(host, rack="R1") for host in D2.hosts),
    storage=replace(D2.storage, domain="host"),
)
BOTH = better(D1, immutable=True, offsite=True)


@pytest.mark.parametrize(
    "design, total, parts",
    [
        (D0, 24.49, (9.38, 0.12, 0, 15, 0)),
        (D1, 62.65, (19.38, 5.25, 20, 15, 3.02)),
        (D2, 83.69, (27.5, 25, 20, 1.19, 10)),
        (RAID6, 65.15, None),
        (BOTH, 88.43, (19.38, 25, 20, 15, 9.06)),
        (ONE_FEED, 79.89, None),
        (ONE_RACK, 87.59, None),
    ],
)
def test_points(design, total, parts):
    """V14.5."""
    made = score(design, BUDGET)
    assert round(made.total, 2) == total
    assert made.total == pytest.approx(sum(made.parts.values()))
    if parts:
        assert [round(each, 2) for each in made.parts.values()] == list(parts)
    assert all(0 <= made.parts[name] <= MOST[name] for name in MOST)


@pytest.mark.parametrize(
    "rho, points", [(0.4, 20), (0.5, 20), (0.75, 10), (0.9, 4), (1.0, 0), (2.0, 0)]
)
def test_a_busy_storage_loses_points_from_one_half_on(rho, points):
    iops = performance(D0).iops * rho / len(D0.vms)
    busy = replace(D0, vms=tuple(replace(vm, iops=iops) for vm in D0.vms))
    assert score(busy, BUDGET).parts["performance"] == pytest.approx(points)


def test_what_a_good_backup_costs():
    assert cost(BOTH).total == pytest.approx(74_528.12, abs=0.005)
    assert cost(ONE_RACK).total < cost(D2).total


def test_hours_to_restore():
    assert restore_hours(D1) == pytest.approx(8.833, abs=5e-4)
    assert restore_hours(D2) == pytest.approx(4.417, abs=5e-4)
    assert [each.rpo_h for each in recover(D1)] == [24, None, None]
    assert [each.rpo_h for each in recover(D0)] == [None] * 3


def test_the_next_euro():
    """V14.9."""
    found = {each.name: (each.points, round(each.eur, 2)) for each in deltas(D1, BUDGET)}
    assert found == {
        "core": (-0.13, 10_366.82), "wan": (0.03, 3600), "gbps": (found["gbps"]), "feed": (2.38, 2000),
        "raid6": (2.5, 0), "immutable": (11.66, 0), "offsite": (3.11, 1144.8), "both": (25.78, 1144.8),
        "generator": (-1.52, 15_000), "host": (-3.45, 13_100.23),
    }  # fmt: skip
    watts = 2 * 100 / 1000 * 1.5 * 26_298 * 0.2
    assert found["gbps"][1] == pytest.approx(2 * 3000 + watts, abs=0.01)


def test_a_change_that_cannot_be_says_why():
    mirror = replace(D0, storage=replace(D0.storage, raid=1, disks=2), vms=D0.vms[:1])
    found = {each.name: each for each in deltas(mirror, BUDGET)}
    assert str(found["raid6"].refused) == "storage.disks=2: RAID 6 takes 4 to 32"
    assert found["raid6"].points == found["raid6"].eur == 0


def test_too_small_or_too_dear_counts_nothing():
    big = replace(D1, vms=tuple(replace(vm, disk_gb=4 * vm.disk_gb) for vm in D1.vms))
    assert [str(each) for each in shortages(big)] == ["vms.disk_gb=25.44 TB: the storage holds 15.36 TB"]  # fmt: skip
    assert score(big, BUDGET).total == 0
    dear = score(D1, 58_000)
    assert str(dear.refused[0]) == "cost=73383 €: at most 72500 €, a quarter over the budget"
    assert dear.total == 0
    assert score(D1, 73_383.33 / 1.25).total > 40


def test_shortages_name_what_is_too_small():
    tight = replace(D1, hosts=tuple(replace(host, model="H1") for host in D1.hosts), vms=tuple(replace(vm, host="h1") for vm in D1.vms))  # fmt: skip
    assert [str(each) for each in shortages(tight)] == ["hosts.h1=192 GB: it has 128 GB of memory"]
    busy = replace(D1, vms=tuple(replace(vm, vcpu=30) for vm in D1.vms))
    assert "hosts.h1=90 vCPU" not in "".join(map(str, shortages(busy)))
    with pytest.raises(ParameterError, match="memory"):
        check(tight)
    full = replace(D1, racks=(Rack(id="R1", pdus=2, tors=2),), hosts=tuple(Host(id=f"h{n}", rack="R1") for n in range(1, 17)))  # fmt: skip
    check(full)
    few = replace(D2, hosts=D2.hosts[:2], vms=())
    assert [str(each) for each in shortages(few)] == ["storage.size=3: there are 2 places for copies"]  # fmt: skip


def test_a_budget_is_more_than_nothing():
    with pytest.raises(ParameterError, match="budget=0: choose more than 0"):
        score(D1, 0)
