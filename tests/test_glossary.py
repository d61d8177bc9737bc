"""The glossary: what the tables say, that the chapters keep its rules, that nothing is stale."""

from pathlib import Path

import nbformat
import pytest

from coursekit import glossary, glossary_links, notebooks
from coursekit.chapters import CHAPTERS
from coursekit.glossary import Row, Sense, Word

BOOKS = Path(__file__).parents[1] / "notebooks"
HOMONYMS = {"directory", "grappe", "couche"}  # one word for two things, in life too
LESSONS = [BOOKS / folder / f"{each.stem}.ipynb" for each in CHAPTERS for folder in ("", "fr")]


def made(*cells, table="", language="en"):
    """A chapter with this prose and, at its end, this table."""
    head = "| word | in French | meaning |\n|---|---|---|\n"
    parts = [nbformat.v4.new_markdown_cell(text, id=f"cell-{n}") for n, text in enumerate(cells)]
    end = nbformat.v4.new_markdown_cell(f"## Glossary\n\n{head}{table}", id="glossary")
    about = {"coursekit": {"language": language}}
    return nbformat.v4.new_notebook(cells=[*parts, end], metadata=about)


def said(*cells, table="| bridge | pont | a switch |"):
    return [sentence for _cell, _rule, sentence in glossary_links.broken(made(*cells, table=table))]


def test_the_package_holds_the_words_of_the_notebooks():
    found = notebooks.collected(BOOKS)
    assert glossary.words() == found, "run: coursekit notebooks build"
    assert len(found) >= 120
    assert {slug for word in found for sense in word.senses for slug in sense.chapters} == {
        chapter.slug for chapter in CHAPTERS
    }


def test_a_word_has_one_translation():
    assert glossary.doubled(glossary.words()) == HOMONYMS


@pytest.mark.parametrize("book", LESSONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_word_is_used_and_linked_where_it_is_first_used(book):
    assert list(glossary_links.broken(notebooks.read(book))) == []


def test_a_word_of_two_chapters_is_one_word_with_two_senses():
    one, other = Row("lease", "bail", "lent"), Row("bail", "lease", "prêté")
    again = [Row("lease", "bail", "renewed")], [Row("bail", "lease", "renouvelé")]
    words = glossary.collected([("a", [one], [other]), ("b", *again), ("c", [one], [other])])
    senses = (Sense(("a", "c"), "lent", "prêté"), Sense(("b",), "renewed", "renouvelé"))
    assert words == (Word("lease", "bail", senses),)


def test_two_spellings_of_a_word_are_found():
    words = [Word("copy on write", "copie", ()), Word("copy-on-write", "recopie", ())]
    assert glossary.doubled(words) == {"copy on write"}


def test_tables_that_part_are_found():
    english, french = [Row("bridge", "pont", "")], [Row("pont", "bridges", "")]
    assert list(glossary.parted(english, french)) == ["bridge and pont"]
    assert list(glossary.parted(english, [])) == ["bridge and nothing"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bridge", "Bridges"),
        ("weighting", "weights"),
        ("retry", "retries"),
        ("flooding", "floods"),
        ("directory", "directories"),
        ("pondération", "PONDÉRÉ"),
        ("drainage", "drainez"),
        ("inœud", "inoeuds"),
    ],
)
def test_inflected_forms_are_one_word(one, other):
    assert glossary_links.stem(one) == glossary_links.stem(other)


@pytest.mark.parametrize(("one", "other"), [("lease", "last"), ("node", "no"), ("read", "ready")])
def test_other_words_are_not(one, other):
    assert glossary_links.stem(one) != glossary_links.stem(other)


def test_a_link_at_the_first_use_is_enough():
    assert said("Two [bridges](#Glossary). A bridge.") == []


def test_a_word_that_nobody_links_is_found():
    assert said("A hub.") == ["“bridge”: no link from the prose"]


def test_a_use_before_the_link_is_found():
    assert said("A bridge.", "A [bridge](#Glossary).") == [
        "“bridge” is used here first, without a link"
    ]


def test_a_link_to_a_word_that_is_not_in_the_table_is_found():
    assert said("A [bridge](#Glossary), a [hub](#Glossary).") == ["“hub” is not in the table"]


@pytest.mark.parametrize(
    "text", ["# A bridge", "`bridge`", "| bridge |", "[a bridge](x.ipynb)", "```\nbridge\n```"]
)
def test_headings_code_tables_and_links_are_no_prose(text):
    assert said(text, "A [bridge](#Glossary).") == []


def test_a_phrase_is_found_across_small_words_only():
    table = "| return route | route de retour | the way back |"
    assert said("Return, by any route. A [return route](#Glossary).", table=table) == []
    assert said("A return-route. A [return route](#Glossary).", table=table) != []


def test_the_nearest_row_is_meant():
    rows = [Row("switch, virtual switch", "", ""), Row("core switch", "", "")]
    assert glossary_links.meant("core switches", rows) == rows[1]
    assert glossary_links.meant("switch", rows) == rows[0]
    assert glossary_links.meant("router", rows) is None
