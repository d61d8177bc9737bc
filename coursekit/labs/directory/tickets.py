"""A day of tickets as bars: when they end, when nobody gives new ones, what works all the while."""

from coursekit.i18n import _, mark, number
from coursekit.labs.directory.drawing import yes_no
from coursekit.sims.directory.ticketday import ASKS, END, NEVER, NEW, STEP, USED, Day, tell
from coursekit.ui.controls import Check, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

TICKETS = {
    "TGT": (mark("the first ticket (TGT)"), {"hue": 3}),
    USED: (mark("ticket for the first share"), {"hue": 0}),
    NEW: (mark("ticket for the second share"), {"hue": 2}),
}
WORKS = {
    "used": mark("open the first share"),
    "unused": mark("open a share never used"),
    "logon": mark("log on with the password"),
}
DEEDS = {
    "log on": mark("log on"), "open": mark("open {name}"), "down": mark("{name} dies"),
    "up": mark("{name} is back"), "renew": mark("renew the TGT"),
}  # fmt: skip
SHARES = {USED: mark("the first share"), NEW: mark("the second share")}
LINE = 30  # height of a line of bars


class TicketsLab(Lab):
    """Lines over the hours of a day and a half: controllers, tickets, what works."""

    name = "directory-tickets"
    title = mark("A day of tickets")

    def controls(self):
        day = Day()
        hour = mark("h")
        return (
            Slider("logon", mark("Log-on at"), day.logon, 0, NEVER, 1, hour),
            Slider("dead_from", mark("All controllers die at"), day.dead_from, 0, NEVER, 1, hour),
            Slider("dead_to", mark("They are back at"), day.dead_to, 0, NEVER, 1, hour),
            Slider("open", mark("A second share is opened at"), day.open, 0, NEVER, 1, hour),
            Check("renew", mark("She renews her ticket"), day.renew),
            Slider("asked", mark("The first share is opened at"), day.asked, 0, NEVER, 1, hour, more=True),
        )  # fmt: skip

    def run(self, **values):
        return tell(Day(**values))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, told):
        narrow, width = self.scene.narrow, width_of(self.scene)
        left = 12 if narrow else 220
        top = 100 if narrow else 62
        items = facts(self._facts(told), narrow=narrow)
        self._scale = (left, (width - 14 - left) / END)
        lines, y = self._lines(told, top, narrow=narrow)
        items += self._hours(top, y, narrow=narrow) + lines
        items += key(self._key(), width, y + 34, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (82 if narrow else 60),
            label=_("The controllers, the tickets and what works, hour by hour"),
        )  # fmt: skip

    def _x(self, hour):
        left, step = self._scale
        return left + step * min(hour, END)

    def _facts(self, told):
        first = [each for each in told.bars if each.name == "TGT"]
        day = told.day
        dead = _("no controller: {a} h to {b} h", a=day.dead_from, b=day.dead_to) if day.dead_to > day.dead_from else _("controllers always up")  # fmt: skip
        return [
            (_("tickets taken: {n}", n=len(told.bars)), "idle"),
            (_("TGT until hour {h}", h=number(first[-1].end)) if first else _("no TGT"), "accent" if first else "bad"),
            (dead, "bad" if day.dead_to > day.dead_from else "ok"),
            (_("first share until hour {h}", h="?" if self.locked else number(told.until("used"))), "idle"),
        ]  # fmt: skip

    def _hours(self, top, bottom, *, narrow):
        """Hours as thin lines, with their numbers below."""
        items = []
        for hour in range(0, int(END) + 1, 6 if narrow else 3):
            x = self._x(hour)
            items += [
                path(f"hour{hour}", f"M{x:.1f} {top}V{bottom}", tone="idle", faded=True),
                label(f"at{hour}", x, bottom + 16, f"{hour} h", anchor="middle" if 0 < hour < END else "start" if not hour else "end", size=11),
            ]  # fmt: skip
        return items

    def _lines(self, told, y, *, narrow):
        items = []
        for name, text, spans in self._rows(told):
            if narrow:
                items.append(label(f"line-{name}", 12, y + 12, text, size=12))
                y += 16
            else:
                items.append(label(f"line-{name}", 6, y + 19, text, size=12.5))
            for at, (start, end, look, word) in enumerate(spans):
                wide = max(2.0, self._x(end) - self._x(start))
                shown = word if wide > 7.6 * len(word) + 8 else ""
                items.append(box(f"{name}-{at}", self._x(start), y + 4, wide, LINE - 10, r=5, size=11.5, text=shown, **look))  # fmt: skip
            y += LINE + (4 if narrow else 2)
        return items, y + 4

    def _rows(self, told):
        """Each line: an id, its name, its spans with look and word."""
        day = told.day
        up, down = {"tone": "ok", "fill": "paper"}, {"tone": "bad", "fill": "solid"}
        spans = [(0, END, up, _("up"))]
        if day.dead_to > day.dead_from:
            spans = [(0, day.dead_from, up, _("up")), (day.dead_from, day.dead_to, down, _("dead")), (day.dead_to, END, up, _("up"))]  # fmt: skip
        yield "controllers", _("the controllers"), [each for each in spans if each[0] < each[1]]
        for number_, (name, (text, look)) in enumerate(TICKETS.items()):
            bars = [each for each in told.bars if each.name == name]
            ends = [*(after.start for after in bars[1:]), END]  # a renewed one takes its place
            yield (
                f"ticket{number_}", _(text),
                [(each.start, min(each.end, end), {"fill": "soft", **look}, _("until {h} h", h=number(each.end))) for each, end in zip(bars, ends, strict=False)],
            )  # fmt: skip
        for name, text in WORKS.items():
            yield f"works-{name}", _(text), [] if self.locked else self._spans(told, name)

    def _spans(self, told, name):
        """Hours of one kind put together."""
        looks = {True: ({"tone": "ok", "fill": "soft"}, _("works")), False: ({"tone": "bad", "fill": "none", "dash": True}, _("fails"))}  # fmt: skip
        found, good = [], told.works[name]
        for hour, ok in zip(told.hours, good, strict=True):
            if found and found[-1][0] is ok:
                found[-1][2] = hour + STEP
            else:
                found.append([ok, hour, hour + STEP])
        return [(start, end, *looks[ok]) for ok, start, end in found]

    def _key(self):
        return [
            ("box", {"hue": 3, "fill": "soft"}, _("a ticket and its time")),
            ("box", {"tone": "bad", "fill": "solid"}, _("no controller answers")),
            ("box", {"tone": "ok", "fill": "soft"}, _("works")),
            ("box", {"tone": "bad", "fill": "none", "dash": True}, _("fails")),
        ]

    # In words

    def describe(self, told):
        bad = next((each for each in told.events if not each.done), None)
        if self.locked:
            return _("Alice logs on and opens a share. Tickets are good for ten hours.")
        lines = [_("From the log-on at {from_} h the first share can be opened until hour {to}, one never used until hour {new}.", from_=told.day.logon, to=number(told.until("used")), new=number(told.until("unused")))]  # fmt: skip
        if bad:
            lines.append(_("At {hour} h: {what} fails. {why}", hour=number(bad.hour), what=self._said(bad.deed), why=_(bad.why)))  # fmt: skip
        return "\n".join(lines)

    def _said(self, deed):
        text = DEEDS[deed[0]]
        name = deed[1] if len(deed) > 1 else ""
        return _(text, name=_(SHARES[name]) if name in SHARES else name)

    def tone(self, told):
        return "warn" if not self.locked and any(not each.done for each in told.events) else "accent"  # fmt: skip

    def table(self, told):
        rows = [
            [number(each.hour), self._said(each.deed), "?" if self.locked else yes_no(each.done), "?" if self.locked else _(each.why)]
            for each in told.events
        ]  # fmt: skip
        if not self.locked:
            rows += [
                ["", _(WORKS[name]), _("until hour {h}", h=number(told.until(name))), ""]
                for name in ASKS
            ]
        head = [_("hour"), _("what"), _("works"), _("why")]
        return Table(head, rows, caption=_("What is done in the day, and whether it works"))
