"""Backup plans: what each item holds, which ones a restore reads, and what a lost one takes along."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.vmfiles.plans import Item, Plan, Restored, items, restore, survival, usual
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

PLANS = {
    "incremental": mark("one full, then incremental"),
    "differential": mark("one full, then differential"),
    "mixed": mark("each week F I I D I I I"),
    "fulls": mark("a full each day"),
    "synthetic": mark("incremental, a synthetic full each week"),
    "own": mark("a week of your own"),
}
LETTERS = {
    "I": mark("I incremental"),
    "D": mark("D differential"),
    "F": mark("F full"),
    "S": mark("S synthetic full"),
}
HUES = {"F": 0, "I": 1, "D": 2, "S": 3}
MOST = 60
OWN = "IIDIII"  # what one's own week is at first
BAR, ARC, CELL = 70, 26, 26  # heights: the bars of sizes, the arcs above them, a letter


made_by = lru_cache(maxsize=32)(items)  # the five plans stay the same while a target moves


@dataclass(frozen=True)
class Kept:
    """A plan, its items, one of them to be restored and perhaps one lost."""

    plan: Plan
    items: tuple[Item, ...]
    target: int
    lost: int | None
    restored: Restored
    chance: float
    gone: frozenset[int]  # items that cannot be restored
    others: dict[str, Plan]  # the usual plans, for the same days

    @property
    def stored(self):
        return sum(each.stored_gb for each in self.items)

    @property
    def moved(self):
        return sum(each.moved_gb for each in self.items)


class PlanLab(Lab):
    """Press an item to restore it."""

    name = "vmfiles-plan"
    title = mark("Full, incremental, differential")

    def controls(self):
        own = tuple(
            Pick(f"t{day}", _DAYS[day - 1], OWN[day - 1], LETTERS, more=True, when=_own)
            for day in range(1, 7)
        )
        return (
            Pick("plan", mark("Plan"), "incremental", PLANS),
            Slider("days", mark("Days"), 7, 2, MOST),
            Slider("target", mark("Restore item"), 6, 0, MOST - 1),
            Slider("lost", mark("Item lost (−1: none)"), -1, -1, MOST - 1),
            Slider("readable", mark("A piece is readable with"), 99.0, 50.0, 100.0, 0.1, "%"),
            *own,
            Slider("full", mark("Data"), 1000, 10, 20_000, 10, mark("GB"), more=True),
            Slider("change", mark("Changes each day"), 20, 0, 1000, 1, mark("GB"), more=True),
            Slider("gb_s", mark("Speed of reading"), 0.2, 0.01, 5.0, 0.01, mark("GB/s"), more=True),
        )

    def run(self, plan, days, target, lost, readable, full, change, gb_s, **own):
        each_day = {"full_gb": full, "change_gb": change, "gb_s": gb_s, "readable": readable / 100}
        others = {
            kind: Plan(types=_types(kind, days, own), **each_day) for kind in PLANS if kind != "own"
        }
        made = Plan(types=_types(plan, days, own), **each_day)
        target = min(target, days - 1)  # a plan of fewer days: its last one
        backups = made_by(made)
        found = restore(made, target, () if lost < 0 else (lost,))
        gone = frozenset(each.number for each in backups if lost in each.chain)
        return Kept(
            made, backups, target, lost if 0 <= lost < days else None, found,
            survival(made.readable, len(found.chain)), gone, others,
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def _press(self, name):
        if not self.locked and name.startswith("item"):
            self.set(target=int(name.removeprefix("item")))

    # Drawing

    def draw(self, kept):
        narrow, width = self.scene.narrow, width_of(self.scene)
        drawn = facts(self._facts(kept), narrow=narrow)
        top = 92 if narrow else 50
        a_line = min(len(kept.items), 15 if narrow else 30)
        lines = -(-len(kept.items) // a_line)
        step = min(90, (width - 12) / a_line)
        high = ARC + BAR + CELL + 40
        places = [
            (6 + (n % a_line) * step, top + (n // a_line) * high, step)
            for n in range(len(kept.items))
        ]
        for item, place in zip(kept.items, places, strict=True):
            drawn += self._item(kept, item, place)
        drawn += self._arcs(kept, places)
        y = top + lines * high + 4
        plans, bottom = self._plans(kept, y, width)
        self.scene.show(
            [*drawn, *plans],
            width=width,
            height=bottom,
            label=_("Backups, day by day, and the way of a restore"),
        )

    def _facts(self, kept):
        ok = kept.restored.ok
        return [
            (_("stored: {gb} GB", gb=number(kept.stored, 5)), "idle"),
            (_("travels: {gb} GB", gb=number(kept.moved, 5)), "idle"),
            (plural("{count} piece to read", "{count} pieces to read", len(kept.restored.chain)), "accent" if ok else "bad"),
            (_("chance: {percent} %", percent=number(100 * kept.chance)), "ok" if kept.chance > 0.95 else "warn"),
        ]  # fmt: skip

    def _item(self, kept, item, place):
        """A bar of its size, its letter, and whether that day can be restored."""
        x, y, step = place
        n, wide = item.number, step - 4
        needed, lost = n in kept.restored.chain, n == kept.lost
        tall = max(3, BAR * item.stored_gb / max(each.stored_gb for each in kept.items))
        floor = y + ARC + BAR
        look = {"tone": "bad", "fill": "none", "dash": True} if lost else {"hue": HUES[item.type], "fill": "solid" if needed else "soft"}  # fmt: skip
        says = _("item {n}, {kind}: press to restore it", n=n, kind=_(LETTERS[item.type]))
        gone = n in kept.gone
        return [
            box(f"size{n}", x, floor - tall, wide, tall, r=3, **look),
            box(
                f"item{n}", x, floor + 4, wide, CELL, text="✗" if lost else item.type, r=5, size=min(14, wide * 0.62),
                selected=n == kept.target, press=None if self.locked else says, **look,
            ),
            box(
                f"day{n}", x, floor + CELL + 8, wide, 16, r=4, text=str(n), size=min(10.5, wide * 0.52),
                tone="bad" if gone else "ok", fill="soft" if not gone else "solid",
            ),
        ]  # fmt: skip

    def _arcs(self, kept, places):
        """From each piece of the chain to the next one, in the order in which they are read."""
        drawn = []
        for k, (one, other) in enumerate(pairwise(kept.restored.chain)):
            (x, y, step), (to, y2, _step) = places[one], places[other]
            broken = kept.lost in (one, other)
            if y != y2:  # on the next line: out at the end, in at the beginning
                continue
            a, b = x + step / 2 - 2, to + step / 2 - 2
            lift = y + ARC - min(ARC - 2, 8 + (b - a) / 12)
            drawn.append(path(
                f"arc{k}", f"M{a:.1f} {y + ARC}C{a:.1f} {lift:.1f} {b:.1f} {lift:.1f} {b:.1f} {y + ARC}",
                arrow=True, tone="bad" if broken else "accent", dash=broken,
            ))  # fmt: skip
        return drawn

    def _plans(self, kept, y, width):
        """The same days under each plan: stored, travels, pieces of the last day, its chance."""
        narrow = self.scene.narrow
        left = 176 if narrow else 330
        heads = (_("stored, GB"), _("travels, GB"), _("pieces"), _("chance"))
        step = (width - left - 6) / 4
        size = 11 if narrow else 12.5
        drawn = [label("same", 8, y + 14, _("The last day under each plan") if not narrow else _("The last day"), weight=600, size=13)]  # fmt: skip
        drawn += [label(f"head{k}", left + (k + 0.5) * step, y + 14, head, anchor="middle", size=size - 1 if narrow else size) for k, head in enumerate(heads)]  # fmt: skip
        for row, (kind, plan) in enumerate(kept.others.items()):
            top = y + 22 + row * 28
            mine = kind == self.values["plan"]
            made = made_by(plan)
            pieces = len(made[-1].chain)
            cells = (
                number(sum(each.stored_gb for each in made), 5),
                number(sum(each.moved_gb for each in made), 5),
                str(pieces),
                f"{number(100 * survival(plan.readable, pieces))} %",
            )
            drawn.append(label(f"plan-{kind}", 8, top + 17, _(PLANS[kind]) if not narrow else _(_SHORT[kind]), size=12 if narrow else 13, weight=600 if mine else 400))  # fmt: skip
            drawn += [
                box(f"{kind}-{k}", left + k * step + 2, top, step - 4, 23, text=text, size=size, r=5, tone="accent" if mine else "idle", fill="solid" if mine else "soft")
                for k, text in enumerate(cells)
            ]  # fmt: skip
        return drawn, y + 26 + len(kept.others) * 28

    # Telling

    def describe(self, kept):
        text = _("Restoring item {n} ({kind}): items {chain}.", n=kept.target, kind=_(LETTERS[kept.items[kept.target].type]), chain=_listed(kept.restored.chain))  # fmt: skip
        text = f"{text} {_(kept.restored.why)}"
        if kept.restored.ok:
            hours = kept.restored.transfer_s / 3600
            text += " " + _("Reading them takes {h} h; all of them are readable with {percent} %.", h=number(hours), percent=number(100 * kept.chance))  # fmt: skip
        if kept.lost is not None:
            gone = plural("With item {lost}, {count} day is lost.", "With item {lost}, {count} days are lost.", len(kept.gone), lost=kept.lost)  # fmt: skip
            text = f"{text}\n{gone}"
        return text

    def tone(self, kept):
        return "ok" if kept.restored.ok else "bad"

    def table(self, kept):
        head = [_("item"), _("kind"), _("GB"), _("needs"), _("can be restored")]
        rows = [
            [each.number, _(LETTERS[each.type]), number(each.stored_gb, 4), _listed(each.chain), _("no") if each.number in kept.gone else _("yes")]
            for each in kept.items
        ]  # fmt: skip
        return Table(head, rows, caption=_("Each backup, and what a restore of it needs"))


def _own(values):
    return values["plan"] == "own"


def _types(kind, days, own):
    """The letters of so many days; a week of one's own begins again every seven."""
    if kind != "own":
        return usual(kind, days)
    return (("F" + "".join(own.values())) * days)[:days]


def _listed(chain):
    """Items of a chain, runs of them as a range."""
    runs = []
    for each in chain:
        if runs and runs[-1][1] == each - 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ", ".join(str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}–{b}" for a, b in runs)  # fmt: skip


_DAYS = (
    mark("Day 1 of the week"), mark("Day 2 of the week"), mark("Day 3 of the week"), mark("Day 4 of the week"),
    mark("Day 5 of the week"), mark("Day 6 of the week"),
)  # fmt: skip
_SHORT = {
    "incremental": mark("incremental"),
    "differential": mark("differential"),
    "mixed": mark("weekly F I I D I I I"),
    "fulls": mark("fulls"),
    "synthetic": mark("synthetic fulls"),
}
