"""The table twin of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from coursekit.i18n import _


@dataclass(frozen=True)
class Table:
    """Column heads and rows of texts, already in the reader's language."""

    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""
    label: str = ""  # its name for a screen reader, where many captions say the same
    tones: Sequence[str] = ()  # of each row's last cell, where it is a verdict

    def html(self) -> str:
        """An accessible table: caption, column heads, a head for each row."""
        head = "".join(f"<th scope='col'>{escape(str(cell))}</th>" for cell in self.head)
        tones = [f" data-tone='{tone}'" for tone in self.tones] or [""] * len(self.rows)
        body = "".join(
            f"<tr{tone}><th scope='row'>{escape(str(first))}</th>"
            + "".join(f"<td>{escape(str(cell))}</td>" for cell in rest)
            + "</tr>"
            for (first, *rest), tone in zip(self.rows, tones, strict=True)
        )
        caption = escape(self.caption or _("The same picture as a table"))
        label = escape(self.label, quote=True) or caption
        return f"<div class='ck-table' tabindex='0' role='region' aria-label='{label}'><table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
