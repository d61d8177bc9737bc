"""A design as a picture: lines and core switches on top, racks with what stands in them, feeds below."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import component, service
from coursekit.labs.datacentre.points import PARTS
from coursekit.sims.datacentre.catalogue import HOSTS
from coursekit.sims.datacentre.evaluate import State
from coursekit.sims.datacentre.score import MOST
from coursekit.ui.fit import boxed, clipped, fitting, heading
from coursekit.ui.scene import box, label

CHIP, LINE, HEAD = 22, 26, 26  # a machine, a row of machines, the title of a host
STRIP = 24  # a switch, a strip of sockets
GAP = 6


@dataclass(frozen=True)
class Marks:
    """What has failed, and, where it may be told, what lives and where machines run."""

    failed: frozenset[str] = frozenset()
    alive: frozenset[str] | None = None
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, failed=(), state: State | None = None):
        """The marks of a state; without one, of the failures alone."""
        if state is None:
            return cls(frozenset(failed))
        return cls(frozenset(failed), state.alive, state.places)

    def look(self, name: str) -> dict[str, object]:
        """The colour of a component."""
        if name in self.failed:
            borne = self.alive is not None and name in self.alive  # by batteries or a generator
            return {"tone": "warn", "fill": "soft"} if borne else {"tone": "bad", "fill": "solid"}
        if self.alive is None:
            return {"tone": "idle", "fill": "paper"}
        return {"tone": "ok", "fill": "paper"} if name in self.alive else {"tone": "bad", "fill": "none", "dash": True}  # fmt: skip

    def word(self, name: str, text: str) -> str:
        """Its name with a sign, for those who see no colours."""
        if name in self.failed:
            return f"✗ {text}"
        return text if self.alive is None or name in self.alive else f"– {text}"


@dataclass(frozen=True)
class Weak(Marks):
    """Marks of a design in which nothing has failed: what alone takes a service down."""

    alone: frozenset[str] = frozenset()

    def look(self, name):
        return {"tone": "warn", "fill": "soft"} if name in self.alone else {"tone": "idle", "fill": "paper"}  # fmt: skip

    def word(self, name, text):
        return f"! {text}" if name in self.alone else text


def plan(design, marks, x, y, wide, *, a_line=3):
    """The items of a design in `wide` units from (x, y), and the bottom."""
    items, y = _band(_on_top(design), marks, x, y, wide)
    many = min(len(design.racks), a_line)
    step = (wide + GAP) / many
    y += 8
    for at in range(0, len(design.racks), many):
        row = design.racks[at : at + many]
        high = max(_height(design, rack, marks, step - GAP) for rack in row)
        for place, rack in enumerate(row):
            items.append(_rack(design, rack, marks, (x + place * step, y, step - GAP, high)))
        y += high + 8
    below, y = _band(_feeds(design), marks, x, y, wide)
    return items + below, y


def _on_top(design):
    """Lines and core switches: a name, its words, and fewer of them."""
    names = [f"wan:{n}" for n in range(1, design.net.wans + 1)]
    names += [f"core:{n}" for n in range(1, design.net.cores + 1)]
    short = mark("core {n}")
    return [(name, component(name), _(short, n=name[5:]) if name.startswith("core") else component(name)) for name in names]  # fmt: skip


def _feeds(design):
    said = [_("batteries {n} min", n=number(design.power.ups_min))] if design.power.ups_min else []
    said += [_("generator")] if design.power.gen else []
    feeds = [component(f"feed:{n}") for n in range(1, design.power.feeds + 1)]
    return [(f"feed:{n}", " · ".join([feed, *said]), feed) for n, feed in enumerate(feeds, 1)]


def _band(parts, marks, x, y, wide):
    """Boxes beside each other over the whole width; fewer words where there is no room."""
    step, items = (wide + GAP) / len(parts), []
    for at, (name, long, short) in enumerate(parts):
        text = fitting([marks.word(name, long), marks.word(name, short)], step - GAP, 12)
        items.append(box(name, x + at * step, y, step - GAP, STRIP + 2, r=6, text=text, size=12, **marks.look(name)))  # fmt: skip
    return items, y + STRIP + 2


# A rack


def _vms(design, marks, host):
    """Machines drawn in a host: those that run there, and those at home there that run nowhere."""
    if marks.alive is None:
        return [vm for vm in design.vms if vm.host == host.id]
    return [vm for vm in design.vms if marks.places.get(vm.id, vm.host) == host.id]


def _chips(wide):
    """Machines in a row of a host."""
    return max(1, int((wide - 12) // 76))


def _host_height(design, host, marks, wide):
    rows = -(-len(_vms(design, marks, host)) // _chips(wide - 12))
    return HEAD + max(1, rows) * LINE + 2


def _stands(design, rack):
    return design.storage.kind == "nas" and design.storage.rack == rack.id


def _height(design, rack, marks, wide):
    hosts = [host for host in design.hosts if host.rack == rack.id]
    inner = sum(_host_height(design, host, marks, wide) + GAP for host in hosts)
    nas = HEAD + LINE + 2 + GAP if _stands(design, rack) else 0
    return 26 + 2 * (STRIP + GAP) + inner + nas + 2


def _rack(design, rack, marks, spot):
    """Switches on top, hosts, the NAS if it is here, strips of sockets at the bottom."""
    x, y, wide, high = spot
    name, inner = f"rack:{rack.id}", wide - 12
    burnt, weak = name in marks.failed, marks.word(name, "") == "! "
    children = _strips(rack, "tor", rack.tors, marks, 26, inner)
    top = 26 + STRIP + GAP
    for host in design.hosts:
        if host.rack == rack.id:
            high_h = _host_height(design, host, marks, wide)
            children.append(_host(design, host, marks, (6, top, inner, high_h)))
            top += high_h + GAP
    if _stands(design, rack):
        children.append(_nas(design, marks, (6, top, inner, HEAD + LINE + 2)))
    children += _strips(rack, "pdu", rack.pdus, marks, high - STRIP - GAP, inner)
    title = clipped(
        marks.word(name, component(name)) if burnt or weak else component(name), wide - 16, 13
    )
    return box(name, x, y, wide, high, r=10, title=title, children=children, tone="bad" if burnt else "warn" if weak else "idle", fill="none" if burnt else "plain", dash=burnt)  # fmt: skip


WORDS = {"tor": mark("switch {letter}"), "pdu": mark("sockets {letter}")}


def _strips(rack, kind, count, marks, y, wide):
    word, step = WORDS[kind], (wide + GAP) / count
    items = []
    for at, letter in enumerate("ab"[:count]):
        name = f"{kind}:{rack.id}:{letter}"
        text = boxed(marks.word(name, _(word, letter=letter)), step - GAP, 11.5)
        items.append(box(name, 6 + at * step, y, step - GAP, STRIP, r=5, text=text, size=11.5, **marks.look(name)))  # fmt: skip
    return items


def _host(design, host, marks, spot):
    """Its title, and the machines in it."""
    x, y, wide, high = spot
    name, ram = f"host:{host.id}", HOSTS[host.model].ram_gb
    plugs = f"{'ab'[: host.psus]}·{'ab'[: host.nics]}"
    short, long = f"{host.id} {host.model}", _("{host}, {ram} GB, power·network {plugs}", host=f"{host.id} {host.model}", ram=ram, plugs=plugs)  # fmt: skip
    title = next((each for each in (long, f"{short} · {plugs}", short) if clipped(each, wide - 30, 13.5) == each), short)  # fmt: skip
    a_line = _chips(wide)
    step = (wide - 12) / a_line
    chips = [
        _chip(vm, marks, (6 + at % a_line * step, HEAD + at // a_line * LINE, step - 4, CHIP))
        for at, vm in enumerate(_vms(design, marks, host))
    ]
    return box(name, x, y, wide, high, r=7, title=clipped(marks.word(name, title), wide - 20, 13), children=chips, **marks.look(name))  # fmt: skip


def _chip(vm, marks, spot):
    """A machine: at home, started elsewhere, or away."""
    runs = marks.places.get(vm.id)
    text, look = vm.id, {"tone": "idle", "fill": "paper"}
    if marks.alive is not None:
        look = {"tone": "ok", "fill": "soft"} if runs == vm.host else {"tone": "accent", "fill": "solid"}  # fmt: skip
        text = vm.id if runs == vm.host else f"→ {vm.id}"
        if not runs:
            text, look = f"✗ {vm.id}", {"tone": "bad", "fill": "paper", "dash": True}
    with_ram = f"{text} {vm.ram}"
    text = with_ram if len(with_ram) * 7 < spot[2] - 4 else text
    return box(f"vm-{vm.id}", *spot, r=5, text=boxed(text, spot[2] + 8, 11.5), size=11.5, **look)


def _nas(design, marks, spot):
    x, y, wide, high = spot
    storage = design.storage
    step = (wide - 12) / storage.ctrls
    chips = []
    for n in range(1, storage.ctrls + 1):
        name = f"nasctrl:{n}"
        text = fitting([marks.word(name, _("controller {n}", n=str(n))), marks.word(name, _("ctrl {n}", n=str(n)))], step - 4, 11.5)  # fmt: skip
        chips.append(box(name, 6 + (n - 1) * step, HEAD, step - 4, CHIP, r=5, text=text, size=11.5, **marks.look(name)))  # fmt: skip
    dead = any(name.startswith("disks:") for name in marks.failed)
    title = _("NAS: {disks}", disks=disks(design))
    return box("nas", x, y, wide, high, r=7, title=clipped(f"✗ {title}" if dead else title, wide - 16, 13.5), tone="bad" if dead else "accent", fill="paper", children=chips)  # fmt: skip


def disks(design):
    """The disks in a few signs."""
    storage = design.storage
    said = f"{storage.disks} × {storage.disk}"
    return said if storage.kind == "hci" else f"{said}, RAID {storage.raid}"


def storage_line(design):
    """Where the data are, in words."""
    storage = design.storage
    if storage.kind == "local":
        return _("data in each host alone: {disks}", disks=disks(design))
    if storage.kind == "nas":
        return _("data in the NAS: {disks}", disks=disks(design))
    words = {"host": _("one a host"), "rack": _("one a rack")}
    return _("{size} copies, {where}, stop below {least}: {disks} a host", size=storage.size, where=words[storage.domain], least=storage.min_size, disks=disks(design))  # fmt: skip


def ha_line(design):
    """Whether machines are started elsewhere, in words."""
    ha = design.ha
    if not ha.enabled:
        return _("high availability: off")
    extra = [word for on, word in ((ha.quorum, _("asks for a majority")), (ha.witness, _("a witness"))) if on]  # fmt: skip
    return ", ".join([_("high availability: on"), *extra])


def start_line(design):
    """Which machine is started first, and which never stand beside each other, in words."""
    order = sorted(design.vms, key=lambda vm: (vm.prio, -vm.ram, vm.id))
    said = [_("starts in this order: {names}", names=", ".join(vm.id for vm in order))]
    if apart := [vm.id for vm in design.vms if vm.anti]:
        said.append(_("never beside another of their service: {names}", names=", ".join(apart)))
    return " · ".join(said)


def plugs_line(design):
    """What stands in the title of a host, in words."""
    models = sorted({host.model for host in design.hosts})
    sizes = ", ".join(_("{model}: {ram} GB", model=name, ram=HOSTS[name].ram_gb) for name in models)
    return _("“ab·a”: power from sockets a and b, network from switch a only; {sizes}", sizes=sizes)


def asks(one):
    """What a service needs, in words."""
    said = [_("{n} machine", n=one.need)] if one.need == 1 else [_("{n} machines", n=one.need)]
    said += [service(dep) for dep in one.deps]
    said += [_("a line")] if one.public else []
    return _("needs {list}", list=", ".join(said))


# Points


def points(name, made, x, y, wide, *, total=True):
    """The five parts of a score as bars, each with its most; and the bottom."""
    items = []
    if total:
        said = _("score: {n} of 100", n=number(made.total, 4))
        items.append(heading(f"{name}-total", x, y + 12, said, x + wide))
        y += 22
    for part, got in made.parts.items():
        items += _part(f"{name}-{part}", part, got, (x, y, wide))
        y += 26
    return items, y


def _part(name, part, got, spot):
    x, y, wide = spot
    room, word = wide - 160, PARTS[part]
    tone = "ok" if got >= 0.8 * MOST[part] else "warn" if got >= 0.4 * MOST[part] else "bad"
    items = [
        label(f"{name}-name", x, y + 15, clipped(_(word), 92, 12), size=12),
        box(f"{name}-room", x + 94, y + 3, room, 16, r=4, fill="none", tone="idle"),
        label(f"{name}-got", x + wide, y + 15, f"{number(round(got, 1), 3)} / {MOST[part]}", size=12, weight=600, anchor="end"),
    ]  # fmt: skip
    if got > 0:
        items.insert(2, box(f"{name}-bar", x + 94, y + 3, max(3.0, room * got / MOST[part]), 16, r=4, fill="solid", tone=tone))  # fmt: skip
    return items
