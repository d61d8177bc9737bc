"""Updates, dead nodes, autoscaling under load, probes and drains on the screen."""

import pytest

from coursekit.labs.kubernetes.drain import DrainLab
from coursekit.labs.kubernetes.hpa import HpaLab
from coursekit.labs.kubernetes.node import NodeLab
from coursekit.labs.kubernetes.probes import ProbesLab
from coursekit.labs.kubernetes.rollout import RolloutLab
from coursekit.sims.kubernetes import manifest, objectsof


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


def texts(lab):
    return " | ".join(str(item.get("text", "")) for item in lab.scene.items)


def last(lab):
    lab.go(len(lab.result.states) - 1)
    return lab


# Update


def test_an_update_shows_the_vector_step_by_step():  # 7-V8
    lab = RolloutLab(1)
    steps = [(s.t, s.old, s.new, s.new_available) for s in lab.result.states[2:]]

    assert steps[:3] == [(0, 10, 3, 0), (0, 8, 3, 0), (0, 8, 5, 0)]
    assert (5, 3, 10, 5) in steps and steps[-1] == (10, 0, 10, 10)
    lab.go(4)
    shown = items(lab)
    assert sum(name.startswith("pod-v1-") for name in shown) == 8
    assert [shown[f"pod-v2-{k}"]["text"] for k in range(5)] == ["…"] * 5
    assert "n + surge = 13" in texts(lab) and "n − unavailable = 8" in texts(lab)


@pytest.mark.parametrize(
    ("n", "surge", "unavailable", "most", "least"),
    [
        (10, 25, 25, 13, 8),
        (4, 25, 25, 5, 3),
        (3, 25, 25, 4, 3),
        (7, 50, 50, 11, 4),
        (5, 1, 0, 6, 5),
    ],
)  # 7-V7
def test_the_limits_are_rounded_as_the_controller_rounds(n, surge, unavailable, most, least):
    lab = RolloutLab(1)
    lab.set(replicas=n, surge=surge, unavailable=unavailable)

    assert f"n + surge = {most}" in texts(lab) and f"n − unavailable = {least}" in texts(lab)


def test_an_image_that_never_gets_ready_stands_still_and_eight_serve():  # 7-V10
    lab = RolloutLab(1)
    lab.set(bad=True, surge=30, unavailable=20)
    last(lab)

    assert (lab.state.old, lab.state.new, lab.state.available) == (8, 5, 8)
    assert "8 serve" in lab.text and lab.tone(lab.state) == "bad"


def test_the_bands_are_as_high_as_the_record_at_every_moment():
    lab = RolloutLab(1)
    lab.set(stop=3.0, replicas=7)
    totals = {state.t: state.total for state in lab.result.states}  # the last of a time counts
    stacks = {}
    for item in lab.scene.items:
        name, k = f"{item['id']}-".split("-")[:2]
        if name in ("old", "new", "wait"):
            stacks[k] = stacks.get(k, 0) + item["h"]
    unit = stacks["0"] / totals[0]

    assert {round(high / unit, 3) for high in stacks.values()} == set(totals.values())


def test_recreate_has_a_hole_without_any_pod():
    lab = RolloutLab(1)
    lab.set(strategy="Recreate", stop=5.0)

    assert min(state.available for state in lab.result.states) == 0
    assert "surge" in lab.panel.away


def test_undo_brings_the_old_version_back():
    lab = RolloutLab(1)
    lab.set(bad=True, undo=60.0)
    last(lab)

    assert lab.state.wanted == "v1" and lab.result.done
    assert sum(name.startswith("pod-v1-") for name in items(lab)) == 10


def test_the_file_is_what_a_cluster_takes_and_never_overwrites(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = RolloutLab(1)
    lab.set(replicas=7)
    lab.file.save()
    lab.set(replicas=8)
    lab.file.save()

    first, second = (objectsof.as_deployment(manifest.load((tmp_path / name).read_text())[0]) for name in ("deployment.yaml", "deployment-2.yaml"))  # fmt: skip
    assert (first.replicas, second.replicas, first.surge) == (7, 8, "25%")
    assert "kubectl apply -f deployment-2.yaml" in lab.file.said.text


def test_before_the_prediction_the_picture_does_not_tell_the_end():
    lab = RolloutLab(1)
    lab._set_locked(True)
    lab.redraw()

    assert not any(name.startswith(("new-", "wait-")) for name in items(lab))
    assert len(lab.table(lab.state).rows) == 1


# A dead node


@pytest.mark.parametrize(
    ("values", "safe", "replaced"),
    [
        ({"phase": 0.0}, 55, 355),
        ({"phase": 9.9, "look": 0.1}, 40.2, 340.2),
        ({"phase": 0.0, "grace": 40}, 45, 345),
        ({"phase": 9.9, "look": 0.1, "grace": 40}, 30.2, 330.2),
    ],
)  # 7-V15
def test_a_dead_node_is_noticed_and_its_pods_replaced(values, safe, replaced):
    lab = NodeLab(1)
    lab.set(**values)
    dead = lab.result.failure.dead

    assert lab.result.at("not_ready") - dead == pytest.approx(safe)
    assert lab.result.at("created") - dead == pytest.approx(replaced)
    last(lab)
    assert f"Requests failed for {safe} s" in lab.text


def test_requests_fail_until_the_node_is_unknown_then_the_others_answer():
    lab = NodeLab(1)
    shown = {item["id"]: item for item in lab.scene.items}
    failing = [item for item in shown.values() if item.get("text") == "fail"]

    assert len(failing) == 1 and failing[0]["tone"] == "bad"
    assert "answered by the other pods" in texts(lab) and "one too few" in texts(lab)


def test_a_substitute_stands_on_the_other_node_and_the_old_pod_hangs_on():
    lab = NodeLab(1)
    last(lab)
    inner = {
        child["id"]: child["text"]
        for node in ("node-1", "node-2")
        for child in items(lab)[node]["children"]
    }

    assert inner == {"pod-old": "web-0: Terminating", "pod-other": "web-1", "pod-new": "web-2"}


def test_a_stateful_set_waits_until_somebody_knows():
    lab = NodeLab(1)
    lab.set(owner="StatefulSet")
    assert "never replaced" in last(lab).text
    lab.set(out_of_service=400.0)
    last(lab)

    assert lab.result.at("serving") - lab.result.failure.dead == 410
    assert [child["id"] for child in items(lab)["node-1"]["children"]] == []


def test_a_node_that_is_back_in_time_keeps_its_pods():
    lab = NodeLab(1)
    lab.set(back=200.0)
    last(lab)

    assert lab.tone(lab.state) == "ok" and len(items(lab)["node-2"]["children"]) == 1


def test_a_locked_time_line_ends_now():
    lab = NodeLab(1)
    lab._set_locked(True)
    lab.redraw()

    assert "toleration" not in items(lab) and "Unknown" not in texts(lab)


# The autoscaler


def test_load_that_falls_is_followed_after_five_minutes():  # 7-V6
    lab = HpaLab(1)
    lab.set(curve="fall")
    assert lab.result.loop.replicas == 10
    down = next(d for d in lab.result.decisions if d.applied < 10)

    assert down.t == 360 and "First change at 360 s, from 10 to 4 pods" in lab.text
    lab.set(window=0.0)
    assert "First change at 75 s" in lab.text


def test_a_step_of_load_is_lost_until_pods_are_ready():
    lab = HpaLab(1)
    load, capacity = lab.load_chart.data
    assert load[1].max() == 800 and capacity[1].max() == 1000
    assert lab.result.lost_total == 10_000 and "10,000" in items(lab)["fact0"]["text"]
    assert lab.tone(lab.result) == "bad"


def test_the_three_curves_are_the_decisions():
    lab = HpaLab(1)
    (_x, applied), (_t, stabilized), (_u, raw) = lab.pods_chart.data
    turns = lab.result.decisions

    assert (applied[-1], stabilized[-1], raw[-1]) == (turns[-1].applied, turns[-1].stabilized, turns[-1].raw)  # fmt: skip
    assert len(lab.table(lab.result).rows) == len(turns)


def test_a_longer_window_costs_pods_and_changes_less():
    lab = HpaLab(1)
    lab.set(curve="sine")
    patient = lab.result
    lab.set(window=0.0)

    assert patient.changes < lab.result.changes and patient.pod_seconds > lab.result.pod_seconds


def test_the_low_load_may_not_be_the_higher_one():
    lab = HpaLab(1)
    lab.set(low=900)
    assert "low=900: choose 0 to 800" in lab.text


def test_the_autoscaler_as_a_file_reads_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = HpaLab(1)
    lab.set(target=70, window=120.0, most=20)
    lab.file.save()
    documents = manifest.load((tmp_path / "autoscaler.yaml").read_text())
    scaler, target = objectsof.as_hpa(documents[1])

    assert (scaler.most, target, scaler.behavior.down.window) == (20, 70, 120)
    assert objectsof.targets(documents[1], documents) == (documents[0],)


# Probes


def test_a_hang_is_seen_within_the_bounds():  # 7-V17
    lab = ProbesLab(1)
    states = lab.result.states
    hung = next(s.t for s in states if s.kind == "hung")
    killed = next(s.t for s in states if s.kind == "killed")

    assert 21 <= killed - hung <= 31
    assert "21 to 31 s" in texts(lab)
    assert "fail" in texts(lab)


def test_back_off_doubles():  # 7-V16
    lab = ProbesLab(1)
    lab.set(app="crash")
    waits = [s.why.values["wait"] for s in lab.result.states if s.kind == "back_off"]

    assert waits == [10, 20, 40, 80, 160, 300]
    assert all(f"| {wait} s |" in texts(lab) for wait in (40, 80, 160))


def test_liveness_kills_what_starts_slowly_and_a_startup_probe_saves_it():
    lab = ProbesLab(1)
    lab.set(app="slow")
    assert lab.result.ready_seconds == 0 and "starts" in texts(lab)
    lab.set(startup=True)
    last(lab)

    assert lab.state.restarts == 0 and "startup0" in items(lab)
    assert lab.tone(lab.state) == "ok"


def test_every_answer_has_its_mark():
    lab = ProbesLab(1)
    asked = [s for s in lab.result.states if s.probe == "liveness" and s.kind == "probe"]
    tones = [items(lab)[f"liveness{k}"]["tone"] for k in range(len(asked))]

    assert tones == ["ok" if s.ok else "bad" for s in asked] and "bad" in tones


# A drain


@pytest.mark.parametrize(
    ("budget", "replicas", "must", "spare"),
    [("min50", 7, 4, 3), ("max1", 5, 4, 1), ("max30", 7, 4, 3), ("min100", 3, 3, 0)],
)  # 7-V11
def test_what_must_stay_and_what_may_go(budget, replicas, must, spare):
    lab = DrainLab(1)
    lab.set(budget=budget, replicas=replicas)
    lab.go(0)

    assert items(lab)["fact1"]["text"] == f"must be: {must}"
    assert items(lab)["fact2"]["text"] == f"may be evicted: {spare}"


def test_a_budget_of_all_stops_the_drain_for_ever():
    lab = DrainLab(1)
    lab.set(budget="min100")
    last(lab)

    assert "gives up" in lab.text and lab.tone(lab.state) == "bad"
    tones = {item["tone"] for name, item in items(lab).items() if name.startswith("ask") and item["kind"] == "token"}  # fmt: skip
    assert tones == {"bad"}


@pytest.mark.parametrize("budget", ["min50", "max1", "max30"])
def test_no_moment_goes_below_the_budget(budget):
    lab = DrainLab(1)
    for replicas in range(1, 10):
        lab.set(budget=budget, replicas=replicas)
        assert all(s.healthy["web"] >= lab._desired for s in lab.result.states)


def test_pods_move_to_the_other_node():
    lab = DrainLab(1)
    last(lab)
    inner = {c["text"]: c["fill"] for c in items(lab)["node-2"]["children"]}

    assert inner == {"web-3": "solid", "new 1": "solid", "new 2": "solid"}
    assert {c["fill"] for c in items(lab)["node-1"]["children"]} == {"soft"}


def test_the_budget_as_a_file_reads_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab = DrainLab(1)
    lab.set(budget="max30")
    lab.file.save()
    documents = manifest.load((tmp_path / "budget.yaml").read_text())

    assert objectsof.as_budget(documents[1]).max_unavailable == "30%"
    assert objectsof.targets(documents[1], documents) == (documents[0],)
