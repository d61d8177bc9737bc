"""A datacentre of one's own: built with a few controls, or written as text, with what it is worth at once."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.datacentre.chosen import component, service
from coursekit.labs.datacentre.points import PARTS
from coursekit.labs.datacentre.room import Weak, ha_line, plan, points, storage_line
from coursekit.sims.datacentre.catalogue import DISKS, HOSTS
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.jsontext import parsed, written
from coursekit.sims.datacentre.samples import D0, D1
from coursekit.sims.datacentre.score import MOST, OVER, Score, score
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.datacentre.sweep import Choice
from coursekit.sims.datacentre.wish import Wish, granted
from coursekit.ui.controls import Check, Pick, Slider, as_named
from coursekit.ui.examples import ExamplesLab
from coursekit.ui.fit import boxed, heading, paragraph
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

BUILT = "built"
BUDGET = 100_000
PLAN = 540  # of the width, where it is wide
STORAGE = {"local": mark("in each host alone"), "nas": mark("in a NAS"), "hci": mark("copies on all hosts")}  # fmt: skip
DOUBLED = {"nothing": mark("nothing"), "power": mark("power"), "network": mark("network"), "both": mark("power and network")}  # fmt: skip
BACKUPS = {
    "none": mark("no backup"),
    "daily": mark("daily"),
    "safe": mark("every 6 h, immutable, off-site"),
}
RACKS = {"one": mark("one for all"), "each": mark("one for each host")}
CONTROLS = ("hosts", "storage", "doubled", "backup", "racks", "model", "disk", "disks", "raid", "generator")  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """The design in force, its points, what alone takes a service down."""

    design: Design
    score: Score
    single: dict[str, list[str]]


class OwnLab(ExamplesLab):
    """The box shows the design in force; taking it as text makes it one's own, to be refined there."""

    name = "datacentre-own"
    title = mark("A datacentre of your own")
    plain = written(D0)

    def controls(self):
        def building(values):
            return values["example"] == BUILT

        return (
            self.choose(mark("Your design"), BUILT, {BUILT: mark("built with these controls")}, mark("the text in the box")),
            Slider("hosts", mark("Hosts"), 2, 1, 3, when=building),
            Pick("storage", mark("Data"), "nas", STORAGE, when=building),
            Pick("doubled", mark("Twice"), "nothing", DOUBLED, when=building),
            Pick("backup", mark("Backups"), "none", BACKUPS, when=building),
            Slider("budget", mark("Budget"), BUDGET, 20_000, 200_000, 1000, unit="€", more=True),
            Pick("racks", mark("Racks"), "one", RACKS, more=True, when=building),
            Pick("model", mark("Model of the hosts"), "H2", as_named(HOSTS), more=True, when=building),
            Pick("disk", mark("Model of the disks"), "ssd4", as_named(DISKS), more=True, when=building),
            Slider("disks", mark("Disks of the NAS, or of each host"), 6, 1, 24, more=True, when=building),
            Pick("raid", mark("RAID level"), 6, {each: str(each) for each in (0, 1, 5, 6, 10)}, more=True, when=lambda values: building(values) and values["storage"] != "hci"),
            Check("generator", mark("Generator"), False, more=True, when=building),
        )  # fmt: skip

    def run(self, budget, **_values):
        design = parsed(self.source)
        return Seen(design, score(design, budget), spof(design))

    # The text

    def examples(self):
        """What the controls stand for; ParameterError where it cannot be built."""
        return {BUILT: written(self._granted())} if self.values["example"] == BUILT else {}

    def _granted(self):
        values = {name: self.values[name] for name in CONTROLS}
        choice = Choice(*(values.pop(name) for name in ("hosts", "storage", "doubled", "backup", "racks")))  # fmt: skip
        return granted(Wish(choice=choice, **values))

    def first(self):
        return written(D1)

    def words(self):
        return _("The design as text (JSON): change it and take it"), _("Take this text")

    def taken(self):
        return _("Taken: this text is now your design.")

    def _bench(self):
        """The controls and the picture first, the text below them."""
        box, *rest = super()._bench()
        return [*rest, box]

    def scenario(self):
        """With the design in force as text, whichever way it was made: what a class is ranked by."""
        return {**super().scenario(), "program": self.program if self.locked or self.error else self.source}  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        top = 108 if narrow else 68
        alone = frozenset() if self.locked else frozenset(seen.single)
        drawn, low = plan(seen.design, Weak(alone=alone), 4, top, width - 8 if narrow else PLAN, a_line=2 if narrow else 3)  # fmt: skip
        x, y = (6, low + 20) if narrow else (PLAN + 22, top)
        worth, end = self._worth(seen, x, y, width - x - 8)
        low = max(low, end) + 12
        items += drawn + worth
        if not self.locked:
            items += key(self._key(), width, low, a_line=1 if narrow else 3)
            low += 70 if narrow else 28
        self.scene.show(items, width=width, height=low, label=_("The racks of your design, and what it is worth"))  # fmt: skip

    def _facts(self, seen):
        cost, budget = seen.score.cost.total, seen.score.budget
        tone = "ok" if cost <= budget else "warn" if cost <= OVER * budget else "bad"
        money = (_("{n} € of {budget} €", n=number(round(cost), 6), budget=number(budget, 6)), tone)
        if self.locked:
            return [money, (_("score: ?"), "idle")]
        total, alone = seen.score.total, len(seen.single)
        back = sum(each.rpo_h is not None for each in seen.score.recovery)
        return [
            (_("score: {n} of 100", n=number(total, 4)), "ok" if total >= 75 else "warn" if total else "bad"),
            money,
            (plural("{count} single point of failure", "{count} single points of failure", alone), "warn" if alone else "ok"),
            (_("disasters survived: {n} of 3", n=back), "ok" if back == 3 else "warn" if back else "bad"),
        ]  # fmt: skip

    def _worth(self, seen, x, y, wide):
        """Refusals, then the points, the price against the budget, and the single points."""
        items = []
        for at, why in enumerate(seen.score.refused):
            items.append(box(f"refused{at}", x, y, wide, 28, r=6, text=boxed(_(why), wide, 11.5), size=11.5, tone="bad", fill="solid"))  # fmt: skip
            y += 34
        if self.locked:
            return [*items, label("worth-later", x, y + 14, _("after your prediction"), size=12)], y + 20  # fmt: skip
        bars, y = points("part", seen.score, x, y, wide, total=False)
        price, y = self._price(seen, x, y + 8, wide)
        items += bars + price
        for at, text in enumerate((storage_line(seen.design), ha_line(seen.design))):
            lines, y = paragraph(f"line{at}", text, x, y + 14, wide, most=2)
            items += lines
            y -= 12
        return items, y + 12

    def _price(self, seen, x, y, wide):
        """A bar of the price; where the budget ends, and where nothing counts any more."""
        cost, budget = seen.score.cost, seen.score.budget
        most = max(cost.total, OVER * budget) * 1.04
        scale = wide / most
        tone = "ok" if cost.total <= budget else "warn" if cost.total <= OVER * budget else "bad"
        first = max(3.0, cost.capex * scale)
        return [
            heading("price", x, y + 12, _("Price: bought, then three years"), x + wide),
            box("capex", x, y + 22, first, 22, r=4, fill="solid", tone=tone, text=boxed(number(round(cost.capex), 6), first, 12), size=12),
            box("opex", x + first + 1, y + 22, max(3.0, cost.opex * scale - 1), 22, r=4, fill="soft", tone=tone),
            path("budget", f"M{x + budget * scale:.1f} {y + 18}v32", tone="idle"),
            label("budget-name", x + budget * scale, y + 62, _("budget"), size=11, anchor="middle"),
        ], y + 72  # fmt: skip

    def _key(self):
        return [
            ("box", {"tone": "warn", "fill": "soft"}, _("! a single point of failure")),
            ("box", {"tone": "idle", "fill": "paper"}, _("may fail")),
        ]

    # In words

    def describe(self, seen):
        if self.locked:
            return _("A design waits for you: first the prediction.")
        if seen.score.refused:
            return _("It scores 0: {why}.", why="; ".join(_(each) for each in seen.score.refused))
        part = min(MOST, key=lambda name: seen.score.parts[name] - MOST[name])
        word = PARTS[part]
        said = [_("{n} of 100 points. Most are lost at “{part}”: {lost}.", n=number(seen.score.total, 4), part=_(word), lost=number(MOST[part] - seen.score.parts[part]))]  # fmt: skip
        if seen.single:
            said.append(_("Enough to stop a service: {names}.", names=", ".join(component(name) for name in seen.single)))  # fmt: skip
        return " ".join(said)

    def tone(self, seen):
        if self.locked:
            return "idle"
        return "bad" if seen.score.refused else "ok" if seen.score.total >= 75 else "warn"

    def table(self, seen):
        rows = [[_("price"), _("{n} €", n=number(round(seen.score.cost.total), 6)), _("{n} €", n=number(seen.score.budget, 6))]]  # fmt: skip
        if not self.locked:
            for part, got in seen.score.parts.items():
                word = PARTS[part]
                rows.append([_(word), number(got), str(MOST[part])])
            rows += [[component(name), _("single point of failure"), ", ".join(map(service, names))] for name, names in seen.single.items()]  # fmt: skip
        rows += [[_("refused"), _(why), ""] for why in seen.score.refused]
        rows += [[vm.id, vm.host, _("{ram} GB, {vcpu} vCPU", ram=vm.ram, vcpu=vm.vcpu)] for vm in seen.design.vms]  # fmt: skip
        return Table([_("what"), _("how much, or where"), _("of, or who")], rows, caption=_("Your design"))  # fmt: skip
