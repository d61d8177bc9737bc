"""The widget in which a learner answers: one for each kind of question.

Stock widgets only: a mouse, a keyboard and a screen reader can use them. The question is
any object with the fields of `coursekit.quizzes.question.Question`.
"""

from typing import Any

import ipywidgets as w
from traitlets import TraitError

from coursekit.i18n import _, language
from coursekit.sims.message import ParameterError
from coursekit.ui.look import column, look, style

WIDE = {"width": "100%", "max_width": "760px"}


class Answer:
    """What the learner answers: `value` (None: not yet), `view`, and `disable`."""

    def __init__(self, question: Any, seed: int) -> None:
        self.question = question
        self.places = question.order(seed)
        self._parts = _BUILDERS[question.kind](question, self.places)
        self.view = column(self._parts, "ck-answer")

    @property
    def value(self) -> Any:
        """In the form that `mark` takes, whatever the order on the screen."""
        kind, parts = self.question.kind, self._parts
        if kind == "single":
            return parts[0].value
        if kind == "multiple":
            return [place for place, box in zip(self.places, parts, strict=True) if box.value]
        if kind == "numeric":
            return _number(parts[0].children[0].value)
        values = [part.value for part in parts]
        if None in values:
            return None
        if kind == "match":
            return values
        return _ordered(values, self.places)

    @value.setter
    def value(self, answer: Any) -> None:
        try:
            self._show(answer)
        except (TraitError, TypeError, IndexError) as why:  # kept for a question that changed
            raise ParameterError(
                "answer={answer}: not one of this question's", answer=answer
            ) from why

    def _show(self, answer: Any) -> None:
        kind, parts = self.question.kind, self._parts
        if kind == "single":
            parts[0].value = answer
        elif kind == "multiple":
            for place, box in zip(self.places, parts, strict=True):
                box.value = place in answer
        elif kind == "numeric":
            parts[0].children[0].value = _typed(answer)
        elif kind == "match":
            for part, each in zip(parts, answer, strict=True):
                part.value = each
        else:
            for part, item in zip(parts, self.places, strict=True):
                part.value = answer.index(item) + 1

    def disable(self, off: bool) -> None:
        for part in self._parts:
            for widget in getattr(part, "children", (part,)):
                if hasattr(widget, "disabled"):
                    widget.disabled = off


def _number(text: str) -> float | None:
    """A typed number, with the decimal mark of either language; None when it is not one."""
    try:
        return float(
            text.strip().replace(",", ".").replace("\u202f", "").replace(" ", "").rstrip("%")
        )
    except ValueError:
        return None


def _typed(answer: float) -> str:
    """A number as the learner would have typed it: `_number` reads it back."""
    text = format(answer, ".12g")
    return text.replace(".", ",") if language() == "fr" else text


def _ordered(values: list[int], places: tuple[int, ...]) -> list[int] | None:
    """Items by the rank each was given; None while two share a rank."""
    if len(set(values)) < len(values):
        return None
    return [item for _rank, item in sorted(zip(values, places, strict=True))]


def _single(question: Any, places: tuple[int, ...]) -> list[w.Widget]:
    options = [(_(question.choices[place].text), place) for place in places]
    radio = w.RadioButtons(
        options=options,
        value=None,
        layout=look(**WIDE),
        style=style(w.IntText),
        _dom_classes=("ck-radio",),
    )
    return [radio]


def _multiple(question: Any, places: tuple[int, ...]) -> list[w.Widget]:
    return [
        w.Checkbox(
            False,
            description=_(question.choices[place].text),
            indent=False,
            layout=look(**WIDE),
            style=style(w.Checkbox),
        )
        for place in places
    ]


def _numeric(question: Any, _places: tuple[int, ...]) -> list[w.Widget]:
    box = w.Text(
        placeholder=_("a number"), tooltip=_("your answer"), layout=look(width="160px"), style=style(w.Text),
        continuous_update=False,
    )  # fmt: skip
    return [w.HBox([box, w.Label(_(question.unit), layout=look(), style=style(w.Label))])]


def _ranks(question: Any, places: tuple[int, ...]) -> list[w.Widget]:
    ranks = [("—", None), *((str(n), n) for n in range(1, len(places) + 1))]
    return [_menu(_(question.choices[place].text), ranks) for place in places]


def _pairs(question: Any, places: tuple[int, ...]) -> list[w.Widget]:
    rights = [("—", None), *((_(question.pairs[place][1]), place) for place in places)]
    return [_menu(_(left), rights) for left, _right in question.pairs]


def _menu(text: str, options: list[tuple[str, Any]]) -> w.Widget:
    return w.Dropdown(
        options=options, value=None, description=text, tooltip=text,
        style=style(w.Dropdown, description_width="min(420px, 60%)"), layout=look(**WIDE), _dom_classes=("ck-menu",),
    )  # fmt: skip


_BUILDERS = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "order": _ranks,
    "match": _pairs,
}
