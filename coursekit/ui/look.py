"""Layouts and styles, shared: widgets that look alike use one model.

ipywidgets gives every widget a Layout and a style of its own, each a model that the browser
must build: in a chapter that is two models in three. What is never changed later is shared. Classes are given at birth: each one added later is a message more.
"""

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

_shared: dict[tuple[Any, ...], w.Widget] = {}


def look(**css: str) -> w.Layout:
    """The Layout with these properties; never change it."""
    return _once(w.Layout, css)


def style(widget: type[w.Widget], **css: str) -> w.Widget:
    """The style of a widget of this class with these properties; never change it."""
    return _once(widget.class_traits()["style"].klass, css)


def _once(kind: type[w.Widget], css: dict[str, str]) -> w.Widget:
    key = (kind, *sorted(css.items()))
    if key not in _shared or _shared[key].comm is None:  # somebody closed all widgets
        _shared[key] = kind(**css)
    return _shared[key]


def html(text: str = "", *names: str) -> w.HTML:
    """Some HTML, in the common look; `names` are CSS classes."""
    return w.HTML(text, layout=look(), style=style(w.HTML), _dom_classes=names)


def column(parts: Sequence[w.Widget], *names: str) -> w.VBox:
    """Parts below each other; `names` are CSS classes."""
    return w.VBox(list(parts), layout=look(width="100%"), _dom_classes=names)


def row(parts: Sequence[w.Widget], *names: str, **css: str) -> w.HBox:
    """Parts beside each other, on more lines where there is no room."""
    shared = look(**{"flex_flow": "row wrap", **css})
    return w.HBox(list(parts), layout=shared, _dom_classes=names)
