"""From demand to size: what the machines need as they grow, and what is there, with one host less too."""

from dataclasses import replace

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.datacentre.chosen import chosen, design_controls, service
from coursekit.labs.datacentre.points import whole
from coursekit.sims.datacentre.catalogue import DISKS
from coursekit.sims.datacentre.needs import needs
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.fit import clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

NAMES = {
    "memory": mark("memory"), "vcpu": mark("virtual processors"), "iops": mark("requests a second"),
    "space": mark("space"),
}  # fmt: skip
UNITS = {"memory": mark("{n} GB"), "vcpu": mark("{n} vCPU"), "iops": mark("{n}/s"), "space": mark("{n} TB")}  # fmt: skip
TONES = {"ok": "ok", "tight": "warn", "short": "bad"}
VERDICTS = {"ok": mark("enough, even with one host less"), "tight": mark("enough, but not with one host less"), "short": mark("too little")}  # fmt: skip
BUSY = tuple(k / 100 for k in range(0, 96, 2))
LANE, LANE_NARROW = 62, 78
CHIP = 62  # a machine in its host


class NeedsLab(Lab):
    """Four rails as long as what there is: how far each is filled, with all hosts and with one less."""

    name = "datacentre-needs"
    title = mark("From demand to size")

    def controls(self):
        kinds = {"": mark("as designed"), **as_named(DISKS)}
        return (
            *design_controls("D1", ["host", "raid6"]),
            Slider("factor", mark("The machines grow to"), 1.0, 0.5, 3.0, 0.05, "×"),
            Pick("disk", mark("Disks"), "", kinds),
        )

    def run(self, factor, disk, **values):
        design = chosen(values)
        if disk:
            design = replace(design, storage=replace(design.storage, disk=disk))
        return needs(design, factor)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("How long a request waits, against how busy the storage is"),
            Axis(_("busy (%)"), least=0, most=100), Axis(_("times as long as alone"), least=0, most=20),
            names=(_("1/(1 − busy)"), _("here")), dots=(1,), height=230,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = facts(self._facts(seen), narrow=narrow), 94 if narrow else 54
        items.append(heading("rails", 6, y + 14, _("What is needed of what is there"), width))
        y += 26
        lane = LANE_NARROW if narrow else LANE
        for k, each in enumerate(seen.items):
            items += self._lane(each, y + k * lane, width, narrow=narrow)
        y += 4 * lane
        entries = [
            ("box", {"fill": "solid", "tone": "ok"}, _("enough")), ("box", {"fill": "solid", "tone": "warn"}, _("not with one host less")),
            ("box", {"fill": "solid", "tone": "bad"}, _("too little")), ("line", {"tone": "accent", "dash": True}, _("there with one host less")),
        ]  # fmt: skip
        a_line = 2 if narrow else 4
        items += key(entries, width, y + 8, a_line=a_line)
        y += 16 + 22 * (4 // a_line)
        after, y = self._after(seen, y + 14, width)
        self.scene.show(
            items + after, width=width, height=y,
            label=_("Memory, processors, requests and space: what the machines need, and what there is"),
        )  # fmt: skip
        self._curve(seen)

    def _facts(self, seen):
        first, less = seen.first, seen.first_less
        hidden = self.locked
        late = seen.speed.latency_ms
        return [
            (_("all hosts: up to × {n}", n="?" if hidden else number(first.holds_to)), "accent"),
            (_("one less: up to × {n}", n="?" if hidden else number(less.holds_less_to)), "warn" if less.holds_less_to < 1 else "accent"),
            (_("storage busy: {n} %", n=number(100 * seen.speed.rho)), "bad" if seen.speed.rho >= 1 else "warn" if seen.speed.rho > 0.5 else "ok"),
            (_("a request: {t} ms", t=number(late)) if late else _("requests wait for ever"), "ok" if late else "bad"),
        ]  # fmt: skip

    def _lane(self, each, y, width, *, narrow):
        """The rail is what there is; the bar goes on beyond it when too much is asked for."""
        left, right = (8, width - 12) if narrow else (190, width - 170)
        top = y + (20 if narrow else 6)
        scale = (right - left) / max(each.have, each.need)
        names, shown = NAMES[each.name], TONES[each.verdict]
        tone = "accent" if self.locked else shown
        has, less = left + each.have * scale, left + each.less * scale
        items = [
            label(f"name-{each.name}", 6, y + (12 if narrow else 26), _(names), weight=600, size=13),
            box(f"have-{each.name}", left, top, max(2.0, has - left), 32, r=4, fill="paper", tone="idle"),
            box(f"need-{each.name}", left, top + 6, max(1.5, each.need * scale), 20, r=3, fill="solid", tone=tone, text=whole(_amount(each.name, each.need), each.need * scale - 14)),
        ]  # fmt: skip
        if not self.locked:
            items.append(path(f"less-{each.name}", f"M{less:.1f} {top - 4}v40", tone="accent", dash=True))  # fmt: skip
        text = _("{need} of {have}", need=_amount(each.name, each.need), have=_amount(each.name, each.have))  # fmt: skip
        spot = (width - 12, y + 12, "end") if narrow else (width - 162, y + 26, "start")
        return [*items, label(f"text-{each.name}", spot[0], spot[1], text, anchor=spot[2], size=12.5)]  # fmt: skip

    def _after(self, seen, y, width):
        """The machines placed one by one when the largest host has died."""
        if self.locked:
            lines, _end = paragraph("after", _("What one dead host would leave is hidden until you have predicted."), 8, y + 14, width - 16, size=12.5, most=2)  # fmt: skip
            return lines, y + 60
        items = [heading("after", 6, y + 10, _("If host {name} dies: where the machines run then", name=seen.dead), width)]  # fmt: skip
        left = [host for host in seen.design.hosts if host.id != seen.dead]
        columns = [*((host.id, host) for host in left), ("wait", None)]
        wide = (width - 8) / len(columns)
        a_line = max(1, int((wide - 20) // CHIP))
        lists = [self._placed(seen, host) for _name, host in columns]
        high = 46 + 28 * max(-(-len(each) // a_line) for each in lists)
        for k, ((name, host), vms) in enumerate(zip(columns, lists, strict=True)):
            items.append(_case(name, host, vms, (4 + k * wide, y + 20, wide - 8, high), a_line))
        return items, y + high + 28

    def _placed(self, seen, host):
        """The machines on this host, or those that wait."""
        where = seen.after.places
        names = seen.waiting if host is None else [vm for vm, at in where.items() if at == host.id]
        return [vm for vm in seen.design.vms if vm.id in names]

    def _curve(self, seen):
        gap = [float("nan")]
        rho = seen.speed.rho
        shown = rho < BUSY[-1]
        here = [1 / (1 - rho)] * 2 if shown else gap * 2
        at = [100 * rho if shown else 0.0] * 2
        curve = [1 / (1 - each) for each in BUSY]
        self.chart.show([*(100 * each for each in BUSY), *at], [*curve, *gap, *gap], [*(gap * len(BUSY)), *here])  # fmt: skip

    # In words

    def describe(self, seen):
        if self.locked:
            return _("What the machines need, of what the hosts and the storage have. Nothing is said of a dead host yet.")  # fmt: skip
        return f"{self._now(seen)}\n{_died(seen)}"

    def _now(self, seen):
        short = [each for each in seen.items if each.verdict == "short"]
        if short:
            return _("Not enough: {names}. The machines need more than there is.", names=_listed(short))  # fmt: skip
        if seen.short:
            return _("The sums fit, but not every machine where it stands: {why}.", why=seen.short[0])  # fmt: skip
        tight = [each for each in seen.items if each.verdict == "tight"]
        first = NAMES[seen.first.name]
        if tight:
            return _("With all hosts there is enough. With one less there is not: {names}. N + 1 is lost.", names=_listed(tight))  # fmt: skip
        return _("Enough of everything, even with one host less. As the machines grow, the first to be short with all hosts is {what}, at × {n}.", what=_(first), n=number(seen.first.holds_to))  # fmt: skip

    def tone(self, seen):
        if self.locked:
            return "accent"
        worst = {each.verdict for each in seen.items}
        return "bad" if "short" in worst or seen.short or seen.down else "warn" if "tight" in worst else "ok"  # fmt: skip

    def table(self, seen):
        rows = []
        for each in seen.items:
            name, verdict = NAMES[each.name], VERDICTS[each.verdict]
            hidden = ["?"] * 4 if self.locked else [_amount(each.name, each.less), _factor(each.holds_to), _factor(each.holds_less_to), _(verdict)]  # fmt: skip
            rows.append([_(name), _amount(each.name, each.need), _amount(each.name, each.have), *hidden])  # fmt: skip
        return Table([_("what"), _("needed"), _("there"), _("with one host less"), _("enough up to"), _("then up to"), _("verdict")], rows)  # fmt: skip


def _case(name, host, vms, spot, a_line):
    """A host with its machines, those that moved there aglow; or those that wait."""
    if host is None:
        title, tone = _("waiting"), "warn" if vms else "idle"
    else:
        title, tone = f"{host.id}: {_amount('memory', sum(vm.ram for vm in vms))}", "accent"
    chips = []
    for k, vm in enumerate(vms):
        moved = host is not None and vm.host != host.id
        look = {"tone": "warn" if host is None else "accent" if moved else "ok", "glow": moved}
        chips.append(box(f"after-{vm.id}", 10 + (k % a_line) * CHIP, 34 + (k // a_line) * 28, CHIP - 6, 24, r=5, text=vm.id, size=12, fill="soft", **look))  # fmt: skip
    return box(f"case-{name}", *spot, r=8, title=clipped(title, spot[2] - 20, 13.5), tone=tone, children=chips, dash=host is None)  # fmt: skip


def _amount(name, value):
    unit = UNITS[name]
    return _(unit, n=number(value, 4))


def _factor(value):
    return f"× {number(value)}"


def _listed(some):
    names = [NAMES[each.name] for each in some]
    return ", ".join(_(name) for name in names)


def _died(seen):
    """What becomes of the machines, and why some wait."""
    start = _("If host {name} dies", name=seen.dead)
    if seen.down:
        names = ", ".join(service(name) for name in seen.down)
        return _("{start}: {names} down, for these machines find no place: {vms}.", start=start, names=names, vms=", ".join(seen.waiting))  # fmt: skip
    if seen.waiting:
        return plural("{start}: every service goes on. {vms} waits: its twin does the work.", "{start}: every service goes on. {vms} wait: their twins do the work.", len(seen.waiting), start=start, vms=", ".join(seen.waiting))  # fmt: skip
    return _("{start}: every machine runs on another host.", start=start)
