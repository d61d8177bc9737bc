"""Health checks: soon seen, or seldom wrong."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.sims.failover.checks import (
    INTERVALS,
    detection,
    expected_checks,
    false_alarm_s,
)
from coursekit.sims.failover.timers import Outage
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table

EVERY = {
    0.5: mark("every 0.5 s"), 1.0: mark("every 1 s"), 2.0: mark("every 2 s"), 5.0: mark("every 5 s"),
    10.0: mark("every 10 s"),
}  # fmt: skip
UNITS = ((86_400 * 365, mark("{n} years")), (86_400, mark("{n} days")), (3600, mark("{n} hours")), (60, mark("{n} minutes")), (0, mark("{n} seconds")))  # fmt: skip
FALLS = range(1, 11)
LONGEST_S = 1e10


def duration(seconds):
    """Seconds as a person would say them."""
    if not np.isfinite(seconds):
        return _("never")
    size, text = next((size, text) for size, text in UNITS if seconds >= 2 * size)
    return _(text, n=number(seconds / (size or 1)))


@dataclass(frozen=True)
class Checked:
    """One choice of check, and the curves of all intervals over the threshold."""

    interval: float
    fall: int
    delay: float
    seen: Outage
    checks: float
    alarm_s: float
    curves: tuple[np.ndarray, ...]


class ChecksLab(Lab):
    """The worst case drawn check by check; the price in false alarms."""

    name = "failover-checks"
    title = mark("Soon seen, or seldom wrong")

    def controls(self):
        return (
            Pick("interval", mark("Check"), 1.0, EVERY),
            Slider("fall", mark("Failures until bad (fall)"), 3, 1, 10),
            Slider("loss", mark("Checks lost by chance"), 5.0, 0.1, 50.0, 0.1, "%"),
            Slider("delay", mark("Answer awaited"), 0.0, 0.0, 10.0, 0.5, "s"),
        )

    def run(self, interval, fall, loss, delay):
        curves = tuple(
            np.array([false_alarm_s(loss / 100, each, k) for k in FALLS]) for each in INTERVALS
        )
        return Checked(
            interval, fall, delay, detection(interval, fall, delay), expected_checks(loss / 100, fall),
            false_alarm_s(loss / 100, interval, fall), curves,
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("Mean time between false alarms"),
            Axis(_("detection at worst, seconds"), least=0.0, most=30.0), Axis(_("seconds"), log=True, least=1.0, most=LONGEST_S, format=".0e"),
            names=[_(text) for text in EVERY.values()],
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, checked):
        width = width_of(self.scene)
        items = self._row(
            checked, "worst", _("at worst: it fails just after a check"), 6, 0.0, width
        )
        items += self._row(
            checked, "best", _("at best: just before one"), 92, checked.interval, width
        )
        self.scene.show(
            items, width=width, height=178, label=_("From the failure to its detection")
        )
        ends, curves = self._over_detection(checked)
        self.chart.show(ends, *curves)

    def _over_detection(self, checked):
        """All worst detection times, and over them each interval's mean time between alarms."""
        points = [
            {each * k + checked.delay: y for k, y in zip(FALLS, curve, strict=True)}
            for each, curve in zip(INTERVALS, checked.curves, strict=True)
        ]
        ends = sorted({x for one in points for x in one if x <= 30.0})
        inside = [[one.get(x, np.nan) for x in ends] for one in points]
        return ends, [np.where(np.array(y) < LONGEST_S, y, np.nan) for y in inside]

    def _row(self, checked, name, text, y, failed, width):
        """One good check at 0, the bad ones, and the moment the failure is known."""
        known = checked.interval * checked.fall + checked.delay
        scale = (width - 60) / (known + 0.15 * checked.interval)

        def x(t):
            return 24 + t * scale

        items = [
            label(f"{name}-text", 8, y + 14, text, size=12.5, weight=600),
            path(f"{name}-line", f"M{x(0)} {y + 46}H{width - 8}"),
            box(
                f"{name}-bad",
                x(failed),
                y + 26,
                max(2.0, x(known) - x(failed)),
                14,
                fill="soft",
                tone="bad",
                r=3,
            ),
            label(
                f"{name}-s",
                x(known),
                y + 76,
                f"{number(known - failed)} s",
                anchor="end",
                size=13,
                weight=600,
            ),
        ]
        for k in range(checked.fall + 1):
            ok = k == 0
            items.append(
                token(
                    f"{name}-{k}",
                    x(k * checked.interval),
                    y + 46,
                    "✓" if ok else "✗",
                    tone="ok" if ok else "bad",
                )
            )
        return items

    def describe(self, checked):
        return _(
            "A failure is seen after {best} to {worst} s, {mean} s on average. A healthy node is accused every {checks} checks, about every {often}.",
            best=number(checked.seen.best), worst=number(checked.seen.worst), mean=number(checked.seen.mean),
            checks=number(checked.checks), often=duration(checked.alarm_s),
        )  # fmt: skip

    def tone(self, checked):
        return (
            "bad" if checked.alarm_s < 3600 else "warn" if checked.alarm_s < 86_400 * 30 else "ok"
        )

    def table(self, checked):
        head = [_("fall"), _("best, s"), _("worst, s"), _("false alarm every")]
        rows = []
        for k, alarm in zip(FALLS, checked.curves[INTERVALS.index(checked.interval)], strict=True):
            seen = detection(checked.interval, k, checked.delay)
            rows.append([k, number(seen.best), number(seen.worst), duration(float(alarm))])
        return Table(head, rows)
