"""Where a byte of a virtual disk is found: an entry of L1, an entry of L2, a byte in a cluster."""

from dataclasses import dataclass
from math import nan

from coursekit.i18n import _, mark, plural
from coursekit.labs.vmfiles.drawing import amount, whole
from coursekit.sims.vmfiles.geometry import Address, Geometry
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

GIB = 1 << 30
BITS = range(9, 22)  # cluster sizes compared
STEP, CELL = 34, 30  # rows of a table on the screen
AROUND = 1  # entries shown before and after the one that is used
L1, L2, DATA = 3, 5, 0  # hues


@dataclass(frozen=True)
class Found:
    """A disk, a guest byte and the way to it; `all`: the same disk with each cluster size."""

    geometry: Geometry
    offset: int
    way: Address
    all: tuple[Geometry, ...]


class GeometryLab(Lab):
    """Press an entry of a table to go where it leads."""

    name = "vmfiles-geometry"
    title = mark("Where a byte is found")

    def controls(self):
        return (
            Slider("size", mark("Size of the disk"), 1024, 1, 4096, 1, mark("GiB")),
            Slider("bits", mark("Cluster size, as a power of 2"), 16, BITS[0], BITS[-1]),
            Slider("at", mark("Byte looked for, at"), 10.0, 0.0, 4096.0, 0.25, mark("GiB")),
            Slider("plus", mark("And so many bytes further"), 0, 0, 2_097_151, more=True),
        )

    def run(self, size, bits, at, plus):
        geometry = Geometry(size=size * GIB, cluster_bits=bits)
        offset = min(int(at * GIB) + plus, geometry.size - 1)  # a smaller disk ends before it
        others = tuple(Geometry(size=size * GIB, cluster_bits=each) for each in BITS)
        return Found(geometry, offset, geometry.split(offset), others)

    # Acting

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        self.chart = LineChart(
            _("What the size of the clusters costs, for this disk"),
            Axis(_("cluster size, as a power of 2"), least=BITS[0], most=BITS[-1], ticks=7),
            Axis(_("bytes"), log=True, least=100, most=1e12),
            names=[
                _("tables of a full disk"), _("image nobody has written to"),
                _("copied for one byte, in a fresh overlay"), _("as chosen"),
            ], dots=(3,),
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def _press(self, name):
        """An entry leads to the first byte behind it."""
        table, _dash, number = name.partition("-")
        if self.locked or table not in ("l1", "l2"):
            return
        way = self.result.way
        to = Address(int(number), 0, 0) if table == "l1" else Address(way.l1, int(number), 0)
        self.set(at=self.result.geometry.offset(to) / GIB, plus=0)

    # Drawing

    def draw(self, found):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 54
        items = facts(self._facts(found), narrow=narrow)
        items += self._address(found, top, width)
        columns = (4, 160, 316) if narrow else (4, 312, 620)
        wide = 140 if narrow else 276
        items += self._tables(found, top + 92, columns, wide)
        self.scene.show(
            items, width=width, height=top + 92 + 60 + 7 * STEP + 8,
            label=_("A guest byte's address in three parts, and the two tables that lead to it"),
        )  # fmt: skip
        self._curves(found)

    def _facts(self, found):
        g = found.geometry
        return [
            (_("clusters of {size}", size=amount(g.cluster)), "accent"),
            (_("full: {size} of tables", size=amount(g.l2_bytes)), "idle"),
            (_("empty: {size} in all", size=amount(g.empty_bytes)), "ok"),
            (_("1 byte copies {size}", size=amount(g.cluster)), "warn"),
        ]

    def _address(self, found, y, width):
        """The bits of the offset, cut in three."""
        g, way, room = found.geometry, found.way, found.geometry.address_bits
        head = _("Byte {offset} of the disk, cut into bits", offset=whole(found.offset))
        items = [label("address", 4, y + 14, head, weight=600, size=13.5)]
        parts = (
            (L1, room.l1, _("L1: {n}", n=whole(way.l1)), _("× {size}", size=amount(g.l2_covers))),
            (L2, room.l2, _("L2: {n}", n=way.l2), _("× {size}", size=amount(g.cluster))),
            (DATA, room.inside, _("byte {n}", n=whole(way.inside)), _("inside the cluster")),
        )
        x, bits = 4.0, room.l1 + room.l2 + room.inside
        least = 0.2 * (width - 8)  # few bits still need room for their words
        free = width - 8 - 3 * least
        for k, (hue, length, text, sub) in enumerate(parts):
            wide = least + free * length / bits
            items += [
                box(f"bits{k}", x, y + 24, wide - 4, 46, text=text, sub=sub, hue=hue, fill="soft", r=6, size=13),
                label(f"length{k}", x + wide / 2 - 2, y + 84, plural("{count} bit", "{count} bits", length), anchor="middle", size=11.5),
            ]  # fmt: skip
            x += wide
        return items

    def _tables(self, found, y, columns, wide):
        g, way = found.geometry, found.way
        narrow = wide < 200
        tables = (
            ("l1", L1, _("L1 table"), _("entries: {n}", n=whole(g.l1_entries)), way.l1, g.l1_entries),
            ("l2", L2, _("L2 table {n}", n=whole(way.l1)), _("entries: {n}", n=whole(g.l2_entries)), way.l2, g.l2_used(way.l1)),
        )  # fmt: skip
        items = []
        high = 54 + 7 * STEP
        for (name, hue, title, sub, used, count), x in zip(tables, columns, strict=False):
            items.append(box(f"{name}table", x, y, wide, high, title=title, sub=sub, hue=hue, fill="paper", r=10))  # fmt: skip
            rows = _rows(used, count)
            for k, entry in enumerate(rows):
                items.append(self._entry(name, entry, used, (x + 8, y + 50 + k * STEP, wide - 16), hue, narrow=narrow))  # fmt: skip
                if entry == used:
                    self._joint = y + 50 + k * STEP + CELL / 2
            to = columns[1] if name == "l1" else columns[2]
            middle = (x + wide + to) / 2
            target = y + 25 if name == "l1" else y + 36
            items.append(path(f"{name}way", f"M{x + wide - 6} {self._joint:g}C{middle + 14:g} {self._joint:g} {middle - 14:g} {target:g} {to - 3:g} {target:g}", arrow=True, tone="accent"))  # fmt: skip
        return items + self._cluster(found, columns[2], y, wide, high)

    def _entry(self, name, entry, used, area, hue, *, narrow):
        """An entry of a table: its number, and the guest byte from which on it is asked."""
        x, y, wide = area
        if entry is None:
            return label(f"{name}gap{y:g}", x + wide / 2, y + 20, "⋮", anchor="middle", size=16)
        g = self.result.geometry
        text, says = (
            (_("{n}: from {size} on", n=whole(entry), size=amount(entry * g.l2_covers)), _("entry {n} of the L1 table: press to go there", n=entry))
            if name == "l1"
            else (_("{n}: {size} further", n=whole(entry), size=amount(entry * g.cluster)), _("entry {n} of the L2 table: press to go there", n=entry))
        )  # fmt: skip
        text = whole(entry) if narrow else text
        return box(
            f"{name}-{entry}", x, y, wide, CELL, text=text, size=12, r=5, hue=hue,
            fill="solid" if entry == used else "soft", press=None if self.locked else says,
        )  # fmt: skip

    def _cluster(self, found, x, y, wide, high):
        """The cluster to scale, and the byte in it."""
        g, inside = found.geometry, found.way.inside
        room = high - 96
        at = y + 62 + room * inside / g.cluster
        return [
            box("cluster", x, y, wide, high, title=_("The cluster"), sub=amount(g.cluster), hue=DATA, fill="paper", r=10),
            box("contents", x + 12, y + 60, wide - 24, room + 4, hue=DATA, fill="soft", r=6),
            box("byte", x + 12, at, wide - 24, 3, r=1, fill="solid", tone="bad"),
            label("byte-text", x + wide / 2, y + high - 14, _("byte {n}", n=whole(inside)), anchor="middle", size=13, weight=700),
        ]  # fmt: skip

    def _curves(self, found):
        g = found.geometry
        known = [each if each.openable else None for each in found.all]  # QEMU makes no other
        two = [nan, nan]
        curves = [
            [each.l2_bytes if each else nan for each in known] + two,
            [each.empty_bytes if each else nan for each in known] + two,
            [each.cluster if each else nan for each in known] + two,
        ]
        chosen = [nan] * len(known) + [g.l2_bytes, g.cluster]
        self.chart.show([*BITS, g.cluster_bits, g.cluster_bits], *curves, chosen)

    # In words

    def describe(self, found):
        g, way = found.geometry, found.way
        text = _(
            "Byte {offset}: entry {l1} of the L1 table, entry {l2} of the L2 table it leads to, byte {inside} of that cluster.",
            offset=whole(found.offset), l1=whole(way.l1), l2=whole(way.l2), inside=whole(way.inside),
        )  # fmt: skip
        if not g.openable:
            return text + "\n" + _("QEMU refuses this disk: its L1 table would have more than 32 MiB. Choose larger clusters.")  # fmt: skip
        cost = _(
            "One byte written to a fresh overlay copies {cluster}, and the file grows by {grown}: an L2 table and the cluster.",
            cluster=amount(g.cluster), grown=amount(g.first_write_bytes),
        )  # fmt: skip
        return f"{text}\n{cost}"

    def tone(self, found):
        return "accent" if found.geometry.openable else "bad"

    def table(self, found):
        g = found.geometry
        rows = [
            [_("clusters of the disk"), whole(g.clusters), amount(g.cluster)],
            [_("entries of the L1 table"), whole(g.l1_entries), amount(g.l1_bytes)],
            [_("entries of an L2 table"), whole(g.l2_entries), amount(g.cluster)],
            [_("all L2 tables, when the disk is full"), whole(g.l1_entries), amount(g.l2_bytes)],
            [_("the image when nobody has written to it"), whole(g.empty_clusters), amount(g.empty_bytes)],
            [_("what its first write adds"), 2, amount(g.first_write_bytes)],
        ]  # fmt: skip
        head = [_("what"), _("how many"), _("size of it")]
        return Table(head, rows, caption=_("The tables of this disk"))


def _rows(used, count):
    """Entries to show: the first, those around the one used, the last; None where some are left out."""
    wanted = {0, count - 1, *range(used - AROUND, used + AROUND + 1)}
    shown = sorted(each for each in wanted if 0 <= each < count)
    rows = []
    for each in shown:
        if rows and each > rows[-1] + 1:
            rows.append(None)
        rows.append(each)
    return rows
