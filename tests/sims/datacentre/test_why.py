"""Why something is dead: a reason for all that does not work, and for nothing else."""

from dataclasses import replace
from itertools import combinations

import pytest

from coursekit.sims.datacentre.components import SHORT, components, named
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.faults import MOST_DISKS, Deed, tell
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.savings import SAVINGS, save
from coursekit.sims.datacentre.why import chain, groups, reasons, strained
from coursekit.sims.message import ParameterError

POORER = {(name, saving): save(design, saving) for name, design in SAMPLES.items() for saving in SAVINGS}  # fmt: skip
DESIGNS = {**{(name, ""): design for name, design in SAMPLES.items()}, **POORER}
CUT = [["R1"], ["R2", "R3"]]


def why(design, failed, partition=None):
    return reasons(design, failed, evaluate(design, failed, partition))


def path(design, failed, what, partition=None):
    return [str(each.text) for each in chain(why(design, failed, partition), what)]


@pytest.mark.parametrize("design", DESIGNS.values(), ids=map("-".join, DESIGNS))
def test_all_that_does_not_work_has_a_reason_and_nothing_else(design):
    """Every pair of failures; each way ends at what has failed of itself, or at disks."""
    for failed in combinations([*components(design), "disks:3", SHORT], 2):
        if sum(each.startswith("disks:") for each in failed) == 2:
            continue
        state = evaluate(design, failed)
        found = reasons(design, failed, state)
        parts = {each for each in components(design) if not each.startswith(("rack:", "disks:"))}
        dark = {
            name
            for name in parts
            if name.startswith("nasctrl:")
            and not any(each.startswith("pdu:R1:") for each in state.alive)
        }
        assert {name for name in found if name in parts} == (parts - state.alive) | dark
        assert {name for name in found if name.startswith("vm:")} == {
            f"vm:{vm.id}" for vm in design.vms
        } - {f"vm:{each}" for each in state.running}
        assert {name for name in found if name.startswith("service:")} == {
            f"service:{name}" for name, up in state.up.items() if not up
        }
        for name in found:
            end = chain(found, name)[-1].what
            assert end in failed or end.startswith("storage:"), (failed, name, end)
        assert not strained(design, failed, state) & found.keys()


def test_the_first_missing_thing_down_to_the_feed():
    assert path(D1, ["feed:1"], "service:web") == [
        "web site: machines that run 0, needed 1",
        "web1 cannot be started elsewhere: no host is left",
        "host h1 has no power: both its supplies hang on feed 1, by way of two strips of sockets",
        "PDU R1:a has no power: it hangs on feed 1",
        "feed 1 is off for hours, the batteries hold 15 minutes, and there is no generator",
    ]


@pytest.mark.parametrize(
    "design, failed, what, says",
    [
        (save(D1, "pdu"), ["pdu:R1:a"], "host:h1", "both its supplies hang on PDU R1:a"),
        (save(D1, "supply"), ["pdu:R1:a"], "host:h1", "its only supply hangs on PDU R1:a"),
        (D1, ["pdu:R1:a", "pdu:R1:b"], "host:h1", "PDU R1:a and PDU R1:b are both dead"),
        (D2, ["pdu:R1:a", "pdu:R1:b"], "host:h1", "PDU R1:a and PDU R1:b are both dead"),
        (D0, ["tor:R1:a"], "host:h1", "its only card hangs on switch R1:a"),
        (D1, ["tor:R1:a", "tor:R1:b"], "host:h1", "switch R1:a and switch R1:b are both dead"),
        (replace(D1, racks=(replace(D1.racks[0], tors=1),)), ["tor:R1:a"], "host:h1", "both its cards hang on switch R1:a"),
        (D1, ["core:1"], "host:h2", "host h2 reaches nobody: no core switch works"),
        (D1, ["rack:R1"], "host:h2", "host h2 stood in rack R1"),
        (save(D1, "power"), ["feed:1"], "feed:1", "neither battery nor generator"),
        (replace(D1, power=replace(D1.power, ups_min=10)), ["feed:1", SHORT], "feed:1", "a quarter of an hour, the batteries hold 10"),
        (D0, ["host:h1"], "vm:dc1", "its data are on the disks of h1"),
        (save(D1, "ha"), ["host:h2"], "vm:file1", "nobody is there to do it"),
        (save(D1, "witness"), ["host:h2"], "vm:file1", "no majority: votes 1, needed 2"),
        (D1, ["host:h2"], "vm:dc2", "they are kept apart"),
        (D1, ["disks:2"], "storage:0", "the data are lost: dead disks 2, it bears 1"),
        (D2, ["disks:2"], "storage:0", "of the 3 copies of the data 1 can be reached, and 2 must be"),
        (save(D2, "copies"), ["host:h1"], "storage:0", "of the 3 copies of the data 2 can be reached, and 3 must be"),
        (D2, ["host:h1", "host:h2"], "storage:0", "no majority: votes 1, needed 2"),
        (D1, ["nasctrl:1", "nasctrl:2"], "storage:0", "no controller of the NAS works"),
        (D1, ["wan:1"], "service:web", "no line to the Internet"),
    ],
)  # fmt: skip
def test_each_reason_in_words(design, failed, what, says):
    assert says in path(design, failed, what)[0]


def test_no_room_is_said_before_kept_apart():
    small = replace(D1, hosts=(replace(D1.hosts[0], model="H1"), D1.hosts[1]))
    heavy = replace(small, vms=tuple(replace(vm, ram=60) if vm.id == "web2" else vm for vm in small.vms))  # fmt: skip
    assert path(heavy, ["host:h2"], "vm:web2")[0].endswith("no host has the memory left")


def test_a_service_needs_another():
    lost = replace(D1, vms=tuple(vm for vm in D1.vms if vm.id != "dc2"))
    found = why(save(lost, "ha"), ["host:h1"])
    assert [each.what for each in chain(found, "service:file")][:3] == ["service:file", "service:dir", "vm:dc1"]  # fmt: skip


def test_a_cut_leaves_a_minority_without_data():
    state = evaluate(D2, [], CUT)
    found = reasons(D2, [], state)
    assert "no majority: votes 1, needed 2" in str(found["storage:0"].text)
    assert "storage:1" not in found
    assert not groups(found)


def test_services_are_grouped_by_what_is_at_the_bottom():
    found = why(D1, ["host:h2", "wan:1"])
    assert [(names, way[-1].what) for names, way in groups(found)] == [(("web",), "wan:1")]
    ((names, way),) = groups(why(D1, ["core:1"]))
    assert names == ("dir", "db", "web", "file")
    assert way[-1].what == "core:1"


def test_what_has_lost_something_but_works():
    def worn(design, failed):
        return sorted(strained(design, failed, evaluate(design, failed)))

    assert worn(D1, []) == []
    assert worn(D1, ["pdu:R1:a"]) == ["host:h1", "host:h2"]
    assert worn(D1, ["feed:1", SHORT]) == ["feed:1"]
    assert worn(D1, ["host:h2"]) == ["service:db", "service:dir"]
    assert worn(D1, ["nasctrl:1"]) == ["storage"]
    assert worn(D2, ["disks:1"]) == ["storage"]


def test_names_in_words():
    assert str(named("pdu:R1:a")) == "PDU R1:a"
    assert str(named("{odd}")) == "{odd}"


# Deeds


def test_a_story_of_deeds():
    deeds = [Deed("break", "host:h2"), Deed("disk"), Deed("disk"), Deed("repair", "host:h2"), Deed("mend")]  # fmt: skip
    states = tell(D1, deeds).states
    assert [str(each.label) for each in states] == [
        "nothing is broken", "host h2 breaks", "a disk dies, in the worst place; dead: 1",
        "a disk dies, in the worst place; dead: 2", "host h2 is repaired", "everything is repaired",
    ]  # fmt: skip
    assert states[1].moved == {"web2": "h1", "file1": "h1"}
    assert [each.state.data_lost for each in states] == [False, False, False, True, True, False]
    assert states[-1].state == states[0].state


def test_cuts_of_power_and_of_racks():
    states = tell(D2, [Deed("break", "feed:1"), Deed("break", "feed:2"), Deed("short"), Deed("short")]).states  # fmt: skip
    assert [each.state.share for each in states] == [1, 1, 0, 1, 0]
    cut = tell(save(D2, "quorum"), [Deed("cut"), Deed("cut")]).states
    assert [each.state.split_brain for each in cut] == [False, True, False]


def test_what_cannot_be_done_changes_nothing():
    deeds = [Deed("break", "host:h9"), Deed("break", "disks:1"), Deed("cut")]
    states = tell(D1, deeds).states
    assert all(each.state == states[0].state for each in states)
    assert str(states[1].label) == "there is no host h9 here: nothing happens"
    assert str(states[3].label) == "one rack: there is nothing to cut"
    many = tell(D1, [Deed("disk")] * (MOST_DISKS + 1)).states[-1]
    assert many.dead_disks == MOST_DISKS


def test_an_unknown_deed_is_named():
    with pytest.raises(ParameterError, match="kind=burn: choose one of break, repair"):
        Deed("burn", "host:h1")
