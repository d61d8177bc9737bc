"""A broadcast between two bridges with more than one cable."""

from coursekit.i18n import _, mark, number
from coursekit.labs.networks.drawing import through
from coursekit.sims.networks.loops import Loop, storm
from coursekit.ui.charts import Axis, LineChart, side_by_side
from coursekit.ui.controls import Check, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, mover, path
from coursekit.ui.table import Table

HOPS = 12


class LoopLab(Lab):
    """Cables, spanning tree, one broadcast."""

    name = "networks-loop"
    title = mark("One broadcast in a loop")

    def controls(self):
        return (
            Slider("cables", mark("Cables"), 2, 1, 6),
            Check("stp", mark("Spanning tree"), False),
            Slider("at_s", mark("The broadcast is sent at"), 0, 0, 60, 5, mark("s")),
            Slider("hop_ms", mark("Time for one hop"), 1.0, 0.1, 10.0, 0.1, mark("ms"), more=True),
        )

    def run(self, cables, stp, at_s, hop_ms):
        self._loop = Loop(cables=cables, stp=stp, at_s=float(at_s), hop_s=hop_ms / 1000)
        return storm(self._loop)

    def pictures(self):
        self.scene = Scene()
        self.scene.layout.flex = "1 1 360px"
        self.chart = LineChart(
            _("Copies on the cables"), Axis(_("hop"), least=0, most=HOPS), Axis(_("copies"), log=True, least=1, most=1e4),
            names=(_("copies"),), height=250,
        )  # fmt: skip
        return [side_by_side(self.scene, self.chart.view)]

    def draw(self, result):
        loop = self._loop
        items = [
            box("left", 20, 70, 110, 120, text=_("bridge 1"), fill="paper", tone="accent", r=12),
            box("right", 330, 70, 110, 120, text=_("bridge 2"), fill="paper", tone="accent", r=12),
            box("a", 20, 8, 110, 40, text="A", sub="", r=10),
            box("b", 330, 8, 110, 40, text="B", sub="", r=10),
            path("wa", "M75 48V70"),
            path("wb", "M385 48V70"),
        ]
        for i in range(loop.cables):
            y = 130 + (i - (loop.cables - 1) / 2) * 18
            closed = loop.stp and (i or loop.at_s < 30)
            items.append(path(f"cable{i}", f"M130 {y}H330", dash=closed, tone="idle" if closed else "accent"))  # fmt: skip
            if closed:
                items.append(box(f"closed{i}", 222, y - 8, 16, 16, text="✗", size=11, r=4, tone="bad", fill="solid"))  # fmt: skip
            if result.endless and not closed:
                for way, ends in enumerate((((130, y), (330, y)), ((330, y), (130, y)))):
                    items.append(mover(f"copy{i}:{way}", through(*ends), "", r=6, tone="bad", seconds=0.8, repeat=True, run=loop.cables))  # fmt: skip
        text = _("left station: {left} copies · right station: {right}", left=result.delivered[0], right=result.delivered[1])  # fmt: skip
        items.append(label("got", 230, 222, text, anchor="middle", size=13))
        self.scene.show(items, width=460, height=236, label=_("Two bridges, {count} cables between them", count=loop.cables))  # fmt: skip
        shown = [max(x, 1e-9) for x in result.in_flight[: HOPS + 1]]
        self.chart.show(range(len(shown)), [x if x >= 1 else float("nan") for x in shown])

    def describe(self, result):
        loop = self._loop
        if not result.events:
            return _("Spanning tree keeps every port closed for 30 s (listening, learning): the broadcast goes nowhere, and nothing loops.")  # fmt: skip
        if not result.endless:
            return _("One open cable: exactly one copy reaches the other side, and the network is quiet again.")  # fmt: skip
        text = _("Stopped after {events} copies, {seconds} s: {rate} copies a second, and it would never end: a frame has no hop counter.", events=result.events, seconds=number(result.seconds), rate=number(result.per_second))  # fmt: skip
        if loop.cables == 2:
            return f"{text} " + _("With two cables each copy becomes one: their number stays.")
        return f"{text} " + _("Each copy becomes {n} at the next bridge.", n=loop.cables - 1)

    def tone(self, result):
        return "bad" if result.endless else "ok" if result.events else "warn"

    def table(self, result):
        rows = [[i, n] for i, n in enumerate(result.in_flight[: HOPS + 1])]
        return Table([_("hop"), _("copies on the cables")], rows)
