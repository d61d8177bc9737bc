"""Diagrams: SVG scenes that glide from one state to the next.

Python says what there is (`box`, `path`, `label`, `token`, `mover`: plain dicts, each with
an id of its own); `scene.js` draws and moves it. An item with `press` is a button: a click,
Enter or Space on it calls the handler with its id. Coordinates are in units of the scene's
size; y grows downwards. Scenes under 600 pixels set `narrow`, and the lab draws again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

HERE = Path(__file__).parent
Item = dict[str, Any]


class Scene(anywidget.AnyWidget):
    """One picture. `show` replaces what is in it."""

    _esm = HERE / "scene.js"
    _css = HERE / "scene.css"
    label = t.Unicode().tag(sync=True)
    size = t.List([900, 300]).tag(sync=True)
    items = t.List().tag(sync=True)
    roving = t.Bool(default_value=False).tag(sync=True)
    narrow = t.Bool(default_value=False).tag(sync=True)
    version = t.Int(0).tag(sync=True)

    def show(self, items: list[Item], *, width: float, height: float, label: str) -> None:
        """Draw these items; one message to the browser whatever changed."""
        with self.hold_sync():
            self.size = [width, height]
            self.items = items
            self.label = label
            self.version += 1

    def on_press(self, handler: Callable[[str], None]) -> None:
        """Call `handler(id)` when the learner presses an item.

        A press travels: when it arrives the picture may have been drawn again without the item
        that was pressed. Then nothing was meant by it, and nothing is called.
        """

        def heard(_widget: object, content: dict[str, Any], _buffers: object) -> None:
            if "press" in content and content["press"] in buttons(self.items):
                handler(content["press"])

        self.on_msg(heard)


def buttons(items: list[Item]) -> set[str]:
    """The ids of the items, and of the items within them, that a learner can press."""
    names = {item["id"] for item in items if item.get("press")}
    return names.union(*(buttons(item.get("children", [])) for item in items))


def box(name: str, x: float, y: float, w: float, h: float, **look: Any) -> Item:
    """A rectangle.

    Look: `text` in the middle, or `title` and `sub` at the top; `fill` plain, paper, solid,
    soft or none; `tone` ok, warn, bad, idle, accent or `hue` 0–5; `led` (a tone), `progress`
    0–1, `strike`, `dash`, `faded`, `glow`, `selected`; `children` placed inside; `press`: its
    name for screen readers, which makes it a button.
    """
    return {"id": name, "kind": "box", "x": x, "y": y, "w": w, "h": h, **look}


def path(name: str, d: str, **look: Any) -> Item:
    """A line along the SVG path `d`; `arrow` puts a head at its end."""
    return {"id": name, "kind": "path", "d": d, **look}


def label(name: str, x: float, y: float, text: str, **look: Any) -> Item:
    """A text; `anchor` start, middle or end; `size`; `weight`."""
    return {"id": name, "kind": "text", "x": x, "y": y, "text": text, **look}


def token(name: str, x: float, y: float, text: str = "", **look: Any) -> Item:
    """A small disc with a letter: a frame, a request, a vote."""
    look = {"fill": "solid", **look}
    return {"id": name, "kind": "token", "x": x, "y": y, "text": text, **look}


def mover(name: str, d: str, text: str = "", **look: Any) -> Item:
    """A token that runs along `d` in `seconds` after `delay`, once or on `repeat` for five seconds.

    The pointer over the scene, or a new `run`, sets it going again: endless motion tires readers.

    `run` is the number of the run: a new number starts it again.
    """
    look = {"fill": "solid", **look}
    return {"id": name, "kind": "mover", "d": d, "text": text, **look}
