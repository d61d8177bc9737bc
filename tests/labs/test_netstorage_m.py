"""Labs on redundancy, placement, recovery, quorum and sizing: what only they do."""

import json

import pytest

from coursekit.labs.netstorage.copies import CopiesLab
from coursekit.labs.netstorage.own import OwnClusterLab
from coursekit.labs.netstorage.placement import PlacementLab
from coursekit.labs.netstorage.quorum import QuorumLab
from coursekit.labs.netstorage.recovery import BAND, RecoveryLab
from coursekit.labs.netstorage.sizing import SizingLab
from coursekit.quizzes.netstorage import scenes as at
from coursekit.quizzes.netstorage.predictions import PREDICTIONS
from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.plan import START
from coursekit.sims.netstorage.recoveryplay import GROUPS
from coursekit.sims.netstorage.redundancy import erasure, loss, replicas


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def shown(cls, scene):
    """A lab as a scene of a question shows it."""
    lab = cls()
    lab.show(scene)
    assert lab.error is None
    return lab


def locked(cls):
    return cls(prediction=PREDICTIONS[cls.name])


def inside(lab):
    """Every box in its frame, no id twice, in both layouts."""
    for narrow in (False, True):
        lab.scene.narrow = narrow
        width, height = lab.scene.size
        ids = [item["id"] for item in lab.scene.items]
        assert len(ids) == len(set(ids))
        for item in lab.scene.items:
            if item["kind"] == "box":
                assert -1 <= item["x"] <= item["x"] + item["w"] <= width + 1, item
                assert -1 <= item["y"] <= item["y"] + item["h"] <= height + 1, item
            elif item["kind"] == "text":
                assert 0 <= item["x"] <= width, item
                assert 0 <= item["y"] <= height, item
    lab.scene.narrow = False


def comes_back(lab):
    """Its state as a text brings back the same picture and sentence."""
    twin = type(lab)(seed=7)
    twin.load_text(json.dumps(lab.scenario()))
    assert (twin.text, twin.scene.items) == (lab.text, lab.scene.items)


# Copies


@pytest.mark.parametrize("values", [{"copies": n} for n in range(1, 5)] + [{"kind": "erasure", "k": k, "m": m} for k in (2, 5, 10) for m in (1, 4)])  # fmt: skip
@pytest.mark.parametrize("dead", [0, 2, 6])
def test_the_object_fits_into_its_picture(values, dead):
    lab = shown(CopiesLab, at.copies(**values, dead=dead))
    inside(lab)
    comes_back(lab)
    scheme = lab.result.scheme
    assert sum(name.startswith("node") and "-" not in name and name != "nodes" for name in drawn(lab)) == scheme.size  # fmt: skip
    assert len(lab.table(lab.result).rows) == scheme.size


def test_pressed_nodes_die_and_come_back():
    lab = shown(CopiesLab, at.copies("erasure", k=4, m=2, dead=0))
    for node in (1, 4):
        lab._press(f"node{node}")
    assert lab.result.dead == (1, 4)
    assert lab.values["dead"] == 2
    assert drawn(lab)["object"]["text"] == "“DATA FOREVER”"
    assert drawn(lab)["line2"]["text"].startswith("D1 = ")
    lab._press("node3")
    assert drawn(lab)["object"]["tone"] == "bad"
    lab._press("node1")
    assert lab.result.dead == (3, 4)
    comes_back(lab)


def test_three_of_six_dead_are_too_many_for_four_plus_two():
    lab = shown(CopiesLab, at.copies("erasure", k=4, m=2, dead=3))
    assert drawn(lab)["fact0"]["text"] == "✗ the object is lost"
    assert lab.said.tone == "bad"
    assert drawn(shown(CopiesLab, at.copies("erasure", k=4, m=2, dead=2)))["fact0"]["text"] == "it is there, but I/O waits"  # fmt: skip


def test_the_chances_are_those_of_the_prediction_and_hidden_before():
    lab = shown(CopiesLab, PREDICTIONS["netstorage-copies"].scene)
    times = lab.result.loss / loss(replicas(3), 0.01)
    assert PREDICTIONS["netstorage-copies"].question.answer == pytest.approx(times)
    assert lab.result.loss == loss(erasure(4, 2), 0.01)
    assert drawn(lab)["own-chance"]["text"] == "1.96·10⁻⁵"
    waiting = locked(CopiesLab)
    assert "own" not in drawn(waiting)
    assert "10⁻" not in waiting.text
    waiting._press("node1")
    assert waiting.result.dead == (0,), "nothing is pressed before the prediction"


def test_the_lower_a_point_the_rarer_the_loss():
    lab = shown(CopiesLab, at.copies("erasure", k=10, m=4))
    seen = drawn(lab)
    two, three = seen["point0"], seen["point1"]
    assert two["y"] < three["y"]
    assert seen["own"]["x"] < two["x"]


def test_a_count_of_dead_nodes_below_zero_is_refused():
    lab = CopiesLab()
    with pytest.raises(ParameterError, match="dead=-1: choose 0 to 6"):
        lab.load({"values": {"dead": -1}})


# Placement


@pytest.mark.parametrize("way", ["straw2", "modulo", "table"])
@pytest.mark.parametrize("hosts", [3, 8])
def test_the_hosts_fit_into_their_picture(way, hosts):
    lab = shown(PlacementLab, at.placement(("add",), ("fail", 1), way=way, hosts=hosts))
    inside(lab)
    comes_back(lab)
    assert len(lab.table(lab.state).rows) == (hosts + 1) * (2 if way == "straw2" else 1)


def test_a_host_more_moves_little_by_straws_and_much_by_remainders():
    straws = shown(PlacementLab, at.placement(("add",), groups=1024))
    assert drawn(straws)["fact0"]["text"] == "copies moved: 735"
    assert drawn(straws)["fact1"]["text"] == "the least possible: 614"
    rest = shown(PlacementLab, at.placement(("add",), way="modulo", groups=1024))
    assert drawn(rest)["fact0"]["text"] == "copies moved: 801"
    assert (straws.said.tone, rest.said.tone) == ("ok", "bad")
    assert drawn(rest)["bar0"]["w"] > 3 * drawn(straws)["bar0"]["w"]


def test_out_moves_less_than_weight_zero_side_by_side():
    lab = shown(PlacementLab, at.placement(("out", 0), groups=1024))
    lab.go(0)
    lab.do("remove", 0)
    assert [dict(lab.summary(run.result))["copies moved by it"] for run in lab.runs] == ["403", "662"]  # fmt: skip


def test_the_chosen_group_is_marked_where_it_is_and_was():
    lab = shown(PlacementLab, at.placement(("out", 6), pg=0))
    inner = {child["id"]: child for each in lab.scene.items for child in each.get("children", ())}
    marks = {name: item["text"] for name, item in inner.items() if name.endswith("-copy")}
    now = lab.state.of(0)
    assert {f"osd{osd}-copy" for osd in now} | {"osd6-copy"} == set(marks)
    assert marks["osd6-copy"] == "", "it was there"
    assert "Before: 6, 5, 1." in lab.text
    lab._press("osd3")
    assert lab.values["osd"] == 3


def test_copies_fly_from_disk_to_disk():
    lab = shown(PlacementLab, at.placement(("out", 0)))
    flying = [item for item in lab.scene.items if item["kind"] == "mover"]
    assert sum(int(each["text"]) for each in flying) == len(lab.state.moved)
    lab.go(0)
    assert not [item for item in lab.scene.items if item["kind"] == "mover"]


def test_what_cannot_be_placed_is_refused():
    lab = shown(PlacementLab, at.placement(way="modulo"))
    lab.do("out", 0)
    assert "know whole nodes only" in lab.text
    lab.set(way="straw2", osd=19)
    lab._fail()
    assert "osd=19: no host has it" in lab.text
    lab.set(groups=64, pg=64)
    assert "pg=64: choose 0 to 63, the groups" in lab.text


# Recovery


@pytest.mark.parametrize("values", [{}, {"hosts": 3}, {"hosts": 10, "second": 120}, {"size": 2, "second": 5, "destroyed": True}, {"full": 90.0}, {"out": 0.0, "back": 30}])  # fmt: skip
def test_every_moment_of_a_recovery_stays_in_its_frame(values):
    lab = shown(RecoveryLab, at.recovery(**values))
    for moment in range(0, len(lab.result.states), 5):
        lab.go(moment)
        inside(lab)
    comes_back(lab)


def stacked(lab, at_x):
    """Heights of the states drawn at a place of the time axis."""
    found = {}
    for name, item in drawn(lab).items():
        if name.startswith("span") and item["x"] <= at_x < item["x"] + item["w"]:
            found[int(name[-1])] = round(item["h"] * GROUPS / BAND)
    return found


def test_nothing_is_copied_in_the_first_ten_minutes():
    lab = shown(RecoveryLab, PREDICTIONS["netstorage-recovery"].scene)
    kinds = [each.kind for each in lab.result.states]
    assert kinds[:4] == ["start", "silent", "down", "out"]
    lab.go(2)
    assert not [item for item in lab.scene.items if item["kind"] == "mover"]
    assert drawn(lab)["fact1"]["text"] == "groups that wait: 0"
    lab.go(3)
    flying = [item for item in lab.scene.items if item["kind"] == "mover"]
    assert sum(int(each["text"]) for each in flying) == len(lab.state.copying) > 0


def test_the_bands_are_the_groups_of_the_record():
    lab = shown(RecoveryLab, at.recovery(20))
    for span in lab.result.spans:
        name = f"span{lab.result.spans.index(span)}-0"
        item = drawn(lab).get(name)
        if item and item["w"] > 2:
            assert stacked(lab, item["x"] + item["w"] / 2) == {k: n for k, n in enumerate(span.counts.values()) if n}  # fmt: skip


def test_two_of_three_hosts_offline_wait_and_lose_nothing():
    lab = shown(RecoveryLab, at.recovery(20, size=3, hosts=3))
    seen = drawn(lab)
    assert seen["fact1"]["text"] == f"groups that wait: {GROUPS}"
    assert seen["fact2"]["text"] == "groups lost: 0"
    assert lab.said.tone == "bad"


def test_two_copies_on_destroyed_disks_are_lost():
    lab = shown(RecoveryLab, at.recovery(5, size=2, hosts=4, destroyed=True))
    lost = len(lab.state.lost)
    assert lost > 0
    assert drawn(lab)["fact2"]["text"] == f"groups lost: {lost}"
    assert [item for name, item in drawn(lab).items() if name.startswith("span") and item.get("text") == "✗"]  # fmt: skip


def test_the_future_is_pale_and_hidden_before_the_prediction():
    lab = shown(RecoveryLab, at.recovery(20))
    lab.go(2)
    pale = [item["faded"] for name, item in drawn(lab).items() if name.startswith("span")]
    assert True in pale
    assert False in pale
    waiting = locked(RecoveryLab)
    assert not [name for name in drawn(waiting) if name.startswith("loss")]
    assert {name for name in drawn(waiting) if name.startswith("span")} == {"span0-0"}
    assert len(waiting.table(waiting.state).rows) == 1


# Quorum


@pytest.mark.parametrize("nodes", range(1, 8))
@pytest.mark.parametrize("witness", ["none", "left", "right"])
@pytest.mark.parametrize("votes", ["equal", "heavy"])
def test_every_cut_fits_into_its_picture_and_counts_right(nodes, witness, votes):
    for cut in range(nodes + 1):
        lab = shown(QuorumLab, at.quorum(nodes, cut, witness, votes=votes))
        inside(lab)
        seen = drawn(lab)
        running = lab.result.told.outcome.running
        for side in range(len(lab.result.told.outcome.groups)):
            assert seen[f"side{side}"]["text"].startswith("✓" if side in running else "✗")
        served = sum(len([c for c in seen[f"node{n}"]["children"] if c["kind"] == "token"]) for n in range(nodes))  # fmt: skip
        assert served == (nodes if running else 0), "the winners start what the others ran"
    comes_back(lab)


def test_scissors_are_pressed_and_pressed_again():
    lab = shown(QuorumLab, at.quorum(5, 0))
    assert "scissors" not in drawn(lab)
    lab._press("node2")
    assert lab.values["cut"] == 2
    assert drawn(lab)["fact1"]["text"] == "the right side goes on"
    lab._press("node3")
    assert drawn(lab)["fact1"]["text"] == "the left side goes on"
    lab._press("node3")
    assert lab.values["cut"] == 0
    lab._press("node4")
    lab._press("chance3")
    assert (lab.values["nodes"], lab.values["cut"], lab.error) == (3, 3, None)


def test_the_losers_freeze_then_reset_and_others_take_their_services():
    lab = shown(QuorumLab, at.quorum(4, 2, "left", cached=True))
    words = []
    for moment in range(5):
        lab.go(moment)
        words.append(drawn(lab)["node3"]["sub"])
    assert words == ["works", "waits", "stands still", "reset", "reset"]
    lab.go(2)
    assert "stale3" in {child["id"] for child in drawn(lab)["node3"]["children"]}
    assert drawn(lab)["fact2"]["text"] == "services: 2 of 4"
    assert lab.timeline.labels[-1] == "120 s: services elsewhere"
    nobody = shown(QuorumLab, at.quorum(4, 2))
    assert nobody.timeline.labels[-1] == "60 s: watchdogs reset"
    assert nobody.said.tone == "bad"


def test_four_are_less_available_than_three_and_it_is_not_told_before():
    lab = shown(QuorumLab, PREDICTIONS["netstorage-quorum"].scene)
    seen = drawn(lab)
    assert (seen["hours3"]["text"], seen["hours4"]["text"]) == ("2.61", "5.19")
    assert seen["chance3"]["h"] < seen["chance4"]["h"] < seen["chance1"]["h"] < seen["chance2"]["h"]
    waiting = locked(QuorumLab)
    assert {drawn(waiting)[f"hours{n}"]["text"] for n in range(1, 8)} == {"?"}
    assert "h a year" not in waiting.text
    waiting._press("node1")
    assert waiting.values["cut"] == 2


def test_a_cut_behind_the_last_node_says_the_rule():
    lab = shown(QuorumLab, at.quorum(5, 2))
    lab.set(cut=6)
    assert "cut=6: choose 0 to 5, the nodes" in lab.text


# Sizing


@pytest.mark.parametrize("values", [{"hosts": 2}, {"hosts": 16, "disks": 24}, {"scheme": "erasure42", "data": 500.0}, {"vms": 1000, "gbps": 1, "writes": 5000}, {"data": 0.0, "vms": 0, "writes": 0}])  # fmt: skip
def test_the_gauges_stay_in_their_frame(values):
    lab = shown(SizingLab, at.sizing(**{"hosts": 4, **values}))
    inside(lab)
    comes_back(lab)


def test_numbers_of_the_course_and_nothing_of_them_before_the_prediction():
    """V11.10: 27.2 TB usable, 20.4 if a host must be rebuildable."""
    lab = shown(SizingLab, at.sizing())
    texts = [drawn(lab)[f"fact{k}"]["text"] for k in range(4)]
    assert texts == ["disks in all: 96 TB", "usable: 27.2 TB", "with a host dead: 20.4 TB", "hosts needed: 4"]  # fmt: skip
    waiting = locked(SizingLab)
    said = json.dumps([waiting.text, waiting.scene.items, waiting.table(waiting.result).html()])
    assert not [word for word in ("27.2", "20.4", "81.6") if word in said]


def test_three_hosts_cannot_heal():
    lab = shown(SizingLab, at.sizing(3))
    assert drawn(lab)["verdict0"]["text"].startswith("!")
    assert "there is no other to rebuild it on" in lab.text
    assert drawn(shown(SizingLab, at.sizing(4)))["verdict0"]["text"].startswith("✓")


def test_data_and_copies_are_as_long_as_they_are_large():
    lab = shown(SizingLab, at.sizing(4, data=10.0))
    seen = drawn(lab)
    assert seen["space-1"]["w"] == pytest.approx(2 * seen["space-0"]["w"])
    assert seen["space-0"]["w"] == pytest.approx(seen["space-rail"]["w"] * 10 / 96)
    coded = drawn(shown(SizingLab, at.sizing(7, data=10.0, scheme="erasure42")))
    assert coded["space-1"]["w"] == pytest.approx(coded["space-0"]["w"] / 2)


# A cluster of one's own

FIVE = "".join(f"host h{n} rack {rack} disks 4x4 ram 256\n" for n, rack in enumerate("AABCD", 1)) + "link 10\npool copies 3 domain rack\n"  # fmt: skip
ONE = FIVE.replace("rack B", "rack A").replace("rack C", "rack A").replace("rack D", "rack A")


@pytest.mark.parametrize("text", ["", FIVE, ONE, START.replace("rack C", "rack storage-in-the-cellar"), "".join(f"host host{n} rack {n} disks 12x20 ram 1024\n" for n in range(12)) + "link 100\npool erasure 4+2 domain host\nwitness rack 3\n"])  # fmt: skip
def test_plans_fit_into_their_picture(text):
    lab = shown(OwnClusterLab, at.own(text) if not text else at.own())
    if text:
        lab.load({"values": {"dead": 0}, "program": text})
    for dead in range(len(lab.result.plan.racks) + 1):
        lab.set(dead=dead)
        inside(lab)
    comes_back(lab)


def test_the_start_is_the_plan_of_the_prediction():
    lab = shown(OwnClusterLab, PREDICTIONS["netstorage-own"].scene)
    seen = drawn(lab)
    assert [seen[f"fact{k}"]["text"] for k in (0, 1, 3)] == ["objects that go on: 100 %", "votes: 4, needed: 4", "no place for new copies"]  # fmt: skip
    assert [seen[f"check{k}"]["text"][0] for k in range(8)] == ["✗", *"✓✓✓✓✓✓✓"]
    waiting = locked(OwnClusterLab)
    assert {drawn(waiting)[f"check{k}"]["text"][0] for k in range(8)} == {"?"}
    assert "majority" not in waiting.text
    assert waiting._death is None


def test_a_plan_of_five_hosts_does_the_task():
    lab = shown(OwnClusterLab, at.own())
    assert lab._run_text(FIVE) == "Taken: see what a dead rack leaves."
    assert "✓ The task is done." in lab.text
    assert lab.said.tone == "ok"
    lab._press("rack3")
    assert lab.values["dead"] == 3
    lab._press("rack3")
    assert lab.values["dead"] == 0
    assert drawn(lab)["fact1"]["text"] == "racks: 4"


def test_a_shorter_plan_forgets_the_rack_that_was_dead():
    lab = shown(OwnClusterLab, at.own())
    lab.set(dead=3)
    lab._run_text(ONE)
    assert (lab.error, lab.values["dead"]) == (None, 0)
    lab.set(dead=2)
    assert "dead=2: choose 0 to 1, the racks" in lab.text


def test_a_line_that_cannot_be_read_leaves_the_plan():
    lab = shown(OwnClusterLab, at.own())
    before = lab.program
    said = lab._run_text("host h1 rack A disks 4x4")
    assert said.startswith("line 1: host: write its name")
    assert lab.program == before
    lab.reset()
    assert lab.error is None


def test_the_straws_of_the_group_end_where_its_copies_are():
    lab = shown(PlacementLab, at.placement(("out", 6), pg=0))
    seen = drawn(lab)
    ends = [seen[name]["text"] for name in seen if name.startswith("end")]
    assert [each for each in ends if each.startswith("✓")] == [f"✓ disk {osd}" for osd in lab.state.of(0)]  # fmt: skip
    for row in range(len(ends)):
        straws = [item for name, item in seen.items() if name.startswith(f"straw{row}-")]
        longest = max(straws, key=lambda item: item["w"])
        assert longest.get("hue") == 3 or longest.get("tone") == "bad"
    assert "straws" not in drawn(shown(PlacementLab, at.placement(("add",), way="modulo")))
