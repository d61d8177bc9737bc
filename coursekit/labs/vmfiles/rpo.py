"""RPO and RTO on a time line: what an accident takes, and when work goes on."""

from coursekit.i18n import _, mark, number
from coursekit.sims.vmfiles.recovery import SHOWN, Service, strike
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame

LANE, CURVE = 40, 96  # heights: a lane of bars, the curve below them
STEPS = (0.1, 0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 72, 168)  # hours between two marks of the axis


class RpoLab(Lab):
    """Move the accident along the line."""

    name = "vmfiles-rpo"
    title = mark("How much is lost, and for how long?")

    def controls(self):
        return (
            Slider("period", mark("A backup every"), 24, 1, 168, 1, mark("hours")),
            Slider("duration", mark("It takes"), 4.0, 0.0, 24.0, 0.25, mark("hours")),
            Slider("at", mark("The accident, at hour"), 51.9, 0.0, 336.0, 0.1),
            Slider("size", mark("To be read back"), 1000, 10, 20_000, 10, mark("GB")),
            Slider("gb_s", mark("Speed of reading"), 0.2, 0.01, 5.0, 0.01, mark("GB/s")),
            Slider("detect", mark("Until somebody notices"), 0.5, 0.0, 48.0, 0.25, mark("hours"), more=True),
            Slider("provision", mark("To get a machine"), 1.0, 0.0, 48.0, 0.25, mark("hours"), more=True),
            Slider("replay", mark("To do what is missing again"), 0.0, 0.0, 48.0, 0.25, mark("hours"), more=True),
        )  # fmt: skip

    def run(self, at, size, **hours):
        return strike(Service(full_gb=size, **hours), at)

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, told):
        narrow = self.scene.narrow
        line = Line.of(told, narrow)
        width, top = line.width, 116 if narrow else 76
        items = facts(self._facts(told), narrow=narrow)
        items += self._backups(told, line, top)
        items += self._work(told, line, top + LANE + 22)
        bottom = top + 2 * LANE + 54 + CURVE
        items += self._curve(told, line, bottom)
        items += line.axis(bottom)
        x = line.x(told.at)
        items += [
            path("accident", f"M{x:.1f} {top - 8}V{bottom}", tone="bad"),
            label("boom", x, top - 14, _("accident"), anchor="middle", size=12.5, weight=700),
        ]
        items += key(self._key(), width, bottom + 34, a_line=2 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (102 if narrow else 80),
            label=_("Backups, an accident, the work lost and the way back"),
        )  # fmt: skip

    def _facts(self, told):
        hours = _("lost: {h} hours of work", h=number(told.loss))
        return [
            (hours, "bad"),
            (_("at worst: {h} h (RPO)", h=number(told.worst)), "warn"),
            (_("back after {h} h (RTO)", h=number(told.back)), "accent"),
            (_("of which reading: {h} h", h=number(dict(told.steps)["transfer"])), "idle"),
        ]

    def _backups(self, told, line, y):
        """A bar a backup; one that is not whole at the accident counts for nothing."""
        items = [label("lane0", 4, y - 4, _("Backups"), weight=600, size=12.5)]
        for each in told.backups:
            n, whole = each.number, each.whole
            x = max(line.x(each.start), line.left)
            wide = max(8, line.x(each.done if whole else told.at) - x)
            items.append(box(
                f"backup{n}", x, y + 4, wide, LANE - 12, r=5, text="✓" if whole and wide > 16 else "✗" if not whole and wide > 16 else "",
                tone="ok" if whole else "warn", fill="solid" if n == told.used else "soft", dash=not whole, glow=n == told.used,
            ))  # fmt: skip
        return items

    def _work(self, told, line, y):
        """Lost work backwards in red; forwards, step after step, until work goes on."""
        start, x = line.x(told.at - told.loss), line.x(told.at)
        items = [
            label("lane1", 4, y - 4, _("Work lost, and the way back"), weight=600, size=12.5),
            box("loss", start, y + 4, max(4, x - start), LANE - 12, r=5, tone="bad", fill="solid", text=_hours(told.loss, x - start)),
        ]  # fmt: skip
        at = told.at
        for name, hours in told.steps:
            if hours:
                left, right = line.x(at), line.x(at + hours)
                items.append(box(f"step-{name}", left, y + 4, max(3, right - left), LANE - 12, r=3, text=_hours(hours, right - left), size=12, **STEPS_LOOK[name]))  # fmt: skip
            at += hours
        end = line.x(at)
        return [*items, path("back", f"M{end:.1f} {y - 2}v{LANE}", tone="ok")]

    def _curve(self, told, line, floor_y):
        """The loss for every moment of the accident: it grows, and falls when a backup is whole."""
        high = CURVE - 22
        points = []
        service = told.service
        for each in told.backups:
            if each.whole:
                points += [(each.done, service.duration), (each.done + service.period, told.worst)]
        shown = [(line.x(h), floor_y - high * loss / told.worst) for h, loss in points if line.begin <= h <= line.end]  # fmt: skip
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shown) if len(shown) > 1 else "M0 0"
        y = floor_y - high * told.loss / told.worst
        return [
            label("lane2", 4, floor_y - CURVE + 6, _("Work lost, by the hour of the accident"), weight=600, size=12.5),
            path("worst", f"M{line.left} {floor_y - high:.1f}H{line.right}", tone="warn", dash=True),
            path("saw", d, tone="bad"),
            box("here", line.x(told.at) - 5, y - 5, 10, 10, r=5, tone="bad", fill="solid"),
        ]  # fmt: skip

    def _key(self):
        steps = [("box", look, _(STEP_NAMES[name])) for name, look in STEPS_LOOK.items()]
        return [
            ("box", {"tone": "ok", "fill": "solid"}, _("backup used")),
            ("box", {"tone": "bad", "fill": "solid"}, _("lost work")),
            *steps,
        ]

    def describe(self, told):
        text = _(
            "The accident at hour {at} takes {loss} hours of work: back to the start of the last backup that was whole. At worst it is {worst} h, a period and the time a backup takes.",
            at=number(told.at, 4), loss=number(told.loss), worst=number(told.worst),
        )  # fmt: skip
        back = _("Work goes on {back} h after it: {steps}.", back=number(told.back), steps=self._steps(told))  # fmt: skip
        return f"{text}\n{back}"

    def _steps(self, told):
        return ", ".join(
            f"{_(STEP_NAMES[name])} {number(hours)} h" for name, hours in told.steps if hours
        )

    def tone(self, told):
        return "bad" if told.loss > 0.9 * told.worst else "warn"

    def table(self, told):
        rows = [
            [each.number + 1, number(each.start, 4), number(each.done, 4), _("whole") if each.whole else _("not whole")]
            for each in told.backups
        ]  # fmt: skip
        head = [_("backup"), _("begins, h"), _("whole, h"), _("at the accident")]
        return Table(head, rows, caption=_("The backups before the accident"))


STEP_NAMES = {
    "detect": mark("noticing"),
    "provision": mark("getting a machine"),
    "transfer": mark("reading back"),
    "replay": mark("doing it again"),
}
STEPS_LOOK = {
    "detect": {"tone": "idle", "fill": "soft"},
    "provision": {"tone": "idle", "fill": "solid"},
    "transfer": {"tone": "accent", "fill": "solid"},
    "replay": {"tone": "warn", "fill": "solid"},
}


class Line(Frame):
    """Hours: some periods before the accident, and the way back after it."""

    margins = ((6, 6), (6, 6))

    @classmethod
    def of(cls, told, narrow):
        """The line of an accident."""
        span = SHOWN * told.service.period
        begin = max(told.backups[0].start, told.at - span)
        return cls(narrow, told.at + max(1.1 * told.back, 0.2 * span), begin)

    def axis(self, y):
        step = next((s for s in STEPS if (self.end - self.begin) / s <= 9), STEPS[-1])
        first = -(-self.begin // step)
        items = [path("axis", f"M{self.left} {y}H{self.right}", tone="idle")]
        hour, k = first * step, 0
        while hour <= self.end:
            x = self.x(hour)
            text = number(hour, 4)
            items += [path(f"tick{k}", f"M{x:.1f} {y}v5", tone="idle"), label(f"hour{k}", x, y + 18, f"{text} h" if not k else text, anchor="middle" if x > 20 else "start", size=12)]  # fmt: skip
            hour, k = hour + step, k + 1
        return items


def _hours(hours, wide):
    """The hours in a bar, where it has room for them."""
    text = f"{number(hours)} h"
    return text if wide > 9 * len(text) else ""
