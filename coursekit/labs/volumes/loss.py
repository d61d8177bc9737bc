"""What dies with a disk: volumes laid over disks in four ways, and the chance of each."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.message import require
from coursekit.sims.volumes.extents import risk
from coursekit.sims.volumes.lossplan import EXTENTS, LAYOUTS, MOST_DISKS, Plan, plan
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import Spot, column, column_height, facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = {
    "one": mark("all volumes on the first disk"),
    "spanning": mark("one linear volume over all disks"),
    "striped": mark("one striped volume over all disks"),
    "separate": mark("a volume on each disk"),
}
ROW = 38  # height of a volume in the grid


@dataclass(frozen=True)
class Struck:
    """The plan, and the disk that is dead (0: none)."""

    plan: Plan
    dead: int

    @property
    def lost(self):
        """The volumes that are damaged."""
        return [row.volume.name for row in self.plan.rows if row.damaged(self.dead)]


class LossLab(Lab):
    """Press a disk to let it die, again to bring it back."""

    name = "volumes-loss"
    title = mark("What dies with a disk?")

    def controls(self):
        return (
            Pick("layout", mark("Volumes"), "separate", NAMES),
            Slider("disks", mark("Disks"), 2, 2, MOST_DISKS),
            Slider("p", mark("A disk dies with a chance of"), 2.0, 0.0, 50.0, 0.5, "%"),
            Slider("dead", mark("Dead disk (0: none)"), 0, 0, MOST_DISKS),
        )

    def run(self, layout, disks, p, dead):
        require(dead <= disks, "dead={dead}: choose 0 to {disks}", dead=dead, disks=disks)
        return Struck(plan(layout, disks, p / 100), dead)

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        disk = int(name.removeprefix("disk"))
        self.set(dead=0 if disk == self.values["dead"] else disk)

    # Drawing

    def draw(self, struck):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 52
        high = column_height(EXTENTS)
        places = self._places(struck, top, narrow=narrow)
        items = facts(self._facts(struck), narrow=narrow)
        items += [self._disk(struck, n, spot, high) for n, spot in enumerate(places, 1)]
        grid = top + high + 44
        items += self._grid(struck, places, grid, width, narrow=narrow)
        bottom = grid + len(struck.plan.rows) * ROW
        items += key(self._key(), width, bottom + 12, a_line=1 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (84 if narrow else 40),
            label=_("The disks with the volumes on them, and below, which volume needs which disk"),
        )  # fmt: skip

    def _places(self, struck, top, *, narrow):
        """Columns between the names of the volumes and their chances."""
        left, room, most = (34, 290, 145) if narrow else (110, 520, 200)
        step = min(most, room / struck.plan.disks)
        return [Spot(left + k * step, top, step - (6 if narrow else 10)) for k in range(struck.plan.disks)]  # fmt: skip

    def _disk(self, struck, n, spot, high):
        hues = {row.volume.name: k for k, row in enumerate(struck.plan.rows)}
        died = n == struck.dead
        blocks = [
            {"text": name, "hue": hues[name], "fill": "soft"} if name else {"fill": "none", "dash": True, "tone": "idle"}
            for name in struck.plan.cells(n)
        ]  # fmt: skip
        name = f"{n}" if spot.w < 62 else _("disk {n}", n=n)
        says = _("disk {n}: press to let it die or live", n=n)
        return column(
            f"disk{n}", spot, blocks, height=high, title=f"✗ {name}" if died else name, strike=died,
            tone="bad" if died else "ok", fill="paper", press=None if self.locked else says,
        )  # fmt: skip

    def _facts(self, struck):
        made, lost = struck.plan, struck.lost
        now = (_("no disk is dead"), "idle")
        if struck.dead:
            now = (_("lost with it: {names}", names=", ".join(lost)), "bad") if lost else (_("nothing is lost"), "ok")  # fmt: skip
        return [
            now,
            (_("something is lost: {p} %", p=self._percent(made.some)), "warn"),
            (_("everything is lost: {p} %", p=self._percent(made.every)), "warn"),
            (_("a disk dies: {p} %", p=number(self.values["p"])), "idle"),
        ]

    def _percent(self, chance):
        """A chance, which the learner predicts first."""
        if self.locked:
            return "?"
        return "< " + number(0.001) if 0 < chance < 1e-5 else number(100 * chance, 4)

    def _grid(self, struck, places, y, width, *, narrow):
        """A row a volume: how much of it lies on each disk, and the chance that it is lost."""
        left, right = places[0].x - 12, (328 if narrow else 650)
        items = [
            label("volumes", 6, y - 14, _("Extents of each volume"), weight=600, size=13),
            label("chances", right, y - 14, _("Chance that it is lost"), weight=600, size=12 if narrow else 13),
        ]  # fmt: skip
        most = max(
            1e-6, risk(self.values["p"] / 100, struck.plan.disks)
        )  # as long as if all were needed
        for k, row in enumerate(struck.plan.rows):
            top, name = y + k * ROW, row.volume.name
            said = name if narrow else _("volume {name}", name=name)
            items.append(label(f"name-{name}", left, top + 21, said, anchor="end", weight=600, size=13))  # fmt: skip
            for n, spot in enumerate(places, 1):
                items.append(self._cell(struck, row, n, (spot, top), k))
            room = width - right - (66 if narrow else 76)
            wide = room if self.locked else max(3.0, room * row.chance / most)
            items.append(box(f"chance-{name}", right, top + 4, wide, 24, r=5, tone="idle" if self.locked else "warn", fill="soft"))  # fmt: skip
            items.append(label(f"percent-{name}", right + wide + 8, top + 21, _("{p} %", p=self._percent(row.chance)), size=13))  # fmt: skip
        return items

    def _cell(self, struck, row, n, corner, hue):
        spot, y = corner
        count = row.on[n - 1]
        look = {"fill": "none", "tone": "idle", "text": ""}
        if count:
            gone = n == struck.dead
            look = {"fill": "solid", "tone": "bad", "text": f"✗ {count}"} if gone else {"fill": "soft", "hue": hue, "text": str(count)}  # fmt: skip
        return box(f"on-{row.volume.name}-{n}", spot.x, y, spot.w, ROW - 6, r=6, size=13, **look)

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "soft"}, _("extents of a volume")),
            ("box", {"tone": "bad", "fill": "solid"}, _("✗ gone with the disk")),
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("free")),
        ]

    # Telling

    def describe(self, struck):
        made = struck.plan
        said = ""
        if struck.dead:
            lost = ", ".join(struck.lost)
            said = (
                _("With disk {n} goes every volume that has an extent on it: {lost}.", n=struck.dead, lost=lost)
                if lost else _("On disk {n} no volume has an extent: nothing is lost.", n=struck.dead)
            ) + "\n"  # fmt: skip
        return said + self._chances(made)

    def _chances(self, made):
        if self.locked:
            return _("Nothing is stored twice. Which disks does each volume need?")
        first = made.rows[0]
        return plural(
            "A volume that needs {count} disk is lost when that dies: {p} %. Something is lost with {some} %, everything with {every} %.",
            "A volume that needs {count} disks is lost when any of them dies: {p} %. Something is lost with {some} %, everything with {every} %.",
            first.disks, p=self._percent(first.chance), some=self._percent(made.some), every=self._percent(made.every),
        )  # fmt: skip

    def tone(self, struck):
        if struck.dead:
            return "bad" if struck.lost else "ok"
        return "accent"

    def table(self, struck):
        head = [_("volumes"), _("disks that one needs"), _("one is lost, %"), _("something is lost, %"), _("everything is lost, %")]  # fmt: skip
        plans = [plan(each, struck.plan.disks, self.values["p"] / 100) for each in LAYOUTS]
        rows = [
            [_(NAMES[each.layout]), each.rows[0].disks, self._percent(each.rows[0].chance), self._percent(each.some), self._percent(each.every)]
            for each in plans
        ]  # fmt: skip
        return Table(head, rows, caption=_("The four ways on the same disks"))
