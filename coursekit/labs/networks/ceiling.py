"""How many connections fit behind one address: ports towards each server, then the table."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.networks.napt import buckets, ceiling
from coursekit.ui.charts import Axis, BarChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.table import Table

MEMORY_NAMES = {
    256: mark("256 MiB"), 512: mark("512 MiB"), 1024: mark("1 GiB"), 4096: mark("4 GiB"),
    16_384: mark("16 GiB"),
}  # fmt: skip

MOST = 10  # different servers


@dataclass(frozen=True)
class Room:
    """For 1, 2, … destinations the most connections, and what ends them."""

    counts: tuple[tuple[int, str], ...]
    table: int
    destinations: int  # those the learner chose


class CeilingLab(Lab):
    """Destinations and memory."""

    name = "networks-ceiling"
    title = mark("How many behind one address?")

    def controls(self):
        return (
            Slider("destinations", mark("Different servers"), 6, 1, MOST),
            Pick("ram_mib", mark("Memory of the router"), 4096, MEMORY_NAMES),
        )

    def run(self, destinations, ram_mib):
        table = buckets(ram_mib << 20)
        counts = tuple(ceiling(n, table) for n in range(1, MOST + 1))
        return Room(counts, table, destinations)

    def pictures(self):
        self.bars = BarChart(
            _("Most connections at once behind one address"), Axis(_("different servers")), Axis(_("connections"), least=0, most=300_000, format="~s"),
            names=(_("connections"), _("room in the table")),
        )  # fmt: skip
        return [self.bars.view]

    def draw(self, room):
        names = [str(i + 1) for i in range(len(room.counts))]
        most = [most for most, _why in room.counts]
        self.bars.show(names, most, [room.table] * len(names), chosen=room.destinations - 1)

    def describe(self, room):
        count = room.destinations
        most, why = room.counts[count - 1]
        text = plural("Towards one server: {most} connections at once.", "Towards {count} servers: {most} connections at once.", count, most=number(most, 7))  # fmt: skip
        if why == "ports":
            return f"{text} " + _("The ports end it: 64,512 of them for each server, from 1024 up; another server would use the same ports again.")  # fmt: skip
        return f"{text} " + _("The table ends it: the memory makes room for {table}.", table=number(room.table, 7))  # fmt: skip

    def tone(self, room):
        return "accent" if room.counts[room.destinations - 1][1] == "ports" else "warn"

    def table(self, room):
        words = {"ports": _("ports"), "table": _("table")}
        rows = [[i + 1, number(most, 7), words[why]] for i, (most, why) in enumerate(room.counts)]
        return Table([_("different servers"), _("connections"), _("what ends it")], rows)
