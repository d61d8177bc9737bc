"""The learner's own program that replaces a file: what a crash leaves of it in every mode."""

from html import escape

from coursekit.i18n import _, mark
from coursekit.labs.filesystems.outcomes import MODES, ROW, crash_rows, named, verdict
from coursekit.sims.filesystems.recipes import FIRST, judge
from coursekit.sims.filesystems.replace import why
from coursekit.ui.controls import Pick
from coursekit.ui.look import html
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

PLAIN = "creat t\n"  # in sight while the prediction is awaited
CALLS = (
    ("creat t", mark("makes the file t, or empties it if it is there")),
    ("write t B", mark("writes the new contents, B, to t")),
    ("fsync t", mark("returns when the bytes of t are on the disk")),
    ("rename t f", mark("gives t the name f; what was called f is gone")),
    ("unlink f", mark("takes the name f away")),
    ("fsyncdir", mark("returns when all changes of names are on the disk")),
    ("# …", mark("a comment")),
)


class OwnRecipeLab(TextLab):
    """A row a call, and what a crash after it leaves; beside it the verdict in each mode."""

    name = "filesystems-own"
    title = mark("Your own way to replace a file")
    plain = PLAIN

    def controls(self):
        return (Pick("mode", mark("Rules kept"), "posix", MODES),)

    def run(self, mode):
        self._mode = mode
        return judge(self.program)

    # The text

    def first(self):
        return FIRST

    def words(self):
        return _("Your program: f holds A and is to hold B, whenever the power fails"), _("Try it")

    def taken(self):
        return _("Tried.")

    def help(self):
        rows = [[call, _(meaning)] for call, meaning in CALLS]
        head = _("The calls")
        known = Table([_("for example"), _("what it does")], rows, caption=head)
        return [html(f"<details><summary>{escape(head)}</summary>{known.html()}</details>")]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(lambda name: self.set(mode=name.split("-")[1]))
        return [self.scene]

    def draw(self, judged):
        narrow, width = self.scene.narrow, width_of(self.scene)
        made = judged.tries[self._mode]
        worst = made.worst()
        items = facts(self._facts(judged), narrow=narrow)
        y = 76
        area = (8, y, width - 16 if narrow else 452)
        items += crash_rows(made, area, finished=False, chosen=(worst.at, worst.content), press=False)  # fmt: skip
        below = y + (1 + len(made.program)) * ROW
        x, top = (8, below + 44) if narrow else (484, y)
        items += self._modes(judged, (x, top, width - x - 4))
        below = max(below, top + 4 * (54 if narrow else ROW))
        what = _("Your calls, what a crash after each leaves, and the verdict in every mode")
        self.scene.show(items, width=width, height=below + 6, label=what)

    def _facts(self, judged):
        return [
            (_("always A or B, in all modes") if judged.safe else _("not always A or B"), "ok" if judged.safe else "bad"),
            (_("B for good after the end, in all modes") if judged.done else _("B is not sure after the end"), "ok" if judged.done else "warn"),
        ]  # fmt: skip

    def _modes(self, judged, area):
        """Two cells for each mode: a crash at any moment, a crash after the end."""
        x, y, width = area
        narrow = self.scene.narrow
        names, pitch = (0, 54) if narrow else (width * 0.52, ROW)
        wide = (width - names) / 2
        heads = (_("at any moment"), _("after the end"))
        items = [label(f"when{k}", x + names + k * wide + wide / 2 - 3, y - 10, text, anchor="middle", size=12) for k, text in enumerate(heads)]  # fmt: skip
        for r, (mode, made) in enumerate(judged.tries.items()):
            top = y + r * pitch + (18 if narrow else 0)
            at = (x, top - 5) if narrow else (x, top + 19)
            here = mode == self._mode
            items.append(label(f"mode-{mode}", *at, _(MODES[mode]), size=12, weight=600 if here else 400))  # fmt: skip
            looks = (verdict(made.any, ("A", "B")), verdict(made.after, ("B",)))
            for k, look in enumerate(looks):
                says = _("{mode}, {when}: choose this mode", mode=_(MODES[mode]), when=heads[k])
                items.append(box(f"cell-{mode}-{k}", x + names + k * wide, top, wide - 6, 28, r=6, size=12, selected=here, press=None if self.locked else says, **look))  # fmt: skip
        return items

    # In words

    def describe(self, judged):
        made = judged.tries[self._mode]
        if judged.safe and judged.done:
            return _("✓ The task is done: whenever the power fails f holds A or B, and after the end B, in every mode.")  # fmt: skip
        lines = []
        unsafe = [_(MODES[mode]) for mode, each in judged.tries.items() if not each.safe]
        if unsafe:
            lines.append(_("✗ f can be empty or gone in these modes: {modes}.", modes=" · ".join(unsafe)))  # fmt: skip
        weak = [_(MODES[mode]) for mode, each in judged.tries.items() if not each.done]
        if weak:
            lines.append(_("✗ After the end f is not surely B in these modes: {modes}.", modes=" · ".join(weak)))  # fmt: skip
        shown = made.worst() if not made.safe else made.worst(finished=True)
        return "\n".join([*lines, " ".join(map(_, why(shown)))])

    def tone(self, judged):
        if not judged.safe:
            return "bad"
        return "ok" if judged.done else "warn"

    def table(self, judged):
        head = [_("mode"), _("a crash at any moment leaves"), _("a crash after the end leaves")]
        rows = [[_(MODES[mode]), named(each.any), named(each.after)] for mode, each in judged.tries.items()]  # fmt: skip
        return Table(head, rows, caption=_("What a crash leaves of your program, in every mode"))
