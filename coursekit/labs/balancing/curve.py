"""Response time against load: formulas, points measured, and who stands where on average."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.balancing.drawing import LAWS
from coursekit.sims.balancing.curve import Inside, inside, measured, predicted
from coursekit.sims.balancing.formulas import pooling_gain, retried_load, two_choices
from coursekit.ui.charts import Axis, LineChart, side_by_side
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, path, token
from coursekit.ui.table import Table

LINES = {"one": mark("one line for all servers"), "separate": mark("a line at each server")}
POINTS = (0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
REQUESTS = {"one": 2000, "separate": 8000}  # a point: good up to 80 %, a guess at 95 %
GRID = np.linspace(0.02, 0.985, 80)
TOP = 20.0  # service times; higher is off the chart, and said
SEATS = 60  # discs drawn of all who wait
MANY = 9999
SIDE, HEIGHT, HIGH, STEP = 460, 350, 30, 21  # the room of servers and discs


@dataclass(frozen=True)
class Curve:
    """A pool at one load: what the formulas say, what was measured, who is inside on average."""

    lines: str
    servers: int
    law: str
    load: float  # what clients ask
    busy: float  # with what is sent again
    formula: float
    response: float  # measured at `busy`; infinite from full load on
    points: tuple[float, ...]
    inside: Inside

    @property
    def told(self):
        """The response time to go by: the formula's where it holds."""
        return self.formula if self.law == "exp" else self.response


class CurveLab(Lab):
    """The hockey stick, and the gain of one line for all."""

    name = "balancing-curve"
    title = mark("How busy may a server be?")

    def __init__(self, *args, **more):
        self._points = lru_cache(64)(self._measured)  # a move of the load measures nothing anew
        super().__init__(*args, **more)

    def controls(self):
        return (
            Slider("servers", mark("Servers"), 4, 1, 20),
            Slider("load", mark("Offered load"), 80, 10, 98, 1, "%"),
            Pick("lines", mark("Lines"), "one", LINES),
            Slider("retry", mark("Requests sent once more"), 0, 0, 50, 1, "%"),
            Pick("law", mark("Job sizes"), "exp", LAWS, more=True),
            Slider("seed", mark("Luck number"), 1, 1, 99, more=True),
        )

    def run(self, servers, load, lines, retry, law, seed):
        busy = retried_load(load / 100, retry / 100)
        formula = predicted(lines, servers, busy)
        here = float("inf")
        if busy < 1:
            (here,) = self._points(lines, servers, law, seed, (busy,))
        points = self._points(lines, servers, law, seed, POINTS)
        among = inside(servers, min(busy, 1.0), formula if law == "exp" else here)
        return Curve(lines, servers, law, load / 100, busy, formula, here, points, among)

    def _measured(self, lines, servers, law, seed, loads):
        return tuple(measured(lines, servers, loads, requests=REQUESTS[lines], law=law, seed=seed))

    def pictures(self):
        self.chart = LineChart(
            _("Mean response time against load"),
            Axis(_("load"), least=0, most=1, format=".0%"), Axis(_("service times"), least=0, most=TOP),
            names=(
                _("a line at each server (M/M/1)"), _("one line for all (M/M/c)"), _("two choices, very many servers"),
                _("measured"), _("your load"),
            ),
            height=320, dots=(3,),
        )  # fmt: skip
        self.scene = Scene()
        return [side_by_side(self.chart.view, self.scene)]

    def draw(self, curve):
        ways = [self._formula("separate", curve), self._formula("one", curve)]
        ways.append([two_choices(load) for load in GRID])
        x = np.concatenate([GRID, POINTS, [curve.busy] * 2])
        series = [*(_placed(way, 0, x) for way in ways), _placed(curve.points, len(GRID), x)]
        line = (0, TOP) if curve.busy < 1 else ()
        self.chart.show(x, *series, _placed(line, len(GRID) + len(POINTS), x))
        self._room(curve)

    def _formula(self, lines, curve):
        return [predicted(lines, curve.servers, load) for load in GRID]

    def _room(self, curve):
        """Servers, and discs for those who wait on average: in one line or in each."""
        draw = _one_line if curve.lines == "one" else _own_lines
        items = draw(curve)
        head = _("On average: {served} in service, {waiting} waiting",
                 served=number(curve.inside.served), waiting=number(curve.inside.waiting))  # fmt: skip
        items.append(label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle"))
        self.scene.show(items, width=SIDE, height=HEIGHT, label=head)

    def describe(self, curve):
        if curve.busy >= 1:
            return _(
                "With {load} % asked and some of it sent again, {busy} % arrives: more than the servers can do. The line grows without end, and so do the retries.",
                load=number(100 * curve.load), busy=number(100 * curve.busy),
            )  # fmt: skip
        text = plural(
            "{count} server {busy} % busy, {lines}: a request stays {told} service times on average; measured {measured}.",
            "{count} servers {busy} % busy, {lines}: a request stays {told} service times on average; measured {measured}.",
            curve.servers, busy=number(100 * curve.busy), lines=_(LINES[curve.lines]),
            told=number(curve.told), measured=number(curve.response),
        )  # fmt: skip
        return f"{text} {self._little(curve)} {self._gain(curve)}"

    def _little(self, curve):
        among = curve.inside
        return _(
            "Little’s law: {rate} requests per service time × {told} = {all} inside.",
            rate=number(among.served), told=number(curve.told), all=number(among.served + among.waiting),
        )  # fmt: skip

    def _gain(self, curve):
        if curve.law != "exp":
            return _("The curves are for varied jobs: these are others, and the points leave them.")
        if curve.servers == 1:
            return _("With one server, both ways are the same.")
        gain = number(pooling_gain(curve.servers, curve.servers * curve.busy, 1.0))
        if curve.lines == "one":
            return _("A line at each server would make it {gain} times longer.", gain=gain)
        return _("One line for all would make it {gain} times shorter.", gain=gain)

    def tone(self, curve):
        return "bad" if curve.told > 10 else "warn" if curve.told > 4 else "ok"

    def table(self, curve):
        head = [_("load"), _("a line at each server (M/M/1)"), _("one line for all (M/M/c)"),
                _("two choices, very many servers"), _("measured")]  # fmt: skip
        rows = [
            [
                f"{number(100 * load)} %", number(predicted("separate", curve.servers, load)),
                number(predicted("one", curve.servers, load)), number(two_choices(load)), number(point),
            ]
            for load, point in zip(POINTS, curve.points, strict=True)
        ]  # fmt: skip
        return Table(head, rows, caption=_("Mean response time, in service times"))


def _placed(values, start, x):
    """These values where they belong on the common x, nothing elsewhere, nor off the chart."""
    data = np.full(len(x), np.nan)
    data[start : start + len(values)] = values
    data[data > TOP] = np.nan
    return data


def _one_line(curve):
    """One line of discs before the door of a room with all servers."""
    columns = 2 if curve.servers > 10 else 1
    spots = [_spot(i, curve.servers, columns, 64) for i in range(curve.servers)]
    left, top = min(x for x, _y in spots) - 8, spots[0][1] - 8
    bottom = max(y for _x, y in spots) + HIGH + 4
    middle, gate = (top + bottom) / 2, left - 26
    items = [
        path("line", f"M8 {middle:.0f}H{gate}"),
        path("door", f"M{gate} {middle:.0f}H{left - 2}", arrow=True, tone="accent"),
        box("room", left, top, SIDE - 2 - left, bottom - top, fill="none", tone="accent"),
    ]
    waiting = _whole(curve.inside.waiting)
    seats, per = min(waiting, SEATS), int((gate - 20) // STEP)
    rows = -(-seats // per)
    first = middle - max(0, rows - 1) / 2 * STEP
    items += [
        token(f"w{k}", gate - 14 - (k % per) * STEP, first + (k // per) * STEP, tone="warn")
        for k in range(seats)
    ]
    if waiting > seats:
        items.append(label("rest", 10, first + rows * STEP + 4, _more(waiting - seats), size=12.5))
    return items + [_server(i, x, y, curve.busy) for i, (x, y) in enumerate(spots)]


def _own_lines(curve):
    """A lane a server, in two columns when there are many."""
    columns = 2 if curve.servers > 10 else 1
    each = _whole(curve.inside.waiting / curve.servers)
    seats = min(each, int((SIDE / columns - 116) // STEP))
    more = 0 if each <= seats else 40
    items = []
    for i in range(curve.servers):
        x, y = _spot(i, curve.servers, columns, SIDE / columns)
        start = x - SIDE / columns + 66
        items.append(path(f"lane{i}", f"M{start + more:.0f} {y + 13:.0f}H{x - 2:.0f}"))
        items += [token(f"w{i}-{k}", x - 14 - k * STEP, y + 13, tone="warn") for k in range(seats)]
        if more:
            text = f"+{each - seats}" if each < MANY else "+∞"
            items.append(label(f"rest{i}", start, y + 17, text, size=12.5))
        items.append(_server(i, x, y, curve.busy))
    return items


def _spot(i, servers, columns, wide):
    """Where server i stands: in columns from the right edge, in the middle of the height."""
    rows = -(-servers // columns)
    top = max(36, (HEIGHT + 20 - rows * HIGH) / 2)
    return SIDE - 66 - (columns - 1 - i // rows) * wide, top + (i % rows) * HIGH


def _server(i, x, y, busy):
    tone = "bad" if busy >= 1 else "accent"
    return box(
        f"s{i}",
        x,
        y,
        54,
        26,
        text=f"{number(100 * min(busy, 1))} %",
        tone=tone,
        fill="soft",
        r=5,
        size=11.5,
    )


def _whole(waiting):
    return MANY if waiting > MANY else round(waiting)


def _more(count):
    return _("and {count} more", count=count) if count < MANY - SEATS else _("and no end of them")
