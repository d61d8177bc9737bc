"""Controls as data, and the panel that shows a lab's.

One widget holds all controls of a lab, because each widget is a message at start and one
more at every move. A slider always has a number box beside it: the box takes any number, so
that a value outside the rule reaches the simulation, which says the rule. Every control has a
visible label and a name for screen readers; all are the browser's own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from coursekit.i18n import _
from coursekit.sims.message import Message, ParameterError, require
from coursekit.ui.look import look

HERE = Path(__file__).parent

_ONE_NAME = "{name}"  # nothing to translate

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

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return all(isinstance(each, int) for each in (self.value, self.least, self.most, self.step))

    def shown(self) -> dict[str, Any]:
        return {
            "kind": "slider", "label": _(self.label), "unit": _(self.unit) if self.unit else "",
            "least": self.least, "most": self.most, "step": self.step,
        }  # fmt: skip

    def taken(self, value: Any) -> float:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        require(number, "{name}={value}: give a number", name=self.name, value=value)
        fits = not self.whole or value == int(value)
        require(fits, "{name}={value}: give a whole number", name=self.name, value=value)
        return int(value) if self.whole else float(value)

    def check(self, value: Any) -> None:
        require(
            self.least <= value <= self.most,
            "{name}={value}: choose {least} to {most}",
            name=self.name, value=value, least=self.least, most=self.most,
        )  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """One of a few values; `options` maps each value to its label (a message id)."""

    name: str
    label: str
    value: Any
    options: Mapping[Any, str | Message]
    more: bool = False
    when: When = None

    def shown(self) -> dict[str, Any]:
        options = [[value, _(text)] for value, text in self.options.items()]
        return {"kind": "pick", "label": _(self.label), "options": options}

    def taken(self, value: Any) -> Any:
        self.check(value)
        return value

    def check(self, value: Any) -> None:
        require(
            value in self.options,
            "{name}={value}: choose one of {options}",
            name=self.name, value=value, options=", ".join(map(str, self.options)),
        )  # fmt: skip


def as_it_is(text: str) -> Message:
    """A text that is the same in every language: a name, a command."""
    return Message(_ONE_NAME, {"name": text})


def as_named(values: Iterable[str]) -> dict[str, Message]:
    """Options that are called the same in every language."""
    return {each: as_it_is(each) for each in values}


@dataclass(frozen=True)
class Check:
    """Yes or no."""

    name: str
    label: str | Message
    value: bool
    more: bool = False
    when: When = None

    def shown(self) -> dict[str, Any]:
        return {"kind": "check", "label": _(self.label)}

    def taken(self, value: Any) -> bool:
        self.check(value)
        return bool(value)

    def check(self, value: Any) -> None:
        require(
            isinstance(value, bool),
            "{name}={value}: choose true or false", name=self.name, value=value,
        )  # fmt: skip


Control = Slider | Pick | Check


class Panel(anywidget.AnyWidget):
    """The controls of a lab; `on_change` hears of every move, by hand or from code.

    `read` gives the values by name, `put` moves controls, `fit` hides those that mean
    nothing beside the others.
    """

    _esm = HERE / "panel.js"
    _css = HERE / "panel.css"
    controls = t.List().tag(sync=True)
    # What the learner moved needs no echo: one message less at every step of a slider.
    state = t.Dict().tag(sync=True, echo_update=False)
    away = t.List().tag(sync=True)
    locked = t.Bool(default_value=False).tag(sync=True)
    words = t.Dict().tag(sync=True)

    def __init__(
        self, specs: Sequence[Control], *, locked: bool, reset: Callable[[], None]
    ) -> None:
        self.specs = {spec.name: spec for spec in specs}
        self._heard: Callable[[], None] = lambda: None
        super().__init__(
            controls=[{"name": each.name, "more": each.more, **each.shown()} for each in specs],
            state={each.name: each.value for each in specs},
            locked=locked,
            words={"more": _("More settings"), "reset": _("Reset")},
            layout=look(width="100%"),
        )
        self.on_msg(lambda _widget, content, _buffers: content == "reset" and reset())
        self.observe(lambda _change: self._heard(), "state")

    def on_change(self, heard: Callable[[], None]) -> None:
        """Call `heard()` when a control has moved."""
        self._heard = heard

    def read(self) -> dict[str, Any]:
        """The values by name; ParameterError when the learner typed what is no value at all."""
        return {name: spec.taken(self.state[name]) for name, spec in self.specs.items()}

    def put(self, values: Mapping[str, Any]) -> None:
        """Move controls; ParameterError, and none moves, when a name or a value cannot be."""
        taken = {name: self._spec(name).taken(value) for name, value in values.items()}
        self.state = {**self.state, **taken}

    def defaults(self) -> dict[str, Any]:
        """The values it opened with."""
        return {name: spec.value for name, spec in self.specs.items()}

    def check(self, values: Mapping[str, Any]) -> None:
        """ParameterError for the first value that breaks the rule of its control."""
        for name, spec in self.specs.items():
            spec.check(values[name])

    def fit(self, values: Mapping[str, Any]) -> None:
        """Hide the controls that mean nothing beside these values."""
        self.away = [s.name for s in self.specs.values() if s.when and not s.when(values)]

    def _spec(self, name: str) -> Control:
        if name not in self.specs:
            names = ", ".join(self.specs)
            raise ParameterError(
                "{name}: no such control; choose among {names}", name=name, names=names
            )
        return self.specs[name]
