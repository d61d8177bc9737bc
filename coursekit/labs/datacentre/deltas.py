"""The next euro: every change with its points and its price, bought one after the other."""

from coursekit.i18n import _, mark
from coursekit.labs.datacentre.chosen import chosen, design_controls
from coursekit.labs.datacentre.points import euro, points, refused_box, signed
from coursekit.sims.datacentre.deltas import CHANGES, worth
from coursekit.sims.datacentre.purchases import Deed, tell
from coursekit.ui.controls import Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

ROW, ROW_NARROW = 42, 64
MOST_POINTS = 30  # a bar is never longer, nor its scale


class DeltasLab(DeedsLab):
    """A row a change: press it to buy it; the best for its price has a star."""

    name = "datacentre-deltas"
    title = mark("The next euro")
    kind_of_deed = Deed

    def controls(self):
        return (
            *design_controls("D1"),
            Slider("budget", mark("Budget"), 100_000, 20_000, 200_000, 5_000, "€"),
        )

    def story(self, actions, budget, **values):
        return tell(chosen(values), budget, self.steps(actions, ()))

    def _press(self, name):
        if not self.locked and name.startswith("buy-"):
            self.do(name.removeprefix("buy-"))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = facts(self._facts(state), narrow=narrow), 94 if narrow else 54
        if state.made.refused:
            items += refused_box("refused", _("No points at all: {why}.", why=state.made.refused[0]), y, width)  # fmt: skip
            y += 52
        items.append(heading("offers", 6, y + 16, self._heading(), width))
        y += 30
        step = ROW_NARROW if narrow else ROW
        for k, each in enumerate(state.offers):
            items.append(self._row(state, each, (4, y + k * step, width - 8, step - 4), narrow=narrow))  # fmt: skip
        y += len(state.offers) * step
        done = self.result.states[1 : self.moment + 1]
        for k, each in enumerate(done):
            items.append(_bought(f"done{k}", each, (4, y + k * ROW, width - 8, ROW - 6)))
        high = y + len(done) * ROW
        self.scene.show(
            items, width=width, height=high + 8,
            label=_("Every change that could be made to the design now, with its points and its price"),
        )  # fmt: skip

    def _heading(self):
        if self.locked:
            return _("What could be bought")
        return _("What could be bought: press a line to buy it")

    def _facts(self, state):
        made = state.made
        over = made.cost.total - made.budget
        best = state.best
        star = "?" if self.locked else _(best.about) if best else _("nothing")
        return [
            (_("{p} of 100 points", p=points(made.total)), "bad" if made.refused else "accent"),
            (_("costs {x}", x=euro(made.cost.total)), "warn" if over > 0 else "ok"),
            (_("over by {x}", x=euro(over)) if over > 0 else _("left: {x}", x=euro(-over)), "warn" if over > 0 else "ok"),
            (clipped(_("★ {what}", what=star), 190 if self.scene.narrow else 200), "accent" if best else "idle"),
        ]  # fmt: skip

    def _row(self, state, each, spot, *, narrow):
        """A change: its name and price, a bar to the right for points won, to the left for lost."""
        x, y, wide, high = spot
        best = not self.locked and state.best is not None and each.name == state.best.name
        inside = self._texts(each, wide, best=best, narrow=narrow)
        if not self.locked and each.refused is None:
            inside += _bar(each, _scale(state.offers), (300, 8, wide - 480, high - 16) if not narrow else (10, 38, wide - 140, 14))  # fmt: skip
        press = None if self.locked or each.refused else _("buy {what}: {x}", what=each.about, x=euro(each.eur))  # fmt: skip
        return box(f"buy-{each.name}", x, y, wide, high, r=8, fill="paper" if not best else "plain", tone="accent" if best else "idle", selected=best, children=inside, press=press)  # fmt: skip

    def _texts(self, each, wide, *, best, narrow):
        gain = "?" if self.locked else signed(each.points)
        per = "" if self.locked else _per(each)
        name = f"{'★ ' if best else ''}{_(each.about)}"
        items = [label(f"name-{each.name}", 12, 24, clipped(name, 190 if not narrow else 250), weight=600, size=13)]  # fmt: skip
        if each.refused:
            why = clipped(_(each.refused), wide - 220 if not narrow else wide - 24)
            return [*items, label(f"no-{each.name}", 210 if not narrow else 12, 24 if not narrow else 48, why, size=12)]  # fmt: skip
        items.append(label(f"eur-{each.name}", 292 if not narrow else wide - 12, 24, euro(each.eur), anchor="end", size=12.5))  # fmt: skip
        items.append(label(f"gain-{each.name}", wide - (112 if not narrow else 68), 24 if not narrow else 50, gain, anchor="end", weight=600, size=12.5))  # fmt: skip
        return [*items, label(f"per-{each.name}", wide - 10, 24 if not narrow else 50, per, anchor="end", size=11.5)]  # fmt: skip

    # In words

    def labels(self, told):
        return [_("the beginning") if not each.deed else _("{what}: {x} points", what=_(CHANGES[each.deed.what].about), x=signed(each.points)) for each in told.states]  # fmt: skip

    def describe(self, state):
        if self.locked:
            return _("{p} points for {x}. Each of these changes could come next.", p=points(state.made.total), x=euro(state.made.cost.total))  # fmt: skip
        return "\n".join([_(state.why), self._next(state)])

    def _next(self, state):
        best = state.best
        if state.made.refused:
            return _("Go back: no change brings points as long as that is so.")
        if best is None:
            return _("No change brings points any more: each costs more points by its price than it earns.")  # fmt: skip
        if best.eur <= 0:
            return _("Take first what costs nothing: {what}, {x} points.", what=best.about, x=signed(best.points))  # fmt: skip
        return _(
            "Most for the money now: {what}, {x} points for {eur}, {per} for every 1000 €.",
            what=best.about, x=signed(best.points), eur=euro(best.eur), per=signed(worth(best)),
        )  # fmt: skip

    def tone(self, state):
        if state.made.refused:
            return "bad"
        return "accent" if state.best else "ok"

    def summary(self, told):
        end = told.states[-1]
        names = ", ".join(_(CHANGES[name].about) for name in end.bought)
        return [
            (_("points"), points(end.made.total)), (_("costs"), euro(end.made.cost.total)),
            (_("bought"), names or "–"),
        ]  # fmt: skip

    def table(self, state):
        if self.locked:
            rows = [[_(each.about), euro(each.eur), "?", "?"] for each in state.offers]
        else:
            rows = [[_(each.about), euro(each.eur), signed(each.points), _(each.refused) if each.refused else _per(each)] for each in state.offers]  # fmt: skip
        return Table([_("change"), _("price"), _("points"), _("for 1000 €")], rows or [["–"] * 4])


def _per(each):
    """Points for 1000 euros, in words where there is no number."""
    value = worth(each)
    if not each.points:
        return _("nothing")
    if value == float("inf"):
        return _("for nothing")
    return _("{x}/k€", x=signed(value)) if each.eur > 0 else "–"


def _scale(offers):
    """The most points that a bar shows to the left and to the right."""
    all_points = [max(-MOST_POINTS, min(MOST_POINTS, each.points)) for each in offers]
    return max(1.0, -min(all_points, default=0)), max(1.0, *all_points)


def _bar(each, scale, spot):
    """From the zero line to the right what is won, to the left what is lost."""
    (less, more), (x, y, wide, high) = scale, spot
    unit = wide / (less + more)
    zero = x + less * unit
    long = unit * min(abs(each.points), less if each.points < 0 else more)
    items = [path(f"zero-{each.name}", f"M{zero:.1f} {y - 4}v{high + 8}", tone="idle")]
    if each.points:
        won = each.points > 0
        look = {"fill": "solid", "tone": "ok"} if won else {"fill": "soft", "tone": "bad"}
        items.append(box(f"bar-{each.name}", zero if won else zero - long, y, max(1.5, long), high, r=3, **look))  # fmt: skip
    return items


def _bought(name, state, spot):
    """A purchase that was made: what it brought and what it cost."""
    what = CHANGES[state.deed.what].about
    text = _(
        "✓ {what}: {x} points for {eur}", what=what, x=signed(state.points), eur=euro(state.eur)
    )
    tone = "ok" if state.points > 0 else "warn" if state.points < 0 else "idle"
    size = 13 if spot[2] > 500 else 11.5
    return box(name, *spot, r=8, fill="soft", tone=tone, text=boxed(text, spot[2], size), size=size)
