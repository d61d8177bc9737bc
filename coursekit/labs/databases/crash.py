"""A database under the learner's hands: write, commit, write pages to disk, cut the power, look what is left."""

from coursekit.i18n import _, mark
from coursekit.sims.databases.crash import PAGES, USERS, Deed, Policy
from coursekit.sims.databases.crashstory import tell
from coursekit.ui.controls import Check, Pick, as_named
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

RULES = {
    "kept": mark("kept"), "pages": mark("off: pages may go before the log"),
    "answers": mark("off: a commit answers at once"),
}  # fmt: skip
DID = {
    "": mark("the beginning"), "write": mark("{one} writes {two}"), "commit": mark("{one} commits"), "page": mark("{one} to disk"),
    "log": mark("the log to disk"), "checkpoint": mark("checkpoint"), "cut": mark("power off"), "start": mark("power on: recovery"),
}  # fmt: skip
EXAMPLE = (
    Deed("write", "B", "P2"), Deed("commit", "B"), Deed("write", "A", "P1"), Deed("page", "P1"), Deed("cut"), Deed("start"),
)  # fmt: skip
HUES = {"A": 0, "B": 1, "C": 3}
CARD, RECORD = 54, 26
MOST = 12  # records drawn


class CrashLab(DeedsLab):
    """Memory above disk, the log beside both; press a page of memory to write it to disk."""

    name = "databases-crash"
    title = mark("Cut the power of a database")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("user", mark("User"), "A", as_named(USERS)),
            Pick("page", mark("Page"), "P1", as_named(PAGES)),
            Pick("rule", mark("WAL rule"), "kept", RULES),
            Check("steal", mark("Steal: pages of open transactions may go to disk"), True),
            Check("force", mark("Force: a commit writes its pages"), False),
        )

    def story(self, actions, steal, force, rule, **_values):
        return tell(self.steps(actions, EXAMPLE), Policy(steal=steal, force=force, rule=rule))

    # Acting

    def tools(self):
        return (
            button(_("Write"), lambda: self.do("write", self.values["user"], self.values["page"])),
            button(_("Commit"), lambda: self.do("commit", self.values["user"])),
            button(_("Page to disk"), lambda: self.do("page", self.values["page"])),
            button(_("Log to disk"), lambda: self.do("log")),
            button(_("Checkpoint"), lambda: self.do("checkpoint")),
            button(_("Cut the power"), lambda: self.do("cut")),
            button(_("Start again"), lambda: self.do("start")),
        )

    def _press(self, name):
        if not self.locked:
            self.do("page", name.removeprefix("memory-"))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 108 if narrow else 68
        half = width - 8 if narrow else 440
        pages, y = self._pages(state, top, half)
        log, low = self._log(state, *((6, y + 24, half) if narrow else (464, top, width - 470)))
        y = max(y, low)
        items += pages + log
        entries, a_line = self._key(), 2 if narrow else 4
        items += key(entries, width, y + 14, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 18 + 22 * -(-len(entries) // a_line),
            label=_("Pages in memory and on disk, and the log: what is on disk of it and what is not"),
        )  # fmt: skip

    def _facts(self, state):
        world = state.world
        told = ", ".join(world.told)
        tried = (_("harmful cuts: {bad} of {n}", bad=state.bad, n=state.moments), "bad" if state.bad else "ok")  # fmt: skip
        if self.locked:
            tried = (_("possible cuts so far: {n}", n=state.moments), "idle")
        return [
            (_("running"), "ok") if world.up else (_("no power"), "bad"),
            (_("told “committed”: {names}", names=told) if told else _("told “committed”: –"), "accent"),
            (_("log on disk: LSN {lsn}", lsn=world.flushed), "idle"),
            tried,
        ]  # fmt: skip

    def _pages(self, state, y, wide):
        """Two rows of cards: memory, disk; an arrow where the newer one has not been written."""
        world, step = state.world, wide / len(PAGES)
        items = [heading("in-memory", 6, y, _("Memory: lost without power"), wide)]
        low = y + 12 + CARD + 44
        items.append(heading("on-disk", 6, low, _("Disk: stays"), wide))
        for at, name in enumerate(PAGES):
            x = 6 + at * step
            items += self._memory(state, name, (x, y + 12, step - 12, CARD))
            page = world.disk[name]
            wrong = bool(state.verdict) and name in state.verdict.traces
            items.append(box(
                f"disk-{name}", x, low + 12, step - 12, CARD, r=9, title=f"{name} = {page.value}", sub=_("LSN {lsn}", lsn=page.lsn),
                **_look(page.value, wrong=wrong), glow=_was_written(self, state, name),
            ))  # fmt: skip
            if name in world.dirty:
                items.append(path(f"dirty-{name}", f"M{x + step / 2 - 6:g} {y + 16 + CARD:g}V{low + 6:g}", arrow=True, dash=True, tone="warn"))  # fmt: skip
        return items, low + 12 + CARD

    def _memory(self, state, name, spot):
        page = state.world.memory.get(name)
        if page is None:
            return [box(f"memory-{name}", *spot, r=9, title=name, sub=_("gone"), tone="idle", fill="none", dash=True, faded=True)]  # fmt: skip
        holder = state.world.holder(name)
        sub = _("LSN {lsn}, open: {tx}", lsn=page.lsn, tx=holder) if holder else _("LSN {lsn}", lsn=page.lsn)  # fmt: skip
        press = None if self.locked or name not in state.world.dirty else _("write {page} to disk", page=name)  # fmt: skip
        return [box(f"memory-{name}", *spot, r=9, title=f"{name} = {page.value}", sub=clipped(sub, spot[2] - 10, 12), press=press, selected=self.values["page"] == name, **_look(page.value))]  # fmt: skip

    def _log(self, state, x, y, wide):
        """The records, newest last; on disk or still in the buffer. After a start, what it did with them."""
        shown, found = state.world.log, None
        head = _("Log: each record on disk, or in memory only")
        if state.verdict:
            shown, found = self.result.states[self.moment - 1].world.log, state.verdict.recovered
            head = _("What recovery found in the log")
        items = [heading("log", x, y, head, x + wide)]
        if len(shown) > MOST:
            items.append(label("log-more", x, y + 18, _("… and {n} older ones", n=len(shown) - MOST), size=11.5))  # fmt: skip
        shown = shown[-MOST:]
        step, top = wide / (1 if len(shown) <= MOST // 2 else 2), y + 26
        for at, each in enumerate(shown):
            column, line = divmod(at, MOST // 2)
            spot = (x + column * step, top + line * (RECORD + 5), step - 8, RECORD)
            there = each.lsn <= state.world.flushed
            items.append(box(
                f"log{each.lsn}", *spot, r=6, text=boxed(self._record(each, found), step - 8, 11.5), size=11.5, fill="soft" if there else "none",
                dash=not there, **({"hue": HUES[each.tx[0]]} if each.tx else {"tone": "idle"}),
            ))  # fmt: skip
        if not shown:
            items.append(label("log-none", x, top + 12, _("empty"), size=12))
        lines = min(MOST // 2, max(3, len(shown))) if self.scene.narrow else MOST // 2
        return items, top + lines * (RECORD + 5)

    def _record(self, record, found):
        what = f"{record.page}: {record.before}→{record.after}" if record.page else ""
        text = f"{record.lsn} {record.kind} {record.tx} {what}".strip()
        words = ((_("done again"), found.redo), (_("undone"), found.undo)) if found else ()
        done = [word for word, lsns in words if record.lsn in lsns]
        return f"{text} · {', '.join(done)}" if done else text

    def _key(self):
        users = [("box", {"hue": hue, "fill": "soft"}, _("changed by {user}", user=user)) for user, hue in HUES.items()]  # fmt: skip
        return [
            *users, ("box", {"tone": "idle", "fill": "none", "dash": True}, _("in memory only")),
            ("line", {"tone": "warn", "dash": True}, _("still to be written")),
        ]  # fmt: skip

    # In words

    def labels(self, told):
        return [self._label(each.deed) for each in told.states]

    def _label(self, deed):
        text = DID[deed.kind if deed else ""]
        return _(text, one=deed.one, two=deed.two) if deed else _(text)

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if not state.done:
            return "bad"
        if state.verdict:
            return "ok" if state.verdict.well else "bad"
        return "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("moments to cut the power at"), str(end.moments)),
            (_("of them, moments that would break a promise"), str(end.bad)),
        ]  # fmt: skip

    def table(self, state):
        world = state.world
        rows = [
            [name, world.memory[name].value if name in world.memory else _("gone"), world.disk[name].value, world.holder(name) or "–"]
            for name in PAGES
        ]  # fmt: skip
        for each in world.log:
            place = _("on disk") if each.lsn <= world.flushed else _("in memory only")
            what = f"{each.page}: {each.before} → {each.after}" if each.page else ""
            rows.append([_("LSN {lsn}", lsn=each.lsn), f"{each.kind} {each.tx}".strip(), place, what])  # fmt: skip
        head = [_("page, or log record"), _("in memory, or its kind"), _("on disk"), _("open transaction, or change")]  # fmt: skip
        return Table(head, rows, caption=_("Memory, disk and log"))


def _look(value, *, wrong=False):
    """The colour of whoever wrote a value."""
    if wrong:
        return {"tone": "bad", "fill": "solid"}
    return {"hue": HUES[value[0]], "fill": "soft"} if value[0] in HUES else {"tone": "idle", "fill": "paper"}  # fmt: skip


def _was_written(lab, state, name):
    """Whether this moment's deed brought a page to disk."""
    at = lab.moment
    return at > 0 and lab.result.states[at - 1].world.disk[name] != state.world.disk[name]
