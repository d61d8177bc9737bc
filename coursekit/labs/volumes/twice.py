"""The same years played twice: a disk cut for good, and a volume group."""

from coursekit.i18n import _, mark, number
from coursekit.labs.volumes.drawing import duration_text, fits
from coursekit.sims.volumes.growthstory import Years, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, ticks

GROWTHS = {
    "balanced": mark("as planned"), "var": mark("/var grows"), "home": mark("/home grows"), "data": mark("/srv/data grows"),
}  # fmt: skip
SIDES = {"static": mark("Static partitions"), "lvm": "LVM"}
SHORT = {"static": mark("static"), "lvm": "LVM"}
HUES = {"/": 2, "/var": 0, "/home": 1, "/srv/data": 3}
LETTERS = {  # what was done about a full volume: its letter, its tone, in words
    "grow": ("+", "ok", mark("+ grows where it is")),
    "move": ("→", "warn", mark("→ neighbours are moved")),
    "take": ("↓", "warn", mark("↓ another is made smaller")),
    "disk": ("D", "accent", mark("D a second disk")),
    "full": ("✗", "bad", mark("✗ nothing is left")),
}
STRIP, ROW, LANE = 40, 34, 22  # heights


class TwiceLab(StoryLab):
    """Move through the months and compare the sums."""

    name = "volumes-twice"
    title = mark("The same years twice: static partitions and LVM")

    def controls(self):
        return (
            Pick("growth", mark("What grows"), "balanced", GROWTHS),
            Slider("disk", mark("The disk"), 500, 200, 2000, 50, mark("GB")),
            Check("add_disk", mark("When it is full, one more is bought"), False),
            Slider("months", mark("Months"), 48, 12, 120, 12),
            Slider("mb_s", mark("The disk reads or writes"), 100, 20, 500, 10, mark("MB/s"), more=True),
        )  # fmt: skip

    def story(self, actions, growth, disk, add_disk, months, mb_s):
        return tell(Years(growth=growth, disk_gb=float(disk), add_disk=add_disk, months=months, mb_s=float(mb_s)))  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 112 if narrow else 76
        half = width if narrow else width / 2 - 10
        items = facts(self._facts(state), narrow=narrow)
        left, low = self._side("static", state.static, 4, top, half - 8)
        x, y = (4, low + 36) if narrow else (width / 2 + 6, top)
        right, deep = self._side("lvm", state.lvm, x, y, half - 8)
        bottom = max(low, deep) + 34
        lanes = self._lanes(state, _Months(narrow, max(1, self.result.years.months)), bottom)
        items += left + right + lanes
        words = [("box", {"tone": tone, "fill": "soft"}, _(text)) for _letter, tone, text in LETTERS.values()]  # fmt: skip
        low = bottom + 2 * (LANE + 8) + 46
        items += key(words, width, low, a_line=2 if narrow else 3)
        self.scene.show(
            items, width=width, height=low + (72 if narrow else 50),
            label=_("The volumes of both ways in this month, and the marks where something filled"),
        )  # fmt: skip

    def _facts(self, state):
        one, two = state.static, state.lvm
        return [
            (_("month {n} of {all}", n=state.month, all=self.result.years.months), "accent"),
            (_("operations: {static} | {lvm}", static=one.operations, lvm=two.operations), "idle"),
            (_("unmounted: {static} | {lvm}", static=duration_text(one.downtime_s), lvm=duration_text(two.downtime_s)), "warn" if one.downtime_s else "idle"),
            (_("moved: {static} | {lvm} GB", static=number(one.moved_gb), lvm=number(two.moved_gb)), "warn" if one.moved_gb else "idle"),
        ]  # fmt: skip

    def _side(self, name, side, x, y, width):
        """The disk as a strip in its order; then a bar for each volume, used of what it has."""
        head = _(SIDES[name])
        if side.stopped is not None:
            head = _("{name}: ✗ full since month {n}", name=head, n=side.stopped)
        items = [label(f"{name}-head", x, y - 8, head, weight=700, size=14)]
        items += self._strip(name, side, x, y, width)
        y += STRIP + 8
        if side.away:
            gb = number(side.away.gb, 4)
            items.append(box(f"{name}-second", x, y, width, 26, r=5, hue=HUES[side.away.path], fill="soft", text=_("second disk: {path}, {gb} GB", path=side.away.path, gb=gb), size=12.5))  # fmt: skip
        elif side.second:
            items.append(label(f"{name}-second", x, y + 18, _("The second disk belongs to the group: see above."), size=12))  # fmt: skip
        y += 34
        most = self._most()
        filled = {event.path: event for event in side.events}
        order = sorted(zip(side.volumes, side.used, strict=True), key=lambda pair: list(HUES).index(pair[0].path))  # fmt: skip
        for k, (volume, used) in enumerate(order):
            items += self._bar(name, volume, used, filled.get(volume.path), (x, y + k * ROW, width), most)  # fmt: skip
        return items, y + len(order) * ROW

    def _strip(self, name, side, x, y, width):
        """Partitions to scale, and gaps where they are; extents of a group need no order."""
        volumes, gaps = side.disk.volumes, side.disk.gaps
        scale = width / sum((*(each.gb for each in volumes), *gaps))
        items = []
        for k, (volume, gap) in enumerate(zip(volumes, gaps, strict=True)):
            wide = volume.gb * scale
            items.append(box(f"{name}-part{volume.path}", x, y, max(4, wide - 3), STRIP, r=5, hue=HUES[volume.path], fill="soft", text=fits(volume.path, wide), size=12.5))  # fmt: skip
            x += wide
            if gap > 1e-6:
                wide = gap * scale
                free = _("{n} GB free", n=number(gap))
                items.append(box(f"{name}-gap{k}", x, y, max(4, wide - 3), STRIP, r=5, tone="idle", fill="none", dash=True, text=fits(free, wide), size=12.5))  # fmt: skip
                x += wide
        return items

    def _most(self):
        """The largest volume of the whole story: bars keep their scale."""
        end = self.result.states[-1]
        begun = self.result.states[0]
        sides = (begun.static, begun.lvm, end.static, end.lvm)
        own = [each.gb for side in sides for each in side.disk.volumes]
        return max(own)

    def _bar(self, name, volume, used, event, spot, most):
        x, y, width = spot
        left, room = x + 98, width - 98 - 118
        high, tone = ROW - 10, LETTERS[event.how][1] if event else ""
        scale = room / most
        own = min(room, volume.gb * scale)
        full = max(2.0, min(own, used * scale))
        said = _("{used} of {gb} GB", used=number(used), gb=number(volume.gb, 4))
        items = [
            label(f"{name}-name{volume.path}", x, y + 17, volume.path, weight=600, size=12.5),
            box(f"{name}-size{volume.path}", left, y, max(4, own), high, r=4, hue=HUES[volume.path], fill="none", glow=bool(event)),
            box(f"{name}-used{volume.path}", left, y, full, high, r=4, hue=HUES[volume.path], fill="solid"),
            label(f"{name}-said{volume.path}", left + max(own, 4) + 6, y + 17, said, size=12),
        ]  # fmt: skip
        if event:
            items.append(box(f"{name}-mark{volume.path}", left - 22, y + 1, 19, high - 2, r=4, text=LETTERS[event.how][0], tone=tone, fill="soft", size=12))  # fmt: skip
        return items

    def _lanes(self, state, line, y):
        """A mark a filled volume, month by month, as far as we have come."""
        items = []
        for k, (name, title) in enumerate(SIDES.items()):
            top = y + k * (LANE + 8)
            items.append(label(f"lane-{name}", line.left - 10, top + 16, _(SHORT[name] if line.narrow else title), anchor="end", size=12, weight=600))  # fmt: skip
            items.append(path(f"rail-{name}", f"M{line.left} {top + LANE / 2}H{line.right}", tone="idle", faded=True))  # fmt: skip
            for month in self.result.states[1 : state.month + 1]:
                events = getattr(month, name).events
                if events:
                    items.append(self._event(name, month.month, events, line, top))
        low = y + 2 * (LANE + 8)
        x = line.x(state.month)
        items.append(path("now", f"M{x:.1f} {y - 6}V{low}", tone="accent", dash=True))
        for k, month in enumerate(ticks(line.end, 6 if line.narrow else 12)):
            items.append(label(f"tick{k}", line.x(month), low + 16, str(round(month)), anchor="middle", size=11.5))  # fmt: skip
        items.append(label("months", line.right, low + 32, _("months"), anchor="end", size=12))
        return items

    def _event(self, name, month, events, line, y):
        worst = max(events, key=lambda each: list(LETTERS).index(each.how))
        letter, tone, _text = LETTERS[worst.how]
        wide = min(15.0, max(6.0, (line.right - line.left) / line.end - 1))
        return box(f"event-{name}-{month}", line.x(month) - wide / 2, y, wide, LANE, r=3, tone=tone, fill="soft", text=letter if wide > 10 else "", size=11)  # fmt: skip

    # Telling

    def labels(self, told):
        return [self._happened(state) for state in told.states]

    def _happened(self, state):
        said = _("month {n}", n=state.month)
        parts = [
            _("{name}: {what}", name=_(SHORT[name]), what=" ".join(f"{event.path} {LETTERS[event.how][0]}" for event in side.events))
            for name, side in (("static", state.static), ("lvm", state.lvm)) if side.events
        ]  # fmt: skip
        return " · ".join([said, *parts])

    def describe(self, state):
        if not state.month:
            return _("Both begin with the same directories. The static disk was cut for a growth as planned; the group gave each volume what half a year needs.")  # fmt: skip
        lines = [
            _("{name}: {what}", name=_(SIDES[name]), what=" ".join(_(event.why) for event in side.events))
            for name, side in (("static", state.static), ("lvm", state.lvm)) if side.events
        ]  # fmt: skip
        lines = lines or [_("Nothing fills in this month.")]
        return "\n".join(
            [*lines, *([self._sums(state)] if state is self.result.states[-1] else [])]
        )

    def _sums(self, state):
        one, two = state.static, state.lvm
        return _(
            "In {n} months: static partitions {a} operations, {b} unmounted, {c} GB moved; LVM {d} operations, {e} unmounted, {f} GB moved.",
            n=state.month, a=one.operations, b=duration_text(one.downtime_s), c=number(one.moved_gb),
            d=two.operations, e=duration_text(two.downtime_s), f=number(two.moved_gb),
        )  # fmt: skip

    def tone(self, state):
        hows = {event.how for side in (state.static, state.lvm) for event in side.events}
        if "full" in hows:
            return "bad"
        return "warn" if hows & {"move", "take", "disk"} else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("operations, static and LVM"), f"{end.static.operations} | {end.lvm.operations}"),
            (_("unmounted, static and LVM"), f"{duration_text(end.static.downtime_s)} | {duration_text(end.lvm.downtime_s)}"),
        ]  # fmt: skip

    def table(self, state):
        head = [_("way"), _("operations"), _("unmounted"), _("GB moved"), _("free, GB"), _("nothing is left since")]  # fmt: skip
        rows = [
            [
                _(SIDES[name]), side.operations, duration_text(side.downtime_s), number(side.moved_gb), number(side.free),
                "–" if side.stopped is None else _("month {n}", n=side.stopped),
            ]
            for name, side in (("static", state.static), ("lvm", state.lvm))
        ]  # fmt: skip
        return Table(head, rows, caption=_("Both sums up to month {n}", n=state.month))


class _Months(Frame):
    """The lanes of marks: months in place of seconds."""

    margins = ((158, 20), (84, 14))
