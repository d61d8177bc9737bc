"""The search box: what it finds, in which order, in which language, and what it says."""

import pytest

from coursekit.glossary import Sense, Word
from coursekit.labs.glossary import MOST, Glossary, matching

WORDS = (
    Word("array", "grappe", (Sense(("raid",), "several disks", "plusieurs disques"),)),
    Word("disk", "disque", (Sense(("raid",), "it turns", "il tourne"),)),
    Word("inode", "inœud", (Sense(("filesystems",), "what a file is", "ce qu’est un fichier"),)),
    Word("parity", "parité", (Sense(("raid",), "a block", "un bloc"),)),
)


def names(text, code="en"):
    return [word.name(code) for word in matching(WORDS, text, code)]


def page(glossary):
    return glossary.list.outputs[0]["data"]["text/html"]


def test_a_name_that_begins_with_it_comes_before_a_meaning_that_holds_it():
    assert names("dis") == ["disk", "array"]


@pytest.mark.parametrize(("text", "found"), [("PARITE", "parité"), ("inoeud", "inœud"), (" parité ", "parité"), ("array", "grappe")])  # fmt: skip
def test_accents_case_and_language_do_not_matter(text, found):
    assert names(text, "fr") == [found]


def test_typing_narrows_and_the_count_is_said():
    glossary = Glossary(lang="en")
    assert f"The first {MOST} are shown" in glossary.said.text
    glossary.box.value = "write hole"
    assert page(glossary).count("<th scope='row'>") == 1
    assert "trou d’écriture" in page(glossary)
    assert "href='08-raid.ipynb#Glossary'" in page(glossary)
    assert glossary.said.text.startswith("Words found: 1 of ")


def test_in_french_the_french_word_comes_first():
    glossary = Glossary(lang="fr")
    glossary.box.value = "WRITE HOLE"
    assert "<th scope='row'>trou d’écriture</th><td lang='en'>write hole</td>" in page(glossary)
    assert "href='08-raid.ipynb#Glossaire'" in page(glossary)


def test_nothing_found_is_said_and_what_is_typed_is_no_html():
    glossary = Glossary(lang="en")
    glossary.box.value = "<b>zz"
    assert page(glossary) == ""
    assert glossary.said.text.startswith("No word")


def test_the_box_has_a_name():
    assert Glossary(lang="fr").box.description == "Chercher un mot"
