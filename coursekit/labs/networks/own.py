"""The learner's own switch: a Python function, judged frame by frame."""

import traceback

from coursekit.i18n import _, mark
from coursekit.sims.message import ParameterError
from coursekit.sims.networks.lan import EVERYBODY, station_name
from coursekit.sims.networks.own_switch import compare, traffic
from coursekit.ui.charts import Axis, BarChart
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table


def hub(_table, ports, port, _src, _dst):
    """Where the lab starts: every frame leaves by all other ports."""
    return [p for p in ports if p != port]


class OwnSwitchLab(Lab):
    """Takes `forward(table, ports, port, src, dst) -> [ports]`."""

    name = "networks-own"
    title = mark("Your own switch")

    def __init__(self, seed=1, *, forward=hub, **options):
        self.forward = forward
        super().__init__(seed, **options)

    def controls(self):
        return (
            Slider("ports", mark("Ports"), 4, 2, 8),
            Slider("frames", mark("Frames"), 12, 1, 30),
        )

    def run(self, ports, frames):
        try:
            return compare(self.forward, ports, traffic(ports, frames))
        except ParameterError:
            raise
        except Exception as why:  # noqa: BLE001  (a learner's function may fail in any way)
            at = traceback.extract_tb(why.__traceback__)[-1].lineno
            raise ParameterError(
                "your function: {kind} at its line {line}: {why}",
                kind=type(why).__name__, line=at, why=str(why),
            ) from None  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.bars = BarChart(
            _("Copies of each frame: bars, yours; line, the learning bridge"),
            Axis(_("frame")), Axis(_("copies"), least=0, most=8), names=(_("yours"), _("learning bridge")),
            height=230,
        )  # fmt: skip
        return [self.scene, self.bars.view]

    def draw(self, compared):
        width = width_of(self.scene)
        step = min(40, (width - 60) / max(len(compared.lines), 12))
        items = []
        for port in range(1, compared.ports + 1):
            y = 26 + port * 30 - 30
            items.append(label(f"port{port}", 4, y + 19, station_name(port - 1), size=13, weight=600))  # fmt: skip
            for i, each in enumerate(compared.lines):
                items.append(box(f"{port}:{i}", 30 + i * step, y, step - 3, 27, r=5, size=12, **_cell(each, port)))  # fmt: skip
        if not self.scene.narrow or len(compared.lines) <= 12:
            items += [
                label(f"frame{i}", 30 + i * step + step / 2 - 1.5, 16, str(i), anchor="middle", size=11)
                for i in range(len(compared.lines))
            ]  # fmt: skip
        height = 34 + compared.ports * 30 + 18
        items.append(label("legend", 4, height - 4, _("↑ sends · ✓ needed · + needless · ✗ missed"), size=12))  # fmt: skip
        self.scene.show(items, width=width, height=height + 4, label=_("Each frame a column, each port a row"))  # fmt: skip
        names = [str(i) for i in range(len(compared.lines))]
        self.bars.show(names, [len(a.yours) for a in compared.lines], [len(a.bridge) for a in compared.lines])  # fmt: skip

    def describe(self, compared):
        yours, bridge = compared.copies
        lost = sum(each.lost for each in compared.lines)
        needless = sum(each.needless for each in compared.lines)
        text = _("Your switch sends {yours} copies of {frames} frames, the learning bridge {bridge}.", yours=yours, frames=len(compared.lines), bridge=bridge)  # fmt: skip
        if lost:
            return f"{text} " + _("{lost} copies that somebody needed are missing: an unknown address must be flooded.", lost=lost)  # fmt: skip
        if needless:
            return f"{text} " + _("Nobody misses one; {needless} were needless. What does a sender's address tell you?", needless=needless)  # fmt: skip
        return f"{text} " + _("The same, port for port.")

    def tone(self, compared):
        if any(each.lost for each in compared.lines):
            return "bad"
        return "warn" if any(each.needless for each in compared.lines) else "ok"

    def table(self, compared):
        rows = [
            [i, f"{station_name(a.frame.src)} → {'*' if a.frame.dst == EVERYBODY else station_name(a.frame.dst)}", _ports(a.yours), _ports(a.bridge)]
            for i, a in enumerate(compared.lines)
        ]  # fmt: skip
        return Table([_("frame"), _("what"), _("yours"), _("learning bridge")], rows)


def _ports(ports):
    return " ".join(map(str, ports)) or "—"


def _cell(each, port):
    if each.frame.src + 1 == port:
        return {"text": "↑", "tone": "accent", "fill": "soft"}
    if port in each.yours and port in each.bridge:
        return {"text": "✓", "tone": "ok", "fill": "solid"}
    if port in each.yours:
        return {"text": "+", "tone": "warn", "fill": "soft"}
    if port in each.bridge:
        return {"text": "✗", "tone": "bad", "fill": "solid"}
    return {"text": "", "fill": "none"}
