"""A sentence under a picture or a question; screen readers hear it change."""

from pathlib import Path

import anywidget
import traitlets as t

from coursekit.ui.look import look

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
