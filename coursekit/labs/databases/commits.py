"""Commits a second: a flush each or a flush for all that wait, how long each waits, 10 000 rows."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.databases.units import milliseconds
from coursekit.sims.databases.commits import (
    DEVICES,
    Run,
    arrivals,
    load_ms,
    most_per_s,
    run,
    single_ms,
)
from coursekit.ui.charts import Axis, LineChart, side_by_side
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.fit import clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table
from coursekit.ui.timeframe import ticks

NAMES = {
    "hdd": mark("hard disk, 7200 turns a minute"), "ssd": mark("SSD without a safe cache"),
    "nvme": mark("NVMe with a cache that survives a power cut"),
}  # fmt: skip
ROWS = 10_000
BATCHES = (1, 10, 100, 1000, ROWS)
RATES = tuple(float(each) for each in np.geomspace(10, 100_000, 25))  # commits that come a second
TABLED = slice(0, None, 6)  # of these, the powers of ten
COUNT = 1000  # commits of a measured run
SHOWN = 10  # flushes drawn, about
FULL = 0.95  # share of what the device can do, beyond it the curve is not drawn
SAMPLE = 300


@dataclass(frozen=True)
class Seen:
    """The run in the picture, both ways measured at many rates, the load by rows to a commit."""

    device: str
    run: Run
    rate: int
    single: tuple[float, ...]
    group: tuple[float, ...]
    loads: dict[str, tuple[float, ...]]

    @property
    def flush_ms(self):
        return DEVICES[self.device]


class CommitsLab(Lab):
    """Commits come on a line of time, flushes carry them; below, two charts."""

    name = "databases-commits"
    title = mark("What a commit costs")

    def controls(self):
        return (
            Pick("device", mark("The log is on"), "hdd", NAMES),
            Slider("rate", mark("Commits that come"), 300, 10, 5000, 10, mark("per second")),
            Check("group", mark("Group commit: one flush for all that wait"), True),
            Slider("window", mark("The first waits for company"), 0, 0, 50, 1, mark("ms")),
            Pick("rows", mark("Rows to a commit"), 1, {each: number(each) for each in BATCHES}),
        )

    def run(self, device, rate, group, window, rows):
        flush_ms = DEVICES[device]
        times = arrivals(rate, COUNT)
        single = tuple(_alone(each, flush_ms) for each in RATES)
        loads = {name: tuple(load_ms(ROWS, each, ms) / 1000 for each in BATCHES) for name, ms in DEVICES.items()}  # fmt: skip
        return Seen(
            device,
            run(times, flush_ms, group=group, window_ms=window),
            rate,
            single,
            _group(flush_ms, window),
            loads,
        )

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        ends = {"log": True, "least": RATES[0], "most": RATES[-1]}
        self.waits = LineChart(
            _("Mean time to the answer, when commits come at random"),
            Axis(_("commits a second"), **ends), Axis(_("ms"), least=0),
            names=(_("a flush each"), _("one flush for all that wait")), height=250,
        )  # fmt: skip
        self.rows = LineChart(
            _("Time to put in 10 000 rows"),
            Axis(_("rows to a commit"), log=True, least=1, most=ROWS), Axis(_("seconds"), log=True, least=0.01, most=100, format="~g"),
            names=(_("hard disk"), _("SSD"), _("NVMe"), _("as chosen")), dots=(3,), height=250,
        )  # fmt: skip
        return [self.scene, side_by_side(self.waits.view, self.rows.view)]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        line, y = self._line(seen, 108 if narrow else 68, width)
        items += line
        entries = [("box", {"hue": 0, "fill": "soft"}, _("a flush of the log, and the commits in it")), ("line", {"tone": "idle"}, _("a commit comes"))]  # fmt: skip
        items += key(entries, width, y + 8, a_line=1 if narrow else 2)
        self.scene.show(
            items, width=width, height=y + (56 if narrow else 34),
            label=_("Commits that come, and the flushes of the log that carry them"),
        )  # fmt: skip
        self._charts(seen)

    def _facts(self, seen):
        found = seen.run
        load = seen.loads[seen.device][BATCHES.index(self.values["rows"])]
        return [
            (_("a flush: {t}", t=milliseconds(seen.flush_ms)), "idle"),
            (_("answered: {n}/s of {rate}/s", n=number(found.per_s), rate=number(seen.rate, 4)), "bad" if _late(seen) else "ok"),
            ("?" if self.locked else _("10 000 rows: {n} s", n=number(load)), "accent"),
            (_("mean wait: {t}", t=milliseconds(found.mean_ms)) if not _late(seen) else _("waits grow without end"), "warn" if _late(seen) else "idle"),
        ]  # fmt: skip

    def _line(self, seen, y, width):
        """The first flushes on a line of time; above them commits as they come."""
        flushes = seen.run.flushes[:SHOWN]
        end = flushes[-1].end
        left, scale = 10, (width - 30) / end
        items = [heading("line", 6, y, _("The first {n} flushes", n=len(flushes)), width)]
        top = y + 46
        came = [each for each in seen.run.arrivals if each <= end]
        gap = max(1, len(came) // 150)
        d = " ".join(f"M{left + each * scale:.1f} {top - 20}v14" for each in came[::gap])
        items.append(path("came", d or "M0 0", tone="idle"))
        for at, each in enumerate(flushes):
            x, wide = left + each.begin * scale, max(4.0, (each.end - each.begin) * scale - 2)
            inside = wide >= 16  # room for a number
            items.append(box(f"flush{at}", x, top, wide, 40, r=min(5, wide / 2), hue=0, fill="soft", text=clipped(str(each.count), wide, 12) if inside else "", size=12))  # fmt: skip
            if not inside:
                items.append(label(f"count{at}", x - 4, top + 24, str(each.count), size=12, anchor="end"))  # fmt: skip
        one = flushes[min(1, len(flushes) - 1)]
        items.append(path("wait", f"M{left + seen.run.arrivals[one.first] * scale:.1f} {top + 48}H{left + one.end * scale:.1f}", tone="warn", arrow=True))  # fmt: skip
        items.append(token("answer", left + one.end * scale, top + 48, "✓", tone="ok"))
        wait = milliseconds(one.end - seen.run.arrivals[one.first])
        items.append(label("wait-text", left, top + 74, clipped(_("commit number {n} waits {t} for its answer", n=one.first + 1, t=wait), width - 20, 12), size=12))  # fmt: skip
        items += [label(f"tick{k}", left + each * scale, top + 96, milliseconds(each), anchor="middle" if k else "start", size=11.5) for k, each in enumerate(ticks(end, 4 if width < 600 else 8)) if each * scale < width - 40]  # fmt: skip
        return items, top + 104

    def _charts(self, seen):
        nothing = [float("nan")]
        if self.locked:
            self.rows.show(BATCHES, *[nothing * len(BATCHES)] * 4)
            self.waits.show(RATES, *[nothing * len(RATES)] * 2)
            return
        self.waits.show(RATES, seen.single, seen.group)
        at = BATCHES.index(self.values["rows"])
        chosen = seen.loads[seen.device][at]
        ends = [*BATCHES, BATCHES[at], BATCHES[at]]
        curves = [[*seen.loads[name], *nothing * 2] for name in DEVICES]
        self.rows.show(ends, *curves, [*nothing * len(BATCHES), chosen, chosen])

    # In words

    def describe(self, seen):
        values = {"most": number(most_per_s(seen.flush_ms)), "t": milliseconds(seen.flush_ms), "rate": number(seen.rate, 4)}  # fmt: skip
        if self.locked:
            return _("A commit is answered when its record is on disk. A flush takes {t} here, and there is one at a time.", **values)  # fmt: skip
        if _late(seen):
            return _("A flush takes {t}, so there are at most {most} commits a second with one in each. {rate} come: the queue grows, and every wait is longer than the one before.", **values)  # fmt: skip
        if seen.run.batch > 1 and seen.rate < most_per_s(seen.flush_ms):
            return _("The device could give each commit a flush of its own. Because the first waits for company, a flush carries {batch}: fewer flushes, but {wait} to an answer instead of {t}.", **values, batch=number(seen.run.batch), wait=milliseconds(seen.run.mean_ms))  # fmt: skip
        if seen.run.batch > 1:
            return _("Commits that come during a flush wait for the next, which carries {batch} of them: {rate} a second where one flush each allows {most}. The price is {wait} to an answer instead of {t}.", **values, batch=number(seen.run.batch), wait=milliseconds(seen.run.mean_ms))  # fmt: skip
        return _("Commits come so seldom that nearly each has a flush to itself: at most {most} a second would be possible so.", **values)  # fmt: skip

    def tone(self, seen):
        return "bad" if _late(seen) else "accent"

    def table(self, seen):
        hidden = self.locked
        rows = [
            [_("{n} commits a second", n=number(rate, 6)), "?" if hidden else milliseconds(one), "?" if hidden else milliseconds(all_)]
            for rate, one, all_ in zip(RATES[TABLED], seen.single[TABLED], seen.group[TABLED], strict=True)
        ]  # fmt: skip
        loads = seen.loads[seen.device]
        rows += [
            [_("10 000 rows, {n} to a commit", n=number(batch, 5)), "?" if hidden else _("{n} s", n=number(load)), "–"]
            for batch, load in zip(BATCHES, loads, strict=True)
        ]  # fmt: skip
        head = [_("what comes"), _("a flush each"), _("one flush for all that wait")]
        return Table(head, rows, caption=_("Time to the answer, and time to put in 10 000 rows"))


def _alone(rate, flush_ms):
    """The mean wait with a flush each (ms); nothing close to where it grows for ever."""
    return single_ms(rate, flush_ms) if rate * flush_ms < 1000 * FULL else float("nan")


@cache
def _group(flush_ms, window_ms):
    """The mean waits with group commit, commits coming at random (ms)."""
    rng = np.random.default_rng(1)
    return tuple(
        run(
            arrivals(each, _enough(each, flush_ms + window_ms), rng),
            flush_ms,
            group=True,
            window_ms=window_ms,
        ).mean_ms
        for each in RATES
    )


def _enough(rate, ms):
    """So many arrivals that there are several flushes."""
    return max(SAMPLE, round(4 * rate * ms / 1000))


def _late(seen):
    """Whether the device cannot follow."""
    alone = seen.run.batch == 1
    return alone and seen.rate * seen.flush_ms > 1000
