"""A hundred points for a design: five parts, where each point was lost, what the money went for."""

from dataclasses import dataclass
from math import cos, pi, sin

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import chosen, design_controls
from coursekit.labs.datacentre.points import (
    HUES,
    PARTS,
    euro,
    points,
    rail,
    refused_box,
    signed,
    whole,
)
from coursekit.sims.datacentre.deltas import CHANGES
from coursekit.sims.datacentre.losses import Loss, losses
from coursekit.sims.datacentre.samples import SAMPLES
from coursekit.sims.datacentre.score import MOST, Score, score
from coursekit.ui.controls import Slider
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table

ADDS = [name for name in CHANGES if name != "both"]  # immutable and off-site are there alone
SPENT = {
    "hosts": mark("hosts"), "storage": mark("storage"), "network": mark("switches"), "racks": mark("racks and sockets"),
    "power": mark("power supply"), "backup": mark("backup server"), "energy": mark("electricity"),
    "lines": mark("Internet"), "offsite": mark("copies off-site"),
}  # fmt: skip
LOOKS = [{"hue": at % 6, "fill": "solid" if at < 6 else "soft"} for at in range(len(SPENT))]
MOST_LINES = 6
RADIUS = 88


@dataclass(frozen=True)
class Seen:
    """The design with the changes, the one without, and the losses."""

    made: Score
    plain: Score
    lost: tuple[Loss, ...]


class ScoreLab(Lab):
    """A pentagon of the five parts beside their bars, the bill, the losses by size."""

    name = "datacentre-score"
    title = mark("A hundred points, and where they go")

    def controls(self):
        design, *adds = design_controls("D1", ADDS)
        budget = Slider("budget", mark("Budget"), 100_000, 20_000, 200_000, 5_000, "€")
        return (design, budget, *adds)

    def run(self, **values):
        made = score(chosen(values), values["budget"])
        return Seen(made, score(SAMPLES[values["design"]], values["budget"]), losses(made))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = facts(self._facts(seen), narrow=narrow), 94 if narrow else 54
        if seen.made.refused:
            items += refused_box("refused", _("No points at all: {why}.", why=seen.made.refused[0]), y, width)  # fmt: skip
            y += 54
        items += self._radar(seen, 230 if narrow else 170, y + 118)
        if narrow:
            items += self._bars(seen, 6, y + 248, width)
            y += 248 + 5 * 40
        else:
            items += self._bars(seen, 350, y + 10, width)
            y += 248
        bill, y = self._bill(seen, y + 22, width, narrow=narrow)
        lost, y = self._lost(seen, y + 26, width, narrow=narrow)
        self.scene.show(
            items + bill + lost, width=width, height=y + 8,
            label=_("The points of the design by part, what its money went for, and where points were lost"),
        )  # fmt: skip

    def _facts(self, seen):
        made = seen.made
        over = made.cost.total - made.budget
        spent = "bad" if made.refused else "warn" if over > 0 else "ok"
        rest = _("over by {x}", x=euro(over)) if over > 0 else _("left: {x}", x=euro(-over))
        moved = round(made.total, 2) - round(seen.plain.total, 2)
        return [
            (_("{p} of 100 points", p=points(made.total)), "bad" if made.refused else "accent"),
            (_("costs {x}", x=euro(made.cost.total)), spent), (rest, spent),
            (_("by the changes: {x}", x=signed(moved)) if moved else _("as it was"), "ok" if moved > 0 else "warn" if moved else "idle"),
        ]  # fmt: skip

    def _radar(self, seen, x, y):
        """Five axes; the dashed line is the design without the changes."""
        items = [path(f"ring{ring}", _closed([_at(x, y, k, ring) for k in range(5)]), tone="idle", dash=ring < 1) for ring in (0.5, 1.0)]  # fmt: skip
        for k, name in enumerate(MOST):
            end = _at(x, y, k, 1.0)
            items.append(path(f"axis-{name}", f"M{x} {y}L{end[0]:.1f} {end[1]:.1f}", tone="idle"))
            tx, ty = _at(x, y, k, 1.14)
            anchor = ("middle", "start", "start", "end", "end")[k]
            items.append(label(f"axis-name-{name}", tx, ty + (4 if k < 2 or k == 4 else 12), _(PARTS[name]), anchor=anchor, size=12))  # fmt: skip
        if seen.made.parts != seen.plain.parts:
            items.append(path("before", _closed(_corners(seen.plain, x, y)), tone="warn", dash=True))  # fmt: skip
        corners = _corners(seen.made, x, y)
        items.append(path("now", _closed(corners), tone="bad" if seen.made.refused else "accent"))
        return items + [token(f"corner{k}", *at, r=6, hue=HUES[name]) for k, (at, name) in enumerate(zip(corners, MOST, strict=True))]  # fmt: skip

    def _bars(self, seen, left, top, width):
        items = []
        for k, (name, most) in enumerate(MOST.items()):
            y, got = top + k * 40, seen.made.parts[name]
            wide = (width - left - 130) * most / 30
            items.append(label(f"part-{name}", left, y + 9, _(PARTS[name]), weight=600, size=12.5))
            items += rail(f"bar-{name}", (left, y + 14, wide, 18), got / most, hue=HUES[name])
            items.append(label(f"got-{name}", left + wide + 8, y + 28, _("{got} of {most}", got=points(got), most=most), size=12.5))  # fmt: skip
        return items

    def _bill(self, seen, y, width, *, narrow):
        """All euros in one bar, each part as wide as its share."""
        spent = [(name, getattr(seen.made.cost, name), look) for name, look in zip(SPENT, LOOKS, strict=True)]  # fmt: skip
        items, x = [heading("bill", 6, y, _("What the money goes for, in three years"), width)], 4.0
        for name, eur, look in spent:
            wide = (width - 8) * eur / seen.made.cost.total
            if eur:
                text = whole(number(round(eur)), wide - 10)
                items.append(box(f"spent-{name}", x, y + 10, max(1.0, wide - 1), 34, r=3, text=text, size=12, **look))  # fmt: skip
            x += wide
        a_line = 2 if narrow else 4
        entries = [("box", look, clipped(_("{what}: {x}", what=_(SPENT[name]), x=euro(eur)), width / a_line - 46)) for name, eur, look in spent if eur]  # fmt: skip
        items += key(entries, width, y + 56, a_line=a_line)
        return items, y + 60 + 22 * -(-len(entries) // a_line)

    def _lost(self, seen, y, width, *, narrow):
        """The largest losses, a line each."""
        items, high = (
            [heading("lost", 6, y, _("Where points were lost"), width)],
            44 if narrow else 30,
        )
        y += 12
        for k, each in enumerate(seen.lost[:MOST_LINES]):
            tag = box(f"loss{k}", 6, y + k * high, 64, 24, r=6, text=signed(-each.points), size=12, fill="soft", hue=HUES[each.part])  # fmt: skip
            part = PARTS[each.part]
            text = _("{part}: {why}", part=_(part), why=each.about)
            lines, _end = paragraph(f"loss-text{k}", text, 80, y + k * high + (12 if narrow else 16), width - 90, size=12, most=2 if narrow else 1)  # fmt: skip
            items += [tag, *lines]
        rest = seen.lost[MOST_LINES:]
        if rest:
            text = _("and {n} smaller losses, together {x}", n=len(rest), x=signed(-sum(each.points for each in rest)))  # fmt: skip
            items.append(label("loss-rest", 80, y + MOST_LINES * high + 14, boxed(text, width - 80), size=12))  # fmt: skip
        return items, y + min(len(seen.lost), MOST_LINES + 1) * high

    # In words

    def describe(self, seen):
        made = seen.made
        if made.refused:
            kept = sum(made.parts.values())
            return _("No points at all: {why}. Without that it would have {p}.", why=made.refused[0], p=points(kept))  # fmt: skip
        if not seen.lost:
            return _("100 points: nothing was lost.")
        first = seen.lost[0]
        part = PARTS[first.part]
        return _(
            "{p} of 100 points for {x}. The largest loss, {lost} points, is in {part}: {why}.",
            p=points(made.total), x=euro(made.cost.total), lost=points(first.points), part=_(part), why=first.about,
        )  # fmt: skip

    def tone(self, seen):
        return "bad" if seen.made.refused else "accent"

    def table(self, seen):
        rows = [[_(PARTS[name]), points(seen.made.parts[name]), str(most), "; ".join(_("{x} {why}", x=signed(-each.points), why=each.about) for each in seen.lost if each.part == name) or "–"] for name, most in MOST.items()]  # fmt: skip
        bill = [[_(text), euro(getattr(seen.made.cost, name)), "", ""] for name, text in SPENT.items()]  # fmt: skip
        total = [_("in all"), points(seen.made.total), "100", euro(seen.made.cost.total)]
        return Table([_("part"), _("points"), _("at most"), _("lost")], [*rows, total, *bill])


def _at(x, y, k, share):
    """On axis `k`, counted from the top to the right."""
    turn = 2 * pi * k / 5
    return x + RADIUS * share * sin(turn), y - RADIUS * share * cos(turn)


def _corners(made, x, y):
    return [_at(x, y, k, made.parts[name] / most) for k, (name, most) in enumerate(MOST.items())]


def _closed(corners):
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
