"""Replacing a file: six recipes, four modes, and what each crash leaves."""

from coursekit.i18n import _, mark
from coursekit.labs.filesystems.outcomes import MODES, ROW, crash_rows, named, verdict
from coursekit.sims.filesystems import recipes
from coursekit.sims.filesystems.recipes import OUTCOMES, RECIPES
from coursekit.sims.filesystems.replace import why
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

TITLES = {
    "truncate": mark("write over it"),
    "truncate_fsync": mark("write over it, fsync"),
    "rename": mark("new file, rename"),
    "fsync_rename": mark("new file, fsync, rename"),
    "fsync_rename_dir": mark("the same, fsync of directory"),
    "unlink": mark("delete it first"),
}
SHORT = {
    "posix": "POSIX",
    "delalloc": "delalloc",
    "auto_da_alloc": "auto_da_alloc",
    "ordered": "nodelalloc",
}


class ReplaceLab(Lab):
    """Press an outcome to see the crash that leaves it; a cell of the grid to go there."""

    name = "filesystems-replace"
    title = mark("Replacing a file")

    def controls(self):
        return (
            Pick("recipe", mark("Recipe"), "truncate", TITLES),
            Pick("mode", mark("Rules kept"), "posix", MODES),
            Check("finished", mark("Crash after the program has ended"), False),
            Slider("crash", mark("Crash shown (0: the worst)"), 0, 0, 40, more=True),
        )

    def run(self, recipe, mode, finished, crash):
        made = recipes.recipe(recipe, mode)
        found = list(made.found.values())
        self._crash = found[min(crash, len(found)) - 1] if crash else made.worst(finished=finished)
        self._finished, self._recipe = finished, recipe
        return made

    def _press(self, name):
        kind, first, second = name.split("-")
        if kind == "grid":
            self.set(recipe=first, mode=second, crash=0)
        else:
            self.set(crash=1 + list(self.result.found).index((int(first), second)))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, made):
        narrow, width = self.scene.narrow, width_of(self.scene)
        y = 72
        items = facts(self._facts(made), narrow=narrow)
        chosen = (self._crash.at, self._crash.content)
        area = (8, y, width - 16 if narrow else 404)
        items += crash_rows(made, area, finished=self._finished, chosen=chosen, press=not self.locked)  # fmt: skip
        below = y + (1 + len(made.program)) * ROW
        if not self.locked:  # the grid is the answer
            x, top = (8, below + 44) if narrow else (424, y)
            items += self._grid((x, top, width - x - 4))
            below = max(below, top + len(RECIPES) * (50 if narrow else ROW))
        items += key(self._key(), width, below + 10, a_line=1 if narrow else 2)
        what = _("The calls, what a crash after each leaves, and all recipes in all modes")
        self.scene.show(items, width=width, height=below + (58 if narrow else 36), label=what)

    def _facts(self, made):
        return [
            (_("any moment: {found}", found=named(made.any)), "ok" if made.safe else "bad"),
            (_("after the end: {found}", found=named(made.after)), "ok" if made.done else "warn"),
        ]  # fmt: skip

    def _key(self):
        good = {"tone": "ok", "fill": "soft"}
        bad = {"tone": "bad", "fill": "paper"}
        if self._finished:
            return [("box", good, _("✓ B, whatever happens")), ("box", bad, _("✗ not surely B"))]
        return [("box", good, _("✓ always A or B")), ("box", bad, _("✗ possibly ∅ empty, – absent"))]  # fmt: skip

    def _grid(self, area):
        """All recipes in all modes: what can be left; the present one is selected."""
        x, y, width = area
        narrow = self.scene.narrow
        names, pitch = (0, 50) if narrow else (width * 0.4, ROW)
        wide = (width - names) / len(SHORT)
        items = [label(f"mode-{mode}", x + names + k * wide + wide / 2 - 3, y - 10, text, anchor="middle", size=11.5 if narrow else 10.5) for k, (mode, text) in enumerate(SHORT.items())]  # fmt: skip
        for r, (recipe, title) in enumerate(TITLES.items()):
            top = y + r * pitch + (18 if narrow else 0)
            at = (x, top - 5) if narrow else (x, top + 19)
            items.append(label(f"recipe-{recipe}", *at, _(title), size=12, weight=600 if recipe == self._recipe else 400))  # fmt: skip
            for k, mode in enumerate(SHORT):
                items.append(self._square(recipe, mode, (x + names + k * wide, top, wide - 6)))
        return items

    def _square(self, recipe, mode, where):
        x, y, wide = where
        made = recipes.recipe(recipe, mode)
        found = made.after if self._finished else made.any
        look = verdict(found, ("B",) if self._finished else ("A", "B"))
        says = _("{recipe}, {mode}: {found}", recipe=_(TITLES[recipe]), mode=SHORT[mode], found=named(found))  # fmt: skip
        here = recipe == self._recipe and mode == self.result.mode
        return box(f"grid-{recipe}-{mode}", x, y, wide, 28, r=6, size=12 if self.scene.narrow else 11.5, selected=here, press=says, **look)  # fmt: skip

    # Telling

    def describe(self, made):
        if made.safe:
            said = _("Whenever the power fails, f holds A or B.")
        else:
            said = _("A crash can leave: {found}.", found=named(made.any))
        end = _("When the program has ended, it is B and stays B.") if made.done else _("When the program has ended, a crash can still leave: {found}.", found=named(made.after))  # fmt: skip
        return f"{said} {end}\n{' '.join(map(_, why(self._crash)))}"

    def tone(self, made):
        if not made.safe:
            return "bad"
        return "ok" if made.done else "accent"

    def table(self, made):
        head = [_("after call"), _("call"), *(_("can be {found}", found=named([each])) for each in OUTCOMES)]  # fmt: skip
        calls = ["–", *(" ".join(op) for op in made.program)]
        rows = [
            [at, call, *(_("yes") if (at, each) in made.found else _("no") for each in OUTCOMES)]
            for at, call in enumerate(calls)
        ]
        return Table(head, rows, caption=_("What a crash after each call can leave"))
