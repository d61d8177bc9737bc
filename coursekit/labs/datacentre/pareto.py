"""All designs at once: what each costs, how many points it has, and which none beats in both."""

from dataclasses import dataclass, fields

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.datacentre.points import euro, points
from coursekit.sims.datacentre import sweep
from coursekit.sims.datacentre.spof import spof
from coursekit.ui.controls import Pick, Slider, as_it_is
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

ANY = "any"
WORDS = {
    "storage": {"local": mark("disks in the hosts"), "nas": mark("a NAS"), "hci": mark("copies on all hosts")},
    "doubled": {"nothing": mark("nothing double"), "power": mark("power double"), "network": mark("network double"), "both": mark("both double")},
    "backup": {"none": mark("no backup"), "daily": mark("a backup a day"), "safe": mark("immutable, off-site")},
    "racks": {"one": mark("one rack"), "each": mark("a rack for each host")},
}  # fmt: skip
LOOKS = {
    "local": {"fill": "solid", "hue": 0}, "nas": {"fill": "solid", "hue": 2}, "hci": {"fill": "paper", "hue": 1},
}  # fmt: skip
LEAST, MOST_EUR = 30_000, 130_000
HIGH, SIZE, ROW = 300, 11, 38
MOST_ROWS = 12


@dataclass(frozen=True)
class Seen:
    """All points, those that the filters leave, the best of these, both frontiers."""

    every: tuple
    shown: frozenset
    best: sweep.Point
    frontier: list
    spofs: tuple


class ParetoLab(Lab):
    """A point a design; the line joins those that none beats. Below, they are listed to be pressed."""

    name = "datacentre-pareto"
    title = mark("A hundred and sixty-eight designs")

    def controls(self):
        hosts = {ANY: mark("any"), **{each: as_it_is(str(each)) for each in sweep.HOSTS}}
        one = {name: {ANY: mark("any"), **words} for name, words in WORDS.items()}
        return (
            Pick("hosts", mark("Hosts"), ANY, hosts),
            Pick("storage", mark("Storage"), ANY, one["storage"]),
            Pick("doubled", mark("Two of each"), ANY, one["doubled"]),
            Pick("backup", mark("Backups"), ANY, one["backup"]),
            Slider("budget", mark("Budget"), 100_000, 30_000, 150_000, 5_000, "€"),
            Pick("racks", mark("Racks"), ANY, one["racks"], more=True),
        )  # fmt: skip

    def run(self, budget, **wanted):
        every = sweep.points(budget)
        shown = [each for each in every if _fits(each.choice, wanted)]
        if not shown:  # one host has one rack, and no copies on others
            sweep.Choice(**{name: value for name, value in wanted.items() if value != ANY})
        best = max(shown, key=lambda each: (each.total, -each.eur))
        found = tuple(spof(sweep.build(best.choice)))
        return Seen(every, frozenset(each.choice for each in shown), best, sweep.frontier(every), found)  # fmt: skip

    def _press(self, name):
        """A line of the list: the filters that leave this design alone."""
        if self.locked or not name.startswith("row-"):
            return
        point = self.result.frontier[int(name.removeprefix("row-"))]
        self.set(**{each.name: getattr(point.choice, each.name) for each in fields(point.choice)})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = facts(self._facts(seen), narrow=narrow), 94 if narrow else 54
        items.append(label("points", 8, y + 14, _("points"), size=12))
        items += self._axes(y + 24, width, narrow=narrow)
        items += self._points(seen, y + 24, width)
        y += 24 + HIGH + 46
        signs = {"local": "●", "nas": "■", "hci": "○"}
        looks = [
            ("box", LOOKS[name], f"{signs[name]} {_(word)}")
            for name, word in WORDS["storage"].items()
        ]
        looks.append(("line", {"tone": "accent"}, _("none is better and cheaper")))
        a_line = 2 if narrow else 4
        items += key(looks, width, y, a_line=a_line)
        y += 12 + 22 * (4 // a_line)
        listed, y = self._list(seen, y + 14, width, narrow=narrow)
        self.scene.show(
            items + listed, width=width, height=y,
            label=_("What each design costs and how many points it has, with the line of those that none beats"),
        )  # fmt: skip

    def _facts(self, seen):
        shown = plural("{count} design shown", "{count} designs shown", len(seen.shown))
        if self.locked:
            return [(shown, "accent"), (_("the best: ?"), "idle")]
        count = len(seen.spofs)
        return [
            (shown, "accent"), (_("the best: {p} points", p=points(seen.best.total)), "ok"),
            (_("it costs {x}", x=euro(seen.best.eur)), "ok"),
            (plural("{count} single point of failure", "{count} single points of failure", count), "warn" if count else "ok"),
        ]  # fmt: skip

    def _spot(self, point, top, width):
        x = 46 + (width - 66) * (point.eur - LEAST) / (MOST_EUR - LEAST)
        total = 0.0 if self.locked else point.total
        return x, top + HIGH * (1 - total / 100)

    def _axes(self, top, width, *, narrow):
        items = [path("axis", f"M46 {top}V{top + HIGH}H{width - 12}", tone="idle")]
        for value in range(0, 101, 20):
            y = top + HIGH * (1 - value / 100)
            items += [path(f"level{value}", f"M42 {y}h6", tone="idle"), label(f"level-text{value}", 38, y + 4, str(value), anchor="end", size=11.5)]  # fmt: skip
        for eur in range(LEAST, MOST_EUR + 1, 20_000 if not narrow else 40_000):
            x = 46 + (width - 66) * (eur - LEAST) / (MOST_EUR - LEAST)
            items += [path(f"eur{eur}", f"M{x:.1f} {top + HIGH}v6", tone="idle"), label(f"eur-text{eur}", x, top + HIGH + 22, euro(eur), anchor="middle" if eur < MOST_EUR else "end", size=11.5)]  # fmt: skip
        return items

    def _points(self, seen, top, width):
        """Those that the filters leave out are faint; the line goes under the points."""
        items = []
        if not self.locked:
            corners = [self._spot(each, top, width) for each in seen.frontier]
            items.append(path("frontier", "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners), tone="accent"))  # fmt: skip
        for each in sorted(seen.every, key=lambda one: one.choice in seen.shown):
            x, y = self._spot(each, top, width)
            best = each is seen.best and not self.locked
            size = 17 if best else SIZE
            kind = each.choice.storage
            corner = 1 if kind == "nas" else size / 2  # squares and discs: never by colour alone
            items.append(box(f"p-{each.choice.name}", x - size / 2, y - size / 2, size, size, r=corner, faded=each.choice not in seen.shown, glow=best, **LOOKS[kind]))  # fmt: skip
        return items

    def _list(self, seen, y, width, *, narrow):
        """The designs of the frontier, the cheapest first."""
        if self.locked:
            return [], y + 8
        step = 52 if narrow else ROW
        items = [heading("list", 6, y + 2, _("Those that none beats: press one to look at it"), width)]  # fmt: skip
        y += 14
        for k, each in enumerate(seen.frontier[:MOST_ROWS]):
            best, what = each is seen.best, _said(each.choice)
            head = _("{p} points for {x}", p=points(each.total), x=euro(each.eur))
            words = {"title": head, "sub": clipped(what, width - 40)} if narrow else {"text": boxed(f"{head} · {what}", width - 8, 13), "size": 13}  # fmt: skip
            items.append(box(
                f"row-{k}", 4, y + k * step, width - 8, step - 5, r=7, fill="soft" if best else "paper", tone="accent" if best else "idle",
                selected=best, press=_("look at {what}", what=what), **words,
            ))  # fmt: skip
        return items, y + len(seen.frontier[:MOST_ROWS]) * step

    # In words

    def describe(self, seen):
        if self.locked:
            return _("Every combination of a few choices, by its price. How many points each has is hidden until you have predicted.")  # fmt: skip
        best = seen.best
        if best.refused:
            return _("{what}: no points, {why}.", what=_said(best.choice), why=best.refused[0])
        text = plural("The only one shown", "The best of {count} shown", len(seen.shown))
        found = _(
            "{which}: {what}. {p} points for {x}.",
            which=text, what=_said(best.choice), p=points(best.total), x=euro(best.eur),
        )  # fmt: skip
        return f"{found}\n{self._why(seen)}"

    def _why(self, seen):
        better = [each for each in seen.frontier if each.eur <= seen.best.eur and each.total >= seen.best.total]  # fmt: skip
        if seen.best.choice.hosts == 1:
            return _("One host only: its death takes every service down, and costs but one of twelve faults here. The points have an opinion; ask yourself whether it is yours.")  # fmt: skip
        if any(each.choice == seen.best.choice for each in better):
            return _("It is on the line: no other has as many points for less money.")
        other = better[0]
        return _("It is not on the line: {what} has {p} points for {x}.", what=_said(other.choice), p=points(other.total), x=euro(other.eur))  # fmt: skip

    def tone(self, seen):
        return "bad" if seen.best.refused and not self.locked else "accent"

    def table(self, seen):
        if self.locked:
            return Table([_("designs"), _("points")], [[str(len(seen.shown)), "?"]])
        rows = [[_said(each.choice), euro(each.eur), points(each.total), *(number(round(part, 1)) for part in each.parts)] for each in seen.frontier]  # fmt: skip
        heads = [_("availability"), _("durability"), _("performance"), _("price"), _("recovery")]
        return Table([_("design"), _("costs"), _("points"), *heads], rows, caption=_("Designs that none beats"))  # fmt: skip


def _fits(choice, wanted):
    return all(value in (ANY, getattr(choice, name)) for name, value in wanted.items())


def _said(choice):
    """Its five words, as people say them."""
    words = [plural("{count} host", "{count} hosts", choice.hosts)]
    for name, texts in WORDS.items():
        text = texts[getattr(choice, name)]
        words.append(_(text))
    return ", ".join(words)
