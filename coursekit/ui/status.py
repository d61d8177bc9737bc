"""A sentence under a picture or a question; screen readers hear it change."""

from html import escape
from pathlib import Path

import anywidget
import traitlets as t

from coursekit.ui.look import html, look

HERE = Path(__file__).parent


class Status(anywidget.AnyWidget):
    """`say` shows a sentence with a tone (ok, warn, bad, accent, idle); `reveal` scrolls to it."""

    _esm = HERE / "status.js"
    _css = HERE / "kit.css"
    text = t.Unicode().tag(sync=True)
    tone = t.Unicode("idle").tag(sync=True)
    reveal = t.Int(0).tag(sync=True)

    def __init__(self) -> None:
        super().__init__(layout=look())

    def say(self, text: str, tone: str = "idle") -> None:
        """Show a sentence; one message to the browser."""
        with self.hold_sync():
            self.text, self.tone = text, tone

    def scroll_here(self) -> None:
        """Bring the lab around this sentence into view."""
        self.reveal += 1


class Line:
    """The same sentence as plain HTML, where there are many: a page full of live modules is slow.

    The course's labextension makes its node a live region (`ck-status`).
    """

    def __init__(self) -> None:
        self.view = html("", "ck-status")
        self.text, self.tone = "", "idle"

    def say(self, text: str, tone: str = "idle") -> None:
        """Show a sentence; one message to the browser."""
        self.text, self.tone = text, tone
        shown = escape(text).replace("\n", "<br>")
        self.view.value = f"<div class='ck-said' data-tone='{tone}'>{shown}</div>" if text else ""
