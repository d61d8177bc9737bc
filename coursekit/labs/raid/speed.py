"""Throughput measured against “×N”, and the queue at every disk."""

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.raid.drawing import disk_name
from coursekit.labs.raid.layout import CHUNKS, COPIES, array_of, copies, size_of
from coursekit.sims.raid.layouts import MIN_DISKS
from coursekit.sims.raid.performance import DISKS, busy_disks
from coursekit.sims.raid.queues import Load
from coursekit.sims.raid.scaling import scaling
from coursekit.ui.charts import Axis, BarChart, side_by_side
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.palette import HUES
from coursekit.ui.scene import Scene, box, label, path
from coursekit.ui.table import Table

LEVELS = {name: f"RAID {name}" for name in ("0", "1", "4", "5", "6", "10")}
SIZES = {2**n: size_of(2**n) for n in range(2, 17)}
REQUESTS = 240  # a bar is within some 5 % of a much longer run
SHOWN = 60  # accesses drawn in the time chart


class SpeedLab(Lab):
    """How many times faster than one disk, for arrays of 2 disks and more."""

    name = "raid-speed"
    title = mark("Is it really ×N?")

    def controls(self):
        return (
            Pick("level", mark("Level"), "0", LEVELS),
            Slider("disks", mark("Disks"), 4, 2, 10),
            Slider("in_flight", mark("Requests in flight"), 4, 1, 32),
            Pick("kib", mark("Request size"), 4, SIZES),
            Slider("read", mark("Reads"), 100, 0, 100, 5, "%"),
            Pick("kind", mark("Disks are"), "HDD 7200", {kind: kind for kind in DISKS}, more=True),
            Check("sequential", mark("Sequential"), False, more=True),
            Pick(
                "chunk_kib",
                mark("Chunk"),
                512,
                CHUNKS,
                more=True,
            ),
            Pick("copies", mark("Copies (10)"), "n2", COPIES, more=True, when=copies),
        )

    def run(self, level, disks, in_flight, kib, read, kind, sequential, chunk_kib, copies):
        array = array_of(level, disks, "left-symmetric", copies, chunk_kib)
        load = Load(
            array=array, disk=kind, requests=REQUESTS, in_flight=in_flight, read=read / 100,
            kib=kib, sequential=sequential,
        )  # fmt: skip
        least = max(MIN_DISKS[level], int(copies[1]) if level == "10" else 2)
        counts = sorted({n for n in (2, 4, 6, 8) if least <= n < disks} | {disks})
        return scaling(load, counts, seed=self.seed)

    def pictures(self):
        self.bars = BarChart(
            _("How many times one disk"), Axis(_("disks")), Axis(_("times one disk"), least=0),
            names=(_("measured"), _("×N")),
        )  # fmt: skip
        self.scene = Scene()
        return [side_by_side(self.bars.view, self.scene)]

    def draw(self, scaling):
        self.bars.show([str(n) for n in scaling.counts], scaling.times, scaling.counts)
        items, frame = _gantt(scaling)
        self.scene.show(items, **frame)

    def describe(self, scaling):
        load, measured = scaling.load, scaling.measured
        n = load.array.disks
        text = _(
            "{disks} disks: {iops} requests a second, {mb} MB/s; {times} times one disk, where ×N promises {disks}. Mean wait {mean} ms, 99 % within {p99} ms.",
            disks=n, iops=number(measured.iops), mb=number(measured.mb_s), times=number(scaling.times[-1]),
            mean=number(measured.mean_ms), p99=number(measured.p99_ms),
        )  # fmt: skip
        return f"{text} {self._why(scaling, n)}"

    def _why(self, scaling, n):
        load = scaling.load
        if load.read < 1 and scaling.measured.accesses_per_request > 1.2:
            return _(
                "Each request costs {count} disk accesses: the writes bring more than they carry.",
                count=number(scaling.measured.accesses_per_request),
            )
        if not load.sequential and load.in_flight < 2 * n and load.kib <= load.array.chunk_kib:
            return plural(
                "With one small request in flight, {busy} of {disks} disks is busy.",
                "With {count} small requests in flight, about {busy} of {disks} disks are busy.",
                load.in_flight,
                busy=number(busy_disks(n, load.in_flight)),
                disks=n,
            )
        return _(
            "The busiest disk works {share} % of the time.",
            share=number(100 * max(scaling.measured.utilisation)),
        )

    def table(self, scaling):
        head = [_("disks"), _("times one disk"), _("×N")]
        rows = [
            [n, number(times), n] for n, times in zip(scaling.counts, scaling.times, strict=True)
        ]
        for disk, share in enumerate(scaling.measured.utilisation):
            rows.append([_("{disk} is busy", disk=disk_name(disk)), f"{share:.0%}", ""])
        return Table(head, rows)


def _gantt(scaling):
    """The first accesses on each disk: a row a disk, a bar an access."""
    disks = scaling.load.array.disks
    shown = scaling.measured.accesses[:SHOWN]
    end = max((access.end_ms for access in shown), default=1.0)
    left, width, step = 58, 440, 30
    scale = (width - left - 6) / end
    items = [
        label(
            "title",
            left,
            16,
            _("The first {count} disk accesses, by disk", count=len(shown)),
            weight=600,
            size=14,
        )
    ]
    for disk in range(disks):
        y = 28 + disk * step
        items.append(label(f"name{disk}", 0, y + 16, disk_name(disk), size=12))
        items.append(path(f"lane{disk}", f"M{left} {y + step - 4}H{width}"))
    for i, access in enumerate(shown):
        x, y = left + access.start_ms * scale, 28 + access.disk * step
        wide = max(1.5, (access.end_ms - access.start_ms) * scale - 0.5)
        text = {"data": "", "copy": ""}.get(access.what, access.what)
        look = {
            "fill": "solid" if access.kind == "write" else "soft",
            "hue": access.request % len(HUES),
        }
        items.append(
            box(
                f"io{i}", x, y, wide, step - 8, r=2, text=text if wide > 14 else "", size=10, **look
            )
        )
    y = 28 + disks * step
    items.append(label("start", left, y + 14, "0 ms", size=11.5))
    items.append(label("end", width, y + 14, f"{number(end)} ms", size=11.5, anchor="end"))
    items.append(
        label(
            "key",
            (left + width) / 2,
            y + 14,
            _("pale: read · full: write"),
            size=11.5,
            anchor="middle",
        )
    )
    frame = {"width": width + 6, "height": y + 22, "label": _("When each disk works")}
    return items, frame
