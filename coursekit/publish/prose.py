"""The prose of notebooks as HTML, its links leading to pages of the site."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

START = "00-start-here"
_OUTSIDE = re.compile(r"[a-z]+:|#|$")


@cache
def _reader() -> MarkdownIt:
    """CommonMark with tables, as JupyterLab shows it; HTML stays text."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def page_of(link: str) -> str:
    """Where a notebook's link leads on the site: a lesson is a page, exercises stay notebooks."""
    path, _hash, anchor = link.partition("#")
    if _OUTSIDE.match(link) or not path.endswith(".ipynb") or "exercises/" in path:
        return link
    page = path.removesuffix(".ipynb").replace(START, "index") + ".html"
    return f"{page}#{anchor}" if anchor else page


def render(text: str, seen: Counter[str], table: str) -> str:
    """Markdown as HTML. `seen` counts the page's headings, `table` names tables for readers."""
    reader = _reader()
    tokens = reader.parse(text)
    _anchor(tokens, seen)
    for token in _every(tokens):
        if token.type == "link_open":
            token.attrSet("href", page_of(str(token.attrGet("href"))))
    html: str = reader.renderer.render(tokens, reader.options, {})
    frame = f'<div class="ck-table prose" tabindex="0" role="region" aria-label="{table}"><table>'
    return html.replace("<table>", frame).replace("</table>", "</table></div>")


def _every(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])


def _anchor(tokens: list[Token], seen: Counter[str]) -> None:
    """Headings get the anchors that JupyterLab gives them; a name used again, a number."""
    for opening, inside in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        words = "".join(each.content for each in inside.children or [])
        name = words.replace(" ", "-")
        seen[name] += 1
        opening.attrSet("id", name if seen[name] == 1 else f"{name}-{seen[name]}")
