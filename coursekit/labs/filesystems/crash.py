"""A crash at any write: every state that it can leave, what recovery and fsck make of it."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.filesystems.drawing import (
    CRASH_MODES,
    CRASH_NAMES,
    crash_item,
    crash_legend,
    crash_letter,
    crash_look,
)
from coursekit.sims.filesystems import crashlattice
from coursekit.sims.filesystems.crash import CLASSES, FLUSH, amount, meaning
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

SCENARIOS = {
    "append": mark("append one block to a file"),
    "create": mark("create an empty file"),
    "rename": mark("rename a file over another one"),
    "unlink": mark("delete a file"),
    "mkdir": mark("make a directory"),
}
SIMS = {"rename": "rename over"}  # where the simulation's name is another
CELLS = 200  # so many states have a cell each; more are counted by class
MEANS = {
    "old": mark("the operation never happened, and nothing is wrong"),
    "new": mark("the operation is complete"),
    "garbage": mark("the tables agree, but the file shows bytes that nobody wrote to it"),
    "inconsistent": mark("the tables contradict each other, fsck has to choose"),
    "corrupt": mark("a block holds neither its old nor its new contents"),
}
STATUS = {"all": "✓", "part": "½", "none": "✗"}


class CrashLab(StoryLab):
    """Press a state to see which writes survived in it, and what becomes of it."""

    name = "filesystems-crash"
    title = mark("A crash at any write")

    def controls(self):
        modes = {key: text for key, (_sim, text) in CRASH_MODES.items()}
        return (
            Pick("scenario", mark("Operation"), "append", SCENARIOS),
            Pick("mode", mark("Journal"), "none", modes),
            Check("checksum", mark("The commit has a checksum"), False, when=lambda v: v["mode"] != "none"),
            Slider("cut", mark("Power fails after write (0: any)"), 0, 0, 15),
            Slider("state", mark("State chosen"), 0, 0, crashlattice.MOST - 1),
            Check("torn", mark("A block may be torn in two"), False, more=True),
        )  # fmt: skip

    def story(self, _actions, scenario, mode, checksum, cut, state, torn):
        self._pieces = 2 if torn else 1
        what = {"checksum": checksum, "pieces": self._pieces}
        told = crashlattice.tell(
            SIMS.get(scenario, scenario), CRASH_MODES[mode][0], cut=cut, **what
        )
        self._chosen = min(state, len(told.lattice.outcomes) - 1)
        self._problems = crashlattice.problems(SIMS.get(scenario, scenario), CRASH_MODES[mode][0], self._chosen, **what)  # fmt: skip
        return told

    def _press(self, name):
        kind, _dash, number = name.partition("-")
        if kind in ("state", "group"):
            self.set(state=int(number))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, shown):
        narrow, width = self.scene.narrow, width_of(self.scene)
        told = self.result
        items = facts(self._facts(shown), narrow=narrow)
        strip, y = self._strip(shown, 92 if narrow else 58)
        items += strip
        said, y = self._meanings(y)
        items += said
        counted = crashlattice.counts(told, shown)
        items += crash_legend(counted, 8, y, width - 12, a_line=2 if narrow else 5)
        y += 100 if narrow else 42
        many = len(told.lattice.outcomes) > CELLS
        cells, y = self._groups(shown, y) if many else self._cells(shown, y)
        what = _("The writes in order, and every state that a crash can leave")
        self.scene.show(items + cells, width=width, height=y + 4, label=what)

    def _facts(self, shown):
        waiting, sure = len(shown.pending), len(shown.sure)
        return [
            (plural("{count} write is safe", "{count} writes are safe", sure), "ok" if sure else "idle"),
            (plural("{count} write waits in the drive", "{count} writes wait in the drive", waiting), "warn" if waiting else "idle"),
            (plural("{count} state so far", "{count} states so far", len(shown.seen)), "accent"),
            (_("chosen: {kind}", kind=_(CRASH_NAMES[self._outcome.kind])) if self._known(shown) else _("chosen: not possible yet"), "idle"),
        ]  # fmt: skip

    @property
    def _outcome(self):
        return self.result.lattice.outcomes[self._chosen]

    def _known(self, shown):
        return self._chosen in shown.seen

    def _strip(self, shown, y):
        """Writes and flushes in order; below each write whether it is there in the chosen state."""
        issued = self.result.lattice.issued
        a_line = 8 if self.scene.narrow else max(12, len(issued))
        step = (width_of(self.scene) - 12) / a_line
        items = []
        for k, item in enumerate(issued):
            x, top = 6 + (k % a_line) * step, y + (k // a_line) * 62
            if item == FLUSH:
                items += self._flush(k, x, top, step, done=k < shown.at)
                continue
            items.append(box(f"item{k}", x, top, step - 6, 30, text=item, r=6, size=12, glow=k == shown.at - 1 and not shown.end, **crash_item(item, shown)))  # fmt: skip
            if self._known(shown):
                there = STATUS[amount(self._outcome.state, item, self._pieces)]
                items.append(label(f"there{k}", x + step / 2 - 3, top + 47, there, anchor="middle", size=14, weight=600))  # fmt: skip
        return items, y + (1 + (len(issued) - 1) // a_line) * 62 + 4

    def _meanings(self, y):
        """What the letters of the writes stand for, in as many lines as needed."""
        names = [_("{name}: {what}", name=each, what=meaning(each)) for each in self._letters()]
        if "Jc" in self.result.lattice.writes:
            names.insert(-2, _("J…: a copy in the journal"))
        lines, most = [""], 62 if self.scene.narrow else 128
        for each in names:
            if len(lines[-1]) + len(each) > most:
                lines.append("")
            lines[-1] += f" · {each}" if lines[-1] else each
        items = [
            label(f"means{k}", 8, y + 12 + k * 18, line, size=12) for k, line in enumerate(lines)
        ]
        return items, y + len(lines) * 18 + 12

    def _letters(self):
        """A letter for each kind of write, those of the journal last."""
        writes = self.result.lattice.writes
        homes = dict.fromkeys(each[0] for each in writes if each[0] != "J")
        return [*homes, *(each for each in writes if each in ("Jd", "Jc"))]

    def _flush(self, k, x, top, step, *, done):
        middle = x + step / 2 - 3
        return [
            path(f"flush{k}", f"M{middle:.1f} {top - 4}v38", tone="ok" if done else "idle", dash=not done),
            label(f"flush-name{k}", middle, top + 47, _("flush"), anchor="middle", size=11.5),
        ]  # fmt: skip

    def _rows(self):
        """Numbers of the states with the same number of writes, those of a class side by side."""
        outcomes = self.result.lattice.outcomes
        rows = {}
        for k, each in enumerate(outcomes):
            rows.setdefault(len(each.state), []).append(k)
        return {n: sorted(row, key=lambda k: CLASSES.index(outcomes[k].kind)) for n, row in rows.items()}  # fmt: skip

    def _cells(self, shown, y):
        """A cell for each state, a row for each number of writes on the disk."""
        narrow = self.scene.narrow
        left, pitch, a_line = (84, 26, 14) if narrow else (110, 31, 25)
        items, rows = [], self._rows()
        longest = max(map(len, rows.values()))
        self._wordy = longest <= (3 if narrow else 6)  # room for the writes in the cell
        if self._wordy:
            pitch, a_line = min(190, (width_of(self.scene) - left - 4) / longest), longest
        for count, row in rows.items():
            if self.locked and not set(row) & set(shown.seen):
                continue  # how many there will be is the question
            items.append(label(f"row{count}", 8, y + 19, self._row_name(count), size=12 if narrow else 13))  # fmt: skip
            for i, k in enumerate(row):
                x, top = left + (i % a_line) * pitch, y + (i // a_line) * 30
                if k in shown.seen or not self.locked:
                    items.append(self._cell(k, x, top, pitch - 5, shown))
            y += (1 + (len(row) - 1) // a_line) * 30 + 6
        return items, y

    def _cell(self, k, x, y, wide, shown):
        outcome = self.result.lattice.outcomes[k]
        if k not in shown.seen:
            return box(f"state-{k}", x, y, wide, 25, r=5, fill="none", dash=True, faded=True)
        kept = self._kept(outcome.state)
        says = _("state {k}, on the disk {kept}: {kind}", k=k, kept=kept, kind=_(CRASH_NAMES[outcome.kind]))  # fmt: skip
        look = crash_look(outcome.kind)
        if self._wordy:
            look["text"] = _("{name}: {what}", name=look["text"], what=self._kept(outcome.state))
        return box(
            f"state-{k}", x, y, wide, 25, r=5, size=11 if self.scene.narrow else 12, selected=k == self._chosen,
            faded=k not in shown.now, press=None if self.locked else says, **look,
        )  # fmt: skip

    def _kept(self, state):
        """The writes of a state in the order of issue, as far as they are there."""
        writes = self.result.lattice.writes
        return (
            " ".join(each for each in writes if amount(state, each, self._pieces) != "none") or "–"
        )

    def _row_name(self, count):
        if self._pieces > 1:
            return plural("{count} piece", "{count} pieces", count)
        return plural("{count} write", "{count} writes", count)

    def _groups(self, shown, y):
        """Too many for a cell each: writes on the disk against class, with counts."""
        narrow = self.scene.narrow
        left = 84 if narrow else 150
        wide = (width_of(self.scene) - left - 6) / len(CLASSES)
        items, line = [], {}
        for (count, kind), row in crashlattice.table(self.result, shown).items():
            top = y + line.setdefault(count, len(line)) * 30
            says = _("{n} states: {kind}", n=len(row), kind=_(CRASH_NAMES[kind]))
            look = {**crash_look(kind), "text": f"{crash_letter(kind)} {len(row)}"}
            items.append(box(
                f"group-{row[0]}", left + CLASSES.index(kind) * wide, top, wide - 5, 25, r=5, size=12,
                selected=self._chosen in row, press=None if self.locked else says, **look,
            ))  # fmt: skip
        items += [label(f"row{count}", 8, y + at * 30 + 18, self._row_name(count), size=12) for count, at in line.items()]  # fmt: skip
        return items, y + len(line) * 30

    # Telling

    def labels(self, told):
        named = [_("{label} is issued", label=each.item) if each.item != FLUSH else _("flush") for each in told.states[1:-1]]  # fmt: skip
        return [_("the start"), *named, _("the power fails")]

    def describe(self, shown):
        said = " ".join(map(_, shown.why))
        if not self._known(shown):
            return said
        return f"{said}\n{self._of_chosen()}"

    def _of_chosen(self):
        """The chosen state: what is there, what recovery says, what fsck says, its class."""
        outcome = self._outcome
        writes = self._kept(outcome.state)
        kept = _("on the disk are {writes}", writes=writes) if outcome.state else _("nothing new is on the disk")  # fmt: skip
        journal = "Jc" in self.result.lattice.writes
        recovery = _(outcome.recovery) if journal else _("There is no journal to look at.")
        fsck = " ".join(map(_, self._problems[:3])) or _("fsck finds nothing.")
        more = len(self._problems) - 3
        rest = plural(" fsck finds {count} problem more.", " fsck finds {count} problems more.", more) if more > 0 else ""  # fmt: skip
        kind = outcome.kind
        return _(
            "State {k}: {kept}. {recovery} {fsck} So: {kind}, {means}.",
            k=self._chosen, kept=kept, recovery=recovery, fsck=fsck + rest,
            kind=_(CRASH_NAMES[kind]), means=_(MEANS[kind]),
        )  # fmt: skip

    def tone(self, shown):
        kinds = crashlattice.counts(self.result, shown)
        if {"inconsistent", "corrupt"} & set(kinds):
            return "bad"
        return "warn" if "garbage" in kinds else "accent"

    def table(self, shown):
        head = [_("writes on the disk"), *(_(CRASH_NAMES[kind]) for kind in CLASSES)]
        rows = {}
        for (count, kind), row in crashlattice.table(self.result, shown).items():
            rows.setdefault(count, dict.fromkeys(CLASSES, 0))[kind] = len(row)
        counted = crashlattice.counts(self.result, shown)
        lines = [[count, *row.values()] for count, row in rows.items()]
        lines.append([_("all"), *(counted.get(kind, 0) for kind in CLASSES)])
        return Table(head, lines, caption=_("States that a crash can leave, by number of writes and class"))  # fmt: skip
