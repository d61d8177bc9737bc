"""What each technique costs on a workload, and what the chosen one spends its cycles on."""

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors.drawing import TECHNIQUES, technique_name
from coursekit.sims.hypervisors import costs
from coursekit.sims.hypervisors.whatif import WhatIf, compare
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

ROW, PART = 40, 44  # heights of a technique's row and of a part's
CUT = 8.0  # bars longer than that many times the bare CPU are cut: the short ones would vanish
LEFT, RIGHT = 430, 900 - 450  # where the two halves end and begin, side by side
NEAR = 1.05  # a technique as near as that to the bare CPU is as good

WORKLOADS = {
    "cpu": mark("it computes"),
    "syscall": mark("many system calls"),
    "fork": mark("many new processes"),
    "tlb": mark("memory all over the place"),
    "io": mark("disk and network"),
}
PARTS = {
    "user": mark("user instructions"),
    "kernel": mark("kernel instructions"),
    "sensitive": mark("sensitive instructions"),
    "table": mark("page-table updates"),
    "entries": mark("system calls"),
    "misses": mark("TLB misses"),
    "io": mark("I/O requests"),
}
PRICES = {**{part: text for part, text in PARTS.items() if part != "misses"}, "refs": mark("a TLB miss")}  # fmt: skip


class CostsLab(Lab):
    """Bars for all techniques; press one to see where its cycles go."""

    name = "hypervisors-costs"
    title = mark("What each technique costs")

    def controls(self):
        names = {name: TECHNIQUES[name] for name in costs.TECHNIQUES}
        return (
            Pick("workload", mark("Workload"), "cpu", WORKLOADS),
            Pick("technique", mark("Technique"), "hw_npt", names),
            Check("huge", mark("Pages of 2 MiB"), False),
            Pick("price", mark("Its price of"), "refs", PRICES, more=True),
            Slider("factor", mark("is multiplied by"), 100, 10, 1000, 10, "%", more=True),
            Pick("count", mark("The number of"), "misses", PARTS, more=True),
            Slider("amount", mark("is scaled to"), 100, 0, 1000, 10, "%", more=True),
        )

    def run(self, **values):
        return compare(WhatIf(**values))

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if not self.locked:
            self.set(technique=name.removeprefix("row-"))

    def draw(self, compared):
        narrow = self.scene.narrow
        bars, y = self._bars(compared, NARROW - 6 if narrow else LEFT)
        at, top = (4, y + 16) if narrow else (RIGHT + 4, 0)
        shares, bottom = self._shares(compared, at, top, (NARROW if narrow else WIDE) - at - 6)
        self.scene.show(
            [*bars, *shares], width=NARROW if narrow else WIDE, height=max(y, bottom) + 4,
            label=_("Techniques against the bare CPU, and where the chosen one's cycles go"),
        )  # fmt: skip

    def _bars(self, compared, width):
        """A row a technique, each a button; a dashed line at the bare CPU's length."""
        left, most = 218, min(CUT, max(compared.times.values()))
        unit = (width - left - 70) / most
        items = [label("bars", 6, 17, _("Times as long as on the bare CPU"), weight=600)]
        for i, (name, times) in enumerate(compared.times.items()):
            y, mine, cut = 28 + i * ROW, name == compared.what.technique, times > CUT
            long = max(3, min(times, CUT) * unit)
            tone = "accent" if mine else "idle"
            press = _("{technique}: {times} times the bare CPU", technique=technique_name(name), times=_times(times))  # fmt: skip
            items += [
                box(f"row-{name}", 2, y, width - 4, ROW - 5, r=8, fill="plain" if mine else "none", press=press, selected=mine),
                label(f"name-{name}", 12, y + 22, technique_name(name), size=12.5, weight=700 if mine else 400),
                box(f"bar-{name}", left, y + 7, long, ROW - 19, r=4, fill="solid" if mine else "soft", tone=tone, dash=cut),
                label(f"says-{name}", left + long + 8, y + 22, f"{_times(times)} ×", size=12.5, weight=700 if mine else 400),
            ]  # fmt: skip
            if cut:
                items.append(label(f"cut-{name}", left + long - 22, y + 22, "≈", size=18, weight=700))  # fmt: skip
        bottom = 28 + len(compared.times) * ROW
        items.append(path("one", f"M{left + unit:g} 28V{bottom - 6:g}", tone="idle", dash=True))
        return items, bottom

    def _shares(self, compared, x, y, width):
        """One bar of all cycles, then a row a part: how often times how dear, and the bare CPU's."""
        head = _("{technique}: where {cycles} cycles go", technique=technique_name(compared.what.technique), cycles=_big(compared.cycles))  # fmt: skip
        items, at = [label("shares", x, y + 17, head, weight=600, size=12.5)], x
        for i, share in enumerate(compared.shares):
            wide = width * share.cycles / compared.cycles if compared.cycles else 0
            if wide >= 1:
                items.append(box(f"stack-{share.part}", at, y + 30, wide, 28, r=0, **_look(i)))
            at += wide
        most = max(max(share.cycles, share.bare) for share in compared.shares)
        for i, share in enumerate(compared.shares):
            items += self._part(compared, share, i, (x, y + 70 + i * PART, width, most))
        bottom = y + 70 + len(compared.shares) * PART
        items.append(label("thin", x, bottom + 10, _("thin, below: the bare CPU"), size=12))
        return items, bottom + 16

    def _part(self, compared, share, i, place):
        x, y, width, most = place
        dearest = share is compared.dearest and share.extra > 0
        product = _product(share)
        return [
            box(f"chip-{share.part}", x, y + 3, 12, 12, r=3, **_look(i)),
            label(f"part-{share.part}", x + 18, y + 14, _(PARTS[share.part]), size=12.5, weight=700 if dearest else 400),
            label(f"product-{share.part}", x + width, y + 14, product, size=12, anchor="end", weight=700 if dearest else 400),
            box(f"mine-{share.part}", x, y + 20, max(2, width * share.cycles / most), 10, r=3, glow=dearest, **_look(i)),
            box(f"bare-{share.part}", x, y + 32, max(2, width * share.bare / most), 4, r=2, tone="idle", fill="solid"),
        ]  # fmt: skip

    def describe(self, compared):
        what, name = compared.what, technique_name(compared.what.technique)
        text = _(
            "“{workload}”, {technique}: {times} times as long as on the bare CPU.",
            workload=_(WORKLOADS[what.workload]), technique=name, times=_times(compared.times[what.technique]),
        )  # fmt: skip
        dearest = compared.dearest
        if dearest.extra > 0:
            share = number(100 * dearest.cycles / compared.cycles)
            text += " " + _(
                "It loses most on {part}: {share} % of its cycles.",
                part=_(PARTS[dearest.part]), share=share,
            )  # fmt: skip
        best, last = compared.order[1], compared.order[-1]
        return f"{text} " + _(
            "Fastest after the bare CPU: {best} ({times}); slowest: {last} ({most}).",
            best=technique_name(best), times=_times(compared.times[best]),
            last=technique_name(last), most=_times(compared.times[last]),
        )  # fmt: skip

    def tone(self, compared):
        times = compared.times[compared.what.technique]
        return "ok" if times <= NEAR else "warn" if times <= CUT else "bad"

    def table(self, compared):
        head = [_("technique"), _("times the bare CPU")]
        rows = [[technique_name(name), _times(times)] for name, times in compared.times.items()]
        name = technique_name(compared.what.technique)
        rows += [[f"{name}: {_(PARTS[share.part])}", _product(share)] for share in compared.shares]
        return Table(head, rows, caption=_("What each technique costs, and the chosen one's cycles"))  # fmt: skip


def _times(times):
    """Three digits, and never 1 for what is not: the small differences are the point."""
    return number(times, 4 if times < 2 else 3)


def _big(value):
    """Counts and cycles: thousands written out, more by powers of ten."""
    return number(value, 2)


def _product(share):
    return f"{_big(share.count)} × {number(share.price)} = {_big(share.cycles)}"


def _look(i):
    """A part's colour; the kernel's instructions share the user's, paler."""
    return {"hue": max(0, i - 1), "fill": "soft" if i == 1 else "solid"}
