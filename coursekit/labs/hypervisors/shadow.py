"""Shadow paging: the guest's table, the host's, and the one that joins them."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors.steps import action_from
from coursekit.sims.hypervisors.shadow import (
    Bill,
    Change,
    Paging,
    Stage,
    Touch,
    bill,
    break_even,
    tell,
)
from coursekit.sims.hypervisors.walk import Walk
from coursekit.sims.message import require
from coursekit.ui.controls import Slider
from coursekit.ui.parts import NARROW, WIDE, facts
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

PAGES, STEP, CELL = 6, 38, 32  # rows of each table, the height of one, and of its cells
EXAMPLE = (
    Change(0, 2), Touch(0), Change(1, 0), Touch(1), Change(1, 3), Touch(1), Touch(4), Change(2, 5), Touch(2),
)  # fmt: skip
FORMS = {"map": 2, "unmap": 1, "touch": 1}  # a deed and how many numbers it takes
MOST = 40  # misses an update at the right end of the scale


@dataclass(frozen=True)
class Seen:
    """The record, what was done in it, and where the two ways cost the same."""

    paging: Paging
    steps: tuple[Change | Touch, ...]
    states: tuple[Stage, ...]
    even: float
    chosen: Bill

    def spent(self, moment):
        """Cycles up to a moment, each way."""
        done = self.steps[:moment]
        updates = sum(isinstance(each, Change) for each in done)
        return bill(updates, len(done) - updates, self.paging.levels)


class ShadowLab(StoryLab):
    """Map, take away, use: what each deed costs with a shadow, and with nested tables."""

    name = "hypervisors-shadow"
    title = mark("Two tables, and the one that joins them")

    def controls(self):
        return (
            Slider("page", mark("Page of the guest"), 3, 0, PAGES - 1),
            Slider("frame", mark("Frame of its memory"), 1, 0, PAGES - 1),
            Slider("misses", mark("TLB misses for each update"), 10, 0, MOST),
            Slider("guest", mark("Levels of the guest's table"), 4, 1, 6, more=True),
            Slider("host", mark("Levels of the host's table"), 4, 1, 6, more=True),
        )

    def story(self, actions, page, frame, misses, guest, host):
        paging = Paging(levels=Walk(guest=guest, host=host))
        first = actions[0][0] if actions else None
        steps = (*EXAMPLE[:first], *map(_step, actions))
        return Seen(
            paging, steps, tell(paging, steps), break_even(paging.levels), bill(1, misses, paging.levels),
        )  # fmt: skip

    # Acting

    def tools(self):
        deeds = (
            (_("Map the page to the frame"), lambda v: ("map", v["page"], v["frame"])),
            (_("Take the page away"), lambda v: ("unmap", v["page"])),
            (_("Use the page"), lambda v: ("touch", v["page"])),
        )
        return [button(text, lambda deed=deed: self._do(deed)) for text, deed in deeds]

    def _do(self, deed):
        self.act((self.moment, *deed(self.values)))

    def _press(self, name):
        kind, _dash, place = name.partition("-")
        if not self.locked and kind in ("page", "frame"):
            self.set(**{kind: int(place)})

    def keep(self, actions, result, moment):
        begun = len(result.steps) - len(actions)
        return actions[: max(0, moment - begun)]

    def action_from(self, plain):
        action = action_from(plain, FORMS)
        require(
            all(isinstance(n, int) and 0 <= n < PAGES for n in action[2:]),
            "action={plain}: pages and frames are 0 to {most}", plain=plain, most=PAGES - 1,
        )  # fmt: skip
        return action

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, stage):
        narrow = self.scene.narrow
        width, top = (NARROW, 96) if narrow else (WIDE, 58)
        items = facts(self._facts(stage), narrow=narrow)
        items += self._tables(stage, top, width)
        below = top + 26 + PAGES * STEP
        items += self._bars(below + 22, width)
        items += self._scale(below + 138, width)
        self.scene.show(
            items, width=width, height=below + 230,
            label=_("The guest's table, the host's, and the shadow that joins them"),
        )  # fmt: skip

    def _facts(self, stage):
        return [
            (_("exits: {n}", n=stage.exits), "bad" if self._exited else "idle"),
            (_("references, shadow: {n}", n=stage.shadow_refs), "accent"),
            (_("references, nested: {n}", n=stage.nested_refs), "accent"),
            self._word(stage),
        ]

    def _word(self, stage):
        step = self._step
        if step is None:
            return (_("nothing done yet"), "idle")
        if isinstance(step, Change):
            return (_("the write exits"), "warn")
        if stage.found is None:
            return (_("page fault"), "bad")
        return (_("found: real frame {n}", n=stage.found), "ok")

    @property
    def _step(self):
        """What led to this moment."""
        return self.result.steps[self.moment - 1] if self.moment else None

    @property
    def _exited(self):
        return isinstance(self._step, Change)

    # The tables

    def _tables(self, stage, top, width):
        """Guest, host, shadow: a row a page or frame; lines show how they join."""
        wide = (width - 12) * (0.27 if width > NARROW else 0.29)
        gap = (width - 12 - 3 * wide) / 2
        real = dict(self.result.paging.host)
        tables = (
            ("page", _("guest's table"), stage.guest, 2),
            ("frame", _("host's table"), real, 0),
            ("shadow", _("shadow"), stage.shadow, 3),
        )
        items = self._joins(stage, real, top, wide, gap)
        for column, (kind, title, entries, hue) in enumerate(tables):
            x = 6 + column * (wide + gap)
            items.append(label(f"title-{kind}", x + wide / 2, top + 10, title, anchor="middle", weight=600))  # fmt: skip
            for row in range(PAGES):
                items += self._row(kind, row, entries.get(row), x, top + 24 + row * STEP, wide, hue)
        return items

    def _row(self, kind, row, leads, x, y, wide, hue):
        """A place and where it leads; a dash where it leads nowhere."""
        step, half = self._step, wide / 2
        page = None if step is None else step.page
        glows = row == (self.state.guest.get(page, -1) if kind == "frame" else page)
        chosen = kind != "shadow" and row == self.values[kind]
        name = _("frame {n}", n=row) if kind == "frame" else _("page {n}", n=row)
        press = {"page": _("page {n}: press to choose it", n=row), "frame": _("frame {n}: press to choose it", n=row)}  # fmt: skip
        known = leads is not None
        to = "–" if not known else _("frame {n}", n=leads) if kind == "page" else _("real {n}", n=leads)  # fmt: skip
        small = 11.5 if wide < 170 else 13
        return [
            box(
                f"{kind}-{row}", x, y, half - 9, CELL, text=name, size=small, r=6, selected=chosen, fill="plain",
                press=None if self.locked or kind == "shadow" else press[kind],
            ),
            path(f"{kind}-to-{row}", f"M{x + half - 8:.1f} {y + CELL / 2}h12", tone="idle", faded=not known),
            box(
                f"{kind}-leads-{row}", x + half + 5, y, half - 5, CELL, text=to, size=small, r=6, glow=glows and step is not None,
                fill="solid" if known else "none", dash=not known, **({"hue": hue} if known else {}),
            ),
        ]  # fmt: skip

    def _joins(self, stage, real, top, wide, gap):
        """From each page's frame to the host's entry, and from there to the shadow's."""
        page = None if self._step is None else self._step.page
        items = []
        ends = [6 + wide, 6 + wide + gap, 6 + 2 * wide + gap, 6 + 2 * (wide + gap)]
        for row, frame in stage.guest.items():
            y, middle = (top + 24 + CELL / 2 + at * STEP for at in (row, frame))
            look = {"tone": "accent", "arrow": True} if row == page else {"tone": "idle", "faded": True}  # fmt: skip
            items.append(path(f"join-{row}", f"M{ends[0] + 2:.1f} {y}L{ends[1] - 4:.1f} {middle}", **look))  # fmt: skip
            if frame in real:
                items.append(path(f"joined-{row}", f"M{ends[2] + 2:.1f} {middle}L{ends[3] - 4:.1f} {y}", **look))  # fmt: skip
        return items

    # What it costs

    def _bars(self, y, width):
        """Cycles so far, each way."""
        spent = self.result.spent(self.moment)
        left = 128 if width == NARROW else 176
        most = max(spent.shadow, spent.nested, 1.0)
        items = [label("so-far", 6, y + 4, _("Cycles spent so far"), weight=600)]
        for row, (name, cycles, hue) in enumerate(((_("shadow"), spent.shadow, 3), (_("nested tables"), spent.nested, 5))):  # fmt: skip
            top = y + 18 + row * 36
            long = max(2.0, (width - left - 90) * cycles / most)
            items += [
                label(f"bar-name{row}", 6, top + 20, name, size=12.5),
                box(f"bar{row}", left, top, long, 28, hue=hue, fill="solid", r=4),
                label(f"bar-text{row}", left + long + 8, top + 19, number(cycles, 6), size=12.5, weight=600),
            ]  # fmt: skip
        return items

    def _scale(self, y, width):
        """Which way is cheaper, by the misses for each update; where they cost the same."""
        even, misses, chosen = self.result.even, self.values["misses"], self.result.chosen
        if self.locked:
            return []
        left, right = 10, width - 10
        x = left + (right - left) * min(even, MOST) / MOST
        at = left + (right - left) * misses / MOST
        said = _(
            "at {misses}: shadow {shadow}, nested {nested} cycles an update",
            misses=misses, shadow=number(chosen.shadow, 5), nested=number(chosen.nested, 5),
        )  # fmt: skip
        words = [
            (_("nested wins"), left, x, 5), (_("the shadow wins"), x, right, 3),
        ]  # fmt: skip
        items = [
            box(
                f"zone{k}", start, y + 26, max(1.0, end - start), 26, text=text if end - start > 7.5 * len(text) else "", hue=hue,
                fill="soft", r=4, size=12,
            )
            for k, (text, start, end, hue) in enumerate(words)
        ]  # fmt: skip
        even_text = _("equal at {even} misses an update", even=number(even))
        anchor = "start" if x < width / 2 else "end"
        return [
            *items,
            path("even", f"M{x:.1f} {y + 20}v38", tone="bad"),
            label("even-text", x, y + 12, even_text, size=12, anchor=anchor, weight=600),
            path("chosen", f"M{at:.1f} {y + 70}v-16", tone="accent", arrow=True),
            label("chosen-text", min(max(at, 190), width - 190), y + 86, said, size=11.5, anchor="middle"),
        ]  # fmt: skip

    # In words

    def labels(self, seen):
        return [_("both tables are empty"), *map(_named, seen.steps)]

    def describe(self, stage):
        return _(stage.why)

    def tone(self, stage):
        return self._word(stage)[1] if self.moment else "accent"

    def summary(self, seen):
        final, spent = seen.states[-1], seen.spent(len(seen.steps))
        return [
            (_("exits"), str(final.exits)),
            (_("cycles, shadow"), number(spent.shadow, 6)),
            (_("cycles, nested"), number(spent.nested, 6)),
        ]

    def table(self, stage):
        real = dict(self.result.paging.host)
        head = [_("page"), _("the guest says: frame"), _("the host says: real frame"), _("the shadow says")]  # fmt: skip
        rows = [
            [page, _or_dash(stage.guest.get(page)), _or_dash(real.get(stage.guest.get(page))), _or_dash(stage.shadow.get(page))]
            for page in range(PAGES)
        ]  # fmt: skip
        return Table(head, rows, caption=_("The three tables, page by page"))


def _step(action):
    _moment, kind, page, *frame = action
    return Touch(page) if kind == "touch" else Change(page, frame[0] if frame else None)


def _named(step):
    if isinstance(step, Touch):
        return _("page {page} is used", page=step.page)
    if step.frame is None:
        return _("page {page} is taken away", page=step.page)
    return _("page {page} → frame {frame}", page=step.page, frame=step.frame)


def _or_dash(value):
    return "—" if value is None else value
