"""What the labs on page sharing and ready time show, checked against the models' figures."""

import pytest

from coursekit.labs.hypervisors.pages import PagesLab
from coursekit.labs.hypervisors.ready import ReadyLab
from coursekit.sims.hypervisors.samestory import Deed


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


def test_a_scan_merges_what_guests_share():
    lab = PagesLab(1)
    lab.go(1)

    assert items(lab)["frame0"]["text"] == "A ×3"
    assert items(lab)["fact1"]["text"] == "12 real pages"
    assert items(lab)["fact2"]["text"] == "saved: 6 (24 KiB)"
    assert items(lab)["frame6"]["dash"], "the real page that guest 2 had is free"


def test_the_way_leads_from_the_page_chosen_to_its_real_page():
    lab = PagesLab(1)
    lab.go(1)

    lab.scene._handle_custom_msg({"press": "page6"}, [])

    assert lab.values["page"] == 6
    assert items(lab)["frame0"]["selected"]
    assert not items(lab)["frame6"]["selected"]


def test_acting_ends_the_example_there():
    lab = PagesLab(1)
    lab.go(1)
    lab.do("write", 0, "z")

    assert [state.deed for state in lab.result.states[1:]] == [Deed("scan"), Deed("write", 0, "z")]
    assert lab.moment == 2
    assert lab.state.copied
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert lab.scenario()["actions"] == [[2, "write", 0, "z"]]


def test_fewer_guests_keep_the_choice_in_reach():
    lab = PagesLab(1)
    lab.set(page=23, guests=1)

    assert "⚠" not in lab.text
    assert items(lab)["page5"]["selected"]


@pytest.mark.parametrize(
    "bad", [[1], [0, "scan"], ["x", "scan"], [1, "write", 3], [1, "jump"], {"at": 1}]
)
def test_an_action_that_is_none_is_named(bad):
    with pytest.raises(ValueError, match=r"action|content=|kind="):
        PagesLab(1).action_from(bad)


def test_the_pace_of_the_scanner():
    """Vector 4-V19: eight guests of 4 GiB at the defaults, 1677.72 s."""
    lab = PagesLab(1)
    lab.set(gib=32)
    assert "5,000 pages a second" in lab.text
    assert "28 minutes" in lab.text


def test_twice_as_many_vcpus_wait_half_their_time():
    """Vector 4-V15, first case."""
    lab = ReadyLab(1)

    assert "ready 50 %, in the chart 10,000 ms of 20,000 ms" in lab.text
    assert lab.tone(lab.result) == "bad"
    assert [row[3] for row in lab.table(lab.result).rows] == ["50 %"] * 8
    assert items(lab)["wait0"]["w"] == pytest.approx(items(lab)["ran0"]["w"])


def test_no_one_waits_where_cores_are_enough():
    """Vector 4-V15, second case."""
    lab = ReadyLab(1)
    lab.set(vcpus=6, demand=50)

    assert lab.text == "Nobody waits: the cores are enough for what is wanted."
    assert "wait0" not in items(lab)


def test_a_machine_of_four_vcpus_adds_their_milliseconds():
    """Vector 4-V16 says how: 20 % in all are 5 % a vCPU."""
    lab = ReadyLab(1)
    lab.set(vcpus=20, demand=25, cores=4, per_vm=4)

    assert "20 % in all, 5 % a vCPU" in lab.text
    assert "Less than 5 %" in lab.text


def test_shares_and_reservation_are_of_the_first():
    lab = ReadyLab(1)
    lab.set(shares=4000)
    assert lab.result.vcpus[0].given == 1
    lab.set(shares=250, res=75)
    assert lab.result.vcpus[0].given == 0.75
    lab.set(limit=25)
    assert lab.result.vcpus[0].given == 0.25
