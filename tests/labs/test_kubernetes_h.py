"""Twenty minutes of a cluster on the screen: pods as bricks, loops that shine, the time line."""

import numpy as np
import pytest

from coursekit.i18n import speaking
from coursekit.labs.kubernetes.hour import HourLab
from coursekit.quizzes.kubernetes import PREDICTIONS
from coursekit.sims.kubernetes.hour import EVENTS, Hour, tell


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


def inner(lab):
    return {
        child["id"]: child for item in lab.scene.items for child in item.get("children", ())
    } | items(lab)


def at(lab, kind):
    """Stand where the trace first has this kind."""
    t = next(each["t"] for each in lab.result.ran.trace if each["kind"] == kind and each["t"] > 0)
    lab.go(next(k for k, view in enumerate(lab.result.states) if view.t >= t))
    return lab


def test_every_pod_of_the_moment_is_a_brick_on_its_node():
    lab = HourLab(1)
    for moment in range(0, len(lab.result.states), 3):
        lab.go(moment)
        shown = items(lab)
        for node in lab.state.seen.nodes:
            bricks = {child["id"] for child in shown[f"case-{node.name}"]["children"]}
            assert bricks == {f"pod-{pod.name}" for pod in node.pods}


def test_pods_of_a_dead_node_are_first_held_for_ready_then_unheard_then_ending():
    lab = HourLab(1)
    lab.set(event="node")
    name = "pod-api-v1-2"
    signs = []
    for kind in ("down", "not_ready", "evict", "back"):
        at(lab, kind)
        signs.append(inner(lab).get(name, {"text": "gone"})["text"][0])

    assert signs == ["✗", "?", "✕", "g"]


def test_the_loops_that_act_shine_and_the_sentence_names_them():
    lab = at(HourLab(1), "not_ready")
    shown = items(lab)

    assert shown["loop-node"]["glow"] and not shown["loop-scheduler"].get("glow")
    assert "Node controller: n2 has sent no lease for 50 s" in lab.text
    assert "sent to pods without power" in lab.text
    assert lab.tone(lab.state) == "bad"
    at(lab, "scale")
    assert "Autoscaler: web from 18 to 26." in lab.text


def test_the_facts_are_the_moment_s():
    lab = HourLab(1)
    lab.go(next(k for k, view in enumerate(lab.result.states) if view.t == 425.0))
    shown = items(lab)

    assert shown["fact0"]["text"] == "web: 27 of 36 ready"
    assert shown["fact2"]["text"] == "without a node: 15"
    assert sum(pod.startswith("pod-web-v2") for pod in _waiting(shown)) == 13
    assert "+2" in shown["none-name"]["text"]
    assert lab.tone(lab.state) == "bad"


def _waiting(shown):
    return [child["id"] for child in shown["case-none"]["children"]]


def test_in_the_end_all_is_well_whatever_happened():
    lab = HourLab(1)
    for event in EVENTS:
        lab.set(event=event)
        lab.go(len(lab.result.states) - 1)
        assert lab.tone(lab.state) == "ok", event
        assert "as it is wished" in lab.text


def test_before_the_prediction_the_time_line_does_not_tell_the_end():
    lab = HourLab(1, prediction=PREDICTIONS["kubernetes-hour"])
    shown = items(lab)

    assert lab.locked and not any(name.startswith(("mark", "lost", "scale")) for name in shown)
    assert "rush" not in str(shown)


@pytest.mark.parametrize("narrow", [False, True])
def test_everything_stays_in_the_picture_and_has_a_name_of_its_own(narrow):
    lab = HourLab(1)
    lab.scene.narrow = narrow
    for values in (
        {},
        {"replicas": 30, "load": 200},
        {"scaler": False, "event": "load"},
        {"toleration": 0.0, "event": "all"},
        {"toleration": 310.0},
    ):
        lab.set(**values)
        lab.go(len(lab.result.states) // 2)
        width, height = lab.scene.size
        ids = [item["id"] for item in lab.scene.items]
        assert len(ids) == len(set(ids))
        for item in lab.scene.items:
            if item["kind"] == "box":
                assert item["x"] >= 0 and item["x"] + item["w"] <= width
                assert item["y"] >= 0 and item["y"] + item["h"] <= height
                for child in item.get("children", ()):
                    assert child["x"] + child["w"] <= item["w"]
                    assert child["y"] + child["h"] <= item["h"]


def test_the_table_has_a_row_a_moment():
    lab = HourLab(1)

    assert len(lab.table(lab.state).rows) == len(lab.result.states)


def test_the_prediction_s_answer_is_the_largest_of_three_runs():
    question = PREDICTIONS["kubernetes-hour"].question
    runs = {
        event: tell(Hour(event=event), np.random.default_rng(1)).ran.lost()
        for event in ("load", "node", "rollout")
    }

    assert max(runs, key=runs.get) == "load"
    assert [choice.right for choice in question.choices] == [True, False, False, False]
    assert question.because.values == {event: round(lost) for event, lost in runs.items()}


def test_it_speaks_french():
    with speaking("fr"):
        lab = at(HourLab(1), "not_ready")
        assert "300 s" in lab.text and len(lab.labels(lab.result)) == len(lab.result.states)
