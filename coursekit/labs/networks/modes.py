"""Five network modes for two VMs: the links they make, and who opens a connection to whom."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.networks.drawing import HEIGHT, line, machine, middle, through
from coursekit.sims.networks.modes import MACHINES, World, address_of, cells, world
from coursekit.ui.controls import Check, Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE, matrix
from coursekit.ui.scene import box, mover
from coursekit.ui.table import Table

MODES = {
    "bridged": mark("bridged"),
    "NAT": mark("NAT, an engine each"),
    "NAT network": mark("NAT network, one engine"),
    "host-only": mark("host-only"),
    "internal": mark("internal"),
}
WHO = {
    "vm1": mark("VM 1"),
    "vm2": mark("VM 2"),
    "host": mark("the host"),
    "lan": mark("the LAN machine"),
    "internet": mark("the Internet server"),
}
SHORT = {
    "vm1": mark("VM 1"),
    "vm2": mark("VM 2"),
    "host": mark("host"),
    "lan": "LAN",
    "internet": mark("Internet"),
}
LINKS = {
    "natnet": mark("NAT network"),
    "hostonly": mark("host-only"),
    "internal": mark("internal"),
    "nat-vm1": mark("NAT of VM 1"),
    "nat-vm2": mark("NAT of VM 2"),
}
ANSWERS = {
    "yes": ("✓", "ok", "solid"),
    "PF": ("PF", "warn", "soft"),
    "no": ("✗", "bad", "soft"),
}
# columns of the drawing: x and width of VMs, virtual links, engines and host, LAN, the rest
WIDE_AT = {"vm": (8, 128), "link": (160, 108), "mid": (300, 138), "lan": (470, 74), "right": (578, 140), "net": (752, 140)}  # fmt: skip
NARROW_AT = {"vm": (4, 96), "link": (106, 84), "mid": (196, 104), "lan": (306, 42), "right": (354, 104), "net": (354, 104)}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """The machines, every answer, and the pair looked at."""

    world: World
    cells: dict
    pair: tuple[str, str]


class ModesLab(Lab):
    """Press a cell of the matrix to see how that connection goes."""

    name = "networks-modes"
    title = mark("Who can open a connection to whom?")

    def controls(self):
        return (
            Pick("one", mark("VM 1"), "bridged", MODES),
            Pick("other", mark("VM 2"), "host-only", MODES),
            Check("forward", mark("A port of the host is forwarded to each VM"), False),
            Pick("src", mark("From"), "vm1", WHO),
            Pick("dst", mark("To"), "lan", WHO),
        )

    def run(self, one, other, forward, src, dst):
        found = cells(one, other, forward=forward)
        if src == dst:
            dst = next(name for name in MACHINES if name != src)
        return Seen(world(one, other, forward=forward), found, (src, dst))

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if name.startswith("pair-") and not self.locked:
            row, column = (int(each) for each in name.split("-")[1:])
            self.set(src=MACHINES[row], dst=MACHINES[column])

    def draw(self, seen):
        narrow = self.scene.narrow
        boxes = self._machines(seen, NARROW_AT if narrow else WIDE_AT, narrow)
        wires = self._wires(seen, boxes)
        answer, tried = seen.cells[seen.pair]
        stops = [middle(boxes[name]) for name in tried.hops if name in boxes]
        tone = {"yes": "ok", "PF": "warn", "no": "bad"}[answer]
        moving = []
        if len(stops) > 1:
            moving = [mover("packet", through(*stops), "→" if answer != "no" else "✗", r=11, tone=tone, seconds=0.4 * len(stops), run=0)]  # fmt: skip
        y = 364 if narrow else 330
        heads = [_(SHORT[name]) for name in MACHINES]
        items = matrix("pair", self._cells(seen), heads, x=74 if narrow else 300, y=y + 24, size=300)  # fmt: skip
        self.scene.show(
            [*wires, *boxes.values(), *moving, *items], width=NARROW if narrow else WIDE, height=y + 330,
            label=_("The machines and their links; below, who can open a connection (row) to whom (column)"),
        )  # fmt: skip

    def _machines(self, seen, at, narrow):
        rows = {"vm1": 20, "vm2": 130, "engine": 75, "engine-vm1": 20, "engine-vm2": 130, "host": 240, "lan": 20, "gateway": 130, "internet": 240 if narrow else 130}  # fmt: skip
        columns = {"vm1": "vm", "vm2": "vm", "lan": "right", "gateway": "right", "internet": "net"}
        boxes = {}
        hops = seen.cells[seen.pair][1].hops
        for name, each in seen.world.machines.items():
            x, wide = at[columns.get(name, "mid")]
            on = name in hops
            boxes[name] = machine(
                name, x, rows[name], wide, _said(name, narrow), address_of(each), selected=on,
                tone="accent" if on else "idle", size=12 if narrow else 13.5,
            )  # fmt: skip
        for link in dict.fromkeys(card for m in seen.world.machines.values() for card in m.cards):
            if link != "wan":
                boxes[f"link-{link}"] = self._link(link, at)
        return boxes

    def _link(self, link, at):
        if link == "lan":
            x, wide = at["lan"]
            return box("link-lan", x, 20, wide, 274, text="LAN", fill="soft", tone="accent", r=16, size=14)  # fmt: skip
        x, wide = at["link"]
        y = {"nat-vm1": 28, "nat-vm2": 138, "natnet": 83, "hostonly": 200, "internal": 83}[link]
        return box(f"link-{link}", x, y, wide, 38, text=_(LINKS[link]), fill="soft", hue=3, r=18, size=11.5)  # fmt: skip

    def _wires(self, seen, boxes):
        """A line from each card to its link; dashed: an engine uses the host's own stack."""
        wires = []
        for name, each in seen.world.machines.items():
            for link in each.cards:
                if link == "wan":
                    continue
                wires.append(self._wire(f"{name}~{link}", boxes[name], boxes[f"link-{link}"]))
            if each.engine_of:
                wires.append(self._stack(name, boxes))
        wires.append(line("wan", middle(boxes["gateway"]), middle(boxes["internet"])))
        return wires

    def _stack(self, name, boxes):
        """From an engine to the host; the first of two goes round the second."""
        engine, host, lan = boxes[name], boxes["host"], boxes["link-lan"]
        x, y = middle(engine)
        if name != "engine-vm1" or "engine-vm2" not in boxes:
            return line(f"stack-{name}", (x, y + HEIGHT / 2), (x, host["y"]), dash=True, tone="accent")  # fmt: skip
        edge = engine["x"] + engine["w"]
        aside, low = (edge + lan["x"]) / 2, host["y"] + 12
        return line(f"stack-{name}", (edge, y), (aside, y), (aside, low), (edge, low), dash=True, tone="accent")  # fmt: skip

    def _wire(self, name, one, link):
        """From a machine's side, level, to the link's edge; where it is higher or lower, by a bend."""
        x, y = middle(one)
        to, level = middle(link)
        side = 1 if to > x else -1
        start = (x + side * one["w"] / 2, y)
        if link["y"] <= y <= link["y"] + link["h"]:
            return line(name, start, (to - side * link["w"] / 2, y))
        if link["id"] == "link-hostonly" and side > 0:  # between the columns, past other links
            aside = (start[0] + link["x"]) / 2
            return line(name, start, (aside, y), (aside, level), (link["x"], level))
        edge = link["y"] if y < level else link["y"] + link["h"]
        return line(name, start, (to, y), (to, edge))

    def _cells(self, seen):
        return [[self._cell(seen, src, dst) for dst in MACHINES] for src in MACHINES]

    def _cell(self, seen, src, dst):
        if src == dst:
            return {"text": "", "fill": "none", "faded": True}
        text, tone, fill = ANSWERS[seen.cells[src, dst][0]]
        press = _("{src} to {dst}: {answer}", src=_(WHO[src]), dst=_(WHO[dst]), answer=self._word(seen.cells[src, dst][0]))  # fmt: skip
        chosen = (src, dst) == seen.pair
        return {"text": text, "tone": tone, "fill": fill, "press": press, "selected": chosen, "glow": chosen}  # fmt: skip

    def _word(self, answer):
        return {"yes": _("yes"), "PF": _("only by port forward"), "no": _("no")}[answer]

    def describe(self, seen):
        answer, tried = seen.cells[seen.pair]
        src, dst = (_(WHO[name]) for name in seen.pair)
        way = " → ".join(_said(name, narrow=False) for name in tried.hops)
        text = _("{src} to {dst}: {answer}.", src=src, dst=dst, answer=self._word(answer))
        return f"{text[0].upper()}{text[1:]} {_(tried.why)}\n" + _("Way of the request: {way}.", way=way)  # fmt: skip

    def tone(self, seen):
        return {"yes": "ok", "PF": "warn", "no": "bad"}[seen.cells[seen.pair][0]]

    def table(self, seen):
        head = [_("from \\ to"), *(_(WHO[name]) for name in MACHINES)]
        rows = [
            [_(WHO[src]), *("—" if src == dst else self._word(seen.cells[src, dst][0]) for dst in MACHINES)]
            for src in MACHINES
        ]  # fmt: skip
        return Table(head, rows)


def _said(name, narrow):
    if name.startswith("engine") or name == "gateway":
        short = {"gateway": mark("router")}.get(name, mark("NAT engine"))
        return _(short)
    return _(SHORT[name] if narrow else {"lan": mark("LAN machine"), "internet": mark("Internet server")}.get(name, SHORT[name]))  # fmt: skip
