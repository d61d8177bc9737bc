"""A write laid over the units of a disk: which are covered whole, which must be read first."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.volumes.drawing import binary_text, whole
from coursekit.sims.volumes.align import MODERN_START, SECTOR, Touched, straddling, touched
from coursekit.ui.charts import Axis, BarChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

STARTS = {34: "34", 40: "40", 63: "63", 2048: "2048"}
LENGTHS = {
    512: mark("512 bytes"), 4096: mark("4 KiB"), 8192: mark("8 KiB"), 16_384: mark("16 KiB"), 65_536: mark("64 KiB"), 1 << 20: mark("1 MiB"),
}  # fmt: skip
UNITS = {
    512: mark("512 bytes (old)"), 4096: mark("4 KiB (today)"), 65_536: mark("64 KiB (RAID)"),
}  # fmt: skip
MOST = 7  # units in sight; of a longer run the ends
UNIT, BAR = 62, 34  # heights


@dataclass(frozen=True)
class Laid:
    """A write over the units; for each length the share of requests in two units or more."""

    start: int
    offset: int
    length: int
    unit: int
    cost: Touched
    shares: tuple[float, ...]
    modern: tuple[float, ...]

    @property
    def at(self):
        """Its first byte on the disk."""
        return self.start * SECTOR + self.offset

    @property
    def last(self):
        """The last unit it touches."""
        return self.cost.first + self.cost.units - 1

    def partly(self, unit):
        """Whether the write has only a part of a unit."""
        return self.at > unit * self.unit or self.at + self.length < (unit + 1) * self.unit


class AlignLab(Lab):
    """Move the start, and watch the borders."""

    name = "volumes-align"
    title = mark("A partition that begins beside the mark")

    def controls(self):
        return (
            Pick("start", mark("The partition begins in sector"), 2048, STARTS),
            Pick("length", mark("A write of"), 4096, LENGTHS),
            Slider("offset", mark("At this place in the partition"), 0, 0, 64, 1, mark("KiB")),
            Pick("unit", mark("The disk moves units of"), 4096, UNITS),
        )

    def run(self, start, length, offset, unit):
        return Laid(
            start, offset << 10, length, unit, touched(start, offset << 10, length, unit),
            tuple(float(straddling(start, each, unit)) for each in LENGTHS),
            tuple(float(straddling(MODERN_START, each, unit)) for each in LENGTHS),
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = BarChart(
            _("Of requests one after the other, how many lie in two units or more"), Axis(_("length of a request")),
            Axis(_("share"), least=0, most=1.0, format=".0%"), names=(_("this start"), _("start at sector 2048")), height=240,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, laid):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 118 if narrow else 82
        ruler = _Ruler(laid, width)
        items = facts(self._facts(laid), narrow=narrow)
        items += self._write(laid, ruler, top)
        items += self._units(laid, ruler, top + BAR + 26)
        low = top + BAR + 26 + UNIT
        items += self._sectors(laid, ruler, low + 30)
        bottom = low + 76
        items += key(self._key(), width, bottom, a_line=1 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (72 if narrow else 28),
            label=_("The write, and below it the units of the disk that it touches"),
        )  # fmt: skip
        names = [binary_text(each) for each in LENGTHS]
        self.chart.show(names, laid.shares, laid.modern, chosen=list(LENGTHS).index(laid.length))

    def _facts(self, laid):
        rest = laid.at % laid.unit
        where = (_("✓ begins at a border"), "ok") if not rest else (_("✗ {n} bytes past a border", n=whole(rest)), "bad")  # fmt: skip
        reads, writes = laid.cost.reads, laid.cost.writes
        return [
            where,
            (plural("{count} unit read first", "{count} units read first", reads), "warn" if reads else "ok"),
            (plural("{count} unit written", "{count} units written", writes), "idle"),
            (_("reads and writes: {n}", n=laid.cost.ios), "accent"),
        ]  # fmt: skip

    def _write(self, laid, ruler, y):
        x, end = ruler.x(laid.at), ruler.x(laid.at + laid.length)
        text = _("the write: {size}", size=binary_text(laid.length))
        head = _(
            "The write begins at byte {at}; units of {size} below",
            at=whole(laid.at),
            size=binary_text(laid.unit),
        )
        wide = max(6.0, end - x)
        return [
            label("head", 6, y - 10, head, weight=600, size=13),
            box("write", x, y, wide, BAR, r=6, tone="accent", fill="solid", text=text if wide > 150 else ""),
            *(
                path(f"edge{k}", f"M{at:.1f} {y + BAR}V{y + BAR + 26 + UNIT}", tone="accent", dash=True)
                for k, at in enumerate((x, end))
            ),
        ]  # fmt: skip

    def _units(self, laid, ruler, y):
        """Each unit with its number, and what has to be done with it."""
        items = []
        for n, x in ruler.places.items():
            look, says = {"fill": "none", "tone": "idle"}, ""
            if laid.cost.first <= n <= laid.last:
                partly = laid.partly(n)
                look = {"fill": "soft", "tone": "warn", "dash": True} if partly else {"fill": "soft", "tone": "ok"}  # fmt: skip
                says = _("read, write") if partly else _("write")
            items.append(box(f"unit{n}", x, y, ruler.wide - 4, UNIT, r=7, text=whole(n), sub=says if ruler.wide > 64 else "", size=12.5, **look))  # fmt: skip
        if ruler.gap:
            left = laid.cost.units - sum(laid.cost.first <= n <= laid.last for n in ruler.places)
            items.append(label("more", ruler.gap, y + 28, "…", anchor="middle", size=20))
            items.append(label("left", ruler.gap, y + 50, f"+ {whole(left)}", anchor="middle", size=12))  # fmt: skip
        return items

    def _sectors(self, laid, ruler, y):
        """The sectors of 512 bytes by which tables count, where they can be told apart."""
        each = laid.unit // SECTOR
        step = (ruler.wide - 4) / each
        said = _("Sectors of 512 bytes; the partition begins in {start}", start=laid.start)  # fmt: skip
        apart = step >= 5
        items = [label("sectors", 6, y + (30 if apart else 4), said, size=12)]
        if not apart:
            return items
        for n, x in ruler.places.items():
            for k in range(each):
                sector = n * each + k
                look = {"tone": "accent", "fill": "solid"} if sector == laid.start else {"tone": "idle", "fill": "soft" if sector > laid.start else "none"}  # fmt: skip
                items.append(box(f"sector{sector}", x + k * step, y - 20, step - 1.5, 18, r=3, **look))  # fmt: skip
        return items

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("covered whole: written")),
            ("box", {"tone": "warn", "fill": "soft", "dash": True}, _("covered in part: read, changed, written")),
            ("box", {"tone": "accent", "fill": "solid"}, _("where the partition begins")),
        ]  # fmt: skip

    def describe(self, laid):
        cost = laid.cost
        if not cost.partial:
            said = _("The write covers its units whole: nothing has to be read first, {n} written.", n=whole(cost.writes))  # fmt: skip
        else:
            said = _("Units touched: {units}, of which in part: {partial}. What it does not cover must stay as it was: so those are read first. Reads and writes: {ios}.", units=whole(cost.units), partial=cost.partial, ios=whole(cost.ios))  # fmt: skip
        share = laid.shares[list(LENGTHS).index(laid.length)]
        both = _("Of requests of this length, one after the other, {share} % lie in two units or more.", share=number(100 * share))  # fmt: skip
        return f"{said}\n{both}"

    def tone(self, laid):
        return "warn" if laid.cost.partial else "ok"

    def table(self, laid):
        head = [_("begins in sector"), _("first byte"), _("units touched"), _("read first"), _("reads and writes"), _("in two units or more, %")]  # fmt: skip
        rows = []
        for start in STARTS:
            cost = touched(start, laid.offset, laid.length, laid.unit)
            share = straddling(start, laid.length, laid.unit)
            rows.append([start, whole(start * SECTOR), cost.units, cost.partial, cost.ios, number(100 * float(share))])  # fmt: skip
        return Table(head, rows, caption=_("The same write, for each start of the partition"))


class _Ruler:
    """Where units stand: all that are touched and a neighbour each side, or both ends of many."""

    def __init__(self, laid, width):
        first, last = max(0, laid.cost.first - 1), laid.last + 1
        count = last - first + 1
        self.unit, self.gap = laid.unit, 0.0
        if count <= MOST:
            shown = list(range(first, last + 1))
        else:
            half = MOST // 2
            shown = [*range(first, first + half), *range(last - half + 1, last + 1)]
        places = MOST if count > MOST else len(shown)
        self.wide = (width - 8) / places
        self.places = {}
        for k, n in enumerate(shown):
            slot = k + (1 if count > MOST and k >= MOST // 2 else 0)
            self.places[n] = 4 + slot * self.wide
        if count > MOST:
            self.gap = 4 + (MOST // 2 + 0.5) * self.wide

    def x(self, byte):
        """Where a byte is; in the middle of the gap where its unit is not in sight."""
        n, inside = divmod(byte, self.unit)
        if n in self.places:
            return self.places[n] + (self.wide - 4) * inside / self.unit
        return self.gap
