"""A controller goes back in time: the numbers it gives, what the others have seen of them, who sees what."""

from coursekit.i18n import _, mark
from coursekit.sims.directory.replication import NAME, PARENT
from coursekit.sims.directory.rollbackstory import BACK, OTHERS, WAYS, apart, known, tell
from coursekit.ui.controls import Pick
from coursekit.ui.fit import boxed, heading, paragraph
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

HOW = {
    "snapshot": mark("a snapshot, as it is"),
    "generation_id": mark("a snapshot, with a generation ID"),
    "restore": mark("a proper restore"),
}
FATES = {  # what becomes of a write at a partner: its tone and word
    "there": ("ok", mark("it has it")), "next": ("accent", mark("it will ask for it")),
    "never": ("bad", mark("it never asks for it")), "gone": ("idle", mark("overwritten or undone")),
}  # fmt: skip
PARTS = {NAME: mark("name"), PARENT: mark("place")}
LIVES = (mark("Before it went back"), mark("Afterwards"))
COLUMNS = 5  # numbers drawn after that of the snapshot
HIGH, ROW = 62, 40  # of a number, of a person


class RollbackLab(StoryLab):
    """Two lines of numbers, one below the other; below them what each controller shows."""

    name = "directory-rollback"
    title = mark("A controller goes back in time")

    def controls(self):
        return (Pick("way", mark("It goes back by"), "snapshot", {each: HOW[each] for each in WAYS}),)  # fmt: skip

    def story(self, actions, way):
        return tell(way)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        tape, y = self._tape(state, 106 if narrow else 66, width)
        people, low = self._people(state, y + 30, width)
        if narrow:
            log, y = self._log(state, 6, low + 28, width - 12)
        else:
            log, y = self._log(state, 500, y + 30, width - 506)
        y = max(low, y)
        items += tape + people + log
        items += key(self._key(), width, y + 14, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (82 if narrow else 60),
            label=_("The numbers that controller A gives, what B and C have seen of them, and who sees what"),
        )  # fmt: skip

    def _facts(self, state):
        own, found = state.dcs[BACK], apart(state)
        seen = ", ".join(f"{each} {state.seen(each, own.generation)}" for each in OTHERS)
        differ = (_("shown alike everywhere"), "ok") if not found else (_("shown differently: {n}", n=len(found)), "warn")  # fmt: skip
        return [
            (_("last number of {dc}: {usn}", dc=BACK, usn=own.usn), "accent"),
            (_("asked for up to: {seen}", seen=seen), "idle"),
            (_("identity: {name}", name=_identity(own.generation)), "accent" if own.generation else "idle"),
            differ,
        ]  # fmt: skip

    def _base(self):
        """The last number before the story begins to count."""
        return self.result.states[0].dcs[BACK].usn

    def _tape(self, state, y, width):
        """The numbers after the snapshot, a line a life; marks where the partners have got to."""
        items = []
        for life, word in enumerate(LIVES):
            writes = [each for each in state.writes if each.life == life]
            generation = state.dcs[BACK].generation if life else 0
            text = _("{when}: numbers given by {name}", when=_(word), name=_identity(generation))
            items.append(heading(f"life{life}", 6, y, text, width - 10))
            y += 16
            items += self._life(state, life, generation, writes, y, width)
            y += HIGH + 42
        return items, y - 18

    def _life(self, state, life, generation, writes, y, width):
        left, step = 6 if width < 600 else 30, (width - (12 if width < 600 else 36)) / COLUMNS
        items = []
        for column in range(COLUMNS):
            usn = self._base() + 1 + column
            write = next((each for each in writes if each.usn == usn), None)
            spot = (left + column * step, y, step - 10, HIGH)
            name = f"number{life}-{usn}"
            items += self._number(state, name, usn, write, spot, after=life == state.life == 1)
        if life <= state.life:
            items += self._seen(state, life, generation, left, step, y)
        return items

    def _number(self, state, name, usn, write, spot, *, after):
        """A number: what it stands for, and what becomes of it at B and C."""
        x, y, wide, high = spot
        if write is None:
            back = after and any(each.usn == usn for each in state.dcs[BACK].items.values())
            sub = _("came back") if back else ""
            return [box(name, *spot, r=8, title=str(usn), sub=sub, tone="idle", fill="none", dash=True, faded=not back)]  # fmt: skip
        thing, attribute = write.key
        what = _(PARTS[attribute]) if attribute in PARTS else f"{attribute} = {write.value}"
        fates = [state.fate(write, each) for each in OTHERS]
        twice = state.twice(write)
        items = [box(
            name, *spot, r=8, title=boxed(f"{usn} · {thing}" if wide > 100 else f"{usn} {thing}", wide + 12, 13), sub=what, fill="soft" if "never" in fates else "paper",
            tone="bad" if "never" in fates else "warn" if twice else "accent", glow=bool(state.writes) and write is state.writes[-1] and state.pulled is None,
        )]  # fmt: skip
        for at, (each, fate) in enumerate(zip(OTHERS, fates, strict=True)):
            items.append(token(f"{name}-{each}", x + wide - 14 - 20 * (1 - at), y + high - 12, each, r=9, tone=FATES[fate][0], fill="none" if fate == "gone" else "solid"))  # fmt: skip
        return items

    def _seen(self, state, life, generation, left, step, y):
        """How far the partners have asked under this identity: a mark between two numbers each."""
        items = []
        for at, each in enumerate(OTHERS):
            seen = state.seen(each, generation)
            column = min(max(seen - self._base(), 0), COLUMNS)
            x = left + column * step - 5 + (at * 4 - 2)
            items.append(path(f"mark{life}-{each}", f"M{x:g} {y - 3:g}V{y + HIGH + 4:g}", tone="accent" if at == 0 else "idle"))  # fmt: skip
        first, last = (state.seen(each, generation) for each in OTHERS)
        text = _("B and C have asked for all up to {n}", n=first) if first == last else _("asked for up to: B {first}, C {last}", first=first, last=last)  # fmt: skip
        column = min(max(max(first, last) - self._base(), 0), COLUMNS)
        x = left + column * step
        anchor = "start" if column < COLUMNS / 2 else "end"
        items.append(label(f"seen{life}", max(8, x - 5), y + HIGH + 18, text, anchor=anchor, size=11.5))  # fmt: skip
        return items

    def _people(self, state, y, width):
        """A line a person, a column a controller."""
        names, left = tuple(state.dcs), 84
        step = 118 if width < 600 else 130
        differ = apart(state)
        items = [heading("people", 6, y, _("What the controllers show"), width)]
        items += [label(f"dc-{name}", left + at * step + step / 2 - 4, y + 24, name, anchor="middle", weight=600, size=13) for at, name in enumerate(names)]  # fmt: skip
        for row, person in enumerate(known()):
            top = y + 34 + row * ROW
            items.append(label(f"person{row}", 8, top + 21, person, size=13))
            for at, name in enumerate(names):
                value = state.value(name, person)
                text = _("unknown") if not value else _("is there") if value == "–" else f"tel = {value}"  # fmt: skip
                items.append(box(
                    f"shown{row}-{name}", left + at * step, top, step - 8, ROW - 8, r=7, text=text, size=12.5,
                    tone="warn" if person in differ else "ok" if value else "idle", fill="soft" if value else "none", dash=not value,
                ))  # fmt: skip
        return items, y + 34 + len(known()) * ROW

    def _log(self, state, x, y, wide):
        """The pull of this moment: what was asked, what came."""
        items = [heading("log", x, y, _("This moment"), x + wide)]
        lines, y = paragraph("why", _(state.label), x, y + 24, wide, weight=600)
        items += lines
        pulled = state.pulled
        if pulled is None:
            lines, y = paragraph("none", _("No controller asks another one."), x, y + 2, wide)
            return items + lines, y
        rows = [(each.item, "ok" if each.applied else "idle", self._became(each)) for each in pulled.moved if each.sent]  # fmt: skip
        y -= 4
        for row, (item, tone, word) in enumerate(rows[:3]):
            thing, attribute = item.key
            what = _(PARTS[attribute]) if attribute in PARTS else f"{attribute} = {item.value}"
            text = _("{who}, {what}: {became}", who=thing, what=what, became=word)
            items.append(box(f"log{row}", x, y, wide, 24, r=6, text=boxed(text, wide, 12), size=12, tone=tone, fill="soft" if tone == "ok" else "paper"))  # fmt: skip
            y += 28
        if pulled.filtered:
            items.append(label("filtered", x, y + 12, _("not sent, for it is known: {n}", n=pulled.filtered), size=12))  # fmt: skip
            y += 22
        if not pulled.moved:
            items.append(box("log-nothing", x, y, wide, 24, r=6, text=_("nothing has a higher number"), size=12, tone="warn" if apart(state) else "idle", fill="paper", dash=True))  # fmt: skip
            y += 28
        return items, y

    def _became(self, moved):
        return _("applied") if moved.applied else _("sent, not applied")

    def _key(self):
        fates = [("box", {"tone": tone, "fill": "none" if name == "gone" else "solid"}, _(word)) for name, (tone, word) in FATES.items()]  # fmt: skip
        line = ("line", {"tone": "accent"}, _("asked for up to here"))
        if self.locked:  # what may go wrong is the answer
            return [line]
        return [*fates, ("box", {"tone": "warn", "fill": "paper"}, _("a number given twice")), line]

    # In words

    def labels(self, told):
        return [_(each.label) for each in told.states]

    def describe(self, state):
        lost = [f"{each.usn}" for each in state.writes if state.fate(each, OTHERS[0]) == "never"]
        more = _("{partner} will never ask for the numbers {numbers}: it has seen them already.", partner=OTHERS[0], numbers=", ".join(lost)) if lost else ""  # fmt: skip
        return "\n".join(each for each in (_(state.why), more) if each)

    def tone(self, state):
        if any(state.fate(each, OTHERS[0]) == "never" for each in state.writes):
            return "bad"
        return "accent" if apart(state) else "ok"

    def summary(self, told):
        found = apart(told.states[-1])
        return [(_("shown differently for ever"), ", ".join(found) or "–")]

    def table(self, state):
        rows = []
        for each in state.writes:
            thing, attribute = each.key
            what = _(PARTS[attribute]) if attribute in PARTS else f"{attribute} = {each.value}"
            place = _("{name}, number {usn}: {who}, {what}", name=_identity(each.generation), usn=each.usn, who=thing, what=what)  # fmt: skip
            fates = [_(FATES[state.fate(each, other)][1]) for other in OTHERS]
            rows.append([place, _(LIVES[each.life]), *fates])
        for person in known():
            shown = [state.value(name, person) for name in state.dcs]
            rows.append([person, *(value or _("unknown") for value in shown)])
        head = [_("change, or person"), *state.dcs]
        return Table(head, rows, caption=_("The changes made on A and what becomes of them; then what the controllers show"))  # fmt: skip


def _identity(generation):
    """The identity of A's database: the name, and how manieth it is."""
    return BACK if generation == 0 else f"{BACK}#{generation + 1}"
