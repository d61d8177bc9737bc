"""A lab on paper: what it asks, and its pictures at several moments.

A moment is what the lab would show: settings, pictures, sentence, table. Scenes go into the page
as data, in both layouts, for `scene.js` to draw; charts as SVG. A story is shown at its first and
last state and some between, every lab in the state that answers its prediction; where that
is how it opens, in another one too.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from importlib import import_module
from itertools import islice
from typing import Any

import ipywidgets as w

from coursekit.i18n import _, number
from coursekit.labs.desk import labs_of
from coursekit.publish import charts
from coursekit.publish.questions import SEED, fold, prediction, scenes
from coursekit.quizzes.question import Prediction
from coursekit.quizzes.question import Scene as QuestionScene
from coursekit.ui.controls import Control, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene
from coursekit.ui.story import StoryLab
from coursekit.ui.textlab import TextLab
from coursekit.ui.webpage import WebPage

MOST = 4  # moments of a story
DRAWN = ("size", "items", "label")  # what `scene.js` reads
_DIGITS = re.compile(r"(\.\d\d)\d+")
_LEVEL = re.compile(r"<h([12])>")


@dataclass(frozen=True)
class Moment:
    """What a lab shows: its name, then HTML."""

    title: str
    settings: str
    pictures: str
    said: str
    tone: str
    table: str


def figure(slug: str, name: str) -> str:
    """A lab of a chapter, in the language in use."""
    lab, asks = labs_of(slug)[name](SEED), import_module(f"coursekit.quizzes.{slug}")
    one = asks.PREDICTIONS[name]
    others = [each for each in scenes(asks.CLAIMS, asks.QUESTIONS) if each.lab == name]
    before, shown = "", []
    for each in moments(lab, one, others):
        shown.append(_moment(each, settings=each.settings != before))
        before = each.settings
    head = f'<h3 class="ck-lab-title">{escape(_(lab.title))}</h3>'
    return f'<section class="lab" id="{name}">{head}{prediction(one)}{"".join(shown)}</section>'


def moments(lab: Lab, one: Prediction, others: Sequence[QuestionScene] = ()) -> list[Moment]:
    """The moments worth printing; two that look the same are one.

    `others` are states that quizzes and claims point at: the first of them stands beside a lab
    that would show one moment only, or else the first control that changes anything.
    """
    lab.reset()
    shown = [_shot(lab, title) for title in _walk(lab)]
    lab.load(lab.scenario_of(one.scene))
    acted = isinstance(lab, StoryLab) and len(shown) == 1  # it moves only when somebody acts
    titles = _walk(lab) if acted else iter([_("The state that answers the prediction")])
    shown += [_shot(lab, title) for title in titles]
    shown = list({_look(each): each for each in reversed(shown)}.values())[::-1]
    rest = _elsewhere(lab, others) if len(shown) == 1 else ()
    other = (each for each in rest if _look(each) != _look(shown[0]))
    return [*shown, *islice(other, 1)]


def _elsewhere(lab: Lab, others: Sequence[QuestionScene]) -> Iterator[Moment]:
    """The lab in other states, while they are asked for."""
    ends = [
        QuestionScene(lab=lab.name, values={spec.name: value})
        for spec in lab.panel.specs.values()
        for value in _ends(spec)
    ]
    for scene in (*others, *ends):
        with suppress(ValueError):  # a rule of the simulation: not a state
            lab.load(lab.scenario_of(scene))
            yield _shot(lab, _("Another state"))


def _ends(spec: Control) -> list[Any]:
    if isinstance(spec, Slider):
        return [spec.most, spec.least]
    return list(spec.options) if isinstance(spec, Pick) else [not spec.value]


def _walk(lab: Lab) -> Iterator[str]:
    """Go through a story, at most `MOST` moments; each with its title."""
    count = len(lab.result.states) if isinstance(lab, StoryLab) else 1
    if count == 1:
        yield _("As it opens")
        return
    labels = list(lab.timeline.labels)
    for at in sorted({round(i * (count - 1) / (MOST - 1)) for i in range(MOST)}):
        lab.go(at)
        yield _("Moment {n} of {count}: {event}", n=at + 1, count=count, event=labels[at])


def _look(one: Moment) -> tuple[str, str, str]:
    return one.pictures, one.said, one.table


def _shot(lab: Lab, title: str) -> Moment:
    pictures = "".join(_picture(each) for each in lab.drawn_on)
    table = lab.table(lab._shown).html()  # noqa: SLF001  (what the drawer of the lab would show)
    return Moment(title, _settings(lab), _program(lab) + pictures, lab.text, lab.said.tone, table)


def _moment(one: Moment, *, settings: bool) -> str:
    head = f"<figcaption><b>{escape(one.title)}</b></figcaption>"
    if settings and one.settings:
        head += f'<p class="settings">{escape(one.settings)}</p>'
    said = f'<p class="ck-said" data-tone="{one.tone}">{escape(one.said)}</p>'
    table = fold(_("Show as a table"), one.table)
    return f'<figure class="moment">{head}{one.pictures}{said}{table}</figure>'


def _settings(lab: Lab) -> str:
    """The controls in sight, and those moved, as text."""
    defaults, values = lab.panel.defaults(), lab.values
    shown = [
        (spec, control)
        for spec, control in zip(lab.panel.specs.values(), lab.panel.controls, strict=True)
        if spec.name not in lab.panel.away and (not spec.more or values[spec.name] != defaults[spec.name])
    ]  # fmt: skip
    pairs = [
        _("{name}: {value}", name=c["label"], value=_value(c, values[s.name])) for s, c in shown
    ]
    return " · ".join(pairs)


def _value(control: dict[str, Any], value: Any) -> str:
    if control["kind"] == "check":
        return _("yes") if value else _("no")
    if control["kind"] == "pick":
        return next(str(text) for option, text in control["options"] if option == value)
    return f"{number(value, 6)} {control['unit']}".strip()


def _program(lab: Lab) -> str:
    """The text of a lab that is written."""
    return f"<pre>{escape(lab.program)}</pre>" if isinstance(lab, TextLab) else ""


# Pictures


def _picture(widget: w.Widget) -> str:
    """A widget of a lab's pictures as HTML; buttons and boxes to type in have nothing to show."""
    if widget.layout.display == "none":
        return ""
    if isinstance(widget, Scene):
        return _scene(widget)
    if isinstance(widget, WebPage):
        return "".join(_tab(tab) for tab in widget.view["tabs"])
    if isinstance(widget, w.HTML):
        return _LEVEL.sub(lambda m: f'<h{m[1]} aria-level="{int(m[1]) + 3}">', widget.value)
    children = getattr(widget, "children", ())
    if "ck-chart" in widget._dom_classes:  # noqa: SLF001  (ipywidgets has no other name for it)
        title, figure, legend = children
        name = re.sub(r"<[^>]*>", "", title.value)
        return f'<div class="ck-chart">{title.value}{charts.svg(figure, name)}{legend.value}</div>'
    inside = "".join(_picture(each) for each in children)
    return f'<div class="beside">{inside}</div>' if len(children) > 1 and inside else inside


def _scene(scene: Scene) -> str:
    """Data of both layouts, beside the place where `scene.js` draws."""
    layouts = []
    for narrow in (True, False):
        scene.narrow = narrow
        layouts.append({name: _lean(getattr(scene, name)) for name in DRAWN})
    narrow, wide = layouts
    data = {"wide": wide} if narrow == wide else {"wide": wide, "narrow": narrow}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<div class="still"><script type="application/json">{text}</script></div>'


def _lean(value: Any) -> Any:
    """Two decimals are plenty for a picture; nothing can be pressed on paper."""
    if isinstance(value, dict):
        return {key: _item(key, each) for key, each in value.items() if key not in ("press", "run")}
    if isinstance(value, (list, tuple)):
        return [_lean(each) for each in value]
    if isinstance(value, float):
        return round(value, 2)
    return value


def _item(key: str, value: Any) -> Any:
    """A path is a text full of numbers."""
    return _DIGITS.sub(r"\1", value) if key == "d" else _lean(value)


def _tab(tab: dict[str, Any]) -> str:
    """A tab of a web console, without its last column, the buttons."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in tab["columns"][:-1])
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell['text']))}</td>" for cell in row["cells"]) + "</tr>"
        for row in tab["rows"]
    )
    return f'<div class="ck-table"><table><caption>{escape(tab["title"])}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
