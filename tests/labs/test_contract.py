"""What every lab of the course must do; a new lab is covered without a line here."""

import inspect
import json

import ipywidgets as w
import pytest
from looking import inside_the_frame, moments, scenes_of

from coursekit import i18n
from coursekit.labs import open_chapter
from coursekit.labs.desk import built, labs_of
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.story import StoryLab

LABS = [(chapter.slug, name) for chapter in built() for name in labs_of(chapter.slug)]
STORIES = [(slug, name) for slug, name in LABS if issubclass(labs_of(slug)[name], StoryLab)]
every_lab = pytest.mark.parametrize("slug, name", LABS, ids=[name for _, name in LABS])
every_story = pytest.mark.parametrize("slug, name", STORIES, ids=[name for _, name in STORIES])


def opened(slug, name, seed=1):
    """A lab as a learner has it after predicting."""
    lab = labs_of(slug)[name](seed)
    assert not lab.locked
    return lab


def extremes(spec):
    """Values worth trying for a control: least, default, most; every option."""
    if isinstance(spec, Slider):
        return list(dict.fromkeys([spec.least, spec.value, spec.most]))
    return list(spec.options) if isinstance(spec, Pick) else [True, False]


def widgets_under(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_under(child)


@every_lab
def test_it_opens_with_a_picture_a_sentence_and_a_table(slug, name):
    lab = opened(slug, name)

    assert name.startswith(f"{slug}-")
    assert len(lab.text) > 20
    assert "⚠" not in lab.text
    table = lab.table(lab._shown)
    assert table.rows
    assert all(len(row) == len(table.head) for row in table.rows)


@every_lab
def test_it_waits_for_a_prediction_and_keeps_it(slug, name):
    desk = open_chapter(slug)
    lab = desk.lab(name)
    assert lab.locked
    assert lab.panel.locked

    lab._predict.commit()  # nothing chosen: it stays locked
    assert lab.locked

    give_right_answer(lab._predict)
    assert not lab.locked
    assert not lab.panel.locked
    assert lab._predict.said.tone == "ok"
    assert not desk.lab(name).locked, "a kept prediction opens the lab"


def give_right_answer(predict):
    question = predict.prediction.question
    rights = [place for place, choice in enumerate(question.choices) if choice.right]
    order = list(range(len(question.choices)))
    answers = {"numeric": question.answer, "single": (rights or [None])[0], "order": order}
    predict.answer.value = answers[question.kind]
    predict.commit()


@every_lab
def test_every_control_at_its_ends_draws_or_says_the_rule(slug, name):
    lab = opened(slug, name)
    for spec in lab.controls():
        for value in extremes(spec):
            lab.reset()
            before = lab.result
            lab.set(**{spec.name: value})
            if lab.error:  # a rule of the simulation: the sentence, and the last good picture
                assert isinstance(lab.error, ParameterError), f"{spec.name}={value}: {lab.error!r}"
                assert "=" in lab.text
                assert lab.result is before
            else:
                assert lab.result is not None
                assert lab.text


@every_lab
def test_no_picture_leaves_its_frame(slug, name):
    lab = opened(slug, name)
    for narrow in (False, True):
        for scene in scenes_of(lab):
            scene.narrow = narrow
        for spec in lab.controls():
            for value in extremes(spec):
                lab.reset()
                lab.set(**{spec.name: value})
                for scene in scenes_of(lab):
                    inside_the_frame(scene)


@every_lab
def test_every_moment_is_drawn_in_both_layouts(slug, name):
    """In French, whose words are longer, in the state that answers its prediction."""
    lab = open_chapter(slug, lang="fr").lab(name)
    give_right_answer(lab._predict)
    for narrow in (True, False):
        for scene in scenes_of(lab):
            scene.narrow = narrow
        for _moment in moments(lab):
            assert lab.text
            assert lab.table(lab._shown).rows
            for scene in scenes_of(lab):
                inside_the_frame(scene)


@every_lab
def test_a_value_out_of_range_says_name_value_and_rule(slug, name):
    lab = opened(slug, name)
    for spec in lab.controls():
        if isinstance(spec, Slider):
            lab.reset()
            good = lab.result
            lab.set(**{spec.name: spec.most + 1000})
            assert f"{spec.name}={spec.most + 1000}: " in lab.text
            assert lab.result is good
            lab.set(**{spec.name: spec.value})
            assert lab.error is None, "one good value later it works again"


@every_lab
def test_its_state_is_a_text_that_brings_it_back_exactly(slug, name):
    lab = opened(slug, name)
    for spec in lab.controls():
        if not isinstance(spec, Check):
            lab.set(**{spec.name: extremes(spec)[-1]})
            if lab.error:
                lab.reset()
    text, said = json.dumps(lab.scenario()), lab.text

    twin = labs_of(slug)[name](seed=7)
    twin.load_text(text)

    assert twin.text == said
    assert twin.scenario() == lab.scenario()
    assert [scene.items for scene in scenes_of(twin)] == [scene.items for scene in scenes_of(lab)]


@every_lab
@pytest.mark.parametrize(
    "text, says",
    [
        ("{", "not JSON"),
        ("[]", "expected an object"),
        ('{"lab": "x"}', "lab=x"),
        ('{"values": {"nothing": 1}}', "nothing: no such control"),
        ('{"up": 1}', "scenario.up"),
        ('{"seed": "a"}', "seed=a"),
    ],
)
def test_a_bad_scenario_is_refused_and_nothing_changes(slug, name, text, says):
    lab = opened(slug, name)
    before = lab.scenario()

    with pytest.raises(ParameterError, match=says):
        lab.load_text(text)

    assert lab.scenario() == before


@every_lab
def test_same_seed_same_picture(slug, name):
    one, other = opened(slug, name, seed=3), opened(slug, name, seed=3)

    assert one.text == other.text
    assert [s.items for s in scenes_of(one)] == [s.items for s in scenes_of(other)]


@every_lab
def test_at_most_five_controls_in_sight(slug, name):
    lab = opened(slug, name)
    for spec in lab.controls():  # whatever a control reveals
        for value in extremes(spec):
            lab.reset()
            lab.set(**{spec.name: value})
            if not lab.error:
                away = lab.panel.away
                shown = [c for c in lab.controls() if not c.more and c.name not in away]
                assert len(shown) <= 5


@every_lab
def test_every_control_has_a_name_for_screen_readers(slug, name):
    lab = opened(slug, name)
    assert all(control["label"] for control in lab.panel.controls)
    for part in widgets_under(lab.view):
        if isinstance(part, (w.Dropdown, w.BoundedFloatText)):
            assert part.tooltip, f"{part} has no name"


@every_lab
def test_its_text_form_is_one_short_sentence(slug, name):
    lab = opened(slug, name)
    bundle = lab._repr_mimebundle_()

    assert bundle["text/plain"] == lab.text_form
    assert len(lab.text_form) < 120
    assert "0x" not in lab.text_form
    assert "application/vnd.jupyter.widget-view+json" in bundle


@every_lab
def test_it_speaks_french(slug, name):
    english = opened(slug, name).text
    with i18n.speaking("fr"):
        french = opened(slug, name)
        assert french.text != english
        units = [control.get("unit", "") for control in french.panel.controls]
        assert not [unit for unit in units if "B" in unit], "bytes are octets in French"


@every_lab
def test_a_lab_holds_no_simulation(slug, name):
    """Pictures only: a lab's `run` or `story` calls its sims, and is short."""
    cls = labs_of(slug)[name]
    method = cls.story if issubclass(cls, StoryLab) else cls.run
    assert len(inspect.getsource(method).splitlines()) <= 20


@every_story
def test_back_undoes_step(slug, name):
    lab = acted(slug, name)
    last = len(lab.result.states) - 1
    seen = []
    for moment in range(last + 1):
        lab.go(moment)
        seen.append((lab.text, picture(lab)))
    for moment in reversed(range(last + 1)):
        lab.go(moment)
        assert (lab.text, picture(lab)) == seen[moment]


def picture(lab):
    return [scene.items for scene in scenes_of(lab)]


def acted(slug, name):
    """A story in the state that answers its prediction: something happens in it."""
    lab = open_chapter(slug).lab(name)
    give_right_answer(lab._predict)
    return lab


@every_story
def test_its_moment_is_clamped_by_the_record_and_checked_in_a_scenario(slug, name):
    lab = acted(slug, name)
    last = len(lab.result.states) - 1
    lab.go(last + 50)
    assert lab.moment == last
    with pytest.raises(ParameterError, match=f"moment={last + 1}: choose 0 to {last}"):
        lab.load({**lab.scenario(), "moment": last + 1})
    assert lab.moment == last


@every_story
def test_the_time_bar_names_every_state(slug, name):
    lab = acted(slug, name)
    assert len(lab.timeline.labels) == len(lab.result.states)
    assert all(lab.timeline.labels)
    assert lab.timeline.drawn == lab.timeline.moment


@every_story
def test_a_story_does_not_tell_its_end_before_the_prediction(slug, name):
    lab = open_chapter(slug).lab(name)
    assert lab.locked
    assert len(lab.timeline.labels) == 1

    give_right_answer(lab._predict)

    assert len(lab.timeline.labels) == len(lab.result.states)


def test_every_lab_is_a_lab():
    assert LABS
    for slug, name in LABS:
        assert issubclass(labs_of(slug)[name], Lab)
