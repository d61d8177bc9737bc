"""Which anomaly happens at which level, and in how many of all interleavings."""

from coursekit.i18n import _, mark
from coursekit.labs.databases.steps import LEVELS, chip, ends_text, level_heads, rows_text
from coursekit.sims.databases.anomalies import ANOMALIES, cell, table
from coursekit.sims.databases.labdb import run
from coursekit.ui.controls import Pick
from coursekit.ui.fit import clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = {
    "dirty": mark("dirty read"), "nonrepeatable": mark("non-repeatable read"), "phantom": mark("phantom"),
    "readskew": mark("read skew"), "lost": mark("lost update"), "writeskew": mark("write skew"),
}  # fmt: skip
REMARKS = {
    "RU": mark("PostgreSQL has no such level: it takes READ UNCOMMITTED for READ COMMITTED."),
    "RC": mark("The default of PostgreSQL: each statement sees what is committed when it begins."),
    "SI": mark("REPEATABLE READ in PostgreSQL. The SQL standard would allow phantoms there; a snapshot has none."),
    "SSI": mark("SERIALIZABLE in PostgreSQL: nobody waits for readers, but somebody may be aborted and must run again."),
    "S2PL": mark("The classical way: readers lock too. Nothing goes wrong; much more waits. SQLite gets the same with one writer at a time."),
}  # fmt: skip
CELL, STEP = 40, 64


class AnomaliesLab(Lab):
    """A table, computed; press a cell to see the schedule behind it."""

    name = "databases-anomalies"
    title = mark("Which level stops what?")

    def controls(self):
        return (
            Pick("anomaly", mark("Anomaly"), "lost", NAMES),
            Pick("level", mark("Isolation level"), "RC", LEVELS),
        )

    def run(self, anomaly, level):
        return table(), cell(anomaly, level)

    def _press(self, name):
        if name.startswith("cell-") and not self.locked:
            _cell, anomaly, level = name.split("-")
            self.set(anomaly=anomaly, level=level)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, result):
        rows, chosen = result
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = self._grid(rows, chosen, width)
        example, y = self._example(chosen, y + 30, width)
        a_line = 2 if narrow else 4
        items += example + key(self._key(), width, y + 12, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + (62 if narrow else 40),
            label=_("Anomalies by isolation level: in how many of all interleavings each happens"),
        )  # fmt: skip

    def _grid(self, rows, chosen, width):
        left = 138 if width < 600 else 220
        step = (width - left - 6) / len(LEVELS)
        items = [heading("head", 6, 16, _("goes wrong in"), left)]
        items += level_heads(left, step, 16)
        for line, row in enumerate(rows):
            y = 28 + line * CELL
            items.append(label(f"name-{row[0].anomaly}", 8, y + 22, clipped(_(NAMES[row[0].anomaly]), left - 8, 11.5), size=11.5 if width < 600 else 12.5))  # fmt: skip
            items += [self._cell(each, chosen, left + column * step, y, step) for column, each in enumerate(row)]  # fmt: skip
        return items, 28 + len(rows) * CELL

    def _cell(self, each, chosen, x, y, step):
        often = f"{each.happens}/{each.total}" if step < 100 else _("{n} of {all}", n=each.happens, all=each.total)  # fmt: skip
        text = "?" if self.locked else often if each.possible else _("never")  # fmt: skip
        tone = "idle" if self.locked else "bad" if each.possible else "ok"
        name = _("{anomaly} at {level}", anomaly=_(NAMES[each.anomaly]), level=_(LEVELS[each.level]))  # fmt: skip
        return box(
            f"cell-{each.anomaly}-{each.level}", x, y, step - 6, CELL - 6, r=7, text=clipped(text, step - 8, 13), size=12.5,
            tone=tone, fill="soft" if each.possible and not self.locked else "paper", selected=each == chosen and not self.locked, press=None if self.locked else name,
        )  # fmt: skip

    def _example(self, chosen, y, width):
        """The schedule behind the chosen cell, as the level does it."""
        if self.locked:
            return paragraph("wait", _("Each cell is found by running every order of the steps of two transactions."), 8, y, width - 16)  # fmt: skip
        found = run(chosen.level, chosen.example)
        head = _("{anomaly} at {level}", anomaly=_(NAMES[chosen.anomaly]), level=_(LEVELS[chosen.level]))  # fmt: skip
        items = [heading("example", 6, y, head, width)]
        y += 12
        a_line = int((width - 12) // STEP)
        for at, event in enumerate(found.events):
            line, column = divmod(at, a_line)
            items.append(chip(f"step{at}", event, 6 + column * STEP, y + line * 42, STEP - 5, 36))
        y += -(-len(found.events) // a_line) * 42 + 14
        ends = _("At the end: {rows}. {ends}.", rows=rows_text(found.final), ends=ends_text(found.status))  # fmt: skip
        lines, y = paragraph("ends", ends, 8, y, width - 16, size=12.5)
        return items + lines, y

    def _key(self):
        return [
            ("box", {"tone": "bad", "fill": "soft"}, _("happens")),
            ("box", {"tone": "ok", "fill": "paper"}, _("cannot happen")),
            ("box", {"tone": "warn", "fill": "paper", "dash": True}, _("waits for a lock")),
            ("box", {"tone": "bad", "fill": "solid"}, _("aborted by the database")),
        ]

    # In words

    def describe(self, result):
        _rows, chosen = result
        if self.locked:
            return _("Six anomalies, five levels. Which level stops which?")
        what, level = _(NAMES[chosen.anomaly]), _(LEVELS[chosen.level])
        if chosen.possible:
            lead = _("{what} at {level}: in {n} of {all} orders. {rule}", what=what, level=level, n=chosen.happens, all=chosen.total, rule=_(ANOMALIES[chosen.anomaly].rule))  # fmt: skip
        else:
            lead = _("{what} at {level}: in none of {all} orders. In {aborts} of them somebody is aborted, in {waits} somebody waits.", what=what, level=level, all=chosen.total, aborts=chosen.aborts, waits=chosen.waits)  # fmt: skip
        return lead + "\n" + _(REMARKS[chosen.level])

    def tone(self, result):
        return "accent" if self.locked else "bad" if result[1].possible else "ok"

    def table(self, result):
        rows = [
            [_(NAMES[row[0].anomaly]), *("?" if self.locked else _("{n} of {all}", n=each.happens, all=each.total) for each in row)]
            for row in result[0]
        ]  # fmt: skip
        head = [_("anomaly"), *(_(words) for words in LEVELS.values())]
        return Table(head, rows, caption=_("In how many of all orders each anomaly happens"))
