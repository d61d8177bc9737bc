"""A page for each learner: their marks and what to do about them. No script, nothing loaded.

Whatever comes from a learner is text. Who handed in the same code is not told here, nor any
hidden case unless the teacher asks for it.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from unicodedata import category

from coursekit.exercises import find
from coursekit.grading.gradebook import Entry, overall
from coursekit.grading.marker import Failure
from coursekit.grading.store import Override
from coursekit.i18n import _, language, mark, number, plural

STATUS = {
    "blank": mark("not answered"),
    "failed": mark("could not be run"),
    "refused": mark("not accepted"),
    "lost": mark("to be marked by hand"),
    "absent": mark("nothing handed in"),
    "waiting": mark("not marked yet"),
}

GRADED = {"ok": mark("right"), "some": mark("partly right"), "none": mark("wrong")}

AGAIN = {  # status -> how to try again
    "graded": mark(
        "To try again: choose another SEED in the notebook, run the check cell of {exercise}, and repair the first case it names."
    ),
    "blank": mark("To try again: write {function} in its cell, then run the check cell below it."),
    "failed": mark(
        "To try again: restart the kernel, run the cells from the top, and repair what stops the check cell of {exercise}."
    ),
    "refused": mark("To try again: open the notebook in JupyterLab, save it, and hand in that file."),
}  # fmt: skip

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
<header>
<h1>{heading}</h1>
<p class="total"><span>{overall}</span> <strong>{percent}</strong></p>
{bar}
</header>
{warning}<table>
<caption>{caption}</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
{sections}
</main>
</body>
</html>
"""


def page(entries: Sequence[Entry], *, show_cases: bool = False) -> str:
    """The page of one learner as HTML, in the language in use."""
    style = files("coursekit").joinpath("grading/feedback.css").read_text("utf-8")
    first, share = entries[0], overall(entries)
    name = first.name or first.learner
    heads = (_("Exercise"), _("Counts"), _("Cases right"), _("Status"))
    return _PAGE.format(
        lang=language(),
        hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        style=style,
        title=text(_("Marks of {learner}", learner=name)),
        heading=text(_("Marks of {learner}", learner="\0")).replace(
            text("\0"), f"<bdi>{text(name)}</bdi>"
        ),
        overall=text(_("Overall")),
        percent=_percent(share),
        bar=_bar(share),
        warning=_warning(entries),
        caption=text(_("What counts, exercise by exercise; the reasons stand below.")),
        heads="".join(f'<th scope="col">{text(each)}</th>' for each in heads),
        rows="\n".join(map(_row, entries)),
        sections="\n".join(_section(each, show_cases=show_cases) for each in entries),
    )


def text(said: str) -> str:
    """Text as HTML that shows it and does nothing else."""
    return escape("".join("\N{REPLACEMENT CHARACTER}" if _control(each) else each for each in said))


def _control(each: str) -> bool:
    return each not in "\n\t" and category(each) in ("Cc", "Cs")


def _percent(share: float) -> str:
    return f"{number(100 * share)}\N{NO-BREAK SPACE}%"


def _tone(share: float) -> str:
    return "ok" if share >= 1 else "some" if share > 0 else "none"


def _bar(share: float) -> str:
    """A bar as long as the share; it says nothing that the figure beside it does not."""
    width = f"{100 * min(1.0, max(0.0, share)):.1f}"
    rects = f'<rect class="all" width="100" height="4"/><rect width="{width}" height="4"/>'
    return (
        f'<svg class="bar {_tone(share)}" viewBox="0 0 100 4" preserveAspectRatio="none"'
        f' aria-hidden="true" focusable="false">{rects}</svg>'
    )


def _warning(entries: Sequence[Entry]) -> str:
    if not any(each.unsandboxed for each in entries):
        return ""
    said = _("unsandboxed: these marks were made without the sandbox.")
    return f'<p class="note warning">{text(said)}</p>\n'


def _title(entry: Entry) -> str:
    exercise = entry.mark.exercise
    return text(_("{exercise}: {title}", exercise=exercise, title=_(find(exercise).title)))


def _row(entry: Entry) -> str:
    one = entry.mark
    right = _("{passed} of {total}", passed=number(one.passed, 4), total=one.total)
    tone = _tone(one.score)
    status = _(STATUS.get(one.status, GRADED[tone]))
    pill = f'<span class="pill {tone}">{text(status)}</span>'
    cells = "".join(f"<td>{cell}</td>" for cell in (_percent(entry.final), text(right), pill))
    return f'<tr><th scope="row">{_title(entry)}</th>{cells}</tr>'


def _section(entry: Entry, *, show_cases: bool) -> str:
    told = [f"<p{kind}>{text(said)}</p>" for kind, said in _told(entry)]
    if show_cases and entry.mark.failure is not None:
        told.append(_case(entry.mark.failure))
    head = f"<h2>{_title(entry)} <small>{_percent(entry.final)}</small></h2>"
    return "\n".join(("<section>", head, _bar(entry.final), *told, "</section>"))


def _told(entry: Entry) -> Iterator[tuple[str, str]]:
    """The sentences on one exercise, each with its look."""
    one = entry.mark
    if one.reason is not None:
        said = _(one.reason)
        yield "", said[:1].upper() + said[1:]
    elif one.passed == one.total:
        yield "", _("Nothing to do: every case is right.")
    else:
        yield "", _("What happened is not known.")
    if one.score < 1 and one.status in AGAIN:
        names = {"exercise": one.exercise, "function": find(one.exercise).function}
        yield ' class="again"', _(AGAIN[one.status], **names)
    if entry.override is not None:
        yield ' class="note"', _by_hand(entry, entry.override)
    elif entry.late.days:
        yield ' class="note"', _late(entry)
    if entry.note is not None:
        yield ' class="note"', _(entry.note)


def _late(entry: Entry) -> str:
    days = plural("{count} day late", "{count} days late", entry.late.days)
    left = number(100 * entry.late.share)
    return _("{late}: {percent} % of the score counts.", late=days, percent=left)


def _by_hand(entry: Entry, one: Override) -> str:
    return _(
        "Set by hand to {score} % instead of {computed} %: {reason} ({who}, {day})",
        score=number(100 * one.score),
        computed=number(100 * entry.mark.score * entry.late.share),
        reason=one.reason,
        who=one.who,
        day=one.at[:10],
    )


def _case(failure: Failure) -> str:
    said = failure.said if isinstance(failure.said, str) else _(failure.said)
    pairs = (
        (_("The first hidden case that is not right"), failure.call),
        (_("Expected answer"), failure.expected),
        (_("Your function said"), said),
    )
    rows = "".join(f"<dt>{text(name)}</dt><dd><code>{text(it)}</code></dd>" for name, it in pairs)
    return f"<dl>{rows}</dl>"


def filename(learner: str) -> str:
    """A safe name for the page of a learner, one for each even where case does not count."""
    if re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,80}", learner):
        return learner + ".html"
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", learner)[:40].strip("-")
    return f"{readable or 'learner'}.{hashlib.sha256(learner.encode()).hexdigest()[:12]}.html"
