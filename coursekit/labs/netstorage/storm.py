"""Thirty machines without disks at eight o'clock: when is each ready, and what holds them up?"""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.netstorage.drawing import DEVICES, LINKS
from coursekit.sims.netstorage.goodput import Link, goodput_mb_s
from coursekit.sims.netstorage.latency import device
from coursekit.sims.netstorage.storm import Storm, Told, formula_s, limit, play
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

CURVES = 120  # points of a progress curve
FAST, SLOW = 30, 120  # seconds of waiting: fine, bearable; beyond, people complain


@dataclass(frozen=True)
class Seen:
    """What came of a storm, the same all at once by the formula, one machine alone."""

    told: Told
    formula: float
    alone: float
    server: str

    @property
    def storm(self):
        return self.told.storm

    @property
    def gates(self):
        """What all bytes must pass: id -> MB/s for all together."""
        storm = self.storm
        return {
            "disk": storm.disk_mb_s,
            "server": goodput_mb_s(storm.server),
            "client": storm.alone_mb_s * storm.clients,
        }


class StormLab(Lab):
    """The three gates on the way, the machines with their waits, and progress over time."""

    name = "netstorage-storm"
    title = mark("Eight o’clock: all machines start")

    def controls(self):
        return (
            Slider("clients", mark("Machines"), 30, 1, 100),
            Slider("megabytes", mark("Each reads"), 500, 100, 2000, 10, mark("MB")),
            Pick("gbps", mark("Link of the server"), 1, LINKS),
            Pick("server", mark("The server reads from"), "ram", DEVICES),
            Slider("jitter", mark("Switched on within"), 0, 0, 600, 1, mark("s"), more=True),
            Pick("own", mark("Link of each machine"), 1, LINKS, more=True),
        )

    def run(self, clients, megabytes, gbps, server, jitter, own):
        common = {"mb": float(megabytes), "client": Link(gbps=own), "server": Link(gbps=gbps), "disk_mb_s": device(server).mb_s}  # fmt: skip
        storm = Storm(clients=clients, spread_s=float(jitter), **common)
        told = play(storm, np.random.Generator(np.random.PCG64(self.seed)))
        return Seen(told, formula_s(storm), formula_s(Storm(clients=1, **common)), server)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("How far the first, the middle and the last machine have come"),
            Axis(_("seconds"), least=0), Axis(_("MB read"), least=0),
            names=(_("first"), _("middle"), _("last")), height=240,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(seen), narrow=narrow), 96 if narrow else 60
        gates, low = self._gates(seen, top, width)
        rows, low = self._sum(seen, low + 6, width)
        room, low = self._room(seen, low + 30, width)
        self.scene.show(
            items + gates + rows + room, width=width, height=low,
            label=_("What the bytes pass on their way, and how long each machine waits"),
        )  # fmt: skip
        self._progress(seen)

    def _facts(self, seen):
        told = seen.told
        if self.locked:
            hidden = [(_("the last is ready: {t} s", t="?"), "idle"), (_("longest wait: {t} s", t="?"), "idle")]  # fmt: skip
            return [*hidden, (_("one alone: {t} s", t="?"), "idle"), (_("machines: {n}", n=seen.storm.clients), "idle")]  # fmt: skip
        return [
            (_("the last is ready: {t} s", t=number(told.last_s)), _tone(told.last_s)),
            (_("longest wait: {t} s", t=number(float(told.waits_s.max()))), _tone(told.waits_s.max())),
            (_("one alone: {t} s", t=number(seen.alone)), "ok"),
            (_("most at once: {n}", n=int(told.reading.max())), "idle"),
        ]  # fmt: skip

    def _gates(self, seen, top, width):
        """Disk, link of the server, links of the machines: what each lets through, on one scale."""
        narrow, gates = self.scene.narrow, seen.gates
        least, most = min(gates.values()), max(gates.values())
        left = 8 if narrow else 330
        room = width - left - (110 if not narrow else 100)
        texts = {
            "disk": _("the server’s {what}", what=_(DEVICES[seen.server])),
            "server": _("the server’s link, {n} Gb/s", n=number(seen.storm.server.gbps)),
            "client": plural("{count} link of {n} Gb/s to a machine", "{count} links of {n} Gb/s to machines", seen.storm.clients, n=number(seen.storm.client.gbps)),
        }  # fmt: skip
        items = [label("gates", 4, top + 6, _("What all bytes must pass: MB/s for all together"), weight=600, size=12 if narrow else 13.5)]  # fmt: skip
        row = 46 if narrow else 34
        for k, (name, rate) in enumerate(gates.items()):
            y = top + 16 + k * row
            tight = rate == least
            items.append(label(f"gate-name-{name}", 8, y + 16, texts[name], size=13, weight=700 if tight else 400))  # fmt: skip
            y += 22 if narrow else 0
            wide = max(4.0, room * rate / most)
            items.append(box(f"gate-{name}", left, y + 2, wide, 20, r=4, fill="solid", tone="bad" if tight else "accent"))  # fmt: skip
            text = _("{n} ← narrowest", n=number(rate, 4)) if tight else number(rate, 4)
            items.append(label(f"gate-rate-{name}", left + wide + 8, y + 17, text, size=12.5, weight=700 if tight else 400))  # fmt: skip
        return items, top + 16 + 3 * row

    def _sum(self, seen, top, width):
        """The formula with its numbers, beside what the simulation gave."""
        storm = seen.storm
        each, last = number(storm.each_mb_s(storm.clients)), number(seen.told.last_s, 4)
        result = number(seen.formula, 4)
        if self.locked:
            each = last = result = "?"
        says = _("All at once: {mb} MB ÷ {each} MB/s for each = {t} s", mb=number(storm.mb, 4), each=each, t=result)  # fmt: skip
        played = _("Simulated: {t} s", t=last)
        half = (width - 12) if self.scene.narrow else (width - 12) * 0.64
        items = [box("formula", 4, top + 8, half, 36, text=says, fill="paper", tone="accent", size=12.5)]  # fmt: skip
        if self.scene.narrow:
            items.append(box("played", 4, top + 50, half, 32, text=played, fill="paper", tone="ok", size=12.5))  # fmt: skip
            return items, top + 84
        items.append(path("so", f"M{8 + half} {top + 26}h22", arrow=True, tone="idle"))
        items.append(box("played", half + 36, top + 8, width - half - 40, 36, text=played, fill="paper", tone="ok", size=12.5))  # fmt: skip
        return items, top + 46

    def _room(self, seen, top, width):
        """A machine a box: how many seconds it waits for its system."""
        told, a_line = seen.told, 10 if self.scene.narrow else 20
        cell = (width - 8) / a_line
        head = _("Seconds that each machine waits, in order") if self.scene.narrow else _("Each machine, in the order of switching on: seconds from its switch to its system")  # fmt: skip
        items = [label("room", 4, top, head, weight=600, size=12.5 if self.scene.narrow else 13.5)]
        for k, wait in enumerate(told.waits_s):
            line, column = divmod(k, a_line)
            text = "?" if self.locked else number(float(wait), 2 if wait < 10 else 3)
            tone = "idle" if self.locked else _tone(wait)
            items.append(box(f"machine{k}", 4 + column * cell, top + 12 + line * 34, cell - 4, 29, r=5, text=text, size=11.5, fill="soft", tone=tone))  # fmt: skip
        lines = -(-seen.storm.clients // a_line)
        return items, top + 16 + lines * 34

    def _progress(self, seen):
        told, count = seen.told, seen.storm.clients
        at = np.linspace(0, told.last_s, CURVES)
        if self.locked:
            self.chart.show([0.0, 1.0], *[[np.nan] * 2] * 3)
            return
        chosen = (0, count // 2, count - 1)
        self.chart.show(at, *(np.interp(at, told.t, told.done_mb[:, k]) for k in chosen))

    # In words

    def describe(self, seen):
        storm, told = seen.storm, seen.told
        if self.locked:
            return _(limit(storm))
        said = plural(
            "{count} machine reads {mb} MB: ready after {t} s; one alone takes {alone} s.",
            "{count} machines read {mb} MB each: the last is ready after {t} s; one alone takes {alone} s.",
            storm.clients, mb=number(storm.mb, 4), t=number(told.last_s), alone=number(seen.alone),
        )  # fmt: skip
        text = f"{said} {_(limit(storm))}"
        if storm.spread_s:
            text += " " + _("Switched on within {s} s, at most {n} read at the same time; nobody waits longer than {wait} s.", s=number(storm.spread_s), n=int(told.reading.max()), wait=number(float(told.waits_s.max())))  # fmt: skip
        return text

    def tone(self, seen):
        return "idle" if self.locked else _tone(seen.told.waits_s.max())

    def table(self, seen):
        told = seen.told
        if self.locked:
            return Table([_("machine"), _("ready (s)")], [[_("the last"), "?"]])
        rows = [
            [k + 1, number(float(start), 4), number(float(end), 4), number(float(wait), 4)]
            for k, (start, end, wait) in enumerate(zip(told.start_s, told.end_s, told.waits_s, strict=True))
        ]  # fmt: skip
        head = [_("machine"), _("switched on (s)"), _("ready (s)"), _("it waited (s)")]
        return Table(head, rows, caption=_("When each machine is ready"))


def _tone(seconds):
    """How a wait is taken."""
    return "ok" if seconds <= FAST else "warn" if seconds <= SLOW else "bad"
