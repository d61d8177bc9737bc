"""How long the store of a classic snapshot lasts: the formula, and a run beside it."""

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.volumes.drawing import binary_text, duration_text, extents_size, whole
from coursekit.labs.volumes.snapshot import PATTERNS
from coursekit.sims.volumes.lifetimeplay import play
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

ROWS = 13  # moments in the table
BAR = 26
CHUNKS = {4: mark("4 KiB"), 16: mark("16 KiB"), 64: mark("64 KiB")}


class LifetimeLab(Lab):
    """A chart of different chunks against time, and where the store ends."""

    name = "volumes-lifetime"
    title = mark("How long a snapshot’s store lasts")

    def controls(self):
        return (
            Slider("volume", mark("Volume"), 10, 1, 200, 1, mark("GiB")),
            Slider("store", mark("Store, of the volume"), 10, 1, 110, 1, "%"),
            Slider("rate", mark("Writes a second"), 100, 1, 2000),
            Pick("pattern", mark("Where they go"), "uniform", PATTERNS),
            Pick("chunk", mark("Chunk"), 4, CHUNKS, more=True),
        )

    def run(self, volume, store, rate, pattern, chunk):
        rng = np.random.default_rng(self.seed)
        # while the answer is awaited, only the beginning is in sight
        return play(volume, store, rate, pattern, rng, chunk=chunk << 10, shown=0.25 if self.locked else 1.3)  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("Chunks that have changed"), Axis(_("minutes"), least=0), Axis(_("% of the volume"), least=0),
            names=[_("expected"), _("a run, drawn"), _("room in the store")], dots=(1,),
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, lasts):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(lasts), narrow=narrow)
        y = 104 if narrow else 64
        items += self._bars(lasts, y, width)
        y += 2 * (BAR + 26) + 8
        items += [label(f"formula{i}", 6, y + 18 * i, text, size=12 if narrow else 13) for i, text in enumerate(self._formula(lasts))]  # fmt: skip
        self.scene.show(
            items, width=width, height=y + 18 * len(self._formula(lasts)),
            label=_("The volume and the store of its snapshot, to one scale"),
        )  # fmt: skip
        percent = 100 * np.array([lasts.expected, lasts.drawn])
        room = np.full(len(lasts.seconds), 100 * lasts.room)
        self.chart.show(np.array(lasts.seconds) / 60, *percent, np.nan * room if self.locked else room)  # fmt: skip

    def _facts(self, lasts):
        hidden = self.locked
        return [
            (_("volume: {size}", size=extents_size(lasts.load.chunks * lasts.chunk / 2**20)), "accent"),
            (_("room: {n} chunks", n=whole(lasts.capacity)), "idle"),
            (_("formula: {time}", time="?" if hidden else duration_text(lasts.lasts)), "warn"),
            (_("drawn: {time}", time="?" if hidden else duration_text(lasts.drawn_lasts)), "warn"),
        ]  # fmt: skip

    def _bars(self, lasts, y, width):
        """The volume and the store, to one scale; the hot part of the volume is solid."""
        room = width - 12
        most = max(lasts.load.chunks * lasts.chunk, lasts.store)
        long = room * lasts.load.chunks * lasts.chunk / most
        hot = long * lasts.load.hot
        store = max(3.0, room * lasts.store / most)
        items = [
            label("volume", 6, y, _("The volume: {n} chunks of {size}", n=whole(lasts.load.chunks), size=binary_text(lasts.chunk)), weight=600, size=13),
            box("volume-bar", 6, y + 8, long, BAR, r=5, hue=0, fill="soft"),
        ]  # fmt: skip
        if lasts.load.hot < 1:
            items.append(box("hot", 6, y + 8, hot, BAR, r=5, hue=0, fill="solid"))
            share = number(100 * lasts.load.hot_writes)
            items.append(label("hot-text", 14 + hot, y + 8 + 18, _("{share} % of the writes go to the solid part", share=share), size=12))  # fmt: skip
        y += BAR + 26
        text = _("The store: {size}, room for {n} old chunks", size=extents_size(lasts.store / 2**20), n=whole(lasts.capacity))  # fmt: skip
        items += [
            label("store", 6, y, text, weight=600, size=13),
            box("store-bar", 6, y + 8, store, BAR, r=5, hue=2, fill="soft"),
        ]
        return items

    def _formula(self, lasts):
        if self.locked:
            return [_("How long until the store is full?")]
        if lasts.endless:
            return [_("There is room for an old copy of every chunk that is written: never full.")]
        if lasts.load.hot < 1:
            parts = " + ".join(f"{whole(chunks)}·(1 − e^(−{number(rate)}·t/{whole(chunks)}))" for chunks, rate in lasts.load.parts)  # fmt: skip
            if self.scene.narrow:
                return [
                    _("Two parts add up; solved for t: {time}", time=duration_text(lasts.lasts))
                ]
            return [_("{parts} = {room}, so t = {time}", parts=parts, room=whole(lasts.capacity), time=duration_text(lasts.lasts))]  # fmt: skip
        c, k = whole(lasts.load.chunks), whole(lasts.capacity)
        left = f"t = −({c} / {number(lasts.load.rate)}) · ln(1 − {k} / {c})"
        right = f"= {number(lasts.lasts, 5)} s"
        return [left, right] if self.scene.narrow else [f"{left} {right}"]

    # In words

    def describe(self, lasts):
        if self.locked:
            return _("Each first write to a chunk puts its old content into the store; a second write to it puts nothing there.")  # fmt: skip
        if lasts.endless:
            return _("The store is larger than all chunks that are ever written: the snapshot lasts as long as it is wanted.")  # fmt: skip
        return _(
            "The store is full after {time}, by the formula. If no chunk were ever written twice, it would be after {plain}. In the drawn run (a volume smaller by the factor {smaller}, as many writes fewer) it was after {drawn}.",
            time=duration_text(lasts.lasts), plain=duration_text(lasts.plain), drawn=duration_text(lasts.drawn_lasts), smaller=lasts.smaller,
        )  # fmt: skip

    def tone(self, lasts):
        return "accent" if self.locked else "ok" if lasts.endless else "warn"

    def table(self, lasts):
        head = [_("time"), _("changed chunks expected, %"), _("drawn, %"), _("room in the store, %")]  # fmt: skip
        step = (len(lasts.seconds) - 1) // (ROWS - 1)
        room = "?" if self.locked else number(100 * lasts.room)
        rows = [
            [duration_text(lasts.seconds[k]), number(100 * lasts.expected[k]), _drawn(lasts.drawn[k]), room]
            for k in range(0, len(lasts.seconds), step)
        ]  # fmt: skip
        return Table(head, rows, caption=_("Chunks that have changed, moment by moment"))


def _drawn(share):
    return _("full") if np.isnan(share) else number(100 * share)
