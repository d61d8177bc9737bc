"""The words of a chapter's glossary in its prose: each is used, and linked where it is first used.

The rule. Prose is every markdown cell but the glossary, without headings, tables, code,
formulas and other links. A link is `[…](#Glossary)`, in French `[…](#Glossaire)`. Words
are compared by their stems, so that “bridges”, “pondéré” and “routes de retour” are found:
no accents, no case, no articles, no usual endings. A link means the row whose word holds
all the words of the link, the nearest if several do. Each row has a link, and neither the
linked words nor the first form of the row stand anywhere before it without one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nbformat import NotebookNode

from coursekit.glossary import HEADING, Row, forms, plain, rows

TOKEN = re.compile(r"[^\W_]+")
LINK = re.compile(r"\[([^\]]+)\]\(#(\w+)\)")
HIDDEN = re.compile(
    r"```.*?```|`[^`]*`|\$[^$]*\$|^#.*?$|^\|.*?$|!?\[[^\]]*\]\([^)]*\)|<[^>]*>|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
GAP = re.compile(r"[\s\-+’'\u2011]*")  # what may stand between the words of one phrase
ENDING = re.compile(
    r"(?:ations?|ates?|ated|ating|ions?|ings?|ages?|ants?|ees|ed|ee|ers?|ez|es|s|x|e)$"
)
SMALL = frozenset(
    re.split(
        " ", "a an the of to and in on le la les l un une des de du d et en au aux ou que qu sans"
    )
)


@dataclass(frozen=True)
class Use:
    """A place in the prose: which cell, from which letter to which."""

    cell: int
    start: int
    end: int

    def __lt__(self, other: "Use") -> bool:
        return (self.cell, self.start) < (other.cell, other.start)


def stem(word: str) -> str:
    """What is left of a word without its ending; at least three letters are."""
    bare = plain(word)
    for match in (ENDING.search(bare, place) for place in range(3, len(bare))):
        if match and match.start() >= 3:
            bare = bare[: match.start()]
            break
    return f"{bare[:-1]}i" if len(bare) > 3 and bare.endswith("y") else bare


@cache
def stems(text: str) -> tuple[str, ...]:
    """The stems of a phrase, small words left out."""
    found = TOKEN.findall(text)
    return tuple(stem(each) for each in found if plain(each) not in SMALL)


def table(notebook: NotebookNode) -> list[Row]:
    """The rows of a chapter's glossary; none if it has none."""
    return next((rows(cell.source) for cell in notebook.cells if cell.id == "glossary"), [])


def prose(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Places and texts of the cells in which words are looked for."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and cell.id != "glossary":
            yield place, cell.source


def meant(text: str, table: list[Row]) -> Row | None:
    """The row that a link with this text means."""
    wanted = set(stems(text))
    fits = [row for row in table if wanted and wanted <= set(stems(row.word))]
    return max(fits, key=lambda row: _nearness(text, row), default=None)


def _nearness(text: str, row: Row) -> tuple[float, bool]:
    """How much of a form the words of the link are; of equal rows, the one written alike."""
    wanted, each = set(stems(text)), (row.word, *forms(row.word))
    share = max(len(wanted) / len(wanted | set(stems(form))) for form in each)
    return share, any(plain(form) == plain(text) for form in each)


def first_use(phrase: str, notebook: NotebookNode) -> Use | None:
    """The first place where this phrase stands in the prose without being a link."""
    wanted = stems(phrase)
    for place, source in prose(notebook):
        hidden = HIDDEN.sub(lambda match: "\0" * len(match.group()), source)
        for start, end in _runs(hidden, wanted):
            return Use(place, start, end)
    return None


def _runs(text: str, wanted: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where these stems stand one after the other, nothing but small words and gaps between."""
    tokens = [match for match in TOKEN.finditer(text) if plain(match.group()) not in SMALL]
    for first in range(len(tokens) - len(wanted) + 1 if wanted else 0):
        run = tokens[first : first + len(wanted)]
        if all(stem(token.group()) == each for token, each in zip(run, wanted, strict=True)):
            between = TOKEN.sub("", text[run[0].end() : run[-1].start()])
            if GAP.fullmatch(between):
                yield run[0].start(), run[-1].end()


def links(notebook: NotebookNode, heading: str) -> Iterator[tuple[Use, str]]:
    """The links to the glossary, in their order: the place and the text."""
    for place, source in prose(notebook):
        for match in LINK.finditer(source):
            if match.group(2) == heading:
                yield Use(place, match.start(), match.end()), match.group(1)


def broken(notebook: NotebookNode) -> Iterator[tuple[str, str, str]]:
    """Where a chapter's glossary and its prose do not fit: cell id, rule, sentence."""
    language = notebook.metadata.get("coursekit", {}).get("language")
    entries = table(notebook)
    linked: dict[Row, tuple[Use, str]] = {}
    for use, text in links(notebook, HEADING.get(language, "Glossary")):
        row = meant(text, entries)
        if row is None:
            yield notebook.cells[use.cell].id, "glossary", f"“{text}” is not in the table"
        else:
            linked.setdefault(row, (use, text))
    for row in entries:
        if row not in linked:
            yield "glossary", "glossary", f"“{row.word}”: no link from the prose"
        else:
            yield from _earlier(notebook, row, *linked[row])


def _earlier(
    notebook: NotebookNode, row: Row, use: Use, text: str
) -> Iterator[tuple[str, str, str]]:
    for phrase in dict.fromkeys((text, forms(row.word)[0])):
        before = first_use(phrase, notebook)
        if before and before < use:
            where = notebook.cells[before.cell].id
            yield where, "glossary", f"“{phrase}” is used here first, without a link"
