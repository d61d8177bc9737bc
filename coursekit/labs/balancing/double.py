"""The balancer itself doubled: before and after one dies, and what that costs."""

from dataclasses import dataclass, replace

from coursekit.i18n import _, mark, number
from coursekit.sims.balancing.doubled import MODES, Double, Loss, lose_one, takeover
from coursekit.sims.failover.capacity import safe_utilisation
from coursekit.ui.charts import side_by_side
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, path
from coursekit.ui.table import Table

NAMES = {
    "single": mark("one balancer"),
    "active_passive": mark("one works, one waits"),
    "active_active": mark("both work"),
}
CAPACITY = 1000.0  # requests a second one balancer bears; the controls speak in shares of it
SIDE, HEIGHT = 460, 356
HALF, WIDE = 230, 104  # each half of the picture, and the width of a balancer
COLUMNS = (152, 229, 306, 383)
GAUGE = (154, 146)  # where 0 % is, and pixels to 100 %


@dataclass(frozen=True)
class Doubled:
    """The mode chosen, what a crash costs in it, and in every mode."""

    double: Double
    losses: dict

    @property
    def loss(self) -> Loss:
        return self.losses[self.double.mode]


class DoubleLab(Lab):
    """Two halves, before and after; a gauge of the load; all modes compared."""

    name = "balancing-double"
    title = mark("What if the balancer dies?")

    def controls(self):
        two, one = (lambda v: v["mode"] != "single"), (lambda v: v["mode"] == "single")
        return (
            Pick("mode", mark("Balancers"), "active_passive", NAMES),
            Slider("load", mark("All clients ask"), 60, 10, 190, 1, mark("% of one")),
            Slider("connections", mark("Open connections"), 200, 0, 2000, 10),
            Check("sync", mark("Connections are copied"), False, when=two),
            Slider("repair", mark("Repair"), 60, 1, 600, 1, "min", when=one),
            Slider(
                "advert", mark("Advertisements every"), 1.0, 0.1, 5.0, 0.1, "s", more=True, when=two
            ),
            Slider(
                "priority",
                mark("Priority of the one that takes over"),
                100,
                1,
                254,
                more=True,
                when=two,
            ),
        )

    def run(self, mode, load, connections, sync, repair, advert, priority):
        double = Double(
            mode=mode, rate=CAPACITY * load / 100, capacity=CAPACITY, connections=connections,
            sync=sync, advert=advert, priority=priority, repair=60.0 * repair,
        )  # fmt: skip
        return Doubled(double, {each: lose_one(replace(double, mode=each)) for each in MODES})

    def pictures(self):
        self.halves, self.cost = Scene(), Scene()
        return [side_by_side(self.halves, self.cost)]

    def draw(self, doubled):
        items = [*_half(doubled, 0, after=False), *_half(doubled, HALF, after=True)]
        items.append(path("between", f"M{HALF} 8V{HEIGHT - 8}", dash=True))
        what = _("Clients, balancers and servers before and after balancer 1 dies")
        self.halves.show(items, width=SIDE, height=HEIGHT, label=what)
        head = _("What the crash costs")
        items = [label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle")]
        items += [*_modes(doubled), *_gauge(doubled)]
        self.cost.show(items, width=SIDE, height=HEIGHT, label=head)

    def describe(self, doubled):
        double, loss = doubled.double, doubled.loss
        if double.mode == "single":
            return _(
                "Nothing answers until the balancer is repaired: {minutes} min, {requests} requests lost, {reset} connections reset. The servers behind it are well, and nobody reaches them.",
                minutes=number(loss.outage / 60), requests=number(loss.requests, 4), reset=number(loss.reset),
            )  # fmt: skip
        away = takeover(double)
        text = _(
            "The address is away for {mean} s on average ({best} to {worst} s): {requests} requests lost, {reset} of {open} connections reset.",
            mean=number(away.mean), best=number(away.best), worst=number(away.worst),
            requests=number(loss.requests, 4), reset=number(loss.reset), open=double.connections,
        )  # fmt: skip
        return f"{text} {self._room(doubled)}"

    def _room(self, doubled):
        loss = doubled.loss
        after = number(100 * loss.busy_after)
        if not loss.overload:
            return _("The other then carries {after} %: there is room.", after=after)
        if doubled.double.mode == "active_passive":
            return _(
                "{after} % is asked of one balancer, before the crash and after: too much.",
                after=after,
            )
        return _(
            "Then {after} % is asked of the other: more than it can do. Two that both work are redundant only while each stays below {safe} %.",
            after=after, safe=number(100 * safe_utilisation(2)),
        )  # fmt: skip

    def tone(self, doubled):
        bad = doubled.loss.overload or doubled.double.mode == "single"
        return "bad" if bad else "warn" if doubled.loss.reset else "ok"

    def table(self, doubled):
        head = [_("balancers"), _("outage, s"), _("requests lost"), _("connections reset"), _("busy before"), _("busy after")]  # fmt: skip
        rows = [
            [
                _(NAMES[mode]), number(loss.outage), number(loss.requests, 4), number(loss.reset),
                _share(loss.busy_before), "—" if mode == "single" else _share(loss.busy_after),
            ]
            for mode, loss in doubled.losses.items()
        ]  # fmt: skip
        return Table(head, rows, caption=_("What the crash costs"))


def _share(value):
    return f"{number(100 * value)} %"


def _half(doubled, x, *, after):
    """Clients above, balancers in the middle with the addresses they hold, servers below."""
    single = doubled.double.mode == "single"
    side, middle = "after" if after else "before", x + HALF / 2
    title = _("after") if after else _("before")
    items = [
        label(f"{side}-title", middle, 20, title, weight=600, size=14, anchor="middle"),
        box(f"{side}-clients", middle - 62, 32, 124, 40, text=_("clients"), sub=_("{rate} a second", rate=number(doubled.double.rate, 4))),
    ]  # fmt: skip
    lefts = [middle - WIDE / 2] if single else [middle - WIDE - 4, middle + 4]
    for i, left in enumerate(lefts):
        items += _balancer(doubled, side, i, left, middle)
    wide = 38
    for k in range(4):
        spot = middle - 2 * wide - 6 + k * (wide + 4)
        items.append(
            box(
                f"{side}-server{k}",
                spot,
                300,
                wide,
                34,
                text=f"{'abcd'[k]}",
                fill="soft",
                hue=k,
                r=6,
            )
        )
    return items


def _balancer(doubled, side, i, left, middle):
    """One balancer: dead, waiting or busy; what flows to it and on to the servers."""
    loss, mode = doubled.loss, doubled.double.mode
    dead = side == "after" and i == 0
    works = not dead and (side == "after" or mode == "active_active" or i == 0)
    busy = loss.busy_after if side == "after" else loss.busy_before
    tone = "bad" if dead or (works and busy >= 1) else "ok" if works else "idle"
    word = _("dead") if dead else _("{busy} busy", busy=_share(busy)) if works else _("waits")
    centre = left + WIDE / 2
    items = [
        box(
            f"{side}-lb{i}", left, 142, WIDE, 84, tone=tone, fill="paper",
            progress=min(1, busy) if works else None, strike=dead, glow=works and busy >= 1,
        ),
        label(f"{side}-name{i}", centre, 161, _("balancer {n}", n=i + 1), size=12.5, weight=600, anchor="middle"),
        label(f"{side}-word{i}", centre, 179, word, size=12, anchor="middle"),
    ]  # fmt: skip
    if works:
        both = mode == "active_active"
        held = "VIP 1 + 2" if both and side == "after" else f"VIP {i + 1}" if both else "VIP"
        items += [
            box(f"{side}-vip{i}", centre - 38, 108, 76, 24, text=held, fill="solid", tone="accent", r=12, size=12),
            path(f"{side}-in{i}", f"M{middle} 74L{centre} 106", arrow=True, tone=tone),
            path(f"{side}-out{i}", f"M{centre} 228L{middle} 296", arrow=True, tone=tone),
        ]  # fmt: skip
    elif dead and mode == "single":
        items.append(path(f"{side}-in{i}", f"M{middle} 74V138", dash=True, tone="bad"))
    return items


def _modes(doubled):
    """A row a mode: outage, requests lost, connections reset, what the other carries."""
    heads = (_("outage"), _("requests"), _("resets"), _("then busy"))
    items = [
        label(f"col{k}", x + 37, 42, text, size=12, anchor="middle", weight=600)
        for k, (x, text) in enumerate(zip(COLUMNS, heads, strict=True))
    ]
    for row, (mode, loss) in enumerate(doubled.losses.items()):
        y, mine = 50 + row * 32, mode == doubled.double.mode
        single = mode == "single"
        cells = (
            (f"{number(loss.outage)} s", single), (number(loss.requests, 4), single), (number(loss.reset), loss.reset > 0),
            ("—" if single else _share(loss.busy_after), loss.overload or single),
        )  # fmt: skip
        items.append(
            label(f"mode-{mode}", 2, y + 18, _(NAMES[mode]), size=12, weight=600 if mine else 400)
        )
        for k, (x, (text, ill)) in enumerate(zip(COLUMNS, cells, strict=True)):
            items.append(box(
                f"{mode}-{k}", x, y, 74, 26, text=text, r=5, size=12, tone="bad" if ill else "ok",
                fill="solid" if mine else "soft",
            ))  # fmt: skip
    return items


def _gauge(doubled):
    """What is asked of each balancer against what it can do."""
    loss, mode = doubled.loss, doubled.double.mode
    left, full = GAUGE
    bars = [(_("balancer 1, before"), loss.busy_before)]
    if mode != "single":
        bars.append((_("balancer 2, before"), loss.busy_before if mode == "active_active" else 0.0))
        bars.append((_("balancer 2, after"), loss.busy_after))
    items = [
        label(
            "gauge", SIDE / 2, 180, _("What is asked of each"), weight=600, size=14, anchor="middle"
        )
    ]
    for i, (name, busy) in enumerate(bars):
        y = 198 + i * 38
        tone = "bad" if busy >= 1 else "ok" if busy else "idle"
        items += [
            label(f"gauge-name{i}", 2, y + 18, name, size=12.5),
            box(f"gauge{i}", left, y, max(2, full * busy), 26, tone=tone, fill="solid" if i == 2 else "soft", r=4),
            label(f"gauge-says{i}", left + 6 + full * max(busy, 0), y + 18, _share(busy), size=12.5),
        ]  # fmt: skip
    x = left + full
    items.append(path("full", f"M{x} 190V318", tone="bad", dash=True))
    items.append(label("full-word", x, 334, _("all it can do"), size=12, anchor="middle"))
    return items
