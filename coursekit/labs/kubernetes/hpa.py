"""The autoscaler under a load: what the metrics want, what the window lets through, what is lost."""

from dataclasses import replace

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.drawing import TOLERANCES
from coursekit.labs.kubernetes.yamlfile import YamlFile
from coursekit.sims.kubernetes.autoscale import Loop, Workload, load_of, run
from coursekit.sims.kubernetes.hpa import DOWN, Autoscaler, Behavior
from coursekit.sims.kubernetes.objects import Pod
from coursekit.sims.kubernetes.objectsof import deployment_value, hpa_value
from coursekit.sims.kubernetes.rollout import Deployment
from coursekit.sims.message import require
from coursekit.ui.charts import Axis, LineChart, side_by_side
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.table import Table

SHOWN_S, SETTLE_S, AT_S = 900, 180, 60.0  # shown; until the pods fit the first load; a change
CURVES = {
    "step": mark("rises at once"),
    "fall": mark("falls at once"),
    "zero": mark("falls to nothing"),
    "ramp": mark("rises slowly"),
    "sine": mark("rises and falls"),
}


def _work(curve, low, high):
    if curve == "fall":
        return Workload(curve="points", low=low, high=high, points=((0.0, high), (AT_S, low)))
    return Workload(curve=curve, low=low, high=high, at=AT_S)


class HpaLab(Lab):
    """Load and capacity; below, three answers to how many pods there should be."""

    name = "kubernetes-hpa"
    title = mark("The autoscaler under load")

    def controls(self):
        return (
            Pick("curve", mark("The load"), "step", CURVES),
            Slider("target", mark("Target"), 50, 10, 90, 1, "%"),
            Pick("tolerance", mark("Tolerance"), 0.1, TOLERANCES),
            Slider("window", mark("Window on the way down"), 300.0, 0.0, 600.0, 15.0, "s"),
            Slider("most", mark("Pods at most"), 10, 1, 100),
            Slider("low", mark("Low load"), 100, 0, 2000, 10, mark("a second"), more=True),
            Slider("high", mark("High load"), 800, 10, 2000, 10, mark("a second"), more=True),
            Slider("start", mark("A new pod is ready after"), 10, 0, 120, 1, "s", more=True),
            Slider("request", mark("CPU requested, of a limit of 1000 m"), 500, 50, 1000, 50, "m", more=True),
        )  # fmt: skip

    def run(self, curve, target, tolerance, window, most, low, high, start, request):
        require(low <= high, "low={low}: choose 0 to {high}, the high load", low=low, high=high)
        scaler = Autoscaler(most=most, tolerance=tolerance, behavior=Behavior(down=replace(DOWN, window=window)))  # fmt: skip
        work = _work(curve, float(low), float(high))
        loop = Loop(
            work=work, scaler=scaler, replicas=1, target=target, request_m=request, start_s=start, seconds=SHOWN_S,
        )  # fmt: skip
        first = Workload(curve="points", points=((0.0, load_of(work, 0)),))
        settled = run(replace(loop, work=first, start_s=0, seconds=SETTLE_S))
        return run(replace(loop, replicas=int(settled.replicas[-1])))

    def pictures(self):
        self.scene = self.new_scene()
        time = Axis(_("time, s"), least=0, most=SHOWN_S, ticks=7, format="d")
        self.load_chart = LineChart(
            _("Requests a second, and what the ready pods can serve"), time, Axis(_("a second"), least=0, format="d"),
            names=[_("load"), _("capacity")], height=250,
        )  # fmt: skip
        self.pods_chart = LineChart(
            _("Pods: wanted by the metrics, let through by the window, applied"), time, Axis(_("pods"), least=0, format="d"),
            names=[_("applied"), _("stabilized"), _("raw")], height=250,
        )  # fmt: skip
        self.file = YamlFile("autoscaler", self._objects)
        return [
            self.scene,
            side_by_side(self.load_chart.view, self.pods_chart.view),
            self.file.view,
        ]

    def _objects(self):
        loop = self.result.loop
        pod = Pod(name="web", cpu_m=loop.request_m, lim_cpu_m=loop.limit_m, mem_mi=128)
        return [
            deployment_value("web", Deployment(replicas=loop.replicas), pod),
            hpa_value("web", "web", loop.scaler, loop.target),
        ]

    def draw(self, looped):
        narrow = self.scene.narrow
        self.scene.show(
            facts(self._facts(looped), narrow=narrow), width=width_of(self.scene), height=82 if narrow else 42,
            label=_("Requests lost, and what the pods cost"),
        )  # fmt: skip
        self.load_chart.show(*_stairs(np.arange(len(looped.load)), looped.load, looped.capacity))
        turns = looped.decisions
        series = (
            [d.applied for d in turns],
            [d.stabilized for d in turns],
            [d.raw for d in turns],
        )
        self.pods_chart.show(*_stairs([d.t for d in turns], *series))

    def _facts(self, looped):
        lost = looped.lost_total
        share = 100 * lost / max(1.0, float(looped.load.sum()))
        return [
            (_("lost: {n} ({share} %)", n=number(lost, 3), share=number(share)), "bad" if lost else "ok"),
            (_("paid: {n} pod-minutes", n=number(looped.pod_seconds / 60)), "accent"),
            (_("pods: {least} to {most}", least=int(looped.replicas.min()), most=int(looped.replicas.max())), "idle"),
            (_("changes: {n}", n=looped.changes), "warn" if looped.changes > 8 else "idle"),
        ]  # fmt: skip

    # In words

    def describe(self, looped):
        turns = looped.decisions
        before = [looped.loop.replicas, *(d.applied for d in turns)]
        moved = [(d, was) for d, was in zip(turns, before, strict=False) if d.applied != was]
        if not moved:
            return _("Nothing changes: {why}", why=_(turns[-1].why))
        turn, was = moved[0]
        first = _("First change at {t} s, from {was} to {now} pods.", t=number(turn.t), was=was, now=turn.applied)  # fmt: skip
        held = [d for d in turns if d.t < turn.t and d.stabilized != d.raw]
        if held and turn.applied < was:
            first += " " + _("The metrics had wanted fewer since {t} s: the window waits for the largest advice to grow old.", t=number(held[0].t))  # fmt: skip
        if looped.lost_total:
            late = int(np.flatnonzero(looped.lost)[-1])
            return first + " " + _("Until {t} s the pods could not serve all: metrics come late, the loop turns every 15 s, pods start slowly.", t=late)  # fmt: skip
        return first + " " + _("No request is lost.")

    def tone(self, looped):
        return "bad" if looped.lost_total else "ok"

    def table(self, looped):
        head = [_("time"), _("raw"), _("stabilized"), _("applied"), _("why")]
        rows = [
            [f"{number(d.t)} s", d.raw, d.stabilized, d.applied, _(d.why)] for d in looped.decisions
        ]
        return Table(head, rows, caption=_("Every turn of the autoscaler"))


def _stairs(x, *series):
    """Points at which a curve of steps turns: a value holds until the next."""
    x = np.asarray(x, float)
    turns = np.zeros(len(x), bool)
    turns[0] = turns[-1] = True
    for y in series:
        turns[1:] |= np.diff(np.asarray(y, float)) != 0
    k = np.flatnonzero(turns)
    at = np.repeat(x[k], 2)[1:]
    return at, *(np.repeat(np.asarray(y, float)[k], 2)[:-1] for y in series)
