"""A host-only VM and the LAN: the chain of links, and the first that is broken."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.networks.drawing import line, machine, middle, through
from coursekit.sims.networks.reach import End, Gateway, Host, Reached, Setup, reach
from coursekit.ui.controls import Check, Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, mover
from coursekit.ui.table import Table

DEFAULT, VM_NET, LAN_SIDE, ROUTER = "0.0.0.0/0", "192.168.56.0/24", "192.168.1.10", "192.168.1.1"
GATEWAYS = {
    "none": mark("none"),
    "right": mark("the host, 192.168.56.1"),
    "wrong": mark("192.168.56.77, nobody"),
}
TARGETS = {"lan": mark("a printer on the LAN"), "far": mark("a server behind the LAN")}
LINKS = {  # code -> what is asked, in order
    "vm_no_route": mark("the VM has a route"),
    "gw_unreachable": mark("its gateway is the host"),
    "host_forwarding_off": mark("the host forwards"),
    "host_firewall": mark("its firewall accepts"),
    "host_no_route": mark("the host has a route"),
    "no_return_path": mark("the answer finds back"),
}
WHY = {
    "vm_no_route": mark("The VM knows no way out of its own network: it says “network is unreachable” and sends nothing."),
    "gw_unreachable": mark("The VM asks by ARP for a gateway that is not there: nobody answers."),
    "host_forwarding_off": mark("The host gets the packet and drops it: ip_forward is 0, the default."),
    "host_firewall": mark("The host would forward, but its firewall's forward chain drops the packet."),
    "host_no_route": mark("The host itself knows no way to that network."),
    "no_return_path": mark("The request arrives. The target answers to 192.168.56.101 by way of its own gateway, the LAN's router, which does not know that network: the answer is lost."),
    "ok": mark("It works: request and answer both find their way."),
}  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """The setup and its verdict."""

    setup: Setup
    reached: Reached


def setup_of(gw, forwarding, firewall, masquerade, back, target, host_route):
    """The setup of the controls."""
    via = {"none": (), "right": ((DEFAULT, "192.168.56.1"),), "wrong": ((DEFAULT, "192.168.56.77"),)}  # fmt: skip
    ip = "192.168.1.50/24" if target == "lan" else "10.7.7.7/24"
    return Setup(
        vm=End(ip="192.168.56.101/24", routes=via[gw]),
        host=Host(
            vm_side="192.168.56.1", lan_side=f"{LAN_SIDE}/24", forwarding=forwarding, masquerade=masquerade,
            firewall="accept" if firewall else "drop", routes=((DEFAULT, ROUTER),) if host_route else (),
        ),
        target=End(ip=ip, routes=((DEFAULT, ROUTER),)),
        gateway=Gateway(ip=ROUTER, routes=((VM_NET, LAN_SIDE),) if back else ()),
    )  # fmt: skip


class HostOnlyLab(Lab):
    """Five switches, six links."""

    name = "networks-hostonly"
    title = mark("Why does the host-only VM not reach the LAN?")

    def controls(self):
        return (
            Pick("gw", mark("The VM's gateway"), "none", GATEWAYS),
            Check("forwarding", mark("ip_forward on the host"), False),
            Check("firewall", mark("The host's firewall accepts"), True),
            Check("masquerade", mark("The host masquerades"), False),
            Check("back", mark("The LAN's router has a route back"), False),
            Pick("target", mark("Target"), "lan", TARGETS, more=True),
            Check("host_route", mark("The host has a default route"), True, more=True),
        )

    def run(self, **switches):
        setup = setup_of(**switches)
        return Tried(setup, reach(setup))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, tried):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        boxes = self._machines(tried, width, narrow)
        wires = [
            line("w1", middle(boxes["vm"]), middle(boxes["host"])),
            line("w2", middle(boxes["host"]), middle(boxes["target"])),
            line("w3", middle(boxes["host"]), (middle(boxes["host"])[0], middle(boxes["gateway"])[1]), middle(boxes["gateway"])),
            line("w4", middle(boxes["gateway"]), (middle(boxes["target"])[0], middle(boxes["gateway"])[1]), middle(boxes["target"])),
        ]  # fmt: skip
        checks, bottom = self._checks(tried, 206, width, narrow)
        seen = self._seen(tried, width, narrow)
        self.scene.show(
            [*wires, *boxes.values(), *seen, *self._movers(tried, boxes), *checks], width=width, height=bottom,
            label=_("VM, host, target and the LAN's router; below, the links of the chain"),
        )  # fmt: skip

    def _machines(self, tried, width, narrow):
        wide = 116 if narrow else 170
        setup = tried.setup
        at = {"vm": (6, 20), "host": ((width - wide) / 2, 20), "target": (width - wide - 6, 20), "gateway": ((width - wide) * (0.5 if narrow else 0.75), 118)}  # fmt: skip
        texts = {
            "vm": (_("host-only VM") if not narrow else "VM", setup.vm.ip),
            "host": (_("host"), LAN_SIDE),
            "target": (_("target"), setup.target.ip),
            "gateway": (_("LAN's router") if not narrow else _("router"), ROUTER),
        }
        stuck = {"vm_no_route": "vm", "gw_unreachable": "vm", "host_forwarding_off": "host", "host_firewall": "host", "host_no_route": "host", "no_return_path": "gateway"}  # fmt: skip
        broken = stuck.get(tried.reached.code)
        return {
            name: machine(name, x, y, wide, texts[name][0], texts[name][1], tone="bad" if name == broken else "ok" if not broken else "idle", strike=False, glow=name == broken)
            for name, (x, y) in at.items()
        }  # fmt: skip

    def _seen(self, tried, width, narrow):
        """What a capture on the target shows."""
        if not tried.reached.request_arrives:
            text = _("a capture on the target: nothing")
        elif tried.reached.translated:
            text = _("a capture on the target: ping from {ip}", ip=LAN_SIDE)
        else:
            text = _("a capture on the target: ping from {ip}", ip="192.168.56.101")
        return [label("capture", width - 6, 12, text, anchor="end", size=11 if narrow else 12.5)]

    def _movers(self, tried, boxes):
        points = {name: middle(each) for name, each in boxes.items()}
        code, run = tried.reached.code, 0
        forth = [points["vm"], points["host"], points["target"]]
        if not tried.reached.request_arrives:
            stop = points["host"] if code.startswith("host") else (points["vm"][0] + 70, points["vm"][1])  # fmt: skip
            return [mover("ping", through(points["vm"], stop), "→", r=11, tone="bad", seconds=0.8, run=run)]  # fmt: skip
        low = points["gateway"][1]
        back = forth[::-1] if tried.reached.translated else [points["target"], (points["target"][0], low), points["gateway"]]  # fmt: skip
        if code == "ok" and not tried.reached.translated:
            back += [(points["host"][0], low), points["host"], points["vm"]]
        return [
            mover("ping", through(*forth), "→", r=11, tone="accent", seconds=0.9, run=run),
            mover("pong", through(*back), "←", r=11, tone="ok" if code == "ok" else "bad", seconds=0.9, delay=0.9, run=run),
        ]  # fmt: skip

    def _checks(self, tried, y, width, narrow):
        codes = list(LINKS)
        first = codes.index(tried.reached.code) if tried.reached.code in LINKS else len(codes)
        a_line = 2 if narrow else 3
        wide = (width - 12 - (a_line - 1) * 8) / a_line
        items = [label("links", 6, y - 8, _("The chain, link by link: the first that breaks decides"), weight=600)]  # fmt: skip
        for i, (code, text) in enumerate(LINKS.items()):
            sign, tone, fill = ("✓", "ok", "soft") if i < first else ("✗", "bad", "solid") if i == first else ("?", "idle", "none")  # fmt: skip
            x, top = 6 + (i % a_line) * (wide + 8), y + (i // a_line) * 46
            items.append(box(f"link-{code}", x, top, wide, 40, text=f"{sign} {_(text)}", tone=tone, fill=fill, size=12 if narrow else 13.5))  # fmt: skip
        return items, y + -(-len(codes) // a_line) * 46 + 4

    def describe(self, tried):
        text = _(WHY[tried.reached.code])
        if tried.reached.code == "ok" and tried.reached.translated:
            text += " " + _("The target sees the host's address, {ip}: masquerade needs nothing from the LAN, and nobody on the LAN can open a connection to the VM.", ip=LAN_SIDE)  # fmt: skip
        elif tried.reached.code == "ok":
            text += " " + _("The target sees the VM's own address, and the LAN can reach the VM as well.")  # fmt: skip
        return _("{t}: {what}", t=tried.reached.code, what=text)

    def tone(self, tried):
        if tried.reached.code == "ok":
            return "ok"
        return "warn" if tried.reached.request_arrives else "bad"

    def table(self, tried):
        codes = list(LINKS)
        first = codes.index(tried.reached.code) if tried.reached.code in LINKS else len(codes)
        words = [_("holds") if i < first else _("broken") if i == first else _("not reached") for i in range(len(codes))]  # fmt: skip
        rows = [[i + 1, _(text), words[i]] for i, text in enumerate(LINKS.values())]
        return Table([_("link"), _("what must hold"), _("state")], rows)
