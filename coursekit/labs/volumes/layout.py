"""The learner's own layout, scored against the years: what fills first, and what that costs."""

from coursekit.i18n import _, mark, number
from coursekit.labs.volumes.drawing import fits
from coursekit.labs.volumes.twice import GROWTHS, HUES
from coursekit.sims.volumes.growth import NEVER
from coursekit.sims.volumes.growthstory import needs_of
from coursekit.sims.volumes.layouttext import TASK_MONTHS, parse, tried
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.look import html
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab
from coursekit.ui.timeframe import Frame, ticks

FIRST = """/           40  static
/home      210  static
/srv/data  250  static
"""
SHOWN = 60  # months of the picture
STRIP, ROW = 44, 40  # heights


class LayoutLab(TextLab):
    """Write a layout: a mount point, a size and a kind a line."""

    name = "volumes-layout"
    title = mark("Your own layout of a disk")
    plain = FIRST

    def first(self):
        return "# " + _("mount point, GB, kind (static or lvm)") + "\n" + FIRST

    def words(self):
        return _("Your layout: a mount point, GB and a kind a line"), _("Try it")

    def taken(self):
        return _("Taken: see what fills first.")

    def help(self):
        needs = needs_of("balanced")
        now = ", ".join(_("{path} {gb} GB and {month} more a month", path=each.path, gb=number(each.gb), month=number(each.gb_month)) for each in needs)  # fmt: skip
        task = _("The task: cut the disk so that nothing is full for {n} months, and so that a flood of logs in /var cannot fill /. As planned, these directories grow: {needs}. A directory without a volume of its own lives in the one above it.", n=TASK_MONTHS, needs=now)  # fmt: skip
        return [html(f"<p>{task}</p>")]

    def controls(self):
        return (
            Pick("growth", mark("What grows"), "balanced", GROWTHS),
            Slider("disk", mark("The disk"), 500, 200, 2000, 50, mark("GB")),
        )

    def run(self, growth, disk):
        return tried(parse(self.program, float(disk)), needs_of(growth))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, judged):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 112 if narrow else 76
        line = _Months(narrow, SHOWN)
        items = facts(self._facts(judged), narrow=narrow)
        items += self._strip(judged, 4, top, width - 8)
        y = top + STRIP + 44
        bars, low = self._bars(judged, line, y)
        checks, bottom = self._checks(judged, low + 56, width, narrow=narrow)
        items += bars + self._axis(judged, line, y, low) + checks
        items += key(self._key(judged), width, bottom + 8, a_line=1 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (78 if narrow else 34),
            label=_("The disk as you cut it, and how long each volume lasts"),
        )  # fmt: skip

    def _facts(self, judged):
        best = "?" if self.locked else judged.best
        share = "?" if self.locked else number(100 * judged.score)
        return [
            (_("lasts {n} months", n=self._month(judged.lasts)), "ok" if judged.lasts >= TASK_MONTHS else "warn"),
            (_("the disk allows {n}", n=best), "idle"),
            (_("score: {n} %", n=share), "accent"),
            (_("✓ the task is done"), "ok") if judged.done else (_("the task is not done yet"), "idle"),
        ]  # fmt: skip

    def _month(self, month):
        return "∞" if month >= NEVER else str(month)

    def _hue(self, judged, k):
        """The usual directories keep their colour; others take what is left."""
        mounted = judged.layout.volumes[k].path
        return HUES.get(mounted, (4, 5)[k % 2])

    def _strip(self, judged, x, y, width):
        """The disk as it is cut."""
        items = [label("disk", x, y - 8, _("The disk, {gb} GB", gb=number(judged.layout.disk_gb, 4)), weight=600, size=13)]  # fmt: skip
        scale = width / judged.layout.disk_gb
        for k, each in enumerate(judged.layout.volumes):
            wide = each.gb * scale
            said = fits(f"{each.path} {number(each.gb, 4)}", wide) or fits(each.path, wide)
            items.append(box(f"part{each.path}", x, y, max(4, wide - 3), STRIP, r=6, hue=self._hue(judged, k), fill="soft", text=said, size=12.5))  # fmt: skip
            x += wide
        if judged.free > 1e-9:
            wide = judged.free * scale
            free = _("{n} GB free", n=number(judged.free, 4))
            items.append(box("free", x, y, max(4, wide - 3), STRIP, r=6, tone="idle", fill="none", dash=True, text=fits(free, wide), size=12.5))  # fmt: skip
        return items

    def _bars(self, judged, line, y):
        """A row a volume: from now until it is full."""
        items = [label("until", 4, y - 14, _("How long each volume lasts if nobody acts"), weight=600, size=13)]  # fmt: skip
        for k, (volume, full) in enumerate(zip(judged.layout.volumes, judged.full, strict=True)):
            top, end = y + k * ROW, line.x(min(full, SHOWN))
            wide = max(4.0, end - line.left)
            inside = ", ".join(judged.inside(volume.path))
            items += [
                label(f"name{volume.path}", line.left - 10, top + 19, volume.path, anchor="end", weight=600, size=12.5),
                box(f"bar{volume.path}", line.left, top, wide, ROW - 12, r=5, hue=self._hue(judged, k), fill="soft", text=fits(inside, wide), size=12),
            ]  # fmt: skip
            if full < SHOWN:
                early = full < TASK_MONTHS and judged.layout.kind == "static"
                items.append(box(f"full{volume.path}", end - 2, top, 58, ROW - 12, r=5, text=f"✗ {full}", tone="bad" if early else "warn", fill="soft", size=12))  # fmt: skip
        return items, y + len(judged.layout.volumes) * ROW

    def _axis(self, judged, line, top, y):
        task, end = line.x(TASK_MONTHS), line.x(min(judged.lasts, SHOWN))
        items = [
            path("axis", f"M{line.left} {y}H{line.right}", tone="idle"),
            path("task", f"M{task:.1f} {top - 6}V{y + 4}", tone="ok", dash=True),
            path("end", f"M{end:.1f} {top - 6}V{y + 4}", tone="bad" if judged.lasts < TASK_MONTHS else "accent"),
            label("months", line.right, y + 34, _("months"), anchor="end", size=12),
        ]  # fmt: skip
        return items + [
            label(f"tick{k}", line.x(month), y + 18, str(round(month)), anchor="middle", size=11.5)
            for k, month in enumerate(ticks(SHOWN, 6 if line.narrow else 12))
        ]

    def _checks(self, judged, y, width, *, narrow):
        step = (width - 8) / (1 if narrow else 2)
        items = []
        for k, check in enumerate(judged.checks):
            x, top = (4, y + k * 38) if narrow else (4 + k * step, y)
            text = f"✓ {_(check.what)}" if check.ok else f"✗ {_(check.what)}"
            items.append(box(f"check{k}", x, top, step - 8, 32, r=7, text=text, tone="ok" if check.ok else "bad", fill="soft", size=13))  # fmt: skip
        return items, y + (76 if narrow else 38)

    def _key(self, judged):
        lvm = judged.layout.kind == "lvm"
        end = _("no free extent is left") if lvm else _("the first is full")
        return [
            ("line", {"tone": "ok", "dash": True}, _("the task: {n} months", n=TASK_MONTHS)),
            ("line", {"tone": "bad" if judged.lasts < TASK_MONTHS else "accent"}, end),
            ("box", {"tone": "warn", "fill": "soft"}, _("✗ full in this month")),
        ]

    # Telling

    def describe(self, judged):
        said = [_(each) for each in judged.said]
        if judged.layout.kind == "lvm":
            said.insert(1, _("Free extents help whoever needs them: together they last {n} months.", n=self._month(judged.lasts)))  # fmt: skip
        return "\n".join(said)

    def tone(self, judged):
        return "ok" if judged.done else "warn"

    def table(self, judged):
        head = [_("volume"), "GB", _("directories in it"), _("full in month")]
        rows = [
            [volume.path, number(volume.gb, 4), ", ".join(judged.inside(volume.path)) or "–", self._month(full)]
            for volume, full in zip(judged.layout.volumes, judged.full, strict=True)
        ]  # fmt: skip
        if judged.free > 1e-9:
            rows.append([_("free"), number(judged.free, 4), "–", "–"])
        return Table(head, rows, caption=_("Your volumes, and when each is full"))


class _Months(Frame):
    """Months in place of seconds."""

    margins = ((96, 66), (84, 62))
