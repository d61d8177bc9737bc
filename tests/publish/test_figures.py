"""A lab on paper: which moments, which settings, and data that `scene.js` can read."""

import json
import re
from importlib.resources import files

import pytest

from coursekit.labs.desk import labs_of
from coursekit.publish.figures import figure, moments
from coursekit.publish.page import EXPORT, script
from coursekit.quizzes.raid import PREDICTIONS
from coursekit.sims.message import ParameterError
from coursekit.ui.scene import Scene


def shown(name):
    lab = labs_of("raid")[f"raid-{name}"](1)
    return lab, moments(lab, PREDICTIONS[f"raid-{name}"])


def test_a_story_is_shown_from_its_first_state_to_its_last():
    lab, seen = shown("write")
    lab.reset()
    count = len(lab.result.states)

    titles = [each.title for each in seen]
    assert titles[0].startswith(f"Moment 1 of {count}: ")
    assert any(each.startswith(f"Moment {count} of {count}: ") for each in titles)
    for each in seen:
        if found := re.match(r"Moment (\d+) of", each.title):
            lab.go(int(found[1]) - 1)
            assert each.said == lab.text


def test_a_story_that_waits_for_an_action_is_shown_after_it():
    _lab, seen = shown("disks")
    assert seen[0].title == "As it opens"
    assert len(seen) >= 3


def test_the_state_that_answers_the_prediction_is_among_them():
    lab, seen = shown("layout")
    lab.load(lab.scenario_of(PREDICTIONS["raid-layout"].scene))
    assert lab.text in [each.said for each in seen]
    assert "Level: RAID 5" in seen[-1].settings


def test_a_scene_is_there_in_both_layouts_and_cannot_be_pressed():
    html = figure("raid", "raid-layout")
    found = re.findall(r'<script type="application/json">(.*?)</script>', html)
    assert len(found) >= 2
    for text in found:
        layouts = json.loads(text)
        assert list(layouts) == ["wide", "narrow"]
        assert all(each["items"] and each["label"] for each in layouts.values())
        assert '"press"' not in text
    assert json.loads(found[0])["wide"]["size"] != json.loads(found[0])["narrow"]["size"]


def test_data_can_not_end_the_script_that_holds_it():
    class Sharp(labs_of("raid")["raid-layout"]):
        def draw(self, result):
            items = [{"id": "a", "kind": "text", "x": 0, "y": 9, "text": "</script><b>"}]
            self.scene.show(items, width=90, height=20, label="a")

    seen = moments(Sharp(1), PREDICTIONS["raid-layout"])
    assert "</script><b>" not in seen[0].pictures
    text = re.search(r"json\">(.*?)</script>", seen[0].pictures)[1]
    assert json.loads(text)["wide"]["items"][0]["text"] == "</script><b>"


def test_the_drawing_is_the_kits_own():
    scene = files("coursekit.ui").joinpath("scene.js").read_text("utf-8")
    made = script(scene, "// site\n")

    assert scene.rstrip().removesuffix(EXPORT) in made, "not a line of it is changed"
    assert "export " not in made
    with pytest.raises(ParameterError, match="expected"):
        script("export { render };", "")


def test_what_the_script_reads_is_what_a_scene_has():
    from coursekit.publish.figures import DRAWN

    read = set(re.findall(r'model\.get\("(\w+)"\)', files("coursekit.ui").joinpath("scene.js").read_text("utf-8")))  # fmt: skip
    assert read == {*DRAWN, "narrow", "roving"}
    assert read <= set(Scene.class_trait_names())
