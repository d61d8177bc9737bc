"""The board: the network above the racks above the power, cables between them."""

from dataclasses import dataclass

from coursekit.i18n import _, number
from coursekit.labs.datacentre.chosen import component
from coursekit.labs.datacentre.machines import (
    STEP,
    cable,
    chips,
    looks,
    machines_on,
    per_line,
    short,
)
from coursekit.sims.datacentre.cost import disks
from coursekit.ui.fit import clipped, fitting
from coursekit.ui.scene import box, label, path

POWER, NETWORK = {"hue": 3}, {"hue": 0}  # cables
HEAD, TOR, GAP = 28, 26, 10  # of a rack: its name, its switches, between boxes
NAS_HIGH, BAND = 62, 30


@dataclass(frozen=True)
class Plan:
    """Where things stand."""

    width: float
    narrow: bool
    racks: dict  # rack -> left edge
    wide: float  # of a rack
    top: float
    high: float

    @property
    def strip(self):
        return 15 if self.narrow else 24

    @property
    def gutter(self):
        return 10 if self.narrow else 22

    @property
    def inner(self):
        """Width of a host."""
        return self.wide - 2 * (self.strip + self.gutter) - 12

    @property
    def text(self):
        return 10 if self.narrow else 11.5

    def left(self, rack):
        """Left edge of the hosts of a rack."""
        return self.racks[rack] + 6 + self.strip + self.gutter


def plan(design, width, top):
    """Racks side by side in the middle; as high as the fullest needs."""
    narrow, count = width < 600, len(design.racks)
    gap = 8 if narrow else 18
    wide = min(640, (width - 8 - gap * (count - 1)) / count)
    left = (width - count * wide - (count - 1) * gap) / 2
    racks = {rack.id: left + k * (wide + gap) for k, rack in enumerate(design.racks)}
    empty = Plan(width, narrow, racks, wide, top, 0)
    most = max(sum(host.rack == rack.id for host in design.hosts) for rack in design.racks)
    body = most * (host_high(design, empty) + GAP) + BAND + GAP
    if design.storage.kind == "nas":
        body += NAS_HIGH - BAND
    return Plan(width, narrow, racks, wide, top, HEAD + TOR + 2 * GAP + body)


def host_high(design, at):
    """Room for all machines, since all may come; a host of one unit is as low as that allows."""
    lines = -(-len(design.vms) // per_line(at.inner, at.text))
    return max(48, 24 + lines * STEP + 2)


def press_text(name, moment, locked):
    """What a press on it does, for screen readers."""
    if locked:
        return None
    what = component(name)
    return _("repair {what}", what=what) if name in moment.failed else _("break {what}", what=what)


def part(name, spot, texts, moment, *, locked, size=12, **more):
    """A component that can be pressed."""
    mark = "✕ " if name in moment.failed else ""
    text = fitting([*(mark + each for each in texts), *([mark.strip()] if mark else [])], spot[2], size)  # fmt: skip
    look = looks(name, moment)
    return box(name, *spot, text=text, size=size, r=5, press=press_text(name, moment, locked), **look, **more)  # fmt: skip


# Network above, power below


def row(names, y, high, moment, at, *, locked):
    """Components of one kind in a row; the middle of each."""
    wide = min(150, (at.width - 8) / max(2, len(names)) - 12)
    step = wide + (12 if at.narrow else 60)
    left = (at.width - step * len(names) + step - wide) / 2
    items, middles = [], {}
    for k, name in enumerate(names):
        x = left + k * step
        items.append(part(name, (x, y, wide, high), [component(name), short(name)], moment, locked=locked))  # fmt: skip
        middles[name] = x + wide / 2
    return items, middles


def feeds(moment, y, at, *, locked):
    """Feeds with what stands behind them; the middle of each."""
    power, names = moment.design.power, [f"feed:{n}" for n in range(1, moment.design.power.feeds + 1)]  # fmt: skip
    wide = min(250, (at.width - 16) / len(names) - 8)
    step = at.width / len(names) if len(names) > 1 else 0
    items, middles = [], {}
    for k, name in enumerate(names):
        middle = step / 2 + k * step if step else at.width / 2
        mark = "✕ " if name in moment.failed else ""
        behind = [_("battery {n} min", n=number(power.ups_min))] if power.ups_min else [_("no battery")]  # fmt: skip
        behind += [_("generator")] if power.gen else []
        look = looks(name, moment)
        items.append(box(
            name, middle - wide / 2, y, wide, 44, title=mark + component(name), sub=clipped(", ".join(behind), wide - 14), r=6,
            press=press_text(name, moment, locked), **look,
        ))  # fmt: skip
        middles[name] = middle
    return items, middles


# Racks


def rack_items(rack, moment, at, *, locked):
    """Frame, name, PDUs, switches, hosts, the NAS."""
    x, wide, name = at.racks[rack.id], at.wide, f"rack:{rack.id}"
    gone = name in moment.failed
    items = [box(f"frame-{rack.id}", x, at.top, wide, at.high, r=9, fill="none", tone="bad" if gone else "idle", dash=gone)]  # fmt: skip
    text = [f"✕ {component(name)}"] if gone else _titles(rack, moment)
    items.append(box(
        name, x + 4, at.top + 4, wide - 8, HEAD - 6, text=fitting(text, wide - 8, 12), size=12, r=6,
        press=press_text(name, moment, locked), tone="bad" if gone else "idle", fill="solid" if gone else "plain",
    ))  # fmt: skip
    items += _strips(rack, moment, at, locked=locked)
    tors, middles = _switches(rack, moment, at, locked=locked)
    items += tors
    y = at.top + HEAD + TOR + 2 * GAP
    for host in (each for each in moment.design.hosts if each.rack == rack.id):
        items += _host(host, rack, moment, at, y, locked=locked)
        y += host_high(moment.design, at) + GAP
    if moment.design.storage.kind == "nas" and moment.design.storage.rack == rack.id:
        items += nas(moment, at, at.left(rack.id), y, locked=locked)
    return items, middles


def _titles(rack, moment):
    """The name of a rack; in a cut also the votes on its side."""
    name = component(f"rack:{rack.id}")
    if not moment.cut:
        return [name]
    side = next(each for each in moment.state.sides if rack.id in each.racks)
    verdict = _("goes on") if side.storage else _("must stop")
    return [_("{rack}, votes {n}: {verdict}", rack=name, n=side.votes, verdict=verdict), f"{rack.id}: {verdict}", rack.id]  # fmt: skip


def _strips(rack, moment, at, *, locked):
    x, y = at.racks[rack.id], at.top + HEAD + 2
    spots = {"a": x + 5, "b": x + at.wide - 5 - at.strip}
    items = []
    for each in "ab"[: rack.pdus]:
        spot = (spots[each], y, at.strip, at.high - HEAD - 8)
        word = [] if at.narrow or f"pdu:{rack.id}:{each}" in moment.failed else [label(f"pdu-{rack.id}-{each}", at.strip / 2, 16, "PDU", size=9.5, weight=600, anchor="middle")]  # fmt: skip
        items.append(part(f"pdu:{rack.id}:{each}", spot, [each], moment, locked=locked, children=word))  # fmt: skip
    return items


def _switches(rack, moment, at, *, locked):
    left, y = at.left(rack.id), at.top + HEAD + 4
    wide = (at.inner - 6) / 2
    items, middles = [], {}
    for k, each in enumerate("ab"[: rack.tors]):
        name, x = f"tor:{rack.id}:{each}", left + k * (wide + 6)
        items.append(part(name, (x, y, wide, TOR), [_("switch {name}", name=each), each], moment, locked=locked, size=11))  # fmt: skip
        middles[name] = x + wide / 2
    return items, middles


def _host(host, rack, moment, at, y, *, locked):
    name, x, high = f"host:{host.id}", at.left(rack.id), host_high(moment.design, at)
    look = looks(name, moment)
    mark = "✕ " if name in moment.failed else ""
    inside = chips(f"run-{host.id}", machines_on(moment.design, moment.state, host.id), at.inner, 24, size=at.text)  # fmt: skip
    title = fitting([_("{host} ({model})", host=component(name), model=host.model), host.id], at.inner - 34, 12.5)  # fmt: skip
    inside.append(label(f"name-{host.id}", 7, 16, mark + title, size=12.5, weight=600))
    items = [box(name, x, y, at.inner, high, r=6, children=inside, press=press_text(name, moment, locked), **{**look, "fill": "soft" if look["fill"] == "solid" else look["fill"], "dash": name not in moment.state.alive})]  # fmt: skip
    return [*_plugs(host, rack, moment, at, y, high), *items]


def _plugs(host, rack, moment, at, y, high):
    """Power from the strips at the sides, the network down from the switches."""
    name, alive, items = f"host:{host.id}", moment.state.alive, []
    for k, each in enumerate("ab"):
        way = 1 if each == "a" else -1
        edge = at.left(rack.id) if each == "a" else at.left(rack.id) + at.inner
        if k < min(host.psus, rack.pdus):
            items.append(path(f"plug-{host.id}-{each}", f"M{edge - way * (at.gutter + 1)} {y + high * 0.75}H{edge}", **{**POWER, **cable(alive, f"pdu:{rack.id}:{each}", name)}))  # fmt: skip
        if k < min(host.nics, rack.tors):
            tor, x = at.top + HEAD + 4 + TOR / 2, edge - way * at.gutter / 2
            items.append(path(f"net-{host.id}-{each}", f"M{edge} {tor}H{x}V{y + high * 0.35}H{edge}", **{**NETWORK, **cable(alive, f"tor:{rack.id}:{each}", name)}))  # fmt: skip
    return items


# Disks


def nas(moment, at, x, y, *, locked):
    """Controllers beside each other, the disks below."""
    storage, items = moment.design.storage, []
    wide = (at.inner - 4) / storage.ctrls - 4
    for n in range(1, storage.ctrls + 1):
        name = f"nasctrl:{n}"
        items.append(part(name, (x + 4 + (n - 1) * (wide + 4), y + 4, wide - 4, 22), [component(name), short(name)], moment, locked=locked, size=11))  # fmt: skip
    frame = box("nas", x, y, at.inner, NAS_HIGH, r=6, fill="none", tone="idle")
    return [
        frame,
        *items,
        _band(moment, x + 4, y + 30, at.inner - 8, at.inner - 8, locked=locked, size=at.text),
    ]


def bands(moment, at, *, locked):
    """Disks in the hosts: one band through all racks where the copies are one storage."""
    storage, y = moment.design.storage, at.top + at.high - BAND - 4
    if storage.kind == "nas":
        return []
    lefts = sorted(at.racks.values())
    x = lefts[0] + 8 + at.strip
    wide = lefts[-1] + at.wide - 8 - at.strip - x
    return [_band(moment, x, y, wide, at.inner + 2 * at.gutter, locked=locked, size=at.text)]


def _disk_look(moment):
    if moment.state.data_lost or not any(side.storage for side in moment.state.sides):
        return {"tone": "bad", "fill": "solid" if moment.state.data_lost else "soft", "dash": True}
    return {"tone": "warn", "fill": "soft"} if "storage" in moment.strained else {"tone": "ok", "fill": "paper"}  # fmt: skip


def _band(moment, x, y, wide, room, *, locked, size=11.5):
    """The disks; `room` is what of the band is not hidden behind PDUs."""
    look = _disk_look(moment)
    storage, dead = moment.design.storage, moment.dead_disks
    what = _("copies {n}", n=storage.size) if storage.kind == "hci" else f"RAID {storage.raid}"
    disks_of = f"{disks(moment.design)} × {storage.disk}"
    lost = _("data lost") if moment.state.data_lost else _("dead: {n}", n=dead)
    texts = [_("disks: {disks}, {what}, {lost}", disks=disks_of, what=what, lost=lost), f"{disks_of}, {what}, {lost}", f"{disks_of}, {lost}", lost]  # fmt: skip
    press = None if locked else _("let one more disk die")
    return box("disk", x, y, wide, BAND - 4, text=fitting(texts, room, size), size=size, r=5, press=press, **look)  # fmt: skip
