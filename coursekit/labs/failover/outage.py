"""How long the address is away: four ways to fail, and what each second is spent on."""

from coursekit.i18n import _, mark, number
from coursekit.sims.failover.checks import detection
from coursekit.sims.failover.sessions import Sessions
from coursekit.sims.failover.ways import ways
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

INTERVALS = {
    0.1: mark("every 0.1 s"), 0.2: mark("every 0.2 s"), 0.5: mark("every 0.5 s"), 1.0: mark("every 1 s"),
    2.0: mark("every 2 s"), 5.0: mark("every 5 s"),
}  # fmt: skip
LAGS = {
    "never": mark("never"),
    "late": mark("every 10 s"),
    "at once": mark("at once"),
}
LAG_S = {"never": float("inf"), "late": 10.0, "at once": 0.0}
ROW = 62


class OutageLab(Lab):
    """Stacked seconds: noticed by a check, noticed by silence, the skew."""

    name = "failover-outage"
    title = mark("How long is the address away?")

    def controls(self):
        return (
            Pick("adv", mark("Advertisements"), 1.0, INTERVALS),
            Slider("prio", mark("Priority of the Backup"), 150, 1, 254),
            Slider("interval", mark("Check every"), 2, 1, 10, 1, "s"),
            Slider("fall", mark("Failures until bad (fall)"), 3, 1, 10),
            Pick("copied", mark("Connections copied to the Backup"), "never", LAGS),
            Slider("timeout", mark("Answer awaited"), 0, 0, 10, 1, "s", more=True),
            Pick("version", mark("VRRP version"), 3, {3: "3", 2: "2"}, more=True),
            Slider("rate", mark("New connections"), 20, 1, 1000, 1, mark("a second"), more=True),
            Slider("mean", mark("A connection lasts"), 60, 1, 3600, 1, "s", more=True),
        )  # fmt: skip

    def run(self, adv, prio, interval, fall, copied, timeout, version, rate, mean):
        check = detection(float(interval), fall, float(timeout))
        sessions = Sessions(rate=float(rate), mean_s=float(mean), lag_s=LAG_S[copied])
        return ways(prio, adv, version, check, sessions)

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, found):
        narrow = self.scene.narrow
        width, left = (NARROW, 8) if narrow else (WIDE, 230)
        scale = (width - left - (60 if narrow else 110)) / max(way.total.worst for way in found)
        items, top = self._key(narrow), 66 if narrow else 40
        for i, way in enumerate(found):
            items += self._row(way, i, top + i * ROW, left, scale, narrow)
        what = _("Seconds of outage for four ways to fail")
        self.scene.show(items, width=width, height=top + len(found) * ROW, label=what)

    def _key(self, narrow):
        names = (
            (_("noticed by the check"), {"hue": 2}),
            (_("noticed by silence"), {"hue": 0}),
            (_("skew"), {"hue": 1}),
        )
        wide = 146 if narrow else 190
        return [
            box(
                f"key{i}",
                6 + i * (wide + 6),
                6,
                wide,
                26,
                text=text,
                fill="soft",
                size=10.5 if narrow else 12,
                **look,
            )
            for i, (text, look) in enumerate(names)
        ]

    def _row(self, way, i, y, left, scale, narrow):
        name_y, bar_y = (y + 8, y + 14) if narrow else (y + 28, y + 8)
        items = [label(f"name{i}", 8, name_y, _(way.name), weight=600, size=12.5)]
        x = left
        for k, (seconds, hue) in enumerate(
            ((way.check.mean, 2), (way.silence.mean, 0), (way.skew_s, 1))
        ):
            wide = seconds * scale
            if wide > 0.5:
                text = f"{number(seconds)} s" if wide > 52 else ""
                items.append(
                    box(
                        f"part{i}-{k}",
                        x,
                        bar_y,
                        wide,
                        30,
                        text=text,
                        fill="soft",
                        hue=hue,
                        r=4,
                        size=12,
                    )
                )
            x += wide
        ends = [left + each * scale for each in (way.total.best, way.total.worst)]
        if ends[1] > ends[0]:
            span = f"M{ends[0]:.1f} {bar_y + 36}H{ends[1]:.1f}"
            items.append(path(f"span{i}", span, tone="warn"))
        mean = f"{number(way.total.mean)} s"
        return [
            *items,
            label(f"mean{i}", max(x, ends[1]) + 6, bar_y + 20, mean, size=12.5, weight=600),
        ]

    def describe(self, found):
        stop, crash, leave, _sink = found
        text = _(
            "On average: {stop} s when stopped cleanly, {crash} s for a crash ({best} to {worst} s), {leave} s when the service dies under a script of weight 0.",
            stop=number(stop.total.mean), crash=number(crash.total.mean), best=number(crash.total.best),
            worst=number(crash.total.worst), leave=number(leave.total.mean),
        )  # fmt: skip
        return f"{text} " + _(
            "A crash refuses {refused} new connections, and breaks {broken} of {open} open ones.",
            refused=number(crash.moved.refused), broken=number(crash.moved.broken), open=number(crash.moved.open),
        )  # fmt: skip

    def table(self, found):
        head = [
            _("what happens"),
            _("best, s"),
            _("mean, s"),
            _("worst, s"),
            _("refused"),
            _("broken"),
        ]
        rows = [
            [
                _(way.name), number(way.total.best), number(way.total.mean), number(way.total.worst),
                number(way.moved.refused), number(way.moved.broken),
            ]
            for way in found
        ]  # fmt: skip
        return Table(head, rows)
