"""Where a written line is: program, page cache, drive cache, disk; and what a power cut takes."""

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.filesystems import durable
from coursekit.sims.filesystems.durable import LONGEST, MODES, MOST, Deed
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

NAMES = {
    "delalloc": mark("ext4 as it comes: delayed allocation"),
    "ordered": mark("ordered, no delayed allocation"),
    "writeback": mark("writeback: data any time"),
    "journal": mark("journal: data too"),
}
PLACES = {
    "program": mark("program"),
    "memory": mark("page cache"),
    "drive": mark("drive cache"),
    "disk": mark("disk"),
}
GONE = mark("nowhere any more")
WAYS = (mark("write()"), mark("fsync, write-back"), mark("flush"))
FATES = {"there": mark("it is there"), "garbage": mark("old bytes"), "lost": mark("it is lost")}
EXAMPLE = (Deed("write"), Deed("fsync"), Deed("write"), Deed("close"), Deed("wait", 2))
DID = {
    "write": mark("write: a line"),
    "close": mark("close"),
    "fsync": mark("fsync"),
    "wait": mark("{seconds} s later"),
    "power_cut": mark("the power fails"),
}
ROW = 34


class DurableLab(DeedsLab):
    """A row for each line of the file: its data and its size on their way to the disk."""

    name = "filesystems-durable"
    title = mark("Where are the bytes?")
    kind_of_deed = Deed

    def controls(self):
        assert tuple(NAMES) == MODES
        return (
            Check("barriers", mark("Barriers: a commit empties the cache of the drive"), True),
            Pick("mode", mark("File system"), "delalloc", NAMES),
            Slider("seconds", mark("Seconds to wait"), 5, 1, LONGEST, 1, "s"),
        )

    def story(self, actions, barriers, mode, seconds):
        self._seconds = seconds
        return durable.tell(self.steps(actions, EXAMPLE), mode=mode, barriers=barriers)

    def tools(self):
        return (
            button(_("write a line"), lambda: self.do("write")),
            button(_("close"), lambda: self.do("close")),
            button(_("fsync"), lambda: self.do("fsync")),
            button(_("wait"), lambda: self.do("wait", self._seconds)),
            button(_("cut the power"), lambda: self.do("power_cut")),
        )

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 104 if narrow else 66
        wide = (width - 8) / len(PLACES)
        rows = min(MOST, max(5, 1 + len(self.result.states[-1].lines)))  # the same at every moment
        high = 40 + rows * ROW + 6
        items = facts(self._facts(state), narrow=narrow)
        items += self._columns(state, top, wide, high)
        for line in state.lines:
            items += self._line(state, line, top + 40 + (line.number - 1) * ROW, wide)
        items += self._next(state, top, wide)
        items += [
            label("key", 8, top + high + 22, _("D: the data of a line · S: the size of the file with it, in the inode"), size=11 if narrow else 12),
        ]  # fmt: skip
        what = _("Lines on their way: program, page cache, drive cache, disk")
        self.scene.show(items, width=width, height=top + high + 32, label=what)

    def _facts(self, state):
        lost = state.count("lost") + state.count("garbage")
        flushes = plural("{count} flush", "{count} flushes", state.flushes)
        said = _("lost: {n}", n=lost) if state.cut else _("a cut now would take: {n}", n=lost)
        return [
            (_("{t} s", t=number(state.t)), "idle"),
            (_("lines written: {n}", n=len(state.lines)), "accent"),
            (said, "bad" if state.cut and lost else "warn" if lost else "ok"),
            (flushes, "idle"),
        ]  # fmt: skip

    def _columns(self, state, top, wide, high):
        """Four places; those that a power cut empties are dashed."""
        items = []
        for k, (place, name) in enumerate(PLACES.items()):
            sure = place == "disk"
            dark = state.cut and not sure
            look = {"tone": "ok"} if sure else {"tone": "bad"} if dark else {"tone": "idle"}
            narrow = self.scene.narrow
            emptied = dark and place != "program"
            title = f"✗ {_(name)}" if emptied and not narrow else _(name)
            if emptied and narrow:  # no room beside the name
                items.append(label(f"dark-{place}", 4 + k * wide + (wide - 12) / 2, top + high - 12, "✗", anchor="middle", size=14, weight=600))  # fmt: skip
            items.append(box(f"place-{place}", 4 + k * wide, top, wide - 12, high, r=10, fill="paper" if sure else "none", dash=not sure, **look))  # fmt: skip
            items.append(label(f"title-{place}", 4 + k * wide + (wide - 12) / 2, top + 23, title, anchor="middle", size=11 if narrow else 13.5, weight=600))  # fmt: skip
        if not self.scene.narrow:
            for k, way in enumerate(WAYS):
                x = 4 + (k + 1) * wide - 12
                items.append(path(f"way{k}", f"M{x - 4:.0f} {top + 16}h20", arrow=True, tone="accent"))  # fmt: skip
                items.append(label(f"way-name{k}", x + 6, top - 6, _(way), anchor="middle", size=11.5))  # fmt: skip
        return items

    def _line(self, state, line, y, wide):
        """The data and the size of a line, each in its place; and how it stands."""
        items = []
        places = list(PLACES)
        half = (wide - 32) / 2
        for i, (what, place) in enumerate((("D", line.data), ("S", line.size))):
            gone = place == "gone"
            column = 1 if gone else places.index(place)
            look = {"tone": "bad", "fill": "none", "dash": True} if gone else {"hue": (line.number - 1) % 6, "fill": "solid" if what == "D" else "soft"}  # fmt: skip
            x = 4 + column * wide + 8 + i * (half + 4)
            text = f"✗ {what}{line.number}" if gone else f"{what}{line.number}"
            items.append(box(f"{what}{line.number}", x, y, half, 26, text=text, r=6, size=12, **look))  # fmt: skip
        sign = {"there": "✓", "garbage": "?", "lost": "✗" if state.cut or line.size == "gone" else "…"}[line.fate]  # fmt: skip
        items.append(label(f"line{line.number}", 16, y + 18, f"{sign} {self._named(line)}", size=11.5 if self.scene.narrow else 12.5))  # fmt: skip
        return items

    def _named(self, line):
        return _("line {k}", k=line.number)

    def _next(self, state, top, wide):
        """What the program has not written yet."""
        count = len(state.lines)
        if count == MOST:
            return []
        y = top + 40 + count * ROW
        return [box("next", 12, y, wide - 28, 26, text=_("line {k}", k=count + 1), r=6, size=12, fill="none", dash=True)]  # fmt: skip

    # Telling

    def labels(self, told):
        return [
            _(DID[state.deed.kind], seconds=state.deed.seconds) if state.deed else _("the start")
            for state in told.states
        ]

    def describe(self, state):
        return " ".join(map(_, state.why))

    def tone(self, state):
        if state.cut:
            return "bad" if state.count("lost") + state.count("garbage") else "ok"
        return "warn" if state.count("garbage") else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("lines written"), str(len(end.lines))),
            (_("lines that are safe"), str(end.count("there"))),
            (_("lines in danger"), str(end.count("lost") + end.count("garbage"))),
        ]

    def table(self, state):
        head = [_("line"), _("its data"), _("its size"), _("after a power cut now")]
        rows = [
            [each.number, self._place(each.data), self._place(each.size), _(FATES[each.fate])]
            for each in state.lines
        ]
        return Table(head, rows or [["–"] * len(head)], caption=_("Where each line is"))

    def _place(self, place):
        return _(GONE) if place == "gone" else _(PLACES[place])
