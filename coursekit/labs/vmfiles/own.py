"""The learner's own backup plan: a Python function that names each day's backup."""

import traceback
from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import ownplan
from coursekit.sims.vmfiles.ownplan import DAYS, USUAL, Judged
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import Scene, box, label, path
from coursekit.ui.table import Table

NAMES = {
    "own": mark("your plan"),
    "fulls": mark("a full each day"),
    "differential": mark("one full, differentials"),
    "synthetic": mark("weekly synthetic fulls"),
    "weekly": mark("a full each week"),
    "mixed": mark("a differential in each week"),
    "incremental": mark("one full, increments"),
}
LETTERS = {  # letter -> its name, hue and fill: never by colour alone
    "F": (mark("F, full"), 0, "solid"),
    "S": (mark("S, synthetic full"), 5, "solid"),
    "D": (mark("D, differential"), 2, "soft"),
    "I": (mark("I, incremental"), 1, "soft"),
}
BARS = 76  # how high a full backup's bar is


def weekly(day, _history):
    """Where the lab starts: a full on the first day of each week."""
    return "F" if day % 7 == 0 else "I"


@dataclass(frozen=True)
class Tried:
    """The learner's plan and the usual ones, by name; the day to restore."""

    plans: dict[str, Judged]
    day: int

    @property
    def own(self):
        return self.plans["own"]

    @property
    def chain(self):
        return self.own.items[self.day].chain


class OwnPlanLab(Lab):
    """Takes `backup(day, history) -> "F", "I", "D" or "S"`. Press a day to restore it."""

    name = "vmfiles-own"
    title = mark("Your own backup plan")

    def __init__(self, seed=1, *, backup=weekly, **options):
        self.backup = backup
        super().__init__(seed, **options)

    def controls(self):
        return (
            Slider("day", mark("Day to restore"), DAYS - 1, 0, DAYS - 1),
            Slider("readable", mark("Each piece readable"), 99.0, 50.0, 100.0, 0.1, "%"),
        )

    def run(self, day, readable):
        try:
            types = ownplan.letters(self.backup)
        except ParameterError:
            raise
        except Exception as why:  # noqa: BLE001  (a learner's function may fail in any way)
            line = traceback.extract_tb(why.__traceback__)[-1].lineno
            raise ParameterError(
                "your function: {kind} at its line {line}: {why}",
                kind=type(why).__name__, line=line, why=str(why),
            ) from None  # fmt: skip
        return Tried(
            {name: ownplan.judge(each, readable / 100) for name, each in {"own": types, **USUAL}.items()}, day
        )  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = Scene(roving=True)
        self.scene.on_press(lambda name: self.set(day=int(name.removeprefix("day"))))
        self.scene.observe(lambda _change: self.redraw(), "narrow")
        return [self.scene]

    def draw(self, tried):
        narrow = self.scene.narrow
        place = _Place(narrow)
        items = facts(self._facts(tried), narrow=narrow)
        items += self._days(tried, place) + self._chain(tried, place)
        items += self._legend(place)
        items += [] if self.locked else self._plans(tried, place)
        self.scene.show(
            items, width=width_of(self.scene), height=place.plans if self.locked else place.height,
            label=_("Your plan day by day, and beside it the usual ones"),
        )  # fmt: skip

    def _facts(self, tried):
        own = tried.own
        return [
            (_("stored: {gb} GB", gb=self._gb(own.stored_gb)), "accent"),
            (_("moved: {gb} GB", gb=self._gb(own.moved_gb)), "idle"),
            (plural("longest chain: {count} piece", "longest chain: {count} pieces", own.longest), "idle"),
            (_("worst day: {p} %", p=number(100 * own.worst)), "idle"),
        ]  # fmt: skip

    def _days(self, tried, place):
        """A day's letter, and above it a bar as high as what it stores."""
        items, needed = [], tried.chain
        for each in tried.own.items:
            x, y = place.day(each.number)
            name, hue, fill = LETTERS[each.type]
            high = _high(tried, each.number)
            says = _("day {day}, {kind}: press to restore it", day=each.number, kind=_(name))
            items.append(box(f"bar{each.number}", x + 3, y - 4 - high, place.cell - 6, high, r=3, hue=hue, fill=fill, glow=each.number in needed))  # fmt: skip
            items.append(box(
                f"day{each.number}", x, y, place.cell, 30, text=each.type, r=6, size=13, hue=hue, fill=fill,
                selected=each.number == tried.day, glow=each.number in needed, press=None if self.locked else says,
            ))  # fmt: skip
            items.append(label(f"number{each.number}", x + place.cell / 2, y + 45, str(each.number), anchor="middle", size=11))  # fmt: skip
        return items

    def _chain(self, tried, place):
        """From each piece that the chosen day needs to the next one."""
        items = []
        for first, then in zip(tried.chain, tried.chain[1:], strict=False):
            (x, y), (tx, ty) = place.day(first), place.day(then)
            x, tx = x + place.cell / 2, tx + place.cell / 2
            low = y + 50
            if y == ty:
                deep = min(34, 12 + (tx - x) / 12)
                d = f"M{x:.1f} {low}C{x:.1f} {low + deep:.1f} {tx:.1f} {low + deep:.1f} {tx:.1f} {low}"
            else:  # to the next line
                d = f"M{x:.1f} {low}C{x:.1f} {low + 40} {tx:.1f} {ty - 60} {tx:.1f} {ty - 8 - _high(tried, then):.1f}"
            items.append(path(f"link{then}", d, tone="warn"))
        return items

    def _legend(self, place):
        items, wide = [], (place.width - 12) / (2 if place.narrow else 4)
        for i, (letter, (name, hue, fill)) in enumerate(LETTERS.items()):
            column, line = (i % 2, i // 2) if place.narrow else (i, 0)
            x, y = 6 + column * wide, place.legend + line * 26
            items.append(box(f"key{letter}", x, y, 20, 20, text=letter, size=11.5, r=5, hue=hue, fill=fill))  # fmt: skip
            items.append(label(f"key-name{letter}", x + 28, y + 15, _(name), size=12.5))
        return items

    def _plans(self, tried, place):
        """A bar for what each plan stores; its longest chain, and the chance of its worst day."""
        most = max(each.stored_gb for each in tried.plans.values())
        heads = [(place.bars, _("GB stored"), "start"), (place.moved, _("GB moved"), "middle"), (place.pieces, _("pieces"), "middle"), (place.chance, _("worst day"), "middle")]  # fmt: skip
        items = [label(f"head{i}", x, place.plans + 12, text, anchor=anchor, size=12) for i, (x, text, anchor) in enumerate(heads)]  # fmt: skip
        for row, (name, each) in enumerate(tried.plans.items()):
            y = place.row(row)
            own = name == "own"
            wide = max(3, place.room * each.stored_gb / most)
            mid = y + 17
            weight = 600 if own else 400
            items.append(label(f"plan-{name}", 6, y - 4 if place.narrow else mid, _(NAMES[name]), weight=weight, size=13))  # fmt: skip
            items.append(box(f"stored-{name}", place.bars, y, wide, 24, r=5, tone="accent" if own else "idle", fill="solid" if own else "soft"))  # fmt: skip
            items.append(label(f"gb-{name}", place.bars + wide + 8, mid, number(each.stored_gb, 4), size=12.5, weight=weight))  # fmt: skip
            figures = [(place.moved, number(each.moved_gb, 4)), (place.pieces, str(each.longest)), (place.chance, _("{p} %", p=number(100 * each.worst)))]  # fmt: skip
            items += [label(f"figure{i}-{name}", x, mid, text, anchor="middle", size=13, weight=weight) for i, (x, text) in enumerate(figures)]  # fmt: skip
        return items

    # Telling

    def _gb(self, size):
        """A size, which the learner predicts first."""
        return "?" if self.locked else number(size, 4)

    def describe(self, tried):
        needed = ", ".join(map(str, tried.chain))
        pieces = _("Day {day} needs the pieces of these days: {needed}.", day=tried.day, needed=needed)  # fmt: skip
        return pieces if self.locked else f"{self._cost(tried.own)}\n{pieces}"

    def _cost(self, own):
        return _(
            "In {days} days your plan stores {stored} GB and moves {moved} GB. Pieces in its longest chain: {pieces}, on day {day}, which can be restored with a chance of {p} %.",
            days=DAYS, stored=number(own.stored_gb, 4), moved=number(own.moved_gb, 4), pieces=own.longest, day=own.day, p=number(100 * own.worst),
        )  # fmt: skip

    def table(self, tried):
        head = [_("plan"), _("letters"), _("GB stored"), _("GB moved"), _("longest chain"), _("worst day, %")]  # fmt: skip
        rows = [
            [
                _(NAMES[name]), " ".join(each.types[k : k + 7] for k in range(0, DAYS, 7)),
                self._gb(each.stored_gb), self._gb(each.moved_gb), each.longest, number(100 * each.worst),
            ]
            for name, each in tried.plans.items()
        ]  # fmt: skip
        return Table(head, rows, caption=_("Your plan and the usual ones over four weeks"))


def _high(tried, day):
    """A bar's height: the plan's biggest piece fills the room."""
    items = tried.own.items
    return max(2, BARS * items[day].stored_gb / max(each.stored_gb for each in items))


class _Place:
    """Days in one line (two where it is narrow), then a row a plan."""

    def __init__(self, narrow):
        self.narrow, self.width = narrow, 460 if narrow else 900
        self.a_line = 14 if narrow else 28
        self.step = (self.width - 8) / self.a_line
        self.cell = self.step - 4
        self.first = (92 if narrow else 56) + BARS
        self.line = BARS + 92
        lines = DAYS // self.a_line
        self.legend = self.first + (lines - 1) * self.line + 92
        self.plans = self.legend + (62 if narrow else 36)
        self.bars, self.pitch = (6, 50) if narrow else (226, 32)
        self.moved, self.pieces, self.chance = (246, 334, 414) if narrow else (664, 762, 848)
        self.room = self.moved - self.bars - (96 if narrow else 112)
        self.height = self.row(1 + len(USUAL)) - (14 if narrow else 0)

    def day(self, day):
        line, column = divmod(day, self.a_line)
        return 4 + column * self.step + 2, self.first + line * self.line

    def row(self, row):
        return self.plans + (42 if self.narrow else 20) + row * self.pitch
