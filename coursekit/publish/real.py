"""Checks “For real” for reading: facts beside the recorded tool, and what was typed."""

from html import escape

from coursekit.i18n import _
from coursekit.publish.questions import fold
from coursekit.realtools.checks import check
from coursekit.realtools.view import ForReal


def for_real(name: str) -> str:
    """A check with the recording that travels with the course."""
    shown = ForReal(check(name))
    shown.play()
    record = shown.record
    if record is None:  # `play` has one, or raises
        return ""
    words = " · ".join([_("Recorded"), record.date, ", ".join(record.tools), record.system])
    typed = "\n".join(f"$ {each.command}\n{each.output}".rstrip() for each in record.steps)
    folded = fold(_("What was typed, and what was printed"), f"<pre>{escape(typed)}</pre>")
    return (
        f'<section class="lab real" id="real-{name}"><h3>{escape(_(shown.check.title))}</h3>'
        f'<p class="ck-prompt">{escape(_(shown.check.question))}</p>'
        f'<p class="ck-source-of">{escape(words)}</p>'
        f'<div class="ck-compared">{shown.table().html()}</div>'
        f'<p class="ck-said" data-tone="{shown.said.tone}">{escape(shown.said.text)}</p>'
        f"{folded}</section>"
    )
