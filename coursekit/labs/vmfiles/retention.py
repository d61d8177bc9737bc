"""Grandfather-father-son on a calendar: what is kept, by which class, and what is deleted."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass

from coursekit.i18n import _, mark, plural
from coursekit.sims.message import require
from coursekit.sims.vmfiles.retention import CLASSES, Kept, Retention, gfs, span
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

YEAR = 2024
MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"),
    mark("July"), mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip
SKIPS = {
    "none": mark("no day"),
    "Sunday": mark("Sundays"),
    "weekend": mark("Saturdays and Sundays"),
}
NAMES = {
    "day": mark("daily"),
    "week": mark("weekly"),
    "month": mark("monthly"),
    "year": mark("yearly"),
}
WEEK, LINES = 7, 6  # columns and lines of a month


@dataclass(frozen=True)
class Year:
    """The backups of some months, and what becomes of each."""

    rule: Retention
    first: int
    last: int
    backups: dict[str, Kept]

    @property
    def kept(self):
        return [each for each in self.backups.values() if each.kept]


class RetentionLab(Lab):
    """A year of backups, day by day."""

    name = "vmfiles-retention"
    title = mark("Which backups are kept?")

    def controls(self):
        return (
            Slider("days", mark("Keep daily"), 7, 0, 31),
            Slider("weeks", mark("Keep weekly"), 4, 0, 10),
            Slider("months", mark("Keep monthly"), 12, 0, 24),
            Slider("years", mark("Keep yearly"), 1, 0, 5),
            Pick("skip", mark("No backup on"), "none", SKIPS),
            Slider("first", mark("From month"), 1, 1, 12, more=True),
            Slider("last", mark("To the end of month"), 12, 1, 12, more=True),
        )

    def run(self, days, weeks, months, years, skip, first, last):
        require(first <= last, "first={first}: choose 1 to {last}", first=first, last=last)
        rule = Retention(days=days, weeks=weeks, months=months, years=years)
        made = gfs(_dates(first, last, skip), rule)
        return Year(rule, first, last, {each.date: each for each in made})

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, year):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(year), narrow=narrow)
        top, a_line = (92, 2) if narrow else (50, 4)
        step = (width - 8) / a_line
        cell = (step - 14) / WEEK
        high = 26 + LINES * cell * 0.86 + 6
        months = range(year.first, year.last + 1)
        for k, month in enumerate(months):
            x, y = 8 + (k % a_line) * step, top + (k // a_line) * high
            items += self._month(year, month, x, y, cell)
        bottom = top + -(-len(months) // a_line) * high + 6
        items += key(self._key(), width, bottom, a_line=3 if narrow else 6)
        self.scene.show(
            items, width=width, height=bottom + (44 if narrow else 24),
            label=_("A calendar of kept and deleted backups"),
        )  # fmt: skip

    def _facts(self, year):
        kept, made = len(year.kept), len(year.backups)
        oldest = min((each.date for each in year.kept), default="—")
        several = sum(len(each.classes) > 1 for each in year.kept)
        return [
            (plural("{count} backup made", "{count} backups made", made), "idle"),
            (_("kept: {n}", n=kept), "ok" if kept else "bad"),
            (_("of several classes: {n}", n=several), "accent"),
            (_("the oldest: {date}", date=oldest), "idle"),
        ]

    def _month(self, year, month, x, y, cell):
        first, count = monthrange(YEAR, month)
        items = [label(f"month{month}", x, y + 16, _(MONTHS[month - 1]), weight=600, size=13)]
        tall = cell * 0.86
        for day in range(1, count + 1):
            line, column = divmod(first + day - 1, WEEK)
            date = f"{YEAR}-{month:02}-{day:02}"
            text, look = self._day(year.backups.get(date), day)
            items.append(box(
                date, x + column * cell, y + 24 + line * tall, cell - 3, tall - 3, r=4, text=text,
                size=_size(text, cell), **look,
            ))  # fmt: skip
        return items

    def _day(self, backup, day):
        """The letters of its classes; the day where it is deleted; a dashed place where none was made."""
        if backup is None:
            return "", {"fill": "none", "dash": True}
        if not backup.kept:
            return str(day), {"fill": "none", "tone": "idle", "faded": True}
        letters = dict(zip(CLASSES, _letters(), strict=True))
        text = "".join(letters[name] for name in backup.classes)
        text = f"{day} {text}" if len(text) <= 2 else text
        return text, {"fill": "solid", "hue": CLASSES.index(backup.classes[-1])}

    def _key(self):
        kept = [
            ("box", {"fill": "solid", "hue": i}, f"{letter} {_(NAMES[name])}")
            for i, (name, letter) in enumerate(zip(CLASSES, _letters(), strict=True))
        ]
        return [
            *kept,
            ("box", {"fill": "none", "tone": "idle", "faded": True}, _("deleted")),
            ("box", {"fill": "none", "dash": True}, _("none made")),
        ]

    # Telling

    def describe(self, year):
        kept = len(year.kept)
        counts = Counter(name for each in year.kept for name in each.classes)
        parts = ", ".join(f"{counts[name]} {_(NAMES[name])}" for name in CLASSES if counts[name])
        if not kept:
            return _("Nothing is kept: there is no way back.")
        text = _("Kept: {kept} of {made} backups: {parts}.", kept=kept, made=len(year.backups), parts=parts)  # fmt: skip
        if sum(counts.values()) > kept:
            text += " " + _("That is {sum} in the classes; {twice} fewer, since some serve several.", sum=sum(counts.values()), twice=sum(counts.values()) - kept)  # fmt: skip
        return f"{text}\n{self._gap(year)}"

    def _gap(self, year):
        """How far one can go back, a day at a time and at all."""
        return _("The way back reaches to {oldest}; from there on only {kept} of {days} days can be restored.",
                 oldest=min(each.date for each in year.kept), kept=len(year.kept), days=len(year.backups))  # fmt: skip

    def tone(self, year):
        return "ok" if year.kept else "bad"

    def table(self, year):
        rows = [
            [each.date, ", ".join(_(NAMES[name]) for name in each.classes)]
            for each in reversed(year.kept)
        ]
        return Table([_("date"), _("kept as")], rows or [["—", "—"]], caption=_("The backups that are kept"))  # fmt: skip


def _dates(first, last, skip):
    ends = f"{YEAR}-{first:02}-01", f"{YEAR}-{last:02}-{monthrange(YEAR, last)[1]}"
    if skip != "weekend":
        return span(*ends, but="" if skip == "none" else skip)
    rest = set(span(*ends, but="Saturday"))
    return tuple(day for day in span(*ends, but="Sunday") if day in rest)


def _size(text, cell):
    """Small enough for the place: a letter is about as wide as two thirds of its size."""
    return min(10.5, (cell - 5) / max(1, len(text)) / 0.66)


def _letters():
    """A letter a class, in the reader's language."""
    return _("letters of day, week, month, year: D W M Y").split(": ")[1].split()
