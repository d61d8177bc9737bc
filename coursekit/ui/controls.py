"""Controls as data, and the widgets they become.

A slider always has a number box beside it: the box takes any number, so that a value outside
the rule reaches the simulation, which says the rule. Every control has a visible label and a
name for screen readers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets as w

from coursekit.i18n import _
from coursekit.sims.message import ParameterError
from coursekit.ui.look import look, style

# Whether a control means anything beside these values; None: always. It is hidden where not.
When = Callable[[Mapping[str, Any]], bool] | None


@dataclass(frozen=True)
class Slider:
    """A number from `least` to `most`; whole when `step` is whole."""

    name: str
    label: str  # message id
    value: float
    least: float
    most: float
    step: float = 1
    unit: str = ""  # message id
    more: bool = False
    when: When = None

    def widget(self, *, locked: bool = False) -> "Bound":
        whole = all(
            isinstance(each, int) for each in (self.value, self.least, self.most, self.step)
        )
        label, unit = _(self.label), _(self.unit)
        name = f"{label} ({unit})" if unit else label
        slider = (w.IntSlider if whole else w.FloatSlider)(
            self.value, min=self.least, max=self.most, step=self.step, readout=False, disabled=locked,
            description=label, tooltip=name, style=style(w.IntSlider, description_width="initial"),
            layout=look(flex="1 1 170px", min_width="170px", width="auto"),
        )  # fmt: skip
        box = (w.IntText if whole else w.FloatText)(
            self.value,
            step=self.step,
            tooltip=name,
            disabled=locked,
            layout=look(width="72px"),
            style=style(w.IntText),
        )
        parts = [
            slider,
            box,
            *([w.Label(unit, layout=look(), style=style(w.Label))] if unit else []),
        ]
        return Bound(self, box, _row(parts, self), slider=slider)

    def check(self, value: Any) -> None:
        if not self.least <= value <= self.most:
            raise ParameterError(
                "{name}={value}: choose {least} to {most}",
                name=self.name, value=value, least=self.least, most=self.most,
            )  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """One of a few values; `options` maps each value to its label (a message id)."""

    name: str
    label: str
    value: Any
    options: dict[Any, str]
    more: bool = False
    when: When = None

    def widget(self, *, locked: bool = False) -> "Bound":
        label = _(self.label)
        pick = w.Dropdown(
            options=[(_(text), value) for value, text in self.options.items()], value=self.value, disabled=locked,
            description=label, tooltip=label, style=style(w.Dropdown, description_width="initial"),
            layout=look(flex="1 1 220px", width="auto", max_width="420px"),
        )  # fmt: skip
        return Bound(self, pick, _row([pick], self))

    def check(self, value: Any) -> None:
        if value not in self.options:
            raise ParameterError(
                "{name}={value}: choose one of {options}",
                name=self.name, value=value, options=", ".join(map(str, self.options)),
            )  # fmt: skip


@dataclass(frozen=True)
class Check:
    """Yes or no."""

    name: str
    label: str
    value: bool
    more: bool = False
    when: When = None

    def widget(self, *, locked: bool = False) -> "Bound":
        box = w.Checkbox(
            self.value, description=_(self.label), tooltip=_(self.label), indent=False, disabled=locked,
            layout=look(width="auto"), style=style(w.Checkbox),
        )  # fmt: skip
        return Bound(self, box, _row([box], self))

    def check(self, value: Any) -> None:
        if not isinstance(value, bool):
            raise ParameterError(
                "{name}={value}: choose true or false", name=self.name, value=value
            )


Control = Slider | Pick | Check


def _row(parts: list[w.Widget], spec: Control) -> w.HBox:
    css = {"align_items": "center", "flex": "1 1 260px", "min_width": "200px"}
    own = w.Layout(**css) if spec.when else look(**css)  # what may be hidden is not shared
    return w.HBox(parts, layout=own, _dom_classes=("ck-control",))


class Bound:
    """A control on the screen: `value`, what it draws as (`view`), and who hears of a change."""

    def __init__(
        self, spec: Control, box: w.Widget, view: w.Box, slider: w.Widget | None = None
    ) -> None:
        self.spec, self.view = spec, view
        self._box, self._slider = box, slider
        self._heard: Callable[[], None] = lambda: None
        self._quiet = False
        box.observe(self._typed, "value")
        if slider:
            slider.observe(self._slid, "value")

    @property
    def value(self) -> Any:
        return self._box.value

    @value.setter
    def value(self, value: Any) -> None:
        if isinstance(self.spec, Slider) and (
            isinstance(value, bool) or not isinstance(value, (int, float))
        ):
            raise ParameterError("{name}={value}: give a number", name=self.spec.name, value=value)
        if isinstance(self._box, w.IntText) and value != int(value):
            raise ParameterError(
                "{name}={value}: give a whole number", name=self.spec.name, value=value
            )
        if isinstance(self.spec, (Pick, Check)):
            self.spec.check(value)
        self._box.value = value

    def on_change(self, heard: Callable[[], None]) -> None:
        self._heard = heard

    def fit(self, values: Mapping[str, Any]) -> None:
        """Hide the control where it means nothing."""
        if self.spec.when:
            self.view.layout.display = "" if self.spec.when(values) else "none"

    def disable(self, off: bool) -> None:
        for widget in filter(None, (self._box, self._slider)):
            widget.disabled = off

    def _slid(self, change: dict[str, Any]) -> None:
        if not self._quiet:
            self._box.value = change["new"]

    def _typed(self, change: dict[str, Any]) -> None:
        if self._slider and self.spec.least <= change["new"] <= self.spec.most:
            self._quiet = True
            self._slider.value = change["new"]
            self._quiet = False
        self._heard()
