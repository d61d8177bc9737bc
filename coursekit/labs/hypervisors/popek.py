"""Popek and Goldberg's test on an instruction set that the learner edits."""

from dataclasses import dataclass, replace

from coursekit.i18n import _, mark
from coursekit.labs.hypervisors import steps
from coursekit.sims.hypervisors.popek import (
    PENTIUM_COUNT,
    TEACHING,
    TOY,
    Instruction,
    Verdict,
    repaired,
    vmm_possible,
)
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Pick
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

SETS = {
    "teaching": mark("ten, as on the old x86"),
    "repaired": mark("the same ten, repaired"),
    "toy": mark("all of the toy CPU"),
}
MADE = {"teaching": TEACHING, "repaired": repaired(TEACHING), "toy": TOY}
FIELDS = {"P": "privileged", "C": "control", "B": "behaviour"}
HEADS = {"P": mark("traps"), "C": mark("changes"), "B": mark("depends")}
COLUMNS = {
    "P": mark("P: it traps in user mode"),
    "C": mark("C: it changes mode or resources"),
    "B": mark("B: its result depends on them"),
}
FLIPPED = {
    ("P", True): mark("{name} traps in user mode from now on."),
    ("P", False): mark("{name} does not trap any more."),
    ("C", True): mark("{name} now changes the mode or resources."),
    ("C", False): mark("{name} changes neither mode nor resources any more."),
    ("B", True): mark("The result of {name} now depends on the mode or on real places."),
    ("B", False): mark("The result of {name} is always the same now."),
}
SIDE = 440  # width of each half, side by side
CHIP, ROOM = 30, 7  # height of a name in the picture of the sets, and names there is room for


@dataclass(frozen=True)
class Judged:
    """The instructions after some flips, the verdict, and the flip that came last."""

    instructions: tuple[Instruction, ...]
    verdict: Verdict
    last: tuple[str, str] | None

    def named(self, name):
        """The instruction of this name."""
        return next(each for each in self.instructions if each.name == name)


@dataclass(frozen=True)
class Edited:
    """A set, flip by flip."""

    states: tuple[Judged, ...]


class PopekLab(StoryLab):
    """Press a cell of the matrix to flip it."""

    name = "hypervisors-test"
    title = mark("Popek and Goldberg's test")

    def controls(self):
        return (
            Pick("set", mark("Instructions"), "teaching", SETS),
            Pick("instruction", mark("Instruction"), "POPF", {each.name: each.name for each in TOY}),
            Pick("column", mark("Mark"), "P", COLUMNS),
        )  # fmt: skip

    def story(self, actions, set, instruction, column):  # noqa: A002  (the control's name)
        states = [Judged(MADE[set], vmm_possible(MADE[set]), None)]
        for _k, _flip, name, which in steps.in_order(actions):
            now = _flipped(states[-1].instructions, name, which)
            states.append(Judged(now, vmm_possible(now), (name, which)))
        return Edited(tuple(states))

    # Acting

    def tools(self):
        return (button(_("Flip this mark"), lambda: self._flip(self.values["instruction"], self.values["column"])),)  # fmt: skip

    def _press(self, name):
        if not self.locked:
            _cell, instruction, column = name.split(":")
            self._flip(instruction, column)
            self.set(instruction=instruction, column=column)

    def _flip(self, instruction, column):
        self.act((self.moment, "flip", instruction, column))

    def keep(self, actions, result, moment):
        return steps.done(actions, moment)

    def action_from(self, plain):
        return steps.action_from(plain, {"flip": 2})

    def labels(self, told):
        return [self._event(state) for state in told.states]

    def _event(self, state):
        if state.last is None:
            return _("as it is")
        name, column = state.last
        sign = "✓" if _marked(state.named(name), column) else "–"
        return f"{name}: {column} {sign}"

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 92 if narrow else 52
        cells, below = self._matrix(state, 4, top, (width if narrow else SIDE) - 8)
        x, y = (4, below + 18) if narrow else (width - SIDE, top)
        sets, bottom = self._sets(state, x, y, (width if narrow else SIDE) - 6)
        what = _("The instructions and their marks, and the two sets that matter")
        self.scene.show([*items, *cells, *sets], width=width, height=max(below, bottom) + 4, label=what)  # fmt: skip

    def _facts(self, state):
        if self.locked:
            texts = mark("sensitive: ?"), mark("sensitive, no trap: ?"), mark("trap and emulate: ?")
            return [
                (_("{n} instructions", n=len(state.instructions)), "accent"),
                *((_(text), "idle") for text in texts),
            ]
        offenders = len(state.verdict.offenders)
        possible = _("trap and emulate: yes") if state.verdict.ok else _("trap and emulate: no")
        return [
            (_("{n} instructions", n=len(state.instructions)), "accent"),
            (_("sensitive: {n}", n=sum(each.sensitive for each in state.instructions)), "idle"),
            (_("sensitive, no trap: {n}", n=offenders), "warn" if offenders else "ok"),
            (possible, "ok" if state.verdict.ok else "bad"),
        ]

    def _matrix(self, state, x, y, width):
        """A row an instruction: its name, three cells to flip, what the three say together."""
        high = 34 if len(state.instructions) <= 12 else 27
        name, cell = width * 0.25, width * 0.17
        items = [
            box(f"head-{column}", x + name + k * cell, y, cell - 4, 42, r=8, text=column, sub=_(text), fill="paper")
            for k, (column, text) in enumerate(HEADS.items())
        ]  # fmt: skip
        for row, each in enumerate(state.instructions):
            top = y + 48 + row * high
            tone = "bad" if each.offends and not self.locked else None
            items.append(box(f"name:{each.name}", x, top, name - 4, high - 4, r=6, text=each.name, size=12.5, tone=tone, fill="soft" if tone else "plain"))  # fmt: skip
            for k, column in enumerate(FIELDS):
                items.append(self._cell(state, each, column, (x + name + k * cell, top, cell - 4, high - 4)))  # fmt: skip
            items.append(label(f"says:{each.name}", x + name + 3 * cell + 4, top + high / 2 + 2, self._says(each), size=12, weight=700 if tone else 400))  # fmt: skip
        return items, y + 48 + len(state.instructions) * high

    def _cell(self, state, each, column, place):
        on = _marked(each, column)
        blame = each.offends and (on or column == "P") and not self.locked
        press = _("{name}, {column}: {state}", name=each.name, column=_(COLUMNS[column]), state=_("yes") if on else _("no"))  # fmt: skip
        return box(
            f"cell:{each.name}:{column}", *place, r=6, text="✓" if on else "✗" if blame else "", size=13,
            fill="solid" if on else "none", dash=blame and not on, tone="bad" if blame else "accent" if on else None,
            press=press, glow=state.last == (each.name, column),
        )  # fmt: skip

    def _sets(self, state, x, y, width):
        """Privileged and sensitive as two frames that overlap: nobody may stand in the right only."""
        third = width / 3
        regions, free = _regions(() if self.locked else state.instructions)
        free = state.instructions if self.locked else free
        rows = max(ROOM, *map(len, regions.values()))
        high = 20 + rows * CHIP
        items = [
            label("p-name", x + 4, y + 14, _("privileged: P"), weight=600, size=12.5),
            label("s-name", x + width - 4, y + 14, _("sensitive: C or B"), weight=600, size=12.5, anchor="end"),
            box("p-frame", x, y + 24, 2 * third, high, r=14, tone="accent", fill="none", dash=True),
            box("s-frame", x + third, y + 32, 2 * third, high, r=14, tone=self._frame(regions), fill="none", dash=True),
        ]  # fmt: skip
        for k, (region, members) in enumerate(regions.items()):
            for row, each in enumerate(members):
                items.append(_chip(each, x + k * third + 10, y + 42 + row * CHIP, third - 20, region))  # fmt: skip
        below = y + 24 + high + 30
        items.append(label("free", x + 4, below, _("where does each belong?") if self.locked else _("neither: they run freely"), size=12.5, weight=600))  # fmt: skip
        for k, each in enumerate(free):
            items.append(_chip(each, x + 10 + (k % 3) * third, below + 10 + k // 3 * CHIP, third - 20, "free"))  # fmt: skip
        return items, below + 10 + -(-max(len(free), 1) // 3) * CHIP

    def _frame(self, regions):
        return "idle" if self.locked else "bad" if regions["offends"] else "ok"

    # In words

    def _says(self, each):
        """What the three marks say together; the prediction is about just that."""
        return "?" if self.locked else _says(each)

    def describe(self, state):
        if self.locked:
            return _("Each mark is known. What follows from them is your prediction.")
        parts = []
        if state.last:
            name, column = state.last
            parts.append(_(FLIPPED[column, _marked(state.named(name), column)], name=name))
        parts.append(_(state.verdict.why))
        if state.last is None and not state.verdict.ok:
            parts.append(_("Robin and Irvine counted {n} such instructions in the Pentium.", n=PENTIUM_COUNT))  # fmt: skip
        return " ".join(parts)

    def tone(self, state):
        if self.locked:
            return "accent"
        return "ok" if state.verdict.ok else "bad"

    def summary(self, told):
        last = told.states[-1].verdict
        return [(_("sensitive, no trap"), ", ".join(last.offenders) or "—")]

    def table(self, state):
        yes, no = _("yes"), _("no")
        rows = [
            [
                each.name,
                *(yes if _marked(each, column) else no for column in FIELDS),
                self._says(each),
            ]
            for each in state.instructions
        ]
        head = [_("instruction"), _("P, traps"), _("C, changes"), _("B, depends"), _("verdict")]
        return Table(head, rows, caption=_("The instructions and their marks"))


def _flipped(instructions, name, column):
    """The set with one mark turned round; ParameterError for what it has not."""
    names = [each.name for each in instructions]
    for value, among, what in ((name, names, "instruction"), (column, FIELDS, "column")):
        if value not in among:
            raise ParameterError("{what}={value}: choose one of {among}", what=what, value=value, among=", ".join(among))  # fmt: skip
    field = FIELDS[column]
    return tuple(
        replace(each, **{field: not getattr(each, field)}) if each.name == name else each
        for each in instructions
    )


def _regions(instructions):
    """Who traps only, who is seen, who offends; and the rest."""
    regions = {
        "trap": [each for each in instructions if each.privileged and not each.sensitive],
        "seen": [each for each in instructions if each.privileged and each.sensitive],
        "offends": [each for each in instructions if each.offends],
    }
    return regions, [each for each in instructions if not each.privileged and not each.sensitive]


def _marked(each, column):
    return getattr(each, FIELDS[column])


def _says(each):
    if each.offends:
        return _("✗ not seen")
    if each.sensitive:
        return _("✓ seen")
    return _("traps, harmless") if each.privileged else _("harmless")


def _chip(each, x, y, width, region):
    tone = {"offends": "bad", "seen": "ok", "trap": "accent"}.get(region)
    return box(f"chip:{each.name}", x, y, width, CHIP - 5, r=12, text=each.name, size=12, tone=tone, fill="solid" if region == "offends" else "soft" if tone else "plain")  # fmt: skip
