"""A deletion, ransomware, a fire: the last backup, the work that is lost, the hours until it is back."""

from dataclasses import dataclass, replace

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.points import HUES, PARTS, points, rail, whole
from coursekit.sims.datacentre.design import data_tb
from coursekit.sims.datacentre.disasters import DEFENCES, HARMS, Cell, Lane, defended, lanes
from coursekit.sims.datacentre.parts import Backup
from coursekit.sims.datacentre.samples import D1
from coursekit.sims.datacentre.score import MOST, Measured, measure
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.fit import clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table
from coursekit.ui.timeframe import nice

NAMES = {
    "disk": mark("a dead disk"), "deletion": mark("deletion"), "ransomware": mark("ransomware"), "fire": mark("fire"),
}  # fmt: skip
GUARDS = {
    "raid": mark("RAID"), "replicas": mark("copies on other hosts"), "ha": mark("high availability"),
    "snapshots": mark("snapshots"), "backup": mark("backup"), "immutable": mark("immutable backup"), "offsite": mark("backup off-site"),
}  # fmt: skip
HOURS = {1: mark("every hour"), 6: mark("every 6 hours"), 24: mark("every day"), 168: mark("every week")}  # fmt: skip
LANE = 66
ROW = 38


@dataclass(frozen=True)
class Seen:
    """The three events on one axis, the points, and one cell of the table of protections."""

    lanes: tuple[Lane, ...]
    made: Measured
    tb: float
    speed: float
    defence: str
    harm: str
    cell: Cell

    @property
    def end(self):
        """Hours after the event that the axis shows: until all that comes back is back."""
        return max([4.0, *(each.back_h for each in self.lanes if each.back_h is not None)]) * 1.04

    @property
    def begin(self):
        """Hours before it."""
        return min([-0.3 * self.end, *(1.06 * each.backups[0] for each in self.lanes if each.backups)])  # fmt: skip


class EventsLab(Lab):
    """Three lanes on one axis of hours; below, what helps against what: press a field for its reason."""

    name = "datacentre-events"
    title = mark("When the data themselves are hit")

    def controls(self):
        return (
            Check("enabled", mark("Backups"), True),
            Pick("interval", mark("Made"), 24, HOURS),
            Check("immutable", mark("Nobody can change them"), False),
            Check("offsite", mark("A copy is elsewhere"), False),
            Slider("speed", mark("Restoring"), 200, 50, 1000, 10, mark("MB/s")),
            Slider("passed", mark("Since the last backup"), 75, 0, 100, 1, mark("% of the interval"), more=True),
            Slider("found", mark("Found out after"), 0, 0, 48, 1, "h", more=True),
            Slider("grown", mark("The data grow to"), 1.0, 0.25, 2.0, 0.05, "×", more=True),
            Pick("defence", mark("Protection looked at"), "raid", GUARDS, more=True),
            Pick("harm", mark("against"), "disk", NAMES, more=True),
        )  # fmt: skip

    def run(self, enabled, interval, immutable, offsite, speed, passed, found, grown, defence, harm):  # fmt: skip
        backup = Backup(enabled=enabled, interval_h=interval, immutable=immutable, offsite=offsite, restore_mb_s=speed)  # fmt: skip
        vms = tuple(replace(vm, disk_gb=grown * vm.disk_gb) for vm in D1.vms)
        design = replace(D1, backup=backup, vms=vms)
        made = measure(design)
        latest = max((each.rto_h or 0.0 for each in made.recovery), default=0.0)
        three = lanes(design, passed / 100, found, span_h=min(0.3 * latest, 40 * interval))
        return Seen(three, made, data_tb(design), speed, defence, harm, defended(defence, harm))

    def _press(self, name):
        if not self.locked and name.startswith("cell-"):
            _cell, defence, harm = name.split("-")
            self.set(defence=defence, harm=harm)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = facts(self._facts(seen), narrow=narrow), 94 if narrow else 54
        items.append(heading("lanes", 6, y + 14, _("Hours before and after the event"), width))
        y += 24
        for k, each in enumerate(seen.lanes):
            items += self._lane(seen, each, y + k * LANE, width, narrow=narrow)
        y += 3 * LANE
        items += self._axis(seen, y, width, narrow=narrow)
        looks = [
            ("box", {"fill": "solid", "hue": 0}, _("a backup")), ("box", {"fill": "solid", "tone": "bad"}, _("work that is lost")),
            ("box", {"fill": "soft", "tone": "warn", "dash": True}, _("away, until it is back")), ("box", {"fill": "soft", "tone": "ok"}, _("everything is there")),
        ]  # fmt: skip
        a_line = 2 if narrow else 4
        items += key(looks, width, y + 34, a_line=a_line)
        y += 44 + 22 * (4 // a_line)
        grid, low = self._grid(seen, 4, y + 14, width if narrow else 620, narrow=narrow)
        scored = self._points(seen, 8, low + 20, 340) if narrow else self._points(seen, 650, y + 14, 150)  # fmt: skip
        self.scene.show(
            items + grid + scored, width=width, height=low + 130 if narrow else low,
            label=_("Three events: backups before them, work that is lost, hours until everything is back"),
        )  # fmt: skip

    def _facts(self, seen):
        if self.locked:
            return [(_("{n} TB of data", n=number(seen.tb)), "accent"), (_("{n} MB/s", n=number(seen.speed)), "idle")]  # fmt: skip
        back = [each for each in seen.lanes if each.lost_h is not None]
        lost = _("lost: {h} h of work", h=number(back[0].lost_h)) if back else _("lost: everything")
        away = _("away: {h} h", h=number(back[0].back_h)) if back else _("away: for ever")
        return [
            (_("{n} TB of data", n=number(seen.tb)), "accent"),
            (_("survived: {n} of 3 events", n=len(back)), ("bad", "warn", "warn", "ok")[len(back)]),
            (lost, "warn" if back else "bad"), (away, "warn" if back else "bad"),
        ]  # fmt: skip

    def _x(self, seen, hour, width, *, narrow):
        left, right = (12, width - 12) if narrow else (140, width - 16)
        return left + (right - left) * (hour - seen.begin) / (seen.end - seen.begin)

    def _lane(self, seen, each, y, width, *, narrow):
        """A lane: backups as discs, the event as a line, red what is lost, orange while it is away."""
        name, word = each.event.name, NAMES[each.event.name]
        top = y + (20 if narrow else 10)
        at = {hour: self._x(seen, hour, width, narrow=narrow) for hour in (seen.begin, 0.0, seen.end)}  # fmt: skip
        items = [
            label(f"lane-{name}", 6, y + (14 if narrow else 32), _(word), weight=600, size=13),
            box(f"before-{name}", at[seen.begin], top, at[0.0] - at[seen.begin], 34, r=3, fill="soft", tone="ok"),
        ]  # fmt: skip
        if not self.locked:
            items += self._gone(seen, each, top, width) if each.last is None else self._back(seen, each, top, width)  # fmt: skip
        left = each.backups if self.locked or each.last is not None else ()
        for k, hour in enumerate(left):
            used = each.last == hour and not self.locked
            items.append(token(f"made-{name}-{k}", self._x(seen, hour, width, narrow=narrow), top + 17, r=7 if used else 5, hue=0, glow=used))  # fmt: skip
        return [*items, path(f"event-{name}", f"M{at[0.0]:.1f} {top - 6}v46", tone="bad")]

    def _gone(self, seen, each, top, width):
        """Nothing comes back: red to both ends."""
        narrow, name = self.scene.narrow, each.event.name
        zero, end = (self._x(seen, hour, width, narrow=narrow) for hour in (0.0, seen.end))
        word = _("gone for good")
        text = whole(word, end - zero - 12)
        begin = self._x(seen, seen.begin, width, narrow=narrow)
        return [
            box(f"lost-{name}", begin, top, zero - begin, 34, r=3, fill="solid", tone="bad", text="" if text else word),
            box(f"gone-{name}", zero, top, end - zero, 34, r=3, fill="solid", tone="bad", text=text),
        ]  # fmt: skip

    def _back(self, seen, each, top, width):
        narrow, name = self.scene.narrow, each.event.name
        hours = (each.last, each.found_h, each.back_h, seen.end)
        last, found, back, end = (self._x(seen, hour, width, narrow=narrow) for hour in hours)
        lost = whole(_("lost: {h} h", h=number(each.lost_h)), found - last - 12)
        away = whole(_("{h} h", h=number(each.rto_h)), back - found - 8)
        return [
            box(f"lost-{name}", last, top, max(1.0, found - last), 34, r=3, fill="solid", tone="bad", text=lost),
            box(f"away-{name}", found, top, max(1.0, back - found), 34, r=3, fill="soft", tone="warn", dash=True, text=away),
            box(f"after-{name}", back, top, max(1.0, end - back), 34, r=3, fill="soft", tone="ok"),
        ]  # fmt: skip

    def _axis(self, seen, y, width, *, narrow):
        step = nice(seen.end - seen.begin, 5 if narrow else 9)
        first, last = int(seen.begin / step), int(seen.end / step)
        items = [path("axis", f"M{self._x(seen, seen.begin, width, narrow=narrow):.1f} {y}H{self._x(seen, seen.end, width, narrow=narrow):.1f}", tone="idle")]  # fmt: skip
        for k in range(first, last + 1):
            x = self._x(seen, k * step, width, narrow=narrow)
            anchor = "start" if x < 30 else "end" if x > width - 40 else "middle"
            text = _("{h} h", h=number(k * step, 4).replace("-", "−")) if k else _("event")
            items += [path(f"tick{k}", f"M{x:.1f} {y}v5", tone="idle"), label(f"tick-text{k}", x, y + 20, text, anchor=anchor, size=11.5, weight=400 if k else 600)]  # fmt: skip
        return items

    def _grid(self, seen, x, y, width, *, narrow):
        """What helps against what, each protection alone."""
        first = 140 if narrow else 180
        wide = (width - first - 12) / len(HARMS)
        items = [heading("grid", x + 2, y + 2, self._asked(), width)]
        top = y + 34
        for k, harm in enumerate(HARMS):
            word = NAMES[harm]
            items.append(label(f"head-{harm}", x + first + (k + 0.5) * wide, y + 26, clipped(_(word), wide, 11.5), anchor="middle", size=11.5))  # fmt: skip
        for row, defence in enumerate(DEFENCES):
            word = GUARDS[defence]
            items.append(label(f"row-{defence}", x + 4, top + row * ROW + 23, clipped(_(word), first - 8), size=11.5 if narrow else 12.5))  # fmt: skip
            for k, harm in enumerate(HARMS):
                items.append(self._cell(seen, defence, harm, (x + first + k * wide, top + row * ROW, wide - 4, ROW - 4)))  # fmt: skip
        return items, top + len(DEFENCES) * ROW + 4

    def _asked(self):
        if self.locked:
            return _("What helps against what")
        return _("What helps against what: press a field")

    def _cell(self, seen, defence, harm, spot):
        if self.locked:
            return box(f"cell-{defence}-{harm}", *spot, r=6, fill="none", tone="idle", text="?")
        helps = defended(defence, harm).helps
        words = {"defence": _(GUARDS[defence]), "harm": _(NAMES[harm])}
        return box(
            f"cell-{defence}-{harm}", *spot, r=6, fill="soft", tone="ok" if helps else "bad", text="✓" if helps else "✗", size=15,
            selected=(defence, harm) == (seen.defence, seen.harm), press=_("{defence} against {harm}: why?", **words),
        )  # fmt: skip

    def _points(self, seen, x, y, wide):
        items = [heading("points", x, y + 2, _("Points for it"), x + wide + 90)]
        if self.locked:
            return [*items, label("points-hidden", x, y + 30, "?", size=13)]
        for k, name in enumerate(("durability", "recovery")):
            most, got = MOST[name], MOST[name] * seen.made.shares[name]
            top, word = y + 18 + k * 50, PARTS[name]
            items.append(label(f"part-{name}", x, top + 12, _(word), weight=600, size=12.5))
            items += rail(f"bar-{name}", (x, top + 18, wide, 18), got / most, hue=HUES[name])
            items.append(label(f"got-{name}", x + wide + 8, top + 32, _("{got} of {most}", got=points(got), most=most), size=12))  # fmt: skip
        return items

    # In words

    def describe(self, seen):
        if self.locked:
            return _("Backups are made, then something happens. What is left is hidden until you have predicted.")  # fmt: skip
        guard, harm = GUARDS[seen.defence], NAMES[seen.harm]
        why = _(
            "{defence} against {harm}? {why}", defence=_(guard), harm=_(harm), why=seen.cell.why
        )
        return f"{self._told(seen)}\n{why}"

    def _told(self, seen):
        back = [each for each in seen.lanes if each.lost_h is not None]
        gone = [NAMES[each.event.name] for each in seen.lanes if each.lost_h is None]
        if not back:
            return _("No backup: whatever hits the data, they are gone for good. Not one of the other protections brings them back.")  # fmt: skip
        text = _("The work of {lost} h since the last backup is lost; {tb} TB at {speed} MB/s take {rto} h to come back.", lost=number(back[0].lost_h), tb=number(seen.tb), speed=number(seen.speed), rto=number(back[0].rto_h))  # fmt: skip
        if not gone:
            return text + " " + _("All three events are survived.")
        return text + " " + _("But gone for good after: {names}.", names=", ".join(_(name) for name in gone))  # fmt: skip

    def tone(self, seen):
        if self.locked:
            return "accent"
        left = sum(each.lost_h is not None for each in seen.lanes)
        return ("bad", "warn", "warn", "ok")[left]

    def table(self, seen):
        rows = []
        for each in seen.lanes:
            word = NAMES[each.event.name]
            if self.locked:
                told = ["?"] * 3
            elif each.lost_h is None:
                told = ["–", _("everything"), _("never")]
            else:
                told = [_("{h} h before", h=number(-each.last)), _("{h} h of work", h=number(each.lost_h)), _("{h} h after", h=number(each.back_h))]  # fmt: skip
            rows.append([_(word), *told])
        if not self.locked:
            for defence in DEFENCES:
                word = GUARDS[defence]
                helped = [NAMES[harm] for harm in HARMS if defended(defence, harm).helps]
                rows.append([_(word), _("helps against: {names}", names=", ".join(_(each) for each in helped) or "–"), "", ""])  # fmt: skip
        return Table([_("event"), _("last backup that is left"), _("lost"), _("back")], rows)
