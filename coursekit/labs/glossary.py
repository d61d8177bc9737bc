"""The course's words, looked up as one types, in the language of the page.

What is found is an HTML output and not an HTML widget, because Jupyter resolves the links of
outputs: a chapter opens in a tab of its own.
"""

from html import escape

import ipywidgets as w

from coursekit.chapters import chapter
from coursekit.glossary import HEADING, Sense, Word, plain, words
from coursekit.i18n import _, language, use_language
from coursekit.ui.look import column, look, style
from coursekit.ui.show import TextForm
from coursekit.ui.status import Status

MOST = 12  # words shown at once


class Glossary(TextForm):
    """A search box over the words of the course; `type(text)` is what a key does."""

    def __init__(self, *, lang: str = "") -> None:
        use_language(lang)
        self.words = words()
        self.said, self.list = Status(), w.Output()
        self.box = w.Text(
            description=_("Look up a word"),
            continuous_update=True,
            layout=look(width="min(100%, 420px)"),
            style=style(w.Text, description_width="initial"),
        )
        self.box.observe(lambda change: self.type(change["new"]), "value")
        self.view = column([self.box, self.said, self.list], "ck-glossary")
        self.text_form = _("Glossary: {count} words.", count=len(self.words))
        self.type("")

    def type(self, text: str) -> None:
        """Show the words that hold this text, in either language or in their meaning."""
        found = matching(self.words, text, language())
        shown = found[:MOST]
        self.said.say(_count(len(found), len(shown), len(self.words)))
        page = {"text/html": table(shown), "text/plain": self.said.text}
        self.list.outputs = ({"output_type": "display_data", "data": page, "metadata": {}},)


def matching(found: tuple[Word, ...], text: str, code: str) -> list[Word]:
    """The words that hold a text, whatever its accents and case; those that begin with it first."""
    wanted = plain(text.strip())
    ranked = [(_rank(word, wanted), plain(word.name(code)), word) for word in found]
    kept = [each for each in ranked if each[0] < 3]
    return [word for _rank_, _name, word in sorted(kept, key=lambda each: each[:2])]


def _rank(word: Word, wanted: str) -> int:
    """0: a name begins with it, 1: a name holds it, 2: a meaning does, 3: nothing does."""
    names = [plain(word.en), plain(word.fr)]
    meanings = [plain(text) for sense in word.senses for text in (sense.en, sense.fr)]
    tests = (
        any(name.startswith(wanted) for name in names),
        any(wanted in name for name in names),
        any(wanted in meaning for meaning in meanings),
    )
    return tests.index(True) if any(tests) else 3


def _count(found: int, shown: int, everything: int) -> str:
    if not found:
        return _("No word of the glossary has it. Try fewer letters, or the other language.")
    if shown < found:
        return _(
            "Words found: {found} of {all}. The first {shown} are shown; type to narrow.",
            found=found, all=everything, shown=shown,
        )  # fmt: skip
    return _("Words found: {found} of {all}.", found=found, all=everything)


def table(shown: list[Word]) -> str:
    """The words as an HTML table whose links lead to the glossaries of the chapters."""
    if not shown:
        return ""
    heads = (_("Word"), _("In the other language"), _("Meaning, and where it is explained"))
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    rows = "".join(_row(word, language()) for word in shown)
    return f"<div class='ck-table' lang='{language()}'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _row(word: Word, code: str) -> str:
    other = "en" if code == "fr" else "fr"
    meanings = "<br>".join(_sense(sense, code) for sense in word.senses)
    return f"<tr><th scope='row'>{escape(word.name(code))}</th><td lang='{other}'>{escape(word.name(other))}</td><td>{meanings}</td></tr>"


def _sense(sense: Sense, code: str) -> str:
    meaning = sense.fr if code == "fr" else sense.en
    return f"{escape(meaning)} · {', '.join(_link(slug, code) for slug in sense.chapters)}"


def _link(slug: str, code: str) -> str:
    one = chapter(slug)
    return (
        f"<a href='{one.stem}.ipynb#{HEADING[code]}'>{one.number}\u00a0{escape(_(one.title))}</a>"
    )
