"""Thousands of years: against the formula, against a plain loop over the same failures, against itself."""

from dataclasses import replace

import numpy as np
import pytest

from coursekit.sims.datacentre.catalogue import HOURS_PER_YEAR, LIVES
from coursekit.sims.datacentre.chance import parts_of, stretches
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.longrun import RESTART_H, live
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.failover.availability import series, steady
from coursekit.sims.message import ParameterError


def test_one_of_everything_agrees_with_the_formula():
    """V14.8: parts in series."""
    inside = series(steady(LIVES[kind].mtbf_h, LIVES[kind].mttr_h) for kind in ("host", "pdu", "tor", "core", "rack", "feed"))  # fmt: skip
    outside = inside * steady(LIVES["wan"].mtbf_h, LIVES["wan"].mttr_h)
    assert inside == pytest.approx(0.99951007, abs=5e-9)
    assert outside == pytest.approx(0.99851156, abs=5e-9)
    assert (1 - inside) * HOURS_PER_YEAR == pytest.approx(4.295, abs=5e-4)
    assert (1 - outside) * HOURS_PER_YEAR == pytest.approx(13.05, abs=5e-3)
    lived = live(D0, 20_000)
    for name, expected in (("dir", inside), ("db", inside), ("file", inside), ("web", outside)):
        at = lived.services.index(name)
        assert abs(lived.availability[at] - expected) < 4 * lived.standard_error[at]


def plain_loop(design, years, seed):
    """The same failures, one stretch after the other, in the order in which they come."""
    told = stretches(design, years, np.random.Generator(np.random.PCG64(seed)))
    away, before, sizes = dict.fromkeys([each.name for each in design.services], 0.0), None, 0
    bears = design.power.ups_min >= 15
    for hours, down, dead in zip(told.hours, told.down, told.dead, strict=True):
        failed = told.failed(int(down), int(dead))
        failed = [each.removesuffix(" short") for each in failed if not (bears and "short" in each)]
        state = evaluate(design, failed)
        late = set()
        if before and design.ha.enabled:
            late = {vm for vm, host in state.places.items() if before.places.get(vm, host) != host and f"host:{before.places[vm]}" not in state.alive}  # fmt: skip
            sizes += len(late)
        kept = set(state.running) - late
        up = {}
        for service in design.services:  # dir, db, web, file: what is needed comes first
            count = sum(vm.service == service.name and vm.id in kept for vm in design.vms)
            up[service.name] = count >= service.need and all(up[dep] for dep in service.deps)
        for name in away:
            if not state.up[name]:
                away[name] += hours
            elif not up[name]:
                away[name] += min(RESTART_H, hours)
        before = state
    return away, sizes


@pytest.mark.parametrize("name", SAMPLES)
def test_a_plain_loop_counts_the_same(name):
    away, _late = plain_loop(SAMPLES[name], 400, 3)
    lived = live(SAMPLES[name], 400, 3)
    assert dict(zip(lived.services, lived.hours.sum(axis=1), strict=True)) == pytest.approx(away)


def test_machines_are_started_elsewhere_somewhere_in_these_years():
    assert plain_loop(D1, 400, 3)[1] > 0


@pytest.mark.parametrize("name", SAMPLES)
def test_every_hour_has_a_cause_and_a_year(name):
    lived = live(SAMPLES[name], 2000, 2)
    assert sum(each.sum() for each in lived.causes.values()) == pytest.approx(lived.a_year.sum())
    assert (lived.longest_h <= lived.hours.sum(axis=1)).all()
    assert lived.hours.shape == (4, 2000)


def test_causes_of_one_of_everything_are_shares_of_its_parts():
    lived = live(D0, 20_000)
    at = lived.services.index("web")
    for kind, name in (("wan", "wan:1"), ("host", "host:h1")):
        life = LIVES[kind]
        expected = (1 - steady(life.mtbf_h, life.mttr_h)) * HOURS_PER_YEAR
        assert lived.causes[name][at] == pytest.approx(expected if kind == "wan" else lived.causes[name][0], rel=0.05)  # fmt: skip


def test_a_machine_started_elsewhere_is_away_for_two_minutes():
    """File1 is alone on h2: each death of h2 costs 120 s, so many as there are deaths."""
    years = 20_000
    lived = live(D1, years)
    deaths = lived.causes["host:h2"][lived.services.index("file")] * years / (120 / 3600)
    expected = years * HOURS_PER_YEAR / (LIVES["host"].mtbf_h + LIVES["host"].mttr_h)
    assert abs(deaths - expected) < 4 * expected**0.5


def test_two_outages_of_a_feed_in_five_are_short():
    """Repairs are exponential with a mean of half an hour: 1 − e^(−1/2) end within a quarter."""
    told = stretches(D0, 5000, np.random.default_rng(1))
    begins = np.diff(told.down, prepend=0)
    counts = {name: (begins == 1 << told.names.index(name)).sum() for name in ("feed:1", "feed:1 short")}  # fmt: skip
    every = sum(counts.values())
    share = 1 - np.exp(-0.5)
    assert abs(counts["feed:1 short"] / every - share) < 4 * (share * (1 - share) / every) ** 0.5


def test_batteries_take_the_short_cuts():
    bare = live(D0, 5000)
    held = live(replace(D0, power=replace(D0.power, ups_min=15)), 5000)
    assert "feed:1 short" in bare.causes
    assert "feed:1 short" not in held.causes
    assert held.a_year[0] < bare.a_year[0]


def test_a_second_core_takes_its_outages_away():
    one, two = live(D1, 5000), live(replace(D1, net=replace(D1.net, cores=2)), 5000)
    assert "core:1" in one.causes
    assert two.causes.get("core:1", np.zeros(1)).sum() < 0.01 * one.causes["core:1"].sum()


def test_the_same_seed_the_same_years():
    one, two, other = live(D2, 500, 5), live(D2, 500, 5), live(D2, 500, 6)
    assert (one.hours == two.hours).all()
    assert one.events != other.events


def test_the_states_begin_whole_and_time_adds_up():
    told = stretches(D2, 300, np.random.default_rng(1))
    assert told.down[0] == told.dead[0] == 0
    assert told.hours.sum() == pytest.approx(300 * HOURS_PER_YEAR)
    assert (told.hours >= 0).all()
    assert (told.down >= 0).all()
    assert (told.down < 1 << len(parts_of(D2))).all()
    assert (told.dead >= 0).all()


def test_each_host_has_an_array_of_its_own():
    """Two hosts with local disks: one dead disk in each is not two in one."""
    two = replace(D0, hosts=(*D0.hosts, replace(D0.hosts[0], id="h2")), storage=replace(D0.storage, mttr_h=2000))  # fmt: skip
    local = stretches(two, 3000, np.random.default_rng(1))
    shared = stretches(replace(two, storage=replace(two.storage, kind="nas", disks=8, rack="R1")), 3000, np.random.default_rng(1))  # fmt: skip
    assert (local.dead >= 2).mean() < 0.6 * (shared.dead >= 2).mean()


def test_years_have_a_rule():
    with pytest.raises(ParameterError, match="years=0: choose 1 to 100000"):
        live(D0, 0)
