"""Publishing a port: who reaches which container, and what is rewritten on the way."""

from dataclasses import dataclass
from itertools import pairwise

from coursekit.i18n import _, mark
from coursekit.sims.containers.ports import Container, Host, Journey, journey, parse
from coursekit.ui.controls import Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, mover, path
from coursekit.ui.table import Table

NETWORKS = {"bridge": "172.17.0.0/16", "shop": "172.18.0.0/16"}
NAMES = {"bridge": mark("default network"), "shop": mark("the user’s network “shop”")}
CONTAINERS = {  # name: address, network, port
    "web": ("172.18.0.2", "shop", 80),
    "db": ("172.18.0.3", "shop", 5432),
    "admin": ("172.17.0.2", "bridge", 9000),
}
PUBLISH = {
    "": mark("nothing"),
    "8080:80": "-p 8080:80",
    "127.0.0.1:8080:80": "-p 127.0.0.1:8080:80",
    "8080:8080": "-p 8080:8080",
}
ADMIN = {"": mark("nothing"), "9000:9000": "-p 9000:9000", "8080:9000": "-p 8080:9000"}
SOURCES = {
    "outside": mark("outside"),
    "host": mark("the host"),
    "web": "web",
    "db": "db",
    "admin": mark("admin"),
}
TARGETS = {
    "host": mark("the host’s address"),
    "localhost": mark("localhost"),
    "web": mark("the name web"),
    "db": mark("the name db"),
    ":web": "172.18.0.2 (web)",
    ":db": "172.18.0.3 (db)",
    ":admin": "172.17.0.2 (admin)",
}
PORTS = (80, 5432, 8080, 9000)


@dataclass(frozen=True)
class Tried:
    """The host as set up, and the connection that was tried."""

    host: Host
    journey: Journey


class PortsLab(Lab):
    """A host with two networks of containers, and a connection from one place to another."""

    name = "containers-ports"
    title = mark("Publishing a port: who reaches the container?")

    def controls(self):
        return (
            Pick("web", mark("web publishes"), "8080:80", PUBLISH),
            Pick("admin", mark("admin publishes"), "", ADMIN),
            Pick("source", mark("From"), "outside", SOURCES),
            Pick("target", mark("To"), "host", TARGETS),
            Pick("port", mark("Port"), 8080, {port: str(port) for port in PORTS}),
        )

    def run(self, web, admin, source, target, port):
        published = {"web": parse(web), "admin": parse(admin)}
        containers = tuple(
            Container(name, *where, (rule,) if (rule := published.get(name)) else ())
            for name, where in CONTAINERS.items()
        )
        host = Host("192.0.2.10", NETWORKS, containers)
        return Tried(host, journey(host, source, target, port))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, tried):
        narrow, width = self.scene.narrow, width_of(self.scene)
        at = _narrow_places() if narrow else _wide_places()
        items = facts(self._facts(tried), narrow=narrow)
        items += self._place(tried, at)
        items += self._way(tried, at)
        items += self._steps(tried, at["steps"], narrow=narrow)
        height = at["steps"][1] + 30 + 3 * (46 if narrow else 26)
        what = _("The host with two networks of containers, and the way of a connection")
        self.scene.show(items, width=width, height=height, label=what)

    def _facts(self, tried):
        opens = tried.journey.opens
        rules = [
            f"{rule.host_port} → {one.name}"
            for one in tried.host.containers
            for rule in one.published
        ]
        return [
            (_("✓ the connection opens") if opens else _("✗ no connection"), "ok" if opens else "bad"),
            (_("published: {rules}", rules=", ".join(rules) or _("none")), "accent"),
        ]  # fmt: skip

    def _place(self, tried, at):
        """Outside, the host, its two networks with their containers."""
        items = [self._machine("outside", at["outside"], _("outside"), "203.0.113.9")]
        x, y, w, h = at["house"]
        items.append(box("house", x, y, w, h, r=12, fill="none", title=_("The host"), sub=tried.host.ip))  # fmt: skip
        items.append(self._machine("host", at["host"], _("rules of the host"), tried.host.ip))
        for net, hosts in NETWORKS.items():
            x, y, w, h = at[net]
            items.append(box(f"net-{net}", x, y, w, h, r=10, dash=True, fill="none", title=_(NAMES[net]), sub=hosts))  # fmt: skip
        return [
            *items,
            *(self._container(tried, one, at[one.name]) for one in tried.host.containers),
        ]

    def _machine(self, name, spot, text, sub):
        x, y, w, h = spot
        begins = self.values["source"] == name
        return box(name, x, y, w, h, r=8, title=text, sub=sub, tone="accent" if begins else "idle", fill="soft", glow=begins)  # fmt: skip

    def _container(self, tried, one, spot):
        x, y, w, h = spot
        begins, ends = self.values["source"] == one.name, tried.journey.steps[-1].where == one.name
        tone = ("ok" if tried.journey.opens else "bad") if ends else "accent" if begins else "idle"
        sub = _("{ip}, listens on {port}", ip=one.ip, port=one.listens)
        return box(one.name, x, y, w, h, r=8, title=one.name, sub=sub, tone=tone, fill="soft", glow=begins or ends)  # fmt: skip

    def _way(self, tried, at):
        """The line from place to place, and a packet that runs along it."""
        source, steps = self.values["source"], tried.journey.steps
        places = [source]
        for step in steps:
            if step.where in at and step.where != places[-1]:
                places.append(step.where)
        if self.values["target"] == "host" and "host" not in places:
            places.insert(1, "host")  # it gets as far as the host's rules
        tone = "ok" if tried.journey.opens else "bad"
        spots = [at[place] for place in places]
        if len(spots) < 2:
            x, y, w, h = spots[0]
            sign = "✓" if tone == "ok" else "✗"
            return [
                label(
                    "stops", x + w + 16, y + h / 2 + 7, sign, anchor="middle", size=20, weight=700
                )
            ]
        d = " ".join(_between(here, there) for here, there in pairwise(spots))
        line = path("way", d, tone=tone, arrow=True, dash=tone == "bad", w=2)
        packet = "M" + " L".join(f"{x} {y}" for x, y in map(_middle, spots))
        name = f"packet:{'-'.join(places)}"  # another way is another packet: it runs anew
        return [line, mover(name, packet, "", r=6, tone=tone, seconds=1.4, run=0)]

    def _steps(self, tried, where, *, narrow):
        """What is done to the packet, in words, below the picture."""
        x, y = where
        items = [label("steps", x, y + 12, _("The packet on its way"), weight=600, size=13.5)]
        last = len(tried.journey.steps) - 1
        for i, step in enumerate(tried.journey.steps):
            line = y + 36 + i * (46 if narrow else 26)
            items.append(label(f"step{i}", x, line, f"{i + 1}. {step.src} → {step.dst}", size=12.5, weight=600))  # fmt: skip
            why = self._end(tried) if i == last else _(step.why)
            items.append(label(f"why{i}", x + (18 if narrow else 330), line + (18 if narrow else 0), why, size=11.5 if narrow else 12.5))  # fmt: skip
        return items

    def _end(self, tried):
        """The reason is the sentence below the picture."""
        return _("✓ it arrives") if tried.journey.opens else _("✗ it ends here")

    # In words

    def describe(self, tried):
        return _("From {source} to {target}, port {port}: {why}", **self._ends(), why=_(tried.journey.why))  # fmt: skip

    def _ends(self):
        source, target = SOURCES[self.values["source"]], TARGETS[self.values["target"]]
        return {"source": _(source), "target": _(target), "port": self.values["port"]}

    def tone(self, tried):
        return "ok" if tried.journey.opens else "bad"

    def table(self, tried):
        rows = [
            [i + 1, step.src, step.dst, _(step.why)] for i, step in enumerate(tried.journey.steps)
        ]
        head = [_("step"), _("source"), _("destination"), _("what happens there")]
        return Table(head, rows, caption=_("The packet on its way"))


def _wide_places():
    return {
        "outside": (8, 120, 130, 52),
        "house": (190, 52, 702, 262),
        "host": (206, 120, 160, 52),
        "shop": (400, 70, 476, 110),
        "web": (416, 120, 210, 52),
        "db": (650, 120, 210, 52),
        "bridge": (400, 192, 476, 110),
        "admin": (416, 242, 210, 52),
        "steps": (8, 326),
    }


def _narrow_places():
    return {
        "outside": (8, 56, 150, 52),
        "house": (8, 126, 444, 392),
        "host": (24, 176, 200, 52),
        "shop": (24, 246, 412, 150),
        "web": (36, 296, 190, 52),
        "db": (234, 336, 190, 52),
        "bridge": (24, 406, 412, 104),
        "admin": (36, 452, 190, 52),
        "steps": (8, 532),
    }


def _middle(spot):
    x, y, w, h = spot
    return x + w / 2, y + h / 2


def _between(here, there):
    """A line from edge to edge of two boxes, along the line of their middles."""
    (x1, y1), (x2, y2) = _edge(here, there), _edge(there, here)
    return f"M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}"


def _edge(spot, towards):
    """Where the line from this box's middle to the other's leaves it, and a little beyond."""
    (x, y), (tx, ty) = _middle(spot), _middle(towards)
    dx, dy = tx - x, ty - y
    _x, _y, w, h = spot
    part = min(side / 2 / abs(d) for side, d in ((w, dx), (h, dy)) if d)
    far = (dx**2 + dy**2) ** 0.5
    part += 4 / far
    return x + part * dx, y + part * dy
