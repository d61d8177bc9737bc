"""A program that goes wrong when two run at once, and four remedies: which helps at which level?"""

from coursekit.i18n import _, mark
from coursekit.labs.databases.steps import LEVELS, chip, ends_text, hue, level_heads, rows_text
from coursekit.sims.databases.scripts import SCRIPTS, ended, table, tried
from coursekit.ui.controls import Pick
from coursekit.ui.fit import clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = {
    "doctors": mark("on-call doctors"), "stock": mark("the last piece"), "report": mark("a report during a transfer"),
    "booking": mark("booking a room"), "transfer": mark("two transfers"),
}  # fmt: skip
WORDS = {
    "plain": mark("as first written"), "lock": mark("lock what is read"), "atomic": mark("one statement"),
    "constraint": mark("a constraint"),
}  # fmt: skip
CELL, STEP = 46, 64


class RemediesLab(Lab):
    """A table of remedies by level, every cell computed; press one to see its programs and an order."""

    name = "databases-remedies"
    title = mark("Four remedies")

    def controls(self):
        return (
            Pick("script", mark("Program"), "doctors", NAMES),
            Pick("remedy", mark("Remedy"), "plain", WORDS),
            Pick("level", mark("Isolation level"), "RC", LEVELS),
        )

    def run(self, script, remedy, level):
        cell = tried(script, remedy, level)
        return table(script), cell, ended(script, remedy, level, cell.example)

    def _press(self, name):
        if name.startswith("cell-") and not self.locked:
            _cell, remedy, level = name.split("-")
            self.set(remedy=remedy, level=level)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, result):
        rows, chosen, end = result
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = paragraph("rule", _("The rule: {rule}", rule=_(SCRIPTS[chosen.script].rule)), 6, 16, width - 12, size=13, weight=600, most=3)  # fmt: skip
        grid, y = self._grid(rows, chosen, y + 6, width)
        programs, y = self._programs(chosen, y + 22, width)
        items += grid + programs
        if not self.locked:
            order, y = self._order(chosen, end, y + 16, width)
            items += order
        a_line = 2 if narrow else 4
        items += key(self._key(), width, y + 8, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + (58 if narrow else 36),
            label=_("Remedies by isolation level: in how many orders the rule is broken; the programs; one order"),
        )  # fmt: skip

    def _grid(self, rows, chosen, y, width):
        left = 116 if width < 600 else 190
        step = (width - left - 6) / len(LEVELS)
        items = [heading("head", 6, y + 8, _("broken in"), left)]
        items += level_heads(left, step, y + 8)
        y += 18
        for line, row in enumerate(rows):
            top = y + line * CELL
            items.append(label(f"name-{row[0].remedy}", 8, top + 24, clipped(_(WORDS[row[0].remedy]), left - 8, 12.5), size=12.5))  # fmt: skip
            items += [self._cell(each, chosen, left + column * step, top, step) for column, each in enumerate(row)]  # fmt: skip
        y += len(rows) * CELL
        if step < 100 and not self.locked:
            items.append(label("signs", 8, y + 10, _("↻ orders after which somebody runs again, ⊘ is refused"), size=11.5))  # fmt: skip
            y += 12
        return items, y

    def _cell(self, each, chosen, x, y, step):
        often = f"{each.broken}/{each.total}" if step < 100 else _("{n} of {all}", n=each.broken, all=each.total)  # fmt: skip
        text = "?" if self.locked else often
        sub = "" if self.locked else self._costs(each, short=step < 100)
        tone = "idle" if self.locked else "ok" if each.helps else "bad"
        name = _("{remedy} at {level}", remedy=_(WORDS[each.remedy]), level=_(LEVELS[each.level]))
        return box(
            f"cell-{each.remedy}-{each.level}", x, y, step - 6, CELL - 6, r=7, text=clipped(text, step - 8, 13), sub=clipped(sub, step - 8, 12), size=12.5,
            tone=tone, fill="paper" if each.helps or self.locked else "soft", selected=each == chosen and not self.locked, press=None if self.locked else name,
        )  # fmt: skip

    def _costs(self, each, *, short):
        """In how many orders somebody must run again, or is refused."""
        if each.again:
            return f"↻ {each.again}" if short else _("again: {n}", n=each.again)
        if each.refused:
            return f"⊘ {each.refused}" if short else _("refused: {n}", n=each.refused)
        return ""

    def _programs(self, chosen, y, width):
        """The two programs as they are written with this remedy."""
        variant = SCRIPTS[chosen.script].variants[chosen.remedy]
        items = [heading("programs", 6, y, _("The programs; + joins what is one statement"), width)]  # fmt: skip
        y += 10
        for tx, program in enumerate(variant.programs(), 1):
            text = " ; ".join(" + ".join(map(str, unit)) for unit in program)
            if self.scene.narrow:
                lines, low = paragraph(f"line{tx}", text, 10, 16, width - 30, size=11.5, most=3)
                items.append(box(f"program{tx}", 4, y, width - 8, low - 2, r=7, hue=hue(tx), fill="paper", children=lines))  # fmt: skip
                y += low + 4
            else:
                items.append(box(f"program{tx}", 4, y, width - 8, 26, r=7, hue=hue(tx), fill="paper", text=clipped(text, width - 20, 13.5), size=12.5))  # fmt: skip
                y += 32
        note, y = paragraph("note", _(SCRIPTS[chosen.script].notes[chosen.remedy]), 8, y + 14, width - 16, size=12.5, most=4)  # fmt: skip
        return items + note, y

    def _order(self, chosen, end, y, width):
        """One order of the steps, as the level does it."""
        head = _("One order in which the rule is broken") if end.broken else _("One order, and what the level makes of it")  # fmt: skip
        items = [heading("order", 6, y, head, width)]
        y += 12
        a_line = int((width - 12) // STEP)
        for at, event in enumerate(end.run.events):
            line, column = divmod(at, a_line)
            items.append(chip(f"step{at}", event, 6 + column * STEP, y + line * 42, STEP - 5, 36))
        y += -(-len(end.run.events) // a_line) * 42 + 14
        again = _(" Run again afterwards: {names}.", names=", ".join(f"T{tx}" for tx in end.again)) if end.again else ""  # fmt: skip
        text = _("At the end: {rows}. {ends}.", rows=rows_text(end.final), ends=ends_text(end.run.status)) + again  # fmt: skip
        lines, y = paragraph("ends", text, 8, y, width - 16, size=12.5)
        return items + lines, y

    def _key(self):
        return [
            ("box", {"tone": "bad", "fill": "soft"}, _("the rule may be broken")),
            ("box", {"tone": "ok", "fill": "paper"}, _("the rule always holds")),
            ("box", {"tone": "warn", "fill": "paper", "dash": True}, _("waits for a lock")),
            ("box", {"tone": "bad", "fill": "solid"}, _("aborted by the database")),
        ]

    # In words

    def describe(self, result):
        _rows, chosen, _end = result
        rule = _(SCRIPTS[chosen.script].rule)
        if self.locked:
            return rule
        values = {"remedy": _(WORDS[chosen.remedy]), "level": _(LEVELS[chosen.level]), "n": chosen.broken, "all": chosen.total, "again": chosen.again, "waits": chosen.waited}  # fmt: skip
        if chosen.helps:
            lead = _("“{remedy}”, {level}: the rule holds in all {all} orders. The price: somebody waits in {waits}, is aborted and runs again in {again}.", **values)  # fmt: skip
        else:
            lead = _("“{remedy}”, {level}: the rule is broken in {n} of {all} orders, and nobody is told.", **values)  # fmt: skip
        if chosen.refused and chosen.helps:
            lead += " " + _("In {n} the constraint refuses somebody.", n=chosen.refused)
        return lead + "\n" + _(SCRIPTS[chosen.script].notes[chosen.remedy])

    def tone(self, result):
        return "accent" if self.locked else "ok" if result[1].helps else "bad"

    def table(self, result):
        rows = [
            [_(WORDS[each.remedy]), _(LEVELS[each.level]), *(["?"] * 4 if self.locked else [f"{each.broken}/{each.total}", str(each.again), str(each.refused), str(each.waited)])]
            for row in result[0] for each in row
        ]  # fmt: skip
        head = [_("remedy"), _("level"), _("orders that break the rule"), _("run again"), _("refused"), _("somebody waits")]  # fmt: skip
        return Table(head, rows, caption=_("Remedies by isolation level, over all orders"))
