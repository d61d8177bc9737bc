"""A real block server on this machine: real requests through a way with delay and losses.

Requests run in a thread of their own; what was measured is brought back to the kernel's main loop,
if there is one. Measured times are of this machine and this minute: they are no part of a scenario.
"""

import time
from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, explain, mark, number, plural
from coursekit.labs.netstorage.drawing import DEVICES, ms
from coursekit.labs.netstorage.nbdlive import Connection, LiveServer, Wire
from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.latency import device, local
from coursekit.sims.netstorage.nbdpeer import Export
from coursekit.sims.netstorage.nbdtimes import RESEND_S, Law, law
from coursekit.sims.sparse import Sparse
from coursekit.ui.background import Background
from coursekit.ui.charts import Axis, BarChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.look import row
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

DISK = 1 << 20
EDGES = (0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)  # ms
SIZES = {512: mark("512 B"), 4096: mark("4 KiB"), 16_384: mark("16 KiB"), 65_000: mark("65 kB")}
EVERY = 0.3  # seconds between two looks at what is measured so far
DISKS = ("hdd", "sata_ssd", "nvme")


@dataclass(frozen=True)
class Seen:
    """What the simulation says; the seconds that were measured under the same values, so far."""

    delay_s: float
    loss: float
    requests: int
    size: int
    law: Law
    times: tuple[float, ...] = ()

    @property
    def median(self):
        return float(np.median(self.times)) if self.times else None

    @property
    def late(self):
        """Requests that waited for something to be sent again."""
        return sum(each > self.law.times[0][0] + RESEND_S / 2 for each in self.times)


def shares(times):
    """Which part of the times lies between each two edges; longer ones are with the longest."""
    found, _edges = np.histogram(np.minimum(np.asarray(times) * 1e3, EDGES[-1]), EDGES)
    return found / max(1, len(times))


def said(expected):
    """The same of what the simulation says."""
    parts = np.zeros(len(EDGES) - 1)
    for seconds, share in expected.times:
        parts += share * shares([seconds])
    return parts


class LiveLab(Lab):
    """Ask the server; beside it, what the simulation says."""

    name = "netstorage-live"
    title = mark("A real server on this machine")

    def __init__(self, seed=1, **options):
        self._times, self._asked = (), None
        self._task = None
        super().__init__(seed, **options)

    def controls(self):
        return (
            Slider("delay", mark("Delay, each way"), 5.0, 0.0, 20.0, 0.5, mark("ms")),
            Slider("loss", mark("Segments lost"), 0.0, 0.0, 10.0, 0.5, "%"),
            Slider("requests", mark("Requests"), 40, 1, 200),
            Pick("size", mark("Bytes of each"), 4096, SIZES),
        )

    def run(self, delay, loss, requests, size):
        asked = (delay, loss, requests, size)
        if asked != self._asked:
            self._forget()
        delay_s, share = delay / 1000, loss / 100
        return Seen(delay_s, share, requests, size, law(delay_s, share, size), self._times)

    # Measuring

    def ask(self):
        """Start the server and ask it as often as chosen, in a thread; `wait` for the end."""
        if self.locked or self.measuring:
            return
        self.update()
        if self.error:
            return
        self._forget()
        values = self.values
        self._asked = tuple(values.values())
        seen = self.result
        self._task = Background(
            lambda tell, stopped: self._measure(seen, tell, stopped), self._arrived
        )
        self._task.start()

    @property
    def measuring(self):
        """Whether requests are under way."""
        return self._task is not None and self._task.running

    def wait(self, seconds=60.0):
        """Until all is measured."""
        if self._task:
            self._task.wait(seconds)

    def _forget(self):
        """What was measured belongs to other values."""
        self._halt()
        self._times, self._asked = (), None

    def _halt(self):
        if self._task:
            self._task.stop()

    def _measure(self, seen, tell, stopped):
        """In the thread: the requests one after the other, a look at them now and then."""
        times, shown, trouble = [], time.perf_counter(), ""
        try:
            for seconds in _requests(seen, self.seed):
                times.append(seconds)
                if stopped():
                    break
                if time.perf_counter() - shown > EVERY:
                    tell(tuple(times), "")
                    shown = time.perf_counter()
        except ParameterError as why:
            trouble = explain(why)
        except OSError as why:  # no loopback, no free port
            trouble = str(why)
        tell(tuple(times), trouble)

    def _arrived(self, task, times, trouble):
        if task is not self._task or self._asked is None:
            return  # the learner has chosen other values meanwhile
        self._times = times
        self.update()
        if trouble:
            self.said.say(_("⚠ The server on this machine could not be asked: {why}", why=trouble), "bad")  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = BarChart(
            _("How many of the requests took how long"), Axis(_("up to … ms")),
            Axis(_("share"), least=0, most=1, format=".0%"), names=(_("measured"), _("simulation")), height=250,
        )  # fmt: skip
        self._go = button(_("Ask the server now"), self.ask)
        self._end = button(_("Stop"), self._halt)
        self._lock(self.locked)
        return [row([self._go, self._end], "ck-tools", grid_gap="4px 8px"), self.scene, self.chart.view]  # fmt: skip

    def _set_locked(self, locked):
        super()._set_locked(locked)
        self._lock(locked)

    def _lock(self, locked):
        self._go.disabled = self._end.disabled = locked

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(seen), narrow=narrow), 96 if narrow else 58
        items += self._way(seen, top, width)
        bars, low = self._bars(seen, top + 130, width)
        self.scene.show(
            items + bars, width=width, height=low,
            label=_("The way to the server and back, and how long a request takes beside disks in the machine"),
        )  # fmt: skip
        names = [number(each, 4) for each in EDGES[1:]]
        self.chart.show(
            names, shares(seen.times), 0 * said(seen.law) if self.locked else said(seen.law)
        )

    def _facts(self, seen):
        alone = "?" if self.locked else ms(seen.law.times[0][0])
        if not seen.times:
            mean = "?" if self.locked else ms(seen.law.mean_s)
            return [
                (_("not measured yet"), "idle"), (_("simulation: {t}", t=alone), "accent"),
                (_("mean with losses: {t}", t=mean), "idle"), (_("127.0.0.1: this machine"), "idle"),
            ]  # fmt: skip
        return [
            (_("measured: {n} of {all}", n=len(seen.times), all=seen.requests), "ok" if len(seen.times) == seen.requests else "warn"),
            (_("half of them within {t}", t=ms(seen.median)), "ok"),
            (_("simulation: {t}", t=alone), "accent"),
            (_("sent again: {n}", n=seen.late), "warn" if seen.late else "idle"),
        ]  # fmt: skip

    def _way(self, seen, y, width):
        """Client, both directions, server."""
        narrow = self.scene.narrow
        wide = 108 if narrow else 200
        delay, loss = ms(seen.delay_s) if seen.delay_s else _("no delay"), _("{p} % lost", p=number(100 * seen.loss))  # fmt: skip
        text = _("{delay}, {loss}", delay=delay, loss=loss) if seen.loss else delay
        left, right, middle = wide + 8, width - wide - 8, width / 2
        return [
            box("client", 4, y, wide, 104, text=_("client"), sub=_("in the kernel"), fill="soft", tone="accent", r=12),
            box("server", width - wide - 4, y, wide, 104, text=_("server"), sub=_("memory, {n} MiB", n=DISK >> 20), fill="soft", tone="ok", r=12),
            path("there", f"M{left} {y + 38}H{right - 3}", arrow=True, tone="accent"),
            path("back", f"M{right} {y + 78}H{left + 3}", arrow=True, tone="ok"),
            label("there-name", middle, y + 28, _("28 bytes: {way}", way=text), anchor="middle", size=12),
            label("back-name", middle, y + 68, _("{n} bytes: {way}", n=number(16 + seen.size, 6), way=text), anchor="middle", size=12),
        ]  # fmt: skip

    def _bars(self, seen, y, width):
        """Disks of the first lab, what is simulated here, what was measured."""
        rows = [(name, _(DEVICES[name]), local(device(name), seen.size).total_s, "idle") for name in DISKS]  # fmt: skip
        rows.append(("simulated", _("this server, simulated"), None if self.locked else seen.law.times[0][0], "accent"))  # fmt: skip
        rows.append(("measured", _("this server, measured"), seen.median, "ok"))
        most = max(seconds for _id, _text, seconds, _tone in rows if seconds)
        left = 168 if self.scene.narrow else 250
        room = width - left - 84
        items = [label("beside", 4, y, _("One request, beside disks in a machine"), weight=600)]
        for k, (name, text, seconds, tone) in enumerate(rows):
            top = y + 12 + k * 27
            items.append(label(f"name-{name}", 6, top + 15, text, size=12.5))
            if seconds is None:
                items.append(label(f"time-{name}", left, top + 15, "?" if self.locked else _("press “Ask the server now”"), size=12))  # fmt: skip
                continue
            wide = max(3.0, room * seconds / most)
            items += [
                box(f"bar-{name}", left, top, wide, 20, r=4, fill="solid", tone=tone),
                label(f"time-{name}", left + wide + 8, top + 15, ms(seconds), size=12),
            ]
        return items, y + 16 + len(rows) * 27

    # In words

    def describe(self, seen):
        if self.locked:
            return _("Nothing is measured yet.")
        expected = _("The simulation says {t}: the delay twice, and what a processor and its memory need.", t=ms(seen.law.times[0][0]))  # fmt: skip
        if seen.loss:
            again = 1 - seen.law.times[0][1]
            expected += " " + _("{n} % of the requests lose something and wait {t} more.", n=number(100 * again), t=ms(RESEND_S))  # fmt: skip
        if not seen.times:
            return expected + " " + _("Nothing is measured yet.")
        told = plural("Measured: {median} for {count} request.", "Measured: half of {count} requests within {median}, the longest {most}.", len(seen.times), median=ms(seen.median), most=ms(max(seen.times)))  # fmt: skip
        adds = seen.median - seen.law.times[0][0]
        more = _("This machine adds {t}: its Python, its timers, whatever else it does.", t=ms(adds)) if adds > 0 else ""  # fmt: skip
        plain = _("These times are of this machine at this minute; another one has others.")
        return f"{expected}\n{told} {more} {plain}"

    def tone(self, seen):
        return "ok" if len(seen.times) == seen.requests else "accent"

    def table(self, seen):
        measured, expected = shares(seen.times), said(seen.law)
        if self.locked:
            return Table([_("time")], [["?"]])
        rows = [
            [_("{a} to {b} ms", a=number(a, 4), b=number(b, 4)), _("{n} %", n=number(100 * m)) if seen.times else "–", _("{n} %", n=number(100 * e))]
            for a, b, m, e in zip(EDGES, EDGES[1:], measured, expected, strict=False)
            if m or e
        ]  # fmt: skip
        head = [_("time"), _("measured on this machine"), _("simulation")]
        return Table(head, rows, caption=_("How many of the requests took how long"))


def _requests(seen, seed):
    """Real requests one after the other: the seconds of each."""
    rng = np.random.default_rng(seed)
    export = Export(Sparse.of(rng.bytes(DISK)))
    offsets = rng.integers(0, (DISK - seen.size) // 512, seen.requests) * 512
    with LiveServer({"disk": export}, Wire(delay_s=seen.delay_s, loss=seen.loss), seed) as server, Connection(server.port, "disk") as client:  # fmt: skip
        for offset in offsets:
            yield client.read(int(offset), seen.size).seconds
