"""A text the learner copies, pastes, downloads and restores: scenarios and progress."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from coursekit.i18n import explain

HERE = Path(__file__).parent


class TextBox(anywidget.AnyWidget):
    """A text area with buttons.

    `words` names what there is: `label`, and the buttons `copy` (with `copied`), `load`,
    `save`, `open`. With `rows=0` there are only buttons.
    """

    _esm = HERE / "textbox.js"
    _css = HERE / "textbox.css"
    text = t.Unicode().tag(sync=True)
    said = t.Unicode().tag(sync=True)
    file = t.Unicode("coursekit.json").tag(sync=True)
    words = t.Dict().tag(sync=True)
    rows = t.Int(3).tag(sync=True)

    def on_load(self, handler: Callable[[str], str]) -> None:
        """Call `handler(text)` on a loaded text; what it returns, or its error, is shown."""

        def heard(_widget: object, content: dict[str, Any], _buffers: object) -> None:
            try:
                self.said = handler(content["load"])
            except ValueError as why:
                self.said = explain(why)

        self.on_msg(heard)
