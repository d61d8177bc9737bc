"""Page sharing: guests' pages, the real pages behind them, the scanner and a write that copies."""

import ipywidgets as w

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.hypervisors.samepage import PAGE, pace, scan_seconds
from coursekit.sims.hypervisors.samestory import Deed, guests, tell
from coursekit.ui.controls import Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.look import look
from coursekit.ui.parts import NARROW, WIDE, facts
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

PAGES, CELL, HIGH = 6, 60, 48  # pages of a guest, and the size of one on the screen
LETTERS = "ABCDEFuvwxyz"  # what a learner can write; the first six are what guests share
GIB = 2**30


class PagesLab(DeedsLab):
    """Press a page to choose it; write it, or let the scanner run."""

    name = "hypervisors-pages"
    title = mark("Equal pages become one")
    kind_of_deed = Deed

    def controls(self):
        return (
            Slider("guests", mark("Guests"), 3, 1, 4),
            Slider("alike", mark("Pages that all guests hold alike"), 3, 0, PAGES),
            Slider("page", mark("Page chosen"), 13, 0, 4 * PAGES - 1),
            Slider("gib", mark("Memory to scan"), 32, 1, 1024, 1, "GiB", more=True),
            Slider("scan", mark("Pages at a time"), 100, 10, 10_000, 10, more=True),
            Slider("sleep", mark("Rest between"), 20, 1, 1000, 1, "ms", more=True),
        )

    def story(self, actions, guests, alike, page, gib, scan, sleep):
        contents = _contents(guests, PAGES, alike)
        self._chosen_page = min(page, len(contents) - 1)  # fewer guests: the last page there is
        return tell(contents, self.steps(actions, _example(guests)))

    # Acting

    def tools(self):
        self._what = w.Dropdown(options=list(LETTERS), value="z", tooltip=_("What is written"), layout=look(width="70px"))  # fmt: skip
        write = button(_("Write the page"), lambda: self.do("write", self._chosen_page, self._what.value))  # fmt: skip
        return (w.Label(_("Content")), self._what, write, button(_("Scan"), lambda: self.do("scan")))  # fmt: skip

    def _press(self, name):
        if name.startswith("page"):
            self.set(page=int(name.removeprefix("page")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, stage):
        narrow = self.scene.narrow
        memory = stage.memory
        width = NARROW if narrow else WIDE
        top = 96 if narrow else 58
        rows = len(memory.real) // PAGES
        x, y = (68, top + 30 + rows * HIGH + 26) if narrow else (516, top)
        items = facts(self._facts(memory), narrow=narrow)
        items += self._guests(memory, top)
        items += self._frames(memory, x, y)
        items += self._way(memory, (68, top + 16), (x, y + 16), narrow)
        self.scene.show(
            items, width=width, height=y + 30 + rows * HIGH,
            label=_("Pages of the guests, and the real pages behind them"),
        )  # fmt: skip

    def _facts(self, memory):
        real = len(set(memory.real))
        return [
            (plural("{count} page of the guests", "{count} pages of the guests", len(memory.real)), "idle"),
            (plural("{count} real page", "{count} real pages", real), "accent"),
            (_("saved: {n} ({kib} KiB)", n=memory.sharing, kib=memory.saved // 1024), "ok" if memory.sharing else "idle"),
            (_("kept for several: {n}", n=memory.shared), "idle"),
        ]  # fmt: skip

    def _guests(self, memory, top):
        chosen = self._chosen_page
        items = [label("guests", 8, top, _("What the guests see"), weight=600)]
        for page, content in enumerate(memory.contents):
            guest, column = divmod(page, PAGES)
            y = top + 16 + guest * HIGH
            if not column:
                items.append(label(f"guest{guest}", 8, y + 26, _("guest {n}", n=guest + 1), size=13))  # fmt: skip
            says = _("page {page}, content {content}: press to choose it", page=page, content=content)  # fmt: skip
            items.append(box(
                f"page{page}", 68 + column * CELL, y, CELL - 6, HIGH - 8, text=content, r=7, size=16,
                selected=page == chosen, glow=self._fresh(page), press=None if self.locked else says, **_paint(content),
            ))  # fmt: skip
        return items

    def _fresh(self, page):
        deed = self.state.deed
        return deed is not None and deed.kind == "write" and deed.page == page

    def _frames(self, memory, x, y):
        """Real pages in rows of six; how many guest pages stand on each; free ones are dashed."""
        items = [label("frames", x - 60 if x < 100 else x, y, _("Real pages: content, and for how many"), weight=600)]  # fmt: skip
        content = dict(zip(memory.real, memory.contents, strict=True))
        mine = memory.real[self._chosen_page]
        for frame in range(len(memory.real)):
            row, column = divmod(frame, PAGES)
            count = memory.real.count(frame)
            text = f"{content[frame]} ×{count}" if count > 1 else content.get(frame, "")
            items.append(box(
                f"frame{frame}", x + column * CELL, y + 16 + row * HIGH, CELL - 6, HIGH - 8, text=text, r=7, size=14,
                dash=not count, led="warn" if count > 1 else None, selected=frame == mine,
                **(_paint(content[frame]) if count else {"fill": "none"}),
            ))  # fmt: skip
        return items

    def _way(self, memory, pages, frames, narrow):
        """From the page chosen to the real page it stands on."""
        guest, column = divmod(self._chosen_page, PAGES)
        row, place = divmod(memory.real[self._chosen_page], PAGES)
        (x, y), (fx, fy) = pages, frames
        x, fx = x + column * CELL + CELL / 2 - 3, fx + place * CELL + CELL / 2 - 3
        y, fy = y + guest * HIGH + HIGH - 8, fy + row * HIGH
        if narrow:
            d = f"M{x:g} {y:g}C{x:g} {y + 34:g} {fx:g} {fy - 34:g} {fx:g} {fy:g}"
        else:
            low = max(y, fy + HIGH - 8) + 26
            d = f"M{x:g} {y:g}C{x:g} {low:g} {fx:g} {low:g} {fx:g} {fy + HIGH - 8:g}"
        return [path("way", d, tone="accent", arrow=True, dash=True)]

    # Telling

    def labels(self, told):
        return [self._did(state) for state in told.states]

    def _did(self, state):
        if state.deed is None:
            return _("before the first scan")
        if state.deed.kind == "scan":
            return _("a scan")
        if state.copied:
            return _("page {page} is written: copied first", page=state.deed.page)
        return _("page {page} is written", page=state.deed.page)

    def describe(self, stage):
        values = self.values
        rate = pace(values["scan"], values["sleep"])
        minutes = scan_seconds(values["gib"] * GIB, values["scan"], values["sleep"]) / 60
        time = _(
            "{n} pages at a time with a rest of {ms} ms are {rate} pages a second at most: one look at {gib} GiB takes {minutes} minutes.",
            n=values["scan"], ms=values["sleep"], rate=number(rate), gib=values["gib"], minutes=number(minutes),
        )  # fmt: skip
        return f"{_(stage.why)}\n{time}"

    def tone(self, stage):
        return "warn" if stage.copied else "ok" if stage.memory.sharing else "accent"

    def summary(self, told):
        memory = told.states[-1].memory
        return [
            (_("real pages"), str(len(set(memory.real)))),
            (_("pages saved"), str(memory.sharing)),
            (_("copies before a write"), str(sum(state.copied for state in told.states))),
        ]

    def table(self, stage):
        memory = stage.memory
        head = [_("page"), _("guest"), _("content"), _("real page"), _("shared by")]
        rows = [
            [page, page // PAGES + 1, content, real, memory.real.count(real)]
            for page, (content, real) in enumerate(zip(memory.contents, memory.real, strict=True))
        ]
        return Table(head, rows, caption=_("Pages of {bytes} bytes, and where they stand", bytes=PAGE))  # fmt: skip


_contents = guests  # `story` has an argument of this name


def _example(count):
    """A scan; the last guest writes a page that was shared; another scan."""
    return (Deed("scan"), Deed("write", (count - 1) * PAGES + 1, "z"), Deed("scan"))


def _paint(content):
    """What guests share has a colour; what only one has is pale."""
    if content in "ABCDEF":
        return {"hue": ord(content) - ord("A"), "fill": "solid"}
    return {"tone": "idle", "fill": "soft"}
