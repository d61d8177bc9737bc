"""The build cache: which steps of a Dockerfile run again, in three ways to write the same build."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.sims.containers import buildcache
from coursekit.sims.containers.buildcache import CHANGES, ORDERS, Built
from coursekit.ui.controls import Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = {
    "copy_first": mark("everything copied first"),
    "deps_first": mark("list of packages first"),
    "multi": mark("two stages"),
}
CHANGED = {
    "nothing": mark("nothing"),
    "source": mark("a line of the source"),
    "deps": mark("the list of packages"),
    "base": mark("the base image"),
}
HEADS = {
    "nothing": mark("nothing"),
    "source": mark("source"),
    "deps": mark("packages"),
    "base": mark("base"),
}
SAID = {
    "copy_first": mark("COPY . . brings source and list of packages at once, so whatever changes, the packages are installed again."),
    "deps_first": mark("The list of packages is copied alone and changes seldom: its slow step stays in the cache when only the source changes."),
    "multi": mark("The first stage builds, the second takes only what was built: the image has neither compiler nor packages in it."),
}  # fmt: skip
ROW, STAGE = 42, 24  # height of a step's row, and of a stage's name
MOST_ROWS = 7  # steps of the longest build
SLOW = 30.0  # seconds from which a rebuild is painted as slow


@dataclass(frozen=True)
class Cached:
    """The build that was chosen, and all others: (order, change) -> what it costs."""

    order: str
    changed: str
    all: dict[tuple[str, str], Built]

    @property
    def built(self):
        """The chosen one."""
        return self.all[self.order, self.changed]


class CacheLab(Lab):
    """Press a cell of the matrix to see that build."""

    name = "containers-cache"
    title = mark("The build cache")

    def controls(self):
        return (
            Pick("order", mark("The Dockerfile"), "copy_first", NAMES),
            Pick("changed", mark("What has changed since the last build"), "nothing", CHANGED),
        )

    def run(self, order, changed):
        return Cached(order, changed, {
            (each, change): buildcache.build(buildcache.plan(each), buildcache.changes(change))
            for each in ORDERS for change in CHANGES
        })  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if self.locked or not name.startswith("cell"):
            return
        row, column = map(int, name.removeprefix("cell").split("-"))
        self.set(order=ORDERS[row], changed=CHANGES[column])

    # Drawing

    def draw(self, cached):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 52
        room = MOST_ROWS * ROW + 2 * STAGE
        items = facts(self._facts(cached), narrow=narrow)
        items += self._steps(cached, (6, top, 448 if narrow else 556))
        corner = (6, top + room + 16, 448) if narrow else (590, top, 304)
        items += self._matrix(cached, corner)
        bottom = top + room + (246 if narrow else 4)
        items += key(self._key(), width, bottom, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=bottom + (50 if narrow else 26),
            label=_("The steps of the build, reused or run again, and the seconds of all builds"),
        )  # fmt: skip

    def _facts(self, cached):
        built = cached.built
        first = _("all steps reused") if built.first is None else _("first to run: step {n}", n=built.first + 1)  # fmt: skip
        return [
            (_("this build: {s} s", s=number(built.seconds, 3)), "warn" if built.seconds else "ok"),
            (_("without a cache: {s} s", s=number(built.whole, 3)), "idle"),
            (first, "idle" if built.first is None else "warn"),
            (_("image: {mb} MB", mb=number(built.image_mb, 4)), "accent"),
        ]

    def _steps(self, cached, place):
        """A row for each instruction, below its stage; a bar as long as it takes."""
        x, y, w = place
        items, stage, at = [], "", y
        several = len({ran.stage for ran in cached.built.steps}) > 1
        for n, ran in enumerate(cached.built.steps):
            if several and ran.stage != stage:
                words = _("stage build") if ran.stage == "build" else _("stage image: what is shipped")  # fmt: skip
                items.append(label(f"stage{n}", x + 4, at + 16, words, weight=600, size=13))
                at += STAGE
            stage = ran.stage
            items += self._step(n, ran, cached.built.first == n, (x, at, w))
            at += ROW
        return items

    def _step(self, n, ran, first, place):
        x, y, w = place
        tone = "ok" if ran.reused else "warn"
        text = f"{n + 1}  {ran.step.text}"
        room = w - 150
        size = min(13.0, 1.62 * (room - 20) / len(text))  # long instructions are written smaller
        inside = [label(f"step{n}-text", 10, 22, text, size=round(size, 1), weight=600)]
        items = [box(f"step{n}", x, y, room, ROW - 7, r=7, fill="paper" if ran.reused else "soft", tone=tone, glow=first, children=inside)]  # fmt: skip
        words = _("✓ reused") if ran.reused else _("≠ input changed") if ran.changed else _("runs again")  # fmt: skip
        items.append(label(f"mark{n}", x + room + 10, y + 15, words, size=12, weight=600))
        seconds = ran.step.seconds
        items.append(label(f"took{n}", x + room + 10, y + 31, _("{s} s", s=number(seconds, 3)), size=11.5))  # fmt: skip
        if seconds:
            items.append(box(f"bar{n}", x + room + 46, y + 23, 1.5 * seconds, 9, r=3, tone=tone, fill="none" if ran.reused else "solid", dash=ran.reused))  # fmt: skip
        return items

    def _matrix(self, cached, corner):
        """Seconds of every build; the chosen one is framed."""
        x, y, w = corner
        left, cell = 0, (w + 6) / len(CHANGES)
        high = 34
        items = [label("matrix", x, y + 14, _("Seconds, by what has changed"), weight=600, size=13)]
        for c, change in enumerate(CHANGES):
            items.append(label(f"head{c}", x + left + (c + 0.5) * cell - 3, y + 36, _(HEADS[change]), anchor="middle", size=12))  # fmt: skip
        for r, order in enumerate(ORDERS):
            top = y + 46 + r * (high + 24)
            items.append(label(f"order{r}", x, top + 13, _(NAMES[order]), size=12))
            items += [
                self._cell(cached, r, c, (x + left + c * cell, top + 18, cell - 6, high))
                for c in range(len(CHANGES))
            ]
        return items

    def _cell(self, cached, r, c, place):
        order, change = ORDERS[r], CHANGES[c]
        seconds = cached.all[order, change].seconds
        chosen = (order, change) == (cached.order, cached.changed)
        says = _("{order}, {change} changed: {s} s. Press to see it", order=_(NAMES[order]), change=_(HEADS[change]), s=number(seconds, 3))  # fmt: skip
        look = {"text": _("{s} s", s=number(seconds, 3)), "tone": _tone(seconds), "press": says}
        if self.locked:
            look = {"text": "?", "tone": "idle"}
        return box(f"cell{r}-{c}", *place, r=6, fill="soft", selected=chosen, size=13, **look)

    def _key(self):
        return [
            ("box", {"fill": "paper", "tone": "ok"}, _("taken from the cache")),
            ("box", {"fill": "soft", "tone": "warn"}, _("runs again")),
            ("box", {"fill": "solid", "tone": "warn"}, _("its seconds")),
        ]

    # In words

    def describe(self, cached):
        built = cached.built
        if built.first is None:
            said = _("Nothing changed: every step is taken from the cache.")
        else:
            step = built.steps[built.first].step
            said = _("Step {n}, {step}, is the first whose input changed: it runs again, and all after it in its stage.", n=built.first + 1, step=step.text)  # fmt: skip
        return f"{said}\n{_(SAID[cached.order])}"

    def tone(self, cached):
        return _tone(cached.built.seconds)

    def table(self, cached):
        head = [_("build"), *(_(HEADS[change]) for change in CHANGES), _("image, MB")]
        rows = [
            [_(NAMES[order]), *(self._cost(cached, order, change) for change in CHANGES), number(cached.all[order, "nothing"].image_mb, 4)]
            for order in ORDERS
        ]  # fmt: skip
        return Table(head, rows, caption=_("Seconds of a build after a change"))

    def _cost(self, cached, order, change):
        return "?" if self.locked else number(cached.all[order, change].seconds, 3)


def _tone(seconds):
    return "bad" if seconds >= SLOW else "warn" if seconds else "ok"
