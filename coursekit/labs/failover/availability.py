"""An architecture in boxes, and the minutes a year each cause takes from it."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.sims.failover.availability import downtime_min, steady
from coursekit.sims.failover.capacity import after_failure
from coursekit.sims.failover.lifetimes import Counted, live, promised
from coursekit.sims.failover.site import Lost, Site, availability_of, causes, tiers
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

PARTS = {"balancer": mark("balancers"), "web": mark("web servers"), "database": mark("databases")}
CAUSES = {"own": mark("own"), "common": mark("common"), "move": mark("moves")}
YEARS, TRIALS = 50.0, 8


@dataclass(frozen=True)
class Built:
    """The site, its availability, what takes it down, and what was counted without moves."""

    site: Site
    availability: float
    lost: tuple[Lost, ...]
    counted: Counted
    formula: float


class AvailabilityLab(Lab):
    """Boxes in series, each k of n."""

    name = "failover-availability"
    title = mark("Where do the minutes go?")

    def controls(self):
        return (
            Slider("balancers", mark("Balancers"), 2, 1, 3),
            Slider("webs", mark("Web servers"), 3, 1, 6),
            Slider("needed", mark("Web servers needed"), 2, 1, 6),
            Slider("databases", mark("Databases"), 1, 1, 3),
            Slider("beta", mark("Failures with a common cause"), 0, 0, 100, 1, "%"),
            Slider(
                "balancer_mtbf", mark("MTBF of a balancer"), 3996, 96, 20_096, 100, "h", more=True
            ),
            Slider("web_mtbf", mark("MTBF of a web server"), 796, 96, 20_096, 100, "h", more=True),
            Slider(
                "database_mtbf", mark("MTBF of a database"), 7996, 96, 20_096, 100, "h", more=True
            ),
            Slider("mttr", mark("Repair (MTTR)"), 4, 1, 168, 1, "h", more=True),
            Slider("switch", mark("A move takes"), 3.6, 0.0, 600.0, 0.1, "s", more=True),
            Slider("coverage", mark("Moves that work"), 100, 0, 100, 1, "%", more=True),
            Slider("load", mark("Load of each web server"), 60, 0, 100, 5, "%", more=True),
        )

    def run(self, balancers, webs, needed, databases, beta, mttr, switch, coverage, load, **mtbf):
        self._load = load / 100
        site = Site(
            balancers=balancers, webs=webs, needed=needed, databases=databases, beta=beta / 100,
            mttr_h=float(mttr), switch_s=switch, coverage=coverage / 100,
            **{f"{name}_h": float(hours) for name, hours in mtbf.items()},
        )  # fmt: skip
        parts = list(tiers(site).values())
        rng = np.random.default_rng([self.seed, 7])
        counted = live(parts, years=YEARS, trials=TRIALS, rng=rng)
        return Built(site, availability_of(site), causes(site), counted, promised(parts))

    def pictures(self):
        self.scene = self.new_scene()
        self.fall = self.new_scene()
        return [self.scene, self.fall]

    def draw(self, built):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        third = width / 3
        height = 40 + 42 * max(tier.n for tier in tiers(built.site).values())
        items = []
        for i, (part, tier) in enumerate(tiers(built.site).items()):
            items += self._tier(built, i, part, tier, third, height, narrow)
        self.scene.show(
            items, width=width, height=height + 64, label=_("The site: three parts in series")
        )
        self._waterfall([each for each in built.lost if each.minutes > 0])

    def _waterfall(self, shown):
        """The minutes added up: each cause begins where the one before has ended."""
        narrow = self.fall.narrow
        width, left = (NARROW, 172) if narrow else (WIDE, 220)
        scale = (width - left - 110) / max(1e-9, sum(each.minutes for each in shown))
        items, x = [label("head", 8, 18, _("Minutes a year, by cause"), weight=600)], left
        for i, each in enumerate(shown):
            y, wide = 30 + i * 34, max(2.0, each.minutes * scale)
            name = _("{part}: {cause}", part=_(PARTS[each.part]), cause=_(CAUSES[each.cause]))
            items += [
                label(f"name{i}", 8, y + 18, name, size=11 if narrow else 12.5),
                box(
                    f"{each.part}-{each.cause}", x, y, wide, 26, r=4, hue=list(PARTS).index(each.part),
                    fill="soft" if each.cause == "common" else "solid", dash=each.cause == "common",
                ),
                label(f"min{i}", x + wide + 6, y + 18, _("{minutes} min", minutes=number(each.minutes)), size=12.5),
            ]  # fmt: skip
            x += each.minutes * scale
        height = 34 + len(shown) * 34
        self.fall.show(
            items, width=width, height=height, label=_("Minutes a year, added up by cause")
        )

    def _tier(self, built, i, part, tier, third, height, narrow):
        x, wide = i * third + 6, third - 34
        share = 100 * steady(tier.mtbf_h, tier.mttr_h)
        lost = sum(each.minutes for each in built.lost if each.part == part)
        items = [
            box(
                f"{part}-frame", x, 26, wide, height, fill="none", hue=i, r=12,
                title=_("{k} of {n}", k=tier.k, n=tier.n),
            ),
            label(f"{part}-name", x + 4, 16, _(PARTS[part]), weight=600, size=13),
            label(
                f"{part}-min", x + wide / 2, height + 48, _("{minutes} min a year", minutes=number(lost)),
                anchor="middle", size=12.5,
            ),
        ]  # fmt: skip
        items += [
            box(
                f"{part}-{k}", x + 10, 56 + k * 42, wide - 20, 34, text=f"{number(share, 5)} %",
                hue=i, fill="solid" if k < tier.k else "soft", dash=k >= tier.k, size=11.5 if narrow else 13.5,
            )
            for k in range(tier.n)
        ]  # fmt: skip
        if i < 2:
            items.append(
                path(f"to{i}", f"M{x + wide + 3} {26 + height / 2}H{x + third - 3}", arrow=True)
            )
        return items

    def describe(self, built):
        worst = max(built.lost, key=lambda each: each.minutes)
        text = _(
            "Available {share} % of the time: {minutes} minutes away a year; most of them: {part}, {cause}.",
            share=number(100 * built.availability, 6), minutes=number(downtime_min(built.availability), 4),
            part=_(PARTS[worst.part]), cause=_(CAUSES[worst.cause]),
        )  # fmt: skip
        text += " " + _(
            "Counted over {years} years by chance, moves left out: {counted} minutes a year, give or take {error}; the formula says {formula}.",
            years=int(YEARS * TRIALS), counted=number(downtime_min(built.counted.availability)),
            error=number(2 * 525_600 * built.counted.standard_error), formula=number(downtime_min(built.formula)),
        )  # fmt: skip
        return text + self._capacity(built.site.webs)

    def _capacity(self, webs):
        if webs < 2:
            return ""
        after = after_failure(webs, self._load)
        return " " + _(
            "With one web server dead the others carry {after} % each.", after=number(100 * after)
        )

    def tone(self, built):
        minutes = downtime_min(built.availability)
        return "ok" if minutes < 60 else "warn" if minutes < 600 else "bad"

    def table(self, built):
        head = [_("part"), _("own"), _("common"), _("moves")]
        minutes = {(each.part, each.cause): number(each.minutes) for each in built.lost}
        rows = [
            [_(text), *(minutes[part, cause] for cause in CAUSES)] for part, text in PARTS.items()
        ]
        return Table(head, rows, caption=_("Minutes a year, by cause"))
