"""What hangs on what: the parts that take a service down alone, and what it costs to be rid of each."""

from dataclasses import dataclass
from functools import cache

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import chosen, component, design_controls, service
from coursekit.labs.datacentre.machines import causes, listed, sentence, short
from coursekit.sims.datacentre.components import components, named
from coursekit.sims.datacentre.faults import Deed, Moment, tell
from coursekit.sims.datacentre.remedies import Remedy, remedies
from coursekit.sims.datacentre.samples import D0, D1, D2
from coursekit.ui.controls import Pick
from coursekit.ui.fit import boxed, clipped, fitting, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

CHANGES = ("feed", "core", "wan", "generator", "host")
SAVINGS = ("power", "pdu", "supply", "rack", "copies", "ha")
NOTHING, DISK = "none", "disks:1"
A_DISK = mark("a disk")
ALL = dict.fromkeys(name for design in (D0, D1, D2) for name in components(design))
PARTS = {
    NOTHING: mark("nothing"), **{name: named(name) for name in sorted(ALL) if name != DISK},
    "host:h4": named("host:h4"), DISK: A_DISK,
}  # fmt: skip
NODE, LINE = 32, 25
ROWS = {"service": 4, "shared": 84, "frame": 148, "host": 176, "tor": 226, "pdu": 276, "feed": 340}
LOW = 384  # where the graph ends

_remedies = cache(remedies)


@dataclass(frozen=True)
class Seen:
    """The design with one part broken, and its single points of failure."""

    moment: Moment
    points: tuple[Remedy, ...]

    @property
    def single(self):
        return {each.component: each for each in self.points}


class SpofLab(Lab):
    """Services on machines on hosts on switches, PDUs and feeds; press a part to see what it takes along."""

    name = "datacentre-spof"
    title = mark("Single points of failure")

    def controls(self):
        design, *more = design_controls("D1", CHANGES, SAVINGS)
        return [design, Pick("what", mark("What breaks"), NOTHING, PARTS), *more]

    def run(self, what, **values):
        design = chosen(values)
        deeds = [] if what == NOTHING else [Deed("disk") if what == DISK else Deed("break", what)]
        return Seen(tell(design, deeds).states[-1], _remedies(design))

    def _press(self, name):
        name = DISK if name == "disk" else name
        if not self.locked and name in PARTS:
            self.set(what=NOTHING if name == self.values["what"] else name)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, seen):
        width = width_of(self.scene)
        spots = self._spots(seen.moment.design, width)
        items = self._edges(seen.moment, spots) + self._frames(seen, width)
        items += [self._node(seen, name, spot) for name, spot in spots.items()]
        found, y = self._points(seen, LOW + 30, width)
        entries, a_line = self._key(), 2 if self.scene.narrow else 4
        items += found + key(entries, width, y + 8, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 12 + 22 * -(-len(entries) // a_line),
            label=_("What each part hangs on, from the feeds up to the services"),
        )  # fmt: skip

    def _key(self):
        return [
            ("box", {"tone": "bad", "fill": "paper"}, _("! single point of failure")),
            ("box", {"tone": "bad", "fill": "solid"}, _("✕ broken")),
            ("box", {"tone": "bad", "fill": "soft", "dash": True}, _("dead because of it")),
            ("box", {"tone": "ok", "fill": "plain"}, _("works")),
        ]

    def _spots(self, design, width):
        """Each part: its corner and its width; racks side by side, what all share above them."""
        shared = ["disk", *(name for name in components(design) if name.startswith(("core:", "wan:")))]  # fmt: skip
        feeds = [name for name in components(design) if name.startswith("feed:")]
        spots = _spread([f"service:{each.name}" for each in design.services], ROWS["service"], 0, width)  # fmt: skip
        spots |= _spread(shared, ROWS["shared"], 0, width) | _spread(feeds, ROWS["feed"], 0, width)
        one = width / len(design.racks)
        for k, rack in enumerate(design.racks):
            for kind, names in _inside(design, rack):
                spots |= _spread(names, ROWS[kind], k * one + 8, one - 16)
        return spots

    def _frames(self, seen, width):
        """A rack around what stands in it; its name is a part like others."""
        design, items = seen.moment.design, []
        one = width / len(design.racks)
        for k, rack in enumerate(design.racks):
            name, high = f"rack:{rack.id}", ROWS["pdu"] + NODE + 6 - ROWS["frame"]
            items.append(box(f"frame-{rack.id}", k * one + 4, ROWS["frame"], one - 8, high, r=8, tone="idle", fill="none"))  # fmt: skip
            items.append(self._node(seen, name, (k * one + 8, ROWS["frame"] + 3, one - 16), high=20))  # fmt: skip
        return items

    def _node(self, seen, name, spot, high=NODE):
        x, y, wide = spot
        kind, _colon, rest = name.partition(":")
        if kind == "service":
            return self._service(seen, rest, x, y, wide)
        real = DISK if name == "disk" else name
        words = _(A_DISK) if name == "disk" else component(name)
        text = self._mark(seen, real) + words
        return box(
            name, x, y, wide, high, text=boxed(fitting([text, self._mark(seen, real) + short(name)], wide, 11.5), wide, 11.5), size=11.5, r=5,
            press=None if self.locked else _("break {what}", what=words), **self._look(seen, real),
        )  # fmt: skip

    def _mark(self, seen, name):
        if name in seen.moment.failed:
            return "✕ "
        return "! " if name in seen.single and not self.locked else ""

    def _look(self, seen, name):
        moment = seen.moment
        dead = name in moment.why
        if name in moment.failed and (dead or name == DISK):
            return {"tone": "bad", "fill": "solid"}
        if dead:
            return {"tone": "bad", "fill": "soft", "dash": True}
        if name in seen.single and not self.locked:
            return {"tone": "bad", "fill": "paper"}
        return {"tone": "ok", "fill": "plain"}

    def _service(self, seen, name, x, y, wide):
        up = seen.moment.state.up[name]
        return box(
            f"service:{name}", x, y, wide, 44, title=boxed(service(name), wide - 22, 13), sub=_("up") if up else _("down"),
            led="ok" if up else "bad", tone="ok" if up else "bad", fill="plain" if up else "soft", dash=not up,
        )  # fmt: skip

    def _edges(self, moment, spots):
        """A line from each part up to what hangs on it; red where the lower part is dead."""
        items = []
        for upper, lower in _hangs(moment.design):
            (x, y, wide), (to, low, below) = spots[upper], spots[lower]
            start = y + (44 if upper.startswith("service:") else NODE)
            middle, end = x + wide / 2, to + below / 2
            d = f"M{middle:.1f} {start}L{end:.1f} {low}" if low > y else f"M{middle:.1f} {y}L{end:.1f} {low + NODE}"  # fmt: skip
            dead = (DISK if lower == "disk" else lower) in moment.why
            items.append(path(f"edge-{upper}-{lower}", d, tone="bad" if dead else "idle", faded=not dead, dash=dead))  # fmt: skip
        return items

    def _points(self, seen, y, width):
        """Each single point: what it takes, and the cheapest way to be rid of it."""
        if self.locked:
            return [], y - 20
        if not seen.points:
            return [heading("points", 6, y, _("No single point of failure: any one part may break."), width - 8)], y + 8  # fmt: skip
        items = [heading("points", 6, y, _("Single points of failure, the cheapest to remove first"), width - 8)]  # fmt: skip
        y += 12
        for each in seen.points:
            name = _(A_DISK) if each.component == DISK else fitting([component(each.component), short(each.component)], 126, 12)  # fmt: skip
            items.append(box(f"point-{each.component}", 4, y, 126, LINE - 3, text=boxed(name, 126, 12), size=12, r=5, tone="bad", fill="paper"))  # fmt: skip
            items.append(label(f"cure-{each.component}", 138, y + 15, clipped(_cure(each), width - 144, 12), size=12))  # fmt: skip
            y += LINE
        return items, y

    # In words

    def describe(self, seen):
        if self.locked:
            return _("What hangs on what. Soon you may press a part and see what it takes along.")
        moment, what = seen.moment, self.values["what"]
        if not moment.failed:
            return self._all(seen) if what == NOTHING else sentence(_(moment.label))
        said = [sentence(_(moment.label)), *causes(moment.why)]
        if not seen.single.get(what):
            said.append(_("No service is down: it is no single point of failure."))
        elif seen.single[what].about:
            said.append(_("The cheapest change that cures it: {change}.", change=_cure(seen.single[what])))  # fmt: skip
        else:
            said.append(_("No single change of the list cures it."))
        return "\n".join(said)

    def _all(self, seen):
        if not seen.points:
            return _("No single part takes a service down. Press one to see what it takes along.")
        names = listed(component(each.component) for each in seen.points)
        return _("Each of these alone takes a service down: {parts}. Press one to see how.", parts=names)  # fmt: skip

    def tone(self, seen):
        if self.locked:
            return "accent"
        if seen.moment.failed:
            return "ok" if all(seen.moment.state.up.values()) else "bad"
        return "warn" if seen.points else "ok"

    def table(self, seen):
        single = {} if self.locked else seen.single
        rows = []
        for name in components(seen.moment.design):
            words = _(A_DISK) if name == DISK else component(name)
            point = single.get(name)
            takes = "?" if self.locked else listed(map(service, point.services)) if point else "–"
            rows.append([words, takes, _cure(point) if point else "–"])
        return Table([_("part"), _("takes down"), _("cheapest cure")], rows, caption=_("What each part takes down alone"))  # fmt: skip


def _cure(point):
    if point.about is None:
        return _("no single change of the list helps")
    return _("{change}: {eur} €", change=_(point.about), eur=number(round(point.eur), 6))


def _spread(names, y, left, wide):
    """Names side by side over a width."""
    step = wide / max(1, len(names))
    one = min(step - 6, 210)
    return {name: (left + k * step + (step - one) / 2, y, one) for k, name in enumerate(names)}


def _inside(design, rack):
    hosts = [f"host:{host.id}" for host in design.hosts if host.rack == rack.id]
    yield "host", hosts + (_controllers(design) if design.storage.rack == rack.id else [])
    yield "tor", [f"tor:{rack.id}:{each}" for each in "ab"[: rack.tors]]
    yield "pdu", [f"pdu:{rack.id}:{each}" for each in "ab"[: rack.pdus]]


def _controllers(design):
    count = design.storage.ctrls if design.storage.kind == "nas" else 0
    return [f"nasctrl:{n}" for n in range(1, count + 1)]


def _hangs(design):
    """Pairs of parts, the first hanging on the second: services, then boxes, then switches and PDUs."""
    for each in design.services:
        name = f"service:{each.name}"
        yield name, "disk"
        yield from ((name, f"host:{host}") for host in sorted({vm.host for vm in design.vms if vm.service == each.name}))  # fmt: skip
        if each.public:
            yield from ((name, f"wan:{n}") for n in range(1, design.net.wans + 1))
    yield from _boxes(design)
    for rack in design.racks:
        for each in "ab"[: rack.tors]:
            yield f"tor:{rack.id}:{each}", f"pdu:{rack.id}:{each if rack.pdus == 2 else 'a'}"
        for each in "ab"[: rack.pdus]:
            yield f"pdu:{rack.id}:{each}", f"feed:{1 if each == 'a' else design.power.feeds}"


def _boxes(design):
    """What hosts and controllers are plugged into, and the disks in or behind them."""
    racks = {rack.id: rack for rack in design.racks}
    for name in _controllers(design):
        rack = racks[design.storage.rack]
        yield "disk", name
        yield from ((name, f"tor:{rack.id}:{each}") for each in "ab"[: rack.tors])
        yield from ((name, f"pdu:{rack.id}:{each}") for each in "ab"[: rack.pdus])
    for host in design.hosts:
        rack, name = racks[host.rack], f"host:{host.id}"
        yield from ((name, f"core:{n}") for n in range(1, design.net.cores + 1))
        yield from ((name, f"tor:{rack.id}:{each}") for each in "ab"[: min(host.nics, rack.tors)])
        yield from ((name, f"pdu:{rack.id}:{each}") for each in "ab"[: min(host.psus, rack.pdus)])
        if design.storage.kind != "nas":
            yield "disk", name
