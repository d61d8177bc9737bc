"""What still works: the specification's states, single points of failure, laws over many designs."""

from dataclasses import replace
from itertools import combinations

import pytest

from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.message import ParameterError

ALL = ["db", "dir", "file", "web"]
CUT = [["R1"], ["R2", "R3"]]


def ha(design, **values):
    return replace(design, ha=replace(design.ha, **values))


def up(state):
    return sorted(name for name, is_up in state.up.items() if is_up)


def test_the_second_host_dies():
    """V14.7."""
    state = evaluate(D1, ["host:h2"])
    assert up(state) == ALL
    assert state.running == ["db1", "dc1", "file1", "web1", "web2"]
    for less in (ha(D1, witness=False), ha(D1, enabled=False)):
        state = evaluate(less, ["host:h2"])
        assert up(state) == ["db", "dir", "web"]
        assert state.running == ["db1", "dc1", "web1"]


def test_copies_on_three_hosts():
    """V14.7."""
    two = evaluate(D2, ["host:h1", "host:h2"])
    assert two.running == []
    assert not two.data_lost
    disks = evaluate(D2, ["disks:2"])
    assert up(disks) == []
    assert not disks.data_lost
    assert evaluate(D2, ["disks:3"]).data_lost


def test_feeds_and_batteries():
    """V14.7."""
    assert up(evaluate(D2, ["feed:1", "feed:2"])) == []
    assert up(evaluate(D2, ["feed:1", "feed:2", "short"])) == ALL
    weak = replace(D2, power=replace(D2.power, ups_min=14))
    assert up(evaluate(weak, ["feed:1", "feed:2", "short"])) == []
    fuel = replace(weak, power=replace(weak.power, gen=True))
    assert up(evaluate(fuel, ["feed:1", "feed:2"])) == ALL


def test_a_cut_between_racks():
    """V14.7."""
    state = evaluate(D2, [], CUT)
    assert up(state) == ALL
    assert not state.split_brain
    assert [side.active for side in state.sides] == [False, True]
    assert state.sides[0].runs == {}
    assert evaluate(ha(D2, quorum=False), [], CUT).split_brain


def test_both_sides_start_everything_without_a_majority():
    racks = (*D1.racks, replace(D1.racks[0], id="R2"))
    two = replace(D1, racks=racks, hosts=(D1.hosts[0], replace(D1.hosts[1], rack="R2")))
    state = evaluate(ha(two, quorum=False), [], [["R1"], ["R2"]])
    assert state.split_brain
    witness = evaluate(two, [], [["R1"], ["R2"]])
    assert [side.votes for side in witness.sides] == [2, 1]
    assert [side.active for side in witness.sides] == [True, False]
    assert up(witness) == ALL
    other = evaluate(two, [], [["R2"], ["R1"]])
    assert [side.active for side in other.sides] == [True, False]
    assert other.running == ["db1", "dc1", "web1"]  # at home beside the NAS; none is started


@pytest.mark.parametrize(
    "design, found",
    [
        (D0, {**dict.fromkeys(["host:h1", "pdu:R1:a", "tor:R1:a", "rack:R1", "core:1", "feed:1"], ALL), "wan:1": ["web"]}),
        (D1, {**dict.fromkeys(["rack:R1", "core:1", "feed:1"], ALL), "wan:1": ["web"]}),
        (D2, {}),
        (replace(D2, power=replace(D2.power, feeds=1, ups_min=0)), {"feed:1": ALL}),
    ],
)  # fmt: skip
def test_single_points_of_failure(design, found):
    """V14.6."""
    assert spof(design) == found


def test_three_copies_that_must_all_be_there_stop_at_the_first_failure():
    """14.5, number 4."""
    strict = replace(D2, storage=replace(D2.storage, min_size=3))
    assert up(evaluate(strict, ["host:h1"])) == []
    assert up(evaluate(D2, ["host:h1"])) == ALL


def test_two_power_supplies_need_two_sockets():
    """14.8, number 2: with one strip of sockets the second supply hangs on the same."""
    one = replace(D1, racks=(replace(D1.racks[0], pdus=1),))
    assert up(evaluate(one, ["pdu:R1:a"])) == []
    assert up(evaluate(D1, ["pdu:R1:a"])) == ALL
    single = replace(D1, hosts=tuple(replace(host, psus=1) for host in D1.hosts))
    assert up(evaluate(single, ["pdu:R1:a"])) == []


def test_anti_affinity_and_order_of_restarts():
    state = evaluate(D1, ["host:h2"])
    assert "dc2" not in state.running  # dc1 runs there already
    assert "db2" not in state.running
    small = replace(D1, hosts=(replace(D1.hosts[0], model="H1"), D1.hosts[1]))
    homes = replace(small, vms=tuple(replace(vm, ram=60) if vm.id == "web2" else vm for vm in small.vms))  # fmt: skip
    placed = evaluate(homes, ["host:h2"])
    assert "file1" in placed.running  # web2 comes first and does not fit, file1 does
    assert "web2" not in placed.running


def test_of_machines_of_one_rank_the_larger_is_started_first():
    twins = {"web1": 40, "web2": 60}  # both at home on h2; h1 has room for one of them
    vms = tuple(replace(vm, host="h2", ram=twins[vm.id], prio=0, anti=False) for vm in D1.vms if vm.id in twins)  # fmt: skip
    full = replace(D1.vms[2], ram=60, anti=False)
    tight = replace(D1, hosts=(replace(D1.hosts[0], model="H1"), D1.hosts[1]), vms=(full, *vms))
    assert evaluate(tight, ["host:h2"]).running == ["db1", "web2"]


def test_what_was_down_before_is_nobodys_fault():
    """A service that asks for two machines and has one is down with and without a failure."""
    short = replace(D1, services=tuple(replace(each, need=2) if each.name == "file" else each for each in D1.services))  # fmt: skip
    found = spof(short)
    assert all("file" not in services for services in found.values())
    assert found["core:1"] == ["db", "dir", "web"]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_fails_more_never_helps(name):
    """Every pair of failures: nothing is up that was not up with one of them alone."""
    design = SAMPLES[name]
    single = {each: evaluate(design, [each]).up for each in components(design)}
    for one, two in combinations(single, 2):
        both = evaluate(design, [one, two]).up
        for service, is_up in both.items():
            assert not is_up or (single[one][service] and single[two][service]), (one, two)


@pytest.mark.parametrize("name", SAMPLES)
def test_everything_works_when_nothing_fails(name):
    state = evaluate(SAMPLES[name])
    assert up(state) == ALL
    assert state.running == sorted(vm.id for vm in SAMPLES[name].vms)
    assert state.places == {vm.id: vm.host for vm in SAMPLES[name].vms}
    assert set(components(SAMPLES[name])) - {"disks:1"} - {f"rack:R{n}" for n in (1, 2, 3)} <= state.alive  # fmt: skip


@pytest.mark.parametrize(
    "failed, says",
    [
        (["host:h9"], "failed=host:h9: this design has"),
        (["disks:x"], "failed=disks:x: write disks: and a number"),
        (["core:2"], "failed=core:2"),
        ([3], "failed=3: this design has"),
    ],
)
def test_unknown_components_are_named(failed, says):
    with pytest.raises(ParameterError, match=says):
        evaluate(D1, failed)


def test_a_partition_holds_every_rack_once():
    with pytest.raises(ParameterError, match="each of the racks R1, R2, R3 belongs to one set"):
        evaluate(D2, [], [["R1"], ["R1", "R3"]])
