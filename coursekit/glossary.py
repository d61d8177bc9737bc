"""The course's words, in both languages: read from the tables that end the chapters.

The tables in the notebooks are the only source. `collected` reads and merges them;
`coursekit notebooks build` writes the result to `glossary.json`, which travels with the
package, and `words` reads it: a widget needs no notebook. How a word is found in prose and
linked from its first use is in `glossary_links`.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "glossary.json"
HEADING = {"en": "Glossary", "fr": "Glossaire"}
CUT = re.compile(r"\s*[,;()]\s*|\s+/\s+")  # between the forms of a word


@dataclass(frozen=True)
class Row:
    """A line of a chapter's table: the word, the same in the other language, the meaning."""

    word: str
    other: str
    meaning: str


@dataclass(frozen=True)
class Sense:
    """What a word means in these chapters, in both languages."""

    chapters: tuple[str, ...]
    en: str
    fr: str


@dataclass(frozen=True)
class Word:
    """A word of the course, and its senses in the order of the chapters."""

    en: str
    fr: str
    senses: tuple[Sense, ...]

    def name(self, language: str) -> str:
        """The word in this language."""
        return self.fr if language == "fr" else self.en


def plain(text: str) -> str:
    """Without accents and case, for comparing: “Arrêt œuvre” becomes “arret oeuvre”."""
    loose = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(letter for letter in loose if not unicodedata.combining(letter))


def forms(word: str) -> list[str]:
    """The forms in a table's word: “queue, line” has two, “virtual IP (VIP)” too."""
    return [form for form in CUT.split(word) if form]


def rows(source: str) -> list[Row]:
    """The table of a glossary cell, without its head."""
    lines = [line for line in source.split("\n") if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return [Row(*each) for each in cells]


def parted(english: list[Row], french: list[Row]) -> Iterator[str]:
    """Where the two tables of a chapter are not the same words in the same order."""
    for one, other in zip_longest(english, french):
        if not (one and other) or (one.word, one.other) != (other.other, other.word):
            yield " and ".join(each.word if each else "nothing" for each in (one, other))


def collected(tables: Iterable[tuple[str, list[Row], list[Row]]]) -> tuple[Word, ...]:
    """All words, sorted: from each chapter's slug, English table and French table.

    A word that several chapters explain is one word; equal meanings are one sense.
    """
    found: dict[tuple[str, str], list[Sense]] = {}
    for slug, english, french in tables:
        for one, other in zip(english, french, strict=True):
            senses = found.setdefault((one.word, other.word), [])
            _add(senses, slug, one.meaning, other.meaning)
    merged = [Word(en, fr, tuple(senses)) for (en, fr), senses in found.items()]
    return tuple(sorted(merged, key=lambda word: plain(word.en)))


def _add(senses: list[Sense], slug: str, en: str, fr: str) -> None:
    for place, each in enumerate(senses):
        if (each.en, each.fr) == (en, fr):
            senses[place] = Sense((*each.chapters, slug), en, fr)
            return
    senses.append(Sense((slug,), en, fr))


def doubled(found: Iterable[Word]) -> set[str]:
    """Words with two translations, in either language, however they are written."""
    seen: dict[tuple[str, str], Word] = {}
    twice = set()
    for word in found:
        for language in ("en", "fr"):
            name = " ".join(re.findall(r"\w+", plain(word.name(language))))
            if seen.setdefault((language, name), word) is not word:
                twice.add(name)
    return twice


def written(found: tuple[Word, ...]) -> str:
    """The words as the text of `glossary.json`."""
    return json.dumps([asdict(word) for word in found], ensure_ascii=False, indent=1) + "\n"


def words() -> tuple[Word, ...]:
    """The words of the course, as last built from the notebooks."""
    listed = json.loads(WORDS.read_text(encoding="utf-8"))
    return tuple(Word(each["en"], each["fr"], _senses(each["senses"])) for each in listed)


def _senses(listed: list[dict[str, Any]]) -> tuple[Sense, ...]:
    return tuple(Sense(tuple(each["chapters"]), each["en"], each["fr"]) for each in listed)
