"""What every chapter's questions must have: reasons, hints, and lab states that exist."""

from importlib import import_module

import pytest
from looking import fits

from coursekit.i18n import _
from coursekit.labs.desk import built, labs_of

SLUGS = [chapter.slug for chapter in built()]
every_chapter = pytest.mark.parametrize("slug", SLUGS)


def asked(slug):
    """All questions of a chapter: written, drawn by the generator, and before each lab."""
    room = import_module(f"coursekit.quizzes.{slug}")
    drawn = [room.fresh(seed) for seed in range(60)]
    return [*room.QUESTIONS, *drawn, *(each.question for each in room.PREDICTIONS.values())]


def scenes(slug):
    room = import_module(f"coursekit.quizzes.{slug}")
    for question in asked(slug):
        yield from (choice.scene for choice in question.choices if choice.scene)
        if question.scene:
            yield question.scene
    yield from (each.scene for each in room.PREDICTIONS.values())
    yield from (claim.scene for claim in room.CLAIMS)


@every_chapter
def test_every_wrong_choice_has_a_reason_of_its_own_and_a_lab_state(slug):
    room = import_module(f"coursekit.quizzes.{slug}")
    for question in asked(slug):
        wrong = [choice for choice in question.choices if not choice.right]
        reasons = [_(choice.why) for choice in wrong if question.kind != "multiple"]
        assert all(len(reason) > 15 for reason in reasons), question.id
        assert len(set(reasons)) == len(reasons), f"{question.id}: two wrong choices, one reason"
    for question in room.QUESTIONS:
        for choice in question.choices:
            assert choice.right or choice.scene, f"{question.id}: {choice.text} shows nothing"


@every_chapter
def test_every_question_has_three_different_hints_and_a_because(slug):
    for question in asked(slug):
        hints = [_(hint) for hint in question.hints]
        assert len(set(hints)) == 3, question.id
        assert len(_(question.because)) > 20, question.id


@every_chapter
def test_every_lab_state_named_exists(slug):
    """Each scene is loaded into its lab without an error, and its picture fits in both layouts."""
    labs = {name: lab(1) for name, lab in labs_of(slug).items()}
    seen = set()
    for scene in scenes(slug):
        if str(scene) not in seen:
            seen.add(str(scene))
            labs[scene.lab].show(scene)
            assert labs[scene.lab].error is None
            fits(labs[scene.lab])
    assert seen


@every_chapter
def test_every_lab_has_a_prediction_and_every_prediction_a_lab(slug):
    room = import_module(f"coursekit.quizzes.{slug}")
    assert set(room.PREDICTIONS) == set(labs_of(slug))


@every_chapter
def test_ids_are_used_once_and_begin_with_the_chapter(slug):
    ids = [question.id for question in asked(slug)]
    assert len(set(ids)) == len(ids)
    assert all(each.startswith(f"{slug}-") for each in ids)


@every_chapter
def test_every_claim_is_asked_about(slug):
    room = import_module(f"coursekit.quizzes.{slug}")
    ids = {question.id for question in room.QUESTIONS}
    for claim in room.CLAIMS:
        assert claim.question in ids, claim.id
        assert claim.source
    assert len({claim.id for claim in room.CLAIMS}) == len(room.CLAIMS)


@every_chapter
def test_the_same_seed_draws_the_same_question(slug):
    fresh = import_module(f"coursekit.quizzes.{slug}").fresh
    assert [fresh(seed) for seed in range(12)] == [fresh(seed) for seed in range(12)]
    kinds = {fresh(seed).kind for seed in range(60)}
    assert {"single", "numeric"} <= kinds


@every_chapter
def test_a_right_answer_is_marked_right(slug):
    for question in asked(slug):
        rights = [place for place, choice in enumerate(question.choices) if choice.right]
        answer = {
            "single": rights[:1][0] if rights else None,
            "multiple": rights,
            "numeric": question.answer,
            "order": list(range(len(question.choices))),
            "match": list(range(len(question.pairs))),
        }[question.kind]
        assert question.mark(answer).right, question.id
