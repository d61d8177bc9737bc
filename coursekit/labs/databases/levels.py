"""One schedule under all isolation levels: what each reads, who waits, who is aborted, what is left."""

from coursekit.i18n import _, mark
from coursekit.labs.databases.steps import (
    ENDS,
    LEVELS,
    NAMES,
    TEXTS,
    ahead,
    chip,
    ends_text,
    hue,
    notation,
    rows_text,
)
from coursekit.sims.databases.anomalies import compare
from coursekit.sims.databases.schedules import parse
from coursekit.ui.controls import Pick
from coursekit.ui.examples import ExamplesLab
from coursekit.ui.fit import clipped, heading, paragraph
from coursekit.ui.parts import key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

HIGH, STEP = 36, 58


class LevelsLab(ExamplesLab):
    """A strip of steps a level, in the order in which they were done; press a level to read why."""

    name = "databases-levels"
    title = mark("The same schedule at five levels")
    plain = "x=10 r1(x) c1"

    def controls(self):
        return (
            self.choose(mark("Schedule"), "lost", NAMES, mark("my own, above")),
            Pick("level", mark("Tell me about"), "RC", LEVELS),
        )

    def run(self, **_values):
        return compare(parse(self.source))

    # The text

    def examples(self):
        return TEXTS

    def words(self):
        return _("The schedule: steps in the order in which they come"), _("Run it")

    def taken(self):
        return _("Run at all levels: compare them.")

    def help(self):
        return [notation()]

    def _press(self, name):
        if name.startswith("level-") and not self.locked:
            self.set(level=name.removeprefix("level-"))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, runs):
        width = width_of(self.scene)
        text, y = paragraph("schedule", _("As it is asked for: {schedule}", schedule=self.source), 6, 16, width - 12, size=12.5, most=3)  # fmt: skip
        items = list(text)
        y += 4
        for found in runs:
            card, y = self._card(found, y, width)
            items += card
        a_line = 2 if self.scene.narrow else 4
        items += key(self._key(runs), width, y + 6, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 14 + 22 * -(-len(self._key(runs)) // a_line),
            label=_("The steps as each level does them, and the rows at the end"),
        )  # fmt: skip

    def _card(self, found, y, width):
        """A level: its name, its steps in the order done, and how it ended."""
        wide = width - 8
        steps, low = self._strip(found, 34, wide)
        ends = self._ends(found)
        inside = [heading(f"name-{found.level}", 12, 20, _(LEVELS[found.level]), wide if self.scene.narrow else 300)]  # fmt: skip
        if self.scene.narrow or self.locked:
            lines, low = paragraph(f"end-{found.level}", ends, 12, low + 14, wide - 20, most=3)
            inside += lines
            low -= 6
        else:
            inside.append(label(f"end-{found.level}", wide - 12, 20, clipped(ends, wide - 320, 12.5), anchor="end", size=12.5, weight=600))  # fmt: skip
        chosen = self.values["level"] == found.level
        card = box(
            f"level-{found.level}", 4, y, wide, low + 8, r=10, children=[*inside, *steps], selected=chosen and not self.locked,
            tone="idle" if self.locked else "bad" if found.failed else "warn" if found.waits else "accent", fill="none",
            press=None if self.locked else _("tell about {level}", level=_(LEVELS[found.level])),
        )  # fmt: skip
        return [card], y + low + 16

    def _strip(self, found, y, wide):
        """The steps in the order in which they were done; while locked as they are asked for."""
        steps = found.schedule.steps if self.locked else found.events
        a_line = int((wide - 16) // STEP)
        step = min(76, (wide - 16) / min(a_line, len(steps)))
        items = []
        for at, each in enumerate(steps):
            line, column = divmod(at, a_line)
            spot = (10 + column * step, y + line * (HIGH + 6), step - 5, HIGH)
            name = f"{found.level}-{at}"
            items.append(ahead(name, each, *spot) if self.locked else chip(name, each, *spot))
        return items, y + -(-len(steps) // a_line) * (HIGH + 6)

    def _ends(self, found):
        if self.locked:
            return _("at the end: ?")
        ends = {tx: how for tx, how in found.status.items() if how != "committed"}
        return _("at the end: {rows}", rows=rows_text(found.final)) + "".join(f" · T{tx} {_(ENDS[how])}" for tx, how in ends.items())  # fmt: skip

    def _key(self, runs):
        writers = [("box", {"hue": hue(tx), "fill": "soft"}, _("a step of T{tx}", tx=tx)) for tx in runs[0].status]  # fmt: skip
        return [
            *writers,
            ("box", {"tone": "warn", "fill": "paper", "dash": True}, _("waits for a lock")),
            ("box", {"tone": "bad", "fill": "solid"}, _("aborted by the database")),
        ]

    # In words

    def _mine(self, runs):
        return next(each for each in runs if each.level == self.values["level"])

    def describe(self, runs):
        if self.locked:
            return _("The same steps are asked for at five levels. What does each level make of them?")  # fmt: skip
        found = self._mine(runs)
        turn = _turning(found)
        lead = _("{level}: at the end {rows}; {ends}.", level=_(LEVELS[found.level]), rows=rows_text(found.final), ends=ends_text(found.status))  # fmt: skip
        return lead + ("\n" + _("{step}: {why}", step=str(turn.step), why=_(turn.why)) if turn else "")  # fmt: skip

    def tone(self, runs):
        if self.locked:
            return "accent"
        found = self._mine(runs)
        return "bad" if found.failed else "warn" if found.waits else "accent"

    def table(self, runs):
        rows = []
        for found in runs:
            reads = ", ".join(f"T{tx}: {row} = {value}" for tx, row, value in found.reads)
            waits = ", ".join(f"T{each.step.tx}" for each in found.events if each.outcome == "waits")  # fmt: skip
            told = [reads or "–", waits or "–", ends_text(found.status), rows_text(found.final)]
            rows.append([_(LEVELS[found.level]), *(["?"] * 4 if self.locked else told)])
        head = [_("level"), _("what was read"), _("who waited"), _("how they ended"), _("rows at the end")]  # fmt: skip
        return Table(head, rows, caption=_("One schedule at five levels"))


def _turning(found):
    """The event that says most about a level: an abort, else who waited, else the last reading."""
    kinds = (lambda e: e.code, lambda e: e.outcome == "waits", lambda e: e.outcome == "read")
    for kind in kinds:
        if chosen := [each for each in found.events if kind(each)]:
            return chosen[-1]
    return found.events[-1]
