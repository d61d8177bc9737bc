"""A log, the pages on disk, and recovery record by record."""

from coursekit.i18n import _, mark
from coursekit.sims.databases.recovery import CASES, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.fit import boxed, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

LOGS = {
    "three": mark("three transactions"), "transfer": mark("bank transfers"),
    "long": mark("a long one that never ends"),
}  # fmt: skip
DISKS = {
    "checkpoint": mark("as at the checkpoint"), "never": mark("as at the beginning"),
    "all": mark("all that the log has"), "ahead": mark("ahead of the log: the rule is broken"),
}  # fmt: skip
PHASES = {
    "crash": mark("the crash"), "analysis": mark("analysis: forward"), "redo": mark("redo: forward"),
    "undo": mark("undo: backward"), "done": mark("open again"),
}  # fmt: skip
HIGH, GAP = 56, 18  # of a record; below it, room for what was done with it
CARD = 92


class RecoveryLab(StoryLab):
    """The log as a tape above the pages; press a record to let the log end there."""

    name = "databases-recovery"
    title = mark("After the crash: redo, undo")

    def controls(self):
        last = max(case.last for case in CASES.values())
        return (
            Slider("flushed", mark("The log is on disk up to LSN"), 9, 0, last),
            Pick("log", mark("Log"), "three", LOGS),
            Pick("disk", mark("Pages on disk"), "checkpoint", DISKS),
        )

    def story(self, actions, flushed, log, disk):
        return tell(log, flushed, disk)

    def _press(self, name):
        if not self.locked:
            self.set(flushed=int(name.removeprefix("record")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        tape, y = self._tape(state, 108 if narrow else 68, width)
        pages, y = self._pages(state, y + 22, width)
        items += tape + pages
        entries, a_line = self._key(state), 2 if narrow else 4
        items += key(entries, width, y + 10, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 16 + 22 * -(-len(entries) // a_line),
            label=_("The log, record by record; below it the pages on disk before and after recovery"),
        )  # fmt: skip

    def _facts(self, state):
        said = {"losers": ", ".join(state.losers), "winners": ", ".join(state.winners)}
        return [
            (_(PHASES[state.phase]), "accent"),
            (_("winners: {winners}", **said) if said["winners"] else _("winners: –"), "ok"),
            (_("losers: {losers}", **said) if said["losers"] else _("losers: –"), "warn" if state.losers else "idle"),
            (_("done again: {redo}, undone: {undo}", redo=len(state.redo), undo=len(state.undo)), "idle"),
        ]  # fmt: skip

    def _tape(self, state, y, width):
        """The records, line by line; behind the last one on disk a thick mark."""
        a_line = 4 if width < 600 else 7
        step = (width - 8) / a_line
        items = [heading("tape", 6, y, _("The log"), width)]
        for at, each in enumerate(self.result.case.log):
            line, column = divmod(at, a_line)
            spot = (6 + column * step, y + 12 + line * (HIGH + GAP), step - 10, HIGH)
            items += self._record(state, each, spot)
        lines = -(-self.result.case.last // a_line)
        return items, y + 12 + lines * (HIGH + GAP)

    def _record(self, state, record, spot):
        x, y, wide, high = spot
        lost = record.lsn > self.result.flushed
        name = f"record{record.lsn}"
        what = (
            f"{record.tx} {record.page}: {record.before} → {record.after}"
            if record.page
            else record.tx
        )
        press = None if self.locked else _("the log ends at LSN {lsn}", lsn=record.lsn)
        items = [box(
            name, *spot, r=8, title=f"{record.lsn} {record.kind}", sub=what, press=press,
            tone=_tone(state, record, lost=lost), fill="none" if lost else "soft" if record.tx else "paper", dash=lost, faded=lost,
            glow=state.lsn == record.lsn, selected=state.lsn == record.lsn,
        )]  # fmt: skip
        done = [word for found, word in ((state.redo, _("done again")), (state.undo, _("undone"))) if record.lsn in found]  # fmt: skip
        if done:
            items.append(label(f"{name}-did", x + 4, y + high + 12, boxed(", ".join(done), wide + 16, 11.5), size=11.5))  # fmt: skip
        if record.lsn == self.result.flushed:
            items.append(path("end", f"M{x + wide + 5:g} {y - 2:g}V{y + high + 4:g}", tone="bad"))
        return items

    def _pages(self, state, y, width):
        """A card a page: on disk at the crash, now, and at the end what ought to be there."""
        count = len(state.pages)
        wide = min(290, (width - 8) / count - 8)
        items = [heading("pages", 6, y, _("The pages: value, and LSN of the last change"), width)]  # fmt: skip
        touched = next((each.page for each in self.result.case.log if each.lsn == state.lsn), "")
        for at, (name, page) in enumerate(state.pages.items()):
            was = self.result.disk[name]
            wrong = state.phase == "done" and name in self.result.wrong
            done = state.phase == "done"
            tone = "bad" if wrong else "ok" if done else "accent" if name == touched else "idle"
            inner = [
                label(f"{name}-was", 12, 62, _("at the crash: {value}, LSN {lsn}", value=was.value, lsn=was.lsn) if wide > 150 else _("was {value} ({lsn})", value=was.value, lsn=was.lsn), size=12),
                label(f"{name}-right", 12, 81, self._right(name) if done else "", size=12),
            ]  # fmt: skip
            items.append(box(
                name, 6 + at * (wide + 8), y + 12, wide, CARD, r=10, title=f"{name} = {page.value}", sub=_("LSN {lsn}", lsn=page.lsn),
                tone=tone, fill="soft", children=inner, glow=state.done and name == touched, selected=name == touched,
            ))  # fmt: skip
        return items, y + 12 + CARD

    def _right(self, name):
        value = self.result.promised[name]
        return _("promised: {value}", value=value)

    def _key(self, state):
        entries = [
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("lost with the memory")),
            ("line", {"tone": "bad"}, _("the end of the log on disk")),
        ]
        if state.phase != "crash":
            entries += [("box", {"tone": "ok", "fill": "soft"}, _("of a winner")), ("box", {"tone": "bad", "fill": "soft"}, _("of a loser"))]  # fmt: skip
        return entries

    # In words

    def labels(self, told):
        return [_(each.label) for each in told.states]

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if self.result.recovered.ahead and state.phase == "crash":
            return "bad"
        if state.phase == "done":
            return "bad" if self.result.wrong else "ok"
        return "accent"

    def table(self, state):
        rows = []
        for each in self.result.case.log:
            what = f"{each.page}: {each.before} → {each.after}" if each.page else ""
            rows.append([str(each.lsn), f"{each.kind} {each.tx}".strip(), what, self._became(state, each)])  # fmt: skip
        for name, page in state.pages.items():
            was = self.result.disk[name]
            rows.append([name, _("page"), _("at the crash: {value}, LSN {lsn}", value=was.value, lsn=was.lsn), _("now: {value}, LSN {lsn}", value=page.value, lsn=page.lsn)])  # fmt: skip
        head = [_("LSN, or page"), _("record"), _("change"), _("what became of it")]
        return Table(head, rows, caption=_("The log and the pages"))

    def _became(self, state, record):
        if record.lsn > self.result.flushed:
            return _("lost with the memory")
        done = [word for found, word in ((state.redo, _("done again")), (state.undo, _("undone"))) if record.lsn in found]  # fmt: skip
        return ", ".join(done) or "–"


def _tone(state, record, *, lost):
    """Whether a record is known to be of a winner or of a loser."""
    if lost or not record.tx:
        return "idle"
    if record.tx in state.winners:
        return "ok"
    return "bad" if record.tx in state.losers else "accent"
