"""A fast device before a slow one: what the few misses cost, and what dies with the fast one."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.volumes.cache import Cache, Played, Request, gain, mean_ms, miss_share, play
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

MODES = {"writethrough": mark("writethrough"), "writeback": mark("writeback")}
BLOCKS = 12  # of the volume
EXAMPLE = tuple(Request(n, write) for n, write in (
    (0, False), (1, True), (2, False), (3, True), (4, False), (1, False), (6, True), (0, False), (7, False), (3, True),
))  # fmt: skip
CELL, HIGH = 30, 34  # heights: a request, a block


@dataclass(frozen=True)
class Cached:
    """The mean of hits and misses, and ten requests played on an empty cache."""

    hit: float
    fast: float
    slow: float
    dies: bool
    mean: float
    gain: float
    missed: float
    curve: tuple[float, ...]
    cache: Cache
    played: Played

    @property
    def lost(self):
        """Blocks whose newest contents are gone."""
        return self.played.lost if self.dies else ()


class CacheLab(Lab):
    """Move the hits from 90 to 99 of a hundred."""

    name = "volumes-cache"
    title = mark("A fast device before a slow one")

    def controls(self):
        return (
            Slider("hit", mark("Found in the cache"), 90, 0, 100, 1, "%"),
            Pick("mode", mark("Writes"), "writethrough", MODES),
            Check("dies", mark("The fast device dies"), False),
            Slider("fast", mark("The fast device takes"), 0.1, 0.01, 2.0, 0.01, mark("ms")),
            Slider("slow", mark("The slow one takes"), 12.69, 0.5, 20.0, 0.01, mark("ms")),
        )

    def run(self, hit, mode, dies, fast, slow):
        share = hit / 100
        cache = Cache(mode=mode, fast_ms=fast, slow_ms=slow)
        return Cached(
            share, fast, slow, dies, mean_ms(share, fast, slow), gain(share, fast, slow), miss_share(share, fast, slow),
            tuple(mean_ms(k / 100, fast, slow) for k in range(101)), cache, play(cache, EXAMPLE),
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("Mean time of a request"), Axis(_("found in the cache, %"), least=0, most=100), Axis(_("ms"), least=0),
            names=[_("mean"), _("here")], dots={1}, height=240,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, cached):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 112 if narrow else 76
        half = width if narrow else width / 2
        items = facts(self._facts(cached), narrow=narrow)
        left, low = self._hundred(cached, 6, top, half - 24)
        x, y = (6, low + 36) if narrow else (half + 10, top)
        right, deep = self._devices(cached, x, y, half - 16)
        bottom = max(low, deep)
        items += left + right + key(self._key(), width, bottom + 14, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=bottom + (64 if narrow else 40),
            label=_("A hundred requests and their time; the two devices after ten requests"),
        )  # fmt: skip
        self._curve(cached)

    def _curve(self, cached):
        """The line, and twice the same point on it: a mark is drawn from two on."""
        nothing, here = np.full(101, np.nan), 100 * cached.hit
        point = np.nan if self.locked else cached.mean
        x = np.concatenate([np.arange(101.0), [here, here]])
        line = nothing if self.locked else np.array(cached.curve)
        self.chart.show(x, [*line, np.nan, np.nan], [*nothing, point, point])

    def _facts(self, cached):
        mean = "?" if self.locked else number(cached.mean, 4)
        times = "?" if self.locked else number(cached.gain)
        share = "?" if self.locked else number(100 * cached.missed)
        lost = cached.lost
        safe = (_("nothing is lost"), "ok") if cached.dies else (plural("{count} dirty block", "{count} dirty blocks", len(cached.played.dirty)), "warn" if cached.played.dirty else "ok")  # fmt: skip
        return [
            (_("mean: {ms} ms", ms=mean), "accent"),
            (_("{n} times as fast", n=times), "idle"),
            (_("of the time, misses: {share} %", share=share), "warn"),
            (plural("{count} block lost", "{count} blocks lost", len(lost)), "bad")
            if lost
            else safe,
        ]

    def _hundred(self, cached, x, y, width):
        """A cell a request; below, the time that hits and misses take."""
        hits, step = round(100 * cached.hit), width / 20
        items = [label("hundred", x, y - 8, _("A hundred requests"), weight=600, size=13)]
        for k in range(100):
            look = {"fill": "soft", "tone": "ok"} if k < hits else {"fill": "solid", "tone": "warn", "text": "✗"}  # fmt: skip
            items.append(box(f"request{k}", x + k % 20 * step, y + k // 20 * (CELL + 4), step - 4, CELL, r=5, size=12, **look))  # fmt: skip
        y += 5 * (CELL + 4) + 30
        items.append(label("times", x, y - 8, _("The time they take"), weight=600, size=13))
        if self.locked:
            return [*items, box("time", x, y, width - 4, CELL, r=5, text="?", tone="idle", fill="soft")], y + CELL  # fmt: skip
        missed = max(0.0, (width - 4) * cached.missed)
        parts = ((x, width - 4 - missed, "ok", "soft"), (x + width - 4 - missed, missed, "warn", "solid"))  # fmt: skip
        for k, (left, wide, tone, fill) in enumerate(parts):
            share = cached.missed if k else 1 - cached.missed
            text = _("{share} %", share=number(100 * share)) if wide > 60 else ""
            items.append(box(f"time{k}", left, y, max(2.0, wide - 2), CELL, r=4, tone=tone, fill=fill, text=text, size=12.5))  # fmt: skip
        return items, y + CELL

    def _devices(self, cached, x, y, width):
        """The cache above, the slow device below; a line from each dirty block to its old contents."""
        step = (width - 8) / BLOCKS
        lost, dirty = cached.lost, set(cached.played.dirty)
        slow = y + 132
        died = {"tone": "bad", "strike": True} if cached.dies else {"tone": "accent"}
        items = [
            label("devices", x, y - 8, _("After ten requests, of which writes: {n}", n=sum(each.write for each in EXAMPLE)), weight=600, size=13),
            box("fast", x, y, width, 76, r=9, fill="paper", title=_("✗ the fast device") if cached.dies else _("the fast device"), **died),
            box("slow", x, slow, width, 76, r=9, fill="paper", tone="idle"),
            label("slow-name", x + 14, slow + 62, _("the slow device"), weight=600, size=14),
        ]  # fmt: skip
        for n in range(BLOCKS):
            left = x + 6 + n * step
            if n in cached.played.cached:
                look = {"tone": "warn", "fill": "solid", "text": f"{n} D"} if n in dirty else {"tone": "ok", "fill": "soft", "text": str(n)}  # fmt: skip
                look = {**look, "tone": "bad", "dash": True} if cached.dies else look
                items.append(box(f"kept{n}", left, y + 34, step - 4, HIGH, r=5, size=12, faded=cached.dies, **look))  # fmt: skip
            old = n in dirty
            look = {"tone": "bad", "fill": "solid", "text": f"{n} ✗"} if n in lost else {"tone": "warn", "fill": "none", "dash": True, "text": str(n)} if old else {"tone": "idle", "fill": "soft", "text": str(n)}  # fmt: skip
            items.append(box(f"block{n}", left, slow + 8, step - 4, HIGH, r=5, size=12, **look))
            if old and not cached.dies:
                middle = left + step / 2 - 2
                items.append(path(f"way{n}", f"M{middle:.1f} {y + 70}V{slow + 6}", arrow=True, dash=True, tone="warn"))  # fmt: skip
        return items, slow + 76

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("found; the same below")),
            ("box", {"tone": "warn", "fill": "solid"}, _("missed; D: dirty")),
            ("box", {"tone": "warn", "fill": "none", "dash": True}, _("old contents")),
            ("box", {"tone": "bad", "fill": "solid"}, _("✗ newest contents lost")),
        ]

    def describe(self, cached):
        said = "" if self.locked else _(
            "{hits} of a hundred requests wait {fast} ms, the others {slow} ms: {mean} ms in the mean, {gain} times as fast as without.",
            hits=round(100 * cached.hit), fast=number(cached.fast), slow=number(cached.slow, 4), mean=number(cached.mean, 4), gain=number(cached.gain),
        ) + "\n"  # fmt: skip
        return said + self._safety(cached)

    def _safety(self, cached):
        dirty = ", ".join(map(str, cached.played.dirty))
        if cached.cache.mode == "writethrough":
            said = _("A write is done when both devices have it.")
            return said + (" " + _("The fast one dies, and nothing is lost but speed.") if cached.dies else "")  # fmt: skip
        said = _("A write is done when the fast device has it. Dirty, with old contents below: blocks {dirty}.", dirty=dirty)  # fmt: skip
        return said + (" " + _("The fast one dies: these writes had been reported as done, and are gone.") if cached.dies else "")  # fmt: skip

    def tone(self, cached):
        return "bad" if cached.lost else "accent"

    def table(self, cached):
        head = [_("request"), _("block"), _("what"), _("found"), _("ms"), _("what happens")]
        rows = [
            [
                k, each.block, _("write") if each.write else _("read"), _("yes") if cached.played.hits[k - 1] else _("no"),
                number(cached.played.ms[k - 1], 4), _(cached.played.why[k - 1]),
            ]
            for k, each in enumerate(EXAMPLE, 1)
        ]  # fmt: skip
        return Table(head, rows, caption=_("The ten requests of the picture"))
