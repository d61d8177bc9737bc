"""A pod is told to end: who still sends it requests, and until when it answers."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.sims.kubernetes.service import lost
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

SHOWN_S = 12.0  # seconds on the picture
SLEEPS = np.linspace(0, 10, 41)


@dataclass(frozen=True)
class Left:
    """The end of a pod, and the requests it costs."""

    rate: float
    delay: float
    pre_stop: float
    drain: float
    lost: float

    @property
    def serves(self):
        """Seconds it still answers."""
        return self.pre_stop + self.drain


class LeavingLab(Lab):
    """Two bars over time: requests that are still sent, and a pod that still answers."""

    name = "kubernetes-leaving"
    title = mark("A pod ends: requests lost on the way")

    def controls(self):
        return (
            Slider("rate", mark("Requests to this pod"), 50, 0, 500, 10, mark("a second")),
            Slider("delay", mark("Until the proxies know"), 2.0, 0.0, 10.0, 0.5, "s"),
            Slider("pre_stop", mark("preStop sleeps"), 0.0, 0.0, 10.0, 0.5, "s"),
            Slider("drain", mark("It serves on by itself"), 0.0, 0.0, 10.0, 0.5, "s"),
        )

    def run(self, rate, delay, pre_stop, drain):
        return Left(rate, delay, pre_stop, drain, lost(rate, delay, pre_stop, drain))

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("Requests lost, for each sleep in preStop"),
            Axis(_("preStop sleeps, s"), least=0, most=10, ticks=6), Axis(_("requests"), least=0, format="d"),
            names=[_("lost"), _("your setting")], dots=(1,), height=210,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, left):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(left), narrow=narrow)
        top, x0 = (96 if narrow else 56), 150 if not narrow else 118
        scale = (width - x0 - 16) / SHOWN_S
        items += self._axis(x0, top + 116, scale)
        items += self._bar(
            "sent", _("requests are sent"), x0, top, left.delay * scale, "accent", width
        )
        items += self._bar("slept", _("it sleeps, serves"), x0, top + 38, left.pre_stop * scale, "ok", width)  # fmt: skip
        items += self._bar("drained", "", x0 + left.pre_stop * scale, top + 38, left.drain * scale, "warn", width)  # fmt: skip
        items += self._gap(left, x0, top + 76, scale)
        what = _("Seconds since the pod was told to end: requests sent, and the pod answering")
        self.scene.show(items, width=width, height=top + 150, label=what)
        self._curve(left)

    def _facts(self, left):
        return [
            (_("lost: {n} requests", n=number(left.lost)), "bad" if left.lost else "ok"),
            (_("sent after the order: {n}", n=number(left.rate * left.delay)), "accent"),
            (_("it answers for {s} s more", s=number(left.serves)), "idle"),
        ]

    def _bar(self, name, text, x, y, wide, tone, width):
        items = [label(f"{name}-text", 8, y + 20, text, size=12.5)] if text else []
        if wide >= 1:
            items.append(box(name, x, y, min(wide, width - 8 - x), 30, r=4, tone=tone, fill="soft"))
        return items

    def _gap(self, left, x0, y, scale):
        """From the moment it is gone until nobody sends any more."""
        text = label("gap-text", 8, y + 20, _("nobody answers"), size=12.5)
        if not left.lost:
            return [text, label("gap-none", x0, y + 20, "✓ " + _("never"), size=12.5)]
        x, wide = x0 + left.serves * scale, (left.delay - left.serves) * scale
        said = number(left.lost) if wide > 60 else ""
        return [text, box("gap", x, y, wide, 30, r=4, tone="bad", fill="solid", text=said, size=12.5)]  # fmt: skip

    def _axis(self, x0, y, scale):
        line = path("axis", f"M{x0} {y}H{x0 + SHOWN_S * scale:.0f}", w=2)
        return [line, *(self._second(s, x0 + s * scale, y) for s in range(0, int(SHOWN_S) + 1, 2))]

    def _second(self, second, x, y):
        return label(f"t{second}", x, y + 18, f"{second} s", anchor="middle" if second else "start", size=12)  # fmt: skip

    def _curve(self, left):
        x = np.array([*SLEEPS, left.pre_stop, left.pre_stop])
        gone = np.array([lost(left.rate, left.delay, sleep, left.drain) for sleep in x])
        line, dot = gone.copy(), gone.copy()
        line[-2:], dot[:-2] = np.nan, np.nan
        self.chart.show(x, line, dot)

    def describe(self, left):
        if left.lost:
            return _(
                "For {delay} s requests are still sent to the pod, and it answers for {serves} s: {lost} are lost. {more} s more of sleep would save them all.",
                delay=number(left.delay), serves=number(left.serves), lost=number(left.lost), more=number(left.delay - left.serves),
            )  # fmt: skip
        return _("It answers until everybody knows that it goes: nothing is lost. Every pod that goes is a moment like this, in each update and each drain.")  # fmt: skip

    def tone(self, left):
        return "bad" if left.lost else "ok"

    def table(self, left):
        rows = [
            [f"{number(sleep)} s", number(lost(left.rate, left.delay, sleep, left.drain))]
            for sleep in (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
        ]
        return Table([_("preStop sleeps"), _("requests lost")], rows, caption=_("The same pod with another sleep"))  # fmt: skip
