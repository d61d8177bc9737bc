"""Designs as texts, designs from wishes, and a page of facts about them."""

import json

import pytest

from coursekit.sims.datacentre.deltas import apply
from coursekit.sims.datacentre.form import plain
from coursekit.sims.datacentre.jsontext import parsed, written
from coursekit.sims.datacentre.report import report
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.score import score
from coursekit.sims.datacentre.sweep import Choice, build, choices
from coursekit.sims.datacentre.wish import Wish, granted
from coursekit.sims.message import ParameterError

# As a text


@pytest.mark.parametrize("design", SAMPLES.values(), ids=SAMPLES)
def test_a_text_is_the_design(design):
    assert plain(parsed(written(design))) == plain(design) == json.loads(written(design))


def test_a_host_and_a_machine_are_a_line_each():
    lines = written(D1).splitlines()
    assert sum('"id": "h' in line for line in lines) == 2
    assert sum('"vcpu"' in line for line in lines) == 7
    assert max(map(len, lines)) < 150


@pytest.mark.parametrize("text, says", [
    ("{", "design: not JSON at line 1, column 2"), ("[]", "design="), ("[" * 50_000, "nested too deep|not JSON"),
    (" " * 100_001, "characters: at most 100000"), ('{"racks": []}', "design.hosts: it is missing"),
    (written(D1).replace('"gbps": 10', '"gbps": 40'), "net.gbps=40: choose one of 10, 25"),
])  # fmt: skip
def test_a_text_that_is_none(text, says):
    with pytest.raises(ParameterError, match=says):
        parsed(text)


# From wishes


def test_every_choice_can_be_wished():
    for choice in choices():
        wish = Wish(choice=choice, disk="nvme4", disks=4, raid=10, model="H1", generator=True)
        design = granted(wish)
        assert [host.id for host in design.hosts] == [host.id for host in build(choice).hosts]
        assert {host.model for host in design.hosts} == {"H1"}
        assert (design.storage.disk, design.storage.disks, design.power.gen) == ("nvme4", 4, True)
        assert design.storage.kind == choice.storage


def test_wishes_that_do_not_go_together():
    with pytest.raises(ParameterError, match=r"storage\.disks=5: RAID 10 takes an even number"):
        granted(Wish(disks=5, raid=10))
    with pytest.raises(ParameterError, match="copies need 2 hosts"):
        granted(Wish(choice=Choice(1, "hci", "both", "safe", "one")))


# The page


def met(design, budget=100_000):
    return {str(each.about): each.met for each in report(design, budget, 300).requirements}


def test_what_each_of_the_three_is_held_to():
    assert [name for name, ok in met(D0).items() if ok] == [
        "all machines have room",
        "it keeps to the budget",
    ]
    assert [name for name, ok in met(D1).items() if not ok] == [
        "no single point of failure", "each service is up 99.9 % of the time",
        "ransomware costs a day of work at most", "a fire costs a day of work at most",
    ]  # fmt: skip
    assert [name for name, ok in met(D2).items() if not ok] == ["it keeps to the budget"]


def test_how_is_said():
    how = {str(each.about): str(each.how) for each in report(D0, 100_000, 300).requirements}
    assert how["any host may die"] == "without h1 this is down: dir, db, web, file"
    assert how["the storage is busy half the time at most"] == "the machines ask 1950 requests a second, the disks serve 168"  # fmt: skip
    assert how["it keeps to the budget"] == "33653 € over three years, of 100000 €"
    how = {str(each.about): str(each.how) for each in report(D1, 100_000, 300).requirements}
    assert how["no single point of failure"] == "each of 4 parts can stop a service alone"
    assert how["a deletion costs a day of work at most"] == "24 h of work lost, running again 8.8 h later"  # fmt: skip


def test_prices_are_all_of_the_price():
    for design in (*SAMPLES.values(), apply(D1, "generator")):
        page = report(design, 90_000, 100)
        assert sum(eur for _name, eur in page.prices) == pytest.approx(
            score(design, 90_000).cost.total
        )
        assert [eur for _name, eur in page.prices] == sorted((eur for _name, eur in page.prices), reverse=True)  # fmt: skip


def test_too_small_is_said_first():
    heavy = parsed(written(D0).replace('"disk_gb": 4000', '"disk_gb": 40000'))
    first = report(heavy, 100_000, 100).requirements[0]
    assert not first.met
    assert "the storage holds 24.00 TB" in str(first.how)


def test_a_budget_that_is_none():
    with pytest.raises(ParameterError, match="budget=0"):
        report(D1, 0)
