"""Somebody cannot get in: read the words, ask few questions, find the cause, mend it."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.directory.drawing import lamp, yes_no
from coursekit.sims.directory.lockoutplay import CASES, CAUSES, QUESTIONS, REPAIRS, Deed, tell
from coursekit.sims.directory.office import FILES, USER
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.story import Run
from coursekit.ui.table import Table

LABELS = {each.name: each.label for each in (*QUESTIONS, *REPAIRS)}
COMMANDS = {each.name: each.command for each in QUESTIONS}
NO_COMMAND = "–"  # of a question that is put to the user
BEGIN = "begin"  # before the first deed
DID = {
    BEGIN: mark("case {n}"), "ask": mark("asked: {what}"), "try": mark("repaired: {what}"),
    "again": mark("the user tries again"),
}  # fmt: skip
SCREEN, TILE, LINE = 164, 58, 21  # heights: the user's screen, a question, a cause
SMALL_FITS = 1.1  # long lines in small letters are narrower than others
NOTES = 5  # answers in the picture; all of them are in the table


class LockoutLab(DeedsLab):
    """Press a question to ask it; repair with the button."""

    name = "directory-lockout"
    title = mark("Locked out: find the cause with few questions")
    kind_of_deed = Deed
    _case = 1

    def controls(self):
        return (
            Slider("case", mark("Case"), 1, 1, len(CASES)),
            Pick("repair", mark("Repair"), "unlock", {each.name: each.label.text for each in REPAIRS}),
            Check("strike", mark("Strike out the causes that words and answers rule out"), False),
        )  # fmt: skip

    def run(self, **values):
        if values["case"] != self._case:  # what was asked about another person is no answer here
            self._case = values["case"]
            self._runs = [Run("A", ())]
            self._here = self._runs[0]
        return super().run(**values)

    def _take(self, scenario):
        self._case = scenario.get("values", {}).get("case", self.values["case"])
        super()._take(scenario)

    def story(self, actions, **values):
        return tell(values["case"], self.steps(actions, ()))

    # Acting

    def tools(self):
        return (
            button(_("Make the repair"), lambda: self.do("try", self.values["repair"])),
            button(_("The user tries again"), lambda: self.do("again", "user")),
        )

    def _press(self, name):
        if name.startswith("ask") and not self.locked:
            self.do("ask", QUESTIONS[int(name.removeprefix("ask"))].name)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        y = 92 if narrow else 54
        wide = width - 8 if narrow else 372
        items += self._screen(state, 4, y, wide)
        x, top = (4, y + SCREEN + 24) if narrow else (404, y + 12)
        notes, low = self._notes(state, x, top, width - x - 4)
        items += notes
        questions, y = self._questions(state, max(low, y + SCREEN) + 24, width)
        causes, y = self._causes(state, y + 24, width)
        self.scene.show(
            items + questions + causes, width=width, height=y,
            label=_("The user’s screen, the questions that can be asked, the causes that are left"),
        )  # fmt: skip

    @property
    def _strikes(self):
        return self.values["strike"] and not self.locked

    def _facts(self, state):
        end = (_("solved"), "ok") if state.solved else (_("works for now"), "warn") if state.works else (_("locked out"), "bad")  # fmt: skip
        left = _("causes that fit: {n}", n=len(state.fits)) if self._strikes else _("causes that fit: ?")  # fmt: skip
        asked = _("questions: {n}", n=state.asked)
        if state.solved:
            asked = _("questions: {n} ({m} would do)", n=state.asked, m=state.enough)
        repairs = len(state.repairs)
        made = _("repairs: {n}, needless {m}", n=repairs, m=state.needless) if state.needless else _("repairs: {n}", n=repairs)  # fmt: skip
        return [
            (_("case {n}: {how}", n=self.values["case"], how=end[0]), end[1]),
            (asked, "accent"), (made, "warn" if state.needless else "idle"), (left, "idle"),
        ]  # fmt: skip

    def _screen(self, state, x, y, wide):
        """What the user sees: a window with the words."""
        title = rf"\\{FILES}" if state.opening else _("log-on: {user}", user=USER)
        words = "?" if self.locked else _(state.words)
        lines, _end = paragraph("words", words, x + 38, y + 78, wide - 70, size=13, weight=600, most=3)  # fmt: skip
        tone = "ok" if state.solved else "warn" if state.works else "bad"
        return [
            box("screen", x, y, wide, SCREEN, r=14, tone="idle", fill="solid"),
            box("window", x + 14, y + 14, wide - 28, SCREEN - 28, r=8, tone=tone, fill="paper"),
            box("bar", x + 14, y + 14, wide - 28, 30, r=8, tone=tone, fill="soft", text=boxed(title, wide - 28, 12), size=12),
            *lines,
        ]  # fmt: skip

    def _notes(self, state, x, y, wide):
        """The latest answers, the question above each."""
        items = [heading("notes", x + 2, y, _("What you have heard"), x + wide)]
        y += 22
        if not state.notes:
            text = _("Nothing yet. Read the words, then press a question.")
            items.append(box("no-notes", x, y - 8, wide, 34, r=8, text=boxed(text, wide, 12), size=12, tone="idle", fill="none", dash=True))  # fmt: skip
            return items, y + 30
        for at, (name, said) in enumerate(state.notes[-NOTES:]):
            items.append(label(f"note{at}", x + 4, y + 4, clipped(_(LABELS[name]), wide - 8, 12.5), size=12.5, weight=600))  # fmt: skip
            lines, y = paragraph(f"answer{at}", _(said), x + 4, y + 20, wide - 10, size=11.5, most=3)  # fmt: skip
            items += lines
            y += 8
        return items, y

    def _questions(self, state, y, width):
        """Every question a button, with the command that asks it."""
        items = [heading("questions", 6, y, _("Ask"), width)]
        a_line = 2 if width < 600 else 4
        wide = width / a_line
        heard = {name for name, _said in state.notes}
        y += 12
        for at, each in enumerate(QUESTIONS):
            items.append(box(
                f"ask{at}", 4 + at % a_line * wide, y + at // a_line * (TILE + 6), wide - 8, TILE, r=8,
                tone="accent", fill="soft" if each.name in heard else "paper", children=self._tile(at, each, wide - 8),
                glow=state.deed is not None and (state.deed.kind, state.deed.what) == ("ask", each.name),
                press=None if self.locked else _(each.label),
            ))  # fmt: skip
        return items, y + -(-len(QUESTIONS) // a_line) * (TILE + 6)

    def _tile(self, at, each, wide):
        """The question in two lines at most, and its command."""
        lines, _end = paragraph(f"ask-text{at}", _(each.label), 10, 18, wide - 18, size=11.5, weight=600, most=2)  # fmt: skip
        command = _("ask the user") if each.command == NO_COMMAND else each.command
        return [*lines, label(f"ask-how{at}", 10, TILE - 8, clipped(command, wide - 18, 11), size=11)]  # fmt: skip

    def _causes(self, state, y, width):
        """All causes there are; those that the words and the answers rule out are struck."""
        items = [heading("causes", 6, y, _("What it may be"), width)]
        columns = 1 if width < 600 else 2
        a_column, wide = -(-len(CAUSES) // columns), (width - 8) / columns
        y += 22
        for at, (name, text) in enumerate(CAUSES.items()):
            fits = name in state.fits
            place = 6 + at // a_column * wide, y + at % a_column * LINE
            found = state.solved and name == state.cause
            gone = self._strikes and not fits
            sign = "✓ " if found else "✗ " if gone else ""
            tone = "ok" if found else "idle" if gone or not self._strikes else "warn"
            pair = lamp(f"cause{at}", *place, tone, sign + _(text), SMALL_FITS * wide - 10, size=11.5)  # fmt: skip
            items += [{**each, "faded": gone and not found} for each in pair]
        return items, y + a_column * LINE

    # In words

    def labels(self, told):
        return [self._label(each.deed) for each in told.states]

    def _label(self, deed):
        if deed is None:
            return _(DID[BEGIN], n=self.values["case"])
        what = LABELS.get(deed.what)
        return _(DID[deed.kind], what=_(what) if what else "")

    def describe(self, state):
        if self.locked:
            return _("{user} cannot get in. What do you ask first?", user=USER)
        if state.deed is None:
            return _("{user} reads: “{words}”", user=USER, words=state.words)
        said = [_(each) for each in state.why]
        if state.solved:
            said.append(_("The cause was: {cause}.", cause=CAUSES[state.cause]))
            said.append(plural("You asked {count} question.", "You asked {count} questions.", state.asked))  # fmt: skip
        elif state.deed.kind == "ask" and self._strikes and not state.repairs:
            said.append(plural("{count} cause fits.", "{count} causes fit.", len(state.fits)))
        return " ".join(said)

    def tone(self, state):
        if state.solved:
            return "ok"
        if state.deed is None or state.deed.kind == "ask":
            return "accent"
        return "warn" if state.works else "bad"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("questions"), str(end.asked)), (_("repairs"), ", ".join(_(LABELS[each]) for each in end.repairs) or "–"),
            (_("solved"), yes_no(end.solved)),
        ]  # fmt: skip

    def table(self, state):
        words = "?" if self.locked else _(state.words)
        rows = [[_("the user’s screen"), "–", words]]
        rows += [[_(LABELS[name]), COMMANDS[name], _(said)] for name, said in state.notes]
        if self._strikes:
            rows.append([_("causes that fit"), str(len(state.fits)), ", ".join(_(CAUSES[each]) for each in state.fits)])  # fmt: skip
        head = [_("question"), _("command"), _("answer")]
        return Table(head, rows, caption=_("What is known"))
