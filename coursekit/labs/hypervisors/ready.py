"""CPU shares and ready time: more vCPUs than cores, and who waits how long."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.sims.hypervisors.shares import SAMPLE_S, Claim, ready, ready_percent
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE, facts, key
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

ROW, LINES = 26, 16  # height of a strip, and how many stand below each other
SOME, MUCH = 5, 10  # percent: look into it, it is a problem (VMware's rule of thumb)


@dataclass(frozen=True)
class Sample:
    """The cores, and each vCPU over one sample of the chart."""

    cores: int
    vcpus: tuple

    @property
    def wanted(self):
        return sum(each.demand for each in self.vcpus)

    @property
    def given(self):
        return sum(each.given for each in self.vcpus)


class ReadyLab(Lab):
    """A strip a vCPU: it ran, it was ready and waited, it had nothing to do."""

    name = "hypervisors-ready"
    title = mark("CPU ready: who waits for a core?")

    def controls(self):
        return (
            Slider("cores", mark("Cores of the host"), 4, 1, 16),
            Slider("vcpus", mark("vCPUs"), 8, 1, 32),
            Slider("demand", mark("Each wants"), 100, 0, 100, 5, mark("% of a core")),
            Slider("shares", mark("Shares of the first (the others: 1000)"), 1000, 250, 4000, 250),
            Slider("per_vm", mark("vCPUs of the machine you look at"), 1, 1, 8),
            Slider("res", mark("Reserved for the first"), 0, 0, 100, 5, mark("% of a core"), more=True),
            Slider("limit", mark("Limit of the first"), 100, 0, 100, 5, mark("% of a core"), more=True),
        )  # fmt: skip

    def run(self, cores, vcpus, demand, shares, per_vm, res, limit):
        first = Claim(demand=demand / 100, shares=shares, res=res / 100, limit=limit / 100)
        others = [Claim(demand=demand / 100) for _each in range(vcpus - 1)]
        return Sample(cores, ready(cores, (first, *others)))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, sample):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        items = facts(self._facts(sample), narrow=narrow)
        top = 112 if narrow else 72
        columns = 1 if narrow or len(sample.vcpus) <= LINES else 2
        lines = -(-len(sample.vcpus) // columns)
        wide = width / columns
        head = _("One sample of the chart: {seconds} seconds of each vCPU", seconds=number(SAMPLE_S))  # fmt: skip
        items.append(label("head", 8, top - 12, head, weight=600, size=12.5 if narrow else 14))
        for i, each in enumerate(sample.vcpus):
            column, line = divmod(i, lines)
            items += self._strip(i, each, column * wide, top + line * ROW, wide)
        bottom = top + lines * ROW + 8
        items += key(self._key(), width, bottom, a_line=2 if narrow else 3)
        self.scene.show(items, width=width, height=bottom + (52 if narrow else 30), label=head)

    def _facts(self, sample):
        ratio = number(len(sample.vcpus) / sample.cores)
        busy = 100 * sample.given / sample.cores
        worst = max(each.percent for each in sample.vcpus)
        return [
            (_("{ratio} vCPUs a core", ratio=ratio), "idle"),
            (_("wanted: {cores} cores", cores=number(sample.wanted)), "accent"),
            (_("host busy: {busy} %", busy=number(busy)), "warn" if busy > 99 else "idle"),
            (_("ready at most: {percent} %", percent=number(worst)), _tone(worst)),
        ]

    def _strip(self, i, each, x, y, wide):
        """What it ran, what it waited, the rest idle; the wait in words at the right."""
        left, bar = x + 62, wide - 62 - 78
        ran, wait = bar * each.given, bar * (each.demand - each.given)
        items = [
            label(f"name{i}", x + 8, y + 16, f"vCPU {i + 1}", size=12.5, weight=600 if not i else 400),
            box(f"idle{i}", left, y + 3, bar, ROW - 8, r=4, fill="none"),
        ]  # fmt: skip
        if ran >= 1:
            items.append(box(f"ran{i}", left, y + 3, ran, ROW - 8, r=4, tone="ok", fill="solid"))
        if wait >= 1:
            tone = _tone(each.percent)
            items.append(box(f"wait{i}", left + ran, y + 3, wait, ROW - 8, r=4, tone=tone, fill="soft", dash=True))  # fmt: skip
        text = f"{number(each.percent)} %"
        return [*items, label(f"ready{i}", x + wide - 8, y + 16, text, anchor="end", size=12.5, weight=600)]  # fmt: skip

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "solid"}, _("it ran")),
            ("box", {"tone": "bad", "fill": "soft", "dash": True}, _("ready: it waited for a core")),
            ("box", {"fill": "none"}, _("it had nothing to do")),
        ]  # fmt: skip

    def describe(self, sample):
        worst = max(sample.vcpus, key=lambda each: each.percent)
        if worst.percent <= 0:
            return _("Nobody waits: the cores are enough for what is wanted.")
        text = _(
            "The vCPU that waits most wants {demand} % of a core and gets {given} %: ready {percent} %, in the chart {ms} ms of {all} ms.",
            demand=number(100 * worst.demand), given=number(100 * worst.given), percent=number(worst.percent),
            ms=number(worst.ms), all=number(1000 * SAMPLE_S),
        )  # fmt: skip
        verdict = {"bad": mark("More than 10 %: a problem."), "warn": mark("More than 5 %: look into it."), "ok": mark("Less than 5 %: nobody will notice.")}  # fmt: skip
        return f"{text} {_(verdict[_tone(worst.percent)])}{self._machine(worst)}"

    def _machine(self, worst):
        """A machine of several such vCPUs: the chart adds their milliseconds."""
        count = self.values["per_vm"]
        if count == 1:
            return ""
        ms = count * worst.ms
        return "\n" + _(
            "A machine with {count} such vCPUs shows {ms} ms: {sum} % in all, {each} % a vCPU.",
            count=count, ms=number(ms), sum=number(ready_percent(ms)), each=number(ready_percent(ms, vcpus=count)),
        )  # fmt: skip

    def tone(self, sample):
        return _tone(max(each.percent for each in sample.vcpus))

    def table(self, sample):
        head = ["vCPU", _("wants"), _("gets"), _("ready time"), _("ready, ms a sample")]
        rows = [
            [i + 1, f"{number(100 * each.demand)} %", f"{number(100 * each.given)} %", f"{number(each.percent)} %", number(each.ms)]
            for i, each in enumerate(sample.vcpus)
        ]  # fmt: skip
        return Table(head, rows, caption=_("What each vCPU wants and gets"))


def _tone(percent):
    return "bad" if percent > MUCH else "warn" if percent > SOME else "ok"
