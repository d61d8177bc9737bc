"""How much a hyperconverged cluster holds if it is to lose a host and heal itself."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.netstorage.drawing import LINKS
from coursekit.sims.netstorage.redundancy import LIMITS, erasure, replicas
from coursekit.sims.netstorage.sizing import Cluster, Sized, hosts_needed, size
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

SCHEMES = {
    "copies2": (replicas(2), mark("2 copies")),
    "copies3": (replicas(3), mark("3 copies")),
    "erasure42": (erasure(4, 2), mark("erasure 4+2")),
}
VERDICTS = {"yes": ("✓", "ok"), "careful": ("!", "warn"), "no": ("✗", "bad")}
ABOUT = {
    "places": mark("places"), "space": mark("space"), "rebuild": mark("rebuild"),
    "memory": mark("memory"), "network": mark("network"),
}  # fmt: skip
HOST, GAUGE, LINE = 52, 34, 24


@dataclass(frozen=True)
class Tried:
    """A cluster, its numbers, and the fewest hosts with which it would do."""

    cluster: Cluster
    sized: Sized
    needed: int | None


class SizingLab(Lab):
    """Hosts, a gauge each for space, memory and network, a verdict for each question."""

    name = "netstorage-sizing"
    title = mark("How large must the cluster be?")

    def controls(self):
        schemes = {name: text for name, (_scheme, text) in SCHEMES.items()}
        return (
            Slider("hosts", mark("Hosts"), 4, 2, 16),
            Slider("disks", mark("Disks in a host"), 6, 1, 24),
            Pick("scheme", mark("Data are kept in"), "copies3", schemes),
            Slider("data", mark("Data"), 15.0, 0.0, 500.0, 0.5, mark("TB")),
            Slider("vms", mark("Virtual machines"), 64, 0, 1000),
            Slider("tb", mark("Size of a disk"), 4.0, 0.5, 30.0, 0.5, mark("TB"), more=True),
            Slider("ram", mark("Memory of a machine"), 8, 1, 256, 1, mark("GB"), more=True),
            Slider("host_ram", mark("Memory of a host"), 256, 32, 4096, 32, mark("GB"), more=True),
            Slider("writes", mark("All machines write"), 200, 0, 5000, 10, mark("MB/s"), more=True),
            Pick("gbps", mark("Network of a host"), 10, {rate: text for rate, text in LINKS.items() if rate >= 1}, more=True),
        )  # fmt: skip

    def run(self, hosts, disks, scheme, data, vms, tb, ram, host_ram, writes, gbps):
        cluster = Cluster(
            hosts=hosts, disks=disks, disk_tb=tb, scheme=SCHEMES[scheme][0], ram_gb=float(host_ram),
            vm_ram_gb=float(vms * ram), data_tb=data, write_mb_s=float(writes), gbps=float(gbps),
        )  # fmt: skip
        return Tried(cluster, size(cluster), hosts_needed(cluster))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, tried):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 116 if narrow else 76
        items = facts(self._facts(tried), narrow=narrow)
        hosts, y = self._hosts(tried, top, width)
        space, y = self._space(tried, y + 34, width)
        memory, y = self._memory(tried, y + 40, width)
        network, y = self._network(tried, y + 40, width)
        lines, y = self._lines(tried, y + 18, width)
        items += hosts + space + memory + network + lines
        items += key(self._key(), width, y + 10, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (60 if narrow else 38),
            label=_("The hosts, and gauges of space, memory and network with what a lost host would leave"),
        )  # fmt: skip

    def _facts(self, tried):
        sized, needed = tried.sized, tried.needed
        usable, heal = ("?", "?") if self.locked else (number(sized.usable_tb), number(sized.rebuildable_tb))  # fmt: skip
        enough = needed is not None and needed <= tried.cluster.hosts
        return [
            (_("disks in all: {n} TB", n=number(sized.raw_tb, 4)), "idle"),
            (_("usable: {n} TB", n=usable), "accent"),
            (_("with a host dead: {n} TB", n=heal), "ok" if sized.line("rebuild").verdict == "yes" else "bad"),
            (_("hosts needed: {n}", n=needed or "> 64"), "ok" if enough else "warn"),
        ]  # fmt: skip

    def _hosts(self, tried, top, width):
        """The hosts; the last one is the one that may die."""
        count = tried.cluster.hosts
        a_line = min(count, 8)
        step = min(118.0, (width - 8) / a_line)
        items = [label("hosts", 6, top - 10, _("The hosts: any one may die, the others must do"), weight=600, size=13)]  # fmt: skip
        for host in range(count):
            line, column = divmod(host, a_line)
            last = host == count - 1
            look = {"tone": "bad", "fill": "none", "dash": True} if last else {"tone": "ok", "fill": "paper"}  # fmt: skip
            wide = step > 84
            items.append(box(
                f"host{host}", 4 + column * step, top + line * (HOST + 8), step - 8, HOST, r=8, title=_("host {n}", n=host + 1) if wide else str(host + 1),
                sub="✗" if last and not wide else _("✗ dies") if last else plural("{count} disk", "{count} disks", tried.cluster.disks) if wide else "", **look,
            ))  # fmt: skip
        return items, top + -(-count // a_line) * (HOST + 8)

    def _gauge(self, name, title, parts, marks, y, width, whole):
        """A bar of parts (amount, look, text) on a rail of `whole`, with marks below (at, text, look)."""
        full = width - 12
        items = [
            label(f"{name}-title", 6, y, title, weight=600, size=13),
            box(f"{name}-rail", 6, y + 8, full, GAUGE, r=5, fill="none", tone="idle"),
        ]
        x = 6.0
        for k, (amount, look, text) in enumerate(parts):
            wide = min(full * amount / whole, 6 + full - x)
            if wide > 0.5:
                shown = text if wide > 7.2 * len(text) + 8 else ""
                items.append(box(f"{name}-{k}", x, y + 8, wide, GAUGE, r=4, text=shown, size=12, **look))  # fmt: skip
                if not shown and k == len(parts) - 1 and x + wide + 7.2 * len(text) < width - 120:
                    items.append(label(f"{name}-{k}-text", x + wide + 8, y + 8 + GAUGE / 2 + 4, text, size=12, weight=600))  # fmt: skip
            x += max(0.0, wide)
        for k, (at, text, look) in enumerate(marks):
            place = 6 + full * min(1.0, at / whole)
            late = place > width / 2
            items += [
                path(f"{name}-mark{k}", f"M{place:.1f} {y + 4}v{GAUGE + 8}", **look),
                label(f"{name}-mark{k}-text", place - 4 if late else place + 4, y + GAUGE + 24, text, anchor="end" if late else "start", size=11.5),
            ]  # fmt: skip
        return items, y + GAUGE + 28

    def _space(self, tried, y, width):
        """All disks: the data, their copies, what stays free."""
        cluster, sized = tried.cluster, tried.sized
        copies = cluster.data_tb * (cluster.scheme.overhead - 1)
        over = sized.line("space").verdict == "no"
        parts = [
            (cluster.data_tb, {"hue": 0, "fill": "solid"}, _("data {n} TB", n=number(cluster.data_tb))),
            (copies, {"hue": 0, "fill": "soft"}, _("copies {n} TB", n=number(copies))),
        ]  # fmt: skip
        marks = [] if self.locked else [(sized.rebuildable_tb * cluster.scheme.overhead, _("limit, if a host may die"), {"tone": "bad", "dash": True})]  # fmt: skip
        marks.append((LIMITS["nearfull"] * sized.raw_tb, _("nearfull mark"), {"tone": "warn"}))
        title = _("Space: {n} TB on all disks", n=number(sized.raw_tb, 4))
        items, bottom = self._gauge("space", f"{'✗ ' if over else ''}{title}", parts, marks[:1] if width < 600 and not self.locked else marks, y, width, sized.raw_tb)  # fmt: skip
        if width > 600:
            for mark_ in ("backfillfull", "full"):
                x = 6 + (width - 12) * LIMITS[mark_]
                items.append(path(mark_, f"M{x:.1f} {y + 4}v{GAUGE + 8}", tone="bad" if mark_ == "full" else "warn"))  # fmt: skip
        return items, bottom

    def _memory(self, tried, y, width):
        cluster, sized = tried.cluster, tried.sized
        over = sized.line("memory").verdict == "no"
        whole = max(sized.ram_all_gb, cluster.vm_ram_gb)
        parts = [(cluster.vm_ram_gb, {"hue": 1, "fill": "solid" if over else "soft"}, _("machines {n} GB", n=number(cluster.vm_ram_gb, 5)))]  # fmt: skip
        marks = [(sized.ram_n1_gb, _("limit, if a host may die"), {"tone": "bad", "dash": True})]
        return self._gauge("memory", _("Memory: {n} GB in all hosts", n=number(sized.ram_all_gb, 5)), parts, marks, y, width, whole)  # fmt: skip

    def _network(self, tried, y, width):
        cluster, sized = tried.cluster, tried.sized
        link = cluster.link_mb_s
        whole = max(link, sized.host_mb_s)
        parts = [(sized.host_mb_s, {"hue": 3, "fill": "soft"}, _("copies {n} MB/s", n=number(sized.host_mb_s)))]  # fmt: skip
        marks = [(link, _("the cable: {n} MB/s", n=number(link, 5)), {"tone": "warn"})]
        return self._gauge("network", _("Network of a host: what the copies of all writes put on it"), parts, marks, y, width, whole)  # fmt: skip

    def _lines(self, tried, y, width):
        """A verdict for each question."""
        items, a_line = [], 5 if width > 600 else 2
        step = (width - 8) / a_line
        for k, line in enumerate(tried.sized.lines):
            sign, tone = VERDICTS[line.verdict]
            row, column = divmod(k, a_line)
            items.append(box(
                f"verdict{k}", 4 + column * step, y + row * 38, step - 8, 32, r=7, size=12.5, tone=tone,
                fill="solid" if tone == "bad" else "soft", text=f"{sign} {_(ABOUT[line.about])}",
            ))  # fmt: skip
        return items, y + -(-len(tried.sized.lines) // a_line) * 38

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "solid"}, _("data")),
            ("box", {"hue": 0, "fill": "soft"}, _("copies, computed pieces")),
            ("line", {"tone": "bad", "dash": True}, _("limit, if a host may die")),
            ("line", {"tone": "warn"}, _("marks: {near}, {back}, {full} %", near=number(100 * LIMITS["nearfull"]), back=number(100 * LIMITS["backfillfull"]), full=number(100 * LIMITS["full"]))),
        ]  # fmt: skip

    # In words

    def describe(self, tried):
        lines = [f"{VERDICTS[each.verdict][0]} {_(each.why)}" for each in tried.sized.lines if not self.locked or each.about in ("places", "memory", "network")]  # fmt: skip
        if tried.sized.holds:
            lines.insert(0, _("A host may die at any time, and the cluster heals itself."))
        return "\n".join(lines)

    def tone(self, tried):
        if not tried.sized.holds:
            return "bad"
        return "warn" if any(each.verdict == "careful" for each in tried.sized.lines) else "ok"

    def table(self, tried):
        sized, cluster = tried.sized, tried.cluster
        hidden = "?" if self.locked else None
        rows = [
            [_("space, TB"), number(sized.raw_tb, 4), hidden or number(sized.usable_tb, 4), hidden or number(sized.rebuildable_tb, 4), number(cluster.data_tb, 4)],
            [_("memory, GB"), number(sized.ram_all_gb, 5), number(sized.ram_all_gb, 5), number(sized.ram_n1_gb, 5), number(cluster.vm_ram_gb, 5)],
            [_("network of a host, MB/s"), number(cluster.link_mb_s, 5), number(cluster.link_mb_s, 5), "–", number(sized.host_mb_s, 4)],
        ]  # fmt: skip
        head = [_("what"), _("in all"), _("usable"), _("if a host may die"), _("asked for")]
        return Table(head, rows, caption=_("What the cluster has, and what is asked of it"))
