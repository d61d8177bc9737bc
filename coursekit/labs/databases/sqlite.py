"""Real SQLite at work: two connections and a crash, statement by statement."""

from coursekit.i18n import _, mark
from coursekit.labs.databases.sqlitestory import BEGINS, record
from coursekit.labs.databases.units import octets
from coursekit.ui.controls import Pick, as_it_is
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

NAMES = {
    "kill": mark("killed before the commit"), "readers": mark("one reads, one writes"),
    "snapshot": mark("read, then write too late"), "upgrade": mark("both read, both want to write"),
}  # fmt: skip
MODES = {"delete": mark("rollback journal (DELETE)"), "wal": mark("write-ahead log (WAL)")}
KINDS = {
    "bank.db": mark("the database"), "bank.db-journal": mark("the journal: old pages"),
    "bank.db-wal": mark("the log: new pages"), "bank.db-shm": mark("index of the log, in shared memory"),
}  # fmt: skip
LANES = {"A": mark("Program A"), "B": mark("Program B"), "⚡": mark("After a crash")}
ROW, FILE = 50, 58


class SqliteLab(StoryLab):
    """A lane a program, a line a statement; beside them the files."""

    name = "databases-sqlite"
    title = mark("SQLite, for real")

    def controls(self):
        begins = {"deferred": as_it_is("BEGIN"), "immediate": as_it_is("BEGIN IMMEDIATE")}
        return (
            Pick("experiment", mark("Experiment"), "kill", NAMES),
            Pick("mode", mark("Journal"), "delete", MODES),
            Pick("begin", mark("Transactions begin with"), BEGINS[0], begins, when=lambda values: values["experiment"] in ("snapshot", "upgrade")),
        )  # fmt: skip

    def story(self, actions, experiment, mode, begin):
        return record(experiment, mode, begin)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 108 if narrow else 68
        lanes, y = self._lanes(state, top, width if narrow else 600)
        files, low = self._files(state, *((6, y + 20, width - 12) if narrow else (624, top, 268)))
        self.scene.show(
            [*items, *lanes, *files], width=width, height=max(y, low) + 8,
            label=_("What each program asked of SQLite and was answered, and the files on disk"),
        )  # fmt: skip

    def _facts(self, state):
        refused = sum(bool(each.error) for each in state.steps)
        value = next((each.answer for each in reversed(state.steps) if each.sql.startswith("SELECT")), "–")  # fmt: skip
        return [
            (self.result.mode.upper(), "accent"),
            (_("statements: {n}", n=len(state.steps)), "idle"),
            (_("refused: {n}", n=refused), "warn" if refused else "idle"),
            (boxed(_("last answer read: {value}", value=value), 220, 13), "idle"),
        ]

    def _lanes(self, state, y, width):
        """Statements below each other, each in the lane of who asked."""
        lanes = self.result.lanes
        step = (width - 8) / len(lanes)
        items = [heading(f"lane{at}", 6 + at * step, y, _(LANES[who]), 6 + (at + 1) * step) for at, who in enumerate(lanes)]  # fmt: skip
        for row, each in enumerate(state.steps):
            spot = (6 + lanes.index(each.who) * step, y + 12 + row * ROW, step - 8, ROW - 6)
            items.append(_statement(f"step{row}", each, spot, new=row == len(state.steps) - 1 and self.moment > 0))  # fmt: skip
        rows = 1 if self.locked else len(self.result.states) - 1
        return items, y + 12 + rows * ROW

    def _files(self, state, x, y, wide):
        """The files that are there: their name, what they are for, their size; the largest fills its bar."""
        items = [heading("files", x, y, _("Files on disk"), x + wide)]
        most = max(size for each in self.result.states for _name, size in each.files)
        for at, (name, size) in enumerate(state.files):
            items.append(box(
                name, x, y + 12 + at * (FILE + 8), wide, FILE, r=8, title=f"{name}: {octets(size)}", sub=clipped(_(KINDS[name]), wide - 20, 12),
                progress=size / most, fill="paper", tone="warn" if name.endswith("journal") else "accent" if name.endswith("wal") else "idle",
            ))  # fmt: skip
        count = max(len(each.files) for each in self.result.states)
        return items, y + 12 + count * (FILE + 8)

    # In words

    def labels(self, told):
        return [_(each.label) for each in told.states]

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if not state.steps:
            return "accent"
        last = state.steps[-1]
        return "bad" if last.error else "ok" if last.sql == "COMMIT" else "accent"

    def summary(self, told):
        refused = sum(bool(each.error) for each in told.states[-1].steps)
        return [(_("refused"), str(refused))]

    def table(self, state):
        rows = [[str(at), _(LANES[each.who]), each.sql, each.answer] for at, each in enumerate(state.steps, 1)]  # fmt: skip
        rows += [[name, _(KINDS[name]), octets(size), "–"] for name, size in state.files]
        head = [_("step, or file"), _("who, or what it is for"), _("statement, or size"), _("answer")]  # fmt: skip
        return Table(head, rows, caption=_("Statements and answers; then the files"))


def _statement(name, step, spot, *, new):
    """A statement and below it the answer, short: the table has it whole."""
    wide = spot[2]
    inner = [
        label(f"{name}-sql", 10, 18, clipped(step.sql, (wide - 14) * 0.8, 12), size=12, weight=600),
        label(f"{name}-answer", 10, 35, clipped(f"→ {step.error or step.answer}", wide - 16, 12), size=12),
    ]  # fmt: skip
    tone = "bad" if step.error else "ok" if step.sql.startswith("SELECT") else "accent"
    return box(name, *spot, r=7, tone=tone, fill="soft", children=inner, glow=new, selected=new)
