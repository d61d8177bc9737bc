"""A page for each learner: their marks and what to do about them. No script, nothing loaded."""

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape

from coursekit.exercises import find
from coursekit.grading.marker import Mark
from coursekit.i18n import _, language, mark, number

STATUS = {
    "graded": mark("marked"),
    "blank": mark("not answered"),
    "failed": mark("could not be run"),
    "refused": mark("not accepted"),
}

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem; border-bottom: 1px solid; }
td { overflow-wrap: anywhere; }
"""

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{summary}</p>
<table>
<caption>{caption}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""


def page(learner: str, marks: Sequence[Mark]) -> str:
    """The page as HTML, in the language in use; whatever comes from a learner is text."""
    heads = (_("Exercise"), _("Score"), _("Cases right"), _("Status"), _("What to do"))
    worth = sum(each.weight for each in marks)
    share = sum(each.weight * each.score for each in marks) / worth
    return _PAGE.format(
        lang=language(),
        hash=base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode(),
        style=_STYLE,
        title=escape(_("Marks of {learner}", learner=learner)),
        summary=escape(_("Overall: {percent} %", percent=number(100 * share))),
        caption=escape(_("One row an exercise; hidden cases are drawn anew for each learner.")),
        head="".join(f'<th scope="col">{escape(each)}</th>' for each in heads),
        rows="\n".join(_row(each) for each in marks),
    )


def _row(one: Mark) -> str:
    name = _("{exercise}: {title}", exercise=one.exercise, title=_(find(one.exercise).title))
    cells = (
        f"{number(100 * one.score)}\N{NO-BREAK SPACE}%",
        _("{passed} of {total}", passed=one.passed, total=one.total),
        _(STATUS[one.status]),
        _(one.reason) if one.reason else _("Nothing: every case is right."),
    )
    row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(name)}</th>{row}</tr>'


def filename(learner: str) -> str:
    """A safe name for the page of a learner, one for each even where case does not count."""
    if re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,80}", learner):
        return learner + ".html"
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", learner)[:40].strip("-")
    return f"{readable or 'learner'}.{hashlib.sha256(learner.encode()).hexdigest()[:12]}.html"
