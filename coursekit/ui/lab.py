"""The one place where controls, a simulation and a picture meet.

Predict, then move the controls; every change takes one way: values → `run` → `draw` and
`describe`. An error of the simulation is shown as the simulation said it and the last good
picture stays. A chapter's lab gives `controls`, `run`, `pictures`, `draw`, `describe` and
`table`, nothing else; timed labs use `StoryLab` (`coursekit.ui.story`).
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from html import escape
from typing import Any
from weakref import WeakValueDictionary

import ipywidgets as w

from coursekit.i18n import _, explain
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Control, Panel
from coursekit.ui.look import column, html, look, row, style
from coursekit.ui.predict import Predict
from coursekit.ui.progress import Progress
from coursekit.ui.scene import Scene
from coursekit.ui.show import TextForm
from coursekit.ui.status import Status
from coursekit.ui.table import Table
from coursekit.ui.textbox import TextBox
from coursekit.values import to_plain, to_text

_live: WeakValueDictionary[str, "Lab"] = WeakValueDictionary()


class Lab(TextForm):
    """Base of every lab. `name` is its id everywhere, `title` a message id."""

    name: str
    title: str
    scenario_fields = ("lab", "seed", "values")

    def __init__(
        self, seed: int = 1, *, prediction: Any = None, progress: Progress | None = None
    ) -> None:
        self.seed = seed
        self.text_form = _("Lab “{title}”: run this cell to use it.", title=_(self.title))
        self.result: Any = None
        self.error: ValueError | None = None
        self._paused = True
        self.drawn_on: list[w.Widget] = []  # what `pictures` made, for the static site too
        self.said = Status()
        self._predict = prediction and Predict(
            prediction,
            lab=self.name,
            seed=seed,
            progress=progress or Progress(),
            unlock=self._unlocked,
        )
        self.locked = bool(self._predict and not self._predict.made)
        self.panel = Panel(self.controls(), locked=self.locked, reset=self.reset)
        self.panel.on_change(self.update)
        self.view = self._layout()
        self._paused = False
        self.update()
        _live[self.name] = self

    # What a chapter's lab gives

    def controls(self) -> Sequence[Control]:
        """The controls, as data; at most five in sight, the rest `more=True`."""
        return ()

    def run(self, **values: Any) -> Any:
        """The simulation's result for these values; ParameterError when they break a rule."""
        raise NotImplementedError

    def pictures(self) -> Sequence[w.Widget]:
        """The scenes and charts, made once."""
        raise NotImplementedError

    def new_scene(self, press: Callable[[str], None] | None = None, **options: Any) -> Scene:
        """A scene for `pictures`: drawn again when its layout changes; `press` hears of its items."""
        scene = Scene(**options)
        if press:
            scene.on_press(press)
        scene.observe(lambda _change: self.redraw(), "narrow")
        return scene

    def draw(self, result: Any) -> None:
        """Bring the pictures to this result."""
        raise NotImplementedError

    def describe(self, result: Any) -> str:
        """What happened and why, in one or two sentences."""
        raise NotImplementedError

    def tone(self, _result: Any) -> str:
        """The colour of the description: ok, warn, bad, accent or idle."""
        return "accent"

    def table(self, result: Any) -> Table:
        """The picture as a table."""
        raise NotImplementedError

    # What a learner, a quiz and a test do with it

    @property
    def values(self) -> dict[str, Any]:
        """The controls' values by name."""
        return self.panel.read()

    def set(self, **values: Any) -> None:
        """Move controls from code, as a reader would by hand; then one update."""
        self._paused = True
        try:
            self.panel.put(values)
        finally:
            self._paused = False
        self.update()

    @property
    def text(self) -> str:
        """The picture in words: for screen readers, and for tests."""
        return self.said.text

    def scenario(self) -> dict[str, Any]:
        """The lab's state as JSON-like values; `load` brings it back exactly."""
        return {"lab": self.name, "seed": self.seed, "values": to_plain(self.panel.state)}

    def load(self, scenario: dict[str, Any]) -> None:
        """Take a scenario; ParameterError says what does not fit, and nothing changes then."""
        before = self.scenario()
        try:
            self._take(_checked(scenario, self.name, self.scenario_fields))
        except ValueError:
            with suppress(ValueError):  # what was there may itself have been refused
                self._take(before)
            raise

    def load_text(self, text: str) -> str:
        """Take a pasted scenario; returns what to tell the learner."""
        try:
            scenario = json.loads(text)
        except json.JSONDecodeError as why:
            raise ParameterError(
                "scenario: not JSON at line {line}, column {column}",
                line=why.lineno,
                column=why.colno,
            ) from None
        self.load(scenario)
        return _("Loaded.")

    def show(self, scene: Any) -> None:
        """Bring the lab into a scene of a quiz or a claim and into view."""
        self.load(self.scenario_of(scene))
        self.said.scroll_here()

    def scenario_of(self, scene: Any) -> dict[str, Any]:
        """A scene of a quiz or a claim as a scenario of this lab."""
        return {"values": {**self.panel.defaults(), **scene.values}}

    def reset(self) -> None:
        """Back to what it opened with."""
        self.load(self.opening())

    def opening(self) -> dict[str, Any]:
        """The state that a reset goes back to, as a scenario."""
        return {"values": self.panel.defaults()}

    def update(self) -> None:
        """The one loop: run, draw, describe; or say why not."""
        if self._paused:
            return
        try:
            values = self.values
            self.panel.check(values)
            self.panel.fit(values)
            result = self.run(**values)
        except ValueError as why:  # the simulation explains, the lab repeats
            self.error = why
            self.said.say(f"⚠ {explain(why)}", "bad")
            return
        self.error = None
        self.result = result
        self._refresh()

    # How it is laid out

    def _refresh(self) -> None:
        """Draw and describe the result; a lab over time draws its moment of it."""
        self._picture(self.result)

    def _picture(self, shown: Any) -> None:
        self._shown = shown
        self.draw(shown)
        self.said.say(self.describe(shown), self.tone(shown))
        if self._table in self._opened.children:
            self._table.value = self.table(shown).html()
        if self._scenario in self._opened.children:
            self._scenario.text = to_text(self.scenario())

    def redraw(self) -> None:
        """Draw again what is shown: after a change of width, say."""
        if self.result is not None:
            self.draw(self._shown)

    def _take(self, scenario: dict[str, Any]) -> None:
        self.seed = scenario.get("seed", self.seed)
        self.set(**scenario.get("values", {}))
        if self.error:
            raise self.error

    def _unlocked(self, first: bool) -> None:
        self._set_locked(False)
        if first:
            self.load(self.scenario_of(self._predict.prediction.scene))

    def _set_locked(self, locked: bool) -> None:
        self.locked = self.panel.locked = locked

    def _layout(self) -> w.VBox:
        head = html(f"<h3 class='ck-lab-title'>{escape(_(self.title))}</h3>")
        question = [self._predict.view] if self._predict else []
        parts = [head, *question, *self._bench(), self._drawer()]
        return column(parts, "ck-lab", f"ck-lab-{self.name}")

    def _bench(self) -> list[w.Widget]:
        """Controls, pictures, sentence: what is always in sight."""
        self.drawn_on = list(self.pictures())
        return [self.panel, *self.drawn_on, self.said]

    def _drawer(self) -> w.VBox:
        """What is made when first opened: the table and the scenario."""
        self._table: w.HTML | None = None
        self._scenario: TextBox | None = None
        makers = [
            (_("Show as a table"), self._make_table),
            (_("Share this state"), self._make_scenario),
        ]
        self._drawers = [(_toggle(text), cache(make)) for text, make in makers]
        self._opened = column(())
        toggles = [toggle for toggle, _make in self._drawers]
        for toggle in toggles:
            toggle.observe(self._turned, "value")
        return column([row(toggles, "ck-drawer"), self._opened])

    def _turned(self, _change: object) -> None:
        self._opened.children = [make() for toggle, make in self._drawers if toggle.value]
        if self.result is not None:
            self._picture(self._shown)

    def _make_table(self) -> w.HTML:
        self._table = html()
        return self._table

    def _make_scenario(self) -> TextBox:
        self._scenario = TextBox(words=_scenario_words(), file=f"{self.name}.json", rows=3)
        self._scenario.on_load(self.load_text)
        return self._scenario


def live(name: str) -> Lab | None:
    """The lab of this name that was made last and is still there."""
    return _live.get(name)


def show_scene(scene: Any) -> str:
    """Bring a lab on the page into a scene; says what the learner must do when it cannot."""
    lab = live(scene.lab)
    if lab is None:
        return _("Run the lab of this chapter first, then press again.")
    if lab.locked:
        lab.said.scroll_here()
        return _("The lab “{title}” waits for your prediction first.", title=_(lab.title))
    lab.show(scene)
    return _("Look at the lab “{title}”.", title=_(lab.title))


def _checked(scenario: Any, name: str, fields: Sequence[str]) -> dict[str, Any]:
    if not isinstance(scenario, dict):
        raise ParameterError("scenario: expected an object with {fields}", fields=", ".join(fields))
    if unknown := [key for key in scenario if key not in fields]:
        raise ParameterError(
            "scenario.{field}: choose among {fields}", field=unknown[0], fields=", ".join(fields)
        )
    if scenario.get("lab", name) != name:
        raise ParameterError("lab={lab}: this lab is {name}", lab=scenario["lab"], name=name)
    if not isinstance(scenario.get("seed", 1), int):
        raise ParameterError("seed={seed}: expected a whole number", seed=scenario["seed"])
    if not isinstance(scenario.get("values", {}), dict):
        raise ParameterError("values: expected an object of controls")
    return scenario


def _toggle(text: str) -> w.ToggleButton:
    return w.ToggleButton(
        False, description=text, layout=look(width="auto"), style=style(w.ToggleButton),
        _dom_classes=("ck-button",),
    )  # fmt: skip


def _scenario_words() -> dict[str, str]:
    return {
        "label": _("The state of this lab as text: copy it, or paste one and load it"),
        "copy": _("Copy"),
        "copied": _("Copied."),
        "load": _("Load"),
        "save": _("Download"),
        "open": _("Open a file"),
    }
