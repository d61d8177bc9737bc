"""A schedule of one's own at an isolation level: who reads what, who waits, who is aborted."""

from coursekit.i18n import _, mark, number
from coursekit.labs.databases.steps import (
    LEVELS,
    NAMES,
    OUTCOMES,
    TEXTS,
    ahead,
    chip,
    ends_text,
    hue,
    notation,
    result,
    rows_text,
)
from coursekit.sims.databases.labdb import run
from coursekit.sims.databases.records import DRAFT, sees
from coursekit.sims.databases.schedules import parse
from coursekit.ui.controls import Pick
from coursekit.ui.examples import StoryExamplesLab
from coursekit.ui.fit import clipped, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table

HIGH, BAR = 44, 15  # of a step, of a lock below it
LEAST = {False: 50, True: 42}  # width of a column, wide and narrow
LEFT = 40
VERSION = 50


class ScheduleLab(StoryExamplesLab):
    """A lane a transaction; below the steps its locks; below the lanes the versions of each row."""

    name = "databases-schedule"
    title = mark("Two transactions at once")
    plain = "x=10 r1(x) c1"

    def controls(self):
        return (
            self.choose(mark("Schedule"), "lost", NAMES, mark("my own, above")),
            Pick("level", mark("Isolation level"), "RC", LEVELS),
        )

    def story(self, actions, level, **_values):
        return run(level, parse(self.source))

    # The text

    def examples(self):
        return TEXTS

    def words(self):
        return _("The schedule: steps in the order in which they come"), _("Run it")

    def taken(self):
        return _("Run: see what happened.")

    def help(self):
        return [notation()]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        lanes, y = self._lanes(state, 104 if narrow else 62, width)
        versions, y = self._versions(state, y + 22, width)
        entries = self._key()
        a_line = 2 if narrow else 4
        items += lanes + versions + key(entries, width, y + 12, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 16 + 22 * -(-len(entries) // a_line),
            label=_("The steps of the transactions in their order, their locks, and the versions of each row"),
        )  # fmt: skip

    def _facts(self, state):
        level = LEVELS[self.result.level]
        waits = ", ".join(f"T{tx}" for tx in state.waiting)
        failed = [f"T{tx} {how}" for tx, how in state.status.items() if how[0].isdigit()]
        return [
            (_(level), "accent"),
            (_("waiting: {names}", names=waits or "–"), "warn" if waits else "idle"),
            (_("aborted: {names}", names=", ".join(failed) or "–"), "bad" if failed else "idle"),
            self._edges(state),
        ]

    def _edges(self, state):
        if self.result.level != "SSI":
            return _("committed: {names}", names=", ".join(f"T{tx}" for tx, how in state.status.items() if how == "committed") or "–"), "idle"  # fmt: skip
        edges = ", ".join(f"T{a}→T{b}" for a, b in state.edges)
        return _("read → overwritten: {edges}", edges=edges or "–"), "warn" if edges else "idle"

    def _columns(self, width):
        """How many columns are drawn, how wide they are, and which event is in the first."""
        events = self.result.events if not self.locked else self.result.schedule.steps
        room = width - LEFT - 4
        count = min(len(events), int(room // LEAST[width < 600]))
        first = max(0, min(self.moment - count + 1, len(events) - count))
        return count, min(84, room / count), first

    def _lanes(self, state, y, width):
        count, step, first = self._columns(width)
        done = list(self.result.events[: self.moment])
        later = self._later(done)
        items = []
        for tx in self.result.schedule.transactions:
            bars = self._bars(tx)
            items += self._lane(state, tx, y, (first, count, step))
            cells = [*((each, True) for each in done), *((each, False) for each in later)]
            for column, (each, past) in list(enumerate(cells))[first : first + count]:
                who = each.step.tx if past else each.tx
                if who == tx:
                    x = LEFT + (column - first) * step
                    now = column == self.moment - 1
                    items.append(chip(f"step{column}", each, x, y, step - 4, HIGH, own=False, glow=now) if past else ahead(f"step{column}", each, x, y, step - 4, HIGH, own=False))  # fmt: skip
            items += self._locks(tx, bars, y + HIGH + 4, (first, count, step))
            y += HIGH + 10 + BAR * max(1, len(bars))
        if first:
            items.append(label("before", LEFT, y + 8, _("… {n} steps before", n=first), size=11.5))
            y += 14
        return items, y

    def _later(self, done):
        """The steps that the database has not been asked for yet."""
        asked = {each.at for each in done}
        return [step for at, step in enumerate(self.result.schedule.steps) if at not in asked]

    def _lane(self, state, tx, y, columns):
        """Its disc, and a dashed line while it waits."""
        first, count, step = columns
        items = [token(f"tx{tx}", 18, y + HIGH / 2, f"T{tx}", r=15, hue=hue(tx), faded=state.status[tx] != "active")]  # fmt: skip
        waits = [column for column, each in enumerate(self.result.states[1 : self.moment + 1]) if tx in each.waiting]  # fmt: skip
        for begin in (column for column in waits if column - 1 not in waits):
            last = next(column for column in range(begin, len(self.result.states)) if column + 1 not in waits)  # fmt: skip
            x, end = (LEFT + (min(max(column, first), first + count) - first) * step for column in (begin + 1, last + 1))  # fmt: skip
            if end > x:
                items.append(path(f"wait{tx}-{begin}", f"M{x - 3:g} {y + HIGH / 2:g}H{end - 2:g}", tone="warn", dash=True))  # fmt: skip
        return items

    def _bars(self, tx):
        """The locks that a transaction ever holds in this run up to now: row -> columns, mode."""
        bars = {}
        for column, state in enumerate(self.result.states[1 : self.moment + 1]):
            for row, held in state.locks.items():
                for who, mode in held:
                    if who == tx:
                        bars.setdefault(row, []).append((column, mode))
        return bars

    def _locks(self, tx, bars, y, columns):
        first, count, step = columns
        items = []
        for line, (row, held) in enumerate(bars.items()):
            begin, end = max(held[0][0], first), min(held[-1][0], first + count - 1)
            if begin > end:
                continue
            shared = all(mode == "S" for _column, mode in held)
            x, wide = LEFT + (begin - first) * step, (end - begin + 1) * step - 4
            words = _("reads {row}", row=row) if shared else _("lock {row}", row=row)
            text = words if clipped(words, wide - 6, 11) == words else clipped(row, wide, 11)
            items.append(box(f"lock{tx}-{row}", x, y + line * BAR, wide, BAR - 3, r=3, text=text, size=10.5, hue=hue(tx), fill="none" if shared else "soft", dash=shared))  # fmt: skip
        return items

    def _versions(self, state, y, width):
        """A line a row: its versions, oldest first, then a draft; discs: who would read which."""
        items = [heading("versions", 6, y, _("Versions of each row; a disc: who would read it now"), width)]  # fmt: skip
        y += 18
        left = 56
        step = min(120, (width - left) / 6)
        rows = list(dict.fromkeys([*state.versions, *state.drafts]))
        for row in rows:
            items.append(label(f"row-{row}", 8, y + 26, clipped(row, left - 10, 13), weight=600))
            versions = state.versions.get(row, ())
            for place, each in enumerate(versions):
                value = "✕" if each.value is None else number(each.value)
                sub = (_("at first") if step > 100 else "") if not each.tx else _("T{tx}, commit {n}", tx=each.tx, n=each.commit) if step > 100 else f"T{each.tx}"  # fmt: skip
                old = place < len(versions) - 1
                items.append(box(f"version-{row}-{place}", left + place * step, y, step - 8, 42, r=7, text=value, sub=clipped(sub, step - 12, 12), size=13, hue=hue(each.tx), fill="paper" if old else "soft"))  # fmt: skip
            if row in state.drafts:
                tx, value = state.drafts[row]
                text = "✕" if value is None else number(value)
                items.append(box(f"draft-{row}", left + len(versions) * step, y, step - 8, 42, r=7, text=text, sub=_("T{tx}, draft", tx=tx) if step > 100 else f"T{tx}", size=13, hue=hue(tx), fill="none", dash=True))  # fmt: skip
            items += self._readers(state, row, len(versions), left, step, y)
            y += VERSION
        return items, y

    def _readers(self, state, row, count, left, step, y):
        """Discs of the transactions that are still open, on the version that each would read."""
        items, taken = [], {}
        for tx, how in state.status.items():
            place = sees(self.result.level, state, tx, row)
            if how != "active" or place is None:
                continue
            column = count if place == DRAFT else place
            at = taken[column] = taken.get(column, -1) + 1
            items.append(token(f"reader-{row}-{tx}", left + (column + 1) * step - 17 - 15 * at, y + 1, str(tx), r=7.5, hue=hue(tx)))  # fmt: skip
        return items

    def _key(self):
        return [
            ("box", {"tone": "warn", "fill": "paper", "dash": True}, _("waits for a lock")),
            ("box", {"tone": "bad", "fill": "solid"}, _("aborted by the database")),
            ("box", {"hue": hue(1), "fill": "soft"}, _("lock, until the end")),
            ("box", {"hue": hue(2), "fill": "none", "dash": True}, _("not committed")),
        ]

    # In words

    def labels(self, result_):
        return [_("Before the first step"), *(self._label(each) for each in result_.events)]

    def _label(self, event):
        outcome = OUTCOMES[event.outcome]
        if event.outcome in ("read", "wrote"):
            return f"{event.step} → {result(event).removeprefix('= ')}"
        return _("{step}: {what}", step=str(event.step), what=_(outcome)) + (f" {event.code}" if event.code else "")  # fmt: skip

    def describe(self, state):
        if state.event is None:
            return _("Nothing has happened yet: {rows}.", rows=rows_text(dict(self.result.schedule.items)))  # fmt: skip
        lead = _("{step}. {why}", step=self._label(state.event), why=_(state.event.why))
        if state is self.result.states[-1] and not self.locked:
            lead += "\n" + _("At the end: {rows}. {ends}.", rows=rows_text(self.result.final), ends=ends_text(self.result.status))  # fmt: skip
        return lead

    def tone(self, state):
        if state.event is None:
            return "accent"
        if state.event.code:
            return "bad"
        return {"waits": "warn", "queued": "warn", "committed": "ok"}.get(state.event.outcome, "accent")  # fmt: skip

    def table(self, state):
        rows = [["–", "–", rows_text(dict(self.result.schedule.items)), _("at first")]]
        for number_, event in enumerate(self.result.events[: self.moment], 1):
            outcome = OUTCOMES[event.outcome]
            rows.append([str(number_), str(event.step), _(outcome) + " " + result(event), _(event.why)])  # fmt: skip
        return Table([_("number"), _("step"), _("what came of it"), _("why")], rows, caption=_("The steps so far"))  # fmt: skip

    def summary(self, result_):
        return [(_("rows at the end"), rows_text(result_.final)), (_("transactions"), ends_text(result_.status))]  # fmt: skip
