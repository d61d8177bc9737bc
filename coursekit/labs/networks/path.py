"""The path of one packet: its header before and after every device, and a capture to keep."""

import itertools
from html import escape

from coursekit.i18n import _, mark
from coursekit.labs.networks import capture
from coursekit.sims.networks.journey import Header, Trip, travel
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.look import html
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, mover, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

WAYS = {
    "bridged": mark("bridged"),
    "masquerade": mark("behind masquerade"),
    "routed": mark("routed, no masquerade"),
}
LINKS = {
    "virtual": mark("between VM and host"),
    "lan": mark("on the LAN"),
    "wan": mark("on the Internet side"),
}
FIELDS = {
    "src_mac": mark("source MAC"),
    "dst_mac": mark("destination MAC"),
    "ttl": mark("TTL"),
    "src": mark("source IP"),
    "sport": mark("source port"),
    "dst": mark("destination IP"),
    "dport": mark("destination port"),
}
DEVICES = {
    "vm": mark("VM"),
    "switch-virtual": mark("virtual switch"),
    "host": mark("host"),
    "switch-lan": mark("LAN switch"),
    "gateway": mark("router"),
    "server": mark("server"),
}


class PathLab(StoryLab):
    """One device a step, out and back."""

    name = "networks-path"
    title = mark("The path of one packet")

    def controls(self):
        return (
            Pick("way", mark("The VM is"), "masquerade", WAYS),
            Slider("ttl", mark("TTL at the start"), 64, 1, 64),
            Check(
                "return_route", mark("The LAN's router has a route back"), False,
                when=lambda v: v["way"] == "routed",
            ),
            Pick("link", mark("Capture"), "lan", LINKS),
        )  # fmt: skip

    def story(self, actions, way, ttl, return_route, link):
        self._trip, self._at = Trip(way=way, ttl=ttl, return_route=return_route), link
        return travel(self._trip)

    def pictures(self):
        self.scene = self.new_scene()
        self.file = html()
        return [self.scene, self.file]

    def _devices(self):
        names = list(DEVICES)
        return [n for n in names if self._trip.way != "bridged" or n not in ("switch-virtual", "host")]  # fmt: skip

    def draw(self, step):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        spots = self._spots(width, narrow)
        items = self._chain(step, spots, narrow)
        top = max(y for _x, y, _w in spots.values()) + 50 + 54
        fields, bottom = self._fields(step, top, width, narrow)
        self.scene.show(
            [*items, *fields], width=width, height=bottom,
            label=_("The devices on the way, and the header before and after this one"),
        )  # fmt: skip
        self._offer()

    def _offer(self):
        """The capture changes with the run, not with the moment."""
        frames = [f for f in self.result.frames if f.link == self._at]
        text = _("Save the {count} frames {where} as a pcap file (for Wireshark)", count=len(frames), where=_(LINKS[self._at]))  # fmt: skip
        self.file.value = f"<p>{capture.link(frames, f'{self._trip.way}-{self._at}', escape(text))}</p>"  # fmt: skip

    def _spots(self, width, narrow):
        names = self._devices()
        a_line = 3 if narrow else len(names)
        gap = 22 if narrow else 26
        wide = (width - 12 - (a_line - 1) * gap) / a_line
        return {
            name: (6 + (i % a_line) * (wide + gap), 16 + (i // a_line) * 82, wide)
            for i, name in enumerate(names)
        }

    def _chain(self, step, spots, narrow):
        names = list(spots)
        ends = {name: (x + wide / 2, y + 25) for name, (x, y, wide) in spots.items()}
        items = []
        for one, other in itertools.pairwise(names):
            items.append(path(f"wire-{one}", f"M{ends[one][0]:g} {ends[one][1]}L{ends[other][0]:g} {ends[other][1]}"))  # fmt: skip
        for name, (x, y, wide) in spots.items():
            here = name == step.device
            changed = len(step.changed) if here else 0
            tone = "warn" if changed > 2 else "accent" if here else "idle"
            items.append(box(f"device-{name}", x, y, wide, 50, text=_(DEVICES[name]), r=10, fill="solid" if here else "paper", tone=tone, size=12 if narrow else 13.5))  # fmt: skip
        at = names.index(step.device)
        nxt = at + (-1 if step.reply else 1)
        if step.after and 0 <= nxt < len(names):
            d = f"M{ends[names[at]][0]:g} {ends[names[at]][1]}L{ends[names[nxt]][0]:g} {ends[names[nxt]][1]}"  # fmt: skip
            items.append(mover("packet", d, "←" if step.reply else "→", r=11, tone="ok" if step.reply else "bad", seconds=0.6, run=self.moment))  # fmt: skip
        return items

    def _fields(self, step, y, width, narrow):
        """Three columns: the field, before, after; what changed is named and glows."""
        first = 118 if narrow else 170
        half = (width - 12 - first - 16) / 2
        if step.arp:
            return self._arp(step, y, width)
        items = [
            label("before", 6 + first + 8 + half / 2, y - 10, _("before"), anchor="middle", weight=600),
            label("after", 6 + first + 16 + half * 1.5, y - 10, _("after"), anchor="middle", weight=600),
        ]  # fmt: skip
        size = 12 if narrow else 13.5
        for row, (field, text) in enumerate(FIELDS.items()):
            top, changed = y + row * 34, field in step.changed
            items.append(label(f"field-{field}", 10, top + 20, _(text), size=size, weight=700 if changed else 400))  # fmt: skip
            for column, header in enumerate((step.before, step.after)):
                value = str(getattr(header, field)) if header else "—"
                new = changed and column == 1
                items.append(box(
                    f"{field}{column}", 6 + first + 8 + column * (half + 8), top, half, 30, size=size, r=6,
                    text=f"✎ {value}" if new else value, fill="soft" if new else "none", tone="warn" if new else None, glow=new,
                ))  # fmt: skip
        return items, y + len(FIELDS) * 34 + 4

    def _arp(self, step, y, width):
        items = [label("arp", 6, y - 10, _("ARP on this link"), weight=600)]
        for row, each in enumerate(step.arp):
            request = _("to all: who has {ip}? Tell {me}", ip=each.target_ip, me=each.sender_ip)
            reply = _("to {me}: {ip} is at {mac}", me=each.target_ip, ip=each.sender_ip, mac=each.src_mac)  # fmt: skip
            items.append(box(f"arp{row}", 6, y + row * 46, width - 12, 40, text=request if each.op == 1 else reply, fill="soft", tone="warn" if each.op == 1 else "ok", size=13))  # fmt: skip
        return items, y + len(FIELDS) * 34 + 4

    def labels(self, travelled):
        return [self._event(step) for step in travelled.states]

    def _event(self, step):
        way = _("answer") if step.reply else _("request")
        what = _("ARP") if step.arp else _("{n} fields rewritten", n=len(step.changed))
        return f"{way} · {_(DEVICES[step.device])} · {what}"

    def describe(self, step):
        text = _(step.why)
        if step.changed:
            text += " " + _("Rewritten: {fields}.", fields=", ".join(_(FIELDS[f]) for f in step.changed))  # fmt: skip
        if step is self.result.states[-1]:
            ends = {"ok": mark("The answer is back at the VM."), "ttl": mark("Nothing more happens."), "no_return_path": mark("The VM waits in vain: no_return_path.")}  # fmt: skip
            text += "\n" + _(ends[self.result.code])
        return text

    def tone(self, step):
        if step is self.result.states[-1]:
            return "ok" if self.result.code == "ok" else "bad"
        return "warn" if step.changed else "accent"

    def summary(self, travelled):
        changed = sum(len(step.changed) for step in travelled.states)
        return [(_("ends"), travelled.code), (_("steps"), str(len(travelled.states))), (_("fields rewritten"), str(changed))]  # fmt: skip

    def table(self, step):
        head = [_("step"), _("device"), *(_(text) for text in FIELDS.values())]
        rows = []
        for i, each in enumerate(self.result.states):
            header: Header | None = each.after or each.before
            values = [str(value) for value in header] if header else ["—"] * len(FIELDS)
            rows.append([i, _(DEVICES[each.device]), *values])
        return Table(head, rows)
