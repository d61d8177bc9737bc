"""Thousands of years of a design: hours away by cause, how the years differ, and the formula beside."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.datacentre.chosen import SERVICES, chosen, component, design_controls, service
from coursekit.sims.datacentre.components import SHORT
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.years import BOUNDS, Years, years_of
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

KINDS = {  # of parts: their name, their hue; the rest shares a grey
    "wan": (mark("lines to the Internet"), 0), "host": (mark("hosts"), 1), "feed": (mark("feeds"), 2),
    "core": (mark("core switches"), 3), "rack": (mark("racks"), 4), "tor": (mark("switches of racks"), 5),
}  # fmt: skip
REST = mark("the rest")
SHORTS = {
    "wan": mark("lines"), "host": mark("hosts"), "feed": mark("feeds"), "core": mark("cores"), "rack": mark("racks"),
    "tor": mark("switches"),
}  # fmt: skip
CHANGES = ("core", "wan", "feed", "generator", "host", "raid6")
ROW, BAR = 40, 26
HIGH = 150  # of the picture of classes


@dataclass(frozen=True)
class Seen:
    """The design and its years."""

    design: Design
    lived: Years
    service: str


class YearsLab(Lab):
    """A bar a service, cut by what was the cause; below it the years of one service, sorted into classes."""

    name = "datacentre-years"
    title = mark("Live for a thousand years")

    def controls(self):
        return (
            *design_controls("D0", CHANGES),
            Pick("years", mark("Years"), 1000, {each: number(each, 6) for each in (100, 1000, 10_000)}),
            Pick("service", mark("Service looked at"), "dir", SERVICES),
            Slider("life", mark("Another life"), 1, 1, 99),
        )  # fmt: skip

    def run(self, years, life, service, **values):
        design = chosen(values)
        return Seen(design, years_of(design, years, life), service)

    def _press(self, name):
        if name.startswith("total-") and not self.locked:
            self.set(service=name.removeprefix("total-"))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        bars, y = self._bars(seen, 110 if narrow else 70, width)
        items += bars + key(self._key(), width, y + 4, a_line=2 if narrow else 4)
        y += (22 * 4 if narrow else 44) + 34
        half = width - 12 if narrow else 432
        classes, low = self._classes(seen, 6, y, half)
        against, right = self._against(seen, *((6, low + 34) if narrow else (462, y)), half)
        items += classes + against
        self.scene.show(
            items, width=width, height=max(low, right) + 8,
            label=_("Hours away in a year by cause for each service, and how the years of one service differ"),
        )  # fmt: skip

    def _facts(self, seen):
        one = seen.lived.of(seen.service)
        return [
            (_("breaks and repairs: {n}", n=number(seen.lived.events, 6)), "idle"),
            (_("no outage: {n} % of years", n=number(100 * one.calm, 2)), "ok" if one.calm > 0.5 else "warn"),
            (_("1 year in 100: over {n} h", n=number(one.bad_h)), "idle" if one.bad_h < 12 else "warn"),
            (_("longest outage: {n} h", n=number(one.longest_h)), "idle" if one.longest_h < 24 else "bad"),
        ]  # fmt: skip

    def _bars(self, seen, y, width):
        most = max((each.hours for each in seen.lived.spans), default=0.0) or 1.0
        items = [heading("bars", 6, y, _("Hours away in a year, by the part that began the outage"), width)]  # fmt: skip
        left, after = (86, 92) if width < 600 else (146, 130)
        for at, each in enumerate(seen.lived.spans):
            top = y + 14 + at * ROW
            chosen_one = each.name == seen.service
            items.append(box(
                f"total-{each.name}", 4, top, left - 8, BAR, r=6, text=boxed(service(each.name), left, 12), size=12, tone="accent",
                fill="soft" if chosen_one else "paper", selected=chosen_one, press=None if self.locked else _("look at {service}", service=service(each.name)),
            ))  # fmt: skip
            items += self._pieces(each, left, top, (width - left - after) / most)
            items.append(label(f"hours-{each.name}", width - 8, top + 18, _("{n} h", n=number(each.hours)), size=13.5, weight=600, anchor="end"))  # fmt: skip
        return items, y + 14 + len(seen.lived.spans) * ROW

    def _pieces(self, each, x, y, scale):
        """The bar of one service, cut by kinds of parts."""
        items = []
        for kind, hours in _grouped(each.kinds):
            wide = hours * scale
            word = SHORTS.get(kind, REST)
            text = _(word)
            text = text if boxed(text, wide, 12) == text else ""
            items.append(box(f"piece-{each.name}-{kind}", x, y, max(0.5, wide - 1), BAR, r=3, text=text, size=12, fill="solid", **_look(kind)))  # fmt: skip
            x += wide
        return items

    def _key(self):
        found = [("box", {"hue": hue, "fill": "solid"}, clipped(_(word), 190, 12)) for word, hue in KINDS.values()]  # fmt: skip
        return [*found, ("box", {"tone": "idle", "fill": "solid"}, _(REST))]

    def _classes(self, seen, x, y, wide):
        """How many of the years had no outage, up to an hour, and so on."""
        one = seen.lived.of(seen.service)
        title = _("The years of “{service}” by hours away", service=service(one.name))  # fmt: skip
        items = [heading("classes", x, y, title, x + wide)]
        step, foot = wide / len(one.classes), y + HIGH
        for at, (share, name) in enumerate(zip(one.classes, _class_names(), strict=True)):
            high = (HIGH - 46) * share / max(one.classes)
            left = x + at * step
            items.append(box(f"class{at}", left + 3, foot - high, step - 8, max(1.0, high), r=3, fill="solid", tone="ok" if not at else "warn" if at < 5 else "bad"))  # fmt: skip
            items.append(label(f"share{at}", left + step / 2, foot - high - 6, _("{n} %", n=number(100 * share, 2)), size=11.5, anchor="middle", weight=600))  # fmt: skip
            items.append(label(f"class-name{at}", left + step / 2, foot + 16, clipped(name, step - 2, 11), size=11, anchor="middle"))  # fmt: skip
        return items, foot + 26

    def _against(self, seen, x, y, wide):
        """Availability by the run, with two standard errors to each side, and by the formula."""
        items = [heading("against", x, y, _("Availability ± 2 standard errors; dashed: formula"), x + wide)]  # fmt: skip
        if self.locked:
            return [*items, label("against-later", x, y + 28, _("after your prediction"), size=12)], y + HIGH + 26  # fmt: skip
        low = min(
            min(each.expected, each.availability - 2 * each.error) for each in seen.lived.spans
        )
        span = max(1e-6, 1 - low) * 1.05
        left, room = x + 112, wide - 296

        def at(value):
            return left + room * max(0.0, min(1.0, 1 - (1 - value) / span))

        for place, each in enumerate(seen.lived.spans):
            top = y + 30 + place * 32
            items.append(label(f"of-{each.name}", x, top + 4, clipped(service(each.name), 114, 12), size=12))  # fmt: skip
            ends = at(each.availability - 2 * each.error), at(min(1.0, each.availability + 2 * each.error))  # fmt: skip
            items += [
                path(f"error-{each.name}", f"M{ends[0]:.1f} {top}H{max(ends[1], ends[0] + 2):.1f}M{ends[0]:.1f} {top - 5}v10M{max(ends[1], ends[0] + 2):.1f} {top - 5}v10", tone="accent"),
                path(f"formula-{each.name}", f"M{at(each.expected):.1f} {top - 11}v22", tone="bad", dash=True),
                label(f"figures-{each.name}", x + wide, top + 4, _("{n} %, formula {f} %", n=_percent(each.availability), f=_percent(each.expected)), size=11, anchor="end"),
            ]  # fmt: skip
        return items, y + 30 + len(seen.lived.spans) * 32 + 6

    # In words

    def describe(self, seen):
        one = seen.lived.of(seen.service)
        name = service(one.name)
        if not one.hours:
            return _("“{name}” was never away in {n} years. That is not for ever: it is less often than these years can show.", name=name, n=number(seen.lived.years, 6))  # fmt: skip
        said = [_("“{name}” is away {hours} hours a year, {n} times.", name=name, hours=number(one.hours), n=number(one.outages))]  # fmt: skip
        kind, hours = next(iter(one.kinds.items()))
        word = KINDS[kind][0] if kind in KINDS else REST
        said.append(_("Most of it begins with {kind}: {share} %.", kind=_(word), share=number(100 * hours / one.hours, 2)))  # fmt: skip
        if not self.locked:
            said.append(self._formula(one))
        return " ".join(said)

    def _formula(self, one):
        if one.expected == 1:
            return _("No single part can do it: it takes two failures at once, or machines that have to start elsewhere.")  # fmt: skip
        if abs(one.deviation) < 3:
            return _("Its single points in series give {f} %, {n} standard errors from this life.", f=_percent(one.expected), n=number(abs(one.deviation), 2))  # fmt: skip
        return _("Its single points in series would give {f} %: two failures at once and starts elsewhere make it less.", f=_percent(one.expected))  # fmt: skip

    def tone(self, seen):
        hours = seen.lived.of(seen.service).hours
        return "ok" if hours < 1 else "warn" if hours < 8 else "bad"

    def table(self, seen):
        spans = seen.lived.spans

        def known(text):
            return "?" if self.locked else text

        rows = [
            [_("hours a year"), *(number(each.hours) for each in spans)],
            [_("availability"), *(known(_("{n} %", n=_percent(each.availability))) for each in spans)],
            [_("standard error"), *(_("{n} %", n=number(100 * each.error, 2)) for each in spans)],
            [_("by the formula"), *(known(_("{n} %", n=_percent(each.expected))) for each in spans)],
            [_("outages a year"), *(number(each.outages) for each in spans)],
            [_("years without an outage"), *(_("{n} %", n=number(100 * each.calm)) for each in spans)],
            [_("1 year in 100: hours over"), *(number(each.bad_h) for each in spans)],
            [_("longest outage, hours"), *(number(each.longest_h) for each in spans)],
        ]  # fmt: skip
        names = sorted({part for each in spans for part in each.parts}, key=lambda part: -sum(each.parts.get(part, 0.0) for each in spans))  # fmt: skip
        rows += [[_part(part), *(number(each.parts.get(part, 0.0)) for each in spans)] for part in names]  # fmt: skip
        caption = plural("{count} year: hours away, by what began the outage", "{count} years: hours away, by what began the outage", seen.lived.years)  # fmt: skip
        return Table(["", *(service(each.name) for each in spans)], rows, caption=caption)


def _grouped(kinds):
    """Kinds of parts with a colour of their own, in one order for all; the others together."""
    known = [(kind, kinds[kind]) for kind in KINDS if kind in kinds]
    rest = sum(hours for kind, hours in kinds.items() if kind not in KINDS)
    return [*known, ("rest", rest)] if rest else known


def _look(kind):
    return {"hue": KINDS[kind][1]} if kind in KINDS else {"tone": "idle"}


def _part(name):
    if name == "disk":
        return _("disks")
    if name.endswith(f" {SHORT}"):
        return _("{part}, for less than a quarter of an hour", part=component(name.removesuffix(f" {SHORT}")))  # fmt: skip
    return component(name)


def _class_names():
    names = [_("none")]
    names += [_("≤ {n} h", n=number(each)) for each in BOUNDS[1:]]
    return [*names, _("more")]


def _percent(share):
    """Enough digits to see the nines."""
    return number(100 * share, 6)
