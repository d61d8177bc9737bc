"""How many times more containers than machines: the number of the notes, and what it depends on."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.containers.density import (
    VENDOR,
    Counted,
    Host,
    count,
    curve,
    largest_app,
    most_ct,
)
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NOTES = 100  # times more, the notes say
APPS = tuple(float(app) for app in np.geomspace(2, 4096, 70))
TYPICAL = (5, 20, 200, 1024, 4096)  # MiB: a tiny service to a big one
GIB = 1024
KINDS = {
    "kept": {"tone": "idle", "fill": "soft"},
    "app": {"tone": "ok", "fill": "solid"},
    "own": {"tone": "warn", "fill": "soft"},
    "free": {"fill": "none", "dash": True},
}


@dataclass(frozen=True)
class Dense:
    """The host, what fits on it, and the same for applications of other sizes."""

    host: Host
    counted: Counted
    curve: tuple[Counted, ...]

    @property
    def limit(self):
        """The largest application with the ratio of the notes; None: no application has it."""
        return largest_app(self.host, NOTES)

    def memory(self, machines):
        """MiB by what they are used for: kept, applications, the ways' own, free."""
        host = self.host
        n = self.counted.vm if machines else self.counted.ct
        kept, each = (host.M_hyp, host.vm) if machines else (host.M_host, host.container)
        app, own = n * host.app, n * (each - host.app)
        return {"kept": kept, "app": app, "own": own, "free": host.M - kept - app - own}


class DensityLab(Lab):
    """Two bars of the host's memory, and the ratio over the size of the application."""

    name = "containers-density"
    title = mark("A hundred times more containers than machines?")

    def controls(self):
        return (
            Slider("app", mark("The application"), 200, 2, 4096, 1, mark("MiB")),
            Slider("os", mark("A guest system"), 512, 0, 2048, 16, mark("MiB")),
            Slider("ct", mark("A container’s own"), 10.0, 0.0, 64.0, 0.5, mark("MiB")),
            Slider("s", mark("Equal pages that guests share"), 0, 0, 100, 5, "%"),
            Slider("cpu", mark("CPU an application takes"), 0, 0, 200, 1, mark("% of a core")),
            Slider("vmm", mark("A machine’s monitor"), 64, 0, 256, 4, mark("MiB"), more=True),
            Slider("M", mark("Memory of the host"), 64, 4, 512, 4, mark("GiB"), more=True),
            Slider("kept", mark("Kept by host or hypervisor"), 2.0, 0.0, 4.0, 0.5, mark("GiB"), more=True),
            Slider("C", mark("Cores of the host"), 16, 1, 128, more=True),
            Slider("o", mark("CPU promised"), 100, 100, 800, 10, mark("% of what there is"), more=True),
        )  # fmt: skip

    def run(self, app, os, ct, s, cpu, vmm, M, kept, C, o):  # noqa: N803  (the formula's letters)
        host = Host(
            app=app, os=os, ct=ct, s=s / 100, cpu_app=cpu / 100, vmm=vmm, C=C, o=o / 100,
            M=M * GIB, M_hyp=kept * GIB, M_host=kept * GIB,
        )  # fmt: skip
        return Dense(host, count(host), curve(host, APPS))

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("How many times more containers, for applications of each size"),
            Axis(_("memory of one application, MiB"), log=True, least=1, most=10_000),
            Axis(_("containers for one machine"), log=True, least=0.1, most=1000, format="~g"),
            names=[_("this host"), _("the notes: 100"), _("a vendor’s measurement with idle guests: 14.5"), _("your application")],
            dots=(3,), height=290,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    # Drawing

    def draw(self, dense):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(dense), narrow=narrow)
        top = 104 if narrow else 62
        for i, machines in enumerate((True, False)):
            items += self._bar(dense, machines, top + i * 74, width)
        items += key(self._key(), width, top + 152, a_line=2 if narrow else 4)
        what = _("What the host’s memory is used for, with machines and with containers")
        self.scene.show(items, width=width, height=top + (202 if narrow else 178), label=what)
        self._curve(dense)

    def _facts(self, dense):
        counted = dense.counted
        bound = {"memory": _("memory ends first"), "cpu": _("the processors end first")}
        times = number(counted.ratio) if counted.ratio is not None else "—"
        return [
            (plural("{count} machine", "{count} machines", counted.vm), "idle"),
            (plural("{count} container", "{count} containers", counted.ct), "accent"),
            (_("{times} times more", times=times), "ok" if (counted.ratio or 0) >= NOTES else "warn"),
            (bound[counted.bound], "idle"),
        ]  # fmt: skip

    def _bar(self, dense, machines, y, width):
        head = _("Virtual machines") if machines else _("Containers")
        memory = dense.memory(machines)
        useful = _("{head}: {share} % of the memory is for applications", head=head, share=number(100 * memory["app"] / dense.host.M))  # fmt: skip
        name = "vm" if machines else "ct"
        items = [label(f"{name}-head", 8, y + 12, useful, weight=600, size=13.5)]
        x, scale = 8.0, (width - 16) / dense.host.M
        for kind, look in KINDS.items():
            wide = memory[kind] * scale
            if wide >= 1:
                items.append(box(f"{name}-{kind}", x, y + 20, wide, 36, r=4, **look))
            x += wide
        return items

    def _key(self):
        words = {
            "kept": _("kept by the host"),
            "app": _("applications"),
            "own": _("what each costs beside"),
            "free": _("left over"),
        }
        return [("box", KINDS[kind], words[kind]) for kind in KINDS]

    def _curve(self, dense):
        x = np.array([*APPS, dense.host.app, dense.host.app])
        nothing = np.full(len(x), np.nan)
        here, notes, vendor, own = (nothing.copy() for _each in range(4))
        here[:-2] = [np.nan if each.ratio is None else each.ratio for each in dense.curve]
        notes[:-2], vendor[:-2] = NOTES, VENDOR
        if dense.counted.ratio is not None:
            own[-2:] = dense.counted.ratio
        here[here <= 0] = np.nan  # no container fits: a log axis has no place for it
        own[own <= 0] = np.nan
        self.chart.show(x, here, notes, vendor, own)

    # In words

    def describe(self, dense):
        counted, host = dense.counted, dense.host
        if counted.ratio is None:
            return _("Not one machine fits on this host.")
        if counted.bound == "cpu" and counted.vm == counted.ct:
            text = _("The processors are used up first: {n} of either kind, whatever memory would allow.", n=counted.ct)  # fmt: skip
        else:
            text = _(
                "A machine takes {vm} MiB, a container {ct} MiB: {machines} machines or {containers} containers, {times} times more.",
                vm=number(host.vm), ct=number(host.container), machines=counted.vm, containers=counted.ct, times=number(counted.ratio),
            )  # fmt: skip
        return f"{text}\n{self._condition(dense)}"

    def _condition(self, dense):
        """When the notes' number would be true here, memory alone counted."""
        if dense.limit is None:
            return _("A hundred times more: with these costs for no application at all; a container’s own must be below {most} MiB.", most=number(most_ct(dense.host, NOTES)))  # fmt: skip
        return _("A hundred times more, memory alone counted: for applications of at most {app} MiB.", app=number(dense.limit))  # fmt: skip

    def tone(self, dense):
        return "bad" if dense.counted.ratio is None else "accent"

    def table(self, dense):
        sizes = sorted({*TYPICAL, dense.host.app})
        rows = []
        for app, each in zip(sizes, curve(dense.host, tuple(sizes)), strict=True):
            bound = _("memory") if each.bound == "memory" else _("processors")
            times = number(each.ratio) if each.ratio is not None else "—"
            rows.append([f"{number(app)} MiB", each.vm, each.ct, times, bound])
        head = [_("application"), _("machines"), _("containers"), _("times more"), _("ends first")]
        return Table(head, rows, caption=_("The same host with applications of other sizes"))
