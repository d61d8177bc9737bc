"""Charts: bqplot with our axes, palette, units and a name for screen readers.

A chart is made once and then only its data change, in one message. bqplot is imported here
and nowhere else, so a lab without a chart does not pay for it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

import bqplot as bq
import ipywidgets as w
import numpy as np
from numpy.typing import ArrayLike

from coursekit.ui.look import html
from coursekit.ui.palette import GRID, HUES

INK = {"fill": "var(--jp-ui-font-color1)", "font-size": "12px"}
MARGIN = {"top": 12, "bottom": 46, "left": 66, "right": 18}
DASHES = ("solid", "dashed", "dotted")
_DOTS = {"marker": "circle", "marker_size": 72, "stroke_width": 0.0}
_GAPS = {"solid": "", "dashed": "7 4", "dotted": "2 4"}


@dataclass(frozen=True)
class Axis:
    """What an axis measures: its label with the unit; `log` for powers of ten; its ends.

    An end that is not given follows what is shown. `ticks`: how many at most; with the format
    "d", at whole numbers.
    """

    label: str
    log: bool = False
    least: float | None = None
    most: float | None = None
    format: str | None = None  # d3's, as ".0%" or "~s"
    ticks: int = 5


class Chart:
    """Common to all charts: the figure, its legend and its name."""

    def __init__(
        self, title: str, x_scale: bq.Scale, x: Axis, y_scale: bq.Scale, y: Axis, *, height: int
    ) -> None:
        self._asked = x, y
        axes = [_axis(x_scale, x, "bottom"), _axis(y_scale, y, "left")]
        self.figure = bq.Figure(
            axes=axes, fig_margin=MARGIN, animation_duration=0,
            padding_x=0, padding_y=0, background_style={"fill": "none"},
            layout=w.Layout(width="100%", height=f"{height}px", min_width="280px", margin="0"),
        )  # fmt: skip
        self.figure.display_toolbar = False
        self._legend = html()
        self._title = html(f"<div class='ck-chart-name'>{escape(title)}</div>")
        self.view = w.VBox(
            [self._title, self.figure, self._legend],
            layout=w.Layout(min_width="280px"),
            _dom_classes=("ck-chart",),
        )

    def _fit(self, which: int, data: np.ndarray) -> None:
        """Round ticks where an end of axis `which` (0: x, 1: y) follows the data; y ends on ticks.

        bqplot divides an axis evenly, whatever its ends: at 12.69 it writes 0, 3, 6, 10, 13.
        """
        asked, axis = self._asked[which], self.figure.axes[which]
        data = data[np.isfinite(data)]
        if asked.log or None not in (asked.least, asked.most) or not data.size:
            return
        low = data.min() if asked.least is None else asked.least
        high = data.max() if asked.most is None else asked.most
        at = round_ticks(low, high, asked.ticks, whole=asked.format == "d", outside=which == 1)
        if not np.array_equal(axis.tick_values, at):
            with axis.hold_sync():
                axis.tick_values = at
                axis.tick_format = asked.format or "~r"  # bqplot's own would write 2.5 as 3
        if which == 1 and (axis.scale.min, axis.scale.max) != (at[0], at[-1]):
            with axis.scale.hold_sync():
                axis.scale.min, axis.scale.max = at[0], at[-1]

    def _explain(self, names: Sequence[str], dots: Collection[int] = ()) -> None:
        entries = [
            (name, (_DOT if i in dots else _STROKE).format(HUES[i % len(HUES)], _GAPS[DASHES[i % 3]]))
            for i, name in enumerate(names)
        ]  # fmt: skip
        self._legend.value = _legend(entries) if len(entries) > 1 else ""


class LineChart(Chart):
    """Curves over a common x. Each has a colour and a dash of its own; those in `dots`, points."""

    def __init__(
        self, title: str, x: Axis, y: Axis, *, names: Sequence[str], height: int = 280,
        dots: Collection[int] = (),
    ) -> None:  # fmt: skip
        self._x, self._y = _scale(x), _scale(y)
        super().__init__(title, self._x, x, self._y, y, height=height)
        # A hidden curve is drawn too, and 0 has no place on a logarithmic axis.
        first = x.least or 0.0
        self._lines = [
            bq.Lines(
                x=[first, x.most or first + 1.0], y=[1.0, 1.0], scales={"x": self._x, "y": self._y}, colors=[HUES[i % len(HUES)]],
                line_style=DASHES[i % 3], **(_DOTS if i in dots else {"stroke_width": 2.5}),
            )
            for i in range(len(names))
        ]  # fmt: skip
        self.figure.marks = self._lines
        self._explain(names, dots)

    def show(self, x: ArrayLike, *ys: ArrayLike) -> None:
        """Curves `ys`, each of the length of `x`; where one is NaN it is not drawn."""
        at = np.asarray(x, float)
        self._fit(0, at)
        self._fit(1, np.concatenate([np.asarray(y, float) for y in ys]))
        for line, y in zip(self._lines, ys, strict=True):
            data = np.asarray(y, float)
            known = np.isfinite(data)  # bqplot draws no NaN: it complains in the console
            with line.hold_sync():
                line.visible = bool(known.sum() >= 2)
                if line.visible:
                    line.x, line.y = at[known], data[known]

    @property
    def data(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What is drawn, for tests and the static site."""
        return [(np.asarray(line.x), np.asarray(line.y)) for line in self._lines if line.visible]


class BarChart(Chart):
    """One bar a name; with two `names`, a dashed line over the bars: a bound, another share."""

    def __init__(
        self, title: str, x: Axis, y: Axis, *, names: Sequence[str] = (), height: int = 280
    ) -> None:
        # Places are numbers on a linear scale, names only the labels of its ticks. On bqplot's
        # ordinal scale a name that has left the domain has no place at all, and a bar still
        # waiting for its turn to be drawn then complains in the console.
        self._places, self._y = bq.LinearScale(min=-0.5, max=0.5, allow_padding=False), _scale(y)
        super().__init__(title, self._places, x, self._y, y, height=height)
        self.figure.axes[0].num_ticks = None  # else bqplot thins out the names
        self._names: list[str] = []
        scales = {"x": self._places, "y": self._y}
        self._bars = bq.Bars(
            x=[0.0], y=[0.0], scales=scales, colors=[HUES[0]], color_mode="group", padding=0.35,
        )  # fmt: skip
        self._line = bq.Lines(
            x=[0.0], y=[0.0], scales=scales, colors=[HUES[2]], line_style="dashed", stroke_width=2.5,
        )  # fmt: skip
        self.figure.marks = [self._bars, self._line] if len(names) > 1 else [self._bars]
        if len(names) > 1:
            self._legend.value = _legend(
                [(names[0], _BAR.format(HUES[0])), (names[1], _STROKE.format(HUES[2], "7 4"))]
            )

    def show(
        self,
        x: Sequence[str],
        y: ArrayLike,
        line: ArrayLike | None = None,
        *,
        chosen: int | None = None,
    ) -> None:
        """Bars of height `y` named `x`, one of them chosen, and the line over them."""
        names = list(x)
        at = np.arange(len(names), dtype=float)
        if names != self._names:
            self._names = names
            with self._places.hold_sync():
                self._places.min, self._places.max = -0.5, len(names) - 0.5
            with (axis := self.figure.axes[0]).hold_sync():
                axis.tick_values = at
                axis.tick_labels = {str(i): name for i, name in enumerate(names)}
        self._fit(
            1,
            np.concatenate(
                [[0.0], np.asarray(y, float), np.asarray(() if line is None else line, float)]
            ),
        )
        with self._bars.hold_sync():
            self._bars.x, self._bars.y = at, np.asarray(y, float)
            self._bars.colors = [HUES[1] if i == chosen else HUES[0] for i in range(len(names))]
        if line is not None:
            with self._line.hold_sync():
                self._line.x, self._line.y = at, np.asarray(line, float)

    @property
    def data(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What is drawn, for tests and the static site."""
        return [(np.asarray(self._names), np.asarray(mark.y)) for mark in self.figure.marks]


_DOT = "<circle cx='15' cy='6' r='5' fill='{}'/>"
_BAR = "<rect width='30' height='12' fill='{}'/>"
_STROKE = "<line x1='1' y1='6' x2='29' y2='6' stroke='{}' stroke-width='3' stroke-dasharray='{}'/>"


def _legend(entries: Sequence[tuple[str, str]]) -> str:
    """Names beside a sample of how each is drawn."""
    keys = "".join(
        f"<span class='ck-key'><svg width='30' height='12' aria-hidden='true'>{drawn}</svg> {escape(name)}</span>"
        for name, drawn in entries
    )
    return f"<div class='ck-legend'>{keys}</div>"


def round_ticks(
    low: float, high: float, most: int, *, whole: bool = False, outside: bool = False
) -> np.ndarray:
    """Multiples of the least of 1, 2, 2.5, 5 · 10ⁿ that gives at most `most` ticks from `low` to `high`.

    `whole`: of whole numbers only. `outside`: they reach around both ends, not only within.
    """
    high = high if high > low and not whole else max(high, low + 1)
    first, last = (np.floor, np.ceil) if outside else (np.ceil, np.floor)
    power = np.floor(np.log10((high - low) / most))
    for step in (m * 10.0**n for n in (power, power + 1, power + 2) for m in (1, 2, 2.5, 5)):
        if whole and step % 1:
            continue
        # A thousandth of a step is no tick more: 0.3 is not quite three times 0.1.
        ends = (
            first(low / step + 1e-3 * (outside or -1)),
            last(high / step - 1e-3 * (outside or -1)),
        )
        if ends[1] - ends[0] < most:
            break
    return np.arange(ends[0], ends[1] + 1) * step


def side_by_side(*parts: w.Widget) -> w.Box:
    """Pictures beside each other, one below the other where there is no room."""
    for part in parts:
        part.layout.flex = "1 1 360px"
    return w.Box(
        list(parts), layout=w.Layout(flex_flow="row wrap", grid_gap="8px 16px", width="100%")
    )


def _scale(axis: Axis) -> bq.Scale:
    ends = {k: v for k, v in (("min", axis.least), ("max", axis.most)) if v is not None}
    return (bq.LogScale if axis.log else bq.LinearScale)(**ends, allow_padding=not ends)


def _axis(scale: bq.Scale, axis: Axis, side: str) -> bq.Axis:
    look = {"tick_format": axis.format} if axis.format else {}
    if axis.log and axis.least and axis.most:
        ends = np.log10([axis.least, axis.most])
        look.setdefault("tick_format", "~s" if axis.least >= 1 else ".0e")
        look["tick_values"] = 10.0 ** np.arange(np.ceil(ends[0]), np.floor(ends[1]) + 1)
    elif axis.log or None not in (axis.least, axis.most):
        look["num_ticks"] = axis.ticks
    return bq.Axis(
        scale=scale, label=axis.label, side=side, label_offset="46px" if side == "left" else "34px",
        grid_lines="solid" if side == "left" else "none", grid_color=GRID, tick_style=INK, color="gray", **look,
    )  # fmt: skip
