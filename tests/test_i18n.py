"""Two languages, complete: nothing missing, nothing stale, the same names to fill in."""

import re

import pytest

from coursekit import catalogue, i18n
from coursekit.i18n import _, explain, number, plural
from coursekit.sims.message import Message, ParameterError

OTHERS = catalogue.translations()


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_has_a_translation(language):
    assert catalogue.missing(language) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language):
    assert catalogue.unused(language) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_names_no_person_and_no_machine(language):
    text = catalogue.path(language).read_text(encoding="utf-8")
    lessons = r"home/(?!alice\b|notes\b)"  # the files of chapter 10
    assert not re.search(rf"(^|[\s\"])/((work|root|tmp)/|{lessons})", text)
    assert "EMAIL@" not in text


def test_what_cannot_be_extracted_is_not_written():
    """A call of `_` inside an f-string is never found, so it would never be translated."""
    import re

    for path in catalogue.PACKAGE.rglob("*.py"):
        found = re.findall(
            r"f\"[^\"\n]*\{[^}\n]*\b_\('|f'[^'\n]*\{[^}\n]*\b_\(\"",
            path.read_text(encoding="utf-8"),
        )
        assert not found, f"{path}: {found}"


def test_everything_a_learner_meets_is_in_the_catalogue(monkeypatch):
    """Every lab, quiz and claim is built in French; whatever is looked up must be there."""
    asked = set()
    real = i18n._catalogue("fr")

    class Watching:
        def gettext(self, text):
            asked.add(text)
            return real.gettext(text)

        def ngettext(self, one, many, count):
            return real.ngettext(one, many, count)

    monkeypatch.setattr(i18n, "_catalogue", lambda _language: Watching())
    from coursekit.labs import open_chapter
    from coursekit.labs.desk import built

    i18n.use_language("fr")
    for chapter in built():
        desk = open_chapter(chapter.slug, lang="fr")
        quiz = desk.quiz()
        for _time in range(12):
            quiz.draw_fresh()
        for one in quiz.asked:
            for scene in [one.question.scene, *(choice.scene for choice in one.question.choices)]:
                if scene:
                    lab = desk.labs[scene.lab](1)
                    lab.show(scene)
                    lab.table(lab._shown)
            for choice in one.question.choices:
                _(choice.why)
        desk.claims()
        for name in desk.labs:
            desk.lab(name)
    known = {message.id for message in catalogue.load("fr")}
    neutral = {text for text in asked if text not in known}
    words = {
        text
        for text in neutral
        if any(len(word) > 3 and word.isalpha() and word.islower() for word in text.split())
    }
    assert words == set()


def test_a_message_is_filled_and_its_parts_translated_too():
    with i18n.speaking("fr"):
        nested = Message.of("Right.")
        assert _(Message("{hint}", {"hint": nested})) == "Juste."
        assert _(Message.of("{x:.1f} h", x=11.14)) == "11,1 h"


def test_an_error_speaks_the_language_in_use():
    error = ParameterError(
        "disks={disks}: RAID {level} needs {least} or more", disks=3, level="6", least=4
    )
    assert explain(error) == str(error) == "disks=3: RAID 6 needs 4 or more"
    with i18n.speaking("fr"):
        assert explain(error) != str(error)
        assert explain(error).startswith("disks=3")
    assert explain(ValueError("plain")) == "plain"


@pytest.mark.parametrize(
    "value, english, french",
    [
        (0, "0", "0"),
        (1234.5, "1,234", "1\u202f234"),
        (0.0412, "0.0412", "0,0412"),
        (66.666, "66.7", "66,7"),
        (1.7e-5, "1.70·10⁻⁵", "1,70·10⁻⁵"),
        (5.2e9, "5.20·10⁹", "5,20·10⁹"),
        (float("inf"), "∞", "∞"),
        (12, "12", "12"),
        (-3.25, "-3.25", "-3,25"),
    ],
)
def test_numbers_are_written_as_the_language_does(value, english, french):
    assert number(value) == english
    with i18n.speaking("fr"):
        assert number(value) == french


def test_plurals_follow_the_language():
    """French counts zero as singular, English as plural."""
    forms = (
        "With one small request in flight, {busy} of {disks} disks is busy.",
        "With {count} small requests in flight, about {busy} of {disks} disks are busy.",
    )
    assert plural(*forms, 0, busy=0, disks=4).startswith("With 0 small requests")
    with i18n.speaking("fr"):
        assert plural(*forms, 0, busy=0, disks=4).startswith("Avec une seule")


@pytest.mark.parametrize(
    "folder, language",
    [
        ("notebooks", "en"),
        ("notebooks/fr", "fr"),
        ("notebooks/fr/exercises", "fr"),
        ("fr/notebooks/exercises", "en"),
    ],
)
def test_the_language_follows_the_folder(tmp_path, monkeypatch, folder, language):
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / folder)

    assert i18n.use_language("") == language


def test_the_environment_and_an_explicit_choice_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSEKIT_LANG", "fr")
    assert i18n.use_language("") == "fr"
    assert i18n.use_language("en") == "en"


def test_an_unknown_language_is_named():
    with pytest.raises(ParameterError, match="language=de: choose one of en, fr"):
        i18n.use_language("de")
