"""The time bar: first, back, step, play, last, speed, scrub and the list of events.

A moment is an index into a recorded list of states. Python draws the moment it is told and
then says so (`drawn`); the browser plays.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import anywidget
import traitlets as t

from coursekit.i18n import _

HERE = Path(__file__).parent


class Timeline(anywidget.AnyWidget):
    """`moment` is where we are; `on_move(handler)` hears of every change of it."""

    _esm = HERE / "timeline.js"
    _css = HERE / "timeline.css"
    words = t.Dict().tag(sync=True)
    labels = t.List().tag(sync=True)
    moment = t.Int(0).tag(sync=True)
    drawn = t.Int(-1).tag(sync=True)

    def __init__(self, on_move: Callable[[int], None]) -> None:
        super().__init__(words=_words())
        self._moved = on_move
        self._quiet = False
        self.observe(self._hear, "moment")

    def show(self, labels: Sequence[str], moment: int) -> None:
        """Another record: its events and the moment to stand at; then draws it."""
        self._quiet = True
        with self.hold_sync():
            self.labels = list(labels)
            self.moment = max(0, min(moment, len(labels) - 1))
        self._quiet = False
        self._draw()

    def _hear(self, _change: object) -> None:
        if self._quiet:
            return
        if self.moment >= len(self.labels):  # asked for before the page knew the record is shorter
            self.show(self.labels, self.moment)
        else:
            self._draw()

    def _draw(self) -> None:
        self._moved(self.moment)
        self.drawn = self.moment


def _words() -> dict[str, str]:
    return {
        "name": _("Time"),
        "first": _("First"),
        "back": _("Back"),
        "step": _("Step"),
        "play": _("Play"),
        "pause": _("Pause"),
        "last": _("Last"),
        "speed": _("Speed"),
        "rate": _("{n} a second"),
        "moment": _("Moment"),
        "of": _("of {n}"),
        "events": _("What happened"),
    }
