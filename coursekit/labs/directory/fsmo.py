"""Five tasks that one controller alone has: who is missed, when, and what a seized task costs."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.directory.drawing import lamp, yes_no
from coursekit.sims.directory.domainstate import ROLE_WORDS, ROLES
from coursekit.sims.directory.fsmoplay import (  # fmt: skip
    ALL,
    DAYS,
    DCS,
    FULL,
    HOLDERS,
    MOST_A_DAY,
    OPERATIONS,
    PER_DAY,
    SPANS,
    Deed,
    missed,
    tell,
)
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

SHORT = {  # a role where there is little room, its colour
    "schema": (mark("Schema"), {"hue": 0}), "naming": (mark("Names"), {"hue": 4}),
    "rid": (mark("RID"), {"hue": 2}), "pdc": (mark("PDC"), {"hue": 3}),
    "infrastructure": (mark("Infrastructure"), {"hue": 1}),
}  # fmt: skip
ROLE_NAMES = {**{role: ROLE_WORDS[role].text for role in ROLES}, ALL: mark("all five tasks")}
TRIES = {
    "log on": mark("log on"), "new password": mark("log on with a password changed elsewhere"),
    "create": mark("create an account"), "policy": mark("edit a policy"),
    "extend": mark("extend the schema"), "add domain": mark("add a domain"),
    "rename elsewhere": mark("rename a member from elsewhere"),
}  # fmt: skip
MISSED = {
    "new password": mark("new passwords"), "create": mark("new accounts"), "policy": mark("policies"),
    "extend": mark("schema"), "add domain": mark("domains"), "rename elsewhere": mark("names"),
}  # fmt: skip
AFTER = {1: mark("an hour"), 7: mark("a week"), 30: mark("a month")}
HELD = {"one": mark("all five on dc1"), "three": mark("shared by the three")}
LONG = {1: mark("1 day"), 7: mark("7 days"), 30: mark("30 days")}
BEGIN = "begin"  # before the first deed
DID = {
    BEGIN: mark("all is well"), "down": mark("down: {what}"), "up": mark("back: {what}"),
    "try": mark("tried: {what}"), "transfer": mark("{what} transferred to {dc}"),
    "seize": mark("{what} seized by {dc}"), "rebuild": mark("{what} installed anew"),
    "wait": mark("days that pass: {what}"),
}  # fmt: skip
CARD, LOW, SLOT, CHIP = (
    138,
    72,
    32,
    26,
)  # of a controller with roles and without, from a role to the next, of a role
LINE = 35  # an operation and its reason


class FsmoLab(DeedsLab):
    """Press a controller to switch it off or on, a role to choose it."""

    name = "directory-fsmo"
    title = mark("Five tasks that one controller alone has")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("role", mark("Task"), "rid", ROLE_NAMES),
            Pick("dc", mark("Controller"), "dc2", {each: each for each in DCS}),
            Pick("operation", mark("Operation"), "log on", {each: TRIES[each] for each in OPERATIONS}),
            Pick("days", mark("Time"), 7, {each: LONG[each] for each in DAYS}),
            Pick("holders", mark("The tasks at the beginning"), "one", {each: HELD[each] for each in HOLDERS}, more=True),
            Slider("per_day", mark("Accounts created a day, on each controller"), PER_DAY, 0, MOST_A_DAY, step=10, more=True),
            Check("catalogs", mark("Every controller holds the global catalog"), True, more=True),
        )  # fmt: skip

    def story(self, actions, **values):
        return tell(self.steps(actions, ()), values["holders"], values["per_day"], catalogs=values["catalogs"])  # fmt: skip

    # Acting

    def tools(self):
        return (
            button(_("Its holder goes down"), lambda: self.do("down", self.values["role"])),
            button(_("Its holder comes back"), lambda: self.do("up", self.values["role"])),
            button(_("Try the operation"), lambda: self.do("try", self.values["operation"])),
            button(_("Let time pass"), lambda: self.do("wait", self.values["days"])),
            button(_("Transfer the task"), lambda: self._move("transfer")),
            button(_("Seize the task"), lambda: self._move("seize")),
            button(_("Install the controller anew"), lambda: self.do("rebuild", self.values["dc"])),
        )

    def _move(self, kind):
        """One task, or all five, one after the other: those that can be moved that way."""
        chosen, dc = self.values["role"], self.values["dc"]
        there = self.state.domain[dc].believes
        for role in [each for each in ROLES if each not in there] if chosen == ALL else [chosen]:
            self.do(kind, role, dc)

    def _press(self, name):
        kind, _dash, what = name.partition("-")
        if self.locked:
            return
        if kind == "dc":
            self.do("down" if self.state.domain[what].up else "up", what)
        elif kind == "role":
            self.set(role=what)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        y = 92 if narrow else 54
        wide = width - 8 if narrow else (width - 8 - 2 * 12) / 3
        for at, dc in enumerate(state.domain.controllers):
            high = CARD if dc.believes or not narrow else LOW
            items += self._controller(
                state, dc, 4 if narrow else 4 + at * (wide + 12), y, wide, high
            )
            y += high + 10 if narrow else 0
        y += 22 if narrow else CARD + 32
        half = width - 8 if narrow else 0.47 * width
        works, low = self._works(state, 4, y, half)
        items += works
        x, y = (4, low + 26) if narrow else (half + 24, y)
        missing, end = self._missing(x, y, width - x - 4)
        self.scene.show(
            items + missing, width=width, height=max(low, end) + 6,
            label=_("The controllers with their tasks, what works now, and what is missed when"),
        )  # fmt: skip

    def _facts(self, state):
        domain, count = state.domain, len(state.served)
        done = (
            _("tasks done: {n} of {all}", n=count, all=len(ROLES)),
            "ok" if count == len(ROLES) else "warn",
        )
        if state.doubles:
            done = (_("tasks done by two: {n}", n=len(state.doubles)), "bad")
        return [
            done,
            (_("day {n:g}", n=state.days), "idle"),
            (_("clocks differ by {n:.0f} s", n=domain.drift), "warn" if domain.drift else "idle"),
            (_("numbers given twice: {n}", n=domain.twice), "bad" if domain.twice else "idle"),
        ]  # fmt: skip

    def _controller(self, state, dc, x, y, wide, high):
        """A card with the roles it believes in, and how many RIDs it has left."""
        press = _("switch {name} off", name=dc.name) if dc.up else _("switch {name} on", name=dc.name)  # fmt: skip
        text = _("RIDs left: {n}", n=dc.left) if dc.up else _("down")
        items = [box(
            f"dc-{dc.name}", x, y, wide, high, r=12, title=dc.name, sub=text, led="ok" if dc.up else "bad",
            tone="accent" if dc.up else "idle", fill="paper" if dc.up else "none", dash=not dc.up, progress=dc.left / FULL,
            selected=dc.name == self.values["dc"], press=None if self.locked else press,
        )]  # fmt: skip
        slot = (wide - 20) / 3
        for role in ROLES:
            if role in dc.believes:
                at = ROLES.index(role)
                place = x + 10 + at % 3 * slot, y + 48 + at // 3 * SLOT
                items.append(self._role(state, role, dc, *place, slot * (1.6 if role == ROLES[-1] else 1) - 6))  # fmt: skip
        return items

    def _role(self, state, role, dc, x, y, wide):
        """The first holder's keeps its name, so that it glides when it is moved."""
        holders = state.domain.holders(role)
        first = holders[0].name == dc.name
        text, look = SHORT[role]
        look = {"tone": "bad"} if role in state.doubles else look
        return box(
            f"role-{role}" if first else f"second-{role}-{dc.name}", x, y, wide, CHIP, r=8, text=boxed(_(text), wide, 12), size=12,
            fill="solid" if dc.up else "none", dash=not dc.up, selected=role == self.values["role"],
            press=_("choose {name}", name=_(ROLE_WORDS[role])) if first and not self.locked else None, **look,
        )  # fmt: skip

    def _works(self, state, x, y, wide):
        """Every operation tried at a controller without a role, and what came of it."""
        items = [heading("works", x + 2, y, _("What works now, asked of {name}", name=state.asked), x + wide)]  # fmt: skip
        y += 22
        for row, (name, after) in enumerate(state.works().items()):
            sign = "✓" if after.done else "✗"
            items += lamp(f"deed{row}", x + 4, y + 6, "ok" if after.done else "bad", f"{sign} {_(TRIES[name])}", wide - 8, size=13, weight=400 if after.done else 600)  # fmt: skip
            lines, end = paragraph(f"said{row}", _(after.why), x + 24, y + 21, wide - 30, size=11, most=3)  # fmt: skip
            items += lines
            y = max(y + LINE, end + 6)
        return items, y

    def _missing(self, x, y, wide):
        """Which operations fail when the holder of one task alone is down for a while."""
        items = [heading("missing", x + 2, y, _("If its holder alone is down: what fails"), x + wide)]  # fmt: skip
        head = 122
        step = (wide - head) / len(SPANS)
        y += 26
        for at, key in enumerate(SPANS):
            items.append(label(f"span{at}", x + head + (at + 0.5) * step, y, _(AFTER[key]), anchor="middle", size=12, weight=600))  # fmt: skip
        y += 10
        for role in ROLES:
            text, look = SHORT[role]
            items.append(box(f"head-{role}", x, y, head - 6, 38, r=8, text=boxed(_(text), head, 12), size=12, fill="soft", **look))  # fmt: skip
            for at, hours in enumerate(SPANS.values()):
                items.append(self._cell(f"miss-{role}-{at}", role, hours, x + head + at * step, y, step - 5))  # fmt: skip
            y += 44
        note = _("Other controllers hold the other tasks; {n} accounts a day are created.", n=self.values["per_day"])  # fmt: skip
        lines, y = paragraph("note", note, x + 4, y + 14, wide - 8, size=11.5)
        return items + lines, y

    def _cell(self, name, role, hours, x, y, wide):
        if self.locked:
            return box(name, x, y, wide, 38, r=8, text="?", tone="idle", fill="none", dash=True)
        failing = [
            _(MISSED[each])
            for each in missed(
                role, hours, self.values["per_day"], catalogs=self.values["catalogs"]
            )
        ]
        if not failing:
            return box(name, x, y, wide, 38, r=8, text=_("nothing"), size=12, tone="ok", fill="none")  # fmt: skip
        sub = {"sub": clipped(failing[1], wide - 6, 11)} if failing[1:] else {}
        return box(name, x, y, wide, 38, r=8, text=boxed(failing[0], wide + 8, 11.5), size=11.5, tone="warn", fill="soft", **sub)  # fmt: skip

    # In words

    def labels(self, told):
        return [self._label(each.deed) for each in told.states]

    def _label(self, deed):
        if deed is None:
            return _(DID[BEGIN])
        what = ROLE_NAMES.get(deed.what, TRIES.get(deed.what, str(deed.what)))
        return _(DID[deed.kind], what=_(what) if what else "", dc=deed.dc)

    def describe(self, state):
        if state.deed is None:
            return _("Everything works. Switch a controller off, and see who is missed.")
        said, twice = [_(each) for each in state.why], state.domain.twice
        if twice:
            said.append(plural("{count} number has been given to two accounts.", "{count} numbers have been given to two accounts each.", twice))  # fmt: skip
        return " ".join(said)

    def tone(self, state):
        if state.deed is None:
            return "accent"
        return "ok" if state.done and not state.domain.twice else "bad"

    def summary(self, told):
        end = told.states[-1]
        broken = [_(TRIES[name]) for name, after in end.works().items() if not after.done]
        return [(_("what fails"), ", ".join(broken) or "–"), (_("numbers given twice"), str(end.domain.twice))]  # fmt: skip

    def table(self, state):
        rows = [[_(TRIES[name]), yes_no(after.done), _(after.why)] for name, after in state.works().items()]  # fmt: skip
        for role in ROLES:
            holders = state.domain.holders(role)
            names = ", ".join(each.name for each in holders) or "–"
            rows.append([_(ROLE_WORDS[role]), yes_no(state.domain.serving(role) is not None), names])  # fmt: skip
        head = [_("operation or task"), _("works"), _("why, or who holds it")]
        return Table(head, rows, caption=_("What still works, and who holds the tasks"))
