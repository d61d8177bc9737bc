"""The loop, the scheduler, packing, classes under pressure, the learner's manifests."""

import pytest

from coursekit.labs.kubernetes.manifest import FIRST, ManifestLab
from coursekit.labs.kubernetes.packing import PackingLab
from coursekit.labs.kubernetes.qos import QosLab
from coursekit.labs.kubernetes.reconcile import ReconcileLab
from coursekit.labs.kubernetes.scheduler import SchedulerLab
from coursekit.quizzes.kubernetes import scenes as at
from coursekit.sims.kubernetes.manifest import load


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


def inside(lab, case):
    return [each["id"] for each in items(lab)[case]["children"]]


# The loop


def test_the_example_ends_with_another_pod_in_place_of_the_deleted_one():
    lab = ReconcileLab(1)

    assert [p.name for p in lab.state.state.pods] == ["web-1", "web-3", "web-4"]
    assert inside(lab, "case-node-2") == ["pod-web-4"]
    assert items(lab)["alive"]["text"] == "3 = 3"


def test_each_step_lights_its_station_and_marks_the_next():
    lab = ReconcileLab(1)
    for moment, (done, following) in enumerate([("read", "diff"), ("diff", "act"), ("act", "requeue"), ("requeue", "read")], 2):  # fmt: skip
        lab.go(moment)
        assert items(lab)[f"at-{done}"]["glow"]
        assert items(lab)[f"at-{following}"]["selected"]
    lab.go(1)
    assert not any(items(lab)[f"at-{each}"]["glow"] for each in ("read", "diff", "act", "requeue"))


def test_a_wish_of_five_makes_two_that_have_no_node_yet():
    lab = ReconcileLab(1)
    lab.do("scale", "", 5)
    for _ in range(3):
        lab.do("step")

    assert items(lab)["at-diff"]["sub"] == "+2"
    assert len(inside(lab, "case-none")) == 2
    assert all(box["dash"] for box in items(lab)["case-none"]["children"])


def test_a_dead_node_changes_nothing_until_time_passes():
    lab = ReconcileLab(1)
    lab.do("kill_node", "node-1")
    assert items(lab)["alive"]["text"] == "3 = 3"
    assert items(lab)["case-node-1"]["children"][0]["text"].startswith("?")
    lab.do("time")
    assert items(lab)["alive"]["text"] == "2 ≠ 3"


def test_a_pressed_pod_is_the_one_the_buttons_mean_and_one_that_is_gone_is_refused():
    lab = ReconcileLab(1)
    lab._pressed("pod-web-4")
    assert lab.values["pod"] == "web-4"
    assert items(lab)["case-node-2"]["children"][0]["selected"]

    before = lab.moment
    lab.do("delete", "web-2")
    assert lab.moment == before
    assert "web-2" in lab.said.text


def test_the_scene_of_the_questions_stands_where_a_new_pod_was_made():
    lab = ReconcileLab(1)
    lab.show(at.reconcile(*at.DELETED))

    assert [p.name for p in lab.state.state.pods if not p.node] == ["web-4"]


# The scheduler (7-V12)


def sums(lab):
    return [int(items(lab)[f"sum-{n}"]["text"]) for n in ("n1", "n2", "n3")]


def test_the_vector_of_the_specification_stands_in_the_columns():
    lab = SchedulerLab(1)

    assert sums(lab) == [112, 124, 150]
    assert items(lab)["node-n3"]["title"].startswith("★")
    lab.set(policy="most")
    assert [items(lab)[f"score-{n}-0"]["text"] for n in ("n1", "n2", "n3")] == ["62", "56", "50"]


def test_each_refused_node_shows_the_filter_that_refused_it():
    lab = SchedulerLab(1)
    lab.set(nodes="taints")

    told = {row[0]: row[1] for row in lab.table(lab.result).rows}
    assert "gpu" in told["n1"] and "not-ready" in told["n2"] and "cordoned" in told["n3"]
    assert lab.result.decision.node == "n4"
    lab.set(tolerates=True, selector=True)
    assert lab.result.decision.node == "n1"


def test_priority_pushes_the_least_important_away():
    lab = SchedulerLab(1)
    lab.set(nodes="full", cpu=1000, prio=100)

    assert lab.result.decision.node is None
    assert items(lab)["push-n2-0"]["text"].endswith("batch")
    assert "0/3 nodes are available" in lab.said.text


@pytest.mark.parametrize("nodes", ["spec", "taints", "full"])
@pytest.mark.parametrize("plugins", ["usual", "all"])
def test_what_is_drawn_stays_inside_the_picture(nodes, plugins):
    for narrow in (False, True):
        lab = SchedulerLab(1)
        lab.scene.narrow = narrow
        lab.set(nodes=nodes, plugins=plugins, cpu=4000, mem=8192)
        lab.redraw()
        assert all(item["y"] < lab.scene.size[1] for item in lab.scene.items)


# Packing (prediction 6)


def test_forty_pods_fit_by_request_and_want_nine_times_the_node():
    lab = PackingLab(1)

    assert len(inside(lab, "case-node-1")) == 40
    assert len(inside(lab, "waiting")) == 5
    assert lab.table(lab.state).rows[0][2:] == ["100 %", "900 %", "11.1 %"]
    assert items(lab)["used-node-1-bar"]["tone"] == "bad"


def test_who_requests_what_is_used_gets_it():
    lab = PackingLab(1)
    lab.set(cpu=900)

    assert len(inside(lab, "case-node-1")) == 4
    assert lab.table(lab.state).rows[0][4] == "100 %"


def test_a_step_a_pod_and_a_change_shows_all_of_them():
    lab = PackingLab(1)
    lab.go(3)
    assert len(inside(lab, "case-node-1")) == 3
    lab.set(pods=60)
    assert lab.moment == 60


# Classes of service: 7-V13 and 7-V14


@pytest.mark.parametrize(
    "form, qos",
    [("all", "Guaranteed"), ("limits", "Guaranteed"), ("cpu", "Burstable"), ("none", "BestEffort"), ("one_of_two", "Burstable")],
)  # fmt: skip
def test_what_is_written_decides_the_class(form, qos):
    lab = QosLab(1)
    lab.set(form=form)

    assert qos in items(lab)["fact0"]["text"]


def test_a_burstable_pod_of_four_gib_has_750():
    lab = QosLab(1)
    lab.set(form="one_of_two", request=4096)

    assert lab.result.adj["yours"] == 750


def test_pods_go_one_by_one_until_the_threshold_is_kept():
    lab = QosLab(1)
    lab.set(use=10_000)
    gone = [state.evicted for state in lab.result.states]

    assert gone[0] == "batch" and gone[-1] is None
    assert [state.t for state in lab.result.states] == [10 * k for k in range(len(gone))]
    assert lab.result.states[-1].available_mi >= 100


def test_a_high_priority_saves_who_is_above_his_request_only_from_those_above_theirs():
    lab = QosLab(1)
    lab.set(form="none", use=8000)
    assert "yours" in [state.evicted for state in lab.result.states][:2]
    lab.set(prio=1000)
    assert lab.result.states[0].evicted == "batch"


# Manifests


def test_a_service_that_selects_nobody_is_right_and_caught():
    lab = ManifestLab(1)

    assert not lab.result.manifest.problems
    assert lab.tone(lab.result) == "warn"
    assert "Service shop" in lab.said.text
    assert {k for k in items(lab) if k.startswith("means")} == {"means-1-0", "means-2-0"}


def test_with_the_right_label_all_is_tied():
    lab = ManifestLab(1)
    lab._run_text(FIRST.replace("app: web", "app: shop"))

    assert lab.tone(lab.result) == "ok"
    assert "means-0-0" in items(lab)


@pytest.mark.parametrize("change, said", [(("128Mi", "500mb"), "500mb"), (("  replicas: 3", "\treplicas: 3"), "tab"), (("replicas: 3", "replicas: three"), "three")])  # fmt: skip
def test_a_mistake_is_told_with_its_line(change, said):
    lab = ManifestLab(1)
    lab._run_text(FIRST.replace(*change))

    assert lab.tone(lab.result) == "bad"
    assert said in lab.said.text and "line" in lab.said.text
    assert "problem-0-0" in items(lab)


def test_the_saved_text_holds_the_same_objects(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = ManifestLab(1)
    lab.file.save()

    saved = load((tmp_path / "manifest.yaml").read_text())
    assert [one.value for one in saved] == [one.value for one in load(FIRST)]


def test_an_empty_text_and_one_of_many_objects_are_drawn():
    lab = ManifestLab(1)
    lab._run_text("")
    assert lab.tone(lab.result) == "warn"
    lab._run_text("---\n".join(FIRST.replace("name: shop", f"name: s{k}") for k in range(12)))
    assert len([k for k in items(lab) if k.startswith("card-")]) == 16
