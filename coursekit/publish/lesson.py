"""A notebook's cells as the body of a page, in the language in use.

Prose becomes HTML, labs become figures, quizzes, claims and checks can be read. Code is shown
where a learner changes it or types it; what only opens something is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib import import_module

from nbformat import NotebookNode

from coursekit.chapters import CHAPTERS
from coursekit.i18n import _
from coursekit.labs.desk import labs_of
from coursekit.notebooks import tags
from coursekit.publish.figures import figure
from coursekit.publish.prose import render
from coursekit.publish.questions import claims, quiz
from coursekit.publish.real import for_real

_LAB = re.compile(r'\.lab\("([\w-]+)"')
_REAL = re.compile(r'for_real\("([\w-]+)"')
_PART = re.compile(r"## ")


def body(notebook: NotebookNode) -> str:
    """The cells in order; a `##` begins a part, and a part with figures a new sheet of paper."""
    seen: Counter[str] = Counter()
    slug = notebook.metadata.coursekit.chapter
    parts: list[list[tuple[bool, str]]] = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and _PART.match(cell.source):
            parts.append([])
        prose = cell.cell_type == "markdown"
        text = render(cell.source, seen, escape(_("Table"))) if prose else _code(cell, slug)
        parts[-1].append((prose, text))
    return _calm("\n".join(map(_part, parts)))


def _calm(html: str) -> str:
    """One table on a page may be a landmark, sixty may not; a corner without a head is no head."""
    for quote in "'", '"':
        html = html.replace(f"role={quote}region{quote}", f"role={quote}group{quote}")
    return html.replace("<th scope='col'></th>", "<td></td>").replace(
        '<th scope="col"></th>', "<td></td>"
    )


def _part(cells: list[tuple[bool, str]]) -> str:
    big = any(text and not prose for prose, text in cells)
    return f'<div class="part{" big" * big}">{"".join(text for _prose, text in cells)}</div>'


def _code(cell: NotebookNode, slug: str) -> str:
    """What a code cell shows; nothing for one that only opens something."""
    source, roles = cell.source, set(tags(cell))
    shown = _source(source) if "def " in source or "command" in roles else ""
    return shown + "".join(_made(source, slug)) + _printed(cell)


def _made(source: str, slug: str) -> Iterator[str]:
    """The labs, quizzes and checks that the cell opens."""
    if labs := _LAB.findall(source):
        yield from (
            figure(slug, name if name in labs_of(slug) else f"{slug}-{name}") for name in labs
        )
    if ".claims(" in source:
        yield claims(import_module(f"coursekit.quizzes.{slug}").CLAIMS)
    if ".quiz(" in source:
        yield quiz(import_module(f"coursekit.quizzes.{slug}").QUESTIONS)
    yield from map(for_real, _REAL.findall(source))
    if "StartPage(" in source:
        yield chapters()


def _source(source: str) -> str:
    return f'<pre class="code"><code>{escape(source)}</code></pre>'


def _printed(cell: NotebookNode) -> str:
    """A small table that the notebook keeps, under the comment that names it."""
    texts = [each.text for each in cell.outputs if each.output_type == "stream"]
    if not texts:
        return ""
    name = cell.source.splitlines()[0].removeprefix("# ")
    return f'<figure class="printed"><figcaption lang="en">{escape(name)}</figcaption><pre>{escape("".join(texts))}</pre></figure>'


def chapters() -> str:
    """The list of chapters."""
    heads = (_("No."), _("Chapter"), _("The question it answers"))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(
        f'<tr><td>{each.number}</td><td><a href="{each.stem}.html">{escape(_(each.title))}</a></td>'
        f"<td>{escape(_(each.question))}</td></tr>"
        for each in CHAPTERS
        if each.built
    )
    return f'<div class="ck-start"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
